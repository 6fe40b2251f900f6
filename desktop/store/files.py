"""The bytes of attachments, encrypted like everything else here: those the agent added, which exist nowhere else until they
went up (``is_mine``) and are never given up before, and those that came down, of which the longest unused go when it gets
too much. A file goes by its SHA-256, or where a system tells none by the place it has there (``Attachment.sha256``), which
never has other bytes.

Bytes lie in parts, and each is a write of its own, so that whatever else is to be written goes in between; a file is there
once its row is, which is written last. What takes a ``Store`` blocks until it is done: not for the main thread. Called by
``app`` (added, opened, saved) and ``sync`` (going up); ``retention`` drops what a forgotten customer leaves.
"""

from __future__ import annotations

import hashlib
import json
import string
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from io import BytesIO
from typing import IO, Final

from msgspec import Struct

from desktop.domain.changes import Cause, Table
from desktop.domain.ids import account_of
from desktop.domain.interaction import Attachment
from desktop.store.columns import instant, micros
from desktop.store.connection import Connection, Damaged, StoreError
from desktop.store.database import Store, Write

PART_BYTES: Final = 256 * 1024
LIMIT_BYTES: Final = 512 * 1024 * 1024
MODEL_TYPE: Final = "application/x-dirigent-model"
"""The media type of the files in ``models``: these come and go with what the hub runs, however long ago they were used."""

_COLUMNS: Final = "sha256, name, media_type, size, used_at, is_mine"
_UNNAMED: Final = timedelta(hours=1)
_TRIES: Final = 3
_PARTS_AT_ONCE: Final = 4
_DIGITS: Final = 64

# What an entry of the outbox or a draft names. A draft's list is JSON within JSON.
_REFERRED: Final = (
    "SELECT named.value ->> 'sha256' AS sha256, interaction_id AS about "
    "FROM outbox, json_each(outbox.body, '$.attachments') AS named "
    "UNION SELECT named.value ->> 'sha256', interaction_id FROM draft, "
    "json_each(iif(json_valid(draft.fields ->> 'attachments'), draft.fields ->> 'attachments', '[]')) AS named"
)


class StoredFile(Struct, frozen=True):
    """A file whose bytes are here, all of them. ``size`` is in bytes, ``used_at`` when it was last added, sent or opened."""

    sha256: str
    name: str
    media_type: str
    size: int
    used_at: datetime
    is_mine: bool


class _Torn(Exception):
    """The file changed while it was being read, or its parts were swept away while they were written."""


# --- putting and reading ------------------------------------------------------------------------------------------------


def is_digest(name: str) -> bool:
    """Whether what a file goes by is the SHA-256 of its bytes, by which they can be checked."""
    return len(name) == _DIGITS and not name.strip(string.hexdigits)


def put(store: Store, source: IO[bytes], name: str, media_type: str, *, is_mine: bool, place: str = "") -> Attachment:
    """Copy ``source`` (which can be read twice) into the store and return what names it: its SHA-256, unless it is known by
    its ``place``. Blocks.

    A file that is here already is not written again; one of the agent's stays that until it has gone up. Raises ``OSError``
    where the source cannot be read or does not stop changing, ``StoreError`` where the store takes no more.
    """
    cause = Cause.AGENT if is_mine else Cause.NETWORK
    for _ in range(_TRIES):
        digest, size = _digest(source)
        attachment = Attachment(sha256=place or digest, name=name, media_type=media_type, size=size)
        try:
            if store.query(partial(find, sha256=attachment.sha256)) is None:
                _write_parts(store, source, attachment, digest)
            store.write(partial(_finish, what=attachment, is_mine=is_mine), cause).result()
        except _Torn:
            continue
        return attachment
    raise OSError("the file changes while it is read")


def _digest(source: IO[bytes]) -> tuple[str, int]:
    source.seek(0)
    digest, size = hashlib.sha256(), 0
    for chunk in _chunks(source):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


def _chunks(source: IO[bytes]) -> Iterator[bytes]:
    return iter(lambda: source.read(PART_BYTES), b"")


def _write_parts(store: Store, source: IO[bytes], what: Attachment, expected: str) -> None:
    source.seek(0)
    digest = hashlib.sha256()
    for number, chunk in enumerate(_chunks(source)):
        digest.update(chunk)

        def write(w: Write, row: tuple[str, int, bytes] = (what.sha256, number, chunk)) -> None:
            w.conn.execute(
                "INSERT INTO file_part (sha256, part, bytes) VALUES (?, ?, ?) "
                "ON CONFLICT (sha256, part) DO UPDATE SET bytes = excluded.bytes",
                row,
            )

        # Not made to reach the disk one by one: the row that makes it a file is, and they with it.
        store.write(write, Cause.NETWORK).result()
    if digest.hexdigest() != expected:
        store.write(lambda w: _delete_parts(w, what.sha256), Cause.NETWORK).result()
        raise _Torn


