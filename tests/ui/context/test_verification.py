"""Asking a caller before sensitive data is shown: the line, the questions, the keys, and what stays hidden until then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from desktop.domain.channels import Channel
from desktop.domain.commands import VerifyCustomer
from desktop.domain.interaction import Interaction
from desktop.domain.verification import VerifiedAnswer
from desktop.ui.context.panel import ContextPanel
from desktop.viewmodels.desk import DeskAccount


def chat(shift: Any, **fields: Any) -> Interaction:
    found = next(i for i in shift.sample.interactions(shift.workplace.now()) if i.id == shift.sample.CHAT)
    made: Interaction = replace(found, **{"version": 9, **fields})
    return made


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    where = QApplication.focusWidget()
    assert where is not None
    QTest.keyClick(where, key, modifiers)


def answered(shift: Any) -> list[tuple[str, bool]]:
    assert all(isinstance(command, VerifyCustomer) for command in shift.commands)
    return [(command.question, command.is_right) for command in shift.commands]


@pytest.fixture
def asked(shift: Any, files: Any, column: ContextPanel) -> ContextPanel:
    """Jana's chat is open in a centre that asks for two right answers."""
    shift.arrives(files.jana(), files.policy())
    shift.opens(shift.sample.CHAT)
    return column


def begin(column: ContextPanel, shift: Any) -> QLineEdit:
    QTest.mouseClick(column.view.verifying.begin, Qt.MouseButton.LeftButton)
    shift.settle()
    asking = column.view.verifying._asking
    assert asking is not None
    field = asking.field
    assert field is not None
    assert field.hasFocus()
    return field


def test_what_is_sensitive_is_hidden_and_the_head_says_why(asked: ContextPanel, told: Callable[..., str]) -> None:
    said = told(asked.view)
    assert asked.view.verifying.chip.text() == "not verified"
    assert asked.view.verifying.progress.text() == "0 of 2"
    assert "Lindenstraße" not in said
    assert "1980" not in said
    assert said.count("hidden until verified") == 2
    assert "jana.weber@example.de" in said
    orders = told(asked.records)
    assert "4711" not in orders
    assert "Order: hidden until verified" in orders
    assert "8841" in orders, "a case is not sensitive"


def test_the_form_does_not_show_it_either(asked: ContextPanel, shift: Any) -> None:
    asked.begin_edit()
    shift.settle()
    assert asked.view.editor is not None
    street = asked.view.editor.fields["address.street"]
    assert (street.text(), street.isEnabled()) == ("hidden until verified", False)
    asked.view.editor.save()
    shift.settle()
    assert shift.commands == [], "the words for what is hidden were saved"


def test_without_a_policy_nothing_is_asked_and_nothing_hidden(column: ContextPanel, shift: Any, files: Any) -> None:
    shift.arrives(files.jana())
    shift.opens(shift.sample.CHAT)
    assert not column.view.verifying.isVisible()
    assert not column.can_verify


def test_two_answers_typed_as_people_say_them_open_the_record(
    asked: ContextPanel, shift: Any, typed: Callable[..., None], told: Callable[..., str]
) -> None:
    typed(begin(asked, shift), "14.3.80")
    press(Qt.Key.Key_Return)
    shift.settle()
    assert answered(shift) == [("birth_date", True)]
    assert asked.view.verifying.progress.text() == "1 of 2"
    asked.begin_verification()
    shift.settle()
    typed(QApplication.focusWidget(), "D-04109")
    press(Qt.Key.Key_Return)
    shift.settle()
    assert answered(shift) == [("birth_date", True), ("postcode", True)]
    assert asked.view.verifying.chip.text() == "verified"
    assert not asked.view.verifying.card.isVisible()
    said = told(asked.view)
    assert "Lindenstraße 14, 04109 Leipzig" in said
    assert "hidden until verified" not in said
    assert "4711" in told(asked.records)


def test_a_wrong_answer_is_told_and_goes_out_only_when_the_agent_says_so(
    asked: ContextPanel, shift: Any, typed: Callable[..., None], told: Callable[..., str]
) -> None:
    typed(begin(asked, shift), "14.3.1981")
    press(Qt.Key.Key_Return)
    shift.settle()
    assert shift.commands == []
    assert "That is not what the record says." in told(asked.view.verifying)
    assert "1980" not in told(asked.view.verifying), "the right answer is given away"
    press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    shift.settle()
    assert answered(shift) == [("birth_date", False)]
    assert "1 wrong" in asked.view.verifying.progress.text().replace("(s)", "")


