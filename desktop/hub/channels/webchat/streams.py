"""Who listens to which chat in this process, and what wakes them: what was committed here, what another process wrote, what
an agent does this moment. Tells the desk who came and who left. Knows nothing of what is then shown."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from desktop.domain.ids import InteractionId
from desktop.domain.interaction import Interaction, InteractionState, Message
from desktop.hub.auth.denial import Denied
from desktop.hub.channels.signals import Signal, Signals
from desktop.hub.channels.webchat.limits import STREAMS_OF_ADDRESS, STREAMS_OF_VISITOR
from desktop.hub.db.database import Database
from desktop.hub.db.ledger import Commit
from desktop.wire.errors import Code

log = logging.getLogger(__name__)

LOOK_S: Final = 1.0
GONE_AFTER_S: Final = 8.0
"""A page that is loaded anew is back by then."""

_QUEUE_MOVES_S: Final = 0.5
_WAITING: Final = (InteractionState.QUEUED, InteractionState.OFFERED)


class Ear:
    """One open stream. ``interaction_id`` is set as soon as the chat has a contact."""

    def __init__(self, thread: str, address: str) -> None:
        self.thread = thread
        self.address = address
        self.interaction_id: str | None = None
        self.queue: str | None = None
        self.is_waiting = False
        self.is_ended = False
        self.typing: bool | None = None
        self._woken = asyncio.Event()

    def wake(self) -> None:
        self._woken.set()

    def clear(self) -> None:
        self._woken.clear()

    async def woken(self, timeout_s: float) -> bool:
        """Wait until something may have happened; return whether it did."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._woken.wait()
        except TimeoutError:
            return False
        return True


class Streams:
    """All open streams of one process. ``start`` and ``stop`` it with the hub."""

    def __init__(self, database: Database, signals: Signals) -> None:
        self._database = database
        self._signals = signals
        self._ears: dict[str, set[Ear]] = defaultdict(set)
        self._of_address: Counter[str] = Counter()
        self._told_here: dict[str, str] = {}
        self._leaving: dict[str, asyncio.TimerHandle] = {}
        self._moved: set[str | None] = set()
        self._head = 0
        self._lookout: asyncio.Task[None] | None = None
        self._endings: list[Callable[[], None]] = []
        self.is_stopped = False

    def start(self) -> None:
        self._endings = [self._database.subscribe(self._on_commit), self._signals.listen(self._on_signal)]
        self._lookout = asyncio.create_task(self._look_out(), name="visitors lookout")

    async def stop(self) -> None:
        """End all streams."""
        self.is_stopped = True
        for end in self._endings:
            end()
        self._endings = []
        for timer in self._leaving.values():
            timer.cancel()
        for ear in self._all():
            ear.is_ended = True
            ear.wake()
        if self._lookout is not None:
            self._lookout.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._lookout
            self._lookout = None

    @contextmanager
    def open(self, thread: str, address: str) -> Iterator[Ear]:
        """Listen to a chat. Raises ``Denied(rate_limited)`` where one visitor or address has too many open."""
        has_many = len(self._ears.get(thread, ())) >= STREAMS_OF_VISITOR
        if has_many or self._of_address[address] >= STREAMS_OF_ADDRESS:
            raise Denied(Code.RATE_LIMITED, "Too many pages at once.", retry_after_s=10)
        ear = Ear(thread, address)
        self._ears[thread].add(ear)
        self._of_address[address] += 1
        if (timer := self._leaving.pop(thread, None)) is not None:
            timer.cancel()
        try:
            yield ear
        finally:
            self._close(ear)

    def knows(self, ear: Ear, interaction: Interaction | None) -> None:
        """Note which contact a stream shows now."""
        if interaction is None:
            return
        ear.interaction_id, ear.queue = interaction.id, interaction.queue
        ear.is_waiting = interaction.state in _WAITING
        if interaction.state.is_open and self._told_here.get(ear.thread) != interaction.id:
            self._told_here[ear.thread] = interaction.id
            self._signals.tell(Signal(interaction_id=interaction.id, by="customer", kind="here"))

    def _close(self, ear: Ear) -> None:
        self._of_address[ear.address] -= 1
        if self._of_address[ear.address] <= 0:
            del self._of_address[ear.address]
        left = self._ears[ear.thread]
        left.discard(ear)
        if left:
            return
        del self._ears[ear.thread]
        if ear.thread in self._told_here and not self.is_stopped:
            loop = asyncio.get_running_loop()
            self._leaving[ear.thread] = loop.call_later(GONE_AFTER_S, self._gone, ear.thread)

    def _gone(self, thread: str) -> None:
        self._leaving.pop(thread, None)
        interaction_id = self._told_here.pop(thread, None)
        if interaction_id is not None:
            self._signals.tell(Signal(interaction_id=InteractionId(interaction_id), by="customer", kind="gone"))

    def _all(self) -> list[Ear]:
        return [ear for ears in self._ears.values() for ear in ears]

    # --- what happens -----------------------------------------------------------------------------------------------

    def _on_commit(self, commit: Commit) -> None:
        self._head = max(self._head, commit.last)
        if not self._ears:
            return
        touched: set[str] = set()
        for written in commit:
            record = written.record
            if isinstance(record, Interaction):
                touched.add(record.id)
                for ear in self._ears.get(record.thread, ()):
                    ear.wake()
                if record.queue not in self._moved and (record.state in _WAITING or record.accepted_at is not None):
                    self._moved.add(record.queue)
                    asyncio.get_running_loop().call_later(_QUEUE_MOVES_S, self._queue_moved, record.queue)
            elif isinstance(record, Message):
                touched.add(record.interaction_id)
        for ear in self._all() if touched else ():
            if ear.interaction_id in touched:
                ear.wake()

    def _queue_moved(self, queue: str | None) -> None:
        """Those who wait for a queue may have another place in it; told now and then, not with each step."""
        self._moved.discard(queue)
        for ear in self._all():
            if ear.is_waiting and ear.queue == queue:
                ear.wake()

    def _on_signal(self, signal: Signal) -> None:
        if signal.by != "agent":
            return
        for ear in self._all():
            if ear.interaction_id == signal.interaction_id:
                ear.typing = signal.kind == "typing"
                ear.wake()

    async def _look_out(self) -> None:
        """Notice what another process of the hub wrote."""
        while True:
            await asyncio.sleep(LOOK_S)
            if not self._ears:
                continue
            try:
                async with self._database.read() as ledger:
                    latest = await ledger.latest()
            except Exception as error:  # the database is away for a moment: visitors wait
                log.warning("visitors: the database cannot be read: %s", type(error).__name__)
                continue
            if latest > self._head:
                self._head = latest
                for ear in self._all():
                    ear.wake()
