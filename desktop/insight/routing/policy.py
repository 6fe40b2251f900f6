"""The choice of an agent: rule out who cannot take the request, rank the rest, name the numbers. The same code decides in
the hub and in ``lab simulate``; a ``roster`` comes to the same answer without looking at everybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain

from desktop.domain.agent import Agent, Role
from desktop.domain.routing import RoutingPolicy
from desktop.insight.routing.capacity import capacity_of, has_room
from desktop.insight.routing.explanation import decided, undecided
from desktop.insight.routing.hours import after_open, open_seconds
from desktop.insight.routing.outcomes import Outcomes
from desktop.insight.routing.request import AgentLoad, Considered, Decision, Demand, Request
from desktop.insight.routing.rings import demand_of, next_ring_at, ring_at, waited_s
from desktop.insight.routing.score import fit

NEVER_IDLE_S = float("inf")
PLAIN = RoutingPolicy(ageing_s=0, preferred_s=0)
"""Nothing waits for anybody and nothing ages: what holds where no policy is given."""


def levels_of(agent: Agent) -> dict[str, int]:
    """Return the agent's levels by name of skill."""
    return {skill.name: skill.level for skill in agent.skills}


def unsuited(demand: Demand, agent: Agent, now: datetime, levels: Mapping[str, int] | None = None) -> str:
    """Return what rules the agent out however free they are, as a code: ``inactive``, ``queue``, ``team``, ``skill``,
    ``language``; empty where nothing does. Who is lent to a queue works it whatever their team.
    ``levels`` are those of ``levels_of``, where they are at hand."""
    if not agent.is_active or agent.role not in (Role.AGENT, Role.LEAD):
        return "inactive"
    loan = agent.loan if agent.loan is not None and now < agent.loan.until else None
    queues = loan.queues if loan is not None else agent.queues
    if queues and demand.queue is not None and demand.queue not in queues:
        return "queue"
    is_lent = loan is not None and demand.queue in loan.queues
    if demand.teams and agent.team not in demand.teams and not is_lent:
        return "team"
    levels = levels_of(agent) if levels is None else levels
    for skill in demand.skills:
        if levels.get(skill.name, 0) < skill.level:
            return "skill"
    # Who has no language skill on record is not known to lack one.
    if demand.language and demand.language not in levels and any(name.startswith("lang:") for name in levels):
        return "language"
    return ""


def profile_of(agent: Agent, now: datetime | None = None) -> tuple[object, ...]:
    """Return what decides which demands an agent suits (at ``now``, where it is given: a loan ends)."""
    loan = agent.loan if now is None or (agent.loan is not None and now < agent.loan.until) else None
    return (agent.is_active, agent.role, agent.team, agent.skills, agent.queues, loan)


def obstacle(request: Request, load: AgentLoad, now: datetime, policy: RoutingPolicy, demand: Demand) -> str:
    """Return the first thing that rules the agent out, as a code, or an empty text where nothing does: what ``unsuited``
    says, then ``not_ready``, ``declined``, ``capacity``."""
    code = unsuited(demand, load.agent, now)
    if code:
        return code
    if not load.agent.takes_work:
        return "not_ready"
    if load.agent.id in request.declined_by:
        return "declined"
    return "" if has_room(load.agent, load.working, request.channel, policy.interrupts) else "capacity"


def held_until(
    request: Request, preferred: AgentLoad | None, demand: Demand, now: datetime, policy: RoutingPolicy
) -> datetime | None:
    """Return until when others do not get the request because who knows the case is about to: they are ready and suited
    but have their hands full. So long as the policy says, but not past half of the time the customer was promised."""
    began = request.created_at
    if preferred is None or began is None or obstacle(request, preferred, now, policy, demand) != "capacity":
        return None
    if not capacity_of(preferred.agent, request.channel):
        return None
    seconds = float(policy.preferred_s)
    if request.due_at is not None:
        seconds = min(seconds, open_seconds(request.hours, began, request.due_at) / 2)
    until = after_open(request.hours, began, seconds)
    return until if until > now else None


def choose(
    request: Request,
    agents: Sequence[AgentLoad],
    now: datetime,
    *,
    policy: RoutingPolicy = PLAIN,
    outcomes: Outcomes | None = None,
) -> Decision:
    """Return who is offered ``request``: who knows the case, as long as the policy waits for them; then the best fit;
    between equals the one idle longest, then the lower id."""
    waited = waited_s(request, now)
    ring = ring_at(request.rings, waited)
    demand = demand_of(request, ring)
    known = next((load for load in agents if load.agent.id == request.preferred), None)
    hold = held_until(request, known, demand, now, policy)
    fitting: list[tuple[float, float, Considered]] = []
    ruled_out: list[Considered] = []
    for load in agents:
        code = obstacle(request, load, now, policy, demand)
        if not code and hold is not None:
            code = "reserved"
        if code:
            ruled_out.append(Considered(agent_id=load.agent.id, obstacle=code))
            continue
        score, reasons = fit(request, load, now, outcomes, policy.outcome_cases, demand)
        one = Considered(agent_id=load.agent.id, score=score, reasons=reasons)
        fitting.append((-round(score, 6), idle_key(load), one))
    fitting.sort(key=lambda entry: (is_second(request, entry[2], policy, waited), *entry[:2], entry[2].agent_id))
    considered = tuple(chain((entry[2] for entry in fitting), ruled_out))
    counts = Counter(one.obstacle for one in considered)
    again_at = earliest(next_ring_at(request, now), hold)
    if not fitting:
        return undecided(considered, counts, ring, waited, again_at)
    return decided(request, considered, counts, ring, waited, again_at, policy)


def is_second(request: Request, one: Considered, policy: RoutingPolicy, waited: float) -> bool:
    """Whether somebody else comes first whatever the score: who knows the case, while the policy waits for them."""
    return policy.preferred_s > waited and one.agent_id != request.preferred


def idle_key(load: AgentLoad) -> float:
    """Return since when the agent is idle, Unix seconds, to sort by; who never was comes last."""
    return load.idle_since.timestamp() if load.idle_since is not None else NEVER_IDLE_S


def earliest(*instants: datetime | None) -> datetime | None:
    """Return the first of some instants, ``None`` where there is none."""
    return min((one for one in instants if one is not None), default=None)
