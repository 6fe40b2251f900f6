"""The connection to an SQLite file: one trip to its thread a statement, and nothing lost on the way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from desktop.hub.db import roundtrip
from desktop.hub.db.database import Database, sqlite_url

MANY = 1_234
NUMBERS = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {MANY}) SELECT i FROM n"


@pytest.fixture
async def database(tmp_path: Path) -> Any:
    database = await Database.open(sqlite_url(tmp_path / "hub.db"))
    yield database
    await database.close()


async def test_a_statement_goes_to_the_thread_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    trips = []
    run = roundtrip.Connection.run

    async def counted(self: roundtrip.Connection, work: Any) -> Any:
        trips.append(work)
        return await run(self, work)

    async with database.write() as ledger:
        await ledger.set_note("told", "yes")
        monkeypatch.setattr(roundtrip.Connection, "run", counted)
        assert await ledger.note("told") == "yes"
        assert len(trips) == 1
        monkeypatch.undo()


async def test_more_rows_than_one_trip_brings_all_come(database: Database) -> None:
    async with database.read() as ledger:
        found = list((await ledger.connection.execute(text(NUMBERS))).scalars())
    assert found == list(range(1, MANY + 1))


async def test_what_is_streamed_comes_in_pieces_and_may_be_left_in_the_middle(database: Database) -> None:
    async with database.read() as ledger:
        seen = []
        async with ledger.connection.stream(text(NUMBERS)) as rows:
            async for (number,) in rows:
                seen.append(number)
                if number == MANY // 2:
                    break
        assert seen == list(range(1, MANY // 2 + 1))
    async with database.write() as ledger:
        await ledger.set_note("after", "it")


async def test_a_statement_that_is_wrong_says_so_and_the_next_one_works(database: Database) -> None:
    async with database.write() as ledger:
        with pytest.raises(OperationalError):
            await ledger.connection.execute(text("SELECT nothing FROM nowhere"))
        await ledger.set_note("then", "well")
    async with database.read() as ledger:
        assert await ledger.note("then") == "well"
