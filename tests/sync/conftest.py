"""A backend in memory that behaves: a feed with cursor and epoch, a stream, commands with one effect a key; each way it can
fail is a knob. And the real hub, which can be stopped and started again, with a way to it that can be cut."""

from __future__ import annotations

import asyncio
import hashlib
import importlib.util
import io
import os
import sys
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from desktop.app.bench.faults.proxy import FaultProxy
from desktop.backends.base import Capabilities, Hint, HintKind, Offline, Refused, SignInNeeded, Throttled
from desktop.backends.http import HttpSettings
from desktop.backends.hub import HubBackend
from desktop.domain.changes import Cause, Table
from desktop.domain.channels import Channel
from desktop.domain.commands import Command, SendMessage
from desktop.domain.ids import CommandId, InteractionId, MessageId, new_id
from desktop.domain.interaction import Author, Interaction, InteractionState, Message, MessageKind
from desktop.session.auth import TokenFlow
from desktop.session.vault import FileVault
from desktop.store import outbox
from desktop.store.database import Store
from desktop.store.rows import OutboxEntry
from desktop.sync.backoff import Growth
from desktop.sync.engine import Engine
from desktop.sync.puller import Pace
from desktop.sync.status import SyncStatus
from desktop.sync.stream import Patience
from desktop.wire import records, shapes
from desktop.wire.shapes import Change, ChangesPage, CommandAnswer, CommandError

_REFERENCE = (Table.AGENT, Table.QUEUE, Table.TEMPLATE, Table.DISPOSITION, Table.INTENT)
AT = datetime(2025, 3, 1, 9, 0, tzinfo=UTC)


def contact(contact_id: str, **fields: Any) -> Interaction:
    """An interaction as a hub would tell it."""
    given = {"state": InteractionState.ACTIVE, "channel": Channel.CHAT, "created_at": AT, "updated_at": AT, **fields}
    return Interaction(id=InteractionId(contact_id), **given)


def said(contact_id: str, text: str, message_id: str = "", **fields: Any) -> Message:
    """A customer's message as a hub would tell it."""
    given = {"author": Author.CUSTOMER, "sent_at": AT, "channel": Channel.CHAT, **fields}
    return Message(id=MessageId(message_id or new_id()), interaction_id=InteractionId(contact_id), text=text, **given)


