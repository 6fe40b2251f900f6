"""A customer writes with their mail program, an agent answers in the window, and the customer's mailbox has the answer."""

from __future__ import annotations

import asyncio
import email
import email.policy
import json
import signal
import sqlite3
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from desktop.domain.agent import Presence, PresenceState
from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.interaction import Author, Delivery, Interaction, Message
from desktop.hub.channels.accounts import Account
from desktop.hub.channels.base import ChannelDown
from desktop.hub.channels.email import Settings
from desktop.hub.channels.email.folder import Folder
from desktop.hub.channels.email.mailbox import Fetched, Mailbox
from desktop.hub.channels.email.sign_in import Proof, SignIn

from ..hub.conftest import RunningHub, _running, password_hash
from .mail_servers import PASSWORD, MailServers

pytestmark = pytest.mark.peer

__all__ = ["password_hash"]


def account(servers: MailServers, user: str, **settings: Any) -> str:
    """Return ``channels.yaml`` with one account, at ``user@firma.example``."""
    found = {
        "address": f"{user}@firma.example",
        "imap_host": "localhost",
        "imap_port": servers.imaps,
        "ca_file": str(servers.ca),
        "smtp_host": "127.0.0.1",
        "smtp_port": servers.smtp,
        "smtp_security": "none",
        "smtp_auth": "none",
        "user": user,
        "signature": "Firma GmbH",
        **settings,
    }
    one = {
        "name": "support-mail",
        "kind": "email",
        "channel": "email",
        "brand": "Firma Service",
        "settings": found,
        "secrets": {"password": "file:password"},
    }
    return json.dumps({"accounts": [one]})  # which is YAML, too


def prepare(data: Path, servers: MailServers, user: str, **settings: Any) -> Path:
    data.mkdir(exist_ok=True)
    (data / "password").write_text(PASSWORD)
    (data / "password").chmod(0o600)
    (data / "channels.yaml").write_text(account(servers, user, **settings))
    return data


def everything(hub: RunningHub, table: Table) -> list[Any]:
    return hub.read(lambda ledger: ledger.find(table))


def mails(hub: RunningHub) -> list[Interaction]:
    return [one for one in everything(hub, Table.INTERACTION) if one.channel is Channel.EMAIL]


def until(look: Callable[[], Any], what: str, seconds: float = 60.0) -> Any:
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, what
        time.sleep(0.02)
    return found


SUPPORT = "support"


@pytest.fixture(scope="module")
def hub(
    tmp_path_factory: pytest.TempPathFactory, mail_servers: MailServers, password_hash: str
) -> Iterator[RunningHub]:
    """One hub for all stories, at support@firma.example; each has subjects and customers of its own."""
    data = prepare(tmp_path_factory.mktemp("mail-hub") / "hub", mail_servers, SUPPORT)
    with _running(data, password_hash) as running:
        anna = replace(running.agents["anna"], presence=Presence(state=PresenceState.READY))
        running.put(replace(anna, capacity={"email": 50, "total": 50}))
        mail_servers.write(f"{SUPPORT}@firma.example", "first of all")
        contact(running, "first of all")
        yield running


def contact(hub: RunningHub, subject: str, seconds: float = 60.0) -> Interaction:
    """Wait for the contact of a mail."""
    found: Interaction = until(
        lambda: next((one for one in mails(hub) if one.subject == subject), None), f"{subject!r} came in", seconds
    )
    return found


def said(hub: RunningHub, one: Interaction) -> list[Message]:
    return hub.read(lambda ledger: ledger.messages(one.id))


def answered(hub: RunningHub, contact: Interaction, text: str) -> Message:
    for command in ({"type_": "accept"}, {"type_": "send_message", "text": text}):
        hub.command("anna", interaction_id=contact.id, **command).raise_for_status()
    return next(m for m in everything(hub, Table.MESSAGE) if m.text == text)


def delivery(hub: RunningHub, message: Message) -> Message:
    found: Message = hub.read(lambda ledger: ledger.get(Table.MESSAGE, message.id))
    return found


def _read(raw: bytes) -> Any:
    return email.message_from_bytes(raw, policy=email.policy.default)


