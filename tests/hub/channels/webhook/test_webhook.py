"""A company's app hands in what its customers write and gets the answers, both signed."""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from desktop.domain.agent import PresenceState
from desktop.domain.changes import Table
from desktop.domain.interaction import Author, Delivery
from desktop.hub.channels.signals import Signal
from desktop.hub.channels.webhook import Settings

from .conftest import KEY, OLD_KEY, App, accounts, signature

EXAMPLE = Path(__file__).parents[4] / "examples" / "webhook" / "in_app.py"


def test_a_customer_writes_in_the_app_and_the_answer_reaches_it_signed(app: App) -> None:
    taken = app.say("Wo ist mein Paket?", thread="story")
    said = app.messages(taken["interaction_id"])
    assert [(one.text, one.author) for one in said] == [("Wo ist mein Paket?", Author.CUSTOMER)]

    id_ = app.answer(taken["interaction_id"], "Es kommt morgen.")
    app.until(lambda: app.message(id_).delivery is Delivery.SENT)
    headers, body = app.got[-1]
    event = json.loads(body)
    assert event["type"] == "message"
    assert (event["data"]["text"], event["data"]["thread"], event["data"]["to"]) == (
        "Es kommt morgen.",
        "story",
        "C-1001",
    )
    assert headers["webhook-id"] == id_ == event["data"]["message_id"]
    at = headers["webhook-timestamp"]
    # While keys are being changed an app may know either.
    assert headers["webhook-signature"].split(" ") == [signature(key, id_, at, body) for key in (KEY, OLD_KEY)]

    app.tell("delivery", message_id=id_, delivery="read").raise_for_status()
    assert app.message(id_).delivery is Delivery.READ


def test_an_event_that_comes_again_is_taken_in_once(app: App) -> None:
    first = app.tell("message", "msg_same", **{"from": {"address": "C-2"}, "text": "Hallo"}).json()
    again = app.tell("message", "msg_same", **{"from": {"address": "C-2"}, "text": "Hallo"}).json()
    assert again == {**first, "is_duplicate": True}
    assert len(app.messages(first["interaction_id"])) == 1


def test_the_old_key_is_good_while_keys_are_changed(app: App) -> None:
    assert app.tell("message", key=OLD_KEY, **{"from": {"address": "C-3"}, "text": "Hallo"}).status_code == 200


def _event(text: str = "Hallo") -> bytes:
    return json.dumps({"type": "message", "data": {"from": {"address": "C-4"}, "text": text}}).encode()


def _headers(body: bytes, **changed: str) -> dict[str, str]:
    at = str(int(time.time()))
    made = {"webhook-id": "msg_1", "webhook-timestamp": at, "webhook-signature": signature(KEY, "msg_1", at, body)}
    return {**made, **{name.replace("_", "-"): value for name, value in changed.items()}}


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook_signature": ""},
        {"webhook_signature": "v1,bm90IHRoaXM="},
        {"webhook_signature": "v2,bm90IHRoaXM="},
        {"webhook_id": "msg_2"},
        {"webhook_id": ""},
        {"webhook_timestamp": "1000000000"},
        {"webhook_timestamp": "soon"},
        {"webhook_timestamp": "99999999999999999999"},
    ],
)
def test_what_is_not_signed_for_now_is_turned_away(app: App, changed: dict[str, str]) -> None:
    body = _event()
    assert app.post(body, _headers(body, **changed)).status_code == 401


def test_a_changed_body_an_old_event_and_one_of_the_future_are_turned_away(app: App) -> None:
    assert app.post(_event("Etwas anderes"), _headers(_event())).status_code == 401
    assert app.tell("typing", age_s=400, thread="x").status_code == 401
    assert app.tell("typing", age_s=-400, thread="x").status_code == 401


def test_who_guesses_is_made_to_wait(app: App) -> None:
    body = _event()
    told = [app.post(body, _headers(body, webhook_signature="v1,bm8=")).status_code for _ in range(25)]
    assert (told[0], told[-1]) == (401, 429)


def test_other_networks_other_accounts_and_other_addresses_are_closed(app: App) -> None:
    assert app.tell("typing", account="far", thread="x").status_code == 403
    assert app.tell("typing", account="nobody", thread="x").status_code == 404
    assert httpx.post(f"{app.hub.url}/hooks/app/other").status_code == 404
    assert httpx.get(f"{app.hub.url}/hooks/app/events").status_code == 404


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"type":"unheard"}', b'{"type":"message","data":{}}', b"\xff" * 100, b"[" * 100_000]
)
def test_what_is_no_event_is_refused_and_harms_nothing(app: App, body: bytes) -> None:
    assert app.post(body, _headers(body)).status_code == 400


def test_a_body_of_any_size_is_not_read(app: App) -> None:
    body = b"x" * (12 * 1024 * 1024)
    assert app.post(body, _headers(body)).status_code == 413


def test_files_travel_both_ways_and_programs_do_not(app: App) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + b"\0" * 100
    files = [
        {"name": "bild.png", "media_type": "image/png", "data": base64.b64encode(picture).decode()},
        {"name": "setup.exe", "data": base64.b64encode(b"MZ\x90\0" + b"\0" * 100).decode()},
    ]
    taken = app.say("Siehe Bild", thread="files", files=files)
    said = app.messages(taken["interaction_id"])[0]
    assert [one.name for one in said.attachments] == ["bild.png"]
    assert said.values["lost_files"] == "setup.exe"
    attachment = msgspec.to_builtins(said.attachments[0])
    app.answer(taken["interaction_id"], "Danke", attachments=[attachment])
    event = app.until(lambda: [one for one in app.events if one["type"] == "message"])[0]
    assert base64.b64decode(event["data"]["files"][0]["data"]) == picture


