"""What is expected of one interval, and the range it falls into: counts of a rate that is itself uncertain.

Arrivals vary more than Poisson; with a gamma distributed rate they are negative binomial (Jongbloed & Koole 2001). Called
by ``forecaster``.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

if TYPE_CHECKING:
    from numpy.typing import NDArray

_COUNTED: Final = 400.0
"""Above this mean the range is computed on the scale of roots instead of count by count."""


class Expected(Struct, frozen=True, kw_only=True):
    """An interval of ``interval_s`` seconds from ``start`` (local time) on: the ``mean`` of its arrivals, the range from
    ``low`` to ``high`` that they fall into as often as was asked for, and ``rate_sd``, the standard deviation of the rate
    behind them (arrivals an interval), apart from the chance of the single count. ``is_over``: counted, no longer expected;
    mean, low and high are the count."""

    start: datetime
    interval_s: int
    mean: float
    low: float
    high: float
    rate_sd: float = 0.0
    is_over: bool = False


def ranges(mean: NDArray[Any], variance: NDArray[Any], coverage: float) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return low and high of counts with ``mean`` and ``variance``, so that about ``coverage`` of them lie within, both
    ends included."""
    import numpy as np

    tail = (1.0 - coverage) / 2.0
    low, high = _by_roots(mean, variance, tail)
    small = mean <= _COUNTED
    if small.any():
        low[small], high[small] = _by_counts(mean[small], variance[small], tail)
    return low, np.maximum(high, low)


def _by_roots(mean: NDArray[Any], variance: NDArray[Any], tail: float) -> tuple[NDArray[Any], NDArray[Any]]:
    from statistics import NormalDist

    import numpy as np

    z = NormalDist().inv_cdf(1.0 - tail)
    safe = np.maximum(mean, 1e-9)
    deviation = np.sqrt(variance / safe)
    middle = np.sqrt(np.maximum(4.0 * mean - deviation**2, 0.0))
    return (
        np.floor(np.maximum(middle - z * deviation, 0.0) ** 2 / 4.0),
        np.ceil((middle + z * deviation) ** 2 / 4.0),
    )


def _by_counts(mean: NDArray[Any], variance: NDArray[Any], tail: float) -> tuple[NDArray[Any], NDArray[Any]]:
    import numpy as np

    mean = np.maximum(mean, 1e-9)[:, None]
    over = np.maximum(variance[:, None] - mean, 1e-6 * mean)
    size = mean**2 / over
    odds = mean / (mean + size)
    most = int(np.max(mean + 12.0 * np.sqrt(mean + over) + 20.0))
    k = np.arange(most)
    steps = np.log((k + size) / (k + 1.0)) + np.log(odds)
    logs = size * np.log1p(-odds) + np.concatenate([np.zeros_like(mean), np.cumsum(steps, axis=1)], axis=1)
    below = np.cumsum(np.exp(logs), axis=1)
    low = np.sum(below < tail, axis=1).astype(float)
    high = np.sum(below < 1.0 - tail, axis=1).astype(float)
    return low, high
