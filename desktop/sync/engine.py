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
from desktop.domain.commands import Command
from desktop.domain.ids import AgentId, InteractionId
from desktop.store.database import Closed, Store
from desktop.sync.backoff import Growth
from desktop.sync.board import BoardWatch
from desktop.sync.clock import HubClock
from desktop.sync.heartbeat import Heartbeat
from desktop.sync.history import Deletions, History
from desktop.sync.models import Models, Use
from desktop.sync.pager import Enrich
from desktop.sync.politeness import Politeness
from desktop.sync.puller import Pace, Puller
from desktop.sync.sender import Sender, Settle, Told
from desktop.sync.status import Phase, StatusBoard, SyncStatus
from desktop.sync.stream import Patience, Stream
from desktop.sync.typing import Typing
from desktop.sync.uploads import Uploads


def _now() -> datetime:
    return datetime.now(UTC)


class Engine:
    """Keeps one account's store and its backend together.

    ``on_status`` is called on the event loop with each new status, ``on_gone`` with each command that was settled
    because what it was about is not there any more, ``on_file_refused`` with the SHA-256 of a file that the backend
    does not take and the code of why, ``on_signal`` with a contact and what its customer does at this moment. ``board``
    brings the live board to whoever shows it. ``me`` is who works here: what they said and a restored backend has lost
    comes back to them. ``account`` is the key of the account this is: nothing of any other is touched. The engine
    owns neither store nor backend: who made them closes them afterwards.
    """

    def __init__(
        self,
        store: Store,
        backend: Backend,
        *,
        on_status: Callable[[SyncStatus], None] = lambda status: None,
        on_gone: Callable[[Command], None] = lambda command: None,
        on_file_refused: Callable[[str, str], None] = lambda sha256, code: None,
        on_signal: Callable[[InteractionId, str], None] = lambda interaction_id, kind: None,
        clock: Callable[[], datetime] = _now,
        pace: Pace | None = None,
        growth: Growth | None = None,
        patience: Patience | None = None,
        politeness: Politeness | None = None,
        me: AgentId | None = None,
        account: str = "",
    ) -> None:
        self._store = store
        self._backend = backend
        self._on_status = on_status
        self._board = StatusBoard(self._on_board)
        self._was_pulling = True
        self._was_reached = (False, Phase.STARTING)
        pace, growth, politeness = pace or Pace(), growth or Growth(), politeness or Politeness()
        hub_clock, deletions = HubClock(clock), Deletions()
        capabilities = backend.capabilities
        enrich: Enrich | None = None
        settle: Settle | None = None
        told: Told | None = None
        use: Use | None = None
        if not (capabilities.has_brain and capabilities.has_journey):
            # The brain takes its time to import, and most never need it here.
            from desktop.sync.enrich import Enrichment

            enrichment = Enrichment(can=capabilities, clock=hub_clock.now, account=account)
            enrich, settle, told, use = enrichment.page, enrichment.settled, enrichment.answer, enrichment.use
        self._history: History | None = None
        if capabilities.has_history:
            self._history = History(
                store,
                backend,
                self._board,
                politeness,
                hub_clock,
                deletions,
                settle_s=pace.settle_s,
                growth=growth,
                enrich=enrich,
                me=me,
                account=account,
            )
        self._puller = Puller(
            store,
            backend,
            self._board,
            self._history,
            politeness,
            hub_clock,
            pace=pace,
            growth=growth,
            enrich=enrich,
            account=account,
        )
        self.typing = Typing(backend, self._board, politeness, on_signal)
        self._stream = Stream(
            store,
            backend,
            self._board,
            self._puller,
            politeness,
            deletions,
            growth=growth,
            patience=patience or Patience(),
            enrich=enrich,
            on_signal=self.typing.take,
            account=account,
        )
        self._uploads = Uploads(store, backend, politeness, growth=growth, on_refused=on_file_refused, account=account)
        self._models = Models(store, backend, politeness, growth=growth, use=use, account=account)
        self.board = BoardWatch(backend, politeness, growth=growth)
        self._sender = Sender(
            store,
            backend,
            self._board,
            politeness,
            deletions,
            self._uploads,
            growth=growth,
            clock=hub_clock.now,
            settle=settle,
            told=told,
            on_gone=on_gone,
            account=account,
        )
        self._heartbeat: Heartbeat | None = None
        if capabilities.has_heartbeat:
            self._heartbeat = Heartbeat(store, backend, self._board, politeness, me=me, account=account)
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
        if self._history is not None:
            parts.append(("history", self._history.run()))
        if self._backend.capabilities.has_events:
            parts.append(("stream", self._stream.run()))
        parts.append(("uploads", self._uploads.run()))
        parts.append(("sender", self._sender.run()))
        parts.append(("models", self._models.run()))
        parts.append(("board", self.board.run()))
        if self._backend.capabilities.has_typing:
            parts.append(("typing", self.typing.run()))
        if self._heartbeat is not None:
            parts.append(("heartbeat", self._heartbeat.run()))
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
        if self._history is not None:
            self._history.wake()
        self._puller.wake()
        self._stream.wake()
        self._uploads.wake()
        self._sender.wake()
        self._models.wake()
        self.board.wake()
        if self._heartbeat is not None:
            self._heartbeat.wake()

    async def stop(self) -> None:
        """End ``run``, for good, and wait until it has; what was under way is taken up by the next engine."""
        self._stopping.set()
        await self._stopped.wait()

    def _on_commit(self, changes: ChangeSet) -> None:
        """On the store's writing thread. Only what concerns the outbox or files, and is not a part's own doing, is news."""
        loop, rows = self._loop, changes.rows.keys()
        if loop is None:
            return
        try:
            if changes.initiator is not self._sender and rows & {Table.OUTBOX, Table.FILE}:
                loop.call_soon_threadsafe(self._sender.notice)
            if changes.initiator is not self._uploads and rows & {Table.OUTBOX, Table.FILE, Table.DRAFT}:
                loop.call_soon_threadsafe(self._uploads.notice)
            if Table.MODEL in rows or changes.is_bulk:
                loop.call_soon_threadsafe(self._models.notice)
            if self._heartbeat is not None and changes.touches(Table.INTERACTION, Table.AGENT, Table.OUTBOX):
                loop.call_soon_threadsafe(self._heartbeat.notice)
        except RuntimeError:
            pass  # the loop was closed between the two lines

    def _on_board(self, status: SyncStatus) -> None:
        is_pulling = not status.pull_error
        if is_pulling and not self._was_pulling:
            self._sender.reached()
            self._uploads.wake()
            self._stream.reached()
        self._was_pulling = is_pulling
        is_reached = (status.is_streaming, status.phase)
        if self._heartbeat is not None and is_reached != self._was_reached:
            self._heartbeat.notice()
        self._was_reached = is_reached
        self._on_status(status)
