"""``dirigent lab forecast``: what a file of counted arrivals lets expect, and how good such forecasts were on its last days.

Judged from a rolling origin (Tashman 2000): each day is forecast by what was known before it, beside what needs no model:
the day before, the same weekday a week before, the mean of four such weekdays. Called by ``commands``; forecasts are made by
``desktop.insight.forecast``.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from desktop.app.lab.files import writing
from desktop.app.lab.simulation.arrivals import read_days
from desktop.insight.forecast import Expected, Forecaster
from desktop.insight.forecast.table import Count

_FEWEST_BEFORE: Final = 14
_WEEK: Final = timedelta(days=7)
_MEASURES: Final = ("mae", "rmse", "wape", "covered_80", "covered_95")
_MOST_DAYS: Final = 366

Days = Mapping[date, Sequence[Count]]
Score = dict[str, float | int | str]


class Guess(NamedTuple):
    """Means for intervals, and where there are any, the ranges that 80 and 95 % shall fall into."""

    means: Sequence[float]
    ranges: tuple[Sequence[tuple[float, float]], ...] = ()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument(
        "--in", dest="file", type=Path, required=True, metavar="FILE.csv", help="DateTime,Calls; .xz too"
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the forecast, one interval a line")
    parser.add_argument(
        "--horizon", type=_days, default=7, metavar="DAYS", help="days to forecast (default: %(default)s)"
    )
    parser.add_argument("--interval", type=int, metavar="MIN", help="length of intervals (default: that of the file)")
    parser.add_argument("--judged", type=_share, default=0.3, metavar="SHARE", help="last days (default: %(default)s)")
    parser.add_argument("--from", dest="begin", type=time.fromisoformat, default=time(10), metavar="HH:MM",
                        help="when the rest of a day is forecast from its morning (default: 10:00)")  # fmt: skip
    parser.add_argument("--zone", default="UTC", help="of the queue (default: %(default)s)")
    parser.add_argument(
        "--holidays", nargs="*", type=date.fromisoformat, default=[], metavar="DATE", help="closed days"
    )
    parser.add_argument("--json", action="store_true", help="print figures and forecast as one line of JSON")


def _days(text: str) -> int:
    value = int(text)
    if not 0 <= value <= _MOST_DAYS:
        raise argparse.ArgumentTypeError(f"must be 0 to {_MOST_DAYS}")
    return value


def _share(text: str) -> float:
    value = float(text)
    if not 0.0 <= value < 1.0:
        raise argparse.ArgumentTypeError("must be at least 0 and less than 1")
    return value


def run(args: argparse.Namespace) -> None:
    """``dirigent lab forecast``"""
    days, interval_s = read(args.file, args.interval)
    try:
        zone = ZoneInfo(args.zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"no such zone: {args.zone}") from None

    def fit(known: Iterable[date]) -> Forecaster | None:
        return Forecaster.fit([one for day in known for one in days[day]], zone, interval_s, args.holidays)

    forecaster = fit(days)
    assert forecaster is not None
    last = max(days)
    coming = [last + timedelta(days=ahead) for ahead in range(1, args.horizon + 1)]
    expected = [one for day in coming for one in forecaster.predict(day)]
    if args.out is not None:
        with writing(args.out) as write:
            for one in expected:
                write(_line(one))
    first = max(_FEWEST_BEFORE, round(len(days) * (1.0 - args.judged)))
    scores = judged(days, sorted(days)[first:], args.begin, fit)
    about: Score = {
        "task": "forecast",
        "split": f"rolling origin over the last {max(0, len(days) - first)} of {len(days)} days",
        "count": sum(len(days[day]) for day in sorted(days)[first:]),
        "seed": "none, nothing is drawn",
        "interval_s": interval_s,
    }
    totals = [forecaster.total(day) for day in coming]
    if args.json:
        told = {**about, "scores": scores, "days": [_line(one) for one in totals]}
        print(json.dumps({**told, "forecast": [_line(one) for one in expected]}))
        return
    for name, value in about.items():
        print(f"{name:12} {value}")
    _print_scores(scores)
    for one in totals:
        print(f"{one.start:%Y-%m-%d %a}  {one.mean:10.1f}  ({one.low:.0f} to {one.high:.0f})")


def read(path: Path, minutes: int | None = None) -> tuple[dict[date, list[Count]], int]:
    """Return the days of a file of counts, each with the beginnings and counts of its intervals, and the length of an
    interval in seconds: the file's own, or ``minutes`` where that is a multiple. Raises ``ValueError`` or ``OSError``."""
    found, own_s = read_days(path)
    interval_s = round(own_s) if minutes is None else minutes * 60
    if interval_s <= 0 or interval_s % round(own_s):
        raise ValueError(f"intervals of the file are {own_s / 60:g} minutes: --interval must be a multiple")
    days: dict[date, list[Count]] = {}
    for day in found:
        counts: dict[int, float] = {}
        for second, count in day.counts.items():
            begin = int(second) // interval_s * interval_s
            counts[begin] = counts.get(begin, 0.0) + count
        midnight = datetime.fromisoformat(day.name)
        days[midnight.date()] = [
            (midnight + timedelta(seconds=begin), round(count)) for begin, count in sorted(counts.items())
        ]
    return days, interval_s


