"""A visitor writes on a company's page, an agent answers, and the page shows it: by the calls that the script makes."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desktop.domain.ids import new_id
from desktop.domain.interaction import Delivery
from desktop.hub.channels.signals import Signal
from desktop.hub.channels.webchat import streams


@contextmanager
def listening(page: Any, after: int = 0) -> Iterator[Iterator[tuple[str, Any]]]:
    """The page's stream as it comes."""
    headers = {"Authorization": f"Bearer {page.token}"}
    with page.http.stream("GET", f"/events?after={after}", headers=headers) as answer:
        assert answer.status_code == 200, answer.read()

        def events() -> Iterator[tuple[str, Any]]:
            event = ""
            for line in answer.iter_lines():
                if line.startswith("event: "):
                    event = line[7:]
                elif line.startswith("data: "):
                    yield event, json.loads(line[6:])

        yield events()


def until(events: Iterator[tuple[str, Any]], wanted: str, **fields: Any) -> Any:
    for event, data in events:
        if event == wanted and all(data.get(key) == value for key, value in fields.items()):
            return data
    pytest.fail(f"no {wanted} {fields}")


def test_from_the_first_word_to_the_last(centre) -> None:
    page = centre.page()
    page.come()
    with listening(page) as events:
        assert until(events, "standing")["state"] == "new"
        page.say("Wo ist meine Rechnung?", "first-word-1")
        assert until(events, "message")["key"] == "first-word-1"
        assert until(events, "standing", state="waiting")["position"] == 1
        centre.accept(page)
        assert until(events, "standing", state="active")["agent"] == "Anna"
        began = time.monotonic()
        centre.answer(page, "Guten Tag!")
        said = until(events, "message", by="agent")
        assert (said["text"], said["name"]) == ("Guten Tag!", "Anna")
        assert time.monotonic() - began < 1.5  # the command's own time is in it; 0.3 s is the promise
        page.call("POST", "/end", json={"key": "that-was-all"})
        assert until(events, "standing", state="ended")["was_answered"] is True
    contact = centre.contact(page)
    assert (contact.state, contact.account, contact.channel) == ("wrap_up", "shop", "chat")


def test_the_same_message_again_is_the_same_message(centre) -> None:
    page = centre.page()
    first = page.say("Hallo?", "only-once-1").json()
    assert page.say("Hallo?", "only-once-1").json() == first
    assert page.words == ["Hallo?"]


def test_a_page_that_comes_back_gets_what_it_missed_and_nothing_twice(centre) -> None:
    page = centre.page()
    page.say("Eins")
    with listening(page) as events:
        until(events, "message", text="Eins")
    seen = _numbers(page)
    centre.answer(page, "Zwei")
    page.say("Drei")
    later = [data["text"] for event, data in page.look(after=max(seen)) if event == "message"]
    assert set(later) == {"Zwei", "Drei"}
    assert page.words == ["Eins", "Zwei", "Drei"]


def test_a_stream_tells_nothing_twice(centre) -> None:
    page = centre.page()
    page.say("Eins")
    numbers = []
    with page.http.stream("GET", "/events", headers={"Authorization": f"Bearer {page.token}"}) as stream:
        for line in stream.iter_lines():
            if line.startswith("id: "):
                numbers.append(int(line[4:]))
                if len(numbers) == 1:
                    page.say("Zwei")
                    page.say("Drei")
            if "Drei" in line:
                break
    assert len(numbers) >= 3
    assert numbers == sorted(set(numbers))


def _numbers(page: Any) -> list[int]:
    text = page.call("GET", "/events?after=0&once=1").text
    return [int(line[4:]) for line in text.split("\n") if line.startswith("id: ")]


def test_a_chat_goes_on_after_the_hub_was_started_anew(own_centre, tmp_path) -> None:
    page = own_centre.page()
    page.say("Vor dem Neustart")
    own_centre.answer(page, "Ich bin da.")
    data = own_centre.hub.data
    own_centre.hub.stop()
    again = type(own_centre.hub)(data).start()
    try:
        other = type(page)(again.url, "shop")
        other.token = page.token
        assert other.come().json()["has_chat"] is True
        assert other.words == ["Vor dem Neustart", "Ich bin da."]
        assert other.say("Und danach").status_code == 200
        other.http.close()
    finally:
        again.stop()
        own_centre.hub.stop = lambda: None


