"""A promise of four hours means four hours in which somebody is there: nights, week-ends, holidays and the two days on which
clocks change do not count, or count as long as they are."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.domain.agent import Queue
from desktop.domain.channels import Channel
from desktop.domain.ids import QueueId
from desktop.domain.routing import Hours, Opening
from desktop.insight.routing import due_at
from desktop.insight.routing.hours import after_open, closes_at, is_open, mistakes, next_opening, open_seconds

BERLIN = ZoneInfo("Europe/Berlin")
WEEK = Opening(days=(0, 1, 2, 3, 4), opens="08:00", closes="18:00")
OFFICE = Hours(zone="Europe/Berlin", openings=(WEEK,), holidays=(date(2024, 5, 20),))
NIGHT = Hours(zone="Europe/Berlin", openings=(Opening(days=(4, 5), opens="22:00", closes="06:00"),))
ALWAYS = Hours(zone="Europe/Berlin", openings=(Opening(days=tuple(range(7)), opens="00:00", closes="24:00"),))


def berlin(*when: int) -> datetime:
    return datetime(*when, tzinfo=BERLIN)  # type: ignore[arg-type]


def test_a_mail_of_friday_evening_is_due_after_the_long_weekend() -> None:
    queue = Queue(id=QueueId("q"), hours=OFFICE)
    assert due_at(berlin(2024, 5, 17, 17), Channel.EMAIL, queue) == berlin(2024, 5, 21, 11), (
        "Whit Monday does not count"
    )
    assert due_at(berlin(2024, 5, 16, 9), Channel.EMAIL, queue) == berlin(2024, 5, 16, 13)
    assert due_at(berlin(2024, 5, 16, 3), Channel.EMAIL, queue) == berlin(2024, 5, 16, 12)
    assert due_at(berlin(2024, 5, 17, 17), Channel.EMAIL) == berlin(2024, 5, 17, 21)


def test_open_from_the_minute_it_opens_until_the_minute_it_closes() -> None:
    assert not is_open(OFFICE, berlin(2024, 5, 16, 7, 59))
    assert is_open(OFFICE, berlin(2024, 5, 16, 8))
    assert is_open(OFFICE, berlin(2024, 5, 16, 17, 59))
    assert not is_open(OFFICE, berlin(2024, 5, 16, 18))
    assert not is_open(OFFICE, berlin(2024, 5, 20, 12)), "a holiday"
    assert next_opening(OFFICE, berlin(2024, 5, 17, 18)) == berlin(2024, 5, 21, 8)
    assert closes_at(OFFICE, berlin(2024, 5, 16, 12)) == berlin(2024, 5, 16, 18)
    assert closes_at(OFFICE, berlin(2024, 5, 16, 19)) is None


def test_a_queue_without_hours_never_closes() -> None:
    for hours in (None, Hours()):
        assert is_open(hours, berlin(2024, 5, 19, 3))
        assert closes_at(hours, berlin(2024, 5, 19, 3)) is None
        assert open_seconds(hours, berlin(2024, 5, 19, 3), berlin(2024, 5, 19, 4)) == 3600


def test_a_night_shift_belongs_to_the_evening_on_which_it_begins() -> None:
    assert is_open(NIGHT, berlin(2024, 5, 18, 5)), "Saturday morning: the shift of Friday"
    assert is_open(NIGHT, berlin(2024, 5, 19, 5))
    assert not is_open(NIGHT, berlin(2024, 5, 20, 5)), "nobody began on Sunday evening"
    holiday = Hours(zone="Europe/Berlin", openings=NIGHT.openings, holidays=(date(2024, 5, 18),))
    assert closes_at(holiday, berlin(2024, 5, 17, 23)) == berlin(2024, 5, 18, 0), "a holiday begins at midnight"
    assert not is_open(holiday, berlin(2024, 5, 18, 23))
    assert not is_open(holiday, berlin(2024, 5, 19, 1)), "no shift began on the holiday"


def test_the_day_of_a_clock_change_is_as_long_as_it_is() -> None:
    whole = [(2024, 3, 31), (2024, 10, 27), (2024, 6, 2)]
    lengths = [open_seconds(ALWAYS, berlin(*day), berlin(*day) + timedelta(days=1)) / 3600 for day in whole]
    assert lengths == [23, 25, 24], "adding a day to local midnight ends at the next local midnight"
    night = Hours(zone="Europe/Berlin", openings=(Opening(days=(5,), opens="22:00", closes="06:00"),))
    spring, autumn = berlin(2024, 3, 30, 12), berlin(2024, 10, 26, 12)
    assert open_seconds(night, spring, spring + timedelta(days=1)) == 7 * 3600
    assert open_seconds(night, autumn, autumn + timedelta(days=1)) == 9 * 3600
    assert after_open(night, spring, 5 * 3600) == datetime(2024, 3, 31, 2, tzinfo=UTC)


def test_an_hour_that_comes_twice_is_open_both_times_and_one_left_out_shuts_nobody_out() -> None:
    twice = Hours(zone="Europe/Berlin", openings=(Opening(days=(6,), opens="02:00", closes="03:00"),))
    assert open_seconds(twice, berlin(2024, 10, 26), berlin(2024, 10, 28)) == 2 * 3600
    half = Hours(zone="Europe/Berlin", openings=(Opening(days=(6,), opens="02:00", closes="02:30"),))
    assert open_seconds(half, berlin(2024, 10, 26), berlin(2024, 10, 28)) == 1.5 * 3600, "to the second half past two"
    left_out = Hours(zone="Europe/Berlin", openings=(Opening(days=(6,), opens="02:30", closes="10:00"),))
    assert next_opening(left_out, berlin(2024, 3, 31, 0)) == berlin(2024, 3, 31, 3, 30)


def test_a_company_open_day_and_night_never_closes_between_days() -> None:
    assert closes_at(ALWAYS, berlin(2024, 5, 17, 12)) is None
    assert is_open(ALWAYS, berlin(2024, 5, 18, 0))
    assert after_open(ALWAYS, berlin(2024, 5, 17, 12), 86_400 * 30) == berlin(2024, 6, 16, 12)


def test_overlapping_openings_count_once() -> None:
    twice = Hours(openings=(WEEK, Opening(days=(0,), opens="12:00", closes="20:00")))
    monday = datetime(2024, 5, 13, tzinfo=UTC)
    assert open_seconds(twice, monday, monday + timedelta(days=1)) == 12 * 3600
    assert closes_at(twice, monday.replace(hour=13)) == monday.replace(hour=20)


def test_a_queue_that_never_opens_again_still_has_a_due_time() -> None:
    shut = Hours(openings=(Opening(days=(), opens="08:00", closes="18:00"),))
    at = datetime(2024, 5, 13, tzinfo=UTC)
    assert next_opening(shut, at) is None
    assert after_open(shut, at, 60) == at + timedelta(seconds=60)
    assert open_seconds(shut, at, at + timedelta(days=1)) == 0


@pytest.mark.parametrize(
    ("hours", "wrong"),
    [
        (OFFICE, ()),
        (ALWAYS, ()),
        (Hours(zone="Middle/Earth"), ("zone",)),
        (Hours(zone="../../etc/passwd"), ("zone",)),
        (Hours(zone="Europe"), ("zone",)),
        (Hours(zone=""), ("zone",)),
        (Hours(openings=(Opening(days=(7,), opens="08:00", closes="18:00"),)), ("day",)),
        (Hours(openings=(Opening(days=(1,), opens="8 Uhr", closes="18:00"),)), ("time",)),
        (Hours(openings=(Opening(days=(1,), opens="24:00", closes="٠٨:٠٠"),)), ("time",)),
    ],
)
def test_hours_typed_wrongly_are_named(hours: Hours, wrong: tuple[str, ...]) -> None:
    assert mistakes(hours) == wrong


@settings(max_examples=60, deadline=None)
@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2025, 12, 31)),
    st.integers(0, 4 * 86_400),
    st.sampled_from([OFFICE, NIGHT, ALWAYS, Hours(zone="America/New_York", openings=(WEEK,))]),
)
def test_what_is_due_after_so_long_is_so_long_away(start: datetime, seconds: int, hours: Hours) -> None:
    at = start.replace(tzinfo=UTC)
    due = after_open(hours, at, seconds)
    assert due >= at
    assert open_seconds(hours, at, due) == pytest.approx(seconds)
    assert open_seconds(hours, at, due + timedelta(days=9)) >= seconds
