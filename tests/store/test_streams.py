"""One stream: this contact or everything, with echoes of what is on its way."""

from __future__ import annotations

from typing import Any

import pytest

from desktop.domain import commands as c
from desktop.domain.channels import Channel
from desktop.domain.ids import CustomerId, InteractionId, MessageId, SuggestionId
from desktop.domain.interaction import Delivery, MessageKind
from desktop.store import outbox, projections
from desktop.store.rows import StreamItem, StreamKind
from desktop.store.streams import MESSAGES_SQL, SINCE_EVERYTHING_SQL, SINCE_SQL, TOUCHPOINTS_SQL

I1, I2 = InteractionId("i1"), InteractionId("i2")


def _stream(world: Any, interaction: InteractionId = I1, **more: Any) -> list[StreamItem]:
    items: list[StreamItem] = world.see(projections.stream, interaction, **more)
    return items


def _keys(world: Any, **more: Any) -> list[str]:
    return [item.key for item in _stream(world, **more)]


def test_a_contact_is_read_from_its_beginning_to_its_end(world: Any) -> None:
    world.arrive(
        world.interaction(), world.message("b", 2), world.message("a", 1), world.message("x", 3, interaction_id=I2)
    )
    assert _keys(world) == ["a", "b"]


def test_a_reply_is_there_at_once_and_does_not_blink_when_it_was_sent(world: Any) -> None:
    world.arrive(world.interaction(), world.message("m1", -1))
    reply = c.SendMessage(interaction_id=I1, text="Gern", message_id=MessageId("m2"), channel=Channel.CHAT)
    command_id = world.perform(reply)

    echo = _stream(world)[-1]
    assert (echo.key, echo.message.text, echo.message.delivery) == ("m2", "Gern", Delivery.PENDING)
    assert echo.entry.id == command_id

    # The feed is quicker than the answer to the command:
    world.arrive(world.message("m2", 0, text="Gern", delivery=Delivery.SENT))
    assert [(item.key, item.entry) for item in _stream(world)] == [("m1", None), ("m2", None)]
    world.do(outbox.settle_applied, command_id)
    assert _keys(world) == ["m1", "m2"]


def test_a_note_is_echoed_as_a_note_and_without_a_name_by_its_command(world: Any) -> None:
    world.arrive(world.interaction())
    command_id = world.perform(c.AddNote(interaction_id=I1, text="ruft zurück"))
    [item] = _stream(world)
    assert (item.key, item.message.kind) == (command_id, MessageKind.NOTE)


def test_a_refused_message_stays_in_sight_with_the_reason(world: Any) -> None:
    world.arrive(world.interaction())
    command_id = world.perform(c.SendMessage(interaction_id=I1, text="Gern"))
    world.do(outbox.wedge, command_id, "no_consent")
    [item] = _stream(world)
    assert (item.message.delivery, item.message.failure) == (Delivery.FAILED, "no_consent")
    assert item.entry.error == "no_consent"


