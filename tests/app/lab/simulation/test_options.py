"""``dirigent lab simulate`` as an analyst types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.app.cli import main

SMALL = [
    "lab",
    "simulate",
    "--agents",
    "8",
    "--hours",
    "1",
    "--warm-up",
    "0.2",
    "--runs",
    "2",
    "--history",
    "5",
    "--seed",
    "9",
]


def played(capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, object]:
    assert main([*SMALL, "--json", *more]) == 0
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


def test_policies_stand_side_by_side_with_their_intervals(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(SMALL) == 0
    told = capsys.readouterr().out
    for word in (
        "longest-idle",
        "bullseye",
        "service_level",
        "occupancy_gini",
        "±",
        "dirigent less the others",
        "seed 9",
    ):
        assert word in told
    found = played(capsys)
    assert list(found["policies"]) == ["fifo", "longest-idle", "skills", "bullseye", "dirigent"]  # type: ignore[call-overload]
    assert found == {**played(capsys), "seconds": found["seconds"]}, "the same seed, the same figures"
    assert found["policies"] != played(capsys, "--seed", "10")["policies"]
    ours, fifo = (found["policies"][name]["match"][0] for name in ("dirigent", "fifo"))  # type: ignore[index]
    less = found["differences"]["dirigent - fifo"]["match"]  # type: ignore[index]
    assert less[0] == pytest.approx(ours - fifo)


def test_one_policy_and_one_run_have_no_interval(capsys: pytest.CaptureFixture[str]) -> None:
    found = played(capsys, "--policy", "skills", "--runs", "1")
    assert found["differences"] == {}
    assert found["policies"]["skills"]["occupancy"][1] is None  # type: ignore[index]


def test_a_file_of_counts_is_played_day_by_day(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "calls.csv"
    rows = [
        f"2024-05-{day:02} {hour:02}:{minute:02}:00,{5 + hour % 3}"
        for day in (6, 7, 8)
        for hour in (8, 9, 10)
        for minute in (0, 30)
    ]
    path.write_text("DateTime,Calls\n" + "\n".join(rows))
    found = played(capsys, "--arrivals", str(path), "--runs", "9", "--channels", "call", "--policy", "fifo")
    assert (found["arrivals"], found["runs"]) == ("calls.csv", 3)
    assert "asa_s.chat" not in found["by_channel"]["fifo"]  # type: ignore[index]


def test_a_centre_of_ones_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": "ada"}\n{"id": "bob"}\n')
    (tmp_path / "q.jsonl").write_text('{"id": "all", "answer_s": {"call": 30}}\n')
    own = ("--agents", str(tmp_path / "a.jsonl"), "--queues", str(tmp_path / "q.jsonl"))
    found = played(capsys, *own, "--arrivals", "poisson:20/h", "--handling", "exp:120", "--patience", "none")
    assert (found["agents"], found["queues"], found["load"]) == (2, 1, None)
    assert found["policies"]["fifo"]["abandoned"][0] == 0.0  # type: ignore[index]


def test_the_check_prints_formulas_beside(capsys: pytest.CaptureFixture[str]) -> None:
    exp = ["--check", "--handling", "exp:180", "--patience", "exp:120", "--policy", "longest-idle"]
    assert main([*SMALL, *exp]) == 0
    told = capsys.readouterr().out
    assert "Erlang A" in told
    assert "formula" in told
    systems = {row["system"] for row in played(capsys, *exp)["rows"]}  # type: ignore[attr-defined]
    assert len(systems) == 3
    assert len({row["system"] for row in played(capsys, *exp, "--load", "1.2")["rows"]}) == 2, "no end without patience"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--policy", "fifo,best"], "not best"),
        (["--policy", ","], "--policy takes"),
        (["--arrivals", "poisson:many"], "poisson:RATE/h"),
        (["--arrivals", "nowhere.csv"], "nowhere.csv"),
        (["--agents", "agents.jsonl"], "needs --queues"),
        (["--agents", "0"], "from 1"),
        (["--channels", "call=lots"], "--channels"),
        (["--channels", "web=1"], "--channels"),
        (["--handling", "none"], "--handling"),
        (["--check"], "exponential"),
        (["--arrivals", "poisson:99999999/h"], "would not end"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(
    capsys: pytest.CaptureFixture[str], given: list[str], told: str
) -> None:
    assert main([*SMALL, *given]) == 1
    found = capsys.readouterr()
    assert told in found.err
    assert "Traceback" not in found.err
    assert found.out == ""


@pytest.mark.parametrize("given", [["--load", "0"], ["--patience", "soon"], ["--runs", "0"], ["--hours", "-1"]])
def test_options_out_of_range_are_asked_for_wrongly(capsys: pytest.CaptureFixture[str], given: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([*SMALL, *given])
    assert stopped.value.code == 2
    assert given[0] in capsys.readouterr().err
