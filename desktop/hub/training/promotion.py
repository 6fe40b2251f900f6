"""Whether a newly learned model may take the running one's place: judged on the same later contacts, of which neither has
learned, it must not be worse.

Two tests, both at the 5 % level and one-sided against the new model. Being right: the exact test of McNemar (1947) over the
contacts that only one of the two got right, and beside it a margin, as a few contacts prove little: at most 2 % of them may
be lost on balance. Being honest: the paired bootstrap (Efron 1979) of the difference in the Brier score (Brier 1950) of
"my best is right", which grows with false certainty as well as with errors. Pure; called by the jobs of this package.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

LEVEL: Final = 0.05
MARGIN: Final = 0.02
_SAMPLES: Final = 2000
_BINS: Final = 10
_TOLERANCE: Final = 0.002


class Answer(Struct, frozen=True):
    """What a model said of one contact. ``probability`` is how sure it was of its best, ``is_best`` whether that was what a
    person said; ``is_right`` whether the agent was told right: the best, and not refused, or none where it was none."""

    probability: float
    is_best: bool
    is_right: bool


class Comparison(Struct, frozen=True, kw_only=True):
    """Both models on the same ``held_out`` contacts. ``won`` are those only the new one got right, ``lost`` those only the
    running one did; ``p_worse`` is McNemar's, ``brier_gain`` how much smaller the new one's score is, with the lower and
    upper end of its 90 % interval. ``why`` is a code: ``not_worse``, ``less_right`` or ``less_honest``."""

    held_out: int
    won: int
    lost: int
    p_worse: float
    accuracy: float
    accuracy_running: float
    calibration: float
    calibration_running: float
    brier_gain: float
    brier_gain_low: float
    brier_gain_high: float
    why: Literal["not_worse", "less_right", "less_honest"]

    @property
    def is_promoted(self) -> bool:
        return self.why == "not_worse"

    @property
    def figures(self) -> dict[str, float]:
        """Return the numbers by name."""
        return {
            "held_out": float(self.held_out),
            "won": float(self.won),
            "lost": float(self.lost),
            **{
                name: round(float(getattr(self, name)), 4)
                for name in (
                    "p_worse",
                    "accuracy",
                    "accuracy_running",
                    "calibration",
                    "calibration_running",
                    "brier_gain",
                    "brier_gain_low",
                    "brier_gain_high",
                )
            },
        }


def compare(new: Sequence[Answer], running: Sequence[Answer], seed: int = 0) -> Comparison:
    """Judge the answers of both to the same contacts, in the same order; at least one contact."""
    right = np.array([one.is_right for one in new])
    right_running = np.array([one.is_right for one in running])
    won = int((right & ~right_running).sum())
    lost = int((~right & right_running).sum())
    gains = _losses(running) - _losses(new)
    draw = np.random.default_rng(seed)
    means = [gains[draw.integers(0, len(gains), size=len(gains))].mean() for _ in range(_SAMPLES)]
    low, high = np.quantile(means, (LEVEL, 1 - LEVEL))
    p_worse = mcnemar(won, lost)
    why: Literal["not_worse", "less_right", "less_honest"]
    if p_worse < LEVEL or lost - won > max(1.0, MARGIN * len(new)):
        why = "less_right"
    elif high < -_TOLERANCE:
        why = "less_honest"
    else:
        why = "not_worse"
    return Comparison(
        held_out=len(new),
        won=won,
        lost=lost,
        p_worse=p_worse,
        accuracy=float(right.mean()),
        accuracy_running=float(right_running.mean()),
        calibration=calibration_error(new),
        calibration_running=calibration_error(running),
        brier_gain=float(gains.mean()),
        brier_gain_low=float(low),
        brier_gain_high=float(high),
        why=why,
    )


def mcnemar(won: int, lost: int) -> float:
    """Return the probability that so many or more were lost of those that only one got right, were both equally good."""
    n = won + lost
    return float(sum(math.comb(n, k) for k in range(lost, n + 1)) / 2**n)


def calibration_error(answers: Sequence[Answer]) -> float:
    """Return the expected calibration error over ten bins of equal width (Guo et al. 2017)."""
    sure = np.array([one.probability for one in answers])
    right = np.array([one.is_best for one in answers], dtype=float)
    places = np.clip((sure * _BINS).astype(int), 0, _BINS - 1)
    return float(
        sum(
            abs(sure[places == b].mean() - right[places == b].mean()) * (places == b).mean()
            for b in np.unique(places).tolist()
        )
    )


def _losses(answers: Sequence[Answer]) -> NDArray[np.float64]:
    sure = np.array([one.probability for one in answers])
    losses: NDArray[np.float64] = np.square(sure - np.array([one.is_best for one in answers], dtype=float))
    return losses
