"""The course of the mood: a small line in the head of the contact, a large one that names its turns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolTip

from desktop.ui.charts.mood import MoodCurve
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.mood import MoodPoint, Turn

NOW = datetime.now(UTC)
COURSE = tuple(
    MoodPoint(f"m-{n}", NOW + timedelta(minutes=n), mood, words, turn)  # type: ignore[arg-type]
    for n, (mood, words, turn) in enumerate(
        (
            (0.1, (), None),
            (-0.8, ("<b>terrible</b>",), Turn.FELL),
            (0.0, (), None),
            (0.7, ("wonderful", "thanks"), Turn.ROSE),
        )
    )
)


def large(theme: Theme, show: Callable[..., Any]) -> MoodCurve:
    curve = MoodCurve(theme, is_large=True)
    show(curve, 320, 132)
    curve.draw(COURSE)
    return curve


def test_friendly_is_above_angry_and_later_is_further_on(theme: Theme, show: Callable[..., Any]) -> None:
    curve = large(theme, show)
    places = [curve.place(n) for n in range(4)]
    assert [p.x() for p in places] == sorted(p.x() for p in places)
    assert places[3].y() < places[0].y() < places[1].y()
    assert all(curve.rect().contains(p.toPoint()) for p in places)
    curve.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert curve.place(3).x() < curve.place(0).x()
    curve.grab()


def test_the_keyboard_goes_from_message_to_message_and_into_it(theme: Theme, show: Callable[..., Any]) -> None:
    curve = large(theme, show)
    chosen: list[str] = []
    curve.message_chosen.connect(chosen.append)
    QTest.keyClick(curve, Qt.Key.Key_Left)
    assert "mood rose: “wonderful”, “thanks”" in curve.accessibleDescription()
    QTest.keyClick(curve, Qt.Key.Key_Left)
    QTest.keyClick(curve, Qt.Key.Key_Left)
    assert "angry · mood fell: “<b>terrible</b>”" in curve.accessibleDescription()
    QTest.keyClick(curve, Qt.Key.Key_Return)
    spot = curve.place(0).toPoint()
    QTest.mouseClick(curve, Qt.MouseButton.LeftButton, pos=QPoint(spot.x(), spot.y()))
    assert chosen == ["m-1", "m-0"]
    QToolTip.hideText()


def test_the_small_one_tells_the_course_and_goes_to_the_latest(theme: Theme, show: Callable[..., Any]) -> None:
    curve = MoodCurve(theme, is_large=False)
    show(curve, 58, 20)
    curve.draw(())
    curve.draw(COURSE)
    assert curve.accessibleName() == "Course of the mood over 4 messages"
    assert "<b>" not in curve.toolTip()
    assert "wonderful" in curve.toolTip()
    chosen: list[str] = []
    curve.message_chosen.connect(chosen.append)
    QTest.keyClick(curve, Qt.Key.Key_Return)
    assert chosen == ["m-3"]


def test_in_the_window_it_follows_the_contact_and_leads_to_the_message(window: Any, shift: Any) -> None:
    shift.opens(shift.sample.CHAT)
    facts = window.interaction.header.facts
    assert facts.curve.isVisible()
    window.context.show_tab(1)
    shift.settle()
    card = window.context.mood
    assert card.isVisible()
    with shift.qtbot.waitSignal(window.interaction.stream.shown) as shown:
        QTest.keyClick(card.curve, Qt.Key.Key_Return)
    assert shown.args == ["m-chat-5"]
    shift.opens(shift.sample.MAIL)
    assert not facts.curve.isVisible()
    assert not card.isVisible()