class FakeBackend:
    """A system in memory. ``sent`` lists every command that reached it with its key, effects are in ``done``."""

    def __init__(self) -> None:
        self.capabilities = Capabilities()
        self.epoch = "e1"
        self.seq = 0
        self.rows: dict[tuple[str, str], Change] = {}
        self.done: dict[str, CommandAnswer] = {}
        self.sent: list[tuple[str, Command]] = []
        self.looked_up: list[str] = []
        self.pulls: list[int] = []
        self.histories: list[tuple[str, int]] = []
        self.clock = lambda: datetime.now(UTC)
        self.page_size = 1000
        self.is_offline = False
        self.is_signed_out = False
        self.loses_answers = 0
        self.throttles: list[float] = []
        self.refuses: dict[str, str] = {}
        self.stumbles: dict[str, int] = {}
        self.is_pending = False
        self.has_stream = True
        self.is_stream_mute = False
        self.tells_latest = True
        self.page_hook: Callable[[], Awaitable[None]] | None = None
        self.history_hook: Callable[[], Awaitable[None]] | None = None
        self.perform_hook: Callable[[], Awaitable[None]] | None = None
        self.upload_hook: Callable[[], Awaitable[None]] | None = None
        self.blobs: dict[str, bytes] = {}
        self.uploads: list[str] = []
        self.refuses_files = ""
        self.streams: list[asyncio.Queue[Hint | None]] = []
        self.opened = 0
        self.stream_hook: Callable[[], Awaitable[None]] | None = None
        self.news = asyncio.Event()

    # --- the world there ---

    def put(self, *given: Any, is_pushed: bool = True) -> None:
        """Something changes there, in one transaction."""
        for record in given:
            self.seq += 1
            table = records.type_of(record)
            change = Change(
                seq=self.seq, op="upsert", type=table, id=record.id, record=msgspec.Raw(records.encode(record))
            )
            self._keep(change, is_pushed)

    def remove(self, table: Table, record_id: str) -> None:
        self.seq += 1
        self._keep(Change(seq=self.seq, op="delete", type=table, id=record_id), True)

    def _keep(self, change: Change, is_pushed: bool) -> None:
        self.rows[change.type, change.id] = change
        self.news.set()
        self.news.clear()
        if is_pushed and not self.is_stream_mute:
            for stream in self.streams:
                stream.put_nowait(Hint(HintKind.CHANGE, change.seq, shapes.encode(change)))

    def cut_streams(self) -> None:
        for stream in self.streams:
            stream.put_nowait(None)

    # --- Backend ---

    def _gate(self) -> None:
        if self.is_offline:
            raise Offline("unreachable")
        if self.is_signed_out:
            raise SignInNeeded("unauthenticated")

    async def changes(self, after: int, *, limit: int, wait_s: float = 0.0) -> bytes:
        self._gate()
        self.pulls.append(after)
        newer = [change for change in self.rows.values() if change.seq > after]
        if not newer and wait_s:
            try:
                async with asyncio.timeout(wait_s):
                    await self.news.wait()
            except TimeoutError:
                pass
            newer = [change for change in self.rows.values() if change.seq > after]
        newer.sort(key=lambda change: change.seq)
        size = min(limit, self.page_size)
        page = newer[:size]
        body = shapes.encode(
            ChangesPage(
                epoch=self.epoch,
                changes=page,
                next=page[-1].seq if page else after,
                more=len(newer) > size,
                after=after,
                latest=self.seq if self.tells_latest else 0,
                now=self.clock(),
            )
        )
        if self.page_hook is not None:
            await self.page_hook()
        return body

    async def history(self, before: int, *, scope: shapes.Scope, limit: int) -> bytes:
        self._gate()
        self.histories.append((scope, before))
        found = [row for row in self.rows.values() if row.op == "upsert" and row.seq < before]
        if scope == "open":
            work = {row.id for row in self.rows.values() if self._is_open(row)}
            found = [row for row in found if row.type in _REFERENCE or row.id in work or self._owner(row) in work]
        found.sort(key=lambda change: -change.seq)
        size = min(limit, self.page_size)
        page, more = found[:size], len(found) > size
        body = shapes.encode(
            ChangesPage(
                epoch=self.epoch,
                changes=page,
                next=page[-1].seq if more else 0,
                more=more,
                latest=self.seq,
                before=before,
                now=self.clock(),
            )
        )
        if self.history_hook is not None:
            await self.history_hook()
        return body

    def _is_open(self, row: Change) -> bool:
        if row.type != Table.INTERACTION or row.op == "delete":
            return False
        return bool(records.decode(row.type, row.record).state.is_open)

    def _owner(self, row: Change) -> str:
        return str(getattr(records.decode(row.type, row.record), "interaction_id", ""))

    async def events(self, after: int) -> AsyncGenerator[Hint, None]:
        self._gate()
        if self.stream_hook is not None:
            await self.stream_hook()
        if not self.has_stream:
            raise Offline("answer_lost", may_have_arrived=True)
        queue: asyncio.Queue[Hint | None] = asyncio.Queue()
        for change in sorted(self.rows.values(), key=lambda change: change.seq):
            if change.seq > after and not self.is_stream_mute:
                queue.put_nowait(Hint(HintKind.CHANGE, change.seq, shapes.encode(change)))
        self.streams.append(queue)
        self.opened += 1
        try:
            yield Hint(HintKind.OPENED)
            while (hint := await queue.get()) is not None:
                yield hint
        finally:
            self.streams.remove(queue)

    async def perform(self, command_id: CommandId, command: Command) -> CommandAnswer:
        self._gate()
        if self.throttles:
            raise Throttled("rate_limited", self.throttles.pop(0))
        self.sent.append((command_id, command))
        if self.perform_hook is not None:
            await self.perform_hook()
        tag = str(type(command).__struct_config__.tag)
        if self.stumbles.get(tag, 0) > 0:
            self.stumbles[tag] -= 1
            raise Offline("internal", may_have_arrived=True)
        answer = self._effect(command_id, command, tag)
        if self.loses_answers:
            self.loses_answers -= 1
            raise Offline("answer_lost", may_have_arrived=True)
        return answer

    def _effect(self, command_id: str, command: Command, tag: str) -> CommandAnswer:
        if command_id in self.done and self.capabilities.has_idempotent_send:
            return self.done[command_id]
        if tag in self.refuses:
            if self.refuses[tag] == "unreadable":
                raise Refused("bad_request", status=400)
            return CommandAnswer(outcome="refused", error=CommandError(code=self.refuses[tag]))
        if self.is_pending:
            answer = CommandAnswer(outcome="pending")
        elif isinstance(command, SendMessage) and not {a.sha256 for a in command.attachments} <= self.blobs.keys():
            answer = CommandAnswer(outcome="refused", error=CommandError(code="unknown_value"))
        elif isinstance(command, SendMessage):
            before = self.seq
            self.put(said(command.interaction_id, command.text, command.message_id or "", author=Author.AGENT))
            changes = [change for change in self.rows.values() if change.seq > before]
            answer = CommandAnswer(outcome="applied", changes=changes)
        else:
            answer = CommandAnswer(outcome="applied")
        self.done[command_id] = answer
        return answer

    async def look_up(self, command_id: CommandId, command: Command) -> CommandAnswer | None:
        self._gate()
        self.looked_up.append(command_id)
        return self.done.get(command_id)

    async def sign_in(self, user: str, password: str) -> shapes.Tokens:
        raise Refused("unauthenticated")

    async def refresh(self, refresh_token: str) -> shapes.Tokens:
        raise SignInNeeded("unauthenticated")

    async def me(self) -> Any:
        raise Refused("not_found")

    async def upload(self, data: Any, *, media_type: str, name: str) -> shapes.BlobAnswer:
        self._gate()
        pieces = [data] if isinstance(data, bytes) else [piece async for piece in data]
        if self.upload_hook is not None:
            await self.upload_hook()
        self._gate()
        if self.refuses_files:
            raise Refused(self.refuses_files, status=415)
        body = b"".join(pieces)
        sha256 = hashlib.sha256(body).hexdigest()
        self.blobs[sha256] = body
        self.uploads.append(name)
        if self.loses_answers:
            self.loses_answers -= 1
            raise Offline("answer_lost", may_have_arrived=True)
        return shapes.BlobAnswer(sha256=sha256, size=len(body), media_type=media_type)

    async def download(self, sha256: str, *, on_progress: Any = None) -> io.BytesIO:
        self._gate()
        if sha256 not in self.blobs:
            raise Refused("not_found")
        return io.BytesIO(self.blobs[sha256])

    async def close(self) -> None:
        return None

    @property
    def texts(self) -> list[str]:
        """What the agents' messages there say, in order."""
        rows = sorted(self.rows.values(), key=lambda change: change.seq)
        found = [records.decode(row.type, row.record) for row in rows if row.type == Table.MESSAGE]
        return [message.text for message in found if message.author is Author.AGENT]


