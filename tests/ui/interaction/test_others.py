"""Who else is at the contact, calling back, whispers, and what happened on the way between people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.domain import commands as c
from desktop.domain.agent import Agent, Role
from desktop.domain.interaction import Author, Message, MessageKind
from desktop.store import projections
from desktop.ui.interaction.callback import CallbackSheet
from desktop.ui.interaction.picker import PickSheet
from desktop.ui.leading.whisper import WhisperSheet

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT_CTRL = CTRL | Qt.KeyboardModifier.ShiftModifier
NASTY = "<img src='file:///x'><b>fett</b> \u202eabc\x00 🎉"


def _changed(desk: Any, id_: str, **fields: Any) -> None:
    row = desk.store.query(lambda conn: projections.interaction_row(conn, id_, desk.sample.ME))
    desk.arrives(replace(row.interaction, **({"version": 30} | fields)))


def _sheet(kind: type[Any]) -> Any:
    (sheet,) = [one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()]
    return sheet


def _lines(desk: Any) -> list[str]:
    return [item.text.text() for item in desk.panel.others.items]


def _commands(desk: Any) -> list[Any]:
    return [entry.command for entry in desk.entries()]


def _message(desk: Any, id_: str, **fields: Any) -> Message:
    given: dict[str, Any] = {
        "interaction_id": desk.sample.CHAT,
        "author": Author.SYSTEM,
        "kind": MessageKind.EVENT,
        "sent_at": desk.workplace.now(),
        "version": 1,
    }
    return Message(id=id_, **(given | fields))  # type: ignore[arg-type]


def test_a_colleague_is_asked_by_keys_alone_and_let_go(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    assert not desk.panel.others.isVisible()
    QTest.keyClick(desk.panel, Qt.Key.Key_T, SHIFT_CTRL)
    sheet = _sheet(PickSheet)
    QTest.keyClicks(sheet.search, "ben")
    sheet.note.setText("Kulanz?")
    QTest.keyClick(sheet.search, Qt.Key.Key_Return)
    desk.until(lambda: _lines(desk) == ["You are asking Ben Adler. The contact stays yours."])
    assert _commands(desk) == [c.Consult(interaction_id=desk.sample.CHAT, agent_id=desk.sample.BEN, note="Kulanz?")]
    desk.panel.others.items[0].action.click()
    desk.until(lambda: not desk.panel.others.isVisible())
    assert _commands(desk)[-1] == c.Consult(interaction_id=desk.sample.CHAT, agent_id=None)


def test_who_asks_me_and_who_reads_along_is_told(desk: Any) -> None:
    _changed(desk, desk.sample.BENS, consulting=desk.sample.ME)
    desk.open(desk.sample.BENS)
    desk.until(lambda: bool(_lines(desk)))
    assert _lines(desk)[0].startswith("Ben Adler asks you about this contact.")
    assert "asks you" in desk.panel.composer.model.block or desk.panel.composer.model.block == "asked"
    _changed(desk, desk.sample.CHAT, observers=(desk.sample.DAVID,))
    desk.open(desk.sample.CHAT)
    desk.until(lambda: _lines(desk) == ["Reading along: David Okafor"])


def test_a_lead_joins_whispers_and_takes_over(desk: Any) -> None:
    desk.arrives(Agent(id=desk.sample.ME, user="anna", name="Anna Berger", role=Role.LEAD, version=9))
    desk.open(desk.sample.BENS)
    desk.until(lambda: "whisper" in desk.panel.model.steps)
    QTest.keyClick(desk.panel, Qt.Key.Key_J, SHIFT_CTRL)
    desk.until(lambda: _lines(desk) == ["You read along."])
    assert desk.panel.header.actions_["observe"].text() == "Stop reading along"
    QTest.keyClick(desk.panel, Qt.Key.Key_H, SHIFT_CTRL)
    sheet = _sheet(WhisperSheet)
    assert sheet.title.text() == "Whisper to Ben Adler"
    assert not sheet.done.isEnabled()
    QTest.keyClicks(sheet.text, "Offer 10 %")
    QTest.keyClick(sheet.text, Qt.Key.Key_Return, CTRL)
    desk.until(lambda: "Offer 10 %" in desk.texts())
    assert desk.panel.header.act("take_over")
    desk.until(lambda: desk.panel.model.is_mine)
    kinds = [type(command) for command in _commands(desk)]
    assert kinds == [c.Observe, c.Whisper, c.TakeOver]


def test_a_whisper_stands_on_its_own_ground_and_says_who_sees_it(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    whisper = _message(
        desk,
        "m-whisper",
        author=Author.AGENT,
        kind=MessageKind.WHISPER,
        agent_id=desk.sample.DAVID,
        author_name="David Okafor",
        text=NASTY,
    )
    desk.arrives(whisper)
    desk.until(lambda: NASTY in desk.texts())
    stream = desk.panel.stream
    row = stream.row(stream.rowCount() - 1)
    assert "David Okafor whispers · only you see this" in desk.panel.view._words.describe(row)
    layout = desk.panel.view.itemDelegate().layout_of(row, 700)
    assert layout.ground == "whisper"
    assert any("only you see this" in line.text for line in layout.lines)
    desk.panel.view.grab()


@pytest.mark.parametrize(
    ("event", "values", "said"),
    [
        ("declined", {"reason": "break_due"}, "Declined: My break is due"),
        ("not_answered", {"to": "Ben Adler"}, "Ben Adler did not answer"),
        ("overflowed", {"from_queue": "billing", "to_queue": "orders"}, "Went on from Billing & payment to Orders"),
        ("reassigned", {"to_agent": "agent-ben"}, "Reassigned to Ben Adler · David Okafor"),
        ("taken_over", {"from_agent": "agent-ben"}, "Taken over from Ben Adler · David Okafor"),
        ("taken_over", {}, "Taken over · David Okafor"),
        ("priority_set", {"from": "3", "to": "1"}, "Priority 1 instead of 3 · David Okafor"),
        ("observing", {"joined": "1"}, "Taking part · David Okafor"),
        ("silent_observing", {}, "Reading along (the agent is not told) · David Okafor"),
        ("consult_started", {"to": "Ben Adler"}, "Question to Ben Adler · David Okafor"),
        ("callback_due", {"to": "+4934155"}, "Time to call back +4934155"),
        ("callback_scheduled", {"at": "nonsense", "to": ""}, "Call-back agreed"),
        ("agent_silent", {"agent": "Ben Adler"}, "Ben Adler lost the connection; somebody else takes over"),
        ("given_back", {}, "The agent is back and goes on"),
    ],
)
def test_what_happened_between_people_is_in_words(desk: Any, event: str, values: dict[str, str], said: str) -> None:
    desk.open(desk.sample.CHAT)
    message = _message(
        desk, "m-event", event=event, values=values, agent_id=desk.sample.DAVID, author_name="David Okafor"
    )
    assert desk.panel.view._words.event(message).startswith(said)


def test_a_call_back_is_agreed_by_keys(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    QTest.keyClick(desk.panel, Qt.Key.Key_B, SHIFT_CTRL)
    sheet = _sheet(CallbackSheet)
    assert sheet.time.hasFocus()
    assert sheet.to == "+49 341 555 0142"
    assert sheet.at > desk.workplace.now() + timedelta(minutes=50)
    sheet.anyone.setChecked(True)
    sheet.note.setText("Rechnung")
    QTest.keyClick(sheet.note, Qt.Key.Key_Return, CTRL)
    desk.until(lambda: bool(desk.entries()))
    (command,) = _commands(desk)
    assert isinstance(command, c.ScheduleCallback)
    assert (command.to, command.note, command.is_mine) == ("+493415550142", "Rechnung", False)
    desk.until(lambda: desk.panel.header.facts.state.text().startswith("Call back"))
    assert desk.panel.header.facts.state.text().endswith("+493415550142")


def test_a_number_that_cannot_be_called_keeps_the_sheet_open(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    desk.panel.header.act("schedule_callback")
    sheet = _sheet(CallbackSheet)
    sheet.number.setCurrentText("not a number")
    sheet.done.click()
    assert sheet.isVisible()
    assert sheet.trouble.text() == "This is not a number that can be called."
    assert desk.entries() == []
    sheet.close()


def test_a_usual_time_is_one_press_away(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    desk.panel.header.act("schedule_callback")
    sheet = _sheet(CallbackSheet)
    chip, at = sheet._times[-1]
    chip.click()
    assert chip.isChecked()
    assert abs(sheet.at - at) < timedelta(minutes=1)
    assert not sheet._times[0][0].isChecked()
    sheet.close()


def test_when_the_queue_is_closed_then_it_says_when_it_opens(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    at = desk.workplace.now() + timedelta(hours=1)
    desk.panel.header.callback.schedule(at, "+493415550142")
    desk.until(lambda: bool(desk.entries()))
    from desktop.domain.changes import Cause
    from desktop.store import outbox

    entry = desk.entries()[0]
    detail = "the queue is closed then and opens next at 2031-05-05T06:00:00+00:00"
    desk.store.write(lambda w: outbox.wedge(w, entry.id, "closed_then", detail), Cause.NETWORK).result()
    desk.until(lambda: bool(desk.panel.notices.items))
    said = desk.panel.notices.items[0].text.text()
    assert said.startswith("The call-back was not scheduled. The queue is closed at that time; it opens again:")
    assert "2031" in said
