"""What charts of figures share: points the pointer and the arrow keys go to, each told in words, each to be opened. A
chart says where its points are and paints the rest.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from desktop.ui.theme import fonts
from desktop.ui.theme.theme import Theme
from desktop.ui.theme.tokens import Tokens
from desktop.ui.widgets.tooltip import plain_tip


class PointedChart(QWidget):
    """``chosen`` carries the number of the point that was clicked or entered. ``tokens`` are other colours than the theme's,
    for a screen that is always dark."""

    chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.tokens: Tokens | None = None
        self._focus = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        theme.changed.connect(self.update)

    # --- what a chart says ------------------------------------------------------------------------------------------

    def count(self) -> int:
        """Return how many points there are."""
        return 0

    def area(self, number: int) -> QRectF:
        """Return the area of a point."""
        return QRectF()

    def told(self, number: int) -> str:
        """Return all there is to say of a point."""
        return ""

    def paint(self, painter: QPainter) -> None:
        """Paint everything but the focus."""

    def step(self, key: int) -> int:
        """Return how many points a key goes on; 0 for a key that is none of the chart's."""
        is_mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        on = -1 if is_mirrored else 1
        return {Qt.Key.Key_Right: on, Qt.Key.Key_Left: -on}.get(Qt.Key(key), 0)

    # --- shared -----------------------------------------------------------------------------------------------------

    def colors(self) -> Tokens:
        """Return the colours it is painted with."""
        return self.tokens or self._theme.tokens

    @property
    def focused(self) -> int:
        """The point the keyboard is at, -1 for none."""
        return self._focus

    def flipped(self, area: QRectF) -> QRectF:
        """Return an area where it stands in a window that reads from right to left."""
        if self.layoutDirection() is not Qt.LayoutDirection.RightToLeft:
            return area
        return QRectF(self.width() - area.right(), area.top(), area.width(), area.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(fonts.figures(fonts.TINY))
        self.paint(painter)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if 0 <= self._focus < self.count():
            painter.setPen(QPen(self.colors().color("text"), 2))
            painter.drawRoundedRect(self.area(self._focus).adjusted(-1, -1, 1, 1), 3, 3)
        if self.hasFocus():
            painter.setPen(QPen(self.colors().color("accent"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 5, 5)
        painter.end()

    def _at(self, spot: QPointF) -> int:
        return next((n for n in range(self.count()) if self.area(n).contains(spot)), -1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        number = self._at(event.position())
        if number >= 0:
            QToolTip.showText(event.globalPosition().toPoint(), plain_tip(self.told(number)), self)
        else:
            QToolTip.hideText()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        QToolTip.hideText()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        number = self._at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and number >= 0:
            self.chosen.emit(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        count = self.count()
        step = self.step(event.key())
        if step and count:
            # The first key goes to the nearer end, however far it would go later.
            first = 0 if step > 0 else count - 1
            self._focus = first if self._focus < 0 else max(0, min(count - 1, self._focus + step))
            self._tell_focused()
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End) and count:
            self._focus = 0 if event.key() == Qt.Key.Key_Home else count - 1
            self._tell_focused()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and 0 <= self._focus < count:
            self.chosen.emit(self._focus)
        else:
            super().keyPressEvent(event)

    def _tell_focused(self) -> None:
        text = self.told(self._focus)
        self.setAccessibleDescription(text)
        spot = self.mapToGlobal(self.area(self._focus).center()).toPoint()
        QToolTip.showText(spot, plain_tip(text), self)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._focus = -1
        self.update()
