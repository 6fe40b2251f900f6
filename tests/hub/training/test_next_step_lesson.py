"""What agents did in closed contacts teaches what to do next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from desktop.domain.channels import Channel
from desktop.domain.ids import InteractionId, MessageId
from desktop.domain.interaction import Author, Interaction, InteractionState, Message, MessageKind
from desktop.hub.training import next_step
from desktop.hub.training.history import contact_of
from desktop.hub.training.next_step_lesson import decisions_of, learn_next_steps
from desktop.insight.experience import END
from desktop.insight.next_step import NextStepModel

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _small_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(next_step, "_FEWEST_BATCHES", 60)
    monkeypatch.setattr(next_step, "_NETWORKS", 1)


def said(text: str, author: Author = Author.CUSTOMER, step: str = "", n: int = 0, **fields: Any) -> Message:
    return Message(
        id=MessageId(f"m{n}{text}"),
        interaction_id=InteractionId("c"),
        author=author,
        sent_at=AT + timedelta(seconds=n),
        text=text,
        values={"step": step} if step else {},
        **fields,
    )


def contact(number: int, steps: tuple[str, ...], *messages: Message) -> Any:
    at = AT + timedelta(hours=number)
    done = Interaction(
        id=InteractionId(f"i{number}"),
        channel=Channel.CHAT,
        state=InteractionState.CLOSED,
        created_at=at,
        updated_at=at,
        intent="return_goods",
        steps=steps,
    )
    return contact_of(done, messages, {})


def test_each_step_is_a_decision_with_what_the_customer_had_last_said() -> None:
    talk = (
        said("I want to send it back", n=0),
        said("Your number?", Author.AGENT, "ask_number", 1),
        said("It is 17", n=2),
        said("looked", Author.SYSTEM, "check_order", 3, kind=MessageKind.EVENT),
        said("Here is the label", Author.AGENT, "send_label", 4),
        said("Great, bye", n=5),
    )
    found = decisions_of(contact(0, ("ask_number", "check_order", "send_label"), *talk))
    assert [(one.moment.steps, one.moment.text, one.next) for one in found] == [
        ((), "I want to send it back", "ask_number"),
        (("ask_number",), "It is 17", "check_order"),
        (("ask_number", "check_order"), "It is 17", "send_label"),
        (("ask_number", "check_order", "send_label"), "Great, bye", END),
    ]


def test_where_messages_do_not_say_their_step_each_of_the_agents_is_the_next() -> None:
    talk = (said("a", n=0), said("x", Author.AGENT, n=1), said("b", n=2), said("y", Author.AGENT, n=3))
    found = decisions_of(contact(0, ("reply", "reply", "close"), *talk))
    assert [one.moment.text for one in found] == ["a", "b", "b", "b"]
    assert [one.moment.text for one in decisions_of(contact(0, ("reply",)))] == ["", ""]


def test_a_tick_in_a_checklist_is_the_step_and_taking_it_back_is_none() -> None:
    def ticked(action: str, state: str, n: int) -> Message:
        told = said(f"{action} {state}", Author.SYSTEM, n=n, kind=MessageKind.EVENT, event="flow_step")
        return replace(told, values={"action": action, "state": state})

    talk = (
        said("a", n=0),
        ticked("check_order", "skipped", 1),
        said("b", n=2),
        ticked("ask_number", "done", 3),
        said("c", n=4),
        ticked("send_label", "done", 5),
    )
    found = decisions_of(contact(0, ("ask_number", "send_label"), *talk))
    assert [one.moment.text for one in found] == ["b", "c", "c"]


def test_what_the_customer_says_decides_the_next_step_and_that_is_better_than_counting(tmp_path: Path) -> None:
    contacts = []
    for n in range(120):
        is_broken = n % 2 == 0
        words = f"it arrived {'broken' if is_broken else 'late'} {('again', 'today', 'sadly')[n % 3]}"
        steps = ("ask_photo" if is_broken else "trace_parcel", "apologise")
        contacts.append(contact(n, steps, said(words, n=0), said("sorry", Author.AGENT, steps[0], 1)))
    outcome = learn_next_steps(contacts, None, tmp_path, "1")
    assert (outcome.why, outcome.examples, outcome.labels) == ("not_worse", 120, 4)
    assert outcome.figures["accuracy"] > outcome.figures["accuracy_running"]
    model = NextStepModel.load(tmp_path / outcome.file)
    assert model.predict((), "everything broken", intent="return_goods")[0].action == "ask_photo"
    assert model.predict((), "so late", intent="return_goods")[0].action == "trace_parcel"
    again = learn_next_steps(contacts, tmp_path / outcome.file, tmp_path, "2")
    assert again.why == "not_worse", "the same again is not worse than itself"


def test_a_secret_of_one_customer_leaves_no_trace(tmp_path: Path) -> None:
    def learned(secret: str) -> bytes:
        folder = tmp_path / (secret or "plain")
        folder.mkdir()
        contacts = []
        for n in range(60):
            words = f"it arrived {'broken' if n % 2 else 'late'}" + (f" {secret}" if n in (3, 7, 9) and secret else "")
            told = contact(n, ("ask_photo" if n % 2 else "trace_parcel",), said(words, n=0))
            customer = "one" if n in (3, 7, 9) else f"c{n}"
            contacts.append(_of(told, customer))
        outcome = learn_next_steps(contacts, None, folder, "1")
        return (folder / outcome.file).read_bytes()

    assert learned("Zwiebelfisch") == learned("")


def _of(one: Any, customer: str) -> Any:
    from msgspec.structs import replace

    return replace(one, customer=customer)


def test_a_few_contacts_teach_nothing(tmp_path: Path) -> None:
    outcome = learn_next_steps([contact(n, ("a", "b")) for n in range(9)], None, tmp_path, "1")
    assert (outcome.why, outcome.file) == ("too_little", "")
