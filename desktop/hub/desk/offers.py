"""Who is asked to take a request, and what follows when they do not answer. An interaction is offered to one agent at a
time; who declined it is asked again only once they are fresh (ready anew, or done with something) and nobody else is there.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from desktop.domain.agent import Agent, Presence, PresenceState, Role
from desktop.domain.channels import Channel
from desktop.domain.ids import AgentId
from desktop.domain.interaction import Interaction, InteractionState
from desktop.domain.suggestion import Reason
from desktop.hub.db.visibility import is_open_to
from desktop.hub.desk.work import Work, moved, queued
from desktop.hub.routing.backlog import backlog
from desktop.hub.routing.loads import loads, with_one_more
from desktop.insight.routing import AgentLoad, Decision, Request, choose, has_room

MOST_OFFERS = 50
"""So many offers are made in one transaction at most; the rest follow in the next."""


async def offer(work: Work, interaction: Interaction) -> Interaction:
    """Ask the best agent who can take a queued interaction; it stays queued where there is none. Saves either."""
    decision = await _decide(work, interaction, await _all_loads(work))
    if decision.agent_id is None:
        return await work.save(replace(interaction, routed_by=decision.reasons))
    return await work.save(offered(work, interaction, decision.agent_id, decision.reasons))


def offered(work: Work, interaction: Interaction, agent_id: AgentId, reasons: Sequence[Reason]) -> Interaction:
    """Return ``interaction`` as it rings at one agent."""
    options = work.options
    seconds = options.live_offer_s if interaction.channel.is_live else options.offer_s
    return moved(
        interaction,
        "offer",
        assignee=agent_id,
        offered_at=work.at,
        offer_expires_at=work.at + timedelta(seconds=seconds),
        routed_by=tuple(reasons),
    )


async def offer_waiting(work: Work, fresh: Collection[str] = ()) -> bool:
    """Offer what waits, most urgent first, as long as somebody has room. ``fresh`` are agents who may be asked again for
    what they declined. Returns whether there may be more to offer."""
    everybody = await _all_loads(work)
    if not any(_can_take_anything(load) for load in everybody):
        return False
    made = 0
    for interaction in await backlog(work.ledger):
        if made >= MOST_OFFERS:
            return True
        decision = await _decide(work, interaction, everybody, fresh)
        if decision.agent_id is None:
            continue
        await work.save(offered(work, interaction, decision.agent_id, decision.reasons))
        made += 1
        everybody = [
            with_one_more(load, interaction.channel) if load.agent.id == decision.agent_id else load
            for load in everybody
        ]
    return False


async def withdraw(work: Work, agent_id: AgentId) -> None:
    """An agent stopped taking work: what rings at them goes back to its queue."""
    for interaction in await work.ledger.assigned_to(agent_id, InteractionState.OFFERED):
        await work.save(queued(interaction, "expire", work.at))
        work.waits = True


async def expire(work: Work, interaction: Interaction) -> None:
    """An offer ran out: back to the queue, and the agent is not responding until they say that they are ready."""
    agent_id = interaction.assignee
    await work.save(queued(interaction, "expire", work.at))
    work.waits = True
    agent = (await work.agents()).get(agent_id) if agent_id else None
    if agent is not None and agent.presence.state is PresenceState.READY:
        presence = Presence(state=PresenceState.NOT_RESPONDING, since=work.at)
        await work.put_agent(replace(agent, presence=presence))
        await withdraw(work, agent.id)


async def wake(work: Work, interaction: Interaction) -> None:
    """A snooze ran out: back to its owner, or to the queue where they are gone."""
    agents = await work.agents()
    owner = agents.get(interaction.assignee) if interaction.assignee else None
    if is_there(owner):
        await work.save(moved(interaction, "wake", snoozed_until=None))
    else:
        await work.save(queued(interaction, "requeue", work.at, declined_by=()))
        work.waits = True


def is_there(agent: Agent | None) -> bool:
    """Whether an agent can be given back what they own."""
    return agent is not None and agent.is_active and agent.presence.state is not PresenceState.OFFLINE


async def ring_out(work: Work, until: datetime) -> int:
    """Deal with every offer and snooze that ran out by ``until``; returns how many."""
    ledger = work.ledger
    done = 0
    for due in await ledger.due(InteractionState.OFFERED, until):
        interaction = await ledger.interaction(due.id)  # an earlier one may have withdrawn it
        if interaction is not None and interaction.state is InteractionState.OFFERED:
            await expire(work, interaction)
            done += 1
    for due in await ledger.due(InteractionState.SNOOZED, until):
        await wake(work, due)
        done += 1
    return done


# --- deciding -----------------------------------------------------------------------------------------------------------


async def _all_loads(work: Work) -> list[AgentLoad]:
    return await loads(work.ledger, (await work.agents()).values(), work.idle_since)


async def _decide(
    work: Work, interaction: Interaction, everybody: Sequence[AgentLoad], fresh: Collection[str] = ()
) -> Decision:
    queue = await work.queue(interaction.queue)
    teams = queue.teams if queue is not None else ()
    declined = interaction.declined_by
    again = [id_ for id_ in declined if id_ in fresh]
    if again and not any(
        load.agent.presence.state is PresenceState.READY
        and load.agent.is_active
        and load.agent.role in (Role.AGENT, Role.LEAD)
        and load.agent.id not in declined
        and (queue is None or is_open_to(queue, load.agent.role, load.agent.team))
        for load in everybody
    ):
        declined = tuple(id_ for id_ in declined if id_ not in again)
    request = Request(
        interaction_id=interaction.id,
        channel=interaction.channel,
        language=interaction.language,
        skills=queue.skills if queue is not None else (),
        teams=teams,
        preferred=interaction.previous_assignee,
        declined_by=declined,
        priority=interaction.priority,
        created_at=interaction.queued_at or interaction.created_at,
        due_at=interaction.due_at,
    )
    return choose(request, everybody, work.at)


def _can_take_anything(load: AgentLoad) -> bool:
    return load.agent.presence.state is PresenceState.READY and any(
        has_room(load.agent, load.working, channel) for channel in Channel if channel.is_interaction
    )
