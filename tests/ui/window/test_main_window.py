"""The frame: its places, panes and keys, what it keeps, and that nothing of an account stays behind."""

from __future__ import annotations

import gc
import weakref
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget
from shiboken6 import isValid

from desktop.domain.agent import PresenceState
from desktop.domain.channels import Channel
from desktop.domain.commands import Accept, SetPresence
from desktop.domain.interaction import Interaction, InteractionState
from desktop.ui.theme.theme import Theme
from desktop.ui.window.main_window import MainWindow
from desktop.ui.window.preferences import Preferences

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def press(window: Any, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(window.focusWidget() or window, key, modifiers)


def ringing(shift: Any) -> Interaction:
    now = shift.workplace.now()
    return Interaction(
        id="i-ring",  # type: ignore[arg-type]
        channel=Channel.CALL,
        state=InteractionState.OFFERED,
        created_at=now,
        updated_at=now,
        assignee=shift.sample.ME,
        customer_name="Ada",
        offered_at=now,
        offer_expires_at=now + timedelta(seconds=9),
        version=1,
    )


# --- places and panes ------------------------------------------------------------------------------------------------


def test_the_places_by_key_and_by_click(window: Any) -> None:
    press(window, Qt.Key.Key_2, CTRL)
    assert window.left.currentWidget() is window.customers
    assert window.customers.search.hasFocus()
    places = window.rail._places.buttons()
    assert [button.isChecked() for button in places] == [False, True, False]
    QTest.mouseClick(places[0], Qt.MouseButton.LeftButton)
    assert window.left.currentWidget() is window.inbox
    press(window, Qt.Key.Key_2, CTRL)
    press(window, Qt.Key.Key_1, CTRL)
    assert window.left.currentWidget() is window.inbox
    assert window.inbox.list.hasFocus()
    press(window, Qt.Key.Key_3, CTRL)
    assert window.left.currentWidget() is window.search
    assert window.search.field.hasFocus()
    press(window, Qt.Key.Key_Escape)
    assert window.left.currentWidget() is window.inbox


def test_what_rings_is_seen_and_answered_wherever_one_is(window: Any, shift: Any) -> None:
    press(window, Qt.Key.Key_2, CTRL)
    shift.settle()
    assert window.inbox.offers.isVisible()
    shift.arrives(ringing(shift))
    press(window, Qt.Key.Key_F9)
    shift.settle()
    assert shift.commands == [Accept(interaction_id="i-ring")]
    press(window, Qt.Key.Key_1, CTRL)
    shift.settle()
    assert window.inbox.isAncestorOf(window.inbox.offers)
    assert window.inbox.offers.isVisible()


def test_f6_goes_round_the_panes(window: Any, shift: Any) -> None:
    shift.opens(shift.sample.CHAT)
    window.go("inbox")
    for pane in (window.interaction, window.context, window.inbox, window.interaction):
        press(window, Qt.Key.Key_F6)
        assert pane.isAncestorOf(window.focusWidget())


def test_ctrl_f_searches_the_list_that_is_shown(window: Any) -> None:
    press(window, Qt.Key.Key_F, CTRL)
    assert window.inbox.search.hasFocus()
    window.go("customers")
    window.customers.list.setFocus()
    press(window, Qt.Key.Key_F, CTRL)
    assert window.customers.search.hasFocus()


def test_ctrl_f_finds_in_the_contact_that_is_open_when_the_keyboard_is_there(window: Any, shift: Any) -> None:
    window.interaction.setFocus()
    press(window, Qt.Key.Key_F, CTRL)
    assert window.inbox.search.hasFocus(), "with no contact open there is only the list"
    shift.opens(shift.sample.CHAT)
    window.interaction.take_focus()
    press(window, Qt.Key.Key_F, CTRL)
    assert window.interaction.find_bar.field.hasFocus()
    window.inbox.list.setFocus()
    press(window, Qt.Key.Key_F, CTRL)
    assert window.inbox.search.hasFocus()


def test_a_customer_from_the_list_is_shown_at_the_right(window: Any, shift: Any) -> None:
    window.go("customers")
    QTest.keyClicks(window.customers.search, "kaya")
    shift.until(lambda: window.customers.model.rowCount() == 1)
    QTest.keyClick(window.customers.search, Qt.Key.Key_Return)
    shift.settle()
    assert window.context.view.name.text() == "Mehmet Kaya"


def test_the_wording_of_a_suggestion_reaches_the_composer(window: Any, shift: Any) -> None:
    shift.opens(shift.sample.CHAT)
    QTest.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    shift.settle()
    assert "84,90 €" in window.interaction.composer.editor.toPlainText()


# --- my state --------------------------------------------------------------------------------------------------------


def test_my_state_from_the_menu(window: Any, shift: Any) -> None:
    press(window, Qt.Key.Key_P, CTRL | SHIFT)
    menu = window.rail.me.menu()
    assert menu.isVisible()
    assert [a.text() for a in menu.actions() if a.isChecked()] == ["Ready"]
    next(a for a in menu.actions() if a.text() == "Lunch").trigger()
    menu.close()
    shift.settle()
    assert shift.commands == [SetPresence(state=PresenceState.AWAY, reason="lunch")]
    # Shown at once, and no second command for the same wish.
    assert window.strip.state.text().startswith("Lunch")
    assert window.rail.me.accessibleName() == "My state: Lunch"
    window.presence.set(PresenceState.AWAY, "lunch")
    shift.settle()
    assert len(shift.commands) == 1


# --- keys ------------------------------------------------------------------------------------------------------------


def registered(window: Any) -> list[str]:
    return [shortcut.key().toString() for shortcut in window.findChildren(QShortcut)]


def listed(window: Any) -> set[str]:
    found: set[str] = set()
    for _, keys in window.shortcuts.rows():
        for key, text in keys:
            assert text
            first, _, last = key.partition(" … ")
            if not last:
                found.add(QKeySequence(first).toString() or first)
                continue
            prefix, low, high = first[:-1], int(first[-1]), int(last[-1])
            found |= {f"{prefix}{number}" for number in range(low, high + 1)}
    return found


def test_no_two_actions_share_a_key(window: Any) -> None:
    twice = [key for key, count in Counter(registered(window)).items() if count > 1]
    assert twice == []


def test_the_table_lists_every_key_there_is(window: Any, shift: Any) -> None:
    shift.opens(shift.sample.CHAT)
    keys = set(registered(window))
    assert len(keys) > 20
    assert keys - listed(window) == set()


def test_the_table_lists_no_key_that_does_nothing(window: Any) -> None:
    of_the_editor = {"Ctrl+Enter", "/", "Ctrl+Z"}
    assert listed(window) - set(registered(window)) == of_the_editor


def test_f1_shows_the_table_once_and_blocks_nothing(window: Any, shift: Any, told: Callable[..., str]) -> None:
    press(window, Qt.Key.Key_F1)
    press(window, Qt.Key.Key_F1)
    (table,) = window.findChildren(QDialog)
    assert not table.isModal()
    said = told(table)
    for part in ("Ctrl+K", "Accept the first offer", "Take a suggestion", "Ctrl+Alt+1 … Ctrl+Alt+5"):
        assert part in said
    QTest.keyClick(table, Qt.Key.Key_Escape)
    shift.until(lambda: not window.findChildren(QDialog))
    window.activateWindow()
    shift.until(window.isActiveWindow)
    press(window, Qt.Key.Key_F1)
    assert len(window.findChildren(QDialog)) == 1


# --- colours ---------------------------------------------------------------------------------------------------------


def test_another_theme_repaints_all_of_it_the_icons_too(window: Any, shift: Any, theme: Theme) -> None:
    shift.opens(shift.sample.CHAT)
    shift.until(lambda: window.context.journey_card.chart is not None)
    icons = [button for button, _ in window.rail._buttons]
    icons.append(window.inbox.view_button)
    before = [button.icon().pixmap(18).toImage() for button in icons]
    theme.choose("dark")
    shift.settle()
    after = [button.icon().pixmap(18).toImage() for button in icons]
    assert not any(old == new for old, new in zip(before, after, strict=True))
    picture = window.grab().toImage()
    light = sum(picture.pixelColor(x, y).lightness() > 200 for x in range(0, 1280, 8) for y in range(0, 800, 8))
    assert light < 0.05 * 160 * 100


# --- coming and going ------------------------------------------------------------------------------------------------


def test_the_window_asks_before_it_goes(window: Any, shift: Any) -> None:
    with shift.qtbot.waitSignal(window.closing):
        QApplication.sendEvent(window, QCloseEvent())
    assert window.isVisible()


def test_nothing_of_an_account_stays_behind(window: Any, shift: Any, theme: Theme) -> None:
    shift.opens(shift.sample.CHAT)
    shift.until(lambda: window.context.journey_card.chart is not None)
    window.palette_.open()
    window.shortcuts.show_table()
    window._on_preferences(window.rail)
    for menu in window.findChildren(QMenu):
        menu.close()
    parts = [weakref.ref(part) for part in (window.inbox, window.interaction, window.context, window.palette_)]
    window.detach()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()
    gc.collect()
    left = [w for w in window.findChildren(QWidget) if w is not window._empty and not w.objectName().startswith("qt_")]
    assert left == []
    assert window.findChildren(QShortcut) == []
    assert [timer for timer in window.findChildren(QTimer) if timer.isActive()] == []
    assert not any(isValid(part()) for part in parts if part() is not None)
    assert window.workplace is None
    # What outlives the panels does not call them any more.
    theme.choose("dark")
    shift.workplace.current_changed.emit(None)
    window.detach()


def test_it_fills_again_for_the_next_account(window: Any, shift: Any, qtbot: Any) -> None:
    window.detach()
    again = type(shift.workplace)(shift.store, shift.sample.BEN, "en")
    window.attach(again)
    qtbot.waitUntil(lambda: window.presence.name == "Ben Adler")
    QTest.keyClick(window, Qt.Key.Key_K, CTRL)
    assert window.palette_.isVisible()
    window.detach()
    again.deleteLater()


def test_panes_and_size_are_as_they_were_left(window: Any, shift: Any, theme: Theme, qtbot: Any) -> None:
    window.resize(1500, 820)
    QApplication.processEvents()
    window.panes.setSizes([300, 700, 448])
    QApplication.processEvents()
    sizes = window.panes.sizes()
    window.detach()
    window.preferences.flush()
    workplace = type(shift.workplace)(shift.store, shift.sample.ME, "en")
    again = MainWindow(theme, Preferences(window.preferences._file))
    qtbot.addWidget(again)
    assert again.preferences.restore_geometry(again)
    # The off-screen platform's screen is smaller than the window was.
    again.resize(1500, 820)
    again.attach(workplace)
    with qtbot.waitExposed(again):
        again.show()
    assert again.panes.sizes() == sizes
    again.detach()
    workplace.deleteLater()


@pytest.mark.parametrize("size", [(1060, 600), (1280, 800), (1920, 1080)])
def test_the_panes_keep_their_widths_and_the_middle_takes_the_rest(
    window: Any, shift: Any, size: tuple[int, int]
) -> None:
    window.resize(*size)
    QApplication.processEvents()
    left, middle, right = window.panes.sizes()
    assert 280 <= left <= 480
    assert 300 <= right <= 560
    assert middle >= 420
    assert left + middle + right + 52 <= size[0]


@pytest.mark.parametrize("size", [(1060, 600), (1280, 800), (1920, 1080)])
def test_with_nothing_open_both_columns_speak_at_one_height(window: Any, shift: Any, size: tuple[int, int]) -> None:
    window.resize(*size)
    shift.settle()
    middle, right = window.interaction.empty.text, window.context.hint
    assert middle.isVisible()
    assert right.isVisible()
    heights = [label.mapTo(window, QPoint(0, 0)).y() for label in (middle, right)]
    assert abs(heights[0] - heights[1]) <= 2
