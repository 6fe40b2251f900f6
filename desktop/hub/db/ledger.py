"""One transaction's view of the records: what is read, what is put, and in which order others will hear of it.

``put`` keeps rows in memory and ``flush`` writes them together, so that one record put twice in a transaction is one change
and ``seq`` is handed out under the database's lock, in commit order: a reader's cursor never skips a committed change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

import msgspec
from sqlalchemy import ColumnElement, delete, func, insert, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from desktop.domain.agent import Agent, Queue
from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.customer import Customer, IdentityKind
from desktop.domain.flow import Flow
from desktop.domain.ids import CustomerId, InteractionId
from desktop.domain.interaction import Interaction, InteractionState, Message
from desktop.domain.journey import Touchpoint
from desktop.domain.record import BusinessRecord
from desktop.domain.routing import RoutingDecision
from desktop.domain.suggestion import Suggestion
from desktop.hub.db import blocking, holders, identities, showing, statements, tables, visibility
from desktop.hub.db.columns import WHISPER, columns_of, micros, people_in, whispers_of
from desktop.hub.db.continuity import STEP
from desktop.hub.db.visibility import Viewer
from desktop.wire import records
from desktop.wire.records import Record
from desktop.wire.shapes import Change

T = TypeVar("T")

_PARTS = Message | Suggestion | Flow | RoutingDecision
_row = tables.record


def now() -> datetime:
    """Return this instant in UTC."""
    return datetime.now(UTC)


def plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return a row with its columns' names as plain text, which is what ``msgspec.convert`` takes: SQLAlchemy's are not."""
    return {str(name): value for name, value in row.items()}


class Written(msgspec.Struct, frozen=True):
    """A change as listeners get it: the feed's element, and what decides who may see it. ``shown_in`` are the queues
    (see ``tables.customer_queue``) of the customer that a card, touchpoint or business record is about."""

    change: Change
    record: Any
    queue: str | None
    left_queue: str | None
    customer_id: str | None
    assignee: str | None
    shown_in: frozenset[str] = frozenset()
    party: str | None = None
    state: str | None = None
    lookup: str | None = None


class Commit(list[Written]):
    """What one transaction wrote, by ``seq``. It took the numbers after ``after`` up to ``last``; those missing here
    were of versions that the transaction itself replaced."""

    after: int = 0
    last: int = 0


