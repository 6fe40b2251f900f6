"""Files shown to a virus scanner before anybody gets them: ClamAV's daemon over its socket (clamd(8), ``INSTREAM``). Called
by ``blobs``; knows neither the database nor who brought a file."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from enum import StrEnum
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)

_CHUNK: Final = 64 * 1024
_TIMEOUT_S: Final = 60.0
_LONGEST: Final = 4096


class Verdict(StrEnum):
    """``UNKNOWN``: the scanner was not there, or could not say. ``TOO_LARGE``: it never will (``StreamMaxLength``)."""

    CLEAN = "clean"
    INFECTED = "infected"
    TOO_LARGE = "too_large"
    UNKNOWN = "unknown"


class Scanner:
    """The daemon at ``unix:PATH`` (not on Windows) or ``tcp:HOST:PORT``; ``holds`` says that what could not be looked at is
    kept aside until it was, rather than refused."""

    def __init__(self, address: str, *, holds: bool = False) -> None:
        self.holds = holds
        scheme, _, place = address.partition(":")
        host, _, port = place.rpartition(":")
        is_port = port.isdecimal() and 0 < int(port) < 65536
        has_sockets = hasattr(socket, "AF_UNIX") and hasattr(asyncio, "open_unix_connection")
        schemes = ("unix", "tcp") if has_sockets else ("tcp",)
        if not place or scheme not in schemes or (scheme == "tcp" and not (host and is_port)):
            raise ValueError("a scanner is at unix:PATH or tcp:HOST:PORT")
        self._path = place if scheme == "unix" else ""
        self._host, self._port = (host.strip("[]"), int(port)) if scheme == "tcp" else ("", 0)

    async def look(self, path: Path) -> Verdict:
        """Return what the scanner says of a file."""
        try:
            async with asyncio.timeout(_TIMEOUT_S):
                said = await self._ask(path)
        except (OSError, TimeoutError) as problem:
            log.warning("the virus scanner did not answer: %s", type(problem).__name__)
            return Verdict.UNKNOWN
        if said.endswith(b" OK"):
            return Verdict.CLEAN
        if said.endswith(b" FOUND"):
            return Verdict.INFECTED
        if said.endswith(b"size limit exceeded. ERROR"):
            log.warning("a file is larger than the virus scanner takes")
            return Verdict.TOO_LARGE
        log.warning("the virus scanner would not look at a file")
        return Verdict.UNKNOWN

    async def _ask(self, path: Path) -> bytes:
        loop = asyncio.get_running_loop()
        with await self._connected() as sock:
            # One who was sent too much says so and hangs up: what was said is there to be read all the same.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                await loop.sock_sendall(sock, b"zINSTREAM\0")
                with await asyncio.to_thread(path.open, "rb") as file:
                    while chunk := await asyncio.to_thread(file.read, _CHUNK):
                        await loop.sock_sendall(sock, len(chunk).to_bytes(4, "big") + chunk)
                await loop.sock_sendall(sock, bytes(4))
            said = b""
            while b"\0" not in said and len(said) < _LONGEST and (part := await loop.sock_recv(sock, _LONGEST)):
                said += part
            return said.strip(b"\0\r\n ")

    async def _connected(self) -> socket.socket:
        loop = asyncio.get_running_loop()
        if self._path:
            places = [(socket.AF_UNIX, socket.SOCK_STREAM, 0, "", self._path)]
        else:
            places = await loop.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)  # type: ignore[assignment]
        problem = OSError("no address")
        for family, kind, protocol, _, address in places:
            sock = socket.socket(family, kind, protocol)
            sock.setblocking(False)
            try:
                await loop.sock_connect(sock, address)
            except OSError as error:
                sock.close()
                problem = error
            except BaseException:
                sock.close()
                raise
            else:
                return sock
        raise problem
