"""The benchmark of identification finds the people it makes up, and says what a look-up takes."""

from __future__ import annotations

import argparse

from desktop.app.bench import identify
from desktop.app.bench.crowd import Crowd


def test_a_crowd_is_the_same_whenever_it_is_asked_for() -> None:
    assert Crowd(50, 7).row(3) == Crowd(50, 7).row(3)
    assert Crowd(50, 7).asked(1) == Crowd(50, 7).asked(1)
    assert Crowd(50, 7).row(3) != Crowd(50, 8).row(3)


def test_look_ups_are_timed_by_kind_and_nearly_all_are_right() -> None:
    told = identify.measure(argparse.Namespace(customers=500, runs=60, seed=7))
    assert [one.name for one in told.figures] == ["all look-ups", "typed", "spoken", "stranger"]
    assert [one.count for one in told.figures] == [60, 20, 20, 20]
    assert told.size.customers == 500
    right = [int(note.split()[1]) for note in told.notes[:3]]
    assert min(right) >= 18
