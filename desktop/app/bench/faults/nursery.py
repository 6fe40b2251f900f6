"""Child processes that start in milliseconds and end by force: each is forked off a nurse that has everything imported
already. Where the system cannot fork, they start from nothing and only take longer.

A child gets one end of a pipe: it says what it has to say through it, is asked to end through it, and ends at once when its
parent is gone, however that came to be. Used by ``driver`` alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, Final

# The first two bring nearly all; the rest is what hub and client would import only when they first need it.
_WARM: Final = (
    "desktop.app.bench.faults.hub",
    "desktop.app.bench.faults.seat",
    "desktop.hub.db.migrations",
    "aiosqlite",
    "numpy",
    "uvicorn.lifespan.off",
    "uvicorn.protocols.http.auto",
    "httpx",
    "httpx_sse",
    "httpcore",
    "h11",
    "anyio._backends._asyncio",
)
_STOP: Final = "stop"


class Child:
    """A running child. ``said`` is what it said last."""

    def __init__(self, process: Any, pipe: Connection) -> None:
        self._process = process
        self._pipe = pipe
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()
        self._is_over = False
        self.said: Any = None
        self._ear = threading.Thread(target=self._listen, name="child-ear", daemon=True)
        self._ear.start()

    @property
    def is_alive(self) -> bool:
        return bool(self._process.is_alive())

    async def heard(self, within_s: float) -> Any:
        """Wait until the child says something and return it; ``None`` where it ends, or says nothing ``within_s``."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                while self.said is None and not self._is_over:
                    self._news.clear()
                    await self._news.wait()
        said, self.said = self.said, None
        return said

    async def kill(self) -> None:
        """End it by force, wherever it is in its work (SIGKILL, or what the system has instead)."""
        self._process.kill()
        await self._gone()

    async def end(self, within_s: float = 10.0) -> bool:
        """Ask it to end; by force where it does not. Returns whether it did by itself."""
        with contextlib.suppress(OSError):
            self._pipe.send(_STOP)
        await asyncio.to_thread(self._process.join, within_s)
        ended = not self._process.is_alive()
        await self.kill()
        return ended

    async def _gone(self) -> None:
        await asyncio.to_thread(self._process.join)
        await asyncio.to_thread(self._ear.join)
        self._pipe.close()

    def _listen(self) -> None:
        try:
            while True:
                self._tell(self._pipe.recv())
        except (EOFError, OSError):
            self._is_over = True
            self._tell(None)

    def _tell(self, said: Any) -> None:
        def heard() -> None:
            self.said = said if said is not None else self.said
            self._news.set()

        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(heard)


class Nursery:
    """Where children come from."""

    def __init__(self) -> None:
        can_fork = "forkserver" in multiprocessing.get_all_start_methods()
        self._context: Any = multiprocessing.get_context("forkserver" if can_fork else "spawn")
        if can_fork:
            self._context.set_forkserver_preload(list(_WARM))

    async def start(self, task: Callable[[Any, Parent], None], orders: Any) -> Child:
        """Start ``task(orders, parent)`` in a child of its own. Both must be importable there."""
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_begin, args=(task, orders, theirs), daemon=True)
        await asyncio.to_thread(process.start)
        theirs.close()
        return Child(process, ours)


class Parent:
    """The parent as the child sees it."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    def tell(self, said: Any) -> None:
        """Say something, but not ``None``."""
        with contextlib.suppress(OSError):
            self._pipe.send(said)

    def watch(self, stop: Callable[[], None]) -> None:
        """Call ``stop`` on a thread when the parent asks for it; end the process at once when the parent is gone."""

        def wait() -> None:
            try:
                self._pipe.recv()
            except (EOFError, OSError):
                os._exit(1)
            stop()

        threading.Thread(target=wait, name="parent-watch", daemon=True).start()


def _begin(task: Callable[[Any, Parent], None], orders: Any, pipe: Connection) -> None:
    task(orders, Parent(pipe))
