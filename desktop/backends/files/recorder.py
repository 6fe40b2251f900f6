"""A backend that is recorded: all goes through to the one inside, and what it tells of changes is kept in a folder with the
time it came. What was there before is asked for once, on the way, so that the recording can be played by itself.

A recording never gets into the way of the work: where it cannot be written, or the system began a new history, it ends, says
so once by ``on_end``, and the desk goes on. Customers' words are replaced (``disguise``) unless they are asked for.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
from msgspec.structs import replace

from desktop import __version__
from desktop.backends.base import Backend, BackendError, Capabilities, Chunks, Hint, HintKind, OnProgress
from desktop.backends.files.disguise import Disguise
from desktop.backends.files.manifest import FORMAT, VERSION, Line, Manifest, Source
from desktop.backends.files.writer import Writer
from desktop.backends.keyed import without_key
from desktop.domain.agent import Agent
from desktop.domain.changes import Table
from desktop.domain.commands import Command
from desktop.domain.ids import CommandId, InteractionId, native_id, new_id
from desktop.domain.interaction import Message
from desktop.wire import records
from desktop.wire.board import Board, ContactsFilter, ContactsPage, OwnFigures
from desktop.wire.shapes import (
    NEWEST,
    BlobAnswer,
    Change,
    ChangesPage,
    CommandAnswer,
    CustomerSignal,
    HeartbeatAnswer,
    Scope,
    Tokens,
)

T = TypeVar("T")

_log = logging.getLogger(__name__)

# What pushing and pulling both bring is written once, if not too much lies between.
_REMEMBERED: Final = 50_000
_LARGEST_FILE: Final = 25 * 1024 * 1024
_MOST_FILES: Final = 1024 * 1024 * 1024
_PATIENCE_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Wish:
    """What to record into ``folder``: with the real words, with the bytes of files (these only with the words), and with the
    closed contacts of the past. ``title`` and ``kind`` say of what system."""

    folder: Path
    with_texts: bool = False
    with_files: bool = False
    with_history: bool = False
    title: str = ""
    kind: str = ""


class Recorder:
    """``inner``, recorded as ``wish`` says. ``on_end(code)`` hears why it ended before it was closed."""

    def __init__(self, inner: Backend, wish: Wish, on_end: Callable[[str], None] = lambda code: None) -> None:
        self._inner = inner
        self._wish = wish
        self._on_end = on_end
        self._disguise = None if wish.with_texts else Disguise()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="recorder")
        self._turn = asyncio.Lock()
        self._writer: Writer | None = None
        self._is_over = False
        self._epoch = ""
        self._latest = 0
        self._clock = asyncio.get_running_loop().time
        self._began = 0.0
        self._known: OrderedDict[bytes, None] = OrderedDict()
        self._wanted: OrderedDict[str, int] = OrderedDict()
        self._fetched: set[str] = set()
        self._file_bytes = 0
        self._news = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def is_recording(self) -> bool:
        return self._writer is not None and not self._is_over

    @property
    def capabilities(self) -> Capabilities:
        return self._inner.capabilities

    async def warm_up(self) -> None:
        warm = getattr(self._inner, "warm_up", None)
        if warm is not None:
            await warm()

    # --- what is kept -----------------------------------------------------------------------------------------------

    async def changes(self, after: int, *, limit: int, wait_s: float = 0.0) -> bytes:
        await self._begun()
        raw = await self._inner.changes(after, limit=limit, wait_s=wait_s)
        # Waited for, so that pages do not pile up in memory faster than they can be written.
        await self._kept(partial(self._keep_page, raw, self._at_ms()))
        return raw

    async def history(self, before: int, *, scope: Scope, limit: int) -> bytes:
        await self._begun()
        return await self._inner.history(before, scope=scope, limit=limit)

    async def events(self, after: int) -> AsyncGenerator[Hint, None]:
        await self._begun()
        async with aclosing(self._inner.events(after)) as hints:
            async for hint in hints:
                if self.is_recording and hint.kind in (HintKind.CHANGE, HintKind.SIGNAL):
                    self._thread.submit(partial(self._guarded, partial(self._keep_hint, hint, self._at_ms())))
                yield hint

    def _at_ms(self) -> int:
        return max(0, round((self._clock() - self._began) * 1000))

    # --- how it begins ----------------------------------------------------------------------------------------------

    async def _begun(self) -> None:
        """Begin with the first question. What that cannot be answered with is raised as if it had been the question's."""
        async with self._turn:
            if self._writer is not None or self._is_over:
                return
            agent = await self._inner.me()
            page = await self._first_page(NEWEST if self.capabilities.has_history else 0, "open")
            now = page.now or datetime.now(UTC)
            try:
                self._writer = await self._on_thread(partial(Writer, self._wish.folder, self._manifest(agent, now)))
            except (OSError, BackendError) as error:
                self._over(getattr(error, "code", "unwritable"))
                return
            self._epoch, self._began = page.epoch, self._clock()
            self._latest = page.latest if self.capabilities.has_history else 0
            await self._kept(partial(self._keep_before, page.changes))
            self._tasks.append(asyncio.create_task(self._read_on(page), name="recorder-before"))
            if self._wish.with_files:
                self._tasks.append(asyncio.create_task(self._fetch(), name="recorder-files"))

    async def _first_page(self, place: int, scope: Scope) -> ChangesPage:
        limit = min(500, self.capabilities.max_page)
        if self.capabilities.has_history:
            raw = await self._inner.history(place, scope=scope, limit=limit)
        else:
            raw = await self._inner.changes(place, limit=limit)
        try:
            return await asyncio.to_thread(msgspec.json.decode, raw, type=ChangesPage)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return ChangesPage(epoch="", changes=[], next=0, more=False)

    async def _read_on(self, page: ChangesPage) -> None:
        """Read the rest of what was there before: the open work, and all of it where that is wished for."""
        scope: Scope = "open"
        place, more = page.next, page.more
        while not self._is_over:
            if not more:
                if scope == "all" or not (self._wish.with_history and self.capabilities.has_history):
                    return
                scope, place, more = "all", self._latest + 1, True
            try:
                page = await self._first_page(place, scope)
            except BackendError:
                await asyncio.sleep(_PATIENCE_S)
                continue
            if page.epoch != self._epoch:
                return
            await self._kept(partial(self._keep_before, page.changes))
            place, more = page.next, page.more

    def _manifest(self, agent: Agent, now: datetime) -> Manifest:
        can = self.capabilities
        agent = replace(agent, id=native_id(agent.id))
        return Manifest(
            format=FORMAT,
            version=VERSION,
            id=new_id(),
            product=__version__,
            started_at=now,
            agent=agent if self._disguise is None else self._disguise.record(agent),
            title=self._wish.title if self._disguise is None else "",
            is_anonymised=self._disguise is not None,
            has_files=self._wish.with_files,
            source=Source(
                kind=self._wish.kind,
                has_brain=can.has_brain,
                has_presence=can.has_presence,
                has_dispositions=can.has_dispositions,
                has_typing=can.has_typing,
                has_channels=can.has_channels,
                has_journey=can.has_journey,
            ),
        )

    # --- on the thread ----------------------------------------------------------------------------------------------

    def _keep_before(self, changes: list[Change]) -> None:
        assert self._writer is not None
        self._writer.before([Line(change=_raw(change)) for change in self._made(changes)])

    def _keep_page(self, raw: bytes, at_ms: int) -> None:
        assert self._writer is not None
        try:
            page = msgspec.json.decode(raw, type=ChangesPage)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return
        if page.epoch != self._epoch:
            raise _NewHistory
        self._keep_since(page.changes, at_ms)

    def _keep_hint(self, hint: Hint, at_ms: int) -> None:
        assert self._writer is not None
        try:
            if hint.kind is HintKind.CHANGE:
                self._keep_since([msgspec.json.decode(hint.data, type=Change)], at_ms)
                return
            signal = msgspec.json.decode(hint.data, type=CustomerSignal)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return
        signal = replace(signal, interaction_id=native_id(signal.interaction_id))
        if self._disguise is not None:
            signal = self._disguise.signal(signal)
        self._writer.since([Line(at_ms=at_ms, signal=msgspec.Raw(msgspec.json.encode(signal)))])

    def _keep_since(self, changes: list[Change], at_ms: int) -> None:
        assert self._writer is not None
        # What was numbered before the start is among what was there.
        fresh = [change for change in changes if change.seq > self._latest or not change.seq]
        self._writer.since([Line(at_ms=at_ms, change=_raw(change)) for change in self._made(fresh)])

    def _made(self, changes: list[Change]) -> list[Change]:
        """Return what is not written yet, as it is written: with the ids of its own system, and disguised."""
        fresh = [without_key(change) for change in changes if change.type != Table.MODEL and self._is_new(change)]
        if self._wish.with_files:
            for change in fresh:
                self._want_files(change)
        if self._disguise is None:
            return fresh
        self._disguise.notice(fresh)
        return [made for change in fresh if (made := self._disguise.change(change)) is not None]

    def _is_new(self, change: Change) -> bool:
        body = b"" if isinstance(change.record, msgspec.UnsetType) else bytes(change.record)
        said = hashlib.blake2b(body, digest_size=16, key=f"{change.type} {change.op}".encode()[:64])
        said.update(change.id.encode(errors="replace"))
        if said.digest() in self._known:
            return False
        self._known[said.digest()] = None
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return True

    def _guarded(self, work: Callable[[], None]) -> None:
        """Do one piece of writing; what goes wrong ends the recording and nothing else."""
        if self._is_over:
            return
        try:
            work()
        except _NewHistory:
            self._over("new_history")
        except OSError as error:
            _log.warning("the recording cannot be written: %s", type(error).__name__)
            self._over("unwritable")

    # --- attachments ------------------------------------------------------------------------------------------------

    def _want_files(self, change: Change) -> None:
        if change.type != Table.MESSAGE or isinstance(change.record, msgspec.UnsetType):
            return
        try:
            message: Message = records.decode(change.type, change.record)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return
        for one in message.attachments:
            if one.sha256 not in self._fetched and one.size <= _LARGEST_FILE:
                self._fetched.add(one.sha256)
                self._wanted[one.sha256] = one.size
        if self._wanted:
            self._loop_call(self._news.set)

    def _loop_call(self, call: Callable[[], None]) -> None:
        for task in self._tasks:
            try:
                task.get_loop().call_soon_threadsafe(call)
            except RuntimeError:
                pass  # the loop ended, and with it the recording
            return

    async def _fetch(self) -> None:
        while not self._is_over and self._file_bytes < _MOST_FILES:
            self._news.clear()
            while self._wanted and self._file_bytes < _MOST_FILES:
                sha256, _ = self._wanted.popitem(last=False)
                try:
                    data = (await self._inner.download(sha256)).getvalue()
                except BackendError:
                    continue
                self._file_bytes += len(data)
                if len(data) <= _LARGEST_FILE and self._writer is not None:
                    await self._kept(partial(self._writer.file, sha256, data))
            await self._news.wait()

    # --- how it ends ------------------------------------------------------------------------------------------------

    async def _kept(self, work: Callable[[], None]) -> None:
        if self.is_recording:
            await self._on_thread(partial(self._guarded, work))

    async def _on_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.wrap_future(self._thread.submit(work))

    def _over(self, code: str) -> None:
        """End it before its time. Called on either thread."""
        if not self._is_over:
            self._is_over = True
            self._on_end(code)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        writer, at_ms = self._writer, self._at_ms()
        if writer is not None:
            await self._on_thread(partial(self._ended, writer, at_ms))
        self._is_over = True
        await asyncio.to_thread(self._thread.shutdown)
        await self._inner.close()

    @staticmethod
    def _ended(writer: Writer, at_ms: int) -> None:
        try:
            writer.end(at_ms)
        except OSError as error:
            _log.warning("the recording could not be ended: %s", type(error).__name__)

    # --- what goes through ------------------------------------------------------------------------------------------

    async def sign_in(self, user: str, password: str) -> Tokens:
        return await self._inner.sign_in(user, password)

    async def refresh(self, refresh_token: str) -> Tokens:
        return await self._inner.refresh(refresh_token)

    async def me(self) -> Agent:
        return await self._inner.me()

    async def perform(self, command_id: CommandId, command: Command) -> CommandAnswer:
        return await self._inner.perform(command_id, command)

    async def look_up(self, command_id: CommandId, command: Command) -> CommandAnswer | None:
        return await self._inner.look_up(command_id, command)

    async def heartbeat(self, *, is_regular: bool) -> HeartbeatAnswer:
        return await self._inner.heartbeat(is_regular=is_regular)

    async def typing(self, interaction_id: InteractionId, *, is_typing: bool) -> None:
        await self._inner.typing(interaction_id, is_typing=is_typing)

    async def upload(self, data: bytes | Chunks, *, media_type: str, name: str) -> BlobAnswer:
        return await self._inner.upload(data, media_type=media_type, name=name)

    async def download(self, sha256: str, *, on_progress: OnProgress | None = None) -> BytesIO:
        return await self._inner.download(sha256, on_progress=on_progress)

    def board_events(self) -> AsyncGenerator[Board, None]:
        return self._inner.board_events()

    async def board_contacts(self, which: ContactsFilter, *, after: str = "", limit: int = 100) -> ContactsPage:
        return await self._inner.board_contacts(which, after=after, limit=limit)

    async def own_figures(self) -> OwnFigures:
        return await self._inner.own_figures()

    def __getattr__(self, name: str) -> Any:
        # What only some backends have: options, clocks.
        return getattr(self._inner, name)


class _NewHistory(Exception):
    """The system began anew: what follows does not belong to what is recorded."""


def _raw(change: Change) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(change))
