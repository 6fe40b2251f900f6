"""An analyst teaches the lab how the customers of their centre sound, and asks it about new lines."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from desktop.app.lab.task import task_named
from desktop.hub.training.mood import starter_moods

OPTIONS = argparse.Namespace()


def test_what_was_learned_answers_beside_every_line_whatever_it_holds(tmp_path: Path) -> None:
    task = task_named("mood")
    lines = [{"text": one.text, "mood": one.mood} for one in starter_moods()[::4]]
    bad = [{"text": "", "mood": "negative"}, {"text": "x", "mood": "furious"}, {"mood": "neutral"}, {"text": 5}]
    figures = task.train([*lines, *bad], tmp_path / "m.npz", 7, OPTIONS)
    assert figures["skipped"] == len(bad)
    assert figures["seed"] == 7
    assert float(figures["accuracy"]) > 0.6
    predictor = task.load(tmp_path / "m.npz", OPTIONS)
    for text in ("Das ist eine Frechheit!", "Vielen Dank, alles bestens!", "", None, 5, "\ud800\x00", "Wo ist es?"):
        ranked = predictor.predict({"text": text})["ranked"]
        assert sorted(label for label, _ in ranked) == ["negative", "neutral", "positive"]
        assert sum(p for _, p in ranked) == pytest.approx(1, abs=1e-4)
    assert predictor.predict({"text": "Das ist eine Frechheit!"})["ranked"][0][0] == "negative"
    pairs = [(line, predictor.predict(line)) for line in lines]
    assert float(task.score(pairs)["accuracy"]) > 0.8


def test_two_moods_are_enough_and_the_third_is_out_of_reach(tmp_path: Path) -> None:
    task = task_named("mood")
    lines = [{"text": one.text, "mood": one.mood} for one in starter_moods()[::3] if one.mood != "neutral"]
    task.train(lines, tmp_path / "m.npz", 1, OPTIONS)
    chances = dict(task.load(tmp_path / "m.npz", OPTIONS).predict({"text": "Wo ist mein Paket?"})["ranked"])
    assert chances["neutral"] < 1e-6


def test_without_a_model_the_shipped_one_answers() -> None:
    found = task_named("mood").load(None, OPTIONS).predict({"text": "Na toll, schon wieder falsch geliefert."})
    assert found["ranked"][0][0] == "negative"
    assert "toll" in " ".join(found["words"])


def test_nothing_to_learn_from_and_what_is_no_model_are_said_plainly(tmp_path: Path) -> None:
    task = task_named("mood")
    with pytest.raises(ValueError, match="two moods"):
        task.train([{"text": "a", "mood": "neutral"}] * 9, tmp_path / "m.npz", 1, OPTIONS)
    assert not (tmp_path / "m.npz").exists()
    (tmp_path / "noise.npz").write_bytes(b"no")
    with pytest.raises(ValueError, match="damaged"):
        task.load(tmp_path / "noise.npz", OPTIONS)
