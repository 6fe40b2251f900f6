"""How the customer felt over one contact: a line from message to message, from angry below to friendly above. Small it
stands in the head of the contact; large it names the moments at which it turned. Messages stand side by side whatever the
time between them: who reads it asks what was said, not when. Left and right go from one to the next, Enter goes to the
message.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop.ui.i18n import formats, words
from desktop.ui.theme import fonts
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.tooltip import plain_tip
from desktop.viewmodels.mood import MoodPoint, Turn

translate = QCoreApplication.translate

_SMALL, _LARGE = QSize(58, 20), QSize(320, 132)
_SIDE, _LABEL = 5.0, 14.0
# More would be a scribble: the newest are shown.
_SHOWN = {False: 24, True: 80}


def turn_words(point: MoodPoint) -> str:
    """Return why a point is named, in words: what happened and the words that carried it."""
    kind = (
        {
            Turn.FELL: translate("charts", "mood fell"),
            Turn.ROSE: translate("charts", "mood rose"),
        }.get(point.turn, "")
        if point.turn is not None
        else ""
    )
    said = ", ".join(formats.quoted(word) for word in point.words)
    return ": ".join(part for part in (kind, said) if part)


def told(point: MoodPoint) -> str:
    """Return all there is to say of a point, on one line."""
    parts = (formats.clock(point.at), words.mood(point.mood)[0], turn_words(point))
    return " · ".join(part for part in parts if part)


def course_words(points: Sequence[MoodPoint]) -> str:
    """Return the course in a few lines: where it began, where it turned, where it is."""
    if not points:
        return ""
    named = [point for point in points if point.turn is not None and point is not points[-1]]
    shown = list(dict.fromkeys((points[0], *named[-4:], points[-1])))
    return "\n".join(told(point) for point in shown)


class MoodCurve(QWidget):
    """``message_chosen`` carries the id of the message that a point stands for, or of the latest where it is small."""

    message_chosen = Signal(str)

    def __init__(self, theme: Theme, *, is_large: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._is_large = is_large
        self._points: tuple[MoodPoint, ...] = ()
        self._focus = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if is_large else Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(is_large)
        sideways = QSizePolicy.Policy.Preferred if is_large else QSizePolicy.Policy.Fixed
        self.setSizePolicy(sideways, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return _LARGE if self._is_large else _SMALL

    def minimumSizeHint(self) -> QSize:
        return QSize(160, _LARGE.height()) if self._is_large else _SMALL

    def draw(self, points: Sequence[MoodPoint]) -> None:
        """Draw a course, oldest first."""
        self._points = tuple(points[-_SHOWN[self._is_large] :])
        self._focus = -1
        course = course_words(self._points)
        self.setAccessibleName(translate("charts", "Course of the mood over %n messages", None, len(points)))
        self.setAccessibleDescription(course)
        if not self._is_large:
            self.setToolTip(plain_tip(course))
        self.update()

    # --- places -----------------------------------------------------------------------------------------------------

    def _plot(self) -> QRectF:
        beyond = _LABEL + 6 if self._is_large else 3.0
        return QRectF(self.rect()).adjusted(_SIDE, beyond, -_SIDE, -beyond)

    def place(self, number: int) -> QPointF:
        """Return where a point is drawn."""
        return self._places()[number]

    def _places(self) -> list[QPointF]:
        area, count = self._plot(), max(1, len(self._points) - 1)
        from_x, step = area.left(), area.width() / count
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            from_x, step = area.right(), -step
        return [QPointF(from_x + n * step, self._y(point.mood, area)) for n, point in enumerate(self._points)]

    @staticmethod
    def _y(mood: float, area: QRectF) -> float:
        return area.bottom() - (max(-1.0, min(1.0, mood)) + 1) / 2 * area.height()

    def _color(self, mood: float) -> str:
        kind = words.mood(mood)[1]
        return "muted" if kind == "neutral" else kind

    # --- painting ---------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._points:
            self._paint_course(painter)
        if self.hasFocus():
            painter.setPen(QPen(self._theme.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 5, 5)
        painter.end()

    def _paint_course(self, painter: QPainter) -> None:
        theme, area = self._theme, self._plot()
        painter.setPen(QPen(theme.color("line"), 1))
        middle = self._y(0, area)
        painter.drawLine(QPointF(area.left(), middle), QPointF(area.right(), middle))
        places = self._places()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.color("muted"), 1.5))
        painter.drawPolyline(QPolygonF(places))
        painter.setPen(Qt.PenStyle.NoPen)
        last = len(places) - 1
        for number, (point, at) in enumerate(zip(self._points, places, strict=True)):
            if self._is_large or number == last or point.turn is not None:
                painter.setBrush(theme.color(self._color(point.mood)))
                half = 4.0 if self._is_large and (point.turn is not None or number == last) else 2.5
                painter.drawEllipse(at, half, half)
        if self._is_large:
            self._paint_names(painter, places)
        if self._focus >= 0:
            painter.setPen(QPen(theme.color("text"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(places[self._focus], 7.0, 7.0)

    def _paint_names(self, painter: QPainter, places: list[QPointF]) -> None:
        """Name the turns by their strongest word, above a high and below a low, where there is room."""
        painter.setFont(fonts.font(fonts.TINY))
        metrics = QFontMetricsF(painter.font())
        taken: list[QRectF] = []
        # The newest turns matter most.
        for point, at in reversed(list(zip(self._points, places, strict=True))):
            if point.turn is None:
                continue
            text = formats.quoted(point.words[0]) if point.words else words.mood(point.mood)[0]
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, 130)
            width = metrics.horizontalAdvance(text) + 2
            x = min(max(at.x() - width / 2, 1.0), self.width() - width - 1)
            y = at.y() + 7 if point.turn is Turn.FELL else at.y() - 7 - _LABEL
            room = QRectF(x, y, width, _LABEL)
            if not any(room.adjusted(-4, 0, 4, 0).intersects(one) for one in taken):
                taken.append(room)
                painter.setPen(self._theme.color("muted"))
                painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), text)

    # --- pointer and keyboard ---------------------------------------------------------------------------------------

    def _nearest(self, spot: QPointF) -> int:
        if not self._points:
            return -1
        places = self._places()
        return min(range(len(places)), key=lambda number: abs(places[number].x() - spot.x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        number = self._nearest(event.position())
        if self._is_large and number >= 0:
            QToolTip.showText(event.globalPosition().toPoint(), plain_tip(told(self._points[number])), self)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if self._is_large:
            QToolTip.hideText()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        number = self._nearest(event.position())
        if event.button() == Qt.MouseButton.LeftButton and number >= 0:
            self.message_chosen.emit(self._points[number if self._is_large else -1].message_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        last = len(self._points) - 1
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and last >= 0:
            is_later = (key == Qt.Key.Key_Right) is (self.layoutDirection() is Qt.LayoutDirection.LeftToRight)
            start = last + 1 if self._focus < 0 and not is_later else self._focus
            self._focus = max(0, min(last, start + (1 if is_later else -1)))
            point = self._points[self._focus]
            self.setAccessibleDescription(told(point))
            spot = self.mapToGlobal(self.place(self._focus)).toPoint()
            QToolTip.showText(spot, plain_tip(told(point)), self)
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and last >= 0:
            self.message_chosen.emit(self._points[self._focus if self._focus >= 0 else last].message_id)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._focus = -1
        self.update()
