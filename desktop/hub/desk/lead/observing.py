"""A lead reads a contact along, or joins it and may then write to the customer as themselves; the contact stays its agent's.
It ends when the lead says so, with the contact, when they take it over, and when they go offline (``Work.save`` and
``Work.put_agent`` see to that).

Who observes is kept beside the contact (``db.observers``). Where the policy has agents told, it is copied into the record
and said in the stream; where not, the record is left untouched, and what is said is a silent event that leads only see.
"""

from __future__ import annotations

from msgspec.structs import replace

from desktop.domain.commands import Observe
from desktop.domain.interaction import Interaction
from desktop.hub.db import observers
from desktop.hub.db.ledger import Ledger
from desktop.hub.desk.lead.authority import lead_of, led_contact
from desktop.hub.desk.refusals import Refused
from desktop.hub.desk.work import Work, moved
from desktop.wire.errors import Code


async def observe(work: Work, command: Observe) -> None:
    """Raises ``Refused``: ``ILLEGAL_STATE`` for a closed contact, ``UNKNOWN_VALUE`` for one that is the lead's own."""
    lead = lead_of(work)
    interaction = await led_contact(work, command.interaction_id)
    if not command.is_on:
        await work.stop_observing(interaction, lead)
        return
    moved(interaction, "observe")
    if interaction.assignee == lead:
        raise Refused(Code.UNKNOWN_VALUE, "it is yours")
    connection = work.ledger.connection
    if (await observers.of_contact(connection, interaction.id)).get(lead) is command.is_joined:
        return
    await observers.begin(connection, interaction.id, lead, work.at, is_joined=command.is_joined)
    await work.say_observed(interaction, lead, "observing", joined="1" if command.is_joined else "")


async def has_joined(work: Work, interaction: Interaction) -> bool:
    """Whether the caller may write to the customer of a contact that is not theirs."""
    if not work.is_lead or work.caller.agent_id is None:
        return False
    return (await observers.of_contact(work.ledger.connection, interaction.id)).get(work.caller.agent_id, False)


async def tell_anew(ledger: Ledger, *, is_told: bool) -> None:
    """Bring the records of contacts in step with a policy that changed."""
    for id_ in await observers.observed(ledger.connection):
        interaction = await ledger.interaction(id_)
        if interaction is None:
            continue
        named = tuple(await observers.of_contact(ledger.connection, id_)) if is_told else ()
        if interaction.observers != named:
            await ledger.put(replace(interaction, observers=named))
