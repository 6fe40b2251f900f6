"""The lab's task ``mood``: learns from ``{"text", "mood"}`` lines as ``hub.training.mood`` does, answers with the call the
hub makes on arrival, judges accuracy together with calibration.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from desktop.app.lab.scores import Answer, judged
from desktop.app.lab.task import Figures, Line, Predictor
from desktop.insight.artefact import ModelError
from desktop.insight.language import language_of
from desktop.insight.mood import MOODS, MoodModel, mood_of, starter

_SILENT = tuple((mood, 1.0 if mood == "neutral" else 0.0) for mood in ("neutral", "negative", "positive"))
"""What is answered to a text without any word or sign: nothing was said, so no feeling was."""


class _MoodPredictor:
    def __init__(self, model: MoodModel) -> None:
        self._model = model

    def predict(self, line: Line) -> dict[str, Any]:
        given = line.get("text")
        text = given if isinstance(given, str) else ""
        found = mood_of(text, language_of(text).language, self._model)
        return {
            "ranked": [[mood, round(p, 6)] for mood, p in found.ranked or _SILENT],
            "mood": round(found.mood, 4),
            "words": [str(reason.values["word"]) for reason in found.reasons],
        }


class MoodTask:
    """See ``task.Task``."""

    can_learn = True

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The task has no options of its own."""

    def train(self, lines: Sequence[Line], model: Path, seed: int, options: argparse.Namespace) -> Figures:
        from desktop.hub.training.mood import read_moods, train_mood

        examples, skipped = read_moods(lines)
        learned, figures = train_mood(examples, seed=seed)
        learned.save(model)
        told: dict[str, float | int | str] = {"split": "hold-out, one fifth of each mood"}
        return {**told, **msgspec.structs.asdict(figures), "skipped": skipped}

    def load(self, model: Path | None, options: argparse.Namespace) -> Predictor:
        try:
            return _MoodPredictor(starter() if model is None else MoodModel.load(model))
        except ModelError as error:
            told = "of another version" if error.code == "mood_model_format" else "no mood model, or damaged"
            raise ValueError(f"{error.name} is {told}") from error

    def score(self, pairs: Iterable[tuple[Line, Line]]) -> Figures:
        return judged(
            Answer(
                truth=str(line.get("mood", "")).strip().lower(),
                ranked=[(str(mood), float(p)) for mood, p in answer.get("ranked", ())],
            )
            for line, answer in pairs
            if str(line.get("mood", "")).strip().lower() in MOODS
        )


TASK = MoodTask()
