"""The journey as a chart: a lane per channel over time, a dot per touchpoint, the mood as a line across. The wheel zooms
where the chart has the keyboard or Ctrl is held, and scrolls the column otherwise; a drag pans, hovering tells, a click
or Enter opens the contact; the arrow keys go from dot to dot.

Up to ``DOTS`` touchpoints are drawn as dots; with more, the older ones become a line of how many there were a day. Dots
are pictures made once a look, and of those that fall on the same pixel one is drawn.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from desktop.domain.channels import Channel
from desktop.domain.ids import InteractionId
from desktop.domain.journey import Touchpoint
from desktop.ui.charts.curves import daily_counts, mood_curve
from desktop.ui.charts.timeline import DAY, Timeline, present
from desktop.ui.charts.touchpoints import Look, dot, look_of, told
from desktop.ui.i18n import words
from desktop.ui.theme import fonts
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.tooltip import plain_tip
from desktop.viewmodels.journey import Journey

translate = QCoreApplication.translate

DOTS = 10_000
# How far from a dot's middle, in pixels, it is still meant.
_REACH = 9
_TOP, _BOTTOM, _SIDE = 4, 22, 8
_ZOOM = 0.6


class JourneyChart(QWidget):
    """``days`` is the stretch of time shown at first, 0 all of it."""

    interaction_chosen = Signal(object)

    def __init__(self, theme: Theme, *, days: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._days = days
        self._points: list[Touchpoint] = []
        self._at: list[float] = []
        self._rows: list[int] = []
        self._looks: list[Look] = []
        self._mood: list[tuple[float, float]] = []
        self._density: list[tuple[float, int]] = []
        self._lanes: list[str] = []
        self._names_width = 0.0
        self._focus = -1
        self._shown_for: object = None
        self._pressed: QPointF | None = None
        self._is_dragged = False
        self._pictures: dict[tuple[Look, float], QPixmap] = {}
        self.time = Timeline()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        theme.changed.connect(self._on_theme)

    def sizeHint(self) -> QSize:
        return QSize(320, 172)

    # --- what is drawn ----------------------------------------------------------------------------------------------

    def draw(self, journey: Journey, lanes: Sequence[Channel], current: InteractionId | None) -> None:
        """Draw a journey; the stretch of time shown is kept while it is the same customer's."""
        is_new = journey.customer_id != self._shown_for
        self._shown_for = journey.customer_id
        rows = {lane: row for row, lane in enumerate(reversed(lanes))}
        # What is on a lane that is not shown is not shown either, and nothing stops at it.
        shown = [point for point in journey.touchpoints if point.channel in rows]
        self._points, older = shown[-DOTS:], shown[:-DOTS]
        self._at = [point.at.timestamp() for point in self._points]
        self._rows = [rows[point.channel] for point in self._points]
        self._looks = [look_of(point, current) for point in self._points]
        self._density = daily_counts([point.at for point in older])
        self._mood = mood_curve(journey.moods, self._days)
        self._lanes = [words.channel(lane) for lane in reversed(lanes)]
        metrics = QFontMetricsF(fonts.font(fonts.TINY))
        self._names_width = max((metrics.horizontalAdvance(name) for name in self._lanes), default=0.0) + 14
        self._focus = -1
        self.setAccessibleName(
            translate("charts", "Journey: %n touchpoints. Arrow keys go from one to the next.", None, len(self._points))
        )
        if is_new and self._points:
            self._frame()
        self.update()

    def _frame(self) -> None:
        """Show the last days, or all of it."""
        oldest, last = self._at[0], max(self._at[-1], present())
        first = max(oldest, last - self._days * DAY) if self._days else oldest
        pad = max((last - first) * 0.05, 3600.0)
        self.time.limit(self._density[0][0] if self._density else oldest, last)
        self.time.show(first - pad, last + 2 * pad)

    # --- places -----------------------------------------------------------------------------------------------------

    @property
    def plot(self) -> QRectF:
        """The area in which the dots are: beside the names, above the days."""
        area = QRectF(self.rect()).adjusted(self._names_width, _TOP, -_SIDE, -_BOTTOM)
        if self._is_mirrored:
            area.moveLeft(_SIDE)
        return area

    @property
    def _is_mirrored(self) -> bool:
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def _x(self, at: float) -> float:
        area = self.plot
        share = (at - self.time.low) / self.time.span
        return area.right() - share * area.width() if self._is_mirrored else area.left() + share * area.width()

    def _instant(self, x: float) -> float:
        area = self.plot
        share = (area.right() - x if self._is_mirrored else x - area.left()) / max(area.width(), 1.0)
        return self.time.low + share * self.time.span

    def _y(self, row: float) -> float:
        """Return the height of a lane, the first one at the bottom, with half a lane's room above and below."""
        area = self.plot
        return area.bottom() - (row + 0.6) / max(len(self._lanes) + 0.2, 1.2) * area.height()

    def place(self, number: int) -> QPointF:
        """Return where a touchpoint is drawn."""
        return QPointF(self._x(self._at[number]), self._y(self._rows[number]))

    def _in_view(self) -> range:
        reach = self.time.span * 0.03
        return range(bisect_left(self._at, self.time.low - reach), bisect_right(self._at, self.time.high + reach))

    def _nearest(self, spot: QPointF) -> int:
        """Return the number of the touchpoint under a place, -1 for none."""
        if not self.plot.adjusted(-_REACH, -_REACH, _REACH, _REACH).contains(spot):
            return -1
        best, number = float(_REACH**2), -1
        ends = sorted((self._instant(spot.x() - _REACH), self._instant(spot.x() + _REACH)))
        for one in range(bisect_left(self._at, ends[0]), bisect_right(self._at, ends[1])):
            away = self.place(one) - spot
            if (distance := away.x() ** 2 + away.y() ** 2) <= best:
                best, number = distance, one
        return number

    # --- painting ---------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(fonts.font(fonts.TINY))
        self._paint_lanes(painter)
        self._paint_days(painter)
        painter.setClipRect(self.plot.adjusted(-_SIDE, -_TOP, _SIDE, 0))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_density(painter)
        self._paint_mood(painter)
        self._paint_dots(painter)
        painter.setClipping(False)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(QPen(self._theme.color("accent"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _paint_lanes(self, painter: QPainter) -> None:
        area = self.plot
        names = QRectF(0, 0, self._names_width - 8, 16)
        side = Qt.AlignmentFlag.AlignRight
        if self._is_mirrored:
            names.moveLeft(area.right() + 8)
            side = Qt.AlignmentFlag.AlignLeft
        for row, name in enumerate(self._lanes):
            y = self._y(row)
            painter.setPen(QPen(self._theme.color("line"), 1))
            painter.drawLine(QPointF(area.left(), round(y)), QPointF(area.right(), round(y)))
            painter.setPen(self._theme.color("muted"))
            names.moveTop(y - 8)
            painter.drawText(names, side | Qt.AlignmentFlag.AlignVCenter, name)

    def _paint_days(self, painter: QPainter) -> None:
        area = self.plot
        metrics = QFontMetricsF(painter.font())
        painter.setPen(self._theme.color("muted"))
        for at, text in self.time.labels(area.width(), present()):
            half = metrics.horizontalAdvance(text) / 2
            # Labels at the ends are moved in rather than cut.
            x = min(max(self._x(at), half + 1), self.width() - half - 1)
            painter.drawText(QPointF(x - half, area.bottom() + 16), text)

    def _paint_density(self, painter: QPainter) -> None:
        if not self._density:
            return
        height = max(len(self._lanes) - 1, 1)
        most = max(count for _at, count in self._density)
        line = [QPointF(self._x(at), self._y(count / most * height - 0.5)) for at, count in self._density]
        _paint_line(painter, line, self._theme.color("muted"), 1)

    def _paint_mood(self, painter: QPainter) -> None:
        height = max(len(self._lanes) - 1, 0) + 0.8
        line = [QPointF(self._x(at), self._y((mood + 1) / 2 * height - 0.4)) for at, mood in self._mood]
        _paint_line(painter, line, self._theme.color("bad"), 1.5)

    def _paint_dots(self, painter: QPainter) -> None:
        ratio = self.devicePixelRatioF()
        heights = [self._y(row) for row in range(len(self._lanes))]
        start = self._x(0.0)
        scale = (self._x(self.time.high) - self._x(self.time.low)) / self.time.span
        seen = self._in_view()
        part = slice(seen.start, seen.stop)
        places = [int((start + at * scale) * ratio) for at in self._at[part]]
        for place, row, look in dict.fromkeys(zip(places, self._rows[part], self._looks[part], strict=True)):
            x = place / ratio
            picture = self._pictures.get((look, ratio))
            if picture is None:
                picture = self._pictures[look, ratio] = dot(look, self._theme, ratio)
            half = (look.size + 4) / 2
            painter.drawPixmap(QPointF(x - half, heights[row] - half), picture)
        if self._focus >= 0:
            painter.setPen(QPen(self._theme.color("text"), 2.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(self.place(self._focus), 7.0, 7.0)

    def _on_theme(self) -> None:
        self._pictures.clear()
        self.update()

    # --- the pointer ------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._is_dragged = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        spot = event.position()
        if self._pressed is not None:
            far = (spot - self._pressed).manhattanLength() >= QApplication.startDragDistance()
            if self._is_dragged or far:
                self._is_dragged = True
                self.time.pan(self._instant(self._pressed.x()) - self._instant(spot.x()))
                self._pressed = spot
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
                self.update()
            return
        self._tell(self._nearest(spot), event.globalPosition())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._pressed = None
        self.unsetCursor()
        if not self._is_dragged and (number := self._nearest(event.position())) >= 0:
            self._choose(self._points[number])

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom; sideways, or with Shift, pan."""
        turned = event.angleDelta()
        if not (self.hasFocus() or event.modifiers() & Qt.KeyboardModifier.ControlModifier):
            event.ignore()
            return
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier or abs(turned.x()) > abs(turned.y()):
            self.time.pan(-(turned.x() or turned.y()) / 1200 * self.time.span)
        else:
            self.time.zoom(_ZOOM ** (turned.y() / 120), self._instant(event.position().x()))
        self.update()
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        QToolTip.hideText()

    def _tell(self, number: int, where: QPointF) -> None:
        if number < 0:
            QToolTip.hideText()
            self.unsetCursor()
            return
        point = self._points[number]
        QToolTip.showText(where.toPoint(), plain_tip(told(point)), self)
        self.setCursor(Qt.CursorShape.PointingHandCursor if point.interaction_id else Qt.CursorShape.ArrowCursor)

    def _choose(self, point: Touchpoint) -> None:
        if point.interaction_id:
            self.interaction_chosen.emit(point.interaction_id)

    # --- the keyboard -----------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right go from touchpoint to touchpoint, Enter opens, plus and minus zoom, 0 shows all."""
        key = event.key()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self._points:
            step = 1 if (key == Qt.Key.Key_Right) is not self._is_mirrored else -1
            start = len(self._points) if self._focus < 0 and step < 0 else self._focus
            self._focus = max(0, min(len(self._points) - 1, start + step))
            self._tell_focused()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and 0 <= self._focus < len(self._points):
            self._choose(self._points[self._focus])
        elif key == Qt.Key.Key_Plus:
            self.time.zoom(_ZOOM)
        elif key == Qt.Key.Key_Minus:
            self.time.zoom(1 / _ZOOM)
        elif key == Qt.Key.Key_0 and self._points:
            self._frame()
        else:
            super().keyPressEvent(event)
            return
        self.update()

    def _tell_focused(self) -> None:
        at, point = self._at[self._focus], self._points[self._focus]
        if not self.time.low < at < self.time.high:
            half = self.time.span / 2
            self.time.show(at - half, at + half)
        self.setAccessibleDescription(told(point))
        QToolTip.showText(self.mapToGlobal(self.place(self._focus)).toPoint(), plain_tip(told(point)), self)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._focus = -1
        self.update()


def _paint_line(painter: QPainter, points: list[QPointF], color: QColor, width: float) -> None:
    if len(points) > 1:
        painter.setPen(QPen(color, width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(points))
