"""A hub that was restored from a backup knows which cursors it never gave, however much has happened there since."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from pathlib import Path

import pytest

from desktop.domain.customer import Customer
from desktop.domain.ids import CustomerId, new_id
from desktop.hub.db.continuity import is_known, read_head, write_head
from desktop.hub.db.database import Database, sqlite_url


async def _run(file: Path, commits: int, was_at: int = 0) -> tuple[str, list[int]]:
    """One life of a hub; returns its epoch and every cursor a reader may have had."""
    database = await Database.open(sqlite_url(file), was_at=was_at)
    cursors = []
    for _ in range(commits):
        async with database.write() as ledger:
            await ledger.put(Customer(id=CustomerId(new_id())))
        async with database.read() as ledger:
            cursors.append(await ledger.latest())
    await database.close()
    return database.epoch, cursors


async def _known(file: Path, cursors: list[int]) -> list[bool]:
    database = await Database.open(sqlite_url(file))
    async with database.read() as ledger:
        known = [await is_known(ledger.connection, cursor) for cursor in cursors]
    await database.close()
    return known


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "hub.db"


async def test_every_cursor_it_gave_stays_good_over_any_number_of_starts(file: Path) -> None:
    cursors = [0]
    for _ in range(4):
        cursors += (await _run(file, 3))[1]
    assert cursors == sorted(set(cursors))
    assert all(await _known(file, cursors))


@pytest.mark.parametrize("since", [0, 1, 3, 30])
async def test_a_cursor_from_after_the_backup_is_none_of_the_restored_one(file: Path, since: int) -> None:
    """``since``: what has happened there since the restore, less than was lost, as much, and far more."""
    _, before = await _run(file, 3)
    backup = shutil.copy(file, file.with_suffix(".backup"))
    _, lost = await _run(file, 3)
    shutil.copy(backup, file)
    _, after = await _run(file, since)
    assert all(await _known(file, before + after))
    assert not any(await _known(file, lost))


async def test_what_was_lost_within_one_run_is_noticed_too(file: Path) -> None:
    """The backup was made while the hub ran: it knows of that start."""
    database = await Database.open(sqlite_url(file))
    async with database.write() as ledger:
        await ledger.put(Customer(id=CustomerId("kept")))
    async with database.read() as ledger:
        kept = await ledger.latest()
    with (
        contextlib.closing(sqlite3.connect(file)) as running,
        contextlib.closing(sqlite3.connect(file.with_suffix(".backup"))) as backup,
    ):
        running.backup(backup)
    async with database.write() as ledger:
        await ledger.put(Customer(id=CustomerId("lost")))
    async with database.read() as ledger:
        lost = await ledger.latest()
    await database.close()
    file.with_name("hub.db-wal").unlink(missing_ok=True)
    shutil.copy(file.with_suffix(".backup"), file)
    await _run(file, 20)
    assert await _known(file, [kept, lost]) == [True, False]


async def test_a_database_restored_alone_gets_a_new_epoch_and_one_that_only_went_on_does_not(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    note = file.with_name("hub.head")
    epoch, cursors = await _run(file, 2)
    write_head(note, cursors[-1])
    backup = shutil.copy(file, file.with_suffix(".backup"))
    again, cursors = await _run(file, 2, was_at=read_head(note))
    assert again == epoch
    write_head(note, cursors[-1])
    shutil.copy(backup, file)
    restored, _ = await _run(file, 0, was_at=read_head(note))
    assert restored != epoch
    assert "restored" in caplog.text


async def test_a_note_that_cannot_be_read_or_written_is_no_reason_to_start_over(tmp_path: Path) -> None:
    assert read_head(tmp_path / "nowhere") == 0
    (tmp_path / "torn").write_text("12x")
    assert read_head(tmp_path / "torn") == 0
    write_head(tmp_path / "no folder" / "hub.head", 5)
