"""Text messages by a gateway: what it is asked, what its answers mean, what it hands in."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import msgspec
import pytest
from msgspec.structs import replace

from desktop.domain.agent import Presence, PresenceState
from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.interaction import Delivery
from desktop.hub.channels.sms import Settings

TOKEN = "a token of the gateway"


class Gateway:
    """``asked`` are the requests that reached it, ``answers`` (status, body) what it says, in turn; ``None`` hangs up."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str], dict[str, str], bytes]] = []
        self.answers: list[tuple[int, str] | None] = []
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", "0")))
                address = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(address.query).items()}
                headers = {name.lower(): value for name, value in self.headers.items()}
                gateway.asked.append((address.path, query, headers, body))
                answer = gateway.answers.pop(0) if gateway.answers else (202, "0: Accepted for delivery")
                if answer is None:
                    self.connection.close()
                    return
                self.send_response(answer[0])
                self.send_header("content-length", str(len(answer[1].encode())))
                self.end_headers()
                self.wfile.write(answer[1].encode())

            do_POST = do_GET

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()


class Story:
    """A hub with two accounts: ``kannel``, and ``other`` by JSON with signatures."""

    def __init__(self, hub: Any, gateway: Gateway) -> None:
        self.hub = hub
        self.gateway = gateway
        self._count = 0

    def call(self, what: str = "message", account: str = "kannel", token: str = TOKEN, **fields: Any) -> httpx.Response:
        fields = {name.rstrip("_"): value for name, value in fields.items()}
        return httpx.get(
            f"{self.hub.url}/hooks/{account}/{what}", params={"token": token, **fields}, timeout=20, verify=False
        )

    def says(self, sender: str, text: str, **fields: Any) -> None:
        self._count += 1
        fields = {"id": f"{time.time()}-{self._count}", **fields}
        assert self.call(from_=sender, text=text, to="+4930123", **fields).status_code == 200

    def contact(self, sender: str) -> Any:
        async def find(ledger: Any) -> Any:
            found = await ledger.find(Table.INTERACTION, newest_first=True)
            return next((one for one in found if one.from_address == sender), None)

        return self.hub.read(find)

    def words(self, sender: str) -> list[str]:
        contact = self.contact(sender)
        said = self.hub.read(lambda ledger: ledger.messages(contact.id)) if contact else []
        return [one.text for one in said if not one.event]

    def answer(self, sender: str, text: str) -> str:
        contact = self.contact(sender)
        if contact.accepted_at is None:
            self.hub.command("anna", "accept", interaction_id=contact.id).raise_for_status()
        done = self.hub.command("anna", "send_message", interaction_id=contact.id, text=text).json()
        assert done["outcome"] == "applied", done
        return next(one["id"] for one in done["changes"] if one["type"] == "message")

    def message(self, id_: str) -> Any:
        return self.hub.read(lambda ledger: ledger.get(Table.MESSAGE, id_))

    def becomes(self, id_: str, delivery: Delivery) -> Any:
        end = time.monotonic() + 10
        while (found := self.message(id_)).delivery is not delivery:
            assert time.monotonic() < end, found
            time.sleep(0.02)
        return found


def accounts(url: str) -> dict[str, Any]:
    secrets = {"inbound": "file:inbound", "password": "file:inbound"}
    kannel = {
        "gateway": "kannel",
        "sender": "+4930123",
        "request": {"url": f"{url}/cgi-bin/sendsms", "user": "hub"},
        "public_url": "https://hub.example",
        "join_s": 5,
    }
    other = {
        "sender": "Nordwind",
        "numbers": "zeros",
        "request": {
            "url": f"{url}/v1/{{to}}/messages",
            "send": "json",
            "fields": {"msg": "{text}", "ref": "{id}", "callback": "{report_url}"},
            "headers": {"X-Api-Key": "{password}"},
        },
        "verdict": {
            "accepted": '"status": ?"ok"',
            "refused": "invalid number",
            "later": "slow down",
            "id": '"sid": ?"(.*?)"',
        },
        "lookup": {"url": f"{url}/v1/find?ref={{id}}", "method": "GET", "send": "query"},
        "lookup_found": '"found": ?true',
        "inward": {
            "auth": "signature",
            "token_name": "X-Signature",
            "fields": {"from": "sender", "text": "body", "id": "sid", "state": "status"},
            "states": {"DELIVRD": "delivered", "UNDELIV": "failed"},
        },
    }
    base = {"kind": "sms", "channel": "sms", "secrets": secrets}
    return {"accounts": [{**base, "name": "kannel", "settings": kannel}, {**base, "name": "other", "settings": other}]}


