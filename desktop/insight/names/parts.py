"""The given and the family part of a name written in one field: titles dropped, ``Weber, Jana`` turned, particles
kept with the family name. Values in, values out; called where profiles and claims are made."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from desktop.insight import normalise

_TITLES = frozenset([
    "mr", "mrs", "ms", "miss", "mx", "sir", "dame", "lady", "lord", "dr", "doctor", "prof", "professor", "herr",
    "frau", "fraulein", "dipl", "ing", "med", "phil", "mag", "bsc", "msc", "mba", "phd", "jr", "sr", "esq",
    "rev",
])  # fmt: skip
_PARTICLES = frozenset([
    "von", "van", "de", "del", "della", "di", "da", "der", "den", "dem", "zu", "zum", "zur", "vom", "ten",
    "ter", "la", "le", "el", "al", "bin", "ben", "mac", "mc", "o", "st",
])  # fmt: skip
_LONGEST = 200
_MOST_WORDS = 8


class NameParts(NamedTuple):
    """Folded words; either may be empty."""

    given: str
    family: str


@lru_cache(16_384)
def words(text: str) -> tuple[str, ...]:
    """Return the folded words of a name without titles, at most eight."""
    found = normalise.name_key(text[:_LONGEST].replace("'", "").replace("\u2019", "")).split()
    kept = [word for word in found if word not in _TITLES]
    return tuple((kept or found)[:_MOST_WORDS])


@lru_cache(16_384)
def split(text: str) -> NameParts:
    """Return the parts of a name as people write it; a single word is taken for the family name."""
    before, comma, after = text[:_LONGEST].partition(",")
    if comma and before.strip() and after.strip():
        return NameParts(" ".join(words(after)), " ".join(words(before)))
    found = words(text)
    if len(found) < 2:
        return NameParts("", " ".join(found))
    at = next((n for n in range(1, len(found) - 1) if found[n] in _PARTICLES), len(found) - 1)
    return NameParts(" ".join(found[:at]), " ".join(found[at:]))
