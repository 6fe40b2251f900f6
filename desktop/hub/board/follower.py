"""Notices what was committed, whichever process did it: from memory what this one wrote, from the database what it was not
told of. Hands each version on once it is known; what is older than what was handed on is for the receiver to drop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol

from sqlalchemy import Select, select

from desktop.domain.changes import Table
from desktop.domain.interaction import Interaction, InteractionState
from desktop.hub.board.contact import Contact, contact_of, read
from desktop.hub.board.tally import KEPT_S
from desktop.hub.board.zones import instant
from desktop.hub.db import tables
from desktop.hub.db.columns import micros
from desktop.hub.db.database import Database
from desktop.hub.db.ledger import Commit, Ledger
from desktop.wire import records

FOLLOWED: Final = frozenset({Table.INTERACTION, Table.AGENT, Table.QUEUE, Table.ALERT_RULE, Table.ALERT})
_STEP: Final = 100
_PAGE: Final = 300
_row = tables.record.c


class Receiver(Protocol):
    def took(self, table: Table, id_: str, record: Any, seq: int) -> None:
        """A record has this version now; an interaction comes as ``Contact``. ``None``: it was deleted."""
        ...


class Follower:
    """Follows one database from ``begin`` on."""

    def __init__(self, database: Database, receiver: Receiver, woken: Callable[[], None]) -> None:
        self._database = database
        self._receiver = receiver
        self._woken = woken
        self._head = 0
        self._is_behind = True
        self._unsubscribe: Callable[[], None] | None = None

    def listen(self) -> None:
        """Hear of commits from now on; ``catch_up`` brings what was before."""
        if self._unsubscribe is None:
            self._unsubscribe = self._database.subscribe(self.hear)

    def close(self) -> None:
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None

    async def begin(self, now: float, know: Callable[[], Awaitable[None]]) -> None:
        """Read what the board is made of: the centre's own records, of which ``know`` is told before contacts are counted by
        them, then what is open, and what ended lately."""
        async with self._database.read() as ledger:
            latest = await ledger.latest()
            query = select(_row.type, _row.id, _row.is_deleted, _row.seq, _row.body)
            centre = [str(table) for table in sorted(FOLLOWED - {Table.INTERACTION})]
            await self._read(ledger, query.where(_row.type.in_(centre)))
            await know()
            is_contact = _row.type == Table.INTERACTION
            open_ = [str(state) for state in InteractionState if state.is_open]
            ended = [str(state) for state in InteractionState if not state.is_open]
            await self._read(ledger, query.where(is_contact, _row.state.in_(open_)))
            came_lately = _row.at >= micros(instant(now - KEPT_S))
            await self._read(ledger, query.where(is_contact, _row.state.in_(ended), came_lately))
            await self._ended_lately(ledger, query.where(is_contact, _row.state.in_(ended), ~came_lately), now)
        self._head = latest
        self._is_behind = False

    async def catch_up(self) -> bool:
        """Bring what other processes wrote, or what was written silently; returns whether there was anything."""
        async with self._database.read() as ledger:
            latest = await ledger.latest()
            if latest <= self._head and not self._is_behind:
                return False
            query = select(_row.type, _row.id, _row.is_deleted, _row.seq, _row.body).where(
                _row.seq > self._head, _row.type.in_([str(table) for table in sorted(FOLLOWED)])
            )
            rows = (await ledger.connection.execute(query.order_by(_row.seq))).all()
        self._is_behind = False
        self._head = max(self._head, latest)
        await self._hand_on(rows)
        return bool(rows)

    async def is_behind(self) -> bool:
        """Whether the database holds something that was not handed on yet."""
        if self._is_behind:
            return True
        async with self._database.read() as ledger:
            return await ledger.latest() > self._head

    async def _ended_lately(self, ledger: Ledger, query: Select[Any], now: float) -> None:
        """Hand on what came longer ago but ended lately: it was written lately, so it is among the newest numbers."""
        before: int | None = None
        while True:
            page = query if before is None else query.where(_row.seq < before)
            rows = (await ledger.connection.execute(page.order_by(_row.seq.desc()).limit(_PAGE))).all()
            lately = [row for row in rows if not row.is_deleted and read(row.body).latest >= now - KEPT_S]
            await self._hand_on(lately)
            if not lately or len(rows) < _PAGE:
                return
            before = rows[-1].seq

    async def _read(self, ledger: Ledger, query: Select[Any]) -> None:
        """Hand on what a query finds, a few rows at a time."""
        rows = await ledger.connection.stream(query)
        async for some in rows.partitions(_STEP):
            await self._hand_on(some)

    async def _hand_on(self, rows: Any) -> None:
        for place, (type_, id_, is_deleted, seq, body) in enumerate(rows, 1):
            table = Table(type_)
            record: Any = None
            if not is_deleted:
                record = read(body) if table is Table.INTERACTION else records.decode(table, body)
            self._receiver.took(table, id_, record, seq)
            if place % _STEP == 0:
                await asyncio.sleep(0)

    def hear(self, commit: Commit) -> None:
        """Something was committed in this process."""
        if commit.after == self._head:
            self._head = commit.last
        else:
            self._is_behind = True
        is_news = False
        for written in commit:
            if written.change.type not in FOLLOWED:
                continue
            is_news = True
            record: Interaction | Contact | Any = written.record
            if isinstance(record, Interaction):
                record = contact_of(record)
            self._receiver.took(Table(written.change.type), written.change.id, record, written.change.seq)
        if is_news:
            self._woken()
