"""Practising with a recording: an agent works in it, and nothing of that leaves the machine or gets lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from desktop.backends.base import Refused
from desktop.backends.files.backend import FilesBackend
from desktop.domain import commands as c
from desktop.domain.agent import PresenceState
from desktop.domain.changes import Table
from desktop.domain.ids import AgentId, CommandId, CustomerId, InteractionId, MessageId, QueueId, SuggestionId, new_id
from desktop.domain.interaction import KEPT_HERE, Author, Delivery, InteractionState, MessageKind
from desktop.domain.suggestion import Suggestion, SuggestionState
from desktop.store.rows import OutboxState
from desktop.sync.status import Phase
from desktop.wire import records

from .conftest import KIM, Reel, contact, later, said

Play = Callable[..., FilesBackend]
Seat = Callable[..., Any]
ONE = InteractionId("c1")
S = InteractionState


async def live(desk: Any) -> Any:
    await desk.until(lambda: desk.status.phase is Phase.LIVE and desk.status.is_streaming)
    return desk


async def done(desk: Any, *commands: c.Command) -> None:
    for command in commands:
        desk.give(command)
        await desk.until(lambda: not desk.outbox())


def state(desk: Any, id_: str = "c1") -> S:
    found: S = desk.row(Table.INTERACTION, id_).state
    return found


async def test_a_contact_is_worked_from_the_ring_to_the_wrap_up(reel: Reel, play: Play, seat: Seat) -> None:
    reel.before(
        contact(state=S.OFFERED, assignee=KIM.id, offer_expires_at=later(60_000), version=4), said("Where is it?")
    )
    desk = await live(await seat(play()))
    await done(desk, c.Accept(interaction_id=ONE))
    row = desk.row(Table.INTERACTION, "c1")
    assert (row.state, row.assignee) == (S.ACTIVE, KIM.id)
    assert abs((row.accepted_at - later(0)).total_seconds()) < 30
    desk.reply("c1", "On its way.")
    await done(desk, c.AddNote(interaction_id=ONE, text="looked it up"))
    await done(desk, c.WrapUp(interaction_id=ONE, disposition="solved", summary="parcel"))
    row = desk.row(Table.INTERACTION, "c1")
    assert (row.state, row.disposition, row.summary, row.last_text) == (S.CLOSED, "solved", "parcel", "On its way.")
    found = desk.store.query(
        lambda conn: conn.execute("SELECT body FROM message WHERE interaction_id = 'c1' ORDER BY sent_at").fetchall()
    )
    messages = [records.decode(Table.MESSAGE, body) for (body,) in found]
    reply = next(one for one in messages if one.text == "On its way.")
    assert (reply.author, reply.delivery, reply.values[KEPT_HERE], reply.values["to"]) == (
        Author.AGENT,
        Delivery.QUEUED,
        "1",
        "web:17",
    )
    assert [one.kind for one in messages if one.text == "looked it up"] == [MessageKind.NOTE]
    assert [one.event for one in messages if one.kind is MessageKind.EVENT] == ["closed"]


async def test_what_was_recorded_does_not_take_a_contact_out_of_the_agents_hands(
    reel: Reel, play: Play, seat: Seat
) -> None:
    reel.before(contact(assignee=KIM.id, version=4), said("Where is it?"))
    reel.at(5_000, said("It is there.", "m2", author=Author.AGENT, agent_id=KIM.id))
    reel.at(5_000, contact(assignee=KIM.id, state=S.CLOSED, disposition="solved", subject="Parcel", version=6))
    reel.at(6_000, said("And the other one?", "m3", sent_at=later(6_000)))
    reel.at(6_000, contact(assignee=KIM.id, state=S.QUEUED, subject="Parcel", version=7))
    reel.at(7_000, said("", "m4", author=Author.SYSTEM, kind=MessageKind.EVENT, event="requeued", agent_id=KIM.id))
    reel.at(8_000, contact("c2"))
    desk = await live(await seat(play()))
    await done(desk, c.Hold(interaction_id=ONE))
    desk.backend.playback.set_speed(200)
    await desk.until(lambda: desk.row(Table.INTERACTION, "c2") is not None, 5)
    row = desk.row(Table.INTERACTION, "c1")
    assert (row.state, row.disposition, row.subject) == (S.ON_HOLD, None, "Parcel")
    assert row.last_text == "And the other one?"
    assert desk.texts("c1") == ["Where is it?", "And the other one?"]


async def test_what_nobody_touches_goes_its_recorded_way(reel: Reel, play: Play, seat: Seat) -> None:
    reel.before(contact(assignee=KIM.id), contact("c2", assignee=KIM.id))
    reel.at(1_000, contact("c2", assignee=KIM.id, state=S.CLOSED, version=2))
    desk = await live(await seat(play()))
    await done(desk, c.Hold(interaction_id=ONE))
    desk.backend.playback.set_speed(100)
    await desk.until(lambda: state(desk, "c2") is S.CLOSED, 5)
    assert state(desk) is S.ON_HOLD


async def test_a_customer_who_writes_to_a_finished_contact_is_back_in_the_queue(
    reel: Reel, play: Play, seat: Seat
) -> None:
    reel.before(contact(assignee=KIM.id))
    reel.at(3_000, said("One more thing", "m2", sent_at=later(3_000)))
    desk = await live(await seat(play()))
    await done(desk, c.WrapUp(interaction_id=ONE, disposition="solved"))
    desk.backend.playback.set_speed(200)
    await desk.until(lambda: state(desk) is S.QUEUED, 5)
    row = desk.row(Table.INTERACTION, "c1")
    assert (row.assignee, row.previous_assignee, row.disposition) == (None, KIM.id, None)


async def test_a_snooze_runs_out_by_the_clock_of_the_recording(reel: Reel, play: Play, seat: Seat) -> None:
    reel.before(contact(assignee=KIM.id))
    desk = await live(await seat(play()))
    until = desk.backend.playback.now() + timedelta(minutes=5)
    await done(desk, c.Snooze(interaction_id=ONE, until=until))
    assert state(desk) is S.SNOOZED
    desk.backend.playback.set_speed(1000)
    await desk.until(lambda: state(desk) is S.ACTIVE, 5)


async def test_after_a_new_start_what_was_done_is_not_undone(reel: Reel, play: Play, seat: Seat) -> None:
    reel.before(contact(assignee=KIM.id, version=4))
    reel.at(50_000, contact(assignee=KIM.id, state=S.CLOSED, version=9))
    reel.at(51_000, contact("c2"))
    desk = await live(await seat(play()))
    await done(desk, c.Hold(interaction_id=ONE))
    await desk.stop()
    desk = await live(await seat(play(speed=1000)))
    await desk.until(lambda: desk.row(Table.INTERACTION, "c2") is not None, 5)
    assert state(desk) is S.ON_HOLD


async def test_a_state_of_the_agents_own_holds_against_the_recorded_one(reel: Reel, play: Play, seat: Seat) -> None:
    reel.at(2_000, Suggestion(id=SuggestionId("s1"), interaction_id=ONE, action="call"))
    reel.at(2_000, replace(KIM, name="Kim Berg-Lund", version=5))
    desk = await live(await seat(play()))
    await done(desk, c.SetPresence(state=PresenceState.AWAY, reason="lunch"))
    assert desk.row(Table.AGENT, "kim").presence.reason == "lunch"
    desk.backend.playback.set_speed(200)
    await desk.until(lambda: desk.row(Table.AGENT, "kim").name == "Kim Berg-Lund", 5)
    assert desk.row(Table.AGENT, "kim").presence.state is PresenceState.AWAY


async def test_a_suggestion_that_is_taken_is_a_step_of_the_contact(reel: Reel, play: Play, seat: Seat) -> None:
    reel.before(contact(assignee=KIM.id), Suggestion(id=SuggestionId("s1"), interaction_id=ONE, action="call_back"))
    desk = await live(await seat(play()))
    await done(desk, c.TakeSuggestion(interaction_id=ONE, suggestion_id=SuggestionId("s1")))
    assert desk.row(Table.SUGGESTION, "s1").state is SuggestionState.TAKEN
    assert desk.row(Table.INTERACTION, "c1").steps == ("call_back",)


async def test_a_caller_who_proves_who_they_are_is_verified(reel: Reel, play: Play, seat: Seat) -> None:
    reel.before(contact(assignee=KIM.id, customer_id=CustomerId("jana")))
    desk = await live(await seat(play()))
    about = CustomerId("jana")
    await done(desk, c.VerifyCustomer(interaction_id=ONE, customer_id=about, question="postcode", is_right=True))
    (answer,) = desk.row(Table.INTERACTION, "c1").verified
    assert (answer.question, answer.is_right, answer.customer_id, answer.by) == ("postcode", True, about, KIM.id)


@pytest.mark.parametrize(
    ("row", "command", "code"),
    [
        (contact(state=S.OFFERED, assignee=AgentId("ben")), c.Accept(interaction_id=ONE), "already_taken"),
        (contact(assignee=AgentId("ben")), c.WrapUp(interaction_id=ONE, disposition="x"), "not_owner"),
        (contact(assignee=AgentId("ben")), c.SendMessage(interaction_id=ONE, text="Hi"), "not_owner"),
        (contact(assignee=AgentId("ben")), c.Take(interaction_id=ONE), "already_taken"),
        (contact(assignee=KIM.id, state=S.CLOSED), c.Hold(interaction_id=ONE), "illegal_state"),
        (contact(assignee=KIM.id), c.SendMessage(interaction_id=ONE, text=" "), "empty_text"),
        (contact(assignee=KIM.id), c.Transfer(interaction_id=ONE), "missing_value"),
        (contact(assignee=KIM.id), c.Consult(interaction_id=ONE, agent_id=AgentId("ben")), "unsupported"),
    ],
    ids=["accept", "wrap-up", "reply", "take", "hold", "empty", "transfer", "consult"],
)
async def test_what_a_contact_does_not_bear_is_refused(
    reel: Reel, play: Play, row: Any, command: c.Command, code: str
) -> None:
    reel.before(row)
    backend = play()
    await backend.changes(0, limit=500)
    answer = await backend.perform(CommandId(new_id()), command)
    assert answer.error is not None
    assert (answer.outcome, answer.error.code, answer.changes) == ("refused", code, [])


async def test_a_command_given_twice_has_one_effect(reel: Reel, play: Play) -> None:
    reel.before(contact(assignee=KIM.id))
    backend, id_ = play(), CommandId(new_id())
    await backend.changes(0, limit=500)
    command = c.Transfer(interaction_id=ONE, to_queue=QueueId("billing"), note="please")
    first = await backend.perform(id_, command)
    assert await backend.perform(id_, command) == first == await backend.look_up(id_, command)
    assert len(first.changes) == 3


async def test_a_contact_that_is_not_in_the_recording_is_gone(reel: Reel, play: Play) -> None:
    backend = play()
    await backend.changes(0, limit=500)
    answer = await backend.perform(CommandId(new_id()), c.Hold(interaction_id=InteractionId("c9")))
    assert answer.outcome == "gone"


async def test_what_comes_later_in_the_recording_is_not_acted_on(reel: Reel, play: Play) -> None:
    reel.before(contact(assignee=KIM.id))
    reel.at(50_000, contact(assignee=AgentId("ben"), version=9))
    backend = play()
    await backend.changes(0, limit=500)
    assert (await backend.perform(CommandId(new_id()), c.Hold(interaction_id=ONE))).outcome == "applied"


async def test_an_anonymised_recording_is_only_looked_at_unless_practising_is_asked_for(
    reel: Reel, play: Play, seat: Seat
) -> None:
    reel.label(is_anonymised=True)
    reel.before(contact(assignee=KIM.id))
    desk = await live(await seat(play()))
    can = desk.backend.capabilities
    assert (can.commands, can.has_blobs, can.has_presence) == (frozenset(), False, False)
    desk.reply("c1", "Hello")
    await desk.until(lambda: [one.state for one in desk.outbox()] == [OutboxState.WEDGED])
    assert desk.outbox()[0].error == "recording_only_shown"
    asked = play(f"{reel.path.as_uri()}?practise=1")
    await asked.warm_up()
    assert asked.capabilities.commands is not None
    assert "send_message" in asked.capabilities.commands


async def test_one_that_is_only_to_be_looked_at_refuses_files_too(reel: Reel, play: Play) -> None:
    backend = play(is_only_shown=True)
    with pytest.raises(Refused, match="recording_only_shown"):
        await backend.upload(b"x", media_type="text/plain", name="x.txt")


async def test_a_file_sent_in_it_can_be_opened_again(reel: Reel, play: Play) -> None:
    backend = play()
    kept = await backend.upload(b"a letter", media_type="text/plain", name="letter.txt")
    assert (await backend.download(kept.sha256)).getvalue() == b"a letter"


async def test_beside_other_accounts_its_ids_are_its_own(reel: Reel, play: Play, seat: Seat) -> None:
    reel.before(contact(assignee=KIM.id), said("Hello"))
    reel.at(100, said("Anybody?", "m2"))
    backend = play(key="files", me=AgentId("the-agent"))
    desk = await live(await seat(backend, me=AgentId("the-agent"), account="files"))
    await desk.until(lambda: desk.texts("files~c1") == ["Hello", "Anybody?"], 5)
    row = desk.row(Table.INTERACTION, "files~c1")
    assert (row.assignee, row.queue) == ("the-agent", "files~billing")
    command = c.SendMessage(interaction_id=InteractionId("files~c1"), text="Yes", message_id=MessageId("files~mine"))
    desk.give(command)
    await desk.until(lambda: desk.texts("files~c1")[-1:] == ["Yes"], 5)
    assert desk.row(Table.MESSAGE, "files~mine").agent_id == "the-agent"
