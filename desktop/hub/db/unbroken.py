"""Work with the database that is finished although whoever began it is cancelled meanwhile: cut off amid a statement, a
transaction would keep its connection, and with SQLite its lock, for good. Tasks that may be cancelled at any time, as those
of channels are, do their database work through this.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def unbroken(work: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Return ``work`` as a coroutine function whose calls run to their end; a cancellation is heard after that."""

    @wraps(work)
    async def run(*args: P.args, **kwargs: P.kwargs) -> T:
        task: asyncio.Task[T] = asyncio.create_task(work(*args, **kwargs))
        is_cancelled = False
        while not task.done():
            try:
                await asyncio.wait([task])
            except asyncio.CancelledError:
                is_cancelled = True
        if is_cancelled:
            if not task.cancelled():
                task.exception()  # seen
            raise asyncio.CancelledError
        return task.result()

    return run


class Looks:
    """Looks at the database that go on although their reader goes away meanwhile, who does not wait for them. Whoever owns
    them waits with ``ended`` before the database is closed."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def begin(self, look: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run ``look`` beside the caller."""
        task = asyncio.create_task(look)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def to_its_end(self, look: Coroutine[Any, Any, T]) -> T:
        """Return what ``look`` does; a cancellation is heard at once and leaves it running."""
        return await asyncio.shield(self.begin(look))

    async def ended(self) -> None:
        """Wait until none is under way."""
        await asyncio.gather(*self._tasks, return_exceptions=True)
