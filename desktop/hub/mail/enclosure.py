"""A file of a mail, with its bytes, named so that it points nowhere. Made by everything in here that finds files."""

from __future__ import annotations

import mimetypes
import re

from msgspec import Struct

from desktop.hub.mail.markup import line

_TYPE = re.compile(r"[a-z0-9][\w.+-]{0,60}/[\w.+-]{1,60}")


class Enclosure(Struct, frozen=True, kw_only=True):
    """``content_id`` is what the HTML of the mail calls it (``cid:``), without angle brackets; empty for most."""

    name: str
    data: bytes
    media_type: str = "application/octet-stream"
    content_id: str = ""


def enclosed(name: str, media_type: str, data: bytes, number: int, content_id: str = "") -> Enclosure:
    """Return a file; ``number`` counts from 0 and names one that has no name."""
    name = file_name(name)
    kind = media_type.strip().lower()
    if not _TYPE.fullmatch(kind):
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if not name:
        name = f"part-{number + 1}{mimetypes.guess_extension(kind) or '.bin'}"
    return Enclosure(name=name, data=data, media_type=kind, content_id=line(content_id, 300).strip("<> "))


def file_name(name: str) -> str:
    """Return the last part of a path: a name from outside must not point anywhere."""
    name = line(name, 1000).replace("\\", "/").rpartition("/")[2].strip(". ")
    stem, dot, suffix = name.rpartition(".")
    return name if len(name) <= 150 else f"{(stem if dot else name)[:130]}{dot}{suffix[:18]}"
