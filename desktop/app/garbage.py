"""Python's cyclic garbage is collected on the main thread only. Left to itself the collector runs on whichever thread happens
to allocate, and a Qt object that dies on one of the store's threads takes the program with it. So the automatic collector is
off, and a timer does its work in small pieces: the young generations often, everything when the window is idle.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_YOUNG_MS = 1_000
_ALL_EVERY = 120
_YOUNG_AT = 2_000


class Collector(QObject):
    """Takes over from the automatic collector until ``stop``. What is there after the first round is not looked at again: it
    is the program itself, and walking it would cost the main thread its 8 ms."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        gc.freeze()
        self._rounds = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_YOUNG_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """One round: nothing where little was made, the young ones, or from time to time all."""
        self._rounds += 1
        if self._rounds == 1:
            # What loading left behind goes; what it left in place is the program, and is not walked again.
            gc.unfreeze()
            gc.collect()
            gc.freeze()
        elif self._rounds % _ALL_EVERY == 0:
            gc.collect()
        elif gc.get_count()[0] > _YOUNG_AT:
            gc.collect(1)

    def stop(self) -> None:
        """Give the work back to the automatic collector."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
