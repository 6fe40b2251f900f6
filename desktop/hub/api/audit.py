"""Who read personal data and who did what. Rows are gathered for a moment and written together, in the order in which they
came; what could not be written is tried again. They name ids, codes and counts, never what was said.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Final

from sqlalchemy import insert

from desktop.domain.ids import new_id
from desktop.hub.auth.caller import Caller
from desktop.hub.db import tables
from desktop.hub.db.columns import micros
from desktop.hub.db.database import Database
from desktop.hub.db.ledger import now

log = logging.getLogger(__name__)

LINGER_S: Final = 0.25
_KEPT: Final = 100_000


class Audit:
    """The writing end of the audit log."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rows: list[dict[str, Any]] = []
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._is_stopping = False

    def record(self, caller: Caller, action: str, subject: str, outcome: str, detail: str = "") -> None:
        """Note one deed. ``subject`` is an id or a kind of record, ``detail`` a count or a code."""
        if len(self._rows) >= _KEPT:
            log.error("the audit log cannot be written, and too much waits for it: a row is lost")
            return
        row = {"id": new_id(), "at": micros(now()), "caller": caller.id[:64], "role": str(caller.role)}
        row |= {"action": action[:64], "subject": subject[:128], "outcome": outcome[:32], "detail": detail}
        self._rows.append(row)
        self._wake.set()

    def start(self) -> None:
        self._task = asyncio.create_task(self._write_on(), name="audit")

    async def stop(self) -> None:
        """Write what is left."""
        if self._task is not None:
            self._is_stopping = True
            self._wake.set()
            await self._task
        await self.flush()

    async def flush(self) -> None:
        """Write what was noted so far."""
        rows, self._rows = self._rows, []
        if not rows:
            return
        try:
            async with self._database.write() as ledger:
                await ledger.connection.execute(insert(tables.audit), rows)
        except BaseException:
            self._rows[:0] = rows
            raise

    async def _write_on(self) -> None:
        while True:
            await self._wake.wait()
            if self._is_stopping:
                return
            self._wake.clear()
            await asyncio.sleep(LINGER_S)
            try:
                await self.flush()
            except Exception:
                log.exception("the audit log could not be written; it is tried again")
                await asyncio.sleep(LINGER_S * 20)
                self._wake.set()
