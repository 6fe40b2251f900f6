"""The shipped mood model can be built again, and the sentences it learns from are worth learning from."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np

from desktop.hub.training.__main__ import main
from desktop.hub.training.mood import STARTER_CHOICE, starter_moods, train_mood
from desktop.insight.mood import MoodModel, starter


def test_the_starter_set_has_enough_sentences_of_every_mood_and_language() -> None:
    rows = starter_moods()
    counts = Counter((one.language, one.mood) for one in rows)
    assert min(counts.values()) >= 100
    assert all(sum(n for (code, _), n in counts.items() if code == language) >= 400 for language in ("de", "en"))
    assert len({(one.language, one.text.casefold()) for one in rows}) == len(rows)


def test_the_same_seed_builds_the_model_that_is_shipped(tmp_path: Path) -> None:
    assert main(["mood", "--out", str(tmp_path / "m.npz")]) == 0
    built = MoodModel.load(tmp_path / "m.npz")
    # Another machine may round the last digit otherwise.
    assert np.abs(built.weights.astype(int) - starter().weights.astype(int)).max() <= 2
    assert built.languages == ("de", "en")


def test_half_the_sentences_tell_the_mood_of_the_other_half() -> None:
    rows = starter_moods()
    _, figures = train_mood(rows[::2], seed=3, choice=STARTER_CHOICE)
    assert figures.accuracy > 0.65
    assert figures.held_out >= 0.19 * len(rows[::2])
