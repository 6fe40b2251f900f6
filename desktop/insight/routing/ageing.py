"""In which order waiting requests are served: by priority, which waiting raises, within a priority by due time, then by age.
As every request reaches the highest priority, and new ones are due later than it ever was, none waits for ever."""

from __future__ import annotations

from datetime import datetime, timedelta

from desktop.domain.routing import RoutingPolicy
from desktop.insight.routing.hours import after_open
from desktop.insight.routing.request import Request
from desktop.insight.routing.rings import waited_s
from desktop.insight.routing.service_level import answer_s_of

HIGHEST_PRIORITY = 1
_EPOCH_S = 0.0

Order = tuple[int, float, float, str]


def aged(priority: int, waited: float, ageing_s: int) -> int:
    """Return the priority after ``waited`` seconds: one step more urgent for each full ``ageing_s`` (0: never), down
    to 1."""
    steps = int(waited // ageing_s) if ageing_s > 0 else 0
    return max(min(priority, HIGHEST_PRIORITY), priority - steps)


def order(request: Request, now: datetime, policy: RoutingPolicy) -> Order:
    """Return the sort key, least first: priority after ageing, due time, since when it waits (both Unix seconds), id.

    One without a due time is due by its channel's usual service level: it would starve otherwise."""
    waited = waited_s(request, now) if policy.ageing_s > 0 else 0.0
    return (aged(request.priority, waited, policy.ageing_s), *_within(request))


def _within(request: Request) -> tuple[float, float, str]:
    began = request.created_at
    due = request.due_at or (began + timedelta(seconds=answer_s_of(request.channel)) if began is not None else None)
    return (
        due.timestamp() if due is not None else _EPOCH_S,
        began.timestamp() if began is not None else _EPOCH_S,
        request.interaction_id,
    )


def next_step_at(request: Request, now: datetime, policy: RoutingPolicy) -> datetime | None:
    """Return when waiting makes the request more urgent next, ``None`` where it is as urgent as it gets."""
    if request.created_at is None or policy.ageing_s <= 0:
        return None
    waited = waited_s(request, now)
    if aged(request.priority, waited, policy.ageing_s) <= HIGHEST_PRIORITY:
        return None
    steps = int(waited // policy.ageing_s) + 1
    at = after_open(request.hours, request.created_at, steps * policy.ageing_s)
    return at if at > now else None
