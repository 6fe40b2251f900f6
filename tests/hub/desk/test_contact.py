"""Working a request: replies, notes, hold, snooze, transfer, wrap-up, and who may do what."""

from __future__ import annotations

from datetime import timedelta

import pytest

from desktop.domain import commands as c
from desktop.domain.agent import PresenceState, Queue
from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.customer import Consent
from desktop.domain.ids import AgentId, InteractionId, MessageId, QueueId, new_id
from desktop.domain.interaction import Author, Delivery, InteractionState, MessageKind

from .conftest import record_of

HOLD, ACTIVE, CLOSED = InteractionState.ON_HOLD, InteractionState.ACTIVE, InteractionState.CLOSED


async def test_a_chat_is_answered_and_wrapped_up(centre):
    id_ = await centre.accepted("anna")
    message_id = MessageId(new_id())
    answer = await centre.do("anna", c.SendMessage(interaction_id=id_, text="Good morning", message_id=message_id))
    sent = record_of(answer, "message")
    assert (sent.id, sent.author, sent.delivery, sent.author_name) == (
        message_id,
        Author.AGENT,
        Delivery.QUEUED,
        "Anna",
    )
    working = record_of(answer, "interaction")
    assert (working.state, working.answered_at, working.due_at) == (ACTIVE, centre.at, None)
    assert working.last_text == "Good morning"
    await centre.do("anna", c.EndContact(interaction_id=id_))
    centre.later(seconds=40)
    await centre.do("anna", c.WrapUp(interaction_id=id_, disposition="solved", summary="Parcel found"))
    closed = await centre.interaction(id_)
    assert (closed.state, closed.disposition, closed.summary) == (CLOSED, "solved", "Parcel found")
    assert (closed.closed_at - closed.wrap_up_at) == timedelta(seconds=40), "the after-call-work clock is wrong"
    last = (await centre.messages(id_))[-1]
    assert (last.kind, last.event, last.text) == (MessageKind.EVENT, "closed", "Parcel found")


async def test_the_clock_runs_again_when_the_customer_writes_again(centre):
    id_ = await centre.accepted("anna", thread="room")
    await centre.do("anna", c.SendMessage(interaction_id=id_, text="Hello"))
    centre.later(minutes=3)
    await centre.chat("And?", thread="room")
    interaction = await centre.interaction(id_)
    assert interaction.due_at == centre.at + timedelta(seconds=60)
    assert interaction.answered_at == centre.at - timedelta(minutes=3), "the first answer is the one that counts"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (lambda id_: c.WrapUp(interaction_id=id_, disposition="no such"), "unknown_value"),
        (lambda id_: c.SetIntent(interaction_id=id_, intent="no such"), "unknown_value"),
        (lambda id_: c.SendMessage(interaction_id=id_, text="  \n"), "empty_text"),
        (lambda id_: c.SendMessage(interaction_id=id_, text="x" * 20_001), "too_large"),
        (lambda id_: c.AddNote(interaction_id=id_, text=""), "empty_text"),
        (lambda id_: c.Resume(interaction_id=id_), "illegal_state"),
        (lambda id_: c.Reopen(interaction_id=id_), "illegal_state"),
        (lambda id_: c.Accept(interaction_id=id_), "already_taken"),
        (lambda id_: c.Transfer(interaction_id=id_), "bad_request"),
        (lambda id_: c.Transfer(interaction_id=id_, to_queue=QueueId("none")), "unknown_value"),
        (lambda id_: c.Transfer(interaction_id=id_, to_agent=AgentId("none")), "unknown_value"),
        (lambda id_: c.Transfer(interaction_id=id_, to_agent=AgentId("bert")), "illegal_state"),
        (lambda id_: c.SendMessage(interaction_id=id_, text="x", channel=Channel.CALL), "channel_cannot_send"),
        (lambda id_: c.SendMessage(interaction_id=id_, text="x", channel=Channel.SMS), "no_address"),
        (lambda id_: c.Hold(interaction_id=InteractionId("none")), "gone"),
        (lambda id_: c.TakeSuggestion(interaction_id=id_, suggestion_id="none"), "gone"),
        (lambda id_: c.LinkCustomer(interaction_id=id_, customer_id="none"), "gone"),
    ],
)
async def test_what_cannot_be_is_refused_with_its_code_and_changes_nothing(centre, command, code):
    id_ = await centre.accepted("anna")
    before = await centre.interaction(id_)
    assert await centre.refusal("anna", command(id_)) == code
    assert await centre.interaction(id_) == before


