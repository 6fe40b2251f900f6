"""What a lead does with a contact, whoever has it: give it to somebody else, take it over, say how urgent it is. The agent
who had it reads in the contact's stream what became of it and by whom; what they send about it afterwards is refused.
"""

from __future__ import annotations

from msgspec.structs import replace

from desktop.domain.commands import AddNote, Reassign, SetPriority, TakeOver
from desktop.domain.ids import AgentId, QueueId
from desktop.domain.interaction import InteractionState
from desktop.hub.desk import decisions, messages, ownership
from desktop.hub.desk.lead.authority import lead_of, led_contact
from desktop.hub.desk.refusals import Refused
from desktop.hub.desk.work import Work, moved
from desktop.wire.errors import Code

_PRIORITIES = range(1, 6)


async def reassign(work: Work, command: Reassign) -> None:
    """Ring at an agent, beyond their capacity if need be, or put into a queue: as a transfer, whoever has it."""
    if (command.to_queue is None) == (command.to_agent is None):
        raise Refused(Code.BAD_REQUEST, "name either a queue or an agent")
    interaction = await led_contact(work, command.interaction_id)
    former = interaction.assignee
    if command.to_agent is not None:
        saved = await ownership.to_agent(work, interaction, command.to_agent, "reassign", decisions.REASSIGNED)
    else:
        saved = await ownership.to_queue(work, interaction, QueueId(command.to_queue or ""), "reassign")
    work.has_room(former)
    await work.say(
        saved,
        "reassigned",
        to=await _name(work, command.to_agent) or saved.queue or "",
        to_queue=saved.queue or "",
        to_agent=command.to_agent or "",
        from_agent=former or "",
        from_name=await _name(work, former),
    )
    if command.note.strip():
        await messages.add_note(work, AddNote(interaction_id=saved.id, text=command.note))


async def take_over(work: Work, command: TakeOver) -> None:
    """Make the lead the owner of an open contact. Raises ``Refused``: ``ILLEGAL_STATE`` for one that is closed,
    ``UNKNOWN_VALUE`` for one they have."""
    lead = lead_of(work)
    interaction = await led_contact(work, command.interaction_id)
    former = interaction.assignee
    is_ringing = interaction.state is InteractionState.OFFERED
    if former == lead and not is_ringing:
        raise Refused(Code.UNKNOWN_VALUE, "you have it already")
    request, decision = await decisions.assigned(work, interaction, lead, decisions.TAKEN_OVER)
    changed = moved(
        interaction,
        "take_over",
        assignee=lead,
        previous_assignee=(None if is_ringing else former) or interaction.previous_assignee,
        accepted_at=work.at,
        offer_expires_at=None,
        again_at=None,
        callback_at=None,
        snoozed_until=None,
        wrap_up_at=None,
        declined_by=(),
        routed_by=decision.reasons,
        **ownership.answered(work, interaction),
    )
    saved = await work.save(changed)
    await decisions.keep(work, request, decision)
    await work.stop_observing(saved, lead)
    await work.say(saved, "taken_over", from_agent=former or "", from_name=await _name(work, former))
    if former != lead:
        work.has_room(former)


async def set_priority(work: Work, command: SetPriority) -> None:
    """Raises ``Refused``: ``UNKNOWN_VALUE`` for what is no priority, ``ILLEGAL_STATE`` for a closed contact."""
    interaction = await led_contact(work, command.interaction_id)
    if command.priority not in _PRIORITIES:
        raise Refused(Code.UNKNOWN_VALUE, "a priority is 1 to 5")
    moved(interaction, "set_priority")
    if interaction.priority == command.priority:
        return
    saved = await work.save(replace(interaction, priority=command.priority))
    await work.say(saved, "priority_set", **{"from": str(interaction.priority), "to": str(saved.priority)})
    if saved.state is InteractionState.QUEUED:
        work.waits = True


async def _name(work: Work, agent_id: AgentId | None) -> str:
    agent = (await work.agents()).get(agent_id) if agent_id else None
    return agent.name if agent is not None else ""
