"""A damaged file replaced by a whole one: the agent's own rows are brought over as far as any of their pages can be read, the
cache is left for the hub to fill again. Called by ``database``, when a page cannot be read, and for files once put aside.

A page that fails its HMAC spoils SQLCipher's connection for every later one, so that each failure costs a new connection.
Rows are found by walking a table from both ends, by its indexes, and by probing between what was found.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from desktop.store import quarantine, schema, seal, skeleton
from desktop.store.connection import (
    Connection,
    Damaged,
    DriverError,
    StoreError,
    explained,
    explained_os,
    open_damaged,
    open_fresh,
)

# Table -> the columns of its key.
_TABLES: Final[dict[str, tuple[str, ...]]] = {
    "outbox": ("row",),
    "draft": ("interaction_id", "kind"),
    "setting": ("name",),
    "read_mark": ("interaction_id",),
    "file": ("sha256",),
    "file_part": ("row",),
    "crash_report": ("row",),
    "link": ("id",),
    "correction": ("interaction_id",),
}
_INDEXES: Final[dict[str, tuple[str, ...]]] = {
    "outbox": ("outbox_lane", "sqlite_autoindex_outbox_1"),
    "file_part": ("sqlite_autoindex_file_part_1",),
}
# What came down can come down again.
_ONLY_MINE: Final = {
    "file": "is_mine",
    "file_part": "sha256 IN (SELECT sha256 FROM file WHERE is_mine)",
}
_PROBES: Final = 300
_WORDS_BYTES: Final = 40


class Salvage(Struct, frozen=True):
    """What was brought over from a file that could not be used any longer, by kind of journal row. ``lost_tables`` names
    the journal tables that were not readable to their end, ``lost_rows`` counts the rows known to be lost with them."""

    outbox: int = 0
    drafts: int = 0
    settings: int = 0
    read_marks: int = 0
    files: int = 0
    lost_rows: int = 0
    lost_tables: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the agent's was lost: what is missing comes again from the hub."""
        return not self.lost_tables

    def __add__(self, other: Salvage) -> Salvage:
        return Salvage(
            self.outbox + other.outbox,
            self.drafts + other.drafts,
            self.settings + other.settings,
            self.read_marks + other.read_marks,
            self.files + other.files,
            self.lost_rows + other.lost_rows,
            tuple(sorted({*self.lost_tables, *other.lost_tables})),
        )


def replace(path: Path, key: bytes) -> Salvage:
    """Put a new database in the place of a damaged, closed one, with all of the journal that can be read.

    The damaged file is put aside, and deleted at once where the journal is whole: it holds nothing new then. A crash at any
    instant leaves either the damaged file or the finished new one. Raises ``StoreError``, with the damaged file in place.
    """
    target = _target(path)
    draft = path.with_name(f"{path.name}.salvaging")
    try:
        quarantine.discard(draft)
        with _fresh(draft, key) as fresh:
            salvage = bring_over(path, key, fresh)
        draft.replace(target)
        kept = finish(path)
        if salvage.is_whole and kept is not None:
            quarantine.discard(kept)
    except OSError as error:
        raise explained_os(error) from error
    return salvage


def finish(path: Path) -> Path | None:
    """Put a finished new database in the place of the damaged one, also where that was cut short; returns where the damaged
    one is now. Raises ``OSError``."""
    target = _target(path)
    if not target.exists():
        return None
    kept = quarantine.put_aside(path, quarantine.DAMAGED) if path.exists() else None
    quarantine.mend(path)
    target.replace(path)
    quarantine.sync_folder(path)
    return kept


