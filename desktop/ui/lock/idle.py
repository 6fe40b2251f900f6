"""Notices that nobody touched keyboard or mouse for a while. Input is noted where it enters the program, at its
windows, so that what happens inside them costs nothing; a single timer looks back when the time could be over.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow

INPUT = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
        QEvent.Type.InputMethod,
    }
)


class IdleWatch(QObject):
    """``idled`` comes once the last input is ``after_s`` seconds ago; ``clock`` gives seconds that only grow."""

    idled = Signal()

    def __init__(
        self, after_s: float, clock: Callable[[], float] = time.monotonic, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._after_s = after_s
        self._clock = clock
        self._touched_at = clock()
        self._watched: list[QWindow] = []
        self._is_following = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.CoarseTimer)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Begin to count, from now."""
        if self._after_s <= 0:
            return
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication) and not self._is_following:
            self._is_following = True
            app.focusWindowChanged.connect(self._on_window)
            self._on_window(app.focusWindow())
        self.touch()
        self._timer.start(int(self._after_s * 1000))

    def stop(self) -> None:
        """Count no longer."""
        self._timer.stop()
        for window in self._watched:
            window.removeEventFilter(self)
        self._watched.clear()
        app = QGuiApplication.instance()
        if self._is_following and isinstance(app, QGuiApplication):
            self._is_following = False
            app.focusWindowChanged.disconnect(self._on_window)

    def touch(self) -> None:
        """Somebody is there."""
        self._touched_at = self._clock()

    def slept(self, seconds: float) -> None:
        """Count time in which the machine slept as time in which nobody was there."""
        self._touched_at -= seconds
        if self._timer.isActive():
            self.look()

    def look(self) -> None:
        """Tell, or wait for what is left."""
        left_s = self._after_s - (self._clock() - self._touched_at)
        if left_s <= 0:
            self._timer.stop()
            self.idled.emit()
        else:
            self._timer.start(int(left_s * 1000) + 50)

    def _on_window(self, window: QWindow | None) -> None:
        if window is None or window in self._watched:
            return
        self._watched.append(window)
        window.installEventFilter(self)
        window.destroyed.connect(lambda _gone=None, window=window: self._forget(window))

    def _forget(self, window: QWindow) -> None:
        if window in self._watched:
            self._watched.remove(window)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in INPUT:
            self._touched_at = self._clock()
        return False
