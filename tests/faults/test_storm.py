"""Many clients of one hub that restarts: nobody hammers it, and all are back soon after it is."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from desktop.app.bench.faults.proxy import FaultProxy
from desktop.backends.hub import HubBackend
from desktop.domain.changes import Table
from desktop.session.auth import TokenFlow
from desktop.session.vault import FileVault
from desktop.store.database import Store
from desktop.sync.engine import Engine
from desktop.sync.status import Phase

# What one client may do at once when the line breaks: each part of it notices for itself (see ``sync.politeness``).
BURST = 10
A_SECOND = 2
# Fewer say nothing about whether they come in step.
MANY = 50


class _Client:
    """A store, an engine and a backend of their own, with a count of what it asks for each second."""

    def __init__(self, folder: Path, url: str, tokens: Any) -> None:
        self.flow = TokenFlow("anna", FileVault(folder))
        self.tokens = tokens
        self.store = Store.open(folder / "cache.db", bytes(range(32)))
        self.backend = HubBackend(url, self.flow)
        self.engine = Engine(self.store, self.backend)
        self.asked: list[float] = []
        for name in ("changes", "history", "perform"):
            self._count(name)
        events = self.backend.events
        self.backend.events = lambda after: self._noted(events(after))  # type: ignore[method-assign]

    def _count(self, name: str) -> None:
        call = getattr(self.backend, name)

        async def counted(*args: Any, **options: Any) -> Any:
            self._noted(None)
            return await call(*args, **options)

        setattr(self.backend, name, counted)

    def _noted(self, value: Any) -> Any:
        self.asked.append(asyncio.get_running_loop().time())
        return value

    @property
    def is_live(self) -> bool:
        return self.engine.status.phase is Phase.LIVE and self.engine.status.is_streaming


async def _storm(centre: Any, folder: Path, count: int, away_s: float) -> list[_Client]:
    proxy = FaultProxy(centre.port)
    async with AsyncExitStack() as stack:
        await proxy.start()
        stack.push_async_callback(proxy.stop)
        door = HubBackend(centre.url)
        stack.push_async_callback(door.close)
        tokens = await door.sign_in("anna", centre.password)
        clients = []
        for number in range(count):
            own = folder / str(number)
            own.mkdir()
            client = _Client(own, proxy.url, tokens)
            clients.append(client)
            stack.callback(client.store.close)
            stack.push_async_callback(client.backend.close)
            await client.flow.adopt(tokens)
            running = asyncio.create_task(client.engine.run())
            stack.push_async_callback(client.engine.stop)
            running.add_done_callback(lambda task: task.exception())
        await _until(lambda: all(client.is_live for client in clients), 60)
        await asyncio.to_thread(centre.stop)
        await _until(lambda: not any(client.is_live for client in clients), 30)
        for client in clients:
            client.asked.clear()
        began = asyncio.get_running_loop().time()
        await asyncio.sleep(away_s)
        _must_be_polite(clients, began, away_s)
        await asyncio.to_thread(centre.start)
        proxy.port = centre.port
        contact_id = str(await asyncio.to_thread(centre.customer_writes, "Sind alle wieder da?"))
        await _until(lambda: all(_has(client, contact_id) for client in clients), 60)
    return clients


def _must_be_polite(clients: list[_Client], began: float, away_s: float) -> None:
    for client in clients:
        assert len(client.asked) <= BURST + A_SECOND * away_s
        seconds: Counter[int] = Counter(int(at - began) for at in client.asked)
        assert max(seconds.values(), default=0) <= BURST
    if len(clients) >= MANY:
        together = Counter(int((at - began) * 10) for client in clients for at in client.asked if at > began + 1)
        assert max(together.values(), default=0) <= len(clients) // 2, "they do not come in step"


def _has(client: _Client, contact_id: str) -> bool:
    return bool(
        client.store.query(
            lambda conn: conn.execute(f"SELECT 1 FROM {Table.INTERACTION} WHERE id = ?", (contact_id,)).fetchone()
        )
    )


async def _until(holds: Any, timeout_s: float) -> None:
    async with asyncio.timeout(timeout_s):
        while not holds():
            await asyncio.sleep(0.05)


async def test_clients_of_a_hub_that_restarts_wait_their_turn_and_all_come_back(
    own_centre: Any, tmp_path: Path
) -> None:
    await _storm(own_centre, tmp_path, count=8, away_s=3.0)


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_fifty_clients_of_a_hub_that_restarts_wait_their_turn_and_all_come_back(
    own_centre: Any, tmp_path: Path
) -> None:
    await _storm(own_centre, tmp_path, count=MANY, away_s=10.0)