def bring_over(source: Path, key: bytes, fresh: Connection) -> Salvage:
    """Copy what can be read of the journal of a closed file into ``fresh``, which keeps what it has. Raises ``StoreError``
    where ``fresh`` does not take it."""
    reader = _Source(source, key)
    try:
        found = {table: _copy(reader, fresh, table) for table in _TABLES}
    finally:
        reader.close()
    torn = _drop_torn_files(fresh)
    if found["file"][2] and not torn:
        # Whatever part could not be read belongs to a file that comes down again.
        found["file_part"] = (0, 0, True)
    return Salvage(
        outbox=found["outbox"][0],
        drafts=found["draft"][0],
        settings=found["setting"][0],
        read_marks=found["read_mark"][0],
        files=found["file"][0] - torn,
        lost_rows=sum(missing for table, (_, missing, _) in found.items() if table != "file_part") + torn,
        lost_tables=tuple(table for table, (_, missing, is_whole) in found.items() if missing or not is_whole),
    )


def is_key_of(path: Path, key: bytes) -> bool:
    """Whether a closed file can be read with this key, or could before it was damaged."""
    try:
        open_damaged(path, key).close()
    except StoreError:
        return seal.is_right(path, key)
    return True


def _target(path: Path) -> Path:
    return path.with_name(f"{path.name}.salvaged")


@contextlib.contextmanager
def _fresh(path: Path, key: bytes) -> Iterator[Connection]:
    """A new database, on the disk when this ends."""
    connection = open_fresh(path, key)
    try:
        schema.upgrade(connection)
        connection.execute("BEGIN")
        yield connection
        connection.execute("COMMIT")
    except Exception as error:
        raise explained(error) from error
    finally:
        connection.close()
    with path.open("rb+") as file:
        os.fsync(file.fileno())


