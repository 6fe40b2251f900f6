"""The lines of a recording as one long tape: what was there before, then what came, each with its time. A place on the tape
is the number of bytes before it (of what happened since the start, counted from ``SINCE``), which is the cursor: any place
is found at once, and nothing is held in memory but the piece that is being read. Blocks: not for the event loop.

Whatever a line is, reading goes on behind it: one cut off at the end was being written when the recording was killed, one
too long or not readable is passed over and counted.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO, Final

import msgspec
from msgspec.structs import replace as replace_fields

from desktop.backends.files.folder import Folder
from desktop.backends.files.manifest import Line
from desktop.domain.changes import Table
from desktop.domain.interaction import Message
from desktop.wire import records
from desktop.wire.markup import is_twisted, sanitise
from desktop.wire.shapes import Change, CustomerSignal

SINCE: Final = 2**48
"""The place at which what happened since the start begins; below are the bytes of what was there before."""
LONGEST_LINE: Final = 16 * 1024 * 1024
_PIECE_BYTES: Final = 4 * 1024 * 1024
_TAIL: Final = 64 * 1024
_LONGEST_PAGE: Final = 2_000_000
_LATEST_MS: Final = 10 * 366 * 24 * 3600 * 1000

_line: Final = msgspec.json.Decoder(Line)
_change: Final = msgspec.json.Decoder(Change)
_signal: Final = msgspec.json.Decoder(CustomerSignal)


@dataclass(frozen=True, slots=True)
class Entry:
    """What came ``at_ms`` after the start: one of ``change`` and ``signal``. ``end`` is the place behind it, ``size`` how
    long it is in bytes."""

    end: int
    size: int
    at_ms: int
    change: Change | None = None
    signal: CustomerSignal | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """Some entries of the tape. ``end`` is the place to go on from; ``next_ms`` when the entry there comes, ``None`` at the
    end of the tape; ``more`` says that it is due already."""

    entries: list[Entry]
    end: int
    next_ms: int | None
    more: bool


class Tape:
    """Reads a recording from any place. Safe to call from several threads, one after the other."""

    def __init__(self, folder: Folder) -> None:
        self._lock = threading.Lock()
        self._folder: Folder | None = folder
        self._since: BinaryIO | None = None
        self._unreadable: set[int] = set()
        self._before = folder.before()
        try:
            self._since = folder.changes()
        except BaseException:
            self.close()
            raise

    @property
    def skipped(self) -> int:
        """How many lines could not be read so far."""
        return len(self._unreadable)

    def last_before(self, place: int) -> int:
        """Return where the part that ``place`` is in ends, to tell how far along one is."""
        with self._lock:
            ends = [begin + size for begin, _, size in self._parts()]
        return next((end for end in ends if place <= end), place)

    def read(self, after: int, *, until_ms: int, limit: int) -> Piece:
        """Return up to ``limit`` entries behind the place ``after`` that came by ``until_ms``."""
        entries: list[Entry] = []
        end, taken = after, 0
        with self._lock:
            for entry in self._entries(after):
                if entry.at_ms > until_ms:
                    return Piece(entries, end, entry.at_ms, more=False)
                if len(entries) >= limit or taken > _PIECE_BYTES:
                    return Piece(entries, end, entry.at_ms, more=True)
                if entry.change is not None or entry.signal is not None:
                    entries.append(entry)
                taken += entry.size
                end = entry.end
        return Piece(entries, end, None, more=False)

    def length_ms(self) -> int:
        """Return when the last entry comes, by a look at the end of the tape."""
        last_ms = 0
        with self._lock:
            size = next((size for begin, _, size in self._parts() if begin == SINCE), 0)
            for entry in self._entries(SINCE + max(0, size - _TAIL), is_cut=size > _TAIL):
                last_ms = entry.at_ms
        return last_ms

    def latest(self, kind: str, id_: str, *, before: int) -> Change | None:
        """Return the newest change of one record before a place, by a search through the tape."""
        sought = msgspec.json.encode(id_)[1:-1]
        found: Change | None = None
        with self._lock:
            for start, line in self._lines(0):
                if start >= before:
                    break
                if sought in line:
                    change = _read(start + len(line), line).change
                    if change is not None and (change.type, change.id) == (kind, id_):
                        found = change
        return found

    def close(self) -> None:
        with self._lock:
            for part in (self._before, self._since):
                if part is not None:
                    part.close()
            self._folder = self._before = self._since = None

    def _parts(self) -> list[tuple[int, BinaryIO, int]]:
        """Return both files with where they begin and how long they are now: the recording may still be going on."""
        if self._since is None and self._folder is not None:
            self._since = self._folder.changes()
        found = ((0, self._before), (SINCE, self._since))
        return [(begin, part, os.fstat(part.fileno()).st_size) for begin, part in found if part is not None]

    def _entries(self, after: int, *, is_cut: bool = False) -> Iterator[Entry]:
        """Yield all from a place on, those that say nothing included; ``is_cut``: the place may be inside a line."""
        last_ms = 0
        for start, line in self._lines(after):
            end = start + len(line)
            if is_cut:
                is_cut = False
                continue
            entry = _read(end, line)
            if entry.change is None and entry.signal is None:
                self._unreadable.add(start)
            # Time never goes back: an entry comes no sooner than what stands before it.
            last_ms = max(last_ms, entry.at_ms)
            yield entry if entry.at_ms == last_ms else replace(entry, at_ms=last_ms)

    def _lines(self, after: int) -> Iterator[tuple[int, bytes]]:
        """Yield each whole line from a place on, with where it begins; of one that is too long only that it was there."""
        for begin, part, size in self._parts():
            if after < begin + size:
                yield from _lines_of(part, begin, max(after - begin, 0), size)


def _lines_of(part: BinaryIO, begin: int, place: int, size: int) -> Iterator[tuple[int, bytes]]:
    part.seek(place)
    while place < size:
        line = part.readline(min(LONGEST_LINE, size - place))
        if line.endswith(b"\n"):
            yield begin + place, line
            place += len(line)
            part.seek(place)
            continue
        place += len(line)
        if place >= size or not line:
            return
        place = _end_of_line(part, place, size)
        # As long as it was, as nothing: whoever reads goes on behind it.
        yield begin + place - 1, b"\n"


def _end_of_line(part: BinaryIO, place: int, size: int) -> int:
    while place < size:
        rest = part.readline(min(_PIECE_BYTES, size - place))
        place += len(rest)
        if not rest or rest.endswith(b"\n"):
            break
    return place


def _read(end: int, line: bytes) -> Entry:
    try:
        read = _line.decode(line)
        at_ms = min(max(read.at_ms, 0), _LATEST_MS)
        if not isinstance(read.change, msgspec.UnsetType):
            return Entry(end, len(line), at_ms, change=_harmless(_change.decode(read.change)))
        if not isinstance(read.signal, msgspec.UnsetType):
            return Entry(end, len(line), at_ms, signal=_signal.decode(read.signal))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return Entry(end, len(line), 0)
    return Entry(end, len(line), at_ms)


def _harmless(change: Change) -> Change:
    """Return a change whose page, where its message has one, can neither run nor fetch: whoever made the folder wrote it."""
    if change.type != Table.MESSAGE or isinstance(change.record, msgspec.UnsetType):
        return change
    try:
        message: Message = records.decode(change.type, change.record)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return change
    if not message.html:
        return change
    html = "" if len(message.html) > _LONGEST_PAGE or is_twisted(message.html) else sanitise(message.html)
    return replace_fields(change, record=msgspec.Raw(records.encode(replace_fields(message, html=html))))
