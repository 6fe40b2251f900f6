"""How far each message got: on every bubble a word and a sign, in the tooltip a sentence, and the same for the ear."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from desktop.domain import commands as c
from desktop.domain.changes import Cause
from desktop.domain.channels import Channel
from desktop.domain.ids import new_id
from desktop.domain.interaction import Author, Delivery, Message
from desktop.store import outbox
from desktop.ui.interaction.stream_words import StreamWords


def newest(desk: Any) -> Any:
    return desk.panel.stream.row(desk.panel.stream.rowCount() - 1)


def words(desk: Any) -> StreamWords:
    made: StreamWords = desk.panel.view._words
    return made


def sends(desk: Any, text: str = "Gleich da", **more: Any) -> Any:
    made = c.SendMessage(interaction_id=desk.sample.CHAT, text=text, message_id=new_id())
    id_ = desk.workplace.perform(made, **more)
    desk.until(lambda: text in desk.texts())
    return id_


Step = Callable[[Any, Any], object]


@pytest.mark.parametrize(
    ("step", "word", "icon", "sentence"),
    [
        (None, "queued", "clock", "as soon as there is a connection"),
        (outbox.mark_sending, "sending", "pending", "Being sent."),
        (outbox.mark_pending, "on its way", "pending", "has not handed it on yet"),
        (outbox.mark_ambiguous, "checking whether it arrived", "pending", "looked up"),
        (lambda w, id_: outbox.wedge(w, id_, "no_consent"), "not sent", "error", "did not agree"),
    ],
)
def test_a_message_on_its_way(desk: Any, step: Step | None, word: str, icon: str, sentence: str) -> None:
    desk.open(desk.sample.CHAT)
    id_ = sends(desk)
    if step is not None:
        desk.store.write(lambda w: step(w, id_), Cause.NETWORK).result()
    desk.until(lambda: words(desk).delivery(newest(desk)) == (word, icon))
    assert sentence in words(desk).delivery_more(newest(desk))
    assert word in words(desk).describe(newest(desk))


def test_a_message_that_can_still_be_taken_back(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    sends(desk, undo_s=20)
    desk.until(lambda: words(desk).delivery(newest(desk)) == ("held back", "timer"))
    assert "taken back" in words(desk).delivery_more(newest(desk))


@pytest.mark.parametrize(
    ("delivery", "failure", "word", "icon", "sentence"),
    [
        (Delivery.QUEUED, "", "queued", "clock", "The centre has it"),
        (Delivery.SENT, "", "sent", "check", "Handed to the channel"),
        (Delivery.DELIVERED, "", "delivered", "checks", "Arrived at the customer."),
        (Delivery.READ, "", "read", "checks", "The customer has read it."),
        (Delivery.FAILED, "no_address", "not delivered", "error", "has no address on this channel"),
        (Delivery.FAILED, "550 mailbox full", "not delivered", "error", "the channel says: “550 mailbox full”"),
        (Delivery.FAILED, "failed", "not delivered", "error", "It could not be delivered."),
    ],
)
def test_a_message_the_centre_has(
    desk: Any, delivery: Delivery, failure: str, word: str, icon: str, sentence: str
) -> None:
    desk.open(desk.sample.CHAT)
    now = desk.workplace.now()
    desk.arrives(
        Message(
            id="m-new",  # type: ignore[arg-type]
            interaction_id=desk.sample.CHAT,
            author=Author.AGENT,
            agent_id=desk.sample.ME,
            sent_at=now,
            text="Gleich da",
            channel=Channel.CHAT,
            delivery=delivery,
            failure=failure,
            version=1,
        )
    )
    desk.until(lambda: "Gleich da" in desk.texts())
    row = newest(desk)
    assert words(desk).delivery(row) == (word, icon)
    assert sentence in words(desk).delivery_more(row)
    assert word in words(desk).describe(row)


def test_a_note_that_waits_behind_a_refused_step_says_so(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    id_ = desk.workplace.perform(c.SetIntent(interaction_id=desk.sample.CHAT, intent="nonsense"))
    sends(desk, "danach")
    assert words(desk).delivery(newest(desk))[0] == "queued"
    desk.store.write(lambda w: outbox.wedge(w, id_, "unknown_value"), Cause.NETWORK).result()
    desk.until(lambda: words(desk).delivery(newest(desk))[0] == "waits for the step above")
    assert "refused" in words(desk).delivery_more(newest(desk))


def test_a_text_stays_where_it_is_while_nothing_can_be_written(desk: Any) -> None:
    """A colleague has the contact now: the field is not there, and the text must not vanish into it."""
    desk.open(desk.sample.BENS)
    desk.workplace.perform(c.SendMessage(interaction_id=desk.sample.BENS, text="Hallo", message_id=new_id()))
    desk.until(lambda: "Hallo" in desk.texts())
    desk.refuse("not_owner")
    desk.until(lambda: bool(desk.panel.stream.remedies(newest(desk))))
    with desk.qtbot.waitSignal(desk.panel.notice):
        desk.panel.view.act("edit", newest(desk))
    assert len(desk.entries()) == 1


def buttons(desk: Any) -> dict[str, QPushButton]:
    return {b.text(): b for b in desk.panel.notices.findChildren(QPushButton) if b.isVisible()}


def refused(desk: Any, command: c.Command, code: str) -> None:
    desk.workplace.perform(command)
    desk.until(lambda: any(entry.command == command for entry in desk.entries()))
    desk.refuse(code)
    desk.until(desk.panel.notices.isVisible)


def test_a_refused_wrap_up_goes_back_into_its_card_in_one_step(desk: Any) -> None:
    desk.open(desk.sample.WRAP)
    command = c.WrapUp(interaction_id=desk.sample.WRAP, disposition="refunded", summary="Geld zurück")
    refused(desk, command, "forbidden")
    desk.until(lambda: "Change" in buttons(desk))
    buttons(desk)["Change"].click()
    desk.until(lambda: desk.entries() == [])
    desk.until(lambda: desk.panel.wrapping_up.summary == "Geld zurück")
    assert desk.panel.wrapping_up.chosen == "refunded"


def test_the_note_of_a_refused_transfer_can_be_kept(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    refused(desk, c.Transfer(interaction_id=desk.sample.CHAT, to_queue="billing", note="bis 15 Uhr"), "not_owner")
    buttons(desk)["Copy the text"].click()
    assert QApplication.clipboard().text() == "bis 15 Uhr"


def test_what_may_work_later_is_offered_again(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    refused(desk, c.TakeSuggestion(interaction_id=desk.sample.CHAT, suggestion_id="s-1"), "unavailable")
    assert "the suggestion was not noted" in desk.panel.notices.items[0].text.text()
    QTest.qWait(0)
    buttons(desk)["Try again"].click()
    desk.until(lambda: desk.entries()[0].state.value == "queued")