class Desk:
    """An agent's side of things: the store, the engine over it, and what the status strip was told."""

    def __init__(self, store: Store, backend: Any, **options: Any) -> None:
        self.store = store
        self.backend = backend
        self.statuses: list[SyncStatus] = []
        self.tokens: Any = None
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._loop = asyncio.get_running_loop()
        self._unsubscribe = store.subscribe(lambda _: self._tell())
        options.setdefault("pace", Pace(streaming_s=30.0, blind_s=0.05, confirm_s=0.01, long_poll_s=5.0, settle_s=0.0))
        options.setdefault("growth", Growth(first_s=0.01, cap_s=0.05, least_s=0.005))
        options.setdefault("patience", Patience(failures=3, retry_s=60.0, proof_s=20.0))
        self.engine = Engine(store, backend, on_status=self._on_status, **options)

    def start(self) -> Desk:
        self._task = asyncio.create_task(self.engine.run())
        return self

    async def stop(self) -> None:
        if self._task is not None:
            await self.engine.stop()
            await self._task
            self._task = None

    async def close(self) -> None:
        await self.stop()
        self._unsubscribe()

    def _on_status(self, status: SyncStatus) -> None:
        self.statuses.append(status)
        self._changed.set()

    def _tell(self) -> None:
        try:
            self._loop.call_soon_threadsafe(self._changed.set)
        except RuntimeError:
            pass

    async def until(self, holds: Callable[[], object], timeout_s: float = 30.0) -> None:
        """Wait until ``holds()``, looking again at each commit and each status."""
        async with asyncio.timeout(timeout_s):
            while not holds():
                self._changed.clear()
                if holds():
                    return
                try:
                    async with asyncio.timeout(0.05):  # what happens in the backend tells nobody
                        await self._changed.wait()
                except TimeoutError:
                    pass
                if self._task is not None and self._task.done():
                    self._task.result()

    def texts(self, contact_id: str) -> list[str]:
        """What the conversation shows as confirmed, in order."""
        rows = self.store.query(
            lambda conn: conn.execute(
                "SELECT body FROM message WHERE interaction_id = ? ORDER BY seq", (contact_id,)
            ).fetchall()
        )
        return [records.decode(Table.MESSAGE, body).text for (body,) in rows]

    def row(self, table: Table, record_id: str) -> Any:
        """A row of the cache, as the network wrote it."""
        found = self.store.query(
            lambda conn: conn.execute(f"SELECT body FROM {table} WHERE id = ?", (record_id,)).fetchone()
        )
        return None if found is None else records.decode(table, found[0])

    def count(self, table: Table) -> int:
        """How many rows of a table are here."""
        return int(self.store.query(lambda conn: conn.execute(f"SELECT count(*) FROM {table}").fetchone())[0])

    def outbox(self) -> list[OutboxEntry]:
        return self.store.query(outbox.entries)

    def give(self, command: Command, not_before: datetime | None = None) -> CommandId:
        """The agent does something."""
        command_id = CommandId(new_id())
        self.store.write(lambda w: outbox.enqueue(w, command, command_id, not_before), Cause.AGENT).result()
        return command_id

    def reply(self, contact_id: str, text: str, not_before: datetime | None = None) -> CommandId:
        command = SendMessage(interaction_id=InteractionId(contact_id), text=text, message_id=MessageId(new_id()))
        return self.give(command, not_before)

    @property
    def status(self) -> SyncStatus:
        return self.engine.status


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path / "cache.db", os.urandom(32))
    yield store
    store.close()


