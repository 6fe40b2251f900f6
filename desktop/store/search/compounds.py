"""The parts of German compounds: a Rechnungsnummer is also looked for as Rechnung and as Nummer.

A word is cut where its pieces are nouns of ``resources/search/nouns.de.txt``, with or without a linking element. Works on
folded words. Called by ``words``, which remembers the answers.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from desktop.assets import asset
from desktop.store.folding import fold

_SHORTEST_COMPOUND: Final = 7
_SHORTEST_PIECE: Final = 3
# A piece nobody knows is only believed beside a known one, and if it is longer than a prefix of a verb.
_SHORTEST_UNKNOWN: Final = 4
_LONGEST: Final = 48
# Between two nouns, and at the end of an inflected one; umlauts are folded away already.
_LINKS: Final = ("", "s", "n", "en", "es", "e", "er", "ens")
_ENDINGS: Final = ("", "n", "en", "e", "s", "er", "es", "ern", "in", "innen")
# After these the linking s is the rule; elsewhere an s is more likely to begin the next noun.
_LINKED: Final = ("ung", "heit", "keit", "ion", "schaft", "tat", "ing")
# Vertragsende, but not passende.
_LINKED_ONLY: Final = frozenset({"ende"})
# What follows a noun without being one: telefonisch, vertraglich.
_NO_NOUN: Final = ("isch", "lich", "bar", "haft", "los", "sam", "ig", "er", "en", "ung", "in")


@cache
def _nouns() -> frozenset[str]:
    lines = asset("search", "nouns.de.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(fold(word) for line in lines if not line.startswith("#") for word in line.split())


def parts_of(word: str) -> tuple[str, ...]:
    """Return what else ``word`` (folded) is to be found by: the nouns it is made of, its base form, and the compounds that
    are left when the front or the last part is taken away. Empty for most words."""
    if len(word) < 5 or len(word) > _LONGEST or not word.isalpha():
        return ()
    found: dict[str, None] = {}
    base = _known(word, _ENDINGS)
    if base is not None:
        found[base] = None
    elif len(word) >= _SHORTEST_COMPOUND:
        pieces = _split(word, {}) or _half_known(word)
        end = len(word)
        for piece, noun in reversed(pieces):
            end -= len(piece)
            found[noun] = None
            if end:
                found[word[end:]] = None
        if len(pieces) > 2:
            last = len(pieces[-1][0])
            found[word[: len(word) - last - len(pieces[-2][0])] + pieces[-2][1]] = None
    found.pop(word, None)
    return tuple(found)


def _known(piece: str, endings: tuple[str, ...]) -> str | None:
    nouns = _nouns()
    for ending in endings:
        if piece.endswith(ending):
            noun = piece[: len(piece) - len(ending)]
            if len(noun) >= _SHORTEST_PIECE and noun in nouns:
                return noun
    return None


def _split(word: str, seen: dict[str, list[tuple[str, str]] | None]) -> list[tuple[str, str]] | None:
    """Return (piece, noun) for all of ``word``, the longest pieces first, or ``None``."""
    if word in seen:
        return seen[word]
    seen[word] = None
    last = _known(word, _ENDINGS)
    if last is not None:
        seen[word] = [(word, last)]
        return seen[word]
    for at in range(len(word) - _SHORTEST_PIECE, _SHORTEST_PIECE - 1, -1):
        noun = _known(word[:at], _LINKS)
        if noun is not None:
            rest = _split(word[at:], seen)
            if rest is not None and (rest[0][1] not in _LINKED_ONLY or noun != word[:at]):
                seen[word] = [(word[:at], noun), *rest]
                break
    return seen[word]


def _half_known(word: str) -> list[tuple[str, str]]:
    """A compound of which one side is in the list: a Glasfaserrechnung is a Rechnung whatever Glasfaser is."""
    for at in range(_SHORTEST_UNKNOWN, len(word) - _SHORTEST_UNKNOWN):
        noun = _known(word[at:], _ENDINGS)
        if noun is not None and len(noun) > _SHORTEST_UNKNOWN:
            return [(word[:at], word[:at]), (word[at:], noun)]
    for at in range(len(word) - _SHORTEST_UNKNOWN, _SHORTEST_UNKNOWN, -1):
        if word[:at] in _nouns():
            rest = at + (word[at] == "s" and word[:at].endswith(_LINKED))
            if word.startswith(_NO_NOUN, rest) or len(word) - rest < _SHORTEST_UNKNOWN:
                return [(word, word[:at])]
            return [(word[:rest], word[:at]), (word[rest:], word[rest:])]
    return []
