"""A hub with chats on a company's pages, and pages that speak to it as the script does."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from desktop.domain.agent import PresenceState, Queue
from desktop.domain.changes import Table
from desktop.domain.ids import QueueId, new_id
from desktop.domain.interaction import Interaction, Message
from desktop.domain.journey import Touchpoint
from desktop.domain.routing import Hours, Opening
from desktop.hub.db import tables

ORIGIN = "https://shop.example"
SECRET = "a key of thirty-two characters, or more"

_FIELDS = [
    {"name": "name", "is_required": True},
    {"name": "email", "kind": "email", "label": {"en": "E-mail", "de": "E-Mail"}},
    {"name": "topic", "kind": "choice", "choices": {"bill": {"en": "Invoice", "de": "Rechnung"}}},
]


def accounts() -> dict[str, Any]:
    """Return ``channels.yaml``."""

    def account(name: str, **settings: Any) -> dict[str, Any]:
        return {
            "name": name,
            "kind": "webchat",
            "channel": "chat",
            "brand": "Nordwind",
            "settings": {"origins": [ORIGIN], **settings},
            "secrets": {"identity": "file:identity"},
        }

    return {
        "accounts": [
            account("shop", page_views="always", kept_parameters=["product"]),
            account("form", fields=_FIELDS, consent={"en": "You may keep this.", "de": "Das dürfen Sie behalten."}),
            account("members", identity="required"),
            account("guests", identity="optional", page_views="consent", agent_name="full"),
            account("night", queue="night", agent_name="brand"),
        ]
    }


def signed(secret: str = SECRET, **claims: Any) -> str:
    """Return a signed identity as a company's own server makes it."""
    about = {"sub": "C-1001", "aud": "members", "exp": time.time() + 300, "jti": new_id(), **claims}
    parts = [{"alg": "HS256", "typ": "JWT"}, {key: value for key, value in about.items() if value is not None}]
    text = ".".join(_plain(json.dumps(part).encode()) for part in parts)
    return f"{text}.{_plain(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest())}"


def _plain(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Page:
    """A visitor's page. ``token`` is what its storage holds."""

    def __init__(self, url: str, account: str, origin: str | None = ORIGIN) -> None:
        headers = {} if origin is None else {"Origin": origin}
        self.http = httpx.Client(base_url=f"{url}/chat/{account}", headers=headers, timeout=20, verify=False)
        self.token = ""

    def come(self, **values: Any) -> httpx.Response:
        """Begin or go on."""
        answer = self.http.post("/session", json={"token": self.token, **values})
        if answer.status_code == 200:
            self.token = answer.json()["token"]
        return answer

    def call(self, method: str, path: str, **values: Any) -> httpx.Response:
        signed_in = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers = {**signed_in, **values.pop("headers", {})}
        return self.http.request(method, path, headers=headers, **values)

    def say(self, text: str, key: str = "", **values: Any) -> httpx.Response:
        if not self.token:
            self.come()
        return self.call("POST", "/messages", json={"key": key or new_id(), "text": text, **values})

    def signal(self, kind: str, *messages: str) -> None:
        self.call("POST", "/signals", json={"kind": kind, "messages": messages}).raise_for_status()

    def bring(self, data: bytes, name: str, media_type: str = "application/octet-stream") -> httpx.Response:
        return self.call("POST", "/files", content=data, headers={"X-File-Name": name, "Content-Type": media_type})

    def look(self, after: int = 0) -> list[tuple[str, Any]]:
        """Return what the page is told now."""
        text = self.call("GET", f"/events?after={after}&once=1").raise_for_status().text
        found = []
        for frame in text.split("\n\n"):
            lines = dict(line.split(": ", 1) for line in frame.split("\n") if not line.startswith(":") and ": " in line)
            if "event" in lines:
                found.append((lines["event"], json.loads(lines["data"])))
        return found

    @property
    def said(self) -> list[dict[str, Any]]:
        """What the page shows: each message as it is now, by time."""
        found = {data["id"]: data for event, data in self.look() if event == "message"}
        return sorted(found.values(), key=lambda one: one["at"])

    @property
    def words(self) -> list[str]:
        return [one["text"] for one in self.said]

    @property
    def standing(self) -> dict[str, Any]:
        return [data for event, data in self.look() if event == "standing"][-1]


class Centre:
    """The hub and its agents, as one test sees them."""

    def __init__(self, hub: Any) -> None:
        self.hub = hub
        self._pages: list[Page] = []

    def page(self, account: str = "shop", origin: str | None = ORIGIN) -> Page:
        page = Page(self.hub.url, account, origin)
        self._pages.append(page)
        return page

    def contact(self, page: Page) -> Interaction:
        """Return the contact of a page's chat."""
        chat = page.come().json()["chat"]

        async def find(ledger: Any) -> Interaction:
            found = await ledger.find(Table.INTERACTION, tables.record.c.lookup.like(f"%:{chat}"))
            return found[0]

        return self.hub.read(find)

    def messages(self, page: Page) -> list[Message]:
        contact = self.contact(page)
        return self.hub.read(lambda ledger: ledger.messages(contact.id))

    def touchpoints(self, page: Page) -> list[Touchpoint]:
        contact = self.contact(page)
        return self.hub.read(lambda ledger: ledger.touchpoints(contact.customer_id))

    def accept(self, page: Page, who: str = "anna") -> Interaction:
        """Have an agent take a page's chat."""
        contact = self.contact(page)
        answer = self.hub.command("otto", "reassign", interaction_id=contact.id, to_agent=self.hub.agents[who].id)
        contact = self.contact(page)
        step = "accept" if contact.state == "offered" else "take"
        done = self.hub.command(who, step, interaction_id=contact.id).json()
        assert done["outcome"] == "applied", (answer.text, done)
        return self.contact(page)

    def answer(self, page: Page, text: str, who: str = "anna") -> str:
        """Have an agent answer; returns the message's id."""
        contact = self.contact(page)
        if contact.assignee is None or contact.state == "offered":
            contact = self.accept(page, who)
        done = self.hub.command(who, "send_message", interaction_id=contact.id, text=text).json()
        assert done["outcome"] == "applied", done
        return next(one["id"] for one in done["changes"] if one["type"] == "message")

    def close(self) -> None:
        for page in self._pages:
            page.http.close()


def furnish(hub: Any) -> None:
    """Give a hub the accounts, and a queue that is closed now."""
    (hub.data / "identity").write_text(SECRET)
    (hub.data / "identity").chmod(0o600)
    (hub.data / "channels.yaml").write_text(json.dumps(accounts()))
    hub.call(hub.server.services.channels.reload)
    day = (datetime.now(UTC).weekday() + 3) % 7
    hub.put(
        Queue(
            id=QueueId("night"),
            names={"en": "Night"},
            hours=Hours(openings=(Opening(days=(day,), opens="08:00", closes="10:00"),)),
        )
    )


@pytest.fixture(scope="module")
def open_hub(shared_hub: Any) -> Any:
    furnish(shared_hub)
    shared_hub.set_presence("anna", PresenceState.READY)
    return shared_hub


@pytest.fixture
def centre(open_hub: Any) -> Iterator[Centre]:
    """The chats of a hub that all tests of a file share."""
    open_hub.server.services.visitors.brakes.forgive()
    made = Centre(open_hub)
    yield made
    made.close()


@pytest.fixture
def own_centre(hub: Any) -> Iterator[Centre]:
    """The chats of a hub of its own."""
    furnish(hub)
    made = Centre(hub)
    yield made
    made.close()


@pytest.fixture
def identity() -> Callable[..., str]:
    return signed
