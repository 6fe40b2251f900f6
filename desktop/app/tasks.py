"""Long-lived work starts here and nowhere else: each piece has a name, is watched, and is cancelled in reverse order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

log = logging.getLogger(__name__)


class Tasks:
    """The tasks of one window. ``on_crash(name, error)`` is called when one ends by an error nobody expected."""

    def __init__(self, on_crash: Callable[[str, BaseException], None]) -> None:
        self._on_crash = on_crash
        self._running: list[asyncio.Task[Any]] = []

    def start(self, name: str, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run ``work`` under ``name`` until it ends or ``stop`` is called."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._running.append(task)
        task.add_done_callback(self._on_done)
        return task

    def _on_done(self, task: asyncio.Task[Any]) -> None:
        if task in self._running:
            self._running.remove(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("task %s failed: %s", task.get_name(), type(error).__name__, exc_info=error)
            self._on_crash(task.get_name(), error)

    async def stop(self) -> None:
        """Cancel everything, newest first, and wait for each to be done."""
        for task in reversed(tuple(self._running)):
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
