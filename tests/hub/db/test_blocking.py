"""A customer is found by what they say of themselves, as the record has it now and not as it once was."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import func, select, text

from desktop.domain.changes import Table
from desktop.domain.customer import Customer, PostalAddress
from desktop.domain.ids import CustomerId
from desktop.hub.db import tables
from desktop.hub.db.bulk import BulkLedger
from desktop.hub.db.database import Database, sqlite_url
from desktop.insight.duplicates import blocking_keys

BORN = date(1980, 4, 3)


def jana(**fields: object) -> Customer:
    values = {"id": CustomerId("jana"), "name": "Jana Weber", "birth_date": BORN, **fields}
    return Customer(**values)  # type: ignore[arg-type]


async def found(database: Database, like: Customer) -> list[str]:
    async with database.read() as ledger:
        return [one.id for one in await ledger.by_blocking_keys(blocking_keys(like))]


async def test_whoever_shares_a_key_is_found_and_nobody_else(database: Database) -> None:
    async with database.write() as ledger:
        await ledger.put(jana())
        await ledger.put(Customer(id=CustomerId("tom"), name="Tom Kurz", birth_date=date(1999, 9, 9)))
    assert await found(database, jana()) == ["jana"]
    assert await found(database, Customer(id=CustomerId("x"), name="Peter Lang")) == []


async def test_whoever_shares_more_and_rarer_keys_comes_first(database: Database) -> None:
    async with database.write() as ledger:
        for number in range(30):
            await ledger.put(Customer(id=CustomerId(f"a{number}"), name=f"Other{number}", birth_date=BORN))
        await ledger.put(jana(id=CustomerId("z")))
    assert (await found(database, jana()))[0] == "z"


async def test_a_changed_a_merged_and_a_deleted_record_are_not_found_as_before(database: Database) -> None:
    before = jana()
    async with database.write() as ledger:
        await ledger.put(before)
    async with database.write() as ledger:
        await ledger.put(jana(name="Maria Kurz", birth_date=date(1999, 9, 9)))
    assert await found(database, before) == []
    assert await found(database, jana(name="Maria Kurz")) == ["jana"]
    async with database.write() as ledger:
        await ledger.put(jana(merged_into=CustomerId("other")))
    assert await found(database, before) == []
    async with database.write() as ledger:
        await ledger.put(before)
        await ledger.remove(Table.CUSTOMER, "jana")
    assert await found(database, before) == []
    async with database.read() as ledger:
        count = await ledger.connection.execute(select(func.count()).select_from(tables.customer_key))
    assert count.scalar_one() == 0


async def test_imported_customers_are_found_too(database: Database) -> None:
    async with database.write() as ledger:
        bulk = BulkLedger(ledger)
        await bulk.put_new(jana(address=PostalAddress(postcode="10115")))
        await bulk.finish()
    assert await found(database, jana()) == ["jana"]


async def test_customers_of_an_older_database_are_found_after_the_upgrade(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "hub.db")
    database = await Database.open(url)
    async with database.write() as ledger:
        await ledger.put(jana())
        await ledger.put(jana(id=CustomerId("old"), merged_into=CustomerId("jana")))
        await ledger.flush()
        for table in ("customer_key", "outbound", "observer"):
            await ledger.connection.execute(text(f"DROP TABLE {table}"))
        await ledger.connection.execute(text("ALTER TABLE record DROP COLUMN party"))
        await ledger.connection.execute(text("UPDATE alembic_version SET version_num = '0004'"))
    await database.close()
    again = await Database.open(url)
    assert await found(again, jana()) == ["jana"]
    await again.close()
