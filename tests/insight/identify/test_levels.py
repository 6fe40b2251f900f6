"""How well two values agree, in the words of the levels."""

from __future__ import annotations

import pytest

from desktop.insight.identify import levels


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("robert", "robert", "same"),
        ("bob", "robert", "nickname"),
        ("meier", "mayer", "sounds"),
        ("harrington", "farrington", "typo"),
        ("maryann", "mary ann", "typo"),
        ("anna maria", "maria", "part"),
        ("j", "jana", "initial"),
        ("j", "tom", "other"),
        ("jana", "oleksandr", "other"),
    ],
)
def test_names(one: str, other: str, level: str) -> None:
    assert levels.name(one, other) == level
    assert levels.name(other, one) == level


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ("19800403", "same"),
        ("19800304", "swapped"),
        ("19810403", "near"),
        ("18800403", "near"),
        ("19800415", "two"),
        ("????0403", "part"),
        ("????????", "other"),
        ("1980????", "loose"),
        ("????0404", "other"),
        ("19551224", "other"),
    ],
)
def test_birth_dates(said: str, level: str) -> None:
    assert levels.birth(said, "19800403") == level


def test_letters_that_sound_alike_count_half_when_heard_and_whole_when_typed() -> None:
    assert levels.code("AL6N0TW", "AL6N0TW", is_spoken=True) == "same"
    assert levels.code("AL6M0TW", "AL6N0TW", is_spoken=True) == "near"
    assert levels.code("AL6R0TW", "AL6N0TW", is_spoken=True) == "close"
    assert levels.code("AL6M0TW", "AL6N0TW") == levels.code("AL6R0TW", "AL6N0TW") == "close"
    assert levels.code("AL6", "AL6N0TW", is_spoken=True) == "part"
    assert levels.code("ZZ99ZZ", "AL6N0TW", is_spoken=True) == "other"


def test_mailboxes_are_compared_as_they_are_delivered() -> None:
    assert levels.email("jana.weber+shop@googlemail.com", "janaweber@gmail.com") == "same"
    assert levels.email("jana.weber@example.org", "janaweber@example.org") == "close"
    assert levels.email("jana.weber@example.org", "jana.weber@example.net") == "local"
    assert levels.email("info@example.org", "info@example.net") == "other"


def test_phone_numbers_and_streets() -> None:
    assert levels.phone("+493012345678", "+493012345678") == "same"
    assert levels.phone("+493012345678", "+3012345678") == "tail"
    assert levels.phone("+493012345678", "+493012345679") == "close"
    assert levels.phone("+493012345678", "+498999999999") == "other"
    assert levels.street("haupt str", "hauptstr") == "same"
    assert levels.street("hauptstr", "haupstr") == "close"
    assert levels.street("hauptstr", "gartenweg") == "other"
