"""When a chat is over: how it was, and what was said, to keep."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from desktop.domain.channels import Channel
from desktop.domain.interaction import Author, Delivery, Message
from desktop.hub.channels.webchat.transcript import zone_of


def finished(centre, account: str = "shop"):
    page = centre.page(account)
    page.say("Wo ist mein Paket?")
    centre.answer(page, "Es kommt morgen.")
    page.call("POST", "/end", json={"key": "that-was-it"}).raise_for_status()
    return page


def test_a_rating_is_read_by_the_agent_and_brings_nothing_back(centre) -> None:
    page = finished(centre)
    for rating, comment in ((4, "Ging schnell\u0000!"), (1, "Doch nicht")):
        page.call("POST", "/rating", json={"rating": rating, "comment": comment}).raise_for_status()
    words = [one.text for one in centre.messages(page) if one.channel is Channel.WEB]
    assert words == ["★★★★☆\nGing schnell!"]
    ratings = [(one.kind, one.rating) for one in centre.touchpoints(page) if one.rating]
    assert ("survey", 4) in ratings
    assert ("contact", 4) in ratings
    assert centre.contact(page).state == "wrap_up"
    assert page.words == ["Wo ist mein Paket?", "Es kommt morgen."]


def test_what_nobody_answered_is_not_rated(centre) -> None:
    page = centre.page()
    assert page.come().status_code == 200
    assert page.call("POST", "/rating", json={"rating": 5}).json()["code"] == "not_found"
    page.say("Hallo?")
    assert page.call("POST", "/rating", json={"rating": 1}).json()["code"] == "illegal_state"
    assert page.call("POST", "/rating", json={"rating": 6}).json()["code"] == "bad_request"


def test_a_transcript_says_who_said_what(centre) -> None:
    page = finished(centre)
    answer = page.call("GET", "/transcript", params={"language": "de", "zone": "Europe/Berlin"})
    assert answer.headers["content-type"].startswith("text/plain")
    lines = answer.text.split("\n")
    assert lines[0].startswith("Nordwind, 2")
    assert [line.split(" ", 1)[-1] for line in lines if line[:2].isdigit()] == ["Sie", "Anna"]
    assert "Wo ist mein Paket?" in lines


def test_any_time_zone_will_do() -> None:
    at = datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert at.astimezone(zone_of("Europe/Berlin")).hour == 14
    for odd in ("", "Nowhere/Land", "../../etc/passwd", "\u0000", "x" * 5000):
        assert at.astimezone(zone_of(odd)).hour == 12


def test_without_a_mail_account_it_can_be_saved_only(centre) -> None:
    page = finished(centre)
    assert page.http.get("/config").json()["can_mail"] is False
    asked = page.call("POST", "/transcript", json={"to": "jana@example.org"})
    assert asked.json()["code"] == "channel_cannot_send"


def test_with_a_mail_account_it_goes_out_by_that(own_centre) -> None:
    hub = own_centre.hub
    file = hub.data / "channels.yaml"
    accounts = json.loads(file.read_text())
    # Elsewhere answers nobody: what counts is that the mail is on its way.
    server = {"address": "chat@nordwind.example", "imap_host": "127.0.0.1", "imap_port": 9, "smtp_host": "127.0.0.1"}
    mail = {"name": "mail", "kind": "email", "channel": "email", "settings": {**server, "smtp_port": 9}}
    file.write_text(json.dumps({"accounts": [*accounts["accounts"], mail]}))
    hub.call(hub.server.services.channels.reload)
    assert hub.server.services.channels.mistake == ""
    page = own_centre.page()
    page.say("Hallo")
    assert page.http.get("/config").json()["can_mail"] is True
    asked = {"to": "jana@example.org", "language": "en"}
    assert page.call("POST", "/transcript", json=asked).json()["code"] == "illegal_state"  # nobody answered: no relay
    own_centre.answer(page, "Guten Tag")
    assert page.call("POST", "/transcript", json={**asked, "to": "nobody"}).json()["code"] == "no_address"
    page.call("POST", "/transcript", json=asked).raise_for_status()
    (sent,) = [one for one in own_centre.messages(page) if one.channel is Channel.EMAIL]
    assert (sent.author, sent.values["to"], sent.subject) == (Author.BOT, "jana@example.org", "Nordwind: your chat")
    assert "Guten Tag" in sent.text
    assert sent.delivery in (Delivery.QUEUED, Delivery.FAILED)
    assert isinstance(sent, Message)
    assert page.words == ["Hallo", "Guten Tag"]
    codes = [page.call("POST", "/transcript", json=asked).status_code for _ in range(4)]
    assert 429 in codes
