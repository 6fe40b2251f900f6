"""The beat that clocks go by: each second, and each fifth once nobody has touched the window for a minute, so that a window
that is only there costs next to nothing. The first touch brings the seconds back at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QWindow
from PySide6.QtWidgets import QWidget

from desktop.ui.lock.idle import INPUT

_SECOND_MS: Final = 1000
_CALM_MS: Final = 5000
_CALM_AFTER_S: Final = 60.0


class Beat(QObject):
    """``beat`` from ``start`` to ``stop``; ``clock`` gives seconds that only grow."""

    beat = Signal()

    def __init__(self, owner: QWidget, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(owner)
        self._owner = owner
        self._clock = clock
        self._touched_at = clock()
        self._window: QWindow | None = None
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.CoarseTimer)
        self._timer.setInterval(_SECOND_MS)
        self._timer.timeout.connect(self._on_timeout)

    @property
    def is_going(self) -> bool:
        return self._timer.isActive()

    @property
    def is_calm(self) -> bool:
        """Whether it goes by five seconds."""
        return self._timer.interval() == _CALM_MS

    def start(self) -> None:
        """Begin; the owner is seen from now on."""
        window = self._owner.window().windowHandle()
        if window is not None and window is not self._window:
            self._window = window
            window.installEventFilter(self)
        self._touch()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in INPUT:
            self._touch()
        return False

    def _touch(self) -> None:
        self._touched_at = self._clock()
        if self.is_calm:
            self._timer.setTimerType(Qt.TimerType.CoarseTimer)
            self._timer.setInterval(_SECOND_MS)
            self.beat.emit()

    def _on_timeout(self) -> None:
        if not self.is_calm and self._clock() - self._touched_at >= _CALM_AFTER_S:
            # On full seconds: all clocks of the window in one waking and one painting.
            self._timer.setTimerType(Qt.TimerType.VeryCoarseTimer)
            self._timer.setInterval(_CALM_MS)
        self.beat.emit()