class Ledger:
    """Reads and writes records within one transaction. Not to be kept beyond it."""

    def __init__(self, connection: AsyncConnection, *, may_write: bool) -> None:
        self.connection = connection
        self._may_write = may_write
        self._pending: dict[tuple[Table, str], dict[str, Any]] = {}
        self._values: dict[tuple[Table, str], Record | None] = {}
        self._fresh: set[tuple[Table, str]] = set()
        # What was read and not put since: the record, and of it what ``put`` has to know.
        self._read: dict[tuple[Table, str], Record] = {}
        self._headers: dict[tuple[Table, str], dict[str, Any]] = {}
        self.written = Commit()

    # --- one record -------------------------------------------------------------------------------------------------

    async def get(self, table: Table, id_: str) -> Any | None:
        """Return the newest version of one record, or ``None`` where there is none or it was deleted."""
        key = (table, str(id_))
        if key in self._values:
            return self._values[key]
        if key in self._read:
            return self._read[key]
        found = (await self.connection.execute(statements.GET, {"kind": str(table), "key": key[1]})).first()
        return None if found is None else self.seen(key, found)

    def seen(self, key: tuple[Table, str], row: Sequence[Any]) -> Any:
        """Keep what ``statements.GET`` (or a query of the same columns) read of a record, and return that."""
        found = self._read[key] = records.decode(key[0], row[0])
        self._headers[key] = statements.header(row[1:])
        return found

    async def interaction(self, id_: str) -> Interaction | None:
        return cast("Interaction | None", await self.get(Table.INTERACTION, id_))

    async def customer(self, id_: str) -> Customer | None:
        """Return a customer; one that was merged away gives the one it was merged into."""
        for _ in range(8):
            found = cast("Customer | None", await self.get(Table.CUSTOMER, id_))
            if found is None or found.merged_into is None:
                return found
            id_ = found.merged_into
        return None

    async def agent(self, id_: str) -> Agent | None:
        return cast("Agent | None", await self.get(Table.AGENT, id_))

    async def queue(self, id_: str) -> Queue | None:
        return cast("Queue | None", await self.get(Table.QUEUE, id_))

    # --- many -------------------------------------------------------------------------------------------------------

    async def find(
        self, table: Table, *conditions: ColumnElement[bool], newest_first: bool = False, limit: int | None = None
    ) -> list[Any]:
        """Return the records of a type that meet conditions on ``tables.record.c``, by ``at``."""
        await self.flush_of(table)
        order = (_row.c.at.desc(), _row.c.id.desc()) if newest_first else (_row.c.at, _row.c.id)
        query = select(_row.c.body).where(_row.c.type == table, _row.c.is_deleted.is_(False), *conditions)
        query = query.order_by(*order)
        if limit is not None:
            query = query.limit(limit)
        return [records.decode(table, body) for body in (await self.connection.execute(query)).scalars()]

    async def messages(self, interaction_id: str) -> list[Message]:
        return await self.find(Table.MESSAGE, _row.c.interaction_id == interaction_id)

    async def interactions_of(self, customer_id: str, limit: int = 100) -> list[Interaction]:
        """Return a customer's interactions, newest first."""
        return await self.find(Table.INTERACTION, _row.c.customer_id == customer_id, newest_first=True, limit=limit)

    async def touchpoints(self, customer_id: str, limit: int = 500) -> list[Touchpoint]:
        """Return a customer's newest ``limit`` touchpoints, oldest first."""
        found = await self.find(Table.TOUCHPOINT, _row.c.customer_id == customer_id, newest_first=True, limit=limit)
        return found[::-1]

    async def business_records(self, customer_id: str, limit: int = 200) -> list[BusinessRecord]:
        """Return a customer's business records, newest first."""
        return await self.find(Table.RECORD, _row.c.customer_id == customer_id, newest_first=True, limit=limit)

    async def suggestions(self, interaction_id: str) -> list[Suggestion]:
        found: list[Suggestion] = await self.find(Table.SUGGESTION, _row.c.interaction_id == interaction_id)
        return sorted(found, key=lambda suggestion: suggestion.rank)

    async def assigned_to(self, agent_id: str, *states: InteractionState) -> list[Interaction]:
        """Return the interactions in ``states`` that an agent owns or is offered."""
        return await self.find(
            Table.INTERACTION, _row.c.assignee == agent_id, _row.c.state.in_([str(state) for state in states])
        )

    async def due(self, state: InteractionState, at: datetime, limit: int = 100) -> list[Interaction]:
        """Return interactions in ``state`` whose timer (offer, snooze) ran out by ``at``."""
        return await self.find(
            Table.INTERACTION, _row.c.state == str(state), _row.c.timer_at <= micros(at), limit=limit
        )

    async def agents(self) -> list[Agent]:
        return await self.find(Table.AGENT)

    async def queues(self) -> list[Queue]:
        return await self.find(Table.QUEUE)

    async def by_identity(self, keys: Iterable[tuple[IdentityKind | str, str]]) -> list[Customer]:
        """Return the customers that have any of the (kind, normalised) identities, each once."""
        wanted = [(str(kind), value) for kind, value in keys]
        if not wanted:
            return []
        column = tables.identity.c
        query = select(column.customer_id).where(tuple_(column.kind, column.normalised).in_(wanted)).distinct()
        found: dict[CustomerId, Customer] = {}
        for id_ in (await self.connection.execute(query)).scalars():
            customer = await self.customer(id_)
            if customer is not None:
                found[customer.id] = customer
        return list(found.values())

    async def by_blocking_keys(self, keys: Iterable[str], limit: int = 25) -> list[Customer]:
        """Return the customers that share a blocking key, at most ``limit``, those with the rarest and the most first."""
        ids = await blocking.sharing(self.connection, keys, limit)
        found = {one.id: one for one in await self.find(Table.CUSTOMER, _row.c.id.in_(ids))} if ids else {}
        return [found[CustomerId(id_)] for id_ in ids if id_ in found]

    async def by_thread(self, channel: str, thread: str) -> Interaction | None:
        """Return the newest interaction of a channel's thread."""
        await self.flush_of(Table.INTERACTION)
        found = (await self.connection.execute(statements.BY_THREAD, {"thread": thread, "way": str(channel)})).first()
        return None if found is None else self.seen((Table.INTERACTION, found[0]), found[1:])

    async def by_message_ids(self, ids: Sequence[str]) -> Interaction | None:
        """Return the interaction, begun on whatever channel, of the newest mail that has one of these ids (References)."""
        if not ids:
            return None
        wanted = _row.c.lookup.in_(list(ids)[-50:])
        found: list[Message] = await self.find(Table.MESSAGE, wanted, newest_first=True, limit=10)
        mail = next((one for one in found if one.channel in (Channel.EMAIL, None)), None)
        return None if mail is None else await self.interaction(mail.interaction_id)

    # --- writing ----------------------------------------------------------------------------------------------------

    async def put(self, record: Record) -> Any:
        """Save ``record`` as the next version of its id and return it as saved."""
        assert self._may_write
        table = records.type_of(record)
        key = (table, str(record.id))
        known = self._headers.pop(key, None)
        self._read.pop(key, None)
        before = self._pending.get(key) or known
        if before is None:
            found = await self.connection.execute(statements.LOOK, {"kind": str(table), "key": key[1]})
            before = statements.header(found.first())
        if not before["version"]:
            self._fresh.add(key)
        saved = msgspec.structs.replace(record, version=before["version"] + 1)
        columns = await self._columns(saved)
        moved = columns["queue"] != before["queue"]
        columns["left_queue"] = (before["queue"] if moved else None) or before["left_queue"]
        came = people_in(columns) - people_in(before) if isinstance(saved, Interaction) else ()
        guests = [id_ for id_ in sorted(came) if await self._is_guest(id_, columns["queue"])]
        for id_ in sorted(people_in(before) - people_in(columns)):
            if await self._is_guest(id_, columns["queue"]):
                columns["left_queue"] = columns["left_queue"] or visibility.own_queue(id_)
                moved = True
        handed_over = columns["assignee"] != before["assignee"]
        if columns["state"] == WHISPER and handed_over and before["assignee"]:
            columns["left_queue"] = columns["left_queue"] or visibility.own_queue(before["assignee"])
        self._pending[key] = {
            "type": str(table),
            "id": key[1],
            "is_deleted": False,
            "version": saved.version,
            "body": records.encode(saved),
            **columns,
        }
        self._values[key] = saved
        if isinstance(saved, Interaction) and (moved or guests) and (before["version"] or self._has_parts(saved.id)):
            await self._move_parts(saved.id)
        elif isinstance(saved, Interaction) and handed_over and key not in self._fresh:
            await self._move_whispers(saved.id)
        if isinstance(saved, Customer):
            await identities.index(self.connection, saved)
            await blocking.keep(self.connection, saved)
        if isinstance(saved, Message) and saved.attachments:
            await holders.used(self.connection, [saved])
        if isinstance(saved, Interaction) and saved.customer_id and saved.queue:
            await self._reveal(saved.customer_id, saved.queue)
            for id_ in guests:
                await self._reveal(saved.customer_id, visibility.own_queue(id_))
        return saved

    def introduce(self, record: Record) -> None:
        """Say that ``record`` has an id that was made up just now, so that ``put`` need not look for an earlier version."""
        self._headers[records.type_of(record), str(record.id)] = statements.NONE

    async def remove(self, table: Table, id_: str) -> None:
        """Delete a record; readers of the feed are told."""
        assert self._may_write
        if (table, id_) in self._pending:
            await self.flush()
        self._headers.pop((table, id_), None)
        query = select(_row).where(_row.c.type == table, _row.c.id == id_)
        found = (await self.connection.execute(query)).mappings().first()
        if found is None or found["is_deleted"]:
            return
        row = {**found, "is_deleted": True, "version": found["version"] + 1, "body": b"{}"}
        row.pop("seq")
        self._pending[table, id_] = row
        self._values[table, id_] = None
        if table is Table.CUSTOMER:
            await identities.forget(self.connection, id_)
            await blocking.forget(self.connection, id_)

    async def touch(self, table: Table, *conditions: ColumnElement[bool]) -> None:
        """Put the matching records again as they are, so that readers who may see them only now get them."""
        for record in await self.find(table, *conditions):
            await self.put(record)

    async def _columns(self, record: Any) -> dict[str, Any]:
        owner = await self.interaction(record.interaction_id) if isinstance(record, _PARTS) else None
        return columns_of(record, owner)

    async def _is_guest(self, agent_id: str | None, queue_id: str | None) -> bool:
        """Whether an agent is not of the teams of a queue, so that only being assigned shows them work of it."""
        queue = await self.queue(queue_id) if agent_id and queue_id else None
        if queue is None or not queue.teams or agent_id is None:
            return False
        agent = await self.agent(agent_id)
        return agent is not None and not visibility.is_open_to(queue, agent.role, agent.team)

    def _has_parts(self, id_: InteractionId) -> bool:
        """Whether this transaction wrote parts of an interaction before the interaction itself."""
        return any(isinstance(one, _PARTS) and one.interaction_id == id_ for one in self._values.values())

    async def _move_parts(self, interaction_id: InteractionId) -> None:
        """An interaction changed queues or came to a guest: its parts follow, so that its new readers get them all."""
        await self.flush()
        for table in (Table.MESSAGE, Table.SUGGESTION, Table.FLOW, Table.DECISION):
            await self.touch(table, _row.c.interaction_id == interaction_id)

    async def _move_whispers(self, interaction_id: InteractionId) -> None:
        """A contact changed hands: what was whispered to the former owner goes out of their sight. Nearly always nothing was,
        and then what is pending stays so."""
        whispers = _row.c.lookup == whispers_of(interaction_id)
        query = select(_row.c.id).where(_row.c.type == Table.MESSAGE, whispers).limit(1)
        if (await self.connection.execute(query)).scalar() is not None:
            await self.touch(Table.MESSAGE, whispers)

    async def _reveal(self, customer_id: CustomerId, queue: str) -> None:
        """A customer's first contact in a queue: those who may see the queue now get the customer's facts too."""
        if not await showing.is_news(self.connection, customer_id, queue):
            return
        customer = await self.get(Table.CUSTOMER, customer_id)
        if customer is not None:
            await self.put(customer)
        for table in (Table.TOUCHPOINT, Table.RECORD, Table.DUPLICATE):
            await self.touch(table, _row.c.customer_id == customer_id)

    async def flush_of(self, *tables_read: Table) -> None:
        """Write what was put so far, where some of it is of the types a query is about: each time costs two statements."""
        if any(table in tables_read for table, _ in self._pending):
            await self.flush()

    async def flush(self) -> None:
        """Write what was put so far. Called before queries that it may be found by and at the end of the transaction."""
        if not self._pending:
            return
        rows = list(self._pending.values())
        self._pending.clear()
        taken = len(rows) * STEP
        last = (await self.connection.execute(statements.TAKE, {"taken": taken})).scalar_one()
        for number, row in enumerate(rows, 1):
            row["seq"] = last - taken + number * STEP
        await self.connection.execute(statements.UPSERTS[self.connection.dialect.name], rows)
        replaced = {(row["type"], row["id"]) for row in rows}
        kept = [w for w in self.written if (w.change.type, w.change.id) not in replaced]
        self.written[:] = [*kept, *(self._as_written(row) for row in rows)]
        if not self.written.last:
            self.written.after = last - taken
        self.written.last = last

    async def seal(self) -> Commit:
        """Write what is left and return what the transaction wrote, with what the listeners need to know of it. Who may
        see a customer is looked up now, as it may have been decided after their card was written."""
        await self.flush()
        cards = {str(w.customer_id) for w in self.written if w.change.type in visibility.CARDS and w.customer_id}
        if cards:
            shown = await showing.shown_in(self.connection, cards)
            self.written[:] = [
                msgspec.structs.replace(w, shown_in=shown[w.customer_id])
                if w.change.type in visibility.CARDS and w.customer_id in shown
                else w
                for w in self.written
            ]
        return self.written

    def _as_written(self, row: dict[str, Any]) -> Written:
        return Written(
            change=as_change(row),
            record=self._values.get((Table(row["type"]), row["id"])),
            queue=row["queue"],
            left_queue=row["left_queue"],
            customer_id=row["customer_id"],
            assignee=row["assignee"],
            party=row["party"],
            state=row["state"],
            lookup=row["lookup"],
        )

    # --- the feed and small facts -----------------------------------------------------------------------------------

    async def page(self, viewer: Viewer, after: int, limit: int) -> tuple[list[Change], int, bool]:
        """Return the first ``limit`` changes after a cursor that ``viewer`` is told of, the cursor to go on from and
        whether there is more. The cursor moves past what the viewer is not told of."""
        latest = await self.latest()  # first: what is committed after this look has a higher number in any isolation
        query = select(_row).where(_row.c.seq > after, viewer.condition()).order_by(_row.c.seq).limit(limit + 1)
        rows = (await self.connection.execute(query)).mappings().all()
        changes = [viewer.seen(plain(row)) for row in rows[:limit]]
        if len(rows) > limit:
            return changes, changes[-1].seq, True
        return changes, max(latest, changes[-1].seq if changes else 0), False

    async def latest(self) -> int:
        """Return the newest ``seq`` handed out."""
        return cast("int", (await self.connection.execute(select(tables.clock.c.seq))).scalar_one())

    async def count(self, table: Table, *conditions: ColumnElement[bool]) -> int:
        await self.flush_of(table)
        query = select(func.count()).where(_row.c.type == table, _row.c.is_deleted.is_(False), *conditions)
        return (await self.connection.execute(query)).scalar_one()

    async def note(self, key: str) -> str | None:
        """Return a small fact kept under a key (an import's position, a version)."""
        query = select(tables.note.c.value).where(tables.note.c.key == key)
        return (await self.connection.execute(query)).scalar()

    async def set_note(self, key: str, value: str) -> None:
        await self.connection.execute(delete(tables.note).where(tables.note.c.key == key))
        await self.connection.execute(insert(tables.note).values(key=key, value=value))


def as_change(row: dict[str, Any]) -> Change:
    """Return a row of ``tables.record`` as an element of the feed."""
    if row["is_deleted"]:
        return Change(seq=row["seq"], op="delete", type=row["type"], id=row["id"])
    return Change(seq=row["seq"], op="upsert", type=row["type"], id=row["id"], record=msgspec.Raw(row["body"]))
