"""A note for colleagues that goes with something else an agent does: a transfer, a question, a call-back at a time. A note
for its own sake is ``messages``'."""

from __future__ import annotations

from typing import Final

from desktop.domain.ids import MessageId, new_id
from desktop.domain.interaction import Author, Interaction, Message, MessageKind
from desktop.hub.desk.work import Work
from desktop.wire.markup import plain

_LONGEST: Final = 20_000


async def note_beside(work: Work, interaction: Interaction, text: str) -> None:
    """Put a note by whoever asks into the stream; one without words is none, and one that is too long is cut."""
    text = plain(text).strip()[:_LONGEST]
    if not text:
        return
    await work.ledger.put(
        Message(
            id=MessageId(new_id()),
            interaction_id=interaction.id,
            author=Author.AGENT,
            kind=MessageKind.NOTE,
            customer_id=interaction.customer_id,
            agent_id=work.caller.agent_id,
            author_name=await work.name(),
            text=text,
            sent_at=work.at,
        )
    )
