"""A table of figures that are pushed whole each second: only what changed is told, rows keep their place while the
pointer is over them, and a new order waits until then. Knows neither queues nor agents: its columns say what is in a row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop.wire.board import ContactsFilter

Index = QModelIndex | QPersistentModelIndex
# With more runs of changed rows than this, one message for all of them costs less.
_RUNS_AT_MOST = 250


class Role(IntEnum):
    """What the delegate asks for: the ``Cell``, the row's value, its id, the ``Column``."""

    CELL = Qt.ItemDataRole.UserRole + 1
    ROW = Qt.ItemDataRole.UserRole + 2
    ID = Qt.ItemDataRole.UserRole + 3
    COLUMN = Qt.ItemDataRole.UserRole + 4


class Form(StrEnum):
    """How a cell is painted: plain text, a pill, a person with initials, bars or icons with counts one beside the other."""

    TEXT = "text"
    PILL = "pill"
    PERSON = "person"
    BARS = "bars"
    ICONS = "icons"


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell. ``tone`` is ``good``, ``warn``, ``bad``, ``accent``, ``muted`` or nothing; ``told`` is what a
    screen reader and the tooltip say where it is more than the text; ``values`` are the heights of bars, ``icons`` names of
    icons with their counts."""

    text: str
    tone: str = ""
    form: Form = Form.TEXT
    told: str = ""
    is_strong: bool = False
    values: tuple[float, ...] = ()
    icons: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """``key`` is what is remembered, ``title`` what stands in the head. ``cell`` makes the cell of a row at an instant,
    ``order`` what it is sorted by (``None`` last), ``which`` the contacts behind it. ``is_ticking``: changes with time
    alone. ``is_extra``: hidden until asked for. ``is_worst_high``: sorted downwards first."""

    key: str
    title: str
    cell: Callable[[Any, datetime], Cell]
    order: Callable[[Any], Any]
    width: int
    is_number: bool = True
    which: Callable[[Any], ContactsFilter | None] | None = None
    is_ticking: bool = False
    is_extra: bool = False
    is_worst_high: bool = True
    tip: str = ""


class FiguresModel(QAbstractTableModel):
    """Rows are values with an ``id``. ``reordered`` when the rows moved, ``held_changed`` when a new order begins or ends to
    wait for the pointer."""

    reordered = Signal()
    held_changed = Signal()

    def __init__(
        self,
        columns: Sequence[Column],
        words: Callable[[Any], str],
        clock: Callable[[], datetime],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._words = words
        self._clock = clock
        self._all: dict[str, Any] = {}
        self._rows: list[Any] = []
        self._is_held = False
        self._waits = False
        self.text = ""
        self._fits: Callable[[Any], bool] | None = None
        self.sorted_by = self.columns[0].key
        self.is_descending = False

    # --- what the panel asks for ------------------------------------------------------------------------------------

    def become(self, rows: Iterable[Any]) -> None:
        """Take over the newest values."""
        self._all = {row.id: row for row in rows}
        changed = []
        for number, old in enumerate(self._rows):
            new = self._all.get(old.id)
            if new is not None and new is not old and new != old:
                self._rows[number] = new
                changed.append(number)
        self._tell(changed)
        self._arrange()

    def hold(self, is_held: bool) -> None:
        """While held, rows stay where they are and none comes or goes; their figures go on."""
        if is_held != self._is_held:
            self._is_held = is_held
            self._arrange()

    @property
    def waits(self) -> bool:
        """Whether another order is ready and waits for the pointer to leave."""
        return self._waits

    def sort_by(self, key: str, *, is_descending: bool) -> None:
        """Order by a column, at once: somebody asked for it."""
        if any(column.key == key for column in self.columns):
            self.sorted_by, self.is_descending = key, is_descending
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)
            self._arrange(at_once=True)

    def narrow(self, text: str, fits: Callable[[Any], bool] | None = None) -> None:
        """Show only rows with all words of ``text`` for which ``fits`` holds, at once."""
        self.text, self._fits = text.strip(), fits
        self._arrange(at_once=True)

    @property
    def total(self) -> int:
        """How many rows there are, shown or not."""
        return len(self._all)

    def row(self, number: int) -> Any:
        """Return the value of a row, ``None`` where there is none."""
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def number_of(self, id_: str | None) -> int:
        """Return the row of an id, -1 where it is not shown."""
        return next((n for n, row in enumerate(self._rows) if row.id == id_), -1)

    def column_of(self, key: str) -> int:
        """Return the number of a column, -1 where there is none."""
        return next((n for n, column in enumerate(self.columns) if column.key == key), -1)

    # --- order ------------------------------------------------------------------------------------------------------

    def _target(self) -> list[Any]:
        wanted = self.text.casefold().split()
        rows = [
            row
            for row in self._all.values()
            if (self._fits is None or self._fits(row))
            and (not wanted or all(word in self._words(row).casefold() for word in wanted))
        ]
        # Twice, as both sorts are stable: equal ones stand by their first column, whichever way the other goes.
        rows.sort(key=self.columns[0].order)
        column = self.columns[max(0, self.column_of(self.sorted_by))]
        known = [(value, row) for row in rows if (value := column.order(row)) is not None]
        known.sort(key=lambda pair: pair[0], reverse=self.is_descending)
        return [row for _value, row in known] + [row for row in rows if column.order(row) is None]

    def _arrange(self, *, at_once: bool = False) -> None:
        target = self._target()
        is_same = [row.id for row in target] == [row.id for row in self._rows]
        waits = not is_same and self._is_held and not at_once
        if not is_same and not waits:
            self._move_to(target)
        if waits != self._waits:
            self._waits = waits
            self.held_changed.emit()

    def _move_to(self, target: list[Any]) -> None:
        kept = {row.id for row in target}
        last = len(self._rows) - 1
        while last >= 0:
            first = last
            while first >= 0 and self._rows[first].id not in kept:
                first -= 1
            if first < last:
                self.beginRemoveRows(QModelIndex(), first + 1, last)
                del self._rows[first + 1 : last + 1]
                self.endRemoveRows()
            last = first - 1
        there = {row.id for row in self._rows}
        if new := [row for row in target if row.id not in there]:
            start = len(self._rows)
            self.beginInsertRows(QModelIndex(), start, start + len(new) - 1)
            self._rows.extend(new)
            self.endInsertRows()
        if any(a.id != b.id for a, b in zip(self._rows, target, strict=True)):
            self.layoutAboutToBeChanged.emit()
            before = self.persistentIndexList()
            ids = [self._rows[index.row()].id for index in before]
            self._rows = target
            places = {row.id: number for number, row in enumerate(target)}
            after = [self.index(places[id_], index.column()) for id_, index in zip(ids, before, strict=True)]
            self.changePersistentIndexList(before, after)
            self.layoutChanged.emit()
        self.reordered.emit()

    def _tell(self, changed: list[int]) -> None:
        runs: list[list[int]] = []
        for number in changed:
            if runs and runs[-1][1] == number - 1:
                runs[-1][1] = number
            else:
                runs.append([number, number])
        if len(runs) > _RUNS_AT_MOST:
            runs = [[changed[0], changed[-1]]]
        for first, last in runs:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))

    # --- Qt ---------------------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row, column = self._rows[index.row()], self.columns[index.column()]
        if role == Role.CELL:
            return column.cell(row, self._clock())
        if role == Role.ROW:
            return row
        if role == Role.ID:
            return row.id
        if role == Role.COLUMN:
            return column
        if role == Qt.ItemDataRole.DisplayRole:
            return column.cell(row, self._clock()).text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            cell = column.cell(row, self._clock())
            return f"{column.title}: {cell.told or cell.text}"
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            arrow = ("↓ " if self.is_descending else "↑ ") if column.key == self.sorted_by else ""
            return arrow + column.title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.is_number else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return column.tip or column.title
        return None
