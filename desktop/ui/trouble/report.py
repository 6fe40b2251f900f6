"""The report of an error in the program, in a window of its own: to read, to copy into a mail to IT, or to throw away.
It holds kinds and places of errors, never a customer's words; nothing is sent by itself."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from desktop.ui.theme.theme import Theme


class ReportWindow(QDialog):
    """``discarded`` says that the report is wanted no longer."""

    discarded = Signal()

    def __init__(self, text: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Error report"))
        self.resize(640, 420)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(12)
        about = QLabel(
            self.tr(
                "This helps to mend the error. It says where in the program it happened; names, addresses and texts of "
                "customers are not in it. Nothing is sent by itself."
            ),
            self,
        )
        about.setWordWrap(True)
        column.addWidget(about)
        self.text = QPlainTextEdit(self)
        self.text.setReadOnly(True)
        self.text.setPlainText(text)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setAccessibleName(self.tr("Error report"))
        column.addWidget(self.text, 1)
        row = QHBoxLayout()
        self.copy = QPushButton(theme.icons.icon("file"), self.tr("Copy"), self)
        self.copy.clicked.connect(self._copy)
        self.discard = QPushButton(self.tr("Discard the report"), self)
        self.discard.setAutoDefault(False)
        self.discard.clicked.connect(self._discard)
        self.close_ = QPushButton(self.tr("Close"), self)
        self.close_.clicked.connect(self.close)
        row.addWidget(self.discard)
        row.addStretch(1)
        row.addWidget(self.copy)
        row.addWidget(self.close_)
        column.addLayout(row)
        self.copy.setDefault(True)
        self.copy.setFocus()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.copy.setText(self.tr("Copied"))

    def _discard(self) -> None:
        self.discarded.emit()
        self.close()
