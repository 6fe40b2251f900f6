"""Dates as they are said: ``the eleventh of August nineteen oh nine``, ``elfter achter neunzehnhundertneun``, ``22 03
19 35``, and what recognisers make of them. A reading is ``YYYYMMDD`` with question marks for what was not said, and
its cost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from desktop.insight.spoken.lexicon import calendar, tokens
from desktop.insight.spoken.numbers import Number, numbers

_MOST = 12
_OLDEST = 1890
_YEAR_COST = 0.3
_REPAIR_COST = 1.0
_MONTH_FIRST_COST = 1.5
_ZERO_O = re.compile(r"\b[oO](?=\d|\b)")


@lru_cache(4096)
def readings(text: str) -> tuple[tuple[str, float], ...]:
    """Return up to twelve (date, cost) for one hypothesis, cheapest first; empty where nothing of a date was heard."""
    words = tokens(_ZERO_O.sub("0", text[:400]))
    items = numbers(words)
    months = calendar().months
    at_month = [n for n, one in enumerate(items) if isinstance(one, str) and one in months]
    found: dict[str, float] = {}

    def add(day: int | None, month: int | None, year: int | None, cost: float) -> None:
        value = _pattern(day, month, year)
        if value and cost < found.get(value, 1e9):
            found[value] = cost

    for place, at in enumerate(reversed(at_month)):
        for day, year, cost in _around(items, at):
            add(day, months[str(items[at])], year, cost + place * 0.5)
    if not at_month:
        for day, month, year, cost in _all_numbers([one for one in items if isinstance(one, Number)]):
            add(day, month, year, cost)
    ordered = sorted(found.items(), key=lambda one: (one[1], one[0].count("?")))
    return tuple(ordered[:_MOST])


def digit_run(text: str) -> str:
    """Return all digits of a hypothesis in which a date was said in digits alone, six to ten; else an empty text."""
    items = numbers(tokens(text))
    if any(isinstance(one, str) and one in calendar().months for one in items):
        return ""
    run = "".join(one.written for one in items if isinstance(one, Number))
    return run if 6 <= len(run) <= 10 else ""


def _pattern(day: int | None, month: int | None, year: int | None) -> str:
    """Return the reading, or an empty text where there can be no such day."""
    if day is None and month is None and year is None:
        return ""
    if (day is not None and not 1 <= day <= 31) or (month is not None and not 1 <= month <= 12):
        return ""
    if year is not None and not _OLDEST <= year <= date.today().year:
        return ""
    if day is not None and month is not None:
        try:
            date(year or 2000, month, day)
        except ValueError:
            return ""
    parts = (("????" if year is None else f"{year:04}"), ("??" if month is None else f"{month:02}"))
    return "".join(parts) + ("??" if day is None else f"{day:02}")


def _around(items: list[Number | str], at: int) -> Iterator[tuple[int | None, int | None, float]]:
    """Yield (day, year, cost) for a date with its month said by name at ``at``."""
    before = [one for one in items[:at] if isinstance(one, Number)]
    after = [one for one in items[at + 1 :] if isinstance(one, Number)]
    years = list(_years(after))
    days = list(_days(before))
    if not before and at > 0:
        near = next((word for word in reversed(items[:at]) if isinstance(word, str) and word != "of"), "")
        if misheard := calendar().misheard.get(near):
            days.append((misheard, 0.7))
    for day, day_cost in days:
        for year, cost in years:
            yield day, year, cost + day_cost
        yield day, None, day_cost + 1.5
    if after:
        for year, cost in _years(after[1:]):
            yield after[0].value, year, cost + (0.5 if before else 0.1)
    for year, cost in years:
        yield None, year, cost + 1.5
        if before and not days:
            yield None, year, cost + 0.5
    if not years and not days:
        yield None, None, 1.5


def _days(before: list[Number]) -> Iterator[tuple[int, float]]:
    """Yield what day the numbers before a month may say; ``2020 9th`` and ``2019`` are ``20`` and ``9`` run together."""
    if not before:
        return
    last = before[-1]
    if last.value <= 31:
        yield last.value, 0.0
        if len(before) > 1 and before[-2].value in (20, 30, 2020, 2030) and last.value < 10:
            yield before[-2].value % 100 + last.value, 0.1
    elif 2000 <= last.value <= 2099:
        yield 20 + last.value % 10, 0.5
    elif len(last.written) == 3:
        yield int(last.written[:2]), _REPAIR_COST
        yield int(last.written[0] + last.written[2]), _REPAIR_COST
    for earlier in before[:-1]:
        if earlier.value <= 31:
            yield earlier.value, _REPAIR_COST


def _years(said: list[Number]) -> Iterator[tuple[int, float]]:
    """Yield (year, cost): ``1970 9`` is also 1979, ``19 17`` is 1917, ``2000 and 11`` is 2011, ``82`` is 1982."""
    if not said:
        return
    this_year = date.today().year
    for start in range(min(len(said), 3)):
        skipped = start * 0.6
        one = said[start]
        rest = said[start + 1 :]
        if one.is_ordinal and start + 1 < len(said):
            continue
        if 1000 <= one.value <= 2999:
            more = rest[0].value if rest else None
            if more is not None and one.value % 100 == 0 and more < 100:
                yield one.value + more, skipped
                yield one.value, skipped + _REPAIR_COST
            elif more is not None and one.value % 10 == 0 and 0 < more < 10:
                yield one.value + more, skipped + 0.1
                yield one.value, skipped + 0.3
            else:
                yield one.value, skipped
        elif one.value in (18, 19, 20) and rest:
            if rest[0].written == "0" and len(rest) > 1:
                yield one.value * 100 + rest[1].value % 100, skipped + 0.1
            elif rest[0].value < 100:
                yield one.value * 100 + rest[0].value, skipped + 0.1
                if len(rest) > 1 and rest[0].value % 10 == 0 and rest[1].value < 10:
                    yield one.value * 100 + rest[0].value + rest[1].value, skipped + 0.2
        elif one.value < 100 and len(one.written) == 2:
            yield 1900 + one.value, skipped + _YEAR_COST
            if 2000 + one.value <= this_year:
                yield 2000 + one.value, skipped + _YEAR_COST
        elif len(one.written) == 5 and one.written[:2] in ("19", "20"):
            for gone in range(2, 5):
                yield int(one.written[:gone] + one.written[gone + 1 :]), skipped + _REPAIR_COST
        elif len(one.written) == 3 and one.written[0] == "9":
            yield 1000 + one.value, skipped + _REPAIR_COST


def _all_numbers(said: list[Number]) -> Iterator[tuple[int | None, int | None, int | None, float]]:
    """Yield (day, month, year, cost) for a date said in numbers alone."""
    if len(said) >= 3:
        day, month = said[0].value, said[1].value
        for year, cost in _years([one._replace(is_ordinal=False) for one in said[2:]]):
            yield day, month, year, cost
            if day <= 12:
                yield month, day, year, cost + _MONTH_FIRST_COST
        if said[0].value > 1000:
            yield said[2].value, said[1].value, said[0].value, 0.0
    for start in range(1, len(said) - 1):
        # Whoever corrects themselves says the right date last.
        tail = "".join(one.written for one in said[start:])
        if 7 <= len(tail) <= 9:
            yield from _repaired(tail, 0.5)
    run = "".join(one.written for one in said)
    is_month_and_year = len(said) == 2 and said[0].value <= 31 and said[1].value >= 1000 and len(run) < 6
    if 5 <= len(run) <= 10 and not is_month_and_year:
        yield from _repaired(run, 0.2)
    elif 3 <= len(run) <= 4 and len(said) == 2:
        yield said[0].value, said[1].value, None, 1.0
    elif len(said) == 2 and said[0].value <= 31 and said[1].value >= 1000:
        yield None, said[0].value, said[1].value, 1.0
        yield said[0].value, None, said[1].value, 1.2
    elif len(said) == 1 and 1890 <= said[0].value <= date.today().year:
        yield None, None, said[0].value, 1.0
    elif len(said) == 1 and said[0].is_ordinal:
        yield said[0].value, None, None, 1.0


def _repaired(run: str, cost: float) -> Iterator[tuple[int, int, int, float]]:
    """Yield the ways to cut a run of digits, as it is and with one digit too many heard."""
    yield from _cut(run, cost)
    if len(run) > 6:
        for gone in range(len(run)):
            if gone == 0 or run[gone] != run[gone - 1]:
                yield from _cut(run[:gone] + run[gone + 1 :], cost + _REPAIR_COST, is_whole=True)


def _cut(run: str, cost: float, *, is_whole: bool = False) -> Iterator[tuple[int, int, int, float]]:
    """Yield the ways to cut a run of digits into day, month and year."""
    if len(run) == 8 and run[:2] in ("18", "19", "20"):
        yield int(run[6:]), int(run[4:6]), int(run[:4]), cost + 0.5
    for days in (2, 1):
        for months in (2, 1):
            year = run[days + months :]
            zeros = 0.0 if (days == 2 or run[0] != "0") and (months == 2 or run[days] != "0") else 2.0
            short = (2 - days) * 0.2 + (2 - months) * 0.2
            if len(year) == 4:
                yield int(run[:days]), int(run[days : days + months]), int(year), cost + short + zeros
            elif len(year) == 2 and not is_whole:
                yield int(run[:days]), int(run[days : days + months]), 1900 + int(year), cost + short + zeros + 0.7
                yield int(run[:days]), int(run[days : days + months]), 2000 + int(year), cost + short + zeros + 0.7
