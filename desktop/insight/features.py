"""The hashed features of a text that the intent model weighs: words and word pairs, letter n-grams inside words, concepts
and pairs of concepts.

Training and prediction both come through here, so that they can never differ. Hashing is CRC-32, which is the same on
every machine (Python's own ``hash`` is not). Each feature remembers the words it came from, for the evidence.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from desktop.insight.concepts import Concepts
from desktop.insight.normalise import fold

if TYPE_CHECKING:
    from numpy import float32, int32
    from numpy.typing import NDArray

_READ = 8000
_MOST_WORDS = 320
_LONGEST_WORD = 40
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


WORD_SHARE, CHAR_SHARE, CONCEPT_SHARE = 0.3, 0.4, 0.3
"""How much of the squared length of a text each part takes; chosen by cross-validation on the starter set."""


class Part(NamedTuple):
    """One kind of feature: the buckets, and 1 + log of how often each is there."""

    bucket: NDArray[int32]
    value: NDArray[float32]


class Features(NamedTuple):
    """The three parts; ``words`` as written; ``owners`` lists for each word the buckets it takes part in."""

    word: Part
    char: Part
    concept: Part
    words: list[str]
    owners: list[list[int]]


def masked(text: str) -> str:
    """Return ``text`` with addresses, amounts and numbers replaced by what kind they are: which one never matters."""
    for pattern, kind in _MASKS:
        text = pattern.sub(kind, text)
    return text


def features(text: str, bits: int, concepts: Concepts) -> Features:
    """Return the features of ``text`` over 2**``bits`` buckets. At most the first 320 words count."""
    mask = (1 << bits) - 1
    words = [word[:_LONGEST_WORD] for word in _WORD.findall(masked(text[:_READ]))[:_MOST_WORDS]]
    tokens = [fold(word).replace(" ", "") or "_" for word in words]
    word_counts: dict[int, int] = {}
    char_counts: dict[int, int] = {}
    owners: list[list[int]] = []
    meant: dict[str, list[int]] = {}
    previous = "^"
    for position, token in enumerate(tokens):
        single = crc32(f"w:{token}".encode()) & mask
        pair = crc32(f"p:{previous} {token}".encode()) & mask
        word_counts[single] = word_counts.get(single, 0) + 1
        word_counts[pair] = word_counts.get(pair, 0) + 1
        mine = [single, pair]
        if position:
            owners[-1].append(pair)
        padded = f"_{token}_".encode()
        size = len(padded)
        for length in (3, 4, 5):
            for start in range(size - length + 1):
                bucket = crc32(padded[start : start + length], length) & mask
                char_counts[bucket] = char_counts.get(bucket, 0) + 1
                mine.append(bucket)
        for concept in concepts.of(token):
            meant.setdefault(concept, []).append(position)
        owners.append(mine)
        previous = token
    return Features(
        word=_part(word_counts),
        char=_part(char_counts),
        concept=_part(_concept_counts(meant, mask, owners)),
        words=words,
        owners=owners,
    )


def _concept_counts(meant: dict[str, list[int]], mask: int, owners: list[list[int]]) -> dict[int, int]:
    """Count each concept and pair of concepts once, however often it is said; add them to the words' ``owners``."""
    counts: dict[int, int] = {}
    names = sorted(meant)
    for place, one in enumerate(names):
        single = crc32(f"k:{one}".encode()) & mask
        counts[single] = 1
        for position in meant[one]:
            owners[position].append(single)
        for other in names[place + 1 :]:
            pair = crc32(f"kp:{one} {other}".encode()) & mask
            counts[pair] = 1
            for position in {*meant[one], *meant[other]}:
                owners[position].append(pair)
    return counts


def _part(counts: dict[int, int]) -> Part:
    import numpy as np

    index = np.fromiter(counts, dtype=np.int32, count=len(counts))
    return Part(index, 1 + np.log(np.fromiter(counts.values(), dtype=np.float32, count=len(counts))))


def weighted(found: Features, idf: NDArray[float32]) -> tuple[NDArray[int32], NDArray[float32]]:
    """Return buckets and tf-idf values, each part scaled to its share of the squared length 1."""
    import numpy as np

    values = []
    parts = (found.word, WORD_SHARE), (found.char, CHAR_SHARE), (found.concept, CONCEPT_SHARE)
    for part, share in parts:
        scaled = part.value * idf[part.bucket]
        norm = float(np.sqrt((scaled * scaled).sum()))
        values.append(scaled * np.float32(share**0.5 / norm) if norm else scaled)
    index = np.concatenate([part.bucket for part, _ in parts])
    return index, np.concatenate(values).astype(np.float32)
