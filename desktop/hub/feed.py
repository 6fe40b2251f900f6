"""The change feed: pages, long polls and event streams, each showing a caller what they may see.

What a transaction wrote is handed to all open streams straight from memory, in the order of ``seq``. A stream that starts
behind, or that may have missed something (another process wrote, an import was silent), reads the database up to now and
then goes on from memory; everything at or before its cursor is dropped, so that nothing comes twice and nothing is left
out. Each stream holds a bounded amount for its reader: who falls further behind is told to pull, and the stream ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncGenerator, Callable, Coroutine
from typing import Any, Final, TypeVar

import msgspec

from desktop.domain.agent import Agent, Queue
from desktop.domain.changes import Table
from desktop.hub.auth.caller import Caller
from desktop.hub.channels.signals import Signal
from desktop.hub.db import continuity, retrospect
from desktop.hub.db.database import Database
from desktop.hub.db.ledger import Commit, Ledger, now
from desktop.hub.db.unbroken import Looks
from desktop.hub.db.visibility import Viewer, viewer_of
from desktop.wire import sse
from desktop.wire.shapes import Change, ChangesPage, CustomerSignal, Scope

log = logging.getLogger(__name__)

T = TypeVar("T")

PAGE: Final = 250
LARGEST_PAGE: Final = 1000
LONGEST_WAIT_S: Final = 60.0
PING_S: Final = 15.0
BUFFERED_EVENTS: Final = 1000
BUFFERED_BYTES: Final = 4 * 1024 * 1024
BUFFERED_SIGNALS: Final = 50
LOOK_S: Final = 1.0
# To a reader whose cursor is of a forgotten history this is another one: forget all, start from 0.
_RESTORED: Final = ".restored"


class _Reader:
    """One stream or long poll that is open. Only ``Feed`` uses it, always on the event loop."""

    def __init__(self, caller: Caller, viewer: Viewer, cursor: int, *, keeps: bool) -> None:
        self.caller = caller
        self.viewer = viewer
        self.cursor = cursor
        self.keeps = keeps
        self.is_behind = True
        self.is_catching_up = False
        self.is_ended = False
        self.is_to_pull = False
        self._buffer: deque[tuple[int, bytes]] = deque()
        self._bytes = 0
        self._signals: deque[bytes] = deque(maxlen=BUFFERED_SIGNALS)
        self._wake = asyncio.Event()

    def offer(self, seq: int, frame: bytes) -> None:
        self._wake.set()
        if not self.keeps or self.is_behind or self.is_ended:
            return
        self._buffer.append((seq, frame))
        self._bytes += len(frame)
        if len(self._buffer) > BUFFERED_EVENTS or self._bytes > BUFFERED_BYTES:
            if self.is_catching_up:
                self.fall_behind()
            else:
                self.end(pull=True)

    def signal(self, frame: bytes) -> None:
        if self.keeps:
            self._signals.append(frame)
            self._wake.set()

    def signals(self) -> bytes:
        frames = b"".join(self._signals)
        self._signals.clear()
        return frames

    def fall_behind(self) -> None:
        self.is_behind = True
        self._clear()
        self._wake.set()

    def catch_up(self) -> None:
        """From here on commits are kept again: the database is read after this, and so shows all those before."""
        self.is_behind, self.is_catching_up = False, True
        self._clear()

    def end(self, *, pull: bool) -> None:
        self.is_ended, self.is_to_pull = True, pull
        self._clear()
        self._wake.set()

    def take(self) -> list[bytes]:
        """Return the frames that came since, without what the reader has already."""
        frames = [frame for seq, frame in self._buffer if seq > self.cursor]
        if self._buffer:
            self.cursor = max(self.cursor, self._buffer[-1][0])
        self._clear()
        return frames

    async def woken(self, timeout_s: float) -> bool:
        """Wait until something happened, at most ``timeout_s``; return whether it did."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._wake.wait()
        except TimeoutError:
            return False
        self._wake.clear()
        return True

    def _clear(self) -> None:
        self._buffer.clear()
        self._bytes = 0


