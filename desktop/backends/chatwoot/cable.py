"""The socket: who is told that something happened, and where to look. Its payloads are hints and never written: they carry no
number, nothing is sent again, and one may be older than what is known. Called by ``backend``.

ActionCable (Rails guides, "Action Cable Overview"): after ``welcome`` one subscribes to a channel, each event then is a
``message``; the server pings every three seconds. Presence lasts twenty seconds there, so that it is said more often.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import logging
import ssl
from collections.abc import AsyncGenerator, Callable
from typing import Any, Final

import msgspec

from desktop.backends.base import Hint, HintKind, Offline, Refused
from desktop.backends.chatwoot.client import ChatwootClient
from desktop.backends.chatwoot.feed import Feed
from desktop.backends.chatwoot.fields import Row, number, part, text
from desktop.backends.chatwoot.names import Names
from desktop.backends.http import is_loopback, trust
from desktop.wire.shapes import CustomerSignal, encode

PRESENCE_S: Final = 15.0
SILENT_S: Final = 15.0
"""Five pings missed: the line is dead."""

_LARGEST: Final = 4 * 1024 * 1024
_PULL: Final = Hint(HintKind.PULL)
_SET_UP: Final = frozenset({"account.cache_invalidated", "account.presence_updated"})


class Cable:
    """The socket of one account. ``on_echo`` hears the ``echo_id`` of each message that is told."""

    def __init__(
        self,
        client: ChatwootClient,
        feed: Feed,
        names: Names,
        *,
        on_echo: Callable[[str], None],
        presence_s: float = PRESENCE_S,
        silent_s: float = SILENT_S,
    ) -> None:
        self._client = client
        self._feed = feed
        self._names = names
        self._on_echo = on_echo
        self._presence_s = presence_s
        self._silent_s = silent_s
        self._present: Row = {}

    async def hints(self) -> AsyncGenerator[Hint, None]:
        """Yield ``OPENED`` once subscribed, then what happens. Raises ``BackendError`` when the line breaks."""
        profile = await self._client.profile()
        self._names.user = profile.user
        websockets = await asyncio.to_thread(_load)
        identifier = encode(
            {
                "channel": "RoomChannel",
                "pubsub_token": profile.socket_token,
                "account_id": profile.account,
                "user_id": profile.user,
            }
        ).decode()
        try:
            async with await self._connected(websockets) as line:
                await self._subscribe(line, identifier)
                beating = asyncio.create_task(self._beat(line, identifier), name="chatwoot-presence")
                try:
                    yield Hint(HintKind.OPENED)
                    while True:
                        for hint in self._understood(await self._frame(line)):
                            yield hint
                finally:
                    beating.cancel()
                    await asyncio.wait([beating])
        except websockets.exceptions.InvalidStatus as error:
            # Chatwoot lets everybody in and then rejects: who says no at the door is somebody between.
            raise Offline("stream_blocked", kind=f"HTTP {error.response.status_code}") from None
        except websockets.exceptions.ConnectionClosed:
            raise Offline("stream_ended") from None
        except websockets.exceptions.InvalidURI:
            raise Refused("bad_address") from None
        except (websockets.exceptions.WebSocketException, OSError, EOFError, TimeoutError) as error:
            code = "certificate" if isinstance(error, ssl.SSLError) else "unreachable"
            raise Offline(code, kind=type(error).__name__) from None

    async def _connected(self, websockets: Any) -> Any:
        """Return a line that is not opened yet, by the same way out as everything else."""
        settings, base = self._client.settings, self._client.base
        is_secure = base.startswith("https:")
        return websockets.connect(
            f"{'wss' if is_secure else 'ws'}{base[base.index(':') :]}/cable",
            origin=base,
            subprotocols=["actioncable-v1-json"],
            additional_headers={},
            user_agent_header="Dirigent",
            proxy=None if is_loopback(base) else settings.proxy or True,
            ssl=await asyncio.to_thread(trust, settings) if is_secure else None,
            open_timeout=settings.connect_s * 2,
            close_timeout=1.0,
            ping_interval=None,
            max_size=_LARGEST,
            logger=_SILENT,
        )

    async def _subscribe(self, line: Any, identifier: str) -> None:
        while True:
            frame = await self._frame(line)
            match text(frame, "type"):
                case "welcome":
                    await line.send(encode({"command": "subscribe", "identifier": identifier}).decode())
                case "confirm_subscription":
                    return
                case "reject_subscription":
                    # The socket's token was changed: the profile has the new one.
                    self._client.forget_profile()
                    raise Offline("stream_rejected")
                case _:
                    self._check(frame)

    async def _frame(self, line: Any) -> Row:
        """Return the next frame, pings left out. Raises ``Offline`` where nothing comes for too long."""
        while True:
            try:
                async with asyncio.timeout(self._silent_s):
                    raw = await line.recv()
            except TimeoutError:
                raise Offline("stream_silent") from None
            try:
                frame = part(msgspec.json.decode(raw))
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
                continue
            if text(frame, "type") != "ping":
                self._check(frame)
                return frame

    def _check(self, frame: Row) -> None:
        if text(frame, "type") == "disconnect":
            if text(frame, "reason") == "unauthorized":
                self._client.forget_profile()
            raise Offline("stream_ended")

    async def _beat(self, line: Any, identifier: str) -> None:
        said = {"command": "message", "identifier": identifier, "data": '{"action":"update_presence"}'}
        frame = encode(said).decode()
        # A line that broke is noticed by whoever reads from it.
        with contextlib.suppress(Exception):
            while True:
                await line.send(frame)
                await asyncio.sleep(self._presence_s)

    def _understood(self, frame: Row) -> list[Hint]:
        """Say where to look, and return the hints that say that there is something."""
        told = part(frame, "message")
        event, data = text(told, "event"), part(told, "data")
        subject = event.partition(".")[0]
        if event in ("conversation.typing_on", "conversation.typing_off"):
            return self._typing(data, is_on=event.endswith("_on"))
        if event == "presence.update":
            return self._presence(part(data, "users"))
        if event in _SET_UP:
            self._feed.name_set_up()
            return [_PULL]
        if subject == "message":
            self._on_echo(text(data, "echo_id"))
            return self._look(number(data, "conversation_id"))
        if subject in ("conversation", "assignee", "team"):
            return self._look(number(data, "id"))
        if subject == "contact":
            if (contact := number(data, "id")) > 0:
                self._feed.name_contact(contact)
            return [_PULL]
        return []

    def _look(self, conversation: int) -> list[Hint]:
        if conversation > 0:
            self._feed.name_conversation(conversation)
        return [_PULL]

    def _typing(self, data: Row, *, is_on: bool) -> list[Hint]:
        conversation = number(part(data, "conversation"), "id")
        if conversation <= 0 or text(part(data, "user"), "type") == "user" or data.get("is_private") is True:
            return []
        signal = CustomerSignal(
            interaction_id=self._names.interaction(conversation), kind="typing" if is_on else "idle"
        )
        return [Hint(HintKind.SIGNAL, data=encode(signal))]

    def _presence(self, users: Row) -> list[Hint]:
        if users == self._present:
            return []
        self._present = dict(users)
        self._feed.name_set_up()
        return [_PULL]


# It would tell addresses and frames.
_SILENT: Final = logging.getLogger("websockets.silent")
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False


def _load() -> Any:
    importlib.import_module("websockets.exceptions")
    return importlib.import_module("websockets")
