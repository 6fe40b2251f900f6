"""An agent at the desk, colleagues and customers at a real Request Tracker."""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from desktop.app.bench.faults.proxy import Fault, FaultKind, FaultProxy, Side
from desktop.backends.base import Refused, SignInNeeded
from desktop.backends.rt import credentials
from desktop.backends.rt.backend import RtBackend
from desktop.domain import commands as c
from desktop.domain.changes import Table
from desktop.domain.ids import AgentId, CommandId, CustomerId, InteractionId, QueueId, new_id
from desktop.domain.interaction import Attachment, Author, InteractionState, MessageKind
from desktop.store.database import Store
from desktop.store.rows import OutboxState
from desktop.sync.backoff import Growth
from desktop.sync.politeness import Politeness
from desktop.wire import records

from .request_tracker import PASSWORD, RequestTracker

pytestmark = [pytest.mark.peer, pytest.mark.timeout(900)]

ME = AgentId("desk-agent")


class Tokens:
    """A token source that gives one credential until it is refused."""

    def __init__(self, credential: str) -> None:
        self.credential = credential

    async def access(self, refresh: Any, stale: str = "") -> str | None:
        return self.credential if self.credential != stale else None


class RtDesk:
    """An agent's desk on an RT. Ids are RT's numbers with the account's key."""

    def __init__(self, desk: Any, tracker: RequestTracker) -> None:
        self.desk = desk
        self.tracker = tracker

    def contact(self, ticket: int) -> Any:
        return self.desk.row(Table.INTERACTION, f"rt~{ticket}")

    def messages(self, ticket: int) -> list[Any]:
        rows = self.desk.store.query(
            lambda conn: conn.execute("SELECT body FROM message WHERE interaction_id = ?", (f"rt~{ticket}",)).fetchall()
        )
        found = [records.decode(Table.MESSAGE, body) for (body,) in rows]
        return sorted(found, key=lambda message: int(message.id.removeprefix("rt~")))

    def said(self, ticket: int) -> list[str]:
        return [message.text.strip() for message in self.messages(ticket) if message.kind is MessageKind.TEXT]

    async def until(self, holds: Callable[[], object], seconds: float = 60.0) -> None:
        await self.desk.until(holds, seconds)

    async def shows(self, ticket: int, state: InteractionState | None = None) -> Any:
        """Wait until a ticket is at the desk, in ``state``."""
        await self.until(lambda: self.contact(ticket) is not None and state in (None, self.contact(ticket).state))
        return self.contact(ticket)

    async def done(self) -> None:
        """Wait until all the agent did got through, or was refused."""
        await self.until(lambda: all(one.state is OutboxState.WEDGED for one in self.desk.outbox()))

    def refusals(self) -> list[str]:
        return [one.error for one in self.desk.outbox() if one.state is OutboxState.WEDGED]

    def give(self, command: type[Any], ticket: int, **fields: Any) -> None:
        self.desk.give(command(interaction_id=InteractionId(f"rt~{ticket}"), **fields))

    async def there(self, action: Callable[[], Any]) -> Any:
        """Have something done at RT itself."""
        return await asyncio.to_thread(action)


@pytest.fixture
async def sit_down(
    request_tracker: RequestTracker, tmp_path: Path, neighbour: Callable[[str], Any]
) -> AsyncIterator[Callable[..., Awaitable[RtDesk]]]:
    """Make a desk that reads RT as ``user``; by another address where ``url`` leads there."""
    open_desks: list[tuple[Any, RtBackend, Store]] = []

    async def make(
        user: str = "anna", *, url: str = "", password: str = PASSWORD, busy_s: float = 0.2, **options: Any
    ) -> RtDesk:
        store = Store.open(tmp_path / f"cache-{len(open_desks)}.db", os.urandom(32))
        tokens = Tokens(credentials.of_sign_in(user, password))
        backend = RtBackend(
            url or request_tracker.url, tokens, key="rt", me=ME, busy_s=busy_s, idle_s=max(busy_s, 1.0), patience_s=0.5
        )
        desk = neighbour("sync/conftest.py").Desk(store, backend, me=ME, account="rt", **options)
        open_desks.append((desk, backend, store))
        desk.start()
        return RtDesk(desk, request_tracker)

    yield make
    for desk, backend, store in open_desks:
        await desk.close()
        await backend.close()
        store.close()


