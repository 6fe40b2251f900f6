"""The one door to what happens to interactions: each call is one transaction, but for a message that is judged after it is
seen. The API calls this; nothing in here knows
HTTP. ``start`` sets the clocks going, without which nothing is offered again and no offer runs out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import and_, func, select

from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.commands import Command
from desktop.domain.customer import Customer
from desktop.domain.ids import AgentId
from desktop.domain.interaction import InteractionState
from desktop.domain.record import BusinessRecord
from desktop.hub.auth.caller import Caller
from desktop.hub.db import tables
from desktop.hub.db.database import Database
from desktop.hub.desk import advice, callbacks, commands, deliveries, ingest, journey, offers, presence, pushed
from desktop.hub.desk.clocks import Clocks
from desktop.hub.desk.content import prepared
from desktop.hub.desk.guidance import Guidance, learned_steps
from desktop.hub.desk.judging import judge
from desktop.hub.desk.lead import timers
from desktop.hub.desk.library import Shelf
from desktop.hub.desk.likeness import Likenesses
from desktop.hub.desk.lookout import Lookout
from desktop.hub.desk.options import DeskOptions
from desktop.hub.desk.refusals import Refused
from desktop.hub.desk.work import SYSTEM, Work
from desktop.hub.routing.floor import Floor
from desktop.hub.routing.lessons import Lessons
from desktop.wire.shapes import (
    CommandAnswer,
    CustomerIn,
    DeliveryIn,
    Inbound,
    InboundAnswer,
    RecordIn,
    TouchpointIn,
)

__all__ = ["Desk", "DeskOptions"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_row = tables.record.c


class Desk:
    """Open it with ``open``; ``start`` and ``stop`` its clocks."""

    def __init__(self, database: Database, options: DeskOptions, guidance: Guidance) -> None:
        self._database = database
        self._options = options
        self._guidance = guidance
        self._floor = Floor()
        self._clocks = Clocks(database, options.clock, self._round, self._next_timer)
        self._lessons = Lessons(database, options.clock, self._floor.learned)
        self.lookout = Lookout(database, options.clock, lambda: self._work(SYSTEM))
        """Who hears what windows say of themselves."""
        self._shelf = Shelf(database, guidance, options.library)
        self._likenesses = Likenesses(
            database,
            lambda: self._work(SYSTEM),
            propose_from=options.duplicates_from,
            merge_from=options.merge_from,
        )

    @classmethod
    async def open(cls, database: Database, options: DeskOptions | None = None) -> Desk:
        """Return a desk over ``database``, with what agents did so far learned from it."""
        options = options or DeskOptions()
        guidance = Guidance.load()
        async with database.read() as ledger:
            guidance.steps = await learned_steps(ledger, options.learned_from)
            guidance.learner = await advice.learned(ledger)
        desk = cls(database, options, guidance)
        async with database.read() as ledger:
            await desk._floor.catch_up(ledger, options.clock())
        await desk._shelf.look()
        return desk

    @property
    def database(self) -> Database:
        """Where everything is kept."""
        return self._database

    @property
    def guidance(self) -> Guidance:
        """What messages are judged by; its models may be replaced while the desk works."""
        return self._guidance

    def start(self) -> None:
        """Set the clocks going, look after the playbooks, look for duplicates, learn from closed contacts."""
        self._clocks.start()
        self.lookout.start()
        self._lessons.start()
        self._shelf.start()
        self._likenesses.start()

    async def stop(self) -> None:
        """Stop the clocks; calls still work."""
        await self._likenesses.stop()
        await self._lessons.stop()
        await self._shelf.stop()
        await self.lookout.stop()
        await self._clocks.stop()

    def wake(self) -> None:
        """Look at the clocks now: the machine slept, or its time was put forward."""
        self._clocks.wake()
        self.lookout.wake()

    async def look_for_duplicates(self) -> None:
        """Look now at all customers that were written since the last look, rather than at leisure."""
        await self._likenesses.look()

    # --- what comes in ----------------------------------------------------------------------------------------------

    async def receive(self, channel: Channel, message: Inbound, caller: Caller) -> InboundAnswer:
        """Take in a message or call event. Raises ``Refused`` as ``ingest.receive`` does."""
        content = await prepared(message.text, message.html, self._options)
        async with self._work(caller) as work:
            answer, is_judged = await ingest.receive(work, channel, message, content)
        if is_judged:
            return answer
        await asyncio.sleep(0)  # the streams go first
        async with self._work(caller) as work:
            return await judge(work, answer)

    async def touchpoints(self, items: list[TouchpointIn], caller: Caller) -> list[str]:
        """Take in events of journeys, all or none; returns their ids. Raises ``Refused``."""
        async with self._work(caller) as work:
            return await journey.take_touchpoints(work, items)

    async def put_customer(self, source: str, key: str, body: CustomerIn, caller: Caller) -> Customer:
        """Take in what a source knows of a customer. Raises ``Refused``."""
        async with self._work(caller) as work:
            return await pushed.put_customer(work, source, key, body)

    async def put_record(self, source: str, key: str, body: RecordIn, caller: Caller) -> BusinessRecord:
        """Take in what a source knows of an order, contract, invoice or case. Raises ``Refused``."""
        async with self._work(caller) as work:
            return await pushed.put_record(work, source, key, body)

    async def deliver(self, report: DeliveryIn, caller: Caller) -> None:
        """Take in what became of an agent's message. Raises ``Refused``."""
        async with self._work(caller) as work:
            await deliveries.deliver(work, report)

    # --- what agents do ---------------------------------------------------------------------------------------------

    async def perform(self, command: Command, caller: Caller, key: str) -> CommandAnswer:
        """Carry out a command exactly once for each (caller, key); the first outcome is told again. Refusals are answers
        here, only an empty key raises ``Refused``."""
        key = commands.key_of(key)
        try:
            async with self._work(caller) as work:
                return await commands.carry_out(work, command, key)
        except Refused as refused:
            async with self._work(caller) as work:
                return await commands.refuse(work, command, key, refused)

    # --- the desk's own initiative ------------------------------------------------------------------------------------

    @asynccontextmanager
    async def _work(self, caller: Caller) -> AsyncIterator[Work]:
        is_begun = False
        try:
            async with self._database.write() as ledger:
                is_begun = True  # whoever is cancelled before does not touch what another's transaction knows
                if ledger.connection.dialect.name != "sqlite":
                    # SQLite's BEGIN IMMEDIATE lets one writer in at a time; elsewhere the clock's row does, so that what a
                    # decision was based on cannot change under it.
                    await ledger.connection.execute(select(tables.clock.c.seq).with_for_update())
                work = Work(ledger, caller, self._options.clock(), self._options, self._guidance, self._floor)
                yield work
                await presence.settle(work)
        except BaseException:
            if is_begun:
                self._floor.settle(is_committed=False)
            raise
        self._floor.settle(is_committed=True)
        for call in work.after_commit:
            call()
        if work.waits:
            self._clocks.offer_soon(work.fresh)

    async def _round(self, fresh: frozenset[AgentId], is_due: bool) -> bool:
        if not is_due and not await self._anything_waits():
            return False  # most of the time; no writer had to wait for this look
        async with self._work(SYSTEM) as work:
            if is_due:
                await callbacks.ring_due(work, work.at)
                await offers.ring_out(work, work.at)
                await timers.run_out(work, work.at)
            has_more = await offers.offer_waiting(work, fresh)
            work.waits = False  # they were just offered
            return has_more

    async def _anything_waits(self) -> bool:
        query = (
            select(_row.id).where(_row.type == Table.INTERACTION, _row.state == str(InteractionState.QUEUED)).limit(1)
        )
        async with self._database.read() as ledger:
            return (await ledger.connection.execute(query)).scalar() is not None

    async def _next_timer(self) -> datetime | None:
        states = [str(state) for state in InteractionState if state.is_open]
        work = and_(_row.type == str(Table.INTERACTION), _row.state.in_(states))
        # One look each: a minimum over all of them would go through them all.
        firsts = [select(func.min(_row.timer_at)).where(which).scalar_subquery() for which in (work, *timers.TIMERS)]
        async with self._database.read() as ledger:
            found = (await ledger.connection.execute(select(*firsts))).one()
        first = min((at for at in found if at is not None), default=None)
        return None if first is None else _EPOCH + timedelta(microseconds=first)
