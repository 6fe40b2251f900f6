"""How one figure of a day (how busy it is, or how its arrivals are spread) goes from day to day: fitted, and foretold
with its uncertainty.

A Gaussian process over the calendar (Rasmussen & Williams 2006, chapters 2 and 5): a constant, the weekday, a level that
wanders and returns, a trend, the part of the month, the time of the year, days of a kind, the first day after a closure,
and chance. How much each weighs is chosen by restricted marginal likelihood with a mild preference for ordinary values, so
that three days are enough to begin with. Works on arrays, knows no queue. Called by ``forecaster``.
"""

from __future__ import annotations

import calendar
import math
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from numpy.typing import NDArray

LONGEST: Final = 800
"""Days that are looked back at: two years and a little."""

_TUNED_ON: Final = 120
"""The weights of the parts are chosen on so many latest days."""

_PSEUDO_DAYS: Final = 4.0
"""How many days of evidence the prior of the size of chance is worth."""

_YEAR: Final = 365.25

ORDINARY: Final[dict[str, float]] = {
    "weekday": 4.0,
    "level": 1.0,
    "memory": 20.0,
    "month": 0.3,
    "trend": 0.3,
}
"""Variance of each part as a multiple of the variance of chance (``trend``: after a year), and the days after which the
level has returned by two thirds (``memory``)."""

_CHOICES: Final[dict[str, tuple[float, ...]]] = {
    "weekday": (0.1, 1.0, 4.0, 16.0, 64.0),
    "level": (0.05, 0.3, 1.0, 3.0, 10.0),
    "memory": (5.0, 20.0, 80.0),
    "month": (0.01, 0.3, 1.0, 4.0),
    "trend": (0.3, 3.0, 30.0),
}
TUNED: Final = tuple(ORDINARY)
_PREFERENCE: Final = 2.5
"""How far weights may be from the ordinary without being held against, as a logarithm."""

_YEARLY: Final = 2.0
_KIND: Final = 30.0
_AFTER: Final = 10.0
_SEASON: Final = 0.25
_MONTH_WIDTH: Final = 0.08
"""How far apart days of the month, and of the year, are alike: as a share of a month, and as an angle of the year."""


class Day(NamedTuple):
    """A day as the calendar knows it. ``kind`` names special days that are alike; ``is_after``: the first day open after
    one that is usually open and was not."""

    date: date
    kind: str = ""
    is_after: bool = False


class Almanac:
    """The days that were learned from, as the calendar relates them to each other: shared by all courses of a queue."""

    def __init__(self, days: Sequence[Day]) -> None:
        """Take ``days`` (ascending, at least one); those longer ago than is looked back at are left out."""
        self.days = tuple(days[-LONGEST:])
        self.among = self._parts(self.days, self.days)
        latest = self.days[-_TUNED_ON:]
        self.lately = self.among if len(latest) == len(self.days) else self._parts(latest, latest)

    def towards(self, day: Day) -> tuple[Parts, Parts]:
        """Return how a day is related to those learned from, and to itself."""
        return self._parts((day,), self.days), self._parts((day,), (day,))

    def _parts(self, left: Sequence[Day], right: Sequence[Day]) -> Parts:
        first, last = self.days[0].date, self.days[-1].date
        return Parts(left, right, origin=last, is_yearly=(last - first).days > _YEAR)


