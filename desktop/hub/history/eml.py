"""Reads a folder tree of mails, one to a file whatever its name (``.eml``, ``.msg`` as text, Maildir), and of mailbox
files among them. Files that are no mail are told, not guessed at; links out of the folder are not followed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from desktop.hub.history.contact import UnreadableSource
from desktop.hub.history.mbox import changed_at, is_mbox, mail_at, places_in
from desktop.hub.history.threads import MailReader, Place
from desktop.hub.mail.message import LARGEST


class FolderArchive:
    """The mails below a folder, or one mail in a file."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise UnreadableSource("no such folder or file")
        self._path = path

    def places(self) -> Iterator[tuple[Place, bytes | None]]:
        for path in self._files():
            name = path.relative_to(self._path).as_posix() if path != self._path else path.name
            try:
                if is_mbox(path):
                    yield from places_in(path, name)
                    continue
                with path.open("rb") as file:
                    raw = file.read(LARGEST + 1)
                yield Place(path=path, where=name, at=changed_at(path)), raw
            except OSError:
                yield Place(path=path, where=name), None

    def mail(self, place: Place) -> bytes:
        return mail_at(place) if place.length is not None else place.path.read_bytes()

    def fingerprint(self) -> str:
        digest = hashlib.sha256()
        for path in self._files():
            try:
                size = path.stat().st_size
            except OSError:
                size = -1
            digest.update(f"{path.relative_to(self._path).as_posix()}|{size}\n".encode("utf-8", "surrogateescape"))
        return digest.hexdigest()[:24]

    def _files(self) -> list[Path]:
        if self._path.is_file():
            return [self._path]
        return sorted(path for path in self._path.rglob("*") if path.is_file() and not path.is_symlink())


def eml_reader(path: Path, own: Sequence[str] = ()) -> MailReader:
    """Return a reader of a folder of mails. Raises ``UnreadableSource``."""
    return MailReader(FolderArchive(path), own)
