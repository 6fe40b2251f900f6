"""A message or call event arrives: whose it is, where it belongs, what it is about."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import insert

from desktop.domain import commands as c
from desktop.domain.agent import PresenceState
from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.customer import IdentityKind
from desktop.domain.interaction import Author, InteractionState, MessageKind
from desktop.hub.db import holders, tables
from desktop.hub.desk.refusals import Refused
from desktop.wire.errors import Code
from desktop.wire.shapes import Sender

from .conftest import CHANNEL

CALLER = "+4930123456"


async def test_the_same_message_handed_in_twice_is_taken_in_once(centre):
    first = await centre.mail(external_id="<1@x>")
    again = await centre.mail(external_id="<1@x>", text="something else")
    assert not first.duplicate
    assert again.duplicate
    assert (again.interaction_id, again.message_id) == (first.interaction_id, first.message_id)
    assert len(await centre.messages(first.interaction_id)) == 1


async def test_many_gateways_handing_in_the_same_message_at_once_make_one(centre):
    answers = await asyncio.gather(*(centre.mail(external_id="<1@x>") for _ in range(8)))
    assert len({one.interaction_id for one in answers}) == 1
    assert [one.duplicate for one in answers].count(False) == 1


async def test_the_same_external_id_on_two_channels_are_two_messages(centre):
    mail = await centre.mail(external_id="7")
    chat = await centre.chat(external_id="7")
    assert mail.interaction_id != chat.interaction_id


async def test_a_customer_is_known_by_their_address_however_it_is_written(centre):
    jana = await centre.customer("Jana Weber", "jana@example.org", CALLER)
    mail = await centre.mail(sender=Sender(address="Jana Weber <JANA@Example.org>", name="Jana Weber"))
    call = await centre.says(Channel.CALL, "030 123456")
    assert mail.customer.id == call.customer.id == jana.id
    assert mail.customer.known
    assert mail.customer.probability > 0.9
    interaction = await centre.interaction(mail.interaction_id)
    assert interaction.customer_name == "Jana Weber"
    assert interaction.identified_by[0].code == "identify.email"


async def test_somebody_unknown_becomes_a_provisional_customer_once(centre):
    first = await centre.mail(address="new@example.org", sender=Sender(address="new@example.org", name="Nina  Neu\n"))
    second = await centre.mail(address="new@example.org")
    assert not first.customer.known
    assert second.customer.id == first.customer.id
    made = await centre.get(Table.CUSTOMER, first.customer.id)
    assert made.is_provisional
    assert made.name == "Nina Neu"
    assert [(one.kind, one.normalised) for one in made.identities] == [(IdentityKind.EMAIL, "new@example.org")]


async def test_withheld_numbers_are_not_one_person(centre):
    first = await centre.says(Channel.CALL, "anonymous")
    second = await centre.says(Channel.CALL, "anonymous")
    assert first.customer.id != second.customer.id
    assert not first.customer.known


async def test_a_new_contact_is_in_the_journey_with_queue_and_due_time(centre):
    jana = await centre.customer("Jana Weber", "jana@example.org")
    answer = await centre.mail(subject="Order 4711")
    interaction = await centre.interaction(answer.interaction_id)
    assert interaction.queue is not None
    assert interaction.due_at == centre.at + timedelta(hours=4)
    async with centre.database.read() as ledger:
        [touchpoint] = await ledger.touchpoints(jana.id)
    assert (touchpoint.kind, touchpoint.title, touchpoint.channel) == ("contact", "Order 4711", Channel.EMAIL)
    assert touchpoint.interaction_id == answer.interaction_id


async def test_a_mail_that_answers_another_keeps_its_thread(centre):
    first = await centre.mail(external_id="<1@x>", subject="Invoice")
    reply = await centre.mail(external_id="<2@x>", subject="Re: Invoice", in_reply_to="<1@x>")
    later = await centre.mail(external_id="<3@x>", references=("<1@x>", "<lost@x>"))
    stranger = await centre.mail(external_id="<4@x>", subject="Re: Invoice", address="other@example.org")
    assert reply.interaction_id == later.interaction_id == first.interaction_id
    assert stranger.interaction_id != first.interaction_id, "a subject alone is no thread"


async def test_a_mail_answering_the_agents_reply_keeps_the_thread_too(centre):
    await centre.ready("anna")
    mail = await centre.mail(external_id="<1@x>", subject="Invoice")
    await centre.do("anna", c.Accept(interaction_id=mail.interaction_id))
    await centre.do("anna", c.SendMessage(interaction_id=mail.interaction_id, text="Which one?"))
    [sent] = [one for one in await centre.messages(mail.interaction_id) if one.author is Author.AGENT]
    assert (sent.subject, sent.in_reply_to, sent.references) == ("Re: Invoice", "<1@x>", ("<1@x>",))
    back = await centre.mail(external_id="<2@x>", in_reply_to=sent.external_id)
    assert back.interaction_id == mail.interaction_id
    await centre.do("anna", c.SendMessage(interaction_id=mail.interaction_id, text="Thanks"))
    last = (await centre.messages(mail.interaction_id))[-1]
    assert last.in_reply_to == "<2@x>"


async def test_a_reply_to_a_closed_mail_reopens_it_and_goes_to_who_knows_the_case(centre):
    await centre.ready("anna", "bert")
    mail = await centre.mail(external_id="<1@x>")
    owner = mail.assignee
    await centre.do(owner, c.Accept(interaction_id=mail.interaction_id))
    await centre.do(owner, c.WrapUp(interaction_id=mail.interaction_id, disposition="solved"))
    back = await centre.mail("Still wrong", external_id="<2@x>", in_reply_to="<1@x>")
    assert back.interaction_id == mail.interaction_id
    assert back.assignee == owner
    interaction = await centre.interaction(mail.interaction_id)
    assert interaction.previous_assignee == owner
    assert (interaction.disposition, interaction.closed_at) == (None, None)
    assert interaction.due_at is not None


async def test_chat_goes_on_by_thread_or_by_who_writes_from_where(centre):
    by_thread = await centre.chat("Hello", thread="room-1")
    assert (await centre.chat("Are you there?", thread="room-1")).interaction_id == by_thread.interaction_id
    assert (
        await centre.chat("Hello", address="web:visitor-2", thread="room-2")
    ).interaction_id != by_thread.interaction_id
    sms = await centre.says(Channel.SMS, CALLER, "Hi")
    more = await centre.says(Channel.SMS, "030 123456", "my order?")
    other = await centre.says(Channel.SMS, "+49301234567", "Hi")
    assert (await centre.says(Channel.SMS, CALLER, "again")).interaction_id == sms.interaction_id
    assert more.interaction_id == sms.interaction_id
    assert other.interaction_id != sms.interaction_id


async def test_a_message_brings_a_waiting_or_snoozed_request_back_to_its_owner(centre):
    id_ = await centre.accepted("anna", thread="room-1")
    for command in (c.Wait(interaction_id=id_), c.Snooze(interaction_id=id_, until=centre.at + timedelta(days=1))):
        await centre.do("anna", command)
        await centre.chat("One more thing", thread="room-1")
        back = await centre.interaction(id_)
        assert (back.state, back.assignee, back.snoozed_until) == (InteractionState.ACTIVE, "anna", None)
        assert back.last_text == "One more thing"


async def test_it_goes_to_the_queue_when_its_owner_went_home(centre):
    id_ = await centre.accepted("anna", thread="room-1")
    await centre.do("anna", c.Wait(interaction_id=id_))
    await centre.do("anna", c.SetPresence(state=PresenceState.OFFLINE))
    await centre.ready("bert")
    answer = await centre.chat("One more thing", thread="room-1")
    assert answer.assignee == "bert"
    assert (await centre.interaction(id_)).previous_assignee == "anna"


async def test_a_call_rings_is_talked_and_ends_in_wrap_up(centre):
    await centre.ready("anna")
    call = await centre.says(Channel.CALL, CALLER, thread="call-1", event="ringing")
    await centre.do("anna", c.Accept(interaction_id=call.interaction_id))
    await centre.says(Channel.CALL, CALLER, thread="call-1", event="answered")
    await centre.says(Channel.CALL, CALLER, "My parcel is broken", thread="call-1", event="transcript")
    ended = await centre.says(Channel.CALL, CALLER, thread="call-1", event="ended", duration_s=95)
    assert ended.interaction_id == call.interaction_id
    interaction = await centre.interaction(call.interaction_id)
    assert (interaction.state, interaction.assignee, interaction.wrap_up_at) == ("wrap_up", "anna", centre.at)
    assert interaction.answered_at == centre.at, "to accept a call is to answer it"
    messages = await centre.messages(call.interaction_id)
    assert [one.event for one in messages if one.kind is MessageKind.CALL] == ["ringing", "answered", "ended"]
    assert [one.text for one in messages if one.kind is MessageKind.TEXT] == ["My parcel is broken"]
    touchpoint = await centre.get(Table.TOUCHPOINT, call.interaction_id)
    assert touchpoint.duration_s == 95


async def test_a_caller_who_gives_up_is_abandoned_and_the_agent_free_again(centre):
    await centre.ready("anna")
    call = await centre.says(Channel.CALL, CALLER, thread="call-1")
    assert call.assignee == "anna"
    await centre.says(Channel.CALL, CALLER, thread="call-1", event="ended")
    gone = await centre.interaction(call.interaction_id)
    assert (gone.state, gone.assignee, gone.closed_at) == ("abandoned", None, centre.at)
    assert await centre.refusal("anna", c.Accept(interaction_id=call.interaction_id)) == "illegal_state"
    again = await centre.says(Channel.CALL, CALLER, thread="call-2")
    assert again.interaction_id != call.interaction_id
    assert again.assignee == "anna"


async def test_a_call_reported_only_when_it_ended_rings_at_nobody(centre):
    await centre.ready("anna")
    call = await centre.says(Channel.CALL, CALLER, thread="call-1", event="ended", duration_s=3)
    assert call.assignee is None
    assert (await centre.interaction(call.interaction_id)).state is InteractionState.ABANDONED


async def test_what_a_later_message_says_about_who_it_is_counts(centre):
    jana = await centre.customer("Jana Weber", "jana@example.org", number="K10023")
    first = await centre.chat("Hello", address="web:visitor-9", thread="room")
    assert not first.customer.known
    second = await centre.chat("My number is K10023", address="web:visitor-9", thread="room", customer_no="K10023")
    assert second.customer.id == jana.id
    interaction = await centre.interaction(first.interaction_id)
    assert (interaction.customer_id, interaction.customer_name) == (jana.id, "Jana Weber")
    assert {one.customer_id for one in await centre.messages(first.interaction_id)} == {jana.id}
    assert (await centre.get(Table.CUSTOMER, first.customer.id)).merged_into == jana.id


async def test_empty_text_is_a_message_all_the_same(centre):
    answer = await centre.mail("", subject="Please call me")
    [message] = await centre.messages(answer.interaction_id)
    assert message.text == ""
    assert (await centre.interaction(answer.interaction_id)).last_text == "Please call me"


async def test_a_huge_text_is_cut_and_says_so(centre):
    answer = await centre.mail("ä" * 200_000)
    messages = await centre.messages(answer.interaction_id)
    [arrived] = [one for one in messages if one.author is Author.CUSTOMER]
    assert len(arrived.text.encode()) == centre.options.text_limit
    assert arrived.values["cut_bytes"] == str(400_000 - centre.options.text_limit)
    assert [one.event for one in messages if one.kind is MessageKind.EVENT] == ["text_cut"]


async def test_html_only_gives_text_and_cannot_run_or_fetch(centre):
    html = '<p>Hallo &amp; <b>danke</b></p><script>steal()</script><img src="http://spy.example/1.png">'
    answer = await centre.mail("", html=html)
    [message] = await centre.messages(answer.interaction_id)
    assert message.text == "Hallo & danke"
    assert "script" not in message.html
    assert " src=" not in message.html
    assert 'data-blocked-src="http://spy.example/1.png"' in message.html


async def test_attachments_must_have_been_uploaded(centre):
    digest = "a" * 64
    with pytest.raises(Refused) as refused:
        await centre.mail(attachments=(digest,), external_id="<1@x>")
    assert refused.value.code is Code.UNKNOWN_VALUE
    async with centre.database.write() as ledger:
        row = {"sha256": digest, "size": 7, "media_type": "text/plain", "name": "note.txt", "created_at": 0}
        await ledger.connection.execute(insert(tables.blob).values(**row))
        await holders.brought(ledger.connection, digest, "another gateway", "theirs.txt", centre.at)
    with pytest.raises(Refused):
        await centre.mail(attachments=(digest,), external_id="<1@x>")
    async with centre.database.write() as ledger:
        await holders.brought(ledger.connection, digest, CHANNEL.id, "note.txt", centre.at)
    answer = await centre.mail(attachments=(digest,), external_id="<1@x>")
    assert not answer.duplicate, "a refused message left a trace"
    [message] = await centre.messages(answer.interaction_id)
    assert [(one.name, one.size) for one in message.attachments] == [("note.txt", 7)]


@pytest.mark.parametrize(
    ("channel", "fields", "code"),
    [
        (Channel.WEB, {}, Code.UNKNOWN_CHANNEL),
        (Channel.EMAIL, {"external_id": "  "}, Code.BAD_REQUEST),
        (Channel.EMAIL, {"event": "ringing"}, Code.UNKNOWN_VALUE),
        (Channel.CALL, {"event": "exploded"}, Code.UNKNOWN_VALUE),
    ],
)
async def test_senseless_input_is_refused_with_a_code(centre, channel, fields, code):
    with pytest.raises(Refused) as refused:
        await centre.says(channel, "jana@example.org", "Hello", **fields)
    assert refused.value.code is code


async def test_overlong_ids_from_outside_are_still_told_apart(centre):
    long = "<" + "x" * 5000
    first = await centre.mail(external_id=long + "1>", thread=long)
    second = await centre.mail(external_id=long + "2>", in_reply_to=long + "1>")
    assert second.interaction_id == first.interaction_id
    assert (await centre.mail(external_id=long + "2>")).duplicate


async def test_a_clock_that_runs_ahead_is_not_believed(centre):
    answer = await centre.mail(sent_at=centre.at + timedelta(days=400))
    [message] = await centre.messages(answer.interaction_id)
    assert message.sent_at == centre.at
