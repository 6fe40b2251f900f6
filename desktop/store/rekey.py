"""A new key for a database: the whole file is written anew under it and takes the place of the old one in one step, so that
at every instant the file can be read with exactly one of both keys. Called by ``database`` on its writing thread.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from desktop.store import quarantine, seal
from desktop.store.connection import KEY_BYTES, Busy, Connection, Damaged, DriverError, Full, explained, wal_of

# Steps of SQLite's machine between two looks at how far it is.
_STEPS: Final = 50_000


def draft_of(path: Path) -> Path:
    """Return where the file under the new key is written."""
    return path.with_name(f"{path.name}.next")


def export(conn: Connection, path: Path, key: bytes, on_progress: Callable[[float], None]) -> Path:
    """Write all of an open database into a new file under ``key``, and return where that is. ``on_progress`` gets 0 to 1.
    Raises ``StoreError``; nothing is left of the new file then."""
    if len(key) != KEY_BYTES:
        raise ValueError(f"the key of the store has {KEY_BYTES} bytes")
    draft = draft_of(path)
    quarantine.discard(draft)
    (pages,) = conn.execute("PRAGMA page_count").fetchone()
    (version,) = conn.execute("PRAGMA user_version").fetchone()
    total = pages * 4096

    def look() -> int:
        on_progress(min(1.0, draft.stat().st_size / total))
        return 0

    try:
        conn.execute(f"ATTACH DATABASE ? AS next KEY \"x'{key.hex()}'\"", (str(draft),))
        try:
            for pragma in (
                "auto_vacuum = INCREMENTAL",
                "journal_mode = OFF",
                "synchronous = OFF",
                "secure_delete = ON",
            ):
                conn.execute(f"PRAGMA next.{pragma}").fetchall()
            conn.set_progress_handler(look, _STEPS)
            conn.execute("SELECT sqlcipher_export('next')").fetchone()
            conn.execute(f"PRAGMA next.user_version = {version}")
        finally:
            conn.set_progress_handler(None, 0)
            conn.execute("DETACH DATABASE next")
        with draft.open("rb+") as file:
            os.fsync(file.fileno())
    except Exception as error:
        has_room = _has_room(draft, total)
        quarantine.discard(draft)
        raise _explained(error, has_room=has_room) from error
    on_progress(1.0)
    return draft


def _has_room(draft: Path, total: int) -> bool:
    """Whether the rest of a file that was written in part would have found room."""
    try:
        return shutil.disk_usage(draft.parent).free > total - draft.stat().st_size
    except OSError:
        return True


def _explained(error: Exception, *, has_room: bool) -> Exception:
    """SQLCipher's export tells what went wrong by its text only. Without a journal a new file that could not be written to
    its end may look malformed to it."""
    if isinstance(error, DriverError):
        if "full" in str(error) or ("malformed" in str(error) and not has_room):
            return Full("no room left on the disk")
        if "malformed" in str(error):
            return Damaged("the database is damaged")
    return explained(error)


def swap(draft: Path, path: Path, key: bytes) -> None:
    """Put the finished file in the place of the closed one. Raises ``Busy`` where another process has that open, and
    ``OSError``."""
    log = wal_of(path)
    try:
        if log.exists() and log.stat().st_size:
            # Its log would be taken for the new file's.
            raise Busy("the log could not be cleared yet: somebody is still reading")
        log.unlink(missing_ok=True)
        seal.add(path, key, seal.salt_of(draft))
        draft.replace(path)
        quarantine.sync_folder(path)
    except BaseException:
        discard(path)
        raise


def discard(path: Path) -> None:
    """Delete what a change of the key left that did not come to its end. Raises ``OSError``."""
    quarantine.discard(draft_of(path))
