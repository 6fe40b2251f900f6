"""How long the event loop stands still: a beat every millisecond, and what it is late by."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Qt, QTimer

_BEAT_MS = 1


class Pulse(QObject):
    """``lates`` are the milliseconds by which beats came late, from ``start`` to ``stop``."""

    def __init__(self) -> None:
        super().__init__()
        self.lates: list[float] = []
        self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_BEAT_MS)
        self._timer.timeout.connect(self._on_beat)

    def start(self) -> None:
        self._last = time.perf_counter()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _on_beat(self) -> None:
        now = time.perf_counter()
        self.lates.append(max(0.0, (now - self._last) * 1000 - _BEAT_MS))
        self._last = now