def test_what_is_no_answer_is_neither_right_nor_wrong(
    asked: ContextPanel, shift: Any, typed: Callable[..., None], told: Callable[..., str]
) -> None:
    typed(begin(asked, shift), "I forgot")
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    shift.settle()
    assert shift.commands == []
    assert "does not look like an answer" in told(asked.view.verifying)


def test_an_answer_the_policy_shows_is_judged_by_ear_with_one_key(
    asked: ContextPanel, shift: Any, told: Callable[..., str]
) -> None:
    begin(asked, shift)
    assert "30418" not in told(asked.view.verifying), "shown before it was asked"
    asked.view.verification.ask("number")
    shift.settle()
    asked.view.verifying.take_focus()
    assert "30418" in told(asked.view.verifying)
    press(Qt.Key.Key_Delete)
    shift.settle()
    assert answered(shift) == [("number", False)]


def test_what_is_not_on_file_is_not_asked(asked: ContextPanel, shift: Any, told: Callable[..., str]) -> None:
    begin(asked, shift)
    assert "not on file" in told(asked.view.verifying)
    asked.view.verification.answer("invoice", is_right=True)
    shift.settle()
    assert shift.commands == []


def test_after_too_many_wrong_answers_no_more_is_asked(asked: ContextPanel, shift: Any) -> None:
    wrong = tuple(
        VerifiedAnswer(question=name, is_right=False, customer_id=shift.sample.JANA)
        for name in ("birth_date", "postcode")
    )
    shift.arrives(chat(shift, verified=wrong))
    assert asked.view.verifying.chip.text() == "not verified"
    assert asked.view.verifying.progress.text() == "too many wrong answers"
    assert not asked.view.verifying.begin.isVisible()
    assert not asked.can_verify


def test_a_channel_that_vouches_asks_nothing(asked: ContextPanel, shift: Any, told: Callable[..., str]) -> None:
    shift.arrives(chat(shift, channel=Channel.IN_APP))
    assert asked.view.verifying.chip.text() == "verified by the channel"
    assert "Lindenstraße 14" in told(asked.view)


def test_a_colleagues_contact_is_not_verified_by_me(asked: ContextPanel, shift: Any) -> None:
    shift.arrives(chat(shift, assignee=shift.sample.BEN))
    assert not asked.can_verify
    assert not asked.view.verifying.begin.isVisible()


def test_somebody_looked_up_stays_hidden_though_the_caller_is_verified(
    asked: ContextPanel, shift: Any, files: Any, told: Callable[..., str]
) -> None:
    right = tuple(
        VerifiedAnswer(question=name, is_right=True, customer_id=shift.sample.JANA)
        for name in ("birth_date", "postcode")
    )
    shift.arrives(chat(shift, verified=right), files.twin())
    assert "Lindenstraße 14" in told(asked.view)
    asked.show_customer("c-twin")
    shift.settle()
    assert not asked.view.verifying.isVisible()
    assert "Lindenstr. 14a" not in told(asked.view)
    asked._back.click()
    shift.settle()
    assert "Lindenstraße 14" in told(asked.view)


def test_escape_puts_the_questions_away_and_keeps_nothing(
    asked: ContextPanel, shift: Any, typed: Callable[..., None]
) -> None:
    typed(begin(asked, shift), "14.3.")
    press(Qt.Key.Key_Escape)
    shift.settle()
    assert not asked.view.verifying.card.isVisible()
    assert asked.view.verifying.begin.hasFocus()
    assert begin(asked, shift).text() == ""


def test_a_message_that_comes_in_leaves_what_is_being_typed(
    asked: ContextPanel, shift: Any, typed: Callable[..., None]
) -> None:
    field = begin(asked, shift)
    typed(field, "14.3.")
    shift.arrives(chat(shift, last_text="Hello?"))
    assert asked.view.verifying._asking is not None
    assert asked.view.verifying._asking.field is field
    assert field.text() == "14.3."


def test_where_the_system_of_the_contact_cannot_ask_it_is_said(
    asked: ContextPanel, shift: Any, told: Callable[..., str]
) -> None:
    accounts = shift.workplace.accounts
    # The hub still guards what it knows; the chat is a guest's here.
    accounts.put(DeskAccount(id="a1", title="Chats", kind="chatwoot", commands=frozenset({"send_message"})))
    shift.arrives(chat(shift))
    shift.settle()
    assert not asked.can_verify
    # Nobody who asks for verification knows them: there is nothing to hide.
    assert asked.view.verifying.isHidden()
    assert "hidden until verified" not in told(asked.view)
