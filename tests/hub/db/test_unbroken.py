"""A task that is cancelled amid a transaction leaves the database to others."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from desktop.hub.db.database import Database, sqlite_url
from desktop.hub.db.unbroken import unbroken


async def test_what_was_begun_is_written_although_its_task_is_cancelled(tmp_path: Path) -> None:
    database = await Database.open(sqlite_url(tmp_path / "hub.db"))
    is_in, go_on = asyncio.Event(), asyncio.Event()

    @unbroken
    async def write() -> None:
        async with database.write(silent=True) as ledger:
            is_in.set()
            await go_on.wait()
            await ledger.set_note("told", "yes")

    task = asyncio.create_task(write())
    await is_in.wait()
    for _ in range(3):
        task.cancel()
        await asyncio.sleep(0)
    assert not task.done()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with database.write(silent=True) as ledger:
        assert await ledger.note("told") == "yes"
    await database.close()


async def test_what_went_wrong_is_raised_as_it_is() -> None:
    @unbroken
    async def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await fail()
