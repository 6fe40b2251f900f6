"""The menu of my states, opened from the strip, the rail and by Ctrl+Shift+P: those the centre allows, for now or for after
the contact I am at."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from desktop.domain.agent import Presence, PresenceState
from desktop.ui.i18n import formats, words
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.presence import PresenceViewModel

translate = QCoreApplication.translate

COLORS = {
    PresenceState.READY: "good",
    PresenceState.AWAY: "warn",
    PresenceState.OFFLINE: "muted",
    PresenceState.NOT_RESPONDING: "bad",
}


def title(presence: PresenceViewModel, state: PresenceState, reason: str = "") -> str:
    """Return a state in words, a reason of the centre's own by the centre's title for it."""
    own = dict(presence.away_reasons).get(reason, "") if state is PresenceState.AWAY else ""
    return own or words.presence(state, reason)


def now_and_next(presence: PresenceViewModel) -> str:
    """Return my state, and what comes after the contact where that is settled."""
    word = title(presence, presence.state, presence.reason)
    if presence.next is None:
        return word
    following = title(presence, presence.next.state, presence.next.reason)
    return words.then().replace("%1", word).replace("%2", following)


def more(presence: PresenceViewModel) -> list[str]:
    """Return what else is to be said of my state, a sentence each."""
    told = words.about_presence(
        is_pending=presence.is_pending,
        set_by=presence.set_by,
        lent_to=", ".join(presence.lent_to[0]) if presence.lent_to else "",
        lent_until=formats.clock(presence.lent_to[1]) if presence.lent_to else "",
    )
    hear, none = presence.told_to
    if hear and none:
        told.append(
            translate("PresenceMenu", "It is told to %1; %2 keeps none.")
            .replace("%1", ", ".join(hear))
            .replace("%2", ", ".join(none))
        )
    return told


def not_kept() -> str:
    """Return that there is no state to choose, and why."""
    return translate("PresenceMenu", "None of your systems wants to know whether you are ready.")


class PresenceMenu(QMenu):
    """Ready, the reasons to be away, signed off. The one in force is ticked; while I am with a customer, a second menu has
    those that can wait until I am done."""

    def __init__(self, presence: PresenceViewModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presence = presence
        self.after = QMenu(self.tr("After this contact"), self)
        self.setAccessibleName(self.tr("My state"))
        self.aboutToShow.connect(self.fill)
        presence.changed.connect(self._on_changed)
        self.fill()

    def _on_changed(self) -> None:
        # What is being read stays as it is.
        if not self.isVisible():
            self.fill()

    def fill(self) -> None:
        """Offer what there is now."""
        self.clear()
        self.after.clear()
        if not self._presence.is_kept:
            self.addAction(not_kept()).setEnabled(False)
            return
        now = (self._presence.state, self._presence.reason)
        group = QActionGroup(self)
        self._offer(self, group, PresenceState.READY, "", now)
        self.addSeparator()
        for reason, _ in self._presence.away_reasons:
            self._offer(self, group, PresenceState.AWAY, reason, now)
        self.addSeparator()
        self._offer(self, group, PresenceState.OFFLINE, "", now)
        following = self._presence.next
        if self._presence.is_busy or following is not None:
            self.addSeparator()
            self.addMenu(self.after)
            self._fill_after(following)

    def _fill_after(self, following: Presence | None) -> None:
        chosen = (following.state, following.reason) if following is not None else None
        group = QActionGroup(self.after)
        stay = self.after.addAction(self.tr("Stay as I am"))
        stay.setCheckable(True)
        stay.setChecked(following is None)
        stay.setActionGroup(group)
        stay.triggered.connect(self._presence.stay)
        self.after.addSeparator()
        for reason, _ in self._presence.away_reasons:
            self._offer(self.after, group, PresenceState.AWAY, reason, chosen)
        self.after.addSeparator()
        self._offer(self.after, group, PresenceState.OFFLINE, "", chosen)

    def _offer(
        self,
        menu: QMenu,
        group: QActionGroup,
        state: PresenceState,
        reason: str,
        chosen: tuple[PresenceState, str] | None,
    ) -> QAction:
        action = menu.addAction(title(self._presence, state, reason))
        action.setCheckable(True)
        action.setActionGroup(group)
        action.setChecked((state, reason) == chosen)
        is_after = menu is self.after
        # What is ticked among those that come after would be taken back by being chosen again.
        if not (is_after and (state, reason) == chosen):
            action.triggered.connect(lambda: self._presence.set(state, reason, is_after=is_after))
        return action
