"""A Counterbook server on a port of this machine, for tests: one book of JSON lines, two people, and the rules by which lines
are written into it.
"""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

Row = dict[str, Any]
ANNA, BEN = "anna", "ben"


class Refusal(Exception):
    """A status and a code, as the server answers them."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


class Book:
    """``newest`` has the newest line of each thing, ``written`` the lines that came of each id, ``barred`` the tickets that
    only Ben may write in."""

    def __init__(self) -> None:
        self.people: dict[str, Row] = {
            ANNA: {"id": ANNA, "name": "Anna Berg", "password": "open sesame", "token": "anna-token"},
            BEN: {"id": BEN, "name": "Ben Dorn", "password": "let me in", "token": "ben-token"},
        }
        self.newest: dict[str, Row] = {}
        self.written: dict[str, list[Row]] = {}
        self.files: dict[str, bytes] = {}
        self.barred: set[str] = set()
        self.news = asyncio.Event()
        self._last = 0
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def start(self) -> int:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=1 << 26)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()
        await asyncio.sleep(0)

    # --- writing ----------------------------------------------------------------------------------------------------

    def write(self, kind: str, thing: str, **fields: Any) -> Row:
        """Write a line; ``thing`` is the ticket or word it is about."""
        self._last += 1
        row = self.newest.get(thing, {}) | {"kind": kind, **fields, "line": self._last}
        row.setdefault("at", datetime.now(UTC).isoformat())
        self.newest[thing] = row
        self.news.set()
        self.news.clear()
        return row

    def open(self, customer: str, mail: str, subject: str, text: str, **fields: Any) -> str:
        """A customer comes to the counter; returns the ticket."""
        ticket = f"T{self._last + 1}"
        self.write("ticket", ticket, ticket=ticket, subject=subject, customer=customer, mail=mail, **fields)
        self.say(ticket, text)
        return ticket

    def say(self, ticket: str, text: str, **fields: Any) -> Row:
        word = f"w{self._last + 1}"
        return self.write("word", word, ticket=ticket, word=word, text=text, **fields)

    def tear_out(self, ticket: str) -> None:
        """Delete a ticket."""
        for thing in [thing for thing, row in self.newest.items() if row["ticket"] == ticket and row["kind"] == "word"]:
            del self.newest[thing]
        self.write("gone", ticket, ticket=ticket)

    def words(self, ticket: str, *, is_note: bool = False) -> list[Row]:
        """What agents said in a ticket, in order."""
        found = [row for row in self.newest.values() if row["ticket"] == ticket and row.get("by")]
        return [row for row in found if row["kind"] == "word" and bool(row.get("is_note")) is is_note]

    def _asked(self, me: str, asked: Row) -> list[Row]:
        """Write what an agent asks for. Raises ``Refusal``."""
        ticket = self.newest.get(asked["ticket"])
        if ticket is None:
            raise Refusal(404, "not_found")
        if ticket["kind"] == "gone":
            raise Refusal(410, "gone")
        if asked["ticket"] in self.barred and me != BEN:
            raise Refusal(403, "forbidden")
        if asked["kind"] == "word":
            if any(one["sha256"] not in self.files for one in asked.get("files", ())):
                raise Refusal(422, "unknown_value")
            if not asked["text"].strip() and not asked.get("files"):
                raise Refusal(422, "empty_text")
            said = {name: asked[name] for name in ("is_note", "files") if name in asked}
            return [self.say(asked["ticket"], asked["text"], by=me, **said)]
        holder = ticket.get("holder", "")
        if holder not in ("", me):
            raise Refusal(409, "already_taken" if asked.get("holder") else "not_owner")
        is_open, summary = asked.get("is_open", True), asked.get("text", "")
        rows = [self.write("ticket", asked["ticket"], holder=asked.get("holder", ""), is_open=is_open)]
        return rows + ([self.say(asked["ticket"], summary, by=me, is_note=True)] if summary.strip() else [])

    # --- the line ---------------------------------------------------------------------------------------------------

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            while True:
                first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                headers = {n.strip().lower(): v.strip() for n, _, v in (one.partition(":") for one in lines)}
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                status, kind, answer = await self._answer(*first.split(" ")[:2], headers, body)
                writer.write(
                    f"HTTP/1.1 {status} .\r\nContent-Type: {kind}\r\nContent-Length: {len(answer)}\r\n\r\n".encode()
                    + answer
                )
                await writer.drain()
                if headers.get("connection") == "close":
                    return
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _answer(self, method: str, target: str, headers: Row, body: bytes) -> tuple[int, str, bytes]:
        parts = urlsplit(target)
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        _, room, *rest = parts.path.split("/")
        try:
            if (method, room) == ("POST", "session"):
                given = json.loads(body)
                person = self.people.get(given["user"])
                if person is None or person["password"] != given["password"]:
                    raise Refusal(401, "unauthenticated")
                return 200, "application/json", json.dumps(person).encode()
            token = headers.get("authorization", "").removeprefix("Bearer ")
            person = next((one for one in self.people.values() if token and one["token"] == token), None)
            if person is None:
                raise Refusal(401, "unauthenticated")
            match method, room:
                case "GET", "session":
                    return 200, "application/json", json.dumps(person).encode()
                case "GET", "lines":
                    return 200, "application/jsonl", await self._since(asked)
                case "PUT", "lines":
                    if rest[0] not in self.written:
                        self.written[rest[0]] = self._asked(person["id"], json.loads(body))
                    return 200, "application/jsonl", self._headed(self.written[rest[0]])
                case "PUT", "files":
                    self.files[rest[0]] = body
                    return 200, "application/json", b"{}"
                case "GET", "files" if rest[0] in self.files:
                    return 200, "application/octet-stream", self.files[rest[0]]
            raise Refusal(404, "not_found")
        except Refusal as refusal:
            problem = {"status": refusal.status, "code": refusal.code}
            return refusal.status, "application/problem+json", json.dumps(problem).encode()

    async def _since(self, asked: Row) -> bytes:
        after = int(asked["after"])
        if after >= self._last and float(asked.get("wait", 0)) > 0:
            try:
                async with asyncio.timeout(float(asked["wait"])):
                    await self.news.wait()
            except TimeoutError:
                pass
        rows = sorted((row for row in self.newest.values() if row["line"] > after), key=lambda row: row["line"])
        return self._headed(rows[: int(asked["limit"])])

    def _headed(self, rows: list[Row]) -> bytes:
        heading = {"book": "book-1", "last": self._last, "lines": len(rows), "now": datetime.now(UTC).isoformat()}
        return b"\n".join(json.dumps(row).encode() for row in [heading, *rows]) + b"\n"
