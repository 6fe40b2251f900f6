"""Charts of a day by half hours: arrivals against their forecast, the service level against its target, agents needed
against those who are there. What is to come stands beside what was; the forecast's doubt is a band.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.charts.pointed import PointedChart
from desktop.ui.i18n import formats
from desktop.ui.theme import fonts
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.board import HALF_HOUR, Interval

translate = QCoreApplication.translate

_BELOW, _ABOVE, _SIDE, _LABEL_ROOM = 18.0, 8.0, 38.0, 52.0


class DayChart(PointedChart):
    """A point for each half hour in which there is anything."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.intervals: tuple[Interval, ...] = ()
        self._now = 0.0
        self._size = fonts.TINY
        self._k = 1.0
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        return QSize(320, 148)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 128)

    def enlarge(self, size: int) -> None:
        """Write the labels in another size, for a screen that is far away."""
        self._size = size
        self._k = size / fonts.TINY

    def draw(self, intervals: Sequence[Interval], now: datetime) -> None:
        """Draw a day; half hours at its ends in which nothing is or was expected are left out."""
        busy = [n for n, one in enumerate(intervals) if self.says(one)]
        shown = tuple(intervals[busy[0] : busy[-1] + 1]) if busy else ()
        if shown != self.intervals or now.timestamp() // 60 != self._now // 60:
            self.intervals, self._now = shown, now.timestamp()
            self.update()

    def says(self, one: Interval) -> bool:
        """Whether there is anything to be shown of a half hour."""
        return any(value is not None for value in self.values(one))

    def values(self, one: Interval) -> tuple[float | None, ...]:
        """Return what the height is measured by."""
        return ()

    def most(self) -> float:
        """Return what the top stands for."""
        return max((v for one in self.intervals for v in self.values(one) if v is not None), default=0.0)

    def scale_text(self, value: float) -> str:
        """Return what a line across is named."""
        return str(round(value))

    # --- places -----------------------------------------------------------------------------------------------------

    def count(self) -> int:
        return len(self.intervals)

    def plot(self) -> QRectF:
        """Return the area of the points, in a window that reads from left to right."""
        k = self._k
        return QRectF(
            _SIDE * k,
            _ABOVE * k,
            max(1.0, self.width() - (_SIDE + 6) * k),
            max(1.0, self.height() - (_ABOVE + _BELOW) * k),
        )

    def area(self, number: int) -> QRectF:
        plot = self.plot()
        width = plot.width() / max(1, len(self.intervals))
        return self.flipped(QRectF(plot.left() + number * width, plot.top(), width, plot.height()))

    def height_of(self, value: float) -> float:
        """Return where a value stands, from the top of the widget."""
        plot = self.plot()
        return plot.bottom() - value / (self.top() or 1.0) * plot.height()

    def top(self) -> float:
        """Return the value of the uppermost line: a round one at or over the most."""
        most = max(self.most(), 1.0)
        for step in (1, 2, 4, 5, 10, 20, 40, 50, 100, 200, 400, 500, 1000, 2000, 5000, 10_000):
            if most <= step:
                return float(step)
        return most

    def is_over(self, one: Interval) -> bool:
        """Whether a half hour has ended."""
        return (one.start + HALF_HOUR).timestamp() <= self._now

    # --- painting ---------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter) -> None:
        colors = self.colors()
        painter.setFont(fonts.figures(self._size))
        if not self.intervals:
            painter.setPen(colors.color("muted"))
            text = translate("charts", "Nothing to show yet")
            painter.drawText(QRectF(self.rect()), int(Qt.AlignmentFlag.AlignCenter), text)
            return
        self._paint_grid(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_points(painter)

    def paint_points(self, painter: QPainter) -> None:
        """Paint what the half hours hold."""

    def _paint_grid(self, painter: QPainter) -> None:
        colors, plot = self.colors(), self.plot()
        k = self._k
        for share in (0.0, 0.5, 1.0):
            y = round(self.height_of(self.top() * share))
            painter.setPen(QPen(colors.color("line" if share == 0 else "line_soft"), 1))
            painter.drawLine(QPointF(self.flipped(plot).left(), y), QPointF(self.flipped(plot).right(), y))
            if share:
                painter.setPen(colors.color("muted"))
                room = self.flipped(QRectF(0, y - 8 * k, plot.left() - 6 * k, 16 * k))
                side = Qt.AlignmentFlag.AlignRight if room.left() < plot.left() else Qt.AlignmentFlag.AlignLeft
                painter.drawText(room, int(side | Qt.AlignmentFlag.AlignVCenter), self.scale_text(self.top() * share))
        painter.setPen(colors.color("muted"))
        metrics = QFontMetricsF(painter.font())
        width = plot.width() / len(self.intervals)
        hours = next((step for step in (1, 2, 3, 4, 6, 8, 12) if step * 2 * width >= _LABEL_ROOM * k), 24)
        for number, one in enumerate(self.intervals):
            local = one.start.astimezone()
            if local.minute == 0 and local.hour % hours == 0:
                text = formats.clock(one.start)
                middle = self.area(number).left() if not self._is_mirrored else self.area(number).right()
                x = min(
                    max(middle, metrics.horizontalAdvance(text) / 2),
                    self.width() - metrics.horizontalAdvance(text) / 2 - 1,
                )
                painter.drawText(QPointF(x - metrics.horizontalAdvance(text) / 2, plot.bottom() + 14 * k), text)

    @property
    def _is_mirrored(self) -> bool:
        return self.layoutDirection() is Qt.LayoutDirection.RightToLeft

    def bar(self, number: int, value: float, share: float = 0.7) -> QRectF:
        """Return the bar of a half hour."""
        area = self.area(number)
        width = max(1.0, area.width() * share)
        y = self.height_of(value)
        return QRectF(area.center().x() - width / 2, y, width, max(0.0, self.plot().bottom() - y))

    def runs(self, value: Callable[[Interval], float | None]) -> list[list[QPointF]]:
        """Return the points of a line, broken where there is no value."""
        lines: list[list[QPointF]] = [[]]
        for number, one in enumerate(self.intervals):
            found = value(one)
            if found is None:
                lines.append([])
            else:
                lines[-1].append(QPointF(self.area(number).center().x(), self.height_of(found)))
        return [line for line in lines if line]

    def name_line(self, painter: QPainter, at: QPointF, text: str, color: QColor) -> None:
        """Write a line's name beside it, within the chart."""
        metrics = QFontMetricsF(painter.font())
        width = metrics.horizontalAdvance(text) + 2
        x = min(max(at.x() - width / 2, 1.0), self.width() - width - 1)
        y = max(at.y() - metrics.height() - 3 * self._k, 0.0)
        painter.setPen(color)
        painter.drawText(QRectF(x, y, width, metrics.height()), int(Qt.AlignmentFlag.AlignCenter), text)

    def when(self, one: Interval) -> str:
        """Return a half hour in words."""
        return f"{formats.clock(one.start)}–{formats.clock(one.start + timedelta(minutes=30))}"


class ArrivalsChart(DayChart):
    """Bars of what came, a line of what was and is expected, its doubt as a band."""

    def values(self, one: Interval) -> tuple[float | None, ...]:
        return (one.arrivals or None, one.forecast or None, one.high if one.forecast else None)

    def told(self, number: int) -> str:
        one = self.intervals[number]
        lines = [self.when(one)]
        if one.arrivals is not None:
            lines.append(translate("charts", "%n arrivals", None, one.arrivals))
        if one.forecast is not None:
            text = translate("charts", "forecast %1").replace("%1", formats.amount(one.forecast))
            if one.low is not None and one.high is not None:
                text += f" ({formats.amount(one.low)}–{formats.amount(one.high)})"
            lines.append(text)
        if one.abandoned:
            lines.append(translate("charts", "%n abandoned", None, one.abandoned))
        return "\n".join(lines)

    def paint_points(self, painter: QPainter) -> None:
        colors = self.colors()
        band = [(n, one) for n, one in enumerate(self.intervals) if one.low is not None and one.high is not None]
        if len(band) > 1:
            upper = [QPointF(self.area(n).center().x(), self.height_of(one.high or 0.0)) for n, one in band]
            lower = [QPointF(self.area(n).center().x(), self.height_of(one.low or 0.0)) for n, one in band]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors.color("accent_soft"))
            painter.drawPolygon(QPolygonF([*upper, *reversed(lower)]))
        painter.setPen(Qt.PenStyle.NoPen)
        for number, one in enumerate(self.intervals):
            if one.arrivals:
                shade = QColor(colors.color("accent"))
                shade.setAlphaF(1.0 if self.is_over(one) else 0.5)
                painter.setBrush(shade)
                painter.drawRoundedRect(self.bar(number, one.arrivals), 1.5, 1.5)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        lines = self.runs(lambda one: one.forecast)
        painter.setPen(QPen(colors.color("text"), 1.5 * self._k, Qt.PenStyle.DashLine))
        for line in lines:
            painter.drawPolyline(QPolygonF(line))
        ahead = [point for line in lines for point in line if point.x() > self._now_x()] or [
            p for ln in lines for p in ln
        ]
        if ahead:
            beside = ahead[min(len(ahead) // 2 + 1, len(ahead) - 1)]
            self.name_line(
                painter, beside + QPointF(24, -14) * self._k, translate("charts", "forecast"), colors.color("muted")
            )

    def _now_x(self) -> float:
        over = sum(self.is_over(one) for one in self.intervals)
        return self.area(min(over + 1, len(self.intervals) - 1)).left()


class LevelChart(DayChart):
    """A line of the share of first answers in time, and the target across. ``target`` is 0 to 1."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, name, parent)
        self.target: float | None = None

    def level(self, one: Interval) -> float | None:
        """Return the service level of a half hour."""
        return min(1.0, (one.in_time or 0) / one.answered) if one.answered else None

    def values(self, one: Interval) -> tuple[float | None, ...]:
        return (self.level(one),)

    def top(self) -> float:
        return 1.0

    def scale_text(self, value: float) -> str:
        return formats.percent(value)

    def told(self, number: int) -> str:
        one = self.intervals[number]
        level = self.level(one)
        lines = [self.when(one)]
        if level is None:
            lines.append(translate("charts", "nothing answered"))
        else:
            text = translate("charts", "service level %1").replace("%1", formats.percent(level))
            lines.append(f"{text} ({one.in_time or 0}/{one.answered})")
        return "\n".join(lines)

    def paint_points(self, painter: QPainter) -> None:
        colors, plot = self.colors(), self.flipped(self.plot())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colors.color("accent"), 1.5 * self._k))
        for line in self.runs(self.level):
            painter.drawPolyline(QPolygonF(line))
        painter.setPen(Qt.PenStyle.NoPen)
        for number, one in enumerate(self.intervals):
            level = self.level(one)
            if level is not None:
                is_short = self.target is not None and level < self.target
                painter.setBrush(colors.color("bad" if is_short else "accent"))
                painter.drawEllipse(QPointF(self.area(number).center().x(), self.height_of(level)), 3.0, 3.0)
        if self.target is not None:
            y = round(self.height_of(self.target))
            painter.setPen(QPen(colors.color("good"), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            text = translate("charts", "target %1").replace("%1", formats.percent(self.target))
            self.name_line(painter, QPointF(plot.right() - 24, y + 16 + self._size), text, colors.color("good"))


class StaffChart(DayChart):
    """Bars of the agents who are there, a stepped line of those the service level needs; what is missing is red."""

    def values(self, one: Interval) -> tuple[float | None, ...]:
        return (one.needed or None, one.there or None)

    def told(self, number: int) -> str:
        one = self.intervals[number]
        lines = [self.when(one)]
        if one.needed is not None:
            lines.append(translate("charts", "needed: %n agents", None, one.needed))
        if one.there is not None:
            lines.append(translate("charts", "there: %n agents", None, one.there))
            if one.needed is not None and one.needed > one.there:
                lines.append(translate("charts", "%n short", None, one.needed - one.there))
        return "\n".join(lines)

    def paint_points(self, painter: QPainter) -> None:
        colors = self.colors()
        painter.setPen(Qt.PenStyle.NoPen)
        for number, one in enumerate(self.intervals):
            if one.there is None:
                continue
            painter.setBrush(colors.color("accent"))
            painter.drawRoundedRect(self.bar(number, one.there), 1.5, 1.5)
            if one.needed is not None and one.needed > one.there:
                whole, have = self.bar(number, one.needed), self.bar(number, one.there)
                missing = QRectF(whole.left(), whole.top(), whole.width(), have.top() - whole.top())
                painter.fillRect(missing, colors.color("bad_soft"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colors.color("text"), 1.5))
        highest: QPointF | None = None
        for number, one in enumerate(self.intervals):
            if one.needed is not None:
                area, y = self.area(number), self.height_of(one.needed)
                painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
                if highest is None or y < highest.y():
                    highest = QPointF(area.center().x(), y)
        if highest is not None:
            self.name_line(painter, highest, translate("charts", "needed"), colors.color("muted"))
