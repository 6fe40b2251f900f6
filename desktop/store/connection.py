"""Opening the encrypted file: key, connections and what can go wrong with them, as values a window can put into words.

Only this module imports the driver, so that its errors (which are not ``sqlite3.Error``) are known in one place. Called
by ``database``; everything else is handed a ``Connection``.

    StoreError
    ├── WrongKey    the file is not readable with this key
    ├── Damaged     the file is not a database of ours, or pages of it are broken
    ├── Newer       a newer version of the program wrote it
    ├── Busy        another process holds it
    ├── Full        no room left on the disk
    └── Closed      the store was closed
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

import sqlcipher3

KEY_BYTES: Final = 32
PAGE_BYTES: Final = 4096
_PLAIN_HEADER: Final = b"SQLite format 3\x00"

Parameters = Sequence[Any] | Mapping[str, Any]


class Cursor(Protocol):
    """The part of a DB-API cursor (PEP 249) that the store uses."""

    @property
    def rowcount(self) -> int: ...
    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...
    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """The part of a connection that the store uses; ``sqlite3`` and SQLCipher's driver both have it."""

    @property
    def in_transaction(self) -> bool: ...
    def execute(self, sql: str, parameters: Parameters = ..., /) -> Cursor: ...
    def executemany(self, sql: str, parameters: Iterable[Parameters], /) -> Cursor: ...
    def close(self) -> None: ...


class StoreError(Exception):
    """The local database could not do what was asked. Its text names no content of the database; ``code`` is stable."""

    code = "store"


class WrongKey(StoreError):
    code = "wrong_key"


class Damaged(StoreError):
    code = "damaged"


class Newer(StoreError):
    code = "newer"


class Busy(StoreError):
    code = "busy"


class Full(StoreError):
    code = "full"


class Closed(StoreError):
    code = "closed"


DriverError: Final[type[Exception]] = sqlcipher3.dbapi2.Error

# Primary result codes of SQLite (https://www.sqlite.org/rescode.html)
_KINDS: Final[dict[int, tuple[type[StoreError], str]]] = {
    5: (Busy, "another process holds the database"),
    6: (Busy, "another process holds the database"),
    10: (StoreError, "the disk could not be read or written"),
    11: (Damaged, "the database is damaged"),
    13: (Full, "no room left on the disk"),
    14: (StoreError, "the database file cannot be opened"),
    26: (Damaged, "the database is damaged"),
}


def explained(error: Exception) -> Exception:
    """Return the ``StoreError`` that a driver's error stands for; any other error is returned as it is."""
    if not isinstance(error, DriverError):
        return error
    kind, text = _KINDS.get(
        getattr(error, "sqlite_errorcode", 0) & 0xFF, (StoreError, "the database refused a statement")
    )
    return kind(text)


def open_writer(path: Path, key: bytes, busy_ms: int) -> Connection:
    """Open (or create) the file for writing. Raises ``WrongKey``, ``Damaged``, ``Busy``, ``StoreError``."""
    _refuse_obviously_broken(path)
    connection = _connect(path, key, busy_ms, mode="rwc")
    try:
        connection.execute("PRAGMA journal_mode = WAL").fetchone()
        # Every byte of a deleted or shortened row is overwritten: the right to be forgotten covers old versions too.
        connection.execute("PRAGMA secure_delete = ON").fetchone()
        # The log of a first sync may grow large; it is cut back to this when it was written over.
        connection.execute(f"PRAGMA journal_size_limit = {16 * 1024 * 1024}").fetchone()
        connection.execute("PRAGMA synchronous = NORMAL")
    except Exception as error:
        connection.close()
        raise explained(error) from error
    return connection


def open_reader(path: Path, key: bytes, busy_ms: int) -> Connection:
    """Open an existing file for reading only. Raises like ``open_writer``."""
    connection = _connect(path, key, busy_ms, mode="ro")
    connection.execute("PRAGMA query_only = ON")
    connection.execute("PRAGMA cache_size = -16000")
    return connection


def _connect(path: Path, key: bytes, busy_ms: int, *, mode: str) -> Connection:
    if len(key) != KEY_BYTES:
        raise ValueError(f"the key of the store has {KEY_BYTES} bytes")
    try:
        connection: Connection = sqlcipher3.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            timeout=busy_ms / 1000,
            cached_statements=256,
        )
    except DriverError as error:
        raise explained(error) from error
    try:
        # The driver would otherwise write to standard error when a page cannot be decrypted.
        connection.execute("PRAGMA cipher_log_level = NONE").fetchall()
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"").fetchall()
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except DriverError as error:
        connection.close()
        if getattr(error, "sqlite_errorcode", 0) & 0xFF == 26:
            # The first page does not authenticate: SQLCipher cannot tell a wrong key from a broken first page.
            raise WrongKey("the database is not readable with this key") from error
        raise explained(error) from error
    return connection


def _refuse_obviously_broken(path: Path) -> None:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            header = file.read(len(_PLAIN_HEADER))
    except FileNotFoundError:
        return
    except OSError as error:
        raise StoreError("the database file cannot be opened") from error
    if header == _PLAIN_HEADER:
        raise Damaged("the database is not encrypted: it is not one of ours")
    if 0 < size < PAGE_BYTES:
        raise Damaged("the database is cut short")