# --- signing in ---------------------------------------------------------------------------------------------------------


async def test_an_agent_signs_in_by_password_or_by_a_token_of_rts(request_tracker: RequestTracker) -> None:
    backend = RtBackend(request_tracker.url, key="rt")
    by_password = await backend.sign_in("anna", PASSWORD)
    by_token = await backend.sign_in("", request_tracker.tokens["anna"])
    number = request_tracker.numbers["anna"]
    assert by_password.agent.id == by_token.agent.id == f"rt~{number}"
    assert by_password.agent.name == by_token.agent.name == "Anna Berg"
    for user, secret in (("anna", "falsch"), ("", "1-27-abcdef"), ("", "unsinn"), ("niemand", "x")):
        with pytest.raises(Refused):
            await backend.sign_in(user, secret)
    with pytest.raises(SignInNeeded):
        await RtBackend(request_tracker.url, Tokens("")).me()
    with pytest.raises(SignInNeeded):
        await RtBackend(request_tracker.url, Tokens("token 1-2-3")).changes(0, limit=10)
    await backend.close()


# --- reading ------------------------------------------------------------------------------------------------------------


async def test_the_first_look_shows_what_is_open_and_what_was(
    request_tracker: RequestTracker, sit_down: Callable[..., Awaitable[RtDesk]]
) -> None:
    rt, anna = request_tracker, request_tracker.numbers["anna"]
    waiting = rt.open("Rechnung 17", "Der Betrag stimmt nicht.", Priority=100, Requestor="mia@kunde.example")
    mine, later, asked, gone, secret = (rt.open(name) for name in ("Meins", "Später", "Gefragt", "Weg", "Anderswo"))
    rt.call("PUT", f"ticket/{mine}", {"Owner": str(anna), "Queue": "Rechnungen"})
    tomorrow = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    rt.call(
        "PUT", f"ticket/{later}", {"Owner": str(anna), "Status": "stalled", "Starts": f"{tomorrow:%Y-%m-%d %H:%M:%S}"}
    )
    rt.call("PUT", f"ticket/{asked}", {"Owner": str(anna), "Status": "stalled"})
    rt.call("PUT", f"ticket/{waiting}", {"CustomFields": {"Vertrag": "V-4711"}, "AddRefersTo": mine})
    rt.call("PUT", f"ticket/{gone}", {"Status": "deleted"})
    rt.call("PUT", f"ticket/{secret}", {"Queue": "Geheim"})
    done = rt.open("Erledigt")
    rt.call("PUT", f"ticket/{done}", {"Status": "resolved"})
    desk = await sit_down()
    contact = await desk.shows(waiting, InteractionState.QUEUED)
    assert (contact.subject, contact.priority, contact.assignee) == ("Rechnung 17", 1, None)
    assert contact.last_text.strip() == "Der Betrag stimmt nicht."
    customer = desk.desk.row(Table.CUSTOMER, contact.customer_id)
    assert [identity.normalised for identity in customer.identities] == ["mia@kunde.example"]
    case = desk.desk.row(Table.RECORD, f"rt~{waiting}")
    assert case.fields == {"Vertrag": "V-4711", "refers-to": f"#{mine}"}
    own = await desk.shows(mine, InteractionState.ACTIVE)
    assert own.assignee == ME
    assert desk.desk.row(Table.QUEUE, own.queue).names["de"] == "Rechnungen"
    assert (await desk.shows(later, InteractionState.SNOOZED)).snoozed_until == tomorrow
    await desk.shows(asked, InteractionState.WAITING)
    await desk.until(lambda: desk.desk.status.is_usable and desk.contact(done) is not None)
    assert desk.contact(done).state is InteractionState.CLOSED
    assert desk.contact(done).disposition == "rt~resolved"
    assert desk.contact(gone) is None
    assert desk.contact(secret) is None


