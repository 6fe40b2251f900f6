"""The outbox over the strip: what is on its way, and everything that can be done about it, by mouse and by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from desktop.domain import commands as c
from desktop.domain.agent import PresenceState
from desktop.domain.changes import Cause
from desktop.domain.flow import StepState
from desktop.domain.ids import CommandId
from desktop.domain.routing import AlertMeasure, AlertRule
from desktop.store import outbox
from desktop.sync.status import Phase, SyncStatus
from desktop.ui.outbox import wording
from desktop.viewmodels.outbox import Line

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def press(window: Any, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(window.focusWidget() or window, key, modifiers)


def sends(shift: Any, contact: str, text: str, **more: Any) -> CommandId:
    made: CommandId = shift.workplace.perform(c.SendMessage(interaction_id=contact, text=text), **more)
    shift.settle()
    return made


def refuse(shift: Any, command_id: CommandId, code: str = "no_consent") -> None:
    shift.store.write(lambda w: outbox.wedge(w, command_id, code), Cause.NETWORK).result()
    shift.settle()


def offered(panel: Any) -> list[str]:
    return [code for code, button in panel.foot.buttons.items() if button.isVisibleTo(panel)]


@pytest.fixture
def panel(window: Any) -> Any:
    return window.outgoing.panel


def test_with_nothing_to_send_it_says_so(window: Any, panel: Any, told: Callable[..., str]) -> None:
    press(window, Qt.Key.Key_O, CTRL | SHIFT)
    assert panel.isVisible()
    assert "Everything is sent" in told(panel)
    assert not panel.foot.isVisible()
    press(window, Qt.Key.Key_Escape)
    assert not panel.isVisible()


def test_it_opens_from_the_strip_and_from_the_palette(window: Any, panel: Any, shift: Any) -> None:
    sends(shift, shift.sample.CHAT, "Hallo")
    QTest.mouseClick(window.strip.outbox, Qt.MouseButton.LeftButton)
    assert panel.isVisible()
    QTest.mouseClick(window.strip.outbox, Qt.MouseButton.LeftButton)
    assert not panel.isVisible()
    press(window, Qt.Key.Key_K, CTRL)
    QTest.keyClicks(window.palette_.field, "outbox")
    press(window, Qt.Key.Key_Return)
    assert panel.isVisible()
    assert panel.list.hasFocus()


def test_closing_it_gives_the_keyboard_back(window: Any, panel: Any, shift: Any) -> None:
    shift.opens(shift.sample.CHAT)
    window.interaction.composer.editor.setFocus()
    press(window, Qt.Key.Key_O, CTRL | SHIFT)
    press(window, Qt.Key.Key_Escape)
    assert window.interaction.composer.editor.hasFocus()


def test_every_kind_of_step_has_words_and_an_icon(window: Any, panel: Any, shift: Any, theme: Any) -> None:
    sample = shift.sample
    one = {"interaction_id": sample.CHAT}
    steps = [
        c.SendMessage(**one, text="Hallo"),
        c.AddNote(**one, text="Notiz"),
        c.Accept(**one),
        c.Decline(**one),
        c.Hold(**one),
        c.Resume(**one),
        c.Wait(**one),
        c.Snooze(**one, until=shift.workplace.now() + timedelta(hours=1)),
        c.Transfer(**one, to_queue="billing", note="eilig"),
        c.SetIntent(**one, intent="refund"),
        c.EndContact(**one),
        c.WrapUp(**one, disposition="solved", summary="erledigt"),
        c.Requeue(**one),
        c.Reopen(**one),
        c.Take(**one),
        c.LinkCustomer(**one, customer_id=sample.PETER),
        c.TakeSuggestion(**one, suggestion_id="s-1"),
        c.DismissSuggestion(**one, suggestion_id="s-2"),
        c.MergeCustomers(customer_id=sample.JANA, merged_id=sample.PETER),
        c.UndoMerge(customer_id=sample.JANA, merged_id=sample.PETER),
        c.UpdateCustomer(customer_id=sample.JANA, fields={"name": "J", "address.city": "Halle"}),
        c.SetPresence(state=PresenceState.AWAY, reason="lunch"),
        c.StartFlow(**one, playbook="double-charge", flow_id="flow-0001"),
        c.SetFlowStep(**one, flow_id="flow-0001", action="check_invoice", state=StepState.DONE),
        c.EndFlow(**one, flow_id="flow-0001"),
        c.VerifyCustomer(**one, customer_id=sample.JANA, question="birth_date", is_right=True),
        c.MarkDistinct(customer_id=sample.JANA, other_id=sample.PETER),
        c.TakeNext(queues=("billing",)),
        c.Consult(**one, agent_id=sample.BEN, note="Kulanz?"),
        c.ScheduleCallback(**one, at=shift.workplace.now() + timedelta(hours=2), to="+493415550142"),
        c.Reassign(**one, to_agent=sample.BEN),
        c.SetPriority(**one, priority=1),
        c.Observe(**one, is_joined=True),
        c.Whisper(**one, text="Biete 10 % an"),
        c.TakeOver(**one),
        c.SetAgentPresence(agent_id=sample.BEN, state=PresenceState.AWAY, reason="break"),
        c.LendAgent(agent_id=sample.BEN, queues=("orders",), until=shift.workplace.now() + timedelta(hours=1)),
        c.SendBroadcast(broadcast_id="b-1", text="Störung behoben"),
        c.PutAlertRule(
            rule=AlertRule(id="r-1", title="Wartende", measure=AlertMeasure.WAITING, threshold=9, clear_at=5)
        ),
        c.RemoveAlertRule(rule_id="r-2"),
        c.SeeAlert(alert_id="a-1"),
    ]
    assert {type(step) for step in steps} == set(c.Command.__args__)
    for step in steps:
        shift.workplace.perform(step)
    shift.settle()
    lines = panel.model.lines
    assert len(lines) == len(steps)
    for line in lines:
        assert wording.kind(line.command)
        theme.icons.pixmap(wording.icon(line.command), 15)
    said = {type(line.command): wording.content(line, shift.workplace.catalogue) for line in lines}
    assert said[c.Transfer] == "Billing & payment · eilig"
    assert said[c.WrapUp] == "Solved · erledigt"
    assert said[c.MergeCustomers] == "Jana Weber · Peter Lindqvist"
    assert said[c.UpdateCustomer] == "Name, City"
    assert said[c.Consult] == "Ben Adler · Kulanz?"
    assert said[c.SetAgentPresence] == "Ben Adler · Break"
    assert said[c.PutAlertRule] == "Wartende"
    headings = {type(line.command): wording.heading(line.group) for line in lines}
    assert (headings[c.TakeNext], headings[c.SendBroadcast]) == ("Yourself", "The team")
    panel.open()
    panel.grab()


def test_a_refused_message_is_sent_again_with_one_key(window: Any, panel: Any, shift: Any) -> None:
    id_ = sends(shift, shift.sample.CHAT, "Die Erstattung ist unterwegs.")
    refuse(shift, id_, "unavailable")
    panel.open(id_)
    assert offered(panel) == ["retry", "edit", "discard", "open"]
    press(window, Qt.Key.Key_R)
    shift.settle()
    (entry,) = shift.store.query(outbox.entries)
    assert entry.state.value == "queued"
    # It has another id now; the panel stays on it.
    assert panel.line.entry.id == entry.id
    assert "retry" not in offered(panel)


def test_its_text_comes_back_into_the_reply_by_keyboard(window: Any, panel: Any, shift: Any) -> None:
    chat = shift.sample.CHAT
    refuse(shift, sends(shift, chat, "Die Erstattung ist unterwegs."))
    press(window, Qt.Key.Key_O, CTRL | SHIFT)
    press(window, Qt.Key.Key_E)
    shift.settle()
    composing = window.interaction.composing
    shift.until(lambda: composing.is_loaded and composing.text == "Die Erstattung ist unterwegs.")
    assert shift.workplace.current == chat
    assert not panel.isVisible()
    assert window.interaction.composer.editor.hasFocus()
    assert shift.commands == []


def test_in_the_open_contact_it_stands_above_what_is_being_written(
    window: Any, panel: Any, shift: Any, typed: Callable[..., None]
) -> None:
    shift.opens(shift.sample.CHAT)
    refuse(shift, sends(shift, shift.sample.CHAT, "Erstens."))
    typed(window.interaction.composer.editor, "Zweitens.")
    panel.open()
    panel.act("edit")
    shift.settle()
    assert window.interaction.composing.text == "Erstens.\n\nZweitens."
    window.interaction.flush()
    shift.settle()
    # Going away and coming back finds the same, once.
    shift.opens(shift.sample.MAIL)
    shift.opens(shift.sample.CHAT)
    assert window.interaction.composing.text == "Erstens.\n\nZweitens."


def test_a_wrap_up_comes_back_filled_in(window: Any, panel: Any, shift: Any) -> None:
    wrap = shift.sample.WRAP
    id_ = shift.workplace.perform(c.WrapUp(interaction_id=wrap, disposition="refunded", summary="Geld zurück"))
    shift.settle()
    refuse(shift, id_, "unknown_value")
    panel.open(id_)
    press(window, Qt.Key.Key_E)
    shift.until(lambda: window.interaction.card.isVisible())
    shift.settle()
    card = window.interaction.card
    assert (card.model.chosen, card.summary.toPlainText()) == ("refunded", "Geld zurück")


def test_discarding_what_was_written_is_asked_about_and_escape_keeps_it(window: Any, panel: Any, shift: Any) -> None:
    refuse(shift, sends(shift, shift.sample.CHAT, "Die Erstattung ist unterwegs."))
    panel.open()
    press(window, Qt.Key.Key_Delete)
    assert panel.is_asking
    assert panel.foot.sure.hasFocus()
    press(window, Qt.Key.Key_Escape)
    assert panel.isVisible()
    assert not panel.is_asking
    assert panel.list.hasFocus()
    assert len(shift.commands) == 1
    press(window, Qt.Key.Key_Delete)
    press(window, Qt.Key.Key_Space)
    shift.settle()
    assert shift.commands == []


def test_a_step_nobody_wrote_anything_in_is_discarded_at_once(window: Any, panel: Any, shift: Any) -> None:
    shift.workplace.perform(c.Hold(interaction_id=shift.sample.CHAT))
    shift.settle()
    panel.open()
    press(window, Qt.Key.Key_Delete)
    shift.settle()
    assert shift.commands == []


def test_what_may_have_arrived_is_not_discarded_without_a_word(window: Any, panel: Any, shift: Any) -> None:
    shift.workplace.perform(c.Hold(interaction_id=shift.sample.CHAT))
    shift.settle()
    (entry,) = shift.store.query(outbox.entries)
    shift.store.write(lambda w: outbox.mark_ambiguous(w, entry.id), Cause.NETWORK).result()
    shift.settle()
    panel.open()
    press(window, Qt.Key.Key_Delete)
    assert "It may have arrived already" in panel.foot.reason.text()
    assert len(shift.commands) == 1


def test_the_arrows_pass_over_the_headings_and_enter_opens(window: Any, panel: Any, shift: Any) -> None:
    sends(shift, shift.sample.CHAT, "eins")
    sends(shift, shift.sample.MAIL, "zwei")
    press(window, Qt.Key.Key_O, CTRL | SHIFT)
    assert panel.line.command.text == "eins"
    press(window, Qt.Key.Key_Down)
    assert panel.line.command.text == "zwei"
    press(window, Qt.Key.Key_Up)
    press(window, Qt.Key.Key_Down)
    press(window, Qt.Key.Key_Return)
    assert shift.workplace.current == shift.sample.MAIL
    assert not panel.isVisible()


def test_what_waits_is_tried_at_once_and_not_twice_in_a_breath(window: Any, panel: Any, shift: Any) -> None:
    tries: list[int] = []
    shift.workplace.wake = lambda: tries.append(1)
    shift.workplace.set_status(SyncStatus(phase=Phase.OFFLINE, last_pulled_at=shift.workplace.now()))
    sends(shift, shift.sample.CHAT, "eins")
    panel.open()
    assert "not connected" in panel.summary.text()
    QTest.mouseClick(panel.now, Qt.MouseButton.LeftButton)
    QTest.mouseClick(panel.now, Qt.MouseButton.LeftButton)
    assert tries == [1]
    assert not panel.now.isEnabled()
    panel._rest.setInterval(1)
    panel._rest.start()
    shift.until(panel.now.isEnabled)


def test_what_waits_without_a_connection_says_since_when(window: Any, panel: Any, shift: Any) -> None:
    shift.workplace.set_status(SyncStatus(phase=Phase.OFFLINE, last_pulled_at=shift.workplace.now()))
    sends(shift, shift.sample.CHAT, "eins")
    panel.open()
    line = next(row for row in panel.model.lines if isinstance(row, Line))
    said = panel.model.data(panel.model.index(1), Qt.ItemDataRole.AccessibleTextRole)
    assert said.startswith("Jana Weber, Message, eins, Waits for a connection, none since ")
    shift.workplace.set_status(SyncStatus(phase=Phase.LIVE, last_pulled_at=shift.workplace.now()))
    assert wording.standing(line, panel.model, shift.workplace.now())[0] == "Waits for its turn"


def test_a_held_message_counts_down_only_while_it_is_seen(window: Any, panel: Any, shift: Any) -> None:
    sends(shift, shift.sample.CHAT, "eins", undo_s=20)
    assert not panel._tick.isActive()
    panel.open()
    assert panel._tick.isActive()
    assert panel.foot.reason.text() == "Held back: goes out in 20 s."
    shift.workplace.later(15)
    panel._on_tick()
    assert panel.foot.reason.text() == "Held back: goes out in 5 s."
    panel.close()
    assert not panel._tick.isActive()


def test_the_menu_offers_the_same_and_copies_the_text(window: Any, panel: Any, shift: Any) -> None:
    refuse(shift, sends(shift, shift.sample.CHAT, "Die Erstattung\nist unterwegs."))
    panel.open()
    panel.list.customContextMenuRequested.emit(QPoint(60, 60))
    menu = panel.findChild(QMenu)
    texts = [action.text() for action in menu.actions() if action.text()]
    assert texts == ["Try again", "Edit", "Discard", "Open the contact", "Copy the text"]
    menu.actions()[-1].trigger()
    assert QApplication.clipboard().text() == "Die Erstattung\nist unterwegs."
    menu.close()


def test_customers_words_are_never_markup(window: Any, panel: Any, shift: Any) -> None:
    sends(shift, shift.sample.CHAT, "<b>fett</b> <img src='file:///etc/passwd'>")
    panel.open()
    panel.grab()
    assert panel.foot.reason.textFormat() is Qt.TextFormat.PlainText


# --- wherever the agent is -------------------------------------------------------------------------------------------


def test_what_is_refused_elsewhere_is_announced_with_the_way_to_it(window: Any, panel: Any, shift: Any) -> None:
    shift.opens(shift.sample.MAIL)
    refuse(shift, sends(shift, shift.sample.CHAT, "eins"))
    assert "Jana Weber: Message did not go through." in window.notices.text.text()
    QTest.mouseClick(window.notices.action, Qt.MouseButton.LeftButton)
    assert panel.isVisible()
    assert panel.line.command.text == "eins"


def test_what_is_refused_before_ones_eyes_is_not_announced_twice(window: Any, shift: Any) -> None:
    shift.opens(shift.sample.CHAT)
    refuse(shift, sends(shift, shift.sample.CHAT, "eins"))
    assert not window.notices.isVisible()


def test_what_was_not_needed_is_told_kindly_and_its_words_can_be_kept(window: Any, shift: Any) -> None:
    shift.workplace.gone.emit(c.AddNote(interaction_id=shift.sample.CHAT, text="ruft zurück"))
    shift.settle()
    assert window.notices.text.text() == "Jana Weber: the contact has moved on, so that this was not needed: Note."
    QTest.mouseClick(window.notices.action, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == "ruft zurück"
    shift.workplace.gone.emit(c.Hold(interaction_id="i-nowhere"))
    shift.settle()
    assert "not there any more" in window.notices.text.text()
    assert not window.notices.action.isVisible()


def test_the_strip_tells_both_what_waits_and_what_cannot(window: Any, shift: Any) -> None:
    refuse(shift, sends(shift, shift.sample.CHAT, "eins"))
    sends(shift, shift.sample.MAIL, "zwei")
    text = window.strip.outbox.text()
    assert "1 could not be sent" in text
    assert "1 waiting to be sent" in text
    assert not window.strip.outbox.icon().isNull()
