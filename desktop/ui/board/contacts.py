"""The contacts behind a number of the board: a list one can open, select many of and act on. Escape goes back."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QListView,
    QMenu,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.board import wording
from desktop.ui.board.contact_row import ContactDelegate
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.eliding import ElidedLabel
from desktop.viewmodels.board import BoardViewModel, ContactFigures, ContactsFilter
from desktop.viewmodels.board_contacts import BoardContactsModel, Role
from desktop.viewmodels.workplace import Workplace


class ContactsList(QListView):
    """``menu_wanted`` where a menu of actions belongs; ``key_pressed`` a letter that is a key of an action."""

    menu_wanted = Signal(QPoint)
    key_pressed = Signal(str)

    def __init__(self, model: BoardContactsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._contacts = model
        self._is_menu_open = False
        self.setModel(model)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def chosen(self) -> list[ContactFigures]:
        """Return the selected contacts, else the one the keyboard is at, from above."""
        rows = sorted({index.row() for index in self.selectionModel().selectedIndexes()})
        if not rows and self.currentIndex().isValid():
            rows = [self.currentIndex().row()]
        return [contact for row in rows if (contact := self._contacts.contact(row)) is not None]

    def popup(self, menu: QMenu, at: QPoint) -> None:
        """Show a menu; nothing moves under it."""
        self._is_menu_open = True
        self._contacts.hold(True)
        menu.aboutToHide.connect(self._on_menu_closed)
        menu.popup(at)

    def _on_menu_closed(self) -> None:
        self._is_menu_open = False
        self._contacts.hold(self.viewport().underMouse())

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Enter:
            self._contacts.hold(True)
        elif event.type() == QEvent.Type.Leave:
            self._contacts.hold(self._is_menu_open)
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        letter = event.text().upper()
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
        elif len(letter) == 1 and letter.isalpha() and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.key_pressed.emit(letter)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        at = event.globalPos()
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            at = self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).bottomLeft())
        if self.chosen():
            self.menu_wanted.emit(at)


class ContactsPage(QWidget):
    """``opened`` carries a contact's id, ``left`` is the wish to go back."""

    opened = Signal(str)
    left = Signal()

    def __init__(
        self, workplace: Workplace, board: BoardViewModel, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._board = board
        self._theme = theme
        self.model = BoardContactsModel(workplace, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(8, 10, 12, 8)
        head.setSpacing(6)
        self._back = QToolButton(self)
        self._back.setProperty("look", "tiny")
        self._back.setToolTip(self.tr("Back"))
        self._back.setAccessibleName(self.tr("Back"))
        self._back.clicked.connect(self.left)
        head.addWidget(self._back)
        self.title = ElidedLabel(parent=self)
        self.title.setProperty("look", "strong")
        head.addWidget(self.title, 1)
        self.count = QLabel(self)
        self.count.setProperty("look", "pill-neutral")
        head.addWidget(self.count)
        column.addLayout(head)
        self.list = ContactsList(self.model, self)
        self.list.setAccessibleName(self.tr("Contacts behind the number"))
        delegate = ContactDelegate(workplace, board, theme, self.list)
        self.model.describe = delegate.described
        self.list.setItemDelegate(delegate)
        self.list.doubleClicked.connect(self._on_activated)
        self.list.activated.connect(self._on_activated)
        self._hint = QLabel(self)
        self._hint.setProperty("look", "muted")
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setWordWrap(True)
        self._hint.setMargin(24)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.list)
        self._pages.addWidget(self._hint)
        column.addWidget(self._pages, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 8, 12, 10)
        foot.setSpacing(8)
        self.open_button = QPushButton(self.tr("Open"), self)
        self.open_button.setProperty("look", "primary")
        self.open_button.clicked.connect(self._open_chosen)
        self.act = QPushButton(self.tr("Actions…"), self)
        self.act.clicked.connect(lambda: self.list.menu_wanted.emit(self.act.mapToGlobal(QPoint(0, self.act.height()))))
        self.chosen = QLabel(self)
        self.chosen.setProperty("look", "small")
        foot.addWidget(self.open_button)
        foot.addWidget(self.act)
        foot.addStretch(1)
        foot.addWidget(self.chosen)
        column.addLayout(foot)
        self.model.loaded.connect(self._on_loaded)
        self.list.selectionModel().selectionChanged.connect(self._on_selection)
        theme.changed.connect(self._tint)
        self._tint()
        self._on_loaded()

    def show_contacts(self, which: ContactsFilter) -> None:
        """Show the contacts behind a number and put the keyboard there."""
        if which != self.model.which:
            self.list.clearSelection()
            self.model.show(which)
        self.title.setText(wording.listed(self._board, which))
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def tick(self) -> None:
        """The clocks of the rows go on."""
        self.list.viewport().update()

    def _on_activated(self, index: QModelIndex) -> None:
        if (id_ := index.data(Role.ID)) is not None:
            self.opened.emit(id_)

    def _open_chosen(self) -> None:
        if chosen := self.list.chosen():
            self.opened.emit(chosen[0].id)

    def _on_selection(self) -> None:
        number = len({index.row() for index in self.list.selectionModel().selectedIndexes()})
        self.chosen.setText(self.tr("%n selected", None, number) if number > 1 else "")
        self.open_button.setEnabled(number <= 1 and self.model.rowCount() > 0)
        self.act.setEnabled(self.model.rowCount() > 0)

    def _on_loaded(self) -> None:
        model = self.model
        self.count.setText(str(model.total))
        self.count.setVisible(model.is_loaded)
        if model.error:
            self._hint.setText(
                self.tr("You may not see these contacts.")
                if model.error == "forbidden"
                else self.tr("The contacts cannot be fetched now. They come as soon as there is a connection.")
            )
        elif not model.is_loaded:
            self._hint.setText(self.tr("Fetching the contacts…"))
        else:
            self._hint.setText(self.tr("There is none at the moment."))
        self._pages.setCurrentIndex(0 if model.rowCount() else 1)
        if model.rowCount() and not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(model.index(0))
        self._on_selection()

    def _tint(self) -> None:
        self._back.setIcon(self._theme.icons.icon("left"))
        self.list.viewport().update()