def _finish(w: Write, what: Attachment, is_mine: bool) -> None:
    (size,) = w.conn.execute(
        "SELECT coalesce(sum(length(bytes)), 0) FROM file_part WHERE sha256 = ?", (what.sha256,)
    ).fetchone()
    if size != what.size:
        raise _Torn
    w.conn.execute(
        f"INSERT INTO file ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (sha256) DO UPDATE SET "  # noqa: S608
        "name = excluded.name, media_type = excluded.media_type, used_at = excluded.used_at, "
        "is_mine = max(is_mine, excluded.is_mine)",
        (what.sha256, what.name, what.media_type, what.size, micros(datetime.now(UTC)), int(is_mine)),
    )
    w.touch(Table.FILE, what.sha256)


def read(store: Store, sha256: str) -> BytesIO | None:
    """Return a file's bytes, or ``None`` where they are not here. Blocks; dates the file as used.

    They are checked (where the file goes by its place, how many they are). Where they are not what they were, one that came
    down is dropped, to be fetched anew; of one that is the agent's own ``Damaged`` is raised.
    """
    found = store.query(partial(find, sha256=sha256))
    if found is None:
        return None
    # Filled piece by piece: putting many megabytes together at once would keep all other threads waiting.
    data = BytesIO()
    for number in range(-(-found.size // PART_BYTES)):
        data.write(store.query(partial(part, sha256=sha256, number=number)) or b"")
    if not _is_whole(data, found):
        if found.is_mine:
            raise Damaged("an attachment is damaged")
        store.write(lambda w: drop(w, sha256), Cause.SYSTEM).result()
        return None
    now = micros(datetime.now(UTC))
    try:
        store.write(
            lambda w: w.conn.execute("UPDATE file SET used_at = ? WHERE sha256 = ?", (now, sha256)), Cause.NETWORK
        ).result()
    except StoreError:
        pass  # a disk that takes no more is no reason not to show what is on it
    return data


def _is_whole(data: BytesIO, found: StoredFile) -> bool:
    if not is_digest(found.sha256):
        return data.getbuffer().nbytes == found.size
    return hashlib.sha256(data.getbuffer()).hexdigest() == found.sha256


def part(conn: Connection, sha256: str, number: int) -> bytes | None:
    """Return one part of a file, counted from 0, unchecked; ``None`` past the last."""
    row = conn.execute("SELECT bytes FROM file_part WHERE sha256 = ? AND part = ?", (sha256, number)).fetchone()
    return None if row is None else bytes(row[0])


# --- what is here -------------------------------------------------------------------------------------------------------


def find(conn: Connection, sha256: str) -> StoredFile | None:
    """Return what is known of a file that is here."""
    found = _files(conn, "WHERE sha256 = ?", (sha256,))
    return found[0] if found else None


def waiting(conn: Connection, among: Iterable[str] | None = None) -> list[StoredFile]:
    """Return the files that are still to go up, of ``among`` if given, the oldest first."""
    if among is None:
        return _files(conn, "WHERE is_mine = 1 ORDER BY used_at, sha256", ())
    names = json.dumps(list(among))
    return _files(
        conn, "WHERE is_mine = 1 AND sha256 IN (SELECT value FROM json_each(?)) ORDER BY used_at, sha256", (names,)
    )


def referred(conn: Connection, account: str | None = None) -> set[str]:
    """Return the SHA-256 of each file that a draft or a command on its way names, of one account or (``None``) of any."""
    return {
        sha256 for sha256, about in conn.execute(_REFERRED) if account is None or account_of(about or "") == account
    }


def gone_up(w: Write, sha256: str) -> None:
    """The backend has it: from now on it may be given up and fetched again."""
    _set_mine(w, [sha256], 0)


def must_go_up(w: Write, sha256s: Iterable[str]) -> bool:
    """The backend has lost these: those that are here go up again. Returns whether any is."""
    return _set_mine(w, sha256s, 1)


def _set_mine(w: Write, sha256s: Iterable[str], is_mine: int) -> bool:
    rows = w.conn.execute(
        "UPDATE file SET is_mine = ?1, used_at = ?2 WHERE is_mine <> ?1 AND sha256 IN (SELECT value FROM json_each(?3)) "
        "RETURNING sha256",
        (is_mine, micros(datetime.now(UTC)), json.dumps(list(sha256s))),
    ).fetchall()
    for (sha256,) in rows:
        w.touch(Table.FILE, sha256)
    return bool(rows)


def _files(conn: Connection, where: str, values: tuple[object, ...]) -> list[StoredFile]:
    rows = conn.execute(f"SELECT {_COLUMNS} FROM file {where}", values)  # noqa: S608 - texts of ours
    return [StoredFile(row[0], row[1], row[2], row[3], instant(row[4]), bool(row[5])) for row in rows]


# --- letting go ---------------------------------------------------------------------------------------------------------


def drop(w: Write, sha256: str) -> bool:
    """Remove a file, whoever's it is. Returns whether it was here."""
    _delete_parts(w, sha256)
    return _delete_row(w, sha256)


def drop_some_of(w: Write, account: str, limit: int) -> bool:
    """Remove some files that lie at an account's system by their places; returns whether there were any."""
    names = (name for (name,) in w.conn.execute("SELECT sha256 FROM file WHERE is_mine = 0"))
    found = [name for name in names if not is_digest(name) and account_of(name) == account][:limit]
    for name in found:
        drop(w, name)
    return bool(found)


def drop_unused(w: Write, sha256s: Iterable[str]) -> int:
    """Remove those files that no draft and no command on its way names. Returns how many that were."""
    free = set(sha256s) - referred(w.conn)
    return sum(drop(w, sha256) for sha256 in sorted(free))


def tidy(store: Store, *, limit_bytes: int = LIMIT_BYTES) -> None:
    """Remove what was being put when the program was killed, files of the agent that nothing names any more, and what is too
    much. For after a start and once in a while. Blocks; goes in small steps."""
    # One added this moment is named by its draft a moment later.
    before = micros(datetime.now(UTC) - _UNNAMED)

    def forsaken(w: Write) -> None:
        rows = w.conn.execute(
            f"DELETE FROM file WHERE is_mine = 1 AND used_at < ? AND sha256 NOT IN "  # noqa: S608 - texts of ours
            f"(SELECT sha256 FROM ({_REFERRED})) RETURNING sha256",
            (before,),
        ).fetchall()
        for (sha256,) in rows:
            w.touch(Table.FILE, sha256)

    store.write(forsaken, Cause.SYSTEM).result()
    evict(store, limit_bytes)


def evict(store: Store, limit_bytes: int, keep: Collection[str] = ()) -> int:
    """Remove the longest unused files that can be fetched again until those left take ``limit_bytes`` at most. Blocks; goes
    in small steps. ``keep`` and what a draft or a command names stay. Returns how many bytes were removed."""

    def excess(conn: Connection) -> list[tuple[str, int]]:
        (total,) = conn.execute("SELECT coalesce(sum(size), 0) FROM file WHERE is_mine = 0").fetchone()
        if total <= limit_bytes:
            return []
        kept = {*keep, *referred(conn)}
        found = []
        for sha256, size in conn.execute(
            "SELECT sha256, size FROM file WHERE is_mine = 0 AND media_type <> ? ORDER BY used_at", (MODEL_TYPE,)
        ):
            if total <= limit_bytes:
                break
            if sha256 not in kept:
                found.append((sha256, size))
                total -= size
        return found

    removed = 0
    for sha256, size in store.query(excess):
        if store.write(partial(_evict_row, sha256=sha256), Cause.SYSTEM).result():
            removed += size
    _sweep(store)
    return removed


def _evict_row(w: Write, sha256: str) -> bool:
    is_used = sha256 in referred(w.conn)
    return not is_used and _delete_row(w, sha256, "AND is_mine = 0")


def _sweep(store: Store) -> None:
    """Remove parts without a file, a few at a time. Whoever is putting that very file notices, and puts it again."""

    def sweep(w: Write) -> int:
        return w.conn.execute(
            "DELETE FROM file_part WHERE row IN (SELECT row FROM file_part WHERE NOT EXISTS "
            "(SELECT 1 FROM file WHERE file.sha256 = file_part.sha256) LIMIT ?)",
            (_PARTS_AT_ONCE,),
        ).rowcount

    while store.write(sweep, Cause.SYSTEM).result():
        pass


def _delete_row(w: Write, sha256: str, condition: str = "") -> bool:
    is_gone = w.conn.execute(f"DELETE FROM file WHERE sha256 = ? {condition}", (sha256,)).rowcount > 0  # noqa: S608
    if is_gone:
        w.touch(Table.FILE, sha256)
    return is_gone


def _delete_parts(w: Write, sha256: str) -> None:
    w.conn.execute("DELETE FROM file_part WHERE sha256 = ?", (sha256,))
