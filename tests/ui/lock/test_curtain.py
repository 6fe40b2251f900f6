"""Behind the curtain nothing is to be seen, read, pressed or heard of a customer; afterwards all is as it was."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAccessible, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QMenu, QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop.domain.agent import PresenceState
from desktop.domain.channels import Channel
from desktop.domain.interaction import Author
from desktop.ui.theme.theme import Theme
from desktop.ui.window.main_window import MainWindow
from desktop.ui.window.preferences import Preferences

CTRL = Qt.KeyboardModifier.ControlModifier


def names(interface: Any, depth: int = 0) -> list[str]:
    """Everything a screen reader can find from here on down."""
    found = [interface.text(QAccessible.Text.Name), interface.text(QAccessible.Text.Value)]
    for number in range(interface.childCount() if depth < 30 else 0):
        child = interface.child(number)
        if child is not None:
            found += names(child, depth + 1)
    return [name for name in found if name]


def heard() -> list[str]:
    app = QApplication.instance()
    return names(QAccessible.queryAccessibleInterface(app))


@pytest.fixture
def sheet() -> QWidget:
    made = QWidget()
    column = QVBoxLayout(made)
    column.addWidget(QLabel("Locked", made))
    return made


@pytest.fixture
def at_work(window: Any, shift: Any) -> Iterator[Any]:
    shift.opens(shift.sample.CHAT)
    shift.until(lambda: window.interaction.model.interaction is not None)
    yield window
    window.unlock()


def test_everything_of_the_account_is_gone_and_comes_back(at_work: Any, shift: Any, sheet: QWidget) -> None:
    window = at_work
    assert any("Jana" in name for name in heard())
    before = window.grab().toImage()
    body = window.centralWidget()
    window.lock(sheet)
    QApplication.processEvents()
    assert not any("Jana" in name or "Contacts" in name for name in heard())
    assert "Locked" in heard()
    assert sheet.geometry() == window.rect()
    assert not window.inbox.isVisible()
    assert window.windowTitle() == "Dirigent"
    window.unlock()
    QApplication.processEvents()
    assert window.centralWidget() is body
    assert any("Jana" in name for name in heard())
    assert window.grab().toImage().size() == before.size()
    assert window.inbox.isVisible()
    assert shift.workplace.current == shift.sample.CHAT


def test_what_was_locked_before_it_was_ever_painted_is_not_lost(shift: Any, theme: Theme, tmp_path: Path) -> None:
    window = MainWindow(theme, Preferences(tmp_path / "preferences.json"))
    window.show()
    QApplication.processEvents()
    window.attach(shift.workplace)
    window.lock(QWidget())
    for _ in range(5):
        QApplication.processEvents()
    assert [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()] == [window]
    window.unlock()
    gc.collect()
    assert isValid(window.panes)
    assert window.inbox.isVisible()
    window.detach()
    window.hide()
    window.deleteLater()


def test_no_key_reaches_what_is_behind(at_work: Any, shift: Any, sheet: QWidget) -> None:
    window = at_work
    state = window.presence.state
    window.lock(sheet)
    for key, modifier in (
        (Qt.Key.Key_F9, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_F12, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_K, CTRL),
        (Qt.Key.Key_2, CTRL),
        (Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Down, CTRL),
    ):
        QTest.keyClick(window, key, modifier)
    shift.settle()
    assert shift.commands == []
    assert shift.workplace.current == shift.sample.CHAT
    assert window.left.currentWidget() is window.inbox
    assert not window.palette_.isVisible()
    assert window.presence.state is state is not PresenceState.OFFLINE
    window.unlock()
    QTest.keyClick(window, Qt.Key.Key_2, CTRL)
    assert window.left.currentWidget() is window.customers


def test_what_was_being_written_and_where_the_keyboard_was_stay(at_work: Any, shift: Any, sheet: QWidget) -> None:
    window = at_work
    editor = window.interaction.composer.editor
    shift.until(lambda: window.interaction.composing.is_loaded)
    editor.setFocus()
    QTest.keyClicks(editor, "half a sentence")
    window.lock(sheet)
    QTest.keyClicks(window.focusWidget() or window, "secret")
    window.unlock()
    assert editor.toPlainText() == "half a sentence"
    assert window.focusWidget() is editor


def test_work_goes_on_behind_it(at_work: Any, shift: Any, sheet: QWidget) -> None:
    window = at_work
    rows = window.interaction.stream.rowCount()
    window.lock(sheet)
    now, contact = shift.workplace.now(), shift.sample.CHAT
    shift.arrives(shift.sample.message("m-new", contact, Author.CUSTOMER, now, "Hello again", channel=Channel.CHAT))
    window.unlock()
    assert window.interaction.stream.rowCount() == rows + 1


def test_other_windows_go_too_and_come_back(at_work: Any, sheet: QWidget, qtbot: Any) -> None:
    window = at_work
    dialog = QDialog(window)
    dialog.setWindowTitle("Jana Weber's letter")
    with qtbot.waitExposed(dialog):
        dialog.show()
    menu = QMenu(window)
    menu.addAction("Jana")
    menu.popup(window.mapToGlobal(window.rect().center()))
    assert any("letter" in name for name in heard())
    window.lock(sheet)
    assert not dialog.isVisible()
    assert not menu.isVisible()
    assert not any("letter" in name for name in heard())
    window.unlock()
    assert dialog.isVisible()
    assert dialog.parentWidget() is window
    assert dialog.isWindow()
    dialog.close()
    dialog.deleteLater()


def test_a_window_that_opens_meanwhile_does_not_open_in_front(at_work: Any, sheet: QWidget, qtbot: Any) -> None:
    window = at_work
    window.lock(sheet)
    late = QDialog(window)
    late.setWindowTitle("A colleague changed Jana Weber")
    late.show()
    late.activateWindow()
    qtbot.waitUntil(lambda: not late.isVisible())
    window.unlock()
    assert late.isVisible()
    late.close()
    late.deleteLater()


def test_taking_the_account_away_takes_the_curtain_away_too(window: Any, sheet: QWidget) -> None:
    window.lock(sheet)
    window.detach()
    assert not window.curtain.is_drawn
    QApplication.sendPostedEvents(None, 52)
    assert not isValid(sheet)


def test_no_timer_of_a_panel_runs_behind_it(at_work: Any, sheet: QWidget, qtbot: Any) -> None:
    window = at_work
    window.lock(sheet)
    qtbot.wait(50)
    panels = (window.inbox, window.interaction, window.strip, window.context)
    running = [t.parent() for panel in panels for t in panel.findChildren(QTimer) if t.isActive() and t.interval() > 0]
    assert [type(owner).__name__ for owner in running if "Offers" not in type(owner).__name__] == []


def test_shortcuts_that_were_off_before_stay_off(at_work: Any, sheet: QWidget) -> None:
    window = at_work
    off = QShortcut("Ctrl+Alt+Q", window)
    off.setEnabled(False)
    window.lock(sheet)
    window.unlock()
    assert not off.isEnabled()
    off.deleteLater()
