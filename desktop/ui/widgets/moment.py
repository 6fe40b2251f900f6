"""A field for a day and a time, with the chevron that the style sheet takes away; its calendar drops down from it."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QDateTime, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QDateTimeEdit, QWidget

from desktop.ui.theme.theme import Theme


class MomentField(QDateTimeEdit):
    """Takes what lies between ``earliest`` and ``latest``; shown in local time, to the minute."""

    def __init__(self, theme: Theme, earliest: datetime, latest: datetime, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setCalendarPopup(True)
        self.setMinimumDateTime(_shown(earliest))
        self.setMaximumDateTime(_shown(latest))

    @property
    def moment(self) -> datetime:
        """What is chosen."""
        return datetime.fromtimestamp(self.dateTime().toSecsSinceEpoch()).astimezone()

    def choose(self, at: datetime) -> None:
        """Show ``at``, or the nearest that can be chosen."""
        self.setDateTime(_shown(at))

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


def _shown(at: datetime) -> QDateTime:
    return QDateTime.fromSecsSinceEpoch(int(at.timestamp()))
