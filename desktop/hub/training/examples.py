"""Labelled texts to learn from: JSON lines (``{"text", "intent"}``, intent null for none of them), CSV with those two
columns, or phrase files in the form of the starter set. Bad rows are counted and skipped, never fatal."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from desktop.assets import asset
from desktop.insight.catalogue import phrases
from desktop.insight.intent import NONE

_NONE_KEY = "none"
_LONGEST = 20_000


class TooFewExamples(ValueError):
    """There is nothing to learn from: fewer than two request types, fewer than two texts for each, or no word that may be
    learned."""


class Example(Struct, frozen=True):
    """``intent`` is ``NONE`` (empty) for what is none of the request types. ``weight`` is how much it counts; ``author``
    tells customers apart, empty where the text is nobody's secret (phrases that are shipped, files of a lab)."""

    text: str
    intent: str
    weight: float = 1.0
    author: str = ""


class Examples(Struct, frozen=True):
    """What was read, and how many rows could not be."""

    rows: tuple[Example, ...]
    skipped: int = 0


def starter_examples() -> Examples:
    """Return the phrases that are shipped, German and English."""
    return read_examples(sorted(asset("starter").glob("intents.*.yaml")))


def read_examples(paths: Iterable[Path]) -> Examples:
    """Read all ``paths``. Raises ``ValueError`` for a file of an unknown kind, ``OSError`` where one is unreadable."""
    rows: list[Example] = []
    skipped = 0
    for path in paths:
        for one in _read(path):
            if one is None:
                skipped += 1
            else:
                rows.append(one)
    return Examples(tuple(rows), skipped)


def _read(path: Path) -> Iterator[Example | None]:
    if path.suffix in (".yaml", ".yml"):
        for intent, texts in phrases(path).items():
            yield from (Example(text, NONE if intent == _NONE_KEY else intent) for text in texts)
    elif path.suffix in (".jsonl", ".ndjson"):
        with path.open(encoding="utf-8", errors="replace") as file:
            yield from (_from_json(line) for line in file if line.strip())
    elif path.suffix == ".csv":
        with path.open(encoding="utf-8", errors="replace", newline="") as file:
            for row in csv.DictReader(file):
                yield checked(row.get("text"), row.get("intent") or row.get("category") or None)
    else:
        raise ValueError(f"{path.name}: neither .jsonl nor .csv nor .yaml")


def _from_json(line: str) -> Example | None:
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return checked(row.get("text"), row.get("intent")) if isinstance(row, dict) else None


def checked(text: object, intent: object) -> Example | None:
    """Return the example, or ``None`` where there is no text or the intent is no text."""
    if not isinstance(text, str) or not text.strip() or not (intent is None or isinstance(intent, str)):
        return None
    return Example(text[:_LONGEST], intent or NONE)
