"""Looks for customers of different accounts who are one person, in the background, a few at a time; nine tenths of
the time are everybody else's. The judgement is that of ``insight.duplicates``: what is sure is joined by itself, the
rest is proposed with its evidence, and nothing that an agent decided is ever touched. Nothing is sent: no system
knows of the others' customers.

Reading is done on the reading thread, judging on one of its own, writing on the writing thread. Held by the app, one for a
desk; does nothing while there is one account.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Final, TypeVar

from desktop.domain.changes import Cause, ChangeSet, Table
from desktop.domain.customer import Customer
from desktop.store import likeness, links
from desktop.store.connection import Connection
from desktop.store.database import Closed, Store, StoreError, Write
from desktop.store.likeness import Looked
from desktop.store.links import Like

JOINED_FROM: Final = 0.99
"""Probability from which two records are taken for one person without being asked."""

_BATCH: Final = 4
_REST: Final = 9.0
_LEAST_REST_S: Final = 0.05
# What the agent waits for comes first; a burst is looked at once.
_LINGER_S: Final = 1.0
_AFTER_FAILURE_S: Final = 30.0

Keys = tuple[str, ...]
T = TypeVar("T")


class Likenesses:
    """``run`` looks until cancelled. ``joined_from`` above 1 joins nobody by itself."""

    def __init__(
        self,
        store: Store,
        *,
        joined_from: float = JOINED_FROM,
        linger_s: float = _LINGER_S,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._joined_from = joined_from
        self._linger_s = linger_s
        self._clock = clock
        self._news = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def run(self) -> None:
        """Look at what is new, until cancelled."""
        loop = self._loop = asyncio.get_running_loop()
        unsubscribe = self._store.subscribe(self._on_commit)
        try:
            while True:
                self._news.clear()
                try:
                    while True:
                        began = loop.time()
                        if not await self.look_at_some():
                            break
                        await asyncio.sleep(max(_LEAST_REST_S, _REST * (loop.time() - began)))
                except Closed:
                    return
                except StoreError:
                    await asyncio.sleep(_AFTER_FAILURE_S)
                    continue
                await self._news.wait()
                await asyncio.sleep(self._linger_s)
        finally:
            unsubscribe()
            self._loop = None

    async def look_at_some(self) -> bool:
        """Look at a few customers; returns whether there may be more. Raises ``StoreError``."""
        if not await self._read(likeness.is_needed):
            return False
        batch = await self._read(partial(likeness.next_ones, limit=_BATCH))
        if not batch:
            await self._write(likeness.skip_gone)
            return False
        keyed = await asyncio.to_thread(_keys_of, batch)

        def note(w: Write) -> list[list[Customer]]:
            for one, keys in zip(batch, keyed, strict=True):
                likeness.put_keys(w, one, keys)
            return [likeness.candidates(w.conn, one.customer, keys) for one, keys in zip(batch, keyed, strict=True)]

        others = await self._write(note)
        found = await asyncio.to_thread(_judged, batch, others)

        def settle(w: Write) -> None:
            for one, like in zip(batch, found, strict=True):
                links.settle(w, one.customer.id, like, joined_from=self._joined_from, at=self._clock())
                likeness.done(w, one)

        await self._write(settle)
        return True

    def _on_commit(self, changes: ChangeSet) -> None:
        """On the store's writing thread."""
        loop = self._loop
        if loop is None or changes.initiator is self or not changes.touches(Table.CUSTOMER):
            return
        try:
            loop.call_soon_threadsafe(self._news.set)
        except RuntimeError:
            pass  # the loop was closed between the two lines

    async def _read(self, fn: Callable[[Connection], T]) -> T:
        return await asyncio.wrap_future(self._store.read(fn))

    async def _write(self, fn: Callable[[Write], T]) -> T:
        return await asyncio.wrap_future(self._store.write(fn, Cause.SYSTEM, self))


def _keys_of(batch: list[Looked]) -> list[Keys]:
    from desktop.insight.duplicates import blocking_keys

    return [() if one.customer.merged_into else blocking_keys(one.customer) for one in batch]


def _judged(batch: list[Looked], others: list[list[Customer]]) -> list[list[Like]]:
    """Return who is like whom, likeliest first. Of two nobodies neither is worth joining."""
    from desktop.insight.duplicates import PROPOSED_FROM, compare

    found = []
    for one, candidates in zip(batch, others, strict=True):
        like = []
        for other in candidates:
            if one.customer.is_provisional and other.is_provisional:
                continue
            likeness_ = compare(one.customer, other)
            if likeness_.probability >= PROPOSED_FROM:
                like.append(Like(other.id, likeness_.probability, likeness_.reasons))
        found.append(sorted(like, key=lambda known: (-known.probability, known.customer_id)))
    return found
