"""What waits, in the order in which one agent should take it, and why: the choice of a desk whose systems route nothing
themselves. It knows the contacts and the agent, not what colleagues do at this moment, so that nobody is waited for and
nothing is kept for anybody; capacity is the agent's own to judge, as it is they who ask.

Urgency comes first: the priority, raised by one step for each whole service level of waiting (of the queue, else of the
channel), so that a mail after four hours stands where a chat does after a minute. Who knows the case has it one step earlier;
what a colleague knows, or what asks for skills that the agent has none of, comes one step later until it is overdue. Within a
step whoever waits at this moment comes before written work, then what is due first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from desktop.domain.agent import Agent, Queue
from desktop.domain.ids import AgentId, CustomerId, DecisionId, QueueId, account_of
from desktop.domain.interaction import Interaction
from desktop.domain.routing import RoutingDecision
from desktop.domain.suggestion import Reason
from desktop.insight.routing.ageing import aged
from desktop.insight.routing.policy import levels_of, unsuited
from desktop.insight.routing.request import Request
from desktop.insight.routing.rings import demand_of, ring_at, waited_s
from desktop.insight.routing.score import KNOWS_THE_CASE, suit
from desktop.insight.routing.service_level import answer_s_of
from desktop.insight.routing.waiting import request_of

_TOLD = Reason(code="routing.taken_next", weight=9.0)


class Pulled(Struct, frozen=True, kw_only=True):
    """A request that the agent can take, and what speaks for it, with numbers."""

    request: Request
    waited: float
    reasons: tuple[Reason, ...]

    def decision(self, id_: DecisionId, agent_id: AgentId, at: datetime) -> RoutingDecision:
        """Return the record of its having been chosen."""
        return RoutingDecision(
            id=id_,
            interaction_id=self.request.interaction_id,
            at=at,
            agent_id=agent_id,
            queue=self.request.queue,
            waited_s=round(self.waited),
            reasons=(_TOLD, *self.reasons),
        )


def pulled(
    rows: Iterable[Interaction],
    agent: Agent,
    now: datetime,
    *,
    queues: Mapping[QueueId, Queue],
    served: Mapping[CustomerId, AgentId],
) -> list[Pulled]:
    """Return those of some waiting contacts that ``agent`` can take, the one to be taken first at the head. ``served`` says
    who had a customer's last contact. Queues, teams and loans of the agent are those of the system their record is of; what
    other systems let them see they may take."""
    experts = _experts(queues)
    found: list[tuple[tuple[float, ...], str, Pulled]] = []
    for row in rows:
        request = _request(row, queues, experts, served)
        waited = waited_s(request, now)
        demand = demand_of(request, ring_at(request.rings, waited))
        is_elsewhere = account_of(row.id) != account_of(agent.id)
        here = replace(agent, queues=(), loan=None) if is_elsewhere else agent
        if is_elsewhere:
            demand = replace(demand, teams=())
        if agent.id in request.declined_by or unsuited(demand, here, now):
            continue
        fitting = suit(demand, agent)
        is_mine = request.preferred == agent.id
        if is_mine:
            fitting.append(KNOWS_THE_CASE)
        answer_s = answer_s_of(request.channel, queues.get(request.queue) if request.queue is not None else None)
        due = request.due_at or (request.created_at or now) + timedelta(seconds=answer_s)
        is_foreign = (request.preferred is not None and not is_mine) or _is_beyond(request, agent)
        step = aged(request.priority, waited, answer_s)
        shift = -1 if is_mine else int(is_foreign and due > now)
        key = (step + shift, not request.channel.is_live, due.timestamp(), (request.created_at or now).timestamp())
        reasons = (*fitting, *_urgency(request, step, waited, now))
        found.append((key, row.id, Pulled(request=request, waited=waited, reasons=reasons)))
    found.sort(key=lambda one: one[:2])
    count = Reason(code="routing.first_of", values={"n": str(len(found))})
    return [replace(one, reasons=(*one.reasons, count)) if n == 0 else one for n, (_, _, one) in enumerate(found)]


def _experts(queues: Mapping[QueueId, Queue]) -> dict[str, Queue]:
    """Which queue serves a request type: what it asks of its agents, whoever takes such a request should have."""
    found: dict[str, Queue] = {}
    for _, queue in sorted(queues.items()):
        for intent in queue.intents if queue.skills or queue.wished else ():
            found.setdefault(intent, queue)
    return found


def _request(
    row: Interaction,
    queues: Mapping[QueueId, Queue],
    experts: Mapping[str, Queue],
    served: Mapping[CustomerId, AgentId],
) -> Request:
    request = request_of(row, queues.get(row.queue) if row.queue is not None else None)
    expert = experts.get(request.intent)
    if expert is not None and not request.skills and not request.wished:
        request = replace(request, wished=(*expert.skills, *expert.wished))
    if request.preferred is None and row.customer_id is not None:
        request = replace(request, preferred=served.get(row.customer_id))
    return request


def _is_beyond(request: Request, agent: Agent) -> bool:
    """Whether an agent of whom skills are known has none of those that are wished for."""
    levels = levels_of(agent)
    return bool(request.wished and levels) and not any(levels.get(skill.name) for skill in request.wished)


def _urgency(request: Request, step: int, waited: float, now: datetime) -> list[Reason]:
    found = []
    if step < request.priority:
        values = {"from": str(request.priority), "to": str(step), "seconds": str(round(waited))}
        found.append(Reason(code="routing.aged", values=values))
    else:
        found.append(Reason(code="routing.priority", values={"to": str(request.priority)}))
    if request.due_at is not None:
        left_s = (request.due_at - now).total_seconds()
        code = "routing.due" if left_s > 0 else "routing.overdue"
        found.append(Reason(code=code, values={"seconds": str(round(abs(left_s)))}))
    return found
