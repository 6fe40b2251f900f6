"""The inbox: the view menu, the search field, what rings, and the list. Keyboard: arrows move, Enter goes to the contact."""

from __future__ import annotations

import time

from PySide6.QtCore import QCoreApplication, QEvent, QModelIndex, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.i18n import formats
from desktop.ui.inbox import rows
from desktop.ui.inbox.delegate import InboxDelegate, next_second_matters
from desktop.ui.inbox.list import InboxList
from desktop.ui.inbox.next_request import NextButton
from desktop.ui.inbox.offers import OffersView
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.beat import Beat
from desktop.viewmodels.inbox import Header, InboxModel, InboxView, Role
from desktop.viewmodels.workplace import Workplace

VIEWS = (InboxView.MINE, InboxView.QUEUES, InboxView.WAITING, InboxView.SNOOZED, InboxView.CLOSED)
_REST_MS = 700
_LOOK_S = 5
_ALL_CLOCKS_S = 30


class InboxPanel(QFrame):
    """The left pane. Choosing a row opens its interaction for all panels. ``notice`` carries a line for the window (text,
    kind)."""

    opened = Signal()
    notice = Signal(str, str)

    def __init__(self, workplace: Workplace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._theme = theme
        self.setProperty("look", "panel")
        self.setAccessibleName(self.tr("Inbox"))
        self.model = InboxModel(workplace, self)
        self.model.describe = lambda entry: rows.describe(
            entry,
            workplace.now(),
            workplace.me,
            "" if isinstance(entry, Header) else workplace.accounts.title_of(entry.interaction.id),
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._make_header())
        self.offers = OffersView(workplace, theme, self)
        column.addWidget(self.offers)
        self._make_list()
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.list)
        self._pages.addWidget(self._make_empty())
        column.addWidget(self._pages, 1)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(lambda: self.model.hold(False))
        self._beat = Beat(self)
        self._beat.beat.connect(self._tick)
        self._all_due_at = self._look_due_at = 0.0
        # The rows whose clocks show seconds, or will before the next look; not known after a change.
        self._running: list[int] | None = None
        self.model.loaded.connect(self._on_loaded)
        self.model.counts_changed.connect(self._name_views)
        for changed in (
            self.model.modelReset,
            self.model.rowsInserted,
            self.model.rowsRemoved,
            self.model.rowsMoved,
            self.model.dataChanged,
        ):
            changed.connect(self._on_rows_changed)
        workplace.current_changed.connect(self._select_current)
        workplace.catalogue.changed.connect(self.list.viewport().update)
        theme.changed.connect(self._on_theme_changed)
        for keys, step in (("Ctrl+Down", 1), ("Ctrl+Up", -1)):
            QShortcut(QKeySequence(keys), self, lambda s=step: self._step(s), context=Qt.ShortcutContext.WindowShortcut)
        workplace.accounts.changed.connect(self._name_accounts)
        self._name_accounts()
        self._name_views()
        self._on_theme_changed()

    # --- parts ------------------------------------------------------------------------------------------------------

    def _make_header(self) -> QVBoxLayout:
        outer = QVBoxLayout()
        outer.setContentsMargins(8, 11, 12, 6)
        outer.setSpacing(8)
        top = QHBoxLayout()
        self.view_button = QPushButton(self)
        self.view_button.setProperty("look", "heading")
        self.view_button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        menu = QMenu(self.view_button)
        self._views: dict[InboxView, QAction] = {}
        for number, view in enumerate(VIEWS, 1):
            action = menu.addAction("")
            action.setCheckable(True)
            action.triggered.connect(lambda _checked=False, v=view: self.show_view(v))
            QShortcut(QKeySequence(f"Ctrl+Alt+{number}"), self, lambda v=view: self.show_view(v))
            self._views[view] = action
        self._views_menu = menu
        self._account_actions: list[QAction] = []
        self.view_button.setMenu(menu)
        top.addWidget(self.view_button)
        top.addStretch(1)
        self.next = NextButton(self._workplace, self._theme, self)
        self.next.notice.connect(self.notice)
        top.addWidget(self.next)
        outer.addLayout(top)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(self.tr("Search in this list"))
        self.search.setAccessibleName(self.tr("Search in this list"))
        self.search.setClearButtonEnabled(True)
        self._search_icon = self.search.addAction(
            self._theme.icons.icon("search"), QLineEdit.ActionPosition.LeadingPosition
        )
        self.search.textChanged.connect(self.model.search)
        row = QHBoxLayout()
        row.setContentsMargins(4, 0, 0, 0)
        row.addWidget(self.search)
        outer.addLayout(row)
        return outer

    def _make_list(self) -> None:
        self.list = InboxList(self)
        self.list.setModel(self.model)
        self.list.setItemDelegate(InboxDelegate(self._workplace, self._theme, self.list))
        self.list.setLayoutMode(QListView.LayoutMode.Batched)
        self.list.setBatchSize(200)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setMouseTracking(True)
        self.list.setAccessibleName(self.tr("Contacts"))
        self.list.clicked.connect(self._on_clicked)
        self.list.activated.connect(self._on_clicked)
        self.list.walked.connect(self._on_walked)
        self.list.viewport().installEventFilter(self)

    def _make_empty(self) -> QWidget:
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(32, 0, 32, 60)
        column.addStretch(1)
        self._empty_title = QLabel(page)
        self._empty_title.setProperty("look", "strong")
        self._empty_title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty_title.setWordWrap(True)
        self._empty_text = QLabel(page)
        self._empty_text.setProperty("look", "muted")
        self._empty_text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty_text.setWordWrap(True)
        column.addWidget(self._empty_title)
        column.addWidget(self._empty_text)
        column.addStretch(2)
        return page

    # --- what others ask for ----------------------------------------------------------------------------------------

    def take_focus(self) -> None:
        """Put the keyboard into the list."""
        self.list.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if not self.list.currentIndex().isValid():
            self._step(0)

    def focus_search(self) -> None:
        """Put the keyboard into the search field."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def show_view(self, view: InboxView) -> None:
        """Show one of the lists."""
        self.model.show(view)
        self._name_views()
        self.list.scrollToTop()

    def show_account(self, key: str | None) -> None:
        """Narrow the lists to one account; ``None`` shows all."""
        self.model.narrow(key)
        self._name_accounts()
        self._name_views()
        self.list.scrollToTop()

    # --- what happens -----------------------------------------------------------------------------------------------

    def _name_accounts(self) -> None:
        """Offer the accounts under the lists, where there are several."""
        for action in self._account_actions:
            self._views_menu.removeAction(action)
            action.deleteLater()
        accounts = self._workplace.accounts
        if self.model.account is not None and self.model.account not in [one.key for one in accounts.all]:
            self.model.narrow(None)
        self._account_actions = []
        if accounts.are_several:
            self._account_actions.append(self._views_menu.addSeparator())
            titles: list[tuple[str | None, str]] = [(None, self.tr("All accounts"))]
            titles += [(one.key, one.title) for one in accounts.all]
            for key, title in titles:
                action = self._views_menu.addAction(title)
                action.setCheckable(True)
                action.setChecked(key == self.model.account)
                action.triggered.connect(lambda _checked=False, k=key: self.show_account(k))
                self._account_actions.append(action)
        self.list.viewport().update()

    def _name_views(self) -> None:
        for view, action in self._views.items():
            count = self.model.counts[view]
            action.setText(rows.view_title(view) + (f"  ({count})" if count and view is not InboxView.CLOSED else ""))
            action.setChecked(view is self.model.view)
        title = rows.view_title(self.model.view)
        if self.model.account is not None:
            title += f" · {self._workplace.accounts.of(f'{self.model.account}~').title}"
        self.view_button.setText(title)
        self.view_button.setAccessibleName(self.tr("List: %1").replace("%1", title))

    def _on_loaded(self) -> None:
        is_empty = self.model.rowCount() == 0
        if is_empty:
            title, text = self._empty_words()
            self._empty_title.setText(title)
            self._empty_text.setText(text)
        self._pages.setCurrentIndex(1 if is_empty else 0)
        self._select_current()

    def _empty_words(self) -> tuple[str, str]:
        if self.model.text:
            text = self.tr("No contact in this list has all of these words. %1 searches everywhere.")
            return self.tr("Nothing found"), text.replace("%1", formats.keys("Ctrl+K"))
        return {
            InboxView.MINE: (
                self.tr("All done"),
                self.tr("You have no open contacts. New ones ring here as soon as you are ready."),
            ),
            InboxView.QUEUES: (self.tr("The queues are empty"), self.tr("Nobody is waiting at the moment.")),
            InboxView.WAITING: (
                self.tr("Nothing is waiting"),
                self.tr("Contacts that wait for the customer's answer stand here."),
            ),
            InboxView.SNOOZED: (
                self.tr("Nothing is snoozed"),
                self.tr("Contacts you put off stand here until their time."),
            ),
        }.get(self.model.view, (self.tr("Nothing here yet"), self.tr("Contacts you close stand here.")))

    def _on_clicked(self, index: QModelIndex) -> None:
        entry = index.data(Role.ENTRY)
        if isinstance(entry, Header):
            if entry.view is not InboxView.MINE:
                self.show_view(entry.view)
        elif index.isValid():
            self._open(index)
            self.opened.emit()

    def _on_walked(self, index: QModelIndex) -> None:
        if index.data(Role.ID) is not None:
            self._open(index)

    def _open(self, index: QModelIndex) -> None:
        """Open a row's contact; that it was chosen is painted before anything is asked about it."""
        QCoreApplication.sendPostedEvents(self.window(), QEvent.Type.UpdateRequest.value)
        self._workplace.open(index.data(Role.ID))

    def _select_current(self) -> None:
        row = self.model.row_of(self._workplace.current)
        selection = self.list.selectionModel()
        if row < 0:
            selection.clearSelection()
        elif not selection.isRowSelected(row):
            self.list.setCurrentIndex(self.model.index(row))

    def _step(self, step: int) -> None:
        found = self.model.neighbour(self._workplace.current, step or 1)
        if found is not None:
            self._workplace.open(found)
            self.list.scrollTo(self.model.index(self.model.row_of(found)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While the pointer moves over the list, rows stay where they are."""
        if event.type() == QEvent.Type.MouseMove:
            self.model.hold(True)
            self._rest.start()
        elif event.type() == QEvent.Type.Leave:
            self._rest.stop()
            self.model.hold(False)
        return super().eventFilter(watched, event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._beat.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._beat.stop()
        self._rest.stop()
        self.model.hold(False)

    def _tick(self) -> None:
        """Repaint the clocks: each second those that show seconds, every half minute all that are seen."""
        passed = time.monotonic()
        if passed >= self._all_due_at:
            self._all_due_at = passed + _ALL_CLOCKS_S
            self.list.viewport().update()
        if self._running is None or passed >= self._look_due_at:
            self._look_due_at = passed + _LOOK_S
            now = self._workplace.now()
            entries = ((row, self.model.entry(row)) for row in range(self.model.rowCount()))
            self._running = [row for row, entry in entries if next_second_matters(entry, now)]
        for row in self._running:
            self.list.update(self.model.index(row))

    def _on_rows_changed(self) -> None:
        self._running = None

    def _on_theme_changed(self) -> None:
        self.view_button.setIcon(self._theme.icons.icon("down"))
        self._search_icon.setIcon(self._theme.icons.icon("search"))
        self.list.doItemsLayout()
        self.list.viewport().update()
