"""What the agent did, kept outside the store: before each deed what is intended, after it that the store said it is done.

Each line is on the disk before the next thing happens, so that it tells the truth about an agent whose machine may fail
between any two instructions. Written by ``seat``, read by ``comparison``.
"""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import IO

import msgspec
from msgspec import Raw, Struct


class Do(StrEnum):
    """What the agent does: gives a command, takes a held one back, changes one, gives one up, has one sent again, types,
    or (``FOUND``, at each start) looks at what is still in the outbox."""

    GIVE = "give"
    CANCEL = "cancel"
    EDIT = "edit"
    DISCARD = "discard"
    RETRY = "retry"
    DRAFT = "draft"
    FOUND = "found"


class Entry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line. ``n`` names the deed, which has one line before and, unless the machine failed, one after (``is_done``)
    with its ``result``: the new id of an edit or retry, whether a cancel or discard came in time.

    ``id`` is the command's id. ``where`` and ``text`` are a draft's; giving a command may drop the draft ``where``.
    """

    n: str
    do: Do
    is_done: bool = False
    id: str = ""
    command: Raw = Raw(b"null")
    where: str = ""
    text: str = ""
    result: str | bool | None = None


class Diary:
    """The writing side."""

    def __init__(self, file: Path) -> None:
        self._file: IO[bytes] = file.open("ab")
        # The last line of a life that ended by force may be torn.
        self._file.write(b"\n")

    def write(self, entry: Entry) -> None:
        """Put down one line; it is on the disk when this returns."""
        self._file.write(msgspec.json.encode(entry) + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()


def read(file: Path) -> list[Entry]:
    """Return what was put down, in order, without torn lines."""
    entries = []
    for line in file.read_bytes().splitlines():
        try:
            entries.append(msgspec.json.decode(line, type=Entry))
        except msgspec.MsgspecError:
            continue
    return entries
