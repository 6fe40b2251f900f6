"""What an agent says: replies to the customer and notes to colleagues. A reply is a record with delivery ``queued``; the
channel's adapter takes it from there."""

from __future__ import annotations

from msgspec.structs import replace
from sqlalchemy import select

from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.commands import AddNote, SendMessage
from desktop.domain.customer import Customer, has_opted_out
from desktop.domain.ids import MessageId, new_id
from desktop.domain.interaction import Author, Delivery, Interaction, Message, MessageKind
from desktop.domain.sms import MOST_PARTS, size_of
from desktop.domain.suggestion import Suggestion, SuggestionState
from desktop.hub.channels.base import Capabilities, capabilities_of
from desktop.hub.db import tables
from desktop.hub.db.outbound import queue_out
from desktop.hub.desk.advice import advise_anew, followed
from desktop.hub.desk.content import named_files
from desktop.hub.desk.lead.observing import has_joined
from desktop.hub.desk.refusals import Refused
from desktop.hub.desk.work import Work, moved, snippet
from desktop.wire.errors import Code
from desktop.wire.markup import plain

REPLY = "reply"
"""The step recorded for an answer that followed no suggestion."""

_LONGEST_NOTE = 100_000
_MOST_REFERENCES = 50
_LONGEST_ID = 64
_row = tables.record.c


async def send_message(work: Work, command: SendMessage) -> None:
    interaction = await work.interaction(command.interaction_id)
    if interaction.state.is_open:
        await _must_talk(work, interaction)
    changed = moved(interaction, "send_message")
    channel = command.channel or interaction.channel
    can = capabilities_of(channel)
    text = plain(command.text).rstrip()
    _check(can, text, len(command.attachments))
    _check_size(channel, text)
    customer = await work.ledger.customer(interaction.customer_id) if interaction.customer_id else None
    heard = await _heard_by(work, interaction, channel)
    to = _address(interaction, customer, channel, can, heard)
    attachments = await named_files(work, command.attachments)
    suggestion = await _suggestion(work, interaction, command.suggestion_id)
    message_id = await new_message_id(work, command.message_id)
    message = Message(
        id=message_id,
        interaction_id=interaction.id,
        author=Author.AGENT,
        channel=channel,
        customer_id=interaction.customer_id,
        agent_id=work.caller.agent_id,
        author_name=await work.name(),
        text=text,
        sent_at=work.at,
        delivery=Delivery.QUEUED,
        attachments=attachments,
        language=interaction.language,
        values={"to": to, **_account(heard)} if to else {},
    )
    if channel is Channel.EMAIL:
        message = await _as_mail(work, interaction, message)
    step = suggestion.action if suggestion is not None else REPLY
    saved = await work.save(
        replace(
            changed,
            answered_at=changed.answered_at or work.at,
            due_at=None,
            last_text=snippet(text),
            last_author=Author.AGENT,
            last_at=work.at,
            steps=(*changed.steps, step),
        )
    )
    await work.ledger.put(message)
    await queue_out(work.ledger, message, work.at)
    if suggestion is not None:
        await followed(work, interaction, suggestion)
        await advise_anew(work, saved)


async def _must_talk(work: Work, interaction: Interaction) -> None:
    """Only the owner talks to the customer, and a lead who joined them. Raises ``Refused(NOT_OWNER)``."""
    me = work.caller.agent_id
    if me is None or (interaction.assignee != me and not await has_joined(work, interaction)):
        raise Refused(Code.NOT_OWNER, "somebody else has this interaction", record=interaction)


def _check(can: Capabilities, text: str, files: int) -> None:
    if not can.can_send:
        raise Refused(Code.CHANNEL_CANNOT_SEND, "nothing can be written on this channel")
    if not text.strip() and not files:
        raise Refused(Code.EMPTY_TEXT, "there is nothing to send")
    if len(text) > can.max_length:
        raise Refused(Code.TOO_LARGE, f"at most {can.max_length} characters on this channel")
    if files and not can.has_attachments:
        raise Refused(Code.CHANNEL_CANNOT_SEND, "no files on this channel")


def _check_size(channel: Channel, text: str) -> None:
    if channel is Channel.SMS and size_of(text).parts > MOST_PARTS:
        raise Refused(Code.TOO_LARGE, f"at most {MOST_PARTS} parts in a text message")


async def _heard_by(work: Work, interaction: Interaction, channel: Channel) -> Message | None:
    """Return what the customer last wrote in a contact by a channel that is not the contact's own."""
    if channel is interaction.channel:
        return None
    said = await work.ledger.messages(interaction.id)
    return next((one for one in reversed(said) if one.author is Author.CUSTOMER and one.channel is channel), None)


