"""The drill of ``dirigent bench faults``: client and hub are killed, the line is cut, and nothing is lost or doubled."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest


def _drill(rounds: int, seed: int) -> dict[str, float]:
    """Run the drill in a program of its own; returns its figures by name."""
    done = subprocess.run(
        [sys.executable, "-m", "desktop", "bench", "faults", "--rounds", str(rounds), "--seed", str(seed), "--json"],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == 0, told["notes"]
    assert told["seed"] == seed
    return {one["name"]: one["p50"] for one in told["figures"]}


def _must_be_sound(figures: dict[str, float]) -> None:
    assert (figures["lost"], figures["twice"], figures["unequal"]) == (0, 0, 0)


def test_nothing_is_lost_and_nothing_happens_twice() -> None:
    figures = _drill(rounds=25, seed=12)
    _must_be_sound(figures)
    assert figures["client killed"] >= 10
    assert figures["hub killed"] >= 1
    assert figures["applied"] >= 10


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_nothing_is_lost_and_nothing_happens_twice_in_hundreds_of_rounds(seed: int) -> None:
    figures = _drill(rounds=300, seed=seed)
    _must_be_sound(figures)
    assert figures["client killed"] >= 200
    assert figures["hub killed"] >= 10
    assert figures["applied"] >= 100
