"""My presence: what I asked for is shown at once, what the hub acknowledged takes its place. What I want while I am with a
customer may wait until that is done.

It goes to every account that keeps one. Where the first account, whose record of me is shown, keeps none and another does,
what I said last is kept here.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any, Final

import msgspec
from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from desktop.domain.agent import Agent, Presence, PresenceState
from desktop.domain.changes import ChangeSet, Table
from desktop.domain.commands import SetPresence
from desktop.domain.routing import RoutingPolicy
from desktop.store import journal, projections
from desktop.store.connection import Connection
from desktop.store.database import Write
from desktop.store.rows import OutboxState
from desktop.viewmodels.workplace import Ticket, Workplace, in_language

AWAY_REASONS: Final = ("break", "lunch", "training", "meeting", "back_office")
"""What an agent may give for being away where the centre's policy names nothing of its own."""

_SETTING: Final = "own_presence"

_Found = tuple[Agent | None, bool, bool, RoutingPolicy]


class PresenceViewModel(QObject):
    """State, reason and since when, with ``changed`` when any of them does. ``is_pending``: the hub has not acknowledged it
    yet; ``is_busy``: I am with a customer, so that another state may come after that. ``is_kept``: some system wants to know
    it at all."""

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
        workplace.accounts.changed.connect(self._on_accounts)
        self._look()

    @property
    def is_kept(self) -> bool:
        return self._workplace.accounts.has_presence

    @property
    def has_figures(self) -> bool:
        """Whether the system counts what agents and leads do."""
        return self._workplace.accounts.of("").has_board

    @property
    def told_to(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The names of the accounts that hear of my state, and of those that keep none; nothing where there is one account
        only."""
        accounts = self._workplace.accounts
        if not accounts.are_several:
            return (), ()
        hear = accounts.with_presence
        none = tuple(one.title for one in accounts.all if not one.has_presence)
        return tuple(one.title for one in hear), none

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
        self._perform(SetPresence(state=state, reason=reason, is_after=is_after and self.is_busy))

    def stay(self) -> None:
        """Take back what was to come next."""
        if self.next is None:
            return
        # To say the same again would take it back too, but only where the hub has heard it the first time.
        is_mine_to_say = self.state is not PresenceState.NOT_RESPONDING
        state, reason = (self.state, self.reason) if is_mine_to_say else (PresenceState.READY, "")
        self._perform(SetPresence(state=state, reason=reason))

    def _perform(self, command: SetPresence) -> None:
        if not self.is_kept:
            return
        keep = None if self._workplace.accounts.of("").has_presence else partial(_keep, command, self._workplace.now())
        self._workplace.perform(command, initiator=self, alongside=keep)

    def _tell_others(self, before: Agent | None) -> None:
        """What I wanted to be after a contact has come: systems that do not wait for such a thing hear of it now."""
        now = self.agent
        awaited = before.next_presence if before is not None else None
        if awaited is None or now is None or now.next_presence is not None:
            return
        if (now.presence.state, now.presence.reason) == (awaited.state, awaited.reason):
            waiting = self._workplace.accounts.presence_keys(is_after=True)
            others = [key for key in self._workplace.accounts.presence_keys() if key not in waiting]
            command = SetPresence(state=awaited.state, reason=awaited.reason)
            self._workplace.perform(command, initiator=self, accounts=others)

    def _on_accounts(self) -> None:
        self._look()
        self.changed.emit()

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
        me, first = self._workplace.me, self._workplace.accounts.of("")
        can_wait, is_own = first.has_presence and first.has_brain, not first.has_presence
        if self._ticket is not None:
            self._ticket.cancel()

        def _read(conn: Connection) -> _Found:
            entries = projections.outbox_entries(conn)
            is_pending = any(
                isinstance(entry.command, SetPresence) and entry.state is not OutboxState.WEDGED for entry in entries
            )
            is_busy = can_wait and projections.has_live_contact(conn, me)
            agent = projections.agent(conn, me)
            if is_own and agent is not None:
                agent = replace(agent, presence=_kept(projections.setting(conn, _SETTING, None)))
            return agent, is_pending, is_busy, projections.routing_policy(conn)

        self._ticket = self._workplace.ask(_read, self._on_read)

    def _on_read(self, found: _Found) -> None:
        if found != (self.agent, self.is_pending, self.is_busy, self._policy):
            before = self.agent
            self.agent, self.is_pending, self.is_busy, self._policy = found
            self._tell_others(before)
            self._named = self._names()
            self.changed.emit()


def _keep(command: SetPresence, now: datetime, w: Write) -> None:
    said = Presence(state=command.state, reason=command.reason, since=now)
    journal.set_setting(w, _SETTING, msgspec.to_builtins(said))


def _kept(kept: Any) -> Presence:
    try:
        return msgspec.convert(kept, Presence)
    except msgspec.ValidationError:
        return Presence()
