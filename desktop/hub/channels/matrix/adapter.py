"""One Matrix account: a long poll that takes in what customers write, and answers sent into their rooms."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Final

from desktop.domain.interaction import Interaction
from desktop.hub.channels.accounts import Account
from desktop.hub.channels.base import NotNow, Outgoing, Sent, capabilities_of
from desktop.hub.channels.intake import Intake
from desktop.hub.channels.matrix.homeserver import Homeserver, Rejected, room_path
from desktop.hub.channels.matrix.incoming import Incoming, filter_of
from desktop.hub.channels.matrix.outgoing import Rooms, find, hand_over
from desktop.hub.channels.matrix.receipts import Receipts
from desktop.hub.channels.matrix.settings import Settings
from desktop.hub.channels.secrets import secret_of
from desktop.hub.channels.typing import AgentTyping

log = logging.getLogger(__name__)

SINCE: Final = "since"
_SHOWN_MS: Final = 7000
_LEAST_PAUSE_S: Final = 1.0


class MatrixAdapter:
    """The adapter of an account of kind ``matrix``."""

    def __init__(self, account: Account, settings: Settings, intake: Intake, server: Homeserver) -> None:
        self.account = account
        self.capabilities = capabilities_of(account.channel)
        self._settings = settings
        self._intake = intake
        self._server = server
        self._receipts = Receipts(intake, server)
        self._incoming = Incoming(intake, settings, server, self._receipts)
        self._rooms = Rooms(intake, settings, server, self._incoming.encrypted)

    async def run(self) -> None:
        """Poll until cancelled. Raises ``ChannelDown``."""
        parts = [
            asyncio.create_task(part, name=f"matrix {self.account.name}")
            for part in (self._poll(), self._receipts.run(), AgentTyping(self._intake, self._typing).run())
        ]
        try:
            done, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for part in parts:
                part.cancel()
            await asyncio.gather(*parts, return_exceptions=True)
            await self._server.close()
        for part in done:
            part.result()

    async def _poll(self) -> None:
        since = await self._intake.note(SINCE)
        filter_ = filter_of(self._settings.page)
        while True:
            try:
                await self._server.sign_in()
                answer = await self._server.sync(since, filter_)
                await self._incoming.take(answer)
            except NotNow as later:
                await asyncio.sleep(max(later.after_s or 0.0, _LEAST_PAUSE_S))
                continue
            except Rejected as rejected:
                if not since:
                    raise
                log.warning(
                    "matrix: %s: the homeserver knows nothing of the last poll: %s", self.account.name, rejected
                )
                since = ""
                continue
            next_batch = str(answer.get("next_batch", ""))
            if next_batch and next_batch != since:
                since = next_batch
                await self._intake.set_note(SINCE, since)

    async def send(self, out: Outgoing) -> Sent:
        """Send a message into its room. Raises as ``Adapter.send``."""
        await self._server.sign_in()
        room = await self._rooms.of(out, self.account.name)
        largest = self._settings.largest_mb * 1024 * 1024
        event_id = await hand_over(self._server, self._intake, room, out.message, largest)
        if out.interaction.thread == room:
            await self._receipts.tell(out.interaction)
        return Sent(external_id=event_id)

    async def find_sent(self, out: Outgoing) -> Sent | None:
        """Look for a message in its room. Raises as ``send``."""
        await self._server.sign_in()
        room = await self._rooms.of(out, self.account.name)
        try:
            event_id = await find(self._server, room, out.message)
        except Rejected:
            return None
        return Sent(external_id=event_id) if event_id else None

    async def _typing(self, interaction: Interaction, is_typing: bool) -> None:
        if not interaction.thread.startswith("!"):
            return
        user = await self._server.sign_in()
        body = {"typing": is_typing, **({"timeout": _SHOWN_MS} if is_typing else {})}
        try:
            await self._server.ask("PUT", f"{room_path(interaction.thread)}/typing/{user}", body=body)
        except Rejected:
            return
        if is_typing:
            await self._receipts.tell(interaction)


def make(account: Account, settings: Settings, intake: Intake, base: Path) -> MatrixAdapter:
    """Return the adapter of an account. Raises ``NoSecret``."""
    device = f"dirigent-{account.name}"
    if "access_token" in account.secrets:
        server = Homeserver(settings, device, token=secret_of(account, "access_token", base))
    else:
        server = Homeserver(settings, device, password=secret_of(account, "password", base))
    return MatrixAdapter(account, settings, intake, server)
