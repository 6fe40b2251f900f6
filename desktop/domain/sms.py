"""How many parts a text message takes: the 7-bit alphabet of GSM where all signs are in it, else UCS-2 (3GPP TS 23.038,
section 6.2; TS 23.040, section 9.2.3.24.1 for joined messages). Pure; called by the desk, by the SMS adapter and, at each
key, by the window."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

MOST_PARTS: Final = 10

_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED: Final = frozenset("\f^{}\\[~]|€")
"""Each takes two septets: the escape and itself."""

_ONE: Final = {"gsm7": 160, "ucs2": 70}
_JOINED: Final = {"gsm7": 153, "ucs2": 67}
"""Per part of several: six octets go to the header that joins them."""


class SmsSize(Struct, frozen=True, kw_only=True):
    """``units`` are septets (``gsm7``) or 16-bit units (``ucs2``), ``left`` how many more fit into the last part.
    ``spoilers`` are the first few signs for which the text cannot go in the cheaper alphabet."""

    encoding: Literal["gsm7", "ucs2"]
    units: int
    parts: int
    left: int
    spoilers: str = ""


def size_of(text: str) -> SmsSize:
    """Return what ``text`` takes. A sign of two units is never cut in two, so that a part may be left not quite full."""
    text = text.replace("\r\n", "\n")
    strange = [sign for sign in dict.fromkeys(text) if sign not in _BASIC and sign not in _EXTENDED]
    encoding: Literal["gsm7", "ucs2"] = "ucs2" if strange else "gsm7"
    double = _doubles(text, encoding)
    units = len(text) + len(double)
    if units <= _ONE[encoding]:
        return SmsSize(
            encoding=encoding, units=units, parts=1, left=_ONE[encoding] - units, spoilers="".join(strange[:5])
        )
    room = _JOINED[encoding]
    parts, used, before = 1, 0, 0
    for position in double:  # only these can leave a gap; what stands between fills parts evenly
        parts, used = _filled(parts, used, position - before, room)
        if used + 2 > room:
            parts, used = parts + 1, 0
        used += 2
        before = position + 1
    parts, used = _filled(parts, used, len(text) - before, room)
    return SmsSize(encoding=encoding, units=units, parts=parts, left=room - used, spoilers="".join(strange[:5]))


def _doubles(text: str, encoding: str) -> list[int]:
    """Return where the signs of two units stand."""
    if encoding == "gsm7":
        return [at for at, sign in enumerate(text) if sign in _EXTENDED]
    return [at for at, sign in enumerate(text) if ord(sign) > 0xFFFF]


def _filled(parts: int, used: int, count: int, room: int) -> tuple[int, int]:
    """Return where one stands after ``count`` more signs of one unit."""
    free = room - used
    if count <= free:
        return parts, used + count
    more, rest = divmod(count - free, room)
    return (parts + more, room) if not rest else (parts + more + 1, rest)
