"""A floor to look at: a database in a file, a board over it, and a clock that only moves when a story says so.

Queues ``north`` and ``south`` are their team's, ``open`` is everybody's. ``anna`` and ``bert`` are agents of north, ``sven``
is one of south, ``lena`` leads north, ``otto`` is an admin.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from desktop.domain.agent import Agent, Presence, PresenceState, Queue, Role
from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.ids import AgentId, CustomerId, InteractionId, QueueId
from desktop.domain.interaction import Interaction, InteractionState
from desktop.domain.routing import Alert
from desktop.hub.auth.caller import Caller
from desktop.hub.board.live import LiveBoard
from desktop.hub.db.database import Database, sqlite_url
from desktop.hub.db.visibility import Viewer, viewer_of
from desktop.wire.board import AgentFigures, Board, ContactsFilter, ContactsPage, Figure, QueueFigures

MONDAY = datetime(2026, 3, 2, 10, 10, tzinfo=UTC)
PEOPLE = {
    "anna": (Role.AGENT, "north"),
    "bert": (Role.AGENT, "north"),
    "sven": (Role.AGENT, "south"),
    "lena": (Role.LEAD, "north"),
    "otto": (Role.ADMIN, ""),
}


class Floor:
    """``at`` is what time it is."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.at = MONDAY
        self.queues: dict[str, Queue] = {}
        self.teams = {name: team for name, (_, team) in PEOPLE.items()}
        self.board = self.new_board()

    def new_board(self) -> LiveBoard:
        return LiveBoard(self.database, lambda: self.at, self.viewer)

    def viewer(self, caller: Caller) -> Viewer:
        """What a caller may see as their team is now."""
        return viewer_of(replace(caller, team=self.teams[caller.id]), self.queues.values())

    def caller(self, name: str) -> Caller:
        return Caller(id=name, role=PEOPLE[name][0], team=self.teams[name], agent_id=AgentId(name))

    def later(self, **delta: float) -> None:
        self.at += timedelta(**delta)

    def ago(self, seconds: float) -> datetime:
        return self.at - timedelta(seconds=seconds)

    async def put(self, *rows: Any) -> None:
        async with self.database.write() as ledger:
            for row in rows:
                if isinstance(row, Queue):
                    self.queues[row.id] = row
                await ledger.put(row)

    async def queue(self, name: str, **fields: Any) -> None:
        await self.put(Queue(id=QueueId(name), **fields))

    async def agent(self, name: str, state: PresenceState = PresenceState.READY, **fields: Any) -> None:
        role, team = PEOPLE.get(name, (Role.AGENT, "north"))
        self.teams[name] = fields.get("team", team)
        fields = {"role": role, "team": team, "presence": Presence(state=state, since=self.at), **fields}
        await self.put(Agent(id=AgentId(name), user=name, name=name.title(), **fields))

    async def contact(self, id_: str, state: str = "queued", queue: str = "", ago: float = 0, **fields: Any) -> None:
        """A contact that came ``ago`` seconds ago is put, or put anew, in a state (and queue)."""
        async with self.database.read() as ledger:
            before = await ledger.interaction(id_)
        if before is None:
            at = self.ago(ago)
            before = Interaction(
                id=InteractionId(id_),
                channel=Channel.CHAT,
                state=InteractionState.QUEUED,
                created_at=at,
                updated_at=at,
                queue=QueueId("north"),
                customer_id=CustomerId(f"customer of {id_}"),
                customer_name=f"Name of {id_}",
            )
        if queue:
            fields["queue"] = QueueId(queue)
        await self.put(replace(before, state=InteractionState(state), **{"updated_at": self.at, **fields}))

    async def answered(self, id_: str, seconds: float, ago: float = 60, **fields: Any) -> None:
        """A contact that came some time ago was answered after so many seconds."""
        answered_at = self.ago(ago) + timedelta(seconds=seconds)
        fields = {"assignee": AgentId("anna"), "accepted_at": answered_at, "answered_at": answered_at, **fields}
        await self.contact(id_, fields.pop("state", "active"), ago=ago, **fields)

    async def seen_by(self, name: str) -> Board:
        return await self.board.board(self.caller(name))

    async def figures(self, queue: str = "north", by: str = "lena") -> QueueFigures:
        return next(one for one in (await self.seen_by(by)).queues if one.id == queue)

    async def of_agent(self, name: str, by: str = "lena") -> AgentFigures:
        return next(one for one in (await self.seen_by(by)).agents if one.id == name)

    async def page(self, by: str = "lena", after: str = "", limit: int = 100, **which: Any) -> ContactsPage:
        return await self.board.contacts(self.caller(by), ContactsFilter(**which), after, limit)

    async def behind(self, figure: str, by: str = "lena", **which: Any) -> set[str]:
        """Return the ids of the contacts behind a number."""
        page = await self.page(by, figure=Figure(figure), **which)
        assert page.total == len(page.contacts)
        return {one.id for one in page.contacts}

    async def alerts(self) -> list[Alert]:
        async with self.database.read() as ledger:
            return await ledger.find(Table.ALERT)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file without any record, made once and copied for each test."""
    import asyncio

    path = tmp_path_factory.mktemp("floor") / "hub.sqlite"

    async def make() -> None:
        await (await Database.open(sqlite_url(path))).close()

    asyncio.run(make())
    return path


@pytest.fixture
def new_file(tmp_path: Path, empty_database: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Path]:
    # The copy is up to date; to find that out anew takes longer than most stories.
    monkeypatch.setattr("desktop.hub.db.migrations.upgrade", lambda connection: None)

    def copy() -> Path:
        return Path(shutil.copy(empty_database, tmp_path / "hub.sqlite"))

    return copy


@pytest.fixture
async def floor(new_file: Callable[[], Path]) -> AsyncIterator[Floor]:
    async for floor in opened(new_file()):
        yield floor


@pytest.fixture
def open_floor() -> Callable[[Path], AsyncIterator[Floor]]:
    """Open a floor over a database with a history of its own."""
    return opened


async def opened(path: Path) -> AsyncIterator[Floor]:
    database = await Database.open(sqlite_url(path))
    floor = Floor(database)
    await floor.queue("north", names={"en": "North"}, teams=("north",))
    await floor.queue("south", teams=("south",))
    await floor.queue("open")
    for name in PEOPLE:
        await floor.agent(name, PresenceState.OFFLINE)
    try:
        yield floor
    finally:
        await floor.board.stop()
        await database.close()
