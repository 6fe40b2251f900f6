"""A label of one line that cuts what does not fit with an ellipsis; tooltip and screen reader get the whole text."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from desktop.ui.widgets.tooltip import plain_tip


class ElidedLabel(QLabel):
    """Text is always plain: a customer's words never become markup."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setText(text)

    def setText(self, text: str) -> None:
        super().setText(" ".join(text.split()))
        self.setAccessibleName(self.text())

    def minimumSizeHint(self) -> QSize:
        return QSize(24, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        area, text = self.contentsRect(), self.text()
        shown = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        tip = plain_tip(text) if shown != text else ""
        if self.toolTip() != tip:
            self.setToolTip(tip)
        if not tip:
            super().paintEvent(event)  # there are many, and this one is not written in Python
            return
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(area, int(self.alignment() | Qt.AlignmentFlag.AlignVCenter), shown)
        painter.end()
