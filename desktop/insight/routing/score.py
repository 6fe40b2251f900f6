"""How well an agent who may take a request fits it: skill, knowing the case, load, idleness, each as a numbered reason."""

from __future__ import annotations

from datetime import datetime

from desktop.domain.suggestion import Reason
from desktop.insight.routing.capacity import TOTAL, capacity_of
from desktop.insight.routing.request import AgentLoad, Request

SKILL_WEIGHT = 4.0
PREFERRED_WEIGHT = 3.0
LOAD_WEIGHT = 2.0
IDLE_WEIGHT = 1.0
IDLE_FULL_S = 1800.0
"""Half an hour without work counts as idle as it gets."""

HIGHEST_LEVEL = 5


def language_skill(request: Request) -> str:
    """Return the name of the skill the request's language asks for, empty where the language is unknown."""
    return f"lang:{request.language}" if request.language and request.language != "und" else ""


def fit(request: Request, load: AgentLoad, now: datetime) -> tuple[float, tuple[Reason, ...]]:
    """Return the score (higher fits better) and what it is made of."""
    reasons: list[Reason] = []
    levels = {skill.name: skill.level for skill in load.agent.skills}
    wanted = [skill.name for skill in request.skills]
    language = language_skill(request)
    if language in levels:
        wanted.append(language)
    if wanted:
        match = sum(min(levels.get(name, 0), HIGHEST_LEVEL) for name in wanted) / (HIGHEST_LEVEL * len(wanted))
        named = ", ".join(f"{name} {levels.get(name, 0)}" for name in wanted)
        reasons.append(
            Reason(
                code="routing.skills",
                weight=SKILL_WEIGHT * match,
                values={"skills": named, "percent": str(round(100 * match))},
            )
        )
    if request.preferred is not None and request.preferred == load.agent.id:
        reasons.append(Reason(code="routing.knows_the_case", weight=PREFERRED_WEIGHT))
    room = max(1, capacity_of(load.agent, TOTAL))
    reasons.append(
        Reason(
            code="routing.load",
            weight=LOAD_WEIGHT * (1 - min(1.0, load.total / room)),
            values={"working": str(load.total), "capacity": str(room)},
        )
    )
    if load.idle_since is not None:
        idle_s = max(0.0, (now - load.idle_since).total_seconds())
        reasons.append(
            Reason(
                code="routing.idle",
                weight=IDLE_WEIGHT * min(1.0, idle_s / IDLE_FULL_S),
                values={"seconds": str(round(idle_s))},
            )
        )
    return sum(reason.weight for reason in reasons), tuple(reasons)
