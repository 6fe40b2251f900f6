"""A lead plans tomorrow by what is expected, and sees by noon what the day is going to be."""

from __future__ import annotations

import lzma
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pytest

from desktop.insight.forecast import Forecaster
from desktop.insight.forecast.table import Count, table_of

CALLS = Path(__file__).resolve().parents[4] / "shared" / "data" / "bank_calls" / "bank_calls_first_124_days.csv.xz"
MONDAY = date(2024, 3, 4)
HALF_HOUR = 1800
OPEN = range(16, 36)

Volume = Callable[[date], float]


def by_weekday(day: date) -> float:
    """Mondays are busy, Sundays closed."""
    return (400.0, 300.0, 280.0, 280.0, 320.0, 150.0, 0.0)[day.weekday()]


def shape(place: int) -> float:
    """Mornings are busier than afternoons."""
    return (1.6 if place < 26 else 0.4) / len(OPEN)


def history(days: int, volume: Volume = by_weekday, seed: int = 5, first: date = MONDAY) -> list[Count]:
    chance = np.random.default_rng(seed)
    return [one for ahead in range(days) for one in counted(first + timedelta(days=ahead), volume, chance)]


def counted(day: date, volume: Volume, chance: np.random.Generator) -> list[Count]:
    busy = volume(day) * chance.gamma(100.0, 0.01)
    midnight = datetime(day.year, day.month, day.day)
    return [
        (midnight + timedelta(seconds=place * HALF_HOUR), int(chance.poisson(busy * shape(place)))) for place in OPEN
    ]


def fitted(days: int, volume: Volume = by_weekday, first: date = MONDAY) -> Forecaster:
    forecaster = Forecaster.fit(history(days, volume, first=first), "Europe/Berlin", HALF_HOUR)
    assert forecaster is not None
    return forecaster


def test_without_any_arrival_nothing_is_foretold() -> None:
    assert Forecaster.fit([], "UTC", HALF_HOUR) is None
    assert Forecaster.fit([(datetime(2024, 3, 4, 9), 0)], "UTC", HALF_HOUR) is None


def test_a_monday_is_foretold_busier_than_a_tuesday_and_its_morning_than_its_afternoon() -> None:
    forecaster = fitted(70)
    monday, tuesday = MONDAY + timedelta(days=70), MONDAY + timedelta(days=71)
    assert forecaster.total(monday).mean == pytest.approx(400, rel=0.06)
    assert forecaster.total(tuesday).mean == pytest.approx(300, rel=0.06)
    expected = forecaster.predict(monday)
    assert [one.start.astimezone(ZoneInfo("Europe/Berlin")).hour for one in expected[::2]] == list(range(8, 18))
    morning, afternoon = expected[3].mean, expected[-3].mean
    assert morning == pytest.approx(32, rel=0.2)
    assert afternoon == pytest.approx(8, rel=0.35)
    assert sum(one.mean for one in expected) == pytest.approx(forecaster.total(monday).mean, rel=1e-3)


def test_nothing_is_expected_on_the_weekday_that_is_always_closed_unless_somebody_comes() -> None:
    forecaster = fitted(70)
    sunday = MONDAY + timedelta(days=69)
    assert not forecaster.is_open(sunday)
    assert {one.high for one in forecaster.predict(sunday)} == {0.0}
    assert forecaster.total(sunday).mean == 0.0
    came = [(datetime(2024, 5, 12, 8), 9)]
    assert forecaster.total(sunday, came).mean > 9


def test_the_ranges_hold_what_they_promise() -> None:
    chance = np.random.default_rng(11)
    within = {0.8: [0, 0], 0.95: [0, 0]}
    for seed in range(6):
        forecaster = Forecaster.fit(history(56, seed=seed), "UTC", HALF_HOUR)
        assert forecaster is not None
        for ahead in range(56, 62):
            day = MONDAY + timedelta(days=ahead)
            truth = [count for _, count in counted(day, by_weekday, chance)]
            for coverage, tally in within.items():
                for one, count in zip(forecaster.predict(day, coverage=coverage), truth, strict=True):
                    tally[0] += one.low <= count <= one.high
                    tally[1] += 1
    assert 0.78 <= within[0.8][0] / within[0.8][1] <= 0.92
    assert 0.93 <= within[0.95][0] / within[0.95][1] <= 0.995


