"""The benchmark of routing plays a small centre in no time and says how time grows with its size."""

from __future__ import annotations

import argparse

from desktop.app.bench import routing
from desktop.app.bench.routing import Crew


def test_a_centre_is_the_same_whenever_it_is_made() -> None:
    one, two = Crew(30, 50, 7), Crew(30, 50, 7)
    assert one.loads == two.loads
    assert one.backlog.first(50, one.now) == two.backlog.first(50, two.now)
    assert Crew(30, 50, 8).loads != one.loads


def test_decisions_are_timed_at_several_sizes() -> None:
    told = routing.measure(argparse.Namespace(agents=1000, requests=5000, runs=5, seed=7))
    sizes = ["10 agents, 50 waiting", "100 agents, 500 waiting", "10 agents, 5,000 waiting", "1,000 agents, 50 waiting"]
    assert [one.name for one in told.figures[::5]] == [
        f"{size}: arrives" for size in [*sizes, "1,000 agents, 5,000 waiting"]
    ]
    assert all(one.floor_p50 for one in told.figures[::5]), "beside a look at everybody"
    assert told.notes[1].startswith("a hundred times as large: arrives takes ")
    assert told.size.interactions == 5000