async def test_whatever_happens_within_one_second_arrives_and_arrives_once(
    request_tracker: RequestTracker, sit_down: Callable[..., Awaitable[RtDesk]]
) -> None:
    ticket = request_tracker.open("Viel auf einmal", "Eins")
    desk = await sit_down()
    await desk.shows(ticket)
    for number in range(12):
        body = {"Content": f"Antwort {number}", "ContentType": "text/plain"}
        await desk.there(
            lambda body=body: request_tracker.call("POST", f"ticket/{ticket}/correspond", body, user="bernd")
        )
    await desk.until(lambda: len(desk.said(ticket)) == 13)
    assert desk.said(ticket) == ["Eins", *(f"Antwort {number}" for number in range(12))]
    last = desk.messages(ticket)[-1]
    assert (last.author, last.author_name) == (Author.AGENT, "Bernd Holm")
    # A second later there is nothing new: what is read twice is written once.
    await asyncio.sleep(5)
    rows = desk.desk.store.query(lambda conn: conn.execute("SELECT id, seq FROM message ORDER BY id").fetchall())
    await asyncio.sleep(2)
    assert (
        desk.desk.store.query(lambda conn: conn.execute("SELECT id, seq FROM message ORDER BY id").fetchall()) == rows
    )


async def test_a_hostile_mail_arrives_harmless_with_its_files(
    request_tracker: RequestTracker, sit_down: Callable[..., Awaitable[RtDesk]]
) -> None:
    name = "=?utf-8?b?UmVjaG51bmcgw6TDtiDwn5iALnBkZg==?="
    request_tracker.mail(
        "From: Jana Weber <jana@kunde.example>\nTo: hilfe@firma.example\nSubject: =?utf-8?q?B=C3=B6se?=\n"
        'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="x"\n\n'
        "--x\nContent-Type: text/html; charset=utf-8\n\n"
        '<p>Hallo <b>Welt</b><script>alert(1)</script><img src="http://spur.example/x.gif" onerror="alert(2)"></p>\n'
        f'--x\nContent-Type: application/pdf; name="{name}"\nContent-Disposition: attachment; filename="{name}"\n'
        "Content-Transfer-Encoding: base64\n\nJVBERgD/\n--x--\n"
    )
    desk = await sit_down()

    def found() -> list[Any]:
        ids = [
            row[0] for row in desk.desk.store.query(lambda conn: conn.execute("SELECT id FROM interaction").fetchall())
        ]
        return [m for one in ids for m in desk.messages(int(one.removeprefix("rt~"))) if m.subject == "Böse"]

    await desk.until(found)
    message = found()[0]
    assert message.author is Author.CUSTOMER
    assert message.text.strip() == "Hallo Welt"
    assert "<b>Welt</b>" in message.html
    assert "script" not in message.html
    assert "onerror" not in message.html
    assert ' src="http' not in message.html
    (file,) = message.attachments
    assert (file.name, file.media_type, file.size) == ("Rechnung äö 😀.pdf", "application/pdf", 6)
    assert (await desk.desk.backend.download(file.sha256)).getvalue() == b"%PDF\x00\xff"


async def test_what_is_merged_or_deleted_there_is_so_here(
    request_tracker: RequestTracker, sit_down: Callable[..., Awaitable[RtDesk]]
) -> None:
    rt = request_tracker
    stays, goes, trash = rt.open("Bleibt", "A"), rt.open("Geht auf", "B"), rt.open("Müll", "C")
    desk = await sit_down()
    for ticket in (stays, goes, trash):
        await desk.shows(ticket)
    await desk.there(lambda: rt.call("PUT", f"ticket/{goes}", {"MergeInto": stays}))
    await desk.there(lambda: rt.call("PUT", f"ticket/{trash}", {"Status": "deleted"}))
    await desk.until(lambda: desk.contact(goes) is None and desk.contact(trash) is None)
    await desk.until(lambda: desk.said(stays) == ["A", "B"])
    # What was on its way to the one that is gone reaches the one that it became.
    desk.give(c.SendMessage, goes, text="An beide")
    desk.give(c.WrapUp, trash, disposition="rt~resolved")
    await desk.done()
    assert rt.said(stays)[-1] == "An beide"
    assert not desk.desk.outbox()
    assert desk.contact(goes) is None


# --- working ------------------------------------------------------------------------------------------------------------


