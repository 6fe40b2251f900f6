"""The frame of the window: rail at the left, inbox, interaction and context side by side, the strip along the bottom.

It is shown before there is anything to show, so that it stands within the first fraction of a second; ``attach`` fills it
for an account, ``detach`` empties it again. It only arranges the panels and carries wishes from one to another.
"""

from __future__ import annotations

from PySide6.QtCore import QByteArray, Qt, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDesktopServices
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.context.panel import ContextPanel
from desktop.ui.customers.panel import CustomersPanel
from desktop.ui.inbox.panel import InboxPanel
from desktop.ui.interaction.panel import InteractionPanel
from desktop.ui.theme.theme import Theme
from desktop.ui.window.notices import Notices
from desktop.ui.window.notifier import Notifier
from desktop.ui.window.palette import Palette
from desktop.ui.window.preferences import Preferences, PreferencesMenu
from desktop.ui.window.rail import Rail
from desktop.ui.window.shortcuts import Shortcuts
from desktop.ui.window.strip import StatusStrip
from desktop.viewmodels.presence import PresenceViewModel
from desktop.viewmodels.workplace import Workplace

_INBOX, _CONTEXT = 332, 372


class MainWindow(QMainWindow):
    """One agent's window. ``closing`` is emitted instead of closing: the way down is the composition root's."""

    closing = Signal()
    sign_out_requested = Signal()

    def __init__(self, theme: Theme, preferences: Preferences) -> None:
        super().__init__()
        self._theme = theme
        self.preferences = preferences
        self.workplace: Workplace | None = None
        self._wants_to_write = False
        self.setWindowTitle("Dirigent")
        self.setMinimumSize(1060, 680)
        self._empty = QLabel(self)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setProperty("look", "muted")
        self.setCentralWidget(self._empty)

    def show_demo_starting(self) -> None:
        """Say that the demo centre is being made, while there is no account to show."""
        if self.workplace is None:
            self._empty.setText(self.tr("Setting up the demo centre. This takes a few seconds…"))

    # --- filling and emptying ---------------------------------------------------------------------------------------

    def attach(self, workplace: Workplace) -> None:
        """Build the panels for an account."""
        self.workplace = workplace
        theme = self._theme
        body = QWidget(self)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        row = QHBoxLayout()
        row.setSpacing(0)
        self.presence = PresenceViewModel(workplace, body)
        self.rail = Rail(self.presence, theme, body)
        row.addWidget(self.rail)
        self.panes = QSplitter(Qt.Orientation.Horizontal, body)
        self.panes.setHandleWidth(1)
        self.panes.setChildrenCollapsible(False)
        self.left = QStackedWidget(self.panes)
        self.inbox = InboxPanel(workplace, theme, self.left)
        self.customers = CustomersPanel(workplace, theme, self.left)
        self.left.addWidget(self.inbox)
        self.left.addWidget(self.customers)
        self.left.setMinimumWidth(280)
        self.left.setMaximumWidth(480)
        self.interaction = InteractionPanel(workplace, theme, self.panes)
        self.interaction.setMinimumWidth(420)
        self.context = ContextPanel(workplace, theme, self.panes)
        self.context.setMinimumWidth(300)
        self.context.setMaximumWidth(560)
        for index, (pane, stretch) in enumerate(((self.left, 0), (self.interaction, 1), (self.context, 0))):
            self.panes.addWidget(pane)
            self.panes.setStretchFactor(index, stretch)
        row.addWidget(self.panes, 1)
        column.addLayout(row, 1)
        self.notices = Notices(theme, body)
        column.addWidget(self.notices)
        self.strip = StatusStrip(workplace, self.presence, theme, body)
        column.addWidget(self.strip)
        self.setCentralWidget(body)
        self._restore_panes()
        self.palette_ = Palette(workplace, theme, self)
        self.notifier = Notifier(workplace, self.preferences, self)
        self.shortcuts = Shortcuts(self)
        self._wire()

    def _wire(self) -> None:
        """Carry wishes between the panels."""
        assert self.workplace is not None
        self.rail.place_chosen.connect(self.go)
        self.rail.help_requested.connect(self.shortcuts.show_table)
        self.rail.preferences_requested.connect(self._on_preferences)
        self.strip.palette_requested.connect(self.palette_.open)
        self.context.wording_chosen.connect(self.interaction.insert_wording)
        self.context.interaction_chosen.connect(self.workplace.open)
        self.customers.customer_chosen.connect(self.context.show_customer)
        self.strip.outbox_requested.connect(self.interaction.show_outbox)
        self.interaction.notice.connect(self.notices.tell)
        self.interaction.attachment_opened.connect(_show_file)
        self.notifier.activated.connect(self._on_notified)
        self.inbox.offers.offers.accepted.connect(self._on_accepted)
        self.interaction.composing.loaded.connect(self._on_composer_changed)
        self.interaction.composing.changed.connect(self._on_composer_changed)
        self.shortcuts.register()

    def detach(self) -> None:
        """Take the panels away again; nothing of the account stays on the screen."""
        if self.workplace is None:
            return
        self.save_layout()
        self.interaction.flush()
        self.workplace.close()
        self.shortcuts.clear()
        self.notifier.stop()
        for part in (self.shortcuts, self.palette_, self.notifier):
            part.deleteLater()
        self.workplace = None
        self._empty = QLabel(self)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        body = self.takeCentralWidget()
        self.setCentralWidget(self._empty)
        if body is not None:
            body.deleteLater()

    @property
    def current_list(self) -> InboxPanel | CustomersPanel:
        """The list at the left: the inbox or the customers."""
        return self.customers if self.left.currentWidget() is self.customers else self.inbox

    # --- places -----------------------------------------------------------------------------------------------------

    def go(self, place: str) -> None:
        """Show a place: ``inbox`` or ``customers``."""
        self.rail.show_place(place)
        panel = self.customers if place == "customers" else self.inbox
        self.left.setCurrentWidget(panel)
        panel.take_in(self.inbox.offers)
        panel.take_focus()

    def _on_preferences(self, anchor: QWidget) -> None:
        menu = PreferencesMenu(self.preferences, self._theme, self)
        menu.sign_out_requested.connect(self.sign_out_requested)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(anchor.mapToGlobal(anchor.rect().topRight()))

    def _on_accepted(self, _offer: object) -> None:
        """Whoever accepts wants to answer: the keyboard goes to the composer once the contact is there."""
        self._wants_to_write = True

    def _on_composer_changed(self) -> None:
        composing = self.interaction.composing
        if self._wants_to_write and composing.is_loaded and not composing.block:
            self._wants_to_write = False
            self.interaction.take_focus()

    def _on_notified(self) -> None:
        self.showNormal() if self.isMinimized() else self.show()
        self.raise_()
        self.activateWindow()
        self.go("inbox")

    # --- layout -----------------------------------------------------------------------------------------------------

    def _restore_panes(self) -> None:
        saved = self.preferences.panes
        if not saved or not self.panes.restoreState(QByteArray.fromBase64(saved.encode())):
            total = max(self.width() - 52, 900)
            self.panes.setSizes([_INBOX, total - _INBOX - _CONTEXT, _CONTEXT])

    def save_layout(self) -> None:
        """Keep size and panes for the next start."""
        if self.workplace is not None:
            panes = bytes(self.panes.saveState().toBase64().data()).decode()
            geometry = bytes(self.saveGeometry().toBase64().data()).decode()
            self.preferences.set_layout(geometry, panes)

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
        self.closing.emit()

    def activate(self) -> None:
        """Bring the window to the front, as when it is started a second time."""
        self._on_notified() if self.workplace else self.raise_()
        QApplication.alert(self)


def _show_file(path: str) -> None:
    """Show a file the agent asked for with the system's viewer; the hub lets no programs in."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(path))
