"""A customer changes what they said, or takes it back. The window shows the new wording and that it is one; what was said
before is kept in the hub for whoever audits it, and leaves it for no window."""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec.structs import replace

from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.interaction import Author, Interaction, Message, MessageKind
from desktop.domain.journey import Touchpoint
from desktop.hub.db import tables
from desktop.hub.desk.guidance import contact_id
from desktop.hub.desk.refusals import Refused
from desktop.hub.desk.work import Work, bounded, snippet
from desktop.wire.errors import Code
from desktop.wire.markup import Content
from desktop.wire.shapes import Inbound

EDITED, REDACTED = "edited", "redacted"

_MOST: Final = 20
_row = tables.record.c


async def corrected(work: Work, channel: Channel, message: Inbound, event: str, content: Content) -> Message:
    """Return the message that was changed, as it is now. Raises ``Refused(NOT_FOUND)`` where no message of a customer is
    called so."""
    found = await _found(work, channel, bounded(message.replaces))
    if found is None:
        raise Refused(Code.NOT_FOUND, "no such message of a customer")
    if found.is_redacted:
        return found  # what was taken back does not come again
    await _keep(work, found)
    interaction = await work.ledger.interaction(found.interaction_id)
    is_gone = event == REDACTED
    changed: Message = await work.ledger.put(
        replace(
            found,
            text="" if is_gone else content.text,
            html="" if is_gone else content.html,
            attachments=() if is_gone else found.attachments,
            quoted_from=0,
            mood=None if is_gone else found.mood,
            edited_at=work.at,
            is_redacted=is_gone,
        )
    )
    if interaction is not None:
        await _show(work, interaction, found, changed)
    return changed


async def _found(work: Work, channel: Channel, external_id: str) -> Message | None:
    if not external_id:
        return None
    rows: list[Message] = await work.ledger.find(Table.MESSAGE, _row.lookup == external_id, newest_first=True, limit=10)
    return next(
        (
            one
            for one in rows
            if one.author is Author.CUSTOMER and one.kind is MessageKind.TEXT and one.channel is channel
        ),
        None,
    )


async def _keep(work: Work, message: Message) -> None:
    key = f"earlier.{message.id}"
    kept = msgspec.json.decode(await work.ledger.note(key) or "[]")
    files = [one.sha256 for one in message.attachments]
    kept.append({"until": work.at.isoformat(), "text": message.text, "html": message.html, "files": files})
    await work.ledger.set_note(key, msgspec.json.encode(kept[-_MOST:]).decode())


async def _show(work: Work, interaction: Interaction, before: Message, now: Message) -> None:
    """Lists and journeys repeat the words of a message: they follow. Where more was said since, the agent is told."""
    is_last = interaction.last_text == snippet(before.text) and interaction.last_author is Author.CUSTOMER
    if is_last:
        interaction = await work.save(replace(interaction, last_text=snippet(now.text)))
    elif interaction.state.is_open:
        await work.say(interaction, "message_redacted" if now.is_redacted else "message_edited", message_id=now.id)
    touchpoint: Touchpoint | None = await work.ledger.get(Table.TOUCHPOINT, contact_id(interaction.id))
    if touchpoint is not None and before.text.strip() and snippet(before.text).startswith(touchpoint.title):
        await work.ledger.put(replace(touchpoint, title=snippet(now.text)[: max(1, len(touchpoint.title))]))
