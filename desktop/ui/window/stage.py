"""What fills the window between rail and strip: list, contact and context side by side, or a lead's board over all of it.
Makes the lists and the board when somebody first goes there; what they wish for is carried on by the main window.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from desktop.ui.inbox.panel import InboxPanel
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.workplace import Workplace

if TYPE_CHECKING:
    from desktop.ui.board.panel import BoardPanel
    from desktop.ui.customers.panel import CustomersPanel
    from desktop.ui.search.panel import SearchPanel

# The least and the most that list, contact and context may take.
WIDTHS = ((280, 480), (420, 16_777_215), (300, 560))


class Stage(QStackedWidget):
    """``made`` names a place (``customers``, ``search``, ``board``) whose panel was just made; ``moved`` when another place
    is shown."""

    made = Signal(str)
    moved = Signal()

    def __init__(self, workplace: Workplace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._theme = theme
        self._customers: CustomersPanel | None = None
        self._search: SearchPanel | None = None
        self._board: BoardPanel | None = None
        self.panes = QSplitter(Qt.Orientation.Horizontal, self)
        self.panes.setHandleWidth(1)
        self.panes.setChildrenCollapsible(False)
        self.left = QStackedWidget(self.panes)
        self.inbox = InboxPanel(workplace, theme, self.left)
        self.left.addWidget(self.inbox)
        for index, pane in enumerate((self.left, QWidget(self.panes), QWidget(self.panes))):
            _bound(pane, index)
            self.panes.addWidget(pane)
            self.panes.setStretchFactor(index, int(index == 1))
        self.addWidget(self.panes)
        self.left.currentChanged.connect(self.moved)
        self.currentChanged.connect(self.moved)

    def furnish(self, *panes: QWidget) -> None:
        """Put contact and context beside the list."""
        for index, pane in enumerate(panes, 1):
            _bound(pane, index)
            empty = self.panes.replaceWidget(index, pane)
            if empty is not None:
                empty.deleteLater()
            pane.show()

    @property
    def customers(self) -> CustomersPanel:
        """The list of customers."""
        if self._customers is None:
            from desktop.ui.customers.panel import CustomersPanel

            self._customers = CustomersPanel(self._workplace, self._theme, self.left)
            self.left.addWidget(self._customers)
            self.made.emit("customers")
        return self._customers

    @property
    def search(self) -> SearchPanel:
        """What was found."""
        if self._search is None:
            from desktop.ui.search.panel import SearchPanel

            self._search = SearchPanel(self._workplace, self._theme, self.left)
            self.left.addWidget(self._search)
            self.made.emit("search")
        return self._search

    @property
    def board(self) -> BoardPanel:
        """The lead's board."""
        if self._board is None:
            from desktop.ui.board.panel import BoardPanel

            self._board = BoardPanel(self._workplace, self._theme, self)
            self.addWidget(self._board)
            self.made.emit("board")
        return self._board

    @property
    def place(self) -> str:
        """Where the window is: ``inbox``, ``customers``, ``search`` or ``board``."""
        panel = self.current
        names = ((self._customers, "customers"), (self._search, "search"), (self._board, "board"))
        return next((name for one, name in names if one is panel), "inbox")

    @property
    def current(self) -> InboxPanel | CustomersPanel | SearchPanel | BoardPanel:
        """The panel of that place."""
        shown = self.left.currentWidget() if self.currentWidget() is self.panes else self.currentWidget()
        panels = (self._customers, self._search, self._board)
        return next((panel for panel in panels if panel is not None and panel is shown), self.inbox)

    def show_place(self, place: str) -> None:
        """Show a place; what rings stands in it, below the head of the list."""
        if place == "board":
            self.setCurrentWidget(self.board)
            self.board.take_in(self.inbox.offers)
            return
        panel = self.customers if place == "customers" else self.search if place == "search" else self.inbox
        self.setCurrentWidget(self.panes)
        self.left.setCurrentWidget(panel)
        column = panel.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(1, self.inbox.offers)


def _bound(pane: QWidget, index: int) -> None:
    least, most = WIDTHS[index]
    pane.setMinimumWidth(least)
    pane.setMaximumWidth(most)
