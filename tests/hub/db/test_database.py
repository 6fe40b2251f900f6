"""Opening a database: made when it is not there, kept when it is, and safe with several at once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import OperationalError

from desktop.domain.changes import Table
from desktop.domain.customer import Customer
from desktop.domain.ids import CustomerId
from desktop.hub.db.database import Database, sqlite_url
from desktop.hub.db.tables import metadata


async def test_what_was_written_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "hub.db")
    first = await Database.open(url)
    async with first.write() as ledger:
        await ledger.put(Customer(id=CustomerId("jana"), name="Jana"))
    await first.close()
    again = await Database.open(url)
    async with again.read() as ledger:
        found = await ledger.customer("jana")
    await again.close()
    assert found is not None
    assert found.name == "Jana"
    assert again.epoch == first.epoch


async def test_the_migrations_make_the_schema_that_the_code_believes_in(database: Database) -> None:
    def differences(connection: Connection) -> list[str]:
        inspector = inspect(connection)
        found = []
        for table in metadata.sorted_tables:
            columns = {column["name"] for column in inspector.get_columns(table.name)}
            indexes = {index["name"] for index in inspector.get_indexes(table.name) if index["name"]}
            found += [f"{table.name}.{c.name}" for c in table.columns if c.name not in columns]
            found += [str(index.name) for index in table.indexes if index.name not in indexes]
        return found

    async with database.read() as ledger:
        assert await ledger.connection.run_sync(differences) == []


async def test_two_processes_may_open_and_write_at_once(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "hub.db")
    one, other = await asyncio.gather(Database.open(url), Database.open(url))
    assert one.epoch == other.epoch

    async def write(database: Database, name: str) -> None:
        for number in range(10):
            async with database.write() as ledger:
                await ledger.put(Customer(id=CustomerId(f"{name}{number}")))

    await asyncio.gather(write(one, "a"), write(other, "b"))
    async with one.read() as ledger:
        assert len(await ledger.find(Table.CUSTOMER)) == 20
    await one.close()
    await other.close()


async def test_readers_do_not_wait_for_a_writer(database: Database) -> None:
    async with database.write() as writing:
        await writing.put(Customer(id=CustomerId("new")))
        await writing.flush()
        async with asyncio.timeout(2), database.read() as reading:
            assert await reading.customer("new") is None


async def test_the_url_may_be_written_as_people_write_it(tmp_path: Path) -> None:
    database = await Database.open(f"sqlite:///{tmp_path / 'other.db'}")
    await database.close()
    assert (tmp_path / "other.db").exists()


async def test_a_folder_that_is_not_there_is_an_error_and_not_a_hang(tmp_path: Path) -> None:
    with pytest.raises(OperationalError):
        await Database.open(sqlite_url(tmp_path / "nowhere" / "hub.db"))


async def test_one_failing_listener_does_not_keep_the_others_from_hearing(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[int] = []

    def fail(_: object) -> None:
        raise ValueError

    database.subscribe(fail)
    database.subscribe(lambda commit: heard.append(len(commit)))
    async with database.write() as ledger:
        await ledger.put(Customer(id=CustomerId("a")))
    assert heard == [1]
    assert "listener" in caplog.text
    caplog.clear()
