"""A mail as the desk takes it in: files stored, images of the text found by their digest, who wrote it and what it answers. A
report on a mail of ours marks that as not delivered and becomes no contact. Nothing in a mail can make this fail for good.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Final

from msgspec.structs import replace

from desktop.domain.interaction import Delivery
from desktop.hub.channels.email.mailbox import Fetched
from desktop.hub.channels.email.settings import Settings
from desktop.hub.channels.intake import Intake, TurnedAway
from desktop.hub.desk.refusals import Refused
from desktop.hub.mail.automatic import Automatic
from desktop.hub.mail.body import Body
from desktop.hub.mail.enclosure import Enclosure
from desktop.hub.mail.headers import Mailbox, decoded
from desktop.hub.mail.markup import line, plain
from desktop.hub.mail.message import Envelope, Mail, NotMail, parse
from desktop.hub.mail.writing import bracketed
from desktop.wire.shapes import Inbound, InboundAnswer, Sender

log = logging.getLogger(__name__)

_CID: Final = re.compile(r"(?i)(\bsrc\s*=\s*[\"']?)cid:([^\"'\s>]{1,300})")
_UNREADABLE: Final = 200_000


class Incoming:
    """Takes the mails of one account in."""

    def __init__(self, intake: Intake, settings: Settings) -> None:
        self._intake = intake
        self._settings = settings

    async def take(self, fetched: Fetched) -> bool:
        """Take a mail in; returns whether it may be marked as read. What is no customer's is left to whoever reads the
        mailbox by other means."""
        try:
            mail = await asyncio.to_thread(parse, fetched.raw, fetched.at)
        except NotMail:
            mail = _unreadable(fetched)
        if mail.report is not None and mail.envelope.automatic is Automatic.REPORT:
            return await self._reported(mail)
        if mail.envelope.sender.address in self._settings.addresses and await self._is_ours(mail.envelope):
            return True  # a copy of what we sent
        await self._hand_in(mail, is_cut=fetched.is_cut)
        return True

    async def _reported(self, mail: Mail) -> bool:
        report = mail.report
        assert report is not None
        message = await self._intake.sent_as([bracketed(id_) or id_ for id_ in report.ids])
        if message is None:
            log.info("e-mail: a report on no mail of ours was left alone")
            return False
        try:
            if report.is_failure:
                await self._intake.deliver(message.id, Delivery.FAILED, failure=report.reason)
            elif report.is_delivered:
                await self._intake.deliver(message.id, Delivery.DELIVERED)
        except Refused:
            log.info("e-mail: a report on a message that is gone")
        return True

    async def _is_ours(self, envelope: Envelope) -> bool:
        return await self._intake.sent_as([bracketed(envelope.message_id) or envelope.message_id]) is not None

    async def _hand_in(self, mail: Mail, *, is_cut: bool) -> None:
        digests, lost, html = await self._stored(mail.body)
        if is_cut:
            lost.add("…")
        message = self._inbound(mail, digests, lost, html)
        try:
            answer = await self._intake.receive(message)
        except Refused:
            # Of what it carries only the words are above suspicion.
            bare = Inbound(
                external_id=message.external_id, sender=message.sender, subject=message.subject, text=message.text
            )
            answer = await self._intake.receive(bare)
        if answer.duplicate and await self._is_another(answer, message):
            # Some programs give all their mails one id: none may be lost.
            digest = hashlib.sha256(f"{message.subject}\n{message.text}".encode()).hexdigest()[:16]
            await self._intake.receive(replace(message, external_id=f"{message.external_id}#{digest}"))

    async def _is_another(self, answer: InboundAnswer, message: Inbound) -> bool:
        """Whether a mail only shares its id with one that was taken in, rather than being it."""
        known = await self._intake.message(answer.message_id)
        if known is None:
            return False
        if line(known.subject) != line(message.subject):
            return True
        is_same_time = message.sent_at is not None and abs((known.sent_at - message.sent_at).total_seconds()) < 2
        words = message.text.split() or list(message.attachments)
        had = known.text.split() or [file.sha256 for file in known.attachments]
        return not is_same_time and words[:2000] != had[:2000]

    def _inbound(self, mail: Mail, digests: list[str], lost: TurnedAway, html: str) -> Inbound:
        envelope = mail.envelope
        sender = _writer(envelope)
        message = Inbound(
            external_id=bracketed(envelope.message_id) or envelope.message_id,
            sender=Sender(address=sender.address, name=sender.name),
            to=self._settings.address,
            subject=envelope.subject,
            text=mail.body.text,
            html=html,
            sent_at=envelope.sent_at,
            in_reply_to=bracketed(envelope.in_reply_to) or envelope.in_reply_to,
            references=tuple(bracketed(id_) or id_ for id_ in envelope.references),
            attachments=tuple(dict.fromkeys(digests)),
            automatic=str(envelope.automatic),
        )
        return lost.told(message)

    async def _stored(self, body: Body) -> tuple[list[str], TurnedAway, str]:
        """Store the files of a mail; returns their digests, which were turned away, and the HTML with its own images called
        by digest."""
        digests: list[str] = []
        lost = TurnedAway()
        images: dict[str, str] = {}
        for file in body.files:
            try:
                digest = await self._intake.put_file(_bytes(file), file.media_type, file.name)
            except Refused as refused:
                lost.add(file.name, refused.code)
                continue
            digests.append(digest)
            if file.content_id:
                images[file.content_id.lower()] = digest
        html = body.html
        if images:
            html = _CID.sub(lambda found: f"{found[1]}cid:{images.get(found[2].lower(), found[2])}", html)
        return digests, lost, html


def _writer(envelope: Envelope) -> Mailbox:
    """Return who wrote it, at the address where they want the answer (RFC 5322, section 3.6.2)."""
    if envelope.reply_to is not None:
        return Mailbox(envelope.reply_to.address, envelope.reply_to.name or envelope.sender.name)
    return envelope.sender


def _unreadable(fetched: Fetched) -> Mail:
    """What a mailbox gives for a mail that is none: shown as it stands, for somebody may make sense of it."""
    digest = hashlib.sha256(fetched.raw).hexdigest()
    envelope = Envelope(message_id=f"sha256:{digest}", sender=Mailbox(""), sent_at=fetched.at or datetime.now(UTC))
    return Mail(envelope=envelope, body=Body(text=plain(decoded(fetched.raw[:_UNREADABLE], None))))


async def _bytes(file: Enclosure) -> AsyncIterator[bytes]:
    yield file.data
