"""What a mail says and what came with it: the text, the HTML made harmless, the attachments with their bytes. Parts in
alternative are one thing said in several ways; all others are said one after another. Files hidden in text (uuencode,
yEnc) and in a ``winmail.dat`` are taken out of it; an invitation is told in a line. Whatever is broken is kept as it stands.
"""

from __future__ import annotations

import binascii
import html as entities
import re
import zlib
from email import policy
from email.message import Message
from typing import Any

from msgspec import Struct

from desktop.hub.mail import calendar, tnef
from desktop.hub.mail.enclosure import Enclosure, enclosed, file_name
from desktop.hub.mail.headers import decoded, words
from desktop.hub.mail.markup import as_text, harmless, line, plain

DEEPEST = 40
MOST_FILES = 200
_HARDLY = 5

_UU_BEGIN = re.compile(rb"^begin[ \t]+[0-7]{3,4}[ \t]+(\S[^\r\n]*?)[ \t]*\r?$", re.MULTILINE)
_UU_END = re.compile(rb"^end[ \t]*\r?$", re.MULTILINE)
_YENC = re.compile(rb"^=ybegin ([^\r\n]*)\r?\n(.*?)^=yend([^\r\n]*)\r?\n?", re.MULTILINE | re.DOTALL)

_FLOWED = re.compile(r"(?i);\s*format\s*=\s*\"?flowed\b")
_DELSP = re.compile(r"(?i);\s*delsp\s*=\s*\"?yes\b")
_QUOTES = re.compile(r">*")


