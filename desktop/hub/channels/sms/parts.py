"""Long text messages come in pieces, in any order and more than once (3GPP TS 23.040, section 9.2.3.24). What has come is
kept as one small fact of the account, so that no crash loses a piece."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Mapping
from typing import Final

import msgspec
from msgspec import Struct, field

_MOST_PARTS: Final = 255
_MOST_GROUPS: Final = 500
_DONE_S: Final = 3600.0


class Part(Struct, frozen=True, kw_only=True):
    """A piece: number ``part`` (from 1) of ``parts`` of the message ``ref`` of a sender."""

    ref: str
    part: int
    parts: int


class Group(Struct, kw_only=True, omit_defaults=True):
    """The pieces of a message that came so far. ``at`` is when the first did, in seconds since 1970; ``is_done`` that all
    were handed on and only repetitions may come; ``texts`` are digests then."""

    parts: int
    at: float
    sender: str = ""
    to: str = ""
    id: str = ""
    sent_at: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    is_done: bool = False

    @property
    def is_whole(self) -> bool:
        return len(self.texts) >= self.parts

    @property
    def text(self) -> str:
        """The text; a piece that never came is three dots in brackets."""
        return "".join(self.texts.get(str(number), " […] ") for number in range(1, self.parts + 1))

    def fits(self, piece: Part, text: str) -> bool:
        """Whether a piece is of this message. References are few and are used again."""
        known = self.texts.get(str(piece.part))
        if self.is_done:
            return known == digest(text)
        return known is None or known == text

    def finish(self) -> None:
        """Forget the words: only repetitions are to be known."""
        self.is_done = True
        self.texts = {number: digest(text) for number, text in self.texts.items()}


def digest(text: str) -> str:
    """Return what tells a text from others."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


_groups = msgspec.json.Decoder(dict[str, Group])


def part_of(fields: Mapping[str, str]) -> Part | None:
    """Return which piece a message is, ``None`` where it is whole; by ``udh``, or by ``ref``, ``part`` and ``parts``."""
    if udh := fields.get("udh", ""):
        return _from_header(udh)
    numbers = [fields.get(name, "") for name in ("part", "parts")]
    if not all(one.isascii() and one.isdecimal() and len(one) <= 3 for one in numbers):
        return None
    return _valid(fields.get("ref", "")[:40], int(numbers[0]), int(numbers[1]))


def _from_header(text: str) -> Part | None:
    with contextlib.suppress(ValueError):
        header = bytes.fromhex(text.replace("%", "").replace(" ", "")[:512])
        at = 1
        while at + 1 < len(header):
            kind, length = header[at], header[at + 1]
            value = header[at + 2 : at + 2 + length]
            if kind == 0x00 and len(value) == 3:
                return _valid(f"{value[0]:02x}", value[2], value[1])
            if kind == 0x08 and len(value) == 4:
                return _valid(f"{value[0]:02x}{value[1]:02x}", value[3], value[2])
            at += 2 + length
    return None


def _valid(ref: str, part: int, parts: int) -> Part | None:
    if parts < 2 or not 1 <= part <= parts <= _MOST_PARTS:
        return None
    return Part(ref=ref, part=part, parts=parts)


def read(kept: str) -> dict[str, Group]:
    """Return the groups of a note."""
    with contextlib.suppress(msgspec.DecodeError):
        return _groups.decode(kept) if kept else {}
    return {}


def written(groups: dict[str, Group], now_s: float) -> str:
    """Return a note of groups, without those long done."""
    fresh = {key: one for key, one in groups.items() if not one.is_done or now_s - one.at < _DONE_S}
    return msgspec.json.encode(dict(list(fresh.items())[-_MOST_GROUPS:])).decode()
