"""Files put aside: a database that was damaged, or whose key is lost, under another name beside the new one. Nothing is
thrown away but what ``expire`` is told is old. Called by ``salvage``, ``database``, ``keeper`` and whoever opens accounts.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from desktop.store import seal
from desktop.store.connection import wal_of

DAMAGED: Final = "damaged"
LOCKED: Final = "locked"
RETURNED: Final = "returned"


def put_aside(path: Path, word: str) -> Path:
    """Rename a closed database with its log and its seal, and return where it is now. Raises ``OSError``.

    Where that is cut short after the first step, ``mend`` does the rest.
    """
    stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    target = path.with_name(f"{path.stem}.{word}-{stamp}{path.suffix}")
    path.rename(target)
    _bring_along(path, target)
    return target


def mend(path: Path) -> None:
    """Finish what ``put_aside`` had begun when the program ended: a log without its database follows it."""
    if path.exists() or not (wal_of(path).exists() or seal.file_of(path).exists()):
        return
    newest = max(aside(path), default=None, key=lambda file: file.name.rpartition("-")[2])
    if newest is not None:
        _bring_along(path, newest)


def aside(path: Path, word: str = "*") -> list[Path]:
    """Return the databases that were put aside, the oldest of each kind first."""
    return sorted(path.parent.glob(f"{path.stem}.{word}-*{path.suffix}"))


def call(file: Path, word: str) -> None:
    """Say something else of a database that was put aside. Raises ``OSError``."""
    start, _, stamp = file.name.rpartition("-")
    target = file.with_name(f"{start.rpartition('.')[0]}.{word}-{stamp}")
    file.rename(target)
    _bring_along(file, target)


def discard(path: Path) -> None:
    """Delete a closed database with all that belongs to it; what is not there is no error. Raises ``OSError``."""
    for file in _with(path):
        file.unlink(missing_ok=True)


def expire(path: Path, before: datetime) -> int:
    """Delete what was put aside before an instant, damaged or locked, and return how many databases that were."""
    count = 0
    for file in aside(path):
        with contextlib.suppress(OSError, ValueError):
            stamp = datetime.strptime(file.stem.rpartition("-")[2], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)
            if stamp < before:
                discard(file)
                count += 1
    return count


def discard_read(path: Path) -> None:
    """Delete what was put aside after all that could be read was brought over; somebody in it wants to be forgotten."""
    for word in (DAMAGED, RETURNED):
        for file in aside(path, word):
            with contextlib.suppress(OSError):
                discard(file)


def sync_folder(path: Path) -> None:
    """Have the names in the folder of ``path`` on the disk, where the system has a way to ask for that."""
    if os.name == "posix":
        handle = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _bring_along(path: Path, target: Path) -> None:
    for file, moved in ((wal_of(path), wal_of(target)), (seal.file_of(path), seal.file_of(target))):
        if file.exists() and not moved.exists():
            file.rename(moved)
    path.with_name(f"{path.name}-shm").unlink(missing_ok=True)


def _with(path: Path) -> Iterator[Path]:
    yield path
    yield wal_of(path)
    yield path.with_name(f"{path.name}-shm")
    yield seal.file_of(path)
