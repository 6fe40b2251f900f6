"""A desk over a real database in a file, with a clock that only moves when a story says so, and people to work at it.

``anna`` and ``bert`` are agents of team north, ``sven`` is one of team south, ``lena`` leads north, ``otto`` is an admin.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from desktop.domain import commands as c
from desktop.domain.agent import Agent, Presence, PresenceState, Queue, Role, Skill
from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.customer import Customer, Identity, IdentityKind
from desktop.domain.ids import AgentId, CustomerId, new_id
from desktop.domain.interaction import Interaction, Message
from desktop.domain.suggestion import Suggestion
from desktop.hub.auth.caller import Caller
from desktop.hub.db.database import Database, sqlite_url
from desktop.hub.db.migrations import upgrade as UPGRADE
from desktop.hub.desk.desk import Desk, DeskOptions
from desktop.hub.desk.setup import ensure_defaults
from desktop.insight import normalise
from desktop.wire import records
from desktop.wire.shapes import CommandAnswer, Inbound, InboundAnswer, Sender

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PEOPLE = {
    "anna": (Role.AGENT, "north"),
    "bert": (Role.AGENT, "north"),
    "sven": (Role.AGENT, "south"),
    "lena": (Role.LEAD, "north"),
    "otto": (Role.ADMIN, ""),
}
CHANNEL = Caller(id="gateway", role=Role.CHANNEL)
CRM = Caller(id="crm", role=Role.CRM)


class Centre:
    """A contact centre in a test. ``at`` is what time it is there."""

    def __init__(self, database: Database, desk: Desk, options: DeskOptions) -> None:
        self.database = database
        self.desk = desk
        self.options = options
        self.at = START
        self._count = 0
        self.url = ""

    # --- people -----------------------------------------------------------------------------------------------------

    def caller(self, name: str) -> Caller:
        role, team = PEOPLE[name]
        return Caller(id=name, role=role, team=team, agent_id=AgentId(name))

    async def hire(self, name: str, *skills: Skill, **fields: Any) -> None:
        role, team = PEOPLE[name]
        agent = Agent(id=AgentId(name), user=name, name=name.title(), role=role, team=team, skills=skills, **fields)
        await self.put(agent)

    async def ready(self, *names: str) -> None:
        for name in names:
            await self.do(name, c.SetPresence(state=PresenceState.READY))

    async def presence(self, name: str) -> Presence:
        return (await self.get(Table.AGENT, name)).presence

    # --- the database -----------------------------------------------------------------------------------------------

    async def put(self, *rows: Any) -> Any:
        async with self.database.write() as ledger:
            saved = [await ledger.put(row) for row in rows]
        return saved[0]

    async def get(self, table: Table, id_: str) -> Any:
        async with self.database.read() as ledger:
            return await ledger.get(table, id_)

    async def interaction(self, id_: str) -> Interaction:
        return await self.get(Table.INTERACTION, id_)

    async def messages(self, id_: str) -> list[Message]:
        async with self.database.read() as ledger:
            return await ledger.messages(id_)

    async def suggestions(self, id_: str) -> list[Suggestion]:
        async with self.database.read() as ledger:
            return await ledger.suggestions(id_)

    async def customer(self, name: str, *addresses: str, **fields: Any) -> Customer:
        identities = tuple(
            identity
            for address in addresses
            for identity in [normalise.identity(Channel.EMAIL if "@" in address else Channel.CALL, address)]
            if identity is not None
        )
        return await self.put(
            Customer(id=CustomerId(new_id()), name=name, identities=identities, created_at=self.at, **fields)
        )

    # --- what happens -----------------------------------------------------------------------------------------------

    async def says(self, channel: Channel, address: str, text: str = "", **fields: Any) -> InboundAnswer:
        """The customer at ``address`` writes."""
        self._count += 1
        fields = {"external_id": f"x{self._count}", "sender": Sender(address=address), "text": text, **fields}
        return await self.desk.receive(channel, Inbound(**fields), CHANNEL)

    async def chat(
        self, text: str = "Where is my order?", address: str = "web:visitor-1", **fields: Any
    ) -> InboundAnswer:
        return await self.says(Channel.CHAT, address, text, **fields)

    async def mail(
        self, text: str = "My invoice is wrong", address: str = "jana@example.org", **fields: Any
    ) -> InboundAnswer:
        return await self.says(Channel.EMAIL, address, text, **fields)

    async def do(self, name: str, command: Any, key: str | None = None) -> CommandAnswer:
        """``name`` does something and it must go well."""
        answer = await self.attempt(name, command, key)
        assert answer.outcome == "applied", answer.error
        return answer

    async def attempt(self, name: str, command: Any, key: str | None = None) -> CommandAnswer:
        return await self.desk.perform(command, self.caller(name), key or new_id())

    async def refusal(self, name: str, command: Any) -> str:
        """``name`` tries something that must not go; returns the code."""
        answer = await self.attempt(name, command)
        assert answer.outcome in ("refused", "gone")
        assert answer.error is not None
        return answer.error.code

    async def accepted(self, name: str = "anna", **fields: Any) -> str:
        """A chat comes in that ``name``, the only one ready, accepts; returns its id."""
        await self.ready(name)
        answer = await self.chat(**fields)
        await self.do(name, c.Accept(interaction_id=answer.interaction_id))
        return answer.interaction_id

    def later(self, **delta: float) -> None:
        """Time passes."""
        self.at += timedelta(**delta)
        self.desk.wake()

    async def until(self, look: Callable[[], Any], seconds: float = 5.0) -> Any:
        """Wait until ``look`` (a coroutine function) returns something true, and return that."""
        async with asyncio.timeout(seconds):
            while True:
                changed = asyncio.Event()
                stop = self.database.subscribe(lambda _, changed=changed: changed.set())
                try:
                    found = await look()
                    if found:
                        return found
                    await changed.wait()
                finally:
                    stop()

    async def state(self, id_: str, state: str, assignee: str | None = ...) -> Interaction:  # type: ignore[assignment]
        """Wait until an interaction is in a state (and with somebody)."""

        async def look() -> Interaction | None:
            found = await self.interaction(id_)
            fits = found.state == state and (assignee is ... or found.assignee == assignee)
            return found if fits else None

        return await self.until(look)


def record_of(answer: CommandAnswer, type_: str) -> Any:
    """The record of a type among the changes of an answer."""
    [change] = [change for change in answer.changes if change.type == type_]
    return records.decode(type_, msgspec.json.encode(change.record))


@pytest.fixture(scope="session")
def new_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the defaults of a new centre, made once and copied for each test."""
    path = tmp_path_factory.mktemp("desk") / "hub.sqlite"

    async def make() -> None:
        database = await Database.open(sqlite_url(path))
        async with database.write() as ledger:
            await ensure_defaults(ledger)
        await database.close()

    asyncio.run(make())
    return path


