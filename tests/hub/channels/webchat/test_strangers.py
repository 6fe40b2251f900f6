"""What somebody gets who should not: nothing. Other visitors, other pages, those who try."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.customer import Customer, Identity, IdentityKind
from desktop.domain.ids import CustomerId, InteractionId, MessageId
from desktop.domain.interaction import Author, Delivery, Message, MessageKind
from desktop.hub.channels.webchat import limits
from desktop.hub.channels.webchat.conversation import is_shown

PDF = b"%PDF-1.4 bill"
ADDRESSES = [
    ("GET", "/events"),
    ("POST", "/messages"),
    ("POST", "/signals"),
    ("POST", "/visits"),
    ("POST", "/end"),
    ("POST", "/files"),
    ("GET", "/files/" + "0" * 64),
    ("POST", "/rating"),
    ("GET", "/transcript"),
    ("POST", "/transcript"),
]


@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_without_a_token_of_this_chat_nothing_is_answered(centre, method: str, path: str) -> None:
    page, other = centre.page(), centre.page("guests")
    other.come()
    for token in ("", "dgv1.x.y", other.token, centre.hub.token("channel")):
        page.token = token
        answer = page.call(method, path, json={} if method == "POST" else None)
        assert answer.status_code == 401, (token[:12], answer.text)


@pytest.mark.parametrize(("method", "path"), [*ADDRESSES, ("GET", "/config"), ("POST", "/session")])
def test_a_page_that_is_not_named_gets_nothing_and_may_read_nothing(centre, method: str, path: str) -> None:
    page = centre.page()
    page.come()
    stranger = centre.page(origin="https://evil.example")
    stranger.token = page.token
    answer = stranger.call(method, path, json={} if method == "POST" else None)
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers
    asked = stranger.call("OPTIONS", path)
    assert asked.status_code == 403
    assert "access-control-allow-origin" not in asked.headers


def test_a_page_that_is_named_may_ask(centre) -> None:
    page = centre.page()
    for _, path in ADDRESSES:
        asked = page.call("OPTIONS", path)
        assert asked.status_code == 200, path
        assert asked.headers["access-control-allow-origin"] == "https://shop.example"
        assert "authorization" in asked.headers["access-control-allow-headers"]
        assert "access-control-allow-credentials" not in asked.headers
    refused = page.http.get("/events")
    assert refused.status_code == 401
    assert refused.headers["access-control-allow-origin"] == "https://shop.example"  # so that the page can read why


def test_a_post_that_names_no_origin_is_not_from_a_page(centre) -> None:
    assert centre.page(origin=None).come().status_code == 403


def test_two_visitors_never_see_each_others_words(centre) -> None:
    jana, piet = centre.page(), centre.page()
    jana.say("Meine IBAN ist geheim")
    piet.say("Guten Tag")
    id_ = centre.answer(jana, "Danke, Jana")
    jana.bring(PDF, "jana.pdf")
    assert piet.words == ["Guten Tag"]
    assert "Jana" not in piet.call("GET", "/transcript").text
    piet.signal("read", id_)
    (message,) = [one for one in centre.messages(jana) if one.id == id_]
    assert message.delivery != "read"
    piet.call("POST", "/end", json={"key": "not-yours"})
    assert jana.standing["state"] == "active"


def test_notes_whispers_and_events_stay_inside(centre) -> None:
    page = centre.page()
    page.say("Hallo")
    contact = centre.accept(page)
    assert (
        centre.hub.command("anna", "add_note", interaction_id=contact.id, text="schwierig").json()["outcome"]
        == "applied"
    )
    centre.hub.command("otto", "whisper", interaction_id=contact.id, text="gib ihr zehn Prozent")
    centre.answer(page, "Guten Tag")
    text = page.call("GET", "/events?after=0&once=1").text + page.call("GET", "/transcript").text
    assert "schwierig" not in text
    assert "Prozent" not in text
    assert "anna@" not in text
    assert contact.customer_id not in text
    assert page.words == ["Hallo", "Guten Tag"]


def test_a_file_is_for_its_own_chat(centre) -> None:
    jana, piet = centre.page(), centre.page()
    jana.come()
    piet.come()
    brought = jana.bring(PDF, "Rechnung J%C3%A4ger.pdf").json()
    assert (brought["media_type"], brought["name"]) == ("application/pdf", "Rechnung Jäger.pdf")
    sha256 = brought["sha256"]
    assert jana.say("", files=[brought["ticket"]]).status_code == 200
    got = jana.call("GET", f"/files/{sha256}")
    assert got.content == PDF
    assert got.headers["content-disposition"].startswith("attachment")
    piet.say("Hallo")
    assert piet.call("GET", f"/files/{sha256}").status_code == 404
    # Neither knowing what a file is called inside nor somebody else's ticket makes it one's own.
    for ticket in (brought["ticket"], sha256):
        assert piet.say("meine?", files=[ticket]).json()["code"] == "unknown_value"
    assert piet.call("GET", f"/files/{sha256}").status_code == 404


def test_the_same_file_of_two_visitors_keeps_two_names(centre) -> None:
    jana, piet = centre.page(), centre.page()
    tickets = []
    for page, name in ((jana, "jana-weber.pdf"), (piet, "piet.pdf")):
        page.come()
        tickets.append(page.bring(PDF + b" twice", name).json()["ticket"])
    jana.say("", files=[tickets[0]])
    piet.say("", files=[tickets[1]])
    assert [one["files"][0]["name"] for one in (jana.said[0], piet.said[0])] == ["jana-weber.pdf", "piet.pdf"]


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"MZ\x90\x00" + b"\x00" * 60, "photo.png", "type_not_allowed"),
        (b"<html><script>alert(1)</script>", "bill.pdf", "type_not_allowed"),
        (b"hello", "setup.exe", "type_not_allowed"),
        (b"OggS" + b"\x00" * 60, "sound.ogg", "type_not_allowed"),
        (b"", "empty.txt", "bad_request"),
        (b"x" * (10 * 1024 * 1024 + 1), "long.txt", "too_large"),
    ],
    ids=["program", "page", "name", "kind", "empty", "size"],
)
def test_what_a_file_is_is_told_by_what_is_in_it(centre, data: bytes, name: str, code: str) -> None:
    page = centre.page()
    page.come()
    assert page.bring(data, name, "application/pdf").json()["code"] == code


def test_who_is_too_fast_is_told_when_to_come_back(centre) -> None:
    page, other = centre.page(), centre.page()
    answers = [page.say(f"{number}") for number in range(limits.MESSAGES.burst + 3)]
    assert answers[0].status_code == 200
    last = answers[-1]
    assert (last.status_code, last.json()["code"]) == (429, "rate_limited")
    assert int(last.headers["retry-after"]) >= 1
    assert other.say("Hallo").status_code == 200


def test_one_visitor_has_only_so_many_streams(centre) -> None:
    page = centre.page()
    page.come()
    headers = {"Authorization": f"Bearer {page.token}"}
    open_: list[Any] = []
    try:
        for _ in range(limits.STREAMS_OF_VISITOR):
            stream = page.http.stream("GET", "/events", headers=headers)
            open_.append(stream)
            assert stream.__enter__().status_code == 200
        assert page.call("GET", "/events").json()["code"] == "rate_limited"
    finally:
        for stream in open_:
            stream.__exit__(None, None, None)


def test_there_is_no_chat_without_an_account(centre) -> None:
    for name in ("nobody", "..%2f..%2fv1", "%00"):
        answer = httpx.get(f"{centre.hub.url}/chat/{name}/config")
        assert answer.status_code == 404, name


def test_nothing_of_a_token_or_text_is_in_the_log(centre, caplog) -> None:
    page = centre.page()
    page.say("Mein Geheimnis")
    page.token += "x"
    page.call("GET", "/events")
    page.call("POST", "/messages", content=b'{"key": "Geheimnis"')
    assert page.token not in caplog.text
    assert "Geheimnis" not in caplog.text


# --- signed in ------------------------------------------------------------------------------------------------------------


def test_a_chat_for_members_opens_for_whom_the_site_vouches(centre, identity) -> None:
    page = centre.page("members")
    assert page.come().status_code == 401
    assert page.come(identity="nonsense").status_code == 401
    assert page.come(identity=identity(aud="guests")).status_code == 401
    assert page.come(identity=identity(name="Jana Weber")).json()["name"] == "Jana Weber"
    page.say("Hallo")
    first = centre.hub.read(_newest)
    assert first.customer_name == "Jana Weber"


def test_whom_the_site_vouches_for_is_the_customer_of_that_number(centre, identity) -> None:
    jana = Customer(
        id=CustomerId("jana"),
        name="Jana Weber",
        number="C-2002",
        identities=(Identity(kind=IdentityKind.CUSTOMER_NO, value="C-2002", normalised="C2002", is_verified=True),),
    )
    centre.hub.put(jana)
    page = centre.page("members")
    page.come(identity=identity(sub="C-2002", name="Jana Weber"))
    page.say("Hallo")
    assert centre.hub.read(_newest).customer_id == "jana"


async def _newest(ledger: Any) -> Any:
    return (await ledger.find(Table.INTERACTION, newest_first=True, limit=1))[0]


def test_a_statement_that_leaked_opens_nothing_a_second_time(centre, identity) -> None:
    statement = identity()
    owner, thief = centre.page("members"), centre.page("members")
    assert owner.come(identity=statement).status_code == 200
    owner.say("Meine Kontonummer")
    assert thief.come(identity=statement).status_code == 401
    assert owner.come(identity=statement).json()["has_chat"] is True  # the page it was made for was loaded anew


def test_the_next_one_at_the_same_machine_gets_nothing_of_the_last(centre, identity) -> None:
    page = centre.page("guests")
    page.come(identity=identity(sub="C-1", aud="guests"))
    page.say("Meine Diagnose")
    kept = page.token
    for values in ({"identity": identity(sub="C-2", aud="guests")}, {}):
        page.token = kept
        assert page.come(**values).json()["has_chat"] is False
        assert page.say("Guten Tag").status_code == 200
        assert page.words == ["Guten Tag"]


def test_who_signs_in_during_a_chat_goes_on_with_it(centre, identity) -> None:
    page = centre.page("guests")
    page.say("Hallo")
    assert page.come(identity=identity(aud="guests", name="Jana")).json() | {"token": ""} == {
        "token": "",
        "chat": _chat(page.token),
        "has_chat": True,
        "name": "Jana",
    }


def _chat(token: str) -> str:
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))[2]


@pytest.mark.parametrize("kind", [kind for kind in MessageKind if kind is not MessageKind.TEXT])
def test_only_what_was_said_aloud_is_shown(kind: MessageKind) -> None:
    said = Message(
        id=MessageId("m"),
        interaction_id=InteractionId("i"),
        author=Author.AGENT,
        sent_at=datetime(2026, 3, 2, tzinfo=UTC),
        channel=Channel.CHAT,
        text="x",
        delivery=Delivery.SENT,
    )
    assert is_shown(said)
    assert not is_shown(replace(said, kind=kind))
    assert not is_shown(replace(said, channel=Channel.EMAIL))
    assert not is_shown(replace(said, author=Author.SYSTEM))
    assert not is_shown(replace(said, delivery=Delivery.FAILED))
