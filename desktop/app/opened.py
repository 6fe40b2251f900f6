"""Attachments that were opened: the only ones that lie readable on the disk, in a folder of the account that nobody else may
enter, each for an hour at most. All are gone when the screen locks, the account is closed, and the program starts.

Everything here blocks: not for the main thread. Called by ``attachments`` and ``running``.
"""

from __future__ import annotations

import logging
import os
import shutil
import stat
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from desktop.domain.filenames import may_open, safe_name

log = logging.getLogger(__name__)

FOLDER: Final = "open"
LONGEST_S: Final = 3600.0


class Risky(Exception):
    """A file that does something instead of showing something."""

    code = "risky_type"


class OpenedFiles:
    """The folder of one account."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def place(self, name: str, data: bytes | memoryview) -> Path:
        """Lay a file ready to be shown and return where. Nobody can change or run it. Raises ``Risky`` or ``OSError``."""
        if not may_open(name, data):
            raise Risky
        if self.folder.is_symlink():
            self.folder.unlink()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        path = Path(tempfile.mkdtemp(dir=self.folder)) / safe_name(name)
        write_new(path, data)
        # What an agent would change here would be gone with it: programs say so of a file that cannot be written.
        path.chmod(stat.S_IRUSR)
        return path

    def wipe(self, *, older_than_s: float = 0.0) -> int:
        """Remove what was opened more than ``older_than_s`` ago. Returns how much is left; what another program holds fast
        (Windows) goes at the next time."""
        if not self.folder.is_dir() or self.folder.is_symlink():
            return 0
        left = 0
        for place in self.folder.iterdir():
            try:
                age_s = time.time() - place.lstat().st_mtime
                # A clock that was set back must not keep anything.
                if -60.0 < age_s < older_than_s:
                    left += 1
                    continue
                _remove(place)
            except OSError as error:
                left += 1
                log.warning("an opened file could not be removed: %s", type(error).__name__)
        return left


def wipe_all(profile: Path) -> None:
    """Remove what a program that was killed left lying open, of all accounts of a profile."""
    for folder in (profile / "accounts").glob(f"*/{FOLDER}"):
        OpenedFiles(folder).wipe()


def write_new(path: Path, data: bytes | memoryview) -> None:
    """Write a file that is not there yet, for its owner only, marked as a stranger's where the system knows such a mark.
    Raises ``OSError``."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
    if sys.platform == "win32":
        # Zone 3, the internet: Office opens it in protected view (MS-FSCC, section 5.6.1).
        Path(f"{path}:Zone.Identifier").write_bytes(b"[ZoneTransfer]\r\nZoneId=3\r\n")


def _remove(place: Path) -> None:
    if place.is_dir() and not place.is_symlink():
        for path in place.iterdir():
            if not path.is_symlink():
                path.chmod(stat.S_IRUSR | stat.S_IWUSR)
        shutil.rmtree(place)
    else:
        place.unlink()
