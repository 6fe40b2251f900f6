"""What a visitor may read of their contact: what was said by them, agents and bots on the chat itself. Notes, whispers,
events and what went by mail stay inside. Found by the thread of their token and nothing else."""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy import select

from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.interaction import Author, Delivery, Interaction, InteractionState, Message, MessageKind
from desktop.hub.channels.webchat.shapes import FileSeen, Said
from desktop.hub.channels.webchat.site import Site
from desktop.hub.channels.webchat.tokens import Visitor
from desktop.hub.db import tables
from desktop.hub.db.ledger import Ledger
from desktop.wire import records

_row = tables.record.c
_BY = {Author.CUSTOMER: "visitor", Author.AGENT: "agent", Author.BOT: "bot"}
WAITING = (InteractionState.QUEUED, InteractionState.OFFERED)
ENDED = (InteractionState.WRAP_UP, InteractionState.CLOSED, InteractionState.ABANDONED)


class Contact(Struct, frozen=True):
    """A visitor's contact as it is now, with what changed in it after a number of the feed, in order. ``agent`` is the name
    of who has it."""

    interaction: Interaction | None = None
    said: tuple[tuple[int, Said], ...] = ()
    seq: int = 0
    agent: str = ""


async def contact_of(ledger: Ledger, visitor: Visitor) -> Interaction | None:
    """Return the contact of a visitor's chat, ``None`` before anything was said."""
    return await ledger.by_thread(Channel.CHAT, visitor.thread)


async def look(ledger: Ledger, site: Site, visitor: Visitor, after: int) -> Contact:
    """Return a visitor's contact with what changed after ``after``."""
    interaction = await contact_of(ledger, visitor)
    if interaction is None:
        return Contact(seq=after)
    query = (
        select(_row.seq, _row.body)
        .where(
            _row.type == Table.MESSAGE,
            _row.interaction_id == interaction.id,
            _row.seq > after,
            _row.is_deleted.is_(False),
        )
        .order_by(_row.seq)
    )
    rows = (await ledger.connection.execute(query)).all()
    found = [(seq, records.decode(Table.MESSAGE, body)) for seq, body in rows]
    owner = None
    if interaction.assignee is not None and interaction.state not in (*WAITING, InteractionState.ABANDONED):
        owner = await ledger.agent(interaction.assignee)
    return Contact(
        interaction,
        tuple((seq, said(site, visitor, message)) for seq, message in found if is_shown(message)),
        rows[-1][0] if rows else after,
        "" if owner is None else site.agent_name(owner.name),
    )


async def messages_of(ledger: Ledger, interaction: Interaction) -> list[Message]:
    """Return what a visitor may read of a contact, in order."""
    return [one for one in await ledger.messages(interaction.id) if is_shown(one)]


def is_shown(message: Message) -> bool:
    """Whether a message is for the visitor's eyes."""
    return (
        message.kind is MessageKind.TEXT
        and message.author in _BY
        and message.channel is Channel.CHAT
        and message.delivery is not Delivery.FAILED
    )


def said(site: Site, visitor: Visitor, message: Message) -> Said:
    """Return a message as the visitor sees it."""
    is_own = message.author is Author.CUSTOMER
    return Said(
        id=message.id,
        by=_BY[message.author],  # type: ignore[arg-type]
        at=message.sent_at,
        text=message.text,
        name="" if is_own else site.agent_name(message.author_name),
        key=key_of(visitor, message) if is_own else "",
        delivery="" if is_own else str(message.delivery),
        files=tuple(
            FileSeen(sha256=one.sha256, name=one.name, media_type=one.media_type, size=one.size)
            for one in message.attachments
        ),
    )


def external_id(visitor: Visitor, key: str) -> str:
    """Return the name under which the desk knows what a page called ``key``."""
    return f"{visitor.chat}:{key}"


def key_of(visitor: Visitor, message: Message) -> str:
    """Return what the page called a message of its visitor."""
    return message.external_id.removeprefix(f"{visitor.chat}:")
