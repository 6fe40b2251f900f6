"""Opening the encrypted file: key, connections and what can go wrong with them, as values a window can put into words.

Only this module imports the driver, so that its errors (which are not ``sqlite3.Error``) are known in one place. Called
by ``database`` and ``salvage``; everything else is handed a ``Connection``.

    StoreError
    ├── WrongKey    the file is not readable with this key
    ├── Damaged     the file is not a database of ours, or pages of it are broken
    ├── IndexDamaged  a full-text index contradicts itself; its pages are readable, so that building it anew mends it
    ├── Newer       a newer version of the program wrote it
    ├── Busy        another process holds it
    ├── Full        no room left on the disk
    ├── ReadOnly    the disk takes no writes
    ├── DiskFailed  the disk could not be read or written
    └── Closed      the store was closed
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

import sqlcipher3

KEY_BYTES: Final = 32
SALT_BYTES: Final = 16
PAGE_BYTES: Final = 4096
LOG_BYTES: Final = 16 * 1024 * 1024
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
    def set_progress_handler(self, handler: Callable[[], int] | None, steps: int, /) -> None: ...
    def close(self) -> None: ...


class StoreError(Exception):
    """The local database could not do what was asked. Its text names no content of the database; ``code`` is stable."""

    code = "store"


class WrongKey(StoreError):
    code = "wrong_key"


class Damaged(StoreError):
    code = "damaged"


class IndexDamaged(StoreError):
    code = "index"


class Newer(StoreError):
    code = "newer"


class Busy(StoreError):
    code = "busy"


class Full(StoreError):
    code = "full"


class ReadOnly(StoreError):
    code = "read_only"


class DiskFailed(StoreError):
    code = "disk"


class Closed(StoreError):
    code = "closed"


DriverError: Final[type[Exception]] = sqlcipher3.dbapi2.Error

# Result codes of SQLite, extended where they say more (https://www.sqlite.org/rescode.html)
_KINDS: Final[dict[int, tuple[type[StoreError], str]]] = {
    5: (Busy, "another process holds the database"),
    6: (Busy, "another process holds the database"),
    8: (ReadOnly, "the disk takes no writes"),
    10: (DiskFailed, "the disk could not be read or written"),
    11: (Damaged, "the database is damaged"),
    267: (IndexDamaged, "the full-text index is damaged"),
    13: (Full, "no room left on the disk"),
    14: (DiskFailed, "the database file cannot be opened"),
    26: (Damaged, "the database is damaged"),
}


def explained(error: Exception) -> Exception:
    """Return the ``StoreError`` that a driver's error stands for; any other error is returned as it is."""
    if not isinstance(error, DriverError):
        return error
    code = getattr(error, "sqlite_errorcode", 0)
    kind, text = _KINDS.get(code) or _KINDS.get(code & 0xFF, (StoreError, "the database refused a statement"))
    return kind(text)


def cause_of(error: BaseException) -> BaseException:
    """Return what is told of any error, with that as its cause where it is another one."""
    if not isinstance(error, Exception):
        return error
    told = explained(error)
    if told is not error:
        told.__cause__ = error
    return told


