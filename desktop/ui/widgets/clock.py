"""A running clock that costs next to nothing: it repaints itself alone, on its own ground, and asks for a new place only when
it grows. Whoever shows it tells it the time."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.theme import fonts
from desktop.ui.theme.theme import Theme


class Clock(QWidget):
    """``ground`` and ``ink`` are the names of the colours it is painted with. A screen reader does not hear it tick."""

    def __init__(self, theme: Theme, *, ground: str, ink: str = "muted", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._ground = ground
        self._ink = ink
        self._text = ""
        self.setFont(fonts.figures(fonts.SMALL))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        theme.changed.connect(self.update)

    @property
    def text(self) -> str:
        return self._text

    def show_time(self, text: str) -> None:
        """Show ``text``, such as 12:04."""
        if text == self._text:
            return
        is_longer = len(text) != len(self._text)
        self._text = text
        if is_longer:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance("0" * len(self._text)) + 2, metrics.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color(self._ground))
        painter.setPen(self._theme.color(self._ink))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter, self._text)
        painter.end()