class Feed:
    """All readers of one hub. ``head`` is the newest ``seq`` that was handed to them."""

    def __init__(self, database: Database, remember: Callable[[int], None] = lambda head: None) -> None:
        self._database = database
        self._remember = remember
        self._remembered = 0
        self._queues: dict[str, Queue] = {}
        self._agents: dict[str, Agent] = {}
        self._readers: set[_Reader] = set()
        self._unsubscribe: Callable[[], None] = lambda: None
        self._lookout: asyncio.Task[None] | None = None
        self._looks = Looks()
        self._stopping = asyncio.Event()
        self.head = 0

    @classmethod
    async def open(cls, database: Database, remember: Callable[[int], None] = lambda head: None) -> Feed:
        """Return a feed over ``database``; ``remember`` is told now and then how far the numbers are."""
        feed = cls(database, remember)
        feed._unsubscribe = database.subscribe(feed._on_commit)
        async with database.read() as ledger:
            feed.head = max(feed.head, await ledger.latest())
            await feed._learn_all(ledger)
        return feed

    def start(self) -> None:
        """Start looking for what other processes wrote."""
        self._lookout = asyncio.create_task(self._look_out(), name="feed lookout")

    async def stop(self) -> None:
        """End all streams and long polls; further ones are answered at once."""
        self._stopping.set()
        self._unsubscribe()
        self._unsubscribe = lambda: None
        for reader in tuple(self._readers):
            reader.end(pull=False)
        if self._lookout is not None:
            await self._lookout
        await self._looks.ended()
        self._note_head()

    @property
    def readers(self) -> int:
        """How many streams and long polls are open."""
        return len(self._readers)

    def viewer(self, caller: Caller) -> Viewer:
        """Return what ``caller`` may see as the queues and teams are now."""
        agent = self._agents.get(caller.agent_id) if caller.agent_id else None
        if agent is not None:
            caller = msgspec.structs.replace(caller, team=agent.team)
        return viewer_of(caller, self._queues.values())

    def queues(self, viewer: Viewer) -> list[Queue]:
        """Return the queues whose work ``viewer`` sees, most urgent first."""
        seen = [q for q in self._queues.values() if viewer.queues is None or q.id in viewer.queues]
        return sorted(seen, key=lambda queue: (queue.priority, queue.id))

    def agents(self) -> list[Agent]:
        return sorted(self._agents.values(), key=lambda agent: agent.name.casefold())

    # --- readers ----------------------------------------------------------------------------------------------------

    async def page(self, caller: Caller, after: int, limit: int = PAGE, wait_s: float = 0.0) -> ChangesPage:
        """Return the changes after a cursor; where there are none, wait up to ``wait_s`` for one."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + wait_s
        reader = _Reader(caller, self.viewer(caller), after, keeps=False)
        epoch = reader.viewer.epoch(self._database.epoch)
        cursor = after
        self._readers.add(reader)
        try:
            while True:
                viewer = self.viewer(caller)
                if viewer.epoch(self._database.epoch) != epoch:
                    epoch, cursor = viewer.epoch(self._database.epoch), after
                async with self._database.read() as ledger:
                    if not await continuity.is_known(ledger.connection, after):
                        latest = await ledger.latest()
                        return ChangesPage(
                            epoch=f"{epoch}{_RESTORED}",
                            changes=[],
                            next=latest,
                            more=False,
                            after=after,
                            latest=latest,
                            now=now(),
                        )
                    changes, cursor, more = await ledger.page(viewer, cursor, limit)
                left_s = deadline - loop.time()
                if changes or left_s <= 0 or self._stopping.is_set() or reader.is_ended:
                    return ChangesPage(
                        epoch=epoch, changes=changes, next=cursor, more=more, after=after, latest=self.head, now=now()
                    )
                await reader.woken(left_s)
        finally:
            self._readers.discard(reader)

    async def history(self, caller: Caller, before: int, scope: Scope, limit: int = PAGE) -> ChangesPage:
        """Return what lies before a number, newest first. ``latest`` is the head as the page was read: who goes on from
        there with ``page`` misses nothing."""
        viewer = self.viewer(caller)
        async with self._database.read() as ledger:
            changes, next_, more, latest = await retrospect.page(ledger, viewer, before, scope, limit)
        epoch = viewer.epoch(self._database.epoch)
        return ChangesPage(epoch=epoch, changes=changes, next=next_, more=more, latest=latest, before=before, now=now())

    async def stream(
        self,
        caller: Caller,
        after: int | None,
        *,
        counted: Callable[[int], None] = lambda count: None,
        may_stay: Callable[[], Coroutine[Any, Any, bool]] | None = None,
    ) -> AsyncGenerator[bytes]:
        """Yield the event stream after a cursor (``None``: from now) until it ends. ``counted`` is told how many changes
        went out; ``may_stay`` is asked every ``PING_S`` whether the caller still has access."""
        loop = asyncio.get_running_loop()
        asked_at = loop.time()
        reader = _Reader(caller, self.viewer(caller), self.head if after is None else after, keeps=True)
        reader.is_behind = after is not None
        if after is not None and not await self._looks.to_its_end(self._knows(after)):
            reader.end(pull=True)  # a cursor of another history
        self._readers.add(reader)
        try:
            yield sse.PING
            while not (reader.is_ended or self._stopping.is_set()):
                if may_stay is not None and loop.time() - asked_at >= PING_S:
                    if not await self._looks.to_its_end(may_stay()):
                        return
                    asked_at = loop.time()
                if reader.is_behind:
                    reader.catch_up()
                    changes, reader.cursor, more = await self._looks.to_its_end(self._look(reader))
                    frames = [sse.frame(change) for change in changes]
                    if more:
                        reader.fall_behind()
                else:
                    frames = reader.take()
                if frames:
                    yield b"".join(frames)
                    counted(len(frames))
                    continue
                if signals := reader.signals():
                    yield signals
                    continue
                reader.is_catching_up = False
                if not reader.is_behind and not await reader.woken(PING_S):
                    yield sse.PING
            if reader.is_to_pull:
                yield sse.pull(self.head)
        finally:
            self._readers.discard(reader)

    async def _knows(self, cursor: int) -> bool:
        async with self._database.read() as ledger:
            return await continuity.is_known(ledger.connection, cursor)

    async def _look(self, reader: _Reader) -> tuple[list[Change], int, bool]:
        async with self._database.read() as ledger:
            return await ledger.page(reader.viewer, reader.cursor, PAGE)

    def pass_on(self, signal: Signal) -> None:
        """Tell the windows of those at a contact what its customer does at this moment."""
        if signal.by == "customer" and self._readers and not self._stopping.is_set():
            self._looks.begin(self._pass_on(signal))

    async def _pass_on(self, signal: Signal) -> None:
        async with self._database.read() as ledger:
            found = await ledger.interaction(signal.interaction_id)
        if found is None:
            return
        at_it = {found.assignee, found.consulting, *found.observers} - {None}
        frame = sse.signal(CustomerSignal(interaction_id=found.id, kind=signal.kind))
        for reader in self._readers:
            if reader.caller.agent_id in at_it:
                reader.signal(frame)

    # --- what happens -----------------------------------------------------------------------------------------------

    def _on_commit(self, commit: Commit) -> None:
        is_complete = commit.after == self.head
        self.head = max(self.head, commit.last)
        self._learn(commit)
        if not is_complete:
            self._all_fall_behind()
            return
        for written in commit:
            frames: dict[str, bytes] = {}
            for reader in self._readers:
                sight = reader.viewer.sight(written)
                if sight is None:
                    continue
                if sight not in frames:
                    change = written.change
                    if sight != change.op:
                        change = msgspec.structs.replace(change, op=sight, record=msgspec.UNSET)
                    frames[sight] = sse.frame(change)
                reader.offer(written.change.seq, frames[sight])

    def _learn(self, commit: Commit) -> None:
        has_new = False
        for written in commit:
            id_, record = written.change.id, written.record
            if isinstance(record, Queue):
                has_new |= record != self._queues.get(id_)
                self._queues[id_] = record
            elif isinstance(record, Agent):
                before = self._agents.get(id_)
                has_new |= before is None or _access(before) != _access(record)
                self._agents[id_] = record
            elif written.change.type in (Table.QUEUE, Table.AGENT):
                has_new = True
                (self._queues if written.change.type == Table.QUEUE else self._agents).pop(id_, None)
        if has_new:
            self._recompute()

    async def _learn_all(self, ledger: Ledger) -> None:
        self._queues = {queue.id: queue for queue in await ledger.queues()}
        self._agents = {agent.id: agent for agent in await ledger.agents()}
        self._recompute()

    def _recompute(self) -> None:
        """Who sees something else now has to start over; who was locked out hears nothing more."""
        for reader in tuple(self._readers):
            agent = self._agents.get(reader.caller.agent_id or "")
            if reader.caller.agent_id and (agent is None or not agent.is_active):
                reader.end(pull=False)
                continue
            viewer = self.viewer(reader.caller)
            if viewer.hidden != reader.viewer.hidden:
                reader.end(pull=True)
            reader.viewer = viewer

    def _all_fall_behind(self) -> None:
        for reader in self._readers:
            reader.fall_behind()

    async def _look_out(self) -> None:
        """Notice what came into the database without this process being told."""
        while not self._stopping.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._stopping.wait()
                    return
            self._note_head()
            try:
                async with self._database.read() as ledger:
                    latest = await ledger.latest()
                    if latest <= self.head:
                        continue
                    await self._learn_all(ledger)
                self.head = max(self.head, latest)
                self._all_fall_behind()
            except Exception:
                log.exception("the feed could not look at the database")

    def _note_head(self) -> None:
        if self.head != self._remembered:
            self._remembered = self.head
            self._remember(self.head)


def _access(agent: Agent) -> tuple[str, str, bool]:
    return agent.role, agent.team, agent.is_active
