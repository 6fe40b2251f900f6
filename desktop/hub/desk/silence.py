"""What happens to the work of an agent whose window fell silent: what rings at them goes back, live contacts go to others
first of all, written work stays; their presence becomes a guess of the hub's. Back in time, they get back what nobody took.
When a window is silent is for ``lookout`` to say.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from msgspec.structs import replace

from desktop.domain.agent import Agent, Presence, PresenceState, Silence
from desktop.domain.interaction import Interaction, InteractionState
from desktop.hub.desk import offers
from desktop.hub.desk.work import Work, moved, queued
from desktop.insight.routing import due_at

SILENT: Final = "silent"
"""The reason of the guess."""

IN_TALK: Final = (InteractionState.ACTIVE, InteractionState.ON_HOLD)
_NOBODYS: Final = (InteractionState.QUEUED, InteractionState.OFFERED)


def is_guess(presence: Presence) -> bool:
    """Whether a presence is what the hub made of a silent window."""
    return presence.state is PresenceState.NOT_RESPONDING and presence.reason == SILENT


async def fall_silent(work: Work, agent_id: str, heard_at: datetime | None) -> Agent | None:
    """An agent is not heard of any more, last at ``heard_at``. Returns them as they are now."""
    agent = await work.ledger.agent(agent_id)
    if agent is None or agent.silence is not None:
        return agent
    await offers.withdraw(work, agent.id)
    saved = []
    for interaction in await work.ledger.assigned_to(agent.id, *IN_TALK):
        if interaction.channel.is_live:
            await _save(work, interaction, agent)
            saved.append(interaction.id)
    presence, former = agent.presence, None
    if agent.next_presence is not None:
        presence = replace(agent.next_presence, since=work.at)  # what they had in hand is gone
    elif presence.state is PresenceState.READY:
        # To be away or offline is what they chose: no guess says more than that.
        former = presence
        presence = Presence(state=PresenceState.NOT_RESPONDING, reason=SILENT, since=work.at)
    silence = Silence(since=work.at, former=former, saved=tuple(saved))
    changed = replace(
        agent, presence=presence, next_presence=None, heard_at=heard_at or agent.heard_at, silence=silence
    )
    return await work.put_agent(changed)


async def _save(work: Work, interaction: Interaction, agent: Agent) -> None:
    """The customer is at the other end this moment: somebody else takes over, before others who wait."""
    due = interaction.due_at or due_at(work.at, interaction.channel, await work.queue(interaction.queue))
    changed = queued(
        interaction,
        "requeue",
        work.at,
        priority=max(1, interaction.priority - 1),
        preferred=agent.id,
        declined_by=(),
        due_at=due,
    )
    saved = await work.save(changed)
    await work.say(saved, "agent_silent", agent=agent.name, agent_id=agent.id)
    work.waits = True


async def come_back(work: Work, agent_id: str, *, gives_back: bool = True) -> Agent | None:
    """An agent is heard of again; returns them as they are now. Within the policy's grace time they get back what nobody
    took (unless ``gives_back`` is false) and the presence they had; after it they say themselves that they are ready."""
    agent = await work.ledger.agent(agent_id)
    if agent is None or agent.silence is None:
        return agent
    silence = agent.silence
    policy = await work.policy()
    is_soon = work.at - silence.since <= timedelta(seconds=policy.silent_grace_s)
    if is_soon and gives_back and agent.presence.state is not PresenceState.OFFLINE:
        for interaction_id in silence.saved:
            await _give_back(work, agent, interaction_id)
    presence = agent.presence
    if is_guess(presence):
        presence = silence.former if is_soon and silence.former is not None else replace(presence, reason="")
    saved = await work.put_agent(replace(agent, presence=presence, heard_at=work.at, silence=None))
    if saved.takes_work:
        work.has_room(saved.id)
    return saved


async def _give_back(work: Work, agent: Agent, interaction_id: str) -> None:
    interaction = await work.ledger.interaction(interaction_id)
    if interaction is None or interaction.state not in _NOBODYS or interaction.previous_assignee != agent.id:
        return
    if interaction.state is InteractionState.OFFERED:
        interaction = queued(interaction, "expire", work.at)
    fields = {"assignee": agent.id, "accepted_at": interaction.accepted_at or work.at, "preferred": None}
    saved = await work.save(moved(interaction, "take", **fields))
    await work.say(saved, "given_back", agent=agent.name, agent_id=agent.id)