def test_scrolling_back_loses_nothing_even_within_one_instant(world: Any) -> None:
    world.arrive(world.interaction(), *(world.message(f"m{n:02}", n // 4) for n in range(40)))
    world.perform(c.SendMessage(interaction_id=I1, text="echo", message_id=MessageId("echo")))
    seen: list[str] = []
    items = _stream(world, limit=6)
    while items:
        seen = [item.key for item in items] + seen
        items = _stream(world, limit=6, before=items[0].at)
    assert seen == [*(f"m{n:02}" for n in range(40)), "echo"]


def test_everything_shows_the_other_contacts_and_what_else_the_customer_did(world: Any) -> None:
    world.arrive(
        world.interaction("i1"),
        world.interaction("i2", "closed"),
        world.interaction("i3", customer_id=CustomerId("stranger")),
        world.message("old mail", -60, interaction_id=I2),
        world.touchpoint("visit", -30),
        world.touchpoint("the contact itself", -20, kind="contact", interaction_id=I1),
        world.touchpoint("a contact elsewhere", -15, kind="contact", channel=Channel.CALL),
        world.touchpoint("strange visit", -10, customer_id=CustomerId("stranger")),
        world.message("now", 0),
        world.message("strange", 0, interaction_id=InteractionId("i3")),
    )
    world.perform(c.AddNote(interaction_id=I2, text="n", message_id=MessageId("note there")))
    items = _stream(world, everything=True)
    assert [(item.key, item.kind, item.is_other_contact) for item in items] == [
        ("old mail", StreamKind.MESSAGE, True),
        ("visit", StreamKind.TOUCHPOINT, True),
        ("a contact elsewhere", StreamKind.TOUCHPOINT, True),
        ("now", StreamKind.MESSAGE, False),
        ("note there", StreamKind.MESSAGE, True),
    ]
    assert _keys(world, everything=True, limit=2, before=world.now) == ["visit", "a contact elsewhere"]
    assert _keys(world) == ["now"]


def test_everything_of_an_unknown_caller_is_this_contact(world: Any) -> None:
    world.arrive(world.interaction(customer_id=None), world.message())
    assert _keys(world, everything=True) == ["m1"]


def test_everything_follows_a_customer_linked_a_moment_ago(world: Any) -> None:
    world.arrive(
        world.interaction(customer_id=None),
        world.interaction("i2", "closed"),
        world.message("theirs", -9, interaction_id=I2),
        world.message("here"),
    )
    world.perform(c.LinkCustomer(interaction_id=I1, customer_id=CustomerId("c1")))
    assert _keys(world, everything=True) == ["theirs", "here"]


def test_history_that_is_not_here_yet_shows_as_a_gap(world: Any) -> None:
    world.arrive(world.interaction(), world.message("m1"), world.message("m2", 1), more=True)
    assert [item.kind for item in _stream(world)] == [StreamKind.GAP, StreamKind.MESSAGE, StreamKind.MESSAGE]
    assert _stream(world, limit=1)[0].kind is StreamKind.MESSAGE

    world.arrive(world.message("m0", -1))
    assert _keys(world) == ["m0", "m1", "m2"]


def test_suggestions_are_the_best_first_and_leave_when_they_are_used(world: Any) -> None:
    world.arrive(
        world.interaction(),
        world.suggestion("s2", rank=1),
        world.suggestion("s1", rank=0),
        world.suggestion("s3", rank=2),
        world.suggestion("s4", rank=3),
        world.suggestion("done", state="taken"),
    )

    def shown() -> list[str]:
        return [row.id for row in world.see(projections.suggestions, I1)]

    assert shown() == ["s1", "s2", "s3", "s4"]
    world.perform(c.TakeSuggestion(interaction_id=I1, suggestion_id=SuggestionId("s1")))
    refused = world.perform(c.DismissSuggestion(interaction_id=I1, suggestion_id=SuggestionId("s2")))
    world.perform(c.SendMessage(interaction_id=I1, text="t", suggestion_id=SuggestionId("s3")))
    assert shown() == ["s4"]
    world.do(outbox.wedge, refused, "conflict")
    assert shown() == ["s2", "s4"]


@pytest.mark.parametrize(
    ("sql", "values"),
    [
        (SINCE_SQL, ("i1", 1, 200)),
        (SINCE_EVERYTHING_SQL, ('["i1"]', '["c1"]', 1, 200)),
        (MESSAGES_SQL, ('["i1"]', 0, 1)),
        (TOUCHPOINTS_SQL, ('["i1"]', '["c1"]', 0, 1)),
    ],
)
def test_the_stream_reads_only_what_it_shows(world: Any, sql: str, values: tuple[Any, ...]) -> None:
    rows = world.store.query(lambda conn: conn.execute(f"EXPLAIN QUERY PLAN {sql}", values).fetchall())
    plan = "\n".join(row[3] for row in rows)
    assert "SCAN message" not in plan
    assert "SCAN touchpoint" not in plan
    if sql is not MESSAGES_SQL and sql is not TOUCHPOINTS_SQL:
        assert "USING COVERING INDEX message_stream" in plan
