"""What is wrong with a record, what it is worth, and the one click that mends it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton

from desktop.domain.customer import Identity, IdentityKind, QualityFinding
from desktop.ui.context.panel import ContextPanel

STALE = QualityFinding(code="stale", field="address")


def mends(column: ContextPanel) -> list[QPushButton]:
    return [b for b in column.view.findChildren(QPushButton) if b.accessibleName().startswith("Mend") and b.isVisible()]


def score(column: ContextPanel) -> QLabel:
    return next(w for w in column.view.findChildren(QLabel) if w.accessibleName().startswith("Data quality:"))


def test_the_score_is_explained(column: ContextPanel, shift: Any, files: Any) -> None:
    shift.arrives(files.jana(quality=(STALE, QualityFinding(code="missing", field="phone"))))
    shift.opens(shift.sample.CHAT)
    assert score(column).text() == "85 of 100"
    assert "Address not checked for long: −5" in score(column).toolTip()
    assert "Phone missing: −10" in score(column).accessibleDescription()


def test_a_second_record_costs_too_and_is_told_once(
    column: ContextPanel, shift: Any, files: Any, told: Callable[..., str]
) -> None:
    shift.arrives(files.jana(), files.twin(), files.alike())
    shift.opens(shift.sample.CHAT)
    assert "Looks like another record" in score(column).toolTip()
    assert "Looks like another record" not in told(column.view)


def test_a_mistyped_address_is_replaced_by_the_right_one(column: ContextPanel, shift: Any, files: Any) -> None:
    wrong = Identity(kind=IdentityKind.EMAIL, value="jana@gmial.com", normalised="jana@gmial.com", label="home")
    finding = QualityFinding(code="invalid", field="email", proposal="jana@gmail.com")
    shift.arrives(files.jana(identities=(wrong,), quality=(finding,)))
    shift.opens(shift.sample.CHAT)
    (button,) = mends(column)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    shift.settle()
    (command,) = shift.commands
    assert [one["value"] for one in command.fields["identities"]] == ["jana@gmail.com"]
    # What was mended is not told again while the hub has not looked at it.
    assert mends(column) == []


def test_what_cannot_be_typed_in_one_field_opens_the_form_there(column: ContextPanel, shift: Any, files: Any) -> None:
    shift.arrives(files.jana(quality=(QualityFinding(code="contradictory", field="birth_date"),)))
    shift.opens(shift.sample.CHAT)
    (button,) = mends(column)
    assert button.text() == "edit"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    shift.settle()
    assert column.view.editor is not None
    assert column.view.editor.fields["birth_date"].hasFocus()


def test_a_wrong_number_opens_the_form_at_that_number(column: ContextPanel, shift: Any, files: Any) -> None:
    shift.arrives(files.jana(quality=(QualityFinding(code="invalid", field="phone"),)))
    shift.opens(shift.sample.CHAT)
    mends(column)[0].click()
    shift.settle()
    focus = column.window().focusWidget()
    assert isinstance(focus, QLineEdit)
    assert focus.text() == "+49 341 555 0142"


def test_an_address_that_may_not_be_seen_is_not_said_to_be_right(column: ContextPanel, shift: Any, files: Any) -> None:
    shift.arrives(files.jana(quality=(STALE,)), files.policy())
    shift.opens(shift.sample.CHAT)
    assert mends(column) == []


def test_escape_closes_the_field(column: ContextPanel, shift: Any, files: Any) -> None:
    shift.arrives(files.jana(quality=(QualityFinding(code="missing", field="phone"),)))
    shift.opens(shift.sample.CHAT)
    mends(column)[0].click()
    field = column.view._facts_box._quality.findChild(QLineEdit)
    assert field is not None
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not field.isVisible()
