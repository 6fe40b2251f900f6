"""What went wrong with signing in, in the sign-in page; where that was for want of a keyring, the offer to do without."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFrame, QLabel, QVBoxLayout, QWidget


class SignInNote(QFrame):
    """Hidden until ``say`` or ``offer_file``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "banner-bad")
        inner = QVBoxLayout(self)
        inner.setContentsMargins(12, 8, 12, 8)
        self.message = QLabel(self)
        self.message.setWordWrap(True)
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        inner.addWidget(self.message)
        self.keep_in_file = QCheckBox(self.tr("Keep my secrets in a file of this profile instead"), self)
        self.keep_in_file.hide()
        inner.addWidget(self.keep_in_file)
        self._warning = QLabel(
            self.tr(
                "Whoever can read your files can then open the stored data. Use this only on a machine of your own."
            ),
            self,
        )
        self._warning.setWordWrap(True)
        self._warning.setProperty("look", "muted")
        self._warning.hide()
        inner.addWidget(self._warning)
        self.hide()

    def say(self, text: str) -> None:
        """Show what went wrong."""
        self.message.setText(text)
        self.show()

    def offer_file(self) -> None:
        """Offer the file, with its warning."""
        self.keep_in_file.show()
        self._warning.show()
