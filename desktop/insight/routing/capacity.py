"""How much an agent can have in hand at once, per channel and together, and which channel may interrupt which. What counts
is whatever keeps an agent busy, after-contact work included: who still writes up a call is not rung yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from desktop.domain.agent import Agent
from desktop.domain.channels import Channel

TOTAL = "total"

DEFAULT_CAPACITY: dict[str, int] = {
    Channel.CALL: 1,
    Channel.VIDEO: 1,
    Channel.CHAT: 3,
    Channel.MESSENGER: 4,
    Channel.IN_APP: 4,
    Channel.SMS: 4,
    Channel.SOCIAL: 4,
    Channel.EMAIL: 5,
    TOTAL: 6,
}

_WORKED = tuple(channel for channel in Channel if channel.is_interaction)

DEFAULT_INTERRUPTS: dict[str, tuple[str, ...]] = {
    str(new): tuple(
        str(held) for held in _WORKED if not new.is_live or (not held.is_live if new.is_spoken else not held.is_spoken)
    )
    for new in _WORKED
}
"""Which channels an agent may have in hand and still be rung for another: written work is let in at any time, a chat
beside anything but a voice, a voice only beside work nobody is waiting for at the other end: it wants the whole of
somebody's attention."""


def capacity_of(agent: Agent, channel: str) -> int:
    """Return how many of ``channel`` (or ``total``) the agent can have; 0 says that they do not serve it."""
    return agent.capacity.get(channel, DEFAULT_CAPACITY.get(channel, 0))


def may_interrupt(channel: Channel, held: Iterable[str], interrupts: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether ``channel`` may ring at somebody who has the channels ``held`` in hand. A written channel stands beside
    itself as far as its capacity goes; a channel that ``interrupts`` does not name goes by the built-in matrix."""
    allowed = interrupts.get(channel, DEFAULT_INTERRUPTS.get(channel, ()))
    return all(one in allowed or (one == channel and not channel.is_spoken) for one in held)


def has_room(
    agent: Agent,
    working: Mapping[str, int],
    channel: Channel,
    interrupts: Mapping[str, tuple[str, ...]] | None = None,
) -> bool:
    """Whether the agent can take one more on ``channel``: within its capacity, the total, and the interrupt matrix."""
    if working.get(channel, 0) >= capacity_of(agent, channel):
        return False
    if sum(working.values()) >= capacity_of(agent, TOTAL):
        return False
    return may_interrupt(channel, (name for name, count in working.items() if count), interrupts or {})
