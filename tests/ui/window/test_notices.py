"""What happened, in one line, with one thing to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.ui.theme.theme import Theme
from desktop.ui.window import notices as module
from desktop.ui.window.notices import Notices


@pytest.fixture
def notices(theme: Theme, show: Callable[..., Any]) -> Iterator[Notices]:
    made = Notices(theme)
    show(made, 900, 48)
    made.hide()
    yield made
    made._timer.stop()
    made.hide()


def test_a_newer_one_takes_the_place_of_an_older(notices: Notices) -> None:
    notices.tell("Saved: a.pdf")
    notices.tell("Saved: b.pdf", "warn")
    assert notices.isVisible()
    assert notices.text.text() == notices.accessibleName() == "Saved: b.pdf"
    assert notices._frame.property("look") == "banner-warn"
    assert not notices.action.isVisible()


def test_its_one_action_is_done_once_and_it_goes(notices: Notices) -> None:
    done: list[str] = []
    notices.tell("Sent.", action="Undo", act=lambda: done.append("undone"))
    assert notices.action.text() == "Undo"
    QTest.mouseClick(notices.action, Qt.MouseButton.LeftButton)
    assert done == ["undone"]
    assert not notices.isVisible()


def test_it_goes_by_itself_unless_it_needs_an_answer(
    notices: Notices, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_STAYS_MS", 20)
    notices.tell("One moment")
    notices.tell("Please choose", stays=True)
    assert not notices._timer.isActive()
    notices.tell("One moment")
    qtbot.waitUntil(lambda: not notices.isVisible(), timeout=2000)


def test_it_can_be_closed(notices: Notices) -> None:
    notices.tell("Well?", stays=True)
    assert notices._close.accessibleName() == "Close this notice"
    QTest.mouseClick(notices._close, Qt.MouseButton.LeftButton)
    assert not notices.isVisible()


def test_a_file_with_a_clever_name_is_no_markup(notices: Notices) -> None:
    notices.tell("Saved: <img src='file:///x'>.pdf")
    assert notices.text.textFormat() is Qt.TextFormat.PlainText


def test_an_error_of_ours_is_told_without_what_was_in_it(notices: Notices) -> None:
    shown: list[int] = []
    notices.tell_error("ValueError", lambda: shown.append(1))
    assert "ValueError" in notices.text.text()
    assert notices._frame.property("look") == "banner-bad"
    assert not notices._timer.isActive()
    QTest.mouseClick(notices.action, Qt.MouseButton.LeftButton)
    assert shown == [1]


def test_its_icons_take_the_colours_of_a_new_theme(notices: Notices, theme: Theme) -> None:
    notices.tell("Well?", "bad", stays=True)
    before = notices._icon.pixmap().toImage()
    theme.choose("dark")
    assert notices._icon.pixmap().toImage() != before