@pytest.fixture(scope="module")
def _story(shared_hub: Any) -> Iterator[Story]:
    gateway = Gateway()
    (shared_hub.data / "inbound").write_text(TOKEN)
    (shared_hub.data / "inbound").chmod(0o600)
    (shared_hub.data / "channels.yaml").write_text(json.dumps(accounts(gateway.url)))
    shared_hub.call(shared_hub.server.services.channels.reload)
    anna = replace(shared_hub.agents["anna"], presence=Presence(state=PresenceState.READY))
    shared_hub.put(replace(anna, capacity={"sms": 50, "total": 50}))
    yield Story(shared_hub, gateway)
    gateway.server.shutdown()
    gateway.thread.join()
    gateway.server.server_close()


@pytest.fixture
def story(_story: Story, monkeypatch: pytest.MonkeyPatch) -> Story:
    monkeypatch.setattr("desktop.hub.channels.outbox._FIRST_PAUSE_S", 0.05)
    _story.gateway.asked.clear()
    _story.gateway.answers.clear()
    _story.hub.server.services.hooks._brakes.forgive()
    return _story


def test_a_text_message_comes_in_is_answered_and_reported(story: Story) -> None:
    story.says("+491701", "Wo ist mein Paket?")
    assert story.words("+491701") == ["Wo ist mein Paket?"]
    assert story.contact("+491701").channel is Channel.SMS
    assert story.contact("+491701").account == "kannel"

    story.says("+491701234001", "Grüße")
    id_ = story.answer("+491701234001", "Es kommt – morgen")
    story.becomes(id_, Delivery.SENT)
    path, query, _, _ = story.gateway.asked[-1]
    assert path == "/cgi-bin/sendsms"
    assert (query["to"], query["from"], query["text"]) == ("+491701234001", "+4930123", "Es kommt – morgen")
    assert (query["coding"], query["charset"]) == ("2", "UTF-8")  # the dash is not in the 7-bit alphabet
    assert (query["username"], query["password"]) == ("hub", TOKEN)
    # Kannel puts the state in its place.
    report = parse_qs(urlsplit(query["dlr-url"].replace("%d", "1")).query)
    assert query["dlr-url"].startswith("https://hub.example/hooks/kannel/report?")
    story.call("report", **{name: values[0] for name, values in report.items()}).raise_for_status()
    assert story.message(id_).delivery is Delivery.DELIVERED


def test_what_could_not_be_delivered_is_told(story: Story) -> None:
    story.says("+491701234002", "Hallo")
    id_ = story.answer("+491701234002", "Guten Tag")
    story.becomes(id_, Delivery.SENT)
    assert story.call("report", message=id_, state="16").status_code == 200
    failed = story.message(id_)
    assert (failed.delivery, failed.failure) == (Delivery.FAILED, "not_delivered")
    for odd in ({"message": "nobody", "state": "1"}, {"state": "1"}, {"message": id_, "state": "77"}, {}):
        assert story.call("report", **odd).status_code == 200


@pytest.mark.parametrize("token", ["", "wrong", TOKEN + "x", "ü" * 50])
def test_who_does_not_know_the_token_is_turned_away(story: Story, token: str) -> None:
    assert story.call(token=token, from_="+491701", text="x", id="1").status_code == 401
    body = {"from": "+491701", "text": "x", "token": token}
    assert httpx.post(f"{story.hub.url}/hooks/kannel/message", data=body).status_code == 401


