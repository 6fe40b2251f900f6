"""A customer writes with a Matrix program, an agent answers in the window, and the customer's room has the answer."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from msgspec.structs import replace

from desktop.domain.agent import Presence, PresenceState
from desktop.domain.changes import Table
from desktop.domain.interaction import Author, Delivery, Interaction, Message
from desktop.hub.channels.signals import Signal

from ..hub.conftest import RunningHub, _running, password_hash
from .synapse import PASSWORD, SERVER, Person, Synapse, until

pytestmark = pytest.mark.peer

__all__ = ["password_hash"]

BOT = "nordwind"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8


def account(url: str, user: str, **settings: Any) -> str:
    one = {
        "name": "messenger",
        "kind": "matrix",
        "channel": "messenger",
        "brand": "Nordwind",
        "settings": {"homeserver": url, "user": user, "encrypted_notice": "Bitte unverschlüsselt.", **settings},
        "secrets": {"password": "file:password"},
    }
    return json.dumps({"accounts": [one]})


def prepare(data: Path, url: str, user: str, **settings: Any) -> Path:
    data.mkdir(exist_ok=True)
    (data / "password").write_text(PASSWORD)
    (data / "password").chmod(0o600)
    (data / "channels.yaml").write_text(account(url, user, **settings))
    return data


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory, synapse: Synapse, password_hash: str) -> Iterator[RunningHub]:
    """One hub for all stories, whose polls bring five events of a room at most."""
    synapse.register(BOT)
    data = prepare(tmp_path_factory.mktemp("matrix-hub") / "hub", synapse.url, BOT, page=5, poll_s=5)
    with _running(data, password_hash) as running:
        anna = replace(running.agents["anna"], presence=Presence(state=PresenceState.READY))
        running.put(replace(anna, capacity={"messenger": 50, "total": 50}))
        yield running


class Talk:
    """A customer in a room with the company."""

    def __init__(self, hub: RunningHub, synapse: Synapse, name: str, bot: str = BOT, **options: Any) -> None:
        self.hub = hub
        self.customer: Person = synapse.person(name)
        self.bot = f"@{bot}:{SERVER}"
        self.room = self.customer.room(self.bot, **options)

    def say(self, text: str) -> str:
        return self.customer.say(self.room, text)

    @property
    def contact(self) -> Interaction | None:
        async def find(ledger: Any) -> Any:
            return await ledger.by_thread("messenger", self.room)

        return self.hub.read(find)

    @property
    def heard(self) -> list[Message]:
        contact = self.contact
        said = self.hub.read(lambda ledger: ledger.messages(contact.id)) if contact else []
        return [one for one in said if one.author is Author.CUSTOMER]

    @property
    def words(self) -> list[str]:
        return [one.text for one in self.heard]

    def comes(self, text: str, seconds: float = 60.0) -> Message:
        found: Message = until(
            lambda: next((one for one in self.heard if one.text == text), None), f"{text!r} came in", seconds
        )
        return found

    def answer(self, text: str, **more: Any) -> str:
        contact = self.contact
        assert contact is not None
        if contact.accepted_at is None:
            self.accept()
        done = self.hub.command("anna", "send_message", interaction_id=contact.id, text=text, **more).json()
        assert done["outcome"] == "applied", done
        return next(one["id"] for one in done["changes"] if one["type"] == "message")

    def accept(self) -> None:
        """Anna gets the contact and takes it."""
        contact = self.contact
        assert contact is not None
        to = {"interaction_id": contact.id, "to_agent": self.hub.agents["anna"].id}
        self.hub.command("otto", "reassign", **to)
        found = self.contact
        assert found is not None
        step = "accept" if found.state == "offered" else "take"
        self.hub.command("anna", step, interaction_id=contact.id).raise_for_status()

    def message(self, id_: str) -> Message:
        found: Message = self.hub.read(lambda ledger: ledger.get(Table.MESSAGE, id_))
        return found

    def becomes(self, id_: str, delivery: Delivery) -> Message:
        until(lambda: self.message(id_).delivery is delivery, f"it became {delivery}")
        return self.message(id_)

    @property
    def answers(self) -> list[dict[str, Any]]:
        """What the company said in the room."""
        return [one["content"] for one in self.customer.events(self.room) if one["sender"] == self.bot]


@pytest.fixture
def talk(hub: RunningHub, synapse: Synapse, request: pytest.FixtureRequest) -> Talk:
    return Talk(hub, synapse, f"k{abs(hash(request.node.name)) % 10**9}")


def test_a_message_is_a_contact_at_once_and_the_answer_is_in_the_room(talk: Talk) -> None:
    talk.say("Wo ist mein Paket?")
    talk.comes("Wo ist mein Paket?")
    waits = []
    for text in ("Es eilt", "Sehr", "Wirklich"):
        began = time.monotonic()
        talk.say(text)
        talk.comes(text)
        waits.append(time.monotonic() - began)
    # A machine that is busy may be late once, but whoever polls is late each time.
    assert min(waits) < 1.0
    contact = talk.contact
    assert contact is not None
    assert contact.from_address == f"matrix:{talk.customer.id}"
    assert contact.customer_name == talk.customer.id[1:].partition(":")[0].title()

    id_ = talk.answer("Es kommt morgen.")
    sent = talk.becomes(id_, Delivery.SENT)
    assert [one["body"] for one in talk.answers] == ["Es kommt morgen."]
    # The customer's program says that it showed the message.
    path = f"/rooms/{quote(talk.room)}/receipt/m.read/{quote(sent.external_id)}"
    talk.customer.call("POST", path, json={})
    talk.becomes(id_, Delivery.READ)


def test_what_the_customer_wrote_before_the_company_came_in_is_read(talk: Talk) -> None:
    for number in range(12):
        talk.say(f"Nummer {number}")
    talk.comes("Nummer 11")
    assert talk.words == [f"Nummer {number}" for number in range(12)]


def test_what_a_poll_leaves_out_is_fetched_in_order(talk: Talk) -> None:
    talk.say("Erste")
    talk.comes("Erste")
    supervisor = talk.hub.server.services.channels  # type: ignore[union-attr]
    talk.hub.call(lambda: supervisor.pause("messenger"))
    for number in range(120):
        talk.say(f"Nummer {number}")
    talk.hub.call(lambda: supervisor.restart("messenger"))
    talk.comes("Nummer 119", 60)
    assert talk.words == ["Erste", *(f"Nummer {number}" for number in range(120))]


def test_files_travel_both_ways(talk: Talk) -> None:
    talk.customer.attach(talk.room, PICTURE, "Bild.png", "image/png")
    talk.customer.attach(talk.room, b"MZ" + bytes(500), "setup.exe", "application/x-msdownload", "m.file")
    talk.say("Siehe oben")
    talk.comes("Siehe oben")
    first, second = talk.heard[:2]
    assert [(one.name, one.media_type, one.size) for one in first.attachments] == [
        ("Bild.png", "image/png", len(PICTURE))
    ]
    assert (second.attachments, second.values["lost_files"]) == ((), "setup.exe")

    file = {"sha256": first.attachments[0].sha256, "name": "zurück.png"}
    talk.becomes(talk.answer("Danke, hier noch einmal", attachments=[file]), Delivery.SENT)
    text, image = talk.answers
    assert (text["msgtype"], image["msgtype"], image["body"]) == ("m.text", "m.image", "zurück.png")
    assert talk.customer.fetch(image["url"]) == PICTURE


def test_what_a_customer_changes_or_takes_back_is_shown_so(talk: Talk, synapse: Synapse) -> None:
    first = talk.say("Ich will 3 Stück")
    talk.comes("Ich will 3 Stück")
    talk.customer.edit(talk.room, first, "Ich will 30 Stück")
    changed = talk.comes("Ich will 30 Stück")
    assert changed.edited_at is not None
    assert len(talk.heard) == 1

    other = synapse.person(f"b{abs(hash(talk.room)) % 10**9}")
    talk.customer.call("POST", f"/rooms/{quote(talk.room)}/invite", json={"user_id": other.id})
    other.call("POST", f"/rooms/{quote(talk.room)}/join", json={})
    other.edit(talk.room, first, "Nichts davon")
    talk.customer.redact(talk.room, first)
    until(lambda: talk.heard[0].is_redacted, "it was taken back")
    assert talk.heard[0].text == ""
    assert "Nichts davon" not in talk.words


def test_who_types_and_who_has_read_is_told_both_ways(talk: Talk) -> None:
    last = talk.say("Hallo")
    talk.comes("Hallo")
    heard: list[Signal] = []
    signals = talk.hub.server.services.channels.signals  # type: ignore[union-attr]
    stop = signals.listen(heard.append)
    typing = f"/rooms/{quote(talk.room)}/typing/{quote(talk.customer.id)}"
    talk.customer.call("PUT", typing, json={"typing": True, "timeout": 5000})
    until(lambda: [one for one in heard if one.by == "customer" and one.kind == "typing"], "typing was told")
    talk.customer.call("PUT", typing, json={"typing": False})
    until(lambda: [one for one in heard if one.by == "customer" and one.kind == "idle"], "its end was told")
    stop()

    contact = talk.contact
    assert contact is not None
    talk.accept()

    def seen() -> bool:
        receipts = talk.customer.passing(talk.room).get("m.receipt", {})
        return talk.bot in receipts.get(last, {}).get("m.read", {})

    until(seen, "the room was told that it was read")

    async def types() -> None:
        signals.tell(Signal(interaction_id=contact.id, by="agent", kind="typing"))

    talk.hub.call(types)

    def typed() -> bool:
        passing = talk.customer.passing(talk.room).get("m.typing", {})
        return talk.bot in passing.get("user_ids", [])

    until(typed, "the room was told that the agent types")


def test_a_room_only_its_members_can_read_is_said_to_be_one(hub: RunningHub, synapse: Synapse) -> None:
    talk = Talk(hub, synapse, "geheim", encrypted=True)
    locked = {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "x", "session_id": "s"}
    for _ in range(3):
        talk.customer.send(talk.room, locked, "m.room.encrypted")
    until(lambda: talk.contact, "there is a contact")
    until(lambda: talk.answers, "the room was told")
    assert [one["body"] for one in talk.answers] == ["Bitte unverschlüsselt."]
    contact = talk.contact
    assert contact is not None
    events = [one.event for one in hub.read(lambda ledger: ledger.messages(contact.id)) if one.event]
    assert events.count("encrypted") == 1
    assert talk.becomes(talk.answer("Guten Tag"), Delivery.FAILED).failure == "encrypted"


def test_an_answer_into_a_room_that_was_left_says_so(talk: Talk) -> None:
    talk.say("Hallo")
    talk.comes("Hallo")
    talk.customer.call("POST", f"/rooms/{quote(talk.room)}/leave", json={})
    assert talk.becomes(talk.answer("Noch da?"), Delivery.FAILED).failure == "left_room"


def test_an_answer_into_a_room_we_were_put_out_of_says_so(hub: RunningHub, synapse: Synapse) -> None:
    talk = Talk(hub, synapse, "streit", preset="private_chat")
    talk.say("Hallo")
    talk.comes("Hallo")
    talk.customer.call("POST", f"/rooms/{quote(talk.room)}/ban", json={"user_id": talk.bot})
    assert talk.becomes(talk.answer("Noch da?"), Delivery.FAILED).failure == "left_room"


def test_a_restart_of_the_homeserver_loses_nothing(talk: Talk, synapse: Synapse) -> None:
    talk.say("Vorher")
    talk.comes("Vorher")
    id_ = ""
    synapse.stop()
    try:
        id_ = talk.answer("Während der Pause")
    finally:
        synapse.start()
    talk.say("Nachher")
    talk.comes("Nachher", 60)
    until(lambda: talk.message(id_).delivery is Delivery.SENT, "the answer went out", 60)
    assert [one["body"] for one in talk.answers] == ["Während der Pause"]


def test_an_answer_cut_off_after_the_room_had_it_is_not_said_twice(talk: Talk) -> None:
    talk.say("Hallo")
    talk.comes("Hallo")
    adapter: Any = talk.hub.server.services.channels.adapter("messenger")  # type: ignore[union-attr]
    send, tries = adapter.send, []

    async def cut_off(out: Any) -> Any:
        sent = await send(out)
        tries.append(sent)
        if len(tries) == 1:
            raise OSError("the line broke")
        return sent

    adapter.send = cut_off
    try:
        sent = talk.becomes(talk.answer("Einmal"), Delivery.SENT)
    finally:
        adapter.send = send
    assert [one["body"] for one in talk.answers] == ["Einmal"]
    assert len(tries) == 1
    assert sent.external_id == tries[0].external_id


def test_invitations_of_strangers_are_turned_down_where_the_file_says_so(
    tmp_path: Path, synapse: Synapse, password_hash: str
) -> None:
    synapse.register("streng")
    data = prepare(tmp_path / "hub", synapse.url, "streng", invites="servers", servers=["firma.example"])
    with _running(data, password_hash) as strict:
        talk = Talk(strict, synapse, "fremd", "streng")

        def state() -> str:
            path = f"/rooms/{quote(talk.room)}/state/m.room.member/{quote(talk.bot)}"
            return str(talk.customer.call("GET", path)["membership"])

        until(lambda: state() == "leave", "the invitation was turned down")


@pytest.mark.timeout(300)
def test_killed_between_taking_messages_in_and_noting_it_each_comes_once(tmp_path: Path, synapse: Synapse) -> None:
    synapse.register("killed")
    data = prepare(tmp_path / "hub", synapse.url, "killed", page=2, poll_s=2)
    customer = synapse.person("opfer")
    room = customer.room(f"@killed:{SERVER}")
    assert _run_hub(data, "never") == 0
    sent = []
    for number in range(5):
        sent += [customer.say(room, f"Nummer {number} {part}") for part in "abcde"]
        assert _run_hub(data, "after" if number % 2 else "before") == -signal.SIGKILL
    assert _run_hub(data, "never") == 0
    with sqlite3.connect(data / "hub.db") as database:
        rows = database.execute(
            "SELECT lookup FROM record WHERE type = 'message' AND lookup LIKE '$%' ORDER BY rowid"
        ).fetchall()
    assert sorted(row[0] for row in rows) == sorted(sent)


def _run_hub(data: Path, ending: str) -> int:
    script = Path(__file__).with_name("killed_hub.py")
    return subprocess.run([sys.executable, str(script), str(data), ending], timeout=60, check=False).returncode