def test_a_visitor_who_comes_to_another_process_of_the_hub_is_not_lost(own_centre) -> None:
    page = own_centre.page()
    page.say("Hier?")
    other = type(own_centre.hub)(own_centre.hub.data).start()
    try:
        there = type(page)(other.url, "shop")
        there.token = page.token
        with listening(there) as events:
            until(events, "message", text="Hier?")
            own_centre.answer(page, "Hier.")  # committed by the first process
            began = time.monotonic()
            assert until(events, "message", by="agent")["text"] == "Hier."
            assert time.monotonic() - began < 6  # looked for each second; the stream itself wakes after fifteen
        there.http.close()
    finally:
        other.stop()


def test_how_far_an_answer_got_is_reported_by_the_page(centre) -> None:
    page = centre.page()
    page.say("Hallo")
    id_ = centre.answer(page, "Guten Tag")
    page.signal("delivered", id_)
    assert _delivery(centre, page, id_) is Delivery.DELIVERED
    page.signal("read", id_)
    assert _delivery(centre, page, id_) is Delivery.READ
    page.signal("delivered", id_)
    assert _delivery(centre, page, id_) is Delivery.READ


def _delivery(centre: Any, page: Any, id_: str) -> Delivery:
    return next(one.delivery for one in centre.messages(page) if one.id == id_)


def test_typing_goes_both_ways(centre) -> None:
    page = centre.page()
    page.say("Hallo")
    contact = centre.accept(page)
    heard: list[Signal] = []
    signals = centre.hub.server.services.channels.signals
    stop = signals.listen(heard.append)
    try:
        page.signal("typing")
        page.signal("idle")
    finally:
        stop()
    assert [(one.kind, one.interaction_id) for one in heard if one.kind in ("typing", "idle")] == [
        ("typing", contact.id),
        ("idle", contact.id),
    ]
    with listening(page) as events:
        until(events, "standing", state="active")
        with centre.hub.client("anna") as anna:
            told = {"interaction_id": contact.id, "is_typing": True}
            assert anna.post("/v1/typing", json=told).json() == {"is_told": True}
            assert until(events, "typing") == {"on": True}
            assert anna.post("/v1/typing", json={**told, "is_typing": False}).status_code == 200
            assert until(events, "typing") == {"on": False}
        with centre.hub.client("bert") as bert:
            assert bert.post("/v1/typing", json=told).json()["code"] == "not_owner"


def test_the_agents_window_hears_what_its_own_customer_does(centre) -> None:
    page, other = centre.page(), centre.page()
    page.say("Hallo")
    other.say("Auch hallo")
    contact = centre.accept(page)
    found: list[str] = []
    with (
        centre.hub.client("anna") as anna,
        anna.stream("GET", "/v1/events") as stream,
        centre.hub.client("bert") as bert,
        bert.stream("GET", "/v1/events") as others,
    ):
        lines, theirs = stream.iter_lines(), others.iter_lines()
        next(lines)
        next(theirs)
        other.signal("typing")
        page.signal("typing")
        while not found:
            if next(lines) == "event: signal" and contact.id in (line := next(lines)):
                found.append(line)
        centre.answer(page, "Moment")
        assert all(line != "event: signal" for line in _up_to(theirs, "Moment"))
    assert json.loads(found[0].removeprefix("data: ")) == {"interaction_id": contact.id, "kind": "typing"}


def _up_to(lines: Iterator[str], text: str) -> list[str]:
    found = []
    for line in lines:
        found.append(line)
        if text in line:
            return found
    return found


def test_the_agent_sees_that_the_page_was_closed(centre, monkeypatch) -> None:
    monkeypatch.setattr(streams, "GONE_AFTER_S", 0.05)
    page = centre.page()
    page.say("Hallo")
    contact = centre.contact(page).id
    heard: list[str] = []
    gone = threading.Event()

    def hear(signal: Any) -> None:
        if signal.interaction_id == contact:  # the page of the test before may be going, too
            heard.append(signal.kind)
            if signal.kind == "gone":
                gone.set()

    stop = centre.hub.server.services.channels.signals.listen(hear)
    try:
        with listening(page) as events:
            until(events, "message")
        assert gone.wait(10)
    finally:
        stop()
    assert heard == ["here", "gone"]


def test_a_visitor_who_falls_silent_is_let_go_and_one_who_waits_is_not(own_centre) -> None:
    hub = own_centre.hub
    answered, waiting = own_centre.page(), own_centre.page()
    answered.say("Hallo")
    own_centre.answer(answered, "Was kann ich tun?")
    waiting.say("Hallo?")
    reception = hub.server.services.visitors
    hub.call(reception.end_silent)
    assert answered.standing["state"] == "active"
    reception.clock = lambda: datetime.now(UTC) + timedelta(minutes=31)
    hub.call(reception.end_silent)
    hub.call(reception.end_silent)
    assert answered.standing["state"] == "ended"
    assert waiting.standing["state"] == "waiting"


