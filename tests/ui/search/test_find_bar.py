"""Going from a hit to the very message, and finding within the open contact, in the whole window."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.domain.channels import Channel
from desktop.domain.interaction import Author
from desktop.store import journal
from desktop.store.rows import Draft
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.search import HitKind

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
COUNT = 400


@pytest.fixture
def long_chat(window: Any, shift: Any) -> str:
    """A contact of a colleague's with hundreds of messages, three of which have the word."""
    sample, now = shift.sample, shift.workplace.now()
    shift.arrives(
        *(
            sample.message(
                f"long-{n:03}",
                sample.BENS,
                Author.CUSTOMER if n % 2 else Author.AGENT,
                now - timedelta(minutes=2 * COUNT - n),
                f"Zeile {n} mit Zebrastreifen" if n in (20, 200, 380) else f"Zeile {n}",
                channel=Channel.CHAT,
            )
            for n in range(COUNT)
        )
    )
    return str(sample.BENS)


def press(window: Any, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(window.focusWidget() or window, key, modifiers)


def in_sight(window: Any, key: str) -> bool:
    """Whether all of a message's row is to be seen."""
    view, stream = window.interaction.view, window.interaction.stream
    number = stream.find(key)
    rect = view.visualRect(stream.index(number))
    return number >= 0 and rect.top() >= 0 and rect.bottom() <= view.viewport().height()


# --- from a hit to the message ---------------------------------------------------------------------------------------


def test_a_hit_opens_the_contact_at_the_very_message(
    window: Any, shift: Any, long_chat: str, typed: Callable[..., None]
) -> None:
    press(window, Qt.Key.Key_F, CTRL | SHIFT)
    assert window.left.currentWidget() is window.search
    assert window.search.field.hasFocus()
    typed(window.search.field, "zebrastreifen")
    shift.settle()
    oldest = window.search.model.rowCount() - 1
    for _ in range(oldest + 1):
        press(window, Qt.Key.Key_Down)
    press(window, Qt.Key.Key_Return)
    shift.settle()
    assert shift.workplace.current == long_chat
    assert in_sight(window, "long-020")
    assert window.interaction.stream.rowCount() < COUNT // 2
    view = window.interaction.view
    assert view.spotlight.key == "long-020"
    assert view.jump.isVisible()
    shift.until(lambda: not view.spotlight.key)
    view.jump.click()
    shift.settle()
    assert in_sight(window, f"long-{COUNT - 1:03}")
    assert not window.interaction.stream.has_newer


def test_the_row_is_tinted_for_a_moment_and_the_words_until_another_contact(
    window: Any, shift: Any, long_chat: str, theme: Theme
) -> None:
    shift.opens(long_chat)
    window.interaction.show_message("long-380", "zebra")
    shift.settle()
    view = window.interaction.view
    tint = theme.tokens["found"]

    def tinted() -> int:
        picture = view.viewport().grab().toImage()
        return sum(
            picture.pixelColor(x, y).name() == tint
            for x in range(0, picture.width(), 2)
            for y in range(0, picture.height(), 2)
        )

    lit = tinted()
    shift.until(lambda: not view.spotlight.key)
    marked = tinted()
    assert lit > marked > 0
    shift.opens(shift.sample.CHAT)
    assert tinted() == 0
    assert view.spotlight.text == ""


def test_one_scrolls_on_from_an_old_message_to_the_newest(window: Any, shift: Any, long_chat: str) -> None:
    shift.opens(long_chat)
    window.interaction.show_message("long-200")
    shift.settle()
    bar = window.interaction.view.verticalScrollBar()
    for _ in range(20):
        bar.setValue(bar.maximum())
        shift.settle()
        if not window.interaction.stream.has_newer:
            break
    bar.setValue(bar.maximum())
    assert in_sight(window, f"long-{COUNT - 1:03}")


def test_a_word_deep_in_a_folded_mail_is_unfolded_and_in_sight(window: Any, shift: Any) -> None:
    sample, now = shift.sample, shift.workplace.now()
    text = "\n".join(f"Absatz {n}" for n in range(60)) + "\nGanz unten steht Zebra.\nSchluss."
    shift.arrives(sample.message("deep", sample.MAIL, Author.CUSTOMER, now, text, channel=Channel.EMAIL))
    shift.opens(sample.MAIL)
    window.interaction.show_message("deep", "zebra")
    shift.settle()
    view, stream = window.interaction.view, window.interaction.stream
    row = stream.row(stream.find("deep"))
    offset = view.spotlight.first_mark(row)
    assert offset is not None
    at = view.visualRect(stream.index(stream.find("deep"))).top() + offset
    assert 0 <= at <= view.viewport().height()
    window.interaction.show_message("deep", "gibtesnicht")
    assert view.spotlight.first_mark(row) is None


def test_a_customer_is_shown_at_the_right_and_a_draft_is_written_on(
    window: Any, shift: Any, typed: Callable[..., None]
) -> None:
    chat = shift.sample.CHAT
    shift.workplace.write(lambda w: journal.save_draft(w, Draft(chat, "reply", "Pinguine antworten bald")))
    shift.settle()
    window.go("search")
    typed(window.search.field, "pinguin")
    shift.settle()
    assert window.search.model.hit(0).kind is HitKind.DRAFT
    press(window, Qt.Key.Key_Return)
    shift.settle()
    assert shift.workplace.current == chat
    assert window.interaction.composer.editor.hasFocus()
    window.search_for("lindqvist is:customer")
    shift.settle()
    press(window, Qt.Key.Key_Return)
    shift.settle()
    assert window.context.view.name.text() == "Peter Lindqvist"


# --- within the open contact -----------------------------------------------------------------------------------------


@pytest.fixture
def bar(window: Any, shift: Any, long_chat: str) -> Any:
    shift.opens(long_chat)
    window.interaction.view.setFocus()
    press(window, Qt.Key.Key_F, CTRL)
    assert window.interaction.find_bar.isVisible()
    assert window.interaction.find_bar.field.hasFocus()
    return window.interaction.find_bar


def test_it_finds_the_newest_and_steps_to_older_ones(
    bar: Any, window: Any, shift: Any, typed: Callable[..., None]
) -> None:
    typed(bar.field, "zebra")
    shift.settle()
    assert bar.count.text() == "1 of 3"
    assert in_sight(window, "long-380")
    for key, number, message in (
        (Qt.Key.Key_Return, 2, "long-200"),
        (Qt.Key.Key_Up, 3, "long-020"),
        (Qt.Key.Key_Down, 2, "long-200"),
    ):
        press(window, key)
        shift.settle()
        assert bar.count.text() == f"{number} of 3"
        assert in_sight(window, message)
    bar.newer.click()
    shift.settle()
    assert in_sight(window, "long-380")
    QTest.keyClick(bar.field, Qt.Key.Key_Return, SHIFT)
    shift.settle()
    assert bar.count.text() == "3 of 3"
    assert bar.field.hasFocus()


def test_nothing_found_is_said(bar: Any, shift: Any, typed: Callable[..., None]) -> None:
    assert bar.count.text() == ""
    typed(bar.field, "gibtesnicht")
    shift.settle()
    assert bar.count.text() == "Nothing found"
    assert not bar.older.isEnabled()


def test_escape_takes_bar_and_marks_away_and_leaves_the_place(
    bar: Any, window: Any, shift: Any, typed: Callable[..., None]
) -> None:
    typed(bar.field, "zebra")
    shift.settle()
    press(window, Qt.Key.Key_Return)
    shift.settle()
    press(window, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert window.interaction.view.hasFocus()
    assert window.interaction.view.spotlight.text == ""
    assert in_sight(window, "long-200")
    press(window, Qt.Key.Key_F, CTRL)
    assert bar.field.selectedText() == "zebra"


def test_another_contact_begins_without_it(bar: Any, shift: Any, typed: Callable[..., None]) -> None:
    typed(bar.field, "zebra")
    shift.opens(shift.sample.CHAT)
    assert not bar.isVisible()
    assert bar.field.text() == ""


def test_every_control_has_a_name_and_its_key(bar: Any) -> None:
    for button in (bar.older, bar.newer, bar.done):
        assert button.accessibleName()
        assert "(" in button.toolTip()
    assert bar.field.accessibleName()