async def test_a_day_of_an_agent(request_tracker: RequestTracker, sit_down: Callable[..., Awaitable[RtDesk]]) -> None:
    rt = request_tracker
    ticket = rt.open("Lieferung", "Wo bleibt sie?")
    bernd = rt.numbers["bernd"]
    desk = await sit_down()
    await desk.shows(ticket, InteractionState.QUEUED)

    def there() -> Any:
        return rt.call("GET", f"ticket/{ticket}")

    desk.give(c.Take, ticket)
    desk.give(c.SendMessage, ticket, text="Morgen, 10 Uhr 😀 – versprochen.\n0")
    desk.give(c.AddNote, ticket, text="Ruft gern an.")
    desk.give(c.SetPriority, ticket, priority=2)
    await desk.done()
    assert desk.refusals() == []
    assert (there()["Owner"]["id"], there()["Status"], there()["Priority"]) == ("anna", "open", "75")
    assert rt.said(ticket)[-1] == "Morgen, 10 Uhr 😀 – versprochen.\n0"
    assert rt.said(ticket, "Comment") == ["Ruft gern an."]
    contact = desk.contact(ticket)
    assert (contact.assignee, contact.state, contact.priority) == (ME, InteractionState.ACTIVE, 2)
    note = [message for message in desk.messages(ticket) if message.kind is MessageKind.NOTE]
    assert [(one.text, one.author, one.agent_id) for one in note] == [("Ruft gern an.", Author.AGENT, ME)]

    soon = datetime.now(UTC) + timedelta(minutes=5)
    desk.give(c.Snooze, ticket, until=soon)
    await desk.done()
    assert desk.contact(ticket).state is InteractionState.SNOOZED
    assert there()["Status"] == "stalled"
    desk.give(c.Resume, ticket)
    desk.give(c.Wait, ticket)
    await desk.done()
    assert desk.contact(ticket).state is InteractionState.WAITING
    await desk.there(lambda: rt.customer_writes(ticket, "Danke!"))
    await desk.shows(ticket, InteractionState.ACTIVE)

    desk.give(c.WrapUp, ticket, disposition="rt~resolved", summary="Alles gut.")
    await desk.done()
    assert (there()["Status"], desk.contact(ticket).state) == ("resolved", InteractionState.CLOSED)
    assert rt.said(ticket, "Comment")[-1] == "Alles gut."
    desk.give(c.Reopen, ticket)
    desk.give(c.Transfer, ticket, to_queue=QueueId(f"rt~{_queue(rt, 'Rechnungen')}"), note="Bitte prüfen.")
    await desk.done()
    contact = desk.contact(ticket)
    assert (contact.state, contact.assignee) == (InteractionState.QUEUED, None)
    assert there()["Queue"]["id"] == str(_queue(rt, "Rechnungen"))
    desk.give(c.Take, ticket)
    desk.give(c.Transfer, ticket, to_agent=AgentId(f"rt~{bernd}"))
    await desk.done()
    assert there()["Owner"]["id"] == "bernd"
    assert desk.contact(ticket).assignee == f"rt~{bernd}"
    desk.give(c.Hold, ticket)
    await desk.done()
    assert desk.refusals() == ["unsupported"]


