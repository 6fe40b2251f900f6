"""The way to a backend's server on which things go wrong: a port of this machine that hands HTTP requests on to the server
behind it, whoever that is, and keeps, cuts, delays or rewrites what a story asks for. Streams and sockets pass through. It
knows no system; what goes wrong is said in terms of HTTP, so that the same trouble befalls every backend.
"""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus

_LONGEST_HEAD = 256 * 1024
_NO_BODY = frozenset({204, 304})
_UNDER_WAY_S = 0.25
"""What arrives so soon after the first request was turned away had left before."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, whole. ``body`` is sent as it is; ``cut_at`` breaks the line after so many bytes of it."""

    status: int = 200
    body: bytes = b""
    media_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    cut_at: int | None = None

    def encoded(self) -> bytes:
        reason = HTTPStatus(self.status).phrase
        head = {"Content-Type": self.media_type, **self.headers, "Content-Length": str(len(self.body))}
        if not self.media_type:
            del head["Content-Type"]
        lines = [f"HTTP/1.1 {self.status} {reason}", *(f"{name}: {value}" for name, value in head.items() if value)]
        body = self.body if self.cut_at is None else self.body[: self.cut_at]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that arrived: its first line without the version, and when (by the event loop's clock)."""

    line: str
    at: float


@dataclass(slots=True)
class _Fault:
    """``instead`` is answered without handing on, and the door kept closed for ``closes_s``; ``alter`` rewrites the server's
    answer, to nothing where the line is to be cut; neither: cut before it is handed on."""

    on: re.Pattern[str]
    left: float
    instead: Reply | None = None
    alter: Callable[[Reply], Reply | None] | None = None
    closes_s: int = 0


class Gateway:
    """``asked`` are all requests that arrived; ``struck`` counts those that something happened to; ``too_early`` are those
    that came although the sender had been asked to wait."""

    def __init__(self, port: int) -> None:
        self._upstream = port
        self._port = 0
        self._server: asyncio.Server | None = None
        self._lines: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._faults: list[_Fault] = []
        self._closed_from = self._closed_until = 0.0
        self.url = ""
        self.asked: list[Asked] = []
        self.too_early: list[Asked] = []
        self.struck = 0

    async def come_back(self) -> str:
        """Listen, on the same port as before where there was one; returns the address."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port, limit=_LONGEST_HEAD)
        self._port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        return self.url

    async def go_away(self) -> None:
        """Listen no more and hang up on everybody."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
        for writer in list(self._writers):
            writer.transport.abort()
        if self._lines:
            await asyncio.wait(self._lines)
        # What was aborted is closed with the next turns of the loop.
        for _ in range(3):
            await asyncio.sleep(0)

    # --- what is to go wrong ----------------------------------------------------------------------------------------

    def cut_before(self, on: str = "", times: float = 1) -> None:
        """Break the line of the next requests that match ``on``, before the server has them."""
        self._faults.append(_Fault(re.compile(on), times))

    def cut_after(self, on: str = "", times: float = 1) -> None:
        """Let the server carry the next requests out and break the line before its answer."""
        self._faults.append(_Fault(re.compile(on), times, alter=lambda reply: None))

    def answer(self, reply: Reply, on: str = "", times: float = 1) -> None:
        """Answer the next requests with something; the server does not get them."""
        self._faults.append(_Fault(re.compile(on), times, instead=reply))

    def alter(self, change: Callable[[Reply], Reply | None], on: str = "", times: float = 1) -> None:
        """Let the server carry the next requests out and rewrite what it answers."""
        self._faults.append(_Fault(re.compile(on), times, alter=change))

    def throttle(self, seconds: int, on: str = "") -> None:
        """Turn the next request that matches away with 429, and whatever comes before ``seconds`` have passed."""
        self._faults.append(_Fault(re.compile(on), 1, instead=_later(seconds), closes_s=seconds))

    def forgive(self) -> None:
        """Let everything through from now on."""
        self._faults.clear()

    # --- the line ---------------------------------------------------------------------------------------------------

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._lines.add(task)
        self._writers.add(writer)
        try:
            while await self._exchange(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._lines.discard(task)
            self._writers.discard(writer)
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Hand one request on and its answer back; returns whether the line still stands."""
        head = await reader.readuntil(b"\r\n\r\n")
        headers = _headers(head)
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        clock = asyncio.get_running_loop().time
        asked = Asked(head.split(b"\r\n", 1)[0].decode("latin-1").rpartition(" ")[0], clock())
        self.asked.append(asked)
        if asked.at < self._closed_until:
            if asked.at > self._closed_from + _UNDER_WAY_S:
                self.too_early.append(asked)
            return await self._tell(writer, _later(self._closed_until - asked.at))
        fault = next((one for one in self._faults if one.left > 0 and one.on.search(asked.line)), None)
        if fault is not None:
            fault.left -= 1
            self.struck += 1
            if fault.instead is not None:
                if fault.closes_s:
                    self._closed_from, self._closed_until = asked.at, asked.at + fault.closes_s
                return await self._tell(writer, fault.instead)
            if fault.alter is None:
                writer.transport.abort()
                return False
        return await self._hand_on(head, body, headers, reader, writer, fault)

    async def _hand_on(
        self,
        head: bytes,
        body: bytes,
        headers: dict[str, str],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        fault: _Fault | None,
    ) -> bool:
        try:
            there, to_there = await asyncio.open_connection("127.0.0.1", self._upstream, limit=_LONGEST_HEAD)
        except OSError:
            writer.transport.abort()
            return False
        try:
            if "upgrade" not in headers:
                head = re.sub(rb"(?i)\r\nconnection:[^\r]*", b"", head)[:-2] + b"Connection: close\r\n\r\n"
            to_there.write(head + body)
            told = await there.readuntil(b"\r\n\r\n")
            status, answered = int(told.split(b" ", 2)[1]), _headers(told)
            if status == 101 or answered.get("content-type", "").startswith("text/event-stream"):
                if fault is None:
                    writer.write(told)
                    await _both_ways(reader, writer, there, to_there)
                writer.transport.abort()
                return False
            content = b"" if status in _NO_BODY else await _body(there, answered)
        finally:
            to_there.transport.abort()
        passed = {name: value for name, value in answered.items() if name not in _OWN}
        reply = Reply(status, content, answered.get("content-type", ""), passed)
        changed = reply if fault is None or fault.alter is None else fault.alter(reply)
        if changed is None:
            writer.transport.abort()
            return False
        return await self._tell(writer, changed)

    @staticmethod
    async def _tell(writer: asyncio.StreamWriter, reply: Reply) -> bool:
        writer.write(reply.encoded())
        await writer.drain()
        if reply.cut_at is not None:
            writer.transport.abort()
            return False
        return True


_OWN = frozenset({"content-length", "content-type", "transfer-encoding", "connection", "keep-alive"})


def _later(seconds: float) -> Reply:
    return Reply(429, b"Retry later\n", "text/plain", {"Retry-After": str(max(math.ceil(seconds), 1))})


def _headers(head: bytes) -> dict[str, str]:
    lines = head.decode("latin-1").split("\r\n")[1:]
    return {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines) if name}


async def _body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    """Read an answer's body (RFC 9112, section 6.3)."""
    if headers.get("transfer-encoding", "").lower() == "chunked":
        pieces = []
        while size := int((await reader.readline()).split(b";")[0], 16):
            pieces.append((await reader.readexactly(size + 2))[:-2])
        return b"".join(pieces)
    if "content-length" in headers:
        return await reader.readexactly(int(headers["content-length"]))
    return await reader.read()


async def _both_ways(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    there: asyncio.StreamReader,
    to_there: asyncio.StreamWriter,
) -> None:
    """Pass bytes on in both directions until one side has had enough."""

    async def pipe(source: asyncio.StreamReader, into: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(65536):
                into.write(data)
                await into.drain()
        except ConnectionError:
            pass

    ways = [asyncio.create_task(pipe(reader, to_there)), asyncio.create_task(pipe(there, writer))]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
