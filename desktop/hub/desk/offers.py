"""Who is asked to take a request, and what follows when they do not answer. An interaction is offered to one agent at a
time; who declined it is asked again only once nobody else is there, and they are fresh (ready anew, or done with something)
or have been left alone for a while. What waits carries the instant at which time alone changes the answer (a wider ring,
opening, overflow) as its timer, so that it is looked at then, after a restart too.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from desktop.domain.agent import Agent, Presence, PresenceState
from desktop.domain.changes import Table
from desktop.domain.ids import AgentId
from desktop.domain.interaction import Interaction, InteractionState
from desktop.domain.suggestion import Reason
from desktop.hub.db import tables
from desktop.hub.desk import decisions
from desktop.hub.desk.work import Work, moved, queued
from desktop.hub.routing.requests import began_at, overflow_of
from desktop.insight.routing import Decision, Request, due_at, next_ring_at
from desktop.insight.routing.policy import earliest

LOOKED_AT = 50
"""So many waiting requests are matched in one transaction at most; the rest follow in the next."""

CONTENDERS = 20
"""So many of those who wait already are looked at when another one arrives: it must not pass them."""

ASKED_AGAIN_S = 120
"""Where everybody who is there declined, they are asked again after this time: no request waits for ever."""

_MOST_HOPS = 8
_row = tables.record.c


async def offer(work: Work, interaction: Interaction) -> Interaction:
    """Ask the best agent who can take a queued interaction; it stays queued where there is none. Saves either."""
    saved, _ = await _serve(work, [interaction], CONTENDERS)
    return saved[interaction.id]


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
        again_at=None,
        routed_by=tuple(reasons),
    )


async def offer_waiting(work: Work, fresh: Collection[str] = ()) -> bool:
    """Offer what waits, most urgent first, as long as somebody has room, and look at what time has changed. ``fresh`` are
    agents who may be asked again for what they declined. Returns whether there may be more to offer."""
    floor = work.floor
    await floor.catch_up(work.ledger, work.at)
    due = {one.id: one for one in await work.ledger.due(InteractionState.QUEUED, work.at, limit=LOOKED_AT)}
    if floor.changed_queues:
        due |= {one.id: one for one in await _affected(work, floor.changed_queues)}
        floor.changed_queues.clear()
    _, made = await _serve(work, list(due.values()), LOOKED_AT, fresh)
    return made >= LOOKED_AT


async def withdraw(work: Work, agent_id: AgentId) -> None:
    """An agent stopped taking work: what rings at them goes back to its queue."""
    for interaction in await work.ledger.assigned_to(agent_id, InteractionState.OFFERED):
        await work.save(queued(interaction, "expire", work.at, queued_at=began_at(interaction)))
        work.waits = True


async def expire(work: Work, interaction: Interaction) -> None:
    """An offer ran out: back to the queue, where it goes on waiting, and the agent is not responding until they say that
    they are ready."""
    agent_id = interaction.assignee
    saved = await work.save(queued(interaction, "expire", work.at, queued_at=began_at(interaction)))
    agent = await work.ledger.agent(agent_id) if agent_id else None
    await work.say(saved, "not_answered", to=agent.name if agent else "", to_agent=agent_id or "")
    work.waits = True
    if agent is not None and agent.presence.state is PresenceState.READY:
        presence = Presence(state=PresenceState.NOT_RESPONDING, since=work.at)
        await work.put_agent(replace(agent, presence=presence))
        await withdraw(work, agent.id)


async def wake(work: Work, interaction: Interaction) -> None:
    """A snooze ran out: back to its owner, or to the queue where they are gone."""
    owner = await work.ledger.agent(interaction.assignee) if interaction.assignee else None
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


async def _affected(work: Work, queues: Collection[str]) -> list[Interaction]:
    """Return the longest waiting of queues that were set up anew; the empty name stands for all."""
    named = [] if "" in queues else [_row.queue.in_(sorted(queues))]
    return await work.ledger.find(
        Table.INTERACTION, _row.state == str(InteractionState.QUEUED), *named, limit=LOOKED_AT
    )


async def _serve(
    work: Work, given: Sequence[Interaction], most: int, fresh: Collection[str] = ()
) -> tuple[dict[str, Interaction], int]:
    """Match ``given`` (saved in any case) and the most urgent of the others with whoever has room. Returns what was looked
    at as it is now, and how many were offered."""
    floor = work.floor
    await floor.catch_up(work.ledger, work.at)
    looked: dict[str, Interaction] = {}
    requests: dict[str, Request] = {}
    for interaction in given:
        looked[interaction.id], requests[interaction.id] = await _gone_on(work, interaction)
    waiting = [one for one in floor.waiting(most + len(given), work.at) if one.interaction_id not in looked]
    others = {one.interaction_id: one for one in waiting[:most]}
    if others:
        found = await work.ledger.find(Table.INTERACTION, _row.id.in_(list(others)))
        looked |= {one.id: one for one in found if one.state is InteractionState.QUEUED}
        requests |= {one.id: others[one.id] for one in found if one.state is InteractionState.QUEUED}
    open_ = [_anew(work, looked[id_], one, fresh) for id_, one in requests.items() if floor.rest(one, work.at) is None]
    made = 0
    for matched, decision in floor.match(open_, work.at).items():
        interaction = looked[matched]
        looked[matched] = await _settled(
            work, interaction, requests[matched], decision, must_save=matched not in others
        )
        made += decision.agent_id is not None
    for id_, request in requests.items():
        until = floor.rest(request, work.at)
        if until is not None:
            values = {"until": until.isoformat()}
            decision = Decision(reasons=(Reason(code=decisions.CLOSED, values=values),), again_at=until)
            looked[id_] = await _settled(work, looked[id_], request, decision, must_save=id_ not in others)
    return looked, made


async def _gone_on(work: Work, interaction: Interaction) -> tuple[Interaction, Request]:
    """Return an interaction in the queue that it overflows to, if it does, and what it asks there."""
    floor = work.floor
    for _ in range(_MOST_HOPS):
        target, why, _ = overflow_of(interaction, floor.queues, work.at)
        if target is None:
            break
        due = due_at(began_at(interaction), interaction.channel, target) if why == "closed" else interaction.due_at
        left = interaction.queue or ""
        interaction = await work.save(replace(interaction, queue=target.id, due_at=due, routed_by=()))
        await work.say(interaction, "overflowed", to_queue=target.id, from_queue=left, why=why)
    return interaction, await floor.request(work.ledger, interaction)


def _anew(work: Work, interaction: Interaction, request: Request, fresh: Collection[str]) -> Request:
    """Return the request without the declines that count no more: where nobody else is ready, of those who are fresh, or
    of all once they were left alone for a while."""
    declined = request.declined_by
    if not declined:
        return request
    timer = interaction.again_at
    # A timer set when it was saved last says how things stood then; one from before that ran out.
    is_rested = timer is not None and interaction.updated_at < timer <= work.at
    if is_rested and next_ring_at(request, work.at) is None:
        fresh = declined
    again = [id_ for id_ in declined if id_ in fresh]
    if not again or work.floor.has_other(request, declined, work.at):
        return request
    return replace(request, declined_by=tuple(id_ for id_ in declined if id_ not in again))


async def _settled(
    work: Work, interaction: Interaction, request: Request, decision: Decision, *, must_save: bool
) -> Interaction:
    """Save what was decided, and the decision where it says something new."""
    if decision.agent_id is not None:
        saved = await work.save(offered(work, interaction, decision.agent_id, decision.reasons))
        await decisions.keep(work, request, decision)
        return saved
    is_news = decisions.is_news(interaction, decision)
    changed = replace(
        interaction,
        again_at=_again_at(work, interaction, decision),
        routed_by=decision.reasons if is_news else interaction.routed_by,
    )
    if not must_save and changed == interaction:
        return interaction
    saved = await work.save(changed)
    if is_news:
        await decisions.keep(work, request, decision)
    return saved


def _again_at(work: Work, interaction: Interaction, decision: Decision) -> datetime | None:
    """Return when time changes who can have an interaction next."""
    _, _, overflows_at = overflow_of(interaction, work.floor.queues, work.at)
    rested = None
    if decision.counts.get("declined"):
        known = interaction.again_at
        rested = known if known is not None and known > work.at else work.at + timedelta(seconds=ASKED_AGAIN_S)
    again_at = earliest(decision.again_at, overflows_at, rested)
    return again_at if again_at is None or again_at > work.at else work.at + timedelta(seconds=1)
