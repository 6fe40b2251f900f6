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
        room = max(2, int(size // 78))
        span = max(high - low, 1.0)
        steps = (900, 1800, 3600, 7200, 14400, 21600, 43200, 1, 2, 3, 7, 14, 30, 61, 91, 182, 365, 730)
        for step in steps:
            seconds = step if step >= 900 else step * _DAY
            if span / seconds <= room:
                break
        offset = datetime.fromtimestamp(low, UTC).astimezone().utcoffset()
        shift = offset.total_seconds() if offset else 0.0
        first = (low + shift) // seconds * seconds - shift
        count = int(span / seconds) + 3
        return [(seconds, [first + n * seconds for n in range(count) if low <= first + n * seconds <= high])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        locale = QLocale()
        pattern = "HH:mm" if spacing < _DAY else translate("charts", "d MMM") if spacing < 100 * _DAY else "MMM yyyy"
        return [locale.toString(QDateTime.fromSecsSinceEpoch(int(value)), pattern) for value in values]


class LaneAxis(pg.AxisItem):  # type: ignore[misc]
    """Names of the lanes, from the bottom up."""

    def __init__(self, **options: Any) -> None:
        super().__init__("left", **options)
        self._names: list[str] = []

    def set_names(self, names: list[str]) -> None:
        self._names = names
        self.setTicks([[(float(at), name) for at, name in enumerate(names)]])
