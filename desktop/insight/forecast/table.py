"""The history of a queue as a table: one row a day, one column an interval of the day as clocks on the wall show it.

Owns zones, clock changes and which days a history tells of; knows no model. Called by ``forecaster``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from numpy.typing import NDArray

Count = tuple[datetime, int]
"""When an interval begins, with its zone (without one: local time of the queue), and how many arrived in it."""

_DAY_S: Final = 86_400
_MOST: Final = 1e9
"""Whoever counts more in one interval has miscounted: such a count is none."""


class Table(NamedTuple):
    """``counts``: days x intervals, one row for each of ``days`` (ascending), one column from interval ``first`` on."""

    days: tuple[date, ...]
    first: int
    counts: NDArray[Any]

    @property
    def columns(self) -> int:
        return int(self.counts.shape[1])


def check_interval(interval_s: int) -> None:
    """Raise ``ValueError`` where a day is not a whole number of such intervals of one minute to four hours."""
    if not 60 <= interval_s <= 4 * 3600 or _DAY_S % interval_s:
        raise ValueError(f"an interval of {interval_s} s does not divide a day")


def place(at: datetime, zone: tzinfo, interval_s: int) -> tuple[date, int]:
    """Return the local day of an instant and the number of its interval in it (0: the one from midnight)."""
    local = at.astimezone(zone) if at.tzinfo is not None else at
    return local.date(), (local.hour * 3600 + local.minute * 60 + local.second) // interval_s


def starts(day: date, zone: tzinfo, interval_s: int) -> list[tuple[int, datetime]]:
    """Return number and beginning of each interval of a local day: fewer where clocks go forward, more (numbers come
    twice) where they go back."""
    begin = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    following = day + timedelta(days=1)
    end = datetime(following.year, following.month, following.day, tzinfo=zone).astimezone(UTC)
    found = []
    while begin < end:
        local = begin.astimezone(zone)
        found.append((place(local, zone, interval_s)[1], local))
        begin += timedelta(seconds=interval_s)
    return found


def table_of(history: Iterable[Count], zone: tzinfo, interval_s: int) -> Table | None:
    """Return the table of a history, or ``None`` where it has no arrival at all.

    A day of which nothing is listed is unknown (closed, or before the queue was), and so no row; an interval not listed
    of a day that is, was empty. Columns reach from the earliest to the latest interval ever listed. The hour that comes
    twice when clocks go back counts its first time."""
    import numpy as np

    rows: dict[date, dict[int, float]] = {}
    for at, count in history:
        day, number = place(at, zone, interval_s)
        row = rows.setdefault(day, {})
        if at.tzinfo is None or not at.astimezone(zone).fold:
            row[number] = row.get(number, 0.0) + _arrivals(count)
    if not any(any(row.values()) for row in rows.values()):
        return None
    days = tuple(sorted(rows))
    listed = {number for row in rows.values() for number in row}
    first, last = min(listed), max(listed)
    counts = np.zeros((len(days), last - first + 1))
    for at_row, day in enumerate(days):
        for number, came in rows[day].items():
            counts[at_row, number - first] = came
    return Table(days, first, counts)


def seen(
    so_far: Sequence[Count], day: date, table: Table, zone: tzinfo, interval_s: int, now: datetime | None
) -> list[float]:
    """Return the counts of the columns of ``day`` that are over: up to the last one listed or, if ``now`` is given, up
    to the last that ended by then."""
    known: dict[int, float] = {}
    for at, count in so_far:
        on, number = place(at, zone, interval_s)
        if on == day:
            known[number - table.first] = known.get(number - table.first, 0.0) + _arrivals(count)
    over = max(known, default=-1) + 1
    if now is not None:
        today, number = place(now, zone, interval_s)
        over = number - table.first if today == day else table.columns if today > day else 0
    return [known.get(column, 0.0) for column in range(max(0, min(over, table.columns)))]


def _arrivals(count: float) -> float:
    return float(count) if 0.0 < count < _MOST else 0.0
