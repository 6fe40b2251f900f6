"""A Chatwoot and a Zammad, stand-ins on sockets of their own, where Anna has an account too."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar

import pytest

from desktop.backends.chatwoot import client as chatwoot_client
from desktop.backends.zammad import backend as zammad_backend

from ..peers.chatwoot.office import Office
from ..peers.chatwoot.server import ChatwootStandIn
from ..peers.zammad.server import ZammadStandIn

T = TypeVar("T")

TOKEN, USER, SECRET = "token-of-anna-there", "anna@desk.example", "open sesame"


class Elsewhere:
    """The two other systems, on a thread of their own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="other systems", daemon=True)
        self.office = Office()
        self.office.add_user(7, "Anna", token=TOKEN)
        self.office.add_user(8, "Ben", token="ben-token")
        self.office.add_inbox(1, "Website")
        self.office.labels = ["delivery", "refund"]
        self.chatwoot = ChatwootStandIn(self.office)
        self.zammad = ZammadStandIn()
        self.centre = self.zammad.centre
        self.zammad.passwords = {USER: (SECRET, 3)}

    def start(self) -> None:
        self._thread.start()
        self.run(self.chatwoot.start)
        self.run(self.zammad.start)

    def stop(self) -> None:
        self.run(self.chatwoot.stop)
        self.run(self.zammad.stop)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def run(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        return asyncio.run_coroutine_threadsafe(work(), self._loop).result(10)

    def do(self, work: Callable[..., T], *values: Any, **named: Any) -> T:
        """Have something happen there."""

        async def act() -> T:
            return work(*values, **named)

        return self.run(act)

    def answers_of_chatwoot(self, conversation: int) -> list[tuple[str, bool]]:
        """What agents wrote, and whether it is a note."""
        return [(m["content"], m["private"]) for m in self.office.messages[conversation] if m["user"]]

    def answers_of_zammad(self, ticket: int) -> list[tuple[str, bool]]:
        found = [row for row in self.centre.articles.values() if row["ticket_id"] == ticket]
        return [(row["body"], row["internal"]) for row in found if row["sender"] == "Agent"]


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[Elsewhere]:
    # Nobody here minds being asked often.
    pace, rhythm = chatwoot_client.Pace, zammad_backend.Rhythm
    monkeypatch.setattr(chatwoot_client, "Pace", lambda: pace(10_000.0, 10_000.0))
    monkeypatch.setattr(zammad_backend, "Rhythm", lambda: rhythm(busy_s=0.2, quiet_s=0.2, idle_s=0.2))
    systems = Elsewhere()
    systems.start()
    yield systems
    systems.stop()
