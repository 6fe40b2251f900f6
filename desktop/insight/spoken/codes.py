"""Codes spelled out: ``whiskey 2 0 alpha bravo``, ``Anton wie Anna``, ``double u``, ``W for Whiskey``. A beam over
what each word may stand for; the readings are bare upper-case codes with their costs."""

from __future__ import annotations

from functools import lru_cache

from desktop.insight.spoken import numbers
from desktop.insight.spoken.lexicon import Spelling, spelling, tokens

_BEAM = 6
_LONGEST_CODE = 24
_UNKNOWN_COST = 1.5
_FILLER_COST = 0.2
_LITERAL_COST = 0.6
_SHORT = 4


@lru_cache(4096)
def readings(text: str) -> tuple[tuple[str, float], ...]:
    """Return up to six (code, cost) for one hypothesis, cheapest first; nothing for a text without letters or digits."""
    words = tokens(text)
    table = spelling()
    beam: dict[int, dict[str, float]] = {0: {"": 0.0}}
    for at in range(len(words)):
        here = beam.pop(at, None)
        if not here:
            continue
        for code, cost in sorted(here.items(), key=lambda one: one[1])[:_BEAM]:
            for width, signs, more in _options(words, at, table):
                grown = (code + signs)[:_LONGEST_CODE]
                ahead = beam.setdefault(at + width, {})
                if cost + more < ahead.get(grown, 1e9):
                    ahead[grown] = cost + more
    found = beam.get(len(words), {})
    ordered = sorted(found.items(), key=lambda one: one[1])[:_BEAM]
    return tuple((code.upper(), cost) for code, cost in ordered if code)


def _options(words: list[str], at: int, table: Spelling) -> list[tuple[int, str, float]]:
    """Return (words used, signs, cost) for what may begin at a word."""
    word = words[at]
    after = words[at + 1] if at + 1 < len(words) else ""
    if word.isdigit():
        return [(1, word, 0.0)]
    found: list[tuple[int, str, float]] = []
    if word in table.repeats and after:
        if after in ("u", "you", "uh"):
            found.append((2, "w", 0.1))
        for signs, cost in _signs(after, table):
            if len(signs) == 1:
                found.append((2, signs * table.repeats[word], cost + 0.1))
    behind = 3 if after == "as" and words[at + 2 : at + 3] == ["in"] else 2
    if after in table.like and at + behind < len(words):
        letter = word[0] if len(word) == 1 else next((s for s, _ in table.signs.get(word, ()) if s.isalpha()), "")
        target = words[at + behind]
        if letter and (target[0] == letter or table.first.get(target) == letter) and len(target) > 1:
            found.append((behind + 1, letter, 0.0))
    if word == "x" and after == "ray":
        found.append((2, "x", 0.0))
    found += [(1, signs, cost) for signs, cost in _signs(word, table)]
    if word in table.fillers and len(word) > 1:
        found.append((1, "", _FILLER_COST))
    if not any(cost < 1 for _, _, cost in found):
        number = numbers.plain(word)
        if number is not None:
            found.append((1, str(number), 0.1))
    if len(word) > 1 and (not found or len(word) <= _SHORT):
        is_code = len(word) <= _SHORT and word not in table.fillers
        if is_code:
            found.append((1, word, _LITERAL_COST if found else 0.1))
        if word not in table.fillers:
            found.append((1, "", _UNKNOWN_COST))
        if len(word) > _SHORT:
            found.append((1, word[0], _UNKNOWN_COST))
    return found


def _signs(word: str, table: Spelling) -> list[tuple[str, float]]:
    if len(word) == 1:
        return [(word, 0.0)]
    return list(table.signs.get(word, ()))


def digits(text: str) -> str:
    """Return the digits of a phone number as said, a leading ``plus`` kept."""
    plus = "+" if text.strip().lower().startswith(("+", "plus")) else ""
    text = text.strip().lower().removeprefix("plus")
    found = next((code for code, _ in readings(text) if code.isdigit()), "")
    return plus + found if found else ""


_AT = frozenset({"at", "aet", "klammeraffe"})
_DOT = frozenset({"dot", "punkt", "point"})
_JOINS = {"underscore": "_", "unterstrich": "_", "dash": "-", "hyphen": "-", "minus": "-", "bindestrich": "-"}


def address(text: str) -> str:
    """Return an e-mail address as said (``jana dot weber at example dot org``) in writing, or the text as it is."""
    if "@" in text:
        return text.replace(" ", "")
    words = text.lower().split()[:40]
    if not _AT & set(words):
        return ""
    return "".join("@" if w in _AT else "." if w in _DOT else _JOINS.get(w, w) for w in words)
