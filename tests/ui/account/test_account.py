"""My account on this machine: what is stored, the rules, the key, and removing it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from desktop.ui.account.window import AccountWindow
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.holdings import Rules

DIRECT = Qt.FindChildOption.FindDirectChildrenOnly


@pytest.fixture
def opened(shift: Any, theme: Theme, show: Callable[..., QWidget], qtbot: QtBot) -> Callable[..., Any]:
    host = QWidget()
    show(host, 1060, 680)

    def _open(rules: Rules | None = None) -> Any:
        made = AccountWindow(
            shift.workplace, "Anna Berger", "anna", "https://desk.example.com", rules or Rules(), theme, host
        )
        with qtbot.waitExposed(made):
            made.show()
        shift.until(lambda: made.model.is_loaded)
        return made

    return _open


def test_what_is_stored_is_counted(opened: Callable[..., Any], shift: Any) -> None:
    page = opened()
    messages = shift.store.query(lambda conn: conn.execute("SELECT count(*) FROM message").fetchone()[0])
    assert f"{messages} messages" in page.stored.text()
    assert "on the disk" in page.stored.text()
    assert page.model.bytes > 0
    page.close()


def test_the_rules_in_force_are_told(opened: Callable[..., Any]) -> None:
    page = opened(Rules(lock_after_min=3, closed_days=90, messages_max=50_000, files_mb=200, reports_days=7))
    for word in ("90", "50,000", "200", "7"):
        assert word in page.rules.text()
    assert "3" in page.locking.text()
    assert "sleeps" in page.locking.text()
    page.close()


def test_without_limits_none_is_told(opened: Callable[..., Any]) -> None:
    page = opened(Rules(lock_after_min=0, lock_at_sleep=False, reports_days=0))
    assert page.rules.text() == ""
    assert page.locking.text() == "Locks when you say so."
    page.close()


def test_the_key_is_changed_once_and_its_progress_shown(opened: Callable[..., Any]) -> None:
    page = opened()
    asked: list[int] = []
    page.key_change_requested.connect(lambda: asked.append(1))
    QTest.mouseClick(page.key, Qt.MouseButton.LeftButton)
    QTest.mouseClick(page.key, Qt.MouseButton.LeftButton)
    assert asked == [1]
    assert page.progress.isVisible()
    page.show_progress(0.4)
    assert page.progress.value() == 400
    page.show_key_changed("")
    assert not page.progress.isVisible()
    assert "new key" in page.key_text.text()
    page.show_key_changed("locked")
    assert "old key stays" in page.key_text.text()
    page.close()


def test_removing_needs_the_name_typed(opened: Callable[..., Any]) -> None:
    page = opened()
    removal, confirmed = page.removal, []
    page.removal_confirmed.connect(lambda: confirmed.append(1))
    assert not removal.remove.isVisible()
    QTest.mouseClick(removal.begin, Qt.MouseButton.LeftButton)
    assert removal.field.hasFocus()
    QTest.keyClicks(removal.field, "ann")
    assert not removal.remove.isEnabled()
    QTest.mouseClick(removal.remove, Qt.MouseButton.LeftButton)
    QTest.keyClicks(removal.field, "a")
    assert removal.remove.isEnabled()
    assert confirmed == []
    QTest.mouseClick(removal.remove, Qt.MouseButton.LeftButton)
    QTest.mouseClick(removal.remove, Qt.MouseButton.LeftButton)
    assert confirmed == [1]
    page.close()


def test_removing_says_what_is_lost_with_it(opened: Callable[..., Any], shift: Any) -> None:
    from desktop.domain.commands import AddNote

    shift.workplace.perform(AddNote(interaction_id=shift.sample.CHAT, text="not sent yet"))
    shift.settle()
    page = opened()
    QTest.mouseClick(page.removal.begin, Qt.MouseButton.LeftButton)
    assert "not sent yet is lost" in page.removal.warning.text()
    QTest.mouseClick(page.removal.cancel, Qt.MouseButton.LeftButton)
    assert not page.removal.field.isVisible()
    page.close()


def test_it_locks_and_escape_closes(opened: Callable[..., Any], qtbot: QtBot) -> None:
    page = opened()
    with qtbot.waitSignal(page.lock_requested):
        QTest.mouseClick(page.lock, Qt.MouseButton.LeftButton)
    QTest.keyClick(page, Qt.Key.Key_Escape)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not isValid(page)


def test_it_grows_with_its_words_and_cuts_none(opened: Callable[..., Any]) -> None:
    page = opened(Rules(closed_days=90, messages_max=50_000, files_mb=200))
    QTest.mouseClick(page.removal.begin, Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    for label in (page.stored, page.rules, page.locking, page.key_text, page.removal.warning):
        assert label.height() >= label.heightForWidth(label.width()), label.text()
    page.close()


def test_the_removal_opens_and_closes_without_moving_what_is_above(opened: Callable[..., Any]) -> None:
    page = opened()
    QApplication.processEvents()
    places = [(label, label.y(), label.height()) for label in page.findChildren(QLabel, options=DIRECT)]
    height = page.height()
    QTest.mouseClick(page.removal.begin, Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    assert page.height() > height
    assert page.height() == page.layout().totalHeightForWidth(page.width()), "nothing is spread apart"
    assert [(label, label.y(), label.height()) for label, _, _ in places] == places
    QTest.mouseClick(page.removal.cancel, Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    assert page.height() == height
    assert page.removal.begin.hasFocus()
    page.close()


def test_enter_in_the_field_closes_nothing(opened: Callable[..., Any]) -> None:
    page = opened()
    QTest.mouseClick(page.removal.begin, Qt.MouseButton.LeftButton)
    QTest.keyClicks(page.removal.field, "anna")
    QTest.keyClick(page.removal.field, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert isValid(page)
    assert page.isVisible()
    page.close()
