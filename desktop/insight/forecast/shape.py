"""How the arrivals of a day are spread over it: a few profiles that days are made of, and how their chance hangs together.

Days are seen on the scale of roots, where counts of every size vary alike (Anscombe 1948; Brown et al. 2005), and are sums
of few profiles found by singular values (Shen & Huang 2008); as many as stand out from chance (Gavish & Donoho 2014).
Profiles are smoothed over the day (Whittaker 1923; Eilers 2003) as far as the risk falls (Mallows 1973). What is left varies
from interval to interval, part of it lasting for a while. Called by ``forecaster``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MOST_PROFILES: Final = 4
_PRIOR_DAYS: Final = 5.0
_SMOOTHNESS: Final = tuple(10.0**power for power in range(-2, 7))
_DRIFT: Final = 0.03
"""Each day strays from any profile that past days show: its rate by so much, as a share, for a part of the day."""

_DRIFT_LASTS: Final = 0.3
"""The part of a day, as a share, after which straying has faded by two thirds."""

_LATEST: Final = 400
"""Days from which profiles are learned."""


class Shape(NamedTuple):
    """``profiles``: profiles x intervals, orthonormal, the usual day first. ``chance``: covariance (intervals x intervals)
    of what profiles do not say, on the scale of roots."""

    profiles: NDArray[Any]
    chance: NDArray[Any]


def roots(counts: NDArray[Any]) -> NDArray[Any]:
    """Return counts on the scale where each varies by about 1, if it is Poisson."""
    import numpy as np

    return 2.0 * np.sqrt(counts + 0.375)


def shape_of(counts: NDArray[Any]) -> Shape:
    """Return the shape of a table of days x intervals (at least one day)."""
    import numpy as np

    table = roots(counts[-_LATEST:])
    days, columns = table.shape
    _, sizes, found = np.linalg.svd(table, full_matrices=False)
    edge = np.sqrt(days) + np.sqrt(columns)
    rank = int(np.sum(sizes[: min(_MOST_PROFILES, days, columns)] > edge))
    profiles = np.array([_smooth(one, 1.0 / size) for one, size in zip(found, sizes[: max(1, rank)], strict=False)])
    profiles = np.linalg.qr(profiles.T)[0].T
    if profiles[0].sum() < 0:
        profiles[0] = -profiles[0]
    rest = table - (table @ profiles.T) @ profiles
    freedom = max(1.0, (days - len(profiles)) * (1 - len(profiles) / columns))
    return Shape(profiles, _chance(rest, freedom, table.mean(axis=0)))


def _smooth(profile: NDArray[Any], noise: float) -> NDArray[Any]:
    """Return ``profile`` without the steps that are chance, by second differences. ``noise``: standard deviation of
    the chance in each of its values."""
    import numpy as np

    columns = len(profile)
    if columns < 5:
        return profile
    bends = np.diff(np.eye(columns), 2, axis=0)
    values, vectors = np.linalg.eigh(bends.T @ bends)
    values = np.maximum(values, 0.0)
    seen = vectors.T @ profile
    best, chosen = np.inf, profile
    for weight in _SMOOTHNESS:
        kept = 1.0 / (1.0 + weight * values)
        missed = float(np.sum(((1.0 - kept) * seen) ** 2))
        risk = missed + 2.0 * noise**2 * float(kept.sum())
        if risk < best:
            best, chosen = risk, vectors @ (kept * seen)
    return chosen


def _chance(rest: NDArray[Any], freedom: float, level: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    columns = rest.shape[1]
    # Below one arrival an interval varies less than 1 on this scale; with few days that is what is known.
    expected = 1.0 - np.exp(-np.maximum(level**2 / 4 - 0.375, 0.02))
    own = (np.sum(rest**2, axis=0) + _PRIOR_DAYS * expected) / (freedom + _PRIOR_DAYS)
    apart = np.abs(np.subtract.outer(np.arange(columns), np.arange(columns)))
    near = apart <= max(1, columns // 24)
    own = (near @ own) / near.sum(axis=1)
    standard = rest / np.sqrt(own)
    lags = range(1, min(columns, 1 + max(2, columns // 8)))
    found = [float(np.mean(standard[:, lag:] * standard[:, :-lag])) * len(rest) / freedom for lag in lags]
    share, memory = _lasting(found)
    together = share * np.exp(-apart / memory) + (1.0 - share) * np.eye(columns)
    deviation = np.sqrt(own)
    drift = _DRIFT / 2.0 * level
    strays = np.exp(-apart / (_DRIFT_LASTS * columns)) * np.outer(drift, drift)
    chance: NDArray[Any] = together * np.outer(deviation, deviation) + strays
    return chance


def _lasting(correlations: list[float]) -> tuple[float, float]:
    """Return which share of chance lasts, and for how many intervals: the best of a grid for the correlations at lags 1,
    2, …"""
    import numpy as np

    if not correlations:
        return 0.0, 1.0
    lags = np.arange(1, len(correlations) + 1)
    target = np.array(correlations)
    best = (float(np.sum(target**2)), 0.0, 1.0)
    for memory in (1.0, 2.0, 4.0, 8.0, 16.0, 32.0):
        fading = np.exp(-lags / memory)
        share = min(0.9, max(0.0, float(fading @ target / (fading @ fading))))
        best = min(best, (float(np.sum((target - share * fading) ** 2)), share, memory))
    return best[1], best[2]
