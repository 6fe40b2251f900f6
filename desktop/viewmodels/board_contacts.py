"""The contacts behind a number of the board, fetched page by page from the backend, and again as the board goes on: a
list one can open and act on. Held rows stay; the newest page replaces them once nobody points at them.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop.viewmodels.workplace import Workplace
from desktop.wire.board import ContactFigures, ContactsFilter, ContactsPage

Index = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    """What the delegate asks for: a ``ContactFigures``, its id."""

    CONTACT = Qt.ItemDataRole.UserRole + 1
    ID = Qt.ItemDataRole.UserRole + 2


class BoardContactsModel(QAbstractListModel):
    """``loaded`` after each answer. ``error`` is a code, empty while all is well; ``total`` counts all, shown or not."""

    loaded = Signal()

    def __init__(self, workplace: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._rows: list[ContactFigures] = []
        self._next = ""
        self._cancel: Callable[[], None] | None = None
        self._is_held = False
        self._missed = False
        self.which: ContactsFilter | None = None
        self.total = 0
        self.error = ""
        self.is_loaded = False
        self.describe: Callable[[ContactFigures], str] = lambda contact: ""

    def show(self, which: ContactsFilter | None) -> None:
        """Show the contacts behind another number, or none."""
        self._end()
        self.which = which
        self.beginResetModel()
        self._rows, self._next, self.total, self.error, self.is_loaded = [], "", 0, "", False
        self.endResetModel()
        self.loaded.emit()
        if which is not None:
            self._ask("")

    def refresh(self) -> None:
        """The board went on: see whether these are still the ones. A question on its way answers that too."""
        if self._is_held:
            self._missed = True
        elif self.which is not None and self._cancel is None and len(self._rows) <= _WINDOW:
            self._ask("")

    def hold(self, is_held: bool) -> None:
        """While held, rows stay where they are."""
        self._is_held = is_held
        if not is_held and self._missed:
            self._missed = False
            self.refresh()

    def contact(self, row: int) -> ContactFigures | None:
        """Return the contact of a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    # --- asking -----------------------------------------------------------------------------------------------------

    def _ask(self, after: str) -> None:
        live, which = self._workplace.live, self.which
        if live is None or which is None:
            self._on_failed("offline")
            return
        # An answer can come before the call returns.
        self._cancel = _nothing
        cancel = live.contacts(which, after, self._on_more if after else self._on_page, self._on_failed)
        if self._cancel is _nothing:
            self._cancel = cancel

    def _end(self) -> None:
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    def _on_page(self, page: ContactsPage) -> None:
        self._cancel = None
        self.error, self.is_loaded, self.total, self._next = "", True, page.total, page.next
        if self._is_held and self._rows:
            self._missed = True
        elif [row.id for row in page.contacts] == [row.id for row in self._rows]:
            changed = [n for n, (a, b) in enumerate(zip(self._rows, page.contacts, strict=True)) if a != b]
            self._rows = list(page.contacts)
            for number in changed:
                self.dataChanged.emit(self.index(number), self.index(number))
        else:
            self._become(list(page.contacts))
        self.loaded.emit()

    def _become(self, rows: list[ContactFigures]) -> None:
        kept = {row.id for row in rows}
        for number in range(len(self._rows) - 1, -1, -1):
            if self._rows[number].id not in kept:
                self.beginRemoveRows(QModelIndex(), number, number)
                del self._rows[number]
                self.endRemoveRows()
        there = {row.id for row in self._rows}
        if new := [row for row in rows if row.id not in there]:
            start = len(self._rows)
            self.beginInsertRows(QModelIndex(), start, start + len(new) - 1)
            self._rows.extend(new)
            self.endInsertRows()
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        ids = [self._rows[index.row()].id for index in before]
        self._rows = rows
        places = {row.id: number for number, row in enumerate(rows)}
        self.changePersistentIndexList(before, [self.index(places[id_]) for id_ in ids])
        self.layoutChanged.emit()

    def _on_more(self, page: ContactsPage) -> None:
        self._cancel = None
        self.error, self.total, self._next = "", page.total, page.next
        there = {row.id for row in self._rows}
        if new := [row for row in page.contacts if row.id not in there]:
            start = len(self._rows)
            self.beginInsertRows(QModelIndex(), start, start + len(new) - 1)
            self._rows.extend(new)
            self.endInsertRows()
        self.loaded.emit()

    def _on_failed(self, code: str) -> None:
        self._cancel = None
        self.error = code
        self.loaded.emit()

    # --- Qt ---------------------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        contact = self.contact(index.row()) if index.isValid() else None
        if contact is None:
            return None
        if role == Role.CONTACT:
            return contact
        if role == Role.ID:
            return contact.id
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.describe(contact)
        return None

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and bool(self._next) and self._cancel is None and not self.error

    def fetchMore(self, parent: Index) -> None:
        if self.canFetchMore(parent):
            self._ask(self._next)


# A list read further than this stands still: fetching it whole each second would be no small thing.
_WINDOW = 100


def _nothing() -> None:
    return None
