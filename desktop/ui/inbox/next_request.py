"""The button of pull mode: the best waiting request for me, by pointer or Ctrl+Shift+F9."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QToolButton, QWidget

from desktop.ui.i18n import formats, reasons
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.announcing import announce
from desktop.viewmodels.routing import TAKEN_MEANWHILE, NextRequest
from desktop.viewmodels.workplace import Workplace

KEYS = "Ctrl+Shift+F9"


class NextButton(QToolButton):
    """``notice`` carries a line for the window (text, kind)."""

    notice = Signal(str, str)

    def __init__(self, workplace: Workplace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.model = NextRequest(workplace, self)
        self.setProperty("look", "icon")
        self.setAccessibleName(self.tr("Next request for me"))
        self.clicked.connect(self.take)
        QShortcut(QKeySequence(KEYS), self, self.take)
        self.model.changed.connect(self._refresh)
        self.model.refused.connect(self._on_refused)
        self.model.taken.connect(lambda _id: announce(self, self.tr("The next request is yours.")))
        theme.changed.connect(self._refresh)
        workplace.accounts.changed.connect(self._refresh)
        self._refresh()

    def take(self) -> None:
        """Ask for the next request."""
        self.model.take()

    def _on_refused(self, code: str) -> None:
        self.notice.emit(reasons.refusal(code), "accent" if code in ("nothing_waits", TAKEN_MEANWHILE) else "warn")

    def _refresh(self) -> None:
        asking = self.model.is_asking
        self.setEnabled(not asking)
        self.setVisible(self.model.is_offered)
        self.setIcon(self._theme.icons.icon("pending" if asking else "queue"))
        text = self.tr("Looking for your next request …") if asking else self.tr("Next request for me")
        self.setToolTip(f"{text} ({formats.keys(KEYS)})")
