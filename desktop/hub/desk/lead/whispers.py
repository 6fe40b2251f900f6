"""A lead's word to the agent of a contact. It is for who has the contact at that moment: they see it as long as they have it,
leads of the queue always, and nobody else ever: not who has the contact next, not the customer, no machine. What is said
with customers is judged, learned from and shown in lists; nothing of that is done with a whisper, and the contact's record
is not touched. ``db.visibility`` hides it.
"""

from __future__ import annotations

from desktop.domain.commands import Whisper as Command
from desktop.domain.interaction import Author, Message, MessageKind
from desktop.hub.desk.lead.authority import lead_of, led_contact
from desktop.hub.desk.messages import new_message_id
from desktop.hub.desk.refusals import Refused
from desktop.hub.desk.work import Work, moved
from desktop.wire.errors import Code
from desktop.wire.markup import plain

LONGEST = 2000


async def whisper(work: Work, command: Command) -> None:
    """Raises ``Refused``: ``ILLEGAL_STATE`` where nobody has the contact, ``EMPTY_TEXT``, ``TOO_LARGE``."""
    lead = lead_of(work)
    interaction = await led_contact(work, command.interaction_id)
    moved(interaction, "whisper")
    if interaction.assignee is None:
        raise Refused(Code.ILLEGAL_STATE, "nobody has it", record=interaction)
    if interaction.assignee == lead:
        raise Refused(Code.UNKNOWN_VALUE, "it is yours")
    text = checked(command.text, LONGEST)
    await work.ledger.put(
        Message(
            id=await new_message_id(work, command.message_id),
            interaction_id=interaction.id,
            author=Author.AGENT,
            kind=MessageKind.WHISPER,
            customer_id=interaction.customer_id,
            agent_id=lead,
            author_name=await work.name(),
            text=text,
            sent_at=work.at,
            values={"to": interaction.assignee},
        )
    )


def checked(text: str, longest: int) -> str:
    """Return what a lead wrote as plain text. Raises ``Refused``: ``EMPTY_TEXT``, ``TOO_LARGE``."""
    found = plain(text).strip()
    if not any(sign.isprintable() and not sign.isspace() for sign in found):
        raise Refused(Code.EMPTY_TEXT, "there is nothing to say")
    if len(found) > longest:
        raise Refused(Code.TOO_LARGE, f"at most {longest} characters")
    return found