async def test_what_was_put_off_comes_back_by_itself(
    request_tracker: RequestTracker, sit_down: Callable[..., Awaitable[RtDesk]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.backends.rt.feed._WAKING_S", 0.5)
    ticket = request_tracker.open("Später")
    anna = request_tracker.numbers["anna"]
    request_tracker.call("PUT", f"ticket/{ticket}", {"Owner": str(anna)})
    desk = await sit_down()
    await desk.shows(ticket, InteractionState.ACTIVE)
    desk.give(c.Snooze, ticket, until=datetime.now(UTC) + timedelta(seconds=15))
    await desk.shows(ticket, InteractionState.SNOOZED)
    await desk.shows(ticket, InteractionState.ACTIVE)


async def test_a_file_goes_out_and_is_the_same_there(
    request_tracker: RequestTracker, sit_down: Callable[..., Awaitable[RtDesk]]
) -> None:
    ticket = request_tracker.open("Mit Anlage")
    desk = await sit_down()
    await desk.shows(ticket)
    data = bytes(range(256)) * 400
    sha256 = hashlib.sha256(data).hexdigest()
    assert (await desk.desk.backend.upload(data, media_type="image/png", name="x")).sha256 == sha256
    file = Attachment(sha256=sha256, name="Grüße 😀.png", media_type="image/png", size=len(data))
    desk.give(c.SendMessage, ticket, text="", attachments=(file,))
    await desk.done()
    assert desk.refusals() == []
    (sent,) = desk.messages(ticket)[-1].attachments
    assert (sent.name, sent.size) == (file.name, len(data))
    assert (await desk.desk.backend.download(sent.sha256)).getvalue() == data
    unknown = Attachment(sha256="0" * 64, name="y.png")
    desk.give(c.SendMessage, ticket, text="Noch eine", attachments=(unknown,))
    await desk.done()
    assert desk.refusals() == ["unknown_value"]


async def test_what_rt_does_not_allow_is_refused_although_it_answers_200(
    request_tracker: RequestTracker, sit_down: Callable[..., Awaitable[RtDesk]]
) -> None:
    rt = request_tracker
    ticket, secret = rt.open("Nicht dorthin"), rt.open("Nicht sichtbar", Queue="Geheim")
    desk = await sit_down()
    await desk.shows(ticket)
    desk.give(c.Take, ticket)
    await desk.done()
    desk.give(c.Transfer, ticket, to_queue=QueueId(f"rt~{_queue(rt, 'Geheim')}"), to_agent=ME)
    await desk.done()
    assert desk.refusals() == ["forbidden"]
    assert rt.call("GET", f"ticket/{ticket}")["Queue"]["id"] == str(_queue(rt, "General"))
    assert desk.contact(ticket).assignee == ME
    desk.give(c.SendMessage, secret, text="Hallo")
    await desk.done()
    assert desk.refusals() == ["forbidden"] * 2
    assert rt.said(secret) == []
    customer = desk.contact(ticket).customer_id
    desk.desk.give(c.UpdateCustomer(customer_id=customer, fields={"name": "Jana Weber"}))
    await desk.done()
    assert desk.refusals() == ["forbidden"] * 3


async def test_a_colleague_who_was_faster_is_seen_and_not_overruled(
    request_tracker: RequestTracker, sit_down: Callable[..., Awaitable[RtDesk]]
) -> None:
    rt = request_tracker
    taken, written = rt.open("Wer zuerst kommt"), rt.open("Noch eine Frage")
    rt.call("PUT", f"ticket/{written}", {"Owner": str(rt.numbers["anna"])})
    desk = await sit_down()
    for ticket in (taken, written):
        await desk.shows(ticket)
    backend: RtBackend = desk.desk.backend
    await desk.desk.stop()
    # The desk sleeps: what it shows is older than what is there.
    await desk.there(lambda: rt.call("PUT", f"ticket/{taken}/take", {}, user="bernd"))
    await desk.there(lambda: rt.customer_writes(written, "Eins habe ich vergessen!"))
    answer = await backend.perform(_id(), c.Take(interaction_id=InteractionId(f"rt~{taken}")))
    assert (answer.outcome, answer.error.code) == ("refused", "already_taken")
    assert _row(answer, Table.INTERACTION).assignee == f"rt~{rt.numbers['bernd']}"
    wrap_up = c.WrapUp(interaction_id=InteractionId(f"rt~{written}"), disposition="rt~resolved")
    answer = await backend.perform(_id(), wrap_up)
    assert (answer.outcome, answer.error.code) == ("refused", "conflict")
    assert _row(answer, Table.INTERACTION).last_text.strip() == "Eins habe ich vergessen!"
    assert rt.call("GET", f"ticket/{written}")["Status"] == "open"
    assert rt.call("GET", f"ticket/{taken}")["Owner"]["id"] == "bernd"


async def test_two_edits_of_one_customer_meet(
    request_tracker: RequestTracker, sit_down: Callable[..., Awaitable[RtDesk]]
) -> None:
    rt = request_tracker
    ticket = rt.open("Umgezogen", Requestor="umzug@kunde.example")
    desk = await sit_down("root", password="password")
    customer = CustomerId((await desk.shows(ticket)).customer_id)
    number = customer.removeprefix("rt~")
    desk.desk.give(c.UpdateCustomer(customer_id=customer, fields={"name": "Uwe Um", "phone": "+49 30 123456"}))
    await desk.done()
    there = rt.call("GET", f"user/{number}")
    assert (there["RealName"], there["MobilePhone"]) == ("Uwe Um", "+49 30 123456")
    await desk.there(lambda: rt.call("PUT", f"user/{number}", {"City": "Bonn"}))
    edit = c.UpdateCustomer(customer_id=customer, fields={"address.city": "Köln"}, before={"address.city": None})
    desk.desk.give(edit)
    await desk.done()
    assert desk.refusals() == ["conflict"]
    assert desk.desk.row(Table.CUSTOMER, customer).address.city == "Bonn"
    assert rt.call("GET", f"user/{number}")["City"] == "Bonn"


# --- lost answers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("replies", [40, pytest.param(200, marks=pytest.mark.long)])
async def test_of_many_cut_replies_each_is_in_its_ticket_once(
    request_tracker: RequestTracker, sit_down: Callable[..., Awaitable[RtDesk]], replies: int
) -> None:
    rt, chance = request_tracker, random.Random(5)
    customer = f"leitung{replies}@kunde.example"
    tickets = [rt.open(f"Leitung {number}", Requestor=customer) for number in range(20)]
    proxy = FaultProxy(rt.port)
    url = await proxy.start()
    desk = await sit_down(
        url=url,
        busy_s=10.0,
        growth=Growth(first_s=0.05, cap_s=0.2, least_s=0.01),
        politeness=Politeness(rate=1e4, burst=1e4),
    )
    for ticket in tickets:
        await desk.shows(ticket)
    cut: set[bytes] = set()

    def draw(request: bytes) -> Fault | None:
        head, _, body = request.partition(b"\r\n\r\n")
        if b"/correspond " not in head or body in cut:
            return None
        cut.add(body)
        return chance.choice(
            [
                Fault(FaultKind.ANSWER_LOST, is_reset=chance.random() < 0.5),
                Fault(FaultKind.ANSWER_LOST),
                Fault(FaultKind.CUT, Side.ANSWER, at=chance.randrange(1, 200)),
                Fault(FaultKind.CUT, Side.REQUEST, at=chance.randrange(1, len(request))),
            ]
        )

    proxy.draw = draw
    try:
        for number in range(replies):
            desk.give(c.SendMessage, tickets[number % len(tickets)], text=f"Antwort {number} auf dem Weg")
        await desk.until(lambda: not desk.desk.outbox(), 800.0)
    finally:
        await desk.desk.stop()
        await proxy.stop()
    assert len(cut) == replies
    assert proxy.counts[FaultKind.ANSWER_LOST] + proxy.counts[FaultKind.CUT] == replies
    said = [text for ticket in tickets for text in rt.said(ticket) if text.startswith("Antwort")]
    assert sorted(said) == sorted(f"Antwort {number} auf dem Weg" for number in range(replies))
    mails = [mail for mail in rt.mails() if customer in mail and "auf dem Weg" in mail]
    assert len(mails) == replies
    assert not any("dirigent" in mail.lower() for mail in rt.mails())


async def test_a_desk_that_died_while_sending_looks_before_it_sends_again(
    request_tracker: RequestTracker, sit_down: Callable[..., Awaitable[RtDesk]]
) -> None:
    ticket = request_tracker.open("Absturz")
    desk = await sit_down()
    await desk.shows(ticket)
    backend: RtBackend = desk.desk.backend
    command, command_id = c.SendMessage(interaction_id=InteractionId(f"rt~{ticket}"), text="Einmal"), _id()
    assert (await backend.perform(command_id, command)).outcome == "applied"
    reborn = await sit_down()
    found = await reborn.desk.backend.look_up(command_id, command)
    assert found is not None
    assert found.outcome == "applied"
    # One that never arrived: at first it may still be under way, then it may be sent.
    other = _id()
    first = await reborn.desk.backend.look_up(other, command)
    assert first is not None
    assert first.outcome == "pending"
    await asyncio.sleep(0.6)
    assert await reborn.desk.backend.look_up(other, command) is None


def _id() -> CommandId:
    return CommandId(new_id())


def _queue(rt: RequestTracker, name: str) -> int:
    return int(rt.call("GET", f"queue/{name}")["id"])


def _row(answer: Any, table: Table) -> Any:
    return next(records.decode(table, change.record) for change in answer.changes if change.type == table)
