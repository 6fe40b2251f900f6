"""What turns outputs into chances one can rely on: how much the linear part counts, the temperature (Guo et al. 2017), and
the threshold below which a text counts as none of the known. Called by ``intent`` with outputs for texts not learned from.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from desktop.hub.training.network import Matrix, softmax

_MOST_REFUSED: Final = 0.05
"""Texts of request types left out stand close to those that were not, closer than most of what really comes unforeseen:
however many strangers are expected, at most this share of what is understood is refused for them."""

_WITHOUT_STRANGERS: Final = 0.2


_LEANINGS: Final = (1.0, 2.0, 4.0, 8.0)


class Heard(NamedTuple):
    """Outputs for texts not learned from: ``logits`` of the nets, ``margins`` of the linear part; ``none`` the column of
    "none of these" (-1 without one). ``truth`` is the column of the label, or -1 where the model was not taught it."""

    logits: Matrix
    margins: Matrix
    truth: NDArray[np.int64]
    none: int

    def mixed(self, leaning: float) -> Heard:
        """Return the same with both parts in one, the linear one ``leaning`` times."""
        return self._replace(logits=self.logits + np.float32(leaning) * self.margins, margins=self.margins * 0)

    def part(self, chosen: NDArray[np.bool_]) -> Heard:
        return Heard(self.logits[chosen], self.margins[chosen], self.truth[chosen], self.none)

    def chances(self, temperature: float) -> tuple[NDArray[np.int64], Matrix, NDArray[np.bool_]]:
        """Return for each text the best column but "none", its probability, and whether "none" is not above it."""
        chances = softmax(self.logits / np.float32(temperature))
        over = np.zeros(len(chances), np.float32)
        if self.none >= 0:
            over = chances[:, self.none].copy()
            chances[:, self.none] = -1
        best = chances.argmax(axis=1)
        sure = chances[np.arange(len(best)), best]
        return best, sure, sure > over


def temperature_of(heard: Heard) -> tuple[float, float]:
    """Return how much to lean on the linear part, and the temperature, with the least negative log-likelihood."""
    everyone = np.arange(len(heard.truth))

    def loss(logits: Matrix, temperature: float) -> float:
        return float(-np.log(softmax(logits / np.float32(temperature))[everyone, heard.truth] + 1e-12).mean())

    found = []
    for leaning in _LEANINGS:
        logits = heard.mixed(leaning).logits
        found += [(loss(logits, float(t)), leaning, float(t)) for t in np.geomspace(0.3, 6, 40)]
    return min(found)[1:]


def threshold_of(heard: Heard, blind: Sequence[Heard], temperature: float, strangers: float) -> float:
    """Return the least probability of a known intent with which fewest mistakes are made where the share ``strangers`` of
    all texts is none of the known.

    ``blind`` are outputs of networks that some request types were kept from; of their texts those without truth count.
    Refusing a text that would have been misunderstood is no mistake."""
    best, sure, is_first = heard.chances(temperature)
    score = np.where(is_first, sure, 0)
    understood = score[(best == heard.truth) & is_first]
    groups = [score[heard.truth == heard.none]] if heard.none >= 0 else []
    unforeseen = []
    for other in blind:
        _, sure, is_first = other.chances(temperature)
        unforeseen.append(np.where(is_first, sure, 0)[other.truth < 0])
    groups = [group for group in (*groups, np.concatenate(unforeseen) if unforeseen else []) if len(group)]
    if not groups or not len(understood):
        return _WITHOUT_STRANGERS
    grid = np.linspace(0.02, 0.98, 97)
    refused = np.array([(understood < t).mean() for t in grid])
    accepted = np.mean([[(group >= t).mean() for t in grid] for group in groups], axis=0)
    losses = (1 - strangers) * refused + strangers * accepted + (refused > _MOST_REFUSED)
    return float(grid[int(np.argmin(losses))])
