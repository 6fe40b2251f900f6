"""Qt's and asyncio's events in one loop: qasync's, with timers of its own.

qasync starts a timer of Qt's for each callback and each timeout, and one that was cancelled still goes off: a request over
HTTP leaves half a dozen behind, which wake the window half a minute later for nothing. Here all callbacks that are due
share one timer, and all deadlines another.
"""

from __future__ import annotations

import asyncio
import heapq
import math
from collections import deque
from collections.abc import Callable
from contextvars import Context
from typing import Any

import qasync
from PySide6.QtCore import QObject, QTimerEvent
from PySide6.QtWidgets import QApplication

_RESOLUTION_S = 0.001
# Callbacks that are due do not keep what is typed, clicked and painted waiting for longer.
_TURN_S = 0.004
# So many cancelled deadlines may wait for their turn; more are cleared away once they are the half.
_CANCELLED = 100
_LONGEST_S = 86_400.0


class EventLoop(qasync.QEventLoop):  # type: ignore[misc]
    """asyncio's event loop, driven by ``app``."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._turns = _Turns(self)

    def call_soon(self, callback: Callable[..., Any], *args: Any, context: Context | None = None) -> asyncio.Handle:
        handle = asyncio.Handle(callback, args, self, context)
        self._turns.add(handle)
        return handle

    def call_later(
        self, delay: float, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        if delay <= 0:
            return self.call_soon(callback, *args, context=context)
        return self.call_at(self.time() + delay, callback, *args, context=context)

    def call_at(
        self, when: float, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        self._turns.add_at(handle)
        return handle

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        self._turns.cancelled()

    def close(self) -> None:
        self._turns.end()
        super().close()


class _Turns(QObject):
    """What is to be called, in turn, and what at which time."""

    def __init__(self, loop: EventLoop) -> None:
        super().__init__()
        self._loop = loop
        self._ready: deque[asyncio.Handle] = deque()
        self._deadlines: list[asyncio.TimerHandle] = []
        self._cancelled = 0
        self._soon = self._alarm = 0
        self._alarm_at = math.inf
        self._is_ended = False

    def add(self, handle: asyncio.Handle) -> None:
        self._ready.append(handle)
        if not self._soon and not self._is_ended:
            self._soon = self.startTimer(0)

    def add_at(self, handle: asyncio.TimerHandle) -> None:
        heapq.heappush(self._deadlines, handle)
        # As asyncio's own loop marks it: only such a one tells that it was cancelled.
        handle._scheduled = True  # type: ignore[attr-defined]
        if handle.when() < self._alarm_at and not self._is_ended:
            self._set_alarm()

    def cancelled(self) -> None:
        self._cancelled += 1
        if self._cancelled > _CANCELLED and self._cancelled * 2 > len(self._deadlines):
            self._deadlines = [one for one in self._deadlines if not one.cancelled()]
            heapq.heapify(self._deadlines)
            self._cancelled = 0

    def end(self) -> None:
        self._is_ended = True
        for timer in (self._soon, self._alarm):
            if timer:
                self.killTimer(timer)
        self._soon = self._alarm = 0
        self._ready.clear()
        self._deadlines.clear()

    def timerEvent(self, event: QTimerEvent) -> None:
        timer = event.timerId()
        self.killTimer(timer)
        if timer == self._alarm:
            self._alarm, self._alarm_at = 0, math.inf
            self._take_due()
            self._set_alarm()
        elif timer == self._soon:
            self._soon = 0
        self._run()

    def _take_due(self) -> None:
        now = self._loop.time() + _RESOLUTION_S
        while self._deadlines and (self._deadlines[0].when() <= now or self._deadlines[0].cancelled()):
            handle = heapq.heappop(self._deadlines)
            if handle.cancelled():
                self._cancelled -= 1
            else:
                self._ready.append(handle)

    def _set_alarm(self) -> None:
        if self._alarm:
            self.killTimer(self._alarm)
            self._alarm, self._alarm_at = 0, math.inf
        if self._deadlines and not self._is_ended:
            self._alarm_at = self._deadlines[0].when()
            left_s = min(max(self._alarm_at - self._loop.time(), 0.0), _LONGEST_S)
            self._alarm = self.startTimer(math.ceil(left_s * 1000))

    def _run(self) -> None:
        """Call what was due when this turn began, as far as the time of a turn goes; the rest, and what comes of it, has the
        next one, after Qt's own events."""
        until = self._loop.time() + _TURN_S
        for _ in range(len(self._ready)):
            if not self._ready:
                return  # a loop within this one, of a menu or a dialog, was faster
            handle = self._ready.popleft()
            if self._ready and not self._soon and not self._is_ended:
                self._soon = self.startTimer(0)
            if not handle.cancelled():
                handle._run()
            if self._loop.time() >= until:
                return
