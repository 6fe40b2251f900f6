"""The few HTTP calls a replay needs, over asyncio's streams: the hub's side of the house has no HTTP client library, and
this one speaks to our own hub only (HTTP/1.1, RFC 9112, with connections kept open). The desktop's is in ``backends``.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import msgspec
from msgspec import Struct

from desktop.wire.errors import Problem

_LARGEST: Final = 64 * 1024 * 1024
_TRIES: Final = 6
_LONGEST_PAUSE_S: Final = 30.0


class HubUnreachable(Exception):
    """No answer, or none that could be read. The text names the kind of failure only."""


class HubRefused(Exception):
    """The hub said no. ``code`` is one of ``wire.errors.Code`` where the hub gave one."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code}".strip())
        self.status = status
        self.code = code


class _Answer(Struct, frozen=True):
    status: int
    headers: dict[str, str]
    body: bytes


class _Connection:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def close(self) -> None:
        self.writer.close()


class HubClient:
    """Calls to one hub with one token. Close it, or use it as a context."""

    def __init__(self, url: str, token: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("the address of a hub begins with http:// or https://")
        self._host = parts.hostname
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._prefix = parts.path.rstrip("/")
        self._token = token
        self._idle: list[_Connection] = []

    async def __aenter__(self) -> HubClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        for connection in self._idle:
            connection.close()
        self._idle.clear()

    async def get(
        self, path: str, query: Mapping[str, str | int | float] | None = None, timeout_s: float = 30.0
    ) -> bytes:
        """Return the body of an answer. Raises ``HubUnreachable`` and ``HubRefused``."""
        return await self._call("GET", f"{path}?{urlencode(query)}" if query else path, b"", {}, timeout_s)

    async def post(self, path: str, value: Any, timeout_s: float = 30.0) -> bytes:
        """Hand in a value as JSON. It may arrive more than once: only for what the hub takes once."""
        return await self._call(
            "POST", path, msgspec.json.encode(value), {"Content-Type": "application/json"}, timeout_s
        )

    async def upload(
        self, path: str, data: bytes, media_type: str, headers: Mapping[str, str], timeout_s: float = 60.0
    ) -> bytes:
        """Hand in bytes."""
        return await self._call("POST", path, data, {**headers, "Content-Type": media_type}, timeout_s)

    async def _call(self, method: str, target: str, body: bytes, headers: Mapping[str, str], timeout_s: float) -> bytes:
        pause_s = 0.5
        for attempt in range(_TRIES):
            answer = await self._answered(method, target, body, headers, timeout_s)
            if answer.status < 300:
                return answer.body
            if answer.status not in (429, 503) or attempt == _TRIES - 1:
                raise HubRefused(answer.status, _code(answer.body))
            try:
                wanted_s = float(answer.headers.get("retry-after", ""))
            except ValueError:
                wanted_s = pause_s
            await asyncio.sleep(min(max(wanted_s, 0.05), _LONGEST_PAUSE_S))
            pause_s *= 2
        raise AssertionError("the last try returns or raises")

    async def _answered(
        self, method: str, target: str, body: bytes, headers: Mapping[str, str], timeout_s: float
    ) -> _Answer:
        head = [
            f"{method} {self._prefix}{target} HTTP/1.1",
            f"Host: {self._host}:{self._port}",
            f"Authorization: Bearer {self._token}",
            "Accept: application/json",
            *(f"{name}: {value}" for name, value in headers.items()),
        ]
        if method != "GET":
            head.append(f"Content-Length: {len(body)}")
        request = ("\r\n".join(head) + "\r\n\r\n").encode("ascii", "replace") + body
        try:
            async with asyncio.timeout(timeout_s):
                while True:
                    is_fresh = not self._idle
                    connection = await self._connect() if is_fresh else self._idle.pop()
                    try:
                        return await self._exchange(connection, request)
                    except (OSError, EOFError):
                        connection.close()
                        if is_fresh:  # one kept open may have been closed by the hub meanwhile
                            raise
                    except BaseException:
                        connection.close()
                        raise
        except TimeoutError:
            raise HubUnreachable("no answer in time") from None
        except (OSError, EOFError, ValueError, asyncio.LimitOverrunError) as error:
            raise HubUnreachable(type(error).__name__) from None

    async def _connect(self) -> _Connection:
        return _Connection(*await asyncio.open_connection(self._host, self._port, ssl=self._tls, limit=1 << 18))

    async def _exchange(self, connection: _Connection, request: bytes) -> _Answer:
        connection.writer.write(request)
        await connection.writer.drain()
        reader = connection.reader
        status = 100
        while 100 <= status < 200:  # interim answers, RFC 9110 section 15.2
            first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            status = int(first.split(" ", 2)[1])
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await _body(reader, status, headers)
        if headers.get("connection", "").lower() == "close" or _is_endless(status, headers):
            connection.close()
        else:
            self._idle.append(connection)
        return _Answer(status, headers, body)


def _is_endless(status: int, headers: Mapping[str, str]) -> bool:
    return status != 204 and "content-length" not in headers and "chunked" not in headers.get("transfer-encoding", "")


async def _body(reader: asyncio.StreamReader, status: int, headers: Mapping[str, str]) -> bytes:
    if status in (204, 304):
        return b""
    if "chunked" in headers.get("transfer-encoding", "").lower():
        pieces: list[bytes] = []
        while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
            if size + sum(map(len, pieces)) > _LARGEST:
                raise ValueError("answer too large")
            pieces.append(await reader.readexactly(size))
            await reader.readexactly(2)
        while (await reader.readuntil(b"\r\n")).strip():
            pass
        return b"".join(pieces)
    if "content-length" in headers:
        size = int(headers["content-length"])
        if not 0 <= size <= _LARGEST:
            raise ValueError("answer too large")
        return await reader.readexactly(size)
    return await reader.read(_LARGEST)


def _code(body: bytes) -> str:
    try:
        return msgspec.json.decode(body, type=Problem).code
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
