"""Both connections to one file, opened together: told apart are a key that is wrong, a file that is damaged, one that is
newer than this program, and a disk that takes no writes. Nothing is written before all of that is known. For ``database``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from msgspec import Struct

from desktop.store import quarantine, salvage, schema, seal
from desktop.store.connection import (
    Connection,
    Damaged,
    ReadOnly,
    WrongKey,
    explained,
    explained_os,
    is_write_protected,
    open_protected,
    open_reader,
    open_writer,
    prepare,
)

# The first page of each is cheap to look at; the rest is looked at when it is needed.
_LOOKED_AT: Final = (
    "outbox",
    "draft",
    "setting",
    "read_mark",
    "file",
    "file_part",
    "sync_state",
    "interaction",
    "message",
)


class Connections(Struct, frozen=True):
    """The connection that writes and the one that reads, of one file under one key."""

    path: Path
    key: bytes
    writing: Connection
    reading: Connection
    is_read_only: bool = False

    def seal(self) -> None:
        """Note where the tables are now."""
        if not self.is_read_only:
            seal.refresh(self.path, self.key, self.writing)

    def close(self) -> None:
        self.reading.close()
        self.writing.close()


def open_both(path: Path, key: bytes, busy_ms: int) -> Connections:
    """Open a file, made or upgraded as needed. Raises like ``Store.open``."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if is_write_protected(path):
            return _open_protected(path, key, busy_ms)
        salvage.finish(path)
        quarantine.mend(path)
        if path.exists() and path.stat().st_size == 0 and seal.is_right(path, key):
            raise Damaged("the database was emptied")
    except OSError as error:
        raise explained_os(error) from error
    try:
        writing = open_writer(path, key, busy_ms)
    except WrongKey as error:
        raise _told(path, key, error) from error
    try:
        is_current = schema.is_current(writing)
        prepare(writing)
        if not is_current:
            schema.upgrade(writing)
        _look(writing)
        reading = open_reader(path, key, busy_ms)
    except Exception as error:
        writing.close()
        raise explained(error) from error
    connections = Connections(path, key, writing, reading)
    connections.seal()
    return connections


def _open_protected(path: Path, key: bytes, busy_ms: int) -> Connections:
    if not path.exists():
        raise ReadOnly("the disk takes no writes")
    try:
        writing = open_protected(path, key, busy_ms)
    except WrongKey as error:
        raise _told(path, key, error) from error
    try:
        if not schema.is_current(writing):
            raise ReadOnly("the database is of an older version, and the disk takes no writes")
        _look(writing)
        reading = open_protected(path, key, busy_ms)
    except Exception as error:
        writing.close()
        raise explained(error) from error
    return Connections(path, key, writing, reading, is_read_only=True)


def _look(connection: Connection) -> None:
    for table in _LOOKED_AT:
        connection.execute(f"SELECT 1 FROM {table} NOT INDEXED LIMIT 1").fetchone()  # noqa: S608 - names of ours


def _told(path: Path, key: bytes, error: WrongKey) -> WrongKey | Damaged:
    """A first page that does not authenticate is damaged where the seal knows the key."""
    return Damaged("the first page of the database is damaged") if seal.is_right(path, key) else error
