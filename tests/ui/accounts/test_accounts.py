"""The page of accounts by keyboard, the chip, and the sign-in for one more account."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.account_option import AccountOption
from desktop.domain.commands import AddNote
from desktop.domain.ids import InteractionId
from desktop.store import outbox
from desktop.sync.status import Phase, SyncStatus
from desktop.ui.accounts import wording
from desktop.ui.accounts.chip import AccountChip
from desktop.ui.accounts.window import AccountsWindow
from desktop.ui.sign_in import HUB, Kind, SignInDialog
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.desk import DeskAccount

DESK = DeskAccount(id="a1", title="Desk", user="anna", system="https://desk.example.com")
RT = DeskAccount(id="a2", key="rt", title="Tickets", kind="rt", user="anna", system="https://rt.example.com")


@pytest.fixture
def page(shift: Any, theme: Theme, show: Callable[..., QWidget], qtbot: QtBot) -> Any:
    host = QWidget()
    show(host, 1060, 680)
    shift.workplace.accounts.put(DESK)
    shift.workplace.accounts.put(RT)
    made = AccountsWindow(shift.workplace, theme, host)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.close()


def heard(signal: Any) -> list[Any]:
    found: list[Any] = []
    signal.connect(lambda *values: found.append(values if len(values) > 1 else (values or (None,))[0]))
    return found


def test_each_account_stands_there_with_what_it_is_and_how_it_is(page: Any, shift: Any) -> None:
    shift.workplace.set_status(SyncStatus(phase=Phase.LIVE))
    shift.workplace.set_status(SyncStatus(phase=Phase.OFFLINE, pull_error="offline"), "rt")
    first, second = (page.list.item(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(2))
    assert first == "Desk, Dirigent · anna, https://desk.example.com, Up to date"
    assert second == "Tickets, Request Tracker · anna, https://rt.example.com, Cannot be reached"
    assert {page.list.item(row).sizeHint().height() for row in range(2)} != {0}
    page.grab()


def test_an_account_gets_another_name_by_keys_alone(page: Any) -> None:
    renamed = heard(page.model.renamed)
    page.list.setFocus()
    QTest.keyClick(page.list, Qt.Key.Key_Down)
    QTest.keyClick(page, Qt.Key.Key_F2)
    assert page.name.text() == "Tickets"
    page.name.selectAll()
    QTest.keyClicks(page.name, "Old tickets")
    QTest.keyClick(page.name, Qt.Key.Key_Return)
    assert renamed == [("a2", "Old tickets")]
    assert page.isVisible()


def test_a_pause_and_its_end(page: Any, shift: Any) -> None:
    paused = heard(page.model.paused)
    page.list.setCurrentRow(1)
    page.pause.click()
    shift.workplace.accounts.put(dataclasses.replace(RT, is_paused=True))
    assert "Paused" in page.list.item(1).data(Qt.ItemDataRole.AccessibleTextRole)
    page.pause.click()
    assert paused == [("a2", True), ("a2", False)]


def test_removing_asks_first_and_says_what_would_be_lost(page: Any, shift: Any) -> None:
    removed = heard(page.model.removal_confirmed)
    shift.workplace.perform(AddNote(interaction_id=InteractionId("rt~55"), text="noch nicht gesendet"))
    shift.until(lambda: shift.store.query(outbox.entries))
    page.list.setCurrentRow(1)
    page.list.setFocus()
    QTest.keyClick(page.list, Qt.Key.Key_Delete)
    shift.until(lambda: page.question.isVisible())
    assert "Tickets" in page.lost.text()
    assert "1 command" in page.lost.text()
    # What loses nothing is what Enter does.
    assert page.keep.hasFocus()
    page.keep.click()
    assert (removed, page.question.isVisible()) == ([], False)
    page.remove.click()
    shift.until(lambda: page.question.isVisible())
    page.confirm.click()
    assert removed == ["a2"]


def test_the_first_account_is_not_removed_from_here(page: Any) -> None:
    page.list.setCurrentRow(0)
    assert not page.remove.isEnabled()
    assert not page.pause.isEnabled()
    assert page.remove.toolTip()
    assert not page.model.ask_removal(DESK)


def test_signing_in_is_offered_where_it_is_needed(page: Any, shift: Any) -> None:
    wanted = heard(page.model.sign_in_requested)
    page.list.setCurrentRow(1)
    assert page.sign_in.isHidden()
    shift.workplace.set_status(SyncStatus(phase=Phase.SIGN_IN_NEEDED), "rt")
    assert page.sign_in.isVisible()
    page.sign_in.click()
    assert wanted == ["a2"]


def test_the_chip_is_there_only_where_there_are_several(shift: Any, qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    chip = AccountChip(shift.workplace, holder)
    shift.workplace.accounts.put(DESK)
    chip.show_for("i1")
    assert chip.isHidden()
    shift.workplace.accounts.put(RT)
    assert (chip.isHidden(), chip.text()) == (False, "Desk")
    chip.show_for("rt~55")
    assert chip.text() == "Tickets"
    assert "Request Tracker" in chip.toolTip()


def test_what_is_lacking_is_said_with_the_name_of_the_system() -> None:
    assert wording.lacking(RT) == "Tickets cannot do this (Request Tracker)."
    assert wording.lacking(dataclasses.replace(RT, title="Request Tracker")) == "Request Tracker cannot do this."
    assert wording.kind("pigeon_post", "Pigeon Post 3000") == "Pigeon Post 3000"
    assert wording.kind("pigeon_post") == "Pigeon Post"


# --- signing in -------------------------------------------------------------------------------------------------------

OPTIONS = (AccountOption("has_socket", "bool", False), AccountOption("greeting", "text", "Hello", "What it says first"))
KINDS = (
    HUB,
    Kind("rt", "Request Tracker", takes_token=True),
    Kind("files", "Recording", takes_password=False, is_folder=True),
    Kind("pigeon", "Pigeon post", takes_token=True, takes_password=False, options=OPTIONS),
)


def dialog(theme: Theme, qtbot: QtBot, **options: Any) -> SignInDialog:
    made = SignInDialog(theme, "https://rt.example.com", "", kinds=KINDS, **options)
    qtbot.addWidget(made)
    made.show()
    return made


def test_one_more_account_is_asked_for_by_its_kind_with_a_name_of_its_own(theme: Theme, qtbot: QtBot) -> None:
    made = dialog(theme, qtbot, is_further=True, kind="rt")
    submitted = heard(made.submitted)
    assert made.kind == "rt"
    assert made.demo.isHidden()
    with_password, with_token = made._way_buttons.buttons()
    assert with_password.isChecked()
    QTest.keyClick(with_password, Qt.Key.Key_Tab)
    with_token.click()
    assert made.user.isHidden()
    assert made.password.accessibleName() == "Access token"
    assert "Auth Tokens" in made.token_hint.text()
    made.password.setText(" 1-23-abc\n")
    assert made.name is not None
    made.name.setText(" Tickets ")
    made.sign_in.click()
    assert submitted == [("https://rt.example.com", "", "1-23-abc", False)]
    assert made.title == "Tickets"


def test_a_hub_wants_name_and_password_and_files_want_neither(theme: Theme, qtbot: QtBot) -> None:
    made = dialog(theme, qtbot)
    submitted = heard(made.submitted)
    assert (made.kind, made.demo.isVisible()) == ("hub", True)
    made.sign_in.click()
    assert submitted == []
    assert made.message.text()
    made.kinds.setCurrentIndex(2)
    assert made.user.isHidden()
    assert made.password.isHidden()
    made.sign_in.click()
    assert len(submitted) == 1


def test_a_recording_is_a_folder_that_is_chosen(theme: Theme, qtbot: QtBot, tmp_path: Path) -> None:
    made = dialog(theme, qtbot)
    assert made.choose_folder.isHidden()
    made.kinds.setCurrentIndex(2)
    assert made.choose_folder.isVisible()
    assert made.url.accessibleName() == "Folder"
    made.choose_folder.click()
    picker = made.findChild(QFileDialog)
    assert picker is not None
    picker.fileSelected.emit(str(tmp_path))
    picker.close()
    assert made.url.text() == str(tmp_path)


def test_what_a_kind_asks_for_besides_is_asked_and_handed_on(theme: Theme, qtbot: QtBot) -> None:
    made = dialog(theme, qtbot, kept={"greeting": "Coo", "has_socket": "nonsense"})
    assert made.options.isHidden()
    made.kinds.setCurrentIndex(3)
    assert made.options.isVisible()
    assert made.options.values == {"has_socket": False, "greeting": "Coo"}
    box, line = made.options.fields["has_socket"], made.options.fields["greeting"]
    assert (box.accessibleName(), line.accessibleName()) == ("Has socket", "What it says first")
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert made.options.values["has_socket"] is True
    made.kinds.setCurrentIndex(0)
    assert (made.options.isHidden(), made.options.values) == (True, {})


def test_signing_in_anew_stays_at_the_account_and_its_way(theme: Theme, qtbot: QtBot) -> None:
    made = dialog(theme, qtbot, is_further=True, kind="rt", title="Tickets", with_token=True)
    assert (made.with_token, made.url.isEnabled(), made.kinds.isEnabled()) == (True, False, False)
    assert made.password.hasFocus() or made.focusWidget() is made.password
    assert made.name is None
    made.show_error("unauthenticated")
    assert "access token" in made.message.text()
    made.show_error("unreachable")
    assert (made.url.isEnabled(), made.sign_in.text()) == (False, "Sign in")


def test_a_second_factor_leads_to_the_token(theme: Theme, qtbot: QtBot) -> None:
    made = dialog(theme, qtbot, kind="rt")
    made.user.setText("anna")
    made.password.setText("secret")
    made.sign_in.click()
    made.show_error("token_needed")
    assert (made.with_token, made.password.text()) == (True, "")


def test_something_else_at_the_address_is_said_by_name(theme: Theme, qtbot: QtBot) -> None:
    made = dialog(theme, qtbot, kind="rt")
    for code in ("not_found", "unexpected_answer"):
        made.show_error(code)
        assert "not Request Tracker (version 5 or newer)" in made.message.text()
        assert made.focusWidget() is made.url


def test_escape_and_cancel_add_nothing(theme: Theme, qtbot: QtBot) -> None:
    made = dialog(theme, qtbot, is_further=True)
    closed = heard(made.closed)
    assert made.cancel.isVisible()
    made.cancel.click()
    assert len(closed) == 1


def test_options_are_changed_on_the_page(page: Any, shift: Any) -> None:
    chosen = heard(page.model.options_chosen)
    shift.workplace.accounts.put(dataclasses.replace(RT, kind="pigeon", options=OPTIONS))
    page.list.setCurrentRow(1)
    assert page.options.isVisible()
    page.options.fields["has_socket"].click()
    assert chosen == [("a2", {"has_socket": True, "greeting": "Hello"})]
    page.list.setCurrentRow(0)
    assert page.options.isHidden()


def test_with_one_kind_nothing_is_to_be_chosen(theme: Theme, qtbot: QtBot) -> None:
    made = SignInDialog(theme, "", "")
    qtbot.addWidget(made)
    made.show()
    assert made.kinds.isHidden()
