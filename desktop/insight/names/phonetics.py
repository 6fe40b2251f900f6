"""How a name sounds, as a short code: one for German, one for English. Pure text in, text out; called by the comparison
of names and by the keys that block candidates. Names come folded (``normalise.name_key``), so only a to z are read."""

from __future__ import annotations

import re
from functools import lru_cache

_NOT_LETTER = re.compile(r"[^a-z]+")
_DOUBLE = re.compile(r"(.)\1+")
_LONGEST = 40
_CACHED = 65_536

_COLOGNE = {
    **dict.fromkeys("aeijouy", "0"),
    **dict.fromkeys("bp", "1"),
    **dict.fromkeys("dt", "2"),
    **dict.fromkeys("fvw", "3"),
    **dict.fromkeys("gkq", "4"),
    "l": "5",
    **dict.fromkeys("mn", "6"),
    "r": "7",
    **dict.fromkeys("sz", "8"),
}
_HARD_FIRST = frozenset("ahkloqrux")
_HARD = frozenset("ahkoqux")


@lru_cache(_CACHED)
def cologne(name: str) -> str:
    """Return the Kölner Phonetik of ``name`` (Postel 1969): digits without repeats, vowels only at the start."""
    letters = _NOT_LETTER.sub("", name)[:_LONGEST]
    codes: list[str] = []
    for at, letter in enumerate(letters):
        before, after = letters[at - 1] if at else "", letters[at + 1] if at + 1 < len(letters) else ""
        if letter == "h":
            continue
        if letter == "p" and after == "h":
            code = "3"
        elif letter in "dt" and after and after in "csz":
            code = "8"
        elif letter == "c":
            is_hard = after in (_HARD if at else _HARD_FIRST) and before not in ("s", "z") and after != ""
            code = "4" if is_hard else "8"
        elif letter == "x":
            code = "8" if before and before in "ckq" else "48"
        else:
            code = _COLOGNE[letter]
        codes.append(code)
    code = _DOUBLE.sub(r"\1", "".join(codes))
    return code[:1] + code[1:].replace("0", "")


_ENGLISH = tuple(
    (re.compile(pattern), by)
    for pattern, by in (
        (r"^(?:kn|gn|pn)", "n"),
        (r"^wr", "r"),
        (r"^ps", "s"),
        (r"^x", "s"),
        (r"^ma?c(?=[^aeiouyhk])", "mk"),
        (r"^wh", "w"),
        (r"mb$", "m"),
        (r"ch(?=[rl])", "k"),
        (r"augh(?=[^t]|$)|ough(?=[^t]|$)", "of"),
        (r"gh(?=[aeiouy])", "g"),
        (r"(?<!^)gh", ""),
        (r"ph", "f"),
        (r"t?ch|sh|sch|[st]i(?=o|a)", "X"),
        (r"th", "T"),
        (r"dg(?=[eiy])", "j"),
        (r"ck", "k"),
        (r"sc(?=[eiy])", "s"),
        (r"c(?=[eiy])", "s"),
        (r"[cq]", "k"),
        (r"x", "ks"),
        (r"z", "s"),
        (r"v", "f"),
        (r"(?<=^)g(?=[eiy])", "j"),
        (r"g", "k"),
        (r"(?<=.)h", ""),
        (r"w(?![aeiouy])", ""),
    )
)
_VOWELS = re.compile(r"(?<=.)[aeiouy]+")


@lru_cache(_CACHED)
def english(name: str) -> str:
    """Return how English speakers hear ``name``: consonant sounds, the first vowel as ``A``; after Metaphone (Philips
    1990), shortened to the rules that matter to names. ``X`` is *sh* or *ch*, ``T`` is *th*."""
    code = _NOT_LETTER.sub("", name)[:_LONGEST]
    for pattern, by in _ENGLISH:
        code = pattern.sub(by, code)
    code = _VOWELS.sub("", code)
    if code and code[0] in "aeiouy":
        code = "A" + code[1:]
    return _DOUBLE.sub(r"\1", code)


def sounds_alike(one: str, other: str) -> bool:
    """Whether two folded names sound the same to a German or to an English ear."""
    if not one or not other:
        return False
    ours, theirs = cologne(one), cologne(other)
    if ours == theirs and len(ours) > 1:
        return True
    return english(one) == english(other) and len(english(one)) > 1
