"""A provider's sign-in service as OAuth 2 has it: gives access tokens for a refresh token, which it changes each time (RFC
6749, section 6), and tells a mail server whose a token is and whether it still is good (RFC 7662). A story ends tokens as it
likes.
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

CLIENT = "desk"


class TokenServer:
    """``user`` is whose mailbox it is; ``valid_s`` how long an access token is good. ``asked`` are the refresh tokens that
    came in, ``given`` all tokens that ever went out."""

    def __init__(self, port: int, user: str) -> None:
        self.url = f"http://127.0.0.1:{port}/token"
        self.user = user
        self.valid_s = 3600.0
        self.asked: list[str] = []
        self.given: list[str] = []
        self._good: dict[str, float] = {}
        self._lock = threading.Lock()
        self.refresh = self.consent()

    def consent(self) -> str:
        """Somebody signs in and lets the hub have the mailbox; returns the refresh token."""
        self.refresh = f"refresh-{secrets.token_hex(16)}"
        self.given.append(self.refresh)
        return self.refresh

    def revoke(self) -> None:
        """Somebody takes that back: no token is good any more."""
        with self._lock:
            self.refresh = ""
            self._good.clear()

    def end_access(self) -> None:
        """The access tokens of now are not good any more."""
        with self._lock:
            self._good.clear()

    @property
    def renewals(self) -> int:
        return len(self.asked)

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        with self._lock:
            if path == "/introspect":
                is_good = self._good.get(form.get("token", ""), 0.0) > time.monotonic()
                return 200, {"active": True, "username": self.user} if is_good else {"active": False}
            self.asked.append(form.get("refresh_token", ""))
            if form.get("client_id") != CLIENT:
                return 401, {"error": "invalid_client"}
            if form.get("grant_type") != "refresh_token" or form.get("refresh_token") != self.refresh:
                return 400, {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
            access = f"access-{secrets.token_hex(16)}"
            self._good[access] = time.monotonic() + self.valid_s
            self.given.append(access)
            return 200, {
                "access_token": access,
                "token_type": "Bearer",
                "expires_in": self.valid_s,
                "refresh_token": self.consent(),
            }


@contextmanager
def serving(port: int, user: str) -> Iterator[TokenServer]:
    """Run the service of one mailbox at a port of this machine."""
    server = TokenServer(port, user)

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            status, said = server.answer(self.path, form)
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", port), Endpoint) as endpoint:
        thread = threading.Thread(target=endpoint.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            endpoint.shutdown()
            thread.join()
