"""The locked screen: it says whose it is, takes a password, and says what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.i18n.troubles import unlocking
from desktop.ui.lock.sheet import LockSheet
from desktop.ui.theme.theme import Theme


@pytest.fixture
def sheet(theme: Theme, show: Callable[..., QWidget]) -> Any:
    made = LockSheet("Anna <b>Berger</b>", "https://desk.example.com", datetime.now(UTC), theme, is_demo=False)
    return show(made, 1060, 680)


@pytest.fixture
def given(sheet: LockSheet) -> list[str]:
    passwords: list[str] = []
    sheet.submitted.connect(passwords.append)
    return passwords


def test_it_says_whose_it_is_and_nothing_else_of_anybody(sheet: LockSheet, told: Callable[[QWidget], str]) -> None:
    said = told(sheet)
    assert "Anna <b>Berger</b>" in said
    assert "https://desk.example.com" in said
    assert "Locked since" in said
    name = next(label for label in sheet.findChildren(QLabel) if label.text().startswith("Anna"))
    assert name.textFormat() is Qt.TextFormat.PlainText


def test_typing_and_enter_tries_the_password_once(sheet: LockSheet, given: list[str]) -> None:
    assert sheet.password.hasFocus()
    assert sheet.password.echoMode() is QLineEdit.EchoMode.Password
    QTest.keyClicks(sheet.password, "secret")
    QTest.keyClick(sheet.password, Qt.Key.Key_Return)
    QTest.keyClick(sheet.password, Qt.Key.Key_Return)
    assert given == ["secret"]
    assert sheet.unlock.text() == "Checking…"


def test_nothing_typed_is_no_try(sheet: LockSheet, given: list[str]) -> None:
    QTest.keyClick(sheet.password, Qt.Key.Key_Return)
    QTest.mouseClick(sheet.unlock, Qt.MouseButton.LeftButton)
    assert given == []


def test_a_wrong_password_is_said_and_typed_over(sheet: LockSheet, given: list[str]) -> None:
    QTest.keyClicks(sheet.password, "wrong")
    QTest.keyClick(sheet.password, Qt.Key.Key_Return)
    sheet.show_error("unauthenticated")
    assert sheet.message.text() == "The password is wrong."
    assert sheet.message.isVisible()
    QTest.keyClicks(sheet.password, "right")
    QTest.keyClick(sheet.password, Qt.Key.Key_Return)
    assert given == ["wrong", "right"]
    assert not sheet.message.isVisible()


def test_after_wrong_tries_it_makes_one_wait_and_counts_down(sheet: LockSheet, given: list[str], qtbot: QtBot) -> None:
    sheet.show_error("unauthenticated", wait_s=1.2, tries_left=7)
    assert "%n tries left" not in sheet.message.text()
    assert "7" in sheet.message.text()
    assert sheet.unlock.text().startswith("Please wait 2")
    assert not sheet.unlock.isEnabled()
    QTest.keyClicks(sheet.password, "x")
    QTest.keyClick(sheet.password, Qt.Key.Key_Return)
    assert given == []
    qtbot.waitUntil(sheet.unlock.isEnabled, timeout=4000)
    QTest.keyClick(sheet.password, Qt.Key.Key_Return)
    assert given == ["x"]


def test_somebody_else_can_sign_in_by_keyboard(sheet: LockSheet, qtbot: QtBot) -> None:
    with qtbot.waitSignal(sheet.other_requested):
        QTest.keyClick(sheet.password, Qt.Key.Key_Tab)
        QTest.keyClick(sheet.focusWidget(), Qt.Key.Key_Tab)
        QTest.keyClick(sheet.focusWidget(), Qt.Key.Key_Space)


def test_the_demo_says_how_it_is_unlocked(theme: Theme, show: Callable[..., QWidget], qtbot: QtBot, told: Any) -> None:
    made = LockSheet("Anna Berger", "", datetime.now(UTC), theme, is_demo=True)
    show(made, 1060, 680)
    assert "no password of yours" in told(made)
    assert "Demo centre" in told(made)
    with qtbot.waitSignal(made.demo_requested):
        QTest.keyClick(made.unlock, Qt.Key.Key_Space)


@pytest.mark.parametrize(
    "code", ["unauthenticated", "rate_limited", "forbidden", "online_only", "never_checked", "busy"]
)
def test_each_reason_has_a_sentence_of_its_own(qapp: Any, code: str) -> None:
    assert "could not be unlocked" not in unlocking(code)
    assert unlocking(code).endswith(".")
