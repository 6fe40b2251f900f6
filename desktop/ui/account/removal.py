"""Removing an account from this machine: what that takes away is said first, and the name has to be typed before it is
done."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget


class Removal(QWidget):
    """``confirmed`` once the account's name was typed and the button pressed; ``resized(is_open)`` when the part grew or
    shrank."""

    confirmed = Signal()
    resized = Signal(bool)

    def __init__(self, user: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._user = user
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.begin = QPushButton(self.tr("Remove this account from this machine…"), self)
        self.begin.setAutoDefault(False)
        self.begin.clicked.connect(self._open)
        row = QHBoxLayout()
        row.addWidget(self.begin)
        row.addStretch(1)
        column.addLayout(row)
        self.warning = QLabel(self)
        self.warning.setWordWrap(True)
        column.addWidget(self.warning)
        self.ask = QLabel(self.tr("Type “%1” to confirm:").replace("%1", user), self)
        self.ask.setProperty("look", "muted")
        column.addWidget(self.ask)
        self.field = QLineEdit(self)
        self.field.setAccessibleName(self.ask.text())
        self.field.textChanged.connect(self._show)
        column.addWidget(self.field)
        self.remove = QPushButton(self.tr("Remove and erase"), self)
        self.remove.setProperty("look", "danger")
        self.remove.setAutoDefault(False)
        self.remove.clicked.connect(self._confirm)
        self.cancel = QPushButton(self.tr("Cancel"), self)
        self.cancel.setAutoDefault(False)
        self.cancel.clicked.connect(self._close)
        last = QHBoxLayout()
        last.addWidget(self.remove)
        last.addWidget(self.cancel)
        last.addStretch(1)
        column.addLayout(last)
        self._close()

    def tell(self, unsent: int, drafts: int) -> None:
        """Say what would be lost."""
        lost = []
        if unsent:
            lost.append(self.tr("%n steps or messages that were not sent yet are lost.", None, unsent))
        if drafts:
            lost.append(self.tr("%n drafts are lost.", None, drafts))
        kept = self.tr("What your system has stays there; on this machine key and files are erased.")
        self.warning.setText(" ".join([*lost, kept]))

    def _open(self) -> None:
        for part in (self.warning, self.ask, self.field, self.remove, self.cancel):
            part.show()
        self.begin.hide()
        self._show()
        self.field.setFocus()
        self.resized.emit(True)

    def _close(self) -> None:
        for part in (self.warning, self.ask, self.field, self.remove, self.cancel):
            part.hide()
        self.field.clear()
        self.begin.show()
        if self.isVisible():
            self.begin.setFocus()
        self.resized.emit(False)

    def _show(self) -> None:
        self.remove.setEnabled(self.field.text().strip() == self._user)

    def _confirm(self) -> None:
        self.remove.setEnabled(False)
        self.field.setEnabled(False)
        self.cancel.setEnabled(False)
        self.confirmed.emit()
