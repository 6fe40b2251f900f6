"""A TCP way to the hub on which things go wrong on purpose: between the real client and the real hub, on a real socket.

It knows just enough HTTP/1.1 to see where a request ends; what is wrong with an exchange (a request and its answer) is
decided when the whole request is here. Faults are scripted (``script``) or drawn (``draw``); each one is counted when it has
been injected. Whoever makes it ends it: ``stop`` hangs up on everybody at once and waits for nobody's answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

_CHUNK: Final = 65536
_LONGEST_HEAD: Final = 64 * 1024
_AGAIN_S: Final = 5.0


class FaultKind(StrEnum):
    """What goes wrong. ``CUT``: the line breaks at a byte; ``DELAY``: held up; ``HALF_OPEN``: from a byte on one direction
    is dead and nobody is told; ``DRIP``: a few bytes at a time; ``BLACK_HOLE``: taken and never answered; ``REFUSE``: the
    connection is reset at once; ``ANSWER_LOST``: carried out, and the line breaks before the answer; ``TWICE``: the same
    bytes reach the hub a second time."""

    CUT = "cut"
    DELAY = "delay"
    HALF_OPEN = "half_open"
    DRIP = "drip"
    BLACK_HOLE = "black_hole"
    REFUSE = "refuse"
    ANSWER_LOST = "answer_lost"
    TWICE = "twice"


class Side(StrEnum):
    REQUEST = "request"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with one exchange. ``at``: the byte of that side it happens at. ``seconds``: how long a delay lasts,
    the pause between two drips, or how late the second copy is. ``is_reset``: cut by RST instead of FIN."""

    kind: FaultKind
    side: Side = Side.ANSWER
    at: int = 0
    seconds: float = 0.0
    drip_bytes: int = 64
    is_reset: bool = False


@dataclass(slots=True)
class _Scripted:
    marker: bytes
    fault: Fault
    left: int


class FaultProxy:
    """A port of the loopback address that leads to the hub at ``port``, which may change while the proxy runs."""

    def __init__(self, port: int = 0, *, draw: Callable[[bytes], Fault | None] | None = None) -> None:
        self.port = port
        self.draw = draw
        self.url = ""
        self.counts: Counter[FaultKind] = Counter()
        self.connections = 0
        self.requests = 0
        self.on_request: Callable[[bytes], None] = lambda request: None
        self._script: list[_Scripted] = []
        self._server: asyncio.Server | None = None
        self._own_port = 0
        self._lines: set[_Line] = set()
        self._copies: set[asyncio.Task[None]] = set()

    async def start(self) -> str:
        """Listen, on the same port as before where there was one; returns the address for a client."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._own_port, limit=_LONGEST_HEAD)
        self._own_port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self._own_port}"
        return self.url

    async def refuse(self) -> None:
        """Listen no more, and hang up on everybody: connections are refused until ``start``."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
        self.cut_all()
        await self._ended()

    async def stop(self) -> None:
        """End for good."""
        await self.refuse()
        for copy in self._copies:
            copy.cancel()
        if self._copies:
            await asyncio.wait(self._copies)

    def script(self, fault: Fault, marker: bytes = b"", times: int = 1) -> None:
        """Have ``fault`` happen to the next ``times`` requests that hold ``marker``."""
        self._script.append(_Scripted(marker, fault, times))

    def forgive(self) -> None:
        """Let everything through from now on."""
        self._script.clear()
        self.draw = None

    @property
    def is_through(self) -> bool:
        """Whether all that was scripted has happened."""
        return not any(one.left for one in self._script)

    def cut_all(self, *, is_reset: bool = True) -> None:
        """Hang up on everybody."""
        for line in tuple(self._lines):
            line.cut(is_reset=is_reset)

    # --- used by a line ---------------------------------------------------------------------------------------------

    def fault_of(self, request: bytes) -> Fault | None:
        """Decide what happens to a request."""
        self.requests += 1
        self.on_request(request)
        for one in self._script:
            if one.left and one.marker in request:
                one.left -= 1
                return one.fault
        return self.draw(request) if self.draw is not None else None

    def send_again(self, request: bytes, after_s: float) -> None:
        """Have the hub get ``request`` a second time; what it answers is nobody's."""
        task = asyncio.create_task(self._again(request, after_s), name="proxy-copy")
        self._copies.add(task)
        task.add_done_callback(self._copies.discard)

    async def _again(self, request: bytes, after_s: float) -> None:
        await asyncio.sleep(after_s)
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(_AGAIN_S):
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                try:
                    writer.write(request)
                    await writer.drain()
                    if await reader.read(_CHUNK):
                        self.counts[FaultKind.TWICE] += 1
                finally:
                    writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        line = _Line(self, reader, writer)
        self._lines.add(line)
        try:
            await line.run()
        finally:
            self._lines.discard(line)

    async def _ended(self) -> None:
        for line in tuple(self._lines):
            await line.ended.wait()


class _Cut(Exception):
    """The line is cut here and now."""


