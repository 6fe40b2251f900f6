"""What happens when time runs out (an offer, a snooze, a ring, a closed queue's night, a loan, a broadcast), and offers when
somebody has room again. One task, asleep until the next timer or until a commit wakes it; the timers themselves are in the
database, so that a restart loses none."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from desktop.domain.agent import Agent, PresenceState, Queue
from desktop.domain.ids import AgentId
from desktop.domain.interaction import Interaction
from desktop.domain.routing import Broadcast, RoutingPolicy
from desktop.hub.db.columns import timer_of
from desktop.hub.db.database import Database
from desktop.hub.db.ledger import Written

log = logging.getLogger(__name__)

LONGEST_SLEEP_S = 60.0
"""So often the table is looked at anyway: other processes set timers too, and clocks are put right."""

_AFTER_FAILURE_S = 1.0

Round = Callable[[frozenset[AgentId], bool], Awaitable[bool]]
"""Deal with what ran out, where something did, and offer what waits to whoever has room, the agents given being asked again
for what they declined. Returns whether there is more to offer."""


class Clocks:
    """The desk's own initiative. ``round_`` does the work, ``next_timer`` reads the earliest timer."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        round_: Round,
        next_timer: Callable[[], Awaitable[datetime | None]],
    ) -> None:
        self._database = database
        self._clock = clock
        self._round = round_
        self._next_timer = next_timer
        self._woken = asyncio.Event()
        self._stopped = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._unsubscribe: Callable[[], None] | None = None
        self._next: datetime | None = None
        self._fresh: set[AgentId] = set()
        self._wants_offers = False

    def start(self) -> None:
        """Begin; what ran out while nobody looked is dealt with at once."""
        if self._task is not None:
            return
        self._unsubscribe = self._database.subscribe(self._on_committed)
        self._wants_offers = True
        self._stopped.clear()
        self._task = asyncio.get_running_loop().create_task(self._run(), name="desk.clocks")

    async def stop(self) -> None:
        """End; what is under way is finished first, so that no transaction is torn."""
        task, self._task = self._task, None
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        self._stopped.set()
        self._woken.set()
        if task is not None:
            await task

    def wake(self) -> None:
        """Compare the timers with the clock now: it was put forward, or the machine slept."""
        self._woken.set()

    def offer_soon(self, fresh: set[AgentId]) -> None:
        """Something waits, or somebody has room: see whether the two fit."""
        self._fresh |= fresh
        self._wants_offers = True
        self._woken.set()

    def _on_committed(self, written: list[Written]) -> None:
        for one in written:
            record = one.record
            if isinstance(record, Interaction):
                if self._earlier(timer_of(record)):
                    self._woken.set()
                continue
            if isinstance(record, Queue | RoutingPolicy) or (
                isinstance(record, Agent) and record.presence.state is PresenceState.READY
            ):
                self._wants_offers = True
                self._woken.set()
            ends = record.until if isinstance(record, Broadcast) else None
            if isinstance(record, Agent) and record.loan is not None:
                ends = record.loan.until
            if self._earlier(ends):
                self._woken.set()

    async def _run(self) -> None:
        is_sure = False  # whether the earliest timer is known
        while not self._stopped.is_set():
            self._woken.clear()
            try:
                if not is_sure:
                    await self._look()
                    is_sure = True
                is_due = self._next is not None and self._next <= self._clock()
                if is_due or self._wants_offers:
                    is_sure = not is_due
                    await self._deal(is_due)
                else:
                    is_sure = await self._sleep()
            except Exception:
                log.exception("the desk's clocks failed; trying again")
                is_sure = False
                await _come_or(self._stopped, _AFTER_FAILURE_S)

    async def _look(self) -> None:
        """Read the earliest timer. One that is set meanwhile comes by ``_on_committed``."""
        self._next = None
        self._earlier(await self._next_timer())

    def _earlier(self, at: datetime | None) -> bool:
        """Take ``at`` for the next timer where it is earlier; returns whether it was."""
        if at is None or (self._next is not None and self._next <= at):
            return False
        self._next = at
        return True

    async def _deal(self, is_due: bool) -> None:
        """One round of what is due and wanted; what it could not do is wanted again."""
        fresh, wants = frozenset(self._fresh), self._wants_offers
        self._fresh.clear()
        self._wants_offers = False
        try:
            has_more = await self._round(fresh, is_due)
        except BaseException:
            self._fresh |= fresh
            self._wants_offers |= wants
            raise
        self._wants_offers |= has_more

    async def _sleep(self) -> bool:
        """Until the next timer or until woken. Returns whether the earliest timer is still known: after a long sleep the
        table is looked at again."""
        seconds = LONGEST_SLEEP_S
        if self._next is not None:
            seconds = min(seconds, max(0.0, (self._next - self._clock()).total_seconds()))
        if await _come_or(self._woken, seconds):
            return True
        # Another process may have ended between what it committed and the offers that were to follow.
        self._wants_offers = self._wants_offers or seconds >= LONGEST_SLEEP_S
        return self._next is not None and self._next <= self._clock()


async def _come_or(event: asyncio.Event, seconds: float) -> bool:
    """Wait for ``event``, at most so long; returns whether it came."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
