"""What the script of a text says of its language: the Unicode blocks of its letters, and the letters only one language of
a script has. Latin script says nothing here. Called by ``language`` alone.
"""

from __future__ import annotations

import bisect
from collections import Counter

_BLOCKS = (
    (0x0370, 0x03FF, "el"), (0x0400, 0x052F, "cyrillic"), (0x0530, 0x058F, "hy"), (0x0590, 0x05FF, "he"),
    (0x0600, 0x06FF, "arabic"), (0x0750, 0x077F, "arabic"), (0x08A0, 0x08FF, "arabic"), (0x0900, 0x097F, "devanagari"),
    (0x0980, 0x09FF, "bn"), (0x0A00, 0x0A7F, "pa"), (0x0A80, 0x0AFF, "gu"), (0x0B80, 0x0BFF, "ta"),
    (0x0C00, 0x0C7F, "te"), (0x0C80, 0x0CFF, "kn"), (0x0D00, 0x0D7F, "ml"), (0x0D80, 0x0DFF, "si"),
    (0x0E00, 0x0E7F, "th"), (0x0E80, 0x0EFF, "lo"), (0x0F00, 0x0FFF, "bo"), (0x1000, 0x109F, "my"),
    (0x10A0, 0x10FF, "ka"), (0x1100, 0x11FF, "ko"), (0x1200, 0x139F, "am"), (0x1780, 0x17FF, "km"),
    (0x1F00, 0x1FFF, "el"), (0x3040, 0x30FF, "kana"), (0x3130, 0x318F, "ko"), (0x31F0, 0x31FF, "kana"),
    (0x3400, 0x4DBF, "han"), (0x4E00, 0x9FFF, "han"), (0xAC00, 0xD7AF, "ko"), (0xF900, 0xFAFF, "han"),
    (0xFB50, 0xFDFF, "arabic"), (0xFE70, 0xFEFF, "arabic"), (0xFF66, 0xFF9F, "kana"), (0x20000, 0x2FA1F, "han"),
)  # fmt: skip
_STARTS = [start for start, _, _ in _BLOCKS]

_USUAL = {
    "cyrillic": {"ru": 0.72, "uk": 0.1, "bg": 0.1, "sr": 0.05, "und": 0.03},
    "arabic": {"ar": 0.85, "fa": 0.1, "ur": 0.03, "und": 0.02},
    "han": {"zh": 0.88, "ja": 0.1, "und": 0.02},
    "devanagari": {"hi": 0.85, "mr": 0.08, "ne": 0.05, "und": 0.02},
}
"""A script of many languages: how often it is which, where no letter tells more."""

_TELLING = {
    "cyrillic": {"uk": "іїєґ", "sr": "ђјљњћџ", "kk": "әғқңөұүһ", "ru": "ыэё", "mk": "ѓќѕ", "be": "ў"},
    "arabic": {"fa": "پچژگکی", "ur": "ٹڈڑںےہ", "ar": "ةىكي"},
}
_OWN = 0.96
"""How sure a script of one language, or a telling letter, makes."""


def _script_of(letter: str) -> str:
    code = ord(letter)
    if code < 0x0370:
        return "latin"
    place = bisect.bisect_right(_STARTS, code) - 1
    start, end, name = _BLOCKS[place]
    return name if start <= code <= end else "latin"


def by_script(text: str) -> dict[str, float]:
    """Return language → share of the letters of ``text``, adding up to 1; ``""`` is Latin script, or none at all."""
    counts = Counter(_script_of(letter) for letter in text if letter.isalpha())
    total = sum(counts.values())
    if not total or set(counts) == {"latin"}:
        return {"": 1.0}
    if "kana" in counts:  # Japanese is written in both
        counts["ja"] = counts.pop("kana") + counts.pop("han", 0)
    shares: dict[str, float] = {}
    for name, count in counts.items():
        for code, chance in _chances(name, text).items():
            shares[code] = shares.get(code, 0.0) + chance * count / total
    return shares


def _chances(name: str, text: str) -> dict[str, float]:
    if name == "latin":
        return {"": 1.0}
    if name not in _USUAL:
        return {name: _OWN, "und": 1 - _OWN}
    found = {code: sum(text.count(sign) for sign in signs) for code, signs in _TELLING.get(name, {}).items()}
    best = max(found, key=found.__getitem__, default="")
    if not best or not found[best]:
        return dict(_USUAL[name])
    return {code: chance * (1 - _OWN) for code, chance in _USUAL[name].items() if code != best} | {best: _OWN}
