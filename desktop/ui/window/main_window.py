"""The frame of the window: rail at the left, inbox, interaction and context side by side, the strip along the bottom.

It is shown before there is anything to show, so that it stands within the first fraction of a second; ``attach`` fills it
for an account, ``detach`` empties it again. It only arranges the panels and carries wishes from one to another.

The inbox can be used before the other panels are made, or even loaded: they are furnished once its rows were painted, the
lists of customers and of what was found when somebody goes there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDesktopServices, QMoveEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.ids import InteractionId, MessageId
from desktop.ui.inbox.panel import InboxPanel
from desktop.ui.lock.curtain import Curtain
from desktop.ui.theme.theme import Theme
from desktop.ui.trouble.banner import TroubleBanner
from desktop.ui.window.first_paint import FirstPaint
from desktop.ui.window.notices import Notices
from desktop.ui.window.preferences import Preferences, PreferencesMenu
from desktop.ui.window.rail import Rail
from desktop.ui.window.stage import Stage
from desktop.ui.window.strip import StatusStrip
from desktop.viewmodels.places import Workspace
from desktop.viewmodels.presence import PresenceViewModel
from desktop.viewmodels.workplace import Workplace

if TYPE_CHECKING:
    from desktop.ui.board.panel import BoardPanel
    from desktop.ui.context.panel import ContextPanel
    from desktop.ui.customers.panel import CustomersPanel
    from desktop.ui.interaction.panel import InteractionPanel
    from desktop.ui.outbox.outgoing import Outgoing
    from desktop.ui.search.panel import SearchPanel
    from desktop.ui.window.broadcasts import BroadcastBanner
    from desktop.ui.window.notifier import Notifier
    from desktop.ui.window.palette import Palette
    from desktop.ui.window.shortcuts import Shortcuts
    from desktop.ui.window.whereabouts import Whereabouts
    from desktop.viewmodels.search import SearchHit

_INBOX, _CONTEXT = 332, 372
_SETTLED_MS = 300
# The panels come then even if no row of the inbox ever does.
_FURNISHED_AFTER_MS = 500


class MainWindow(QMainWindow):
    """One agent's window. ``closing`` is emitted instead of closing: the way down is the composition root's. Before it is
    ``is_furnished`` there are rail, inbox and strip only."""

    interaction: InteractionPanel
    context: ContextPanel
    broadcasts: BroadcastBanner
    palette_: Palette
    notifier: Notifier
    outgoing: Outgoing
    shortcuts: Shortcuts
    whereabouts: Whereabouts

    closing = Signal()
    furnished = Signal()
    sign_out_requested = Signal()
    lock_requested = Signal()
    account_requested = Signal()
    accounts_requested = Signal()
    account_wanted = Signal()

    def __init__(self, theme: Theme, preferences: Preferences) -> None:
        super().__init__()
        self._theme = theme
        self.preferences = preferences
        self.workplace: Workplace | None = None
        self.is_furnished = False
        self._wants_to_write = False
        self.setWindowTitle("Dirigent")
        self.setMinimumSize(1060, 680)
        self._empty = QLabel(self)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setProperty("look", "muted")
        self.setCentralWidget(self._empty)
        self.curtain = Curtain(self)
        # Kept once the window came to rest, not only when it is closed: it may be killed.
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(_SETTLED_MS)
        self._settled.timeout.connect(self.save_layout)

    def show_demo_starting(self) -> None:
        """Say that the demo centre is being made, while there is no account to show."""
        if self.workplace is None:
            self._empty.setText(self.tr("Setting up the demo centre. This takes a few seconds…"))

    # --- filling and emptying ---------------------------------------------------------------------------------------

    def show_page(self, page: QWidget) -> None:
        """Show a page in the place of the panels, while no account is open."""
        self.setCentralWidget(page)
        page.setFocus(Qt.FocusReason.OtherFocusReason)

    def attach(self, workplace: Workplace, kept: Workspace | None = None, *, inbox_first: bool = False) -> None:
        """Build the panels for an account, as they stood in the picture that was ``kept``; with ``inbox_first`` all but the
        inbox only once that was painted, unless the picture shows another list."""
        self.workplace = workplace
        theme = self._theme
        kept = kept or Workspace()
        body = QWidget(self)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.banner = TroubleBanner(theme, body)
        column.addWidget(self.banner)
        self._column = column
        row = QHBoxLayout()
        row.setSpacing(0)
        self.presence = PresenceViewModel(workplace, body)
        self.rail = Rail(self.presence, theme, body)
        row.addWidget(self.rail)
        self.stage = Stage(workplace, theme, body)
        self.panes, self.left, self.inbox = self.stage.panes, self.stage.left, self.stage.inbox
        row.addWidget(self.stage, 1)
        column.addLayout(row, 1)
        self.notices = Notices(theme, body)
        column.addWidget(self.notices)
        self.strip = StatusStrip(workplace, self.presence, theme, body)
        column.addWidget(self.strip)
        self.setCentralWidget(body)
        self._restore_panes()
        if inbox_first and kept.place == Workspace().place:
            self.inbox.model.loaded.connect(lambda: self._furnish_after_paint(workplace, kept))
            QTimer.singleShot(_FURNISHED_AFTER_MS, body, lambda: self._furnish(workplace, kept))
        else:
            self._furnish(workplace, kept)

    def _furnish_after_paint(self, workplace: Workplace, kept: Workspace) -> None:
        if not self.is_furnished:
            painted = FirstPaint(self.inbox.list.viewport())
            painted.painted.connect(lambda: self._furnish(workplace, kept))

    def _furnish(self, workplace: Workplace, kept: Workspace) -> None:
        """Make the panels beside the inbox, and what belongs to the window as a whole."""
        if self.is_furnished or self.workplace is not workplace:
            return
        from desktop.ui.context.panel import ContextPanel
        from desktop.ui.interaction.panel import InteractionPanel
        from desktop.ui.outbox.outgoing import Outgoing
        from desktop.ui.window.broadcasts import BroadcastBanner
        from desktop.ui.window.notifier import Notifier
        from desktop.ui.window.palette import Palette
        from desktop.ui.window.shortcuts import Shortcuts
        from desktop.ui.window.whereabouts import Whereabouts

        self.is_furnished = True
        self.interaction = InteractionPanel(workplace, self._theme, self)
        self.context = ContextPanel(workplace, self._theme, self)
        self.stage.furnish(self.interaction, self.context)
        self.broadcasts = BroadcastBanner(workplace, self._theme, self)
        self._column.insertWidget(1, self.broadcasts)
        self._restore_panes()
        self.palette_ = Palette(workplace, self._theme, self)
        self.notifier = Notifier(workplace, self.preferences, self)
        self.outgoing = Outgoing(workplace, self._theme, self)
        self.shortcuts = Shortcuts(self)
        self._wire()
        self.whereabouts = Whereabouts(self, workplace, kept)
        self.whereabouts.begin()
        self.furnished.emit()

    @property
    def customers(self) -> CustomersPanel:
        """The list of customers, made when somebody first goes there."""
        return self.stage.customers

    @property
    def search(self) -> SearchPanel:
        """What was found, made when somebody first goes there."""
        return self.stage.search

    def _on_made(self, place: str) -> None:
        """A list or the board was made: carry what it wishes for."""
        if place == "customers":
            self.customers.customer_chosen.connect(self.context.show_customer)
            self.whereabouts.follow_customers(self.customers)
        elif place == "search":
            self.search.hit_chosen.connect(self._on_hit)
            self.search.left.connect(lambda: self.go("inbox"))
            self.whereabouts.follow_search(self.search)
        else:
            self.stage.board.contact_chosen.connect(self._on_contact)
            self.stage.board.notice.connect(self.notices.tell)

    def _wire(self) -> None:
        """Carry wishes between the panels."""
        assert self.workplace is not None
        self.rail.place_chosen.connect(self.go)
        self.stage.made.connect(self._on_made)
        self.rail.help_requested.connect(self.shortcuts.show_table)
        self.rail.preferences_requested.connect(self._on_preferences)
        self.strip.palette_requested.connect(self.palette_.open)
        self.context.wording_chosen.connect(self.interaction.insert_wording)
        self.context.interaction_chosen.connect(self.workplace.open)
        self.context.notice.connect(self.notices.tell)
        self.context.message_chosen.connect(lambda id_: self.interaction.show_message(MessageId(id_)))
        self.strip.outbox_requested.connect(self.outgoing.panel.toggle)
        self.interaction.notice.connect(self.notices.tell)
        self.inbox.notice.connect(self.notices.tell)
        self.interaction.attachment_opened.connect(_show_file)
        self.notifier.activated.connect(self._on_notified)
        self.inbox.offers.offers.accepted.connect(self._on_accepted)
        self.interaction.composing.loaded.connect(self._on_composer_changed)
        self.interaction.composing.changed.connect(self._on_composer_changed)
        self.panes.splitterMoved.connect(self._on_layout_changed)
        self.shortcuts.register()

    def detach(self) -> None:
        """Take the panels away again; nothing of the account stays on the screen."""
        if self.workplace is None:
            return
        self.unlock()
        self.save_layout()
        if self.is_furnished:
            self.whereabouts.stop()
            self.outgoing.flush()
            self.outgoing.stop()
        self.workplace.close()
        if self.is_furnished:
            self.shortcuts.clear()
            self.notifier.stop()
            for part in (self.shortcuts, self.palette_, self.notifier):
                part.deleteLater()
        self.is_furnished = False
        self.workplace = None
        self._empty = QLabel(self)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        body = self.takeCentralWidget()
        self.setCentralWidget(self._empty)
        if body is not None:
            body.deleteLater()

    @property
    def place(self) -> str:
        """Where the window is: ``inbox``, ``customers``, ``search`` or ``board``."""
        return self.stage.place

    @property
    def current_list(self) -> InboxPanel | CustomersPanel | SearchPanel | BoardPanel:
        """The list at the left, or the board."""
        return self.stage.current

    # --- places -----------------------------------------------------------------------------------------------------

    def go(self, place: str) -> None:
        """Show a place, ``inbox``, ``customers``, ``search`` or ``board``, and put the keyboard there."""
        self.show_place(place)
        self.current_list.take_focus()

    def show_place(self, place: str) -> None:
        """Show a place; the keyboard stays where it is."""
        self.rail.show_place(place)
        self.stage.show_place(place)

    def _on_contact(self, contact: InteractionId) -> None:
        """A contact was chosen on the board: show it where contacts are read."""
        assert self.workplace is not None
        self.show_place("inbox")
        self.workplace.open(contact)
        self.interaction.take_focus()

    def search_for(self, text: str) -> None:
        """Search everything for ``text``."""
        self.go("search")
        self.search.search_for(text)

    def _on_hit(self, hit: SearchHit) -> None:
        """Show what was found where it belongs: a customer at the right, a contact in the middle, at the very message."""
        from desktop.viewmodels.search import HitKind

        assert self.workplace is not None
        if hit.kind is HitKind.CUSTOMER:
            self.context.show_customer(hit.customer_id or hit.id)
        elif hit.interaction_id is not None:
            self.workplace.open(hit.interaction_id)
            if hit.kind is HitKind.DRAFT:
                self._wants_to_write = True
                self._on_composer_changed()
            elif hit.kind is not HitKind.INTERACTION:
                self.interaction.show_message(MessageId(hit.id), self.search.model.text)

    def _on_preferences(self, anchor: QWidget) -> None:
        menu = PreferencesMenu(self.preferences, self._theme, self)
        menu.sign_out_requested.connect(self.sign_out)
        menu.lock_requested.connect(self.lock_requested)
        menu.account_requested.connect(self.account_requested)
        menu.accounts_requested.connect(self.accounts_requested)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(anchor.mapToGlobal(anchor.rect().topRight()))

    def _on_accepted(self, _offer: object) -> None:
        """Whoever accepts wants to answer: the keyboard goes to the composer once the contact is there."""
        self._wants_to_write = True
        if self.place == "board":
            self.show_place("inbox")

    def _on_composer_changed(self) -> None:
        composing = self.interaction.composing
        if self._wants_to_write and composing.is_loaded and not composing.block:
            self._wants_to_write = False
            self.interaction.take_focus()

    def _on_notified(self) -> None:
        self.activate()
        if not self.curtain.is_drawn:
            self.go("inbox")

    # --- layout -----------------------------------------------------------------------------------------------------

    def _restore_panes(self) -> None:
        saved = self.preferences.panes
        if not saved or not self.panes.restoreState(QByteArray.fromBase64(saved.encode())):
            total = max(self.width() - 52, 900)
            self.panes.setSizes([_INBOX, total - _INBOX - _CONTEXT, _CONTEXT])

    def save_layout(self) -> None:
        """Keep size and panes for the next start."""
        self._settled.stop()
        if self.workplace is not None:
            panes = bytes(self.panes.saveState().toBase64().data()).decode()
            geometry = bytes(self.saveGeometry().toBase64().data()).decode()
            self.preferences.set_layout(geometry, panes)

    def sign_out(self) -> None:
        """Have the agent signed out, once they have agreed where something is still to go out."""
        from desktop.ui.outbox.closing import SIGN_OUT

        self.outgoing.leave(SIGN_OUT)

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
        # Behind the curtain nothing may be told, and nothing is lost; before it is furnished nothing was done.
        if not self.is_furnished or self.curtain.is_drawn:
            self.closing.emit()
        else:
            self.outgoing.leave()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._on_layout_changed()

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self._on_layout_changed()

    def _on_layout_changed(self) -> None:
        if self.workplace is not None:
            self._settled.start()

    # --- the front, and the lock ------------------------------------------------------------------------------------

    def activate(self) -> None:
        """Bring the window to the front, as when it is started a second time; what it shows stays."""
        self.showNormal() if self.isMinimized() else self.show()
        self.raise_()
        self.activateWindow()
        QApplication.alert(self)

    def lock(self, sheet: QWidget) -> None:
        """Show ``sheet`` and nothing else until ``unlock``; what rings meanwhile is told without a name."""
        if self.is_furnished:
            self.notifier.is_discreet = True
        self.curtain.draw(sheet)

    def unlock(self) -> None:
        """Show everything as it was before."""
        if self.curtain.is_drawn:
            self.curtain.open()
            if self.is_furnished:
                self.notifier.is_discreet = False


def _show_file(path: str) -> None:
    """Show a file the agent asked for with the system's viewer; the hub lets no programs in."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(path))
