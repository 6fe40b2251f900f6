"""How much an agent can have in hand at once, per channel and together."""

from __future__ import annotations

from collections.abc import Mapping

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


def capacity_of(agent: Agent, channel: str) -> int:
    """Return how many of ``channel`` (or ``total``) the agent can have; 0 says that they do not serve it."""
    return agent.capacity.get(channel, DEFAULT_CAPACITY.get(channel, 0))


def has_room(agent: Agent, working: Mapping[str, int], channel: Channel) -> bool:
    """Whether the agent can take one more on ``channel``.

    Who is talking (call, video) takes no new live work, and who is in a live chat is not rung: a voice wants the
    whole of somebody's attention."""
    if working.get(channel, 0) >= capacity_of(agent, channel):
        return False
    if sum(working.values()) >= capacity_of(agent, TOTAL):
        return False
    if not channel.is_live:
        return True
    if any(count and Channel(name).is_spoken for name, count in working.items()):
        return False
    return not (channel.is_spoken and any(count and Channel(name).is_live for name, count in working.items()))
