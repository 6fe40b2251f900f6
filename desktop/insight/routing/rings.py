"""Bullseye rings: who is asked widens with waiting time. The innermost ring asks whom the queue names; each further one
lowers what is required of a skill and adds teams. What a ring once allowed, a later one allows too; a level never sinks
below 1, and the language stays required. Waiting counts while the queue is open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from desktop.domain.agent import Skill
from desktop.domain.routing import Ring
from desktop.insight.routing.hours import after_open, open_seconds
from desktop.insight.routing.request import Demand, Request

LOWEST_LEVEL = 1


def waited_s(request: Request, now: datetime) -> float:
    """Return how long the request has waited, in seconds of its queue's hours; 0 where nobody knows since when."""
    return open_seconds(request.hours, request.created_at, now) if request.created_at is not None else 0.0


def ring_at(rings: Sequence[Ring], waited: float) -> int:
    """Return which ring is asked after so many seconds: 0 is the innermost."""
    return sum(ring.after_s <= waited for ring in rings)


def next_ring_at(request: Request, now: datetime) -> datetime | None:
    """Return when the next ring is asked, ``None`` where the outermost is reached or the queue never opens again."""
    if request.created_at is None or not request.rings:
        return None
    waited = waited_s(request, now)
    ahead = [ring.after_s for ring in request.rings if ring.after_s > waited]
    at = after_open(request.hours, request.created_at, min(ahead)) if ahead else None
    return at if at is not None and at > now else None


def lowered(skills: Sequence[Skill], drop: int) -> tuple[Skill, ...]:
    """Return skills required at a level lower by ``drop``, but never below 1."""
    return tuple(
        Skill(name=one.name, level=max(min(one.level, LOWEST_LEVEL), one.level - max(0, drop))) for one in skills
    )


def demand_of(request: Request, ring: int = 0) -> Demand:
    """Return what the request asks of an agent in a ring."""
    reached = sorted(request.rings, key=lambda one: one.after_s)[:ring]
    drop = max((one.level_drop for one in reached), default=0)
    added = {team for one in reached for team in one.teams}
    is_known = bool(request.language) and request.language != "und"
    return Demand(
        queue=request.queue,
        teams=tuple(sorted({*request.teams, *added})) if request.teams else (),
        skills=lowered(request.skills, drop) if drop > 0 else request.skills,
        wished=request.wished,
        language=f"lang:{request.language}" if is_known else "",
        segment=f"segment:{request.segment.lower()}" if request.segment else "",
        intent=request.intent,
    )
