"""The hashed features of a text that the intent model weighs: words, word pairs and letter n-grams inside words.

Training and prediction both come through here, so that they can never differ. Hashing is CRC-32, which is the same on
every machine (Python's own ``hash`` is not). Each feature remembers the words it came from, for the evidence.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from desktop.insight.normalise import fold

if TYPE_CHECKING:
    from numpy import float32, int32
    from numpy.typing import NDArray

_MOST_WORDS = 320
_LONGEST_WORD = 40
_MASKS = (
    (re.compile(r"(?:https?://|www\.)\S+"), " xurl "),
    (re.compile(r"\S+@\S+\.\S+"), " xmail "),
    (
        re.compile(r"(?i)(?:€|\$|£|eur\b|usd\b)\s*\d[\d.,]*|\d[\d.,]*\s*(?:€|\$|£|euros?\b|eur\b|usd\b|cents?\b)"),
        " xmoney ",
    ),
    (re.compile(r"\b(?=\w*\d)[\w\-/]*\d{4,}[\w\-/]*"), " xnumber "),
    (re.compile(r"\d+"), " 0 "),
)
_WORD = re.compile(r"\w+")


class Features(NamedTuple):
    """``index`` (bucket) and ``value`` (1 + log of the count) of the word part and of the letter part; ``words`` as
    written; ``owners`` lists for each word the buckets it takes part in."""

    word_index: NDArray[int32]
    word_value: NDArray[float32]
    char_index: NDArray[int32]
    char_value: NDArray[float32]
    words: list[str]
    owners: list[list[int]]


def masked(text: str) -> str:
    """Return ``text`` with addresses, amounts and numbers replaced by what kind they are: which one never matters."""
    for pattern, kind in _MASKS:
        text = pattern.sub(kind, text)
    return text


def features(text: str, bits: int) -> Features:
    """Return the features of ``text`` over 2**``bits`` buckets. At most the first 320 words count."""
    import numpy as np

    mask = (1 << bits) - 1
    words = [word[:_LONGEST_WORD] for word in _WORD.findall(masked(text))[:_MOST_WORDS]]
    tokens = [fold(word).replace(" ", "") or "_" for word in words]
    word_counts: dict[int, int] = {}
    char_counts: dict[int, int] = {}
    owners: list[list[int]] = []
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
        owners.append(mine)
        previous = token
    return Features(
        word_index=np.fromiter(word_counts, dtype=np.int32, count=len(word_counts)),
        word_value=1 + np.log(np.fromiter(word_counts.values(), dtype=np.float32, count=len(word_counts))),
        char_index=np.fromiter(char_counts, dtype=np.int32, count=len(char_counts)),
        char_value=1 + np.log(np.fromiter(char_counts.values(), dtype=np.float32, count=len(char_counts))),
        words=words,
        owners=owners,
    )


def weighted(parts: Features, idf: NDArray[float32]) -> tuple[NDArray[int32], NDArray[float32]]:
    """Return buckets and tf-idf values, the word part and the letter part each of length 1/sqrt(2)."""
    import numpy as np

    values = []
    for index, value in ((parts.word_index, parts.word_value), (parts.char_index, parts.char_value)):
        scaled = value * idf[index]
        norm = float(np.sqrt((scaled * scaled).sum()))
        values.append(scaled / np.float32(norm * 1.41421356) if norm else scaled)
    return np.concatenate((parts.word_index, parts.char_index)), np.concatenate(values).astype(np.float32)