class _Found(list[Enclosure]):
    """The files found so far, and what is told besides: ``lines`` of invitations, ``text`` and ``html`` out of wrappings."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.wrapped = tnef.Wrapped()


class Body(Struct, frozen=True):
    """``html`` is empty where the mail has none."""

    text: str = ""
    html: str = ""
    files: tuple[Enclosure, ...] = ()


def body_of(message: Message[Any, Any]) -> Body:
    """Return the body of a parsed mail."""
    files = _Found()
    text, html = _said(message, files, 0)
    if not html.strip() and len(text.strip()) < _HARDLY and (files.wrapped.text or files.wrapped.html):
        html = files.wrapped.html
        text = files.wrapped.text or as_text(html)
    if told := "\n".join(dict.fromkeys(files.lines)):
        text = f"{text.rstrip()}\n\n{told}"
    return Body(plain(text).strip("\n"), harmless(html) if html else "", tuple(files[:MOST_FILES]))


def _said(part: Message[Any, Any], files: _Found, depth: int) -> tuple[str, str]:
    """Return text and raw HTML of a part, and put its files into ``files``."""
    kind = _type(part)
    children = part.get_payload() if part.is_multipart() else None
    if kind.startswith("message/") and kind not in ("message/delivery-status", "message/disposition-notification"):
        files.append(_enclosed(part, kind, len(files)))
        return "", ""
    if kind.startswith("message/") and isinstance(children, list):  # blocks of fields: why a mail did not arrive
        blocks = [child.raw_items() for child in children if isinstance(child, Message)]
        told = ("\n".join(f"{name}: {line(str(value))}" for name, value in block) for block in blocks)
        return "\n\n".join(block for block in told if block), ""
    if isinstance(children, list) and depth < DEEPEST:
        said = [_said(child, files, depth + 1) for child in children if isinstance(child, Message)]
        if kind == "multipart/alternative":
            text = next((text for text, html in said if text.strip() and not html), "")
            return text or next((t for t, _ in said if t.strip()), ""), next((h for _, h in reversed(said) if h), "")
        return "\n\n".join(t.strip("\n") for t, _ in said if t.strip()), _joined(said)
    if isinstance(children, list):
        files.append(_enclosed(part, "message/rfc822", len(files)))
        return "", ""
    return _leaf(part, kind, files)


def _joined(said: list[tuple[str, str]]) -> str:
    if not any(html for _, html in said):
        return ""
    return "\n".join(html or f"<p>{entities.escape(text)}</p>" for text, html in said if html or text.strip())


def _leaf(part: Message[Any, Any], kind: str, files: _Found) -> tuple[str, str]:
    data = _bytes(part)
    name = _name(part)
    disposition = line(words(str(_raw(part, "content-disposition")))).partition(";")[0].strip().lower()
    is_text = kind.startswith(("text/", "multipart/")) or kind == "message/delivery-status"
    if kind in ("text/calendar", "application/ics") and (told := calendar.summary(decoded(data, _charset(part)))):
        files.lines.append(told)
        name = name or "invite.ics"
    if disposition == "attachment" or not is_text or (name and kind not in ("text/plain", "text/html")) or (
        name and disposition == "inline" and kind == "text/html"
    ):  # fmt: skip
        if data or name:
            _keep(enclosed(name, kind, data, len(files), words(_raw(part, "content-id"))), files)
        return "", ""
    charset = _charset(part)
    if kind == "text/html":
        html = decoded(data, charset)
        return as_text(html), html
    data = _unpacked(data, files)
    text = decoded(data, charset)
    if kind == "text/plain" and _FLOWED.search(content_type := _raw(part, "content-type")):
        text = unflowed(text, has_spare_blanks=bool(_DELSP.search(content_type)))
    if kind in ("text/richtext", "text/enriched"):
        text = re.sub(r"<[^<>]{1,60}>", "", text.replace("<<", "<"))
    return text, ""


def unflowed(text: str, *, has_spare_blanks: bool = False) -> str:
    """Return ``format=flowed`` text with its lines as they were written (RFC 3676). ``has_spare_blanks`` is ``DelSp=yes``."""
    rows: list[str] = []
    depth_before, goes_on = 0, False
    for row in text.replace("\r\n", "\n").split("\n"):
        depth = len(_QUOTES.match(row)[0])  # type: ignore[index]
        said = row[depth:].removeprefix(" ")
        if goes_on and depth == depth_before:
            rows[-1] += said
        else:
            rows.append((">" * depth + " " if depth else "") + said)
        goes_on = said.endswith(" ") and said != "-- "
        if goes_on and has_spare_blanks:
            rows[-1] = rows[-1][:-1]
        depth_before = depth
    return "\n".join(rows)


def _keep(file: Enclosure, files: _Found) -> None:
    """Put a file away; a ``winmail.dat`` gives up what is in it."""
    if file.media_type in ("application/ms-tnef", "application/vnd.ms-tnef") or tnef.is_tnef(file.data):
        wrapped = tnef.read(file.data)
        if wrapped is not None:
            files.extend(wrapped.files)
            files.wrapped = wrapped
            return
    files.append(file)


def _unpacked(data: bytes, files: _Found) -> bytes:
    """Take uuencoded and yEnc files out of a text."""
    if b"=ybegin " in data:
        data = _YENC.sub(lambda match: b"" if _take_yenc(match, files) else match[0], data)
    at = 0
    while (begin := _UU_BEGIN.search(data, at)) and len(files) < MOST_FILES:
        end = _UU_END.search(data, begin.end())
        content = _uudecoded(data[begin.end() : end.start() if end else len(data)])
        if content is None:
            at = begin.end()
            continue
        files.append(enclosed(decoded(begin[1], None), "", content, len(files)))
        data = data[: begin.start()] + (data[end.end() :] if end else b"")
        at = begin.start()
    return data


def _uudecoded(data: bytes) -> bytes | None:
    pieces = []
    for row in data.splitlines():
        if not row.strip() or row == b"`":
            continue
        try:
            pieces.append(binascii.a2b_uu(row))
        except binascii.Error:
            try:  # some encoders leave more than the padding their length asks for
                pieces.append(binascii.a2b_uu(row[: ((row[0] - 32 & 63) * 4 + 5) // 3]))
            except binascii.Error:
                return None
    return b"".join(pieces) if pieces else None


def _take_yenc(match: re.Match[bytes], files: _Found) -> bool:
    head, content = match[1], match[2]
    if content.startswith(b"=ypart"):
        content = content.partition(b"\n")[2]
    found = bytearray()
    is_escaped = False
    for byte in content.replace(b"\r", b"").replace(b"\n", b""):
        if byte == 0x3D and not is_escaped:
            is_escaped = True
            continue
        found.append((byte - (64 if is_escaped else 0) - 42) & 0xFF)
        is_escaped = False
    check = re.search(rb"\bpcrc32=([0-9a-fA-F]{1,8})", match[3]) or re.search(rb"\bcrc32=([0-9a-fA-F]{1,8})", match[3])
    is_part = b" part=" in b" " + head
    if check and not is_part and zlib.crc32(bytes(found)) != int(check[1], 16):
        return False
    name = head.partition(b"name=")[2].strip()
    files.append(enclosed(decoded(name, None), "", bytes(found), len(files)))
    return True


def _enclosed(part: Message[Any, Any], kind: str, number: int) -> Enclosure:
    """A mail within the mail, as a file."""
    payload = part.get_payload()
    inner = payload[0] if isinstance(payload, list) and payload and kind.startswith("message/") else part
    data = b""
    if isinstance(inner, Message):
        for chosen in (policy.compat32, policy.HTTP.clone(refold_source="none")):
            try:
                data = inner.as_bytes(policy=chosen)
                break
            except Exception:  # noqa: S112 - the generator gives up on many a broken header; the next one may not
                continue
    else:
        data = _bytes(part)
    return enclosed(_name(part) or f"mail-{number + 1}.eml", kind, data, number)


def _bytes(part: Message[Any, Any]) -> bytes:
    """Return a part's content without its transfer encoding; what does not decode stays encoded."""
    try:
        data = part.get_payload(decode=True)
    except Exception:
        data = None
    if isinstance(data, bytes):
        return data
    payload = part.get_payload()
    return payload.encode("utf-8", "surrogateescape") if isinstance(payload, str) else b""


def _raw(part: Message[Any, Any], name: str) -> str:
    return next((str(value) for key, value in part.raw_items() if key.lower() == name), "")


def _type(part: Message[Any, Any]) -> str:
    try:
        return part.get_content_type().lower()
    except Exception:
        match = re.match(r"\s*([\w.+-]+/[\w.+-]+)", _raw(part, "content-type"))
        return match[1].lower() if match else "text/plain"


def _charset(part: Message[Any, Any]) -> str | None:
    try:
        return part.get_content_charset()
    except Exception:
        match = re.search(r"(?i)charset\s*=\s*[\"']?([\w.:-]+)", _raw(part, "content-type"))
        return match[1] if match else None


def _name(part: Message[Any, Any]) -> str:
    try:
        name = part.get_filename("")
    except Exception:
        both = _raw(part, "content-disposition") + ";" + _raw(part, "content-type")
        match = re.search(r"(?i)\b(?:file)?name\*?\d*\*?\s*=\s*\"?([^\";\r\n]+)", both)
        name = match[1] if match else ""
    return file_name(words(str(name)))
