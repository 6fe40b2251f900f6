"""The strip along the bottom: my state and its clock, how fresh the data is, what is still to go out, the queues. One place
says whether all is well, in words that do not move as the numbers change."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QHideEvent, QIcon, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from desktop.domain.agent import PresenceState
from desktop.ui.accounts import wording
from desktop.ui.i18n import formats
from desktop.ui.theme import fonts
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.beat import Beat
from desktop.ui.widgets.clock import Clock
from desktop.ui.widgets.eliding import ElidedLabel
from desktop.ui.widgets.tooltip import plain_tip
from desktop.ui.window.presence import COLORS, PresenceMenu, more, now_and_next
from desktop.ui.window.tape import TapeButton
from desktop.viewmodels.presence import PresenceViewModel
from desktop.viewmodels.status import Phase, StatusViewModel
from desktop.viewmodels.workplace import Workplace

HEIGHT = 28
DAY_KEYS = "Ctrl+Shift+I"


class Dot(QWidget):
    """A small disc in the colour of my state; the word stands beside it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._color = "faint"
        self.setFixedSize(12, 12)

    def set_color(self, name: str) -> None:
        self._color = name
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._theme.color("rail"))
        painter.setBrush(self._theme.color(self._color))
        painter.drawEllipse(1, 1, 9, 9)
        painter.end()


