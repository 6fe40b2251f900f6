"""Answers as text messages. Most gateways cannot say later whether they took a message: one whose answer was lost is then
for a person to decide on, as nobody wants to be texted twice."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import httpx

from desktop.domain.sms import size_of
from desktop.hub.channels.accounts import Account
from desktop.hub.channels.base import ChannelDown, DeliveryFailed, Outgoing, Sent, Unclear, capabilities_of
from desktop.hub.channels.exchange import Reply, client, exchange
from desktop.hub.channels.intake import Intake
from desktop.hub.channels.secrets import secret_of
from desktop.hub.channels.sms import gateway
from desktop.hub.channels.sms.receiver import SmsReceiver, receiver
from desktop.hub.channels.sms.settings import Request, Settings, filled

_INBOUND: Final = "inbound"
_SWEEP_S: Final = 10.0


class SmsAdapter:
    """The outgoing side of an account of kind ``sms``. ``secrets`` are those that the request may name."""

    def __init__(self, account: Account, settings: Settings, late: SmsReceiver, secrets: dict[str, str]) -> None:
        self.account = account
        self.capabilities = capabilities_of(account.channel)
        self._settings = filled(settings)
        self._late = late
        self._secrets = secrets
        self._http: httpx.AsyncClient | None = None

    async def run(self) -> None:
        """Hand in what waits too long for its missing pieces; all else comes to the hub by itself."""
        try:
            while True:
                await self._late.join_late()
                await asyncio.sleep(_SWEEP_S)
        finally:
            http, self._http = self._http, None
            if http is not None:
                await http.aclose()

    async def send(self, out: Outgoing) -> Sent:
        """Hand a message to the gateway. Raises as ``Adapter.send``."""
        if not out.message.text.strip():
            raise DeliveryFailed("empty_text")
        reply = await self._ask(self._settings.request, out)
        called = gateway.understood(reply, self._settings.verdict)
        return Sent(external_id=f"{self.account.name}:{called}" if called else "")

    async def find_sent(self, out: Outgoing) -> Sent | None:
        """Ask the gateway for a message whose sending was cut off. Raises ``Unclear`` where it knows no such question."""
        lookup = self._settings.lookup
        if lookup is None:
            raise Unclear
        reply = await self._ask(lookup, out)
        said = reply.body.decode("utf-8", "replace")
        if reply.status == 404 or (reply.is_done and not re.search(self._settings.lookup_found, said)):
            return None
        if not reply.is_done:
            raise ChannelDown("overloaded")
        found = re.search(self._settings.verdict.id, said) if self._settings.verdict.id else None
        called = found.group(1).strip() if found is not None and found.re.groups else ""
        return Sent(external_id=f"{self.account.name}:{called}" if called else "")

    async def _ask(self, request: Request, out: Outgoing) -> Reply:
        if self._http is None:
            self._http = client(self._settings.timeout_s)
        built = gateway.built(request, self._values(out))
        asked = self._http.build_request(
            built.method, built.url, headers=built.headers, content=built.body if built.method == "POST" else None
        )
        return await exchange(self._http, asked, largest=64 * 1024)

    def _values(self, out: Outgoing) -> dict[str, str]:
        """What a request may name."""
        size = size_of(out.message.text)
        return {
            **self._secrets,
            "user": self._settings.request.user,
            "to": gateway.number(out.to, self._settings.numbers),
            "from": self._settings.sender,
            "text": out.message.text,
            "id": out.message.id,
            "coding": gateway.coding_of(size.encoding),
            "parts": str(size.parts),
            "report_url": self._report_url(out.message.id),
        }

    def _report_url(self, message_id: str) -> str:
        """Return where the gateway says what became of a message; ``%d`` is Kannel's blank for the state."""
        if not self._settings.public_url:
            return ""
        inward = self._settings.inward
        asked = {inward.fields["message"]: message_id}
        if inward.auth == "token":
            asked[inward.token_name] = self._secrets.get(_INBOUND, "")
        state = f"&{inward.fields['state']}=%d" if self._settings.gateway == "kannel" else ""
        base = self._settings.public_url.rstrip("/")
        return f"{base}/hooks/{self.account.name}/report?{urlencode(asked)}{state}"


def make(account: Account, settings: Settings, intake: Intake, base: Path) -> SmsAdapter:
    """Return the adapter of an account. Raises ``NoSecret``."""
    secrets = {name: secret_of(account, name, base) for name in account.secrets}
    return SmsAdapter(account, settings, receiver(account, settings, intake, base), secrets)
