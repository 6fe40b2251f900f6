"""The live board of an open account: what asks for it before the connection stands is kept until it does. Only hands on;
made by ``session``, asked by the view models through ``Workplace.live``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from desktop.viewmodels.workplace import is_alive

if TYPE_CHECKING:
    from desktop.sync.board import BoardWatch
    from desktop.wire.board import Board, ContactsFilter, ContactsPage, OwnFigures

    Begin = Callable[[BoardWatch], Callable[[], None]]


class LiveBoard:
    """``connect`` gives it what asks the backend, ``close`` ends all."""

    def __init__(self) -> None:
        self._watch: BoardWatch | None = None
        self._shows: dict[int, tuple[Begin, Callable[[], None] | None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._number = 0

    def connect(self, watch: BoardWatch) -> None:
        """From now on there is a backend to ask."""
        self._watch = watch
        for number, (begin, _stop) in list(self._shows.items()):
            self._shows[number] = (begin, begin(watch))

    def close(self) -> None:
        """Ask nothing more."""
        for _begin, stop in self._shows.values():
            if stop is not None:
                stop()
        self._shows.clear()
        for task in self._tasks:
            task.cancel()
        self._watch = None

    def show(self, on_board: Callable[[Board], None], on_error: Callable[[str], None]) -> Callable[[], None]:
        return self._begin(lambda watch: watch.show(on_board, on_error))

    def show_own(self, on_figures: Callable[[OwnFigures], None], on_error: Callable[[str], None]) -> Callable[[], None]:
        return self._begin(lambda watch: watch.show_own(on_figures, on_error))

    def contacts(
        self,
        which: ContactsFilter,
        after: str,
        done: Callable[[ContactsPage], None],
        failed: Callable[[str], None],
    ) -> Callable[[], None]:
        watch = self._watch
        if watch is None:
            failed("offline")
            return lambda: None

        async def _ask() -> None:
            from desktop.backends.base import BackendError

            try:
                page = await watch.contacts(which, after=after)
            except BackendError as error:
                if is_alive(failed):
                    failed(error.code)
            else:
                if is_alive(done):
                    done(page)

        task = self._start(_ask())

        def _cancel() -> None:
            task.cancel()

        return _cancel

    def _begin(self, begin: Begin) -> Callable[[], None]:
        self._number += 1
        number = self._number
        self._shows[number] = (begin, None if self._watch is None else begin(self._watch))

        def _stop() -> None:
            _begin, stop = self._shows.pop(number, (begin, None))
            if stop is not None:
                stop()

        return _stop

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work, name="contacts of the board")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
