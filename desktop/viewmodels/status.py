"""What the strip at the bottom says: how fresh the data is, what is still to go out, how the queues stand."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QObject, Signal

from desktop.domain.changes import ChangeSet, Table
from desktop.store import projections
from desktop.store.connection import Connection
from desktop.store.rows import InboxView, OutboxSummary
from desktop.sync.status import Phase, SyncStatus
from desktop.viewmodels.desk import DeskAccount
from desktop.viewmodels.workplace import Ticket, Workplace

__all__ = ["Phase", "StatusViewModel", "SyncStatus"]


# The most urgent ones; the one that has waited longest is among them unless the queues run over.
_LOOKED_AT = 200
Answer = tuple[OutboxSummary, int, datetime | None]


class StatusViewModel(QObject):
    """``sync`` is the engine's own word, ``outbox`` what waits to be sent, ``waiting`` and ``oldest_at`` the queues'."""

    changed = Signal()

    def __init__(self, workplace: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._ticket: Ticket | None = None
        self.outbox = OutboxSummary()
        self.waiting = 0
        self.oldest_at: datetime | None = None
        workplace.status_changed.connect(self.changed)
        workplace.changed.connect(self._on_changed)
        self._look()

    @property
    def troubled(self) -> tuple[DeskAccount, ...]:
        """The accounts that stand as badly as all do together, where others stand better."""
        working = [one for one in self._workplace.accounts.all if not one.is_paused]
        worst = [one for one in working if one.status.phase is self.sync.phase]
        return tuple(worst) if len(worst) < len(working) else ()

    @property
    def sync(self) -> SyncStatus:
        return self._workplace.status

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.touches(Table.OUTBOX, Table.INTERACTION):
            self._look()

    def _look(self) -> None:
        me = self._workplace.me
        if self._ticket is not None:
            self._ticket.cancel()

        def _read(conn: Connection) -> Answer:
            waiting = [row.interaction for row in projections.inbox(conn, InboxView.QUEUES, me, limit=_LOOKED_AT)]
            is_all = len(waiting) < _LOOKED_AT
            count = len(waiting) if is_all else projections.inbox_counts(conn, me)[InboxView.QUEUES]
            oldest = min((row.queued_at or row.created_at for row in waiting), default=None)
            return projections.outbox_summary(conn), count, oldest

        self._ticket = self._workplace.ask(_read, self._on_answer)

    def _on_answer(self, answer: Answer) -> None:
        if answer != (self.outbox, self.waiting, self.oldest_at):
            self.outbox, self.waiting, self.oldest_at = answer
            self.changed.emit()
