"""A hub with a history to be synced: the generated cache's records, written into the hub's own database before it starts."""

from __future__ import annotations

import asyncio
from pathlib import Path

from desktop.app.bench.caches import BenchFailed
from desktop.app.bench.figures import Size
from desktop.domain.agent import Agent, Queue
from desktop.domain.customer import Customer
from desktop.domain.ids import AgentId
from desktop.domain.interaction import Interaction, Message
from desktop.domain.template import Disposition, IntentLabel, Template
from desktop.hub.db.bulk import BulkLedger
from desktop.hub.db.database import Database, sqlite_url
from desktop.hub.db.ledger import Ledger
from desktop.store.generate import records
from desktop.wire.records import type_of

# What a hub has by itself, or has one of under the same id.
_SETTINGS = (Agent, Queue, Template, Disposition, IntentLabel)
_BATCH = 20_000


def fill(folder: Path, user: str, messages: int, seed: int) -> tuple[AgentId, Size]:
    """Write ``messages`` messages and all that belongs to them into the hub in ``folder``, whose open work is ``user``'s;
    returns that agent's id and how much it was. Raises ``BenchFailed`` where there is no such user."""
    return asyncio.run(_fill(folder, user, messages, seed))


async def _fill(folder: Path, user: str, messages: int, seed: int) -> tuple[AgentId, Size]:
    database = await Database.open(sqlite_url(folder / "hub.db"))
    try:
        async with database.read() as ledger:
            me = await _agent(ledger, user)
        counts: dict[type, int] = {}
        async with database.write(silent=True) as ledger:
            bulk = BulkLedger(ledger)
            said: list[Message] = []
            for number, record in enumerate(records(messages, seed, me)):
                counts[type(record)] = counts.get(type(record), 0) + 1
                if isinstance(record, Message):
                    # Its contact comes right after, and has to be there first.
                    said.append(record)
                elif not isinstance(record, _SETTINGS):
                    await bulk.put_new(record)
                    if isinstance(record, Interaction):
                        for message in said:
                            await bulk.put_new(message)
                        said.clear()
                elif await ledger.get(type_of(record), str(record.id)) is None:
                    await ledger.put(record)
                if number % _BATCH == 0:
                    await ledger.flush()
                    await bulk.flush()
            await ledger.flush()
            await bulk.finish()
        return me, Size(messages=counts[Message], interactions=counts[Interaction], customers=counts[Customer])
    finally:
        await database.close()


async def _agent(ledger: Ledger, user: str) -> AgentId:
    for agent in await ledger.agents():
        if agent.user == user:
            return agent.id
    raise BenchFailed(f"the hub has no user {user}")
