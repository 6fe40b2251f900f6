"""A mailbox whose provider wants OAuth 2: mail comes in and goes out with access tokens that run out, are renewed by a
refresh token that changes each time, and are taken back."""

from __future__ import annotations

import argparse
import json
import logging
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from desktop.domain.agent import Presence, PresenceState
from desktop.domain.changes import Table
from desktop.domain.interaction import Delivery, Interaction, Message
from desktop.hub.commands_line import add_parsers

from ..hub.conftest import RunningHub, _running, password_hash
from .mail_servers import MailServers
from .test_email import contact, delivery, everything, until
from .token_server import CLIENT, TokenServer, serving

pytestmark = pytest.mark.peer

__all__ = ["password_hash"]

USER = "tokens"
ADDRESS = f"{USER}@firma.example"


@pytest.fixture(scope="module")
def tokens(mail_servers: MailServers) -> Iterator[TokenServer]:
    with serving(mail_servers.tokens, USER) as server:
        yield server


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, mail_servers: MailServers, tokens: TokenServer) -> Path:
    folder = tmp_path_factory.mktemp("token-hub") / "hub"
    folder.mkdir()
    one = {
        "name": "support-mail",
        "kind": "email",
        "channel": "email",
        "settings": {
            "address": ADDRESS,
            "imap_host": "localhost",
            "imap_port": mail_servers.imaps,
            "smtp_host": "localhost",
            "smtp_port": mail_servers.submission,
            "smtp_security": "starttls",
            "ca_file": str(mail_servers.ca),
            "auth": "oauth2",
            "token_url": tokens.url,
            "client_id": CLIENT,
        },
        "secrets": {"refresh_token": "file:refresh"},
    }
    (folder / "channels.yaml").write_text(json.dumps({"accounts": [one]}))
    signs_in(folder, tokens.refresh)
    return folder


@pytest.fixture(scope="module")
def hub(data: Path, password_hash: str) -> Iterator[RunningHub]:
    with _running(data, password_hash) as running:
        anna = replace(running.agents["anna"], presence=Presence(state=PresenceState.READY))
        running.put(replace(anna, capacity={"email": 50, "total": 50}))
        until(lambda: standing(running) == "up:", "the account is up")
        yield running


@pytest.fixture
def no_token_is_logged(caplog: pytest.LogCaptureFixture, tokens: TokenServer) -> Iterator[None]:
    """Whatever the hub and its libraries log while a story is told, none of it holds a token."""
    for name in ("desktop", "imapclient", "httpx", "httpcore", "aiosmtplib"):
        caplog.set_level(logging.DEBUG, logger=name)
    yield
    said = "\n".join(one.getMessage() + str(one.exc_text or "") for one in caplog.get_records("call"))
    assert said
    assert not [one for one in tokens.given if one in said]


def signs_in(folder: Path, refresh_token: str) -> None:
    (folder / "refresh").write_text(refresh_token)
    (folder / "refresh").chmod(0o600)


def standing(hub: RunningHub) -> str:
    with hub.client("lena") as client:
        found = client.get("/v1/channels").raise_for_status().json()["accounts"][0]
    return f"{found['standing']}:{found.get('reason', '')}"


def begin_anew(hub: RunningHub) -> None:
    with hub.client("otto") as client:
        client.post("/v1/channels/support-mail/restart").raise_for_status()


