"""Ranges of counts are those of the negative binomial distribution."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.insight.forecast.expected import ranges


@pytest.mark.parametrize(("mean", "variance"), [(0.3, 0.3), (4.0, 4.0), (4.0, 12.0), (90.0, 300.0), (390.0, 2000.0)])
@pytest.mark.parametrize("coverage", [0.8, 0.95])
def test_counts_fall_within_as_often_as_was_asked_for(mean: float, variance: float, coverage: float) -> None:
    chance = np.random.default_rng(9)
    over = variance - mean
    rates = chance.gamma(mean**2 / over, over / mean, 20_000) if over > 0 else np.full(20_000, mean)
    counts = chance.poisson(rates)
    (low,), (high,) = ranges(np.array([mean]), np.array([variance]), coverage)
    assert np.mean((counts >= low) & (counts <= high)) >= coverage - 0.01
    assert np.mean(counts < low) <= (1 - coverage) / 2 + 0.01
    assert np.mean(counts > high) <= (1 - coverage) / 2 + 0.01


def test_large_counts_go_on_where_small_ones_end() -> None:
    low, high = ranges(np.array([399.0, 401.0]), np.array([900.0, 900.0]), 0.8)
    assert abs(low[1] - low[0]) <= 4
    assert abs(high[1] - high[0]) <= 4


def test_nothing_is_expected_of_nothing() -> None:
    low, high = ranges(np.zeros(2), np.zeros(2), 0.95)
    assert low.tolist() == high.tolist() == [0.0, 0.0]
