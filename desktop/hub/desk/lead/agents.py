"""What a lead does about an agent: set their state, lend them to other queues for a while. The agent's record says by whom;
what they choose themselves afterwards holds.

Who is lent to a queue that their team does not see sees of it what they are given, as any guest does: their window need not
fetch another queue's history.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from desktop.domain.agent import Agent, Loan, Presence
from desktop.domain.commands import LendAgent, SetAgentPresence
from desktop.hub.desk import presence
from desktop.hub.desk.lead.authority import lead_of, led_agent, must_lead_queues
from desktop.hub.desk.refusals import Refused
from desktop.hub.desk.work import Work
from desktop.wire.errors import Code

LONGEST_LOAN = timedelta(days=31)
_MOST_QUEUES = 100


async def set_agent_presence(work: Work, command: SetAgentPresence) -> None:
    """At once, whatever the agent has in hand: that stays theirs. Raises ``Refused`` as an agent's own wish does."""
    agent = await led_agent(work, command.agent_id)
    reason = await presence.reason_of(work, command.state, command.reason)
    set_by = None if agent.id == work.caller.agent_id else lead_of(work)
    await presence.put_presence(work, agent, Presence(state=command.state, reason=reason, since=work.at, set_by=set_by))


async def lend_agent(work: Work, command: LendAgent) -> None:
    """Lend, lend elsewhere or for longer, or end it (``until`` ``None``). Raises ``Refused(UNKNOWN_VALUE)`` without a queue
    or for an end that is not within the coming month."""
    agent = await led_agent(work, command.agent_id)
    if command.until is None:
        if agent.loan is not None:
            await _put(work, replace(agent, loan=None))
        return
    until = utc(command.until)
    if not work.at < until <= work.at + LONGEST_LOAN:
        raise Refused(Code.UNKNOWN_VALUE, "lend until some time within the coming month")
    queues = tuple(dict.fromkeys(command.queues))
    if not 0 < len(queues) <= _MOST_QUEUES:
        raise Refused(Code.UNKNOWN_VALUE, "name the queues")
    await must_lead_queues(work, queues)
    await _put(work, replace(agent, loan=Loan(queues=queues, until=until, by=lead_of(work))))


async def end_loan(work: Work, agent: Agent) -> None:
    """The time of a loan is over: the agent works their own queues again."""
    await _put(work, replace(agent, loan=None))


async def _put(work: Work, agent: Agent) -> None:
    saved = await work.put_agent(agent)
    work.has_room(saved.id)


def utc(at: datetime) -> datetime:
    """Return an instant in UTC; one without a zone is taken for UTC."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
