"""A planner asks how long customers will wait: the answers agree with the textbook, with each other and with counting."""

from __future__ import annotations

import math

import pytest

from desktop.insight.queueing import agents_needed, erlang_a, erlang_b, erlang_c, square_root_agents


def counted(arrivals_per_s: float, handling_s: float, patience_s: float, agents: int) -> tuple[float, float, float]:
    """Return (abandoned, mean queue, delayed) of the birth and death process, state by state."""
    weights = [1.0]
    for n in range(1, 3000):
        leave = min(n, agents) / handling_s + max(0, n - agents) / patience_s
        weights.append(weights[-1] * arrivals_per_s / leave)
        if weights[-1] > 1e100:
            weights = [weight / 1e100 for weight in weights]
    total = sum(weights)
    queue = sum(weight * max(0, n - agents) for n, weight in enumerate(weights)) / total
    return queue / patience_s / arrivals_per_s, queue, sum(weights[agents:]) / total


@pytest.mark.parametrize(("load", "agents", "blocked"), [(2.0, 5, 0.0367), (10.0, 10, 0.2146), (100.0, 117, 0.0098)])
def test_where_nobody_can_wait_the_tables_of_erlang_b_hold(load: float, agents: int, blocked: float) -> None:
    assert erlang_b(load / 180.0, 180.0, agents) == pytest.approx(blocked, abs=6e-5)


def test_a_hundred_calls_an_hour_of_three_minutes_for_seven_agents() -> None:
    found = erlang_c(100 / 3600, 180.0, 7)
    assert found.delayed == pytest.approx(0.3241, abs=1e-4)
    assert found.average_wait_s == pytest.approx(29.2, abs=0.05)
    assert found.service_level(20.0) == pytest.approx(0.740, abs=1e-3)
    assert found.occupancy == pytest.approx(5 / 7)
    assert found.abandoned == 0.0


def test_more_work_than_agents_without_anybody_giving_up_has_no_end() -> None:
    found = erlang_c(0.1, 180.0, 18)
    assert math.isinf(found.average_wait_s)
    assert found.service_level(1e9) == 0.0
    assert found.occupancy == 1.0


@pytest.mark.parametrize(
    ("arrivals", "handling", "patience", "agents"),
    [
        (0.1, 180.0, 120.0, 20),
        (0.1, 180.0, 120.0, 12),
        (0.02, 300.0, 20.0, 3),
        (1.0, 200.0, 900.0, 195),
        (2.0, 5.0, 1.0, 4),
    ],
)
def test_who_gives_up_is_counted_state_by_state(arrivals: float, handling: float, patience: float, agents: int) -> None:
    found = erlang_a(arrivals, handling, patience, agents)
    abandoned, queue, delayed = counted(arrivals, handling, patience, agents)
    assert found.abandoned == pytest.approx(abandoned, rel=1e-6)
    assert found.queue_length == pytest.approx(queue, rel=1e-6)
    assert found.delayed == pytest.approx(delayed, rel=1e-6)
    assert found.average_wait_s * arrivals == pytest.approx(queue, rel=1e-6), "Little's law"
    assert found.occupancy == pytest.approx(arrivals * handling * (1 - abandoned) / agents, rel=1e-6)


def test_the_service_level_rises_from_those_who_need_not_wait_to_all_who_stay() -> None:
    found = erlang_a(0.1, 180.0, 120.0, 17)
    levels = [round(found.service_level(within), 6) for within in (0.0, 5.0, 20.0, 60.0, 300.0, 5000.0)]
    assert levels == sorted(levels)
    assert levels[0] == pytest.approx(1.0 - found.delayed, abs=1e-6)
    assert levels[-1] == pytest.approx(1.0 - found.abandoned, abs=1e-5)


def test_the_mean_answer_is_the_area_above_the_service_level() -> None:
    found = erlang_a(0.1, 180.0, 120.0, 17)
    answered = 1.0 - found.abandoned
    area = sum((answered - found.service_level(t + 0.5)) for t in range(900))
    assert found.average_answer_s == pytest.approx(area / answered, rel=1e-3)


