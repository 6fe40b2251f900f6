"""How many arrive when: the forecast of a queue, fitted to its history each night and corrected by the day as it goes.

A day is a sum of few profiles (``shape``), each with a weight that goes from day to day (``course``). What the day has
brought so far says more of these weights, and of the chance that lasts for a while: the rest of the day is foretold given
it, as the conditional mean of a normal distribution (Shen & Huang 2008; Weinberg, Brown & Stroud 2007). Pure; called by the
hub's board and by the lab.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from desktop.insight.forecast.course import LONGEST, TUNED, Almanac, Course, Day
from desktop.insight.forecast.expected import Expected, ranges
from desktop.insight.forecast.shape import Shape, roots, shape_of
from desktop.insight.forecast.table import Count, Table, check_interval, seen, starts, table_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

_DAY_S: Final = 86_400
_HOUR_S: Final = 3_600
_ENOUGH: Final = 1.5
"""Arrivals an interval, in the mean, below which roots are no longer near to normal."""

_HOLIDAY: Final = "holiday"
_ORDINARY_CHANCE: Final = 0.04
"""Root of a day's total varies so much from day to day, as a share, before anything was seen: totals by 8 %."""

_CLOSED_WEEKS: Final = 3
_LATELY_WEEKS: Final = 8
"""After so many weeks of history a weekday without arrivals is closed; so many weeks are looked at for it."""

_FEWEST_TO_JUDGE: Final = 8
_DOUBT: Final = 20.0
"""Days before outliers are looked for and forecasts corrected; days at which a correction counts by half."""

_OUTLIER: Final = 5.0
_OUTLIER_SHARE: Final = 0.15
"""A day counts as an outlier when it lies so many standard deviations from what other days say of it, and the root of its
total so far, as a share, from the usual."""


class _Rest(NamedTuple):
    """What a day will bring after the intervals that are ``over`` (their counts): for each of the others the mean of its
    arrivals, and how the rates behind them vary together."""

    over: list[float]
    mean: NDArray[Any]
    rates: NDArray[Any]


