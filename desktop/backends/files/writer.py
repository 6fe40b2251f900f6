"""Writing a recording: the folder, its manifest, its lines. Blocks; called by ``recorder``, from one thread of its own. Each
line is in the hands of the system before the next call, so that what a kill leaves is a recording too.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO, Final

import msgspec
from msgspec.structs import replace

from desktop.backends.base import Refused
from desktop.backends.files.folder import name_of
from desktop.backends.files.manifest import BEFORE, CHANGES, FILES, MANIFEST, Code, Line, Manifest, written

_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_line: Final = msgspec.json.Encoder()


class Writer:
    """One folder being written. Everything may raise ``OSError``."""

    def __init__(self, path: Path, manifest: Manifest) -> None:
        """Begin a recording in a folder that is new or empty. Raises ``Refused`` where it is neither."""
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        if any(path.iterdir()):
            raise Refused(Code.NOT_EMPTY)
        self.path = path
        self.manifest = manifest
        self._count = 0
        self._put(MANIFEST, written(manifest))
        self._before = self._opened(BEFORE)
        self._since = self._opened(CHANGES)

    def before(self, lines: list[Line]) -> None:
        """Add what was there when it began."""
        self._write(self._before, lines)

    def since(self, lines: list[Line]) -> None:
        """Add what came since."""
        self._write(self._since, lines)

    def file(self, sha256: str, data: bytes) -> None:
        """Add the bytes of an attachment."""
        (self.path / FILES).mkdir(exist_ok=True, mode=0o700)
        if not (self.path / FILES / name_of(sha256)).exists():
            self._put(f"{FILES}/{name_of(sha256)}", data)

    def end(self, length_ms: int) -> None:
        """Say how long it is, and that it is over."""
        self._before.close()
        self._since.close()
        self.manifest = replace(self.manifest, length_ms=length_ms, changes=self._count)
        done = self.path / f"{MANIFEST}.new"
        done.unlink(missing_ok=True)
        self._put(done.name, written(self.manifest))
        done.replace(self.path / MANIFEST)

    def _write(self, file: BinaryIO, lines: list[Line]) -> None:
        file.write(b"".join(_line.encode(line) + b"\n" for line in lines))
        file.flush()
        self._count += len(lines)

    def _put(self, name: str, data: bytes) -> None:
        with self._opened(name) as file:
            file.write(data)

    def _opened(self, name: str) -> BinaryIO:
        return os.fdopen(os.open(self.path / name, _NEW, 0o600), "wb")
