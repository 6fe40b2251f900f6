"""What a channel is told of what it handed in."""

from __future__ import annotations

from desktop.domain.interaction import Interaction, Message
from desktop.wire.shapes import InboundAnswer, InboundCustomer, InboundIntent


def of_contact(interaction: Interaction, message: Message, probability: float, *, is_known: bool) -> InboundAnswer:
    """Return the answer to a message that began or continued a contact."""
    return InboundAnswer(
        interaction_id=interaction.id,
        message_id=message.id,
        duplicate=False,
        customer=InboundCustomer(id=interaction.customer_id or "", known=is_known, probability=probability),
        intent=intent_of(interaction),
        queue=interaction.queue,
        assignee=interaction.assignee,
    )


def intent_of(interaction: Interaction) -> InboundIntent:
    """Return what a contact is about, as far as that is known."""
    return InboundIntent(label=interaction.intent, probability=interaction.intent_probability)


def of_correction(message: Message) -> InboundAnswer:
    """Return the answer to the correction of a message."""
    return _without_contact(message.interaction_id, message.id, message.customer_id or "", 1.0, is_known=True)


def of_choice(customer_id: str, probability: float, *, is_known: bool) -> InboundAnswer:
    """Return the answer to a word that nobody has to work on: there is no contact."""
    return _without_contact("", "", customer_id, probability, is_known=is_known)


def _without_contact(
    interaction_id: str, message_id: str, customer_id: str, probability: float, *, is_known: bool
) -> InboundAnswer:
    return InboundAnswer(
        interaction_id=interaction_id,
        message_id=message_id,
        duplicate=False,
        customer=InboundCustomer(id=customer_id, known=is_known, probability=probability),
        intent=InboundIntent(label=None, probability=0.0),
        queue=None,
        assignee=None,
    )
