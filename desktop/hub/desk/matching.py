"""Whose message it is, and which interaction it belongs to. Reads and, for somebody nobody knows, makes a provisional
customer; the judgement itself is ``insight.identify``.
"""

from __future__ import annotations

from datetime import timedelta

from msgspec import Struct
from msgspec.structs import replace

from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.customer import Customer, Identity
from desktop.domain.ids import CustomerId, new_id
from desktop.domain.interaction import Author, Interaction, InteractionState
from desktop.domain.suggestion import Reason
from desktop.hub.db import tables
from desktop.hub.desk.work import Work, bounded
from desktop.insight import normalise
from desktop.insight.identify import Verdict, blocking_keys, gather, identify, lookup_keys
from desktop.insight.mail_subject import is_reply, matter_of
from desktop.insight.quality import findings
from desktop.wire.shapes import Inbound

LIKELY = 0.4
"""From here on the best candidate is shown, with the probability, rather than a made-up customer."""

_LONGEST_NAME = 200
_SAME_MATTER = timedelta(days=30)
_SAME_TALK = timedelta(hours=24)
_SURELY = 0.9
_WANDERING = (Channel.SMS, Channel.MESSENGER, Channel.IN_APP, Channel.SOCIAL)
"""Channels on which a contact that began elsewhere may go on. A chat on a page shows what was said in it alone, and a mail
says itself what it answers."""

_OPEN = [str(state) for state in InteractionState if state.is_open]
_row = tables.record.c


class Sender(Struct, frozen=True, kw_only=True):
    """Who a message is from. ``is_new`` says that the customer had to be made up just now and is not saved yet; ``made_up``
    is whom the hub made up from this address before they said who they are."""

    customer: Customer
    probability: float
    reasons: tuple[Reason, ...] = ()
    is_new: bool = False
    made_up: tuple[CustomerId, ...] = ()

    @property
    def is_known(self) -> bool:
        return not self.customer.is_provisional


async def sender_of(work: Work, channel: Channel, message: Inbound, text: str) -> Sender:
    """Return whose message this is; somebody nobody knows becomes a provisional customer."""
    evidence = gather(
        channel,
        address=message.sender.address,
        name=message.sender.name,
        customer_no=message.customer_no,
        texts=(message.subject, text),
        region=work.options.region,
        birth_date=message.birth_date,
        postcode=message.postcode,
    )
    candidates = await work.ledger.by_identity(lookup_keys(evidence))
    by_address = [one.id for one in candidates if one.is_provisional]
    verdict = identify(evidence, candidates)
    is_settled = any(one.id == verdict.match and not one.is_provisional for one in candidates)
    if not is_settled and (clues := blocking_keys(evidence)):
        known = {one.id for one in candidates}
        candidates += [one for one in await work.ledger.by_blocking_keys(clues) if one.id not in known]
        verdict = identify(evidence, candidates)
    chosen = _chosen(verdict)
    if chosen is not None:
        customer = next(one for one in candidates if one.id == chosen)
        return Sender(
            customer=customer,
            probability=round(verdict.probability, 4),
            reasons=verdict.reasons,
            made_up=tuple(id_ for id_ in by_address if id_ != customer.id),
        )
    return Sender(customer=provisional(work, channel, message), probability=0.0, is_new=True)


def _chosen(verdict: Verdict) -> CustomerId | None:
    if verdict.match is not None:
        return verdict.match
    if verdict.ranked and verdict.ranked[0][1] >= LIKELY:
        return verdict.ranked[0][0]
    return None


def provisional(work: Work, channel: Channel, message: Inbound) -> Customer:
    """Return a customer made up from an address until somebody says who it is."""
    address = normalise.identity(
        channel, message.sender.address, region=work.options.region, source=str(channel), label=str(channel)
    )
    identities: tuple[Identity, ...] = () if address is None else (address,)
    customer = Customer(
        id=CustomerId(new_id()),
        name=clean_name(message.sender.name),
        identities=identities,
        is_provisional=True,
        created_at=work.at,
        updated_at=work.at,
    )
    return replace(customer, quality=tuple(findings(customer, work.at)))


