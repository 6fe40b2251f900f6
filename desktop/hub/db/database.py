"""Opening the hub's database and its transactions. Whoever writes does so in ``Database.write()``; after the commit each
listener gets the changes in the order of their ``seq``. Readers use ``Database.read()`` and never wait for a writer.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import anyio
from sqlalchemy import event, insert, make_url, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from desktop.domain.ids import new_id
from desktop.hub.db import continuity, roundtrip, tables
from desktop.hub.db.ledger import Commit, Ledger

log = logging.getLogger(__name__)

Listener = Callable[[Commit], None]


def sqlite_url(path: Path) -> str:
    """Return the database URL of an SQLite file."""
    return f"sqlite+aiosqlite:///{path}"


class Database:
    """One open database. ``epoch`` names its history; which cursors are of it is for ``continuity`` to say."""

    def __init__(self, engine: AsyncEngine, epoch: str) -> None:
        self._engine = engine
        self._reading = engine.execution_options(dirigent_reads=True)
        self._listeners: list[Listener] = []
        self._turn = asyncio.Lock()
        self.epoch = epoch

    @classmethod
    async def open(cls, url: str, *, was_at: int = 0) -> Database:
        """Open ``url``, bring its schema up to date, and return it. ``was_at`` is a number of the feed that it once handed
        out: where it knows nothing of that, it gets another epoch. Raises ``sqlalchemy.exc.OperationalError`` where the
        server or folder is not there."""
        # An error of the driver must not carry the statement's values, which are what customers said, into a log.
        options: dict[str, Any] = {"pool_size": 8, "max_overflow": 8, "hide_parameters": True}
        if url.startswith("sqlite"):
            options["async_creator"] = partial(roundtrip.connect, make_url(url).database or "")
        engine = create_async_engine(with_driver(url), **options)
        if url.startswith("sqlite"):
            _prepare_sqlite(engine)
        try:
            async with engine.begin() as connection:
                from desktop.hub.db.migrations import upgrade

                await connection.run_sync(upgrade)
                epoch = (await connection.execute(select(tables.clock.c.epoch))).scalar()
                if epoch is None:
                    epoch = new_id()
                    await connection.execute(insert(tables.clock).values(id=1, seq=0, epoch=epoch))
                elif not await continuity.is_known(connection, was_at):
                    log.warning("the database was restored from an older backup: every reader starts over")
                    epoch = new_id()
                    await continuity.renew(connection, epoch)
                await continuity.begin(connection)
        except BaseException:
            await engine.dispose()
            raise
        return cls(engine, epoch)

    @asynccontextmanager
    async def write(self, *, silent: bool = False) -> AsyncIterator[Ledger]:
        """One transaction that may write. Commits at the end of the block, rolls back where it raises. Writers of one
        process take turns; those of several processes wait on the database's own lock. ``silent`` tells no listener
        (bulk import)."""
        async with self._turn:
            with _unbroken():
                async with self._engine.begin() as connection:
                    ledger = Ledger(connection, may_write=True)
                    yield ledger
                    await (ledger.flush() if silent else ledger.seal())
            if ledger.written and not silent:
                for listener in tuple(self._listeners):
                    try:
                        listener(ledger.written)
                    except Exception:
                        log.exception("a listener to commits failed")

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Ledger]:
        """A ledger to read with; it sees one consistent state."""
        with _unbroken():
            async with self._reading.connect() as connection:
                yield Ledger(connection, may_write=False)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener`` with what each commit wrote, on the event loop; returns the way to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def close(self) -> None:
        await self._engine.dispose()


def _unbroken() -> anyio.CancelScope:
    """A caller who hangs up is heard when the transaction is over: cancelled amid a statement, the driver would leave its
    connection hanging for good."""
    return anyio.CancelScope(shield=True)


async def read_notes(url: str, keys: Collection[str]) -> dict[str, str]:
    """Return the notes of these names from a database that others may have open, and change nothing in it: ``open`` would
    bring its schema up to date. Raises ``sqlalchemy.exc.SQLAlchemyError``, also for one that no hub has opened yet."""
    engine = create_async_engine(with_driver(url), hide_parameters=True)
    try:
        async with engine.connect() as connection:
            rows = await connection.execute(select(tables.note).where(tables.note.c.key.in_(keys)))
            return {row.key: row.value for row in rows}
    finally:
        await engine.dispose()


def with_driver(url: str) -> str:
    """Return a database URL as people write it (``postgresql://``, ``sqlite:///``) with the asynchronous driver named."""
    scheme, separator, rest = url.partition("://")
    drivers = {"postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg", "sqlite": "sqlite+aiosqlite"}
    return drivers.get(scheme, scheme) + separator + rest


def _prepare_sqlite(engine: AsyncEngine) -> None:
    """WAL so that readers do not wait, and BEGIN IMMEDIATE for writers so that none is turned away at commit. Each commit is
    on the disk before it is answered: a client forgets a command once it has the answer."""
    try:  # here, as a file that cannot be opened leaves the driver's thread talking to a loop that is gone
        sqlite3.connect(engine.url.database or "").close()
    except sqlite3.Error as error:
        raise OperationalError("open", None, error) from None

    @event.listens_for(engine.sync_engine, "connect")
    def _on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=15000", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _on_begin(connection: Any) -> None:
        options = connection.get_execution_options()
        connection.exec_driver_sql("BEGIN" if options.get("dirigent_reads") else "BEGIN IMMEDIATE")
