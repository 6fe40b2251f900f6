"""The forecast of a queue's day, and the agents it takes: what ``insight.forecast`` says, put together from what the hub
knows. Pure and slow (a thread's work, called by ``forecasts``); numpy comes with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from desktop.domain.agent import Queue
from desktop.hub.board.history import Arrivals, Habits
from desktop.hub.board.zones import DAY_S, HALF_S, Today, half_of, instant, today, zone_name, zone_of
from desktop.insight.queueing import erlang_a
from desktop.insight.routing import is_open

if TYPE_CHECKING:
    from desktop.insight.forecast import Expected, Forecaster

FEWEST_DAYS: Final = 14
"""A queue with a shorter history is not foretold: too few weekdays of each kind."""

FEWEST_A_DAY: Final = 2.0
"""A queue with fewer arrivals on the days that bring any is not foretold: its half hours would all be next to nothing."""

HEAT_WEEKS: Final = 8
COVERAGE: Final = 0.8
_HIGHEST_TARGET: Final = 0.99

Heat = tuple[tuple[float, ...], ...]


class Half(Struct, frozen=True, kw_only=True):
    """What is expected of half an hour: arrivals with their range, and agents for the service level."""

    mean: float
    low: float
    high: float
    needed: int | None = None


class Plan(Struct, frozen=True, kw_only=True):
    """A queue's day. ``night`` is what was expected of each half hour (by its beginning) before the day began, ``halves``
    what is expected with what came so far."""

    day: Today
    night: dict[int, float]
    halves: dict[int, Half]


def fitted(queue: Queue, arrivals: Arrivals, day: Today) -> Forecaster | None:
    """Return the forecaster of a queue from what came before ``day``, ``None`` where that is too little."""
    from desktop.insight.forecast import Forecaster

    zone = zone_of(zone_name(queue))
    counts: dict[datetime, int] = {}
    for at, count in arrivals:
        if at < day.start:
            start = instant(at).astimezone(zone)
            counts[start] = counts.get(start, 0) + count
    if not counts:
        return None
    first = min(counts).date()
    days = (day.date - first).days
    if days < FEWEST_DAYS or sum(counts.values()) < FEWEST_A_DAY * len({at.date() for at in counts}):
        return None
    # The first day is one on which the queue began at some hour; silent days in between were open and brought nothing.
    listed = {at: count for at, count in counts.items() if at.date() > first}
    for ahead in range(1, days):
        noon = datetime(first.year, first.month, first.day, 12, tzinfo=zone) + timedelta(days=ahead)
        if _opens_on(queue, noon):
            listed.setdefault(noon, 0)
    holidays = queue.hours.holidays if queue.hours is not None else ()
    return Forecaster.fit(_in_halves(listed), zone, HALF_S, holidays)


def planned(
    queue: Queue, forecaster: Forecaster, day: Today, so_far: Mapping[int, int], now: float, habits: Habits | None
) -> Plan:
    """Return the plan of ``day``; ``so_far`` are the arrivals of its half hours by their beginnings."""
    zone = zone_of(zone_name(queue))
    night = {int(one.start.timestamp()): one.mean for one in forecaster.predict(day.date)}
    seen = [(instant(start).astimezone(zone), count) for start, count in sorted(so_far.items())]
    expected = forecaster.predict(day.date, seen, instant(now), COVERAGE)
    before = {int(one.start.timestamp()): one for one in forecaster.predict(day.date, coverage=COVERAGE)}
    # Of what is over, what had been expected tells more than the count that is shown beside it.
    told = [before.get(int(one.start.timestamp()), one) if one.is_over else one for one in expected]
    agents = _agents(queue, told, habits)
    halves = {
        int(one.start.timestamp()): Half(
            mean=one.mean, low=one.low, high=one.high, needed=agents[place] if agents else None
        )
        for place, one in enumerate(told)
    }
    return Plan(day=day, night=night, halves=halves)


def expected_until(plan: Plan, now: float) -> float:
    """Return how many were expected to have come by ``now``, of the half hour that runs its share."""
    total = 0.0
    for start, mean in plan.night.items():
        total += mean * min(1.0, max(0.0, (now - start) / HALF_S))
    return total


def level_at_end(
    plan: Plan, habits: Habits, due: int, in_time: int, waiting: int, there: float, now: float
) -> float | None:
    """Return today's service level at the end of the day if it goes on as forecast with ``there`` agents.

    ``due`` and ``in_time`` are the first answers of today so far; who waits now fares like those who come now (Erlang A in
    each half hour)."""
    came = float(due)
    kept = float(in_time)
    ahead = [(start, half.mean) for start, half in plan.halves.items() if start + HALF_S > now]
    for start, mean in ahead:
        share = min(1.0, (start + HALF_S - now) / HALF_S)
        arriving = mean * share + (waiting if start <= now else 0)
        if arriving <= 0.0:
            continue
        came += arriving
        kept += arriving * _kept(mean / HALF_S, habits, there)
    return kept / came if came > 0.0 else None


def heat_of(arrivals: Arrivals, zone: str, first: float, now: float) -> Heat:
    """Return the mean arrivals by weekday (0 Monday) and half hour of the last weeks, of which the queue was there since
    ``first``; nothing where it was not there for a whole week."""
    end = today(zone, now)
    start = max(today(zone, first).start + DAY_S, end.start - HEAT_WEEKS * 7 * DAY_S)
    weeks = int(end.start - start + HALF_S) // (7 * DAY_S)
    if weeks < 1:
        return ()
    start = end.start - weeks * 7 * DAY_S
    sums = [[0.0] * 48 for _ in range(7)]
    for at, count in arrivals:
        if start <= at < end.start:
            local = instant(at).astimezone(zone_of(zone))
            sums[local.weekday()][local.hour * 2 + local.minute // 30] += count
    return tuple(tuple(round(count / weeks, 2) for count in day) for day in sums)


def _agents(queue: Queue, expected: list[Expected], habits: Habits | None) -> tuple[int, ...]:
    from desktop.insight.forecast import needed

    if habits is None:
        return ()
    target = min(_HIGHEST_TARGET, max(0.0, queue.target))
    try:
        return needed(expected, habits.handling_s / habits.at_once, habits.patience_s, target, habits.answer_s)
    except ValueError:  # more work than any centre does: not a number to staff by
        return ()


def _kept(rate: float, habits: Habits, there: float) -> float:
    agents = round(there)
    if agents < 1:
        return 0.0
    patience = habits.patience_s if habits.patience_s is not None else float("inf")
    if rate <= 0.0:
        return 1.0
    handling_s = habits.handling_s / habits.at_once
    if patience == float("inf") and rate * handling_s >= agents:
        return 0.0
    return erlang_a(rate, handling_s, patience, agents).service_level(habits.answer_s)


def _in_halves(counts: Mapping[datetime, int]) -> list[tuple[datetime, int]]:
    """Return quarters of an hour as the half hours of their zone."""
    found: dict[datetime, int] = {}
    for at, count in counts.items():
        zone = str(at.tzinfo)
        start = instant(half_of(zone, at.timestamp())).astimezone(at.tzinfo)
        found[start] = found.get(start, 0) + count
    return list(found.items())


def _opens_on(queue: Queue, noon: datetime) -> bool:
    """Whether a queue is open at any time of the day around ``noon``."""
    if queue.hours is None or not queue.hours.openings:
        return True
    if noon.date() in queue.hours.holidays:
        return False
    return any(noon.weekday() in opening.days for opening in queue.hours.openings) or is_open(queue.hours, noon)