def clean_name(name: str) -> str:
    """Return a name fit to be shown on one line."""
    return " ".join("".join(c if c.isprintable() else " " for c in name[: _LONGEST_NAME * 2]).split())[:_LONGEST_NAME]


async def thread_of(work: Work, channel: Channel, message: Inbound) -> Interaction | None:
    """Return the interaction that the channel itself says a message belongs to: by its thread, or by the mails it
    answers."""
    if message.thread.strip():
        found = await work.ledger.by_thread(channel, bounded(message.thread))
        if found is not None:
            return found
    if channel is Channel.EMAIL:
        named = [one.strip() for one in (*message.references, message.in_reply_to) if one.strip()]
        # An id is known as its mail came: some sources leave the angle brackets away.
        earlier = [bounded(form) for one in named for form in (one.strip("<>"), f"<{one.strip('<>')}>")]
        return await work.ledger.by_message_ids(earlier)
    return None


async def conversation_of(work: Work, channel: Channel, message: Inbound, sender: Sender) -> Interaction | None:
    """Return the open interaction a message without a thread continues: on channels where people chat on, the latest
    with the same customer (or whom the hub took them for) and address; of mails, the latest of the same subject where it
    says that it answers. A mail that answers nothing and a new call are contacts of their own. Who goes on by another
    channel stays in the contact they have open."""
    if channel is Channel.EMAIL:
        return await _same_matter(work, message, sender) if is_reply(message.subject) else None
    if channel.is_spoken and message.event in ("", "ringing"):
        return None
    found: list[Interaction] = await work.ledger.find(
        Table.INTERACTION,
        _row.customer_id.in_([sender.customer.id, *sender.made_up]),
        _row.channel == str(channel),
        _row.state.in_(_OPEN),
        newest_first=True,
        limit=10,
    )
    thread = bounded(message.thread)
    address = _key(work, channel, address_of(message))
    for interaction in found:
        same_thread = not thread or not interaction.thread or interaction.thread == thread
        if same_thread and _key(work, channel, interaction.from_address) == address:
            return interaction
    return await _went_on(work, channel, sender) if channel in _WANDERING else None


async def _went_on(work: Work, channel: Channel, sender: Sender) -> Interaction | None:
    """Return the contact in which a customer goes on by another channel: the latest they have open, where an agent wrote to
    them by this channel, or where they surely are who they seem and something was said lately."""
    found: list[Interaction] = await work.ledger.find(
        Table.INTERACTION,
        _row.customer_id.in_([sender.customer.id, *sender.made_up]),
        _row.channel != str(channel),
        _row.state.in_(_OPEN),
        newest_first=True,
        limit=10,
    )
    is_sure = sender.is_known and sender.probability >= _SURELY
    for interaction in found:
        if interaction.channel.is_spoken or interaction.state is InteractionState.WRAP_UP:
            continue
        if is_sure and work.at - (interaction.last_at or interaction.created_at) <= _SAME_TALK:
            return interaction
        said = await work.ledger.messages(interaction.id)
        if any(one.channel is channel and one.author is Author.AGENT for one in said):
            return interaction
    return None


async def _same_matter(work: Work, message: Inbound, sender: Sender) -> Interaction | None:
    """Return the interaction of an answer whose program named no mail that is known here."""
    matter = matter_of(message.subject)
    found: list[Interaction] = await work.ledger.find(
        Table.INTERACTION,
        _row.customer_id.in_([sender.customer.id, *sender.made_up]),
        _row.channel == str(Channel.EMAIL),
        newest_first=True,
        limit=30,
    )
    address = _key(work, Channel.EMAIL, address_of(message))
    for interaction in found:
        is_near = work.at - (interaction.last_at or interaction.created_at) <= _SAME_MATTER
        is_same = bool(matter) and matter_of(interaction.subject) == matter
        if is_near and is_same and _key(work, Channel.EMAIL, interaction.from_address) == address:
            return interaction
    return None


def _key(work: Work, channel: Channel, address: str) -> str:
    """Return an address in the form in which two spellings of it are the same."""
    one = normalise.identity(channel, address, region=work.options.region)
    return one.normalised if one is not None else address.casefold()


def address_of(message: Inbound) -> str:
    """Return the sender's address as it is kept."""
    return "".join(c for c in message.sender.address.strip()[:320] if c.isprintable())