class Course:
    """A fitted course of one figure. ``foretell`` is what it is for."""

    def __init__(self, almanac: Almanac, values: NDArray[Any], chance: float, tuned: Sequence[str] = TUNED) -> None:
        """Fit ``values``, one for each day of the almanac. ``chance``: the standard deviation from day to day that is
        expected before anything was seen. ``tuned``: the weights to choose; others stay ordinary."""
        self._values = values[-LONGEST:]
        self._chance = chance
        self.weights = dict(ORDINARY)
        self._tune(almanac.lately, tuned)
        self._solve(almanac.among)

    def _tune(self, parts: Parts, tuned: Sequence[str]) -> None:
        values = self._values[-_TUNED_ON:]
        best = self._evidence(parts, values, self.weights) if tuned else 0.0
        for _ in range(2):
            before = best
            for name in tuned:
                for choice in _CHOICES[name]:
                    tried = {**self.weights, name: choice}
                    if tried == self.weights:
                        continue
                    found = self._evidence(parts, values, tried)
                    if found > best:
                        best, self.weights = found, tried
            if best - before < 0.1:
                break

    def _evidence(self, parts: Parts, values: NDArray[Any], weights: dict[str, float]) -> float:
        import numpy as np

        root = np.linalg.cholesky(parts.covariance(weights))
        ones, scaled = np.linalg.solve(root, np.stack([np.ones(len(values)), values], axis=1)).T
        information = float(ones @ ones)
        rest = scaled - ones * (ones @ scaled) / information
        freedom = _PSEUDO_DAYS + len(values) - 1
        size = _PSEUDO_DAYS * self._chance**2 + float(rest @ rest)
        fit = -np.log(np.diag(root)).sum() - 0.5 * np.log(information) - 0.5 * freedom * np.log(size)
        oddity = sum(math.log(weights[name] / usual) ** 2 for name, usual in ORDINARY.items())
        return float(fit) - 0.5 * oddity / _PREFERENCE**2

    def _solve(self, parts: Parts) -> None:
        import numpy as np

        self._inverse = np.linalg.inv(parts.covariance(self.weights))
        self._pull = self._inverse.sum(axis=0)
        self._information = float(self._pull.sum())
        self._constant = float(self._pull @ self._values) / self._information
        self._alpha = self._inverse @ (self._values - self._constant)
        freedom = _PSEUDO_DAYS + len(self._values) - 1
        spent = float((self._values - self._constant) @ self._alpha)
        self._scale = (_PSEUDO_DAYS * self._chance**2 + spent) / freedom

    def held_out(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return for each day mean and variance of the figure as all other days foretell it (Rasmussen & Williams 2006,
        section 5.4.2)."""
        import numpy as np

        own = np.maximum(np.diag(self._inverse) - self._pull**2 / self._information, 1e-12)
        return self._values - self._alpha / own, self._scale / own

    def surprises(self) -> NDArray[Any]:
        """Return for each day by how many standard deviations all other days miss it."""
        import numpy as np

        means, variances = self.held_out()
        surprises: NDArray[Any] = (self._values - means) / np.sqrt(variances)
        return surprises

    def foretell(self, towards: tuple[Parts, Parts]) -> tuple[float, float]:
        """Return mean and variance of the figure on the day that the almanac relates ``towards``."""
        across = towards[0].shared(self.weights)[0]
        solved = self._inverse @ across
        unknown = 1.0 - float(solved.sum())
        variance = float(towards[1].covariance(self.weights)[0, 0]) - float(across @ solved)
        variance += unknown**2 / self._information
        return self._constant + float(across @ self._alpha), self._scale * max(variance, 1e-9)


class Parts:
    """How days of two lists are alike, part by part: the kernels before they are weighed."""

    def __init__(self, left: Sequence[Day], right: Sequence[Day], origin: date, is_yearly: bool) -> None:
        import numpy as np

        def grid(figure: Callable[[Day], float]) -> tuple[NDArray[Any], NDArray[Any]]:
            return np.array([figure(one) for one in left])[:, None], np.array([figure(one) for one in right])[None, :]

        a, b = grid(lambda one: one.date.toordinal())
        self._apart = np.abs(a - b)
        self._trend = (a - origin.toordinal()) * (b - origin.toordinal()) / _YEAR**2
        self._weekday = (a % 7 == b % 7).astype(float)
        a, b = grid(lambda one: _part_of_month(one.date))
        self._month = np.exp(-2.0 * np.sin(np.pi * (a - b)) ** 2 / (2 * np.pi * _MONTH_WIDTH) ** 2)
        a, b = grid(lambda one: float(one.is_after))
        self._always = _AFTER * a * b
        if any(one.kind for one in left):
            kinds = {kind: place for place, kind in enumerate(dict.fromkeys(one.kind for one in left if one.kind), 1)}
            a, b = grid(lambda one: kinds.get(one.kind, 0))
            self._always += _KIND * ((a == b) & (a > 0))
        if is_yearly:
            a, b = grid(lambda one: one.date.timetuple().tm_yday / _YEAR)
            self._always += _YEARLY * np.exp(-2.0 * np.sin(np.pi * (a - b)) ** 2 / _SEASON**2)

    def shared(self, weights: dict[str, float]) -> NDArray[Any]:
        """Return the covariance without chance."""
        import numpy as np

        level: NDArray[Any] = weights["level"] * np.exp(-self._apart / weights["memory"])
        level += weights["weekday"] * self._weekday
        level += weights["month"] * self._month
        level += weights["trend"] * self._trend
        level += self._always
        return level

    def covariance(self, weights: dict[str, float]) -> NDArray[Any]:
        """Return the covariance of a list with itself."""
        import numpy as np

        return self.shared(weights) + np.eye(len(self._apart))


def _part_of_month(day: date) -> float:
    return (day.day - 1) / calendar.monthrange(day.year, day.month)[1]
