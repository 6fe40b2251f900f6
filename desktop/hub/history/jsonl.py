"""Reads contact history from JSON lines: one object a line with the columns of ``contact_rows`` as keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from desktop.hub.history.contact_rows import RowReader

_LONGEST = 16 * 1024 * 1024


def jsonl_reader(path: Path, source: str = "jsonl") -> RowReader:
    """Return a reader of a file of JSON lines. Raises ``UnreadableSource``."""
    return RowReader(_JsonRows(path), path, source)


class _JsonRows:
    def __init__(self, path: Path) -> None:
        self._path = path

    def rows(self) -> Iterator[tuple[str, Mapping[str, str] | str]]:
        with self._path.open("rb") as file:
            for number, raw in enumerate(file, 1):
                if raw.strip():
                    yield f"{self._path.name}:{number}", _cells(raw.removeprefix(b"\xef\xbb\xbf"))


def _cells(raw: bytes) -> Mapping[str, str] | str:
    if len(raw) > _LONGEST:
        return "too_large"
    try:
        value: Any = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return "bad_json"
    if not isinstance(value, dict):
        return "not_an_object"
    cells: dict[str, str] = {}
    for key, cell in value.items():
        if isinstance(cell, str):
            cells[key] = cell
        elif isinstance(cell, int | float) and not isinstance(cell, bool):
            cells[key] = str(cell)
        elif cell is not None:
            return "wrong_columns"
    return cells
