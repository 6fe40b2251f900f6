"""Touchpoints handed in: visits, purchases, shop visits, surveys. Each once per source and external id."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

from msgspec.structs import replace

from desktop.domain.changes import Table
from desktop.domain.ids import CustomerId, TouchpointId
from desktop.domain.interaction import Interaction
from desktop.domain.journey import Stage, Touchpoint
from desktop.hub.desk.guidance import contact_id
from desktop.hub.desk.pushed import customer_of
from desktop.hub.desk.refusals import Refused
from desktop.hub.desk.work import Work, derived_id
from desktop.wire.errors import Code
from desktop.wire.shapes import TouchpointIn

_LONGEST = 300


async def take_touchpoints(work: Work, items: Sequence[TouchpointIn]) -> list[str]:
    """Put the touchpoints in that are not there yet and return the ids of all, in order. Raises ``Refused`` for the first
    that cannot be taken; then none is."""
    return [await _take(work, item) for item in items]


async def _take(work: Work, item: TouchpointIn) -> str:
    if not item.external_id.strip() or not item.kind.strip():
        raise Refused(Code.BAD_REQUEST, "external_id and kind are needed")
    if item.rating is not None and not 1 <= item.rating <= 5:
        raise Refused(Code.UNKNOWN_VALUE, "a rating is 1 to 5")
    if item.stage and item.stage not in list(Stage):
        raise Refused(Code.UNKNOWN_VALUE, "no such stage")
    id_ = TouchpointId(derived_id("touchpoint", work.caller.id, item.channel, item.external_id))
    if await work.ledger.get(Table.TOUCHPOINT, id_) is not None:
        return id_
    interaction: Interaction | None = None
    if item.interaction_id:
        interaction = await work.ledger.interaction(item.interaction_id)
        if interaction is None:
            raise Refused(Code.UNKNOWN_VALUE, "no such interaction")
    await work.ledger.put(
        Touchpoint(
            id=id_,
            customer_id=await _whose(work, item, interaction),
            channel=item.channel,
            kind=item.kind.strip()[:64],
            at=item.at.replace(tzinfo=UTC) if item.at.tzinfo is None else item.at,
            title=item.title[:_LONGEST],
            duration_s=max(0, min(item.duration_s, 2**31)),
            rating=item.rating,
            stage=Stage(item.stage) if item.stage else None,
            interaction_id=interaction.id if interaction is not None else None,
            intent=(interaction.intent or "") if interaction is not None else "",
            values=item.values,
            source=work.caller.id,
        )
    )
    if interaction is not None and item.rating is not None:
        await _rate(work, interaction, item.rating)
    return id_


async def _whose(work: Work, item: TouchpointIn, interaction: Interaction | None) -> CustomerId | None:
    if item.customer or item.address:
        customer = await customer_of(work, item.customer, item.address, item.channel)
        if customer is not None:
            return customer.id
        if item.customer:
            raise Refused(Code.UNKNOWN_VALUE, "no such customer")
    return interaction.customer_id if interaction is not None else None


async def _rate(work: Work, interaction: Interaction, rating: int) -> None:
    """A survey rates the contact itself."""
    contact: Touchpoint | None = await work.ledger.get(Table.TOUCHPOINT, contact_id(interaction.id))
    if contact is not None and contact.rating != rating:
        await work.ledger.put(replace(contact, rating=rating))
