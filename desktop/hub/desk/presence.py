"""Whether an agent takes work: what they ask for, at once or after what they have in hand. What they own stays theirs when
they go; what only rings at them goes back. What an agent asks for replaces any guess of the hub's."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from desktop.domain.agent import Agent, Presence, PresenceState
from desktop.domain.commands import SetPresence
from desktop.domain.interaction import InteractionState
from desktop.hub.desk import offers
from desktop.hub.desk.refusals import Gone, Refused
from desktop.hub.desk.silence import IN_TALK, come_back
from desktop.hub.desk.work import Work
from desktop.wire.errors import Code

AWAY_REASONS: Final = ("break", "lunch", "training", "meeting", "back_office")
"""Why one may be away where the policy names no reasons."""

_ALWAYS: Final = ("", "locked")  # no reason given; the window locked itself
_LONGEST_REASON: Final = 64


async def set_presence(work: Work, command: SetPresence) -> None:
    reason = await reason_of(work, command.state, command.reason)
    found = await come_back(work, work.agent_id, gives_back=command.state is not PresenceState.OFFLINE)
    if found is None:
        raise Gone("no such agent")
    wanted = Presence(state=command.state, reason=reason, since=work.at)
    if command.is_after and command.state is not PresenceState.READY:
        if found.next_presence is not None and _is_same(found.next_presence, wanted):
            await _take_back(work, found)
            return
        if await is_busy(work, found):
            await work.put_agent(replace(found, next_presence=wanted))
            await offers.withdraw(work, found.id)
            return
    await put_presence(work, found, wanted)


async def reason_of(work: Work, state: PresenceState, reason: str) -> str:
    """Return the reason to keep with a state. Raises ``Refused``: ``UNKNOWN_VALUE`` for a state that nobody sets or for
    what is no code, ``UNKNOWN_REASON`` for a reason that the policy does not have."""
    if state is PresenceState.NOT_RESPONDING:
        raise Refused(Code.UNKNOWN_VALUE, "only the hub says that somebody does not respond")
    if len(reason) > _LONGEST_REASON or not reason.isprintable():
        raise Refused(Code.UNKNOWN_VALUE, "the reason is a short code")
    reason = reason.strip()
    if state is not PresenceState.AWAY:
        return ""
    if reason not in _ALWAYS and reason not in ((await work.policy()).away_reasons or AWAY_REASONS):
        raise Refused(Code.UNKNOWN_REASON, "not one of the policy's reasons")
    return reason


async def put_presence(work: Work, agent: Agent, presence: Presence) -> Agent:
    """Give an agent a presence at once, with what follows from it; nothing that was to come later does."""
    saved = await work.put_agent(replace(agent, presence=presence, next_presence=None))
    if presence.state is PresenceState.READY:
        work.has_room(agent.id, is_fresh=True)
    else:
        await offers.withdraw(work, agent.id)
    return saved


async def _take_back(work: Work, agent: Agent) -> None:
    saved = await work.put_agent(replace(agent, next_presence=None))
    if saved.takes_work:
        work.has_room(saved.id)


async def is_busy(work: Work, agent: Agent) -> bool:
    """Whether somebody is at the other end, or was and is to be wrapped up."""
    in_hand = await work.ledger.assigned_to(agent.id, *IN_TALK, InteractionState.WRAP_UP)
    return any(one.channel.is_live for one in in_hand)


async def settle(work: Work) -> None:
    """Who has less in hand now may have waited for that. Called before a transaction of the desk ends."""
    for agent_id in tuple(work.freed):
        agent = await work.ledger.agent(agent_id)
        if agent is None or agent.next_presence is None or await is_busy(work, agent):
            continue
        await put_presence(work, agent, replace(agent.next_presence, since=work.at))


def _is_same(one: Presence, other: Presence) -> bool:
    return (one.state, one.reason) == (other.state, other.reason)
