"""A check box whose frame can be seen in every theme: the style's own is darker than a dark ground."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QStyle, QStyleOptionButton, QWidget

from desktop.ui.theme.painting import paint_tick
from desktop.ui.theme.theme import Theme


class TickBox(QCheckBox):
    """Behaves like any check box; only its looks are its own."""

    def __init__(self, theme: Theme, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._theme = theme
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        painter = QPainter(self)
        spot = self.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, self)
        is_on = self.checkState() is Qt.CheckState.Checked
        paint_tick(painter, spot, self._theme, is_on=is_on, is_live=self.hasFocus() or self.underMouse())
        option.rect = self.style().subElementRect(QStyle.SubElement.SE_CheckBoxContents, option, self)
        self.style().drawControl(QStyle.ControlElement.CE_CheckBoxLabel, option, painter, self)
        painter.end()
