"""Who may have a file, in a database that is older than the question."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from desktop.domain.agent import Role
from desktop.domain.ids import InteractionId, MessageId
from desktop.domain.interaction import Attachment, Author, Message
from desktop.hub.db import migrations
from desktop.hub.db.database import Database, sqlite_url
from desktop.hub.db.holders import held
from desktop.hub.db.visibility import Viewer
from desktop.wire import records

NORTH = Viewer(role=Role.AGENT, queues=frozenset({"north"}))
SOUTH = Viewer(role=Role.AGENT, queues=frozenset({"south"}))
NAMED, BROUGHT = "a" * 64, "b" * 64


async def _at_revision(path: Path, revision: str) -> None:
    def upgrade(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(Path(migrations.__file__).parent))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    engine = create_async_engine(sqlite_url(path))
    async with engine.begin() as connection:
        await connection.run_sync(upgrade)
    await engine.dispose()


def _fill(path: Path) -> None:
    message = Message(
        id=MessageId("m1"),
        interaction_id=InteractionId("i1"),
        author=Author.CUSTOMER,
        sent_at=datetime(2026, 3, 1, tzinfo=UTC),
        attachments=(Attachment(sha256=NAMED, name="Foto.png"),),
    )
    with sqlite3.connect(path) as old:
        for sha256 in (NAMED, BROUGHT):
            old.execute("INSERT INTO blob VALUES (?, 3, 'image/png', 'x.png', 0)", (sha256,))
        row = (
            "INSERT INTO record (type, id, seq, is_deleted, version, queue, body) VALUES ('message', ?, ?, 0, 1, ?, ?)"
        )
        old.execute(row, ("m1", 1, "north", records.encode(message)))
        old.execute(row, ("m2", 2, "north", b'{"id":"m2","attachments":[]}'))
        audit = "INSERT INTO audit VALUES (?, ?, 'anna', 'agent', 'store_blob', ?, 'ok', '')"
        for number in (1, 2):
            old.execute(audit, (f"a{number}", number, BROUGHT))
    old.close()


async def test_files_of_before_stay_with_those_who_brought_them_and_those_who_see_them(tmp_path: Path) -> None:
    path = tmp_path / "hub.db"
    await _at_revision(path, "0002")
    await asyncio.to_thread(_fill, path)
    database = await Database.open(sqlite_url(path))
    async with database.read() as ledger:
        both = [NAMED, BROUGHT]
        assert {one.name for one in (await held(ledger.connection, NORTH, "bert", both)).values()} == {"Foto.png"}
        assert await held(ledger.connection, SOUTH, "sven", both) == {}
        assert set(await held(ledger.connection, SOUTH, "anna", both)) == {BROUGHT}
    await database.close()
