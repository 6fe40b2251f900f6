"""A lead asks how many agents it takes; too few keep customers waiting, too many cost money."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest

from desktop.insight.forecast import Expected, needed
from desktop.insight.forecast.staffing import rates_of
from desktop.insight.queueing import agents_needed, erlang_a

EIGHT = datetime(2024, 3, 4, 8)


def expected(mean: float, rate_sd: float = 0.0, interval_s: int = 1800) -> Expected:
    return Expected(start=EIGHT, interval_s=interval_s, mean=mean, low=mean, high=mean, rate_sd=rate_sd)


@pytest.mark.parametrize("mean", [1, 12, 80, 900])
@pytest.mark.parametrize("patience_s", [60.0, 180.0, None])
def test_with_a_rate_that_is_certain_it_is_erlangs_answer(mean: float, patience_s: float | None) -> None:
    found = needed([expected(mean)], 240, patience_s, 0.8, 20)
    assert found == (agents_needed(mean / 1800, 240, 20, 0.8, patience_s),)


def test_a_rate_that_is_uncertain_takes_more_agents() -> None:
    sure, unsure, lost = needed([expected(200), expected(200, 30), expected(200, 80)], 300, 120, 0.8, 20)
    assert sure < unsure < lost


def test_who_is_needed_is_enough_when_the_rate_is_drawn() -> None:
    """Draws of the gamma rate, each with Erlang A: the share answered in time over all who come."""
    chance = random.Random(7)
    mean, deviation = 150.0, 30.0
    (agents,) = needed([expected(mean, deviation)], 240, 120, 0.8, 20)

    def answered(agents: int) -> float:
        form = (mean / deviation) ** 2
        rates = [chance.gammavariate(form, mean / form) / 1800 for _ in range(1500)]
        levels = (rate * erlang_a(rate, 240, 120, agents).service_level(20) for rate in rates)
        return sum(levels) / sum(rates)

    assert answered(agents) >= 0.79
    assert answered(agents - 2) < 0.79


def test_rates_keep_mean_and_spread() -> None:
    rates = rates_of(50, 10)
    middle = sum(rates) / len(rates)
    assert middle == pytest.approx(50)
    assert (sum((rate - middle) ** 2 for rate in rates) / len(rates)) ** 0.5 == pytest.approx(10, rel=0.2)
    assert min(rates_of(2, 8)) >= 0


def test_a_better_promise_and_shorter_patience_count() -> None:
    one = [expected(120, 10)]
    assert needed(one, 240, 120, 0.95, 20) > needed(one, 240, 120, 0.8, 20) > needed(one, 240, 120, 0.5, 20)
    assert needed(one, 240, 120, 0.8, 5) > needed(one, 240, 120, 0.8, 60)
    assert needed(one, 480, 120, 0.8, 20) > needed(one, 240, 120, 0.8, 20)


def test_breaks_are_added_on_top() -> None:
    (bare,) = needed([expected(300)], 240, 120, 0.8, 20)
    (planned,) = needed([expected(300)], 240, 120, 0.8, 20, shrinkage=0.3)
    assert planned - 1 < bare / 0.7 <= planned


def test_nobody_is_needed_where_nobody_comes() -> None:
    assert needed([], 240, 120, 0.8, 20) == ()
    assert needed([expected(0.0)], 240, 120, 0.8, 20) == (0,)
    assert needed([expected(0.01)], 240, 120, 0.8, 20) == (1,)


def test_intervals_of_any_length_mean_the_same() -> None:
    assert needed([expected(60)], 240, 120, 0.8, 20) == needed([expected(10, interval_s=300)], 240, 120, 0.8, 20)


def test_a_whole_day_is_answered_interval_by_interval() -> None:
    day = [
        Expected(start=EIGHT + timedelta(minutes=30 * place), interval_s=1800, mean=mean, low=0, high=0, rate_sd=3)
        for place, mean in enumerate((10.0, 60.0, 90.0, 60.0, 10.0))
    ]
    agents = needed(day, 240, 120, 0.8, 20)
    assert agents == agents[::-1]
    assert agents[0] < agents[1] < agents[2]


@pytest.mark.parametrize(
    ("target", "handling_s", "answer_s", "shrinkage"),
    [(1.0, 240, 20, 0), (-0.1, 240, 20, 0), (0.8, 0, 20, 0), (0.8, 240, -1, 0), (0.8, 240, 20, 1.0)],
)
def test_figures_that_make_no_sense_are_refused(
    target: float, handling_s: float, answer_s: float, shrinkage: float
) -> None:
    with pytest.raises(ValueError):
        needed([expected(10)], handling_s, 120, target, answer_s, shrinkage)


def test_more_work_than_any_centre_has_is_refused() -> None:
    with pytest.raises(ValueError, match="50,000"):
        needed([expected(1e9)], 240, 120, 0.8, 20)