class _Line:
    """One connection of a client and the one to the hub behind it."""

    def __init__(self, proxy: FaultProxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._proxy = proxy
        self._reader = reader
        self._writer = writer
        self._there: asyncio.StreamWriter | None = None
        self._fault: Fault | None = None
        self._answered = 0
        self._is_reset = False
        # Which of the two directions is dead.
        self._is_deaf = self._is_mute = False
        self._cut = asyncio.Event()
        self.ended = asyncio.Event()

    def cut(self, *, is_reset: bool) -> None:
        """Hang up on both sides."""
        self._is_reset = is_reset
        self._cut.set()

    async def run(self) -> None:
        """Carry both ways until one side hangs up or the line is cut."""
        tasks: list[asyncio.Task[Any]] = [asyncio.create_task(self._cut.wait(), name="proxy-cut")]
        try:
            there_reader, self._there = await asyncio.open_connection("127.0.0.1", self._proxy.port)
            tasks.append(asyncio.create_task(self._carry_there(), name="proxy-there"))
            tasks.append(asyncio.create_task(self._carry_back(there_reader), name="proxy-back"))
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        except OSError:
            pass  # there is no hub
        finally:
            for task in tasks:
                task.cancel()
            done, _ = await asyncio.wait(tasks)
            for task in done:
                if not task.cancelled():
                    task.exception()
            if self._is_reset:
                _reset_on_close(self._writer)
                self._writer.transport.abort()
            self._writer.close()
            if self._there is not None:
                self._there.transport.abort()
            self.ended.set()

    async def _carry_there(self) -> None:
        while True:
            request = await _request(self._reader)
            fault = self._fault = self._proxy.fault_of(request)
            self._answered = 0
            if fault is None:
                await self._send(request)
                continue
            match fault.kind:
                case FaultKind.REFUSE:
                    self._inject(fault)
                    self._hang_up(is_reset=True)
                case FaultKind.BLACK_HOLE:
                    self._inject(fault)
                    self._is_deaf = self._is_mute = True
                case FaultKind.TWICE:
                    await self._send(request)
                    self._proxy.send_again(request, fault.seconds)
                case _ if fault.side is Side.REQUEST:
                    self._inject(fault)
                    await self._carry_badly(request, fault)
                case _:
                    await self._send(request)

    async def _carry_badly(self, request: bytes, fault: Fault) -> None:
        if fault.kind is FaultKind.CUT:
            await self._send(request[: fault.at])
            self._hang_up(is_reset=fault.is_reset)
        elif fault.kind is FaultKind.DELAY:
            await asyncio.sleep(fault.seconds)
            await self._send(request)
        elif fault.kind is FaultKind.DRIP:
            for start in range(0, len(request), fault.drip_bytes):
                await self._send(request[start : start + fault.drip_bytes])
                await asyncio.sleep(fault.seconds)
        else:
            await self._send(request[: fault.at])
            self._is_deaf = True

    async def _carry_back(self, reader: asyncio.StreamReader) -> None:
        while data := await reader.read(_CHUNK):
            await self._answer(data)
        if self._is_mute:
            await self._cut.wait()  # who is cut off is not told of the end either

    async def _answer(self, data: bytes) -> None:
        fault = self._fault
        before, self._answered = self._answered, self._answered + len(data)
        if self._is_mute:
            return
        if fault is None or fault.side is Side.REQUEST:
            await self._tell(data)
        elif fault.kind is FaultKind.ANSWER_LOST:
            self._inject(fault)
            self._hang_up(is_reset=fault.is_reset)
        elif fault.kind is FaultKind.DELAY and before == 0:
            self._inject(fault)
            await asyncio.sleep(fault.seconds)
            await self._tell(data)
        elif fault.kind is FaultKind.DRIP:
            if before == 0:
                self._inject(fault)
            for start in range(0, len(data), fault.drip_bytes):
                await self._tell(data[start : start + fault.drip_bytes])
                await asyncio.sleep(fault.seconds)
        elif fault.kind in (FaultKind.CUT, FaultKind.HALF_OPEN) and self._answered >= fault.at:
            await self._tell(data[: max(fault.at - before, 0)])
            self._inject(fault)
            if fault.kind is FaultKind.CUT:
                self._hang_up(is_reset=fault.is_reset)
            self._is_mute = True
        else:
            await self._tell(data)

    async def _send(self, data: bytes) -> None:
        if self._there is not None and not self._is_deaf:
            self._there.write(data)
            await self._there.drain()

    async def _tell(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    def _hang_up(self, *, is_reset: bool) -> None:
        self._is_reset = is_reset
        raise _Cut

    def _inject(self, fault: Fault) -> None:
        self._proxy.counts[fault.kind] += 1


async def _request(reader: asyncio.StreamReader) -> bytes:
    """Read one whole request. Raises ``asyncio.IncompleteReadError`` where the client hangs up before its end."""
    head = await reader.readuntil(b"\r\n\r\n")
    for field in head.split(b"\r\n")[1:]:
        name, _, value = field.partition(b":")
        if name.strip().lower() == b"content-length":
            return head + await reader.readexactly(int(value))
    return head


def _reset_on_close(writer: asyncio.StreamWriter) -> None:
    """Have the other side get RST instead of FIN: nothing lingers (POSIX ``SO_LINGER`` with no time)."""
    connection = writer.get_extra_info("socket")
    if connection is not None:
        with contextlib.suppress(OSError):
            linger = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