def judged(
    days: Days, origins: Sequence[date], begin: time, fit: Callable[[Iterable[date]], Forecaster | None]
) -> list[Score]:
    """Return the scores of the forecast and of what needs no model on each day of ``origins``: a day ahead, a week ahead,
    and for the rest of the day from ``begin`` on; by interval and for the whole day."""
    collected: dict[tuple[str, str, str], _Errors] = {}

    def note(what: str, method: str, truth: Sequence[float], guess: Guess) -> None:
        collected.setdefault((what, "interval", method), _Errors()).add(truth, guess)

    def note_day(what: str, method: str, truth: float, guess: Guess) -> None:
        collected.setdefault((what, "day", method), _Errors()).add([truth], guess)

    for day in origins:
        counts = days[day]
        truth = [float(count) for _, count in counts]
        came = [one for one in counts if one[0].time() < begin]
        simple = _simple(days, day)
        for what, known in (
            ("day ahead", [one for one in days if one < day]),
            ("week ahead", [one for one in days if one <= day - _WEEK]),
        ):
            forecaster = fit(known)
            if forecaster is None:
                continue
            note(what, "forecast", truth, _guess(forecaster, counts, day, ()))
            note_day(what, "forecast", sum(truth), _guess_total(forecaster, day, ()))
            if what == "day ahead" and came:
                note("rest of day", "forecast", truth[len(came) :], _guess(forecaster, counts[len(came) :], day, came))
                note_day("rest of day", "forecast", sum(truth), _guess_total(forecaster, day, came))
        for method, means in simple.items():
            for what in ("day ahead", "week ahead") if method == "same as last week" else ("day ahead",):
                note(what, method, truth, Guess(means))
                note_day(what, method, sum(truth), Guess([sum(means)]))
            if came:
                note("rest of day", method, truth[len(came) :], Guess(means[len(came) :]))
                note_day("rest of day", method, sum(truth), Guess([sum(truth[: len(came)]) + sum(means[len(came) :])]))
    return [
        {"what": what, "of": of, "method": method, **errors.scores()}
        for (what, of, method), errors in sorted(collected.items())
    ]


def _simple(days: Days, day: date) -> dict[str, list[float]]:
    """Return what needs no model, for the intervals of ``day``."""
    before = [one for one in days if one < day]
    alike = [one for one in before if one.weekday() == day.weekday()]
    found: dict[str, list[date]] = {"yesterday": before[-1:]}
    if alike:
        found |= {"same as last week": alike[-1:], "mean of four weeks": alike[-4:]}
    tables = {one: {at.time(): float(count) for at, count in days[one]} for used in found.values() for one in used}
    return {
        method: [sum(tables[one].get(at.time(), 0.0) for one in used) / len(used) for at, _ in days[day]]
        for method, used in found.items()
    }


def _guess(forecaster: Forecaster, counts: Sequence[Count], day: date, came: Sequence[Count]) -> Guess:
    """Return the forecast for the intervals of ``counts``."""
    wide = {one.start.time(): one for one in forecaster.predict(day, came, coverage=0.95)}
    narrow = {one.start.time(): one for one in forecaster.predict(day, came)}
    return _of([[table.get(at.time()) for at, _ in counts] for table in (narrow, wide)])


def _guess_total(forecaster: Forecaster, day: date, came: Sequence[Count]) -> Guess:
    return _of([[forecaster.total(day, came, coverage=coverage)] for coverage in (0.8, 0.95)])


def _of(found: Sequence[Sequence[Expected | None]]) -> Guess:
    means = [one.mean if one is not None else 0.0 for one in found[0]]
    return Guess(
        means, tuple([(one.low, one.high) if one is not None else (0.0, 0.0) for one in table] for table in found)
    )


class _Errors:
    """Truths beside guesses, collected over days."""

    def __init__(self) -> None:
        self._misses: list[float] = []
        self._truth = 0.0
        self._within: tuple[list[bool], list[bool]] = ([], [])

    def add(self, truth: Sequence[float], guess: Guess) -> None:
        self._misses += [mean - count for mean, count in zip(guess.means, truth, strict=True)]
        self._truth += sum(truth)
        for within, pairs in zip(self._within, guess.ranges, strict=False):
            within += [low <= count <= high for (low, high), count in zip(pairs, truth, strict=True)]

    def scores(self) -> Score:
        """Return mean absolute and root mean square error, absolute error as a share of all that came (WAPE), and which
        share fell into the ranges."""
        count = max(1, len(self._misses))
        off = sum(map(abs, self._misses))
        found: Score = {
            "count": len(self._misses),
            "mae": off / count,
            "rmse": (sum(miss * miss for miss in self._misses) / count) ** 0.5,
            "wape": off / self._truth if self._truth else 0.0,
        }
        for name, within in zip(_MEASURES[3:], self._within, strict=True):
            if within:
                found[name] = sum(within) / len(within)
        return found


def _line(one: Expected) -> dict[str, float | str]:
    return {"start": one.start.isoformat(), "mean": one.mean, "low": one.low, "high": one.high, "rate_sd": one.rate_sd}


def _print_scores(scores: Sequence[Score]) -> None:
    if not scores:
        print("too few days to judge forecasts")
        return
    print(f"{'':12} {'of':9} {'method':19}" + "".join(f"{name:>12}" for name in _MEASURES))
    for score in scores:
        figures = "".join(f"{score[name]:12.3f}" if name in score else f"{'':12}" for name in _MEASURES)
        print(f"{score['what']:12} {score['of']:9} {score['method']:19}{figures}")
