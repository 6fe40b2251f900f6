"""Who has a request: accept, decline, take, take next, transfer, requeue, reopen. One agent at most ever has one: each
handler looks at the request within the transaction in which it changes hands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec.structs import replace

from desktop.domain.agent import Agent, PresenceState
from desktop.domain.channels import Channel
from desktop.domain.commands import Accept, Decline, Reopen, Requeue, Take, TakeNext, Transfer
from desktop.domain.ids import AgentId, QueueId
from desktop.domain.interaction import Interaction, InteractionState
from desktop.hub.db.visibility import is_open_to
from desktop.hub.desk import decisions
from desktop.hub.desk.advice import advise_anew
from desktop.hub.desk.notes import note_beside
from desktop.hub.desk.offers import offered
from desktop.hub.desk.refusals import Gone, Refused
from desktop.hub.desk.work import Work, moved, queue_for, queued
from desktop.insight.routing import due_at
from desktop.wire.errors import Code

_OWNED = (
    InteractionState.ACTIVE,
    InteractionState.ON_HOLD,
    InteractionState.WAITING,
    InteractionState.SNOOZED,
    InteractionState.WRAP_UP,
)
_LONGEST_REASON = 64


async def accept(work: Work, command: Accept) -> None:
    agent_id = work.agent_id
    interaction = await work.interaction(command.interaction_id)
    _must_be_offered(work, interaction, agent_id)
    await work.save(
        moved(
            interaction,
            "accept",
            accepted_at=work.at,
            offer_expires_at=None,
            declined_by=(),
            **answered(work, interaction),
        )
    )


async def decline(work: Work, command: Decline) -> None:
    agent_id = work.agent_id
    interaction = await work.interaction(command.interaction_id)
    _must_be_offered(work, interaction, agent_id)
    reason = command.reason.strip()
    if len(reason) > _LONGEST_REASON or not reason.isprintable():
        raise Refused(Code.UNKNOWN_VALUE, "the reason is a short code")
    declined = (*(one for one in interaction.declined_by if one != agent_id), agent_id)
    changed = queued(interaction, "decline", work.at, queued_at=_since(interaction, work), declined_by=declined)
    saved = await work.save(changed)
    await work.say(saved, "declined", reason=reason)
    work.waits = True


def _must_be_offered(work: Work, interaction: Interaction, agent_id: AgentId) -> None:
    state = interaction.state
    if state is InteractionState.OFFERED:
        if interaction.assignee != agent_id:
            raise Refused(Code.ALREADY_TAKEN, "it is offered to a colleague", record=interaction)
        if interaction.offer_expires_at is not None and interaction.offer_expires_at <= work.at:
            raise Refused(Code.OFFER_EXPIRED, "the offer ran out", record=interaction)
        return
    if state in _OWNED:
        raise Refused(Code.ALREADY_TAKEN, "somebody has it already", record=interaction)
    if state is InteractionState.QUEUED:
        raise Refused(Code.OFFER_EXPIRED, "it is not offered any more", record=interaction)
    raise Refused(Code.ILLEGAL_STATE, f"not offered, but {state}", record=interaction)


async def take(work: Work, command: Take) -> None:
    agent_id = work.agent_id
    interaction = await work.interaction(command.interaction_id)
    mine = interaction.assignee == agent_id
    if interaction.state in _OWNED or (interaction.state is InteractionState.OFFERED and not mine):
        raise Refused(Code.ALREADY_TAKEN, "somebody has it already", record=interaction)
    # What rings at oneself is taken by accepting it.
    step = "accept" if interaction.state is InteractionState.OFFERED else "take"
    await _own(work, interaction, step, decisions.TAKEN if step == "take" else "")


async def take_next(work: Work, command: TakeNext) -> None:
    """The most urgent waiting request that suits the caller and that they have room for. Who asks is ready for it, whatever
    their presence says."""
    agent = await work.ledger.agent(work.agent_id)
    if agent is None:
        raise Gone("no such agent")
    await work.floor.catch_up(work.ledger, work.at)
    known = work.floor.load_of(agent.id)
    load = replace(known, agent=_narrowed(agent, command, work.at)) if known is not None else None
    found = work.floor.next_for(load, work.at) if load is not None else None
    interaction = await work.ledger.interaction(found.interaction_id) if found is not None else None
    if interaction is None or interaction.state is not InteractionState.QUEUED:
        raise Refused(Code.NOTHING_WAITS, "nothing waits that is for you")
    await _own(work, interaction, "take", decisions.TAKEN_NEXT)


def _narrowed(agent: Agent, command: TakeNext, at: datetime) -> Agent:
    """Return the agent as one who is ready and works only what is asked for."""
    changes: dict[str, Any] = {
        "presence": replace(agent.presence, state=PresenceState.READY),
        "next_presence": None,
    }
    if command.channels:
        others = {str(channel): 0 for channel in Channel if channel not in command.channels}
        changes["capacity"] = {**agent.capacity, **others}
    if command.queues:
        loan = agent.loan if agent.loan is not None and at < agent.loan.until else None
        own = loan.queues if loan is not None else agent.queues
        # A queue that is nobody's stands for none at all: an empty list would mean any.
        queues = tuple(queue for queue in command.queues if not own or queue in own) or (QueueId(""),)
        changes |= {"loan": replace(loan, queues=queues)} if loan is not None else {"queues": queues}
    return replace(agent, **changes)


async def _own(work: Work, interaction: Interaction, step: str, code: str) -> None:
    """Make the caller the owner, with the decision (``code``) where one was made."""
    agent_id = work.agent_id
    decided = await decisions.assigned(work, interaction, agent_id, code) if code else None
    changed = moved(
        interaction,
        step,
        assignee=agent_id,
        accepted_at=work.at,
        offer_expires_at=None,
        again_at=None,
        declined_by=(),
        routed_by=decided[1].reasons if decided is not None else interaction.routed_by,
        **answered(work, interaction),
    )
    await work.save(changed)
    if decided is not None:
        await decisions.keep(work, *decided)


async def reopen(work: Work, command: Reopen) -> None:
    agent_id = work.agent_id
    interaction = await work.interaction(command.interaction_id)
    if interaction.state.is_open and interaction.assignee not in (None, agent_id):
        raise Refused(Code.ALREADY_TAKEN, "somebody has it already", record=interaction)
    fields = {
        "assignee": agent_id,
        "previous_assignee": interaction.assignee or interaction.previous_assignee,
        "closed_at": None,
        "wrap_up_at": None,
        "disposition": None,
        "verified": (),  # it may be somebody else who is on the line now
        "accepted_at": work.at,
    }
    saved = await work.save(moved(interaction, "reopen", **fields))
    await work.say(saved, "reopened")
    await advise_anew(work, saved)


async def requeue(work: Work, command: Requeue) -> None:
    interaction = await work.interaction(command.interaction_id)
    work.must_own(interaction)
    owner = interaction.assignee
    changed = queued(
        interaction, "requeue", work.at, declined_by=_without(interaction, owner), due_at=await _due(work, interaction)
    )
    saved = await work.save(changed)
    await work.say(saved, "requeued")
    work.has_room(owner)
    work.waits = True


async def transfer(work: Work, command: Transfer) -> None:
    if (command.to_queue is None) == (command.to_agent is None):
        raise Refused(Code.BAD_REQUEST, "name either a queue or an agent")
    interaction = await work.interaction(command.interaction_id)
    work.must_own(interaction)
    owner = interaction.assignee
    if command.to_agent is not None:
        saved = await to_agent(work, interaction, command.to_agent)
        to = (await work.agents())[command.to_agent].name
    else:
        assert command.to_queue is not None
        saved = await to_queue(work, interaction, command.to_queue)
        to = command.to_queue
    work.has_room(owner)
    await work.say(saved, "transferred", to=to, to_queue=saved.queue or "", to_agent=command.to_agent or "")
    await note_beside(work, saved, command.note)


async def to_queue(work: Work, interaction: Interaction, queue_id: QueueId, step: str = "transfer") -> Interaction:
    """Let it wait in a queue, for anybody but who had it. Returns it as saved. Raises ``Refused(UNKNOWN_VALUE)`` where there
    is no such queue."""
    queue = await work.queue(queue_id)
    if queue is None:
        raise Refused(Code.UNKNOWN_VALUE, "no such queue")
    changed = queued(
        interaction,
        step,
        work.at,
        queue=queue_id,
        declined_by=_without(interaction, interaction.assignee),
        due_at=due_at(work.at, interaction.channel, queue),
    )
    work.waits = True
    return await work.save(changed)


async def to_agent(
    work: Work, interaction: Interaction, agent_id: AgentId, step: str = "transfer", code: str = decisions.TRANSFERRED
) -> Interaction:
    """Ring at one agent, beyond their capacity if need be: a colleague asked for it (``step``, a lead ``reassign``).
    Without an answer it goes to the queue like any offer. Returns it as saved. Raises ``Refused``: ``UNKNOWN_VALUE`` for
    nobody or who has it already, ``ILLEGAL_STATE`` for who is offline."""
    agent = (await work.agents()).get(agent_id)
    if agent is None or not agent.is_active:
        raise Refused(Code.UNKNOWN_VALUE, "no such agent")
    if agent_id == interaction.assignee and interaction.state is not InteractionState.QUEUED:
        raise Refused(Code.UNKNOWN_VALUE, "they have it already")
    if agent.presence.state is PresenceState.OFFLINE:
        raise Refused(Code.ILLEGAL_STATE, "the agent is offline", record=interaction)
    queues = await work.queues()
    current = queues.get(interaction.queue or "")
    queue_id = interaction.queue
    if current is None or not is_open_to(current, agent.role, agent.team):
        visible = {id_: queue for id_, queue in queues.items() if is_open_to(queue, agent.role, agent.team)}
        queue_id = queue_for(visible, interaction.intent, interaction.channel) or queue_id
    due = await _due(work, interaction)
    changed = queued(interaction, step, work.at, queue=queue_id, declined_by=(), due_at=due)
    request, decision = await decisions.assigned(work, changed, agent_id, code)
    saved = await work.save(offered(work, changed, agent_id, decision.reasons))
    await decisions.keep(work, request, decision)
    return saved


def answered(work: Work, interaction: Interaction) -> dict[str, object]:
    """To accept a call is to answer it."""
    if not interaction.channel.is_spoken:
        return {}
    return {"answered_at": interaction.answered_at or work.at, "due_at": None}


async def _due(work: Work, interaction: Interaction) -> object:
    """When somebody must have answered, for what goes back to a queue."""
    return interaction.due_at or due_at(work.at, interaction.channel, await work.queue(interaction.queue))


def _without(interaction: Interaction, owner: AgentId | None) -> tuple[AgentId, ...]:
    """Who gave it away is not the one it is offered to next."""
    return () if owner is None else (owner,)


def _since(interaction: Interaction, work: Work) -> object:
    """A declined request goes on waiting, it does not begin again."""
    return interaction.queued_at or work.at