def test_who_writes_after_the_end_is_heard(centre) -> None:
    page = centre.page()
    page.say("Hallo")
    centre.answer(page, "Guten Tag")
    page.call("POST", "/end", json={"key": "the-end-1"})
    assert page.standing["state"] == "ended"
    page.say("Noch etwas")
    assert page.standing["state"] in ("active", "waiting")
    assert page.words[-1] == "Noch etwas"


def test_outside_opening_hours_it_says_when_it_opens(centre) -> None:
    page = centre.page("night")
    config = page.http.get("/config", params={"language": "de"}).json()
    assert config["is_open"] is False
    opens_at = datetime.fromisoformat(config["opens_at"])
    assert timedelta(days=1) < opens_at - datetime.now(UTC) < timedelta(days=4)
    assert page.say("Bitte melden", form={"email": "jana@example.org"}).status_code == 200
    assert "E-mail: jana@example.org" in page.words[0]


def test_the_form_before_the_chat(centre) -> None:
    page = centre.page("form")
    assert page.say("Hallo").json()["code"] == "no_consent"
    assert page.say("Hallo", has_consented=True).json()["code"] == "missing_value"
    form = {"name": " Jana\u0000 Weber ", "topic": "bill", "email": "jana@example.org"}
    wrong = {**form, "topic": "something else"}
    assert page.say("Hallo", has_consented=True, form=wrong).json()["code"] == "unknown_value"
    wrong = {**form, "email": "nobody"}
    assert page.say("Hallo", has_consented=True, form=wrong).json()["code"] == "unknown_value"
    assert page.say("Hallo", has_consented=True, form=form, language="de").status_code == 200
    contact = centre.contact(page)
    assert (contact.customer_name, contact.subject) == ("Jana Weber", "Rechnung")
    assert page.words == ["Hallo\n\nE-Mail: jana@example.org"]
    consent = [one.title for one in centre.touchpoints(page) if one.kind == "consent"]
    assert consent == ["Das dürfen Sie behalten."]
    assert page.say("Und noch etwas").status_code == 200  # the form is asked for once


def visit(path: str, seconds: int) -> dict[str, Any]:
    at = datetime.now(UTC) - timedelta(seconds=seconds)
    return {"key": new_id(), "path": path, "title": path.strip("/"), "at": at.isoformat(), "dwell_s": seconds}


def test_the_pages_seen_before_the_chat_are_in_the_journey(centre) -> None:
    page = centre.page()
    seen = [visit("/shoes?product=red&session=9", 40), visit("/returns", 15)]
    page.say("Passt der in 42?", visits=seen)
    page.call("POST", "/visits", json={"visits": [visit("/checkout", 5), seen[0]]}).raise_for_status()
    found = {one.values["path"]: one.duration_s for one in centre.touchpoints(page) if one.kind == "visit"}
    assert found == {"/shoes?product=red": 40, "/returns": 15, "/checkout": 5}


def test_without_consent_nobody_is_followed(centre) -> None:
    page = centre.page("guests")
    page.say("Hallo", visits=[visit("/secret", 9)])
    assert not [one for one in centre.touchpoints(page) if one.kind == "visit"]
    page.say("Ja, gern", visits=[visit("/shoes", 9)], has_consented=True)
    assert [one.title for one in centre.touchpoints(page) if one.kind == "visit"] == ["shoes"]


@pytest.mark.parametrize(
    "text",
    ["😀" * 3, "\u202eabc\u202c", "مرحبا", "<script>alert(1)</script>", "a\u0000b", "x" * 20_000, "\n\n.\n"],
    ids=["emoji", "overridden", "arabic", "markup", "control", "long", "lines"],
)
def test_whatever_somebody_writes_is_kept_as_text(centre, text: str) -> None:
    page = centre.page()
    assert page.say(text).status_code == 200
    (said,) = page.said
    assert said["text"].replace("\u0000", "") == text.strip().replace("\u0000", "")


def test_nothing_and_too_much_are_refused(centre) -> None:
    page = centre.page()
    assert page.say("  \n ").json()["code"] == "empty_text"
    assert page.say("x" * 20_001).json()["code"] == "too_large"
    assert page.call("POST", "/messages", content=b"x" * 2_000_000).status_code == 413
    assert page.call("POST", "/messages", content=b"{").json()["code"] == "bad_request"
    assert page.call("POST", "/messages", json={"key": "a b", "text": "x"}).json()["code"] == "bad_request"
    assert page.call("GET", "/transcript").json()["code"] == "not_found"
