"""My presence: what I asked for is shown at once, what the hub acknowledged takes its place."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QObject, Signal

from desktop.domain.agent import Agent, PresenceState
from desktop.domain.changes import ChangeSet, Table
from desktop.domain.commands import SetPresence
from desktop.store import projections
from desktop.viewmodels.workplace import Ticket, Workplace


class PresenceViewModel(QObject):
    """State, reason and since when, with ``changed`` when any of them does."""

    changed = Signal()

    def __init__(self, workplace: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._ticket: Ticket | None = None
        self.agent: Agent | None = None
        workplace.changed.connect(self._on_changed)
        self._look()

    @property
    def state(self) -> PresenceState:
        return self.agent.presence.state if self.agent else PresenceState.OFFLINE

    @property
    def reason(self) -> str:
        return self.agent.presence.reason if self.agent else ""

    @property
    def since(self) -> datetime | None:
        return self.agent.presence.since if self.agent else None

    @property
    def name(self) -> str:
        return self.agent.name if self.agent else ""

    def set(self, state: PresenceState, reason: str = "") -> None:
        """Ask for another state."""
        if (state, reason) != (self.state, self.reason):
            self._workplace.perform(SetPresence(state=state, reason=reason), initiator=self)

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.touches(Table.AGENT, Table.OUTBOX):
            self._look()

    def _look(self) -> None:
        me = self._workplace.me
        if self._ticket is not None:
            self._ticket.cancel()
        self._ticket = self._workplace.ask(lambda conn: projections.agent(conn, me), self._on_agent)

    def _on_agent(self, agent: Agent | None) -> None:
        if agent != self.agent:
            self.agent = agent
            self.changed.emit()
