"""Whether an agent takes work. What they own stays theirs when they go; what only rings at them goes back."""

from __future__ import annotations

from msgspec.structs import replace

from desktop.domain.agent import Presence, PresenceState
from desktop.domain.commands import SetPresence
from desktop.hub.desk import offers
from desktop.hub.desk.refusals import Gone, Refused
from desktop.hub.desk.work import Work
from desktop.wire.errors import Code

_LONGEST_REASON = 64


async def set_presence(work: Work, command: SetPresence) -> None:
    if command.state is PresenceState.NOT_RESPONDING:
        raise Refused(Code.UNKNOWN_VALUE, "only the hub says that somebody does not respond")
    if len(command.reason) > _LONGEST_REASON or not command.reason.isprintable():
        raise Refused(Code.UNKNOWN_VALUE, "the reason is a short code")
    agent = await work.ledger.agent(work.agent_id)
    if agent is None:
        raise Gone("no such agent")
    reason = command.reason.strip() if command.state is PresenceState.AWAY else ""
    await work.put_agent(replace(agent, presence=Presence(state=command.state, reason=reason, since=work.at)))
    if command.state is PresenceState.READY:
        work.has_room(agent.id, is_fresh=True)
    else:
        await offers.withdraw(work, agent.id)
