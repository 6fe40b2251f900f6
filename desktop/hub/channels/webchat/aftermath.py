"""What a visitor does when a chat is over: they say how it was, and take what was said with them."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from desktop.domain.channels import Channel
from desktop.domain.ids import InteractionId, MessageId, new_id
from desktop.domain.interaction import Author, Delivery, Interaction, Message
from desktop.hub.channels.intake import Intake
from desktop.hub.channels.webchat.conversation import contact_of, external_id, messages_of
from desktop.hub.channels.webchat.shapes import RatingIn, TranscriptIn
from desktop.hub.channels.webchat.site import Site, text
from desktop.hub.channels.webchat.tokens import Visitor
from desktop.hub.channels.webchat.transcript import transcript
from desktop.hub.db.database import Database
from desktop.hub.db.outbound import queue_out
from desktop.hub.desk.refusals import Refused
from desktop.hub.desk.work import derived_id
from desktop.insight import normalise
from desktop.wire.errors import Code
from desktop.wire.shapes import TouchpointIn

STARS: Final = ("★☆☆☆☆", "★★☆☆☆", "★★★☆☆", "★★★★☆", "★★★★★")


async def contact(database: Database, visitor: Visitor) -> Interaction:
    """Return a visitor's contact. Raises ``Refused(not_found)`` before anything was said."""
    async with database.read() as ledger:
        found = await contact_of(ledger, visitor)
    if found is None:
        raise Refused(Code.NOT_FOUND, "Nothing was said yet.")
    return found


async def rate(
    database: Database, intake: Intake, site: Site, visitor: Visitor, rating: RatingIn, at: datetime
) -> None:
    """Take in how it was, once: a touchpoint, and a message where the agent reads it. It does not bring the contact back
    to anybody. Raises ``Refused``: ``not_found``, ``illegal_state`` before anybody answered."""
    if not site.settings.has_rating:
        raise Refused(Code.NOT_FOUND, "This chat is not rated.")
    interaction = await contact(database, visitor)
    if interaction.answered_at is None:
        raise Refused(Code.ILLEGAL_STATE, "Nobody has answered yet.")
    comment = "".join(c for c in rating.comment if c.isprintable() or c == "\n").strip()
    id_ = MessageId(derived_id("webchat", "rating", visitor.chat))
    async with database.write() as ledger:
        if any(one.id == id_ for one in await ledger.messages(interaction.id)):
            return
        await ledger.put(
            Message(
                id=id_,
                interaction_id=interaction.id,
                author=Author.CUSTOMER,
                channel=Channel.WEB,
                customer_id=interaction.customer_id,
                author_name=interaction.customer_name,
                text="\n".join(part for part in (STARS[rating.rating - 1], comment) if part),
                sent_at=at,
                external_id=external_id(visitor, "rating"),
            )
        )
    await intake.touchpoints(
        [
            TouchpointIn(
                external_id=external_id(visitor, "rating"),
                channel=Channel.WEB,
                kind="survey",
                at=at,
                title=comment[:80],
                rating=rating.rating,
                interaction_id=interaction.id,
            )
        ]
    )


async def as_text(database: Database, site: Site, visitor: Visitor, language: str, zone: str) -> str:
    """Return what was said. Raises ``Refused(not_found)``."""
    if not site.settings.has_transcript:
        raise Refused(Code.NOT_FOUND, "There are no transcripts of this chat.")
    interaction = await contact(database, visitor)
    async with database.read() as ledger:
        return transcript(site, await messages_of(ledger, interaction), language, zone)


async def mail(
    database: Database, site: Site, visitor: Visitor, asked: TranscriptIn, account: str, domain: str, at: datetime
) -> None:
    """Send what was said to an address by the mail account named ``account``. Only of a chat that an agent answered in:
    nobody is to send mails of their own words through the company. Raises ``Refused``."""
    to = normalise.email(asked.to)
    if to is None:
        raise Refused(Code.NO_ADDRESS, "That is no e-mail address.")
    interaction = await contact(database, visitor)
    if interaction.answered_at is None:
        raise Refused(Code.ILLEGAL_STATE, "Nobody has answered yet.")
    body = await as_text(database, site, visitor, asked.language, asked.zone)
    id_ = MessageId(new_id())
    message = Message(
        id=id_,
        interaction_id=InteractionId(interaction.id),
        author=Author.BOT,
        channel=Channel.EMAIL,
        customer_id=interaction.customer_id,
        author_name=site.account.brand,
        subject=text(asked.language, "transcript_subject").replace("{brand}", site.account.brand).strip(" :"),
        text=body,
        sent_at=at,
        delivery=Delivery.QUEUED,
        external_id=f"<{id_}@{domain}>",
        values={"to": to, "account": account},
    )
    async with database.write() as ledger:
        await ledger.put(message)
        await queue_out(ledger, message, at)
