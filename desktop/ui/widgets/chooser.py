"""A field that offers a few values to choose from, with the chevron that the style sheet takes away."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget

from desktop.ui.theme.theme import Theme


class Chooser(QComboBox):
    """The wheel scrolls what it stands in, and changes nothing."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # A long value that is not chosen must not make the form wider than its column.
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        is_mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        x = 7 if is_mirrored else self.width() - 21
        pixmap = self._theme.icons.pixmap("down", 14, "muted", self.devicePixelRatioF())
        painter.drawPixmap(x, (self.height() - 14) // 2, pixmap)
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()
