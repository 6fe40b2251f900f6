"""Why a contact came to whom it came, read when somebody asks; and the wish for the next request, in pull mode.

A system that routes says itself which request is next. For all others that is worked out here, on the store's reading thread,
among what waits (``insight.routing.pull``), and taken with ``Take``. Whichever is most urgent of all decides who is asked:
where that waits in a system with a routing of its own, the system is asked and gives what it thinks best. Nothing is reserved
before: when a colleague was faster it goes on with the one after.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal

from desktop.domain.agent import Agent
from desktop.domain.changes import ChangeSet, Table
from desktop.domain.commands import Command, Take, TakeNext
from desktop.domain.ids import LOCAL, AgentId, CommandId, DecisionId, InteractionId, account_of, new_id
from desktop.domain.interaction import Interaction
from desktop.domain.routing import RoutingDecision
from desktop.store import outbox, projections, routing
from desktop.store.connection import Connection
from desktop.store.database import Write
from desktop.store.rows import InboxView, OutboxEntry, OutboxState
from desktop.sync.status import Phase, SyncStatus
from desktop.viewmodels.workplace import Ticket, Workplace

TAKEN_MEANWHILE: Final = "taken_meanwhile"
"""Why there was none: colleagues were faster each time."""

# As many of my contacts as are looked through for the one that is new.
_LOOKED_AT = 200
# As many of those that wait as are weighed, the ones due first.
_WEIGHED = 1000
_TRIES = 5
# After these the one that comes next is as good.
_WENT_ELSEWHERE = frozenset({"already_taken", "not_owner", "conflict", "gone", "illegal_state", "not_found"})
_NOTHING = "nothing_waits"


class DecisionsModel(QObject):
    """The decisions about one contact, newest first, from ``look`` until ``stop``; ``changed`` when they are others.
    ``is_loaded`` says that they have been read."""

    changed = Signal()

    def __init__(self, workplace: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._ticket: Ticket | None = None
        self._id: InteractionId | None = None
        self.interaction: Interaction | None = None
        self.decisions: tuple[RoutingDecision, ...] = ()
        self.is_loaded = False
        workplace.changed.connect(self._on_changed)

    @property
    def current(self) -> RoutingDecision | None:
        """The decision that holds: the newest about who has it now, else the newest at all."""
        owner = self.interaction.assignee if self.interaction is not None else None
        about_owner = (one for one in self.decisions if one.agent_id is not None and one.agent_id == owner)
        return next(about_owner, next(iter(self.decisions), None))

    def look(self, interaction_id: InteractionId) -> None:
        """Read the decisions about a contact and follow them."""
        if interaction_id != self._id:
            self.decisions, self.interaction, self.is_loaded = (), None, False
        self._id = interaction_id
        self._read()

    def stop(self) -> None:
        """Follow no more."""
        self._id = None
        if self._ticket is not None:
            self._ticket.cancel()

    def _on_changed(self, changes: ChangeSet) -> None:
        is_about_it = self._id is not None and (changes.is_bulk or self._id in changes.interactions)
        if is_about_it or (self._id is not None and changes.touches(Table.DECISION)):
            self._read()

    def _read(self) -> None:
        if self._ticket is not None:
            self._ticket.cancel()
        id_, me = self._id, self._workplace.me
        assert id_ is not None

        def _ask(conn: Connection) -> tuple[Interaction | None, tuple[RoutingDecision, ...]]:
            row = projections.interaction_row(conn, id_, me)
            return (row.interaction if row else None), tuple(projections.decisions(conn, id_))

        self._ticket = self._workplace.ask(_ask, self._on_read)

    def _on_read(self, found: tuple[Interaction | None, tuple[RoutingDecision, ...]]) -> None:
        if not self.is_loaded or found != (self.interaction, self.decisions):
            self.is_loaded = True
            self.interaction, self.decisions = found
            self.changed.emit()


class Way(StrEnum):
    """How the next request of an account is got: its system says which (``ASKED``), or it is chosen here (``CHOSEN``)."""

    ASKED = "asked"
    CHOSEN = "chosen"


@dataclass(frozen=True, slots=True)
class Try:
    """What is asked for, and why that, where it was decided here."""

    command: Take | TakeNext
    decision: RoutingDecision | None = None


@dataclass(frozen=True, slots=True)
class _Plan:
    tries: tuple[Try, ...] = ()
    mine: frozenset[InteractionId] = frozenset()


@dataclass(frozen=True, slots=True)
class _Answer:
    """What became of a try: its entry while it is on its way, the contact taken, or else those that are mine now."""

    id: CommandId
    entry: OutboxEntry | None
    row: Interaction | None
    mine: tuple[Interaction, ...]


def plan(conn: Connection, me: AgentId, now: datetime, ways: Mapping[str, Way]) -> tuple[Try, ...]:
    """Return what to ask for one after the other, by the keys of the accounts that can be reached and how each is asked."""
    tries: list[Try] = []
    chosen = 0
    asked: set[str] = set()
    queues = {queue.id: queue for queue in projections.queues(conn)}

    def ask(key: str) -> None:
        asked.add(key)
        # That it is another account's business is told by the names of its queues.
        theirs = tuple(id_ for id_ in queues if account_of(id_) == key) if key else ()
        if theirs or not key:
            tries.append(Try(TakeNext(queues=theirs)))

    if Way.CHOSEN in ways.values() or len(ways) > 1:
        # Weighing is not part of the first paint.
        from desktop.insight.routing.pull import pulled

        agent = projections.agent(conn, me) or Agent(id=me, user="", name="")
        rows = [row for row in projections.waiting(conn, _WEIGHED) if account_of(row.id) in ways]
        since = now - timedelta(days=projections.routing_policy(conn).sticky_days)
        served = projections.last_served(conn, [row.customer_id for row in rows if row.customer_id], since)
        for one in pulled(rows, agent, now, queues=queues, served=served):
            contact = one.request.interaction_id
            key = account_of(contact)
            if ways[key] is Way.ASKED:
                if key not in asked:
                    ask(key)
            elif chosen < _TRIES:
                chosen += 1
                decision = one.decision(DecisionId(f"{LOCAL}{contact}:{new_id()}"), me, now)
                tries.append(Try(Take(interaction_id=contact), decision))
    for key in sorted(key for key, way in ways.items() if way is Way.ASKED and key not in asked):
        ask(key)
    return tuple(tries)


class NextRequest(QObject):
    """The best waiting request for me, taken at once. ``taken`` carries the contact, which is opened; ``refused`` the code of
    why there was none: ``nothing_waits`` where there is none for me, ``taken_meanwhile`` where colleagues were faster each
    time. Asked for without a connection it is refused: what is best for me now would not be later."""

    changed = Signal()
    taken = Signal(object)
    refused = Signal(str)

    def __init__(self, workplace: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._ticket: Ticket | None = None
        self._is_asking = False
        self._left: list[Try] = []
        self._now: Try | None = None
        self._id: CommandId | None = None
        self._is_given = False
        self._mine: frozenset[InteractionId] = frozenset()
        self._tried: set[InteractionId] = set()
        self._is_missed = False
        workplace.changed.connect(self._on_changed)
        workplace.gone.connect(self._on_gone)
        workplace.status_changed.connect(self.changed)

    @property
    def is_asking(self) -> bool:
        """Whether it is not known yet which one it is."""
        return self._is_asking

    @property
    def is_offered(self) -> bool:
        """Whether there is a system from which something can be taken."""
        accounts = self._workplace.accounts
        return any(one.can("take_next") or one.can("take") for one in accounts.all or (accounts.of(None),))

    @property
    def can_ask(self) -> bool:
        """Whether there is a connection to ask through and no question on its way."""
        return bool(self._ways()) and not self.is_asking

    def is_own(self, command: Command) -> bool:
        """Whether a command was given here: what became of it is told here."""
        return isinstance(command, TakeNext) or (isinstance(command, Take) and command.interaction_id in self._tried)

    def take(self) -> None:
        """Ask for it; nothing while a question is on its way."""
        if self.is_asking or not self.is_offered:
            return
        ways = self._ways()
        if not ways:
            self.refused.emit("offline")
            return
        self._is_asking, self._is_missed = True, False
        self._tried.clear()
        me, now = self._workplace.me, self._workplace.now()

        def _find(conn: Connection) -> _Plan:
            return _Plan(plan(conn, me, now, ways), frozenset(row.id for row in _mine(conn, me)))

        self._ticket = self._workplace.ask(_find, self._on_plan, lambda _error: self._end("internal"))
        self.changed.emit()

    # --- asking -----------------------------------------------------------------------------------------------------

    def _ways(self) -> dict[str, Way]:
        """How each account can be asked that is connected now."""
        known = self._workplace.accounts.all
        if not known:
            return {"": Way.ASKED} if _is_online(self._workplace.status) else {}
        return {
            one.key: Way.ASKED if one.can("take_next") else Way.CHOSEN
            for one in known
            if not one.is_paused and _is_online(one.status) and (one.can("take_next") or one.can("take"))
        }

    def _on_plan(self, found: _Plan) -> None:
        self._left, self._mine = list(found.tries), found.mine
        self._go_on()

    def _go_on(self) -> None:
        """Ask for the next best."""
        if not self._left:
            self._end(TAKEN_MEANWHILE if self._is_missed else _NOTHING)
            return
        self._now = self._left.pop(0)
        command, decision = self._now.command, self._now.decision
        if isinstance(command, Take):
            self._tried.add(command.interaction_id)
        keep = None if decision is None else partial(_keep, decision)
        self._is_given = False
        self._id = self._workplace.perform(command, initiator=self, alongside=keep, done=self._on_given)

    def _on_given(self, id_: CommandId) -> None:
        """It is in the outbox: from now on its not being there says that it was settled."""
        if id_ == self._id:
            self._is_given = True
            self._look()

    def _on_gone(self, command: Command) -> None:
        if self._now is not None and command == self._now.command:
            self._missed()

    def _missed(self) -> None:
        """This one went to somebody else, or there is none."""
        self._is_missed = self._is_missed or (self._now is not None and isinstance(self._now.command, Take))
        self._take_back()
        self._go_on()

    def _take_back(self) -> None:
        """Leave nothing behind of what was asked for last."""
        id_, decision = self._id, self._now.decision if self._now is not None else None
        self._id = self._now = None

        def _forget(w: Write) -> None:
            if id_ is not None:
                outbox.discard(w, id_)
            if decision is not None:
                routing.drop_decision(w, decision)

        self._workplace.keep(_forget, initiator=self)

    def _on_changed(self, changes: ChangeSet) -> None:
        if self._is_given and changes.touches(Table.OUTBOX):
            self._look()

    def _look(self) -> None:
        """See what became of it."""
        if self._id is None:
            return
        if self._ticket is not None:
            self._ticket.cancel()
        id_, me = self._id, self._workplace.me

        contact = self._now.command.interaction_id if self._now and isinstance(self._now.command, Take) else None

        def _ask(conn: Connection) -> _Answer:
            row = projections.interaction_row(conn, contact, me) if contact is not None else None
            mine = _mine(conn, me) if contact is None else []
            return _Answer(id_, outbox.entry(conn, id_), row.interaction if row is not None else None, tuple(mine))

        self._ticket = self._workplace.ask(_ask, self._on_answer)

    def _on_answer(self, found: _Answer) -> None:
        now, entry = self._now, found.entry
        if found.id != self._id or now is None:
            return
        if entry is not None and entry.state is OutboxState.WEDGED:
            # There is nothing to decide about: it is asked again when the agent wants to.
            if entry.error in _WENT_ELSEWHERE or entry.error == _NOTHING:
                self._missed()
            else:
                self._take_back()
                self._end(entry.error)
        elif entry is None and isinstance(now.command, Take):
            if _is_mine(found.row, self._workplace.me):
                self._got(now.command.interaction_id)
            else:
                self._missed()
        elif entry is None:
            fresh = [row for row in found.mine if row.id not in self._mine and row.accepted_at is not None]
            fresh.sort(key=lambda row: row.accepted_at or row.created_at)
            self._got(fresh[-1].id if fresh else None)

    def _got(self, interaction_id: InteractionId | None) -> None:
        self._end()
        if interaction_id is not None:
            self._workplace.open(interaction_id)
            self.taken.emit(interaction_id)

    def _end(self, code: str = "") -> None:
        self._is_asking = False
        self._id = self._now = None
        self._left = []
        self.changed.emit()
        if code:
            self.refused.emit(code)


def _is_mine(row: Interaction | None, me: AgentId) -> bool:
    """Whether a contact whose ``Take`` was carried out came to me; one whose row says nothing yet did."""
    return row is not None and row.state.is_open and row.assignee in (None, me)


def _mine(conn: Connection, me: AgentId) -> list[Interaction]:
    return [row.interaction for row in projections.inbox(conn, InboxView.MINE, me, limit=_LOOKED_AT)]


def _is_online(status: SyncStatus) -> bool:
    return status.phase in (Phase.LIVE, Phase.FIRST_SYNC) and not status.send_error


def _keep(decision: RoutingDecision, w: Write) -> None:
    routing.keep_decision(w, decision)
