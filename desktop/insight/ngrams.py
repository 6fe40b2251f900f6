"""Hashed words and letter n-grams as arrays, for models over short texts (mood, language). Pure and quick: the hashing of
all letter n-grams is a few array operations. The same on every machine, so that a shipped model stays readable.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from numpy import float32, int64
    from numpy.typing import NDArray

_STEP = 0x100000001B3  # the prime of FNV-1a (Fowler, Noll and Vo)
_SPREAD = 0x9E3779B97F4A7C15  # 2**64 over the golden ratio (Knuth's multiplicative hashing)


def letters(words: Sequence[str], sizes: Sequence[int], bits: int) -> tuple[NDArray[int64], NDArray[int64]]:
    """Return the buckets below 2**``bits`` of all letter n-grams of ``sizes`` inside ``words``, whose edges count as a
    letter, and for each the number of its word."""
    import numpy as np

    text = " " + " ".join(words) + " "
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    is_space = codes == 32
    spaces = np.concatenate(([0], np.cumsum(is_space)))
    found, owners = [], []
    for size in sizes:
        count = len(codes) - size + 1
        if count <= 0:
            continue
        mixed = np.full(count, size, dtype=np.uint64)
        for offset in range(size):
            mixed = (mixed * np.uint64(_STEP)) ^ codes[offset : offset + count]
        inner = slice(1, count + 1)  # an edge may only be the first or the last letter
        is_inside = spaces[size - 1 : size - 1 + count] == spaces[inner] if size > 1 else ~is_space[:count]
        buckets = (mixed * np.uint64(_SPREAD)) >> np.uint64(64 - bits)
        found.append(buckets[is_inside].astype(np.int64))
        owners.append((spaces[inner] - 1)[is_inside])
    if not found:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    return np.concatenate(found), np.concatenate(owners)


def terms(words: Sequence[str], bits: int, longest: int = 2) -> tuple[NDArray[int64], NDArray[int64]]:
    """Return the buckets of all words and of runs of up to ``longest`` words, and for each the number of its last word."""
    import numpy as np

    found, owners = [], []
    for size in range(1, longest + 1):
        for start in range(len(words) - size + 1):
            run = " ".join(words[start : start + size])
            found.append(crc32(run.encode("utf-8", "surrogatepass"), size) & ((1 << bits) - 1))
            owners.append(start + size - 1)
    return np.array(found, dtype=np.int64), np.array(owners, dtype=np.int64)


def damped(buckets: NDArray[int64]) -> NDArray[float32]:
    """Return a value for each occurrence so that all of one bucket add up to 1 + log of how many they are."""
    import numpy as np

    _, inverse, counts = np.unique(buckets, return_inverse=True, return_counts=True)
    return np.asarray(((1 + np.log(counts)) / counts)[inverse], dtype=np.float32)
