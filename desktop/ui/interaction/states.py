"""What stands in the middle when there is no stream to show: nothing open, still loading, or gone."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.ui.theme.theme import Theme


class EmptyState(QFrame):
    """A picture, a line, an explanation, and at most one thing to do."""

    def __init__(
        self,
        theme: Theme,
        icon: str,
        title: str,
        text: str,
        parent: QWidget | None = None,
        *,
        action: str = "",
        act: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon = icon
        self.setProperty("look", "panel")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(6)
        column.addStretch(2)
        self._picture = QLabel(self)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._picture)
        column.addSpacing(6)
        self.title = QLabel(title, self)
        self.title.setProperty("look", "title")
        self.title.setWordWrap(True)
        self.title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.title)
        self.text = QLabel(text, self)
        self.text.setProperty("look", "quiet")
        self.text.setWordWrap(True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.text)
        self.action: QPushButton | None = None
        if action and act is not None:
            column.addSpacing(8)
            self.action = QPushButton(action, self)
            self.action.clicked.connect(lambda: act())
            column.addWidget(self.action, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def _on_theme_changed(self) -> None:
        self._picture.setPixmap(self._theme.icons.pixmap(self._icon, 40, "faint", self.devicePixelRatioF()))


class Skeleton(QWidget):
    """Where the bubbles will be, once loading takes longer than one notices."""

    _BUBBLES = ((0, 0.52, 48), (1, 0.46, 64), (0, 0.38, 34), (1, 0.58, 48), (0, 0.5, 64), (1, 0.3, 34))

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName(self.tr("Loading messages"))
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("line_soft"))
        y = 24.0
        for side, share, height in self._BUBBLES:
            if y + height > self.height() - 12:
                break
            width = min(640.0, self.width() * share)
            x = 20.0 if side == 0 else self.width() - 20.0 - width
            painter.drawRoundedRect(QRectF(x, y, width, height), 12, 12)
            y += height + 14
        painter.end()
