"""What is made of what Chatwoot says, whatever it says."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from desktop.backends.chatwoot import fields, files, records, set_up
from desktop.backends.chatwoot.ledger import Ledger
from desktop.backends.chatwoot.names import Names
from desktop.domain.agent import PresenceState
from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.customer import Customer
from desktop.domain.ids import AgentId
from desktop.domain.interaction import Author, Delivery, Interaction, InteractionState, MessageKind
from desktop.wire import records as wire

NAMES = Names("cw", AgentId("me"))
NAMES.user = 7
FAILED = Delivery.FAILED

AWFUL: list[Any] = [
    None,
    True,
    -1,
    2**70,
    1e308,
    float("nan"),
    "",
    "\x00\x1b[31m",
    "‮evil",
    "<script>alert(1)</script><img src=x onerror=y>",
    "😀" * 5000,
    "9" * 400,
    [],
    [None, [[]], {"id": {}}],
    {},
    {"id": {"id": "id"}},
]


def _conversation(**more: Any) -> dict[str, Any]:
    return {
        "id": 12,
        "status": "open",
        "inbox_id": 2,
        "created_at": 1_700_000_000,
        "updated_at": 1_700_000_100.25,
        **more,
    }


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ({}, InteractionState.QUEUED),
        ({"meta": {"assignee": {"id": 8}}}, InteractionState.ACTIVE),
        ({"status": "pending"}, InteractionState.QUEUED),
        ({"status": "pending", "meta": {"assignee": {"id": 8}}}, InteractionState.ON_HOLD),
        ({"status": "snoozed", "snoozed_until": 1_700_009_999}, InteractionState.SNOOZED),
        ({"status": "snoozed"}, InteractionState.WAITING),
        ({"status": "resolved", "meta": {"assignee": {"id": 8}}}, InteractionState.CLOSED),
    ],
)
def test_each_status_has_its_state(more: dict[str, Any], state: InteractionState) -> None:
    assert records.interaction(_conversation(**more), NAMES).state is state


def test_ids_of_an_account_are_its_own_and_the_agent_is_known_as_at_the_desk() -> None:
    row = _conversation(meta={"assignee": {"id": 7}, "sender": {"id": 3}, "team": {"id": 5}})
    found = records.interaction(row, NAMES)
    assert (found.id, found.assignee, found.customer_id, found.queue) == ("cw~12", "me", "cw~3", "cw~team-5")
    assert (NAMES.number_of("cw~12"), NAMES.number_of("12"), NAMES.number_of("zd~12")) == (12, None, None)
    assert (NAMES.user_of("me"), NAMES.user_of("cw~8"), NAMES.user_of("cw~x")) == (7, 8, None)
    assert (NAMES.team_of("cw~team-5"), NAMES.team_of("cw~inbox-5"), NAMES.inbox_of("cw~inbox-²")) == (5, None, None)
    assert NAMES.label_of(NAMES.disposition("label-x")) == "label-x"
    assert NAMES.label_of(NAMES.disposition("")) == ""


@pytest.mark.parametrize(
    ("row", "author", "kind", "delivery"),
    [
        (
            {"message_type": 0, "sender": {"id": 3, "type": "contact"}},
            Author.CUSTOMER,
            MessageKind.TEXT,
            Delivery.RECEIVED,
        ),
        ({"message_type": 1, "sender": {"id": 7, "type": "user"}}, Author.AGENT, MessageKind.TEXT, Delivery.SENT),
        (
            {"message_type": 1, "sender": {"id": 7, "type": "user"}, "private": True},
            Author.AGENT,
            MessageKind.NOTE,
            Delivery.RECEIVED,
        ),
        ({"message_type": 1, "sender": {"type": "agent_bot"}}, Author.BOT, MessageKind.TEXT, Delivery.SENT),
        ({"message_type": 2}, Author.SYSTEM, MessageKind.EVENT, Delivery.RECEIVED),
        ({"message_type": 3, "status": "delivered"}, Author.BOT, MessageKind.TEXT, Delivery.DELIVERED),
        (
            {"message_type": 1, "sender": {"type": "user"}, "status": "failed"},
            Author.AGENT,
            MessageKind.TEXT,
            Delivery.FAILED,
        ),
    ],
)
def test_who_said_it_and_how_far_it_got(row: Any, author: Author, kind: MessageKind, delivery: Delivery) -> None:
    found = records.message({"id": 5, "content": "x", "created_at": 1_700_000_000, **row}, 12, NAMES)
    assert (found.author, found.kind, found.delivery) == (author, kind, delivery)
    assert bool(found.failure) is (delivery is FAILED)


def test_each_inbox_has_its_channel() -> None:
    assert set_up.channel_of("Channel::WebWidget") is Channel.CHAT
    assert set_up.channel_of("Channel::Email") is Channel.EMAIL
    assert set_up.channel_of("Channel::TwilioSms") is Channel.SMS
    assert set_up.channel_of("Channel::TwilioSms", "whatsapp") is Channel.MESSENGER
    assert set_up.channel_of("Channel::SomethingNew") is Channel.MESSENGER
    assert set_up.agent({"id": 8, "availability_status": "busy"}, NAMES).presence.state is PresenceState.AWAY


@pytest.mark.parametrize("awful", AWFUL, ids=repr)
def test_whatever_stands_in_a_field_makes_a_record_that_can_be_read_again(awful: Any) -> None:
    names = {
        *Interaction.__struct_fields__,
        *Customer.__struct_fields__,
        "content",
        "message_type",
        "content_attributes",
        "private",
        "sender",
        "attachments",
        "meta",
        "snoozed_until",
        "custom_attributes",
        "additional_attributes",
        "messages",
        "last_activity_at",
        "waiting_since",
        "phone_number",
        "identifier",
        "confirmed",
        "uid",
        "availability_status",
        "short_code",
        "title",
        "channel_type",
        "inbox_id",
        "last_non_activity_message",
    }
    for name in sorted(names):
        row = {"id": 5, "message_type": 1, "created_at": 1_700_000_000, name: awful}
        nested = {
            "id": 5,
            "meta": {"sender": row, "assignee": row, "team": row},
            "attachments": [row],
            "custom_attributes": row,
        }
        for one in (row, nested):
            made = [
                records.interaction(one, NAMES),
                records.message(one, 12, NAMES),
                records.customer(one, NAMES),
                records.case(one, NAMES),
                records.profile(one, NAMES),
                set_up.agent(one, NAMES),
                set_up.inbox(one, NAMES),
                set_up.template(one, NAMES),
                set_up.disposition(one, NAMES),
            ]
            for record in made:
                if record is not None:
                    again = wire.decode(wire.type_of(record), wire.encode(record))
                    assert again.id == record.id


def test_a_megabyte_is_read_at_once() -> None:
    huge = "ß\x00😀" * 250_000
    found = records.message({"id": 5, "content": huge, "created_at": 1}, 12, NAMES)
    assert found.text == huge
    row = _conversation(messages=[{"id": 5, "content": huge, "created_at": 1}])
    assert len(records.interaction(row, NAMES).last_text) <= 500


def test_times_are_read_in_every_form_chatwoot_has_used() -> None:
    at = 1_700_000_000_000_000
    for value in (
        1_700_000_000,
        1_700_000_000.0,
        "1700000000",
        "2023-11-14T22:13:20Z",
        "2023-11-14T22:13:20.000+00:00",
    ):
        assert fields.micros({"at": value}, "at") == at
    for value in (None, "", "soon", -5, True, 1e300, "1e400", {}):
        assert fields.micros({"at": value}, "at") == 0


def test_a_record_without_a_date_keeps_its_version_until_it_reads_otherwise() -> None:
    ledger = Ledger(most=3)
    one = records.customer({"id": 3, "name": "Jana"}, NAMES)
    first = ledger.told(one, 1000)
    assert (first.seq, ledger.told(one, 2000).seq) == (1000, 1000)
    changed = msgspec.structs.replace(one, name="Jana Weber")
    assert ledger.told(changed, 3000).seq == 3000
    assert ledger.told(one, 3000).seq == 3001
    assert ledger.gone(Table.CUSTOMER, one.id, 10).seq == 3001
    for number in range(10):
        ledger.told(records.customer({"id": 100 + number}, NAMES), 1)
    assert ledger.knows(Table.CUSTOMER, "cw~109")
    assert not ledger.knows(Table.CUSTOMER, "cw~100")


def test_a_received_file_is_named_by_where_it_is() -> None:
    row = {
        "id": 9,
        "data_url": "https://cdn.example/a/Rechnung%20M%C3%A4rz.pdf?sig=1",
        "file_size": 7,
        "file_type": "file",
    }
    names = Names("cw", None)
    found = files.attachment(row, names, 12, 345)
    assert found is not None
    told = (found.name, found.media_type, found.size, found.sha256)
    assert told == ("Rechnung März.pdf", "application/pdf", 7, "cw~file-12-345-9")
    assert names.file_of(found.sha256) == (12, 345, 9)
    assert [names.file_of(one) for one in ("file-12-345-9", "cw~12", "cw~file-1-2", "cw~file-1-2-x")] == [None] * 4
    assert files.attachment({"id": 9, "file_type": "location"}, names, 12, 345) is None
    again = files.attachment({**row, "data_url": "https://elsewhere.example/x.pdf"}, names, 12, 345)
    assert again is not None
    assert again.sha256 == found.sha256


def test_pictures_in_a_mail_are_files_of_the_message() -> None:
    url = "https://chat.firm.example/rails/active_storage/blobs/redirect/abc/logo.png"
    html = f'<p>Hello <img src="{url}"><img src="https://spy.example/x.gif"></p><script>alert(1)</script>'
    row = {
        "id": 345,
        "message_type": 0,
        "content": "Hello",
        "created_at": 1_700_000_000,
        "content_attributes": {"email": {"html_content": {"full": html}}},
        "attachments": [{"id": 9, "data_url": url, "file_type": "image", "file_size": 7}],
    }
    message = records.message(row, 12, Names("cw", None))
    assert message.text == "Hello"
    assert f'src="cid:{message.attachments[0].sha256}"' in message.html
    assert not any(word in message.html for word in ("script", ' src="https'))
    assert records.message({**row, "content_attributes": {}}, 12, Names("cw", None)).html == ""
