"""A message or call event arrives: whose it is, which interaction it belongs to, what it is about, who is asked to take it.
One transaction, made once for each (channel, external id); whatever the customer sent is kept. What continues a contact that
somebody has in hand is judged in a second one, so that they see it at once.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from msgspec.structs import replace
from sqlalchemy import bindparam, insert, select

from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.customer import Customer
from desktop.domain.ids import InteractionId, MessageId, new_id
from desktop.domain.interaction import Attachment, Author, Delivery, Interaction, InteractionState, Message, MessageKind
from desktop.domain.journey import Touchpoint
from desktop.domain.lifecycle import after
from desktop.hub.db import tables
from desktop.hub.db.columns import micros
from desktop.hub.desk import answers, offers
from desktop.hub.desk.advice import advise
from desktop.hub.desk.content import files
from desktop.hub.desk.corrections import EDITED, REDACTED, corrected
from desktop.hub.desk.guidance import Facts, background_of, contact_id, facts_of, note_contact, with_verdicts
from desktop.hub.desk.judging import is_unjudged, judged, placed, refreshed
from desktop.hub.desk.linking import relinked
from desktop.hub.desk.matching import Sender, address_of, clean_name, conversation_of, sender_of, thread_of
from desktop.hub.desk.opting import chosen
from desktop.hub.desk.refusals import Refused
from desktop.hub.desk.work import Work, bounded, moved, queued, snippet
from desktop.insight.language import UNKNOWN
from desktop.insight.mail_text import tail_start
from desktop.insight.routing import due_at
from desktop.wire.errors import Code
from desktop.wire.markup import Content
from desktop.wire.shapes import Inbound, InboundAnswer, encode

RINGING, ANSWERED, TRANSCRIPT, ENDED, ENCRYPTED = "ringing", "answered", "transcript", "ended", "encrypted"

_IN_HAND: Final = frozenset({InteractionState.ACTIVE, InteractionState.ON_HOLD})
_SPOKEN: Final = frozenset({RINGING, ANSWERED, TRANSCRIPT, ENDED})
_WRITTEN: Final = frozenset({EDITED, REDACTED, ENCRYPTED})
_LONGEST_SUBJECT = 500
_LONGEST_TITLE = 80
_MOST_REFERENCES = 100
_answer = msgspec.json.Decoder(InboundAnswer)
_inbound = tables.inbound.c
_answered = select(_inbound.answer).where(
    _inbound.channel == bindparam("way"), _inbound.external_id == bindparam("given")
)
_note = insert(tables.inbound)


async def receive(work: Work, channel: Channel, message: Inbound, content: Content) -> tuple[InboundAnswer, bool]:
    """Take in what a channel hands over; ``content`` is what is kept of its text. Seen before, the first answer is
    returned with ``duplicate`` set. Beside the answer it is said whether the message is judged; where not, the hub being
    killed before it came to that among them, ``judge`` has to follow.

    Raises ``Refused``: ``UNKNOWN_CHANNEL`` where nobody works a channel, ``BAD_REQUEST`` without an external id,
    ``UNKNOWN_VALUE`` for an event or an attachment nobody knows."""
    if not channel.is_interaction:
        raise Refused(Code.UNKNOWN_CHANNEL, "this channel only has touchpoints")
    external_id = bounded(message.external_id)
    if not external_id:
        raise Refused(Code.BAD_REQUEST, "external_id is empty")
    which = {"way": str(channel), "given": external_id}
    before = (await work.ledger.connection.execute(_answered, which)).scalar()
    if before is not None:
        answer = replace(_answer.decode(before), duplicate=True)
        known: Message | None = await work.ledger.get(Table.MESSAGE, answer.message_id) if answer.message_id else None
        return answer, known is None or not is_unjudged(known)
    answer, is_judged = await _take_in(work, channel, message, content)
    noted = {"channel": str(channel), "external_id": external_id, "answer": encode(answer), "at": micros(work.at)}
    await work.ledger.connection.execute(_note, noted)
    return answer, is_judged


async def _take_in(work: Work, channel: Channel, message: Inbound, content: Content) -> tuple[InboundAnswer, bool]:
    event = _event_of(channel, message)
    if event in (EDITED, REDACTED):
        return answers.of_correction(await corrected(work, channel, message, event, content)), True
    attachments = await files(work, message.attachments)
    found = await thread_of(work, channel, message)
    if found is not None and event in ("", RINGING) and channel.is_spoken and not found.state.is_open:
        found = None  # the channel uses a call's name again
    sender = await _settled(work, found) or await sender_of(work, channel, message, content.text)
    if found is None and not sender.is_new:
        found = await conversation_of(work, channel, message, sender)
    if message.choice:
        chooser = await chosen(work, channel, message, sender.customer, found)
        if found is None or not found.state.is_open:
            return answers.of_choice(chooser.id, sender.probability, is_known=sender.is_known), True
    is_judged = True
    if found is None:
        interaction, arrived = await _begin(work, channel, message, event, content, attachments, sender)
        known, probability = sender.is_known, sender.probability
    else:
        interaction, arrived, is_judged = await _continue(
            work, channel, found, message, event, content, attachments, sender
        )
        customer = await work.ledger.customer(found.customer_id) if found.customer_id else None
        known, probability = customer is not None and not customer.is_provisional, interaction.identified
    if content.cut_bytes:
        await work.say(interaction, "text_cut", message_id=arrived.id, bytes=str(content.cut_bytes))
    return answers.of_contact(interaction, arrived, probability, is_known=known), is_judged


async def _settled(work: Work, interaction: Interaction | None) -> Sender | None:
    """Return who writes in a contact whose customer is settled: nothing in a message of its thread changes that."""
    if interaction is None or not interaction.customer_id:
        return None
    customer = await work.ledger.customer(interaction.customer_id)
    if customer is None or customer.is_provisional:
        return None
    return Sender(customer=customer, probability=interaction.identified, reasons=interaction.identified_by)


def _event_of(channel: Channel, message: Inbound) -> str:
    event = message.event.strip().lower()
    if channel.is_spoken:
        event = event or RINGING
    known = _SPOKEN if channel.is_spoken else _WRITTEN | {ENDED} if channel.is_live else _WRITTEN
    if event and event not in known:
        raise Refused(Code.UNKNOWN_VALUE, "no such event on this channel")
    return event


# --- a contact of its own -------------------------------------------------------------------------------------------------


async def _begin(
    work: Work,
    channel: Channel,
    message: Inbound,
    event: str,
    content: Content,
    attachments: tuple[Attachment, ...],
    sender: Sender,
) -> tuple[Interaction, Message]:
    customer = sender.customer
    verdict = work.guidance.judge(content.text, message.subject, customer.language, channel)
    facts = Facts() if sender.is_new else await facts_of(work, customer.id)
    if customer.is_provisional:
        name = customer.name or clean_name(message.sender.name)
        spoken = verdict.language.language
        language = customer.language or ("" if spoken == UNKNOWN else spoken)
        customer = replace(customer, name=name, language=language)
    subject = " ".join(message.subject.split())[:_LONGEST_SUBJECT]
    fresh = Interaction(
        id=InteractionId(new_id()),
        channel=channel,
        state=InteractionState.QUEUED,
        created_at=work.at,
        updated_at=work.at,
        queued_at=work.at,
        customer_id=customer.id,
        customer_name=customer.name or clean_name(message.sender.name),
        from_address=address_of(message),
        subject=subject,
        thread=bounded(message.thread),
        language=customer.language,
        identified=sender.probability,
        identified_by=sender.reasons,
        account=bounded(message.account),
        **_last(work, message, content),
    )
    work.ledger.introduce(fresh)
    interaction = with_verdicts(fresh, verdict)
    interaction = await placed(work, interaction, customer, facts)
    arrived = _message(work, interaction, message, event, content, attachments, interaction.mood)
    if event == ENDED:
        interaction = await work.save(_hung_up(work, interaction))
    else:
        interaction = await offers.offer(work, interaction)
    customer = await refreshed(work, customer, must_save=sender.is_new or customer != sender.customer)
    work.ledger.introduce(arrived)
    arrived = await work.ledger.put(arrived)
    await work.ledger.put(
        Touchpoint(
            id=contact_id(interaction.id),
            customer_id=customer.id,
            channel=channel,
            kind="contact",
            at=arrived.sent_at,
            title=(subject or snippet(content.text))[:_LONGEST_TITLE],
            duration_s=_duration(message),
            mood=interaction.mood,
            interaction_id=interaction.id,
            intent=interaction.intent or "",
        )
    )
    await advise(work, interaction, customer, facts, existing=())
    return interaction, arrived


# --- more of a contact ----------------------------------------------------------------------------------------------------


async def _continue(
    work: Work,
    channel: Channel,
    interaction: Interaction,
    message: Inbound,
    event: str,
    content: Content,
    attachments: tuple[Attachment, ...],
    sender: Sender,
) -> tuple[Interaction, Message, bool]:
    if event in (RINGING, ANSWERED, ENDED) and not content.text.strip():
        return *await _call_went_on(work, interaction, message, event, content, attachments), True
    customer, interaction = await _recognised(work, interaction, sender)
    before = interaction.state
    interaction = await _heard(work, interaction, is_spoken=event in _SPOKEN or _is_machine(message))
    is_own = channel is interaction.channel
    interaction = replace(
        interaction,
        account=(bounded(message.account) or interaction.account) if is_own else interaction.account,
        last_channel=None if is_own else channel,
        **_last(work, message, content),
    )
    if event == ENDED:
        interaction = _hung_up(work, interaction)
    arrived = _message(work, interaction, message, event, content, attachments, None, channel)
    work.ledger.introduce(arrived)
    if interaction.state in _IN_HAND and is_unjudged(arrived):
        interaction = await work.save(interaction)
        return interaction, await work.ledger.put(arrived), False
    is_back = interaction.state is InteractionState.QUEUED and before is not InteractionState.QUEUED
    background = await background_of(work, interaction.id, interaction.customer_id or "")
    interaction, arrived = await judged(work, interaction, arrived, customer, background, is_back=is_back)
    if event == ENDED:
        await note_contact(work, interaction, duration_s=_duration(message))
    return interaction, arrived, True


async def _recognised(work: Work, interaction: Interaction, sender: Sender) -> tuple[Customer | None, Interaction]:
    """Somebody made up at the first message may say who they are at a later one."""
    customer = await work.ledger.customer(interaction.customer_id) if interaction.customer_id else None
    said_who = sender.is_known and not sender.is_new and sender.probability > interaction.identified
    if said_who and (customer is None or (customer.is_provisional and customer.id != sender.customer.id)):
        interaction = replace(interaction, identified=sender.probability, identified_by=sender.reasons)
        return sender.customer, await relinked(work, interaction, sender.customer)
    return customer, interaction


async def _heard(work: Work, interaction: Interaction, *, is_spoken: bool) -> Interaction:
    """Return ``interaction`` after the customer wrote or spoke: back from waiting, from a snooze, from being closed."""
    if is_spoken:
        return interaction  # who talks is heard; only the telephone says that the call ended
    state = interaction.state
    due = interaction.due_at or due_at(work.at, interaction.channel, await work.queue(interaction.queue))
    if after(state, "message_in") is InteractionState.QUEUED and not state.is_open:
        fields = {"disposition": None, "declined_by": (), "due_at": due, "verified": ()}
        await work.say(interaction, "reopened")
        return queued(interaction, "message_in", work.at, **fields)
    if state in (InteractionState.WAITING, InteractionState.SNOOZED):
        owner = (await work.agents()).get(interaction.assignee or "")
        # Who is live at the other end does not wait for a window that is gone.
        is_gone = owner is not None and owner.silence is not None and interaction.channel.is_live
        if is_gone or not offers.is_there(owner):
            return queued(interaction, "requeue", work.at, declined_by=(), due_at=due)
    return moved(interaction, "message_in", snoozed_until=None, wrap_up_at=None, due_at=due)


async def _call_went_on(
    work: Work,
    interaction: Interaction,
    message: Inbound,
    event: str,
    content: Content,
    attachments: tuple[Attachment, ...],
) -> tuple[Interaction, Message]:
    if event == ENDED:
        interaction = await work.save(_hung_up(work, interaction))
        await note_contact(work, interaction, duration_s=_duration(message))
    arrived = await work.ledger.put(_message(work, interaction, message, event, content, attachments, None))
    return interaction, arrived


def _hung_up(work: Work, interaction: Interaction) -> Interaction:
    """Return ``interaction`` after the customer left: abandoned where nobody had accepted it, else to be wrapped up."""
    to = after(interaction.state, "hang_up")
    if to is InteractionState.ABANDONED:
        work.has_room(interaction.assignee)
        return moved(
            interaction,
            "hang_up",
            assignee=None,
            offered_at=None,
            offer_expires_at=None,
            due_at=None,
            closed_at=work.at,
        )
    if to is InteractionState.WRAP_UP and interaction.state is not InteractionState.WRAP_UP:
        return moved(interaction, "hang_up", wrap_up_at=work.at, due_at=None)
    return interaction


# --- the message itself ---------------------------------------------------------------------------------------------------


def _message(
    work: Work,
    interaction: Interaction,
    message: Inbound,
    event: str,
    content: Content,
    attachments: tuple[Attachment, ...],
    mood: float | None,
    channel: Channel | None = None,
) -> Message:
    channel = channel or interaction.channel
    kind = MessageKind.CALL if event in (RINGING, ANSWERED, ENDED) else MessageKind.TEXT
    values = {"duration_s": str(_duration(message))} if event == ENDED else {}
    if channel is not interaction.channel:  # where an answer by this channel goes
        values |= {"from": address_of(message), "account": bounded(message.account)}
    if content.cut_bytes:
        values["cut_bytes"] = str(content.cut_bytes)
    if content.is_html_dropped:
        values["html_dropped"] = "1"
    if message.automatic:
        values["automatic"] = message.automatic[:20]
    for why in ("lost_files", "infected_files", "unscanned_files"):
        if names := getattr(message, why):
            values[why] = ", ".join(clean_name(name) for name in names[:20])
    return Message(
        id=MessageId(new_id()),
        interaction_id=interaction.id,
        author=Author.SYSTEM if event in (ANSWERED, ENDED, ENCRYPTED) else Author.CUSTOMER,
        kind=MessageKind.EVENT if event == ENCRYPTED else kind,
        channel=channel,
        customer_id=interaction.customer_id,
        author_name=clean_name(message.sender.name) or interaction.customer_name,
        text=content.text,
        html=content.html,
        subject=" ".join(message.subject.split())[:_LONGEST_SUBJECT],
        sent_at=_sent_at(work, message),
        delivery=Delivery.RECEIVED,
        external_id=bounded(message.external_id),
        in_reply_to=bounded(message.in_reply_to),
        references=tuple(bounded(one) for one in message.references[-_MOST_REFERENCES:] if one.strip()),
        attachments=attachments,
        mood=mood if content.text.strip() else None,
        language=interaction.language if content.text.strip() else "",
        quoted_from=tail_start(content.text) if channel is Channel.EMAIL else 0,
        event=event,
        values=values,
    )


def _is_machine(message: Inbound) -> bool:
    """Whether a machine answered: that it did brings nobody back to a contact."""
    return message.automatic in ("reply", "generated")


def _last(work: Work, message: Inbound, content: Content) -> dict[str, Any]:
    """What a list shows of the newest message."""
    text = snippet(content.text) or snippet(message.subject)
    return {"last_text": text, "last_author": Author.CUSTOMER, "last_at": _sent_at(work, message)}


def _sent_at(work: Work, message: Inbound) -> datetime:
    """When it was sent; a clock that runs ahead is not believed."""
    at = message.sent_at
    if at is None:
        return work.at
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return min(at, work.at)


def _duration(message: Inbound) -> int:
    return max(0, min(message.duration_s, 7 * 86400))
