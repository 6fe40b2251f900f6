"""What RT says and what becomes of it, without an RT."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desktop.backends.base import Offline, Refused
from desktop.backends.rt import credentials, queries, records, states
from desktop.backends.rt.bodies import body_of
from desktop.backends.rt.naming import Naming
from desktop.backends.rt.posts import mark_of, marks_in
from desktop.backends.rt.shapes import Attachment, CustomField, Link, Page, Ticket, Transaction, User, instant, read
from desktop.backends.rt.wishes import wish_of
from desktop.domain import commands as c
from desktop.domain.ids import AgentId, CommandId, InteractionId, QueueId
from desktop.domain.interaction import Author, InteractionState, MessageKind

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
NOBODY = User(id=6, name="Nobody")
ANNA = User(id=27, name="anna", real_name="Anna Berg")
JANA = User(id=39, name="jana@kunde.example", email_address="Jana@Kunde.example", mobile_phone="030 123456")


def ticket(**fields: Any) -> Ticket:
    return Ticket(**{"id": 7, "status": "open", "owner": NOBODY, "requestor": [JANA], "effective_id": 7, **fields})


def naming(key: str = "rt") -> Naming:
    made = Naming(key, AgentId("me"))
    made.mine = 27
    return made


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"status": "new"}, InteractionState.QUEUED),
        ({"status": "new", "owner": ANNA}, InteractionState.ACTIVE),
        ({"status": "open"}, InteractionState.QUEUED),
        ({"status": "stalled", "owner": ANNA}, InteractionState.WAITING),
        ({"status": "stalled", "starts": "2026-03-02T12:00:00Z", "owner": ANNA}, InteractionState.SNOOZED),
        ({"status": "stalled", "starts": "2026-02-02T12:00:00Z", "owner": ANNA}, InteractionState.ACTIVE),
        ({"status": "stalled", "starts": "1970-01-01T00:00:00Z"}, InteractionState.WAITING),
        ({"status": "resolved"}, InteractionState.CLOSED),
        ({"status": "rejected", "owner": ANNA}, InteractionState.CLOSED),
        ({"status": "beim Kunden", "owner": ANNA}, InteractionState.ACTIVE),
        ({"status": "abgelegt", "owner": ANNA}, InteractionState.CLOSED),
    ],
)
def test_a_status_says_where_a_contact_is_on_its_way(fields: dict[str, Any], state: InteractionState) -> None:
    assert states.state_of(ticket(**fields), NOW, frozenset({"abgelegt"})) is state


def test_priorities_go_there_and_back() -> None:
    assert [states.priority_of(states.rt_priority(one)) for one in range(1, 6)] == [1, 2, 3, 4, 5]
    assert [states.priority_of(value) for value in (None, "", "0", 250, -3, "50", "unsinn")] == [5, 5, 5, 1, 5, 3, 5]


def test_the_signed_in_agent_is_the_desks_own_and_other_accounts_stay_out() -> None:
    names = naming()
    assert names.agent(27) == "me"
    assert names.agent(28) == "rt~28"
    assert names.agent_number("me") == 27
    assert names.number("rt~28") == 28
    assert Naming("", None).number("28") == 28
    for foreign in ("28", "zd~28", "rt~", "rt~abc", "rt~²", "rt~-1", "rt~" + "9" * 30):
        with pytest.raises(Refused) as refused:
            names.number(foreign)
        assert refused.value.code == "not_found"
    assert names.file_number(names.file(5)) == 5
    with pytest.raises(Refused):
        names.file_number("0" * 64)


def test_credentials_say_whose_they_are() -> None:
    password = credentials.of_sign_in("jörg", "a:b ß")
    assert credentials.user_of(password) == "jörg"
    assert credentials.user_of(credentials.of_sign_in("", " token 1-27-abc ")) == "27"
    for nonsense in ("token 27", "token 1-x-y", "Basic !!", "", "token"):
        assert credentials.user_of(nonsense) == ""


def test_rt_writes_numbers_and_nothing_as_it_happens() -> None:
    body = (
        b'{"items":[{"id":"7","Status":"open","Owner":{"id":6,"Name":"Nobody"},"Queue":{"id":"1","Name":null},'
        b'"Priority":"50","Told":"1970-01-01T00:00:00Z","LastUpdated":"2026-03-01T12:00:00Z","CustomFields":"",'
        b'"EffectiveId":"7","Requestor":[{"id":39,"RealName":null}]}],"total":null}'
    )
    (found,) = read(Page[Ticket], body).items
    assert (found.id, found.home, found.owner.id, found.queue.id) == (7, 7, 6, 1)
    assert instant(found.told) is None
    assert found.updated == int(NOW.timestamp())
    assert read(list[str], '["Kommentar hinzugefügt"]'.encode("latin-1")) == ["Kommentar hinzugefügt"]
    for garbage in (b"", b"<html>", b"[]", b'{"items":[{"id":"x"}]}', b"[" * 100_000, b"\xff\xfe"):
        with pytest.raises(Offline):
            read(Page[Ticket], garbage)


def test_a_time_is_written_as_the_clock_of_the_user_shows_it() -> None:
    at = int(datetime(2026, 3, 1, 2, 30, tzinfo=UTC).timestamp())
    assert queries.literal(at, -18_000) == "'2026-02-28 21:30:00'"
    assert queries.literal(at, 19_800) == "'2026-03-01 08:00:00'"
    assert "id > 9" in queries.updated_after(at, 9, 0)
    assert queries.updated_after(0, 0, 3600) == queries.ALL
    asked = queries.of_tickets({3: 0, 2: 50}, queries.PLAIN)
    assert "TicketId = 3" in asked
    assert "(TicketId = 2 AND id > 50)" in asked


def test_a_mark_is_found_again_in_the_headers_rt_keeps() -> None:
    command_id = CommandId("0190a1b2-0000-7000-8000-000000000001")
    kept = (
        'Content-Disposition: inline\nContent-Type: text/plain; charset="utf-8";\n'
        f'\tx-dirigent="{mark_of(command_id)}"\nContent-Length: 8'
    )
    assert marks_in(kept) == command_id
    assert marks_in(f"Content-Type: text/html; x-dirigent={command_id}") == command_id
    # Of words in another header, or of a customer's, nothing is believed.
    for other in ("Subject: x-dirigent=1", "Content-Type: text/plain\nX: ; x-dirigent=1", "", "Content-Type"):
        assert marks_in(other) == ""
    odd = CommandId('a" ; b=\r\n')
    assert marks_in(f'Content-Type: a/b; x-dirigent="{mark_of(odd)}"') == mark_of(odd)
    assert len(mark_of(odd)) == 64


def test_the_parts_of_a_mail_become_text_and_files() -> None:
    parts = [
        Attachment(id=1, content_type="multipart/mixed", subject="Frage", message_id="a@b"),
        Attachment(id=2, content_type="multipart/alternative"),
        Attachment(id=3, content_type="text/plain"),
        Attachment(id=4, content_type="text/html"),
        Attachment(id=5, content_type="text/plain", filename="../../etc/liste.txt", content_length="12"),
        Attachment(id=6, content_type="image/png"),
    ]
    texts = {3: "Hallo\r\nWelt\x00", 4: "<p>Hallo<br>Welt</p><script>x</script>"}
    body = body_of(parts, texts, naming().file)
    assert body.content.text == "Hallo\nWelt"
    assert "script" not in body.content.html
    assert [(file.sha256, file.name, file.size) for file in body.files] == [
        ("rt~file-5", "liste.txt", 12),
        ("rt~file-6", "6.png", 0),
    ]
    assert (body.subject, body.external_id) == ("Frage", "a@b")
    assert body_of([], {}, naming().file).content.text == ""


def test_a_picture_in_a_mail_is_the_file_that_came_with_it() -> None:
    parts = [
        Attachment(id=1, content_type="multipart/related"),
        Attachment(id=2, content_type="text/html"),
        Attachment(
            id=3, content_type="image/png", headers="Content-Type: image/png\nContent-ID: <logo@firm.example>\n"
        ),
    ]
    html = '<p>Hallo <img alt="" src="cid:logo%40firm.example"><img src="cid:other"><img src=https://spy.example/x></p>'
    body = body_of(parts, {2: html}, naming().file)
    assert f'src="cid:{body.files[0].sha256}"' in body.content.html
    assert ' src="https' not in body.content.html


@pytest.mark.parametrize(
    "text", ["", "😀" * 10, "\x00\x01", "\u202eabc", "<" * 50_000, "a" * 1_000_000, "<b>" * 20_000]
)
def test_whatever_a_customer_writes_is_put_up_with(text: str) -> None:
    for media_type in ("text/plain", "text/html"):
        parts = [Attachment(id=3, content_type=media_type)]
        body = body_of(parts, {3: text}, naming().file)
        said = Transaction(id=9, type="Correspond", creator=JANA, created="2026-03-01T12:00:00Z")
        message = records.message(said, ticket(subject=text), naming(), body)
        assert message is not None
        assert message.author is Author.CUSTOMER
        assert len(message.text.encode()) <= 256 * 1024


def test_what_was_said_within_one_second_stays_in_order() -> None:
    bodies = [body_of([], {}, str)] * 3
    made = [
        Transaction(id=number, type="Correspond", creator=JANA, created="2026-03-01T12:00:00Z")
        for number in (99, 100, 1000)
    ]
    told = [records.message(one, ticket(), naming(), body) for one, body in zip(made, bodies, strict=True)]
    instants = [one.sent_at for one in told if one is not None]
    assert instants == sorted(set(instants))
    assert {at.replace(microsecond=0) for at in instants} == {datetime(2026, 3, 1, 12, tzinfo=UTC)}


def test_transactions_are_messages_notes_events_or_nothing() -> None:
    def of(**fields: Any) -> Any:
        made = Transaction(**{"id": 9, "creator": ANNA, "created": "2026-03-01T12:00:00Z", **fields})
        return records.message(made, ticket(), naming(), None)

    assert of(type="Status", field="Status", old_value="open", new_value="resolved").event == "closed"
    assert of(type="Status", field="Status", old_value="resolved", new_value="open").event == "reopened"
    queue = of(type="Set", field="Queue", old_value="1", new_value="4")
    assert (queue.kind, queue.event, queue.values) == (MessageKind.EVENT, "transferred", {"to_queue": "rt~4"})
    assert of(type="SetWatcher", field="Owner", new_value="27").event == "accepted"
    assert of(type="SetWatcher", field="Owner", new_value="28").values == {"to_agent": "rt~28"}
    for kind in ("Set", "AddWatcher", "CustomField", "AddLink", "Status"):
        assert of(type=kind, field="Subject", old_value="a", new_value="b") is None


def test_a_customer_keeps_their_addresses_and_a_case_its_fields() -> None:
    customer = records.customer(JANA, naming())
    assert [(one.kind, one.normalised) for one in customer.identities] == [
        ("email", "jana@kunde.example"),
        ("phone", "+4930123456"),
    ]
    fields = [CustomField(name="Vertrag", values=["V-1", 2, {"filename": "x"}]), CustomField(name="Leer")]
    links = (Link(ref="self", type="ticket", id=7), Link(ref="parent", type="ticket", id="3"))
    case = records.case(ticket(custom_fields=fields), naming(), links, version=1, inactive=frozenset())
    assert case is not None
    assert case.fields == {"Vertrag": "V-1, 2", "parent": "#3"}
    assert records.case(ticket(custom_fields=""), naming(), (), version=1, inactive=frozenset()) is None


def test_what_rt_has_not_is_refused_before_anything_is_asked() -> None:
    contact = InteractionId("rt~7")
    for command in (
        c.Hold(interaction_id=contact),
        c.Accept(interaction_id=contact),
        c.EndContact(interaction_id=contact),
        c.SetIntent(interaction_id=contact, intent="x"),
        c.TakeNext(),
    ):
        with pytest.raises(Refused) as refused:
            wish_of(command, naming())
        assert refused.value.code == "unsupported"


def test_a_wish_is_met_by_how_the_ticket_is() -> None:
    contact = InteractionId("rt~7")
    until = NOW + timedelta(days=1, microseconds=5)
    snooze = wish_of(c.Snooze(interaction_id=contact, until=until), naming())
    assert snooze.steps(ticket()) == [("", {"Status": "stalled", "Starts": "2026-03-02 12:00:00"})]
    assert snooze.is_met(ticket(status="stalled", starts="2026-03-02T12:00:00Z"))
    assert not snooze.is_met(ticket(status="open", starts="2026-03-02T12:00:00Z"))
    given = wish_of(c.Transfer(interaction_id=contact, to_queue=QueueId("rt~4")), naming())
    assert given.steps(ticket(owner=ANNA)) == [("", {"Owner": "Nobody", "Queue": "4"})]
    with pytest.raises(Refused) as refused:
        given.check(ticket(owner=User(id=99, name="bernd")))
    assert refused.value.code == "not_owner"
    lead = wish_of(c.Reassign(interaction_id=contact, to_agent=AgentId("rt~28")), naming())
    assert [path for path, _ in lead.steps(ticket(owner=User(id=99, name="bernd")))] == ["/steal", ""]
    closed = wish_of(c.WrapUp(interaction_id=contact, disposition="sonstwas", summary=" x "), naming())
    assert closed.is_met(ticket(status="resolved"))
    assert closed.note == "x"
