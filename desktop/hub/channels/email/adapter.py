"""One e-mail account: its folders watched, its answers sent and filed. Called by the supervisor and the outbox.

Whether a mail went out is decided by a note of the hub's own. It says ``begun`` from right before the mail itself is handed
to the server until the server answers, so that a crash at any other moment is known to have sent nothing, or everything.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from desktop.domain.interaction import Author
from desktop.hub.channels.accounts import Account
from desktop.hub.channels.base import CAPABILITIES, ChannelDown, DeliveryFailed, NotNow, Outgoing, Sent, Unclear
from desktop.hub.channels.email.folder import Folder
from desktop.hub.channels.email.incoming import Incoming
from desktop.hub.channels.email.mailbox import Mailbox
from desktop.hub.channels.email.outgoing import composed, recipients
from desktop.hub.channels.email.settings import Settings
from desktop.hub.channels.email.sign_in import SignIn
from desktop.hub.channels.email.submission import submit
from desktop.hub.channels.intake import Intake
from desktop.hub.mail.writing import bracketed

log = logging.getLogger(__name__)

T = TypeVar("T")

BEGUN: Final = "begun"
DONE: Final = "done"
_KEY: Final = "handed"
_KEPT: Final = 500
_handed = msgspec.json.Decoder(dict[str, str])


class EmailChannel:
    """The adapter of an account of kind ``email``."""

    def __init__(self, account: Account, settings: Settings, intake: Intake, base: Path) -> None:
        self.account = account
        self.capabilities = CAPABILITIES[account.channel]
        self._settings = settings
        self._intake = intake
        self._base = base
        self._sign_in = SignIn(account, settings, base)
        self._incoming = Incoming(intake, settings)
        self._noting = asyncio.Lock()

    async def run(self) -> None:
        """Watch all folders until cancelled. Raises ``ChannelDown``."""
        folders = [
            Folder(name, self._settings, self._sign_in, self._connection, self._intake, self._incoming.take)
            for name in (self._settings.folders if self._settings.imap_host else ())
        ]
        parts = (*(one.run() for one in folders), self._sign_in.ended())
        watches = [asyncio.create_task(one, name=f"mail {self.account.name}") for one in parts]
        try:
            done, _ = await asyncio.wait(watches, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for watch in watches:
                watch.cancel()
            await asyncio.gather(*watches, return_exceptions=True)
        for watch in done:
            watch.result()

    async def send(self, out: Outgoing) -> Sent:
        """Hand a message to the SMTP server and file it. Raises as ``Adapter.send``."""
        if not self._settings.smtp_host:
            raise DeliveryFailed("cannot_send")
        await self._refuse_loops(out)
        to = recipients(out.to)
        raw = await asyncio.to_thread(composed, out, to, self.account, self._settings, self._intake)
        message_id = out.message.id
        try:
            refused = await self._submit(message_id, to, raw)
        except (DeliveryFailed, NotNow):
            await self._note(message_id, "")
            raise
        await self._note(message_id, DONE)
        await self._file(raw)
        if refused:
            raise DeliveryFailed("partly_rejected")
        return Sent()

    async def _submit(self, message_id: str, to: tuple[str, ...], raw: bytes) -> tuple[str, ...]:
        try:
            return await self._try(message_id, to, raw)
        except NotNow as problem:
            if problem.reason != "sign_in_failed" or not self._sign_in.forget_token():
                raise
        return await self._try(message_id, to, raw)  # the token may have ended before its time

    async def _try(self, message_id: str, to: tuple[str, ...], raw: bytes) -> tuple[str, ...]:
        try:
            proof = await self._sign_in.smtp()
            context = await asyncio.to_thread(self._context)
        except ChannelDown as problem:
            raise NotNow(problem.reason) from None

        async def begin() -> None:
            await self._note(message_id, BEGUN)

        return await submit(self._settings, context, proof, to, raw, begin)

    async def find_sent(self, out: Outgoing) -> Sent | None:
        """Say whether an attempt that was cut off went out. Raises ``Unclear`` where the server took the mail's bytes, never
        answered, and filed no copy."""
        state = (await self._notes()).get(out.message.id)
        if state is None:
            return None
        if state == DONE:
            return Sent()
        if await self._is_filed(bracketed(out.message.external_id)):
            await self._note(out.message.id, DONE)
            return Sent()
        raise Unclear

    # --- the folder of sent mails -------------------------------------------------------------------------------------

    async def _file(self, raw: bytes) -> None:
        """Keep a copy among the sent mails; that it cannot be kept does not make the mail unsent."""
        if not self._settings.save_sent or not self._settings.imap_host:
            return
        try:
            await self._in_mailbox(lambda mailbox: mailbox.save_sent(raw))
        except ChannelDown as problem:
            log.warning("e-mail: %s: sent, but not filed: %s", self.account.name, problem.reason)

    async def _is_filed(self, message_id: str) -> bool:
        if not self._settings.imap_host:
            return False
        return await self._in_mailbox(lambda mailbox: mailbox.has_sent(message_id))

    async def _in_mailbox(self, work: Callable[[Mailbox], T]) -> T:
        proof = await self._sign_in.imap()

        def run() -> T:
            mailbox = self._connection()
            try:
                mailbox.connect(proof)
                return work(mailbox)
            finally:
                mailbox.close()

        try:
            return await asyncio.to_thread(run)
        except ChannelDown as problem:
            if problem.reason == "sign_in_failed":
                self._sign_in.forget_token()
            raise

    def _connection(self) -> Mailbox:
        return Mailbox(self._settings, self._context())

    def _context(self) -> ssl.SSLContext:
        try:
            return self._settings.tls(self._base)
        except (OSError, ssl.SSLError):
            raise ChannelDown("certificate") from None

    # --- loops, and what went out -------------------------------------------------------------------------------------

    async def _refuse_loops(self, out: Outgoing) -> None:
        """Machines are not answered by machines (RFC 3834, section 2)."""
        if out.message.author is Author.AGENT:
            return
        heard = await self._intake.last_heard(out.interaction.id)
        if heard is not None and heard.values.get("automatic"):
            raise DeliveryFailed("would_loop")

    async def _notes(self) -> dict[str, str]:
        kept = await self._intake.note(_KEY)
        with contextlib.suppress(msgspec.DecodeError):
            return _handed.decode(kept) if kept else {}
        return {}

    async def _note(self, message_id: str, state: str) -> None:
        async with self._noting:
            notes = await self._notes()
            if notes.pop(message_id, "") or state:
                if state:
                    notes[message_id] = state
                recent = dict(list(notes.items())[-_KEPT:])
                await self._intake.set_note(_KEY, msgspec.json.encode(recent).decode())


def make(account: Account, settings: Settings, intake: Intake, base: Path) -> EmailChannel:
    """Return the adapter of an account."""
    return EmailChannel(account, settings, intake, base)
