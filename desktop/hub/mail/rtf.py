"""The words of rich text as Outlook puts it into a ``winmail.dat``: unpacked (MS-OXRTFCP), and where it is HTML in a wrapping
(MS-OXRTFEX) that HTML. Only words are wanted, no look; what is broken ends early. Called by ``tnef``.
"""

from __future__ import annotations

import re
import struct

from desktop.hub.mail.headers import decoded

LARGEST = 8 * 1024 * 1024
_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbolArial"
    rb"Times New RomanCourier{\colortbl\red0\green0\blue0" + b"\r\n" + rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|[\r\n]+|([^\\{}\r\n]+)"
)
_HIDDEN = frozenset(
    {b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"header", b"footer", b"generator", b"themedata",
     b"datastore", b"latentstyles", b"listtable", b"listoverridetable", b"rsidtbl", b"xmlnstbl", b"fldinst"}
)  # fmt: skip
_SAID = {
    b"par": "\n",
    b"line": "\n",
    b"row": "\n",
    b"sect": "\n",
    b"page": "\n",
    b"tab": "\t",
    b"cell": "\t",
    b"lquote": "‘",
    b"rquote": "’",
    b"ldblquote": "“",
    b"rdblquote": "”",
    b"bullet": "•",
    b"endash": "–",
    b"emdash": "—",
}


def unpacked(data: bytes) -> bytes:
    """Return rich text from its compressed form; b'' where it is none."""
    if len(data) < 16:
        return b""
    _, size, magic, _ = struct.unpack_from("<IIII", data)
    if magic == 0x414C454D:  # "MELA": stored as it is
        return data[16 : 16 + size]
    if magic != 0x75465A4C or size > LARGEST:
        return b""
    window = bytearray(_DICTIONARY.ljust(4096, b"\0"))
    at, place, out = 16, len(_DICTIONARY), bytearray()
    while at < len(data) and len(out) < size:
        flags = data[at]
        at += 1
        for bit in range(8):
            if at >= len(data) or len(out) >= size:
                break
            if not flags >> bit & 1:
                out.append(data[at])
                window[place] = data[at]
                place = (place + 1) % 4096
                at += 1
                continue
            if at + 1 >= len(data):
                return bytes(out)
            reference = data[at] << 8 | data[at + 1]
            at += 2
            start, length = reference >> 4, (reference & 0xF) + 2
            if start == place:
                return bytes(out)
            for step in range(length):
                byte = window[(start + step) % 4096]
                out.append(byte)
                window[place] = byte
                place = (place + 1) % 4096
    return bytes(out[:size])


def words_of(rtf: bytes) -> tuple[str, str]:
    """Return (text, html) of rich text; where HTML is wrapped in it, that and no text, else text and no HTML."""
    if b"\\rtf" not in rtf[:20]:
        return "", ""
    is_wrapped = b"\\fromhtml" in rtf[:4000]
    reader = _Reader(is_wrapped)
    for token in _TOKEN.finditer(rtf[:LARGEST]):
        reader.take(token)
    said = reader.said()
    return ("", said) if is_wrapped else (said.strip(), "")


class _Reader:
    """Follows groups and says what is shown. Bytes of one code page are decoded together: a character may be two."""

    def __init__(self, is_wrapped: bool) -> None:
        self._is_wrapped = is_wrapped
        self._pieces: list[str] = []
        self._bytes = bytearray()
        self._charset = "cp1252"
        self._skip = 0
        self._replaces = 1
        self._is_muted = False
        # For each open group: whether it is hidden, whether it is a tag of wrapped HTML.
        self._groups: list[tuple[bool, bool]] = []
        self._is_hidden = self._is_tag = self._is_start = self._is_marked = False

    def said(self) -> str:
        self._settle()
        return "".join(self._pieces)

    def take(self, token: re.Match[bytes]) -> None:
        word, number, code, symbol, brace, text = token.groups()
        if brace == b"{":
            self._groups.append((self._is_hidden, self._is_tag))
            self._is_start = True
            return
        if brace:
            self._is_hidden, self._is_tag = self._groups.pop() if self._groups else (False, False)
        elif word:
            self._word(word, int(number) if number else None)
        elif symbol == b"*":
            self._is_marked = self._is_start
            return
        elif symbol:
            self._say({b"~": "\u00a0", b"_": "-", b"-": ""}.get(symbol, decoded(symbol, "latin-1")))
        elif code:
            self._raw(bytes([int(code, 16)]))
        elif text:
            self._raw(text)
        self._is_start = self._is_marked = False

    def _word(self, word: bytes, number: int | None) -> None:
        if word == b"ansicpg" and number:
            self._charset = f"cp{number}"
        elif word == b"htmltag":
            self._is_tag = True
        elif word == b"htmlrtf":
            self._is_muted = number != 0
        elif word in _HIDDEN or (self._is_marked and word != b"htmltag"):
            self._is_hidden = True
        elif word == b"uc":
            self._replaces = max(0, min(number or 0, 4))
        elif word == b"u" and number is not None:
            self._say(chr(number % 65536))
            self._skip = self._replaces
        elif word in _SAID:
            self._say(_SAID[word])

    def _raw(self, data: bytes) -> None:
        if self._skip:
            self._skip, data = max(0, self._skip - len(data)), data[self._skip :]
        if not self._is_silent():
            self._bytes += data

    def _say(self, text: str) -> None:
        if not self._is_silent():
            self._settle()
            self._pieces.append(text)

    def _is_silent(self) -> bool:
        return self._is_hidden or (self._is_muted and not self._is_tag)

    def _settle(self) -> None:
        if self._bytes:
            self._pieces.append(decoded(bytes(self._bytes), self._charset))
            self._bytes.clear()
