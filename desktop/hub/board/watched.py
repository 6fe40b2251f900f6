"""The figures that alert rules watch, read off the board's counts. Pure; called by ``alerts``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from desktop.domain.agent import PresenceState, Queue
from desktop.domain.ids import QueueId
from desktop.domain.interaction import InteractionState
from desktop.domain.routing import AlertMeasure, AlertRule
from desktop.hub.board.contact import ACTIVE, Contact
from desktop.hub.board.forecasts import Forecasts
from desktop.hub.board.outlook import expected_until
from desktop.hub.board.staff import Member, Staff
from desktop.hub.board.tally import QueueTally, Tally
from desktop.hub.board.zones import instant, today, zone_name
from desktop.insight.routing import is_open

FEWEST: Final = 10
"""Shares of fewer contacts than this say nothing."""

OF_QUEUES: Final = frozenset(
    {
        AlertMeasure.WAITING,
        AlertMeasure.LONGEST_WAIT_S,
        AlertMeasure.SERVICE_LEVEL,
        AlertMeasure.ABANDONED,
        AlertMeasure.READY_AGENTS,
        AlertMeasure.ARRIVALS_OVER_FORECAST,
    }
)


class Watched(NamedTuple):
    """A subject, the queue whose leads it is for, and its figure."""

    subject: str
    queue: QueueId | None
    value: float | None


class Counts(NamedTuple):
    """What rules look at."""

    queues: Mapping[str, Queue]
    tally: Tally
    staff: Staff
    forecasts: Forecasts


def watched(rule: AlertRule, counts: Counts, now: float) -> Iterator[Watched]:
    """Yield every subject of a rule with its figure at ``now``."""
    if rule.measure in OF_QUEUES:
        for id_, queue in counts.queues.items():
            if not rule.queues or id_ in rule.queues:
                yield Watched(id_, queue.id, of_queue(rule.measure, queue, counts, now))
    elif rule.measure is AlertMeasure.AWAY_S:
        for member in counts.staff.members.values():
            if not rule.queues or member.queues & set(rule.queues):
                yield Watched(member.agent.id, home(member, counts.queues), _away_s(member, now))
    else:
        for id_ in counts.tally.held():
            contact = counts.tally.contacts[id_]
            if contact.state in ACTIVE and (not rule.queues or contact.queue in rule.queues):
                yield Watched(id_, contact.queue, _of_contact(rule.measure, contact, counts.tally, now))


def of_queue(measure: AlertMeasure, queue: Queue, counts: Counts, now: float) -> float | None:
    """Return a figure of a queue, ``None`` where there is none: too few cases, closed, not foretold."""
    tally = counts.tally.of_queue(queue.id)
    match measure:
        case AlertMeasure.WAITING:
            return float(len(tally.waiting))
        case AlertMeasure.LONGEST_WAIT_S:
            return max(0.0, now - tally.waiting[0][0]) if tally.waiting else 0.0
        case AlertMeasure.READY_AGENTS:
            return float(counts.staff.standing(queue.id)[0]) if is_open(queue.hours, instant(now)) else None
        case AlertMeasure.SERVICE_LEVEL:
            due, in_time = tally.judged_lately(now)
            return in_time / due if due >= FEWEST else None
        case AlertMeasure.ABANDONED:
            return _abandoned(tally, queue, now)
        case _:
            return _over_forecast(tally, queue, counts.forecasts, now)


def home(member: Member, queues: Mapping[str, Queue]) -> QueueId | None:
    """Return a queue whose leads lead this agent: one that they work and that names their team."""
    own = [queues[id_] for id_ in member.queues if id_ in queues and member.agent.team in queues[id_].teams]
    return min(own, key=lambda queue: (queue.priority, queue.id)).id if own else None


def _abandoned(tally: QueueTally, queue: Queue, now: float) -> float | None:
    day = today(zone_name(queue), now)
    total = tally.between(day.start, day.end)
    ended = total.answered + total.abandoned
    return total.abandoned / ended if ended >= FEWEST else None


def _over_forecast(tally: QueueTally, queue: Queue, forecasts: Forecasts, now: float) -> float | None:
    day = today(zone_name(queue), now)
    plan = forecasts.plan(queue.id, day)
    expected = expected_until(plan, now) if plan is not None else 0.0
    return tally.between(day.start, day.end).arrivals / expected if expected >= FEWEST else None


def _away_s(member: Member, now: float) -> float | None:
    presence = member.agent.presence
    if not member.agent.is_active or presence.state is not PresenceState.AWAY or presence.since is None:
        return None
    return max(0.0, now - presence.since.timestamp())


def _of_contact(measure: AlertMeasure, contact: Contact, tally: Tally, now: float) -> float | None:
    match measure:
        case AlertMeasure.WRAP_UP_S:
            if contact.state is not InteractionState.WRAP_UP:
                return None
            return max(0.0, now - tally.since(contact.id).timestamp())
        case AlertMeasure.CONTACT_S:
            if not contact.channel.is_live or contact.accepted_at is None or contact.state is InteractionState.WRAP_UP:
                return None
            return max(0.0, now - contact.accepted_at.timestamp())
        case _:
            return contact.mood
