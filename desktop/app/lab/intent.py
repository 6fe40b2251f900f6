"""The lab's task ``intent``: learns as the hub does (``hub.training.intent``), answers with the model the hub answers
with, and judges accuracy together with calibration and refusals. Lines are ``{"text", "intent"}``, intent null for none of
them; ``category`` is understood as ``intent``, as public data sets call it.
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
from desktop.insight.intent import IntentModel, starter


def _truth(line: Line) -> object:
    return line["intent"] if "intent" in line else line.get("category")


class _IntentPredictor:
    def __init__(self, model: IntentModel) -> None:
        self._model = model

    def predict(self, line: Line) -> dict[str, Any]:
        text = line.get("text")
        found = self._model.predict(text if isinstance(text, str) else "")
        return {
            "ranked": [[label, round(p, 6)] for label, p in found.ranked],
            "known": found.known,
            "words": list(found.words),
            "also": list(found.also),
        }


class IntentTask:
    """See ``task.Task``."""

    can_learn = True

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The task has no options of its own."""

    def train(self, lines: Sequence[Line], model: Path, seed: int, options: argparse.Namespace) -> Figures:
        from desktop.hub.training.examples import checked
        from desktop.hub.training.intent import train

        labelled = [line for line in lines if "intent" in line or "category" in line]
        rows = [checked(line.get("text"), _truth(line) or None) for line in labelled]
        learned, figures = train([row for row in rows if row is not None], seed=seed)
        learned.save(model)
        told: dict[str, float | int | str] = {"split": "hold-out, one fifth of each intent"}
        return {**told, **msgspec.structs.asdict(figures), "skipped": len(lines) - sum(row is not None for row in rows)}

    def load(self, model: Path | None, options: argparse.Namespace) -> Predictor:
        try:
            return _IntentPredictor(starter() if model is None else IntentModel.load(model))
        except ModelError as error:
            told = "of another version" if error.code == "intent_model_format" else "no intent model, or damaged"
            raise ValueError(f"{error.name} is {told}") from error

    def score(self, pairs: Iterable[tuple[Line, Line]]) -> Figures:
        return judged(
            Answer(
                truth=str(_truth(line)) if _truth(line) else None,
                ranked=[(str(label), float(p)) for label, p in answer.get("ranked", ())],
                known=bool(answer.get("known")),
            )
            for line, answer in pairs
        )


TASK = IntentTask()
