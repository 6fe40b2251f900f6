"""Files shown to a virus scanner before anybody gets them: ClamAV's daemon over its socket (clamd(8), ``INSTREAM``). Called
by ``blobs``; knows neither the database nor who brought a file."""

from __future__ import annotations

import asyncio
import logging
from enum import StrEnum
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)

_CHUNK: Final = 64 * 1024
_TIMEOUT_S: Final = 60.0


class Verdict(StrEnum):
    """``UNKNOWN``: the scanner was not there, or would not look at it."""

    CLEAN = "clean"
    INFECTED = "infected"
    UNKNOWN = "unknown"


class Scanner:
    """The daemon at ``unix:PATH`` (not on Windows) or ``tcp:HOST:PORT``; ``holds`` says that what could not be looked at is
    kept aside until it was, rather than refused."""

    def __init__(self, address: str, *, holds: bool = False) -> None:
        self.holds = holds
        scheme, _, place = address.partition(":")
        host, _, port = place.rpartition(":")
        is_port = port.isdecimal() and 0 < int(port) < 65536
        has_sockets = hasattr(asyncio, "open_unix_connection")
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
        log.warning("the virus scanner would not look at a file")
        return Verdict.UNKNOWN

    async def _ask(self, path: Path) -> bytes:
        if self._path:
            reader, writer = await asyncio.open_unix_connection(self._path)
        else:
            reader, writer = await asyncio.open_connection(self._host, self._port)
        try:
            writer.write(b"zINSTREAM\0")
            with await asyncio.to_thread(path.open, "rb") as file:
                while chunk := await asyncio.to_thread(file.read, _CHUNK):
                    writer.write(len(chunk).to_bytes(4, "big") + chunk)
                    await writer.drain()
            writer.write(bytes(4))
            await writer.drain()
            return (await reader.read(4096)).strip(b"\0\r\n ")
        finally:
            writer.close()
