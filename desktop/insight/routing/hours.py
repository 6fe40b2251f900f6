"""Business hours of a queue: whether it is open, when it opens next, and time that runs only while it is open. Openings are
wall-clock times in the queue's own zone, so a day of a clock change is an hour shorter or longer; an opening belongs to
the day on which it begins, none begins on a holiday, and what runs over midnight into a holiday ends at midnight.

All instants given and returned are aware. A zone or a time that cannot be read raises
``ValueError``: whoever takes hours from a person asks ``mistakes`` first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from desktop.domain.routing import Hours, Opening

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_MIDNIGHT = "24:00"
_LOOKED_AHEAD_DAYS = 400
"""A queue that does not open within a year and a month is taken not to open again."""

_LONGEST_DAYS = 3700

Span = tuple[datetime, datetime]


def mistakes(hours: Hours) -> tuple[str, ...]:
    """Return what of the hours cannot be read, as codes: ``zone``, ``day``, ``time``."""
    found = []
    try:
        _zone(hours.zone)
    except ValueError:
        found.append("zone")
    if any(day not in range(7) for opening in hours.openings for day in opening.days):
        found.append("day")
    if any(not _CLOCK.fullmatch(one.opens) or not _is_close(one.closes) for one in hours.openings):
        found.append("time")
    return tuple(found)


def is_open(hours: Hours | None, at: datetime) -> bool:
    """Whether the queue is open at an instant; without hours it always is."""
    if hours is None or not hours.openings:
        return True
    return next_opening(hours, at) == at


def next_opening(hours: Hours | None, at: datetime) -> datetime | None:
    """Return ``at`` where it is open then, else when it opens next; ``None`` where it does not open within 400 days."""
    if hours is None or not hours.openings:
        return at
    for opens, closes in _spans(hours, at, _LOOKED_AHEAD_DAYS):
        if closes > at:
            return max(opens, at)
    return None


def closes_at(hours: Hours | None, at: datetime) -> datetime | None:
    """Return when the queue, open at ``at``, closes; ``None`` where it is closed then or never closes."""
    if hours is None or not hours.openings:
        return None
    end: datetime | None = None
    for opens, closes in _spans(hours, at, _LOOKED_AHEAD_DAYS):
        if end is None and opens <= at < closes:
            end = closes
        elif end is not None and opens > end:
            return end
        elif end is not None:
            end = closes
        elif opens > at:
            return None
    return None


def open_seconds(hours: Hours | None, start: datetime, end: datetime) -> float:
    """Return the seconds between two instants during which the queue is open; 0 where ``end`` is not after ``start``.
    A span of more than ten years is counted for its first ten."""
    if end <= start:
        return 0.0
    if hours is None or not hours.openings:
        return (end - start).total_seconds()
    total = 0.0
    for opens, closes in _spans(hours, start, _LONGEST_DAYS):
        if opens >= end:
            break
        total += max(0.0, (min(closes, end) - max(opens, start)).total_seconds())
    return total


def after_open(hours: Hours | None, start: datetime, seconds: float) -> datetime:
    """Return the instant at which the queue has been open for ``seconds`` since ``start``. Where it does not open any more,
    time runs as on a clock: a due time always exists."""
    if hours is None or not hours.openings:
        return start + timedelta(seconds=seconds)
    left = timedelta(seconds=seconds)
    last = start
    for opens, closes in _spans(hours, start, _LONGEST_DAYS):
        begin = max(opens, start)
        if begin - last > timedelta(days=_LOOKED_AHEAD_DAYS):
            break
        if closes > begin:
            if closes - begin >= left:
                return begin + left
            left -= closes - begin
            last = closes
    return last + left


def _is_close(text: str) -> bool:
    return text == _MIDNIGHT or _CLOCK.fullmatch(text) is not None


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError) as error:  # a folder, a path out of the database, an unknown key
        raise ValueError("zone") from error


def _clock(text: str) -> time:
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise ValueError("time")
    return time(int(match[1]), int(match[2]))


def _spans(hours: Hours, start: datetime, days: int) -> Iterator[Span]:
    """Yield when it is open, in order and not overlapping, from the day before ``start`` for so many days after it."""
    zone = _zone(hours.zone)
    first = start.astimezone(zone).date() - timedelta(days=1)
    if not any(opening.days for opening in hours.openings):
        return
    ended: datetime | None = None
    for ahead in range(days + 2):
        for opens, closes in _of_day(hours, first + timedelta(days=ahead)):
            if ended is None or closes > ended:
                yield (opens if ended is None else max(opens, ended)), closes
                ended = closes


@lru_cache(maxsize=4096)
def _of_day(hours: Hours, day: date) -> tuple[Span, ...]:
    if day in hours.holidays:
        return ()
    zone = _zone(hours.zone)
    found = (_span(opening, hours, day, zone) for opening in hours.openings if day.weekday() in opening.days)
    return tuple(sorted(span for span in found if span[0] < span[1]))


def _span(opening: Opening, hours: Hours, day: date, zone: ZoneInfo) -> Span:
    tomorrow = day + timedelta(days=1)
    opens = _instant(day, _clock(opening.opens), zone, is_end=False)
    if opening.closes == _MIDNIGHT:
        return opens, _instant(tomorrow, time(), zone, is_end=True)
    closes = _clock(opening.closes)
    if closes > _clock(opening.opens):
        return opens, _instant(day, closes, zone, is_end=True)
    return opens, _instant(tomorrow, time() if tomorrow in hours.holidays else closes, zone, is_end=True)


def _instant(day: date, clock: time, zone: ZoneInfo, *, is_end: bool) -> datetime:
    """Return a wall-clock time as an instant. Of a time that comes twice an opening begins with the first and ends with the
    second; one that is left out is as late as if the clock had not been changed yet (PEP 495)."""
    first = datetime.combine(day, clock, zone)
    second = first.replace(fold=1)
    comes_twice = first.astimezone(UTC) < second.astimezone(UTC)
    return (second if is_end and comes_twice else first).astimezone(UTC)
