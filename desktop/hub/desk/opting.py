"""A customer forbids a channel, or allows it again, by a word on the channel itself. It is kept as their consent; nobody has
to answer it."""

from __future__ import annotations

from msgspec.structs import replace

from desktop.domain.channels import Channel
from desktop.domain.customer import OPTED_OUT, Consent, Customer
from desktop.domain.ids import TouchpointId
from desktop.domain.interaction import Interaction
from desktop.domain.journey import Touchpoint
from desktop.hub.desk.customers import save_customer
from desktop.hub.desk.work import Work, bounded, derived_id
from desktop.wire.shapes import Inbound

OPT_OUT, OPT_IN = "opt_out", "opt_in"


async def chosen(
    work: Work, channel: Channel, message: Inbound, customer: Customer, interaction: Interaction | None
) -> Customer:
    """Record what a customer chose, in the contact they have open, if any, and in their journey."""
    is_granted = message.choice == OPT_IN
    consent = Consent(purpose=str(channel), is_granted=is_granted, at=work.at, source="" if is_granted else OPTED_OUT)
    others = tuple(one for one in customer.consents if one.purpose != consent.purpose)
    saved = await save_customer(work, replace(customer, consents=(*others, consent)))
    await work.ledger.put(
        Touchpoint(
            id=TouchpointId(derived_id("choice", str(channel), bounded(message.external_id))),
            customer_id=saved.id,
            channel=channel,
            kind="consent",
            at=work.at,
            title=" ".join(message.text.split())[:40],
            interaction_id=interaction.id if interaction is not None else None,
        )
    )
    if interaction is not None:
        await work.say(interaction, message.choice, channel=str(channel))
    return saved