async def test_a_refusal_carries_the_record_as_it_is_now(centre):
    id_ = await centre.accepted("anna")
    answer = await centre.attempt("anna", c.Resume(interaction_id=id_))
    assert answer.error.title == "conflict with current record"
    assert record_of(answer, "interaction").state is ACTIVE


async def test_only_who_has_it_acts_on_it_but_a_lead_may_help(centre):
    id_ = await centre.accepted("anna")
    for command in (
        c.Hold(interaction_id=id_),
        c.SendMessage(interaction_id=id_, text="Hi"),
        c.Requeue(interaction_id=id_),
    ):
        assert await centre.refusal("bert", command) == "not_owner"
    await centre.do("bert", c.AddNote(interaction_id=id_, text="She called me about this yesterday"))
    await centre.do("lena", c.Hold(interaction_id=id_))
    assert (await centre.interaction(id_)).assignee == "anna"


async def test_hold_and_resume_and_back_from_wrap_up(centre):
    id_ = await centre.accepted("anna")
    await centre.do("anna", c.Hold(interaction_id=id_))
    assert (await centre.interaction(id_)).state is HOLD
    await centre.do("anna", c.EndContact(interaction_id=id_))
    await centre.do("anna", c.Resume(interaction_id=id_))
    interaction = await centre.interaction(id_)
    assert (interaction.state, interaction.wrap_up_at) == (ACTIVE, None)


async def test_a_snooze_wakes_with_its_owner(centre):
    id_ = await centre.accepted("anna")
    until = centre.at + timedelta(hours=2)
    await centre.do("anna", c.Snooze(interaction_id=id_, until=until))
    centre.later(hours=2)
    await centre.state(id_, "active", "anna")
    assert (await centre.interaction(id_)).snoozed_until is None


async def test_a_snooze_wakes_in_the_queue_when_its_owner_is_gone(centre):
    id_ = await centre.accepted("anna")
    await centre.do("anna", c.Snooze(interaction_id=id_, until=centre.at + timedelta(hours=2)))
    await centre.do("anna", c.SetPresence(state=PresenceState.OFFLINE))
    await centre.ready("bert")
    centre.later(hours=3)
    await centre.state(id_, "offered", "bert")


@pytest.mark.parametrize("days", [-1, 0, 400])
async def test_a_snooze_is_for_the_near_future_only(centre, days):
    id_ = await centre.accepted("anna")
    command = c.Snooze(interaction_id=id_, until=centre.at + timedelta(days=days))
    assert await centre.refusal("anna", command) == "unknown_value"


async def test_a_transfer_to_a_queue_is_offered_there_and_not_back(centre):
    id_ = await centre.accepted("anna")
    await centre.ready("bert")
    await centre.do("anna", c.Transfer(interaction_id=id_, to_queue=QueueId("technical"), note="Router is dead"))
    moved = await centre.state(id_, "offered", "bert")
    assert moved.queue == "technical"
    messages = await centre.messages(id_)
    assert [one.text for one in messages if one.kind is MessageKind.NOTE] == ["Router is dead"]
    [event] = [one for one in messages if one.event == "transferred"]
    assert event.values["to_queue"] == "technical"


