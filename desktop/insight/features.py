"""The features of a text that the intent model weighs: words and word pairs, letter n-grams inside words, concepts and pairs
of concepts.

Training and prediction both come through here, so that they can never differ. A feature is known by its CRC-32, which is the
same on every machine (Python's own ``hash`` is not) and gives no text back. Each remembers the words it came from, for the
evidence.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from desktop.insight.concepts import Concepts
from desktop.insight.normalise import fold

if TYPE_CHECKING:
    from numpy import float32, int64, uint32
    from numpy.typing import NDArray

_READ = 8000
_MOST_WORDS = 320
_LONGEST_WORD = 40
_CACHED_WORDS = 20_000
_LENGTHS = (2, 3, 4, 5)
_MASKS = (
    (re.compile(r"(?:https?://|www\.)\S+"), " xurl "),
    (re.compile(r"[^\s@]{1,64}@[^\s@]{1,255}"), " xmail "),
    (
        re.compile(
            r"(?i)(?:€|\$|£|eur\b|usd\b)\s?\d[\d.,]{0,15}|\d[\d.,]{0,15}\s?(?:€|\$|£|euros?\b|eur\b|usd\b|cents?\b)"
        ),
        " xmoney ",
    ),
    (re.compile(r"\b[\w\-/]{0,24}\d{4}[\w\-/]{0,24}"), " xnumber "),
    (re.compile(r"\d+"), " 0 "),
)
_WORD = re.compile(r"\w+")


WORD_SHARE, CHAR_SHARE, CONCEPT_SHARE = 0.35, 0.35, 0.3
"""How much of the squared length of a text each part takes; chosen by cross-validation on the starter set."""


class Part(NamedTuple):
    """One kind of feature: the keys, and 1 + log of how often each is there."""

    key: NDArray[uint32]
    value: NDArray[float32]


class Features(NamedTuple):
    """The three parts; ``words`` as written; ``owners`` lists for each word the keys it takes part in."""

    word: Part
    char: Part
    concept: Part
    words: list[str]
    owners: list[list[int]]


class Vocabulary(NamedTuple):
    """The features a model knows: ``key`` ascending, ``idf`` of each, and that of all it never met (``unseen``)."""

    key: NDArray[uint32]
    idf: NDArray[float32]
    unseen: float


def masked(text: str) -> str:
    """Return ``text`` with addresses, amounts and numbers replaced by what kind they are: which one never matters."""
    for pattern, kind in _MASKS:
        text = pattern.sub(kind, text)
    return text


def features(text: str, concepts: Concepts) -> Features:
    """Return the features of ``text``. At most the first 320 words count."""
    words = [word[:_LONGEST_WORD] for word in _WORD.findall(masked(text[:_READ]))[:_MOST_WORDS]]
    word_counts: dict[int, int] = {}
    char_counts: dict[int, int] = {}
    owners: list[list[int]] = []
    meant: dict[str, list[int]] = {}
    previous = "^"
    for position, word in enumerate(words):
        token, single, grams = _taken_apart(word)
        pair = crc32(f"p:{previous} {token}".encode())
        word_counts[single] = word_counts.get(single, 0) + 1
        word_counts[pair] = word_counts.get(pair, 0) + 1
        if position:
            owners[-1].append(pair)
        for gram in grams:
            char_counts[gram] = char_counts.get(gram, 0) + 1
        for concept in concepts.of(token):
            meant.setdefault(concept, []).append(position)
        owners.append([single, pair, *grams])
        previous = token
    return Features(
        word=_part(word_counts),
        char=_part(char_counts),
        concept=_part(_concept_counts(meant, owners)),
        words=words,
        owners=owners,
    )


@functools.lru_cache(_CACHED_WORDS)
def _taken_apart(word: str) -> tuple[str, int, tuple[int, ...]]:
    """Return a word folded, its own key and those of the letter n-grams inside it."""
    token = fold(word).replace(" ", "") or "_"
    padded = f"_{token}_".encode()
    size = len(padded)
    grams = (crc32(padded[n : n + length], length) for length in _LENGTHS for n in range(size - length + 1))
    return token, crc32(f"w:{token}".encode()), tuple(grams)


def _concept_counts(meant: dict[str, list[int]], owners: list[list[int]]) -> dict[int, int]:
    """Count each concept and pair of concepts once, however often it is said; add them to the words' ``owners``."""
    counts: dict[int, int] = {}
    names = sorted(meant)
    for place, one in enumerate(names):
        single = crc32(f"k:{one}".encode())
        counts[single] = 1
        for position in meant[one]:
            owners[position].append(single)
        for other in names[place + 1 :]:
            pair = crc32(f"kp:{one} {other}".encode())
            counts[pair] = 1
            for position in {*meant[one], *meant[other]}:
                owners[position].append(pair)
    return counts


def _part(counts: dict[int, int]) -> Part:
    import numpy as np

    key = np.fromiter(counts, dtype=np.uint32, count=len(counts))
    return Part(key, 1 + np.log(np.fromiter(counts.values(), dtype=np.float32, count=len(counts))))


def weighted(found: Features, vocabulary: Vocabulary) -> tuple[NDArray[int64], NDArray[float32]]:
    """Return places in ``vocabulary`` and tf-idf values, each part scaled to its share of the squared length 1.

    Features the vocabulary lacks are left out but count towards the length: a text of strange words is a short vector,
    of which a model is not sure."""
    import numpy as np

    places, values = [], []
    last = len(vocabulary.key) - 1
    parts = (found.word, WORD_SHARE), (found.char, CHAR_SHARE), (found.concept, CONCEPT_SHARE)
    for part, share in parts:
        place = np.minimum(np.searchsorted(vocabulary.key, part.key), last)
        is_known = vocabulary.key[place] == part.key
        scaled = part.value * np.where(is_known, vocabulary.idf[place], np.float32(vocabulary.unseen))
        norm = float(np.sqrt((scaled * scaled).sum()))
        places.append(place[is_known])
        values.append(scaled[is_known] * np.float32(share**0.5 / norm if norm else 0))
    return np.concatenate(places), np.concatenate(values).astype(np.float32)
