"""What a task of the lab is: something that learns from lines, answers lines, and is judged on lines. One module a task,
made by ``task_named``; ``commands`` drives them, ``files`` reads and writes the lines. A line is one JSON object.
"""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Protocol, cast

Line = Mapping[str, Any]
"""One JSON object of an input file. Fields nobody knows are passed through; a missing one is an empty one."""

Figures = Mapping[str, float | int | str]
"""What was measured, by name, in the order to print it."""

NAMES: Final = ("intent", "mood", "language", "next-step", "identify")


class Predictor(Protocol):
    """A model ready to answer."""

    def predict(self, line: Line) -> dict[str, Any]:
        """Return the fields ``predict`` adds to ``line`` (``ranked`` …). Never raises for any text."""
        ...


class Task(Protocol):
    """Implemented by an object ``TASK`` in ``desktop.app.lab.<name>``; a dash in the name is an underscore there."""

    @property
    def can_learn(self) -> bool:
        """Whether ``train`` makes anything; a task without it always predicts with what is shipped."""
        ...

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add options only this task has (``--base`` …) to the parser of one verb."""
        ...

    def train(self, lines: Sequence[Line], model: Path, seed: int, options: argparse.Namespace) -> Figures:
        """Learn from ``lines``, write ``model`` whole or not at all, return hold-out figures. Raises ``ValueError`` with
        a sentence for a person where there is nothing to learn from; lines that teach nothing are counted as skipped."""
        ...

    def load(self, model: Path | None, options: argparse.Namespace) -> Predictor:
        """Return a predictor; ``None`` is the shipped model. Raises ``ValueError`` or ``OSError``."""
        ...

    def score(self, pairs: Iterable[tuple[Line, Line]]) -> Figures:
        """Judge (line with the truth, what ``predict`` added): accuracy, top three, refusals, calibration, counts …"""
        ...


def task_named(name: str) -> Task:
    """Return a task, importing it only now: learning and judging load what the window never needs."""
    module = importlib.import_module(f"desktop.app.lab.{name.replace('-', '_')}")
    return cast(Task, module.TASK)
