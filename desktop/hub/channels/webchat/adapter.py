"""The outgoing side of a chat. What an agent writes is in the database when it is handed on, and whichever process a
visitor's page is connected to reads it there (``reception``): nothing more has to be done than to say so."""

from __future__ import annotations

import asyncio

from desktop.hub.channels.accounts import Account
from desktop.hub.channels.base import DeliveryFailed, Outgoing, Sent, capabilities_of
from desktop.hub.channels.webchat.tokens import thread_of


class WebchatAdapter:
    """One ``webchat`` account."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.capabilities = capabilities_of(account.channel)

    async def run(self) -> None:
        """Wait until cancelled: pages come to the hub by themselves."""
        await asyncio.Event().wait()

    async def send(self, out: Outgoing) -> Sent:
        """Say that the message is where the page finds it; ``delivered`` and ``read`` are reported by the page. Raises
        ``DeliveryFailed`` for a contact that did not begin on this account's pages: no page would ever ask for it."""
        if not out.interaction.thread.startswith(thread_of(self.account.name, "")):
            raise DeliveryFailed("no_address")
        return Sent(external_id=out.message.id)

    async def find_sent(self, out: Outgoing) -> Sent | None:
        """Return ``None``: saying it again does no harm."""
        return None
