"""The headers of a mail, decoded whatever their state: raw eight-bit text, unknown charsets, broken encoded words
(RFC 2047), addresses without angle brackets, dates that are none. Nothing in here fails; what cannot be read is empty.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import quopri
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from inspect import signature
from typing import Any

from msgspec import Struct

from desktop.hub.mail.markup import line, plain
from desktop.insight import normalise

NAMES = frozenset(
    {"from", "sender", "reply-to", "to", "cc", "subject", "date", "message-id", "received", "return-path"}
)
"""A block of text with none of these is not the head of a mail."""

_WORD = re.compile(r"=\?([^?\s]{1,80})\?([bBqQ])\?([^?]*)\?=")
_GAP = re.compile(r"(=\?[^?\s]+\?[bBqQ]\?[^?]*\?=)\s+(?==\?[^?\s]+\?[bBqQ]\?)")
_ID = re.compile(r"<([^<>\s]{3,900})>")
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[^\s@<>,;:\"()\[\]\\]{1,255}")
_COMMENT = re.compile(r"\((?:[^()\\]|\\.){0,200}\)")
_SPACED_DOT = re.compile(r"[ \t]*\.[ \t]+(?=[\w.-]+[>\s])")
# Python knows these as codecs, but no mail is written in them and some take very long on hostile text.
_NOT_CHARSETS = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
_ALIASES = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "x-sjis": "cp932",
    "shift_jis": "cp932",
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "ansi_x3.4-1968": "cp1252",
    "unicode-1-1-utf-7": "utf-7",
    "iso-8859-8-i": "iso-8859-8",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
}
# Older Pythons have no other way of reading than the lenient one.
_LENIENT: dict[str, Any] = {"strict": False} if "strict" in signature(getaddresses).parameters else {}
_EARLIEST = datetime(1971, 1, 1, tzinfo=UTC)


class Mailbox(Struct, frozen=True):
    """One address of a header: ``address`` in lower case, empty where there is none that could be written to."""

    address: str
    name: str = ""


def decoded(data: bytes, charset: str | None) -> str:
    """Return bytes as text: UTF-8 if they are, else the named charset, else Windows-1252; no byte is ever an error."""
    named = (charset or "").strip().strip("\"'").lower()
    if not named or named in ("us-ascii", "ascii", "unknown-8bit", "x-unknown", "utf-8", "utf8", "default"):
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            if named in ("utf-8", "utf8"):
                return data.decode("utf-8", "replace")
            return data.decode("cp1252", "replace")
    named = _ALIASES.get(named, named)
    named = re.sub(r"^cp-(?=\d)|^windows-?(?=\d)", "cp", named)
    try:
        if codecs.lookup(named).name.replace("-", "_") in _NOT_CHARSETS:
            raise LookupError(named)
        return data.decode(named, "replace")
    except (LookupError, ValueError):  # ValueError: a name with NUL, or a codec that is not for text
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            return data.decode("cp1252", "replace")


def raw_values(message: Message[Any, Any], name: str) -> list[str]:
    """Return all values of a header as they stand, raw bytes read as UTF-8 or Windows-1252."""
    found = []
    for key, value in message.raw_items():
        if key.lower() == name:
            text = str(value)
            try:
                text = decoded(text.encode("ascii", "surrogateescape"), None)
            except UnicodeEncodeError:
                pass
            found.append(text)
    return found


def words(text: str) -> str:
    """Return a header value with its encoded words decoded; neighbouring ones of one charset are joined first, for
    some mailers cut a character in two."""
    text = _GAP.sub(r"\1", re.sub(r"\r?\n(?=[ \t])", "", text))
    pieces: list[str] = []
    waiting: list[bytes] = []
    charset = ""
    at = 0

    def settle() -> None:
        if waiting:
            pieces.append(decoded(b"".join(waiting), charset))
            waiting.clear()

    for match in _WORD.finditer(text):
        if match.start() > at:
            settle()
            pieces.append(text[at : match.start()])
        named = match[1].partition("*")[0].lower()
        if named != charset:
            settle()
            charset = named
        waiting.append(_word(match[2], match[3]))
        at = match.end()
    settle()
    pieces.append(text[at:])
    return "".join(pieces)


def _word(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    if encoding in "qQ":
        return quopri.decodestring(data, header=True)
    data = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    if len(data) % 4 == 1:
        data = data[:-1]
    try:
        return base64.b64decode(data + b"=" * (-len(data) % 4))
    except binascii.Error:
        return text.encode("utf-8", "replace")


def text_of(message: Message[Any, Any], name: str) -> str:
    """Return the first value of a header as one line, or ''."""
    values = raw_values(message, name)
    return line(words(values[0])) if values else ""


def mailboxes(values: Iterable[str]) -> tuple[Mailbox, ...]:
    """Return the addresses of address headers. Names are decoded after the list was taken apart, so that a comma
    within an encoded name does not split it."""
    found: list[Mailbox] = []
    for value in values:
        value = re.sub(r"[\r\n]+\s*", " ", value)[:20_000]
        usable = _listed(value)
        if not any(mailbox.address for mailbox in usable):
            usable = _listed(_SPACED_DOT.sub(".", _COMMENT.sub("", value))) or usable
        if not any(mailbox.address for mailbox in usable):
            bare = _ADDRESS.search(_WORD.sub("", value)) or _ADDRESS.search(words(value))
            if bare and (normalised := normalise.email(bare[0])):
                name = words(value[: max(value.find("<"), 0)]).strip(" \"'")
                usable = [Mailbox(normalised, line(name, 200))]
            elif not usable and value.strip():
                usable = [Mailbox("", line(words(value), 200))]
        found.extend(usable)
    return tuple(found)


def _listed(value: str) -> list[Mailbox]:
    try:
        pairs = getaddresses([value], **_LENIENT)
    except Exception:  # the parser indexes past the end of some broken values
        return []
    found = []
    for name, address in pairs:
        normalised = normalise.email(address) if "@" in address else None
        shown = line(words(name), 200)
        if normalised or shown:
            found.append(Mailbox(normalised or "", "" if shown.lower() == normalised else shown))
    return found


def ids(values: Iterable[str]) -> tuple[str, ...]:
    """Return the message ids in References, In-Reply-To or Message-ID, without angle brackets, in order, each once."""
    found: dict[str, None] = {}
    for value in values:
        value = value[:60_000]
        matches = _ID.findall(re.sub(r"\r?\n[ \t]*", " ", value))
        if not matches and "@" in value and len(value) < 900 and " " not in value.strip():
            matches = [value.strip().strip("<>")]
        found |= dict.fromkeys(plain(match) for match in matches)
    return tuple(id_ for id_ in found if id_)


def sent_at(message: Message[Any, Any], fallback: datetime | None) -> datetime | None:
    """Return when a mail was sent: its Date, else the newest Received stamp, else ``fallback``. Dates before 1971 or
    further ahead than a time zone are taken for none."""
    stamps = [*raw_values(message, "date"), *(v.rpartition(";")[2] for v in raw_values(message, "received"))]
    return next((at for stamp in stamps if (at := date(stamp)) is not None), fallback)


def date(stamp: str) -> datetime | None:
    """Return an RFC 5322 date in UTC; one without a zone is taken for UTC. ``None`` where it is none."""
    try:
        at = parsedate_to_datetime(stamp.strip()[:200])
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except Exception:  # IndexError, OverflowError and TypeError are all seen on broken dates
        return None
    return at if _EARLIEST <= at <= datetime.now(UTC) + timedelta(days=2) else None


def is_mail(names: Sequence[str]) -> bool:
    """Whether header names are such as a mail has."""
    return any(name.lower() in NAMES for name in names)
