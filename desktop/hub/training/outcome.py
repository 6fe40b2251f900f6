"""What a training job hands to the hub: for each task whether it learned anything, whether that is good enough, and where the
file is. Written by ``job``, read by ``hub.learning``; knows neither of them and imports no library that learns.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final, Literal, Protocol

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from desktop.insight.artefact import LARGEST, digest_of

TASKS: Final = ("intent", "next-step")
"""What a hub learns from its own history."""

REPORT: Final = "report.json"

Why = Literal["not_worse", "less_right", "less_honest", "too_little", "failed"]


class Outcome(Struct, frozen=True, kw_only=True):
    """``why`` says whether the model may run (``not_worse``), why not (``less_right``, ``less_honest``: it is there all the
    same, for an operator to decide), or why there is none (``too_little`` to learn from, ``failed``). ``file`` is its name
    beside the report. ``examples`` of history it was learned from, up to ``trained_until``, for ``labels`` labels."""

    task: str
    why: Why
    file: str = ""
    sha256: str = ""
    size: int = 0
    examples: int = 0
    labels: int = 0
    trained_until: datetime | None = None
    figures: dict[str, float] = {}

    @property
    def is_good(self) -> bool:
        return self.why == "not_worse"


class Learned(Protocol):
    def save(self, path: Path) -> None: ...


def filed(model: Learned, folder: Path, outcome: Outcome) -> Outcome:
    """Write what was learned as ``<task>.npz`` into ``folder`` and return ``outcome`` with the file's name, digest and size.
    A file too large to be handed out is not kept: then nothing but that it failed is returned."""
    path = folder / f"{outcome.task}.npz"
    model.save(path)
    with path.open("rb") as file:
        sha256, size = digest_of(file)
    if size > LARGEST:
        path.unlink()
        return Outcome(task=outcome.task, why="failed", size=size)
    return replace(outcome, file=path.name, sha256=sha256, size=size)


class Report(Struct, frozen=True, kw_only=True):
    """``labelled`` is how many contacts of the history read carry a label."""

    outcomes: tuple[Outcome, ...]
    read: int = 0
    labelled: int = 0


def write_report(folder: Path, report: Report) -> None:
    """Write the report; it appears whole or not at all."""
    part = folder / f"{REPORT}.part"
    part.write_bytes(msgspec.json.encode(report))
    part.replace(folder / REPORT)


def read_report(folder: Path) -> Report:
    """Return what a job wrote. Raises ``OSError`` where it wrote nothing, ``msgspec.DecodeError`` where that is no report."""
    return msgspec.json.decode((folder / REPORT).read_bytes(), type=Report)
