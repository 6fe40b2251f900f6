"""What leads are warned of: alerts that go on, with their rules, and those that ended within the day."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop.domain.changes import ChangeSet, Table
from desktop.domain.routing import Alert, AlertRule
from desktop.store import projections
from desktop.viewmodels.workplace import Ticket, Workplace

Index = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    """What the delegate asks for: a ``Warned``, its id."""

    WARNED = Qt.ItemDataRole.UserRole + 1
    ID = Qt.ItemDataRole.UserRole + 2


@dataclass(frozen=True, slots=True)
class Warned:
    """An alert and its rule, ``None`` where that was removed meanwhile."""

    alert: Alert
    rule: AlertRule | None

    @property
    def id(self) -> str:
        return self.alert.id

    @property
    def is_open(self) -> bool:
        return self.alert.ended_at is None


class BoardAlertsModel(QAbstractListModel):
    """``loaded`` after each reading; ``open`` counts those that go on. ``describe`` gives the text of a row."""

    loaded = Signal()

    def __init__(self, workplace: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._ticket: Ticket | None = None
        self._rows: list[Warned] = []
        self.rules: tuple[AlertRule, ...] = ()
        self.is_loaded = False
        self.describe: Any = lambda warned: ""
        workplace.changed.connect(self._on_changed)
        self._look()

    @property
    def open(self) -> int:
        """How many go on."""
        return sum(row.is_open for row in self._rows)

    @property
    def unseen(self) -> int:
        """How many go on that no lead has said to have seen."""
        return sum(row.is_open and row.alert.seen_by is None for row in self._rows)

    def warned(self, row: int) -> Warned | None:
        """Return the alert of a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.touches(Table.ALERT, Table.ALERT_RULE, Table.OUTBOX):
            self._look()

    def _look(self) -> None:
        if self._ticket is not None:
            self._ticket.cancel()
        me = self._workplace.me
        self._ticket = self._workplace.ask(
            lambda conn: (projections.alerts(conn, me), projections.alert_rules(conn)), self._on_answer
        )

    def _on_answer(self, answer: tuple[list[Alert], list[AlertRule]]) -> None:
        alerts, rules = answer
        by_id = {rule.id: rule for rule in rules}
        rows = [Warned(alert, by_id.get(alert.rule)) for alert in alerts]
        self.rules = tuple(rules)
        if rows != self._rows or not self.is_loaded:
            self.is_loaded = True
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
        self.loaded.emit()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        warned = self.warned(index.row()) if index.isValid() else None
        if warned is None:
            return None
        if role == Role.WARNED:
            return warned
        if role == Role.ID:
            return warned.id
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.describe(warned)
        return None
