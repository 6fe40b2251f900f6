"""Counterbook for Dirigent: a ticket desk that is one book, to which everybody appends lines of JSON.

``GET /lines?after=N`` gives what was written since line N, newest state of each thing, ``PUT /lines/{id}`` writes one, and
the same id is never written twice. Files lie beside it under their SHA-256. Nobody pushes; who wants news waits for a line.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import msgspec

from desktop.backends.base import Capabilities, Chunks, Offline, OnProgress, Refused, SignInNeeded, TokenSource
from desktop.backends.http import Answer, HttpClient, HttpSettings
from desktop.backends.lacking import Lacking
from desktop.domain import commands as c
from desktop.domain.agent import Agent
from desktop.domain.channels import Channel
from desktop.domain.customer import Customer, Identity, IdentityKind
from desktop.domain.ids import AgentId, CommandId, CustomerId, InteractionId, MessageId, foreign_id, native_id
from desktop.domain.interaction import Attachment, Author, Delivery, Interaction, InteractionState, Message, MessageKind
from desktop.wire import records
from desktop.wire.shapes import BlobAnswer, Change, ChangesPage, CommandAnswer, CommandError, Tokens, encode


class Line(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A line of the book: a ``ticket``, a ``word`` said in one, or that a ticket is ``gone``."""

    line: int = 0
    at: datetime | None = None
    kind: str
    ticket: str
    word: str = ""
    subject: str = ""
    is_open: bool = True
    holder: str = ""
    customer: str = ""
    mail: str = ""
    by: str = ""
    text: str = ""
    is_note: bool = False
    files: tuple[Attachment, ...] = ()


class Heading(msgspec.Struct):
    """The first line of an answer: which book, its last line, how many lines follow, what time it is."""

    book: str
    last: int
    lines: int
    now: datetime


class Session(msgspec.Struct):
    id: str
    name: str
    token: str