class Forecaster:
    """Forecasts of one queue, made by ``fit``."""

    def __init__(
        self,
        asked: Table,
        learned: Table,
        zone: tzinfo,
        interval_s: int,
        wider_s: int,
        holidays: Collection[date],
        special: Mapping[date, str],
    ) -> None:
        """Learn from one table to answer in the intervals of another. Call ``fit``."""
        self._asked = asked
        self._table = learned
        self._zone = zone
        self._interval_s = interval_s
        self._holidays = frozenset(holidays)
        self._special = dict(special)
        self._listed = frozenset(learned.days)
        self._weekdays = _weekdays(learned)
        self._closed_on_holidays = not any(
            learned.counts[row].sum() > 0 for row, day in enumerate(learned.days) if day in self._holidays
        )
        rows = [row for row, day in enumerate(learned.days) if self.is_open(day)]
        rows = self._without_outliers((rows or list(range(len(learned.days))))[-LONGEST:])
        self._days = tuple(self._day(learned.days[row]) for row in rows)
        counts = learned.counts[rows]
        self._shape: Shape = shape_of(counts)
        scores = roots(counts) @ self._shape.profiles.T
        self._almanac = Almanac(self._days)
        self._courses = tuple(_course(self._almanac, scores[:, place], place) for place in range(scores.shape[1]))
        self._together = _together([course.surprises() for course in self._courses])
        self._correction = self._corrected(float(counts.sum()))
        self._size = wider_s // interval_s
        self._spread = self._shares()

    @classmethod
    def fit(
        cls,
        history: Iterable[Count],
        zone: tzinfo | str,
        interval_s: int,
        holidays: Collection[date] = (),
        special: Mapping[date, str] | None = None,
    ) -> Forecaster | None:
        """Return the forecaster of a queue, or ``None`` where the history has no arrival.

        ``history``: beginnings of intervals of ``interval_s`` seconds with the arrivals in each, of whole days, in any
        order. Intervals without arrivals may be left out of a day; a day left out altogether was not observed. ``zone``:
        of the queue, IANA name or zone. ``holidays``: past and coming; nothing is expected on them unless past ones
        brought something. ``special``: kinds of days that are alike, such as a mailing. Raises ``ValueError`` for an
        interval that does not divide a day, ``ZoneInfoNotFoundError`` for an unknown zone."""
        check_interval(interval_s)
        where = ZoneInfo(zone) if isinstance(zone, str) else zone
        listed = list(history)
        asked = table_of(listed, where, interval_s)
        if asked is None:
            return None
        wider = _wider(asked, interval_s)
        learned = table_of(listed, where, wider) if wider > interval_s else asked
        return cls(asked, learned or asked, where, interval_s, wider, holidays, special or {})

    def is_open(self, day: date) -> bool:
        """Whether anything is expected on ``day``: not on a holiday, not on a weekday that brought nothing for weeks."""
        if day in self._holidays:
            return not self._closed_on_holidays
        return day.weekday() in self._weekdays

    def predict(
        self, day: date, so_far: Sequence[Count] = (), now: datetime | None = None, coverage: float = 0.8
    ) -> tuple[Expected, ...]:
        """Return what is expected of each interval of ``day``, in order.

        ``so_far``: the intervals of the day that are over, with their arrivals. They are taken to be over up to the last
        listed or, with ``now``, up to the last that ended by then. ``coverage``: how often, from 0 to 1, the arrivals
        shall fall between low and high."""
        import numpy as np

        rest = self._rest(day, seen(so_far, day, self._asked, self._zone, self._interval_s, now))
        low, high = ranges(rest.mean, rest.mean + np.diag(rest.rates), coverage)
        deviation = np.sqrt(np.diag(rest.rates))
        found = []
        for number, start in starts(day, self._zone, self._interval_s):
            column = number - self._asked.first
            if not 0 <= column < self._asked.columns:
                continue
            if column < len(rest.over):
                found.append(_counted(start, self._interval_s, rest.over[column]))
                continue
            ahead = column - len(rest.over)
            found.append(
                Expected(
                    start=start,
                    interval_s=self._interval_s,
                    mean=round(float(rest.mean[ahead]), 4),
                    low=float(low[ahead]),
                    high=float(high[ahead]),
                    rate_sd=round(float(deviation[ahead]), 4),
                )
            )
        return tuple(found)

    def total(
        self, day: date, so_far: Sequence[Count] = (), now: datetime | None = None, coverage: float = 0.8
    ) -> Expected:
        """Return what is expected of the whole of ``day``, what came already included. Arguments as of ``predict``."""
        import numpy as np

        rest = self._rest(day, seen(so_far, day, self._asked, self._zone, self._interval_s, now))
        came, mean, rate = float(sum(rest.over)), float(rest.mean.sum()), max(0.0, float(rest.rates.sum()))
        low, high = ranges(np.array([mean]), np.array([mean + rate]), coverage)
        return Expected(
            start=datetime(day.year, day.month, day.day, tzinfo=self._zone),
            interval_s=_DAY_S,
            mean=round(came + mean, 4),
            low=came + float(low[0]),
            high=came + float(high[0]),
            rate_sd=round(rate**0.5, 4),
            is_over=not len(rest.mean),
        )

    def _rest(self, day: date, over: list[float]) -> _Rest:
        import numpy as np

        left = self._asked.columns - len(over)
        if not self.is_open(day) and not any(over):
            return _Rest(over, np.zeros(left), np.zeros((left, left)))
        towards = self._almanac.towards(self._day(day))
        foretold = [course.foretell(towards) for course in self._courses]
        mean, covariance = self._day_of([one for one, _ in foretold], [spread for _, spread in foretold])
        whole = self._whole(over)
        done = len(whole)
        if done:
            across = covariance[done:, :done]
            gain = np.linalg.solve(covariance[:done, :done], across.T).T
            mean = mean[done:] + gain @ (roots(np.array(whole)) - mean[:done])
            covariance = covariance[done:, done:] - gain @ across.T
        counts, rates = _counts(mean, covariance)
        spread = self._spread[len(over) :, done:]
        return _Rest(over, self._correction * (spread @ counts), self._correction**2 * (spread @ rates @ spread.T))

    def _day_of(self, means: Sequence[float], variances: Sequence[float]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return mean and covariance of a day, on the scale of roots, by the weights of its profiles."""
        import numpy as np

        deviation = np.sqrt(np.array(variances))
        profiles = self._shape.profiles
        weights = self._together * np.outer(deviation, deviation)
        return np.array(means) @ profiles, self._shape.chance + profiles.T @ weights @ profiles

    def _whole(self, over: list[float]) -> list[float]:
        """Return the counts that are over in the intervals that were learned from, as far as these are complete."""
        size = self._size
        if size == 1:
            return over
        begin = self._asked.first - self._table.first * size
        padded = [0.0] * begin + over
        complete = len(padded) // size if len(over) < self._asked.columns else self._table.columns
        return [sum(padded[place * size : (place + 1) * size]) for place in range(complete)]

    def _shares(self) -> NDArray[Any]:
        """Return which share of each interval that was learned from falls into each that is asked for."""
        import numpy as np

        numbers = np.arange(self._asked.columns) + self._asked.first
        within = numbers[:, None] // self._size - self._table.first == np.arange(self._table.columns)[None, :]
        shares: NDArray[Any] = within / np.maximum(within.sum(axis=0), 1)
        return shares

    def _corrected(self, came: float) -> float:
        """Return by how much all days together came to more or less than was foretold of each by the others."""
        import numpy as np

        if len(self._days) < _FEWEST_TO_JUDGE:
            return 1.0
        held_out = [course.held_out() for course in self._courses]
        foretold = 0.0
        for row in range(len(self._days)):
            mean, covariance = self._day_of([m[row] for m, _ in held_out], [v[row] for _, v in held_out])
            foretold += float(np.maximum((mean**2 + np.diag(covariance)) / 4.0 - 0.375, 0.0).sum())
        days = len(self._days)
        trusted = days / (days + _DOUBT)
        return 1.0 if foretold <= 0.0 else float((came / foretold) ** trusted)

    def _day(self, day: date) -> Day:
        before = day - timedelta(days=1)
        while before.weekday() not in self._weekdays:
            before -= timedelta(days=1)
        is_past = self._table.days[0] <= before < self._table.days[-1]
        is_after = before in self._holidays or (is_past and before not in self._listed)
        kind = self._special.get(day, _HOLIDAY if day in self._holidays else "")
        return Day(day, kind, is_after)

    def _without_outliers(self, rows: list[int]) -> list[int]:
        """Return the days that may be learned from: one that no other day makes plausible (an outage, a half day) and of
        no kind of its own would bend all that follow."""
        import numpy as np

        if len(rows) < _FEWEST_TO_JUDGE:
            return rows
        days = [self._day(self._table.days[row]) for row in rows]
        totals = roots(self._table.counts[rows].sum(axis=1))
        course = Course(Almanac(days), totals, _ORDINARY_CHANCE * float(totals.mean()), tuned=())
        surprises = np.abs(course.surprises())
        usual = float(np.median(totals))
        return [
            row
            for row, day, total, surprise in zip(rows, days, totals, surprises, strict=True)
            if surprise < _OUTLIER or day.kind or abs(total / usual - 1.0) < _OUTLIER_SHARE
        ]


def _wider(asked: Table, interval_s: int) -> int:
    """Return the interval to learn in: wide enough that it brings more than one arrival, an hour at most."""
    usual = float(asked.counts.sum()) / asked.counts.size
    sizes = [size for size in range(1, _HOUR_S // interval_s + 1) if _HOUR_S % (size * interval_s) == 0] or [1]
    return interval_s * next((size for size in sizes if size * usual >= _ENOUGH), sizes[-1])


def _counts(mean: NDArray[Any], covariance: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return from the scale of roots the mean of counts, and how the rates behind them vary together."""
    import numpy as np

    counts = np.maximum((mean**2 + np.diag(covariance)) / 4.0 - 0.375, 0.0)
    rates = np.outer(mean, mean) * covariance / 4.0 + covariance**2 / 8.0
    np.fill_diagonal(rates, np.maximum(np.diag(rates) - counts, 0.0))
    return counts, rates


def _counted(start: datetime, interval_s: int, count: float) -> Expected:
    return Expected(start=start, interval_s=interval_s, mean=count, low=count, high=count, is_over=True)


def _weekdays(table: Table) -> frozenset[int]:
    """Return the weekdays on which a queue is open: those that lately brought anything, or all where too little was seen
    to tell."""
    last = table.days[-1]
    if (last - table.days[0]).days + 1 < 7 * _CLOSED_WEEKS:
        return frozenset(range(7))
    busy = (table.counts.sum(axis=1) > 0).tolist()
    lately = [day for day, is_busy in zip(table.days, busy, strict=True) if is_busy]
    return frozenset(day.weekday() for day in lately if (lately[-1] - day).days < 7 * _LATELY_WEEKS)


def _course(almanac: Almanac, scores: NDArray[Any], place: int) -> Course:
    """Return the course of one profile: of the usual day (``place`` 0) with all that the calendar has, of others with
    weekday and level."""
    import numpy as np

    usual = _ORDINARY_CHANCE * float(np.mean(np.abs(scores))) if place == 0 else 0.0
    return Course(almanac, scores, float(np.hypot(1.0, usual)), TUNED if place == 0 else ("weekday", "level", "memory"))


def _together(surprises: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Return how the weights of profiles err together: correlations, drawn to nothing where days are few."""
    import numpy as np

    errors = np.array(surprises)
    days = errors.shape[1]
    products = errors @ errors.T
    sizes = np.sqrt(np.maximum(np.diag(products), 1e-9))
    together: NDArray[Any] = products / np.outer(sizes, sizes) * days / (days + _DOUBT)
    np.fill_diagonal(together, 1.0)
    return together
