"""A guided flow beside the conversation: by keyboard from the first step to the last, and by whoever has the contact."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QToolButton

from desktop.domain.commands import EndFlow, SetFlowStep, StartFlow
from desktop.domain.flow import Flow, FlowStep, StepState
from desktop.domain.suggestion import Suggestion, SuggestionKind
from desktop.ui.context.panel import ContextPanel

CTRL, ALT, SHIFT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
Key = Qt.Key


@pytest.fixture
def context(window: Any, shift: Any) -> ContextPanel:
    shift.arrives(*shift.sample.guidance(datetime.now(UTC)))
    shift.opens(shift.sample.CHAT)
    return window.context  # type: ignore[no-any-return]


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget(), key, modifiers)


def ticks(shift: Any) -> list[tuple[str, str]]:
    return [(c.action, str(c.state)) for c in shift.commands if isinstance(c, SetFlowStep)]


def test_from_a_suggestion_to_the_end_without_the_pointer(
    window: Any, context: ContextPanel, shift: Any, told: Callable[..., str]
) -> None:
    shift.arrives(
        Suggestion(
            id="s-flow",
            interaction_id=shift.sample.CHAT,
            action="flow.double-charge",
            kind=SuggestionKind.FLOW,
            values={"playbook": "double-charge"},
            titles={"en": "Money taken twice"},
            rank=-1,
            version=1,
        )
    )
    press(Key.Key_1, ALT)
    shift.settle()
    (started,) = shift.commands
    assert isinstance(started, StartFlow)
    assert (started.playbook, started.suggestion_id) == ("double-charge", "s-flow")
    guide = context.guide
    assert guide.isVisible()
    assert "Step 1 of 3" in told(guide)
    press(Key.Key_G, CTRL)
    number, birthday = guide.form.fields.values()
    assert number.hasFocus()
    QTest.keyClicks(number, "20-7731")
    press(Key.Key_Return)
    assert birthday.hasFocus()
    press(Key.Key_Return)
    shift.settle()
    assert "20-7731" in told(guide)
    assert "“Guten Tag Jana Weber, die Rechnung 20-7731 wurde zweimal abgebucht.”" in told(guide)
    assert guide.form.done.hasFocus()
    # In the composer too: the keyboard need not leave it.
    QTest.mouseClick(guide.form.write, Qt.MouseButton.LeftButton)
    shift.settle()
    editor = window.interaction.composer.editor
    assert editor.hasFocus()
    assert "20-7731" in editor.toPlainText()
    press(Key.Key_Return, ALT)
    press(Key.Key_Return, ALT)
    shift.settle()
    assert ticks(shift) == [("check_invoice", "done"), ("confirm_duplicate", "done"), ("order_refund", "done")]
    assert "All steps are done." in told(guide)
    assert guide.aside.text() == "finished"


def test_what_is_missing_is_said_where_it_is_missing(context: ContextPanel, shift: Any) -> None:
    context.flows.start("double-charge")
    shift.settle()
    press(Key.Key_Return, ALT)
    number = context.guide.form.fields["invoice_number"]
    assert number.hasFocus()
    assert number.accessibleDescription() == "This is still needed."
    QTest.keyClicks(number, "7")
    assert number.accessibleDescription() == ""
    assert ticks(shift) == []


def test_a_step_is_skipped_with_a_reason_by_keys_and_opened_again(
    context: ContextPanel, shift: Any, told: Callable[..., str]
) -> None:
    context.flows.start("upset")
    shift.settle()
    press(Key.Key_Return, ALT | SHIFT)
    menu = next(m for m in context.guide.form.findChildren(QMenu) if m.isVisible())
    QTest.keyClick(menu, Key.Key_2)
    shift.settle()
    assert "The customer does not want it · " in told(context.guide)
    back = next(b for b in context.guide.findChildren(QToolButton) if "Apologise" in b.accessibleName())
    QTest.mouseClick(back, Qt.MouseButton.LeftButton)
    shift.settle()
    assert ticks(shift) == [("apologise", "skipped"), ("apologise", "open")]


def test_it_is_found_from_the_palette_and_leads_there_from_the_facts(
    window: Any, context: ContextPanel, shift: Any, told: Callable[..., str]
) -> None:
    window.palette_.open()
    QTest.keyClicks(window.palette_.field, "guide upset")
    press(Key.Key_Return)
    shift.settle()
    assert context.guide.isVisible()
    context.show_tab(0)
    assert "Step 1 of 2: Apologise" in told(context.guide_line)
    QTest.mouseClick(context.guide_line, Qt.MouseButton.LeftButton)
    assert context.guide.isVisible()
    shift.opens(shift.sample.BENS)
    window.palette_.open()
    QTest.keyClicks(window.palette_.field, "guide upset")
    assert [c for c in shift.commands if isinstance(c, StartFlow)] != []
    assert not context.flows.can_work


def test_whoever_takes_the_contact_over_goes_on_where_it_was_left(
    context: ContextPanel, shift: Any, told: Callable[..., str]
) -> None:
    at = datetime.now(UTC)
    steps = (
        FlowStep(action="apologise", titles={"en": "Apologise"}, state=StepState.DONE, by=shift.sample.BEN, at=at),
        FlowStep(action="offer_credit", titles={"en": "Offer a credit"}),
    )
    shift.arrives(
        Flow(
            id="flow-0001",
            interaction_id=shift.sample.CHAT,
            playbook="upset",
            edition=1,
            titles={"en": "Upset customers"},
            started_at=at,
            steps=steps,
            version=1,
        )
    )
    context.show_guide()
    assert "Ben Adler · " in told(context.guide)
    assert "Step 2 of 2" in told(context.guide)
    press(Key.Key_Return, ALT)
    shift.settle()
    assert ticks(shift) == [("offer_credit", "done")]


def test_it_is_stopped_and_gone_on_with(context: ContextPanel, shift: Any, told: Callable[..., str]) -> None:
    context.flows.start("upset")
    shift.settle()
    context.guide.stop.menu().actions()[0].trigger()
    shift.settle()
    assert isinstance(shift.commands[-1], EndFlow)
    assert shift.commands[-1].reason == "settled"
    assert "This guide was stopped before its end." in told(context.guide)
    assert not context.guide.form.isVisible()
    QTest.mouseClick(context.guide.resume, Qt.MouseButton.LeftButton)
    press(Key.Key_Return, ALT)
    shift.settle()
    assert ticks(shift) == [("apologise", "done")]


def test_without_one_it_offers_what_fits(context: ContextPanel, shift: Any, told: Callable[..., str]) -> None:
    context.show_guide()
    offered = [b for b in context.guide.findChildren(QPushButton) if b.isVisible() and b.property("playbook")]
    assert [button.text() for button in offered] == ["Money taken twice"]
    assert offered[0].hasFocus()
    press(Key.Key_Space)
    shift.settle()
    assert "Check both invoices" in told(context.guide)
    shift.opens(shift.sample.MAIL)
    assert "No guide is running." in told(context.guide)


def test_titles_of_a_playbook_are_never_markup(context: ContextPanel, shift: Any) -> None:
    nasty = "<img src='file:///x'>&b"
    step = FlowStep(action="a", titles={"en": nasty}, wordings={"de": nasty}, values={"x": nasty})
    shift.arrives(
        Flow(
            id="flow-0002",
            interaction_id=shift.sample.CHAT,
            playbook="p",
            edition=1,
            titles={"en": nasty},
            started_at=datetime.now(UTC),
            steps=(step, FlowStep(action="b", titles={"en": nasty})),
            version=1,
        )
    )
    context.show_guide()
    assert all("<img" not in button.toolTip() for button in context.guide.findChildren(QPushButton))
    context.guide.grab()
