"""A first page for a database that lost its own: with the salt and the places that its seal remembers, SQLite reads the
agent's tables again, though it can no longer tell what else is in the file. Called by ``salvage``, on a copy.
"""

from __future__ import annotations

import os
import shutil
import struct
from pathlib import Path
from typing import Final

from desktop.store import seal
from desktop.store.connection import PAGE_BYTES, DriverError, open_skeleton, wal_of

_CHUNK_PAGES: Final = 16_384
_FRAME: Final = struct.Struct(">6I")
_LOG_HEADER: Final = 32


def build(path: Path, key: bytes) -> Path | None:
    """Return a copy of a damaged file, its log applied, under a first page that knows the journal's tables only; ``None``
    where no seal tells of them. Raises ``OSError``."""
    known = seal.find(path, key)
    if known is None or not known.places:
        return None
    copy = path.with_name(f"{path.name}.copy")
    frame = path.with_name(f"{path.name}.frame")
    try:
        shutil.copyfile(path, copy)
        _apply_log(wal_of(path), copy)
        pages = -(-copy.stat().st_size // PAGE_BYTES)
        _frame(frame, key, known, pages)
        with frame.open("rb") as made, copy.open("rb+") as file:
            file.write(made.read(PAGE_BYTES))
            # The new first page tells how long the file is; one that is longer than told is fine, a shorter one is not.
            file.truncate(max(os.fstat(file.fileno()).st_size, os.fstat(made.fileno()).st_size))
    except DriverError:
        copy.unlink(missing_ok=True)
        return None
    except OSError:
        copy.unlink(missing_ok=True)
        raise
    finally:
        frame.unlink(missing_ok=True)
    return copy


def _frame(path: Path, key: bytes, known: seal.Seal, pages: int) -> None:
    """Make a database of at least ``pages`` pages whose schema says where the old one's tables begin."""
    path.unlink(missing_ok=True)
    connection = open_skeleton(path, key, bytes.fromhex(known.salt))
    try:
        for place in known.places:
            connection.execute(place.sql)
        connection.execute("CREATE TABLE rest (bytes)")
        while pages > 0:
            size = min(pages, _CHUNK_PAGES) * PAGE_BYTES
            connection.execute("INSERT INTO rest VALUES (zeroblob(?))", (size,))
            pages -= _CHUNK_PAGES
        connection.execute("PRAGMA writable_schema = ON")
        for place in known.places:
            connection.execute("UPDATE sqlite_schema SET rootpage = ? WHERE name = ?", (place.page, place.name))
    finally:
        connection.close()


def _apply_log(log: Path, copy: Path) -> None:
    """Write the pages of a write-ahead log into the file they belong to, up to its last whole transaction
    (https://www.sqlite.org/fileformat2.html#walformat)."""
    try:
        content = log.read_bytes()
    except FileNotFoundError:
        return
    if len(content) < _LOG_HEADER:
        return
    magic, _, size, _, *salts = struct.unpack(">6I", content[:24])
    if magic & ~1 != 0x377F0682 or size != PAGE_BYTES:
        return
    order = ">" if magic & 1 else "<"
    sums = _checksum(order, content[:24], (0, 0))
    if sums != struct.unpack(">2I", content[24:_LOG_HEADER]):
        return
    pages: dict[int, int] = {}
    open_pages: dict[int, int] = {}
    for start in range(_LOG_HEADER, len(content) - _FRAME.size - size + 1, _FRAME.size + size):
        number, committed, *rest = _FRAME.unpack_from(content, start)
        body = start + _FRAME.size
        sums = _checksum(order, content[start : start + 8] + content[body : body + size], sums)
        if rest[:2] != salts or tuple(rest[2:]) != sums:
            break
        open_pages[number] = body
        if committed:
            pages |= open_pages
            open_pages = {}
    with copy.open("rb+") as file:
        for number, body in pages.items():
            file.seek((number - 1) * PAGE_BYTES)
            file.write(content[body : body + size])


def _checksum(order: str, data: bytes, sums: tuple[int, int]) -> tuple[int, int]:
    first, second = sums
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for even, odd in zip(words[::2], words[1::2], strict=True):
        first = (first + even + second) & 0xFFFFFFFF
        second = (second + odd + first) & 0xFFFFFFFF
    return first, second
