"""RT's statuses and priorities as the desk's, both ways. Pure.

    RT                            the desk
    new, open, nobody's           queued
    new, open, somebody's         active
    stalled                       waiting; snoozed as long as ``Starts`` lies ahead, active again once it has passed
    stalled, the customer wrote   as if it were open: RT leaves it stalled
    resolved, rejected            closed, with the status as disposition
    deleted                       not there any more

A lifecycle with other statuses tells by its kinds: initial and active ones are as ``open``, inactive ones as ``resolved``.
Priorities run from 0 to 100 there and from 5 to 1 here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from desktop.backends.rt.shapes import Ticket, instant, number
from desktop.domain.interaction import InteractionState as S

NOBODY: Final = "Nobody"
OPEN: Final = "open"
STALLED: Final = "stalled"
RESOLVED: Final = "resolved"
DELETED: Final = "deleted"
REJECTED: Final = "rejected"
INACTIVE: Final = frozenset({RESOLVED, REJECTED, DELETED})
KNOWN: Final = frozenset({"new", OPEN, STALLED}) | INACTIVE

DISPOSITIONS: Final[Mapping[str, Mapping[str, str]]] = {
    RESOLVED: {"en": "Resolved", "de": "Erledigt"},
    REJECTED: {"en": "Rejected", "de": "Abgelehnt"},
}


def is_inactive(status: str, others: frozenset[str]) -> bool:
    """Whether a ticket in ``status`` is done with. ``others`` are inactive statuses of other lifecycles."""
    return status in INACTIVE or status in others


def state_of(ticket: Ticket, now: datetime, others: frozenset[str] = frozenset(), *, is_answered: bool = False) -> S:
    """Return where a ticket is on its way. ``is_answered``: the customer wrote after it was stalled."""
    if is_inactive(ticket.status, others):
        return S.CLOSED
    is_owned = ticket.owner.name not in ("", None, NOBODY)
    if ticket.status == STALLED and not is_answered:
        starts = instant(ticket.starts)
        if starts is None:
            return S.WAITING
        if starts > now:
            return S.SNOOZED
    return S.ACTIVE if is_owned else S.QUEUED


def priority_of(value: int | str | None) -> int:
    """Return a priority of RT as one of the desk, 1 the most urgent."""
    return 5 - min(max(round(number(value) / 25), 0), 4)


def rt_priority(priority: int) -> int:
    """Return a priority of the desk as one of RT."""
    return (5 - min(max(priority, 1), 5)) * 25
