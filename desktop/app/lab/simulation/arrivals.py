"""When customers come: at random with a steady rate (Poisson), or as a centre counted them in intervals of its days. Says
also who is on duty: everybody all the time, or as many each half hour as the load asked for needs.

A counted day keeps its own volume and shape; so that it fits the agents there are, each of its arrivals is kept with the
same probability (a thinned Poisson process is one again: Kingman 1993).
"""

from __future__ import annotations

import csv
import io
import lzma
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from random import Random

from msgspec import Struct

STEP_S = 1800.0
"""Staffing changes every half hour."""

_LONGEST_DAY_S = 86_400.0
_MOST_CALLS = 1e7


class Duty(Struct, frozen=True):
    """From ``at_s`` on, agent number ``agent`` takes work, or no more of it."""

    at_s: float
    agent: int
    is_on: bool


class Poisson(Struct, frozen=True):
    """Arrivals at random, ``per_s`` a second for ``horizon_s`` seconds; every run is another draw."""

    per_s: float
    horizon_s: float

    def times(self, run: int, chance: Random) -> list[float]:
        """Return the instants of arrival, seconds from the start, ascending."""
        found = []
        at = chance.expovariate(self.per_s) if self.per_s else math.inf
        while at < self.horizon_s:
            found.append(at)
            at += chance.expovariate(self.per_s)
        return found

    def length_s(self, run: int) -> float:
        return self.horizon_s

    def duties(self, run: int, agents: int) -> list[Duty]:
        return [Duty(0.0, agent, True) for agent in range(agents)]

    def expected(self, run: int) -> float:
        """Return how many come in the mean."""
        return self.per_s * self.horizon_s


class Day(Struct, frozen=True):
    """Counts of one day by second of the day at which their interval begins."""

    name: str
    counts: Mapping[float, float]

    @property
    def total(self) -> float:
        return sum(self.counts.values())


class Counted(Struct, frozen=True):
    """Arrivals of counted days, one a run. ``kept`` is the probability that one is kept; ``needed`` is how many agents a
    day's arrivals take at the load asked for, by half hour, for a volume of 1."""

    days: tuple[Day, ...]
    interval_s: float
    opens_s: float
    closes_s: float
    kept: float
    needed: tuple[float, ...]

    def times(self, run: int, chance: Random) -> list[float]:
        found = []
        for begins, count in self.days[run].counts.items():
            for _ in range(round(count)):
                whole, part = divmod(self.kept, 1.0)
                for _ in range(int(whole) + (chance.random() < part)):
                    found.append(begins - self.opens_s + chance.random() * self.interval_s)
        return sorted(found)

    def length_s(self, run: int) -> float:
        return self.closes_s - self.opens_s

    def expected(self, run: int) -> float:
        return self.days[run].total * self.kept

    def duties(self, run: int, agents: int) -> list[Duty]:
        """Return who comes and goes: who was off longest comes first, who was on longest goes first."""
        off, on = list(range(agents)), list[int]()
        found: list[Duty] = []
        for step, share in enumerate(self.needed):
            wanted = max(1, min(agents, round(share * self.days[run].total)))
            while len(on) < wanted:
                on.append(off.pop(0))
                found.append(Duty(step * STEP_S, on[-1], True))
            while len(on) > wanted:
                off.append(on.pop(0))
                found.append(Duty(step * STEP_S, off[-1], False))
        return found


def read_days(path: Path) -> tuple[tuple[Day, ...], float]:
    """Return the days of a file of counts (columns ``DateTime``, local time, and ``Calls``; ``.xz`` too) and the length of
    an interval in seconds. Raises ``ValueError`` or ``OSError``."""
    days: dict[str, dict[float, float]] = defaultdict(dict)
    packed = path.read_bytes()
    try:
        text = (lzma.decompress(packed) if path.suffix == ".xz" else packed).decode("utf-8-sig")
        for row in csv.DictReader(io.StringIO(text)):
            at, count = datetime.fromisoformat(row["DateTime"]), float(row["Calls"])
            if not 0.0 <= count < _MOST_CALLS:
                raise ValueError
            days[at.date().isoformat()][at.hour * 3600.0 + at.minute * 60.0 + at.second] = count
    except (KeyError, TypeError, ValueError, csv.Error, lzma.LZMAError) as error:
        raise ValueError(f"{path.name} is no file of counts: it wants the columns DateTime and Calls") from error
    found = tuple(
        Day(name, dict(sorted(counts.items()))) for name, counts in sorted(days.items()) if any(counts.values())
    )
    begins = sorted({begin for day in found for begin in day.counts})
    gaps = [later - earlier for earlier, later in pairwise(begins)]
    if not gaps:
        raise ValueError(f"{path.name} has no two intervals with arrivals")
    return found, min(gaps)


def counted(
    days: Sequence[Day], interval_s: float, runs: Sequence[Day], agents: int, load: float, work_s: float
) -> Counted:
    """Return the arrivals of ``runs`` (some of ``days``), thinned so that ``agents`` are just enough in the busiest half hour
    of all ``days``, and staffed so that in each half hour ``load`` of the time of those on duty is asked for. ``work_s`` is
    an agent's time that a contact takes in the mean."""
    begins = [begin for day in days for begin in day.counts]
    opens, closes = min(begins), min(_LONGEST_DAY_S, max(begins) + interval_s)
    shape = [0.0] * math.ceil((closes - opens) / STEP_S)
    for day in days:
        for begin, count in day.counts.items():
            shape[int((begin - opens) // STEP_S)] += count
    volume = sum(shape)
    per_agent = STEP_S * load / work_s
    lengths = [min(STEP_S, closes - opens - step * STEP_S) for step in range(len(shape))]
    busiest = max(day.total for day in days) * max(
        count / volume * STEP_S / length for count, length in zip(shape, lengths, strict=True)
    )
    kept = agents * per_agent / busiest
    return Counted(
        days=tuple(runs),
        interval_s=interval_s,
        opens_s=opens,
        closes_s=closes,
        kept=kept,
        needed=tuple(
            count / volume * kept * STEP_S / length / per_agent for count, length in zip(shape, lengths, strict=True)
        ),
    )
