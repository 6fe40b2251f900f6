"""A stand-in for Chatwoot 4 on a port of this machine: its interface and its socket over an ``Office``. Faults on demand:
requests are turned away, cut before or after they took effect, answered with something else, or not at all.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from email.utils import formatdate
from urllib.parse import parse_qs, unquote, urlsplit

from .interface import ROUTES, Interface, Request, as_json
from .line import Line
from .office import Missing, Office, Row


@dataclass(slots=True)
class Fault:
    """``kind``: ``before`` and ``after`` cut the line before or after the request took effect, ``answer`` sends these
    bytes instead of an answer and carries nothing out."""

    kind: str
    marker: str
    left: int
    answer: bytes = b""


class ChatwootStandIn(Interface):
    """``requests`` lists what came, with when; ``per_minute`` is the limit for one address (0: none); ``cuts`` counts the
    lines that a fault broke; ``hidden`` are the conversations nobody may see."""

    def __init__(self, office: Office) -> None:
        super().__init__(office)
        self.url = ""
        self.requests: list[Request] = []
        self.per_minute = 0
        self.cuts = 0
        self.hidden: set[int] = set()
        self.lines: list[Line] = []
        self.is_mute = False
        self._faults: list[Fault] = []
        self._server: asyncio.Server | None = None
        self._port = 0
        self._writers: set[asyncio.StreamWriter] = set()
        office.told = self._tell

    async def start(self) -> str:
        """Listen, on the same port as before where there was one."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        return self.url

    async def stop(self) -> None:
        """Go away, hanging up on everybody."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
        self.cut()
        for _ in range(100):
            if not self._writers:
                break
            await asyncio.sleep(0.01)

    def cut(self) -> None:
        for writer in tuple(self._writers):
            writer.transport.abort()

    # --- faults -----------------------------------------------------------------------------------------------------

    def lose_answers(self, marker: str = "", times: int = 1) -> None:
        """Carry the next requests out and cut the line before their answers."""
        self._faults.append(Fault("after", marker, times))

    def lose_requests(self, marker: str = "", times: int = 1) -> None:
        """Cut the line before the next requests take effect."""
        self._faults.append(Fault("before", marker, times))

    def answer_with(
        self, status: str, body: str, media_type: str, marker: str = "", times: int = 1, **more: str
    ) -> None:
        """Answer the next requests with something else; header names are written with underscores."""
        head = {"Content-Type": media_type, "Content-Length": str(len(body.encode()))}
        head |= {name.replace("_", "-"): value for name, value in more.items()}
        lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in head.items())]
        self._faults.append(Fault("answer", marker, times, ("\r\n".join(lines) + "\r\n\r\n" + body).encode()))

    def throttle(self, retry_after_s: float, times: int = 1, marker: str = "") -> None:
        """Turn the next requests away for being too many."""
        self.answer_with(
            "429 Too Many Requests", "Retry later\n", "text/plain", marker, times, Retry_After=str(retry_after_s)
        )

    def stumble(self, marker: str) -> None:
        """Fall over these requests until forgiven."""
        self.answer_with("500 Internal Server Error", '{"status": 500}', "application/json", marker, 2**31)

    def forgive(self) -> None:
        self._faults.clear()

    def expire(self, user: int, token: str) -> None:
        """Give a user another token, in place of all they had."""
        self.office.users[user]["token"] = token
        self.sessions = {session: of for session, of in self.sessions.items() if of != user}

    # --- HTTP -------------------------------------------------------------------------------------------------------

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                first, *fields = head.split("\r\n")
                headers = {n.strip().lower(): v.strip() for n, _, v in (f.partition(":") for f in fields) if n}
                method, target, _ = first.split(" ", 2)
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                if target == "/cable" and headers.get("upgrade", "").lower() == "websocket":
                    await Line(self, reader, writer, headers).run()
                    return
                stands = await self._exchange(writer, method, target, headers, body)
                if not stands or headers.get("connection", "").lower() == "close":
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _exchange(
        self, writer: asyncio.StreamWriter, method: str, target: str, headers: dict[str, str], body: bytes
    ) -> bool:
        """Answer a request; returns whether the line still stands."""
        parts = urlsplit(target)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        request = Request(method, unquote(parts.path), query, headers, body, self._user(headers), time.monotonic())
        self.requests.append(request)
        fault = next((f for f in self._faults if f.left and f.marker in f"{method} {target}"), None)
        if fault is not None:
            fault.left -= 1
            if fault.kind == "answer":
                writer.write(fault.answer)
                await writer.drain()
                return True
            if fault.kind == "after":
                self._answer(request)
            self.cuts += 1
            writer.transport.abort()
            return False
        status, more, media_type, answer = self._answer(request)
        lines = [
            f"HTTP/1.1 {status}",
            f"Content-Type: {media_type}",
            f"Content-Length: {len(answer)}",
            f"Date: {formatdate(self.office.now(), usegmt=True)}",
            *(f"{name}: {value}" for name, value in more.items()),
        ]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode() + answer)
        await writer.drain()
        return True

    def _user(self, headers: dict[str, str]) -> Row:
        token = headers.get("api_access_token", "")
        session = headers.get("access-token", "")
        for user in self.office.users.values():
            if (token and user["token"] == token) or (session and self.sessions.get(session) == user["id"]):
                return user
        return {}

    def _answer(self, request: Request) -> tuple[str, dict[str, str], str, bytes]:
        recent = [one for one in self.requests if one.at > request.at - 60]
        if self.per_minute and len(recent) > self.per_minute:
            return "429 Too Many Requests", {"Retry-After": "5"}, "text/plain", b"Retry later\n"
        if request.path.startswith("/rails/active_storage/"):
            return self._blob(request.path)
        for method, pattern, name in ROUTES:
            found = pattern.match(request.path)
            if method != request.method or found is None:
                continue
            if not request.user and name != "sign_in":
                return as_json("401 Unauthorized", {"error": "Invalid Access Token"})
            numbers = {key: int(value) for key, value in found.groupdict().items()}
            if numbers.pop("account", self.office.account) != self.office.account:
                return as_json("404 Not Found", {"error": "Resource could not be found"})
            if "/conversations/" in request.path and numbers.get("id") in self.hidden:
                return as_json("401 Unauthorized", {"error": "You are not authorized to do this action"})
            try:
                answer = getattr(self, name)(request, **numbers)
            except Missing:
                return as_json("404 Not Found", {"error": "Resource could not be found"})
            return answer if isinstance(answer, tuple) else as_json("200 OK", answer)
        return as_json("404 Not Found", {"error": "No such route"})

    def _blob(self, path: str) -> tuple[str, dict[str, str], str, bytes]:
        kind, _, name = path.removeprefix("/rails/active_storage/blobs/").partition("/")
        if kind == "redirect":
            return "302 Found", {"Location": f"/rails/active_storage/blobs/disk/{name}"}, "text/html", b""
        data = self.office.files.get(name)
        if data is None:
            return "404 Not Found", {}, "text/html", b""
        return "200 OK", {}, "application/octet-stream", data

    # --- the socket -------------------------------------------------------------------------------------------------

    def _tell(self, event: str, data: Row) -> None:
        for line in tuple(self.lines):
            if line.identifier and not self.is_mute:
                line.send({"identifier": line.identifier, "message": {"event": event, "data": data}})

    def push(self, event: str, data: Row) -> None:
        """Tell something to everybody who listens."""
        self._tell(event, data)
