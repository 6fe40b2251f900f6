"""The best match first: a bounded set of what was found, the newest, ordered by how well it answers.

People before contacts before what was said; whole words before beginnings; all words close together, in order, and early
before scattered ones; else the newer one first. Statistics over all texts (BM25) would cost a pass over every entry of each
word and say little where all words must occur anyway.
"""

from __future__ import annotations

from typing import Final

from desktop.store.search import documents as d
from desktop.store.search.hits import Place, Records, texts_of
from desktop.store.search.matching import Matcher, composed
from desktop.store.search.query import Term

RANKED: Final = 200
RANKED_PHRASES: Final = 100
# So many, people first and then the newest, are ordered by what they say.
_READ: Final = 60
_READ_OF_EACH: Final = 2_000
_KIND: Final = {d.CUSTOMER: 6.0, d.INTERACTION: 2.0, d.FILE: 1.0, d.MESSAGE: 0.0}
_NEAR: Final = 60
_EARLY: Final = 200


def ranked(records: Records, terms: tuple[Term, ...], matcher: Matcher, found: list[Place]) -> list[Place]:
    """Return ``found`` (newest first) with the best match first."""
    if not found or not terms:
        return found
    order = sorted(found, key=lambda place: -_KIND[place.kind])
    read, rest = order[:_READ], order[_READ:]
    texts = texts_of(records, read)
    scores = {place.row: _KIND[place.kind] + _score(texts.get(place.row, ()), len(terms), matcher) for place in read}
    return [*sorted(read, key=lambda place: (-scores[place.row], -place.row)), *rest]


def _score(texts: tuple[str, ...], count: int, matcher: Matcher) -> float:
    best = 0.0
    for number, text in enumerate(texts):
        first: dict[int, int] = {}
        whole: set[int] = set()
        for mark in matcher.marks(composed(text[:_READ_OF_EACH])):
            first.setdefault(mark.number, mark.begin)
            if mark.is_whole:
                whole.add(mark.number)
                if len(whole) == count:
                    break
        if not first:
            continue
        begins = list(first.values())
        score = (len(first) + 2.0 * len(whole)) / count
        if len(first) == count > 1:
            score += 1.5 * max(0.0, 1 - (max(begins) - min(begins)) / (_NEAR * count))
            score += 0.5 * (list(first) == sorted(first))
        score += max(0.0, 1 - begins[0] / _EARLY)
        # The first text of a record is what it is called by.
        best = max(best, score + 0.5 * (number == 0))
    return best