def test_a_mail_is_a_contact_within_two_seconds_and_the_answer_is_in_its_thread(
    hub: RunningHub, mail_servers: MailServers
) -> None:
    waits = []
    for subject in ("Es eilt", "Es eilt sehr", "Rechnung fehlt"):
        began = time.monotonic()
        sent = mail_servers.write(
            f"{SUPPORT}@firma.example", subject, "Wo ist meine Rechnung?\n\n-- \nJana", "rechnung@kunde.example"
        )
        found = contact(hub, subject)
        waits.append(time.monotonic() - began)
    # A machine that is busy may be late once, but whoever polls is late each time.
    assert min(waits) < 2.0
    assert (found.from_address, found.account) == ("rechnung@kunde.example", "support-mail")
    first = said(hub, found)[0]
    assert first.text[: first.quoted_from].strip() == "Wo ist meine Rechnung?"

    message = answered(hub, found, "Sie liegt bei. Größe: 3 €")
    until(lambda: delivery(hub, message).delivery is Delivery.SENT, "it was sent")
    got = until(lambda: [_read(raw) for raw in mail_servers.mails("rechnung")], "the answer arrived")[0]
    assert got["Subject"] == "Re: Rechnung fehlt"
    assert got["From"] == f"Firma Service <{SUPPORT}@firma.example>"
    assert got["In-Reply-To"] == sent
    assert got["References"].split() == [sent]
    assert got["Message-ID"] == message.external_id
    assert got["Auto-Submitted"] is None
    assert got.get_content().replace("\r\n", "\n").rstrip() == "Sie liegt bei. Größe: 3 €\n\n-- \nFirma GmbH"
    filed = [_read(raw)["Message-ID"] for raw in mail_servers.mails(SUPPORT, "Gesendet")]
    assert filed.count(message.external_id) == 1

    # The customer's program names what it answers, and another does not.
    mail_servers.write(
        f"{SUPPORT}@firma.example",
        "Re: Rechnung fehlt",
        "Danke!",
        "rechnung@kunde.example",
        In_Reply_To=message.external_id,
    )
    mail_servers.write(f"{SUPPORT}@firma.example", "AW: Rechnung fehlt", "Noch etwas", "rechnung@kunde.example")
    until(lambda: len(said(hub, found)) >= 4, "both are in the same contact")


def test_an_answer_that_bounces_is_marked_and_makes_no_contact(hub: RunningHub, mail_servers: MailServers) -> None:
    mail_servers.write(f"{SUPPORT}@firma.example", "Bald weg", sender="jana@nowhere.example")
    message = answered(hub, contact(hub, "Bald weg"), "Hier ist sie.")
    failed = until(
        lambda: (one := delivery(hub, message)).delivery is Delivery.FAILED and one, "the report was understood"
    )
    assert failed.failure == "unknown_address"
    assert not [one for one in mails(hub) if "ndeliver" in one.subject]


@pytest.mark.parametrize(
    ("address", "outcome"),
    [("weg@kunde.example", "unknown_address"), ("voll@kunde.example", "mailbox_full")],
)
def test_what_the_server_refuses_is_told_with_the_reason(
    hub: RunningHub, mail_servers: MailServers, address: str, outcome: str
) -> None:
    mail_servers.write(f"{SUPPORT}@firma.example", f"Von {address}", sender=address)
    message = answered(hub, contact(hub, f"Von {address}"), f"An {address}")
    failed = until(lambda: (one := delivery(hub, message)).delivery is Delivery.FAILED and one, "it was refused")
    assert failed.failure == outcome


def test_a_reply_by_machine_reopens_nothing(hub: RunningHub, mail_servers: MailServers) -> None:
    mail_servers.write(f"{SUPPORT}@firma.example", "Urlaub", sender="fort@kunde.example")
    found = contact(hub, "Urlaub")
    message = answered(hub, found, "Gern.")
    hub.command("anna", "wrap_up", interaction_id=found.id, disposition="solved").raise_for_status()
    mail_servers.write(
        f"{SUPPORT}@firma.example",
        "Automatische Antwort: Re: Urlaub",
        sender="fort@kunde.example",
        In_Reply_To=message.external_id,
        Auto_Submitted="auto-replied",
    )
    until(lambda: [one for one in said(hub, found) if one.values.get("automatic") == "reply"], "it came in")
    assert not next(one for one in mails(hub) if one.id == found.id).state.is_open


def test_a_restart_of_the_mail_server_loses_nothing(hub: RunningHub, mail_servers: MailServers) -> None:
    mail_servers.stop_dovecot()
    mail_servers.write(f"{SUPPORT}@firma.example", "Während der Pause")
    mail_servers.start_dovecot()
    mail_servers.write(f"{SUPPORT}@firma.example", "Nach der Pause")
    contact(hub, "Nach der Pause", 60)
    # Postfix tries again in its own time what Dovecot could not take.
    subprocess.run(["/usr/sbin/postqueue", "-c", str(mail_servers.folder / "postfix"), "-f"], check=True)
    contact(hub, "Während der Pause", 60)