def test_endless_patience_is_erlang_c_and_none_at_all_is_erlang_b() -> None:
    patient, c = erlang_a(0.1, 180.0, 1e7, 20), erlang_c(0.1, 180.0, 20)
    assert patient.service_level(20.0) == pytest.approx(c.service_level(20.0), abs=1e-3)
    assert patient.average_answer_s == pytest.approx(c.average_answer_s, rel=1e-3)
    assert erlang_a(0.1, 180.0, math.inf, 20) == c
    hasty = erlang_a(0.1, 180.0, 1e-4, 20)
    assert hasty.abandoned == pytest.approx(erlang_b(0.1, 180.0, 20), rel=1e-4)


def test_a_hopeless_crowd_is_answered_at_once_and_consistently() -> None:
    exact, fluid = erlang_a(5.0, 200.0, 9.9e4, 800), erlang_a(5.0, 200.0, 1.01e5, 800)
    assert exact.abandoned == pytest.approx(0.2, rel=1e-6)
    assert fluid.abandoned == pytest.approx(0.2, rel=1e-6)
    assert fluid.average_answer_s / fluid.average_wait_s == pytest.approx(
        exact.average_answer_s / exact.average_wait_s, rel=1e-3
    )
    assert fluid.service_level(20.0) == exact.service_level(20.0) == 0.0


def test_nobody_at_work_and_nobody_calling() -> None:
    closed = erlang_a(0.1, 180.0, 60.0, 0)
    assert closed.abandoned == 1.0
    assert closed.average_wait_s == pytest.approx(60.0)
    assert closed.service_level(1e6) == 0.0
    quiet = erlang_a(0.0, 180.0, 60.0, 3)
    assert (quiet.abandoned, quiet.occupancy, quiet.service_level(0.0)) == (0.0, 0.0, 1.0)


@pytest.mark.parametrize("patience", [None, 60.0, 600.0])
@pytest.mark.parametrize("load", [0.4, 8.0, 75.0, 540.0])
def test_the_agents_needed_suffice_and_one_less_does_not(load: float, patience: float | None) -> None:
    agents = agents_needed(load / 240.0, 240.0, 20.0, 0.8, patience)
    few = erlang_a(load / 240.0, 240.0, patience or math.inf, agents - 1)
    assert erlang_a(load / 240.0, 240.0, patience or math.inf, agents).service_level(20.0) >= 0.8
    assert few.service_level(20.0) < 0.8
    assert agents <= square_root_agents(load, 2.0) + 1


def test_patience_saves_agents_and_a_bound_on_those_who_give_up_costs_some() -> None:
    patient, real = agents_needed(1.0, 240.0, 20.0, 0.8), agents_needed(1.0, 240.0, 20.0, 0.8, 90.0)
    strict = agents_needed(1.0, 240.0, 20.0, 0.8, 90.0, most_abandoned=0.002)
    assert real < patient
    assert real < strict
    assert erlang_a(1.0, 240.0, 90.0, strict).abandoned <= 0.002
    assert agents_needed(0.0, 240.0, 20.0, 0.0, 90.0) == 0


def test_numbers_that_make_no_queue_are_refused() -> None:
    for bad in (-0.1, math.inf, math.nan):
        with pytest.raises(ValueError, match="arrivals"):
            erlang_b(bad, 180.0, 3)
        with pytest.raises(ValueError):
            erlang_a(0.1, 180.0, bad if bad < 0 or bad != bad else 0.0, 3)
    with pytest.raises(ValueError, match="handling"):
        erlang_c(0.1, 0.0, 3)
    with pytest.raises(ValueError, match="agents"):
        erlang_c(0.1, 180.0, -1)
    with pytest.raises(ValueError, match="target"):
        agents_needed(0.1, 180.0, 20.0, 1.0)
