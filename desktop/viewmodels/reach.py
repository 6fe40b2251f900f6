"""Whether and how a customer can be written to: the state of the contact, whose it is, addresses and consents. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from desktop.domain.capabilities import Capabilities, capabilities_of
from desktop.domain.channels import Channel
from desktop.domain.customer import Customer, IdentityKind, has_opted_out
from desktop.domain.ids import AgentId
from desktop.domain.interaction import Interaction, InteractionState
from desktop.store.rows import Observing

ALONE = Observing()
NOTE = "note"

S = InteractionState


@dataclass(frozen=True, slots=True)
class ChannelChoice:
    """A way to write to the customer. ``consent`` is what they said about it, ``None`` where nobody asked; ``is_own``
    marks a channel they wrote on in this contact, where an answer needs no consent unless they forbade it there
    (``is_closed``). ``account`` is by which of the company's accounts it goes, where that is known."""

    channel: Channel
    address: str
    consent: bool | None = None
    is_own: bool = False
    is_closed: bool = False
    account: str = ""

    @property
    def is_allowed(self) -> bool:
        return not self.is_closed and (self.is_own or self.consent is not False)

    @property
    def can(self) -> Capabilities:
        """What the channel can carry."""
        return capabilities_of(self.channel)


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


def channels_for(
    interaction: Interaction | None, customer: Customer | None, *, may_change: bool = True
) -> tuple[ChannelChoice, ...]:
    """Return the written channels the customer can be reached by, the one they wrote on last first; without ``may_change``
    the one they came by only."""
    if interaction is None:
        return ()
    consents = {consent.purpose: consent.is_granted for consent in customer.consents} if customer else {}
    last = interaction.last_channel
    found: list[ChannelChoice] = []

    def add(channel: Channel, address: str, **more: Any) -> None:
        if all(choice.channel is not channel for choice in found):
            is_closed = customer is not None and has_opted_out(customer, channel)
            found.append(ChannelChoice(channel, address, consents.get(channel.value), is_closed=is_closed, **more))

    if not interaction.channel.is_spoken:
        add(interaction.channel, interaction.from_address, is_own=True, account=interaction.account)
    for identity in customer.identities if customer and may_change else ():
        for channel in _reached_by(identity.kind, identity.normalised):
            add(channel, identity.value, is_own=channel is last)
    return tuple(sorted(found, key=lambda choice: choice.channel is not last))


def _reached_by(kind: IdentityKind, value: str) -> tuple[Channel, ...]:
    if kind is IdentityKind.EMAIL:
        return (Channel.EMAIL,)
    if kind is IdentityKind.PHONE:
        return (Channel.SMS,)
    if kind is IdentityKind.HANDLE:
        service = value.partition(":")[0]
        if service in ("whatsapp", "telegram", "signal", "messenger", "threema", "matrix"):
            return (Channel.MESSENGER,)
        if service in ("facebook", "instagram", "twitter", "x", "mastodon", "social"):
            return (Channel.SOCIAL,)
        if service in ("app", "in_app"):
            return (Channel.IN_APP,)
    return ()
