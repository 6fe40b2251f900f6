"""What agents write as signed events to an app. The same message has the same id each time, so that sending it again does no
harm: what is unclear is sent again."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import httpx
import msgspec

from desktop.domain.ids import new_id
from desktop.domain.interaction import Author, Delivery, Interaction
from desktop.hub.channels.accounts import Account
from desktop.hub.channels.base import ChannelDown, DeliveryFailed, NotNow, Outgoing, Sent, capabilities_of
from desktop.hub.channels.exchange import Reply, client, exchange
from desktop.hub.channels.intake import Intake
from desktop.hub.channels.typing import AgentTyping
from desktop.hub.channels.webhook.events import Answer, EventOut, File, Handed, Typing
from desktop.hub.channels.webhook.settings import Settings
from desktop.hub.channels.webhook.signing import Keys

_LARGEST_ANSWER: Final = 64 * 1024
_BUSY: Final = frozenset({408, 425, 429})
_KEYS: Final = frozenset({401, 403, 407})


class WebhookAdapter:
    """The outgoing side of an account of kind ``webhook``."""

    def __init__(self, account: Account, settings: Settings, intake: Intake, keys: Keys) -> None:
        self.account = account
        self.capabilities = capabilities_of(account.channel)
        self._settings = settings
        self._intake = intake
        self._keys = keys
        self._http: httpx.AsyncClient | None = None

    async def run(self) -> None:
        """Tell while agents type; the app comes to the hub by itself."""
        try:
            if self._settings.has_typing and self._settings.url:
                await AgentTyping(self._intake, self._typing).run()
            await asyncio.Event().wait()
        finally:
            http, self._http = self._http, None
            if http is not None:
                await http.aclose()

    async def send(self, out: Outgoing) -> Sent:
        """Hand a message to the app. Raises as ``Adapter.send``."""
        if not self._settings.url:
            raise DeliveryFailed("cannot_send")
        message = out.message
        files = await asyncio.to_thread(self._files, out)
        data = Answer(
            message_id=message.id,
            interaction_id=out.interaction.id,
            to=out.to,
            sent_at=message.sent_at,
            thread=self._thread(out.interaction),
            text=message.text,
            author=message.author_name,
            is_automatic=message.author is not Author.AGENT,
            files=files,
        )
        reply = await self._post(message.id, EventOut(type="message", timestamp=datetime.now(UTC), data=data))
        if not reply.is_done:
            raise _refusal(reply)
        return self._sent(reply)

    async def find_sent(self, out: Outgoing) -> Sent | None:
        """Return ``None``: the app knows a message it has by its id."""
        return None

    async def _typing(self, interaction: Interaction, is_typing: bool) -> None:
        data = Typing(
            interaction_id=interaction.id,
            to=interaction.from_address,
            thread=self._thread(interaction),
            is_typing=is_typing,
        )
        await self._post(new_id(), EventOut(type="typing", timestamp=datetime.now(UTC), data=data))

    async def _post(self, id_: str, event: EventOut) -> Reply:
        if self._http is None:
            self._http = client(self._settings.timeout_s)
        body = msgspec.json.encode(event)
        headers = {"content-type": "application/json", **self._keys.headers(id_, int(time.time()), body)}
        request = self._http.build_request("POST", self._settings.url, content=body, headers=headers)
        try:
            return await exchange(self._http, request, largest=_LARGEST_ANSWER)
        except ChannelDown as problem:
            raise NotNow(problem.reason) from None

    def _files(self, out: Outgoing) -> tuple[File, ...]:
        """Return the files of a message; blocks."""
        if sum(one.size for one in out.message.attachments) > self._settings.largest_mb * 1024 * 1024:
            raise DeliveryFailed("too_large")
        try:
            return tuple(
                File(name=one.name, media_type=one.media_type, data=self._intake.read_file(one.sha256))
                for one in out.message.attachments
            )
        except OSError:
            raise DeliveryFailed("file_gone") from None

    def _thread(self, interaction: Interaction) -> str:
        """Return what the app calls a conversation."""
        prefix = f"{self.account.name}:"
        return interaction.thread.removeprefix(prefix) if interaction.thread.startswith(prefix) else ""

    def _sent(self, reply: Reply) -> Sent:
        try:
            handed = msgspec.json.decode(reply.body, type=Handed)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return Sent()
        external_id = f"{self.account.name}:{handed.external_id}" if handed.external_id else ""
        return Sent(external_id=external_id, delivery=Delivery(handed.delivery))


def _refusal(reply: Reply) -> Exception:
    """Return what an answer other than 2xx means. One that leads elsewhere is a mistake of the address: it may be mended."""
    if reply.status in _BUSY or reply.status >= 500:
        return NotNow("overloaded", reply.after_s)
    if reply.status in _KEYS:
        return NotNow("not_admitted", reply.after_s)
    if reply.status < 400:
        return NotNow("redirected")
    return DeliveryFailed(
        {404: "no_such_address", 410: "no_such_address", 413: "too_large"}.get(reply.status, "not_taken")
    )


def make(account: Account, settings: Settings, intake: Intake, base: Path) -> WebhookAdapter:
    """Return the adapter of an account. Raises ``NoSecret``."""
    return WebhookAdapter(account, settings, intake, Keys.of(account, base))
