"""The rows of the stream: how an item stands to the one above it, and a list that becomes another with as few changes as it
takes. Reads nothing; ``stream`` fills it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex

from desktop.store.rows import StreamItem, StreamKind

GROUP = timedelta(minutes=5)
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class StreamRow:
    """An item and how it stands to the one above: the first of its day, the first of a run by the same author.

    ``is_contact_start`` says that a message belongs to another contact than the one above it.
    """

    item: StreamItem
    is_day_start: bool = False
    is_group_start: bool = True
    is_contact_start: bool = False


def decorated(items: Sequence[StreamItem]) -> list[StreamRow]:
    """Return ``items`` as rows."""
    rows: list[StreamRow] = []
    above: StreamItem | None = None
    day = None
    for item in items:
        at = item.at.astimezone().date()
        starts_day = at != day and item.kind is not StreamKind.GAP
        is_other = _contact(item) != (_contact(above) if above else _contact(item))
        rows.append(StreamRow(item, starts_day, starts_day or is_other or not _runs_on(above, item), is_other))
        if item.kind is not StreamKind.GAP:
            day = at
        above = item
    return rows


def _contact(item: StreamItem) -> str | None:
    return item.message.interaction_id if item.message else None


def _runs_on(above: StreamItem | None, item: StreamItem) -> bool:
    if above is None or above.message is None or item.message is None:
        return False
    one, two = above.message, item.message
    # An echo has neither name nor id of its author yet: it is always by me, as is what it becomes.
    return (one.author, one.kind, one.channel or two.channel) == (
        two.author,
        two.kind,
        two.channel or one.channel,
    ) and (item.at - above.at < GROUP)


class StreamRows(QAbstractListModel):
    """Rows known by their item's key."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[StreamRow] = []

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def row(self, number: int) -> StreamRow:
        """Return a row; quicker than ``data`` for the delegate. Raises ``IndexError``."""
        return self._rows[number]

    def find(self, key: str) -> int:
        """Return the number of the row with ``key``, -1 where it is not loaded."""
        return next((n for n, row in enumerate(self._rows) if row.item.key == key), -1)

    def _reset(self, items: list[StreamItem]) -> None:
        self.beginResetModel()
        self._rows = decorated(items)
        self.endResetModel()

    def _merge(self, items: list[StreamItem]) -> None:
        """Make the rows those of ``items`` with as few changes as it takes."""
        wanted = decorated(items)
        keys = {row.item.key for row in wanted}
        self._remove_all_but(keys)
        n = 0
        while n < len(wanted):
            key = wanted[n].item.key
            if n < len(self._rows) and self._rows[n].item.key == key:
                n += 1
                continue
            at = next((i for i in range(n + 1, len(self._rows)) if self._rows[i].item.key == key), -1)
            if at >= 0:
                self.beginMoveRows(QModelIndex(), at, at, QModelIndex(), n)
                self._rows.insert(n, self._rows.pop(at))
                self.endMoveRows()
                n += 1
                continue
            here = {row.item.key for row in self._rows}
            end = n + 1
            while end < len(wanted) and wanted[end].item.key not in here:
                end += 1
            self.beginInsertRows(QModelIndex(), n, end - 1)
            self._rows[n:n] = wanted[n:end]
            self.endInsertRows()
            n = end
        for n, row in enumerate(wanted):
            if self._rows[n] != row:
                self._rows[n] = row
                index = self.index(n)
                self.dataChanged.emit(index, index)

    def _remove_all_but(self, keys: set[str]) -> None:
        last = len(self._rows) - 1
        while last >= 0:
            if self._rows[last].item.key in keys:
                last -= 1
                continue
            first = last
            while first > 0 and self._rows[first - 1].item.key not in keys:
                first -= 1
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._rows[first : last + 1]
            self.endRemoveRows()
            last = first - 1