def test_a_mailbox_numbered_anew_is_read_again_and_nothing_comes_twice(
    hub: RunningHub, mail_servers: MailServers
) -> None:
    before = sorted(one.subject for one in mails(hub))
    mail_servers.stop_dovecot()
    for kept in (mail_servers.folder / "mail" / SUPPORT).glob("dovecot*"):
        kept.unlink()
    mail_servers.start_dovecot()
    mail_servers.write(f"{SUPPORT}@firma.example", "Unter neuer Nummer")
    contact(hub, "Unter neuer Nummer", 60)
    assert sorted(one.subject for one in mails(hub)) == sorted([*before, "Unter neuer Nummer"])
    heard = [one.external_id for one in everything(hub, Table.MESSAGE) if one.author is Author.CUSTOMER]
    assert len(heard) == len(set(heard))


@pytest.mark.timeout(400)
@pytest.mark.parametrize("times", [6, pytest.param(20, marks=pytest.mark.long)])
def test_killed_between_taking_a_mail_in_and_noting_it_each_comes_once(
    tmp_path: Path, mail_servers: MailServers, times: int
) -> None:
    user = f"killed{times}"
    data = prepare(tmp_path / "hub", mail_servers, user, smtp_host="")
    sent = []
    for number in range(times):
        sent.append(mail_servers.write(f"{user}@firma.example", f"Nummer {number}", f"Text {number}"))
        assert _run_hub(data, ("before", "after")[number % 2]) == -signal.SIGKILL
    assert _run_hub(data, "never") == 0
    with sqlite3.connect(data / "hub.db") as database:
        rows = database.execute("SELECT lookup FROM record WHERE type = 'message' AND lookup IS NOT NULL").fetchall()
    assert sorted(row[0] for row in rows) == sorted(sent)


def _run_hub(data: Path, how: str) -> int:
    script = Path(__file__).with_name("killed_hub.py")
    return subprocess.run([sys.executable, str(script), str(data), how], timeout=60, check=False).returncode


class _Notes(dict[str, str]):
    async def note(self, key: str) -> str:
        return self.get(key, "")

    async def set_note(self, key: str, value: str) -> None:
        self[key] = value


class _Silent(Mailbox):
    """A server that cannot push."""

    def connect(self, proof: Proof) -> None:
        super().connect(proof)
        self.can_idle = False


async def test_a_server_that_cannot_push_is_looked_at(mail_servers: MailServers, tmp_path: Path) -> None:
    (tmp_path / "password").write_text(PASSWORD)
    (tmp_path / "password").chmod(0o600)
    settings = Settings(
        address="still@firma.example", user="still", imap_host="localhost", imap_port=mail_servers.imap,
        imap_security="starttls", ca_file=str(mail_servers.ca), poll_s=1, move_to="Erledigt",
    )  # fmt: skip
    connection = mail_servers.mailbox("still")
    connection.create("Erledigt")
    connection.logout()
    account = Account(name="still", kind="email", channel=Channel.EMAIL, secrets={"password": "file:password"})
    taken: list[bytes] = []
    arrived = asyncio.Event()

    async def take(fetched: Fetched) -> bool:
        taken.append(fetched.raw)
        arrived.set()
        return True

    notes = _Notes()
    context = settings.tls(tmp_path)
    folder = Folder(
        "INBOX", settings, SignIn(account, settings, tmp_path), lambda: _Silent(settings, context), notes, take
    )
    task = asyncio.create_task(folder.run())
    try:
        for number in range(2):
            arrived.clear()
            await asyncio.to_thread(mail_servers.write, "still@firma.example", f"Nummer {number}")
            await asyncio.wait_for(arrived.wait(), 20)
        await asyncio.sleep(1.5)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert [_read(raw)["Subject"] for raw in taken] == ["Nummer 0", "Nummer 1"]
    assert len(mail_servers.mails("still", "Erledigt")) == 2
    assert mail_servers.mails("still") == []


async def test_a_certificate_of_somebody_else_is_refused(mail_servers: MailServers, tmp_path: Path) -> None:
    settings = Settings(address="a@firma.example", imap_host="localhost", imap_port=mail_servers.imaps)
    mailbox = Mailbox(settings, settings.tls(tmp_path))
    with pytest.raises(ChannelDown) as down:
        await asyncio.to_thread(mailbox.connect, Proof("a", PASSWORD))
    assert down.value.reason == "certificate"
    right = Mailbox(
        Settings(
            address="a@firma.example", imap_host="localhost", imap_port=mail_servers.imaps, ca_file=str(mail_servers.ca)
        ),
        ssl.create_default_context(cafile=str(mail_servers.ca)),
    )
    with pytest.raises(ChannelDown) as down:
        await asyncio.to_thread(right.connect, Proof("a", "falsch"))
    right.close()
    assert down.value.reason == "sign_in_failed"
