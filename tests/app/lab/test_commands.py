"""The analyst's bench from the command line: learn, answer, judge; and what is said when that cannot be."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from desktop.app.cli import main
from desktop.hub.training.examples import starter_examples

KEPT = ("praise", "opening_hours", "password_reset", "")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``train.jsonl``, ``test.jsonl`` and the ``model.npz`` learned from the first."""
    root = tmp_path_factory.mktemp("lab")
    rows = [one for one in starter_examples().rows if one.intent in KEPT]
    told = [json.dumps({"text": one.text, "intent": one.intent or None}, ensure_ascii=False) for one in rows]
    (root / "train.jsonl").write_text("\n".join(line for n, line in enumerate(told) if n % 4) + "\nno json\n", "utf-8")
    (root / "test.jsonl").write_text("\n".join(told[::4]), "utf-8")
    assert main(["lab", "train", "intent", "--in", str(root / "train.jsonl"), "--model", str(root / "model.npz")]) == 0
    return root


def said(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def test_training_tells_split_count_and_seed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = folder / "again.npz"
    assert main(["lab", "train", "--in", str(folder / "train.jsonl"), "intent", "--out", str(out), "--json"]) == 0
    told = said(capsys)
    assert told["split"]
    assert told["held_out"] == told["examples"] > 100
    assert (told["seed"], told["bad_lines"], told["skipped"]) == (20260, 1, 0)
    assert told["model_bytes"] == out.stat().st_size
    assert out.read_bytes() == (folder / "model.npz").read_bytes()


def test_answers_come_line_by_line_in_order(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, out = folder / "ask.jsonl", folder / "answers.jsonl"
    source.write_text('{"text": "Passwort vergessen", "id": 7}\nnonsense\n{"text": 5}\n\n{"other": ""}', "utf-8")
    model = str(folder / "model.npz")
    assert main(["lab", "predict", "--model", model, "--in", str(source), "--out", str(out), "intent"]) == 0
    first, bad, number, empty, other = map(json.loads, out.read_text("utf-8").splitlines())
    assert first["id"] == 7
    assert first["ranked"][0][0] == "password_reset"
    assert first["known"] is True
    assert first["words"] == ["Passwort", "vergessen"]
    assert bad == empty == {"error": "not JSON"}
    assert number == {"text": 5, "ranked": [], "known": False, "words": [], "also": []}
    assert other["other"] == ""
    assert "5 lines, 2 of them bad" in capsys.readouterr().err


def test_standard_input_and_output_will_do() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "desktop", "lab", "predict", "intent", "--in", "-", "--out", "-"],
        input='{"text": "Wo bleibt mein Paket? 📦"}\n',
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    told = json.loads(done.stdout)
    assert told["text"] == "Wo bleibt mein Paket? 📦"
    assert told["ranked"][0][0] in ("order_status", "delivery_late")


def test_scores_of_answers_made_now_and_of_a_file_agree(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    truth, model = str(folder / "test.jsonl"), str(folder / "model.npz")
    assert main(["lab", "score", "intent", "--in", truth, "--model", model, "--json"]) == 0
    now = said(capsys)
    assert now["accuracy"] > 0.9
    assert now["none_recall"] > 0.6
    assert now["split"] == "all of test.jsonl"
    assert now["count"] > 40
    assert "seed" in now
    assert 0 < now["ms_p50"] < 50
    pred = str(folder / "pred.jsonl")
    assert main(["lab", "predict", "intent", "--in", truth, "--model", model, "--out", pred]) == 0
    assert main(["lab", "score", "--pred", pred, "intent", "--in", truth, "--json"]) == 0
    later = said(capsys)
    assert {name: now[name] for name in later} == pytest.approx(later, abs=1e-5)


def test_answers_to_other_questions_are_not_judged(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    short = folder / "short.jsonl"
    short.write_text('{"ranked": [], "known": false}\n')
    assert main(["lab", "score", "intent", "--in", str(folder / "test.jsonl"), "--pred", str(short)]) == 1
    assert "short.jsonl has not as many lines as test.jsonl" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["train", "intent", "--in", "{}/gone.jsonl", "--model", "{}/x.npz"], "gone.jsonl: no such file"),
        (["train", "intent", "--in", "{}/empty.jsonl", "--model", "{}/x.npz"], "at least two texts each"),
        (
            ["predict", "intent", "--in", "{}/test.jsonl", "--out", "{}/x", "--model", "{}/test.jsonl"],
            "no intent model",
        ),
        (["predict", "intent", "--in", "{}/gone.jsonl", "--out", "{}/x"], "gone.jsonl: no such file"),
        (["score", "intent", "--in", "{}/test.jsonl", "--model", "{}/gone.npz"], "gone.npz: no such file"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str], given: list[str], told: str
) -> None:
    (folder / "empty.jsonl").write_text("")
    assert main(["lab", *(word.format(folder) for word in given)]) == 1
    assert told in capsys.readouterr().err
    assert not (folder / "x").exists()
    assert not (folder / "x.npz").exists()


@pytest.mark.parametrize(
    "given",
    [["sing"], ["train", "tasks"], ["train", "intent"], ["predict", "intent", "--in", "a"], ["score", "--in", "a"]],
)
def test_what_is_asked_wrongly_ends_with_two(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["lab", *given])
    assert ended.value.code == 2
    assert "usage: dirigent lab" in capsys.readouterr().err


def test_a_reader_who_has_enough_is_no_error(folder: Path) -> None:
    source = folder / "many.jsonl"
    source.write_text('{"text": "Passwort vergessen"}\n' * 20_000)
    command = [sys.executable, "-m", "desktop", "lab", "predict", "intent", "--in", str(source), "--out", "-"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.readline()
        running.stdout.close()
        assert b"Traceback" not in running.stderr.read()
    assert running.returncode == 1


def test_answers_are_on_their_way_before_the_last_question_is_read() -> None:
    command = [sys.executable, "-m", "desktop", "lab", "predict", "intent", "--in", "-", "--out", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        running.stdin.write(b'{"text": "Passwort vergessen"}\n' * 400)
        running.stdin.flush()
        assert json.loads(running.stdout.readline())["known"]
        running.stdin.close()
        assert running.stdout.read().count(b"\n") == 399
