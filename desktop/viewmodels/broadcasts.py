"""What leads tell everybody: the announcements that still hold and that this agent has not put away."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.domain.changes import ChangeSet, Table
from desktop.domain.routing import Broadcast
from desktop.store import journal, projections
from desktop.store.connection import Connection
from desktop.viewmodels.workplace import Ticket, Workplace

SETTING: Final = "broadcasts.put_away"
# What was put away is kept no longer than this many: the hub drops them after a month at most.
_KEPT: Final = 200
# A timer counts milliseconds in 32 bits.
_LONGEST_S: Final = 3600.0


class BroadcastsModel(QObject):
    """``shown`` are the announcements to be read, urgent ones first, then the newest; mine are not among them. ``arrived``
    carries each one that is new, ``changed`` says that the list is another."""

    changed = Signal()
    arrived = Signal(object)

    def __init__(self, workplace: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._ticket: Ticket | None = None
        self._known: set[str] = set()
        self._put_away: tuple[str, ...] = ()
        self.shown: tuple[Broadcast, ...] = ()
        self._expiry = QTimer(self)
        self._expiry.setSingleShot(True)
        self._expiry.timeout.connect(self._look)
        workplace.changed.connect(self._on_changed)
        self._look()

    def author(self, broadcast: Broadcast) -> str:
        """Return who says it."""
        return broadcast.by_name or self._workplace.catalogue.agent(broadcast.by)

    def put_away(self, broadcast: Broadcast) -> None:
        """Show it no more, here and after the next start."""
        kept = (*(one for one in self._put_away if one != broadcast.id), broadcast.id)[-_KEPT:]
        self._put_away = kept
        self._take(tuple(one for one in self.shown if one.id != broadcast.id))
        self._workplace.keep(lambda w: journal.set_setting(w, SETTING, list(kept)), initiator=self, key=SETTING)

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.touches(Table.BROADCAST):
            self._look()

    def _look(self) -> None:
        if self._ticket is not None:
            self._ticket.cancel()
        me, now = self._workplace.me, self._workplace.now()

        def _read(conn: Connection) -> tuple[list[Broadcast], list[str]]:
            return projections.broadcasts(conn, me, now), projections.setting(conn, SETTING, [])

        self._ticket = self._workplace.ask(_read, self._on_read)

    def _on_read(self, found: tuple[list[Broadcast], list[str]]) -> None:
        broadcasts, put_away = found
        self._put_away = tuple(dict.fromkeys([*put_away, *self._put_away]))[-_KEPT:]
        mine = self._workplace.me
        wanted = [one for one in broadcasts if one.by != mine and one.id not in self._put_away]
        wanted.sort(key=lambda one: (one.is_urgent, one.at), reverse=True)
        fresh = [one for one in wanted if one.id not in self._known]
        self._known |= {one.id for one in wanted}
        self._take(tuple(wanted))
        for one in fresh:
            self.arrived.emit(one)

    def _take(self, shown: tuple[Broadcast, ...]) -> None:
        if shown != self.shown:
            self.shown = shown
            self.changed.emit()
        ends = [one.until for one in self.shown if one.until is not None]
        if ends:
            self._expiry.start(self._ms_until(min(ends)))
        else:
            self._expiry.stop()

    def _ms_until(self, at: datetime) -> int:
        left = (at - self._workplace.now()).total_seconds()
        return int(max(0.0, min(left, _LONGEST_S)) * 1000) + 50
