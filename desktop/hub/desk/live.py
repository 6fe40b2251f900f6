"""What a lead's board shows, kept up to date from the feed: each look reads only the interactions that changed since the
last one. A service level counts requests whose first answer was due today, answered or not."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import select

from desktop.domain.agent import Agent, PresenceState, Queue
from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.interaction import Interaction, InteractionState
from desktop.hub.db import tables
from desktop.hub.db.columns import micros
from desktop.hub.db.ledger import Ledger
from desktop.insight.routing import answer_s_of
from desktop.wire import records
from desktop.wire.shapes import LiveMetrics, QueueLive

_WAITING = (InteractionState.QUEUED, InteractionState.OFFERED)
_ACTIVE = (InteractionState.ACTIVE, InteractionState.ON_HOLD, InteractionState.WRAP_UP)
_LOOKED_BACK = timedelta(days=7)
_MOST = 20_000
_row = tables.record.c


class _Contact(Struct, frozen=True):
    """What the board needs of one interaction."""

    queue: str
    channel: Channel
    state: InteractionState
    created_at: datetime
    queued_at: datetime
    answered_at: datetime | None
    closed_at: datetime | None


class Board:
    """The figures of this moment. One for the hub; ``look`` is called with a reading ledger."""

    def __init__(self) -> None:
        self._contacts: dict[str, _Contact] = {}
        self._seen: int | None = None

    async def look(self, ledger: Ledger, at: datetime) -> LiveMetrics:
        """Return the figures at ``at``; days are those of UTC."""
        latest = await ledger.latest()
        if self._seen is None:
            await self._begin(ledger, at)
        elif latest > self._seen:
            await self._catch_up(ledger)
        self._seen = latest
        today = at.replace(hour=0, minute=0, second=0, microsecond=0)
        self._forget(today)
        queues: dict[str, Queue] = {queue.id: queue for queue in await ledger.queues()}
        agents: list[Agent] = await ledger.agents()
        figures = {id_: _Figures() for id_ in queues}
        for contact in self._contacts.values():
            if contact.queue in figures:
                figures[contact.queue].add(contact, queues[contact.queue], at, today)
        lives = [figures[id_].as_live(queue, at) for id_, queue in sorted(queues.items())]
        due = sum(one.due for one in figures.values())
        met = sum(one.met for one in figures.values())
        return LiveMetrics(
            at=at,
            queues=lives,
            agents={
                str(state): sum(agent.presence.state is state for agent in agents if agent.is_active)
                for state in PresenceState
            },
            waiting=sum(live.waiting for live in lives),
            active=sum(live.active for live in lives),
            service_level=met / due if due else None,
        )

    async def _begin(self, ledger: Ledger, at: datetime) -> None:
        """Read what is open, and what came in lately."""
        open_states = [str(state) for state in InteractionState if state.is_open]
        closed = [str(state) for state in InteractionState if not state.is_open]
        for interaction in await ledger.find(Table.INTERACTION, _row.state.in_(open_states)):
            self._take(interaction)
        lately = _row.at >= micros(at - _LOOKED_BACK)
        for interaction in await ledger.find(
            Table.INTERACTION, _row.state.in_(closed), lately, newest_first=True, limit=_MOST
        ):
            self._take(interaction)

    async def _catch_up(self, ledger: Ledger) -> None:
        query = select(_row.id, _row.is_deleted, _row.body).where(_row.seq > self._seen, _row.type == Table.INTERACTION)
        for id_, is_deleted, body in await ledger.connection.execute(query):
            if is_deleted:
                self._contacts.pop(id_, None)
            else:
                self._take(records.decode(Table.INTERACTION, body))

    def _take(self, interaction: Interaction) -> None:
        self._contacts[interaction.id] = _Contact(
            interaction.queue or "",
            interaction.channel,
            interaction.state,
            interaction.created_at,
            interaction.queued_at or interaction.created_at,
            interaction.answered_at,
            interaction.closed_at,
        )

    def _forget(self, today: datetime) -> None:
        """Drop what came to its end before today."""
        ended = [
            id_
            for id_, contact in self._contacts.items()
            if not contact.state.is_open
            and max(contact.closed_at or contact.created_at, contact.answered_at or contact.created_at) < today
        ]
        for id_ in ended:
            del self._contacts[id_]


class _Figures:
    """The counts of one queue."""

    def __init__(self) -> None:
        self.waiting = self.active = self.answered = self.abandoned = self.due = self.met = 0
        self.oldest: datetime | None = None

    def add(self, contact: _Contact, queue: Queue, at: datetime, today: datetime) -> None:
        if contact.state in _WAITING:
            self.waiting += 1
            self.oldest = min(self.oldest or contact.queued_at, contact.queued_at)
        self.active += contact.state in _ACTIVE
        self.abandoned += (
            contact.state is InteractionState.ABANDONED and (contact.closed_at or contact.created_at) >= today
        )
        answered = contact.answered_at
        self.answered += answered is not None and answered >= today
        due_at = contact.created_at + timedelta(seconds=answer_s_of(contact.channel, queue))
        if (answered is not None and answered >= today) or (answered is None and today <= due_at <= at):
            self.due += 1
            self.met += answered is not None and answered <= due_at

    def as_live(self, queue: Queue, at: datetime) -> QueueLive:
        longest = int((at - self.oldest).total_seconds()) if self.oldest is not None else 0
        return QueueLive(
            id=queue.id,
            names=queue.names,
            waiting=self.waiting,
            longest_s=max(0, longest),
            active=self.active,
            answered_today=self.answered,
            abandoned_today=self.abandoned,
            service_level=self.met / self.due if self.due else None,
        )
