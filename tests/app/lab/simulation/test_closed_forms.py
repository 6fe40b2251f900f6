"""With agents and customers all alike the simulation is a textbook queue: every policy arrives at Erlang's figures."""

from __future__ import annotations

import pytest

from desktop.app.lab.simulation.arrivals import Poisson
from desktop.app.lab.simulation.closed_forms import Beside, beside
from desktop.app.lab.simulation.distributions import parse_duration
from desktop.app.lab.simulation.policies import NAMES

EXP = parse_duration("exp:180")
PATIENT = parse_duration("exp:120")


@pytest.fixture(scope="module")
def rows() -> list[Beside]:
    """Eight agents asked for 70 % of their time, ten runs of twenty hours after one to warm up."""
    return list(beside(Poisson(0.7 * 8 / 180.0, 21 * 3600.0), 8, EXP, PATIENT, ("bullseye",), 10, 4, 3600.0))


def test_each_figure_lies_within_its_own_interval(rows: list[Beside]) -> None:
    """A 95 % interval misses one time in twenty; twice its width is missed by mistakes only."""
    assert len(rows) == 9
    assert {row.system.split()[0] for row in rows} == {"M/M/c/c", "M/M/c+M", "M/M/c"}
    for row in rows:
        for policy, found in row.measured.items():
            assert found.half is not None
            assert abs(found.mean - row.formula) <= 2 * found.half, (row.system, row.figure, policy)
            assert found.half < 0.5 * max(row.formula, 0.02), "an interval that wide would prove nothing"


def test_who_all_are_alike_wait_the_same_under_every_policy() -> None:
    found = list(beside(Poisson(0.04, 4 * 3600.0), 8, EXP, PATIENT, NAMES, 2, 4, 0.0))
    for row in found:
        assert len({round(one.mean, 9) for one in row.measured.values()}) == 1, row.figure


def test_without_formula_no_check() -> None:
    with pytest.raises(ValueError, match="exponential"):
        list(beside(Poisson(0.04, 3600.0), 8, parse_duration("lognormal:180,0.8"), PATIENT, NAMES, 2, 4, 0.0))