def test_what_a_busy_morning_says_of_the_afternoon() -> None:
    forecaster = fitted(70)
    monday = MONDAY + timedelta(days=70)
    plain = forecaster.predict(monday)
    came = [(one.start, round(one.mean * 1.4)) for one in plain[:8]]
    corrected = forecaster.predict(monday, came)
    assert [one.mean for one in corrected[:8]] == [count for _, count in came]
    assert all(one.is_over and one.low == one.high == one.mean for one in corrected[:8])
    rest, before = sum(one.mean for one in corrected[8:]), sum(one.mean for one in plain[8:])
    assert 1.1 * before < rest < 1.4 * before
    total = forecaster.total(monday, came)
    assert total.high - total.low < forecaster.total(monday).high - forecaster.total(monday).low


def test_silence_is_news_too_once_the_time_is_said() -> None:
    forecaster = fitted(70)
    monday = MONDAY + timedelta(days=70)
    noon = datetime(2024, 5, 13, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    silent = forecaster.total(monday, [], now=noon)
    assert silent.mean < 0.5 * sum(one.mean for one in forecaster.predict(monday)[8:])
    assert forecaster.total(monday, [], now=noon - timedelta(days=1)) == forecaster.total(monday)
    over = forecaster.total(monday, [(datetime(2024, 5, 13, 9), 7)], now=noon + timedelta(days=1))
    assert (over.mean, over.is_over) == (7.0, True)


def test_when_the_whole_day_is_over_its_forecast_is_what_came() -> None:
    forecaster = fitted(30)
    day = MONDAY + timedelta(days=30)
    came = counted(day, by_weekday, np.random.default_rng(3))
    assert [one.mean for one in forecaster.predict(day, came)] == [count for _, count in came]
    assert forecaster.total(day, came).high == sum(count for _, count in came)


@pytest.mark.parametrize("days", [1, 2, 5])
def test_few_days_make_a_forecast_with_wide_ranges(days: int) -> None:
    few, many = fitted(days, lambda _: 300.0), fitted(90, lambda _: 300.0)
    day = MONDAY + timedelta(days=days)
    total, sure = few.total(day), many.total(MONDAY + timedelta(days=90))
    assert total.mean == pytest.approx(300, rel=0.25)
    assert total.high - total.low > sure.high - sure.low
    assert total.low <= 300 <= total.high


def test_a_single_arrival_ever_is_no_reason_to_break() -> None:
    forecaster = Forecaster.fit([(datetime(2024, 3, 4, 9), 1)], "UTC", 300)
    assert forecaster is not None
    (one,) = forecaster.predict(MONDAY + timedelta(days=3))
    assert 0 <= one.low <= one.mean <= one.high < 20


@pytest.mark.parametrize("count", [float("nan"), float("inf"), -5.0, 1e300])
def test_counts_that_are_none_are_left_out(count: float) -> None:
    days = history(28)
    plain = Forecaster.fit(days, "UTC", HALF_HOUR)
    odd = Forecaster.fit([*days, (days[-1][0], count)], "UTC", HALF_HOUR)  # type: ignore[list-item]
    assert plain is not None
    assert odd is not None
    assert odd.total(MONDAY + timedelta(days=28)) == plain.total(MONDAY + timedelta(days=28))


def test_an_outage_does_not_bend_what_follows() -> None:
    days = history(70)
    broken = [(at, 0 if at.date() == MONDAY + timedelta(days=66) else count) for at, count in days]
    plain = Forecaster.fit(days, "UTC", HALF_HOUR)
    spoiled = Forecaster.fit(broken, "UTC", HALF_HOUR)
    assert plain is not None
    assert spoiled is not None
    coming = MONDAY + timedelta(days=73)
    assert spoiled.total(coming).mean == pytest.approx(plain.total(coming).mean, rel=0.05)


def test_a_centre_that_grows_is_followed() -> None:
    grown = fitted(120, lambda day: 200.0 * (2.0 if day >= MONDAY + timedelta(days=90) else 1.0))
    assert grown.total(MONDAY + timedelta(days=121)).mean == pytest.approx(400, rel=0.12)


def test_what_comes_each_year_is_expected_again() -> None:
    first = date(2022, 1, 3)
    yearly = fitted(1060, lambda day: 450.0 if day.month == 12 else 300.0, first=first)
    assert yearly.total(date(2024, 12, 18)).mean > 370 > 340 > yearly.total(date(2025, 2, 12)).mean


def test_holidays_are_closed_unless_past_ones_were_not() -> None:
    holiday, coming = MONDAY + timedelta(days=30), MONDAY + timedelta(days=77)
    shut = [one for one in history(70) if one[0].date() != holiday]
    forecaster = Forecaster.fit(shut, "UTC", HALF_HOUR, holidays=[holiday, coming])
    assert forecaster is not None
    assert forecaster.total(coming).high == 0
    quiet = history(70, lambda day: 60.0 if day == holiday else by_weekday(day))
    forecaster = Forecaster.fit(quiet, "UTC", HALF_HOUR, holidays=[holiday, coming])
    assert forecaster is not None
    assert forecaster.total(coming).mean < 0.6 * forecaster.total(coming + timedelta(days=7)).mean


def test_days_of_a_kind_are_alike() -> None:
    mailings = {MONDAY + timedelta(days=ahead): "mailing" for ahead in (15, 37, 52, 72)}
    days = history(70, lambda day: by_weekday(day) * (1.8 if day in mailings else 1.0))
    forecaster = Forecaster.fit(days, "UTC", HALF_HOUR, special=mailings)
    assert forecaster is not None
    wednesday = MONDAY + timedelta(days=72)
    assert forecaster.total(wednesday).mean > 1.4 * forecaster.total(wednesday + timedelta(days=7)).mean


def test_after_a_holiday_more_come_if_they_did_before() -> None:
    shut = {MONDAY + timedelta(days=ahead) for ahead in (28, 56, 84)}

    def volume(day: date) -> float:
        return 450.0 if day - timedelta(days=1) in shut else 300.0

    days = [one for one in history(80, volume) if one[0].date() not in shut]
    forecaster = Forecaster.fit(days, "UTC", HALF_HOUR, holidays=shut)
    assert forecaster is not None
    after = MONDAY + timedelta(days=85)
    assert forecaster.total(after).mean > 1.2 * forecaster.total(after + timedelta(days=1)).mean


def test_instants_are_counted_in_the_hours_of_the_queue() -> None:
    chance = np.random.default_rng(2)
    days = [
        (datetime(2024, 6, 3, 7, tzinfo=UTC) + timedelta(days=ahead, minutes=30 * place), int(chance.poisson(9)))
        for ahead in range(28)
        for place in range(4)
    ]
    forecaster = Forecaster.fit(days, "Europe/Berlin", HALF_HOUR)
    assert forecaster is not None
    assert [f"{one.start:%H:%M %z}" for one in forecaster.predict(date(2024, 12, 2))] == [
        "09:00 +0100",
        "09:30 +0100",
        "10:00 +0100",
        "10:30 +0100",
    ]


def test_a_day_on_which_clocks_change_has_the_intervals_it_has() -> None:
    chance = np.random.default_rng(2)
    days = [
        (datetime(2024, 9, 1, tzinfo=UTC) + timedelta(minutes=30 * place), int(chance.poisson(5)))
        for place in range(48 * 40)
    ]
    forecaster = Forecaster.fit(days, "Europe/Berlin", HALF_HOUR)
    assert forecaster is not None
    assert len(forecaster.predict(date(2024, 10, 27))) == 50
    assert len(forecaster.predict(date(2025, 3, 30))) == 46


def test_a_quiet_queue_is_learned_by_the_hour_and_told_by_five_minutes() -> None:
    chance = np.random.default_rng(4)
    days = [
        (datetime(2024, 3, 4) + timedelta(minutes=5 * place), int(chance.poisson(0.05))) for place in range(288 * 40)
    ]
    forecaster = Forecaster.fit(days, "UTC", 300)
    assert forecaster is not None
    day = MONDAY + timedelta(days=40)
    expected = forecaster.predict(day)
    assert len(expected) == 288
    assert forecaster.total(day).mean == pytest.approx(14.4, rel=0.15)
    assert sum(one.mean for one in expected) == pytest.approx(forecaster.total(day).mean, rel=1e-2)
    late = forecaster.total(day, [], now=datetime(2024, 4, 13, 23, 20, tzinfo=UTC))
    assert 0 < late.mean < 1.2


def test_the_rest_of_a_quiet_day_is_not_overrated() -> None:
    """Twenty-one arrivals a day, most of them before eleven, asked for by five minutes."""

    def quiet(ahead: int, chance: np.random.Generator) -> list[Count]:
        midnight = datetime(2024, 3, 4) + timedelta(days=ahead)
        rates = [0.3] * 36 + [0.07] * 108
        return [
            (midnight + timedelta(hours=8, minutes=5 * place), int(chance.poisson(rate)))
            for place, rate in enumerate(rates)
        ]

    misses = []
    for seed in range(8):
        chance = np.random.default_rng(seed)
        forecaster = Forecaster.fit([one for ahead in range(40) for one in quiet(ahead, chance)], "UTC", 300)
        assert forecaster is not None
        for _ in range(10):
            day = quiet(40, chance)
            misses.append(forecaster.total(MONDAY + timedelta(days=40), day[:36]).mean - sum(count for _, count in day))
    assert abs(np.mean(misses)) < 0.9


def test_the_hour_that_comes_twice_is_no_busier_for_it() -> None:
    days = [(datetime(2024, 10, 25, tzinfo=UTC) + timedelta(minutes=5 * place), 1) for place in range(288 * 3)]
    table = table_of(days, ZoneInfo("Europe/Berlin"), 3600)
    assert table is not None
    assert set(table.counts[2].tolist()) == {12.0}


@pytest.mark.parametrize("interval_s", [0, 7, 1000, 86_400])
def test_intervals_that_divide_no_day_are_refused(interval_s: int) -> None:
    with pytest.raises(ValueError, match="interval"):
        Forecaster.fit(history(3), "UTC", interval_s)


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        Forecaster.fit(history(3), "Nowhere/At_All", HALF_HOUR)


def rolled(days: dict[date, list[Count]], origins: Sequence[date]) -> tuple[float, float]:
    """Return the error of the forecast a day ahead, and of the same weekday a week before."""
    ours = simple = 0.0
    for day in origins:
        known = [one for earlier in days if earlier < day for one in days[earlier]]
        forecaster = Forecaster.fit(known, "UTC", HALF_HOUR)
        assert forecaster is not None
        truth = [count for _, count in days[day]]
        before = days.get(day - timedelta(days=7), days[day])
        ours += sum(abs(one.mean - count) for one, count in zip(forecaster.predict(day), truth, strict=True))
        simple += sum(abs(one - count) for (_, one), count in zip(before, truth, strict=True))
    return ours, simple


@pytest.mark.shared_data
def test_calls_of_a_bank_are_foretold_better_than_by_last_week() -> None:
    """Figures are in docs/forecast.md; this only notices when something breaks."""
    if not CALLS.exists():
        pytest.skip("the public data sets are not beside the project")
    days: dict[date, dict[datetime, int]] = {}
    with lzma.open(CALLS, "rt") as file:
        lines = file.readlines()[1:]
    for line in lines:
        at, _, count = line.partition(",")
        begin = datetime.fromisoformat(at)
        begin = begin.replace(minute=begin.minute // 30 * 30)
        table = days.setdefault(begin.date(), {})
        table[begin] = table.get(begin, 0) + round(float(count))
    counted_days: dict[date, list[Count]] = {day: list(table.items()) for day, table in days.items()}
    ours, simple = rolled(counted_days, sorted(counted_days)[-37::4])
    assert ours < 0.75 * simple