class CounterbookBackend(Lacking):
    """One book as one agent reads it. Raises what ``desktop.backends.base`` says."""

    TITLE = "Counterbook"
    SIGN_IN = ("password", "token")
    capabilities = Capabilities(
        has_events=False, has_replay=False, has_presence=False, has_dispositions=False, has_brain=False, has_history=False,
        has_journey=False, max_page=500, commands=c.names(c.Take, c.SendMessage, c.AddNote, c.Requeue, c.Reopen, c.WrapUp),
    )  # fmt: skip

    def __init__(
        self, url: str, tokens: TokenSource | None = None, *, key: str = "", me: AgentId | None = None,
        settings: HttpSettings | None = None,
    ) -> None:  # fmt: skip
        self._http = HttpClient(url, settings)
        self._tokens, self._key, self._me, self._mine = tokens, key, me, ""

    async def sign_in(self, user: str, password: str) -> Tokens:
        if not user:
            return await self._known(password)
        asked = {"user": user, "password": password}
        try:
            answer = await self._http.request("POST", "/session", content=encode(asked), can_repeat=True)
        except SignInNeeded as error:
            raise Refused(error.code, status=401) from None
        return self._as_tokens(_read(Session, answer))

    async def refresh(self, refresh_token: str) -> Tokens:
        return self._as_tokens(_read(Session, await self._http.request("GET", "/session", token=refresh_token)))

    async def me(self) -> Agent:
        found = _read(Session, await self._call("GET", "/session"))
        return self._as_tokens(found).agent

    async def changes(self, after: int, *, limit: int, wait_s: float = 0.0) -> bytes:
        if not self._mine:
            await self.me()
        path = f"/lines?after={after}&limit={limit}&wait={wait_s:g}"
        heading, lines = _lines(await self._call("GET", path, read_s=wait_s + 30.0))
        reached = max([after, *(line.line for line in lines)])
        changes = [change for line in lines for change in self._changes(line)]
        return encode(
            ChangesPage(
                epoch=heading.book, changes=changes, next=reached, more=bool(lines) and reached < heading.last, after=after,
                latest=heading.last, now=heading.now,
            )
        )  # fmt: skip

    async def perform(self, command_id: CommandId, command: c.Command) -> CommandAnswer:
        if not self._mine:
            await self.me()
        content = encode(self._asked(command))
        try:
            _, lines = _lines(await self._call("PUT", f"/lines/{command_id}", content=content), may_have_arrived=True)
        except Refused as refused:
            if refused.code == "gone":
                return CommandAnswer(outcome="gone")
            return CommandAnswer(outcome="refused", error=CommandError(code=refused.code, detail=refused.detail))
        return CommandAnswer(outcome="applied", changes=[change for line in lines for change in self._changes(line)])

    async def look_up(self, command_id: CommandId, command: c.Command) -> CommandAnswer | None:
        return await self.perform(command_id, command)

    async def upload(self, data: bytes | Chunks, *, media_type: str, name: str) -> BlobAnswer:
        content = data if isinstance(data, bytes) else b"".join([piece async for piece in data])
        digest = hashlib.sha256(content).hexdigest()
        await self._call("PUT", f"/files/{digest}", content=content)
        return BlobAnswer(sha256=digest, size=len(content), media_type=media_type)

    async def download(self, sha256: str, *, on_progress: OnProgress | None = None) -> BytesIO:
        into = BytesIO((await self._call("GET", f"/files/{native_id(sha256)}")).body)
        if hashlib.sha256(into.getbuffer()).hexdigest() != native_id(sha256):
            raise Offline("unexpected_answer")
        return into

    async def close(self) -> None:
        await self._http.close()

    # --- the book's words and ours ----------------------------------------------------------------------------------

    def _asked(self, command: c.Command) -> Line:
        """Return the line that a command asks to be written."""
        ticket = native_id(c.interaction_of(command) or "")
        match command:
            case c.SendMessage() | c.AddNote():
                is_note = isinstance(command, c.AddNote)
                return Line(kind="word", ticket=ticket, text=command.text, is_note=is_note, files=command.attachments)
            case c.Take() | c.Reopen():
                return Line(kind="ticket", ticket=ticket, holder=self._mine)
            case c.Requeue():
                return Line(kind="ticket", ticket=ticket)
            case c.WrapUp(summary=summary):
                return Line(kind="ticket", ticket=ticket, holder=self._mine, is_open=False, text=summary)
        raise Refused("unsupported")

    def _changes(self, line: Line) -> Iterator[Change]:
        contact, at = InteractionId(self._id(line.ticket)), line.at or datetime.fromtimestamp(0, UTC)
        if line.kind == "gone":
            yield Change(seq=line.line, op="delete", type="interaction", id=contact)
        elif line.kind == "ticket":
            state = InteractionState.ACTIVE if line.holder else InteractionState.QUEUED
            customer = CustomerId(self._id(f"customer {line.mail}"))
            mail = Identity(kind=IdentityKind.EMAIL, value=line.mail, normalised=line.mail.lower())
            yield _upsert(Customer(id=customer, name=line.customer, identities=(mail,), version=line.line))
            yield _upsert(
                Interaction(
                    id=contact, channel=Channel.EMAIL, state=state if line.is_open else InteractionState.CLOSED,
                    created_at=at, updated_at=at, customer_id=customer, customer_name=line.customer, subject=line.subject,
                    assignee=self._agent(line.holder) if line.holder else None, version=line.line,
                )
            )  # fmt: skip
        elif line.kind == "word":
            yield _upsert(
                Message(
                    id=MessageId(self._id(line.word)), interaction_id=contact, sent_at=at, text=line.text,
                    author=Author.AGENT if line.by else Author.CUSTOMER, agent_id=self._agent(line.by) if line.by else None,
                    kind=MessageKind.NOTE if line.is_note else MessageKind.TEXT, version=line.line,
                    delivery=Delivery.SENT if line.by else Delivery.RECEIVED,
                    attachments=tuple(msgspec.structs.replace(f, sha256=self._id(f.sha256)) for f in line.files),
                )
            )  # fmt: skip

    def _id(self, native: str) -> str:
        return foreign_id(self._key, native)

    def _agent(self, native: str) -> AgentId:
        return self._me if self._me is not None and native == self._mine else AgentId(self._id(native))

    def _as_tokens(self, found: Session) -> Tokens:
        self._mine = found.id
        agent = Agent(id=self._agent(found.id), user=found.id, name=found.name)
        return Tokens(access_token=found.token, refresh_token=found.token, expires_in=30 * 86_400, agent=agent)

    async def _known(self, token: str) -> Tokens:
        try:
            return await self.refresh(token)
        except SignInNeeded as error:
            raise Refused(error.code, status=401) from None

    async def _call(self, method: str, path: str, **more: Any) -> Answer:
        """Call as the agent. All that is asked of a book may be asked twice."""
        token = await self._tokens.access(self.refresh) if self._tokens is not None else None
        if token is None:
            raise SignInNeeded("unauthenticated")
        try:
            return await self._http.request(method, path, token=token, can_repeat=True, **more)
        except SignInNeeded:
            assert self._tokens is not None
            token = await self._tokens.access(self.refresh, token)
        if token is None:
            raise SignInNeeded("unauthenticated")
        return await self._http.request(method, path, token=token, can_repeat=True, **more)


def _upsert(record: Any) -> Change:
    kind = records.type_of(record)
    return Change(seq=record.version, op="upsert", type=kind, id=record.id, record=msgspec.Raw(records.encode(record)))


def _read(shape: type[Any], answer: Answer) -> Any:
    try:
        return msgspec.json.decode(answer.body, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Offline("unexpected_answer") from None


def _lines(answer: Answer, *, may_have_arrived: bool = False) -> tuple[Heading, list[Line]]:
    """Read the heading and the lines of an answer, all of which have to be there."""
    try:
        first, *rest = answer.body.splitlines()
        heading = msgspec.json.decode(first, type=Heading)
        lines = [msgspec.json.decode(line, type=Line) for line in rest]
    except (ValueError, RecursionError):
        raise Offline("unexpected_answer", may_have_arrived=may_have_arrived) from None
    if len(lines) != heading.lines:
        raise Offline("unexpected_answer", may_have_arrived=may_have_arrived)
    return heading, lines
