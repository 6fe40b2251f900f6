"""The menu of my states, opened from the strip, the rail and by Ctrl+Shift+P."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from desktop.domain.agent import PresenceState
from desktop.ui.i18n import words
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.presence import PresenceViewModel

COLORS = {
    PresenceState.READY: "good",
    PresenceState.AWAY: "warn",
    PresenceState.OFFLINE: "muted",
    PresenceState.NOT_RESPONDING: "bad",
}


class PresenceMenu(QMenu):
    """Ready, the reasons to be away, signed off. The one in force is ticked."""

    def __init__(self, presence: PresenceViewModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presence = presence
        self._choices: list[tuple[QAction, PresenceState, str]] = []
        self.setAccessibleName(self.tr("My state"))
        self._offer(PresenceState.READY, "")
        self.addSeparator()
        for reason in words.AWAY_REASONS:
            self._offer(PresenceState.AWAY, reason)
        self.addSeparator()
        self._offer(PresenceState.OFFLINE, "")
        self.aboutToShow.connect(self._on_about_to_show)

    def _offer(self, state: PresenceState, reason: str) -> None:
        action = self.addAction(words.presence(state, reason))
        action.setCheckable(True)
        action.triggered.connect(lambda: self._presence.set(state, reason))
        self._choices.append((action, state, reason))

    def _on_about_to_show(self) -> None:
        now = (self._presence.state, self._presence.reason)
        for action, state, reason in self._choices:
            action.setChecked((state, reason) == now)
