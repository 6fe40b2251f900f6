"""A file with a virus goes to nobody, whichever way it came: ClamAV looks at all of them."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest

from desktop.domain.interaction import Interaction, Message
from desktop.hub import blobs, scanner
from desktop.hub.scanner import Scanner

from ..hub.channels.webchat.conftest import ORIGIN, Page
from ..hub.conftest import RunningHub, _running, password_hash
from .clam import LARGEST, MARK, Clam
from .mail_servers import MailServers
from .test_email import account, contact, prepare, until

pytestmark = pytest.mark.peer

__all__ = ["password_hash"]

USER = "scanned"
CHAT = {
    "name": "shop",
    "kind": "webchat",
    "channel": "chat",
    "settings": {"origins": [ORIGIN], "file_types": ["text/plain"]},
}


def zipped(data: bytes, name: str = "brief.txt") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return made.getvalue()


MARKED = {
    "as it is": b"Guten Tag, " + MARK,
    "in a zip": zipped(b"Guten Tag, " * 500 + MARK),
    "in a zip in a zip": zipped(zipped(MARK), "inner.zip"),
}


@pytest.fixture
def clamd(clam: Clam) -> Iterator[Clam]:
    """ClamAV, running at the beginning of each story."""
    clam.start()
    yield clam
    clam.start()
    clam.go_on()


@pytest.fixture(scope="module")
def hub(
    tmp_path_factory: pytest.TempPathFactory, mail_servers: MailServers, clam: Clam, password_hash: str
) -> Iterator[RunningHub]:
    data = prepare(tmp_path_factory.mktemp("scanned") / "hub", mail_servers, USER)
    accounts = json.loads(account(mail_servers, USER))
    (data / "channels.yaml").write_text(json.dumps({"accounts": [*accounts["accounts"], CHAT]}))
    with _running(data, password_hash, scanner=Scanner(clam.address)) as running:
        yield running


@pytest.fixture(scope="module")
def holding_hub(tmp_path_factory: pytest.TempPathFactory, clam: Clam, password_hash: str) -> Iterator[RunningHub]:
    """One with ``--unscanned hold``, which asks by network."""
    made = pytest.MonkeyPatch()
    made.setattr(blobs, "_CHECK_S", 0.1)
    with _running(
        tmp_path_factory.mktemp("holding") / "hub", password_hash, scanner=Scanner(clam.tcp, holds=True)
    ) as running:
        yield running
    made.undo()


def upload(hub: RunningHub, data: bytes, name: str = "brief.txt") -> httpx.Response:
    """An agent adds a file to what they write."""
    with hub.client("anna") as client:
        return client.post("/v1/blobs", content=data, headers={"X-File-Name": name})


def fetched(hub: RunningHub, sha256: str) -> httpx.Response:
    with hub.client("anna") as client:
        return client.get(f"/v1/blobs/{sha256}")


def files(hub: RunningHub) -> list[Path]:
    return [one for one in (hub.data / "blobs").rglob("*") if one.is_file()]


def write(servers: MailServers, subject: str, *enclosed: tuple[str, bytes]) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "jana@kunde.example", f"{USER}@firma.example", subject
    mail["Message-ID"] = f"<{subject.replace(' ', '.')}.{time.time_ns()}@kunde.example>"
    mail.set_content("Anbei.")
    for name, data in enclosed:
        mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    servers.post(mail, "jana@kunde.example", f"{USER}@firma.example")


def only_message(hub: RunningHub, found: Interaction) -> Message:
    messages: list[Message] = hub.read(lambda ledger: ledger.messages(found.id))
    assert len(messages) == 1
    return messages[0]


@pytest.mark.parametrize("marked", MARKED.values(), ids=MARKED)
def test_an_agents_file_with_a_virus_is_refused_and_a_clean_one_kept(
    hub: RunningHub, clamd: Clam, marked: bytes
) -> None:
    before = len(files(hub))
    refused = upload(hub, marked, "brief.zip" if marked.startswith(b"PK") else "brief.txt")
    assert (refused.status_code, refused.json()["code"]) == (422, "infected")
    assert len(files(hub)) == before, "nothing of it stays"
    clean = b"Guten Tag. %d" % time.time_ns()
    kept = upload(hub, clean)
    assert kept.status_code == 201
    assert fetched(hub, kept.json()["sha256"]).content == clean


def test_a_mail_comes_in_without_its_infected_file_and_the_agent_is_told_why(
    hub: RunningHub, clamd: Clam, mail_servers: MailServers
) -> None:
    write(
        mail_servers,
        "Mit Virus",
        ("gut.txt", b"Hallo"),
        ("boese.txt", MARKED["as it is"]),
        ("post.zip", MARKED["in a zip"]),
    )
    message = only_message(hub, contact(hub, "Mit Virus"))
    assert [one.name for one in message.attachments] == ["gut.txt"]
    assert (message.values["infected_files"], message.values.get("lost_files")) == ("boese.txt, post.zip", None)

    write(mail_servers, "Zu gross", ("gross.txt", b"a" * (LARGEST + 1)))
    message = only_message(hub, contact(hub, "Zu gross"))
    assert (message.attachments, message.values["lost_files"]) == ((), "gross.txt")

    clamd.stop()
    write(mail_servers, "Ungeprueft", ("rechnung.txt", b"Rechnung"))
    message = only_message(hub, contact(hub, "Ungeprueft"))
    assert (message.attachments, message.values["unscanned_files"]) == ((), "rechnung.txt")


def test_a_visitors_file_with_a_virus_is_refused(hub: RunningHub, clamd: Clam) -> None:
    page = Page(hub.url, "shop")
    page.come()
    refused = page.bring(MARKED["as it is"], "brief.txt")
    assert (refused.status_code, refused.json()["code"]) == (422, "infected")
    kept = page.bring(b"Guten Tag", "brief.txt")
    assert kept.is_success
    assert page.say("Anbei", files=[kept.json()["ticket"]]).is_success
    clamd.stop()
    refused = page.bring(b"Nochmals", "brief.txt")
    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
    page.http.close()


def test_a_file_larger_than_the_scanner_takes_is_refused_for_good(
    hub: RunningHub, holding_hub: RunningHub, clamd: Clam
) -> None:
    for running in (hub, holding_hub):
        assert upload(running, b"a" * LARGEST).status_code == 201
        for size in (LARGEST + 1, 5 * LARGEST):
            refused = upload(running, b"a" * size)
            assert (refused.status_code, refused.json()["code"]) == (413, "too_large")


def test_while_the_scanner_is_away_files_are_refused_and_then_taken_again(
    hub: RunningHub, clamd: Clam, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanner, "_TIMEOUT_S", 0.3)
    for away in (clamd.stop, clamd.start_and_kill, clamd.start_and_freeze):
        away()
        refused = upload(hub, b"Nie gesehen")
        assert (refused.status_code, refused.json()["code"]) == (503, "unavailable"), away
    clamd.go_on()
    assert upload(hub, b"Nie gesehen").status_code == 201


def test_held_files_are_let_out_when_the_scanner_is_back(holding_hub: RunningHub, clamd: Clam) -> None:
    """Neither one with a virus nor one that it will not take holds up the others."""
    clamd.stop()
    held = {
        name: upload(holding_hub, data).json()["sha256"]
        for name, data in {
            "good": b"Guten Abend",
            "bad": MARKED["as it is"],
            **{f"large {n}": b"%d" % n * (LARGEST + 1) for n in range(4)},
            **{f"good {n}": b"Guten Abend %d" % n for n in range(4)},
        }.items()
    }
    for sha256 in held.values():
        assert (fetched(holding_hub, sha256).status_code, fetched(holding_hub, sha256).json()["code"]) == (
            503,
            "unavailable",
        )
    clamd.start()
    good = [sha256 for name, sha256 in held.items() if name.startswith("good")]
    until(lambda: all(fetched(holding_hub, one).status_code == 200 for one in good), "the good ones are let out")
    for name, sha256 in held.items():
        if not name.startswith("good"):
            assert fetched(holding_hub, sha256).status_code == 503, name
