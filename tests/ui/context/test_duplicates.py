"""The same person on file twice: the quiet line, the comparison by mouse and keyboard, the merge and the way back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from desktop.domain.commands import MarkDistinct, MergeCustomers, UndoMerge
from desktop.domain.duplicate import DuplicateState
from desktop.ui.context.panel import ContextPanel

TWIN = "c-twin"
CTRL = Qt.KeyboardModifier.ControlModifier


def button(where: Any, text: str) -> QPushButton:
    return next(b for b in where.findChildren(QPushButton) if b.text() == text and b.isVisible())


@pytest.fixture
def jana(shift: Any, files: Any, column: ContextPanel) -> str:
    """Her chat is open, and a second record of her is known."""
    shift.arrives(files.jana(), files.twin(), files.alike())
    shift.opens(shift.sample.CHAT)
    return str(shift.sample.JANA)


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    where = QApplication.focusWidget()
    assert where is not None
    QTest.keyClick(where, key, modifiers)


def compare(shift: Any, column: ContextPanel) -> Any:
    QTest.mouseClick(button(column.view.look_alikes, "Compare"), Qt.MouseButton.LeftButton)
    shift.settle()
    sheet = column.view.sheet
    assert sheet is not None
    assert sheet.isVisible()
    return sheet


def test_one_quiet_line_says_who_looks_the_same_and_why(
    jana: str, column: ContextPanel, told: Callable[..., str]
) -> None:
    said = told(column.view.look_alikes)
    assert "Looks like the same person as J. Weber (93%)" in said
    assert said.index("number known") < said.index("name nearly the same"), "the stronger evidence is not first"


def test_a_customer_like_nobody_has_no_such_line(column: ContextPanel, shift: Any) -> None:
    shift.opens(shift.sample.MAIL)
    assert not column.view.look_alikes.isVisible()


def test_both_records_stand_side_by_side_with_what_the_merge_makes(
    jana: str, column: ContextPanel, shift: Any, told: Callable[..., str]
) -> None:
    sheet = compare(shift, column)
    assert not column.view._facts_box.isVisible()
    assert [pick.name for pick in sheet.picks] == ["name", "number", "address.street"]
    said = told(sheet)
    for part in ("Jana Weber", "J. Weber", "Lindenstr. 14a", "The record this makes", "j.weber@example.org"):
        assert part in said
    assert sheet.picks[0].versions[0].button.hasFocus()
    assert (sheet.stays.text(), sheet.goes.text()) == ("Jana Weber", "J. Weber")


def test_fields_are_chosen_by_mouse_and_the_merge_says_which(jana: str, column: ContextPanel, shift: Any) -> None:
    sheet = compare(shift, column)
    QTest.mouseClick(sheet.picks[1].versions[1], Qt.MouseButton.LeftButton)
    QTest.mouseClick(sheet.merge, Qt.MouseButton.LeftButton)
    shift.settle()
    assert shift.commands == [MergeCustomers(customer_id=jana, merged_id=TWIN, fields=("number",))]
    assert "88123" in column.view.facts.text(), "the result is not shown before the hub has it"
    assert not sheet.isVisible()
    assert column.view._facts_box.isVisible()


def test_the_whole_way_by_keyboard(jana: str, column: ContextPanel, shift: Any) -> None:
    column.show_look_alike()
    shift.settle()
    press(Qt.Key.Key_Right)
    press(Qt.Key.Key_Return, CTRL)
    shift.settle()
    (command,) = shift.commands
    assert command.fields == ("name", "given_name", "family_name")


def test_the_other_record_may_stay(jana: str, column: ContextPanel, shift: Any) -> None:
    sheet = compare(shift, column)
    sheet.swap.click()
    assert (sheet.stays.text(), sheet.goes.text()) == ("J. Weber", "Jana Weber")
    sheet.merge.click()
    shift.settle()
    (command,) = shift.commands
    assert (command.customer_id, command.merged_id) == (TWIN, jana)
    # Her values stay although her record goes.
    assert set(command.fields) == {"name", "given_name", "family_name", "number", "address.street"}
    assert column.view.name.text() == "Jana Weber"


def test_what_is_proposed_is_chosen_already(column: ContextPanel, shift: Any, files: Any) -> None:
    shift.arrives(files.jana(), files.twin(), files.alike(fields=("address",)))
    shift.opens(shift.sample.CHAT)
    sheet = compare(shift, column)
    assert sheet.picks[2].versions[1].button.isChecked()


def test_escape_decides_nothing(jana: str, column: ContextPanel, shift: Any) -> None:
    sheet = compare(shift, column)
    press(Qt.Key.Key_Escape)
    shift.settle()
    assert not sheet.isVisible()
    assert shift.commands == []
    assert button(column.view.look_alikes, "Compare").hasFocus()


def test_another_contact_opened_puts_the_comparison_away(jana: str, column: ContextPanel, shift: Any) -> None:
    sheet = compare(shift, column)
    shift.opens(shift.sample.MAIL)
    assert not sheet.isVisible()
    assert column.view._facts_box.isVisible()


def test_two_people_are_told_apart_with_one_click(jana: str, column: ContextPanel, shift: Any) -> None:
    notices: list[str] = []
    column.notice.connect(lambda text, *_: notices.append(text))
    QTest.mouseClick(button(column.view.look_alikes, "Not the same person"), Qt.MouseButton.LeftButton)
    shift.settle()
    assert shift.commands == [MarkDistinct(customer_id=jana, other_id=TWIN)]
    assert not column.has_look_alike
    assert notices == ["Jana Weber and J. Weber are two people; this will not be asked again."]


def test_the_notice_takes_a_merge_back_that_has_not_gone_out(jana: str, column: ContextPanel, shift: Any) -> None:
    offered: list[Any] = []
    column.notice.connect(lambda *said: offered.append(said))
    compare(shift, column).merge.click()
    shift.settle()
    text, _kind, action, act = offered[0]
    assert (text, action) == ("J. Weber is now part of Jana Weber.", "Undo")
    act()
    shift.settle()
    assert shift.commands == [], "a merge and its undoing both went out"
    assert column.has_look_alike


def test_a_merge_is_undone_from_the_card_days_later(
    column: ContextPanel, shift: Any, files: Any, told: Callable[..., str]
) -> None:
    shift.arrives(files.jana(), files.twin(merged_into=shift.sample.JANA), files.merged())
    shift.opens(shift.sample.CHAT)
    assert "merged by" not in told(column.view.look_alikes)
    QTest.mouseClick(column.view.look_alikes.fold, Qt.MouseButton.LeftButton)
    assert "merged by Ben Adler" in told(column.view.look_alikes)
    QTest.mouseClick(button(column.view.look_alikes, "Undo merge"), Qt.MouseButton.LeftButton)
    shift.settle()
    assert shift.commands == [UndoMerge(customer_id=shift.sample.JANA, merged_id=TWIN)]
    assert "separated again by you" in told(column.view.look_alikes)


def test_who_was_told_apart_can_be_compared_again(column: ContextPanel, shift: Any, files: Any) -> None:
    shift.arrives(files.jana(), files.twin(), files.alike(state=DuplicateState.DISTINCT))
    shift.opens(shift.sample.CHAT)
    column.view.look_alikes.fold.click()
    button(column.view.look_alikes, "Compare").click()
    shift.settle()
    assert column.view.sheet is not None
    assert column.view.sheet.isVisible()


def test_a_colleague_who_merges_first_ends_the_comparison(
    jana: str, column: ContextPanel, shift: Any, files: Any
) -> None:
    sheet = compare(shift, column)
    shift.arrives(files.jana(version=8), files.twin(merged_into=jana, version=2), files.merged(version=2))
    assert not sheet.isVisible()


def test_a_name_that_is_markup_is_shown_as_it_is(column: ContextPanel, shift: Any, files: Any) -> None:
    nasty = "<b>J.</b><img src='x'>"
    shift.arrives(files.jana(), files.twin(name=nasty), files.alike())
    shift.opens(shift.sample.CHAT)
    sheet = compare(shift, column)
    assert sheet.goes.text() == nasty
    assert sheet.goes.textFormat() is Qt.TextFormat.PlainText
    column.grab()


def test_what_may_not_be_seen_yet_is_not_seen_in_the_comparison_either(
    jana: str, column: ContextPanel, shift: Any, files: Any, told: Callable[..., str]
) -> None:
    shift.arrives(files.policy())
    sheet = compare(shift, column)
    said = told(sheet)
    assert "Lindenstr" not in said
    assert "1980" not in said
    assert "hidden until verified" in said


def test_two_records_nobody_proposed_are_compared_by_looking_one_up(
    column: ContextPanel, shift: Any, files: Any
) -> None:
    shift.arrives(files.jana(), files.twin())
    shift.opens(shift.sample.CHAT)
    assert not column.view.look_alikes.isVisible()
    column.show_customer(TWIN)
    shift.settle()
    QTest.mouseClick(column.view.look_alikes.beside, Qt.MouseButton.LeftButton)
    shift.settle()
    assert column.view.sheet is not None
    assert (column.view.sheet.stays.text(), column.view.sheet.goes.text()) == ("Jana Weber", "J. Weber")
    column.view.sheet.merge.click()
    shift.settle()
    assert shift.commands == [MergeCustomers(customer_id=shift.sample.JANA, merged_id=TWIN)]
