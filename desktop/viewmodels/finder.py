"""What the palette and the customers' list find: customers and contacts, as one types, the newest question winning."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop.domain.customer import Customer
from desktop.domain.interaction import Interaction
from desktop.store import projections
from desktop.store.connection import Connection
from desktop.viewmodels.workplace import Ticket, Workplace


@dataclass(frozen=True, slots=True)
class Found:
    """What a text found, best first."""

    text: str = ""
    customers: tuple[Customer, ...] = ()
    interactions: tuple[Interaction, ...] = ()


class Finder(QObject):
    """``look_for`` asks, ``found`` answers for the newest text only."""

    found = Signal(object)

    def __init__(self, workplace: Workplace, limit: int = 20, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._limit = limit
        self._ticket: Ticket | None = None
        self._asked = 0

    def look_for(self, text: str) -> None:
        """Find customers and contacts with all words of ``text``."""
        if self._ticket is not None:
            self._ticket.cancel()
        wanted, limit = text.strip(), self._limit
        self._asked += 1
        asked = self._asked

        def _find(conn: Connection) -> Found:
            if asked != self._asked:
                # Overtaken while it waited for its turn; nobody waits for this answer any more.
                return Found()
            return Found(
                wanted,
                tuple(projections.find_customers(conn, wanted, limit)),
                tuple(projections.find_interactions(conn, wanted, limit)),
            )

        self._ticket = self._workplace.ask(_find, self.found.emit)


CUSTOMER = Qt.ItemDataRole.UserRole + 1


class CustomersModel(QAbstractListModel):
    """Customers found for the text typed in the customers' list."""

    loaded = Signal()

    def __init__(self, workplace: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._finder = Finder(workplace, 200, self)
        self._finder.found.connect(self._on_found)
        self._rows: tuple[Customer, ...] = ()
        self.text = ""

    def search(self, text: str) -> None:
        """Show the customers that ``text`` finds."""
        self.text = text.strip()
        self._finder.look_for(self.text)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not 0 <= index.row() < len(self._rows):
            return None
        customer = self._rows[index.row()]
        if role == CUSTOMER:
            return customer
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return ", ".join(part for part in (customer.name, customer.number) if part)
        return None

    def _on_found(self, found: Found) -> None:
        self.beginResetModel()
        self._rows = found.customers
        self.endResetModel()
        self.loaded.emit()
