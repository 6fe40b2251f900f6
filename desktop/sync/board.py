"""The live board and an agent's own figures, brought to the window while it shows them and not a moment longer: nobody
watches, nobody asks. Nothing of it is stored. Called by the view models through ``Engine.board``.

The board is pushed; a broken stream is opened again with back-off, and the board of before stays where it is shown. One's
own figures are asked for now and then.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import Any, Final, Generic, TypeVar

from desktop.backends.base import Backend, BackendError, Refused, SignInNeeded, Throttled
from desktop.sync.backoff import Backoff, Growth
from desktop.sync.politeness import Politeness
from desktop.wire.board import Board, ContactsFilter, ContactsPage, OwnFigures

OWN_S: Final = 10.0
"""Between two looks at one's own figures."""

T = TypeVar("T")

OnError = Callable[[str], None]
Stop = Callable[[], None]


def _nothing(code: str) -> None:
    pass


class _Audience(Generic[T]):
    """Who wants one kind of figures, and the newest of them."""

    def __init__(self) -> None:
        self._members: dict[int, tuple[Callable[[T], None], OnError]] = {}
        self._count = 0
        self._latest: T | None = None
        self._error = ""
        self.changed = asyncio.Event()

    def __bool__(self) -> bool:
        return bool(self._members)

    def add(self, on_value: Callable[[T], None], on_error: OnError) -> Stop:
        self._count += 1
        number = self._count
        self._members[number] = (on_value, on_error)
        self.changed.set()
        if self._latest is not None:
            on_value(self._latest)
        if self._error:
            on_error(self._error)

        def stop() -> None:
            self._members.pop(number, None)
            if not self._members:
                self._latest, self._error = None, ""
                self.changed.set()

        return stop

    def give(self, value: T) -> None:
        self._latest = value
        self.fail("")
        for on_value, _ in tuple(self._members.values()):
            on_value(value)

    def fail(self, code: str) -> None:
        if code == self._error:
            return
        self._error = code
        for _, on_error in tuple(self._members.values()):
            on_error(code)


class BoardWatch:
    """Watches for whoever shows something. Callbacks run on the event loop that runs it."""

    def __init__(
        self, backend: Backend, politeness: Politeness, *, growth: Growth | None = None, own_s: float = OWN_S
    ) -> None:
        self._backend = backend
        self._politeness = politeness
        self._own_s = own_s
        self._boards: _Audience[Board] = _Audience()
        self._own: _Audience[OwnFigures] = _Audience()
        self._backoffs = (Backoff(growth), Backoff(growth))

    def show(self, on_board: Callable[[Board], None], on_error: OnError = _nothing) -> Stop:
        """Bring the board from now on: the newest at once, where somebody watches already. ``on_error`` gets the code of
        what went wrong, empty once it works again. Returns the way to stop."""
        return self._boards.add(on_board, on_error)

    def show_own(self, on_figures: Callable[[OwnFigures], None], on_error: OnError = _nothing) -> Stop:
        """Bring one's own figures from now on, as ``show`` brings the board."""
        return self._own.add(on_figures, on_error)

    async def contacts(self, which: ContactsFilter, *, after: str = "", limit: int = 100) -> ContactsPage:
        """Return a page of the contacts behind a number. Raises ``BackendError``."""
        await self._politeness.turn()
        page = await self._backend.board_contacts(which, after=after, limit=limit)
        self._politeness.went_well()
        return page

    def wake(self) -> None:
        """The world changed: do not wait any longer."""
        for backoff in self._backoffs:
            backoff.wake()

    async def run(self) -> None:
        """Watch until cancelled."""
        if not self._backend.capabilities.has_board:
            await asyncio.Event().wait()
        boards, own = self._backoffs
        async with asyncio.TaskGroup() as group:
            group.create_task(self._serve(self._boards, self._listen, boards), name="sync-board-stream")
            group.create_task(self._serve(self._own, self._ask, own), name="sync-own-figures")

    async def _serve(self, audience: _Audience[Any], work: Callable[[], Awaitable[None]], backoff: Backoff) -> None:
        """Work as long as there is an audience; what fails is tried again after a while."""
        while True:
            audience.changed.clear()
            if not audience:
                await audience.changed.wait()
                continue
            backoff.attempt()
            error = await self._until_nobody(audience, work)
            match error:
                case None:
                    backoff.succeeded()
                case Throttled():
                    audience.fail(error.code)
                    self._politeness.told_to_wait(error.retry_after_s)
                    await backoff.pause(error.retry_after_s)
                case SignInNeeded() | Refused():
                    # Asking again changes nothing; a sign-in, or somebody who shows it anew, may.
                    audience.fail(error.code)
                    await self._woken_or_changed(audience, backoff)
                case _:
                    audience.fail(error.code)
                    await backoff.pause()

    async def _until_nobody(self, audience: _Audience[Any], work: Callable[[], Awaitable[None]]) -> BackendError | None:
        """Work until it ends or nobody watches any more; returns what went wrong."""
        task = asyncio.ensure_future(work())
        try:
            while True:
                changed = asyncio.ensure_future(audience.changed.wait())
                try:
                    await asyncio.wait([task, changed], return_when=asyncio.FIRST_COMPLETED)
                finally:
                    changed.cancel()
                audience.changed.clear()
                if task.done() or not audience:
                    break
        finally:
            task.cancel()
            await asyncio.wait([task])
        if task.cancelled():
            return None
        error = task.exception()
        if error is None or isinstance(error, BackendError):
            return error
        raise error

    async def _woken_or_changed(self, audience: _Audience[Any], backoff: Backoff) -> None:
        woken = asyncio.ensure_future(backoff.until_woken())
        changed = asyncio.ensure_future(audience.changed.wait())
        try:
            await asyncio.wait([woken, changed], return_when=asyncio.FIRST_COMPLETED)
        finally:
            woken.cancel()
            changed.cancel()

    async def _listen(self) -> None:
        await self._politeness.turn()
        is_first = True
        async with aclosing(self._backend.board_events()) as boards:
            async for board in boards:
                if is_first:
                    is_first = False
                    self._politeness.went_well()
                    self._backoffs[0].succeeded()
                self._boards.give(board)

    async def _ask(self) -> None:
        while True:
            await self._politeness.turn()
            figures = await self._backend.own_figures()
            self._politeness.went_well()
            self._backoffs[1].succeeded()
            self._own.give(figures)
            await asyncio.sleep(self._own_s)
