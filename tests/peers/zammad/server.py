"""A stand-in for Zammad 6 on a port of this machine: its REST interface and its socket over a ``Centre``. Faults on demand:
requests are cut before, after or long before they take effect, answered with something else, or turned away.
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from websockets.frames import Opcode
from websockets.server import ServerProtocol

from .centre import ANNA, BEN, NEW, OPEN, SALES, SERVICE, Centre, Refusal, Row, stamp

_REASONS = {200: "OK", 201: "Created", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 422: "Unprocessable"}


@dataclass(slots=True)
class Request:
    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: bytes = field(repr=False)

    @property
    def line(self) -> str:
        return f"{self.method} {self.path}"

    def asked(self, name: str, default: str = "") -> str:
        return dict(self.query).get(name, default)

    @property
    def json(self) -> Row:
        return json.loads(self.body) if self.body else {}


@dataclass(slots=True)
class Fault:
    """``kind``: ``before`` and ``after`` cut the line before or after the request took effect, ``late`` cuts it and lets it
    take effect a little later, ``answer`` sends these bytes and does nothing."""

    kind: str
    marker: str
    left: int
    answer: bytes = b""


class ZammadStandIn:
    """``tokens`` lets in by ``Token`` or ``Bearer``, ``passwords`` by ``Basic`` and for sessions. ``late_s`` is how long a
    request that was cut ``late`` takes to take effect."""

    late_s = 0.05

    def __init__(self, centre: Centre | None = None) -> None:
        self.centre = centre or Centre()
        self.url = ""
        self.tokens = {"token-of-anna": ANNA, "token-of-ben": BEN}
        self.passwords = {"anna@desk.example": ("open sesame", ANNA), "ben@desk.example": ("let me in", BEN)}
        self.refresh_tokens: dict[str, int] = {}
        self.requests: list[Request] = []
        self.sessions: dict[str, tuple[str, int]] = {}
        self.late_work: set[asyncio.Task[None]] = set()
        self._faults: list[Fault] = []
        self._sockets: list[tuple[asyncio.StreamWriter, ServerProtocol]] = []
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self.centre.on_event = self.push

    async def start(self, port: int = 0) -> ZammadStandIn:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port, limit=64 * 1024 * 1024)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        for writer in list(self._writers):
            writer.close()
        await asyncio.gather(*self.late_work, return_exceptions=True)
        await asyncio.sleep(0)

    # --- faults -----------------------------------------------------------------------------------------------------

    def cut(self, kind: str, marker: str = "", times: int = 1) -> None:
        """Cut the line of requests whose line begins with ``marker``: ``before``, ``after`` or ``late``."""
        self._faults.append(Fault(kind, marker, times))

    def answer(self, status: str, body: str = "", *, marker: str = "", times: int = 1, **headers: str) -> None:
        """Answer with something else; header names are written with underscores."""
        told = {"Content-Type": "application/json"} | {name.replace("_", "-"): value for name, value in headers.items()}
        head = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in told.items())]
        data = "\r\n".join([*head, f"Content-Length: {len(body.encode())}", "", body]).encode()
        self._faults.append(Fault("answer", marker, times, data))

    def throttle(self, seconds: int, times: int = 1) -> None:
        self.answer("429 Too Many Requests", "Retry later\n", Content_Type="text/plain", times=times,
                    Retry_After=str(seconds))  # fmt: skip

    def _fault(self, request: Request) -> Fault | None:
        for fault in self._faults:
            if fault.left > 0 and request.line.startswith(fault.marker):
                fault.left -= 1
                return fault
        return None

    # --- the line ---------------------------------------------------------------------------------------------------

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                first, *lines = head.decode("latin-1").split("\r\n")
                method, target, _ = first.split(" ")
                headers = {name.strip().lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)}
                parts = urlsplit(target)
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                request = Request(method, parts.path, parse_qsl(parts.query, keep_blank_values=True), headers, body)
                if parts.path == "/ws":
                    await self._socket(head, reader, writer)
                    return
                self.requests.append(request)
                fault = self._fault(request)
                match fault.kind if fault is not None else "":
                    case "before":
                        return
                    case "after":
                        self._answered(request)
                        return
                    case "late":
                        task = asyncio.create_task(self._late(request))
                        self.late_work.add(task)
                        task.add_done_callback(self.late_work.discard)
                        return
                    case "answer":
                        assert fault is not None
                        writer.write(fault.answer)
                    case _:
                        writer.write(self._answered(request))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _late(self, request: Request) -> None:
        await asyncio.sleep(self.late_s)
        self._answered(request)

    def _answered(self, request: Request) -> bytes:
        more: dict[str, str] = {}
        kind = "application/json; charset=utf-8"
        try:
            status, value = self._route(request, more)
        except Refusal as refusal:
            status, value = refusal.status, {"error": refusal.sentence, "error_human": refusal.sentence}
        if isinstance(value, bytes):
            data, kind = value, more.pop("Content-Type", "application/octet-stream")
        else:
            data = json.dumps(value).encode()
        head = [
            f"HTTP/1.1 {status} {_REASONS.get(status, '')}",
            f"Content-Type: {kind}",
            f"Content-Length: {len(data)}",
        ]
        head += [f"{name}: {value}" for name, value in more.items()]
        return "\r\n".join([*head, "", ""]).encode() + data

    # --- who asks ---------------------------------------------------------------------------------------------------

    def _who(self, request: Request) -> int:
        cookie = re.search(r"_zammad_session=(\w+)", request.headers.get("cookie", ""))
        if cookie and (session := self.sessions.get(cookie[1])) is not None and session[1]:
            if request.method != "GET" and request.headers.get("x-csrf-token") != session[0]:
                raise Refusal(401, "CSRF token verification failed!")
            return session[1]
        kind, _, rest = request.headers.get("authorization", "").partition(" ")
        if not kind:
            raise Refusal(403, "Authentication required")
        if kind == "Basic":
            name, _, password = base64.b64decode(rest).decode().partition(":")
            if self.passwords.get(name, ("", 0))[0] != password:
                raise Refusal(401, "Invalid BasicAuth credentials")
            return self.passwords[name][1]
        token = rest.removeprefix("token=") if kind == "Token" else rest
        if token not in self.tokens or (kind == "Bearer") != token.startswith("oauth-"):
            raise Refusal(401, "Can't find User for Token")
        return self.tokens[token]

    # --- what is asked ----------------------------------------------------------------------------------------------

    def _route(self, request: Request, more: dict[str, str]) -> tuple[int, Any]:
        centre = self.centre
        if request.line == "POST /oauth/token":
            return self._renewed(request.json)
        if not request.path.startswith("/api/v1/"):
            raise Refusal(404, "No route matches")
        path = request.path.removeprefix("/api/v1/")
        if path in ("signshow", "signin"):
            return self._session(path, request, more)
        me = self._who(request)
        numbers = [int(number) for number in re.findall(r"/(\d+)", path)]
        match request.method, re.sub(r"/\d+", "/N", path):
            case "GET", "users/me":
                return 200, centre.users[me]
            case "GET", "users/search":
                return 200, self._paged(request, [u for u in centre.users.values() if u.get("role_ids") == [2]])
            case "GET", "users/N":
                return 200, self._known(centre.users, numbers[0], "User")
            case "PUT", "users/N":
                user = self._known(centre.users, numbers[0], "User")
                user |= request.json | {"updated_at": stamp(centre.now())}
                return 200, user
            case "GET", "organizations/N":
                return 200, self._known(centre.organizations, numbers[0], "Organization")
            case "GET", "groups":
                return 200, self._paged(request, [g for g in centre.groups.values() if g["id"] in (SERVICE, SALES)])
            case "GET", "ticket_states":
                return 200, centre.states
            case "GET", "ticket_priorities":
                return 200, centre.priorities
            case "GET", "text_modules":
                return 200, self._paged(request, centre.modules)
            case "GET", "online_notifications":
                return 200, [row for row in centre.notifications.values() if row["user_id"] == me]
            case "GET", "mentions":
                wanted = {
                    name: int(request.asked(name)) for name in ("user_id", "mentionable_id") if request.asked(name)
                }
                rows = centre.mentions.values()
                return 200, {"mentions": [row for row in rows if all(row[k] == v for k, v in wanted.items())]}
            case "POST", "mentions":
                ticket = centre.ticket_of(me, request.json["mentionable_id"])["id"]
                number = max(centre.mentions, default=0) + 1
                centre.mentions[number] = {
                    "id": number,
                    "mentionable_type": "Ticket",
                    "mentionable_id": ticket,
                    "user_id": me,
                }
                centre.touch(ticket, me)
                return 201, True
            case "DELETE", "mentions/N":
                centre.touch(centre.mentions.pop(numbers[0])["mentionable_id"], me)
                return 200, True
            case "GET", "tags":
                return 200, {"tags": centre.tags.get(int(request.asked("o_id")), [])}
            case "POST", "tags/add":
                centre.tag(request.json["o_id"], request.json["item"])
                return 201, True
            case "GET", "ticket_overviews":
                return 200, self._overview(request.asked("view"), me)
            case "GET", "tickets/search":
                return 200, self._search(request, me)
            case "GET", "tickets/N":
                return 200, centre.ticket_of(me, numbers[0])
            case "PUT", "tickets/N":
                return 200, self._change(numbers[0], me, request.json)
            case "GET", "ticket_articles/by_ticket/N":
                ticket = centre.ticket_of(me, numbers[0])["id"]
                return 200, [row for row in centre.articles.values() if row["ticket_id"] == ticket]
            case "GET", "ticket_articles/N":
                return 200, self._known(centre.articles, numbers[0], "Ticket::Article")
            case "POST", "ticket_articles":
                centre.ticket_of(me, int(request.json.get("ticket_id", 0)))
                return 201, self._article(int(request.json["ticket_id"]), me, request.json)
            case "GET", "ticket_attachment/N/N/N":
                ticket, article, file = numbers
                if centre.files.get(file, (0, b""))[0] != article or centre.articles[article]["ticket_id"] != ticket:
                    raise Refusal(403, "The file does not belong to the specified article.")
                return 200, centre.files[file][1]
        raise Refusal(404, f'No route matches [{request.method}] "{request.path}"')

    def _search(self, request: Request, me: int) -> Row:
        conditions: dict[str, Row] = {}
        for name, value in request.query:
            if match := re.fullmatch(r"condition\[([\w.]+)\]\[(\w+)\](\[\])?", name):
                row = conditions.setdefault(match[1], {})
                row[match[2]] = [*row.get(match[2], []), value] if match[3] else value
        found = self.centre.find(
            me, conditions, request.asked("query"), request.asked("sort_by", "updated_at"),
            is_desc=request.asked("order_by", "desc") == "desc",
        )  # fmt: skip
        size = min(int(request.asked("per_page", "50")), 200)
        start = (int(request.asked("page", "1")) - 1) * size
        rows = found[start : start + size]
        people = {row[role] for row in rows for role in ("owner_id", "customer_id")}
        companies = {self.centre.users[number].get("organization_id") for number in people} - {None}
        assets = {
            "Ticket": {str(row["id"]): row for row in rows},
            "User": {str(number): self.centre.users[number] for number in people},
            "Organization": {str(number): self.centre.organizations[number] for number in companies},
        }
        return {"tickets": [row["id"] for row in rows], "tickets_count": len(rows), "assets": assets}

    def _overview(self, view: str, me: int) -> Any:
        rows = [
            row for row in self.centre.tickets.values() if self.centre.sees(me, row) and row["state_id"] in (NEW, OPEN)
        ]
        mine = [row for row in rows if row["owner_id"] == me]
        lists = {"all_open": rows, "my_assigned": mine}
        if not view:
            return [{"name": link, "link": link, "prio": 1000, "count": len(found)} for link, found in lists.items()]
        index = [{"id": row["id"], "updated_at": row["updated_at"]} for row in lists[view]]
        assets = {"Ticket": {str(row["id"]): row for row in lists[view]}}
        return {"assets": assets, "index": {"tickets": index, "count": len(index)}}

    def _change(self, number: int, me: int, values: Row) -> Row:
        self.centre.ticket_of(me, number)
        article = values.pop("article", None)
        for name, rows in (
            ("owner_id", self.centre.users),
            ("customer_id", self.centre.users),
            ("group_id", self.centre.groups),
        ):
            if name in values and values[name] not in rows:
                raise Refusal(422, f"Invalid value for param '{name}': {values[name]}")
        row = self.centre.change(number, me, **values)
        if article:
            self._article(number, me, article)
        return row

    def _article(self, ticket: int, me: int, values: Row) -> Row:
        if not values.get("body"):
            raise Refusal(422, 'Need at least article: { body: "some text" }')
        files = [
            (one["filename"], one["mime-type"], base64.b64decode(one["data"], validate=True))
            for one in values.get("attachments", [])
        ]
        kept = ("type", "to", "subject", "body", "content_type", "internal", "in_reply_to", "preferences")
        return self.centre.article(ticket, me, files=files, **{name: values[name] for name in kept if name in values})

    def _renewed(self, asked: Row) -> tuple[int, Any]:
        user = self.refresh_tokens.pop(asked.get("refresh_token", ""), None)
        if user is None:
            raise Refusal(400, "invalid_grant")
        token, fresh = f"oauth-{secrets.token_hex(4)}", secrets.token_hex(4)
        self.tokens[token], self.refresh_tokens[fresh] = user, user
        return 200, {"access_token": token, "token_type": "Bearer", "expires_in": 7200, "refresh_token": fresh}

    @staticmethod
    def _known(rows: dict[int, Row], number: int, name: str) -> Row:
        if number not in rows:
            raise Refusal(404, f"Couldn't find {name} with 'id'={number}")
        return rows[number]

    @staticmethod
    def _paged(request: Request, rows: list[Row]) -> list[Row]:
        size = int(request.asked("per_page", "100"))
        start = (int(request.asked("page", "1")) - 1) * size
        return rows[start : start + size]

    # --- sessions and their sockets ---------------------------------------------------------------------------------

    def _session(self, path: str, request: Request, more: dict[str, str]) -> tuple[int, Any]:
        cookie = re.search(r"_zammad_session=(\w+)", request.headers.get("cookie", ""))
        if path == "signshow":
            session, csrf = secrets.token_hex(8), secrets.token_hex(8)
            self.sessions[session] = (csrf, 0)
            more |= {"Set-Cookie": f"_zammad_session={session}; path=/; HttpOnly", "CSRF-Token": csrf}
            return 200, {"error": "no valid session", "config": {}}
        if not cookie or self.sessions.get(cookie[1], ("", 0))[0] != request.headers.get("x-csrf-token"):
            raise Refusal(401, "CSRF token verification failed!")
        asked = request.json
        if not asked.get("fingerprint"):
            raise Refusal(422, "Need fingerprint param!")
        password, user = self.passwords.get(asked["username"], ("", 0))
        if not password or password != asked["password"]:
            raise Refusal(401, "Login failed.")
        self.sessions[cookie[1]] = (self.sessions[cookie[1]][0], user)
        return 201, {"session": {"id": user}, "config": {"session_id": cookie[1], "fqdn": "desk.example"}}

    async def _socket(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        protocol = ServerProtocol()
        protocol.receive_data(head)
        protocol.send_response(protocol.accept(protocol.events_received()[0]))
        is_in = False
        line = (writer, protocol)
        try:
            while True:
                for data in protocol.data_to_send():
                    writer.write(data)
                await writer.drain()
                data = await reader.read(65536)
                if not data:
                    return
                protocol.receive_data(data)
                for frame in protocol.events_received():
                    if frame.opcode is not Opcode.TEXT:
                        continue
                    told = json.loads(frame.data)
                    if told["event"] == "login":
                        is_in = bool(self.sessions.get(told["session_id"], ("", 0))[1])
                        self._say(line, [{"event": "app_version", "data": {"app_version": "6.4"}}])
                    elif told["event"] == "ping":
                        self._say(line, {"event": "pong"})
                    elif told["event"] == "spool" and not is_in:
                        self._say(
                            line, {"event": "error", "data": {"error": "Can't send spool, session not authenticated"}}
                        )
                    elif told["event"] == "spool":
                        for at, event in self.centre.spool:
                            if at >= told.get("timestamp", 0):
                                self._say(line, [event])
                        self._say(
                            line, {"event": "spool:sent", "data": {"timestamp": int(self.centre.now().timestamp())}}
                        )
                        self._sockets.append(line)
        finally:
            if line in self._sockets:
                self._sockets.remove(line)

    def push(self, event: Row) -> None:
        """Tell all sockets."""
        for line in self._sockets:
            self._say(line, [event])

    def drop_sockets(self) -> None:
        for writer, _ in list(self._sockets):
            writer.close()

    @staticmethod
    def _say(line: tuple[asyncio.StreamWriter, ServerProtocol], message: Any) -> None:
        writer, protocol = line
        protocol.send_text(json.dumps(message if isinstance(message, list) else [message]).encode())
        for data in protocol.data_to_send():
            writer.write(data)
