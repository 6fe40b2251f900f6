"""Whether and how a customer can be written to: the state of the contact, whose it is, addresses and consents. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.domain.channels import Channel
from desktop.domain.customer import Customer, IdentityKind
from desktop.domain.ids import AgentId
from desktop.domain.interaction import Interaction, InteractionState
from desktop.store.rows import Observing

ALONE = Observing()
NOTE = "note"

S = InteractionState


@dataclass(frozen=True, slots=True)
class ChannelChoice:
    """A way to write to the customer. ``consent`` is what they said about it, ``None`` where nobody asked; ``is_own``
    marks the channel they wrote on, where an answer needs no consent."""

    channel: Channel
    address: str
    consent: bool | None = None
    is_own: bool = False

    @property
    def is_allowed(self) -> bool:
        return self.is_own or self.consent is not False


def block_of(interaction: Interaction | None, me: AgentId, kind: str, observing: Observing = ALONE) -> str:
    """Return why nothing can be written (``none``, ``offered``, ``queued``, ``not_mine``, ``asked``, ``reading``, ``closed``,
    ``snoozed``, ``spoken``), or nothing where it can. A note may be left wherever the contact is not another agent's, and by
    whom they asked (``asked``) or who reads along (``reading``); a lead who joined may write to the customer."""
    if interaction is None:
        return "none"
    if interaction.state.is_open and interaction.assignee not in (None, me) and not observing.is_joined:
        is_at_it = observing.is_on or interaction.consulting == me
        if not is_at_it:
            return "not_mine"
        if kind != NOTE:
            return "reading" if observing.is_on else "asked"
    if kind == NOTE:
        return ""
    match interaction.state:
        case S.CLOSED | S.ABANDONED:
            return "closed"
        case S.QUEUED:
            return "queued"
        case S.OFFERED:
            return "offered"
        case S.SNOOZED:
            return "snoozed"
        case _:
            return "spoken" if interaction.channel.is_spoken else ""


def channels_for(interaction: Interaction, customer: Customer | None) -> tuple[ChannelChoice, ...]:
    """Return the written channels the customer can be reached by, the one they wrote on first."""
    consents = {consent.purpose: consent.is_granted for consent in customer.consents} if customer else {}
    found: list[ChannelChoice] = []
    if not interaction.channel.is_spoken:
        own = interaction.channel
        found.append(ChannelChoice(own, interaction.from_address, consents.get(own.value), is_own=True))
    for identity in customer.identities if customer else ():
        for channel in _reached_by(identity.kind, identity.normalised):
            if all(choice.channel is not channel for choice in found):
                found.append(ChannelChoice(channel, identity.value, consents.get(channel.value)))
    return tuple(found)


def _reached_by(kind: IdentityKind, value: str) -> tuple[Channel, ...]:
    if kind is IdentityKind.EMAIL:
        return (Channel.EMAIL,)
    if kind is IdentityKind.PHONE:
        return (Channel.SMS,)
    if kind is IdentityKind.HANDLE:
        service = value.partition(":")[0]
        if service in ("whatsapp", "telegram", "signal", "messenger", "threema"):
            return (Channel.MESSENGER,)
        if service in ("facebook", "instagram", "twitter", "x", "mastodon", "social"):
            return (Channel.SOCIAL,)
        if service in ("app", "in_app"):
            return (Channel.IN_APP,)
    return ()
