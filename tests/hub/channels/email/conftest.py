"""An account of kind ``email`` in a centre, with a mail server whose answers a story writes."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from desktop.domain.channels import Channel
from desktop.hub.blobs import Blobs
from desktop.hub.channels.accounts import Account
from desktop.hub.channels.email import EmailChannel, Settings
from desktop.hub.channels.intake import Intake
from desktop.hub.channels.signals import Signals

from ...desk.conftest import Centre, centre, new_database

ACCOUNT = Account(
    name="mail",
    kind="email",
    channel=Channel.EMAIL,
    brand="Firma Service",
    secrets={"password": "env:TEST_MAIL_PASSWORD"},
)


class MailServer:
    """What the server says, and what it got. ``rcpt`` by address; ``cut`` is ``before``, ``after`` or ''."""

    def __init__(self) -> None:
        self.rcpt: dict[str, str] = {}
        self.data = "250 taken"
        self.cut = ""
        self.got: list[Envelope] = []
        self.passwords: list[bytes] = []

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.rcpt.get(address, "250 ok")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.cut != "before":
            self.got.append(envelope)
        if self.cut:
            assert server.transport is not None
            server.transport.abort()
        return self.data

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        self.passwords.append(data.password)
        return AuthResult(success=data.password == b"geheim", handled=False)


@pytest.fixture
def server() -> MailServer:
    return MailServer()


@pytest.fixture
def port(server: MailServer) -> Iterator[int]:
    yield from _serve(server)


@pytest.fixture
def strict_port(server: MailServer) -> Iterator[int]:
    """The port of a server that wants a password."""
    yield from _serve(server, authenticator=server.authenticate, auth_required=True, auth_require_tls=False)


def _serve(server: MailServer, **options: Any) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(server, hostname="127.0.0.1", port=port, ready_timeout=30, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def settings(port: int, **fields: Any) -> Settings:
    fields = {"smtp_security": "none", "smtp_auth": "none", **fields}
    return Settings(address="service@firma.example", smtp_host="127.0.0.1", smtp_port=port, **fields)


def intake_of(centre: Centre, folder: Path) -> Intake:
    return Intake(ACCOUNT, centre.desk, Blobs(centre.database, folder / "blobs"), Signals())


def channel(centre: Centre, folder: Path, port: int, **fields: Any) -> EmailChannel:
    return EmailChannel(ACCOUNT, settings(port, **fields), intake_of(centre, folder), folder)


@pytest.fixture
def token_server() -> list[bytes]:
    """What was asked of the provider's token endpoint."""
    return []


@pytest.fixture
def refusals() -> list[tuple[int, bytes]]:
    """What the endpoint answers instead of a token, one after the other."""
    return []


@pytest.fixture
def token_url(token_server: list[bytes], refusals: list[tuple[int, bytes]]) -> Iterator[str]:
    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            token_server.append(self.rfile.read(int(self.headers["Content-Length"])))
            token = {"access_token": f"token-{len(token_server)}", "expires_in": "3600", "refresh_token": "second"}
            status, body = refusals.pop(0) if refusals else (200, json.dumps(token).encode())
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Endpoint) as endpoint:
        thread = threading.Thread(target=endpoint.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{endpoint.server_port}/token"
        endpoint.shutdown()
        thread.join()


__all__ = ["Centre", "MailServer", "centre", "channel", "intake_of", "new_database", "port", "server", "settings"]
