"""A customer texts through Kannel, an agent answers in the window, and the telephone has the answer."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_plus

import pytest
from msgspec.structs import replace

from desktop.domain.agent import Presence, PresenceState
from desktop.domain.changes import Table
from desktop.domain.interaction import Delivery

from ..hub.conftest import RunningHub, _running, password_hash
from .kannel import NUMBER, PASSWORD, Kannel

pytestmark = pytest.mark.peer

__all__ = ["password_hash"]

TOKEN = "what-Kannel-knows"
PHONE = "+491701234567"


def until(look: Callable[[], Any], what: str, seconds: float = 20.0) -> Any:
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, what
        time.sleep(0.03)
    return found


def words(hub: RunningHub) -> list[str]:
    found = hub.read(lambda ledger: ledger.find(Table.MESSAGE))
    return [one.text for one in found if one.author == "customer"]


def test_texts_go_both_ways_with_reports_and_stop_is_kept(tmp_path: Any, kannel: Kannel, password_hash: str) -> None:
    data = tmp_path / "hub"
    data.mkdir()
    for name, secret in (("inbound", TOKEN), ("password", PASSWORD)):
        (data / name).write_text(secret)
        (data / name).chmod(0o600)
    with _running(data, password_hash) as hub:
        account = {
            "name": "sms-de",
            "kind": "sms",
            "channel": "sms",
            "secrets": {"inbound": "file:inbound", "password": "file:password"},
            "settings": {
                "gateway": "kannel",
                "sender": NUMBER,
                "request": {"url": kannel.url, "user": "hub"},
                "public_url": hub.url,
            },
        }
        (data / "channels.yaml").write_text(json.dumps({"accounts": [account]}))
        assert hub.server is not None
        hub.call(hub.server.services.channels.reload)
        anna = replace(hub.agents["anna"], presence=Presence(state=PresenceState.READY))
        hub.put(replace(anna, capacity={"sms": 50, "total": 50}))
        phones = kannel.start(f"{hub.url}/hooks/sms-de", TOKEN)
        try:
            began = time.monotonic()
            phones.send(PHONE, "Wo ist mein Paket? Größe 3 €")
            until(lambda: words(hub) == ["Wo ist mein Paket? Größe 3 €"], "the text came in")
            assert time.monotonic() - began < 5.0
            contact = hub.read(lambda ledger: ledger.find(Table.INTERACTION))[0]
            assert (contact.from_address, contact.account) == (PHONE, "sms-de")

            hub.command("anna", "accept", interaction_id=contact.id).raise_for_status()

            def answer(text: str) -> Any:
                return hub.command("anna", "send_message", interaction_id=contact.id, text=text).json()

            sent = []
            for text in ("Es kommt morgen, für 3 €.", "Привет – ✓ 😀", "Lang. " * 40):
                done = answer(text)
                assert done["outcome"] == "applied", done
                sent.append(next(one["id"] for one in done["changes"] if one["type"] == "message"))

            wanted = [b"morgen", quote_plus("Привет – ✓ 😀".encode("utf-16-be"), safe="'").encode(), b"Lang."]
            until(lambda: all(one in phones.got for one in wanted), "the telephone got them")
            # The network of the fake reports each of them as delivered.
            for id_ in sent:
                until(
                    lambda id_=id_: (
                        hub.read(lambda ledger: ledger.get(Table.MESSAGE, id_)).delivery  # type: ignore[misc]
                        in (Delivery.DELIVERED, Delivery.SENT)
                    ),
                    "it was sent",
                )
            until(lambda: phones.got.count(NUMBER.encode()) == 4, "the long one came in two parts")

            phones.send(PHONE, "STOP")
            until(lambda: "STOP" in words(hub), "the word came in")
            assert answer("Noch da?")["error"]["code"] == "no_consent"
        finally:
            phones.close()
