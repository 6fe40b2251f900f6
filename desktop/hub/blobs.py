"""Attachments: files under ``blobs/aa/<sha256>``, found by what is in them, with a row each in the database. What a file
is, is told by its first bytes and not by what the sender says; programs are turned away, and what a scanner finds a virus in.
Who may have a file is decided by ``db.holders``; to others it is as if it were not there.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import re
import tempfile
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO, Final

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from desktop.hub.auth.caller import Caller
from desktop.hub.db import holders, tables
from desktop.hub.db.columns import micros
from desktop.hub.db.database import Database
from desktop.hub.db.holders import Held
from desktop.hub.db.ledger import now, plain
from desktop.hub.db.visibility import Viewer
from desktop.hub.desk.refusals import Refused
from desktop.hub.scanner import Scanner, Verdict
from desktop.wire.errors import Code
from desktop.wire.shapes import BlobAnswer

log = logging.getLogger(__name__)

LARGEST: Final = 25 * 1024 * 1024
_SNIFFED: Final = 4096
_HELD: Final = "held"
_CHECK_S: Final = 30.0

_MAGIC: Final[tuple[tuple[int, bytes, str], ...]] = (
    (0, b"%PDF-", "application/pdf"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"BM", "image/bmp"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypmif1", "image/heif"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftypqt", "video/quicktime"),
    (4, b"ftyp", "video/mp4"),
    (0, b"OggS", "audio/ogg"),
    (8, b"WAVE", "audio/wav"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
)
_OFFICE: Final = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_PROGRAM_PARTS: Final = ("META-INF/MANIFEST.MF", "AndroidManifest.xml", "classes.dex", "Payload/")
_PROGRAM_ENDINGS: Final = (
    ".exe",
    ".dll",
    ".scr",
    ".com",
    ".bat",
    ".cmd",
    ".ps1",
    ".vbs",
    ".js",
    ".jar",
    ".msi",
    ".lnk",
)
_TEXTS: Final = frozenset(
    {"text/plain", "text/csv", "text/calendar", "text/vcard", "text/markdown", "message/rfc822", "application/json"}
)
_MARKUP: Final = re.compile(rb"<\s*(?:!doctype\s+html|html|script|svg|body|iframe|object|embed)\b", re.IGNORECASE)
_HEADER: Final = re.compile(rb"[!-9;-~]{1,80}:[ \t]")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


class Blob(msgspec.Struct, frozen=True, kw_only=True):
    sha256: str
    size: int
    media_type: str
    name: str


def sniff(file: IO[bytes], declared: str) -> str | None:
    """Return the media type of a file by its content, or ``None`` where it is not one that may be stored. ``declared``
    only tells one kind of plain text from another."""
    file.seek(0)
    start = file.read(_SNIFFED)
    for offset, magic, media_type in _MAGIC:
        if start.startswith(magic, offset):
            if media_type == "application/zip":
                return _inside_zip(file)
            return media_type
    plain = declared.partition(";")[0].strip().lower()
    # Most mails have HTML in them; one that came enclosed in another is a mail all the same.
    is_mail = plain == "message/rfc822" and _HEADER.match(start) is not None
    if b"\x00" in start or start.startswith(b"#!") or (_MARKUP.search(start) and not is_mail):
        return None
    if any(byte < 0x20 and byte not in b"\t\n\v\f\r\x1b" for byte in start):
        return None
    return plain if plain in _TEXTS else "text/plain"


def _inside_zip(file: IO[bytes]) -> str | None:
    file.seek(0)
    try:
        names = zipfile.ZipFile(file).namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return None
    if any(name.startswith(_PROGRAM_PARTS) or name.lower().endswith(_PROGRAM_ENDINGS) for name in names):
        return None
    if "[Content_Types].xml" in names:
        return next((kind for part, kind in _OFFICE.items() if any(n.startswith(part) for n in names)), None)
    return "application/zip"


def file_name(given: str) -> str:
    """Return the last part of a name as a sender gave it, without control characters, at most 255 characters."""
    last = PureWindowsPath(PurePosixPath(given).name).name
    return "".join(sign for sign in last if sign.isprintable()).strip(" .")[-255:]


class Blobs:
    """The blob store of one data folder."""

    def __init__(self, database: Database, root: Path, scanner: Scanner | None = None) -> None:
        self._database = database
        self._root = root
        self._scanner = scanner
        self._checking: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Look again and again at what is held back."""
        if self._scanner is not None and self._scanner.holds:
            self._checking = asyncio.create_task(self._keep_checking(), name="held files")

    async def stop(self) -> None:
        if self._checking is not None:
            self._checking.cancel()
            await asyncio.gather(self._checking, return_exceptions=True)
            self._checking = None

    async def put(
        self, body: AsyncIterator[bytes], media_type: str, name: str, *, caller: Caller | None = None
    ) -> tuple[BlobAnswer, bool]:
        """Store a file for ``caller``; return what is known of it and whether it is new to them (not whether somebody else
        had it before). Raises ``Refused``: ``too_large``, ``type_not_allowed``, ``infected``, ``unavailable`` where the
        scanner is not, ``bad_request`` for an empty one. What the scanner finds too large is ``too_large``."""
        incoming = _Incoming(self._root)
        try:
            async for chunk in body:
                incoming.write(chunk)
            blob = await asyncio.to_thread(incoming.judge, media_type, file_name(name))
            await asyncio.to_thread(incoming.keep, await self._place(incoming.path, blob.sha256))
        finally:
            incoming.discard()
        async with self._database.write() as ledger:
            connection, at = ledger.connection, now()
            known = await _find(connection, blob.sha256)
            if known is None:
                values = {**msgspec.structs.asdict(blob), "created_at": micros(at)}
                await connection.execute(holders.insert_into(connection, tables.blob).on_conflict_do_nothing(), values)
            is_new = known is None
            if caller is not None:
                is_new = await holders.brought(connection, blob.sha256, caller.id, blob.name, at)
        answer = known or blob
        return BlobAnswer(sha256=answer.sha256, size=answer.size, media_type=answer.media_type), is_new

    async def _place(self, path: Path, sha256: str) -> Path:
        """Return where a new file goes. Raises ``Refused``."""
        if self._scanner is None:
            return self.path(sha256)
        verdict = await self._scanner.look(path)
        if verdict is Verdict.INFECTED:
            log.warning("a file with a virus was turned away: %s", sha256)
            raise Refused(Code.INFECTED, "The scanner found a virus in it.")
        if verdict is Verdict.TOO_LARGE:
            raise Refused(Code.TOO_LARGE, "It is larger than the virus scanner takes.")
        if verdict is Verdict.CLEAN or self.path(sha256).exists():
            return self.path(sha256)
        if not self._scanner.holds:
            raise Refused(Code.UNAVAILABLE, "The virus scanner does not answer.")
        return self._root / _HELD / sha256

    def is_held(self, sha256: str) -> bool:
        """Whether nobody gets a file yet because it could not be scanned, or ever because of what was found."""
        return self._scanner is not None and not self.path(sha256).exists()

    async def check_held(self) -> None:
        """Look at what is held back: what is clean goes to its place, what is not stays where nobody gets it."""
        if self._scanner is None:
            return
        for path in sorted((self._root / _HELD).glob("?" * 64)):
            verdict = await self._scanner.look(path)
            if verdict is Verdict.UNKNOWN:
                return  # the others would have to wait as well
            if verdict is not Verdict.CLEAN:
                log.warning("a file that was held back is %s: %s", verdict, path.name)
                path.rename(path.with_suffix(f".{verdict}"))
                continue
            place = self.path(path.name)
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.replace(place)

    async def _keep_checking(self) -> None:
        while True:
            try:
                await self.check_held()
            except OSError as problem:
                log.warning("held files could not be looked at: %s", type(problem).__name__)
            await asyncio.sleep(_CHECK_S)

    async def find(self, sha256: str, viewer: Viewer, caller: Caller) -> Held | None:
        """Return a file that ``caller``, who sees what ``viewer`` says, may have."""
        if not _SHA256.fullmatch(sha256):
            return None
        async with self._database.read() as ledger:
            return (await holders.held(ledger.connection, viewer, caller.id, [sha256])).get(sha256)

    async def drop(self, sha256: str) -> None:
        """Remove a file that is ours alone; one that anybody brought or that a message names stays."""
        async with self._database.write() as ledger:
            if not await holders.is_anybodys(ledger.connection, sha256):
                await ledger.connection.execute(delete(tables.blob).where(tables.blob.c.sha256 == sha256))
                await asyncio.to_thread(self.path(sha256).unlink, missing_ok=True)

    def path(self, sha256: str) -> Path:
        """Return where the bytes are."""
        return _place(self._root, sha256)


