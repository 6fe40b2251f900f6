"""Axes that speak the window's language: instants as short dates, lanes by their channels' names."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

translate = QCoreApplication.translate

_DAY = 86400.0


class TimeAxis(pg.AxisItem):  # type: ignore[misc]
    """Seconds since 1970 as day and month, or as hours within a day, or as month and year over years."""

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """As few ticks as leave each label room."""
        room = max(2, int(size // 72))
        span = max(high - low, 1.0)
        days = (1, 2, 3, 5, 7, 10, 14, 21, 30, 61, 91, 122, 182, 365, 730)
        steps = [*(float(hours * 3600) for hours in (0.25, 0.5, 1, 2, 4, 6, 12)), *(day * _DAY for day in days)]
        seconds = next((step for step in steps if span / step <= room), steps[-1])
        # Counted back from today, so that the newest end, which matters most, has a label of its own.
        now = datetime.now(UTC).timestamp()
        last = now - (max(0.0, now - high) // seconds + (now > high)) * seconds
        count = int((last - low) // seconds) + 1
        return [(seconds, [last - n * seconds for n in range(max(count, 0))][::-1])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        locale = QLocale()
        pattern = "HH:mm" if spacing < _DAY else translate("charts", "d MMM") if spacing < 100 * _DAY else "MMM yyyy"
        now = datetime.now(UTC).timestamp()
        return [
            translate("charts", "today")
            if spacing >= _DAY and abs(value - now) < _DAY / 2
            else locale.toString(QDateTime.fromSecsSinceEpoch(int(value)), pattern)
            for value in values
        ]


class LaneAxis(pg.AxisItem):  # type: ignore[misc]
    """Names of the lanes, from the bottom up."""

    def __init__(self, **options: Any) -> None:
        super().__init__("left", **options)
        self._names: list[str] = []

    def set_names(self, names: list[str]) -> None:
        self._names = names
        self.setTicks([[(float(at), name) for at, name in enumerate(names)]])