class StatusStrip(QFrame):
    """The clock of my state ticks once a second while it is seen; the words change when what they say does."""

    outbox_requested = Signal()
    palette_requested = Signal()

    def __init__(
        self, workplace: Workplace, presence: PresenceViewModel, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._theme = theme
        self._presence = presence
        self._status = StatusViewModel(workplace, self)
        self.setProperty("look", "strip")
        self.setFixedHeight(HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(6)
        self._dot = Dot(theme, self)
        row.addWidget(self._dot)
        self.state = QPushButton(self)
        self.state.setProperty("look", "link")
        self.state.setFont(fonts.figures(fonts.SMALL))
        self.state.setMenu(PresenceMenu(presence, theme, self.state))
        row.addWidget(self.state)
        self.clock = Clock(theme, ground="rail", parent=self)
        row.addWidget(self.clock)
        row.addSpacing(12)
        self.sync = self._label(row)
        row.addSpacing(12)
        self.outbox = QPushButton(self)
        self.outbox.setProperty("look", "link")
        self.outbox.setIconSize(QSize(13, 13))
        self.outbox.clicked.connect(self.outbox_requested)
        row.addWidget(self.outbox)
        self.warning = QLabel(self.tr("Secrets in a file"), self)
        self.warning.setProperty("look", "pill-warn")
        self.warning.setToolTip(
            self.tr("Your sign-in and the key of the local data are kept in a file of this profile, as you chose.")
        )
        self.warning.setVisible(workplace.has_open_secrets)
        row.addWidget(self.warning)
        self.wrong_clock = QLabel(self)
        self.wrong_clock.setProperty("look", "pill-warn")
        self.wrong_clock.setToolTip(
            self.tr(
                "This computer's clock is wrong. Times in this window go by the hub's clock; please set this one right."
            )
        )
        row.addWidget(self.wrong_clock)
        self.tape = TapeButton(workplace, self)
        self.tape.turned.connect(self._refresh)
        row.addWidget(self.tape)
        row.addStretch(1)
        self.queues = self._label(row)
        row.addSpacing(12)
        self.day = QPushButton(self.tr("My day"), self)
        self.day.setProperty("look", "link")
        self.day.setToolTip(f"{self.tr('My numbers and my queues')} ({formats.keys(DAY_KEYS)})")
        self.day.clicked.connect(self.show_day)
        row.addWidget(self.day)
        row.addSpacing(12)
        self.keys = QPushButton(f"{self.tr('Search and commands')}  {formats.keys('Ctrl+K')}", self)
        self.keys.setProperty("look", "link")
        self.keys.clicked.connect(self.palette_requested)
        row.addWidget(self.keys)
        self._beat = Beat(self)
        self._beat.beat.connect(self._tick)
        self._told = ("", "")
        presence.changed.connect(self._refresh)
        self._status.changed.connect(self._refresh)
        self._refresh()

    def _label(self, row: QHBoxLayout) -> ElidedLabel:
        label = ElidedLabel("", self)
        label.setProperty("look", "muted")
        label.setFont(fonts.figures(fonts.SMALL))
        label.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        row.addWidget(label)
        return label

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._beat.start()
        self._refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._beat.stop()

    def show_day(self) -> None:
        """Open my numbers above the strip, where anybody counts them."""
        if not self._presence.has_figures:
            return
        from desktop.ui.window.own_figures import OwnFiguresSheet

        OwnFiguresSheet(self._workplace, self._theme, self.window()).drop(self.day)

    def _tick(self) -> None:
        """Move the clock on; ages in words are looked at too, and told where another word has become right."""
        self.tape.tick()
        since = self._presence.since
        now = self._workplace.now()
        self.clock.show_time(formats.ticking((now - since).total_seconds()) if since else "")
        told = (self._sync_text(), self._queues_text())
        if told != self._told:
            self._told = told
            self.sync.setText(told[0])
            self.sync.setToolTip(plain_tip(self._accounts_text()))
            self.queues.setText(told[1])

    def _refresh(self) -> None:
        word = now_and_next(self._presence)
        told = more(self._presence)
        self.state.setText(f"{word} …" if self._presence.is_pending else word)
        self.state.setAccessibleName(self.tr("My state: %1").replace("%1", word))
        self.state.setAccessibleDescription(" ".join(told))
        self._dot.set_color(COLORS[self._presence.state])
        for part in (self._dot, self.state, self.clock):
            part.setVisible(self._presence.is_kept)
        self.day.setVisible(self._presence.has_figures)
        if self._presence.state is PresenceState.NOT_RESPONDING:
            told.append(self._not_responding())
        else:
            told.append(f"{self.tr('Change my state')} ({formats.keys('Ctrl+Shift+P')})")
        self.state.setToolTip(plain_tip("\n".join(told)))
        self._show_outbox()
        status = self._status.sync
        # A recording has its own time.
        self.wrong_clock.setVisible(status.is_clock_wrong and not self._workplace.playbacks)
        self.wrong_clock.setText(self.tr("Clock off by %1").replace("%1", formats.span(status.clock_offset_s)))
        self._tick()

    def _not_responding(self) -> str:
        if self._presence.reason == "silent":
            return self.tr("This window was not heard of for a while. Choose Ready to get offers again.")
        return self.tr("An offer was not answered in time. Choose Ready to get offers again.")

    def _queues_text(self) -> str:
        waiting = self._status.waiting
        if not waiting:
            return self.tr("Nobody is waiting in the queues")
        oldest = self._status.oldest_at
        age = formats.span((self._workplace.now() - oldest).total_seconds()) if oldest else "–"
        return self.tr("%n waiting in the queues, longest %1", None, waiting).replace("%1", age)

    def _sync_text(self) -> str:
        if not (troubled := self._status.troubled):
            return self._together_text()
        # Who it is comes first: the strip has no room for all.
        standing = wording.state(troubled[0], self._workplace.now())
        return f"{', '.join(one.title for one in troubled)}: {standing}"

    def _accounts_text(self) -> str:
        """How each account stands, where there are several; a line each."""
        accounts = self._workplace.accounts
        if not accounts.are_several:
            return ""
        now = self._workplace.now()
        return "\n".join(f"{one.title}: {wording.state(one, now)}" for one in accounts.all)

    def _together_text(self) -> str:
        status = self._status.sync
        now = self._workplace.now()
        age = formats.span((now - status.last_pulled_at).total_seconds()) if status.last_pulled_at else ""
        if status.phase is Phase.LIVE:
            return self.tr("Up to date")
        if status.phase is Phase.FIRST_SYNC:
            return self.tr("Fetching history: %1").replace("%1", formats.percent(status.progress or 0.0))
        if status.phase is Phase.SIGN_IN_NEEDED:
            return self.tr("Please sign in again")
        if status.phase is Phase.OFFLINE:
            if age:
                return self.tr("Offline: as of %1 ago. You can read and write; it goes out later.").replace("%1", age)
            return self.tr("Offline. You can read and write; it goes out later.")
        return self.tr("Connecting…")

    def _show_outbox(self) -> None:
        outbox = self._status.outbox
        parts = [
            self.tr("%n could not be sent", None, outbox.wedged) if outbox.wedged else "",
            self.tr("%n waiting to be sent", None, outbox.to_send) if outbox.to_send else "",
        ]
        self.outbox.setText(" · ".join(part for part in parts if part) or self.tr("Everything is sent"))
        self.outbox.setIcon(self._theme.icons.icon("error", "bad", "bad") if outbox.wedged else QIcon())
        self.outbox.setToolTip(f"{self.tr('Show the outbox')} ({formats.keys('Ctrl+Shift+O')})")
        self.outbox.setAccessibleName(self.outbox.text())
