"""The window at a real Request Tracker and at nothing else: signed in at through its page, a ticket worked from end to
end, files both ways, and what RT has not, not offered."""

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

from ..journeys.agent import Agent
from ..journeys.conftest import play, seats
from .request_tracker import PASSWORD, RequestTracker

pytestmark = [pytest.mark.peer, pytest.mark.timeout(300)]

__all__ = ["play", "seats"]

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


def test_a_ticket_is_worked_at_the_window_from_end_to_end(
    request_tracker: RequestTracker, qapp: QApplication, tmp_path: Path, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifier, "_COST", 2**4)
    monkeypatch.setenv("DIRIGENT_VAULT", "file")
    monkeypatch.delenv("DIRIGENT_POLICY", raising=False)
    # RT answers slowly where the machine has much else to do.
    anna = Agent(qapp, tmp_path / "profile", patience_s=120.0)
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

    async def story() -> None:
        try:
            await work()
        finally:
            await anna.end()

    play(story())


def newest(tracker: RequestTracker) -> int:
    found = tracker.call("GET", "tickets?query=id%3E0&orderby=id&order=DESC&per_page=1")
    return int(found["items"][0]["id"])


def attached(store: Any, contact: str) -> list[Any]:
    def find(conn: Any) -> list[Any]:
        rows = conn.execute("SELECT body FROM message WHERE interaction_id = ?", (contact,)).fetchall()
        return [one for (body,) in rows for one in records.decode(Table.MESSAGE, body).attachments]

    return list(store.query(find))
