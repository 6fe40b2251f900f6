"""Ctrl+K: everything by typing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.domain.agent import PresenceState
from desktop.domain.commands import Hold, SetPresence
from desktop.store.rows import InboxView
from desktop.ui.theme.theme import Theme

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def palette(window: Any, shift: Any) -> Any:
    QTest.keyClick(window, Qt.Key.Key_K, CTRL)
    assert window.palette_.isVisible()
    return window.palette_


def texts(palette: Any) -> list[str]:
    model = palette._model
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def press(palette: Any, key: Qt.Key) -> None:
    QTest.keyClick(palette.field, key)


def test_it_opens_with_the_keyboard_in_it_and_goes_on_escape_or_a_second_press(palette: Any, window: Any) -> None:
    assert palette.field.hasFocus()
    press(palette, Qt.Key.Key_Escape)
    assert not palette.isVisible()
    QTest.keyClick(window, Qt.Key.Key_K, CTRL)
    assert palette.isVisible()
    QTest.keyClick(window, Qt.Key.Key_K, CTRL)
    assert not palette.isVisible()


def test_it_goes_when_something_else_gets_the_keyboard_but_not_for_its_own_menu(palette: Any, window: Any) -> None:
    left = QFocusEvent(QEvent.Type.FocusOut, Qt.FocusReason.PopupFocusReason)
    QApplication.sendEvent(palette.field, left)
    assert palette.isVisible()
    window.inbox.search.setFocus()
    assert not palette.isVisible()


def test_a_customer_is_found_and_shown(palette: Any, window: Any, shift: Any, typed: Callable[..., None]) -> None:
    typed(palette.field, "lindqvist")
    shift.until(lambda: "Peter Lindqvist" in texts(palette))
    assert texts(palette)[0] == "Peter Lindqvist"
    press(palette, Qt.Key.Key_Return)
    shift.settle()
    assert not palette.isVisible()
    assert window.context.view.name.text() == "Peter Lindqvist"


def test_umlauts_find_as_people_write_them(palette: Any, shift: Any, typed: Callable[..., None]) -> None:
    typed(palette.field, "BAUMGÄRTNER")
    shift.until(lambda: any("Baumgärtner" in text for text in texts(palette)))


def test_a_contact_is_found_by_its_words_and_opened(
    palette: Any, window: Any, shift: Any, typed: Callable[..., None]
) -> None:
    typed(palette.field, "anybody there")
    shift.until(lambda: any("Is anybody there?" in text for text in texts(palette)))
    press(palette, Qt.Key.Key_Return)
    shift.settle()
    assert shift.workplace.current == shift.sample.QUEUED


def test_what_the_open_contact_allows_can_be_typed(
    palette: Any, window: Any, shift: Any, typed: Callable[..., None]
) -> None:
    assert "Hold" not in texts(palette)
    press(palette, Qt.Key.Key_Escape)
    shift.opens(shift.sample.CHAT)
    palette.open()
    typed(palette.field, "hold")
    assert texts(palette)[0] == "Hold"
    press(palette, Qt.Key.Key_Return)
    shift.settle()
    assert shift.commands == [Hold(interaction_id=shift.sample.CHAT)]


def test_my_state_and_the_lists_and_the_colours_can_be_typed(
    palette: Any, window: Any, shift: Any, theme: Theme, typed: Callable[..., None]
) -> None:
    typed(palette.field, "state lunch")
    press(palette, Qt.Key.Key_Return)
    shift.settle()
    assert shift.commands == [SetPresence(state=PresenceState.AWAY, reason="lunch")]
    palette.open()
    typed(palette.field, "list snoozed")
    press(palette, Qt.Key.Key_Return)
    shift.settle()
    assert window.inbox.model.view is InboxView.SNOOZED
    palette.open()
    typed(palette.field, "dark")
    press(palette, Qt.Key.Key_Return)
    assert theme.tokens.name == "dark"
    assert window.preferences.theme == "dark"


def test_arrows_walk_while_the_field_keeps_the_keyboard(palette: Any) -> None:
    start = palette.list.currentIndex().row()
    press(palette, Qt.Key.Key_Down)
    press(palette, Qt.Key.Key_Down)
    assert palette.list.currentIndex().row() == start + 2
    press(palette, Qt.Key.Key_Up)
    assert palette.list.currentIndex().row() == start + 1
    press(palette, Qt.Key.Key_PageUp)
    assert palette.list.currentIndex().row() == 0
    press(palette, Qt.Key.Key_PageDown)
    assert palette.list.currentIndex().row() == 10
    assert palette.field.hasFocus()


def test_a_click_chooses(palette: Any, window: Any) -> None:
    row = texts(palette).index("Find a customer")
    spot = palette.list.visualRect(palette._model.index(row, 0)).center()
    QTest.mouseClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert window.left.currentWidget() is window.customers
    assert not palette.isVisible()


def test_what_it_does_not_find_can_be_searched_for_everywhere(
    palette: Any, window: Any, shift: Any, typed: Callable[..., None]
) -> None:
    assert not any(text.startswith("Search everything for") for text in texts(palette))
    typed(palette.field, "web ")
    shift.settle()
    assert texts(palette)[-1] == "Search everything for “web”"
    assert len(texts(palette)) > 1
    palette.field.clear()
    typed(palette.field, "zzzzzz")
    shift.settle()
    assert texts(palette) == ["Search everything for “zzzzzz”"]
    press(palette, Qt.Key.Key_Return)
    shift.settle()
    assert window.left.currentWidget() is window.search
    assert window.search.field.text() == "zzzzzz"
    assert window.search.field.hasFocus()
    assert shift.commands == []


def test_a_slow_answer_does_not_overwrite_a_newer_question(
    palette: Any, shift: Any, typed: Callable[..., None]
) -> None:
    typed(palette.field, "lindqvist")
    for _ in "lindqvist":
        press(palette, Qt.Key.Key_Backspace)
    shift.settle()
    assert "Peter Lindqvist" not in texts(palette)
    assert "Go to the inbox" in texts(palette)


def test_each_line_is_heard_with_its_key(palette: Any) -> None:
    spoken = [
        palette._model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole)
        for row in range(palette._model.rowCount())
    ]
    assert "Go to the inbox, Ctrl+1" in spoken
    assert "Sign out" in spoken


def test_it_fits_its_lines_and_paints_in_every_theme(palette: Any, theme: Theme, typed: Callable[..., None]) -> None:
    tall = palette.height()
    typed(palette.field, "colours dark")
    assert palette.height() < tall
    for name in ("light", "dark", "contrast"):
        theme.choose(name)
        assert not palette.grab().isNull()


def test_signing_out_is_asked_for(palette: Any, window: Any, shift: Any, typed: Callable[..., None]) -> None:
    with shift.qtbot.waitSignal(window.sign_out_requested):
        typed(palette.field, "sign out")
        press(palette, Qt.Key.Key_Return)
