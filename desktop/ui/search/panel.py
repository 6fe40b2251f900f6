"""The search place in the left column: one field for everything there is, what is looked through, and what was found."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
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
from desktop.ui.search import hits
from desktop.ui.search.delegate import HitDelegate
from desktop.ui.search.field import SearchField
from desktop.ui.search.popup import FilterPopup
from desktop.ui.search.start import StartPage
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.announcing import announce
from desktop.ui.widgets.flow import FlowBox
from desktop.viewmodels.completion import FilterCompleter, without
from desktop.viewmodels.search import Part, RecentSearches, SearchModel, SearchOrder, State, key_of
from desktop.viewmodels.workplace import Workplace

_FIELD = 32
# What came in a moment ago is indexed in the next; only a history still to be read is worth a word.
_ALMOST = 0.99
_TOLD_MS = 600


class HitList(QListView):
    """Letters typed on a hit go on in the field; ``left_upwards`` by Up on the first, and by Escape."""

    typed = Signal(str)
    left_upwards = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
        is_top = event.key() == Qt.Key.Key_Up and self.currentIndex().row() <= 0
        if is_top or event.key() == Qt.Key.Key_Escape:
            self.left_upwards.emit()
        elif plain and event.text().isprintable() and event.text().strip():
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)


class SearchPanel(QFrame):
    """``hit_chosen`` carries a ``SearchHit``; ``left`` says that the agent is done here."""

    hit_chosen = Signal(object)
    left = Signal()

    def __init__(self, workplace: Workplace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._theme = theme
        self.setProperty("look", "panel")
        self.setProperty("holds_popups", True)
        self.setAccessibleName(self.tr("Search everything"))
        self.model = SearchModel(workplace, hits.describe, self)
        self.recent = RecentSearches(workplace, self)
        self._kept: tuple[str, str, int] = ("", "", 0)
        # What was found is read out once typing has come to rest.
        self._told = QTimer(self)
        self._told.setSingleShot(True)
        self._told.setInterval(_TOLD_MS)
        self._told.timeout.connect(self._tell_count)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._make_header())
        self._make_list()
        self._pages = QStackedWidget(self)
        self.start = StartPage(self.recent, theme, self._pages)
        self._pages.addWidget(self.list)
        self._pages.addWidget(self.start)
        self._pages.addWidget(self._make_empty())
        column.addWidget(self._pages, 1)
        self.start.chosen.connect(self.search_for)
        self.start.begun.connect(self.field.put)
        self.model.modelAboutToBeReset.connect(self._remember)
        self.model.modelReset.connect(self._restore)
        self.model.loaded.connect(self._on_loaded)
        self.model.slow.connect(lambda: self._say(self.tr("Searching…")))
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self._on_loaded()

    # --- parts ------------------------------------------------------------------------------------------------------

    def _make_header(self) -> QVBoxLayout:
        head = QVBoxLayout()
        head.setContentsMargins(14, 15, 12, 8)
        head.setSpacing(12)
        title = QLabel(self.tr("Search"), self)
        title.setProperty("look", "title")
        head.addWidget(title)
        self.popup = FilterPopup(FilterCompleter(self._workplace, self), self._theme, self)
        self.field = SearchField(self.popup, self)
        self.field.setPlaceholderText(self.tr("Everything: names, words, numbers"))
        self.field.setAccessibleName(self.tr("Search everything"))
        self.field.setClearButtonEnabled(True)
        self._icon = self.field.addAction(self._theme.icons.icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.field.textChanged.connect(self.model.look_for)
        self.field.stepped.connect(self._on_stepped)
        self.field.submitted.connect(self._on_submitted)
        self.field.left.connect(self.left)
        row = QHBoxLayout()
        # With the keyboard in it the field is a little higher; nothing below it moves for that.
        row.addStrut(_FIELD)
        row.addWidget(self.field)
        head.addLayout(row)
        head.addWidget(self._make_chips())
        self.said = QLabel(self)
        self.said.setProperty("look", "muted")
        self.said.setWordWrap(True)
        self.said.hide()
        head.addWidget(self.said)
        head.addWidget(self._make_ignored())
        return head

    def _make_chips(self) -> QWidget:
        box = FlowBox(self, 6)
        self.parts = QButtonGroup(box)
        self.parts.setExclusive(True)
        self.part_buttons: dict[Part, QPushButton] = {}
        for part in Part:
            button = QPushButton(hits.part_title(part), box)
            button.setProperty("look", "chip")
            button.setCheckable(True)
            button.setChecked(part is Part.ALL)
            button.setAccessibleName(self.tr("Look through: %1").replace("%1", hits.part_title(part)))
            button.clicked.connect(lambda _checked=False, p=part: self.model.choose_part(p))
            self.parts.addButton(button)
            self.part_buttons[part] = button
            box.flow.addWidget(button)
        self.order_button = QPushButton(box)
        self.order_button.setProperty("look", "link")
        self.order_button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        menu = QMenu(self.order_button)
        for order in SearchOrder:
            action = menu.addAction(hits.order_title(order))
            action.setCheckable(True)
            action.setData(order)
            action.triggered.connect(lambda _checked=False, o=order: self._choose_order(o))
        self.order_button.setMenu(menu)
        box.flow.add_last(self.order_button)
        self._choose_order(self.model.order)
        return box

    def _make_ignored(self) -> QFrame:
        self.ignored = QFrame(self)
        self.ignored.setProperty("look", "banner-warn")
        row = QHBoxLayout(self.ignored)
        row.setContentsMargins(10, 6, 8, 6)
        self.ignored_text = QLabel(self.ignored)
        self.ignored_text.setTextFormat(Qt.TextFormat.PlainText)
        self.ignored_text.setWordWrap(True)
        row.addWidget(self.ignored_text, 1)
        self.remove = QPushButton(self.tr("Remove"), self.ignored)
        self.remove.setProperty("look", "link")
        self.remove.setAccessibleName(self.tr("Remove what was not understood"))
        self.remove.clicked.connect(self._on_remove)
        row.addWidget(self.remove)
        self.ignored.hide()
        return self.ignored

    def _make_list(self) -> None:
        self.list = HitList(self)
        self.list.setModel(self.model)
        self.delegate = HitDelegate(self._workplace, self._theme, self.list)
        self.list.setItemDelegate(self.delegate)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setMouseTracking(True)
        self.list.setAccessibleName(self.tr("What was found"))
        self.list.clicked.connect(self._choose)
        self.list.activated.connect(self._choose)
        self.list.typed.connect(lambda text: self.field.put(self.field.text() + text))
        self.list.left_upwards.connect(lambda: self.field.setFocus(Qt.FocusReason.ShortcutFocusReason))
        self.list.viewport().installEventFilter(self)

    def _make_empty(self) -> QWidget:
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(32, 0, 32, 60)
        column.setSpacing(6)
        column.addStretch(1)
        self.empty_title = QLabel(page)
        self.empty_title.setProperty("look", "strong")
        self.empty_text = QLabel(page)
        self.empty_text.setProperty("look", "muted")
        for label in (self.empty_title, self.empty_text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
            column.addWidget(label)
        self.mend = QPushButton(page)
        self.mend.clicked.connect(self._on_mend)
        column.addSpacing(6)
        column.addWidget(self.mend, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)
        return page

    # --- what others ask for ----------------------------------------------------------------------------------------

    def take_focus(self) -> None:
        """Put the keyboard into the field."""
        self.focus_search()

    def focus_search(self) -> None:
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def search_for(self, text: str) -> None:
        """Search for a text that was chosen elsewhere, in everything."""
        self.part_buttons[Part.ALL].setChecked(True)
        self.model.choose_part(Part.ALL)
        self.field.put(text)
        self.popup.hide()

    # --- choosing ---------------------------------------------------------------------------------------------------

    def _choose_order(self, order: SearchOrder) -> None:
        title = hits.order_title(order)
        self.order_button.setText(title)
        self.order_button.setAccessibleName(self.tr("Order: %1").replace("%1", title))
        for action in self.order_button.menu().actions():
            action.setChecked(action.data() == order)
        self.model.choose_order(order)

    def _on_stepped(self, rows: int) -> None:
        if self._pages.currentWidget() is self.start:
            if rows > 0:
                self.start.first().setFocus(Qt.FocusReason.TabFocusReason)
            return
        now = self.list.currentIndex().row() if self.list.selectionModel().hasSelection() else -1
        row = max(0, min(self.model.rowCount() - 1, now + rows if now >= 0 else 0))
        self.list.setCurrentIndex(self.model.index(row))
        hit = self.model.hit(row)
        if hit is not None:
            announce(self.field, hits.describe(hit))

    def _on_submitted(self) -> None:
        chosen = self.list.selectionModel().hasSelection()
        self._choose(self.list.currentIndex() if chosen else self.model.index(0))

    def _choose(self, index: QModelIndex) -> None:
        hit = self.model.hit(index.row())
        if hit is None:
            return
        self.list.setCurrentIndex(index)
        self.recent.keep(self.model.text)
        self.hit_chosen.emit(hit)

    # --- following the answers --------------------------------------------------------------------------------------

    def _remember(self) -> None:
        """Note which hit is chosen, and which is the topmost in sight and where it stands."""
        chosen = self.model.hit(self.list.currentIndex().row()) if self.list.selectionModel().hasSelection() else None
        top = self.list.indexAt(QPoint(self.list.viewport().width() // 2, 1))
        first = self.model.hit(top.row())
        offset = self.list.visualRect(top).top() if first is not None else 0
        self._kept = (key_of(chosen) if chosen else "", key_of(first) if first else "", offset)

    def _restore(self) -> None:
        self.delegate.begin(self._workplace.now())
        chosen, first, offset = self._kept
        bar = self.list.verticalScrollBar()
        if self.model.is_new_question:
            bar.setValue(0)
        elif (row := self.model.find(first)) >= 0:
            self.list.executeDelayedItemsLayout()
            bar.setValue(bar.value() + self.list.visualRect(self.model.index(row)).top() - offset)
        row = self.model.find(chosen) if chosen else -1
        if row >= 0:
            is_new = self.model.is_new_question
            self.list.setAutoScroll(is_new)
            self.list.setCurrentIndex(self.model.index(row))
            self.list.setAutoScroll(True)

    def _on_loaded(self) -> None:
        state, page = self.model.state, self.model.page
        if state is State.IDLE:
            self._pages.setCurrentWidget(self.start)
        elif state is State.FOUND:
            self._pages.setCurrentWidget(self.list)
        else:
            self._tell_empty()
            self._pages.setCurrentIndex(2)
        done = formats.percent(int(page.progress * 100) / 100)
        is_growing = page.progress < _ALMOST and state is not State.IDLE
        self._say(self.tr("Searching in %1 of the history so far.").replace("%1", done) if is_growing else "")
        self.ignored.setVisible(bool(page.ignored))
        if page.ignored:
            told = ", ".join(formats.quoted(text) for text in page.ignored)
            self.ignored_text.setText(self.tr("Not understood: %1").replace("%1", told))
        if self.isVisible() and state is not State.IDLE:
            self._told.start()

    def _tell_count(self) -> None:
        count = self.model.rowCount()
        told = self.tr("%n found", "", count) if count else self.empty_title.text()
        announce(self.field, self.tr("%1 or more").replace("%1", told) if self.model.page.more else told)

    def _say(self, text: str) -> None:
        self.said.setText(text)
        self.said.setVisible(bool(text))

    def _tell_empty(self) -> None:
        mend = ""
        if self.model.state is State.FAILED:
            title, text = self.tr("The search did not work"), self.tr("What you have open is not affected.")
            mend = self.tr("Try again")
        else:
            title, text = self.tr("Nothing found"), self.tr("Try fewer or other words, or only their beginnings.")
            if self.model.part is not Part.ALL:
                told = self.tr("Only this was looked through: %1.")
                text = told.replace("%1", hits.part_title(self.model.part))
                mend = self.tr("Look through everything")
            elif ":" in self.model.text:
                text = self.tr("Try fewer words or fewer filters.")
        self.empty_title.setText(title)
        self.empty_text.setText(text)
        self.mend.setText(mend)
        self.mend.setVisible(bool(mend))

    def _on_mend(self) -> None:
        if self.model.state is State.FAILED:
            self.model.ask_again()
        else:
            self.part_buttons[Part.ALL].click()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_remove(self) -> None:
        self.field.put(without(self.field.text(), self.model.page.ignored))

    # --- events -----------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While the pointer is over the list, rows stay where they are."""
        if event.type() is QEvent.Type.MouseMove:
            self.model.hold(True)
        elif event.type() is QEvent.Type.Leave:
            self.model.hold(False)
        return super().eventFilter(watched, event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.model.set_shown(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.popup.hide()
        self._told.stop()
        self.model.hold(False)
        self.model.set_shown(False)

    def _on_theme_changed(self) -> None:
        self._icon.setIcon(self._theme.icons.icon("search"))
        self.order_button.setIcon(self._theme.icons.icon("down", "on_soft"))
        self.list.doItemsLayout()
        self.list.viewport().update()
