"""Python's cyclic garbage is collected on the main thread only. Left to itself the collector runs on whichever thread happens
to allocate, and a Qt object that dies on one of the store's threads takes the program with it. So the automatic collector is
off, and a timer does its work in small pieces: the young generations often, everything when the window is idle.
"""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QObject, Qt, QTimer

# How long until the next round, by how much is made a second: many short rounds rather than one that is seen.
_BUSY_MS, _USUAL_MS, _CALM_MS = 200, 1_000, 5_000
_BUSY_FROM, _CALM_TO = 20_000, 300
_ALL_EVERY_S = 120.0
_YOUNG_AT = 2_000


_working: list[Collector] = []


def hurry() -> None:
    """Much is about to be made: look often from now on, for as long as that is so."""
    for collector in _working:
        collector.hurry()


class Collector(QObject):
    """Takes over from the automatic collector until ``stop``. What is there after the first round is not looked at again: it
    is the program itself, and walking it would cost the main thread its 8 ms. The less is made, the later the next round
    comes, so that a window that is only there is hardly woken."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        gc.freeze()
        self._is_first = True
        self._all_at = self._looked_at = time.monotonic()
        self._left = 0
        self._timer = QTimer(self)
        self._come_every(_USUAL_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()
        _working.append(self)

    def hurry(self) -> None:
        """Look often from now on, for as long as much is made."""
        self._come_every(_BUSY_MS)

    def collect(self) -> None:
        """One round: nothing where little was made, the young ones, or from time to time all."""
        made, now = gc.get_count()[0], time.monotonic()
        rate = (made - self._left) / max(now - self._looked_at, 0.001)
        if self._is_first:
            # What loading left in place is the program. To look for what it left behind would stop the window for longer than
            # that is worth.
            self._is_first = False
            gc.freeze()
        elif now - self._all_at >= _ALL_EVERY_S:
            self._all_at = now
            gc.collect()
        elif made > _YOUNG_AT:
            gc.collect(1)
        self._left, self._looked_at = gc.get_count()[0], now
        self._come_every(_BUSY_MS if rate >= _BUSY_FROM else _CALM_MS if rate < _CALM_TO else _USUAL_MS)

    def _come_every(self, interval_ms: int) -> None:
        if self._timer.interval() != interval_ms:
            # On full seconds where it may be, together with the clocks: one waking, not two.
            is_exact = interval_ms < _USUAL_MS
            self._timer.setTimerType(Qt.TimerType.CoarseTimer if is_exact else Qt.TimerType.VeryCoarseTimer)
            self._timer.setInterval(interval_ms)

    def stop(self) -> None:
        """Give the work back to the automatic collector."""
        _working.remove(self)
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