async def test_a_transfer_to_an_agent_rings_at_them_even_when_they_are_full(centre):
    await centre.hire("bert", capacity={"total": 0})
    id_ = await centre.accepted("anna")
    await centre.ready("bert")
    await centre.do("anna", c.Transfer(interaction_id=id_, to_agent=AgentId("bert")))
    offered = await centre.interaction(id_)
    assert (offered.state, offered.assignee, offered.previous_assignee) == ("offered", "bert", "anna")
    await centre.do("bert", c.Accept(interaction_id=id_))


async def test_a_transfer_goes_through_a_queue_that_the_other_team_sees(centre):
    await centre.put(Queue(id=QueueId("service"), teams=("north",), intents=("other",)))
    await centre.put(Queue(id=QueueId("southern"), teams=("south",)))
    for name in ("billing", "orders", "technical", "complaints"):
        await centre.put(Queue(id=QueueId(name), teams=("north",)))
    id_ = await centre.accepted("anna", text="Hello")
    assert await centre.refusal("sven", c.AddNote(interaction_id=id_, text="x")) == "gone"
    await centre.do("sven", c.SetPresence(state=PresenceState.READY))
    await centre.do("anna", c.Transfer(interaction_id=id_, to_agent=AgentId("sven")))
    offered = await centre.interaction(id_)
    assert (offered.queue, offered.assignee) == ("southern", "sven")
    await centre.do("sven", c.Accept(interaction_id=id_))
    assert await centre.refusal("anna", c.AddNote(interaction_id=id_, text="x")) == "gone"


async def test_who_puts_a_request_back_is_not_handed_it_again_at_once(centre):
    id_ = await centre.accepted("anna")
    await centre.do("anna", c.Requeue(interaction_id=id_))
    await centre.ready("bert")
    await centre.state(id_, "offered", "bert")


async def test_a_closed_contact_is_reopened_by_whoever_takes_it_up(centre):
    id_ = await centre.accepted("anna")
    await centre.do("anna", c.WrapUp(interaction_id=id_, disposition="solved"))
    answer = await centre.do("bert", c.Reopen(interaction_id=id_))
    reopened = record_of(answer, "interaction")
    assert (reopened.state, reopened.assignee, reopened.disposition) == (ACTIVE, "bert", None)


async def test_a_message_id_is_used_once(centre):
    id_ = await centre.accepted("anna")
    message_id = MessageId(new_id())
    await centre.do("anna", c.SendMessage(interaction_id=id_, text="Hi", message_id=message_id))
    assert await centre.refusal("anna", c.AddNote(interaction_id=id_, text="Hi", message_id=message_id)) == "conflict"


async def test_another_channel_needs_an_address_and_no_refusal_of_consent(centre):
    jana = await centre.customer("Jana Weber", "jana@example.org", "+4930123456")
    await centre.ready("anna")
    mail = await centre.mail()
    await centre.do("anna", c.Accept(interaction_id=mail.interaction_id))
    sms = c.SendMessage(interaction_id=mail.interaction_id, text="It is on its way", channel=Channel.SMS)
    sent = record_of(await centre.do("anna", sms), "message")
    assert (sent.channel, sent.values["to"]) == (Channel.SMS, "+4930123456")
    await centre.do(
        "anna",
        c.UpdateCustomer(customer_id=jana.id, fields={"consents": [{"purpose": "sms", "is_granted": False}]}),
    )
    assert (await centre.get(Table.CUSTOMER, jana.id)).consents == (Consent(purpose="sms", is_granted=False),)
    assert await centre.refusal("anna", sms) == "no_consent"


async def test_nothing_is_typed_into_a_call(centre):
    await centre.ready("anna")
    call = await centre.says(Channel.CALL, "+4930123456")
    await centre.do("anna", c.Accept(interaction_id=call.interaction_id))
    command = c.SendMessage(interaction_id=call.interaction_id, text="Hello?")
    assert await centre.refusal("anna", command) == "channel_cannot_send"


async def test_machines_do_not_act_as_people(centre):
    from .conftest import CHANNEL

    answer = await centre.desk.perform(c.SetPresence(state=PresenceState.READY), CHANNEL, "k")
    assert answer.error.code == "forbidden"
