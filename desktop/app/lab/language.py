"""The lab's task ``language``: nothing to learn, it always answers with what is shipped. A truth to judge by stands in
``language`` (or ``lang``) as an ISO 639-1 code; ``und`` or null is a text in no language.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from desktop.app.lab.scores import Answer, judged
from desktop.app.lab.task import Figures, Line, Predictor
from desktop.insight.language import UNKNOWN, language_of


def _truth(line: Line) -> str | None:
    code = str(line.get("language") or line.get("lang") or UNKNOWN).strip().lower()[:3].split("-")[0]
    return None if code == UNKNOWN else code


class _LanguagePredictor:
    def predict(self, line: Line) -> dict[str, Any]:
        text = line.get("text")
        found = language_of(text if isinstance(text, str) else "")
        ranked = found.ranked or ((UNKNOWN, 1.0),)
        return {"ranked": [[code, round(p, 6)] for code, p in ranked], "known": found.language != UNKNOWN}


class LanguageTask:
    """See ``task.Task``."""

    can_learn = False

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The task has no options of its own."""

    def train(self, lines: Sequence[Line], model: Path, seed: int, options: argparse.Namespace) -> Figures:
        raise ValueError("languages are not learned here: edit resources/starter/languages.yaml, then `make models`")

    def load(self, model: Path | None, options: argparse.Namespace) -> Predictor:
        if model is not None:
            raise ValueError("the language task takes no model, it answers with what is shipped")
        return _LanguagePredictor()

    def score(self, pairs: Iterable[tuple[Line, Line]]) -> Figures:
        return judged(
            Answer(
                truth=_truth(line),
                ranked=[(str(code), float(p)) for code, p in answer.get("ranked", ())],
                known=bool(answer.get("known")),
            )
            for line, answer in pairs
        )


TASK = LanguageTask()
