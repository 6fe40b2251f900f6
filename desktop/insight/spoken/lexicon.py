"""The words for letters, digits, numbers and months, as ``resources/identify`` has them. Read once, on first use."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from desktop.assets import asset, read_yaml
from desktop.insight import normalise

_PIECE = re.compile(r"\d+|[^\W\d_]+")
_MOST_TOKENS = 48


class Spelling(NamedTuple):
    """``signs`` are the letters and digits a folded word may stand for, with the cost of each; ``first`` those it stands
    for in a spelling alphabet."""

    signs: dict[str, tuple[tuple[str, float], ...]]
    first: dict[str, str]
    repeats: dict[str, int]
    like: frozenset[str]
    fillers: frozenset[str]


class Calendar(NamedTuple):
    numbers: dict[str, int]
    ordinals: dict[str, int]
    misheard: dict[str, int]
    months: dict[str, int]
    hundred: frozenset[str]
    thousand: frozenset[str]


_LETTER_COST = 0.3
_WORD_COST = 0.1
_DIGIT_COST = 0.1
_HOMOPHONE_COST = 0.5
_PLAIN_DIGITS = frozenset([
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "null", "eins", "zwei",
    "zwo", "drei", "vier", "fuenf", "sechs", "sieben", "acht", "neun",
])  # fmt: skip


@lru_cache(1)
def spelling() -> Spelling:
    read = read_yaml(asset("identify", "spelling.yaml"))
    signs: dict[str, dict[str, float]] = {}
    first: dict[str, str] = {}
    for letter, words in read["words"].items():
        for word in words:
            signs.setdefault(word, {})[letter] = _WORD_COST
            first[word] = letter
    for letter, words in read["names"].items():
        for word in words:
            signs.setdefault(word, {}).setdefault(letter, _LETTER_COST)
    for digit, words in read["digits"].items():
        for word in words:
            signs.setdefault(word, {})[digit] = _DIGIT_COST if word in _PLAIN_DIGITS else _HOMOPHONE_COST
    return Spelling(
        signs={word: tuple(sorted(found.items(), key=lambda one: one[1])) for word, found in signs.items()},
        first=first,
        repeats={**dict.fromkeys(read["double"], 2), **dict.fromkeys(read["triple"], 3)},
        like=frozenset(read["like"]),
        fillers=frozenset(read["fillers"]),
    )


@lru_cache(1)
def calendar() -> Calendar:
    read = read_yaml(asset("identify", "numbers.yaml"))

    def turned(part: str) -> dict[str, int]:
        return {str(word): int(number) for number, words in read[part].items() for word in words}

    return Calendar(
        numbers=turned("numbers"),
        ordinals=turned("ordinals"),
        misheard=turned("misheard"),
        months=turned("months"),
        hundred=frozenset(read["hundred"]),
        thousand=frozenset(read["thousand"]),
    )


def tokens(text: str) -> list[str]:
    """Return the folded words and digit groups of ``text``, at most 48; ``s8f`` gives ``s``, ``8``, ``f``."""
    return _PIECE.findall(normalise.fold(text[:400].replace("'", "")))[:_MOST_TOKENS]