def test_the_token_may_come_as_a_field_a_header_or_a_bearer(story: Story) -> None:
    url = f"{story.hub.url}/hooks/kannel/message"
    fields = {"from": "+491701234003", "text": "Hallo"}
    assert httpx.post(url, data={**fields, "id": "a", "token": TOKEN}).status_code == 200
    assert httpx.post(url, json={**fields, "id": "b"}, headers={"token": TOKEN}).status_code == 200
    assert httpx.post(url, json={**fields, "id": "c"}, headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200
    assert len(story.words("+491701234003")) == 3


def test_a_signed_call_is_believed_for_its_body_only(story: Story) -> None:
    body = json.dumps({"sender": "+491701234004", "body": "Hallo", "sid": "s1"}).encode()
    signature = hmac.new(TOKEN.encode(), body, hashlib.sha256).hexdigest()
    url = f"{story.hub.url}/hooks/other/message"
    headers = {"x-signature": f"sha256={signature}", "content-type": "application/json"}
    assert httpx.post(url, content=body, headers={**headers, "x-signature": "0" * 64}).status_code == 401
    assert httpx.post(url, content=body).status_code == 401
    assert httpx.post(f"{url}?body=Anderes", content=body, headers=headers).status_code == 200
    assert story.words("+491701234004") == ["Hallo"]


def test_the_same_message_again_is_taken_in_once_and_two_alike_are_two(story: Story) -> None:
    for _ in range(3):
        story.says("+491701234005", "Ja", id="same")
    story.says("+491701234005", "Ja", id="", at="2026-03-02T10:00:00")
    story.says("+491701234005", "Ja", id="", at="2026-03-02T10:00:00")
    story.says("+491701234005", "Ja", id="")
    story.says("+491701234005", "Ja", id="")
    assert len(story.words("+491701234005")) == 4


def test_pieces_are_joined_in_whatever_order_and_however_often_they_come(story: Story) -> None:
    pieces = [("050003A70301", "Eins "), ("050003A70302", "zwei "), ("050003A70303", "drei")]
    for number, (udh, text) in enumerate((pieces[2], pieces[0], pieces[2], pieces[1], pieces[1])):
        story.says("+491701234006", text, udh=udh, id=f"p{number}")
    assert story.words("+491701234006") == ["Eins zwei drei"]
    # The reference comes round again with other words: another message.
    for number, (udh, text) in enumerate(pieces):
        story.says("+491701234006", text.upper(), udh=udh, id=f"q{number}")
    assert story.words("+491701234006") == ["Eins zwei drei", "EINS ZWEI DREI"]


def test_pieces_told_by_fields_and_with_long_references_are_joined(story: Story) -> None:
    for part, text in ((2, "Welt"), (1, "Hallo ")):
        story.says("+491701234007", text, ref="9", part=part, parts=2)
    for udh, text in (("06080402FF0202", "b"), ("06080402FF0201", "a")):
        story.says("+491701234007", text, udh=udh)
    story.says("+491701234007", "whole", udh="nonsense")
    assert story.words("+491701234007") == ["Hallo Welt", "ab", "whole"]


def test_a_message_whose_piece_never_comes_is_handed_in_with_a_gap(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    story.says("+491701234008", "Anfang ", udh="050003B10301")
    story.says("+491701234008", "Ende", udh="050003B10303")
    adapter = story.hub.server.services.channels.adapter("kannel")
    monkeypatch.setattr(adapter._late, "_clock", lambda: time.time() + 3)
    story.hub.call(adapter._late.join_late)
    assert story.words("+491701234008") == []
    monkeypatch.setattr(adapter._late, "_clock", lambda: time.time() + 60)
    story.hub.call(adapter._late.join_late)
    assert story.words("+491701234008") == ["Anfang  […] Ende"]


@pytest.mark.parametrize("word", ["STOP", " stop! ", "Stopp.", "abmelden"])
def test_stop_forbids_to_write(story: Story, word: str) -> None:
    sender = f"+4917012341{abs(hash(word)) % 90 + 10}"
    story.says(sender, "Hallo")
    story.answer(sender, "Guten Tag")
    story.says(sender, word)
    done = story.hub.command("anna", "send_message", interaction_id=story.contact(sender).id, text="Noch da?").json()
    assert done["error"]["code"] == "no_consent"
    story.says(sender, "START")
    story.answer(sender, "Willkommen zurück")


def test_a_sentence_with_stop_in_it_forbids_nothing(story: Story) -> None:
    story.says("+491701234010", "Please stop my subscription")
    story.answer("+491701234010", "Done")


@pytest.mark.parametrize(
    ("answer", "failure"),
    [((403, "Authorization failed"), "not_taken"), ((400, "bad"), "not_taken"), ((200, "invalid number"), "not_taken")],
)
def test_what_the_gateway_refuses_is_told(story: Story, answer: tuple[int, str], failure: str) -> None:
    sender = f"+49170123402{len(answer[1])}"
    body = json.dumps({"sender": sender, "body": "Hallo", "sid": sender}).encode()
    headers = {
        "x-signature": hmac.new(TOKEN.encode(), body, hashlib.sha256).hexdigest(),
        "content-type": "application/json",
    }
    httpx.post(f"{story.hub.url}/hooks/other/message", content=body, headers=headers).raise_for_status()
    story.gateway.answers.append(answer)
    assert story.becomes(story.answer(sender, "Hallo"), Delivery.FAILED).failure == failure


def test_a_busy_gateway_is_asked_again(story: Story) -> None:
    story.says("+491701234030", "Hallo")
    story.gateway.answers[:] = [(503, "Temporal failure"), (202, "0: Accepted")]
    story.becomes(story.answer("+491701234030", "Guten Tag"), Delivery.SENT)
    assert len(story.gateway.asked) == 2


@pytest.mark.parametrize("answer", [None, (502, "bad gateway")])
def test_an_answer_that_was_lost_is_for_a_person_to_decide_on(story: Story, answer: tuple[int, str] | None) -> None:
    sender = "+491701234031" if answer else "+491701234032"
    story.says(sender, "Hallo")
    story.gateway.answers.append(answer)
    assert story.becomes(story.answer(sender, "Guten Tag"), Delivery.FAILED).failure == "unclear"
    assert len(story.gateway.asked) == 1


def test_a_gateway_that_looks_messages_up_is_asked_and_nothing_goes_twice(story: Story) -> None:
    sender = "+491701234033"
    body = json.dumps({"sender": sender, "body": "Hallo", "sid": "look"}).encode()
    headers = {
        "x-signature": hmac.new(TOKEN.encode(), body, hashlib.sha256).hexdigest(),
        "content-type": "application/json",
    }
    httpx.post(f"{story.hub.url}/hooks/other/message", content=body, headers=headers).raise_for_status()
    story.gateway.answers[:] = [None, (200, '{"found": true, "sid": "g-9"}')]
    id_ = story.answer(sender, "Guten Tag")
    story.becomes(id_, Delivery.SENT)
    assert [path for path, _, _, _ in story.gateway.asked] == ["/v1/00491701234033/messages", "/v1/find"]
    assert story.gateway.asked[0][2]["x-api-key"] == TOKEN
    assert json.loads(story.gateway.asked[0][3])["msg"] == "Guten Tag"
    report = json.dumps({"sid": "g-9", "status": "DELIVRD"}).encode()
    headers["x-signature"] = hmac.new(TOKEN.encode(), report, hashlib.sha256).hexdigest()
    httpx.post(f"{story.hub.url}/hooks/other/report", content=report, headers=headers).raise_for_status()
    assert story.message(id_).delivery is Delivery.DELIVERED


@pytest.mark.parametrize("text", ["", "\x00\x1b", "😀" * 50, "<script>alert(1)</script>", "‮rtl", "x" * 200_000])
def test_any_text_comes_in(story: Story, text: str) -> None:
    url = f"{story.hub.url}/hooks/kannel/message"
    answer = httpx.post(url, data={"from": "+491701234040", "text": text, "token": TOKEN})
    assert answer.status_code == 200


def test_without_a_sender_there_is_nothing(story: Story) -> None:
    assert story.call(text="Hallo").status_code == 400


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"request": {"url": "http://gateway.example/"}},
        {"request": {"url": "https://gateway.example/"}, "verdict": {"accepted": "("}},
        {"request": {"url": "https://gateway.example/"}, "allowed": ["somewhere"]},
        {"request": {"url": "https://gateway.example/"}, "gateway": "unheard"},
    ],
)
def test_settings_that_cannot_be_meant_are_named(settings: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(settings, Settings)
