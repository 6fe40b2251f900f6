"""Which kind an address of a customer is, chosen in the form of their record."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QStyleOptionComboBox, QWidget

from desktop.domain.customer import IdentityKind
from desktop.ui.context import values
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.chooser import Chooser

_KINDS = {IdentityKind.EMAIL: "email", IdentityKind.PHONE: "call", IdentityKind.HANDLE: "social"}


class AddressKind(Chooser):
    """Shows the kind of an address as a picture, so that the address has the room; its list says it in words."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        for kind in _KINDS:
            self.addItem(values.kind(kind.value), kind.value)
        self.setFixedWidth(54)
        self.currentTextChanged.connect(self.setToolTip)
        self.setToolTip(self.currentText())

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        super().initStyleOption(option)
        option.currentText = ""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        is_mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        pixmap = self._theme.icons.pixmap(
            _KINDS.get(self.currentData(), "email"), 16, "muted", self.devicePixelRatioF()
        )
        painter.drawPixmap(self.width() - 26 if is_mirrored else 10, (self.height() - 16) // 2, pixmap)
        painter.end()

    def showPopup(self) -> None:
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + 24)
        super().showPopup()
