"""A Zammad stand-in and the desk's client of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import msgspec
import pytest

from desktop.backends.zammad.backend import ZammadBackend
from desktop.wire import records
from desktop.wire.shapes import Change, ChangesPage

from ...peers.zammad.server import ZammadStandIn


@pytest.fixture
async def zammad() -> AsyncIterator[ZammadStandIn]:
    server = await ZammadStandIn().start()
    yield server
    await server.stop()


@pytest.fixture
async def connect(zammad: ZammadStandIn, keyholder: Any) -> AsyncIterator[Callable[..., ZammadBackend]]:
    """Make clients of the stand-in, as Anna unless another credential is given."""
    made: list[ZammadBackend] = []

    def connect(*credentials: str, **options: Any) -> ZammadBackend:
        tokens = keyholder(*(credentials or ("Token token-of-anna",)))
        made.append(ZammadBackend(zammad.url, tokens, **options))
        return made[-1]

    yield connect
    for backend in made:
        await backend.close()


class Cache:
    """What a desk has written of the pages it was given, by the rules of its store: newest version only."""

    def __init__(self, backend: ZammadBackend) -> None:
        self.backend = backend
        self.rows: dict[tuple[str, str], Any] = {}
        self.written: list[Change] = []
        self.cursor = 0
        self._known: dict[tuple[str, str], tuple[int, int]] = {}

    async def pull(self, *, limit: int = 500) -> list[Change]:
        """Read to the end and return what was news."""
        news: list[Change] = []
        while True:
            page = msgspec.json.decode(await self.backend.changes(self.cursor, limit=limit), type=ChangesPage)
            assert page.after == self.cursor
            assert page.next > self.cursor or not page.more
            self.cursor = page.next
            news += self.write(page.changes)
            if not page.more:
                return news

    def write(self, changes: list[Change]) -> list[Change]:
        """Write rows and return those that were news."""
        news = []
        for change in changes:
            key = (change.type, change.id)
            before = self._known.get(key, (-1, -1))
            if change.op == "delete":
                if key in self.rows and before[1] <= change.seq:
                    del self.rows[key]
                    news.append(change)
                continue
            assert isinstance(change.record, msgspec.Raw)
            record = records.decode(change.type, change.record)
            assert record.id == change.id
            if (record.version, change.seq) > before:
                self.rows[key] = record
                self._known[key] = (record.version, change.seq)
                news.append(change)
        self.written += news
        return news

    def contact(self, ticket: int | str) -> Any:
        return self.rows.get(("interaction", str(ticket)))

    def messages(self, ticket: int | str) -> list[Any]:
        found = [row for (kind, _), row in self.rows.items() if kind == "message" and row.interaction_id == str(ticket)]
        return sorted(found, key=lambda row: (row.sent_at, int(row.id.rpartition("~")[2])))


@pytest.fixture
def cache() -> type[Cache]:
    return Cache
