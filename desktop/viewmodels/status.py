"""What the strip at the bottom says: how fresh the data is, what is still to go out, how the queues stand."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QObject, Signal

from desktop.domain.changes import ChangeSet, Table
from desktop.domain.interaction import InteractionState
from desktop.store import projections
from desktop.store.rows import InboxView, OutboxSummary
from desktop.sync.status import Phase, SyncStatus
from desktop.viewmodels.workplace import Ticket, Workplace

__all__ = ["Phase", "StatusViewModel", "SyncStatus"]


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
    def sync(self) -> SyncStatus:
        return self._workplace.status

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.touches(Table.OUTBOX, Table.INTERACTION):
            self._look()

    def _look(self) -> None:
        me = self._workplace.me
        if self._ticket is not None:
            self._ticket.cancel()
        self._ticket = self._workplace.ask(
            lambda conn: (
                projections.outbox_summary(conn),
                projections.inbox(conn, InboxView.QUEUES, me, limit=200),
            ),
            self._on_answer,
        )

    def _on_answer(self, answer: tuple[OutboxSummary, list]) -> None:  # type: ignore[type-arg]
        self.outbox, rows = answer
        waiting = [row.interaction for row in rows if row.interaction.state is InteractionState.QUEUED]
        self.waiting = len(waiting)
        self.oldest_at = min((row.created_at for row in waiting), default=None)
        self.changed.emit()
