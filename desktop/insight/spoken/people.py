"""Names as they are said: ``my name is Katie Marshall``, and spelled, ``k a t i e``, ``Mike Oscar Hotel``. Readings
are folded (given, family) with their costs."""

from __future__ import annotations

import itertools
from functools import lru_cache

from desktop.insight import normalise
from desktop.insight.names import parts
from desktop.insight.spoken import codes
from desktop.insight.spoken.lexicon import spelling, tokens

_LEADS = ("my name is", "the name is", "name is", "this is", "it is", "its", "im", "i am", "mein name ist", "ich heisse",
          "ich bin", "hier ist", "hier spricht", "name ist")  # fmt: skip
_LEADS_FOLDED = tuple(sorted((normalise.name_key(lead) for lead in _LEADS), key=len, reverse=True))
_ONE_PART_COST = 0.5
_TURNED_COST = 2.5
_INNER_COST = 1.5
_SPELLED_COST = 0.3


@lru_cache(4096)
def readings(text: str) -> tuple[tuple[str, str, float], ...]:
    """Return (given, family, cost) for one hypothesis; a part that was not heard is empty."""
    if is_spelled(text):
        found: list[tuple[str, str, float]] = []
        for letters in _spelled(text):
            found += [(letters, "", _SPELLED_COST), ("", letters, _SPELLED_COST + 1.0)]
            found += [
                (letters[:cut], letters[cut:], _SPELLED_COST)
                for cut in range(3, min(len(letters) - 2, 12))
                if len(letters) >= 7
            ]
        return tuple(found)
    words = list(parts.words(_without_lead(text)))
    if not words:
        return ()
    if len(words) == 1:
        return ((words[0], "", _ONE_PART_COST), ("", words[0], _ONE_PART_COST))
    found = [(" ".join(words[:cut]), " ".join(words[cut:]), 0.0) for cut in range(1, len(words))]
    found.append((words[-1], " ".join(words[:-1]), _TURNED_COST))
    if len(words) > 2:
        found.append((words[0], words[-1], 0.2))
        found += [(one, other, _INNER_COST) for one, other in itertools.pairwise(words)]
        found.append(("".join(words[:-1]), words[-1], 0.5))
        found.append((words[0], "".join(words[1:]), 0.5))
    return tuple(dict.fromkeys(found))[:14]


def _without_lead(text: str) -> str:
    folded = normalise.name_key(text[:200].replace("'", ""))
    for lead in _LEADS_FOLDED:
        if folded.startswith(lead + " "):
            return folded[len(lead) + 1 :]
    return folded


def is_spelled(text: str) -> bool:
    """Whether letters were said one by one or by a spelling alphabet."""
    words = tokens(text)
    alphabet = spelling().first
    short = sum(len(word) <= 2 for word in words)
    named = sum(word in alphabet for word in words)
    single = sum(len(word) == 1 for word in words)
    return len(words) >= 3 and ((short >= 0.6 * len(words) and single >= 2) or named >= 0.8 * len(words))


def _spelled(text: str) -> list[str]:
    found = [normalise.name_key(code) for code, _ in codes.readings(text)[:3]]
    return list(dict.fromkeys(letters for letters in found if letters.isalpha() and len(letters) > 1))


def joined(text: str) -> str:
    """Return one part of a name as said or spelled."""
    if is_spelled(text):
        return next(iter(_spelled(text)), "")
    return _without_lead(text)
