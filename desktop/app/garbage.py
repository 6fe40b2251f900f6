"""Python's cyclic garbage is collected on the main thread only. Left to itself the collector runs on whichever thread happens
to allocate, and a Qt object that dies on one of the store's threads takes the program with it. So the automatic collector is
off, and a timer does its work in small pieces: the young generations often, everything when the window is idle.
"""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QObject, Qt, QTimer

_YOUNG_MS = 1_000
_CALM_MS = 5_000
_ALL_EVERY_S = 120.0
_YOUNG_AT = 2_000
_CALM_AT = 500


class Collector(QObject):
    """Takes over from the automatic collector until ``stop``. What is there after the first round is not looked at again: it
    is the program itself, and walking it would cost the main thread its 8 ms."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        gc.freeze()
        self._is_first = True
        self._all_at = time.monotonic()
        self._left = 0
        self._timer = QTimer(self)
        # On full seconds, together with the clocks: one waking, not two.
        self._timer.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._timer.setInterval(_YOUNG_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """One round: nothing where little was made, the young ones, or from time to time all. Where little was made the next
        one comes later, so that a window that is only there is hardly woken."""
        made, now = gc.get_count()[0], time.monotonic()
        if self._is_first:
            # What loading left behind goes; what it left in place is the program, and is not walked again.
            self._is_first = False
            gc.unfreeze()
            gc.collect()
            gc.freeze()
        elif now - self._all_at >= _ALL_EVERY_S:
            self._all_at = now
            gc.collect()
        elif made > _YOUNG_AT:
            gc.collect(1)
        is_calm = made - self._left < _CALM_AT
        self._left = gc.get_count()[0]
        if is_calm is not (self._timer.interval() == _CALM_MS):
            self._timer.setInterval(_CALM_MS if is_calm else _YOUNG_MS)

    def stop(self) -> None:
        """Give the work back to the automatic collector."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
