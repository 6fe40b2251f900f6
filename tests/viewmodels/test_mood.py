"""The course of the mood over a contact: where it turned, and by which words one sees it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desktop.domain.interaction import Author, Message
from desktop.viewmodels.mood import MoodModel, Turn, mood_words, turns

FELL, ROSE = Turn.FELL, Turn.ROSE


@pytest.mark.parametrize(
    ("moods", "named"),
    [
        ([], []),
        ([0.2], [None]),
        ([0.1, 0.0, 0.2, 0.1], [None] * 4),
        ([0.0, -0.5], [None, FELL]),
        ([0.2, -0.3, -0.7, -0.1, 0.5], [None, None, FELL, None, ROSE]),
        ([-0.5, 0.0, -0.1, 0.4, -0.6], [None, None, None, ROSE, FELL]),
    ],
)
def test_ups_and_downs_are_named_at_their_ends(moods: list[float], named: list[Turn | None]) -> None:
    assert turns(moods) == named


def said(sample: Any, text: str, mood: float, minutes: float, author: Author = Author.CUSTOMER) -> Message:
    at = datetime.now(UTC) + timedelta(minutes=minutes)
    return sample.message(f"m-{minutes}", sample.CHAT, author, at, text, mood=mood, language="en")  # type: ignore[no-any-return]


def test_the_course_follows_the_contact(work: Any) -> None:
    model = MoodModel(work.workplace)
    work.opens(work.sample.CHAT)
    assert model.points == ()
    model.begin()
    work.settle()
    assert [point.mood for point in model.points] == [-0.3, -0.4, -0.7]
    work.arrives(said(work.sample, "Thank you, this is wonderful!", 0.8, 1))
    assert [point.turn for point in model.points] == [None, None, FELL, ROSE]
    assert all(point.words == () for point in model.points)
    model.ask_words()
    work.settle()
    assert "wonderful" in [word.casefold() for word in model.named[-1].words]
    work.opens(work.sample.SMS)
    assert model.points == ()
    model.deleteLater()


def test_only_the_customers_words_carry_a_mood(sample: Any) -> None:
    angry = said(sample, "This is terrible, I am furious!", -0.9, 1)
    assert {"terrible", "furious"} & {word.casefold() for word in mood_words(angry)}
    assert mood_words(said(sample, "This is terrible", -0.9, 1, Author.AGENT)) == ()
    assert mood_words(said(sample, "", -0.9, 1)) == ()
