"""What a visitor is told of their wait is what the queue really did."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from desktop.hub.channels.webchat.waiting import Line, expected_wait_s

AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def ago(*minutes: float) -> list[datetime]:
    return [AT - timedelta(minutes=one) for one in minutes]


def test_a_queue_that_takes_one_every_two_minutes() -> None:
    assert expected_wait_s(1, ago(2, 4, 6, 8, 10), AT) == 120
    assert expected_wait_s(4, ago(2, 4, 6, 8, 10), AT) == 480


def test_nobody_can_tell_from_too_little_or_from_long_ago() -> None:
    assert expected_wait_s(1, [], AT) is None
    assert expected_wait_s(1, ago(1, 2), AT) is None
    assert expected_wait_s(1, ago(31, 32, 33, 34), AT) is None


def test_a_queue_that_stands_still_takes_longer_with_each_minute() -> None:
    first = expected_wait_s(1, ago(1, 2, 3), AT)
    later = expected_wait_s(1, ago(11, 12, 13), AT)
    assert first is not None
    assert later is not None
    assert later > first


def test_more_than_an_hour_is_not_told_by_the_minute() -> None:
    assert expected_wait_s(50, ago(5, 15, 25), AT) is None


def test_who_is_not_in_line_yet_is_last() -> None:
    line = Line(("a", "b"), tuple(ago(1, 2, 3)), AT)
    assert [line.place_of(one).position for one in ("a", "b", "c")] == [1, 2, 3]
