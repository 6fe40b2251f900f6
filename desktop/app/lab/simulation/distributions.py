"""Distributions of durations, as they are written on the command line: ``exp:MEAN``, ``lognormal:MEAN,CV``,
``fixed:SECONDS``, and ``none`` for a patience without end. Draws are in units of the mean, so that a queue can have its own.

Handling times of calls are close to lognormal (Brown et al. 2005); the closed forms of queueing want exponential ones.
"""

from __future__ import annotations

import math
from random import Random

from msgspec import Struct


class Duration(Struct, frozen=True):
    """A distribution of seconds with its ``mean`` and coefficient of variation ``cv`` (``exp`` has 1)."""

    kind: str
    mean: float
    cv: float = 1.0

    def unit(self, chance: Random) -> float:
        """Return a draw of mean 1. Each call takes the same part of ``chance`` whatever the mean."""
        if self.kind == "exp":
            return -math.log(1.0 - chance.random())
        if self.kind == "lognormal":
            spread = math.log1p(self.cv * self.cv)
            return math.exp(math.sqrt(spread) * chance.gauss(0.0, 1.0) - spread / 2.0)
        return 1.0

    def __str__(self) -> str:
        if math.isinf(self.mean):
            return "none"
        return f"{self.kind}:{self.mean:g}" + (f",{self.cv:g}" if self.kind == "lognormal" else "")


ENDLESS = Duration("fixed", math.inf)


def parse_duration(text: str) -> Duration:
    """Return what ``text`` names. Raises ``ValueError``, with a sentence for a person."""
    if text == "none":
        return ENDLESS
    kind, _, rest = text.partition(":")
    wanted = {"exp": (1,), "fixed": (1,), "lognormal": (1, 2)}.get(kind, ())
    try:
        numbers = [float(one) for one in rest.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in wanted or not all(0.0 <= one < 1e9 for one in numbers):
        raise ValueError(f"{text!r} is none of exp:SECONDS, lognormal:SECONDS,CV, fixed:SECONDS, none")
    return Duration(kind, *numbers)