def test_a_customer_changes_and_takes_back_what_they_said(app: App) -> None:
    taken = app.tell("message", "msg_slip", **{"from": {"address": "C-5"}, "text": "Meine PIN ist 1234"}).json()
    app.say("Noch etwas", customer="C-5", thread="")
    app.tell("edited", replaces="msg_slip", **{"from": {"address": "C-5"}, "text": "Meine PIN ist geheim"})
    changed = app.message(taken["message_id"])
    assert (changed.text, changed.is_redacted) == ("Meine PIN ist geheim", False)
    assert changed.edited_at is not None
    app.tell("redacted", replaces="msg_slip", **{"from": {"address": "C-5"}})
    gone = app.message(taken["message_id"])
    assert (gone.text, gone.is_redacted) == ("", True)
    events = [one.event for one in app.messages(taken["interaction_id"]) if one.event]
    assert events == ["message_edited", "message_redacted"]
    assert app.tell("edited", replaces="msg_slip", **{"from": {"address": "C-5"}, "text": "x"}).status_code == 200
    assert app.message(taken["message_id"]).text == ""
    assert app.tell("redacted", replaces="msg_none", **{"from": {"address": "C-5"}}).status_code == 404


def test_who_types_is_told_both_ways(app: App) -> None:
    taken = app.say("Hallo", thread="typing")
    heard: list[Signal] = []
    stop = app.hub.server.services.channels.signals.listen(heard.append)
    app.tell("typing", thread="typing")
    stop()
    assert [(one.by, one.kind, one.interaction_id) for one in heard] == [
        ("customer", "typing", taken["interaction_id"])
    ]

    async def types() -> None:
        app.hub.server.services.channels.signals.tell(
            Signal(interaction_id=taken["interaction_id"], by="agent", kind="typing")
        )

    app.hub.call(types)
    event = app.until(lambda: [one for one in app.events if one["type"] == "typing"])[0]
    assert (event["data"]["thread"], event["data"]["is_typing"]) == ("typing", True)


def test_what_the_app_cannot_take_now_is_sent_again_with_the_same_id(app: App, monkeypatch: Any) -> None:
    monkeypatch.setattr("desktop.hub.channels.outbox._FIRST_PAUSE_S", 0.05)
    taken = app.say("Hallo", thread="later")
    app.answers[:] = [
        (503, b"", {"retry-after": "0"}),
        (302, b"", {"location": "http://127.0.0.1:1/secret"}),
        (200, b'{"external_id": "far-7", "delivery": "delivered"}', {}),
    ]
    id_ = app.answer(taken["interaction_id"], "Bitte warten")
    app.until(lambda: app.message(id_).delivery is Delivery.DELIVERED)
    assert [headers["webhook-id"] for headers, _ in app.got] == [id_] * 3
    assert app.message(id_).external_id == "app:far-7"


@pytest.mark.parametrize(("status", "failure"), [(400, "not_taken"), (404, "no_such_address"), (413, "too_large")])
def test_what_the_app_refuses_is_told_with_the_reason(app: App, status: int, failure: str) -> None:
    taken = app.say("Hallo", thread=f"refused-{status}")
    app.answers[:] = [(status, b"no", {})]
    id_ = app.answer(taken["interaction_id"], "Geht nicht")
    app.until(lambda: app.message(id_).delivery is Delivery.FAILED)
    assert app.message(id_).failure == failure


@pytest.mark.parametrize(
    "settings",
    [
        {"url": "http://app.example/"},
        {"url": "ftp://app.example/"},
        {"url": "https://me:secret@app.example/"},
        {"allowed": ["everywhere"]},
        {"tolerance_s": 100_000},
        {"unknown": 1},
    ],
)
def test_settings_that_cannot_be_meant_are_named(settings: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(settings, Settings)


def test_the_example_app_talks_to_the_hub(run_hub: Any) -> None:
    hub = run_hub()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    for name, key in (("key", KEY), ("old_key", OLD_KEY)):
        (hub.data / name).write_text(f"whsec_{key}")
        (hub.data / name).chmod(0o600)
    (hub.data / "channels.yaml").write_text(json.dumps(accounts(f"http://127.0.0.1:{port}/")))
    hub.call(hub.server.services.channels.reload)
    command = [sys.executable, str(EXAMPLE), "--hub", hub.url, "--account", "app", "--customer", "C-1001"]
    shown: list[str] = []
    with subprocess.Popen(
        [*command, "--listen", str(port)],
        env={**os.environ, "DIRIGENT_KEY": f"whsec_{KEY}"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        reader = threading.Thread(target=lambda: shown.extend(process.stdout or ()))
        reader.start()
        hub.set_presence("anna", PresenceState.READY)
        process.stdin.write("Guten Tag!\n")
        process.stdin.flush()
        talk = App.__new__(App)
        talk.hub = hub
        contact = talk.until(lambda: hub.read(lambda ledger: ledger.find(Table.INTERACTION)))[0]
        id_ = talk.answer(contact.id, "Guten Tag, was gibt es?")
        talk.until(lambda: talk.message(id_).delivery is Delivery.READ)
        process.stdin.close()
        reader.join(10)
    assert shown == ["Anna: Guten Tag, was gibt es?\n"]
    assert process.returncode == 0
