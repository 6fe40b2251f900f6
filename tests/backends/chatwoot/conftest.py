"""A firm whose requests live in Chatwoot: the stand-in with two agents and three inboxes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from desktop.backends.chatwoot.backend import ChatwootBackend
from desktop.backends.chatwoot.client import Pace
from desktop.backends.chatwoot.feed import Habits
from desktop.backends.http import HttpSettings
from desktop.domain.ids import AgentId

from ...peers.chatwoot.office import Office
from ...peers.chatwoot.server import ChatwootStandIn

ANNA, BEN = 7, 8
ME = AgentId("me-at-this-desk")


class Badge:
    """A token source: what the agent signed in with."""

    def __init__(self, *credentials: str) -> None:
        self.credentials = list(credentials)
        self.renewals = 0

    async def access(self, refresh: Callable[[str], Awaitable[Any]], stale: str = "") -> str | None:
        if stale and self.credentials and self.credentials[0] == stale:
            self.credentials.pop(0)
        return self.credentials[0] if self.credentials else None


def furnish(office: Office) -> Office:
    """Set an account up."""
    office.add_user(ANNA, "Anna", token="anna-token", password="correct horse", role="administrator")
    office.add_user(BEN, "Ben", token="ben-token")
    office.add_inbox(1, "Website")
    office.add_inbox(2, "Post", "Channel::Email")
    office.add_inbox(4, "WhatsApp", "Channel::Whatsapp")
    office.teams[5] = {"id": 5, "name": "billing", "allow_auto_assign": True, "account_id": office.account}
    office.labels = ["refund", "delivery"]
    office.canned[11] = {
        "id": 11,
        "account_id": office.account,
        "short_code": "hello",
        "content": "Hello {{contact.name}}, this is {{ agent.name }}.",
    }
    return office


@pytest.fixture
def office() -> Office:
    return furnish(Office())


@pytest.fixture
async def server(office: Office) -> AsyncIterator[ChatwootStandIn]:
    server = ChatwootStandIn(office)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def connect(server: ChatwootStandIn) -> AsyncIterator[Callable[..., ChatwootBackend]]:
    """Make clients of the stand-in: Anna's, in no hurry to be polite, unless said otherwise."""
    made: list[ChatwootBackend] = []

    def connect(*credentials: str, url: str = "", **options: Any) -> ChatwootBackend:
        options.setdefault("me", ME)
        options.setdefault("pace", Pace(rate=10_000.0, burst=10_000.0))
        options.setdefault("settle_s", 0.02)
        options.setdefault("habits", Habits())
        options.setdefault("settings", HttpSettings())
        backend = ChatwootBackend(url or server.url, Badge(*(credentials or ("anna-token",))), **options)
        made.append(backend)
        return backend

    yield connect
    for backend in made:
        await backend.close()
