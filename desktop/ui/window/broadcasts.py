"""What leads tell everybody, above the panels until it is put away: who says it, when, and what. Several stand one behind the
other, urgent ones first."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.domain.routing import Broadcast
from desktop.ui.i18n import formats
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.announcing import announce
from desktop.viewmodels.broadcasts import BroadcastsModel
from desktop.viewmodels.workplace import Workplace

KEYS = "Ctrl+Shift+X"
_SHORT = 280


class BroadcastBanner(QFrame):
    """Hidden while there is nothing to read."""

    def __init__(self, workplace: Workplace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._theme = theme
        self._is_whole = False
        self._shown: Broadcast | None = None
        self.model = BroadcastsModel(workplace, self)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 12, 6)
        row.setSpacing(10)
        self._icon = QLabel(self)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        self.text = QLabel(self)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words.addWidget(self.text)
        self.about = QLabel(self)
        self.about.setTextFormat(Qt.TextFormat.PlainText)
        self.about.setProperty("look", "small")
        words.addWidget(self.about)
        row.addLayout(words, 1)
        self.whole = QPushButton(self)
        self.whole.setProperty("look", "link")
        self.whole.clicked.connect(self._on_whole)
        row.addWidget(self.whole, 0, Qt.AlignmentFlag.AlignTop)
        self.away = QPushButton(self.tr("Put away"), self)
        self.away.setToolTip(f"{self.tr('Put the announcement away')} ({formats.keys(KEYS)})")
        self.away.clicked.connect(self.put_away)
        row.addWidget(self.away, 0, Qt.AlignmentFlag.AlignTop)
        self.model.changed.connect(self._refresh)
        self.model.arrived.connect(self._on_arrived)
        workplace.catalogue.changed.connect(self._refresh)
        theme.changed.connect(self._tint)
        self.hide()
        self._refresh()

    def put_away(self) -> None:
        """Show the announcement no more; the next one, if there is one, takes its place."""
        if self._shown is not None:
            self.model.put_away(self._shown)

    def _on_arrived(self, broadcast: Broadcast) -> None:
        urgent = self.tr("Urgent announcement by %1: %2") if broadcast.is_urgent else self.tr("Announcement by %1: %2")
        announce(self, urgent.replace("%1", self._author(broadcast)).replace("%2", broadcast.text))

    def _author(self, broadcast: Broadcast) -> str:
        return self.model.author(broadcast) or self.tr("a lead")

    def _refresh(self) -> None:
        first = next(iter(self.model.shown), None)
        if first is None or self._shown is None or first.id != self._shown.id:
            self._is_whole = False
        self._shown = first
        if first is None:
            self.hide()
            return
        text = first.text.strip()
        is_long = len(text) > _SHORT or text.count("\n") > 2
        self.text.setText(text if self._is_whole or not is_long else _cut(text))
        self.whole.setVisible(is_long)
        self.whole.setText(self.tr("Show less") if self._is_whole else self.tr("Show all"))
        by = self.tr("%1, %2").replace("%1", self._author(first)).replace("%2", formats.moment(first.at))
        behind = len(self.model.shown) - 1
        parts = [self.tr("Urgent") if first.is_urgent else "", by]
        parts.append(self.tr("%n more after this", None, behind) if behind else "")
        self.about.setText(" · ".join(part for part in parts if part))
        self.setAccessibleName(f"{self.about.text()}: {text}")
        self.away.setAccessibleDescription(text)
        self._tint()
        self.show()

    def _on_whole(self) -> None:
        self._is_whole = not self._is_whole
        self._refresh()

    def _tint(self) -> None:
        urgent = self._shown is not None and self._shown.is_urgent
        look = "bar-warn" if urgent else "bar-accent"
        if self.property("look") != look:
            self.setProperty("look", look)
            self.style().unpolish(self)
            self.style().polish(self)
        icon, color = ("warning", "warn") if urgent else ("bell", "on_soft")
        self._icon.setPixmap(self._theme.icons.pixmap(icon, 18, color, self.devicePixelRatioF()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.put_away()
        else:
            super().keyPressEvent(event)


def _cut(text: str) -> str:
    """Return the beginning of a text, at most three lines."""
    lines = text[:_SHORT].split("\n")[:3]
    return "\n".join(lines).rstrip() + " …"
