"""One stream: this contact or everything, with echoes of what is on its way."""

from __future__ import annotations

from typing import Any

import pytest

from desktop.domain import commands as c
from desktop.domain.channels import Channel
from desktop.domain.ids import CustomerId, InteractionId, MessageId, SuggestionId
from desktop.domain.interaction import Delivery, MessageKind
from desktop.store import outbox, projections
from desktop.store.pruning import Limits, prune
from desktop.store.rows import StreamItem, StreamKind
from desktop.store.streams import (
    MESSAGES_SQL,
    SINCE_EVERYTHING_SQL,
    SINCE_SQL,
    TOUCHPOINTS_SQL,
    UNTIL_EVERYTHING_SQL,
    UNTIL_SQL,
)

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


def test_a_contact_whose_beginning_is_here_has_no_gap_however_much_is_missing_elsewhere(world: Any) -> None:
    world.arrive(world.interaction(created_at=world.at(-5)), world.message("m1"), more=True)
    assert _stream(world)[0].kind is StreamKind.GAP
    world.arrive(world.message("m0", -5), more=True)
    assert _keys(world) == ["m0", "m1"]
    assert _stream(world, everything=True)[0].kind is StreamKind.GAP, "the customer's other contacts may be missing"


def test_a_contact_that_is_here_before_its_words_is_not_shown_as_silent(world: Any) -> None:
    world.arrive(world.interaction(), more=True)
    [gap] = _stream(world)
    assert gap.kind is StreamKind.GAP
    world.arrive(world.message("m1"))
    assert _keys(world) == ["m1"]


def test_where_contacts_were_too_old_to_be_kept_there_is_a_gap(world: Any) -> None:
    """The mail was let go; the visit before it and the chat after it are here."""
    world.arrive(
        world.interaction(created_at=world.at(-1)),
        world.interaction("i2", "closed", closed_at=world.at(-30)),
        world.message("mail", -60, interaction_id=I2),
        world.touchpoint("visit", -90),
        world.message("chat", 0),
    )
    world.do(prune, Limits(closed_days=0), world.now, 100)
    kinds = [(item.kind, item.key.rpartition(":")[2]) for item in _stream(world, everything=True)]
    assert kinds == [(StreamKind.TOUCHPOINT, "visit"), (StreamKind.GAP, "chat"), (StreamKind.MESSAGE, "chat")]
    assert _keys(world) == ["chat"], "this contact itself is whole"
    # ... and in whatever pages one scrolls back.
    newest = _stream(world, everything=True, limit=1)
    older = _stream(world, everything=True, limit=1, before=newest[0].at)
    assert [item.kind for item in (*older, *newest)] == [kind for kind, _ in kinds]
    assert [item.kind for item in _stream(world, I2)] == [StreamKind.GAP]


def test_a_stream_is_read_on_from_an_instant_until_what_is_on_its_way(world: Any) -> None:
    world.arrive(world.interaction(), *(world.message(f"m{n}", n) for n in range(6)))
    command_id = world.perform(c.AddNote(interaction_id=I1, text="Notiz"))

    items, is_newest = world.see(projections.stream_after, I1, world.at(1), limit=2)
    assert ([item.key for item in items], is_newest) == (["m2", "m3"], False)
    items, is_newest = world.see(projections.stream_after, I1, world.at(3), limit=3)
    assert ([item.key for item in items], is_newest) == (["m4", "m5", command_id], True)
    items, is_newest = world.see(projections.stream_after, I1, world.at(5), limit=3)
    assert ([item.key for item in items], is_newest) == ([command_id], True)


def test_messages_of_one_instant_are_not_torn_apart_when_reading_on(world: Any) -> None:
    world.arrive(world.interaction(), world.message("m1"), *(world.message(f"same-{n}", 1) for n in range(4)))
    items, _ = world.see(projections.stream_after, I1, world.at(0), limit=2)
    assert len(items) == 4


def test_everything_of_a_customer_is_read_on_in_order(world: Any) -> None:
    world.arrive(
        world.interaction(),
        world.interaction("i2", "closed"),
        world.message("a", 0),
        world.touchpoint("t", 1),
        world.message("b", 2, interaction_id=I2),
        world.message("c", 3),
    )
    items, _ = world.see(projections.stream_after, I1, world.at(0), everything=True, limit=2)
    assert [item.key for item in items] == ["t", "b"]


def test_when_a_message_was_sent(world: Any) -> None:
    world.arrive(world.interaction(), world.message("m1", -7))
    assert world.see(projections.message_at, MessageId("m1")) == world.at(-7)
    assert world.see(projections.message_at, MessageId("nowhere")) is None


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
        (UNTIL_SQL, ("i1", 1, 200)),
        (UNTIL_EVERYTHING_SQL, ('["i1"]', '["c1"]', 1, 200)),
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
