"""Counts put into the shapes of the wire: the figures of a queue, an agent, a half hour. Pure; called by ``live``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from desktop.domain.agent import Queue
from desktop.domain.ids import InteractionId, QueueId
from desktop.hub.board.contact import listed
from desktop.hub.board.forecasts import Forecasts
from desktop.hub.board.outlook import expected_until
from desktop.hub.board.staff import Member, Staff
from desktop.hub.board.tally import Counts, QueueTally, Tally
from desktop.hub.board.zones import HALF_S, Today, instant
from desktop.insight.routing import is_open
from desktop.insight.routing.capacity import TOTAL, capacity_of
from desktop.wire.board import AgentFigures, ContactFigures, Interval, QueueFigures
from desktop.wire.shapes import QueueLive


def of_queue(
    queue: Queue, tally: QueueTally, staff: Staff, forecasts: Forecasts, day: Today, now: float
) -> QueueFigures:
    """Return the figures of a queue at ``now``, which is within ``day`` of its zone."""
    total = tally.between(day.start, day.end)
    due, in_time = tally.judged_lately(now)
    plan = forecasts.plan(queue.id, day)
    half = plan.halves.get(int(now - day.start) // HALF_S * HALF_S + day.start) if plan is not None else None
    oldest = tally.waiting[0] if tally.waiting else None
    ready, working = staff.standing(queue.id)
    return QueueFigures(
        id=queue.id,
        names=queue.names,
        waiting=len(tally.waiting),
        longest_s=max(0, int(now - oldest[0])) if oldest is not None else 0,
        longest=InteractionId(oldest[1]) if oldest is not None else None,
        active=tally.active,
        answered=total.answered,
        abandoned=total.abandoned,
        arrivals=total.arrivals,
        arrivals_forecast=round(expected_until(plan, now), 1) if plan is not None else None,
        level_now=in_time / due if due else None,
        level_today=total.in_time / total.due if total.due else None,
        level_forecast=forecasts.levels.get(queue.id) if plan is not None else None,
        target=queue.target,
        backlog=tally.backlog(now),
        average_answer_s=_mean(total.answer_s, total.answered),
        average_handling_s=_mean(total.handling_s, total.handled),
        ready=ready,
        working=working,
        needed=half.needed if half is not None else None,
        is_open=is_open(queue.hours, instant(now)),
    )


def in_short(queue: QueueFigures) -> QueueLive:
    """Return the few figures of a queue that programs outside read."""
    return QueueLive(
        id=queue.id,
        names=queue.names,
        waiting=queue.waiting,
        longest_s=queue.longest_s,
        active=queue.active,
        answered_today=queue.answered,
        abandoned_today=queue.abandoned,
        service_level=queue.level_today,
    )


def of_half(
    queue: QueueId, start: int, counts: Counts | None, forecasts: Forecasts, day: Today, there: int | None, now: float
) -> Interval:
    """Return half an hour of a queue. What has not begun has no counts."""
    plan = forecasts.plan(queue, day)
    half = plan.halves.get(start) if plan is not None else None
    forecast = None
    if plan is not None and half is not None:
        forecast = plan.night.get(start, half.mean) if start + HALF_S <= now else half.mean
    counts = counts or Counts()
    has_begun = start <= now
    return Interval(
        start=instant(start),
        queue=queue,
        arrivals=counts.arrivals if has_begun else None,
        forecast=round(forecast, 2) if forecast is not None else None,
        low=half.low if half is not None else None,
        high=half.high if half is not None else None,
        answered=counts.answered if has_begun else None,
        abandoned=counts.abandoned if has_begun else None,
        in_time=counts.in_time if has_begun else None,
        needed=half.needed if half is not None else None,
        there=there,
    )


def together(start: datetime, parts: Sequence[Interval], there: int | None) -> Interval:
    """Return half an hour of several queues. Ranges are put together as of queues that err independently."""
    told = [one for one in parts if one.forecast is not None and one.low is not None and one.high is not None]
    forecast = sum(one.forecast or 0.0 for one in told)
    below = sum(((one.forecast or 0.0) - (one.low or 0.0)) ** 2 for one in told) ** 0.5
    above = sum(((one.high or 0.0) - (one.forecast or 0.0)) ** 2 for one in told) ** 0.5
    return Interval(
        start=start,
        arrivals=_sum(one.arrivals for one in parts),
        forecast=round(forecast, 2) if told else None,
        low=max(0.0, round(forecast - below, 1)) if told else None,
        high=round(forecast + above, 1) if told else None,
        answered=_sum(one.answered for one in parts),
        abandoned=_sum(one.abandoned for one in parts),
        in_time=_sum(one.in_time for one in parts),
        needed=_sum(one.needed for one in parts),
        there=there,
    )


def of_agent(member: Member, tally: Tally, day: Today, now: float) -> AgentFigures:
    """Return the figures of an agent; ``day`` is the centre's."""
    agent = member.agent
    contacts = _in_hand(tally, agent.id)
    load: dict[str, int] = {}
    for one in contacts:
        load[one.channel] = load.get(one.channel, 0) + 1
    done = [facts for facts in tally.handled.get(agent.id, {}).values() if is_within(facts.handled, day)]
    times = [facts.handling_s for facts in done if facts.handling_s is not None]
    at = instant(now)
    return AgentFigures(
        id=agent.id,
        name=agent.name,
        team=agent.team,
        presence=agent.presence,
        next_presence=agent.next_presence,
        load=load,
        capacity={name: capacity_of(agent, name) for name in (*load, TOTAL)},
        contacts=contacts,
        queues=tuple(QueueId(id_) for id_ in sorted(member.queues)),
        lent_until=agent.loan.until if agent.loan is not None and agent.loan.until > at else None,
        handled=len(done),
        declined=sum(is_within(when, day) for when, _ in member.shift.declined),
        missed=sum(is_within(when, day) for when, _ in member.shift.missed),
        average_handling_s=_mean(sum(times), len(times)),
        occupancy=member.shift.occupancy,
        is_silent=agent.silence is not None,
    )


def is_within(at: float | None, day: Today) -> bool:
    return at is not None and day.start <= at < day.end


def _in_hand(tally: Tally, agent_id: str) -> tuple[ContactFigures, ...]:
    ids = tally.in_hand.get(agent_id, ())
    found = (listed(tally.contacts[id_], tally.since(id_), is_bare=False) for id_ in ids)
    return tuple(sorted(found, key=lambda one: (one.since, one.id)))


def _mean(total: float, count: int) -> float | None:
    return round(total / count, 1) if count else None


def _sum(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
