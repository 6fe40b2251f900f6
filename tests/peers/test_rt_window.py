"""The window at a real Request Tracker: signed in at through its page, a ticket worked from end to end, files both ways, and
what RT has not, not offered; alone, and as one of three systems."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from desktop.app import verifier
from desktop.domain.changes import Table
from desktop.store import files
from desktop.wire import records

from ..hub.conftest import PASSWORD as HUB_PASSWORD
from ..journeys.agent import Agent
from ..journeys.conftest import Customer, hub, password_hash, play, seats
from ..journeys.elsewhere import TOKEN, Elsewhere, elsewhere
from .request_tracker import PASSWORD, RequestTracker

pytestmark = [pytest.mark.peer, pytest.mark.timeout(300)]

__all__ = ["elsewhere", "hub", "password_hash", "play", "seats"]

Play = Callable[[Coroutine[Any, Any, None]], None]

_MAIL = """From: Jana Weber <jana@kunde.example>
To: hilfe@firma.example
Subject: Doppelt abgebucht
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=a

--a
Content-Type: text/plain; charset=utf-8

Die Rechnung wurde doppelt abgebucht, bitte erstatten Sie das Geld.
--a
Content-Type: text/plain; name="auszug.txt"
Content-Disposition: attachment; filename="auszug.txt"

2 x 19,90
--a--
"""


@pytest.fixture
def anna(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Agent:
    monkeypatch.setattr(verifier, "_COST", 2**4)
    monkeypatch.setenv("DIRIGENT_VAULT", "file")
    monkeypatch.delenv("DIRIGENT_POLICY", raising=False)
    # RT answers slowly where the machine has much else to do.
    return Agent(qapp, tmp_path / "profile", patience_s=120.0)


def test_a_ticket_is_worked_at_the_window_from_end_to_end(
    request_tracker: RequestTracker, anna: Agent, tmp_path: Path, play: Play
) -> None:
    tracker = request_tracker
    sent = tmp_path / "gutschrift.txt"
    sent.write_text("19,90 zurück")

    async def work() -> None:
        await asyncio.to_thread(tracker.mail, _MAIL)
        ticket = await asyncio.to_thread(newest, tracker)
        id_ = str(ticket)
        await anna.sign_in("rt", tracker.url, "anna", PASSWORD)
        strip, presence = anna.window.strip, anna.window.presence
        assert (presence.is_kept, strip.state.isVisible(), strip.day.isVisible()) == (False, False, False)
        await anna.take(id_)
        model, composer = anna.window.interaction.model, anna.window.interaction.composer
        await anna.until(lambda: model.interaction.intent == "double_invoice", "what it is about was worked out here")
        assert not {"hold", "consult", "schedule_callback"} & set(model.steps)
        assert [choice.channel.value for choice in composer.model.channels] == ["email"]
        # Their file is fetched once and then is here.
        [enclosed] = await anna.until(lambda: attached(anna.store, id_), "the file is told of")
        got: list[bytes] = []
        anna.workplace.files.read(enclosed, got.append)
        await anna.until(lambda: got, "the file can be read")
        assert got[0].strip() == b"2 x 19,90"
        assert anna.store.query(lambda conn: files.find(conn, enclosed.sha256)) is not None
        # Ours goes with the reply.
        composer.model.attach([str(sent)])
        await anna.until(lambda: composer.model.enclosures and not composer.model.is_uploading, "it is enclosed")
        await anna.write("reply", "Das Geld kommt zurueck.")
        await anna.write("note", "Doppelt gebucht am 3.")
        await anna.all_sent()
        said = [text.strip() for text in await asyncio.to_thread(tracker.said, ticket)]
        assert said.count("Das Geld kommt zurueck.") == 1
        assert sent.read_text() in said
        assert [text.strip() for text in await asyncio.to_thread(tracker.said, ticket, "Comment")] == [
            "Doppelt gebucht am 3."
        ]
        await anna.wrap_up("resolved")
        await anna.all_sent()
        assert (await asyncio.to_thread(tracker.call, "GET", f"ticket/{ticket}"))["Status"] == "resolved"

    play(to_the_end(anna, work))


def test_it_is_one_of_three_systems_in_one_window(
    request_tracker: RequestTracker, anna: Agent, hub: Any, elsewhere: Elsewhere, play: Play
) -> None:
    tracker, office, address = request_tracker, elsewhere.office, "jana.dreifach@kunde.example"
    jana = Customer(hub, channel="email", address=address)

    async def work() -> None:
        here = str((await jana.writes("Wo ist mein Paket?", subject="Paket"))["interaction_id"])
        person = elsewhere.do(office.add_contact, "Jana Weber", email=address)
        number = elsewhere.do(office.begin, person, "Mein Paket kommt nicht!")
        await asyncio.to_thread(tracker.mail, _MAIL.replace("jana@kunde.example", address))
        ticket = await asyncio.to_thread(newest, tracker)
        await anna.sign_in("hub", hub.url, "anna", HUB_PASSWORD)
        await anna.add_account("chatwoot", elsewhere.chatwoot.url, "", TOKEN)
        # By a token of RT's, at the page.
        await anna.add_account("rt", tracker.url, "", tracker.tokens["anna"])
        served = {here: "Dirigent", f"chatwoot~{number}": "Chatwoot", f"rt~{ticket}": "Request Tracker"}
        header = anna.window.interaction.header
        for id_, title in served.items():
            await anna.take(id_)
            await anna.until(lambda title=title: header.account.text() == title, "the header says where it is from")
            await anna.write("reply", f"Answer by {title}")
            await anna.all_sent()
        assert [message["text"] for message in await jana.received(here)] == ["Answer by Dirigent"]
        assert elsewhere.answers_of_chatwoot(number) == [("Answer by Chatwoot", False)]
        said = [text.strip() for text in await asyncio.to_thread(tracker.said, ticket)]
        assert [text for text in said if text.startswith("Answer by")] == ["Answer by Request Tracker"]
        # One person in all of them.
        await anna.until(lambda: len(anna.window.context.customer.accounts) == 3, "they are one customer")
        assert set(anna.window.context.customer.accounts) == set(served.values())

    play(to_the_end(anna, work))


async def to_the_end(anna: Agent, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    try:
        await work()
    finally:
        await anna.end()


def newest(tracker: RequestTracker) -> int:
    found = tracker.call("GET", "tickets?query=id%3E0&orderby=id&order=DESC&per_page=1")
    return int(found["items"][0]["id"])


def attached(store: Any, contact: str) -> list[Any]:
    def find(conn: Any) -> list[Any]:
        rows = conn.execute("SELECT body FROM message WHERE interaction_id = ?", (contact,)).fetchall()
        return [one for (body,) in rows for one in records.decode(Table.MESSAGE, body).attachments]

    return list(store.query(find))
