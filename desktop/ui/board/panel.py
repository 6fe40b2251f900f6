"""The lead's board as a place of the window: the figures of the centre, the tables of queues and agents, and at the right
what needs attention, or the contacts behind a number. It asks for figures only while it is in sight.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.board.actions import BoardActions
from desktop.ui.board.figures import FiguresRow
from desktop.ui.board.side import SideColumn
from desktop.ui.board.tables import AgentsCard, QueuesCard, TableCard
from desktop.ui.board.wallboard import Wallboard
from desktop.ui.i18n import formats
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.beat import Beat
from desktop.viewmodels.board import BoardViewModel, ContactsFilter
from desktop.viewmodels.board_layout import BoardLayout, BoardLayouts
from desktop.viewmodels.workplace import Workplace

_SIDE = 372
_MOST_QUEUES = 0.55


class BoardPanel(QFrame):
    """``contact_chosen`` carries a contact to be shown where contacts are read; ``notice`` a sentence for the window."""

    contact_chosen = Signal(str)
    notice = Signal(str)

    def __init__(self, workplace: Workplace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._theme = theme
        self.setProperty("look", "page-ground")
        self.setAccessibleName(self.tr("Board"))
        self.board = BoardViewModel(workplace, self)
        self.actions_ = BoardActions(workplace, self.board, theme, self)
        self.wallboard = Wallboard(workplace, self.board, theme, self)
        self.layouts = BoardLayouts(workplace, self._arrangement, self)
        self.split = QSplitter(Qt.Orientation.Horizontal, self)
        self.split.setHandleWidth(1)
        self.split.setChildrenCollapsible(False)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.split)
        self.side = SideColumn(workplace, self.board, theme, self)
        self.side.setMinimumWidth(320)
        self.side.setMaximumWidth(560)
        self.split.addWidget(self._make_middle())
        self.split.addWidget(self.side)
        self.split.setStretchFactor(0, 1)
        self.split.setStretchFactor(1, 0)
        self.split.setSizes([10_000, _SIDE])
        self._beat = Beat(self)
        self._beat.beat.connect(self._on_beat)
        self._wire()
        self.layouts.load(self._arrange)
        self._on_state()

    # --- parts ------------------------------------------------------------------------------------------------------

    def _make_middle(self) -> QWidget:
        middle = QWidget(self)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._make_head())
        rule = QFrame(middle)
        rule.setProperty("look", "line")
        column.addWidget(rule)
        self.stale = QLabel(middle)
        self.stale.setProperty("look", "stale")
        self.stale.setTextFormat(Qt.TextFormat.PlainText)
        self.stale.setWordWrap(True)
        self.stale.hide()
        column.addWidget(self.stale)
        self.pages = QStackedWidget(middle)
        column.addWidget(self.pages, 1)
        body = QWidget(self.pages)
        inner = QVBoxLayout(body)
        inner.setContentsMargins(12, 12, 12, 12)
        inner.setSpacing(10)
        self.figures = FiguresRow(self._theme, body)
        inner.addWidget(self.figures)
        self.tables = QSplitter(Qt.Orientation.Vertical, body)
        self.tables.setHandleWidth(10)
        self.tables.setProperty("look", "gap")
        self.tables.setChildrenCollapsible(False)
        self.queues = QueuesCard(self._workplace, self.board, self._theme, self.tables)
        self.agents = AgentsCard(self._workplace, self.board, self._theme, self.tables)
        for table in (self.queues, self.agents):
            table.setMinimumHeight(150)
            self.tables.addWidget(table)
        # Until somebody moves the line between them, the queues have the room they need.
        self._is_split = False
        inner.addWidget(self.tables, 1)
        self.pages.addWidget(body)
        self.hint = QLabel(self.pages)
        self.hint.setProperty("look", "muted")
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.hint.setWordWrap(True)
        self.hint.setMargin(48)
        self.pages.addWidget(self.hint)
        return middle

    def _make_head(self) -> QWidget:
        head = QFrame(self)
        head.setProperty("look", "panel")
        row = QHBoxLayout(head)
        row.setContentsMargins(14, 10, 12, 10)
        row.setSpacing(8)
        title = QLabel(self.tr("Board"), head)
        title.setProperty("look", "title")
        row.addWidget(title)
        row.addSpacing(8)
        self.search = QLineEdit(head)
        self.search.setPlaceholderText(self.tr("Find a queue or an agent"))
        self.search.setAccessibleName(self.tr("Find a queue or an agent"))
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(280)
        icon = self._theme.icons.icon("search")
        self._search_icon = self.search.addAction(icon, QLineEdit.ActionPosition.LeadingPosition)
        row.addWidget(self.search, 1)
        row.addStretch(1)
        self.wall_button = QPushButton(self.tr("Wallboard"), head)
        self.wall_button.setProperty("look", "quiet")
        self.wall_button.setToolTip(f"{self.tr('Full screen for a room')} ({formats.keys('F11')})")
        self.wall_button.clicked.connect(self.show_wallboard)
        row.addWidget(self.wall_button)
        self.broadcast_button = QPushButton(self.tr("Broadcast…"), head)
        self.broadcast_button.setToolTip(self.tr("Say something to all agents, or to a team"))
        self.broadcast_button.clicked.connect(lambda: self.actions_.broadcast(self.broadcast_button))
        row.addWidget(self.broadcast_button)
        return head

    def _wire(self) -> None:
        side, actions = self.side, self.actions_
        self.board.changed.connect(self._on_board)
        self.board.state_changed.connect(self._on_state)
        self._workplace.catalogue.changed.connect(self._on_board)
        self.search.textChanged.connect(self._on_search)
        drilling: tuple[Any, ...] = (
            self.figures,
            self.queues.view,
            self.agents.view,
            side.alerts,
            side.course,
            actions,
        )
        for source in drilling:
            source.drilled.connect(self.drill)
        for table, menu in ((self.queues, actions.queues_menu), (self.agents, actions.agents_menu)):
            table.view.menu_wanted.connect(lambda at, table=table, menu=menu: menu(table.view, at))
            table.view.arranged.connect(self.layouts.note)
        self.queues.view.selectionModel().selectionChanged.connect(self._on_queue_selected)
        contacts = side.contacts
        contacts.opened.connect(self.contact_chosen)
        contacts.list.menu_wanted.connect(lambda at: actions.contacts_menu(contacts.list, at))
        contacts.list.key_pressed.connect(lambda letter: actions.contacts_key(contacts.list, letter))
        side.alerts.seen.connect(actions.leading.see_alert)
        side.alerts.contact_chosen.connect(self.contact_chosen)
        side.alerts.rules_wanted.connect(actions.show_rules)
        side.staff.queue_chosen.connect(self._show_queue)
        side.course.all_wanted.connect(self.queues.view.clearSelection)
        side.page_changed.connect(self.layouts.note)
        actions.contact_wanted.connect(self.contact_chosen)
        actions.queue_wanted.connect(self._show_queue)
        actions.told.connect(self.notice)
        self.agents.narrowed.connect(self.layouts.note)
        self.split.splitterMoved.connect(self.layouts.note)
        self.tables.splitterMoved.connect(self._on_split)
        self._theme.changed.connect(self._tint)
        self._full = QShortcut(QKeySequence("F11"), self)
        self._full.activated.connect(self.show_wallboard)

    # --- what it shows ----------------------------------------------------------------------------------------------

    def _on_board(self) -> None:
        board = self.board.board
        if board is None or not self.isVisible():
            return
        self.pages.setCurrentIndex(0)
        self.figures.show_board(self.board)
        self.queues.model.become(board.queues)
        self.agents.model.become(board.agents)
        self._share_room()
        self.agents.show_teams(self.board.teams)
        self.side.show_board()

    def _share_room(self) -> None:
        room = sum(self.tables.sizes())
        above = min(self.queues.wished_height(), round(room * _MOST_QUEUES))
        if not self._is_split and room and self.tables.sizes()[0] != above:
            self.tables.setSizes([above, room - above])

    def _on_split(self) -> None:
        self._is_split = True
        self.layouts.note()

    def _on_state(self) -> None:
        code = self.board.error
        has_board = self.board.board is not None
        self.pages.setCurrentIndex(0 if has_board else 1)
        if code == "forbidden":
            self.hint.setText(self.tr("The board is for those who lead a team. Ask whoever looks after the accounts."))
        elif code:
            self.hint.setText(self.tr("No connection. The board comes as soon as there is one."))
        else:
            self.hint.setText(self.tr("Fetching the board…"))
        self._on_age()

    def _on_age(self) -> None:
        """Figures that are not of now say so."""
        board = self.board.board
        is_old = board is not None and bool(self.board.error)
        if board is not None and is_old:
            text = self.tr("No connection: these are the figures of %1, %2 ago.").replace("%1", formats.clock(board.at))
            self.stale.setText(text.replace("%2", formats.span(self.board.late_s)))
        if self.stale.isHidden() is is_old:
            self.stale.setVisible(is_old)

    def _on_beat(self) -> None:
        for table in (self.queues, self.agents):
            table.view.tick()
        if self.board.board is not None:
            self.figures.show_board(self.board)
            self._share_room()
        self.side.tick()
        self._on_age()

    def drill(self, which: ContactsFilter) -> None:
        """Show the contacts behind a number."""
        self.side.show_contacts(which, self.focusWidget() or self.window().focusWidget())

    def _on_search(self, text: str) -> None:
        self.queues.model.narrow(text)
        self.agents.look_for(text)

    def _on_queue_selected(self) -> None:
        ids = {index.row() for index in self.queues.view.selectionModel().selectedRows()}
        row = self.queues.model.row(ids.pop()) if len(ids) == 1 else None
        self.side.course.show_queue(row.id if row is not None else None)

    def _show_queue(self, id_: str) -> None:
        number = self.queues.model.number_of(id_)
        if number >= 0:
            self.queues.view.selectRow(number)
            self.queues.view.scrollTo(self.queues.model.index(number, 0))
        self.side.show_page("course")
        self.side.course.show_queue(self.queues.model.row(number).id if number >= 0 else None)

    def show_wallboard(self) -> None:
        """Fill the screen with large figures; a second time ends it."""
        if self.wallboard.isVisible():
            self.wallboard.close()
        else:
            self.wallboard.showFullScreen()
            self.wallboard.activateWindow()

    # --- the keyboard -----------------------------------------------------------------------------------------------

    def take_in(self, offers: QWidget) -> None:
        """Let what rings stand at the right."""
        self.side.take_in(offers)

    def take_focus(self) -> None:
        """Put the keyboard into the queues."""
        view = self.queues.view
        if not view.currentIndex().isValid() and self.queues.model.rowCount():
            view.setCurrentIndex(self.queues.model.index(0, 0))
            view.clearSelection()
        view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def focus_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def next_pane(self) -> None:
        """Move the keyboard on: queues, agents, the column at the right."""
        focus = self.focusWidget()
        parts: tuple[QWidget, ...] = (self.queues, self.agents, self.side)
        at = next((n for n, part in enumerate(parts) if focus is not None and part.isAncestorOf(focus)), -1)
        part = parts[(at + 1) % len(parts)]
        if isinstance(part, TableCard):
            part.view.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.side.take_focus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.side.is_at_contacts:
            self.side.go_back()
        elif event.key() == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
        else:
            super().keyPressEvent(event)

    # --- its life ---------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.board.start(self)
        self._beat.start()
        self._on_state()
        self._on_board()

    def hideEvent(self, event: QHideEvent) -> None:
        self._beat.stop()
        self.board.stop(self)
        self.layouts.save()
        super().hideEvent(event)

    def _arrange(self, layout: BoardLayout) -> None:
        self.queues.view.arrange(layout.queues)
        self.agents.view.arrange(layout.agents)
        self.agents.choose(layout.team, layout.state)
        self.side.show_page(layout.page)
        if layout.split:
            self._is_split = True
            self.tables.setSizes([layout.split, 1000 - layout.split])
        if layout.side:
            self.split.setSizes([10_000, layout.side])

    def _arrangement(self) -> BoardLayout:
        above, below = self.tables.sizes()
        return BoardLayout(
            queues=self.queues.view.arrangement(),
            agents=self.agents.view.arrangement(),
            team=str(self.agents.team.currentData() or ""),
            state=str(self.agents.state.currentData() or ""),
            page=self.side.page,
            split=round(1000 * above / max(1, above + below)) if self._is_split else 0,
            side=self.side.width(),
        )

    def _tint(self) -> None:
        self._search_icon.setIcon(self._theme.icons.icon("search"))
