"""Whom and what a lead leads: contacts in queues of their team, agents and leads of their team, and where no team has a queue
to itself all of them. Admins lead everything. Every handler of this package asks here first.
"""

from __future__ import annotations

from collections.abc import Iterable

from desktop.domain.agent import Agent, Queue, Role
from desktop.domain.ids import AgentId
from desktop.domain.interaction import Interaction
from desktop.hub.db.visibility import is_open_to
from desktop.hub.desk.refusals import Gone, Refused
from desktop.hub.desk.work import Work
from desktop.wire.errors import Code

_LED = (Role.AGENT, Role.LEAD)


def lead_of(work: Work) -> AgentId:
    """Return the lead who asks. Raises ``Refused(FORBIDDEN)`` for agents and machines."""
    if not work.is_lead:
        raise Refused(Code.FORBIDDEN, "only a lead can do this")
    return work.agent_id


async def led_contact(work: Work, id_: str) -> Interaction:
    """Return a contact the caller leads. Raises ``Refused(FORBIDDEN)``, and ``Gone`` for one they do not see."""
    lead_of(work)
    interaction = await work.interaction(id_)
    queue = await work.queue(interaction.queue)
    if queue is not None and not _leads_queue(work, queue):
        raise Refused(Code.FORBIDDEN, "it is in a queue of another team")
    return interaction


async def led_agent(work: Work, id_: str) -> Agent:
    """Return a colleague the caller leads. Raises ``Refused(FORBIDDEN)``, and ``Gone`` where nobody works here under this
    id."""
    lead_of(work)
    agent = (await work.agents()).get(id_)
    if agent is None or not agent.is_active:
        raise Gone("no such agent")
    if work.caller.role is not Role.ADMIN and (agent.role not in _LED or agent.team != work.caller.team):
        raise Refused(Code.FORBIDDEN, "they are of another team")
    return agent


async def must_lead_queues(work: Work, ids: Iterable[str]) -> None:
    """Raises ``Refused``: ``FORBIDDEN`` where a queue is another team's or the caller no lead, ``UNKNOWN_VALUE`` for what
    is no queue."""
    lead_of(work)
    queues = await work.queues()
    for id_ in ids:
        if id_ not in queues:
            raise Refused(Code.UNKNOWN_VALUE, "no such queue")
        if not _leads_queue(work, queues[id_]):
            raise Refused(Code.FORBIDDEN, "it is a queue of another team")


async def must_lead_all(work: Work) -> None:
    """For what concerns every queue. Raises ``Refused(FORBIDDEN)`` where any is another team's."""
    lead_of(work)
    if not all(_leads_queue(work, queue) for queue in (await work.queues()).values()):
        raise Refused(Code.FORBIDDEN, "it concerns queues of other teams")


def _leads_queue(work: Work, queue: Queue) -> bool:
    return is_open_to(queue, work.caller.role, work.caller.team)
