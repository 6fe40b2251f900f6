"""What is in a ``winmail.dat`` (MS-OXTNEF): text, HTML, files. Written here because the library for it may only be
linked to (LGPL) and is more than is needed. Lengths are believed only as far as there are bytes; what is broken ends early.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from msgspec import Struct

from desktop.hub.mail.enclosure import Enclosure, enclosed
from desktop.hub.mail.headers import decoded
from desktop.hub.mail.rtf import unpacked, words_of

_SIGNATURE = b"\x78\x9f\x3e\x22"
_BODY, _PROPERTIES, _CODE_PAGE = 0x800C, 0x9003, 0x9007
_NEW_FILE, _FILE_TITLE, _FILE_DATA, _FILE_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
_TEXT, _HTML, _RICH = 0x1000, 0x1013, 0x1009
_DATA, _LONG_NAME, _NAME, _SHOWN_NAME, _MIME, _CONTENT_ID = 0x3701, 0x3707, 0x3704, 0x3001, 0x370E, 0x3712
_WIDTHS = {0x1: 0, 0x2: 4, 0x3: 4, 0x4: 4, 0x5: 8, 0x6: 8, 0x7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_STRING, _UNICODE, _OBJECT, _BINARY, _MANY = 0x1E, 0x1F, 0xD, 0x102, 0x1000
_MOST_FILES = 200
_DEEPEST = 4


class Wrapped(Struct, frozen=True):
    """What a ``winmail.dat`` held."""

    text: str = ""
    html: str = ""
    files: tuple[Enclosure, ...] = ()


class _File(Struct):
    name: str = ""
    data: bytes = b""
    kind: str = ""
    content_id: str = ""


def is_tnef(data: bytes) -> bool:
    """Whether these bytes say that they are of this format."""
    return data.startswith(_SIGNATURE)


def read(data: bytes, depth: int = 0) -> Wrapped | None:
    """Return what is in a ``winmail.dat``, or ``None`` where it cannot be read or holds nothing."""
    if not is_tnef(data):
        return None
    charset = "cp1252"
    text, html, rich = "", "", b""
    files: list[_File] = []
    inner: list[Enclosure] = []
    for name, value in _attributes(data):
        if name == _CODE_PAGE and len(value) >= 4:
            charset = f"cp{struct.unpack_from('<I', value)[0]}"
        elif name == _BODY:
            text = text or decoded(value.rstrip(b"\0"), charset)
        elif name == _PROPERTIES:
            for id_, kind, content in _properties(value):
                if id_ == _TEXT:
                    text = _said(kind, content, charset) or text
                elif id_ == _HTML:
                    html = _said(kind, content, None) or html
                elif id_ == _RICH and kind == _BINARY:
                    rich = unpacked(content)
        elif name == _NEW_FILE and len(files) < _MOST_FILES:
            files.append(_File())
        elif files and name == _FILE_TITLE:
            files[-1].name = files[-1].name or decoded(value.rstrip(b"\0"), charset)
        elif name == _FILE_DATA and len(files) < _MOST_FILES:
            if not files or files[-1].data:
                files.append(_File())
            files[-1].data = value
        elif files and name == _FILE_PROPERTIES:
            inner += _described(files[-1], value, charset, depth)
    if rich and not (text.strip() or html.strip()):
        text, html = words_of(rich)
    made = tuple(enclosed(f.name, f.kind, f.data, n, f.content_id) for n, f in enumerate(files) if f.data)
    found = Wrapped(text, html, made + tuple(inner))
    return found if found.text.strip() or found.html.strip() or found.files else None


def _described(file: _File, value: bytes, charset: str, depth: int) -> list[Enclosure]:
    """Add what the properties of a file say of it; returns the files of a message it may be."""
    names: dict[int, str] = {}
    for id_, kind, content in _properties(value):
        if id_ == _DATA and kind == _OBJECT:
            wrapped = read(content[16:], depth + 1) if depth < _DEEPEST else None
            if wrapped is not None:
                said = wrapped.text or wrapped.html
                own = [enclosed("message.txt", "text/plain", said.encode(), 0)] if said.strip() else []
                return [*own, *wrapped.files]
            file.data = file.data or content[16:]
        elif id_ == _DATA:
            file.data = file.data or content
        elif id_ in (_LONG_NAME, _NAME, _SHOWN_NAME):
            names[id_] = _said(kind, content, charset)
        elif id_ == _MIME:
            file.kind = _said(kind, content, charset)
        elif id_ == _CONTENT_ID:
            file.content_id = _said(kind, content, charset)
    file.name = next((names[id_] for id_ in (_LONG_NAME, _NAME, _SHOWN_NAME) if names.get(id_)), file.name)
    return []


def _said(kind: int, content: bytes, charset: str | None) -> str:
    if kind == _UNICODE:
        return content.decode("utf-16-le", "replace").rstrip("\0")
    return decoded(content.rstrip(b"\0"), charset)


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 6
    while at + 9 <= len(data):
        level, id_, length = struct.unpack_from("<BII", data, at)
        at += 9
        if level not in (1, 2) or length > len(data) - at:
            return
        yield id_ & 0xFFFF, data[at : at + length]
        at += length + 2


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield (id, type, content) of MAPI properties; of one with several values the first."""
    try:
        (count,) = struct.unpack_from("<I", data)
        at = 4
        for _ in range(min(count, 10_000)):
            kind, id_ = struct.unpack_from("<HH", data, at)
            at += 4
            if id_ >= 0x8000:
                (is_named,) = struct.unpack_from("<I", data, at + 16)
                (length,) = struct.unpack_from("<I", data, at + 20)
                at += 24 + (_padded(length) if is_named else 0)
            is_many, kind = bool(kind & _MANY), kind & ~_MANY
            is_long = kind in (_STRING, _UNICODE, _OBJECT, _BINARY)
            values = 1
            if is_many or is_long:
                (values,) = struct.unpack_from("<I", data, at)
                at += 4
            first = b""
            for number in range(values):
                if is_long:
                    (length,) = struct.unpack_from("<I", data, at)
                    at += 4
                elif kind in _WIDTHS:
                    length = _WIDTHS[kind]
                else:
                    return
                if at > len(data):
                    return
                if number == 0:
                    first = data[at : at + length]
                at += _padded(length)
            yield id_, kind, first
    except struct.error:
        return


def _padded(length: int) -> int:
    return length + 3 & ~3
