"""Notices what an event loop cannot: that the machine slept, and that its network changed. Started after the first paint.

Sleep is seen by clocks: every few seconds each is read, and one that ran much further than the pause between two readings
says how long the machine, or only this process, stood still. That needs nothing of any system.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication

if TYPE_CHECKING:
    from PySide6.QtNetwork import QNetworkInformation

log = logging.getLogger(__name__)

PERIOD_S: Final = 5.0
TOLERANCE_S: Final = 10.0

Clock = Callable[[], float]


def clocks() -> tuple[Clock, ...]:
    """Return the clocks to compare: the steady one, and one that runs on while the machine sleeps. Where the system has none
    such that cannot be set, the wall clock: setting it forward then counts as sleep, which costs a try to connect."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        boot = time.CLOCK_BOOTTIME
        return time.monotonic, lambda: time.clock_gettime(boot)
    return time.monotonic, time.time


class Vigil(QObject):
    """``woke`` carries the seconds that were slept; ``network_changed`` comes when the machine got a way out, or another."""

    woke = Signal(float)
    network_changed = Signal()

    def __init__(self, given: Sequence[Clock] | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clocks = tuple(given) if given is not None else clocks()
        self._last = self._read()
        self._network: QNetworkInformation | None = None
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._timer.setInterval(int(PERIOD_S * 1000))
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Begin to watch."""
        self._last = self._read()
        self._timer.start()
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            # Whoever comes back to the window comes a moment before the timer does.
            app.applicationStateChanged.connect(self.look)
        self._watch_network()

    def stop(self) -> None:
        """Watch no longer."""
        app = QGuiApplication.instance()
        if self._timer.isActive() and isinstance(app, QGuiApplication):
            app.applicationStateChanged.disconnect(self.look)
        self._timer.stop()
        if self._network is not None:
            self._network.reachabilityChanged.disconnect(self._on_reachability)
            self._network.transportMediumChanged.disconnect(self._on_other_way)
            self._network = None

    def look(self, _state: object = None) -> None:
        """Compare the clocks with the last reading; called by the timer, and when the window is turned to."""
        now = self._read()
        passed = max(later - earlier for later, earlier in zip(now, self._last, strict=True))
        self._last = now
        slept = passed - PERIOD_S
        if slept > TOLERANCE_S:
            log.info("awake again after %.0f s", slept)
            self.woke.emit(slept)

    def _read(self) -> tuple[float, ...]:
        return tuple(clock() for clock in self._clocks)

    def _watch_network(self) -> None:
        from PySide6.QtNetwork import QNetworkInformation

        if not QNetworkInformation.loadBackendByFeatures(QNetworkInformation.Feature.Reachability):
            log.info("this system does not tell of changes of its network")
            return
        self._network = network = QNetworkInformation.instance()
        network.reachabilityChanged.connect(self._on_reachability)
        network.transportMediumChanged.connect(self._on_other_way)

    def _on_reachability(self, reach: QNetworkInformation.Reachability) -> None:
        # Going offline is noticed by those who talk; only a new way out is worth a try.
        if reach is not type(reach).Disconnected:
            self.network_changed.emit()

    def _on_other_way(self, _medium: object) -> None:
        self.network_changed.emit()
