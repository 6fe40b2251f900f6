"""What this machine holds of an account, and the rules for it: what the account page tells."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from desktop.store import holdings
from desktop.store.connection import Connection
from desktop.store.holdings import Holdings
from desktop.viewmodels.workplace import Ticket, Workplace

__all__ = ["Holdings", "HoldingsViewModel", "Rules"]


@dataclass(frozen=True, slots=True)
class Rules:
    """The policy in force as far as it is told; 0 is no limit. ``lock_after_min`` of 0: only by hand."""

    lock_after_min: float = 10.0
    lock_at_sleep: bool = True
    closed_days: int = 0
    messages_max: int = 0
    files_mb: int = 0
    reports_days: int = 30


class HoldingsViewModel(QObject):
    """Counts once, when made, and when asked to ``look`` again. ``bytes`` is the size of the database's files."""

    changed = Signal()

    def __init__(self, workplace: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._ticket: Ticket | None = None
        self.holdings = Holdings()
        self.bytes = 0
        self.is_loaded = False
        self.look()

    def look(self) -> None:
        """Count again."""
        if self._ticket is not None:
            self._ticket.cancel()
        path = self._workplace.store.path

        def _count(conn: Connection) -> tuple[Holdings, int]:
            size = 0
            for name in (path.name, f"{path.name}-wal"):
                try:
                    size += path.with_name(name).stat().st_size
                except OSError:
                    continue
            return holdings.holdings(conn), size

        self._ticket = self._workplace.ask(_count, self._on_counted)

    def _on_counted(self, answer: tuple[Holdings, int]) -> None:
        self.holdings, self.bytes = answer
        self.is_loaded = True
        self.changed.emit()
