"""The browser's way in: a session, and the socket that tells at once that something changed. Only ever a hint: what changed
is read by ``feed``, and without the socket it is found a few seconds later.

A session needs the password; a token opens none. Its cookie is taken for more than any header that comes with it, and asks
for a CSRF token with every change: so it has a client of its own. ``spool`` replays what the last two days brought, deleted
tickets among it, which nothing else tells.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import ssl
import time
from collections.abc import AsyncGenerator
from importlib import import_module
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from desktop.backends.base import Hint, HintKind, Offline, Refused, SignInNeeded
from desktop.backends.http import HttpClient, HttpSettings, is_loopback, trust
from desktop.backends.zammad import credentials
from desktop.backends.zammad.shapes import Session, read
from desktop.backends.zammad.tickets import Tickets
from desktop.domain.changes import Table

PING_S: Final = 60.0
_SPOOLED_S: Final = 48 * 3600
_OVERLAP_S: Final = 60
_LARGEST_FRAME: Final = 8 * 1024 * 1024
_HEARD: Final = ("Ticket:", "TicketArticle:", "OnlineNotification", "Mention:", "User:destroy")
_ENDS: Final = {"Ticket:destroy": Table.INTERACTION, "User:destroy": Table.CUSTOMER}


class _Event(msgspec.Struct):
    event: str = ""
    data: msgspec.Raw = msgspec.Raw(b"null")


class _Thing(msgspec.Struct):
    id: int = 0


class _Sent(msgspec.Struct):
    timestamp: int = 0


_frame: Final = msgspec.json.Decoder(list[_Event])


class SocketSession:
    """One session at a time. ``tickets`` hears which are gone."""

    def __init__(self, url: str, settings: HttpSettings | None, tickets: Tickets, *, ping_s: float = PING_S) -> None:
        self._url = url.rstrip("/")
        self._settings = settings or HttpSettings.from_environment()
        self._tickets = tickets
        self._ping_s = ping_s
        self._spooled_at = 0

    async def hints(self, credential: str, after: int) -> AsyncGenerator[Hint, None]:
        """Yield ``OPENED`` and then ``PULL`` for whatever concerns a ticket. Raises ``Refused`` where there is no password,
        or the server has no sockets; ``Offline`` when the connection breaks."""
        known = credentials.password_of(credential)
        if known is None:
            raise Refused("session_needs_password")
        fingerprint = f"dirigent-{hashlib.sha256(f'{self._url} {known[0]}'.encode()).hexdigest()[:16]}"
        session_id = await self._sign_in(*known, fingerprint)
        library = import_module("websockets.asyncio.client")
        failures = import_module("websockets.exceptions")
        logging.getLogger("websockets").setLevel(logging.WARNING)  # it would tell whole frames
        try:
            async with library.connect(self._address, **self._connecting()) as socket:
                await socket.send(_text(event="login", session_id=session_id, fingerprint=fingerprint))
                since = self._spooled_at or after // 1_000_000
                since = max(since - _OVERLAP_S, int(time.time()) - _SPOOLED_S)
                await socket.send(_text(event="spool", timestamp=since))
                while True:
                    try:
                        async with asyncio.timeout(self._ping_s):
                            told = await socket.recv()
                    except TimeoutError:
                        await socket.send(_text(event="ping"))
                        continue
                    for hint in self._heard(told):
                        yield hint
        except (failures.InvalidStatus, failures.InvalidUpgrade, failures.InvalidURI):
            raise Refused("stream_blocked") from None
        except (failures.WebSocketException, OSError, TimeoutError) as error:
            raise Offline("stream_ended", kind=type(error).__name__) from None

    def _heard(self, told: str | bytes) -> list[Hint]:
        try:
            events = _frame.decode(told)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return []
        hints: list[Hint] = []
        is_news = False
        for event in events:
            if event.event == "error":
                raise Refused("stream_refused")
            if event.event == "spool:sent":
                self._spooled_at = _value(_Sent, event.data).timestamp
                hints.append(Hint(HintKind.OPENED))
            elif event.event.startswith(_HEARD):
                is_news = True
                if (table := _ENDS.get(event.event)) and (number := _value(_Thing, event.data).id):
                    self._tickets.gone.add((table, number))
        return [*hints, Hint(HintKind.PULL)] if is_news else hints

    async def _sign_in(self, user: str, password: str, fingerprint: str) -> str:
        http = HttpClient(self._url, self._settings)
        try:
            shown = await http.request("GET", "/api/v1/signshow", params={"fingerprint": fingerprint}, can_repeat=True)
            token = shown.headers.get("csrf-token", "")
            body = {"username": user, "password": password, "fingerprint": fingerprint}
            answer = await http.request(
                "POST",
                "/api/v1/signin",
                headers={"Content-Type": "application/json", "X-CSRF-Token": token},
                content=msgspec.json.encode(body),
                tolerated=(403, 422),
            )
        except SignInNeeded:
            raise Refused("stream_refused") from None  # the REST calls tell whether the password is wrong
        finally:
            await http.close()
        session_id = "" if answer.status >= 300 else read(Session, answer.body).config.session_id
        if not session_id:
            raise Refused("stream_refused")
        return session_id

    @property
    def _address(self) -> str:
        parts = urlsplit(self._url)
        return f"{'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}{parts.path}/ws"

    def _connecting(self) -> dict[str, Any]:
        settings = self._settings
        context: ssl.SSLContext | None = trust(settings) if self._url.startswith("https:") else None
        proxy: str | bool | None = None if is_loopback(self._url) else settings.proxy or True
        return {
            "ssl": context,
            "proxy": proxy,
            "max_size": _LARGEST_FRAME,
            "open_timeout": settings.read_s,
            "ping_interval": None,  # the server's library answers none; it has a ping of its own
            "close_timeout": 1.0,
        }


def _text(**message: Any) -> str:
    return msgspec.json.encode(message).decode()


def _value(shape: type[Any], data: msgspec.Raw) -> Any:
    try:
        return msgspec.json.decode(data, type=shape, strict=False)
    except msgspec.MsgspecError:
        return shape()
