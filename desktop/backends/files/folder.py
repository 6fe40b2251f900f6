"""A recorded folder, opened to be read and never written. Nothing outside it is ever opened: only the names of the format,
no symbolic links, no pipes or devices; of attachments only those whose name is a digest. Blocks: not for the event loop.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from pathlib import Path
from typing import BinaryIO, Final
from urllib.parse import parse_qs, unquote, urlsplit
from urllib.request import url2pathname

from desktop.backends.base import Refused
from desktop.backends.files.manifest import BEFORE, CHANGES, FILES, MANIFEST, Code, Manifest, read

LARGEST_FILE: Final = 256 * 1024 * 1024
_LARGEST_MANIFEST: Final = 1024 * 1024
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_PLAIN: Final = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class Folder:
    """One recording on the disk. Each method raises ``Refused`` with a ``Code`` where it cannot be read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def manifest(self) -> Manifest:
        """Read what the recording says of itself."""
        if not self.path.is_dir():
            raise Refused(Code.MISSING)
        with self._opened(MANIFEST, Code.NOT_ONE) as file:
            data = file.read(_LARGEST_MANIFEST + 1)
        found = read(data) if len(data) <= _LARGEST_MANIFEST else Code.NOT_ONE
        if isinstance(found, Code):
            raise Refused(found)
        return found

    def before(self) -> BinaryIO | None:
        """Open the lines of what was there when the recording began, ``None`` where there are none."""
        return self._lines(BEFORE)

    def changes(self) -> BinaryIO | None:
        """Open the lines of what happened since."""
        return self._lines(CHANGES)

    def file(self, sha256: str) -> bytes:
        """Return the bytes of an attachment by what its message calls it."""
        name = name_of(sha256)
        if (self.path / FILES).is_symlink():
            raise Refused(Code.UNREADABLE)
        with self._opened(f"{FILES}/{name}", Code.NO_FILE) as file:
            if os.fstat(file.fileno()).st_size > LARGEST_FILE:
                raise Refused(Code.UNREADABLE)
            data = file.read()
        if name == sha256 and hashlib.sha256(data).hexdigest() != name:
            raise Refused(Code.UNREADABLE)
        return data

    def _lines(self, name: str) -> BinaryIO | None:
        return self._opened(name, Code.UNREADABLE) if os.path.lexists(self.path / name) else None

    def _opened(self, name: str, missing: Code) -> BinaryIO:
        path = self.path / name
        try:
            # Where the system cannot be told to refuse links, they are looked for.
            if path.is_symlink():
                raise Refused(Code.UNREADABLE)
            descriptor = os.open(path, _PLAIN)
        except FileNotFoundError:
            raise Refused(missing) from None
        except OSError:
            raise Refused(Code.UNREADABLE) from None
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise Refused(Code.UNREADABLE)
        return os.fdopen(descriptor, "rb")


def name_of(sha256: str) -> str:
    """Return what the file of an attachment is called: its SHA-256, or that of what another system calls it."""
    return sha256 if _DIGEST.fullmatch(sha256) else hashlib.sha256(sha256.encode(errors="replace")).hexdigest()


def place_of(url: str) -> tuple[Path, dict[str, str]]:
    """Return the folder that ``url`` names, a path or a ``file:`` URL, and what is asked for behind its ``?``."""
    if not url.startswith("file:"):
        return Path(url).expanduser(), {}
    parts = urlsplit(url)
    host = f"//{parts.netloc}" if parts.netloc not in ("", "localhost") else ""
    path = Path(f"{host}{url2pathname(parts.path)}" if os.name == "nt" else unquote(parts.path))
    return path, {name: values[-1] for name, values in parse_qs(parts.query).items()}