@pytest.fixture
async def fake() -> FakeBackend:
    return FakeBackend()


@pytest.fixture
async def make_desk(store: Store) -> AsyncIterator[Callable[..., Desk]]:
    """Make desks over the one store, one at a time; what is left running is ended."""
    desks: list[Desk] = []

    def make(backend: Any, **options: Any) -> Desk:
        desk = Desk(store, backend, **options)
        desks.append(desk)
        return desk

    yield make
    for desk in desks:
        await desk.close()


@pytest.fixture
async def desk(make_desk: Callable[..., Desk], fake: FakeBackend) -> Desk:
    return make_desk(fake)


@pytest.fixture
def a_contact() -> Callable[..., Interaction]:
    return contact


@pytest.fixture
def a_message() -> Callable[..., Message]:
    return said


# --- the real hub ---------------------------------------------------------------------------------------------------------


def _neighbour(name: str) -> Any:
    """Load the conftest of another folder: with ``--import-mode=importlib`` it cannot be imported by name."""
    key = f"conftest_of_{name}"
    if key not in sys.modules:
        spec = importlib.util.spec_from_file_location(key, Path(__file__).parents[1] / name / "conftest.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[key] = module
        spec.loader.exec_module(module)
    return sys.modules[key]


class Centre:
    """A hub that keeps its data and its port however often it is stopped and started."""

    def __init__(self, data: Path) -> None:
        self._tests = _neighbour("hub")
        self._data = data
        self._port = 0
        self.password = self._tests.PASSWORD
        self.hub: Any = None
        self.start()
        self.hub.populate(self._tests.cheap_hash(self.password))
        self.agents = self.hub.agents
        self.channel_token = self.hub.token("channel")

    def start(self) -> None:
        self.hub = self._tests.RunningHub(self._data, port=self._port).start()
        self._port = int(self.hub.url.rsplit(":", 1)[1])

    def stop(self) -> None:
        if self.hub is not None:
            self.hub.stop()
            self.hub = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def port(self) -> int:
        return self._port

    def customer_writes(self, text: str, *, thread: str = "", channel: str = "chat") -> str:
        """A customer writes; returns the interaction."""
        body = {
            "external_id": new_id(),
            "from": {"address": f"handle:{thread or new_id()}", "name": "Jana Weber"},
            "text": text,
            "thread": thread or new_id(),
        }
        headers = {"Authorization": f"Bearer {self.channel_token}"}
        answer = httpx.post(
            f"{self.url}/v1/inbound/{channel}", json=body, headers=headers, trust_env=False, verify=False
        )
        return str(answer.raise_for_status().json()["interaction_id"])

    def agent_texts(self, interaction_id: str) -> list[str]:
        """What the agents' messages in a contact say, in the hub's own database."""

        async def read(ledger: Any) -> list[Message]:
            return await ledger.messages(interaction_id)

        return [
            message.text
            for message in self.hub.read(read)
            if message.author is Author.AGENT and message.kind is MessageKind.TEXT
        ]

    def presence(self, user: str = "anna") -> str:
        """The state of an agent, in the hub's own database."""

        async def read(ledger: Any) -> Any:
            return await ledger.get(Table.AGENT, self.agents[user].id)

        return str(self.hub.read(read).presence.state)


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """One hub for all tests of a file that only look at what they wrote themselves."""
    centre = Centre(tmp_path_factory.mktemp("centre") / "hub")
    yield centre
    centre.stop()


@pytest.fixture
def own_centre(tmp_path: Path) -> Iterator[Centre]:
    """A hub that one test may count in, stop and start."""
    centre = Centre(tmp_path / "hub")
    yield centre
    centre.stop()


@pytest.fixture
def two_centres(own_centre: Centre, tmp_path: Path) -> Iterator[tuple[Centre, Centre]]:
    """Two hubs that know nothing of each other."""
    other = Centre(tmp_path / "other hub")
    yield own_centre, other
    other.stop()


@pytest.fixture
async def proxy(centre: Centre) -> AsyncIterator[FaultProxy]:
    """A way to the hub on which things can go wrong."""
    proxy = FaultProxy(centre.port)
    await proxy.start()
    yield proxy
    await proxy.stop()


@pytest.fixture
async def signed_in(make_desk: Callable[..., Desk], tmp_path: Path) -> AsyncIterator[Callable[..., Awaitable[Desk]]]:
    """Sign somebody in at the hub and give them their desk; its ``tokens`` is the token flow."""
    backends: list[HubBackend] = []
    desks: list[Desk] = []

    async def sign_in(centre: Centre, user: str = "anna", *, url: str = "", **options: Any) -> Desk:
        flow = TokenFlow(user, FileVault(tmp_path), clock=options.pop("token_clock", time.monotonic))
        backend = HubBackend(url or centre.url, flow, settings=HttpSettings(read_s=10.0))
        backends.append(backend)
        await backend.warm_up()
        await flow.adopt(await backend.sign_in(user, centre.password))
        desk = make_desk(backend, **options)
        desk.tokens = flow
        desks.append(desk)
        return desk

    yield sign_in
    for desk in desks:
        await desk.close()
    for backend in backends:
        await backend.close()
