"""Before there is an account: the dialog to sign in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from desktop.ui.sign_in import SignInDialog, sign_in_error
from desktop.ui.theme.theme import Theme


class Desk:
    """The dialog, and what it asked for."""

    def __init__(self, dialog: SignInDialog) -> None:
        self.dialog = dialog
        self.submitted: list[tuple[Any, ...]] = []
        self.demos = 0
        self.closings = 0
        dialog.submitted.connect(lambda *given: self.submitted.append(given))
        dialog.demo_requested.connect(self._on_demo)
        dialog.closed.connect(self._on_closed)

    def _on_demo(self) -> None:
        self.demos += 1

    def _on_closed(self) -> None:
        self.closings += 1

    @property
    def said(self) -> str:
        return self.dialog.message.text() if self.dialog._note.isVisible() else ""


@pytest.fixture
def host(qtbot: QtBot, theme: Theme) -> Iterator[QWidget]:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.show()
    yield made
    made.hide()


def opened(qtbot: QtBot, theme: Theme, host: QWidget, url: str = "", user: str = "") -> Desk:
    dialog = SignInDialog(theme, url, user, host)
    with qtbot.waitExposed(dialog):
        dialog.open()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    return Desk(dialog)


@pytest.fixture
def desk(qtbot: QtBot, theme: Theme, host: QWidget) -> Desk:
    return opened(qtbot, theme, host)


def filled(desk: Desk) -> SignInDialog:
    dialog = desk.dialog
    QTest.keyClicks(dialog.url, "https://desk.example.com")
    QTest.keyClicks(dialog.user, "anna")
    QTest.keyClicks(dialog.password, "secret")
    return dialog


def is_gone(desk: Desk) -> bool:
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return not isValid(desk.dialog)


def test_typing_and_enter_signs_in(desk: Desk) -> None:
    dialog = filled(desk)
    QTest.keyClick(dialog.password, Qt.Key.Key_Return)
    assert desk.submitted == [("https://desk.example.com", "anna", "secret", False)]
    assert desk.demos == 0


def test_the_password_is_not_to_be_read(desk: Desk) -> None:
    dialog = filled(desk)
    assert "secret" not in dialog.password.displayText()


def test_empty_fields_are_asked_for_and_nothing_is_sent(desk: Desk) -> None:
    QTest.keyClicks(desk.dialog.user, "anna")
    QTest.keyClick(desk.dialog.user, Qt.Key.Key_Return)
    assert desk.submitted == []
    assert desk.said == "Please type your name and your password."
    assert desk.dialog.sign_in.isEnabled()


def test_while_it_is_being_tried_nothing_can_be_sent_twice(desk: Desk) -> None:
    dialog = filled(desk)
    QTest.mouseClick(dialog.sign_in, Qt.MouseButton.LeftButton)
    assert dialog.sign_in.text() == "Signing in…"
    assert not any(part.isEnabled() for part in (dialog.sign_in, dialog.demo, dialog.url, dialog.user, dialog.password))
    QTest.mouseClick(dialog.sign_in, Qt.MouseButton.LeftButton)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert len(desk.submitted) == 1


def test_a_wrong_password_is_said_and_can_be_typed_anew(desk: Desk) -> None:
    dialog = filled(desk)
    QTest.keyClick(dialog.password, Qt.Key.Key_Return)
    dialog.show_error("unauthenticated")
    assert desk.said == "The name or the password is wrong."
    assert dialog.sign_in.isEnabled()
    assert dialog.password.hasFocus()
    assert dialog.user.text() == "anna"
    QTest.keyClicks(dialog.password, "better")
    QTest.keyClick(dialog.password, Qt.Key.Key_Return)
    assert desk.submitted[-1][2] == "better"
    assert desk.said == ""


def test_without_a_keyring_the_file_is_offered_with_its_warning(desk: Desk) -> None:
    dialog = filled(desk)
    assert not dialog.keep_in_file.isVisible()
    QTest.keyClick(dialog.password, Qt.Key.Key_Return)
    dialog.offer_file_vault("no_keyring")
    assert "no keyring" in desk.said
    assert dialog.keep_in_file.isVisible()
    assert dialog.keep_in_file.hasFocus()
    assert "Whoever can read your files" in dialog._note._warning.text()
    assert dialog._note._warning.isVisible()
    # Nothing is kept in a file unless that is chosen.
    dialog.sign_in.click()
    assert desk.submitted[-1][3] is False
    dialog.offer_file_vault("no_keyring")
    QTest.keyClick(dialog.keep_in_file, Qt.Key.Key_Space)
    dialog.sign_in.click()
    assert desk.submitted[-1] == ("https://desk.example.com", "anna", "secret", True)


def test_a_damaged_vault_offers_no_file(desk: Desk) -> None:
    desk.dialog.offer_file_vault("unreadable")
    assert "Nothing was deleted" in desk.said
    assert not desk.dialog.keep_in_file.isVisible()


def test_the_demo_centre_is_one_click_away(desk: Desk) -> None:
    QTest.mouseClick(desk.dialog.demo, Qt.MouseButton.LeftButton)
    assert (desk.demos, desk.submitted) == (1, [])


@pytest.mark.parametrize("way", ["close", "escape"])
def test_closing_it_is_told_once_and_it_is_gone(desk: Desk, way: str) -> None:
    if way == "close":
        desk.dialog.close()
    else:
        QTest.keyClick(desk.dialog, Qt.Key.Key_Escape)
    assert desk.closings == 1
    assert is_gone(desk)
    assert desk.closings == 1


def test_signed_in_it_goes_without_being_taken_for_closed(desk: Desk) -> None:
    dialog = filled(desk)
    password = dialog.password
    dialog.succeed()
    assert password.text() == ""
    assert not dialog.isVisible()
    assert is_gone(desk)
    assert desk.closings == 0


def test_whoever_was_here_before_only_types_the_password(qtbot: QtBot, theme: Theme, host: QWidget) -> None:
    desk = opened(qtbot, theme, host, "https://desk.example.com", "anna")
    assert desk.dialog.password.hasFocus()
    QTest.keyClicks(desk.dialog.password, "x")
    QTest.keyClick(desk.dialog.password, Qt.Key.Key_Return)
    assert desk.submitted == [("https://desk.example.com", "anna", "x", False)]


def test_what_a_system_answers_is_never_markup(desk: Desk) -> None:
    desk.dialog.show_error("<b>nasty</b>")
    assert "<b>nasty</b>" in desk.said
    for label in desk.dialog.findChildren(QLabel):
        assert "<" not in label.text() or label.textFormat() is Qt.TextFormat.PlainText


@pytest.mark.parametrize(
    "code",
    ["unauthenticated", "rate_limited", "empty", "scheme", "host", "secret", "wrong_key", "not_found", "token_needed"],
)
def test_each_reason_has_a_sentence_of_its_own(qapp: QApplication, code: str) -> None:
    assert "cannot be reached" not in sign_in_error(code)
    assert sign_in_error(code).endswith(".")


def test_every_field_has_its_name(desk: Desk) -> None:
    dialog = desk.dialog
    for part in (dialog.url, dialog.user, dialog.password):
        assert part.accessibleName()
        label = next(label for label in dialog.findChildren(QLabel) if label.buddy() is part)
        assert label.text() == part.accessibleName()
