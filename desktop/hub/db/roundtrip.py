"""The driver's connection to an SQLite file, each statement in one round trip to the thread that the file is worked on.
Left to itself the driver goes there four times a statement: for a cursor, to run it, for its rows, to close it. Made by
``database`` for each connection of the pool; SQLAlchemy does the rest.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import aiosqlite

_CHUNK = 64


async def connect(path: str) -> aiosqlite.Connection:
    """Open ``path``. Raises ``sqlite3.OperationalError``."""
    connection = Connection(partial(sqlite3.connect, path, check_same_thread=False), _CHUNK)
    # A hub that ends does not wait for connections nobody closed.
    connection._thread.daemon = True
    return await connection


class Connection(aiosqlite.Connection):
    """A connection whose cursors bring their rows along."""

    def cursor(self) -> Cursor:  # type: ignore[override]
        return Cursor(self)

    async def run(self, work: Callable[[sqlite3.Connection], Any]) -> Any:
        """Return ``work`` of the connection, done on its thread."""
        return await self._execute(work, self._conn)  # type: ignore[no-untyped-call]

    async def rollback(self) -> None:
        """Take back what was not committed; most of the time, as the pool asks for it too, there is nothing."""
        if self._conn.in_transaction:
            await super().rollback()


class Cursor:
    """What SQLAlchemy asks of an asynchronous cursor. Between two calls no statement is left open."""

    arraysize = 1

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Cursor:
        return self

    async def execute(self, sql: str, parameters: Iterable[Any] = ()) -> Cursor:
        return await self._run(lambda cursor: cursor.execute(sql, tuple(parameters)))

    async def executemany(self, sql: str, parameters: Iterable[Any]) -> Cursor:
        return await self._run(lambda cursor: cursor.executemany(sql, parameters))

    async def fetchall(self) -> list[Any]:
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        self._rows = []

    async def _run(self, run: Callable[[sqlite3.Cursor], Any]) -> Cursor:
        def work(connection: sqlite3.Connection) -> None:
            cursor = connection.cursor()
            try:
                run(cursor)
                self.description = cursor.description
                self._rows = cursor.fetchall() if cursor.description else []
                self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
            finally:
                cursor.close()

        await self._connection.run(work)
        return self
