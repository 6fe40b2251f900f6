"""Which features of the texts an intent model learns, and how much each tells. Called by ``intent``.

A feature that fewer than so many different people used is not learned, nor does it show that it was ever there; texts without
author are nobody's secret.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from desktop.hub.training.examples import Example, TooFewExamples
from desktop.insight.concepts import Concepts
from desktop.insight.features import Features, Vocabulary, features, weighted

MOST_FEATURES: Final = 60_000
_FEW_TEXTS: Final = 1200
"""With fewer texts every feature is learned, else those of at least two texts."""


class Read:
    """Texts with their features, read once for all fits."""

    def __init__(self, texts: Sequence[str], concepts: Concepts, private: NDArray[np.uint32]) -> None:
        """``private`` features count as never met (``private_features``)."""
        self.concepts = concepts
        self._parts = [features(text, concepts) for text in texts]
        self._keys = [_keys(parts) for parts in self._parts]
        self._private = private

    def vocabulary(self, chosen: NDArray[np.int64]) -> Vocabulary:
        """Return what the ``chosen`` texts teach: smoothed idf, its root taken, as words are few and rare ones many. Raises
        ``TooFewExamples`` where no feature may be learned."""
        keys, counts = np.unique(np.concatenate([self._keys[n] for n in chosen]), return_counts=True)
        least = 1 if len(chosen) < _FEW_TEXTS else 2
        keep = (counts >= least) & ~np.isin(keys, self._private, assume_unique=True)
        if keep.sum() > MOST_FEATURES:
            keep &= counts > np.sort(counts[keep])[-MOST_FEATURES - 1]
        if not keep.any():
            raise TooFewExamples("there is no word that may be learned")
        keys, counts = keys[keep], counts[keep]
        idf = np.sqrt(np.log((1 + len(chosen)) / (1 + counts)) + 1).astype(np.float16).astype(np.float32)
        return Vocabulary(keys, idf, float(np.float32(np.sqrt(np.log(1 + len(chosen)) + 1))))

    def matrix(self, chosen: NDArray[np.int64], vocabulary: Vocabulary) -> csr_matrix:
        """Return the weighted features of the ``chosen`` texts, one a row."""
        rows = [weighted(self._parts[n], vocabulary) for n in chosen]
        starts = np.concatenate(([0], np.cumsum([len(place) for place, _ in rows])))
        place = np.concatenate([place for place, _ in rows])
        value = np.concatenate([value for _, value in rows])
        return csr_matrix((value, place, starts), shape=(len(rows), len(vocabulary.key)))


def _keys(found: Features) -> NDArray[np.uint32]:
    return np.concatenate((found.word.key, found.char.key, found.concept.key))


def private_features(said: Sequence[Example], concepts: Concepts, least_seen: int) -> NDArray[np.uint32]:
    """Return, ascending, the features of fewer than ``least_seen`` authors, but those of a text without author."""
    nothing = np.zeros(0, np.uint32)
    if least_seen <= 1:
        return nothing
    theirs: dict[str, list[NDArray[np.uint32]]] = {}
    for one in said:
        theirs.setdefault(one.author, []).append(_keys(features(one.text, concepts)))
    public = np.unique(np.concatenate(theirs.pop("", [nothing])))
    used = [np.unique(np.concatenate(keys)) for keys in theirs.values()]
    seen, people = np.unique(np.concatenate(used or [nothing]), return_counts=True)
    return np.setdiff1d(seen[people < least_seen], public, assume_unique=True)
