"""Above the panels, for as long as nothing can be saved: what is the matter, and the one thing to do about it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from desktop.ui.i18n import troubles
from desktop.ui.theme.theme import Theme


class TroubleBanner(QFrame):
    """Hidden while all is well. ``try_again`` is asked for by the button."""

    try_again = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.code = ""
        self.setProperty("look", "bar-bad")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 12, 6)
        row.setSpacing(10)
        self._icon = QLabel(self)
        row.addWidget(self._icon)
        self.text = QLabel(self)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        row.addWidget(self.text, 1)
        self.action = QPushButton(self.tr("Try again"), self)
        self.action.clicked.connect(self._on_action)
        row.addWidget(self.action)
        theme.changed.connect(self._tint)
        self._tint()
        self.hide()

    def tell(self, code: str) -> None:
        """Say that nothing can be saved, and why; an empty code says that all is well again."""
        self.code = code
        self.action.setEnabled(True)
        self.action.setText(self.tr("Repair it now") if code == "damaged" else self.tr("Try again"))
        if code:
            self.text.setText(troubles.writing(code))
            self.setAccessibleName(self.text.text())
        self.setVisible(bool(code))

    def _on_action(self) -> None:
        # Until it is known how it went.
        self.action.setEnabled(False)
        self.try_again.emit()

    def _tint(self) -> None:
        self._icon.setPixmap(self._theme.icons.pixmap("error", 18, "bad", self.devicePixelRatioF()))
