"""Reads mailbox files (RFC 4155 and its relatives: mboxo, mboxrd, with Unix or DOS line ends) mail by mail. A line that
begins with ``From `` starts a mail after a blank line if it has a date in it or is followed by a mail's header, and
without a blank line if both is so; quoted ones lose one ``>``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from desktop.hub.history.contact import UnreadableSource
from desktop.hub.history.threads import MailReader, Place
from desktop.hub.mail import headers as mail_headers
from desktop.hub.mail.message import LARGEST

_DATED = re.compile(rb"From (?:\S.*\d{1,2}:\d{2}|-\s*$)")
_HEADER = re.compile(
    rb"(?i)(?:from|to|cc|subject|date|message-id|received|return-path|sender|reply-to|delivered-to|mime-version"
    rb"|content-[a-z]+|status|dkim-signature|arc-[a-z-]+|x-[a-z0-9-]+)[ \t]*:"
)
_MARK = b"\xef\xbb\xbf"
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_STAMP = re.compile(r"(?P<month>[A-Z][a-z]{2}) +(?P<day>\d{1,2}) +(?P<time>\d{1,2}:\d{2}(?::\d{2})?).*?(?P<year>\d{4})")


class MboxArchive:
    """The mails of one mailbox file."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise UnreadableSource("no such mailbox file")
        self._path = path

    def places(self) -> Iterator[tuple[Place, bytes | None]]:
        return places_in(self._path, self._path.name)

    def mail(self, place: Place) -> bytes:
        return mail_at(place)

    def fingerprint(self) -> str:
        return file_fingerprint(self._path)


def mbox_reader(path: Path, own: Sequence[str] = ()) -> MailReader:
    """Return a reader of one mailbox file. Raises ``UnreadableSource``."""
    return MailReader(MboxArchive(path), own)


def is_mbox(path: Path) -> bool:
    """Whether a file begins as mailbox files do."""
    with path.open("rb") as file:
        return _begins(file.readline(1000).removeprefix(_MARK), file.readline(1000), is_after_blank=True)


def _begins(row: bytes, following: bytes, *, is_after_blank: bool) -> bool:
    """Whether ``row`` is the separator before a mail. Mozilla's bare ``From -`` counts as one with a date."""
    if not row.startswith(b"From "):
        return False
    is_dated, is_head = bool(_DATED.match(row)), bool(_HEADER.match(following))
    return is_dated or is_head if is_after_blank else is_dated and is_head


def places_in(path: Path, name: str) -> Iterator[tuple[Place, bytes | None]]:
    """Yield the mails of a mailbox file; what stands before the first separator counts as one."""
    with path.open("rb") as file:
        start = offset = size = number = 0
        is_after_blank = True
        kept: list[bytes] = []
        row = next(file, b"")
        while row:
            following = next(file, b"")
            if _begins(row if offset else row.removeprefix(_MARK), following, is_after_blank=is_after_blank):
                if any(kept_row.strip() for kept_row in kept):
                    number += 1
                    yield _found(path, name, number, start, offset, kept)
                start, kept, size = offset, [], 0
            if size <= LARGEST:  # of a larger one enough to be refused as such
                kept.append(row)
            size += len(row)
            offset += len(row)
            is_after_blank = not row.strip()
            row = following
        if kept or number == 0:
            yield _found(path, name, number + 1, start, offset, kept)


def _found(path: Path, name: str, number: int, start: int, end: int, kept: list[bytes]) -> tuple[Place, bytes]:
    place = Place(
        path=path,
        where=f"{name}: mail {number} at byte {start}",
        offset=start,
        length=end - start,
        at=_stamp(kept[0] if kept else b""),
    )
    return place, unquoted(b"".join(kept))


def mail_at(place: Place) -> bytes:
    """Return the bytes of a mail within a mailbox file."""
    with place.path.open("rb") as file:
        file.seek(place.offset)
        return unquoted(file.read(place.length))


def unquoted(raw: bytes) -> bytes:
    """Return a mail as it was before it was put into the mailbox."""
    raw = raw.removeprefix(_MARK)
    if raw.startswith(b"From "):
        raw = raw.partition(b"\n")[2]
    return _QUOTED.sub(rb"\1", raw)


def _stamp(row: bytes) -> datetime | None:
    """The date in a separator line, which is in asctime's form and in UTC."""
    match = _STAMP.search(row.decode("ascii", "replace"))
    if match is None:
        return None
    return mail_headers.date(f"{match['day']} {match['month']} {match['year']} {match['time']} +0000")


def file_fingerprint(path: Path) -> str:
    """Return a digest of a file's size, first and last 64 KiB."""
    size = path.stat().st_size
    digest = hashlib.sha256(str(size).encode())
    with path.open("rb") as file:
        digest.update(file.read(65_536))
        if size > 131_072:
            file.seek(-65_536, 2)
        digest.update(file.read(65_536))
    return digest.hexdigest()[:24]


def changed_at(path: Path) -> datetime:
    """Return when a file was last changed: the date of a mail that has none of its own."""
    return datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