class _Source:
    """The damaged file. Where not even its tables can be listed, a copy with a first page of our own."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._path = path
        self._key = key
        self._connection: Connection | None = None
        self._skeleton: Path | None = None
        self.tables, is_readable = self._listed()
        if not is_readable:
            self._skeleton = skeleton.build(path, key)
            if self._skeleton is not None:
                self._path = self._skeleton
                self.tables, is_readable = self._listed()
        self.is_readable = is_readable

    def rows(self, sql: str, parameters: tuple[Any, ...] = ()) -> Iterator[Any]:
        """Yield rows until there are no more; raises ``Damaged`` where a page cannot be read."""
        try:
            if self._connection is None:
                self._connection = open_damaged(self._path, self._key)
            yield from self._connection.execute(sql, parameters)
        except (DriverError, StoreError) as error:
            self._disconnect()
            raise Damaged("the database is damaged") from error

    def known(self, sql: str, parameters: tuple[Any, ...] = ()) -> tuple[list[Any], bool]:
        """Return the rows up to the first page that cannot be read, and whether those are all."""
        found: list[Any] = []
        try:
            found.extend(self.rows(sql, parameters))
        except Damaged:
            return found, False
        return found, True

    def close(self) -> None:
        self._disconnect()
        if self._skeleton is not None:
            self._skeleton.unlink(missing_ok=True)

    def _listed(self) -> tuple[dict[str, list[str]], bool]:
        tables: dict[str, list[str]] = {}
        for table in _TABLES:
            columns, is_readable = self.known("SELECT name FROM pragma_table_info(?) ORDER BY cid", (table,))
            if not is_readable:
                return {}, False
            if columns:
                tables[table] = [name for (name,) in columns]
        # Every version had an outbox: a file without one was emptied.
        return tables, "outbox" in tables

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _copy(source: _Source, fresh: Connection, table: str) -> tuple[int, int, bool]:
    """Copy one table; returns how many rows were brought over, how many known ones were lost, and whether it was read to
    its end."""
    if table not in source.tables:
        # A file of an older version has no such table; of one that is not readable at all nobody knows.
        return 0, 0, source.is_readable
    columns = source.tables[table]
    known = [name for _, name, *_ in fresh.execute(f"PRAGMA table_info({table})")]
    # Rows are numbered anew, in their order: nothing refers to the numbers, and where they go some may be taken.
    names = ", ".join(column for column in columns if column in known and column != "row")
    keys = _TABLES[table]
    insert = (
        f"INSERT OR IGNORE INTO {table} ({names}) "  # noqa: S608 - names of ours
        f"VALUES ({', '.join('?' * (names.count(',') + 1))})"
    )
    where = _ONLY_MINE.get(table, "1")
    select = f"SELECT {names} FROM {table}"  # noqa: S608
    saved = 0
    try:
        for row in source.rows(f"{select} WHERE {where} ORDER BY {', '.join(keys)}"):
            saved += _put(fresh, insert, row)
        return saved, 0, True
    except Damaged:
        pass
    lost = 0
    found, is_whole = _keys(source, table, keys)
    matches = " AND ".join([*(f"{key} = ?" for key in keys), *(["is_mine"] if table == "file" else [])])
    for key in sorted(found):
        rows, is_readable = source.known(f"{select} WHERE {matches}", tuple(key))
        lost += not is_readable
        for row in rows:
            saved += _put(fresh, insert, row)
    return saved, lost, is_whole and not lost


def _put(fresh: Connection, insert: str, row: Any) -> int:
    try:
        return fresh.execute(insert, row).rowcount
    except Exception as error:
        told = explained(error)
        # A row that does not fit its table was read through a first page of another day.
        if type(told) is not StoreError:
            raise
        return 0


def _drop_torn_files(fresh: Connection) -> int:
    """A file of the agent is brought over with all its bytes or not at all."""
    torn = fresh.execute(
        "DELETE FROM file WHERE is_mine AND size <> (SELECT coalesce(sum(length(bytes)), 0) FROM file_part "
        "WHERE file_part.sha256 = file.sha256)"
    ).rowcount
    fresh.execute("DELETE FROM file_part WHERE sha256 NOT IN (SELECT sha256 FROM file)")
    return torn


# --- the keys of a table with holes -------------------------------------------------------------------------------------


def _keys(source: _Source, table: str, keys: tuple[str, ...]) -> tuple[list[Any], bool]:
    """Return the keys of all rows that can be found, and whether there cannot be more."""
    names = ", ".join(keys)
    down = ", ".join(f"{key} DESC" for key in keys)
    select = f"SELECT {names} FROM {table}"  # noqa: S608 - names of ours
    first, is_whole = source.known(f"{select} ORDER BY {names}")
    if is_whole:
        return first, True
    found = dict.fromkeys([*first, *source.known(f"{select} ORDER BY {down}")[0]])
    for index in _INDEXES.get(table, ()):
        listed, is_listed = source.known(f"{select} INDEXED BY {index}")
        found |= dict.fromkeys(listed)
        is_whole |= is_listed
    if not is_whole:
        found |= dict.fromkeys(_probed(source, select, keys[0], {_number(key[0]) for key in first}))
    return list(found), is_whole


def _probed(source: _Source, select: str, key: str, known: set[int]) -> Iterator[Any]:
    """Yield what lies between pages that cannot be read, looking into the middle of the widest gap each time."""
    is_text = key != "row"
    gaps = [(max(known, default=0), 2 ** (8 * _WORDS_BYTES) - 1 if is_text else 2**63 - 1)]
    mark = "CAST(? AS TEXT)" if is_text else "?"
    for _ in range(_PROBES):
        if not gaps:
            return
        gaps.sort(key=lambda gap: gap[1] - gap[0])
        low, high = gaps.pop()
        if high - low < 2:
            continue
        middle = (low + high) // 2
        at = middle.to_bytes(_WORDS_BYTES, "big") if is_text else middle
        after, is_last = source.known(f"{select} WHERE {key} >= {mark} ORDER BY {key}", (at,))
        before, is_first = source.known(f"{select} WHERE {key} < {mark} ORDER BY {key} DESC", (at,))
        yield from after
        yield from before
        if not is_last:
            gaps.append((max((_number(row[0]) for row in after), default=middle), high))
        if not is_first:
            gaps.append((low, min((_number(row[0]) for row in before), default=middle)))


def _number(key: Any) -> int:
    """Where a key lies among all keys: itself, or its first bytes."""
    if isinstance(key, int):
        return key
    return int.from_bytes(str(key).encode()[:_WORDS_BYTES].ljust(_WORDS_BYTES, b"\0"), "big")
