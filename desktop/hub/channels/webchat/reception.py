"""All a visitor's page may ask of the hub. Knows nothing of HTTP: ``hub.api.webchat`` is its only caller. Whoever holds a
visitor's token reaches that visitor's chat and no other; what is asked for is looked up by the thread in the token."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from desktop.domain.channels import Channel
from desktop.domain.interaction import Attachment, Author, Delivery, Interaction
from desktop.hub.auth.tokens import load_key
from desktop.hub.blobs import file_name
from desktop.hub.channels.base import capabilities_of
from desktop.hub.channels.intake import Intake
from desktop.hub.channels.secrets import NoSecret
from desktop.hub.channels.signals import Signal
from desktop.hub.channels.webchat import aftermath, conversation, forms, sessions, shapes, visits
from desktop.hub.channels.webchat.limits import FILES, MAILS, MESSAGES, SESSIONS, SIGNALS, Brakes
from desktop.hub.channels.webchat.settings import text_of
from desktop.hub.channels.webchat.silence import silent
from desktop.hub.channels.webchat.site import Site
from desktop.hub.channels.webchat.streams import Streams
from desktop.hub.channels.webchat.telling import Telling
from desktop.hub.channels.webchat.tokens import Ticket, Visitor
from desktop.hub.db import holders
from desktop.hub.db.database import Database
from desktop.hub.desk.refusals import Refused
from desktop.wire.errors import Code
from desktop.wire.shapes import Inbound, Sender, TouchpointIn

if TYPE_CHECKING:
    from desktop.hub.blobs import Blobs
    from desktop.hub.channels.supervisor import Supervisor
    from desktop.hub.desk.desk import Desk

log = logging.getLogger(__name__)

KIND: Final = "webchat"
_SWEEP_S: Final = 20.0
_REACHED: Final = {
    Delivery.DELIVERED: (Delivery.DELIVERED, Delivery.READ),
    Delivery.READ: (Delivery.READ,),
}


class Reception:
    """One for each process of the hub; ``start`` and ``stop`` it with the hub."""

    def __init__(
        self,
        database: Database,
        desk: Desk,
        blobs: Blobs,
        channels: Supervisor,
        base: Path,
        clock: Callable[[], datetime],
        mail_domain: str,
    ) -> None:
        self._database = database
        self._desk = desk
        self._blobs = blobs
        self._channels = channels
        self._base = base
        self.clock = clock
        self._mail_domain = mail_domain
        self._sites: dict[str, Site] = {}
        self._sweeping: asyncio.Task[None] | None = None
        self._streams = Streams(database, channels.signals)
        self._telling = Telling(database, self._streams, clock)
        self.brakes = Brakes()

    def start(self) -> None:
        self._streams.start()
        self._sweeping = asyncio.create_task(self._keep_sweeping(), name="silent chats")

    async def stop(self) -> None:
        """End all streams; further calls are still answered."""
        await self._streams.stop()
        if self._sweeping is not None:
            self._sweeping.cancel()
            await asyncio.gather(self._sweeping, return_exceptions=True)
            self._sweeping = None

    # --- accounts ---------------------------------------------------------------------------------------------------

    async def site(self, name: str) -> Site:
        """Return the site of an account. Raises ``Refused``: ``not_found``, ``unavailable`` where it is wrongly set up."""
        account = next((one for one in self._channels.accounts() if one.name == name and one.kind == KIND), None)
        if account is None or not account.is_active:
            raise Refused(Code.NOT_FOUND, "There is no such chat.")
        known = self._sites.get(name)
        if known is None or known.account != account:
            key = await asyncio.to_thread(load_key, self._base / "hub.key")
            try:
                known = await asyncio.to_thread(Site.of, account, key, self._base)
            except (NoSecret, msgspec.ValidationError):
                raise Refused(Code.UNAVAILABLE, "The chat is not set up.") from None
            self._sites[name] = known
        return known

    async def config(self, site: Site, language: str) -> shapes.Config:
        """Return what a page needs to show the chat."""
        async with self._database.read() as ledger:
            standing = await self._telling.standing(ledger, site, conversation.Contact())
        return site.config(
            language,
            can_mail=bool(self._mail_account()),
            is_open=standing.is_open,
            opens_at=standing.opens_at,
        )

    def events(self, site: Site, visitor: Visitor, address: str, after: int, *, is_once: bool) -> AsyncGenerator[bytes]:
        """Return the event stream of a visitor's chat (see ``Telling.events``)."""
        return self._telling.events(site, visitor, address, after, is_once=is_once)

    def _mail_account(self) -> str:
        mails = (one.name for one in self._channels.accounts() if one.channel is Channel.EMAIL and one.is_active)
        return next(mails, "")

    def _intake(self, site: Site) -> Intake:
        return Intake(site.account, self._desk, self._blobs, self._channels.signals)

    # --- coming and talking -----------------------------------------------------------------------------------------

    async def open_session(self, site: Site, asked: shapes.SessionIn, address: str) -> shapes.Session:
        """Return the token of a page. Raises ``Denied``."""
        self.brakes.take("session", address, SESSIONS)
        return await sessions.open_session(self._database, site, asked, self.clock())

    async def say(self, site: Site, visitor: Visitor, said: shapes.SaidIn) -> shapes.Taken:
        """Take in a message, once for each key. Raises ``Refused`` where there is nothing in it, or too much, or what the
        form asks for is missing; ``Denied`` for one who is too fast."""
        self.brakes.take("message", visitor.id, MESSAGES)
        if len(said.text) > capabilities_of(site.account.channel).max_length:
            raise Refused(Code.TOO_LARGE, "The message is too long.")
        files = [self._brought(site, visitor, ticket) for ticket in said.files]
        if not said.text.strip() and not files:
            raise Refused(Code.EMPTY_TEXT, "There is nothing in it.")
        async with self._database.read() as ledger:
            is_first = await conversation.contact_of(ledger, visitor) is None
        if files:
            await self._note_files(site, files)
        if is_first:
            forms.check(site, said)
        form = forms.filled(said) if is_first else {}
        intake = self._intake(site)
        answer = await intake.receive(
            Inbound(
                external_id=conversation.external_id(visitor, said.key),
                sender=Sender(address=visitor.address, name=visitor.name or form.get("name", "")),
                subject=forms.topic(site, form, said.language),
                text=said.text.strip() + forms.answers(site, form, said.language),
                thread=visitor.thread,
                attachments=tuple(file.sha256 for file in files),
                customer_no=visitor.customer_no,
            )
        )
        if is_first and site.settings.consent and said.has_consented:
            await intake.touchpoints([self._consent(site, visitor, answer.interaction_id, said.language)])
        await self._look_back(site, visitor, said.visits, answer.interaction_id, has_consented=said.has_consented)
        return shapes.Taken(id=answer.message_id)

    def _brought(self, site: Site, visitor: Visitor, ticket: str) -> Ticket:
        found = site.tokens.file_of(ticket, visitor.chat)
        if found is None:
            raise Refused(Code.UNKNOWN_VALUE, "That file was not brought here.")
        return found

    async def _note_files(self, site: Site, files: list[Ticket]) -> None:
        """A message calls its files by the names of the account's last uploads: make these its own."""
        async with self._database.write(silent=True) as ledger:
            for file in files:
                caller = f"channel:{site.account.name}"
                await holders.brought(ledger.connection, file.sha256, caller, file.name, self.clock())

    def _consent(self, site: Site, visitor: Visitor, interaction_id: str, language: str) -> TouchpointIn:
        return TouchpointIn(
            external_id=conversation.external_id(visitor, "consent"),
            channel=Channel.WEB,
            kind="consent",
            at=self.clock(),
            title=text_of(site.settings.consent, language)[:300],
            interaction_id=interaction_id,
        )

    async def visited(self, site: Site, visitor: Visitor, asked: shapes.VisitsIn) -> None:
        """Take in pages looked at since the chat began; before it, nothing is kept of anybody."""
        self.brakes.take("visits", visitor.id, SIGNALS)
        async with self._database.read() as ledger:
            found = await conversation.contact_of(ledger, visitor)
        if found is not None:
            await self._look_back(site, visitor, asked.visits, found.id, has_consented=asked.has_consented)

    async def _look_back(
        self,
        site: Site,
        visitor: Visitor,
        seen: tuple[shapes.Visit, ...],
        interaction_id: str,
        *,
        has_consented: bool,
    ) -> None:
        way = site.settings.page_views
        if seen and (way == "always" or (way == "consent" and has_consented)):
            kept = site.settings.kept_parameters
            items = visits.touchpoints(seen, visitor, interaction_id, kept, self.clock())
            await self._intake(site).touchpoints(items)

    async def signal(self, site: Site, visitor: Visitor, asked: shapes.SignalIn) -> None:
        """Take in what the visitor does this moment. Messages that are not theirs are passed over."""
        self.brakes.take("signal", visitor.id, SIGNALS)
        async with self._database.read() as ledger:
            found = await conversation.contact_of(ledger, visitor)
            shown = await conversation.messages_of(ledger, found) if found is not None and asked.messages else []
        if found is None:
            return
        if asked.kind in ("typing", "idle"):
            self._channels.signals.tell(
                Signal(interaction_id=found.id, by="customer", kind="typing" if asked.kind == "typing" else "idle")
            )
            return
        delivery = Delivery.READ if asked.kind == "read" else Delivery.DELIVERED
        known = {
            one.id for one in shown if one.author is not Author.CUSTOMER and one.delivery not in _REACHED[delivery]
        }
        for id_ in asked.messages:
            if id_ in known:
                await self._intake(site).deliver(id_, delivery)

    async def end(self, site: Site, visitor: Visitor, key: str) -> None:
        """The visitor has no more to say."""
        self.brakes.take("message", visitor.id, MESSAGES)
        async with self._database.read() as ledger:
            found = await conversation.contact_of(ledger, visitor)
        if found is not None and found.state not in conversation.ENDED:
            await self._hang_up(site, visitor.address, found, conversation.external_id(visitor, key))

    async def _hang_up(self, site: Site, address: str, interaction: Interaction, external_id: str) -> None:
        await self._intake(site).receive(
            Inbound(
                external_id=external_id,
                sender=Sender(address=address),
                thread=interaction.thread,
                event="ended",
            )
        )

    # --- files ------------------------------------------------------------------------------------------------------

    async def store(
        self, site: Site, visitor: Visitor, body: AsyncIterator[bytes], media_type: str, name: str
    ) -> shapes.FileSeen:
        """Keep a file for a message to come. Raises ``Refused``: too large, empty, or of a type not taken here."""
        self.brakes.take("file", visitor.id, FILES)
        if not site.settings.has_files:
            raise Refused(Code.TYPE_NOT_ALLOWED, "No files here.")
        most = site.settings.largest_file_mb * 1024 * 1024
        name = file_name(name)
        blob, _ = await self._blobs.put(_bounded(body, most), media_type, name)
        if blob.media_type not in site.settings.file_types:
            await self._blobs.drop(blob.sha256)
            raise Refused(Code.TYPE_NOT_ALLOWED, "Files of this type are not taken here.")
        ticket = site.tokens.ticket(visitor.chat, blob.sha256, name)
        await self._note_files(site, [Ticket(visitor.chat, blob.sha256, name)])
        return shapes.FileSeen(sha256=blob.sha256, name=name, media_type=blob.media_type, size=blob.size, ticket=ticket)

    async def fetch(self, visitor: Visitor, sha256: str) -> tuple[Attachment, Path]:
        """Return a file of the visitor's own chat. Raises ``Refused(not_found)``."""
        async with self._database.read() as ledger:
            found = await conversation.contact_of(ledger, visitor)
            shown = await conversation.messages_of(ledger, found) if found is not None else []
        for message in shown:
            for attachment in message.attachments:
                if attachment.sha256 == sha256 and not self._blobs.is_held(sha256):
                    return attachment, self._blobs.path(sha256)
        raise Refused(Code.NOT_FOUND, "There is no such file.")

    # --- afterwards -------------------------------------------------------------------------------------------------

    async def rate(self, site: Site, visitor: Visitor, rating: shapes.RatingIn) -> None:
        """Take in how it was. Raises ``Refused``."""
        self.brakes.take("message", visitor.id, MESSAGES)
        await aftermath.rate(self._database, self._intake(site), site, visitor, rating, self.clock())

    async def transcript(self, site: Site, visitor: Visitor, language: str, zone: str) -> str:
        """Return what was said as text. Raises ``Refused``."""
        return await aftermath.as_text(self._database, site, visitor, language, zone)

    async def mail(self, site: Site, visitor: Visitor, asked: shapes.TranscriptIn, address: str) -> None:
        """Send what was said by mail. Raises ``Refused``: ``channel_cannot_send`` where there is no mail account."""
        account = self._mail_account()
        if not account:
            raise Refused(Code.CHANNEL_CANNOT_SEND, "No mails are sent from here.")
        self.brakes.take("mail", visitor.id, MAILS)
        self.brakes.take("mail", address, MAILS)
        await aftermath.mail(self._database, site, visitor, asked, account, self._mail_domain, self.clock())

    # --- silence ----------------------------------------------------------------------------------------------------

    async def _keep_sweeping(self) -> None:
        while True:
            await asyncio.sleep(_SWEEP_S)
            try:
                await self.end_silent()
            except Exception as error:  # looked at again soon
                log.warning("visitors: silent chats were not ended: %s", type(error).__name__)

    async def end_silent(self) -> None:
        """End the chats whose visitors have been silent for too long. Several processes may; it happens once."""
        for account in self._channels.accounts():
            if account.kind != KIND or not account.is_active:
                continue
            site = await self.site(account.name)
            if not site.settings.idle_minutes:
                continue
            async with self._database.read() as ledger:
                found = await silent(ledger, account.name, self.clock(), site.settings.idle_minutes)
            for interaction in found:
                name = f"{interaction.thread}:silent:{interaction.last_at:%Y%m%d%H%M%S%f}"
                await self._hang_up(site, interaction.from_address, interaction, name)


async def _bounded(body: AsyncIterator[bytes], most: int) -> AsyncIterator[bytes]:
    size = 0
    async for chunk in body:
        size += len(chunk)
        if size > most:
            raise Refused(Code.TOO_LARGE, "The file is too large.")
        yield chunk
