"""Reading answers whose shape nobody guarantees: what is missing or of another kind is empty, never an error.

Pure. Called by every module of this package that looks into an answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

Row = Mapping[str, Any]

_EMPTY: Final[dict[str, Any]] = {}
_LATEST_S: Final = 253_402_300_799.0


def part(row: Any, *path: str) -> Row:
    """Return the object at ``path``, an empty one where there is none."""
    for name in path:
        row = row.get(name) if isinstance(row, Mapping) else None
    return row if isinstance(row, Mapping) else _EMPTY


def rows(value: Any) -> list[Row]:
    """Return the objects of a list, whatever else lies between them."""
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def text(row: Row, name: str) -> str:
    """Return a field as text; numbers are written out, everything else is empty."""
    value = row.get(name)
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def number(row: Row, name: str) -> int:
    """Return a field as a whole number of at most 63 bits, 0 where it is none."""
    value = row.get(name)
    if isinstance(value, str):
        value = int(value) if value.isascii() and value.isdecimal() and len(value) < 19 else 0
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 2**63:
        return 0
    return int(value)


def words(row: Row, name: str) -> list[str]:
    """Return the texts of a list."""
    value = row.get(name)
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def micros(row: Row, name: str) -> int:
    """Return a point in time (Unix seconds, with or without a fraction, or ISO 8601) in microseconds, 0 where none."""
    value = row.get(name)
    if isinstance(value, str):
        value = _seconds(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < _LATEST_S:
        return 0
    return round(value * 1_000_000)


def moment(row: Row, name: str) -> datetime | None:
    """Return a point in time, ``None`` where there is none."""
    value = micros(row, name)
    return instant(value) if value else None


def instant(value: int) -> datetime:
    """Return microseconds since 1970 as a point in time."""
    return datetime.fromtimestamp(value / 1_000_000, UTC)


def plain(row: Row) -> dict[str, str]:
    """Return the fields of an object that say something as text: lists joined, nested objects left out."""
    found: dict[str, str] = {}
    for name, value in row.items():
        if isinstance(value, bool):
            found[name] = "yes" if value else "no"
        elif isinstance(value, str | int | float) and str(value):
            found[name] = str(value)
        elif isinstance(value, list) and (joined := ", ".join(one for one in value if isinstance(one, str))):
            found[name] = joined
    return found


def _seconds(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        pass
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return 0.0
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
