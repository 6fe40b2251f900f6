"""A customer forbids a channel by a word on it, changes what they said, and goes on by another channel."""

from __future__ import annotations

from desktop.domain import commands as c
from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.customer import OPTED_OUT
from desktop.domain.interaction import Author, MessageKind

PHONE = "+491701234567"


async def test_stop_closes_the_channel_and_start_opens_it_again(centre):
    jana = await centre.customer("Jana", PHONE, "jana@example.org")
    await centre.ready("anna")
    asked = await centre.says(Channel.SMS, PHONE, "Wo ist mein Paket?")
    await centre.do("anna", c.Accept(interaction_id=asked.interaction_id))
    stopped = await centre.says(Channel.SMS, PHONE, "STOP", choice="opt_out")
    assert stopped.interaction_id == asked.interaction_id
    consent = (await centre.get(Table.CUSTOMER, jana.id)).consents[0]
    assert (consent.purpose, consent.is_granted, consent.source) == ("sms", False, OPTED_OUT)
    answer = c.SendMessage(interaction_id=asked.interaction_id, text="Morgen")
    assert await centre.refusal("anna", answer) == "no_consent"
    assert [one.event for one in await centre.messages(asked.interaction_id) if one.event] == ["opt_out"]

    await centre.says(Channel.SMS, PHONE, "START", choice="opt_in")
    await centre.do("anna", answer)


async def test_stop_out_of_the_blue_gives_nobody_work(centre):
    jana = await centre.customer("Jana", PHONE)
    answer = await centre.says(Channel.SMS, PHONE, "Stop", choice="opt_out")
    assert (answer.interaction_id, answer.customer.id) == ("", jana.id)
    stranger = await centre.says(Channel.SMS, "+491709999999", "Stop", choice="opt_out")
    assert stranger.interaction_id == ""
    assert (await centre.get(Table.CUSTOMER, stranger.customer.id)).consents[0].purpose == "sms"


async def test_the_last_words_change_with_the_message_and_its_wording_is_kept_for_the_audit(centre):
    await centre.customer("Jana", PHONE)
    asked = await centre.says(Channel.MESSENGER, PHONE, "Ich will 3 Stück", external_id="e1")
    edited = {"event": "edited", "replaces": "e1"}
    answer = await centre.says(Channel.MESSENGER, PHONE, "Ich will 30 Stück", external_id="e2", **edited)
    assert answer.message_id == asked.message_id
    contact = await centre.interaction(asked.interaction_id)
    assert contact.last_text == "Ich will 30 Stück"
    await centre.says(Channel.MESSENGER, PHONE, event="redacted", replaces="e1", external_id="e3")
    message = await centre.get(Table.MESSAGE, asked.message_id)
    assert (message.text, message.is_redacted) == ("", True)
    assert (await centre.interaction(asked.interaction_id)).last_text == ""
    assert "30" not in (await centre.get(Table.TOUCHPOINT, asked.interaction_id)).title
    async with centre.database.read() as ledger:
        kept = await ledger.note(f"earlier.{asked.message_id}")
    assert "Ich will 3 Stück" in kept
    assert "Ich will 30 Stück" in kept


async def test_what_cannot_be_read_is_a_contact_that_says_so(centre):
    answer = await centre.says(Channel.MESSENGER, "matrix:@jana:example.org", event="encrypted")
    (said,) = await centre.messages(answer.interaction_id)
    assert (said.kind, said.event, said.author) == (MessageKind.EVENT, "encrypted", Author.SYSTEM)


async def test_who_goes_on_by_sms_stays_in_the_contact_and_is_answered_there(centre):
    jana = await centre.customer("Jana", PHONE, "jana@example.org")
    id_ = await centre.accepted("anna", address="jana@example.org", thread="chat:shop:1")
    sms = await centre.says(Channel.SMS, PHONE, "Ich bin jetzt unterwegs", account="sms-de")
    assert sms.interaction_id == id_
    contact = await centre.interaction(id_)
    assert (contact.customer_id, contact.channel, contact.last_channel) == (jana.id, Channel.CHAT, Channel.SMS)
    said = (await centre.messages(id_))[-1]
    assert said.channel is Channel.SMS
    done = await centre.do("anna", c.SendMessage(interaction_id=id_, text="Gern", channel=Channel.SMS))
    del done
    answer = (await centre.messages(id_))[-1]
    assert answer.values == {"to": PHONE, "account": "sms-de"}
    await centre.chat("Wieder da", address="jana@example.org", thread="chat:shop:1")
    assert (await centre.interaction(id_)).last_channel is None


async def test_an_old_contact_is_gone_on_with_only_where_the_agent_wrote_there(centre):
    await centre.customer("Jana", PHONE, "jana@example.org")
    mail = await centre.mail("Meine Rechnung ist falsch")
    centre.later(days=2)
    sms = await centre.says(Channel.SMS, PHONE, "Etwas ganz anderes")
    assert sms.interaction_id != mail.interaction_id


async def test_a_mail_that_answers_an_agents_mail_in_a_chat_comes_into_the_chats_contact(centre):
    await centre.customer("Jana", "jana@example.org")
    id_ = await centre.accepted("anna", address="jana@example.org", thread="chat:shop:2")
    await centre.do("anna", c.SendMessage(interaction_id=id_, text="Näheres per Mail", channel=Channel.EMAIL))
    sent = (await centre.messages(id_))[-1]
    back = await centre.mail("Danke", in_reply_to=sent.external_id)
    assert back.interaction_id == id_
    assert (await centre.messages(id_))[-1].channel is Channel.EMAIL


async def test_a_text_message_has_ten_parts_at_most(centre):
    await centre.customer("Jana", PHONE)
    await centre.ready("anna")
    asked = await centre.says(Channel.SMS, PHONE, "Hallo")
    await centre.do("anna", c.Accept(interaction_id=asked.interaction_id))
    long = c.SendMessage(interaction_id=asked.interaction_id, text="ж" * 700)
    assert await centre.refusal("anna", long) == "too_large"
