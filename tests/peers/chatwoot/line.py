"""The stand-in's end of one socket: ActionCable over WebSocket (RFC 6455), as much of it as Chatwoot needs."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import json
import struct
import time
from typing import TYPE_CHECKING

from .office import Row

if TYPE_CHECKING:
    from .server import ChatwootStandIn

_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Line:
    """``presences`` are when it was said that the agent is there."""

    def __init__(
        self,
        server: ChatwootStandIn,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        headers: dict[str, str],
    ) -> None:
        self._server = server
        self._reader = reader
        self._writer = writer
        self._headers = headers
        self.identifier = ""
        self.presences: list[float] = []

    async def run(self) -> None:
        digest = hashlib.sha1((self._headers["sec-websocket-key"] + _GUID).encode()).digest()
        self._writer.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Protocol: actioncable-v1-json\r\nSec-WebSocket-Accept: "
            + base64.b64encode(digest)
            + b"\r\n\r\n"
        )
        self._server.lines.append(self)
        self.send({"type": "welcome"})
        pinging = asyncio.create_task(self._ping())
        try:
            while (frame := await self._receive()) is not None:
                self._take(json.loads(frame))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            pinging.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await pinging
            self._server.lines.remove(self)

    def send(self, value: Row) -> None:
        if self._writer.is_closing():
            return
        data = json.dumps(value).encode()
        size = len(data)
        if size < 126:
            head = bytes([0x81, size])
        else:
            head = (
                bytes([0x81, 126]) + struct.pack("!H", size) if size < 65536 else b"\x81\x7f" + struct.pack("!Q", size)
            )
        self._writer.write(head + data)

    async def _receive(self) -> bytes | None:
        first, second = await self._reader.readexactly(2)
        size = second & 0x7F
        if size == 126:
            (size,) = struct.unpack("!H", await self._reader.readexactly(2))
        mask = await self._reader.readexactly(4)
        data = bytes(b ^ mask[i % 4] for i, b in enumerate(await self._reader.readexactly(size)))
        if first & 0x0F == 8:
            self._writer.write(bytes([0x88, 0]))
            return None
        return data

    def _take(self, frame: Row) -> None:
        if frame["command"] == "subscribe":
            asked = json.loads(frame["identifier"])
            user = self._server.office.users.get(asked["user_id"])
            if user is None or user["pubsub_token"] != asked["pubsub_token"]:
                self.send({"identifier": frame["identifier"], "type": "reject_subscription"})
                return
            self.identifier = frame["identifier"]
            self.send({"identifier": self.identifier, "type": "confirm_subscription"})
        elif json.loads(frame["data"]).get("action") == "update_presence":
            self.presences.append(time.monotonic())

    async def _ping(self) -> None:
        while True:
            if not self._server.is_mute:
                self.send({"type": "ping", "message": int(time.time())})
            await asyncio.sleep(0.2)
