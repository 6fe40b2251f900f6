"""An agent whose requests live in three systems: our hub, a Chatwoot and a Zammad (stand-ins on sockets of their own),
signed in at through the pages a person sees, worked in one window."""

from __future__ import annotations

import asyncio
import struct
import sys
import zlib
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.app import verifier
from desktop.domain.agent import PresenceState
from desktop.domain.changes import Table
from desktop.domain.ids import account_of
from desktop.store import outbox, projections
from desktop.sync.status import Phase
from desktop.wire import records

from .agent import Agent, is_here
from .elsewhere import SECRET, TOKEN, USER, Elsewhere, elsewhere

Play = Callable[[Coroutine[Any, Any, None]], None]
JANA = "jana.weber@example.org"

__all__ = ["elsewhere"]


def picture() -> bytes:
    """A PNG of one blue pixel."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixel = zlib.compress(b"\0\0\0\xff")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixel) + chunk(b"IEND", b"")


def _keys_of(conn: Any, table: str) -> set[str]:
    return {account_of(id_) for (id_,) in conn.execute(f"SELECT id FROM {table}")}


@pytest.fixture
def anna(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Agent:
    from desktop.ui.window.notifier import Notifier

    monkeypatch.setattr(Notifier, "_play", lambda notifier: None)
    monkeypatch.setattr(verifier, "_COST", 2**4)
    monkeypatch.setenv("DIRIGENT_VAULT", "file")
    monkeypatch.delenv("DIRIGENT_POLICY", raising=False)
    return Agent(qapp, tmp_path / "profile")


@pytest.fixture
def tell(anna: Agent, play: Play) -> Callable[[Callable[[], Coroutine[Any, Any, None]]], None]:
    """Run a story and close the program, however it ended."""

    def run(story: Callable[[], Coroutine[Any, Any, None]]) -> None:
        async def to_the_end() -> None:
            try:
                await story()
            finally:
                await anna.end()

        play(to_the_end())

    return run


@pytest.fixture
def password(hub: Any) -> str:
    return str(sys.modules["hub_for_journeys"].PASSWORD)


def test_one_contact_of_each_is_served_in_one_window_and_answered_at_home(
    tell: Any, anna: Agent, hub: Any, password: str, elsewhere: Elsewhere, customer: Any
) -> None:
    office, centre = elsewhere.office, elsewhere.centre
    jana = customer(hub, channel="email", address=JANA)

    async def story() -> None:
        await anna.sign_in("hub", hub.url, "anna", password)
        there = elsewhere.do(office.add_contact, "Jana Weber", email=JANA, phone_number="+4930901820")
        number = elsewhere.do(
            office.begin, there, "Mein Paket kommt seit zwei Wochen nicht!", labels=["delivery", "vip"]
        )
        person = elsewhere.do(centre.customer, "Jana", "Weber", JANA, phone="+49 30 901820")
        ticket = elsewhere.do(centre.customer_writes, person, "Die Rechnung wurde doppelt abgebucht.", title="Rechnung")
        here = str((await jana.writes("Wo ist mein Paket?", subject="Paket"))["interaction_id"])
        await add_both(anna, elsewhere)
        header = anna.window.interaction.header
        served = {here: "Dirigent", f"chatwoot~{number}": "Chatwoot", f"zammad~{ticket}": "Zammad"}
        for id_, title in served.items():
            await anna.take(id_)
            await anna.until(lambda title=title: header.account.text() == title, "the header says where it is from")
            await anna.write("reply", f"Answer by {title}")
            await anna.write("note", f"Note for {title}")
            await anna.all_sent()
        # What nobody there has worked out was worked out here, and what a system files it under is shown.
        await anna.open(f"chatwoot~{number}")
        row = anna.window.interaction.model.interaction
        assert (row.intent, row.mood is not None, row.labels) == ("delivery_late", True, ("delivery", "vip"))
        assert [chip.text() for chip in header.facts.labels.chips if chip.text()] == ["#delivery", "#vip"]
        await anna.until(lambda: anna.window.context.suggestions.model.can_take, "a next step can be taken")
        # Each answer went home, once.
        wanted = [(f"Answer by {title}", f"Note for {title}") for title in served.values()]
        assert [message["text"] for message in await jana.received(here)] == [wanted[0][0]]
        assert elsewhere.answers_of_chatwoot(number) == [(wanted[1][0], False), (wanted[1][1], True)]
        assert elsewhere.answers_of_zammad(ticket) == [(wanted[2][0], False), (wanted[2][1], True)]
        # One person.
        await anna.until(lambda: len(anna.window.context.customer.accounts) == 3, "they are one customer")
        assert set(anna.window.context.customer.accounts) == set(served.values())
        # What a system cannot is not offered, and said in the menu.
        await anna.open(f"zammad~{ticket}")
        steps = anna.window.interaction.model.steps
        assert not {"hold", "consult", "schedule_callback"} & set(steps)
        told = [action.toolTip() for action in header.more.menu().actions() if not action.isEnabled()]
        assert "Zammad cannot do this." in told
        await anna.wrap_up()
        await anna.all_sent()
        await anna.open(f"chatwoot~{number}")
        await anna.wrap_up("delivery")
        await anna.all_sent()
        assert office.conversations[number]["status"] == "resolved"
        assert centre.tickets[ticket]["close_at"]

    tell(story)


def test_one_system_goes_away_and_the_others_go_on(
    tell: Any, anna: Agent, hub: Any, password: str, elsewhere: Elsewhere
) -> None:
    office, centre = elsewhere.office, elsewhere.centre

    async def story() -> None:
        await anna.sign_in("hub", hub.url, "anna", password)
        number = elsewhere.do(office.begin, elsewhere.do(office.add_contact, "Jana Weber"), "Hello?")
        person = elsewhere.do(centre.customer, "Uwe", "Franke", "uwe@example.org")
        ticket = elsewhere.do(centre.customer_writes, person, "Ich brauche Hilfe.")
        await add_both(anna, elsewhere)
        await anna.take(f"chatwoot~{number}")
        await anna.take(f"zammad~{ticket}")
        await asyncio.to_thread(elsewhere.run, elsewhere.chatwoot.stop)
        strip = anna.window.strip.sync
        await anna.until(lambda: strip.text().startswith("Chatwoot: Cannot be reached"), "the strip says who is away")
        await anna.write("reply", "Still here.")
        await anna.all_sent()
        assert elsewhere.answers_of_zammad(ticket) == [("Still here.", False)]
        await anna.open(f"chatwoot~{number}")
        await anna.write("reply", "Written meanwhile.")
        await asyncio.sleep(0.3)
        [entry] = anna.store.query(outbox.entries)
        assert account_of(str(entry.interaction_id)) == "chatwoot"
        assert elsewhere.answers_of_chatwoot(number) == []
        await asyncio.to_thread(elsewhere.run, elsewhere.chatwoot.start)
        anna.program.wake()
        await anna.all_sent()
        await anna.until(lambda: anna.stands("chatwoot") is Phase.LIVE, "it is back")
        assert elsewhere.answers_of_chatwoot(number) == [("Written meanwhile.", False)]
        assert strip.text() == "Up to date"

    tell(story)


def test_a_removed_account_leaves_nothing_and_the_others_stay(
    tell: Any, anna: Agent, hub: Any, password: str, elsewhere: Elsewhere
) -> None:
    office, centre = elsewhere.office, elsewhere.centre

    async def story() -> None:
        await anna.sign_in("hub", hub.url, "anna", password)
        blue = picture()
        first = elsewhere.do(office.begin, elsewhere.do(office.add_contact, "Jana Weber"), "Hello?")
        elsewhere.do(office.say, first, "A picture", attachments=[("blau ä.png", "image/png", blue)])
        person = elsewhere.do(centre.customer, "Uwe", "Franke", "uwe@example.org")
        elsewhere.do(centre.customer_writes, person, "Hilfe", files=[("vertrag.txt", "text/plain", b"fine print")])
        await add_both(anna, elsewhere)
        # A file of each is fetched once and is here from then on, whatever becomes of the line.
        for key, content in (("chatwoot", blue), ("zammad", b"fine print")):
            [found] = await anna.until(partial(attached, anna.store, key), f"the file of {key} is here")
            assert await read(anna, found) == content
            asked = len(elsewhere.chatwoot.requests), len(elsewhere.zammad.requests)
            assert await read(anna, found) == content
            files = [one for one in elsewhere.chatwoot.requests[asked[0] :] if "/rails/" in one.path]
            files += [one for one in elsewhere.zammad.requests[asked[1] :] if "attachment" in one.path]
            assert files == []
        anna.window.accounts_requested.emit()
        page = anna.program.desk._page
        assert page is not None
        page.activateWindow()
        await anna.until(page.isActiveWindow, "the page has the keyboard")
        QTest.keyClick(page.list, Qt.Key.Key_Down)
        assert page.current is not None
        assert page.current.key == "chatwoot"
        QTest.keyClick(page.list, Qt.Key.Key_Delete)
        await anna.until(page.question.isVisible, "it is asked first")
        QTest.keyClick(page.confirm, Qt.Key.Key_Space)
        await anna.until(lambda: len(anna.workplace.accounts.all) == 2, "it is gone")
        for table in ("interaction", "message", "customer", "touchpoint", "suggestion", "queue"):
            assert "chatwoot" not in anna.store.query(partial(_keys_of, table=table)), table
        assert anna.store.query(partial(_keys_of, table="interaction")) == {"zammad"}
        left = anna.store.query(lambda conn: [name for (name,) in conn.execute("SELECT sha256 FROM file")])
        assert [account_of(name) for name in left] == ["zammad"]
        assert anna.store.query(projections.accounts) == ["", "zammad"]
        await anna.until(lambda: len(anna.program.accounts.all()) == 2, "it is struck off")
        assert TOKEN not in (anna.program.profile.root / "accounts.json").read_text()
        page.close()
        # It can come again.
        await anna.add_account("chatwoot", elsewhere.chatwoot.url, "", TOKEN)
        await anna.until(lambda: anna.store.query(partial(is_here, id_=f"chatwoot~{first}")), "it is here again")

    tell(story)


async def add_both(anna: Agent, systems: Elsewhere) -> None:
    await anna.add_account("chatwoot", systems.chatwoot.url, "", TOKEN)
    await anna.add_account("zammad", systems.zammad.url, USER, SECRET)


def attached(store: Any, key: str) -> list[Any]:
    def find(conn: Any) -> list[Any]:
        rows = [records.decode(Table.MESSAGE, body) for (body,) in conn.execute("SELECT body FROM message")]
        return [one for row in rows if account_of(row.id) == key for one in row.attachments]

    return list(store.query(find))


async def read(anna: Agent, what: Any) -> bytes:
    got: list[bytes] = []
    anna.workplace.files.read(what, got.append)
    await anna.until(lambda: got, "the file can be read")
    return bytes(got[0])


def test_what_cannot_be_signed_in_at_is_said_in_a_sentence(
    tell: Any, anna: Agent, hub: Any, password: str, elsewhere: Elsewhere
) -> None:
    async def story() -> None:
        await anna.sign_in("hub", hub.url, "anna", password)
        anna.program.signing_in.ask_further()
        tries = (
            ("chatwoot", elsewhere.chatwoot.url, "anna@firm.example", "wrong", "The name or the password is wrong."),
            ("zammad", elsewhere.zammad.url, "", "no-such-token", "The access token is not accepted."),
            ("chatwoot", hub.url, "a@b.example", "x", "it is not Chatwoot (version 4 or newer)"),
            ("zammad", "http://127.0.0.1:1", USER, SECRET, "cannot be reached"),
            ("zammad", "ftp://desk.example", USER, SECRET, "has to begin with https://"),
            ("hub", hub.url, "anna", password, "in this window already"),
        )
        for kind, url, user, secret, sentence in tries:
            dialog = await anna.fill_in(kind, url, user, secret)
            await anna.until(lambda d=dialog, said=sentence: said in d.message.text(), sentence)
            assert dialog.url.text() == url
        dialog.cancel.click()
        assert len(anna.workplace.accounts.all) == 1

    tell(story)


def test_an_option_of_an_account_is_asked_kept_and_changed(
    tell: Any, anna: Agent, hub: Any, password: str, elsewhere: Elsewhere
) -> None:
    async def story() -> None:
        await anna.sign_in("hub", hub.url, "anna", password)
        await anna.add_account("zammad", elsewhere.zammad.url, USER, SECRET)
        assert not elsewhere.zammad.sessions
        anna.window.accounts_requested.emit()
        page = anna.program.desk._page
        assert page is not None
        page.list.setCurrentRow(1)
        await anna.until(page.options.isVisible, "the options are there")
        QTest.keyClick(page.options.fields["has_socket"], Qt.Key.Key_Space)
        await anna.until(lambda: elsewhere.zammad.sessions, "it listens from now on")
        await anna.until(lambda: anna.stands("zammad") is Phase.LIVE, "and is up to date")
        [account] = [one for one in anna.program.accounts.all() if one.kind == "zammad"]
        assert account.options == {"has_socket": True}
        page.close()

    tell(story)


def test_my_state_goes_where_it_is_wanted_and_comes_later_where_it_waits(
    tell: Any, anna: Agent, hub: Any, password: str, elsewhere: Elsewhere, customer: Any
) -> None:
    office = elsewhere.office

    async def story() -> None:
        await anna.sign_in("hub", hub.url, "anna", password)
        await add_both(anna, elsewhere)
        presence = anna.window.presence
        presence.set(PresenceState.READY)
        await anna.until(lambda: office.users[7]["availability"] == "online", "Chatwoot knows")
        await anna.all_sent()
        assert presence.told_to == (("Dirigent", "Chatwoot"), ("Zammad",))
        # After the contact at hand: the hub waits for its end, and Chatwoot hears of it then.
        contact = str((await customer(hub).writes("Hello"))["interaction_id"])
        await anna.until(lambda: anna.window.inbox.offers.cards, "it rings")
        anna.window.inbox.offers.offers.accept(anna.window.inbox.offers.cards[0].offer)
        await anna.until(lambda: presence.is_busy, "the agent is busy")
        await anna.all_sent()
        presence.set(PresenceState.AWAY, "lunch", is_after=True)
        await anna.all_sent()
        assert office.users[7]["availability"] == "online"
        await anna.open(contact)
        await anna.wrap_up("solved")
        await anna.until(lambda: office.users[7]["availability"] == "busy", "Chatwoot hears of lunch")

    tell(story)
