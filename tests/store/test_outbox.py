"""Commands on their way out: their order, the undo, refusals, crashes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from desktop.domain import commands as c
from desktop.domain.agent import PresenceState
from desktop.domain.changes import Cause, Table
from desktop.domain.commands import Command
from desktop.domain.ids import AgentId, CommandId, CustomerId, InteractionId
from desktop.store import outbox, projections
from desktop.store.database import Store
from desktop.store.rows import OutboxState as O

I1, I2 = InteractionId("i1"), InteractionId("i2")


def _say(text: str, interaction: InteractionId = I1) -> Command:
    return c.SendMessage(interaction_id=interaction, text=text)


def _due(world: Any, minutes: float = 0) -> list[str]:
    return [entry.id for entry in world.see(outbox.due, world.at(minutes))]


def test_a_command_comes_back_as_it_was_given(world: Any) -> None:
    command = c.Snooze(interaction_id=I1, until=world.at(90))
    command_id = world.perform(command)

    [entry] = world.see(outbox.due, world.now)
    assert (entry.id, entry.command, entry.state, entry.interaction_id) == (command_id, command, O.QUEUED, I1)
    assert (entry.created_at, entry.attempts) == (world.now, 0)
    assert world.changes[-1].rows == {Table.OUTBOX: {command_id}}
    assert world.changes[-1].interactions == {"i1"}
    assert world.changes[-1].cause is Cause.AGENT


def test_giving_the_same_command_twice_sends_it_once(world: Any) -> None:
    for _ in range(2):
        world.do(outbox.enqueue, _say("hello"), CommandId("same"))
    assert len(world.see(outbox.entries)) == 1


def test_order_holds_within_an_interaction_and_others_go_side_by_side(world: Any) -> None:
    first, other, second = world.perform(_say("1")), world.perform(_say("x", I2)), world.perform(_say("2"))
    assert _due(world) == [first, other]

    world.do(outbox.mark_sending, first)
    assert _due(world) == [other]
    world.do(outbox.settle_applied, first)
    assert _due(world) == [other, second]


@pytest.mark.parametrize("stop", [O.WEDGED, O.PENDING, O.AMBIGUOUS])
def test_what_cannot_go_on_makes_the_same_interaction_wait_and_no_other(world: Any, stop: O) -> None:
    first, _, other = world.perform(_say("1")), world.perform(_say("2")), world.perform(_say("x", I2))
    world.do(outbox.mark_sending, first)
    match stop:
        case O.WEDGED:
            world.do(outbox.wedge, first, "no_consent", "the customer did not agree")
        case O.PENDING:
            world.do(outbox.mark_pending, first)
        case _:
            world.do(outbox.mark_ambiguous, first)

    assert _due(world) == [other]
    assert world.see(outbox.entry, first).state is stop
    assert [entry.id for entry in world.see(outbox.entries, stop)] == [first]


def test_a_refusal_tells_why_until_the_agent_decides(world: Any) -> None:
    first, second = world.perform(_say("1")), world.perform(_say("2"))
    world.do(outbox.wedge, first, "no_address", "nothing to send to")
    entry = world.see(outbox.entry, first)
    assert (entry.error, entry.detail) == ("no_address", "nothing to send to")
    assert world.see(outbox.summary).wedged == 1

    assert world.do(outbox.discard, first)
    assert _due(world) == [second]


def test_a_refused_command_is_sent_again_under_a_new_key_and_in_its_old_place(world: Any) -> None:
    first, second = world.perform(_say("1")), world.perform(_say("2"))
    world.do(outbox.wedge, first, "unavailable")
    fresh = world.do(outbox.retry, first)

    assert fresh not in (None, first), "the hub would answer the old key as before"
    assert _due(world) == [fresh]
    assert [entry.id for entry in world.see(outbox.entries)] == [fresh, second]
    assert world.see(outbox.entry, fresh).error == ""


def test_what_may_have_arrived_is_sent_again_under_the_same_key(world: Any) -> None:
    first = world.perform(_say("1"))
    world.do(outbox.mark_sending, first)
    world.do(outbox.mark_ambiguous, first)
    assert world.do(outbox.retry, first) == first


def test_a_refused_text_can_be_edited_and_goes_out_in_its_place(world: Any) -> None:
    first, _ = world.perform(_say("wrogn")), world.perform(_say("2"))
    world.do(outbox.wedge, first, "too_large")
    fresh = world.do(outbox.edit, first, _say("right"))

    [entry] = world.see(outbox.due, world.now)
    assert (entry.id, entry.command.text) == (fresh, "right")
    with pytest.raises(ValueError):
        world.do(outbox.edit, fresh, _say("elsewhere", I2))


def test_what_may_have_arrived_is_not_edited(world: Any) -> None:
    first = world.perform(_say("1"))
    world.do(outbox.mark_sending, first)
    assert world.do(outbox.edit, first, _say("2")) is None
    world.do(outbox.postpone, first, world.at(1), 1)
    assert world.do(outbox.edit, first, _say("2")) is None
    assert world.do(outbox.retry, first) == first
    assert world.do(outbox.edit, first, _say("2")) is None, "to try again now does not make it unsent"


def test_a_sent_message_can_be_taken_back_while_it_is_held(world: Any) -> None:
    held = world.perform(_say("oops"), not_before=world.at(1))
    later = world.perform(c.WrapUp(interaction_id=I1, disposition="done"))
    assert _due(world) == []

    assert world.do(outbox.cancel, held)
    assert _due(world) == [later]
    assert not world.do(outbox.cancel, held)


def test_a_held_message_goes_out_when_its_time_is_over_and_cannot_be_taken_back_then(world: Any) -> None:
    held = world.perform(_say("hello"), not_before=world.at(1))
    assert _due(world, 0.99) == []
    assert _due(world, 1) == [held]
    assert world.do(outbox.mark_sending, held)
    assert not world.do(outbox.cancel, held)
    assert not world.do(outbox.discard, held)


def test_the_undo_that_comes_first_wins_over_the_sender(world: Any) -> None:
    held = world.perform(_say("oops"), not_before=world.at(1))
    assert _due(world, 2) == [held]
    assert world.do(outbox.cancel, held)
    assert not world.do(outbox.mark_sending, held), "the sender must leave it"


def test_without_a_network_it_waits_and_counts(world: Any) -> None:
    first = world.perform(_say("1"))
    world.do(outbox.mark_sending, first)
    world.do(outbox.postpone, first, world.at(5), 1)
    assert _due(world, 4) == []
    [entry] = world.see(outbox.due, world.at(5))
    assert (entry.state, entry.attempts) == (O.QUEUED, 1)
    assert world.do(outbox.retry, first) == first
    assert _due(world) == [first]


def test_applied_saves_the_rows_and_drops_the_entry_in_one_commit(world: Any) -> None:
    world.arrive(world.interaction("i1", "offered"))
    first = world.perform(c.Accept(interaction_id=I1))
    world.changes.clear()
    answer = [world.change(world.interaction("i1", "active", version=2))]
    world.do(outbox.settle_applied, first, answer)

    [changes] = world.changes
    assert changes.rows == {Table.INTERACTION: {"i1"}, Table.OUTBOX: {first}}
    row = world.see(projections.interaction_row, I1, world.me)
    assert (row.interaction.state, row.is_pending) == ("active", False)


def test_gone_drops_the_entry(world: Any) -> None:
    first = world.perform(_say("1"))
    assert world.do(outbox.settle_gone, first)
    assert not world.do(outbox.settle_gone, first)
    assert world.see(outbox.entries) == []


def test_what_was_being_sent_when_the_program_died_is_sent_again(world: Any, path: Path) -> None:
    first, second = world.perform(_say("1")), world.perform(_say("x", I2))
    world.do(outbox.mark_sending, first)
    world.do(outbox.mark_sending, second)
    world.do(outbox.mark_pending, second)
    world.store.close()

    store = Store.open(path, world.key)
    assert store.query(lambda conn: outbox.due(conn, world.now)) == []
    assert store.write(outbox.recover, Cause.SYSTEM).result() == 1
    assert [entry.id for entry in store.query(lambda conn: outbox.due(conn, world.now))] == [first]
    store.close()


def test_only_the_last_wish_about_presence_is_sent(world: Any) -> None:
    world.perform(c.SetPresence(state=PresenceState.AWAY, reason="lunch"))
    last = world.perform(c.SetPresence(state=PresenceState.READY))
    assert [entry.id for entry in world.see(outbox.entries)] == [last]

    world.do(outbox.mark_sending, last)
    next_wish = world.perform(c.SetPresence(state=PresenceState.AWAY))
    assert [entry.id for entry in world.see(outbox.entries)] == [last, next_wish]
    assert _due(world) == []


def test_edits_of_one_customer_keep_their_order(world: Any) -> None:
    first = world.perform(c.UpdateCustomer(customer_id=CustomerId("c1"), fields={"name": "Jana"}))
    world.perform(c.UpdateCustomer(customer_id=CustomerId("c1"), fields={"name": "Jana W."}))
    other = world.perform(c.UpdateCustomer(customer_id=CustomerId("c2"), fields={"name": "Emre"}))
    assert _due(world) == [first, other]
    assert world.changes[-1].customers == {"c2"}


def test_the_status_strip_counts_what_is_to_go_out(world: Any) -> None:
    world.perform(_say("1"), minutes=-5)
    stuck = world.perform(_say("x", I2), minutes=-9)
    world.do(outbox.wedge, stuck, "no_address")
    summary = world.see(projections.outbox_summary)
    assert (summary.to_send, summary.wedged, summary.oldest_at) == (1, 1, world.now - timedelta(minutes=5))


def test_what_a_lead_does_to_one_agent_does_not_hold_up_what_concerns_others(world: Any) -> None:
    refused = world.perform(c.SetAgentPresence(agent_id=AgentId("ben"), state=PresenceState.AWAY))
    world.do(outbox.mark_sending, refused)
    world.do(outbox.wedge, refused, "forbidden")
    behind = world.perform(c.LendAgent(agent_id=AgentId("ben")))
    others = [
        world.perform(c.LendAgent(agent_id=AgentId("carla"))),
        world.perform(c.SendBroadcast(broadcast_id="b", text="Hello")),
        world.perform(c.RemoveAlertRule(rule_id="r")),
        world.perform(c.SeeAlert(alert_id="a")),
        world.perform(c.TakeNext()),
    ]
    assert _due(world) == others
    assert behind not in _due(world)
