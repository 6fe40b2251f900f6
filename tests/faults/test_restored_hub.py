"""The hub's database is put back to an older backup while agents work on: nobody goes on as if nothing had been."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.changes import Cause, Table
from desktop.store import outbox
from desktop.store.apply import sync_state
from desktop.store.rows import OutboxState
from desktop.sync.status import Phase


class _Backups:
    """What an operator does with the file of ``centre``'s database."""

    def __init__(self, centre: Any, folder: Path) -> None:
        self._centre = centre
        self._backup = folder / "backup.db"

    @property
    def _file(self) -> Path:
        return Path(self._centre.hub.data if self._centre.hub is not None else self._data) / "hub.db"

    def make(self) -> None:
        """The hub runs on meanwhile."""
        self._data = self._centre.hub.data
        with closing(sqlite3.connect(self._file)) as running, closing(sqlite3.connect(self._backup)) as backup:
            running.backup(backup)

    def put_back(self, *, with_note: bool) -> None:
        """``with_note``: the whole folder comes from the backup, so that nothing beside the database tells of it."""
        self._centre.stop()
        for name in ("hub.db-wal", "hub.db-shm", *(["hub.head"] if with_note else [])):
            (self._data / name).unlink(missing_ok=True)
        shutil.copy(self._backup, self._file)
        self._centre.start()


@pytest.fixture
def backups(own_centre: Any, tmp_path: Path) -> _Backups:
    return _Backups(own_centre, tmp_path)


async def _same(desk: Any, centre: Any) -> None:
    """The desk shows exactly the contacts and messages that the hub has."""

    async def at_the_hub(ledger: Any) -> set[str]:
        found = [*await ledger.find(Table.INTERACTION), *await ledger.find(Table.MESSAGE)]
        return {f"{record.id} {record.version}" for record in found}

    def here(conn: Any) -> set[str]:
        tables = (Table.INTERACTION, Table.MESSAGE)
        return {f"{row[0]} {row[1]}" for table in tables for row in conn.execute(f"SELECT id, version FROM {table}")}

    expected = await asyncio.to_thread(centre.hub.read, at_the_hub)
    await desk.until(lambda: desk.store.query(here) == expected)


@pytest.mark.parametrize("with_note", [False, True])
@pytest.mark.parametrize("meanwhile", [0, 12])
async def test_what_the_backup_does_not_know_disappears_here_too_however_much_has_happened_since(
    own_centre: Any, sit_down: Any, live: Any, taken: Any, backups: _Backups, with_note: bool, meanwhile: int
) -> None:
    """With ``meanwhile`` the hub has counted beyond this client's cursor before the client comes back."""
    desk = (await sit_down(own_centre.url, centre=own_centre)).start()
    await live(desk)
    kept = await taken(desk, own_centre, "von vorher")
    await asyncio.to_thread(backups.make)
    lost = await taken(desk, own_centre, "geht verloren")
    desk.reply(kept, "auch verloren")
    await desk.until(lambda: not desk.outbox())
    await live(desk)
    await desk.stop()
    await asyncio.to_thread(backups.put_back, with_note=with_note)
    for number in range(meanwhile):
        await asyncio.to_thread(own_centre.customer_writes, f"danach {number}")
    again = (await sit_down(own_centre.url, centre=own_centre)).start()
    await again.until(lambda: again.row(Table.INTERACTION, lost) is None)
    await again.until(lambda: again.status.phase is Phase.LIVE)
    await _same(again, own_centre)
    assert again.count(Table.INTERACTION) == 1 + meanwhile
    assert own_centre.agent_texts(kept) == []


async def test_what_the_agent_said_since_the_backup_comes_back_to_them_and_is_sent_again_only_when_they_say_so(
    own_centre: Any, sit_down: Any, live: Any, taken: Any, backups: _Backups
) -> None:
    me = own_centre.agents["anna"].id
    desk = (await sit_down(own_centre.url, centre=own_centre, me=me)).start()
    await live(desk)
    contact_id = await taken(desk, own_centre)
    desk.reply(contact_id, "in der Sicherung")
    await desk.until(lambda: not desk.outbox())
    await asyncio.to_thread(backups.make)
    desk.reply(contact_id, "nach der Sicherung")
    await desk.until(lambda: not desk.outbox())
    await live(desk)
    await asyncio.to_thread(backups.put_back, with_note=False)
    await desk.until(lambda: [entry.state for entry in desk.outbox()] == [OutboxState.WEDGED])
    [entry] = desk.outbox()
    assert (entry.error, entry.command.text) == ("lost", "nach der Sicherung")
    assert desk.texts(contact_id)[1:] == ["in der Sicherung"]
    assert own_centre.agent_texts(contact_id) == ["in der Sicherung"]
    desk.store.write(lambda w: outbox.retry(w, entry.id), Cause.AGENT).result()
    await desk.until(lambda: not desk.outbox())
    assert own_centre.agent_texts(contact_id) == ["in der Sicherung", "nach der Sicherung"]


async def test_what_was_not_sent_yet_goes_to_the_restored_hub_once(
    own_centre: Any, sit_down: Any, live: Any, taken: Any, backups: _Backups
) -> None:
    desk = (await sit_down(own_centre.url, centre=own_centre)).start()
    await live(desk)
    contact_id = await taken(desk, own_centre)
    await asyncio.to_thread(backups.make)
    await asyncio.to_thread(own_centre.customer_writes, "danach")
    await desk.until(lambda: desk.count(Table.INTERACTION) == 2)
    await asyncio.to_thread(own_centre.stop)
    await desk.until(lambda: desk.status.phase is Phase.OFFLINE)
    desk.reply(contact_id, "noch nicht gesendet")
    await asyncio.to_thread(own_centre.start)
    await asyncio.to_thread(backups.put_back, with_note=True)
    await desk.until(lambda: not desk.outbox())
    await _same(desk, own_centre)


async def test_a_hub_that_only_starts_again_is_not_read_anew(
    own_centre: Any, sit_down: Any, live: Any, taken: Any
) -> None:
    desk = (await sit_down(own_centre.url, centre=own_centre)).start()
    await live(desk)
    await taken(desk, own_centre)
    before, seen = desk.store.query(sync_state), len(desk.statuses)
    for _ in range(2):
        await asyncio.to_thread(own_centre.stop)
        await desk.until(lambda: desk.status.phase is Phase.OFFLINE)
        await asyncio.to_thread(own_centre.start)
        await desk.until(lambda: desk.status.phase is Phase.LIVE)
    after = desk.store.query(sync_state)
    assert after.epoch == before.epoch
    assert after.cursor > before.cursor
    assert Phase.FIRST_SYNC not in [status.phase for status in desk.statuses[seen:]]