async def _emptied_at(server: str) -> str:
    """The database of this process on a PostgreSQL server, as that of a new centre is: to make one for each test would take
    longer than the test."""
    import asyncpg

    name = f"desk_{os.getpid()}"
    connection = await asyncpg.connect(f"{server}/postgres")
    try:
        is_there = await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name)
        if not is_there:
            await connection.execute(f"CREATE DATABASE {name}")
            with pytest.MonkeyPatch.context() as as_ever:
                as_ever.setattr("desktop.hub.db.migrations.upgrade", UPGRADE)
                database = await Database.open(f"{server}/{name}")
            async with database.write() as ledger:
                await ensure_defaults(ledger)
            await database.close()
    finally:
        await connection.close()
    connection = await asyncpg.connect(f"{server}/{name}")
    try:
        found = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [row["tablename"] for row in found]
        if not is_there:
            await connection.execute("CREATE SCHEMA fresh")
            for table in tables:
                await connection.execute(f"CREATE TABLE fresh.{table} AS TABLE public.{table}")
        await connection.execute(
            f"TRUNCATE {', '.join(f'public.{table}' for table in tables)};"
            + ";".join(f"INSERT INTO public.{table} SELECT * FROM fresh.{table}" for table in tables)
        )
    finally:
        await connection.close()
    return f"{server}/{name}"


@pytest.fixture
async def centre(tmp_path: Path, new_database: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Centre]:
    """A centre with nobody ready yet. Its clocks run, on the story's time."""
    # The copy is up to date; to find that out anew takes longer than most stories.
    monkeypatch.setattr("desktop.hub.db.migrations.upgrade", lambda connection: None)
    server = os.environ.get("DIRIGENT_TEST_POSTGRES")
    if server:
        url = await _emptied_at(server)
    else:
        shutil.copy(new_database, tmp_path / "hub.sqlite")
        url = sqlite_url(tmp_path / "hub.sqlite")
    database = await Database.open(url)
    now: list[Centre] = []
    options = DeskOptions(clock=lambda: now[0].at if now else START)
    desk = await Desk.open(database, options)
    centre = Centre(database, desk, options)
    centre.url = url
    now.append(centre)
    for name in PEOPLE:
        await centre.hire(name)
    desk.start()
    try:
        yield centre
    finally:
        await desk.stop()
        await database.close()


__all__ = ["CHANNEL", "CRM", "Centre", "Identity", "IdentityKind", "Queue", "record_of"]
