"""A contact as the records of the hub: values in, values out, with ids that are the same at every import. Moods, language
and findings about the customer come from ``insight``, as they would had the contact been live.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from statistics import fmean

from msgspec import Struct
from msgspec.structs import replace

from desktop.domain.agent import Queue
from desktop.domain.channels import Channel
from desktop.domain.customer import Customer, Identity, IdentityKind
from desktop.domain.ids import CustomerId, InteractionId, MessageId, RecordId, TouchpointId
from desktop.domain.interaction import Attachment, Author, Delivery, Interaction, InteractionState, Message
from desktop.domain.journey import Touchpoint
from desktop.domain.record import BusinessRecord
from desktop.domain.suggestion import Reason
from desktop.hub.desk.options import DeskOptions
from desktop.hub.desk.work import bounded, derived_id, queue_for, snippet
from desktop.hub.history.contact import Contact, HistoricCustomer, HistoricLookup, HistoricMessage
from desktop.insight import normalise
from desktop.insight.journey import stage_of
from desktop.insight.language import language_of
from desktop.insight.mail_text import own_words
from desktop.insight.mood import mood_of, trend
from desktop.insight.quality import findings
from desktop.wire.markup import cut_to

_TICK = timedelta(microseconds=1)


class KeptFiles(Struct, frozen=True):
    """The files of one message that are in the blob store, and the names of those it did not take."""

    attachments: tuple[Attachment, ...] = ()
    left_out: tuple[str, ...] = ()


class Filed(Struct, frozen=True, kw_only=True):
    """One contact as records, the interaction first of them to be written."""

    interaction: Interaction
    messages: tuple[Message, ...]
    records: tuple[BusinessRecord, ...]
    touchpoint: Touchpoint


def interaction_id(source: str, contact: Contact) -> InteractionId:
    """Return the id of a contact's interaction. Mails have one id whichever archive they are read from."""
    return InteractionId(derived_id("history", source, contact.channel, contact.external_id))


def message_id(source: str, external_id: str) -> MessageId:
    return MessageId(derived_id("history", source, "message", external_id))


def title(code: str) -> str:
    """Return a code as a person would write it: ``bank_fraud_report`` is Bank Fraud Report."""
    words = code.replace("_", " ").replace("-", " ").split()
    return " ".join(word if any(c.isupper() for c in word) else word.capitalize() for word in words)


def identities(customer: HistoricCustomer, channel: Channel, source: str, options: DeskOptions) -> tuple[Identity, ...]:
    """Return what a customer can be known by again."""
    found = [
        normalise.identity(channel, customer.address, region=options.region, source=source, label=str(channel)),
        normalise.identity(IdentityKind.CUSTOMER_NO, customer.number, source=source),
    ]
    return tuple(identity for identity in found if identity is not None)


def customer_of(
    customer: HistoricCustomer, known_by: Sequence[Identity], contact: Contact, source: str, now: datetime
) -> Customer:
    """Return a new customer. Whoever can be known again by an address has the same id whatever source names them."""
    first = known_by[0] if known_by else None
    id_ = (
        derived_id("history", "customer", first.kind, first.normalised)
        if first is not None
        else derived_id("history", source, "customer", customer.key)
    )
    number = next((one.normalised for one in known_by if one.kind is IdentityKind.CUSTOMER_NO), "")
    made = Customer(
        id=CustomerId(id_),
        name=customer.name,
        number=number,
        language=contact.language,
        since=contact.started_at.date(),
        identities=tuple(known_by),
        sources={source: customer.key[:200]},
        created_at=contact.started_at,
        updated_at=now,
    )
    return replace(made, quality=tuple(findings(made, now)))


