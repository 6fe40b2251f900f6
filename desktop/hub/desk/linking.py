"""Whose contact it is: an agent says so, or somebody made up at their first message says who they are at a later one."""

from __future__ import annotations

from msgspec.structs import replace

from desktop.domain.changes import Table
from desktop.domain.commands import LinkCustomer
from desktop.domain.customer import Customer
from desktop.domain.interaction import Interaction
from desktop.domain.suggestion import Reason
from desktop.hub.db import tables
from desktop.hub.desk.advice import advise_anew
from desktop.hub.desk.guidance import note_contact
from desktop.hub.desk.merging import join
from desktop.hub.desk.work import Work, moved

_PARTS = (Table.MESSAGE, Table.SUGGESTION, Table.FLOW)
_row = tables.record.c


async def link_customer(work: Work, command: LinkCustomer) -> None:
    interaction = await work.interaction(command.interaction_id)
    if interaction.state.is_open:
        work.must_own(interaction, or_nobody=True)
    interaction = moved(interaction, "link_customer")
    customer = await work.customer(command.customer_id)
    said = replace(interaction, identified=1.0, identified_by=(Reason(code="identify.agent", weight=1.0),))
    saved = await work.save(await relinked(work, said, customer))
    await note_contact(work, saved)
    await advise_anew(work, saved)


async def relinked(work: Work, interaction: Interaction, customer: Customer) -> Interaction:
    """Return ``interaction`` (unsaved) as ``customer``'s; its messages, touchpoint and look-ups go with it. A made-up
    customer whose only contact this was is merged into the real one, address and all; undoing the merge mends a slip."""
    before = interaction.customer_id
    changed = replace(interaction, customer_id=customer.id, customer_name=customer.name or interaction.customer_name)
    if before is None or before == customer.id:
        return changed
    left: Customer | None = await work.ledger.get(Table.CUSTOMER, before)
    if left is not None and left.is_provisional and left.merged_into is None:
        others = await work.ledger.interactions_of(left.id, limit=2)
        if all(one.id == interaction.id for one in others):
            await join(work, customer, left)
            return changed
    of_contact = _row.interaction_id == interaction.id
    for table in (*_PARTS, Table.TOUCHPOINT, Table.RECORD):
        condition = of_contact if table in _PARTS else _row.customer_id == before
        for record in await work.ledger.find(table, condition):
            if record.interaction_id == interaction.id and record.customer_id != customer.id:
                await work.ledger.put(replace(record, customer_id=customer.id))
    return changed
