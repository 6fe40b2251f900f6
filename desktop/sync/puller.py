"""The truth: pages of changes after the stored cursor, each written in one transaction that moves the cursor, until there
are no more. Then it waits for a hint, and without one looks again after a long while.

On an empty cache it has ``history`` read the open work first and starts where the feed's head was then; where a backend has
no history to read backwards, it reads the feed from its beginning. Where nothing can be pushed the puller waits at the
backend instead (long poll).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from desktop.backends.base import Backend, BackendError, Offline, SignInNeeded, Throttled
from desktop.store.apply import Applied, apply_page, sync_state
from desktop.store.database import Closed, Store, StoreError, Write
from desktop.sync.backoff import Backoff, Growth
from desktop.sync.clock import HubClock
from desktop.sync.history import History
from desktop.sync.pager import PAGE_ROWS, Enrich, Pager
from desktop.sync.politeness import Politeness
from desktop.sync.status import StatusBoard
from desktop.wire.shapes import ChangesPage

_log = logging.getLogger(__name__)

_DROPS: Final = 3

Question = tuple[int, float]
"""The cursor, and how long to wait there for something to happen, in seconds."""


@dataclass(frozen=True, slots=True)
class Pace:
    """``streaming_s`` and ``blind_s`` are the longest rest between pulls with and without a stream, ``confirm_s`` how
    soon what was pushed is confirmed, ``long_poll_s`` how long to wait at the backend where nothing is pushed, ``settle_s``
    how long the window has to show the open work before the history is read on."""

    streaming_s: float = 30.0
    blind_s: float = 5.0
    confirm_s: float = 0.25
    long_poll_s: float = 25.0
    settle_s: float = 0.1


class Puller:
    """Keeps the cache at the feed's end. ``on_pulled`` hears after each catching up whether anything was news. ``history``
    is ``None`` where the backend has none."""

    def __init__(
        self,
        store: Store,
        backend: Backend,
        board: StatusBoard,
        history: History | None,
        politeness: Politeness,
        clock: HubClock,
        *,
        pace: Pace,
        growth: Growth,
        enrich: Enrich | None = None,
        account: str = "",
    ) -> None:
        self._store = store
        self._backend = backend
        self._board = board
        self._history = history
        self._pace = pace
        self._clock = clock
        self._enrich = enrich
        self._account = account
        self._backoff = Backoff(growth)
        self._asked = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        limit = min(PAGE_ROWS, backend.capabilities.max_page)

        async def ask(question: Question) -> bytes:
            after, wait_s = question
            return await backend.changes(after, limit=limit, wait_s=wait_s)

        self._pager: Pager[Question] = Pager(
            store, ask, politeness, clock, is_prompt=lambda question: not question[1], account=account
        )
        self.cursor = 0
        self.pulls = 0
        self.caught_up = asyncio.Event()
        self.is_streaming = False
        self.is_polling = False
        self.on_pulled: Callable[[bool, bool], None] = lambda is_news, was_asked: None

    def ask(self) -> None:
        """Pull as soon as possible."""
        self._asked.set()

    def confirm(self) -> None:
        """Pull soon: what was pushed has been shown already. Many of these make one pull."""
        if self._timer is None and not self._asked.is_set():
            self._timer = asyncio.get_running_loop().call_later(self._pace.confirm_s, self._confirm_now)

    def interrupt(self) -> None:
        """Drop the request that is under way and pull anew: it may hang on a dead connection, or wait in a long poll."""
        self.ask()
        self._pager.interrupt()

    def wake(self) -> None:
        self._backoff.wake()
        self.interrupt()

    async def run(self) -> None:
        """Pull until cancelled."""
        state = await asyncio.wrap_future(self._store.read(lambda conn: sync_state(conn, self._account)))
        self.cursor = state.cursor
        self._clock.offset_ms = state.clock_offset_ms
        self._board.complete(state.is_complete)
        self._board.update(is_usable=state.is_usable, clock_offset_s=state.clock_offset_ms / 1000)
        if self._history is not None:
            self._history.resume(state)
        self._asked.set()
        try:
            while True:
                was_asked = self._asked.is_set()
                try:
                    is_news = await self._catch_up()
                except BackendError as error:
                    await self._failed(error)
                except Closed:
                    return
                except StoreError as error:
                    # The disk is full or another process holds the file: the rows can be pulled again.
                    await self._failed(Offline(f"store_{type(error).__name__.lower()}"))
                else:
                    self._backoff.succeeded()
                    self.pulls += 1
                    self.caught_up.set()
                    self._board.sign_in_needed("pull", False)
                    self._board.update(pull_error="", last_pulled_at=self._clock.now())
                    self.on_pulled(is_news, was_asked)
                    await self._rest()
        finally:
            self._drop_timer()
            await self._pager.abandon()

    async def _catch_up(self) -> bool:
        """Read the feed to its end. Returns whether there was anything in it that the cache did not have."""
        # Asked for from here on is not answered by what is under way now.
        self._asked.clear()
        self._backoff.attempt()
        self._drop_timer()
        is_news = await self._read_open_work()
        wait_s = self._pace.long_poll_s if self.is_polling and self._is_calm() else 0.0
        drops = 0
        while True:
            if not self._pager.is_asking:
                self._pager.begin((self.cursor, wait_s if not drops else 0.0))
            applied = await self._read_page()
            is_news = is_news or bool(applied.saved or applied.deleted or applied.is_resync)
            if applied.is_resync:
                _log.info("the backend's history is a new one: reading it from the start")
                self.caught_up.clear()
                self._board.complete(False)
                if self._history is not None:
                    await self._history.renew()
                    await self._read_open_work()
            elif applied.is_dropped:
                drops += 1
                if drops > _DROPS:
                    raise Offline("unexpected_answer")
            elif not applied.more:
                is_complete = self._history is None or self._history.is_complete
                self._board.complete(is_complete)
                self._board.update(is_usable=True)
                return is_news
            wait_s = 0.0

    async def _read_open_work(self) -> bool:
        """On an empty cache, read what an agent needs at once. Returns whether that was so."""
        if self._history is None or self._history.is_usable:
            return False
        await self._history.read_open_work()
        self.cursor = self._history.cursor
        return True

    async def _read_page(self) -> Applied:
        """Read and write one page; the next one is asked for as soon as its cursor is known."""
        carried = await self._pager.arrived()
        asked, wait_s = carried.question
        if not wait_s:
            self._board.update(latency_ms=round(carried.took_s * 1000, 1))
        page_latest = 0

        def apply(w: Write, page: ChangesPage) -> Applied:
            nonlocal page_latest
            page_latest = page.latest
            told = self._enrich(w, page) if self._enrich is not None else page
            may_empty = self._history is None
            return apply_page(w, told, now=self._clock.now(), may_empty=may_empty, account=self._account)

        def follow(page: ChangesPage) -> Question | None:
            if page.after != asked or not page.more:
                return None
            if page.next <= asked:
                raise Offline("unexpected_answer")
            return page.next, 0.0

        applied = await self._pager.write(carried, apply, follow)
        self.cursor = applied.cursor
        if applied.is_dropped or applied.is_resync:
            await self._pager.abandon()
        self._board.update(clock_offset_s=self._clock.offset_ms / 1000)
        if self._history is None and applied.more and page_latest > 0:
            progress = round(min(applied.cursor / page_latest, 1.0), 3)
            self._board.update(progress=progress, last_pulled_at=self._clock.now())
        return applied

    async def _failed(self, error: BackendError) -> None:
        self._board.update(pull_error=error.code)
        if isinstance(error, SignInNeeded):
            self._board.sign_in_needed("pull", True)
            await self._backoff.until_woken()
        else:
            await self._backoff.pause(error.retry_after_s if isinstance(error, Throttled) else 0.0)

    async def _rest(self) -> None:
        if self.is_polling:
            # Nothing may spin, however fast the backend answers.
            await asyncio.sleep(self._pace.confirm_s)
            return
        longest_s = self._pace.streaming_s if self.is_streaming else self._pace.blind_s
        try:
            async with asyncio.timeout(longest_s):
                await self._asked.wait()
        except TimeoutError:
            pass

    def _is_calm(self) -> bool:
        return self._backoff.failures == 0 and self._board.status.last_pulled_at is not None

    def _confirm_now(self) -> None:
        self._timer = None
        self._asked.set()

    def _drop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
