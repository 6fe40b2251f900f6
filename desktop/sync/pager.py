"""One page after the other from the backend into the store, the next one on its way while one is written.

Pages travel as bytes to the writing thread and are read there: on the event loop a page is only carried. Owns the request
that is under way. Knows neither which pages there are nor what becomes of them: ``puller`` and ``history`` each have a pager
and tell it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Generic, TypeVar

import msgspec

from desktop.backends.base import Offline, Throttled
from desktop.domain.changes import Cause
from desktop.store.apply import set_clock_offset
from desktop.store.database import Store, Write
from desktop.sync.clock import HubClock
from desktop.sync.politeness import Politeness
from desktop.wire.shapes import ChangesPage

Q = TypeVar("Q")
T = TypeVar("T")

PAGE_ROWS: Final = 500

Enrich = Callable[[Write, ChangesPage], ChangesPage]
"""Adds to a page, in the transaction that writes it, what its backend cannot know."""

_page: Final = msgspec.json.Decoder(ChangesPage)


@dataclass(frozen=True, slots=True)
class Carried(Generic[Q]):
    """A page as it came: what was asked, its bytes, when it arrived by the local clock, how long that took, and whether
    that time was the way there and back and nothing else."""

    question: Q
    raw: bytes
    arrived_at: datetime
    took_s: float
    is_prompt: bool


class Pager(Generic[Q]):
    """Carries pages. ``ask`` asks the backend a question; ``is_prompt`` says whether it answers that at once."""

    def __init__(
        self,
        store: Store,
        ask: Callable[[Q], Awaitable[bytes]],
        politeness: Politeness,
        clock: HubClock,
        *,
        is_prompt: Callable[[Q], bool] = lambda question: True,
        account: str = "",
    ) -> None:
        self._store = store
        self._ask = ask
        self._politeness = politeness
        self._clock = clock
        self._is_prompt = is_prompt
        self._account = account
        self._request: asyncio.Task[Carried[Q]] | None = None
        self.question: Q | None = None

    def begin(self, question: Q) -> None:
        """Ask, without waiting for the answer."""
        self.question = question
        self._request = asyncio.create_task(self._carry(question), name="sync-page")

    def interrupt(self) -> None:
        """Drop the request that is under way; whoever waits for it asks again."""
        if self._request is not None:
            self._request.cancel()

    async def arrived(self) -> Carried[Q]:
        """Wait for the page that was asked for; where that is interrupted, ask for it again. Raises ``BackendError``."""
        while True:
            assert self._request is not None
            request = self._request
            try:
                await asyncio.wait([request])
            except BaseException:
                await self.abandon()
                raise
            if not request.cancelled():
                self._request = None
                return request.result()
            assert self.question is not None
            self.begin(self.question)

    async def abandon(self) -> None:
        """Forget the request that is under way."""
        request, self._request = self._request, None
        if request is None:
            return
        if request.cancel():
            await asyncio.wait([request])
        if not request.cancelled():
            request.exception()

    async def write(
        self,
        carried: Carried[Q],
        apply: Callable[[Write, ChangesPage], T],
        follow: Callable[[ChangesPage], Q | None],
    ) -> T:
        """Have ``apply`` write a page, in one transaction. ``follow`` says what to ask next, while that is being done;
        it may raise ``Offline``. Raises ``Offline`` for what is no page."""
        loop = asyncio.get_running_loop()
        peeked: asyncio.Future[tuple[Q | None, Offline | None]] = loop.create_future()

        def peek(question: Q | None, error: Offline | None = None) -> None:
            if not peeked.done():
                peeked.set_result((question, error))

        def write(w: Write) -> T:
            page = _page.decode(carried.raw)
            question = error = None
            try:
                question = follow(page)
            except Offline as problem:
                error = problem
            loop.call_soon_threadsafe(peek, question, error)
            result = apply(w, page)
            if self.hear(carried, page):
                set_clock_offset(w, self._clock.offset_ms, self._account)
            return result

        writing = asyncio.wrap_future(self._store.write(write, Cause.NETWORK, self))
        writing.add_done_callback(lambda _: peek(None))
        try:
            question, error = await peeked
            if question is not None:
                self.begin(question)
            result = await writing
            if error is not None:
                raise error
        except BaseException as problem:
            await self.abandon()
            if isinstance(problem, msgspec.MsgspecError | UnicodeDecodeError | RecursionError):
                raise Offline("unexpected_answer") from None
            raise
        return result

    @property
    def is_asking(self) -> bool:
        """Whether a request is under way."""
        return self._request is not None

    def hear(self, carried: Carried[Q], page: ChangesPage) -> bool:
        """Take the backend's clock from a page; returns whether that changed anything."""
        return carried.is_prompt and self._clock.hear(page.now, carried.arrived_at, carried.took_s)

    async def _carry(self, question: Q) -> Carried[Q]:
        await self._politeness.turn()
        before = time.perf_counter()
        try:
            raw = await self._ask(question)
        except Throttled as error:
            self._politeness.told_to_wait(error.retry_after_s)
            raise
        self._politeness.went_well()
        took_s = time.perf_counter() - before
        return Carried(question, raw, self._clock.local(), took_s, self._is_prompt(question))