def filed(
    contact: Contact,
    customer: Customer | None,
    source: str,
    queues: Mapping[str, Queue],
    files: Mapping[str, KeptFiles],
    options: DeskOptions,
) -> Filed:
    """Return a contact as closed work. ``files`` are the stored attachments by the external id of their message."""
    id_ = interaction_id(source, contact)
    language = contact.language or _language(contact.messages)
    messages = _messages(contact, id_, customer, source, files, language, options)
    moods = [message.mood for message in messages if message.mood is not None]
    answered = next((message.sent_at for message in messages if message.author is Author.AGENT), None)
    intent = contact.intent or None
    hinted = queues.get(contact.queue_hint)
    last = messages[-1] if messages else None
    subject = contact.subject or (title(intent) if intent else "")
    interaction = Interaction(
        id=id_,
        channel=contact.channel,
        state=InteractionState.CLOSED,
        created_at=contact.started_at,
        updated_at=contact.closed_at,
        customer_id=customer.id if customer else None,
        customer_name=customer.name if customer else "",
        from_address=contact.customer.address if contact.customer else "",
        queue=hinted.id if hinted else queue_for(dict(queues), intent, contact.channel),
        subject=subject,
        thread=bounded(contact.thread),
        language=language,
        intent=intent,
        intent_probability=1.0 if intent else 0.0,
        intent_ranked=tuple((one, 1.0) for one in (intent, *contact.also)) if intent else (),
        intent_confirmed=intent is not None,
        mood=moods[-1] if moods else None,
        mood_trend=round(trend(moods), 4),
        identified=1.0 if customer else 0.0,
        identified_by=(Reason(code="import.source", weight=1.0, values={"source": source}),) if customer else (),
        accepted_at=contact.steps[0].at if contact.steps else answered,
        answered_at=answered,
        wrap_up_at=last.sent_at if last else None,
        closed_at=max(contact.closed_at, last.sent_at) if last else contact.closed_at,
        disposition=contact.disposition or None,
        steps=tuple(step.code for step in contact.steps),
        last_text=snippet(last.text) if last else "",
        last_author=last.author if last else None,
        last_at=last.sent_at if last else None,
        source=f"{source}/{contact.external_id}"[:500],
    )
    touchpoint = Touchpoint(
        id=TouchpointId(derived_id(id_, "touchpoint")),
        customer_id=interaction.customer_id,
        channel=contact.channel,
        kind="contact",
        at=contact.started_at,
        title=subject,
        duration_s=max(0, int((contact.closed_at - contact.started_at).total_seconds())),
        mood=round(fmean(moods), 4) if moods else None,
        interaction_id=id_,
        intent=intent or "",
        values={"also": ", ".join(contact.also)} if contact.also else {},
        source=source,
    )
    return Filed(
        interaction=interaction,
        messages=messages,
        records=tuple(_record(lookup, n, interaction, source) for n, lookup in enumerate(contact.lookups)),
        touchpoint=replace(touchpoint, stage=stage_of(touchpoint)),
    )


def _language(messages: Sequence[HistoricMessage]) -> str:
    written = "\n".join(own_words(m.text)[:1000] for m in messages[:5] if m.author is Author.CUSTOMER)
    return language_of(written).language or ""


def _messages(
    contact: Contact,
    id_: InteractionId,
    customer: Customer | None,
    source: str,
    files: Mapping[str, KeptFiles],
    language: str,
    options: DeskOptions,
) -> tuple[Message, ...]:
    found: list[Message] = []
    for said in contact.messages:
        at = said.sent_at
        if found and at <= found[-1].sent_at < at + timedelta(seconds=1):
            at = found[-1].sent_at + _TICK  # within one second the order in which it was said is kept
        text, _ = cut_to(said.text, options.text_limit)
        is_customer = said.author is Author.CUSTOMER
        words = own_words(text) if contact.channel is Channel.EMAIL else text
        kept = files.get(said.external_id, KeptFiles())
        values = {"step": said.step, "options": " ".join(said.options), "files_left_out": ", ".join(kept.left_out)}
        found.append(
            Message(
                id=message_id(source, said.external_id),
                interaction_id=id_,
                author=said.author,
                sent_at=at,
                channel=contact.channel,
                customer_id=customer.id if customer else None,
                author_name=said.author_name,
                text=text,
                html=said.html,
                subject=said.subject,
                delivery=Delivery.RECEIVED if is_customer else Delivery.DELIVERED,
                external_id=bounded(said.external_id),
                in_reply_to=said.in_reply_to,
                references=said.references,
                attachments=kept.attachments,
                mood=mood_of(words, language).mood if is_customer and words.strip() else None,
                language=language,
                values={key: value for key, value in values.items() if value},
            )
        )
    return tuple(found)


def _record(lookup: HistoricLookup, number: int, interaction: Interaction, source: str) -> BusinessRecord:
    """A look-up as a record: what was asked for stands under ``asked.…``, what was found under its own name."""
    key = f"{interaction.source}/{number}"
    return BusinessRecord(
        id=RecordId(derived_id("history", source, "record", key)),
        customer_id=interaction.customer_id,
        kind="query",
        number=lookup.name,
        title=title(lookup.name),
        status="found" if lookup.is_found else "nothing_found",
        at=lookup.at,
        interaction_id=interaction.id,
        fields={**{f"asked.{name}": value for name, value in lookup.constraints.items()}, **lookup.result},
        source=key,
    )
