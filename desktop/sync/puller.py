"""The truth: pages of changes after the stored cursor, each written in one transaction that moves the cursor, until there
are no more. Then it waits for a hint, and without one looks again after a long while.

Pages travel as bytes to the writing thread and are read there: on the main thread a page is only carried. While a page is
written the next one is already on its way. Where nothing can be pushed the puller waits at the backend instead (long poll).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from desktop.backends.base import Backend, BackendError, Offline, SignInNeeded, Throttled
from desktop.domain.changes import Cause
from desktop.store.apply import Applied, apply_page, sync_state
from desktop.store.database import Closed, Store, StoreError, Write
from desktop.sync.backoff import Backoff, Growth
from desktop.sync.status import StatusBoard
from desktop.wire.shapes import ChangesPage

_log = logging.getLogger(__name__)

PAGE_ROWS: Final = 500
_DROPS: Final = 3

Enrich = Callable[[Write, ChangesPage], ChangesPage]


@dataclass(frozen=True, slots=True)
class Pace:
    """``streaming_s`` and ``blind_s`` are the longest rest between pulls with and without a stream, ``confirm_s`` how
    soon what was pushed is confirmed, ``long_poll_s`` how long to wait at the backend where nothing is pushed."""

    streaming_s: float = 30.0
    blind_s: float = 5.0
    confirm_s: float = 0.25
    long_poll_s: float = 25.0


@dataclass(frozen=True, slots=True)
class _Peek:
    """What of a page decides what to ask for next."""

    next: int
    more: bool
    latest: int


class Puller:
    """Keeps the cache at the feed's end. ``on_pulled`` hears after each catching up whether anything was news."""

    def __init__(
        self,
        store: Store,
        backend: Backend,
        board: StatusBoard,
        *,
        pace: Pace,
        growth: Growth,
        clock: Callable[[], datetime],
        enrich: Enrich | None = None,
    ) -> None:
        self._store = store
        self._backend = backend
        self._board = board
        self._pace = pace
        self._clock = clock
        self._enrich = enrich
        self._backoff = Backoff(growth)
        self._asked = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._limit = min(PAGE_ROWS, backend.capabilities.max_page)
        self._request: asyncio.Task[bytes] | None = None
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
        if self._request is not None:
            self._request.cancel()

    def wake(self) -> None:
        self._backoff.wake()
        self.interrupt()

    async def run(self) -> None:
        """Pull until cancelled."""
        state = await asyncio.wrap_future(self._store.read(sync_state))
        self.cursor = state.cursor
        self._board.complete(state.is_complete)
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
                    self._board.update(pull_error="", last_pulled_at=self._clock())
                    self.on_pulled(is_news, was_asked)
                    await self._rest()
        finally:
            self._drop_timer()

    async def _catch_up(self) -> bool:
        """Read the feed to its end. Returns whether there was anything in it that the cache did not have."""
        # Asked for from here on is not answered by what is under way now.
        self._asked.clear()
        self._backoff.attempt()
        self._drop_timer()
        wait_s = self._pace.long_poll_s if self.is_polling and self._is_calm() else 0.0
        before = time.perf_counter()
        raw = await self._arrived(self._ask_after(self.cursor, wait_s))
        if not wait_s:
            self._board.update(latency_ms=round((time.perf_counter() - before) * 1000, 1))
        is_news = False
        drops = 0
        while True:
            applied, following = await self._write(raw)
            is_news = is_news or bool(applied.saved or applied.deleted or applied.is_resync)
            if applied.is_resync:
                _log.info("the backend's history is a new one: reading it from the start")
                self.caught_up.clear()
                self._board.complete(False)
            if applied.is_dropped:
                drops += 1
                if drops > _DROPS:
                    raise Offline("unexpected_answer")
            elif not applied.more:
                self._board.complete(True)
                return is_news
            raw = await self._arrived(following or self._ask_after(self.cursor))

    async def _arrived(self, request: asyncio.Task[bytes]) -> bytes:
        """Wait for a page; where that is interrupted, ask for it again."""
        while True:
            try:
                await asyncio.wait([request])
                if not request.cancelled():
                    return request.result()
            finally:
                await _abandon(request)
            request = self._ask_after(self.cursor)

    async def _write(self, raw: bytes) -> tuple[Applied, asyncio.Task[bytes] | None]:
        """Write one page; the next one is asked for as soon as its cursor is known."""
        loop = asyncio.get_running_loop()
        peeked: asyncio.Future[_Peek | None] = loop.create_future()

        def peek(page: _Peek | None) -> None:
            if not peeked.done():
                peeked.set_result(page)

        asked = self.cursor

        def write(w: Write) -> Applied:
            page = msgspec.json.decode(raw, type=ChangesPage)
            if page.after == asked:
                loop.call_soon_threadsafe(peek, _Peek(page.next, page.more, page.latest))
            return apply_page(w, self._enrich(w, page) if self._enrich is not None else page)

        writing = asyncio.wrap_future(self._store.write(write, Cause.NETWORK, self))
        writing.add_done_callback(lambda _: peek(None))
        following: asyncio.Task[bytes] | None = None
        try:
            page = await peeked
            if page is not None and page.more:
                if page.next <= asked:
                    raise Offline("unexpected_answer")
                following = self._ask_after(page.next)
            applied = await writing
        except BaseException as error:
            await _abandon(following)
            if isinstance(error, msgspec.MsgspecError | UnicodeDecodeError | RecursionError):
                raise Offline("unexpected_answer") from None
            raise
        self.cursor = applied.cursor
        if applied.is_dropped or applied.is_resync:
            await _abandon(following)
            following = None
        if page is not None and page.more and page.latest > 0:
            self._board.update(progress=round(min(applied.cursor / page.latest, 1.0), 3), last_pulled_at=self._clock())
        return applied, following

    def _ask_after(self, cursor: int, wait_s: float = 0.0) -> asyncio.Task[bytes]:
        self._request = asyncio.create_task(
            self._backend.changes(cursor, limit=self._limit, wait_s=wait_s), name="sync-pull"
        )
        return self._request

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


async def _abandon(task: asyncio.Task[bytes] | None) -> None:
    if task is not None:
        if task.cancel():
            await asyncio.wait([task])
        if not task.cancelled():
            task.exception()