def check(data: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """``dirigent hub channels check``"""
    parser = argparse.ArgumentParser()
    add_parsers(parser.add_subparsers())
    args = parser.parse_args(["channels", "check", "--data", str(data)])
    capsys.readouterr()
    code = args.run(args)
    return code, "".join(capsys.readouterr())


def take(hub: RunningHub, found: Interaction) -> None:
    taken = hub.command("anna", "accept", interaction_id=found.id)
    assert taken.is_success, taken.text


def say(hub: RunningHub, found: Interaction, text: str) -> Message:
    hub.command("anna", "send_message", interaction_id=found.id, text=text).raise_for_status()
    return next(one for one in everything(hub, Table.MESSAGE) if one.text == text)


def is_sent(hub: RunningHub, message: Message) -> Any:
    return until(lambda: delivery(hub, message).delivery is Delivery.SENT, "it was sent")


@pytest.mark.usefixtures("no_token_is_logged")
def test_mail_comes_in_by_idle_and_goes_out_while_tokens_run_out(
    hub: RunningHub, mail_servers: MailServers, tokens: TokenServer, data: Path
) -> None:
    mail_servers.write(ADDRESS, "first of all")
    contact(hub, "first of all")
    began = time.monotonic()
    mail_servers.write(ADDRESS, "Mit Token", sender="token@kunde.example")
    found = contact(hub, "Mit Token")
    assert time.monotonic() - began < 2.0
    assert tokens.renewals == 1

    take(hub, found)
    is_sent(hub, say(hub, found, "Eins."))
    assert tokens.renewals == 1, "a token that is good is used again"
    tokens.end_access()
    is_sent(hub, say(hub, found, "Zwei."))
    assert tokens.renewals == 2, "one that ended before its time is renewed at once"
    tokens.valid_s = 1.0
    tokens.end_access()
    is_sent(hub, say(hub, found, "Drei."))
    time.sleep(1.0)
    is_sent(hub, say(hub, found, "Vier."))
    assert tokens.renewals == 4
    tokens.valid_s = 3600.0

    until(lambda: len(mail_servers.mails("token")) == 4, "all four are with the customer")
    until(lambda: len(mail_servers.mails(USER, "Gesendet")) == 4, "and among the sent ones")
    mail_servers.write(ADDRESS, "Danach")
    contact(hub, "Danach")
    assert (data / "refresh").read_text().strip() == tokens.refresh
    assert (data / "refresh").stat().st_mode & 0o777 == 0o600
    assert len(set(tokens.asked)) == len(tokens.asked), "none was used twice"


@pytest.mark.usefixtures("no_token_is_logged")
def test_a_mailbox_that_comes_back_is_signed_into_with_the_newest_refresh_token(
    hub: RunningHub, mail_servers: MailServers, tokens: TokenServer
) -> None:
    kick = ["/usr/bin/doveadm", "-c", str(mail_servers.folder / "dovecot.conf"), "kick", USER]
    subprocess.run(kick, check=True, capture_output=True, timeout=20)
    until(lambda: standing(hub).startswith("down:"), "it is noticed")
    until(lambda: standing(hub) == "up:", "it is back")
    mail_servers.write(ADDRESS, "Nach der Pause")
    contact(hub, "Nach der Pause", 20)
    assert len(set(tokens.asked)) == len(tokens.asked)


@pytest.mark.usefixtures("no_token_is_logged")
def test_a_mailbox_that_was_taken_back_says_so_and_asks_no_more_until_somebody_signs_in(
    hub: RunningHub, mail_servers: MailServers, tokens: TokenServer, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mail_servers.write(ADDRESS, "Bevor", sender="bevor@kunde.example")
    found = contact(hub, "Bevor")
    assert check(data, capsys) == (0, "support-mail\temail\temail\tok\n")
    tokens.revoke()
    take(hub, found)
    message = say(hub, found, "Kommt später.")
    until(lambda: standing(hub) == "misconfigured:sign_in_revoked", "it says so")
    asked = tokens.renewals
    time.sleep(1.5)  # an account that is down would have been begun again by now
    assert (tokens.renewals, standing(hub)) == (asked, "misconfigured:sign_in_revoked")
    code, told = check(data, capsys)
    assert code == 1
    assert "stopped: sign_in_revoked" in told

    begin_anew(hub)
    until(lambda: standing(hub) == "misconfigured:sign_in_revoked", "nothing has changed")
    assert tokens.renewals == asked + 1
    assert delivery(hub, message).delivery is Delivery.QUEUED

    signs_in(data, tokens.consent())
    begin_anew(hub)
    is_sent(hub, message)
    mail_servers.write(ADDRESS, "Wieder da")
    contact(hub, "Wieder da")
    assert check(data, capsys) == (0, "support-mail\temail\temail\tok\n")
    kept = b"".join(one.read_bytes() for one in data.glob("hub.db*"))
    assert not [one for one in tokens.given if one.encode() in kept]