def _account(heard: Message | None) -> dict[str, str]:
    """The account they wrote to is the one that answers."""
    account = heard.values.get("account", "") if heard is not None else ""
    return {"account": account} if account else {}


def _address(
    interaction: Interaction, customer: Customer | None, channel: Channel, can: Capabilities, heard: Message | None
) -> str:
    """Return where a reply goes: back where the customer wrote from, or on another channel to an address of theirs that
    they did not refuse. A channel they forbade on itself is closed even to answers."""
    if customer is not None and has_opted_out(customer, channel):
        raise Refused(Code.NO_CONSENT, "the customer forbade to be written to on this channel")
    if channel is interaction.channel:
        return interaction.from_address
    if heard is not None and heard.values.get("from"):
        return heard.values["from"]
    known = [] if customer is None else [one for one in customer.identities if one.kind in can.address]
    if not known:
        raise Refused(Code.NO_ADDRESS, "no address of the customer for this channel")
    assert customer is not None
    purposes = {can.needs_consent, str(channel)}
    if any(consent.purpose in purposes and not consent.is_granted for consent in customer.consents):
        raise Refused(Code.NO_CONSENT, "the customer does not want to be written to on this channel")
    best = max(known, key=lambda one: (one.is_verified, one.label == str(channel)))
    return best.normalised or best.value


async def _suggestion(work: Work, interaction: Interaction, id_: str | None) -> Suggestion | None:
    """Return the suggestion a reply followed; one replaced meanwhile by newer advice does not hold the reply up."""
    if id_ is None:
        return None
    found: Suggestion | None = await work.ledger.get(Table.SUGGESTION, id_)
    if found is None or found.interaction_id != interaction.id:
        return None
    return found if found.state is SuggestionState.OPEN else None


async def new_message_id(work: Work, asked: MessageId | None) -> MessageId:
    """Return the id the sender chose. Raises ``Refused(CONFLICT)`` where some message has it."""
    if asked is None:
        return MessageId(new_id())
    if not 8 <= len(asked) <= _LONGEST_ID or not all(c.isascii() and (c.isalnum() or c in "-_") for c in asked):
        raise Refused(Code.BAD_REQUEST, "not a message id")
    query = select(_row.id).where(_row.type == Table.MESSAGE, _row.id == asked)
    if (await work.ledger.connection.execute(query)).scalar() is not None:
        raise Refused(Code.CONFLICT, "a message has this id already")
    return asked


async def _as_mail(work: Work, interaction: Interaction, message: Message) -> Message:
    """Return ``message`` with what keeps a mail's thread together (RFC 5322, section 3.6.4)."""
    earlier: list[Message] = await work.ledger.find(
        Table.MESSAGE, _row.interaction_id == interaction.id, _row.lookup.is_not(None), newest_first=True, limit=10
    )
    mails = [one for one in earlier if one.channel is Channel.EMAIL and one.external_id]
    answered = next((one for one in mails if one.author is Author.CUSTOMER), mails[0] if mails else None)
    references: tuple[str, ...] = ()
    if answered is not None:
        references = tuple(dict.fromkeys((*answered.references, answered.external_id)))
        # The first names the thread, the last what is answered: those are kept of a long one.
        if len(references) > _MOST_REFERENCES:
            references = (references[0], *references[-_MOST_REFERENCES + 1 :])
    subject = interaction.subject
    if subject and not subject.lower().startswith(("re:", "aw:")):
        subject = f"Re: {subject}"
    return replace(
        message,
        subject=subject,
        in_reply_to=answered.external_id if answered is not None else "",
        references=references,
        external_id=f"<{message.id}@{work.options.mail_domain}>",
    )


async def add_note(work: Work, command: AddNote) -> None:
    """A note is for colleagues: whoever sees the interaction may leave one."""
    interaction = await work.interaction(command.interaction_id)
    moved(interaction, "add_note")
    text = plain(command.text).strip()
    if not text and not command.attachments:
        raise Refused(Code.EMPTY_TEXT, "the note is empty")
    if len(text) > _LONGEST_NOTE:
        raise Refused(Code.TOO_LARGE, f"at most {_LONGEST_NOTE} characters")
    attachments = await named_files(work, command.attachments)
    message_id = await new_message_id(work, command.message_id)
    saved = await work.save(interaction)
    await work.ledger.put(
        Message(
            id=message_id,
            interaction_id=saved.id,
            author=Author.AGENT,
            kind=MessageKind.NOTE,
            customer_id=saved.customer_id,
            agent_id=work.caller.agent_id,
            author_name=await work.name(),
            text=text,
            sent_at=work.at,
            attachments=attachments,
        )
    )