def explained_os(error: OSError) -> StoreError:
    """Return what an error of the system means for the store."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return Full("no room left on the disk")
    if error.errno == errno.EROFS:
        return ReadOnly("the disk takes no writes")
    return DiskFailed("the disk could not be read or written")


def wal_of(path: Path) -> Path:
    """Return where SQLite keeps the write-ahead log of a database file."""
    return path.with_name(f"{path.name}-wal")


def is_write_protected(path: Path) -> bool:
    """Whether the disk (or the rights to file or folder) takes no writes."""
    return not os.access(path.parent, os.W_OK) or (path.exists() and not os.access(path, os.W_OK))


def open_writer(path: Path, key: bytes, busy_ms: int) -> Connection:
    """Open (or create) the file for writing; nothing is written before ``prepare``. Raises ``WrongKey``, ``Damaged``,
    ``Busy``, ``StoreError``."""
    _refuse_obviously_broken(path)
    return _connect(path, key, busy_ms, "mode=rwc")


def prepare(connection: Connection) -> None:
    """Set up a connection that writes. Raises like ``open_writer``."""
    try:
        # Only a file that is still empty takes this on: forgetting can then shrink it.
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("PRAGMA journal_mode = WAL").fetchone()
        # Every byte of a deleted or shortened row is overwritten: the right to be forgotten covers old versions too.
        connection.execute("PRAGMA secure_delete = ON").fetchone()
        # The log of a first sync may grow large; it is cut back to this when it was written over. Up to there it grows before
        # it is copied into the file: each time that waits for the disk, four times as often by SQLite's own measure.
        connection.execute(f"PRAGMA journal_size_limit = {LOG_BYTES}").fetchone()
        connection.execute(f"PRAGMA wal_autocheckpoint = {LOG_BYTES // PAGE_BYTES}").fetchone()
        connection.execute("PRAGMA synchronous = NORMAL")
    except Exception as error:
        raise explained(error) from error


def open_reader(path: Path, key: bytes, busy_ms: int) -> Connection:
    """Open an existing file for reading only. Raises like ``open_writer``."""
    connection = _connect(path, key, busy_ms, "mode=ro")
    connection.execute("PRAGMA query_only = ON")
    connection.execute("PRAGMA cache_size = -2000")
    return connection


def open_protected(path: Path, key: bytes, busy_ms: int) -> Connection:
    """Open an existing file on a disk that takes no writes. Raises ``ReadOnly`` where SQLite would have to write first
    (a log was left behind without its index), else like ``open_writer``."""
    _refuse_obviously_broken(path)
    log = wal_of(path)
    try:
        # Without a log nothing can change under us, and without this SQLite would want to make one.
        is_settled = not log.exists() or log.stat().st_size == 0
    except OSError as error:
        raise DiskFailed("the database file cannot be opened") from error
    try:
        connection = _connect(path, key, busy_ms, "mode=ro&immutable=1" if is_settled else "mode=ro")
        connection.execute("PRAGMA query_only = ON")
    except DiskFailed as error:
        raise ReadOnly("the disk takes no writes") from error
    return connection


def open_damaged(path: Path, key: bytes) -> Connection:
    """Open a file that nothing is to be changed in, however broken. Raises ``StoreError``."""
    return _connect(path, key, 0, "mode=ro")


def open_fresh(path: Path, key: bytes) -> Connection:
    """Open a new file to be filled and closed in one go: no log, and on the disk only when its maker says so. Raises
    ``StoreError``."""
    return _swift(_connect(path, key, 0, "mode=rwc"), "INCREMENTAL")


def open_skeleton(path: Path, key: bytes, salt: bytes) -> Connection:
    """Like ``open_fresh``, with a salt chosen beforehand. Raises ``StoreError``."""
    return _swift(_connect(path, key + salt, 0, "mode=rwc"), "NONE")


def _swift(connection: Connection, vacuum: str) -> Connection:
    for pragma in (f"auto_vacuum = {vacuum}", "journal_mode = OFF", "synchronous = OFF", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    return connection


def _connect(path: Path, key: bytes, busy_ms: int, how: str) -> Connection:
    if len(key) not in (KEY_BYTES, KEY_BYTES + SALT_BYTES):
        raise ValueError(f"the key of the store has {KEY_BYTES} bytes")
    try:
        connection: Connection = sqlcipher3.connect(
            f"{path.absolute().as_uri()}?{how}",
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
        # Sorting and the like must not spill onto the disk, where no key protects it.
        connection.execute("PRAGMA temp_store = MEMORY").fetchall()
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
        raise DiskFailed("the database file cannot be opened") from error
    if header == _PLAIN_HEADER:
        raise Damaged("the database is not encrypted: it is not one of ours")
    if 0 < size < PAGE_BYTES:
        raise Damaged("the database is cut short")
