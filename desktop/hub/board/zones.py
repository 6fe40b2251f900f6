"""Days and half hours as clocks on the wall show them. Instants inside the board are seconds since 1970; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from desktop.domain.agent import Queue

HALF_S: Final = 1800
DAY_S: Final = 86_400


class Today(NamedTuple):
    """A local day: from ``start`` until ``end``, of which ``date`` is the name."""

    date: date
    start: int
    end: int


@lru_cache(maxsize=256)
def zone_of(name: str) -> ZoneInfo:
    """Return a zone by its IANA name; one that nobody knows is UTC."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        return ZoneInfo("UTC")


def zone_name(queue: Queue | None) -> str:
    """Return the zone whose days a queue goes by."""
    return queue.hours.zone if queue is not None and queue.hours is not None else "UTC"


def centre_zone(queues: Iterable[Queue]) -> str:
    """Return the zone that most queues go by: the day of agents, and of all queues together."""
    counts = Counter(zone_name(queue) for queue in queues)
    return min(counts, key=lambda name: (-counts[name], name)) if counts else "UTC"


def today(zone: str, at: float) -> Today:
    """Return the local day of an instant."""
    day = datetime.fromtimestamp(at, zone_of(zone)).date()
    return _day(zone, day)


@lru_cache(maxsize=1024)
def _day(zone: str, day: date) -> Today:
    return Today(day, _midnight(zone, day), _midnight(zone, day + timedelta(days=1)))


def _midnight(zone: str, day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone_of(zone)).timestamp())


def half_of(zone: str, at: float) -> int:
    """Return when the local half hour of an instant began. They are counted from midnight on."""
    start = today(zone, at).start
    return start + int(at - start) // HALF_S * HALF_S


def halves(day: Today) -> range:
    """Return the beginnings of a day's half hours."""
    return range(day.start, day.end, HALF_S)


def instant(at: float) -> datetime:
    """Return seconds since 1970 as an instant in UTC."""
    return datetime.fromtimestamp(at, UTC)
