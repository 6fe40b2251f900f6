"""My presence: what I asked for is shown at once, what the hub acknowledged takes its place. What I want while I am with a
customer may wait until that is done."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from PySide6.QtCore import QObject, Signal

from desktop.domain.agent import Agent, Presence, PresenceState
from desktop.domain.changes import ChangeSet, Table
from desktop.domain.commands import SetPresence
from desktop.domain.routing import RoutingPolicy
from desktop.store import projections
from desktop.store.connection import Connection
from desktop.store.rows import OutboxState
from desktop.viewmodels.workplace import Ticket, Workplace, in_language

AWAY_REASONS: Final = ("break", "lunch", "training", "meeting", "back_office")
"""What an agent may give for being away where the centre's policy names nothing of its own."""

_Found = tuple[Agent | None, bool, bool, RoutingPolicy]


class PresenceViewModel(QObject):
    """State, reason and since when, with ``changed`` when any of them does. ``is_pending``: the hub has not acknowledged it
    yet; ``is_busy``: I am with a customer, so that another state may come after that."""

    changed = Signal()

    def __init__(self, workplace: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._ticket: Ticket | None = None
        self._policy = RoutingPolicy()
        self.agent: Agent | None = None
        self.is_pending = False
        self.is_busy = False
        workplace.changed.connect(self._on_changed)
        self._named = self._names()
        workplace.catalogue.changed.connect(self._on_names)
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

    @property
    def next(self) -> Presence | None:
        """What I asked to be once I am done with the customer."""
        return self.agent.next_presence if self.agent else None

    @property
    def set_by(self) -> str:
        """The name of the lead who set my state; empty where I did."""
        by = self.agent.presence.set_by if self.agent else None
        return self._workplace.catalogue.agent(by) if by and by != self._workplace.me else ""

    @property
    def lent_to(self) -> tuple[tuple[str, ...], datetime] | None:
        """The names of the queues I am lent to and until when."""
        loan = self.agent.loan if self.agent else None
        if loan is None or loan.until <= self._workplace.now():
            return None
        return tuple(self._workplace.catalogue.queue(queue) for queue in loan.queues), loan.until

    @property
    def away_reasons(self) -> tuple[tuple[str, str], ...]:
        """The reasons to be away that the centre allows, each with its title; an empty title is the window's to name."""
        titles = self._policy.away_reasons
        if not titles:
            return tuple((code, "") for code in AWAY_REASONS)
        return tuple((code, in_language(texts, self._workplace.language)) for code, texts in titles.items())

    def set(self, state: PresenceState, reason: str = "", *, is_after: bool = False) -> None:
        """Ask for another state, ``is_after``: once I am done with the customer. The one in force takes back what was to
        come next."""
        is_same = (state, reason) == (self.state, self.reason)
        is_next = self.next is not None and (state, reason) == (self.next.state, self.next.reason)
        if (is_same and (is_after or self.next is None)) or (is_after and is_next):
            return
        self._workplace.perform(
            SetPresence(state=state, reason=reason, is_after=is_after and self.is_busy), initiator=self
        )

    def stay(self) -> None:
        """Take back what was to come next."""
        if self.next is None:
            return
        # To say the same again would take it back too, but only where the hub has heard it the first time.
        is_mine_to_say = self.state is not PresenceState.NOT_RESPONDING
        state, reason = (self.state, self.reason) if is_mine_to_say else (PresenceState.READY, "")
        self._workplace.perform(SetPresence(state=state, reason=reason), initiator=self)

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.touches(Table.AGENT, Table.OUTBOX, Table.ROUTING, Table.INTERACTION):
            self._look()

    def _names(self) -> tuple[object, ...]:
        """What is told here in names that the catalogue knows."""
        return self.set_by, self.lent_to

    def _on_names(self) -> None:
        if (names := self._names()) != self._named:
            self._named = names
            self.changed.emit()

    def _look(self) -> None:
        me = self._workplace.me
        if self._ticket is not None:
            self._ticket.cancel()

        def _read(conn: Connection) -> _Found:
            entries = projections.outbox_entries(conn)
            is_pending = any(
                isinstance(entry.command, SetPresence) and entry.state is not OutboxState.WEDGED for entry in entries
            )
            is_busy = projections.has_live_contact(conn, me)
            return projections.agent(conn, me), is_pending, is_busy, projections.routing_policy(conn)

        self._ticket = self._workplace.ask(_read, self._on_read)

    def _on_read(self, found: _Found) -> None:
        if found != (self.agent, self.is_pending, self.is_busy, self._policy):
            self.agent, self.is_pending, self.is_busy, self._policy = found
            self._named = self._names()
            self.changed.emit()
