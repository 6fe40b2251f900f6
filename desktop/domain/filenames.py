"""What a file that a stranger sent may be called on this machine, and whether it may be opened here or only saved.

Opening hands a file to whatever program the system has for it: that is allowed for kinds that only show something, by the
end of the name, which is what systems go by; whatever is not on the list may be saved.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_LONGEST_BYTES: Final = 160
_LONGEST_ENDING: Final = 16
_NOT_IN_NAMES: Final = frozenset('<>:"|?*/\\')
_DEVICE: Final = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\..*)?$", re.IGNORECASE)

_OPENABLE: Final = frozenset(
    {
        ".pdf", ".txt", ".csv", ".md", ".log",
        ".png", ".jpg", ".jpeg", ".jfif", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".heic", ".heif", ".avif",
        ".doc", ".docx", ".odt", ".xls", ".xlsx", ".ods", ".ppt", ".pptx", ".odp",
        ".mp3", ".m4a", ".ogg", ".oga", ".opus", ".wav", ".flac", ".amr", ".mp4", ".m4v", ".mov", ".webm", ".mkv",
    }
)  # fmt: skip
_PROGRAMS: Final = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
)
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP: Final = b"PK"
# The storages that macros lie in, as the directory of an old document names them (MS-CFB, section 2.6.1).
_STORAGES: Final = tuple(name.encode("utf-16-le") + bytes(4) for name in ("_VBA_PROJECT", "Macros", "_VBA_PROJECT_CUR"))
_MACROS: Final = b"vbaProject.bin"
_PIECE: Final = 1024 * 1024


def safe_name(name: str) -> str:
    """Return ``name`` as one that is a plain file on every system: no folder, no control or invisible sign (which may turn
    the reading direction and hide the ending), no device, no dot or blank at either end, not too long; the ending stays."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    kept = "".join("_" if sign in _NOT_IN_NAMES else sign for sign in last if unicodedata.category(sign)[0] != "C")
    kept = " ".join(kept.split()).strip(". ")
    stem, dot, ending = kept.rpartition(".")
    if not dot or len(ending) > _LONGEST_ENDING:
        stem, dot, ending = kept, "", ""
    room = _LONGEST_BYTES - len((dot + ending).encode())
    stem = stem.encode()[:room].decode(errors="ignore").rstrip(". ")
    kept = (stem or "file") + dot + ending
    return f"_{kept}" if _DEVICE.match(kept) else kept


def ending_of(name: str) -> str:
    """Return the ending that a system goes by, dot first and in lower case; empty where there is none."""
    _, dot, ending = safe_name(name).rpartition(".")
    return f".{ending.lower()}" if dot else ""


def may_open(name: str, data: bytes | memoryview = b"") -> bool:
    """Whether a file may be handed to the system's program for it: not programs, scripts, shortcuts, pages, archives, nor
    documents with macros. ``data`` is what is in it, where that is known."""
    start = bytes(data[: len(_OLE)])
    if ending_of(name) not in _OPENABLE or start.startswith(_PROGRAMS):
        return False
    if start == _OLE:
        return not _holds(data, _STORAGES)
    return not (start.startswith(_ZIP) and _holds(data, (_MACROS,)))


def _holds(data: bytes | memoryview, needles: tuple[bytes, ...]) -> bool:
    """Whether any of ``needles`` is in ``data``; piece by piece, as no other thread runs during a search."""
    overlap = max(map(len, needles))
    pieces = (bytes(data[at : at + _PIECE + overlap]) for at in range(0, len(data), _PIECE))
    return any(needle in piece for piece in pieces for needle in needles)
