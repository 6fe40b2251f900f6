"""When it is busy: the mean arrivals of the last weeks by weekday and half hour, as a map of cells. The arrow keys go
from cell to cell in both directions.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QLocale, QPointF, QRectF, QSize, Qt, QTime
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.charts.pointed import PointedChart
from desktop.ui.i18n import formats
from desktop.ui.theme.theme import Theme

translate = QCoreApplication.translate

_BELOW, _DAYS, _PARTS = 18.0, 7, 48


class HeatMap(PointedChart):
    """Seven rows from Monday; half hours that are quiet all week are left out at both ends."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._heat: tuple[tuple[float, ...], ...] = ()
        self._first, self._last = 0, _PARTS - 1
        self._most = 0.0
        self._now = (-1, -1)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        return QSize(320, 158)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 140)

    def draw(self, heat: Sequence[Sequence[float]], now: datetime) -> None:
        """Draw ``heat``, seven times forty-eight values; anything else is as good as none."""
        local = now.astimezone()
        at = (local.weekday(), local.hour * 2 + local.minute // 30)
        fits = len(heat) == _DAYS and all(len(day) == _PARTS for day in heat)
        taken = tuple(tuple(day) for day in heat) if fits else ()
        if (taken, at) == (self._heat, self._now):
            return
        self._heat, self._now = taken, at
        busy = [part for part in range(_PARTS) if any(day[part] > 0.05 for day in taken)]
        self._first, self._last = (busy[0], busy[-1]) if busy else (0, _PARTS - 1)
        self._most = max((value for day in taken for value in day), default=0.0)
        self.update()

    # --- places -----------------------------------------------------------------------------------------------------

    @property
    def _parts(self) -> int:
        return self._last - self._first + 1

    def count(self) -> int:
        return _DAYS * self._parts if self._most > 0 else 0

    def step(self, key: int) -> int:
        down = {Qt.Key.Key_Down: self._parts, Qt.Key.Key_Up: -self._parts}.get(Qt.Key(key), 0)
        if down and not 0 <= self.focused + down < self.count():
            return 0
        return down or super().step(key)

    def _names_width(self) -> float:
        metrics = QFontMetricsF(self.font())
        return max(metrics.horizontalAdvance(_day(n)) for n in range(_DAYS)) + 6

    def area(self, number: int) -> QRectF:
        day, part = divmod(number, self._parts)
        left = self._names_width()
        width = (self.width() - left - 4) / self._parts
        height = (self.height() - _BELOW - 2) / _DAYS
        return self.flipped(QRectF(left + part * width, 2 + day * height, width, height))

    def told(self, number: int) -> str:
        day, part = divmod(number, self._parts)
        at = QTime((self._first + part) // 2, (self._first + part) % 2 * 30)
        hour = QLocale().toString(at, QLocale.FormatType.ShortFormat)
        value = formats.amount(self._heat[day][self._first + part])
        text = translate("charts", "%1 arrivals on average").replace("%1", value)
        return f"{QLocale().dayName(day + 1)} {hour}\n{text}"

    # --- painting ---------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter) -> None:
        colors = self.colors()
        painter.setPen(colors.color("muted"))
        if not self.count():
            text = translate("charts", "Not enough history yet")
            painter.drawText(QRectF(self.rect()), int(Qt.AlignmentFlag.AlignCenter), text)
            return
        ground, ink = colors.color("line_soft"), colors.color("accent")
        for day in range(_DAYS):
            row = self.area(day * self._parts)
            name = self.flipped(QRectF(0, row.top(), self._names_width() - 6, row.height()))
            painter.setPen(colors.color("text" if day == self._now[0] else "muted"))
            painter.drawText(name, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), _day(day))
            for part in range(self._parts):
                share = self._heat[day][self._first + part] / self._most
                cell = self.area(day * self._parts + part).adjusted(0.5, 0.5, -0.5, -0.5)
                painter.fillRect(cell, _between(ground, ink, share))
        if self._first <= self._now[1] <= self._last:
            painter.setPen(QPen(colors.color("text"), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.area(self._now[0] * self._parts + self._now[1] - self._first))
        self._paint_hours(painter)

    def _paint_hours(self, painter: QPainter) -> None:
        metrics = QFontMetricsF(painter.font())
        painter.setPen(self.colors().color("muted"))
        width = self.area(0).width()
        hours = next((step for step in (1, 2, 3, 4, 6) if step * 2 * width >= 48), 12)
        for part in range(self._parts):
            whole, half = divmod(self._first + part, 2)
            if half == 0 and whole % hours == 0:
                text = QLocale().toString(QTime(whole, 0), QLocale.FormatType.ShortFormat)
                half_width = metrics.horizontalAdvance(text) / 2
                area = self.area(part)
                x = area.right() if self.layoutDirection() is Qt.LayoutDirection.RightToLeft else area.left()
                x = min(max(x, half_width), self.width() - half_width - 1)
                painter.drawText(QPointF(x - half_width, self.height() - 5), text)


def _day(number: int) -> str:
    return QLocale().dayName(number + 1, QLocale.FormatType.ShortFormat)


def _between(ground: QColor, ink: QColor, share: float) -> QColor:
    """Mix two colours; a little is seen already."""
    part = 0.0 if share <= 0 else 0.08 + 0.92 * min(1.0, share)
    return QColor.fromRgbF(
        ground.redF() + (ink.redF() - ground.redF()) * part,
        ground.greenF() + (ink.greenF() - ground.greenF()) * part,
        ground.blueF() + (ink.blueF() - ground.blueF()) * part,
    )
