"""The lists of the inbox. A list holds rows it was given, never a connection: ``data`` answers from memory, more rows are
fetched in windows as the view scrolls, and a change moves rows instead of building the list anew.

``My work`` shows three lists in one: what is in progress, what waits for the customer, what is snoozed, each under a header.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Any

from msgspec import Struct
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from desktop.domain.changes import ChangeSet, Table
from desktop.domain.ids import InteractionId
from desktop.store import projections
from desktop.store.connection import Connection
from desktop.store.rows import InboxRow, InboxView
from desktop.viewmodels.workplace import Ticket, Workplace

__all__ = ["Header", "InboxModel", "InboxRow", "InboxView", "Role"]

WINDOW = 200
# How many of the waiting and snoozed rows are shown below the work in progress before their own view is the better place.
SIDE = 50
Index = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    """What the delegate asks for: an ``InboxRow`` or a ``Header``."""

    ENTRY = Qt.ItemDataRole.UserRole + 1
    ID = Qt.ItemDataRole.UserRole + 2


class Header(Struct, frozen=True):
    """The line above a part of the list; ``total`` may be more than is shown."""

    view: InboxView
    total: int

    @property
    def key(self) -> str:
        return f"header:{self.view}"


Entry = Header | InboxRow


def key_of(entry: Entry) -> str:
    """Return what an entry is recognised by from one reading to the next."""
    return entry.key if isinstance(entry, Header) else str(entry.interaction.id)


class InboxModel(QAbstractListModel):
    """One view of the inbox at a time. ``counts_changed`` carries the size of every view."""

    counts_changed = Signal()
    loaded = Signal()

    def __init__(self, workplace: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._ticket: Ticket | None = None
        self._entries: list[Entry] = []
        self._limit = WINDOW
        self._has_more = False
        self._is_held = False
        self._is_other = True
        self._held: list[Entry] | None = None
        self.view = InboxView.MINE
        self.text = ""
        self.account: str | None = None
        self.counts: dict[InboxView, int] = dict.fromkeys(InboxView, 0)
        self.is_loaded = False
        self.describe: Callable[[Entry], str] = lambda entry: ""
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._look)
        workplace.changed.connect(self._on_changed)
        self._look()

    # --- what the panel asks for ------------------------------------------------------------------------------------

    def show(self, view: InboxView) -> None:
        """Show another list, from its top."""
        if view != self.view:
            self.view = view
            self._start_over()

    def search(self, text: str) -> None:
        """Narrow the list to rows with all words of ``text``; nothing shows all."""
        if text.strip() != self.text:
            self.text = text.strip()
            self._start_over()

    def narrow(self, account: str | None) -> None:
        """Narrow the lists and their counts to one account, by its key; ``None`` shows all."""
        if account != self.account:
            self.account = account
            self._start_over()

    def hold(self, is_held: bool) -> None:
        """While held, rows stay where they are: nothing moves under the pointer."""
        self._is_held = is_held
        if not is_held and self._held is not None:
            entries, self._held = self._held, None
            self._become(entries)
            self.loaded.emit()

    def row_of(self, interaction_id: InteractionId | None) -> int:
        """Return the row of an interaction, -1 where it is not in this list."""
        return next((n for n, entry in enumerate(self._entries) if key_of(entry) == interaction_id), -1)

    def entry(self, row: int) -> Entry | None:
        return self._entries[row] if 0 <= row < len(self._entries) else None

    def neighbour(self, interaction_id: InteractionId | None, step: int) -> InteractionId | None:
        """Return the interaction ``step`` rows (1 or -1) from another, headers passed over."""
        rows = [entry.interaction.id for entry in self._entries if isinstance(entry, InboxRow)]
        if not rows:
            return None
        if interaction_id not in rows:
            return rows[0] if step > 0 else rows[-1]
        at = rows.index(interaction_id) + step
        return rows[at] if 0 <= at < len(rows) else None

    # --- Qt ---------------------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self.entry(index.row())
        if entry is None:
            return None
        if role == Role.ENTRY:
            return entry
        if role == Role.ID:
            return None if isinstance(entry, Header) else entry.interaction.id
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.DisplayRole):
            return self.describe(entry)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if isinstance(self.entry(index.row()), Header):
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and self._has_more and self._ticket is None

    def fetchMore(self, parent: Index) -> None:
        self._limit += WINDOW
        self._look()

    # --- reading ----------------------------------------------------------------------------------------------------

    def _start_over(self) -> None:
        self._limit = WINDOW
        self._held = None
        # What was asked for comes at once, wherever the pointer is.
        self._is_other = True
        self._look()

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.touches(Table.INTERACTION, Table.OUTBOX, Table.DRAFT, Table.MESSAGE):
            self._soon.start()

    def _look(self) -> None:
        if self._ticket is not None:
            self._ticket.cancel()
        view, text, limit, me, account = self.view, self.text, self._limit, self._workplace.me, self.account

        def _read(conn: Connection) -> tuple[list[Entry], dict[InboxView, int], bool]:
            counts = projections.inbox_counts(conn, me, account=account)
            rows = projections.inbox(conn, view, me, limit=limit, text=text, account=account)
            entries: list[Entry] = list(rows)
            if view is InboxView.MINE:
                entries = _with_header(InboxView.MINE, rows, counts, text)
                for side in (InboxView.WAITING, InboxView.SNOOZED):
                    found = projections.inbox(conn, side, me, limit=SIDE, text=text, account=account)
                    entries += _with_header(side, found, counts, text)
            return entries, counts, len(rows) == limit

        self._ticket = self._workplace.ask(_read, self._on_read)

    def _on_read(self, answer: tuple[list[Entry], dict[InboxView, int], bool]) -> None:
        self._ticket = None
        entries, counts, self._has_more = answer
        if counts != self.counts:
            self.counts = counts
            self.counts_changed.emit()
        # More rows at the end move nothing.
        shown = [key_of(entry) for entry in self._entries]
        moves = [key_of(entry) for entry in entries[: len(shown)]] != shown
        if self._is_held and moves and not self._is_other:
            self._held = entries
        else:
            self._held = None
            self._become(entries)
        self._is_other = False
        self.is_loaded = True
        self.loaded.emit()

    def _become(self, entries: list[Entry]) -> None:
        """Turn the list into ``entries`` by removing, moving and inserting single rows: selection and scroll stay."""
        wanted = {key_of(entry) for entry in entries}
        if not self._entries or not wanted & {key_of(entry) for entry in self._entries}:
            self.beginResetModel()
            self._entries = entries
            self.endResetModel()
            return
        for row in range(len(self._entries) - 1, -1, -1):
            if key_of(self._entries[row]) not in wanted:
                self.beginRemoveRows(QModelIndex(), row, row)
                del self._entries[row]
                self.endRemoveRows()
        for row, entry in enumerate(entries):
            key = key_of(entry)
            if row < len(self._entries) and key_of(self._entries[row]) == key:
                if self._entries[row] != entry:
                    self._entries[row] = entry
                    self.dataChanged.emit(self.index(row), self.index(row))
                continue
            at = next((n for n in range(row + 1, len(self._entries)) if key_of(self._entries[n]) == key), -1)
            if at >= 0:
                self.beginMoveRows(QModelIndex(), at, at, QModelIndex(), row)
                del self._entries[at]
                self._entries.insert(row, entry)
                self.endMoveRows()
                self.dataChanged.emit(self.index(row), self.index(row))
            else:
                self.beginInsertRows(QModelIndex(), row, row)
                self._entries.insert(row, entry)
                self.endInsertRows()


def _with_header(view: InboxView, rows: list[InboxRow], counts: dict[InboxView, int], text: str) -> list[Entry]:
    if not rows:
        return []
    return [Header(view, len(rows) if text else counts[view]), *rows]
