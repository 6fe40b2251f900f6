"""Keeps the local data within its limits, at the start and once a day, in steps too short to be noticed. One task for each
open account, started by ``app``; ends with the store.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final, TypeVar

from desktop.domain.changes import Cause, ChangeSet, Table
from desktop.store import files, journal, pruning, quarantine, retention
from desktop.store.apply import is_all_here
from desktop.store.connection import Connection
from desktop.store.database import Closed, Store, StoreError, Write
from desktop.store.pruning import Limits, Pruned

_log = logging.getLogger(__name__)

T = TypeVar("T")

_AGAIN_S: Final = 60.0
_DAY_S: Final = 24 * 60 * 60.0
_SLICE_S: Final = 0.008
_FEWEST: Final = 5
_MOST: Final = 400
_FREE_PAGES: Final = 256
# What FTS5 itself begins with.
_MERGED_AT: Final = 10
_PAGES: Final = 32
_CONTACTS: Final = 500


def _is_uncleared(conn: Connection) -> bool:
    return journal.setting(conn, retention.UNCLEARED) is not None


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Kept:
    """What one round removed, and the longest it held the writing thread, in seconds."""

    rows: int = 0
    longest_s: float = 0.0


class Keeper:
    """``limits`` is asked each round. ``on_forgotten`` is called once somebody was forgotten, for what lies outside the
    store. ``breath_s`` is the rest between two steps."""

    def __init__(
        self,
        store: Store,
        limits: Callable[[], Limits],
        *,
        on_forgotten: Callable[[], None] = lambda: None,
        clock: Callable[[], datetime] = _now,
        breath_s: float = 0.02,
    ) -> None:
        self._store = store
        self._limits = limits
        self._on_forgotten = on_forgotten
        self._clock = clock
        self._breath_s = breath_s
        self._most = _FEWEST * 4
        self._is_due = False
        self._woken: asyncio.Event | None = None

    def hurry(self) -> None:
        """Have a round now: a history came in, with all that is too old."""
        self._is_due = True
        if self._woken is not None:
            self._woken.set()

    async def run(self, first_after_s: float = 20.0) -> None:
        """Keep the limits, and clear the index once somebody was forgotten, until cancelled or until the store is closed;
        what the disk does not take is tried again."""
        loop, woken = asyncio.get_running_loop(), asyncio.Event()
        self._woken = woken

        def _on_commit(changes: ChangeSet) -> None:
            if retention.UNCLEARED in changes.rows.get(Table.SETTING, ()):
                with contextlib.suppress(RuntimeError):
                    loop.call_soon_threadsafe(woken.set)

        unsubscribe = self._store.subscribe(_on_commit)
        next_at = loop.time() + first_after_s
        try:
            while True:
                try:
                    async with asyncio.timeout_at(next_at):
                        await woken.wait()
                except TimeoutError:
                    self._is_due = True
                woken.clear()
                next_at = max(next_at, loop.time() + _DAY_S) if self._is_due else next_at
                try:
                    await (self.round() if self._is_due else self.clear())
                    self._is_due = False
                except Closed:
                    return
                except StoreError as error:
                    _log.warning("old data could not be removed: %s", error.code)
                    await asyncio.sleep(_AGAIN_S)
                    woken.set()
        finally:
            unsubscribe()

    async def round(self) -> Kept:
        """Remove what is too old or too much, once. Raises ``StoreError``."""
        limits, now, kept = self._limits(), self._clock(), Kept()
        if self._store.is_read_only:
            return kept
        before = now - timedelta(days=limits.quarantine_days)
        await asyncio.to_thread(quarantine.expire, self._store.path, before)
        too_many = await self._read(partial(pruning.excess, limits=limits))
        if limits.closed_days is None and limits.messages_max is None:
            await self._prune(limits, now, kept)
        else:
            await self._step(partial(pruning.merge_index_at, percent=0), kept)
            await self._prune(limits, now, kept, too_many)
            await self._gather_strays(limits, now, kept)
            await self._step(partial(pruning.merge_index_at, percent=_MERGED_AT), kept)
        if kept.rows:
            await self._step(retention.must_clear_words, kept)
        await self.clear(kept)
        await asyncio.to_thread(files.tidy, self._store, limit_bytes=limits.files_bytes)
        await self._shrink(kept)
        if kept.rows:
            _log.info("removed %d old rows, longest step %.1f ms", kept.rows, kept.longest_s * 1000)
        return kept

    async def clear(self, kept: Kept | None = None) -> None:
        """Take the words of what is gone out of the search index and the log. Raises ``StoreError``."""
        kept = kept or Kept()
        if await self._read(_is_uncleared):
            self._on_forgotten()
            while not await self._step(retention.clear_words, kept):
                pass
            # Once more: the step that clears the log itself.
            await self._step(retention.clear_words, kept)
            await self._step(retention.words_are_clear, kept)
            await asyncio.to_thread(quarantine.discard_read, self._store.path)

    async def _prune(
        self, limits: Limits, now: datetime, kept: Kept, too_many: int = 0, also: list[str] | None = None
    ) -> None:
        while True:
            done = await self._step(
                partial(pruning.prune, limits=limits, now=now, most_rows=self._most, too_many=too_many, also=also), kept
            )
            too_many, also = max(0, too_many - done.messages), None
            kept.rows += done.rows
            if not done.rows:
                return

    async def _gather_strays(self, limits: Limits, now: datetime, kept: Kept) -> None:
        """Messages that came again with a new history, of contacts that are too old to be here."""
        if not await self._read(is_all_here):
            return
        after, is_more = "", True
        while is_more:
            found, after = await self._read(partial(pruning.strays, after=after, most=_CONTACTS))
            is_more = bool(after)
            if found:
                await self._prune(limits, now, kept, also=found)

    async def _shrink(self, kept: Kept) -> None:
        if await self._read(pruning.free_pages) < _FREE_PAGES:
            return
        while await self._step(partial(pruning.shrink, most_pages=_PAGES), kept):
            pass

    async def _step(self, fn: Callable[[Write], T], kept: Kept) -> T:
        """Do one step on the writing thread, and learn from how long it took how long the next may be."""

        def timed(w: Write) -> tuple[T, float]:
            began = time.perf_counter()
            return fn(w), time.perf_counter() - began

        result, took_s = await asyncio.wrap_future(self._store.write(timed, Cause.SYSTEM))
        kept.longest_s = max(kept.longest_s, took_s)
        if isinstance(result, Pruned) and result.rows:
            fitting = int(self._most * _SLICE_S / max(took_s, 1e-4))
            self._most = max(_FEWEST, min(_MOST, fitting, self._most * 2))
        await asyncio.sleep(self._breath_s)
        return result

    async def _read(self, fn: Callable[[Connection], T]) -> T:
        return await asyncio.wrap_future(self._store.read(fn))
