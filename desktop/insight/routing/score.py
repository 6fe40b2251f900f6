"""How well an agent who may take a request fits it: skills, knowing the case or the customer's segment, what is to be
expected of them, load, idleness, each as a numbered reason. ``suit`` is what does not change from one contact to the next,
``fit`` is everything."""

from __future__ import annotations

from datetime import datetime

from desktop.domain.agent import Agent, Skill
from desktop.domain.suggestion import Reason
from desktop.insight.routing.capacity import TOTAL, capacity_of
from desktop.insight.routing.outcomes import Outcomes
from desktop.insight.routing.request import AgentLoad, Demand, Request
from desktop.insight.routing.rings import demand_of

SKILL_WEIGHT = 4.0
WISHED_WEIGHT = 1.5
PREFERRED_WEIGHT = 3.0
SEGMENT_WEIGHT = 1.0
OUTCOME_WEIGHT = 3.0
LOAD_WEIGHT = 2.0
IDLE_WEIGHT = 1.0
IDLE_FULL_S = 1800.0
"""Half an hour without work counts as idle as it gets."""

HIGHEST_LEVEL = 5

KNOWS_THE_CASE = Reason(code="routing.knows_the_case", weight=PREFERRED_WEIGHT)


def fit(
    request: Request,
    load: AgentLoad,
    now: datetime,
    outcomes: Outcomes | None = None,
    outcome_cases: int = 30,
    demand: Demand | None = None,
) -> tuple[float, tuple[Reason, ...]]:
    """Return the score (higher fits better) and what it is made of. ``demand`` is the request's, where it is at hand."""
    demand = demand if demand is not None else demand_of(request)
    reasons = suit(demand, load.agent, outcomes, outcome_cases)
    if request.preferred is not None and request.preferred == load.agent.id:
        reasons.append(KNOWS_THE_CASE)
    room = max(1, capacity_of(load.agent, TOTAL))
    reasons.append(
        Reason(
            code="routing.load",
            weight=load_weight(load),
            values={"working": str(load.total), "capacity": str(room)},
        )
    )
    if load.idle_since is not None:
        idle_s = max(0.0, (now - load.idle_since).total_seconds())
        reasons.append(Reason(code="routing.idle", weight=idle_weight(idle_s), values={"seconds": str(round(idle_s))}))
    return sum(reason.weight for reason in reasons), tuple(reasons)


def suit(demand: Demand, agent: Agent, outcomes: Outcomes | None = None, outcome_cases: int = 30) -> list[Reason]:
    """Return what speaks for the agent whatever they have in hand."""
    reasons: list[Reason] = []
    levels = {skill.name: skill.level for skill in agent.skills}
    wanted = [skill.name for skill in demand.skills]
    if demand.language in levels:
        wanted.append(demand.language)
    if wanted:
        reasons.append(_matched("routing.skills", SKILL_WEIGHT, wanted, levels))
    wished = _wished(demand.wished, levels)
    if wished:
        reasons.append(_matched("routing.wished", WISHED_WEIGHT, wished, levels, len(demand.wished)))
    if demand.segment and demand.segment in levels:
        reasons.append(_matched("routing.segment", SEGMENT_WEIGHT, [demand.segment], levels))
    if outcomes is not None and demand.intent:
        expected = outcomes.expected(agent.id, demand.intent, outcome_cases)
        if expected is not None:
            values = {"n": str(expected.cases), "seconds": str(round(expected.handling_s))}
            if expected.resolution is not None:
                values["percent"] = str(round(100 * expected.resolution))
            if expected.rating is not None:
                values["rating"] = f"{expected.rating:.1f}"
            reasons.append(
                Reason(code="routing.outcome", weight=round(OUTCOME_WEIGHT * expected.value, 3), values=values)
            )
    return reasons


def load_weight(load: AgentLoad) -> float:
    """Return what having so much in hand leaves of the weight of empty hands."""
    return LOAD_WEIGHT * (1 - min(1.0, load.total / max(1, capacity_of(load.agent, TOTAL))))


def idle_weight(idle_s: float) -> float:
    """Return what so many seconds without new work count."""
    return IDLE_WEIGHT * min(1.0, max(0.0, idle_s) / IDLE_FULL_S)


def _wished(wished: tuple[Skill, ...], levels: dict[str, int]) -> list[str]:
    """Return the wished skills the agent has at the level they are wished at."""
    return [skill.name for skill in wished if levels.get(skill.name, 0) >= max(1, skill.level)]


def _matched(code: str, weight: float, names: list[str], levels: dict[str, int], of: int = 0) -> Reason:
    """Return how far the agent's levels are from the highest, over ``of`` skills (else as many as are named)."""
    share = sum(min(levels.get(name, 0), HIGHEST_LEVEL) for name in names) / (HIGHEST_LEVEL * (of or len(names)))
    named = ", ".join(f"{name} {levels.get(name, 0)}" for name in names)
    return Reason(code=code, weight=weight * share, values={"skills": named, "percent": str(round(100 * share))})
