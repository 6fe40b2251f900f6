"""The lab tells languages with what is shipped, and is judged on lines that say the truth."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from desktop.app.lab.task import task_named

OPTIONS = argparse.Namespace()


def test_lines_are_answered_ranked_and_judged() -> None:
    task = task_named("language")
    predictor = task.load(None, OPTIONS)
    lines = [
        {"text": "Wo ist mein Paket?", "language": "de"},
        {"text": "Where is my parcel?", "language": "en-GB"},
        {"text": "12345", "language": None},
    ]
    answers = [predictor.predict(line) for line in lines]
    assert answers[0]["ranked"][0][0] == "de"
    assert answers[2] == {"ranked": [["und", 1.0]], "known": False}
    figures = task.score(zip(lines, answers, strict=True))
    assert (figures["accuracy"], figures["none_recall"]) == (1.0, 1.0)


def test_it_learns_nothing_and_takes_no_model(tmp_path: Path) -> None:
    task = task_named("language")
    assert not task.can_learn
    with pytest.raises(ValueError, match="not learned here"):
        task.train([], tmp_path / "m", 1, OPTIONS)
    with pytest.raises(ValueError, match="no model"):
        task.load(tmp_path / "m", OPTIONS)


@pytest.mark.parametrize("text", [None, 5, "", "\ud800\x00", "😡" * 1000])
def test_no_line_breaks_it(text: object) -> None:
    assert task_named("language").load(None, OPTIONS).predict({"text": text})["ranked"][0][0] == "und"
