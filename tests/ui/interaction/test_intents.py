"""What a contact is about: how sure that is in words, why, and correcting it with one key."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.domain.changes import Cause
from desktop.domain.channels import Channel
from desktop.domain.commands import SetIntent
from desktop.domain.interaction import Interaction, InteractionState
from desktop.ui.interaction.intent_picker import IntentPicker
from desktop.viewmodels.desk import DeskAccount

CTRL = Qt.KeyboardModifier.ControlModifier


def contact(desk: Any, **fields: Any) -> None:
    """The open contact, with other verdicts."""
    now = datetime.now(UTC)
    row: Interaction = next(one for one in desk.sample.interactions(now) if one.id == desk.sample.CHAT)
    desk.arrives(replace(row, version=9, **fields))
    desk.open(desk.sample.CHAT)


def opened(desk: Any) -> IntentPicker:
    QTest.keyClick(desk.panel, Qt.Key.Key_I, CTRL)
    return next(p for p in desk.panel.window().findChildren(IntentPicker) if p.isVisible())


def command(desk: Any) -> SetIntent:
    desk.until(lambda: len(desk.entries()) == 1)
    found = desk.entries()[0].command
    assert isinstance(found, SetIntent)
    return found


def test_unsure_looks_and_reads_other_than_sure_and_the_next_guess_is_one_press_away(desk: Any) -> None:
    ranked = (("double_invoice", 0.41), ("refund", 0.33))
    contact(desk, intent_probability=0.41, intent_ranked=ranked)
    facts = desk.panel.header.facts
    assert facts.intent.text() == "unsure: Double invoice? 41% ▾"
    assert facts.intent.property("look") == "fact-warn"
    assert "It may also be: Refund 33%" in facts.intent.toolTip()
    assert facts.other_intent.text() == "or Refund?"
    facts.other_intent.click()
    assert (command(desk).intent, command(desk).also) == ("refund", None)
    desk.until(lambda: facts.intent.text() == "Refund ▾")
    assert not facts.other_intent.isVisible()
    assert "Set by a person." in facts.intent.toolTip()


def test_probably_is_between_the_two_and_several_are_counted(desk: Any) -> None:
    contact(desk, intent_probability=0.6, intent_also=("refund",))
    assert desk.panel.header.facts.intent.text() == "probably Double invoice + 1 60% ▾"
    assert "Also: Refund" in desk.panel.header.facts.intent.toolTip()


def test_a_digit_takes_a_likely_one(desk: Any) -> None:
    contact(desk, intent_probability=0.41, intent_ranked=(("double_invoice", 0.41), ("refund", 0.33)))
    picker = opened(desk)
    QTest.keyClick(picker.search, Qt.Key.Key_9)
    assert picker.isVisible()
    QTest.keyClick(picker.search, Qt.Key.Key_2)
    assert command(desk).intent == "refund"


def test_none_of_these_is_zero(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    QTest.keyClick(opened(desk).search, Qt.Key.Key_0)
    assert command(desk).intent == "other"


def test_several_are_ticked_with_space_and_set_together(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    picker = opened(desk)
    QTest.keyClick(picker.search, Qt.Key.Key_Down)
    assert picker.list.current().title == "Refund"
    QTest.keyClick(picker.search, Qt.Key.Key_Space)
    assert picker.list.current().is_marked
    assert picker.take.text() == "Set 2 request types"
    # One that is looked for is ticked too, once the arrows were used.
    QTest.keyClicks(picker.search, "change of")
    QTest.keyClick(picker.search, Qt.Key.Key_Down)
    QTest.keyClick(picker.search, Qt.Key.Key_Space)
    QTest.keyClick(picker.search, Qt.Key.Key_Return)
    found = command(desk)
    assert (found.intent, found.also) == ("double_invoice", ("refund", "contract_change"))
    desk.until(lambda: desk.panel.header.facts.intent.text().startswith("Double invoice + 2"))


def test_a_digit_typed_in_a_search_is_searched_for(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    picker = opened(desk)
    QTest.keyClicks(picker.search, "x2")
    assert picker.search.text() == "x2"
    assert desk.entries() == []
    QTest.keyClick(picker.search, Qt.Key.Key_Escape)
    assert not picker.isVisible()


def test_the_words_that_decided_are_pointed_out_while_somebody_asks(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    spotlight = desk.panel.view.spotlight
    text = "🎉 Die RECHNUNG, zweimal berechnet"
    assert spotlight.pointed_out(text) == []
    picker = opened(desk)
    # An emoji counts twice, as Qt counts.
    assert spotlight.pointed_out(text) == [(7, 8), (17, 7)]
    desk.panel.view.viewport().grab()
    picker.close()
    assert spotlight.pointed_out(text) == []


def test_words_of_a_verdict_are_no_pattern(desk: Any) -> None:
    contact(desk, intent_by=("a.*", "(", ""))
    opened(desk)
    assert desk.panel.view.spotlight.pointed_out("abc a.*") == [(4, 3)]


def test_how_a_message_felt_stands_below_it_with_the_words_in_the_tooltip(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    stream, words = desk.panel.stream, desk.panel.view._words
    rows = {stream.row(n).item.key: stream.row(n) for n in range(stream.rowCount())}
    assert words.mood(rows["m-chat-5"]) == ("angry", "mood_angry", "bad")
    assert words.mood_more(rows["m-chat-5"]).startswith("Mood: angry (“")
    assert "angry" in words.describe(rows["m-chat-5"])
    assert words.mood(rows["m-chat-3"]) == ("", "", "")


def test_where_a_system_has_no_request_types_those_it_is_understood_by_can_be_set(desk: Any) -> None:
    accounts, row = desk.workplace.accounts, contact_there(desk)
    accounts.put(DeskAccount(id="a1", title="Desk"))
    accounts.put(DeskAccount(id="a2", key="rt", kind="rt", has_brain=False, commands=frozenset({"set_intent"})))
    desk.arrives(row)
    desk.open(row.id)
    picker = opened(desk)
    titles = [choice.title for choice in picker.list.choices.all]
    assert "Late delivery" in titles
    picker.search.setText("late")
    QTest.keyClick(picker.search, Qt.Key.Key_Return)
    assert (command(desk).interaction_id, command(desk).intent) == (row.id, "delivery_late")


def test_on_a_desk_where_nobody_has_any_they_are_those_that_are_shipped(desk: Any) -> None:
    labels = [one.id for one in desk.workplace.catalogue.intents]
    desk.store.write(lambda w: w.conn.execute("DELETE FROM intent"), Cause.SYSTEM).result()
    desk.workplace.accounts.put(DeskAccount(id="a1", kind="rt", has_brain=False, commands=frozenset({"set_intent"})))
    desk.until(lambda: [one.id for one in desk.workplace.catalogue.intents] not in (labels, []))
    contact(desk, intent=None)
    titles = [choice.title for choice in opened(desk).list.choices.all]
    assert {"Question about an invoice", "Callback wanted"} <= set(titles)


def contact_there(desk: Any) -> Interaction:
    now = datetime.now(UTC)
    return Interaction(
        id="rt~9",  # type: ignore[arg-type]
        channel=Channel.EMAIL,
        state=InteractionState.ACTIVE,
        assignee=desk.sample.ME,
        created_at=now,
        updated_at=now,
        version=1,
    )
