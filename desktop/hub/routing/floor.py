"""Who is there with what in hand and what waits, as one hub process knows it: brought in step by the numbers of the feed
within the transaction that decides, so that it holds whoever else wrote meanwhile, in whatever process. Nothing in here is
the truth: what was absorbed from a transaction that came to nothing is dropped (``settle``) and read anew.

The desk's transactions call it, one at a time; the database's turn sees to that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import select

from desktop.domain.agent import Agent, Queue
from desktop.domain.changes import Table
from desktop.domain.ids import AgentId, InteractionId
from desktop.domain.interaction import Interaction, InteractionState
from desktop.domain.routing import RoutingPolicy
from desktop.hub.db import tables
from desktop.hub.db.continuity import STEP
from desktop.hub.db.ledger import Ledger
from desktop.hub.routing.policy import POLICY
from desktop.hub.routing.requests import readable, request_of, rests_until
from desktop.insight.routing import AgentLoad, Backlog, Decision, Outcomes, Request, Roster, match
from desktop.insight.routing.policy import unsuited
from desktop.insight.routing.rings import demand_of, ring_at, waited_s
from desktop.wire.records import decode

TAKES_CAPACITY: Final = (
    InteractionState.OFFERED,
    InteractionState.ACTIVE,
    InteractionState.ON_HOLD,
    InteractionState.WRAP_UP,
)
"""In these states an interaction keeps its agent busy; waiting and snoozed ones do not."""

_STAFF: Final = (str(Table.AGENT), str(Table.QUEUE), str(Table.ROUTING))
_LEFT: Final = (InteractionState.CLOSED, InteractionState.WAITING, InteractionState.SNOOZED)
_MOST_BEHIND: Final = 20_000 * STEP
"""Further behind than so many changes it is quicker to read everything anew."""

_IDLE_LOOKED_AT: Final = 5_000 * STEP
_AT_ONCE: Final = 500
_SEGMENT: Final = "segment:"
_row = tables.record.c
# As an expression no index begins with it: a range of numbers is what is to be looked up.
_TYPE: Final = _row.type.concat("")


class _Held(msgspec.Struct, frozen=True):
    agent_id: str
    channel: str
    is_owned: bool


class _Touched(msgspec.Struct, frozen=True):
    updated_at: datetime


class _Segment(msgspec.Struct, frozen=True):
    segment: str = ""


_touched: Final = msgspec.json.Decoder(_Touched)
_segment: Final = msgspec.json.Decoder(_Segment)


class Floor:
    """``catch_up`` before each decision, ``settle`` at the end of each transaction."""

    def __init__(self) -> None:
        self._outcomes: Outcomes | None = None
        self._forget()

    def _forget(self) -> None:
        self.policy = RoutingPolicy()
        self.queues: dict[str, Queue] = {}
        self.changed_queues: set[str] = set()
        self.roster = Roster(policy=self.policy, outcomes=self._outcomes)
        self._backlog = Backlog(self.policy)
        self._agents: dict[str, Agent] = {}
        self._held: dict[str, _Held] = {}
        self._placed: set[str] = set()
        self._working: dict[str, dict[str, int]] = {}
        self._ended: dict[str, datetime] = {}
        self._resting: dict[str, tuple[datetime, Request]] = {}
        self._has_segments: bool | None = None
        self._seen: int | None = None
        self._is_ahead = False

    # --- in step with the feed ----------------------------------------------------------------------------------------

    async def catch_up(self, ledger: Ledger, at: datetime) -> None:
        """Take in everything committed, and what the transaction itself wrote so far."""
        await ledger.flush()
        latest = await ledger.latest()
        self._is_ahead = self._is_ahead or bool(ledger.written)
        if self._seen is not None and latest == self._seen:
            return
        if self._seen is None or not 0 < latest - self._seen < _MOST_BEHIND:
            await self._begin(ledger, at, latest)
        else:
            await self._follow(ledger, at)
        self._seen = latest

    def settle(self, *, is_committed: bool) -> None:
        """The transaction is over. What was taken in of one that came to nothing is dropped."""
        if self._is_ahead and not is_committed:
            self._forget()
        self._is_ahead = False

    def learned(self, outcomes: Outcomes) -> None:
        """Weigh agents by what was learned of them from now on."""
        self._outcomes = outcomes
        self.roster.learned(outcomes)

    async def _begin(self, ledger: Ledger, at: datetime, latest: int) -> None:
        changed = self.changed_queues
        self._forget()
        self._is_ahead = bool(ledger.written)
        self.changed_queues = changed
        staff = select(_row.type, _row.body).where(_row.type.in_(_STAFF), _row.is_deleted.is_(False))
        for type_, body in await ledger.connection.execute(staff):
            record = decode(type_, body)
            if isinstance(record, Agent):
                self._agents[record.id] = record
            elif isinstance(record, Queue):
                self.queues[record.id] = readable(record)
            elif record.id == POLICY:
                self.policy = record
        self.roster = Roster(policy=self.policy, outcomes=self._outcomes)
        self._backlog = Backlog(self.policy)
        of_contacts = (_row.type == Table.INTERACTION, _row.is_deleted.is_(False))
        held = select(_row.id, _row.assignee, _row.channel, _row.state).where(
            *of_contacts, _row.state.in_([str(state) for state in TAKES_CAPACITY]), _row.assignee.is_not(None)
        )
        for id_, assignee, channel, state in await ledger.connection.execute(held):
            self._hold(id_, _Held(assignee, channel, state != InteractionState.OFFERED))
        left = select(_row.assignee, _row.body).where(
            _row.seq > latest - _IDLE_LOOKED_AT,
            _TYPE.in_([str(Table.INTERACTION)]),
            _row.state.in_([str(state) for state in _LEFT]),
            _row.assignee.is_not(None),
        )
        for assignee, body in await ledger.connection.execute(left):
            self._end(assignee, _touched.decode(body).updated_at)
        self._put(self._agents)
        waits = select(_row.body).where(*of_contacts, _row.state == str(InteractionState.QUEUED))
        bodies = (await ledger.connection.execute(waits)).scalars().all()
        await self._add(ledger, [decode(Table.INTERACTION, body) for body in bodies], at)

    async def _follow(self, ledger: Ledger, at: datetime) -> None:
        columns = (_row.type, _row.id, _row.is_deleted, _row.assignee, _row.channel, _row.state, _row.body)
        query = (
            select(*columns)
            .where(_row.seq > self._seen, _TYPE.in_([*_STAFF, str(Table.INTERACTION)]))
            .order_by(_row.seq)
        )
        # What was placed may have been given back before it was ever seen here.
        changed, self._placed = self._placed, set()
        waiting: list[Interaction] = []
        for row in (await ledger.connection.execute(query)).all():
            if row.type == Table.INTERACTION:
                changed |= self._note(row)
                if row.state == InteractionState.QUEUED and not row.is_deleted:
                    waiting.append(decode(Table.INTERACTION, row.body))
            elif row.type == Table.AGENT:
                self._note_agent(row, changed)
            else:
                self.changed_queues.add(row.id if row.type == Table.QUEUE else "")
                if row.type == Table.ROUTING:
                    return await self._begin(ledger, at, await ledger.latest())
                self._note_queue(row)
                waiting.extend(await self._waiting_in(ledger, row.id))
        self._put(changed)
        await self._add(ledger, waiting, at)

    def _note(self, row: Any) -> set[str]:
        """Take in an interaction's row; returns the agents it made a difference to."""
        busy = row.assignee is not None and not row.is_deleted and row.state in TAKES_CAPACITY
        now = _Held(row.assignee, row.channel, row.state != InteractionState.OFFERED) if busy else None
        before = self._hold(row.id, now)
        if before is not None and before.is_owned and (now is None or now.agent_id != before.agent_id):
            self._end(before.agent_id, None if row.is_deleted else _touched.decode(row.body).updated_at)
        self._backlog.remove(InteractionId(row.id))
        self._resting.pop(row.id, None)
        return {one.agent_id for one in (before, now) if one is not None} if before != now else set()

    def _note_agent(self, row: Any, changed: set[str]) -> None:
        self._has_segments = None
        if row.is_deleted:
            self._agents.pop(row.id, None)
            self.roster.remove(row.id)
        else:
            self._agents[row.id] = decode(Table.AGENT, row.body)
            changed.add(row.id)

    def _note_queue(self, row: Any) -> None:
        if row.is_deleted:
            self.queues.pop(row.id, None)
        else:
            self.queues[row.id] = readable(decode(Table.QUEUE, row.body))

    async def _waiting_in(self, ledger: Ledger, queue: str) -> list[Interaction]:
        return await ledger.find(Table.INTERACTION, _row.state == str(InteractionState.QUEUED), _row.queue == queue)

    def _hold(self, id_: str, now: _Held | None) -> _Held | None:
        """Note who has an interaction in hand; returns who had it before."""
        before = self._held.pop(id_, None)
        if now is not None:
            self._held[id_] = now
        for one, count in ((before, -1), (now, 1)):
            if one is not None:
                working = self._working.setdefault(one.agent_id, {})
                working[one.channel] = working.get(one.channel, 0) + count
        return before

    def _end(self, agent_id: str, at: datetime | None) -> None:
        before = self._ended.get(agent_id)
        if at is not None and (before is None or before < at):
            self._ended[agent_id] = at

    def _put(self, agent_ids: Iterable[str]) -> None:
        for agent_id in agent_ids:
            agent = self._agents.get(agent_id)
            if agent is not None:
                self.roster.put(self._load(agent))

    def _load(self, agent: Agent) -> AgentLoad:
        known = [at for at in (self._ended.get(agent.id), agent.presence.since) if at is not None]
        working = {channel: count for channel, count in self._working.get(agent.id, {}).items() if count}
        return AgentLoad(agent=agent, working=working, idle_since=max(known, default=None))

    async def _add(self, ledger: Ledger, waiting: Sequence[Interaction], at: datetime) -> None:
        segments = await self._segments(ledger, waiting)
        for one in waiting:
            self._wait(request_of(one, self.queues.get(one.queue or ""), segments.get(one.customer_id or "", "")), at)

    def _wait(self, request: Request, at: datetime) -> None:
        """Take in what waits: a live request of a closed queue rests until that opens."""
        until = rests_until(request, at)
        if until is None:
            self._backlog.add(request, at)
        else:
            self._backlog.remove(request.interaction_id)
            self._resting[request.interaction_id] = (until, request)

    async def _segments(self, ledger: Ledger, waiting: Sequence[Interaction]) -> Mapping[str, str]:
        """Return the segments of the customers who wait, where anybody looks after one."""
        ids = sorted({one.customer_id for one in waiting if one.customer_id is not None})
        if not ids or not self._looks_after_segments():
            return {}
        found: dict[str, str] = {}
        for start in range(0, len(ids), _AT_ONCE):
            query = select(_row.id, _row.body).where(
                _row.type == Table.CUSTOMER, _row.id.in_(ids[start : start + _AT_ONCE]), _row.is_deleted.is_(False)
            )
            for id_, body in await ledger.connection.execute(query):
                found[id_] = _segment.decode(body).segment
        return found

    def _looks_after_segments(self) -> bool:
        """Whether a customer's segment makes any difference."""
        if self._has_segments is None:
            skills = (skill.name for agent in self._agents.values() for skill in agent.skills)
            self._has_segments = any(name.startswith(_SEGMENT) for name in skills)
        return self._has_segments

    # --- asking -------------------------------------------------------------------------------------------------------

    def load_of(self, agent_id: str) -> AgentLoad | None:
        """Return an agent with what they have in hand."""
        return self.roster.load_of(AgentId(agent_id))

    async def request(self, ledger: Ledger, interaction: Interaction) -> Request:
        """Return an interaction, saved or not, as routing sees it."""
        segment = ""
        if interaction.customer_id is not None and self._looks_after_segments():
            customer = await ledger.customer(interaction.customer_id)
            segment = customer.segment if customer is not None else ""
        return request_of(interaction, self.queues.get(interaction.queue or ""), segment)

    def waiting(self, most: int, at: datetime) -> list[Request]:
        """Return the most urgent requests that somebody who is ready suits and has room for, first to be served first.
        Those of queues that closed meanwhile come too: ``rest`` says so."""
        self._open(at)
        if not len(self._backlog):
            return []
        return self._backlog.first(most, at, [load for load in self._loads() if load.agent.takes_work])

    def _open(self, at: datetime) -> None:
        """Bring back what rested in queues that opened."""
        for id_, (until, request) in list(self._resting.items()):
            if until <= at:
                del self._resting[id_]
                self._backlog.add(request, at)

    def rest(self, request: Request, at: datetime) -> datetime | None:
        """Return until when a request does not ring because its queue is closed, ``None`` where it may ring now."""
        until = rests_until(request, at)
        if until is not None:
            self._backlog.remove(request.interaction_id)
            self._resting[request.interaction_id] = (until, request)
        return until

    def next_for(self, load: AgentLoad, at: datetime) -> Request | None:
        """Return the most urgent request that an agent can take now."""
        self._open(at)
        while (found := self._backlog.next_for(load, at, self.roster.load_of)) is not None:
            if self.rest(found, at) is None:
                return found
        return None

    def match(self, requests: Sequence[Request], at: datetime) -> dict[InteractionId, Decision]:
        """Return a decision for each request. What it places counts as in hand at once: it must be saved."""
        self._is_ahead = True
        decisions = match(requests, self.roster, at)
        self._placed.update(one.agent_id for one in decisions.values() if one.agent_id is not None)
        return decisions

    def has_other(self, request: Request, without: Collection[str], at: datetime) -> bool:
        """Whether anybody but those given is ready for a request, however much they have in hand."""
        demand = demand_of(request, ring_at(request.rings, waited_s(request, at)))
        return any(
            load.agent.takes_work and load.agent.id not in without and not unsuited(demand, load.agent, at)
            for load in self._loads()
        )

    def _loads(self) -> Iterable[AgentLoad]:
        return (load for id_ in self._agents if (load := self.roster.load_of(AgentId(id_))) is not None)
