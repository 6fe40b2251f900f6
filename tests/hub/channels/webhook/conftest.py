"""A hub with an app as one of its accounts, the app's keys, and the app's own server."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from desktop.domain.agent import Presence, PresenceState
from desktop.domain.changes import Table
from desktop.domain.ids import new_id

KEY = base64.b64encode(b"k" * 32).decode()
OLD_KEY = base64.b64encode(b"o" * 32).decode()


def signature(key: str, id_: str, at: int | str, body: bytes) -> str:
    made = hmac.new(base64.b64decode(key), f"{id_}.{at}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(made).decode()}"


class App:
    """The app: ``got`` are the events that reached it, ``answers`` what it says to them, in turn (status, body, headers)."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[tuple[int, bytes, dict[str, str]]] = []
        self.hub: Any = None
        app = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                app.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
                status, answer, headers = app.answers.pop(0) if app.answers else (200, b"{}", {})
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            do_GET = do_POST

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.got]

    def post(self, body: bytes, headers: dict[str, str], account: str = "app") -> httpx.Response:
        return httpx.post(
            f"{self.hub.url}/hooks/{account}/events", content=body, headers=headers, timeout=20, verify=False
        )

    def tell(
        self, type_: str, id_: str = "", key: str = KEY, age_s: int = 0, account: str = "app", **data: Any
    ) -> httpx.Response:
        """Hand an event in."""
        body = json.dumps({"type": type_, "data": data}).encode()
        id_, at = id_ or f"msg_{new_id()}", int(time.time()) - age_s
        headers = {
            "webhook-id": id_,
            "webhook-timestamp": str(at),
            "webhook-signature": f"v1,bm90IHRoaXM= {signature(key, id_, at, body)}",
        }
        return self.post(body, headers, account)

    def say(self, text: str, thread: str = "t1", customer: str = "C-1001", **more: Any) -> dict[str, Any]:
        found = self.tell("message", **{"from": {"address": customer}, "text": text, "thread": thread, **more})
        found.raise_for_status()
        return found.json()

    def messages(self, interaction_id: str) -> list[Any]:
        return self.hub.read(lambda ledger: ledger.messages(interaction_id))

    def answer(self, interaction_id: str, text: str, **more: Any) -> str:
        """Have Anna answer; returns the message's id."""
        contact = self.hub.read(lambda ledger: ledger.interaction(interaction_id))
        if contact.accepted_at is None:
            self.hub.command("anna", "accept", interaction_id=interaction_id).raise_for_status()
        done = self.hub.command("anna", "send_message", interaction_id=interaction_id, text=text, **more).json()
        assert done["outcome"] == "applied", done
        return next(one["id"] for one in done["changes"] if one["type"] == "message")

    def message(self, id_: str) -> Any:
        return self.hub.read(lambda ledger: ledger.get(Table.MESSAGE, id_))

    def until(self, look: Callable[[], Any], seconds: float = 10.0) -> Any:
        end = time.monotonic() + seconds
        while not (found := look()):
            assert time.monotonic() < end, "it did not happen in time"
            time.sleep(0.02)
        return found


def accounts(url: str) -> dict[str, Any]:
    base = {"kind": "webhook", "channel": "in_app", "secrets": {"key": "file:key", "old_key": "file:old_key"}}
    return {
        "accounts": [
            {**base, "name": "app", "settings": {"url": url}},
            {**base, "name": "far", "settings": {"allowed": ["192.0.2.0/24"]}},
        ]
    }


@pytest.fixture(scope="module")
def _app(shared_hub: Any) -> Iterator[App]:
    app = App()
    app.hub = shared_hub
    for name, key in (("key", KEY), ("old_key", OLD_KEY)):
        (shared_hub.data / name).write_text(f"whsec_{key}")
        (shared_hub.data / name).chmod(0o600)
    (shared_hub.data / "channels.yaml").write_text(json.dumps(accounts(app.url)))
    shared_hub.call(shared_hub.server.services.channels.reload)
    anna = replace(shared_hub.agents["anna"], presence=Presence(state=PresenceState.READY))
    shared_hub.put(replace(anna, capacity={"in_app": 50, "total": 50}))
    yield app
    app.server.shutdown()
    app.thread.join()
    app.server.server_close()


@pytest.fixture
def app(_app: App) -> App:
    _app.got.clear()
    _app.answers.clear()
    _app.hub.server.services.hooks._brakes.forgive()
    return _app
