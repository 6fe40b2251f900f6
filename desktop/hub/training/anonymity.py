"""What may go from a customer's words into a model: only words that several customers used. Names, numbers and secrets that
are one person's own are taken out of the texts before anything learns from them, so that no weight can stand for them.

The idea is k-anonymity (Sweeney 2002) of words: a word stays where at least ``LEAST`` different customers said it, or where
it is public anyway, as the shipped phrases are. Called by the jobs of this package.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from desktop.insight.normalise import fold

LEAST: Final = 3
"""How many different customers have to have said a word."""

_WORD: Final = re.compile(r"\w+")


def shared_words(said: Iterable[tuple[str, str]], public: Iterable[str] = (), least: int = LEAST) -> frozenset[str]:
    """Return the words (folded) of (customer, text) that ``least`` customers used, and those of ``public`` texts."""
    people: dict[str, set[str]] = defaultdict(set)
    for customer, text in said:
        for word in set(_words(text)):
            if len(people[word]) < least:
                people[word].add(customer)
    shared = {word for word, who in people.items() if len(who) >= least}
    for text in public:
        shared.update(_words(text))
    return frozenset(shared)


def without_others(text: str, shared: frozenset[str]) -> str:
    """Return ``text`` without the words that are not ``shared``, as if they had never been said."""
    kept = _WORD.sub(lambda found: found.group() if _folded(found.group()) in shared else "", text)
    return " ".join(kept.split())


def bounded(customers: Sequence[str], most: int) -> list[int]:
    """Return the places of the newest ``most`` texts of each customer, given oldest first: who writes often is not to
    outweigh the others."""
    counts: dict[str, int] = defaultdict(int)
    kept = []
    for place in range(len(customers) - 1, -1, -1):
        counts[customers[place]] += 1
        if counts[customers[place]] <= most:
            kept.append(place)
    return kept[::-1]


def _words(text: str) -> Iterable[str]:
    return (_folded(word) for word in _WORD.findall(text))


def _folded(word: str) -> str:
    return fold(word).replace(" ", "")
