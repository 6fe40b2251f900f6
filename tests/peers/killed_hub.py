"""A hub with nothing but its desk and one account, for tests that kill it: ``python killed_hub.py DATA HOW``. With ``before``
it kills itself when a mail was taken in and not yet noted, with ``after`` when it was noted and not yet marked as read; with
``never`` it ends when nothing more comes.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from desktop.hub.blobs import Blobs
from desktop.hub.channels import accounts, kinds
from desktop.hub.channels.intake import Intake
from desktop.hub.channels.signals import Signals
from desktop.hub.db.database import Database, sqlite_url
from desktop.hub.desk.desk import Desk, DeskOptions
from desktop.hub.desk.setup import ensure_defaults


async def run(data: Path, *, how: str) -> None:
    database = await Database.open(sqlite_url(data / "hub.db"))
    async with database.write() as ledger:
        await ensure_defaults(ledger)
    desk = await Desk.open(database, DeskOptions(clock=lambda: datetime.now(UTC)))
    account = accounts.read(data / accounts.FILE, kinds.SETTINGS)[0]
    intake = Intake(account, desk, Blobs(database, data / "blobs"), Signals())
    noted = asyncio.Event()
    note = intake.set_note

    async def set_note(key: str, value: str) -> None:
        if how == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        await note(key, value)
        if how == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        noted.set()

    intake.set_note = set_note  # type: ignore[method-assign]
    task = asyncio.create_task(kinds.adapter_of(account, intake, data).run())
    with contextlib.suppress(TimeoutError):
        while True:
            noted.clear()
            await asyncio.wait_for(noted.wait(), 5)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await database.close()


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1]), how=sys.argv[2]))
