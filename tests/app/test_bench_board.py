"""The benchmark of the live board plays a small centre and says what that cost."""

from __future__ import annotations

import argparse

from desktop.app.bench import board


def test_steps_pushes_and_traffic_are_measured() -> None:
    told = board.measure(argparse.Namespace(agents=20, queues=5, contacts=3000, seconds=2, seed=7))
    assert [one.name for one in told.figures] == [
        "a step of the board on the loop",
        "a commit told to the board",
        "commit to push",
        "share of a core",
        "kilobytes a second to a lead",
    ]
    assert all(one.count > 0 for one in told.figures)
    assert told.size.interactions == 3000
    assert told.notes[0].startswith("20 agents, 5 queues")
