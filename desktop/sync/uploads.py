"""The agent's files on their way up, beside the outbox: a large one holds up no command but those that name it.

What a command on its way names goes first, then what lies in drafts, so that a file that is not taken is told before the
message is written. A command is not claimed by ``sender`` before all its files are up; one whose file the backend refuses is
wedged with that reason. A file is found by its content: one that went up without anybody noting it goes up again, and is
the same one there. Run by ``engine``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Final

from desktop.backends.base import Backend, BackendError, Bug, Refused, SignInNeeded, Throttled
from desktop.domain.changes import Cause
from desktop.domain.commands import Command
from desktop.domain.ids import CommandId
from desktop.store import files, outbox
from desktop.store.connection import Connection
from desktop.store.database import Closed, Store, StoreError, Write
from desktop.store.files import StoredFile
from desktop.store.rows import OutboxEntry, OutboxState
from desktop.sync.backoff import Backoff, Growth
from desktop.sync.politeness import Politeness
from desktop.wire.errors import Code

_log = logging.getLogger(__name__)

_AT_ONCE: Final = 2
_MOST_STUMBLES: Final = 6
_NOT_SENT: Final = (OutboxState.HELD, OutboxState.QUEUED)


class Uploads:
    """Brings up what is still to go up. ``on_refused`` hears which file (SHA-256) was not taken, and the code of why."""

    def __init__(
        self,
        store: Store,
        backend: Backend,
        politeness: Politeness,
        *,
        growth: Growth,
        on_refused: Callable[[str, str], None] = lambda sha256, code: None,
        account: str = "",
    ) -> None:
        self._store = store
        self._backend = backend
        self._politeness = politeness
        self._on_refused = on_refused
        self._account = account
        self._backoff = Backoff(growth)
        self._news = asyncio.Event()
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._trouble: BackendError | StoreError | None = None
        self._stumbles: dict[str, int] = {}
        # A file added anew is another chance.
        self._refused: dict[str, datetime] = {}
        self._sent_again: set[CommandId] = set()

    # --- for the sender ---------------------------------------------------------------------------------------------

    @staticmethod
    def ready(conn: Connection, entries: Iterable[OutboxEntry]) -> list[OutboxEntry]:
        """Return those of ``entries`` whose files are all up."""
        left = {file.sha256 for file in files.waiting(conn)}
        return [entry for entry in entries if left.isdisjoint(named_in(entry.command))]

    def send_again(self, w: Write, entry: OutboxEntry) -> None:
        """The backend does not know a file that it had: it was set back to an older copy of itself. The files go up again,
        if they are still here, and the command after them; once."""
        if entry.id not in self._sent_again and files.must_go_up(w, named_in(entry.command)):
            fresh = outbox.retry(w, entry.id)
            if fresh is not None:
                self._sent_again.add(fresh)

    # --- for the engine ---------------------------------------------------------------------------------------------

    def notice(self) -> None:
        """Files or the outbox changed."""
        self._news.set()

    def wake(self) -> None:
        """Try again now what waits for a way out."""
        self._backoff.wake()
        self._news.set()

    async def run(self) -> None:
        """Bring files up until cancelled."""
        if not self._backend.capabilities.has_blobs:
            return await self._refuse_all()
        try:
            while True:
                try:
                    await self._round()
                except Closed:
                    return
                except StoreError:
                    await self._backoff.pause()
        finally:
            for task in self._under_way.values():
                task.cancel()
            if self._under_way:
                await asyncio.wait(list(self._under_way.values()))

    async def _round(self) -> None:
        self._news.clear()
        for file in await asyncio.wrap_future(self._store.read(self._next)):
            task = asyncio.create_task(self._bring_up(file), name="sync-upload")
            self._under_way[file.sha256] = task
            task.add_done_callback(partial(self._done, file.sha256))
        await self._news.wait()
        if self._trouble is not None:
            trouble, self._trouble = self._trouble, None
            if isinstance(trouble, SignInNeeded):
                await self._backoff.until_woken()
            else:
                await self._backoff.pause(trouble.retry_after_s if isinstance(trouble, Throttled) else 0.0)
            self._news.set()

    def _next(self, conn: Connection) -> list[StoredFile]:
        """Return what to begin with now."""
        room = _AT_ONCE - len(self._under_way)
        waiting = [file for file in files.waiting(conn) if file.sha256 not in self._under_way] if room > 0 else []
        if not waiting:
            return []
        entries = outbox.entries(conn, *_NOT_SENT, account=self._account)
        urgent = {name for entry in entries for name in named_in(entry.command)}
        drafted = files.referred(conn, self._account) - urgent
        wanted = [file for file in waiting if file.sha256 in urgent]
        wanted += [
            file for file in waiting if file.sha256 in drafted and self._refused.get(file.sha256) != file.used_at
        ]
        return wanted[:room]

    async def _bring_up(self, file: StoredFile) -> None:
        try:
            await self._politeness.turn()
            answer = await self._backend.upload(_Body(self._store, file), media_type=file.media_type, name=file.name)
            self._politeness.went_well()
            if answer.sha256 != file.sha256:
                raise Refused("unreadable")
        except (Refused, Bug) as refused:
            await self._turned_down(file, refused.code)
        except (BackendError, StoreError) as error:
            stumbles = self._stumbles[file.sha256] = self._stumbles.get(file.sha256, 0) + int(
                error.code == Code.INTERNAL
            )
            if stumbles >= _MOST_STUMBLES:
                await self._turned_down(file, error.code)
            else:
                self._fail(error)
        except Exception as error:
            _log.error("a file could not be brought up: %s", type(error).__name__)
            await self._turned_down(file, "bug")
        else:
            self._backoff.succeeded()
            self._stumbles.pop(file.sha256, None)
            await self._write(lambda w: files.gone_up(w, file.sha256))

    def _fail(self, error: BackendError | StoreError) -> None:
        if isinstance(error, Throttled):
            self._politeness.told_to_wait(error.retry_after_s)
        if self._trouble is None:
            self._backoff.attempt()
        self._trouble = error

    async def _turned_down(self, file: StoredFile, code: str) -> None:
        _log.info("a file was not taken: %s", code)
        self._refused[file.sha256] = file.used_at
        self._stumbles.pop(file.sha256, None)
        await self._write(partial(_wedge, sha256=file.sha256, code=code, account=self._account))
        self._on_refused(file.sha256, code)

    async def _refuse_all(self) -> None:
        """The backend takes no files at all."""
        while True:
            self._news.clear()
            for file in await asyncio.wrap_future(self._store.read(self._next)):
                await self._turned_down(file, Code.TYPE_NOT_ALLOWED)
            await self._news.wait()

    def _done(self, sha256: str, task: asyncio.Task[None]) -> None:
        self._under_way.pop(sha256, None)
        self._news.set()
        if not task.cancelled() and isinstance(error := task.exception(), StoreError):
            self._fail(error)  # it is up, and could not be noted

    async def _write(self, fn: Callable[[Write], None]) -> None:
        # What is forgotten of it goes up again: that need not wait for the disk.
        await asyncio.wrap_future(self._store.write(fn, Cause.NETWORK, self))


class _Body:
    """The bytes of a stored file, a part at a time, each read as it is sent; from the start whenever they are asked for."""

    def __init__(self, store: Store, file: StoredFile) -> None:
        self._store = store
        self._file = file
        self.size = file.size

    async def __aiter__(self) -> AsyncIterator[bytes]:
        sent = number = 0
        while sent < self.size:
            read = partial(files.part, sha256=self._file.sha256, number=number)
            data = await asyncio.wrap_future(self._store.read(read))
            if not data or sent + len(data) > self.size:
                raise Refused("unreadable")
            yield data
            sent, number = sent + len(data), number + 1


def named_in(command: Command) -> set[str]:
    """Return the SHA-256 of each file that a command names."""
    return {attachment.sha256 for attachment in getattr(command, "attachments", ())}


def _wedge(w: Write, sha256: str, code: str, account: str) -> None:
    for entry in outbox.entries(w.conn, *_NOT_SENT, account=account):
        if sha256 in named_in(entry.command):
            outbox.wedge(w, entry.id, code)
