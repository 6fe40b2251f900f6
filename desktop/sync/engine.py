"""Starts, wakes and ends the parts of synchronising; one engine for each signed-in account, held by the app.

Runs on whatever event loop calls ``run``. The store's own threads do all reading and writing; this side only waits for them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any

from desktop.backends.base import Backend
from desktop.domain.changes import ChangeSet, Table
from desktop.store.database import Closed, Store
from desktop.sync.backoff import Growth
from desktop.sync.puller import Enrich, Pace, Puller
from desktop.sync.sender import Sender, Settle
from desktop.sync.status import StatusBoard, SyncStatus
from desktop.sync.stream import Patience, Stream


def _now() -> datetime:
    return datetime.now(UTC)


class Engine:
    """Keeps one account's store and its backend together.

    ``on_status`` is called on the event loop with each new status. The engine owns neither store nor backend: who made
    them closes them afterwards.
    """

    def __init__(
        self,
        store: Store,
        backend: Backend,
        *,
        on_status: Callable[[SyncStatus], None] = lambda status: None,
        clock: Callable[[], datetime] = _now,
        pace: Pace | None = None,
        growth: Growth | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._store = store
        self._backend = backend
        self._on_status = on_status
        self._board = StatusBoard(self._on_board)
        self._was_pulling = True
        growth = growth or Growth()
        capabilities = backend.capabilities
        enrich: Enrich | None = None
        settle: Settle | None = None
        if not capabilities.has_brain:
            # The brain takes its time to import, and most never need it here.
            from desktop.sync.enrich import Enrichment, settled_here

            enrich, settle = Enrichment(clock=clock).page, settled_here
        self._puller = Puller(
            store, backend, self._board, pace=pace or Pace(), growth=growth, clock=clock, enrich=enrich
        )
        self._stream = Stream(
            store,
            backend,
            self._board,
            self._puller,
            growth=growth,
            patience=patience or Patience(),
            enrich=enrich,
        )
        self._sender = Sender(store, backend, self._board, growth=growth, clock=clock, settle=settle)
        self._puller.on_pulled = self._stream.pulled
        self._puller.is_polling = not capabilities.has_events and capabilities.has_long_poll
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = asyncio.Event()
        self._stopped = asyncio.Event()
        self._stopped.set()

    @property
    def status(self) -> SyncStatus:
        return self._board.status

    async def run(self) -> None:
        """Synchronise until ``stop``, until cancelled, or until the store is closed. Raises only what is a bug of ours."""
        self._loop = asyncio.get_running_loop()
        self._stopped.clear()
        parts: list[tuple[str, Coroutine[Any, Any, None]]] = [("puller", self._puller.run())]
        if self._backend.capabilities.has_events:
            parts.append(("stream", self._stream.run()))
        parts.append(("sender", self._sender.run()))
        unsubscribe = self._store.subscribe(self._on_commit)
        tasks = [asyncio.create_task(part, name=f"sync-{name}") for name, part in parts]
        stopping = asyncio.create_task(self._stopping.wait(), name="sync-stopping")
        try:
            await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
        finally:
            unsubscribe()
            stopping.cancel()
            for task in reversed(tasks):
                task.cancel()
            await asyncio.wait(tasks)
            self._loop = None
            self._board.update(is_streaming=False)
            self._stopped.set()
        for task in tasks:
            if not task.cancelled() and (error := task.exception()) is not None and not isinstance(error, Closed):
                raise error

    def wake(self) -> None:
        """Something changed outside (network, wake from sleep, sign-in): whatever waits tries again now."""
        self._puller.wake()
        self._stream.wake()
        self._sender.wake()

    async def stop(self) -> None:
        """End ``run``, for good, and wait until it has; what was under way is taken up by the next engine."""
        self._stopping.set()
        await self._stopped.wait()

    def _on_commit(self, changes: ChangeSet) -> None:
        """On the store's writing thread. Only what concerns the outbox, and is not the sender's own doing, is news."""
        loop = self._loop
        if loop is None or changes.initiator is self._sender or Table.OUTBOX not in changes.rows:
            return
        try:
            loop.call_soon_threadsafe(self._sender.notice)
        except RuntimeError:
            pass  # the loop was closed between the two lines

    def _on_board(self, status: SyncStatus) -> None:
        is_pulling = not status.pull_error
        if is_pulling and not self._was_pulling:
            self._sender.reached()
        self._was_pulling = is_pulling
        self._on_status(status)
