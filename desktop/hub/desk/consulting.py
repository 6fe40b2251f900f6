"""Asking a colleague about a contact without giving it away. Who is consulted sees it whatever their team and may write
notes; to the customer writes only who owns it. It ends when either of them says so, with a transfer, or with the contact
(``Work.save``)."""

from __future__ import annotations

from msgspec.structs import replace

from desktop.domain.agent import Agent, PresenceState, Role
from desktop.domain.commands import Consult
from desktop.domain.ids import AgentId
from desktop.domain.interaction import Interaction
from desktop.hub.desk.notes import note_beside
from desktop.hub.desk.refusals import Refused
from desktop.hub.desk.work import Work, moved
from desktop.wire.errors import Code

_PEOPLE = (Role.AGENT, Role.LEAD, Role.ADMIN)


async def consult(work: Work, command: Consult) -> None:
    interaction = await work.interaction(command.interaction_id)
    if command.agent_id is None:
        await _end(work, interaction)
        return
    work.must_own(interaction)
    changed = moved(interaction, "consult")
    colleague = await _colleague(work, interaction, command.agent_id)
    if interaction.consulting != colleague.id:
        if interaction.consulting is not None:
            await _end(work, interaction)
        interaction = await work.save(replace(changed, consulting=colleague.id))
        await work.say(interaction, "consult_started", to=colleague.name, to_agent=colleague.id)
    await note_beside(work, interaction, command.note)


async def _end(work: Work, interaction: Interaction) -> None:
    """Where nobody is consulted any more, that is what was asked for."""
    if interaction.consulting is None:
        return
    if interaction.consulting != work.caller.agent_id:
        work.must_own(interaction)
    colleague = (await work.agents()).get(interaction.consulting)
    saved = await work.save(replace(interaction, consulting=None))
    name = colleague.name if colleague is not None else ""
    await work.say(saved, "consult_ended", to=name, to_agent=interaction.consulting)


async def _colleague(work: Work, interaction: Interaction, agent_id: AgentId) -> Agent:
    """Return who is to be asked. Raises ``Refused``: ``UNKNOWN_VALUE`` where there is no such colleague, ``NOT_THERE`` where
    they could not answer now."""
    found = (await work.agents()).get(agent_id)
    if found is None or not found.is_active or found.role not in _PEOPLE:
        raise Refused(Code.UNKNOWN_VALUE, "no such agent")
    if agent_id in (interaction.assignee, work.caller.agent_id):
        raise Refused(Code.UNKNOWN_VALUE, "they have it themselves")
    if found.presence.state is PresenceState.OFFLINE or found.silence is not None:
        raise Refused(Code.NOT_THERE, "the agent is not there", record=interaction)
    return found