async def _find(connection: AsyncConnection, sha256: str) -> Blob | None:
    row = (await connection.execute(select(tables.blob).where(tables.blob.c.sha256 == sha256))).mappings().first()
    return None if row is None else msgspec.convert(plain(row), Blob)


def _place(root: Path, sha256: str) -> Path:
    return root / sha256[:2] / sha256


class _Incoming:
    """A file on its way in, in a temporary one beside the others, hashed as it comes."""

    def __init__(self, root: Path) -> None:
        self._root = root
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, name = tempfile.mkstemp(dir=root, prefix="incoming-")
        self.path = Path(name)
        self._file = os.fdopen(descriptor, "w+b")
        self._hash = hashlib.sha256()
        self._size = 0

    def write(self, chunk: bytes) -> None:
        self._size += len(chunk)
        if self._size > LARGEST:
            raise Refused(Code.TOO_LARGE, f"A file may have {LARGEST} bytes.")
        self._hash.update(chunk)
        self._file.write(chunk)

    def judge(self, declared: str, name: str) -> Blob:
        """Return what it is, all of it being on the disk. Raises ``Refused``."""
        if not self._size:
            raise Refused(Code.BAD_REQUEST, "The file is empty.")
        media_type = sniff(self._file, declared)
        if media_type is None or name.lower().endswith(_PROGRAM_ENDINGS):
            raise Refused(Code.TYPE_NOT_ALLOWED, "Files of this type are not accepted.")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return Blob(sha256=self._hash.hexdigest(), size=self._size, media_type=media_type, name=name)

    def keep(self, place: Path) -> None:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.path.replace(place)

    def discard(self) -> None:
        self._file.close()
        self.path.unlink(missing_ok=True)
