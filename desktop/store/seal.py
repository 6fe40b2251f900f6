"""The seal beside a database file (``cache.db.seal``): what tells a wrong key from a damaged file, and finds the agent's
tables in a file whose first pages are lost. It holds nothing of a customer's and nothing that helps to guess a key: the
file's salt (which the file itself shows in the clear), an HMAC of a constant under the key, and where the journal's tables
begin. Written by ``database`` and ``rekey``, read by ``salvage``.
"""

from __future__ import annotations

import contextlib
import hmac
import os
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from desktop.store.connection import SALT_BYTES, Connection
from desktop.store.schema import JOURNAL_TABLES

_CONSTANT: Final = b"dirigent database key"


class Place(Struct, frozen=True):
    """Where a journal table begins, and what its rows look like (as SQL without its constraints)."""

    name: str
    page: int
    sql: str


class Seal(Struct, frozen=True, kw_only=True):
    """Of one file under one key. ``schema`` is SQLite's schema version that ``places`` was read at."""

    salt: str
    check: str
    schema: int = 0
    places: tuple[Place, ...] = ()


class _File(Struct, frozen=True, kw_only=True):
    version: int = 1
    seals: tuple[Seal, ...] = ()


def file_of(path: Path) -> Path:
    """Return where the seal of a database file is."""
    return path.with_name(f"{path.name}.seal")


def find(path: Path, key: bytes) -> Seal | None:
    """Return the seal this key made for this file, or ``None``: the key is another file's, or nobody knows."""
    check = _check(key)
    return next((seal for seal in _load(path) if hmac.compare_digest(seal.check, check)), None)


def is_right(path: Path, key: bytes) -> bool:
    """Whether this key is known to be the file's: one that cannot be read with it is damaged then."""
    known = _load(path)
    check = _check(key)
    mine = next((seal for seal in known if hmac.compare_digest(seal.check, check)), None)
    if mine is None:
        return False
    with contextlib.suppress(OSError):
        if salt_of(path) == mine.salt:
            return True
    # The salt is lost with the first page; while the key was being changed it could be either file.
    return len(known) == 1


def refresh(path: Path, key: bytes, conn: Connection) -> None:
    """Write the seal anew where the tables have moved since. A disk that does not take it is no reason to stop."""
    (version,) = conn.execute("PRAGMA schema_version").fetchone()
    salt = salt_of(path)
    check = _check(key)
    kept = _load(path)
    if len(kept) == 1 and (kept[0].salt, kept[0].check, kept[0].schema) == (salt, check, version):
        return
    with contextlib.suppress(OSError):
        _save(path, Seal(salt=salt, check=check, schema=version, places=_places(conn)))


def add(path: Path, key: bytes, salt: str) -> None:
    """Note that ``path`` is about to become a file of this salt and key, beside what it is now. Raises ``OSError``."""
    _save(path, *(seal for seal in _load(path) if seal.salt != salt), Seal(salt=salt, check=_check(key)))


def salt_of(path: Path) -> str:
    """Return the salt a database file begins with, in hex. Raises ``OSError``."""
    with path.open("rb") as file:
        return file.read(SALT_BYTES).hex()


def _check(key: bytes) -> str:
    return hmac.new(key, _CONSTANT, sha256).hexdigest()


def _places(conn: Connection) -> tuple[Place, ...]:
    rows = conn.execute("SELECT name, rootpage, sql FROM sqlite_schema WHERE type = 'table'").fetchall()
    return tuple(
        Place(name, page, _shape(conn, name, is_keyed="WITHOUT ROWID" in sql.upper()))
        for name, page, sql in rows
        if name in JOURNAL_TABLES and not name.startswith("_")
    )


def _shape(conn: Connection, table: str, *, is_keyed: bool) -> str:
    columns = conn.execute(f'PRAGMA table_info("{table}")').fetchall()
    keys = [name for _, name, *_, place in sorted(columns, key=lambda column: column[-1]) if place]
    if is_keyed:
        inside = [*(name for _, name, *_ in columns), f"PRIMARY KEY ({', '.join(keys)})"]
        return f"CREATE TABLE {table} ({', '.join(inside)}) WITHOUT ROWID"
    inside = [f"{name} INTEGER PRIMARY KEY" if place else name for _, name, *_, place in columns]
    return f"CREATE TABLE {table} ({', '.join(inside)})"


def _load(path: Path) -> tuple[Seal, ...]:
    try:
        return msgspec.json.decode(file_of(path).read_bytes(), type=_File).seals
    except (OSError, msgspec.MsgspecError):
        return ()


def _save(path: Path, *seals: Seal) -> None:
    """Whole or not at all, and readable by its owner only."""
    target = file_of(path)
    handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.encode(_File(seals=seals)))
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise
