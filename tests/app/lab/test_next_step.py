"""``dirigent lab train|predict|score next-step``: what agents did becomes a model that says what comes next, and why."""

from __future__ import annotations

import json
import lzma
from pathlib import Path
from typing import Any

import pytest

from desktop.app.cli import main

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
REQUESTS = {"reset": "I forgot my password", "refund": "you charged me twice", "track": "where is my parcel"}


def lines(cases: int) -> list[dict[str, Any]]:
    """The request is named first, then the agent asks for the name, then does it."""
    found: list[dict[str, Any]] = []
    for number in range(cases):
        step = list(REQUESTS)[number % 3]
        case = f"c{number}"
        found += [
            {"case": case, "steps": [], "text": REQUESTS[step], "next": "ask_name"},
            {"case": case, "steps": ["ask_name"], "text": "Jana Weber", "context": {"vip": True}, "next": step},
            {"case": case, "steps": ["ask_name", step], "text": "thanks", "next": "goodbye"},
        ]
    return found


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def lab(*words: object) -> int:
    return main(["lab", *map(str, words)])


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("next_step")
    assert lab("train", "next-step", "--in", write(folder / "in.jsonl", lines(30)), "--model", folder / "m.npz") == 0
    return folder / "m.npz"


def test_what_was_said_earlier_in_a_case_is_remembered(model: Path, tmp_path: Path) -> None:
    rows = [{**row, "case": f"new {row['case']}"} for row in lines(3)]
    asked = write(tmp_path / "in.jsonl", [{**row, "next": None} for row in rows])
    assert lab("predict", "next-step", "--model", model, "--in", asked, "--out", tmp_path / "out.jsonl") == 0
    answers = read(tmp_path / "out.jsonl")
    assert [answer["ranked"][0][0] for answer in answers] == [row["next"] for row in rows]
    assert {why["code"] for why in answers[0]["why"]} >= {"recommend.similar_cases"}
    assert answers[0]["why"][-1]["values"] == {"n": "30", "k": "30"}


def test_lines_of_a_case_in_another_order_are_answered_as_well(model: Path, tmp_path: Path) -> None:
    rows = lines(3)
    asked = write(tmp_path / "in.jsonl", rows[::-1])
    assert lab("predict", "next-step", "--model", model, "--in", asked, "--out", tmp_path / "out.jsonl") == 0
    answers = read(tmp_path / "out.jsonl")
    assert {answer["ranked"][0][0] for answer in answers if not answer["steps"]} == {"ask_name"}
    assert {answer["ranked"][0][0] for answer in answers if len(answer["steps"]) == 2} == {"goodbye"}


def test_score_tells_accuracy_calibration_and_cases(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = write(tmp_path / "in.jsonl", [*lines(6), {"case": "c9", "steps": [], "text": "hi", "next": "unheard_of"}])
    assert lab("score", "next-step", "--model", model, "--in", asked, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["count"], told["cases"]) == (19, 7)
    assert told["accuracy"] == pytest.approx(18 / 19)
    assert told["accuracy_by_case"] == pytest.approx(6 / 7)
    assert 0 <= told["ece"] < 0.3


def test_steps_alone_are_enough_and_bare_lines_are_answered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A log of events has neither words nor look-ups; numbers stand for steps, and the end may be the empty one."""
    log = [[1, 8, 6], [1, 8, 9, 6], [1, 9, 6]] * 8
    rows = [
        {"case": n, "steps": steps[:at], "next": steps[at] if at < len(steps) else ""}
        for n, steps in enumerate(log)
        for at in range(1, len(steps) + 1)
    ]
    told = write(
        tmp_path / "in.jsonl", [*rows, {"steps": [1]}, {"next": None}, {"steps": ["\ud800"], "next": "\ud800"}]
    )
    assert lab("train", "next-step", "--in", told, "--model", tmp_path / "m.npz", "--json") == 0
    figures = json.loads(capsys.readouterr().out)
    assert (figures["examples"], figures["cases"], figures["skipped"]) == (81, 25, 2)
    odd = [
        {"steps": [1, 8, 9]},
        {},
        {"steps": "1, 8", "text": 5},
        {"steps": [1, 8, 6], "context": [1, None], "intent": {}},
        {"steps": ["\ud800", None], "text": "\udfff"},
    ]
    asked = write(tmp_path / "ask.jsonl", odd)
    assert lab("predict", "next-step", "--model", tmp_path / "m.npz", "--in", asked, "--out", tmp_path / "o.jsonl") == 0
    answers = read(tmp_path / "o.jsonl")
    assert answers[0]["ranked"][0][0] == "6"
    assert answers[3]["ranked"][0][0] == ""
    assert all(answer["ranked"] for answer in answers)


def test_a_model_is_needed_and_must_be_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = write(tmp_path / "in.jsonl", lines(1))
    assert lab("predict", "next-step", "--in", asked, "--out", tmp_path / "out.jsonl") == 1
    assert "--model" in capsys.readouterr().err
    (tmp_path / "m.npz").write_bytes(b"nothing")
    assert (
        lab("predict", "next-step", "--model", tmp_path / "m.npz", "--in", asked, "--out", tmp_path / "out.jsonl") == 1
    )
    assert "m.npz is no next-step model" in capsys.readouterr().err
    empty = write(tmp_path / "empty.jsonl", [])
    assert lab("train", "next-step", "--in", empty, "--model", tmp_path / "new.npz") == 1
    assert not (tmp_path / "new.npz").exists()


@pytest.mark.shared_data
@pytest.mark.skipif(not SHARED.is_dir(), reason="the public data sets are not beside the project (../shared/data)")
def test_the_steps_of_a_help_desk_are_foreseen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The next activity of a real ticket log, the end being one: always the most frequent one would be right in 40 %."""
    cases: dict[str, list[str]] = {}
    with lzma.open(SHARED / "helpdesk" / "helpdesk_first_two_thirds.csv.xz", "rt", encoding="utf-8") as file:
        next(file)
        for row in file:
            case, activity, _ = row.split(",")
            cases.setdefault(case, []).append(activity)
    rows = [
        {"case": case, "steps": steps[:at], "next": [*steps, "end"][at]}
        for case, steps in list(cases.items())[:600]
        for at in range(2, len(steps) + 1)
    ]
    learned, judged = rows[: len(rows) * 2 // 3], rows[len(rows) * 2 // 3 :]
    files = write(tmp_path / "learn.jsonl", learned), write(tmp_path / "judge.jsonl", judged)
    assert lab("train", "next-step", "--in", files[0], "--model", tmp_path / "m.npz") == 0
    capsys.readouterr()
    assert lab("score", "next-step", "--model", tmp_path / "m.npz", "--in", files[1], "--json") == 0
    assert json.loads(capsys.readouterr().out)["accuracy"] > 0.7
