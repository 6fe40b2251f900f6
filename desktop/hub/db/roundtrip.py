"""The driver's connection to an SQLite file, each statement in one round trip to the thread that the file is worked on.
Left to itself the driver goes there four times a statement: for a cursor, to run it, for its rows, to close it. Made by
``database`` for each connection of the pool; SQLAlchemy does the rest.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import aiosqlite

_CHUNK = 64
_AT_ONCE = 500


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
    """What SQLAlchemy asks of an asynchronous cursor. The first rows come with the answer; only where there are more does the
    statement stay open, so that what is streamed need not be in memory all at once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._open: sqlite3.Cursor | None = None
        self._rows: deque[Any] = deque()
        self.arraysize = 1
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Cursor:
        return self

    async def execute(self, sql: str, parameters: Iterable[Any] = ()) -> Cursor:
        return await self._run(lambda cursor: cursor.execute(sql, tuple(parameters)))

    async def executemany(self, sql: str, parameters: Iterable[Any]) -> Cursor:
        return await self._run(lambda cursor: cursor.executemany(sql, parameters))

    async def fetchone(self) -> Any | None:
        rows = await self.fetchmany(1)
        return rows[0] if rows else None

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        size = size or self.arraysize
        if len(self._rows) < size and self._open is not None:
            await self._connection.run(lambda _: self._take(max(size, _AT_ONCE)))
        return [self._rows.popleft() for _ in range(min(size, len(self._rows)))]

    async def fetchall(self) -> list[Any]:
        if self._open is not None:
            await self._connection.run(lambda _: self._take(None))
        rows = list(self._rows)
        self._rows.clear()
        return rows

    async def close(self) -> None:
        self._rows.clear()
        if self._open is not None:
            await self._connection.run(lambda _: self._end())

    async def _run(self, run: Callable[[sqlite3.Cursor], Any]) -> Cursor:
        def work(connection: sqlite3.Connection) -> None:
            self._end()
            self._open = cursor = connection.cursor()
            try:
                run(cursor)
                self.description, self.rowcount, self.lastrowid = cursor.description, cursor.rowcount, cursor.lastrowid
                self._take(_AT_ONCE if cursor.description else 0)
            except BaseException:
                self._end()
                raise

        self._rows.clear()
        await self._connection.run(work)
        return self

    # On the connection's thread.

    def _take(self, most: int | None) -> None:
        """Read ``most`` further rows, all without; the statement is over where there are no more."""
        cursor = self._open
        if cursor is None:
            return
        found = cursor.fetchall() if most is None else cursor.fetchmany(most) if most else []
        self._rows.extend(found)
        if not most or len(found) < most:
            self._end()

    def _end(self) -> None:
        cursor, self._open = self._open, None
        if cursor is not None:
            cursor.close()
