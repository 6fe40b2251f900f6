"""What goes wrong in which round, drawn from a seed: how long the client lives, whether the hub dies, how wrong the clock
is, and what the proxy does to each exchange. The same seed breaks the same things; when exactly it hits is the machine's."""

from __future__ import annotations

import random
from dataclasses import dataclass

from desktop.app.bench.faults.proxy import Fault, FaultKind, Side

_KINDS = {
    FaultKind.CUT: 30,
    FaultKind.ANSWER_LOST: 25,
    FaultKind.TWICE: 20,
    FaultKind.DELAY: 15,
    FaultKind.DRIP: 4,
    FaultKind.HALF_OPEN: 4,
    FaultKind.BLACK_HOLE: 3,
    FaultKind.REFUSE: 8,
}


@dataclass(frozen=True, slots=True)
class Round:
    """``lasts_s`` counts from when the client was up to date (``gets_live``) or from its very start; ``hub_dies_after_s``
    (``None``: it lives on) from then on. ``customers`` is how many messages come in meanwhile, ``trouble`` the share (0 to 1)
    of exchanges that go wrong."""

    gets_live: bool
    lasts_s: float
    seat_dies: bool
    hub_dies_after_s: float | None
    hub_is_away_s: float
    days_off: float
    jumps_days: float
    customers: int
    colleague_acts: bool
    trouble: float


def plan(seed: int, number: int) -> Round:
    """Return what is to happen in one round."""
    chance = random.Random(f"{seed}/round/{number}")
    is_long = chance.random() < 0.02
    lasts_s = chance.uniform(1.0, 2.0) if is_long else chance.uniform(0.02, 0.18)
    hub_dies = chance.random() < 0.15
    is_wrong = chance.random() < 0.2
    return Round(
        gets_live=chance.random() < 0.6,
        lasts_s=lasts_s,
        seat_dies=chance.random() < 0.8,
        hub_dies_after_s=chance.uniform(0.0, lasts_s) if hub_dies else None,
        hub_is_away_s=chance.choice((0.0, 0.0, 0.05, 0.3)),
        days_off=chance.choice((-400.0, -3.0, -0.1, 0.1, 3.0, 400.0)) if is_wrong else 0.0,
        jumps_days=chance.choice((-5.0, 5.0)) if chance.random() < 0.05 else 0.0,
        customers=chance.choice((0, 1, 1, 2, 3)),
        colleague_acts=chance.random() < 0.5,
        trouble=chance.choice((0.0, 0.05, 0.15, 0.4)),
    )


class Trouble:
    """What the proxy does. ``share`` (0 to 1) of the exchanges go wrong."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(f"{seed}/trouble")
        self.share = 0.0

    def draw(self, request: bytes) -> Fault | None:
        """Return what goes wrong with ``request``, if anything."""
        chance = self._chance
        if chance.random() >= self.share:
            return None
        kind = chance.choices(list(_KINDS), list(_KINDS.values()))[0]
        side = chance.choice((Side.REQUEST, Side.ANSWER))
        longest = len(request) if side is Side.REQUEST else 2000
        match kind:
            case FaultKind.DELAY | FaultKind.TWICE:
                seconds = chance.choice((0.0, 0.01, 0.1, 0.4))
            case _:
                seconds = 0.002
        return Fault(
            kind,
            side,
            at=chance.randrange(longest + 1),
            seconds=seconds,
            drip_bytes=chance.choice((7, 64, 500)),
            is_reset=chance.random() < 0.5,
        )
