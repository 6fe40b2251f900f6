"""Files in and out of the store of the open account: added ones are copied in, from where ``sync`` brings them up; received
ones are fetched when they are first asked for and are there offline from then on. All work is done on threads.

Serves the view models as ``workplace.files``; made by ``session``.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import mimetypes
import os
import tempfile
from collections.abc import Awaitable, Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from desktop.app.opened import LONGEST_S, OpenedFiles, Risky, write_new
from desktop.domain.filenames import may_open
from desktop.domain.interaction import Attachment
from desktop.store import files
from desktop.store.database import Store, StoreError
from desktop.viewmodels.workplace import Told

if TYPE_CHECKING:
    from desktop.backends.base import OnProgress

log = logging.getLogger(__name__)

LARGEST: Final = 25 * 1024 * 1024
_LOOK_S: Final = 60.0
_UNKNOWN_TYPE: Final = "application/octet-stream"


class Source(Protocol):
    """Where files come from: a backend, or several."""

    async def download(self, sha256: str, *, on_progress: OnProgress | None = None) -> BytesIO:
        """See ``Backend.download``."""
        ...


class Attachments:
    """``backend`` is there once the account is being synced; ``limit_bytes`` says how much of what was fetched is kept."""

    def __init__(self, store: Store, opened: OpenedFiles, limit_bytes: Callable[[], int]) -> None:
        self.backend: Source | None = None
        self._store = store
        self._opened = opened
        self._limit_bytes = limit_bytes
        self._loop = asyncio.get_running_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._is_closed = False
        self._wipes = 0

    # --- for the view models ----------------------------------------------------------------------------------------

    def keep(self, path: str, done: Callable[[Attachment], None], failed: Callable[[str], None]) -> None:
        """See ``Files.keep``."""

        async def keep() -> None:
            done(await asyncio.to_thread(_take_in, self._store, Path(path)))

        self._start(keep, failed)

    def open(self, what: Attachment, told: Told) -> Callable[[], None]:
        """See ``Files.open``."""

        async def open_() -> None:
            # Before anything is fetched: what is in it can only add to that.
            if not may_open(what.name):
                raise Risky
            wipes = self._wipes
            data = await self._data(what, told)
            if wipes != self._wipes:
                raise _Interrupted
            self._watch()
            told.done(str(await asyncio.to_thread(self._opened.place, what.name, data.getbuffer())))

        return self._start(open_, told.failed)

    def save(self, what: Attachment, path: str, told: Told) -> Callable[[], None]:
        """See ``Files.save``."""

        async def save() -> None:
            data = await self._data(what, told)
            await asyncio.to_thread(_write, Path(path), data.getbuffer())
            told.done(path)

        return self._start(save, told.failed)

    def read(self, what: Attachment, done: Callable[[bytes], None]) -> Callable[[], None]:
        """See ``Files.read``."""

        async def read() -> None:
            told = Told(progress=lambda so_far, total: None, done=lambda path: None, failed=lambda code: None)
            done((await self._data(what, told)).getvalue())

        return self._start(read, lambda code: None)

    # --- for the session --------------------------------------------------------------------------------------------

    def wipe_opened(self) -> None:
        """Remove all that lies open, on a thread; what is about to be opened is not any more."""
        self._wipes += 1
        self._drop_timer()
        self._start(partial(self._wipe, 0.0), lambda code: None)

    async def close(self) -> None:
        """End what is under way and remove what lies open."""
        self._is_closed = True
        self._drop_timer()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.to_thread(self._opened.wipe)

    # --- inside -----------------------------------------------------------------------------------------------------

    async def _data(self, what: Attachment, told: Told) -> BytesIO:
        """Return a file's bytes, fetched and kept where they are not here."""
        from desktop.backends.base import Offline

        data = await asyncio.to_thread(files.read, self._store, what.sha256)
        if data is not None:
            return data
        if self.backend is None:
            raise Offline("offline")
        told.progress(0, what.size)
        data = await self.backend.download(
            what.sha256, on_progress=lambda so_far, total: told.progress(so_far, total or what.size)
        )
        try:
            await asyncio.to_thread(self._keep_fetched, what, data)
        except StoreError as error:
            log.warning("a fetched file could not be kept: %s", error.code)
        return data

    def _keep_fetched(self, what: Attachment, data: BytesIO) -> None:
        place = "" if files.is_digest(what.sha256) else what.sha256
        files.put(self._store, data, what.name, what.media_type, is_mine=False, place=place)
        files.evict(self._store, self._limit_bytes(), keep=[what.sha256])

    def _start(self, move: Callable[[], Awaitable[None]], failed: Callable[[str], None]) -> Callable[[], None]:
        async def guarded() -> None:
            from desktop.backends.base import Offline

            try:
                await move()
            except Offline as error:
                # Why there is no way is the status strip's to say.
                log.info("a file could not be fetched: %s", error.code)
                failed("offline")
            except OSError as error:
                log.warning("a file could not be read or written: %s", type(error).__name__)
                failed("full" if error.errno == errno.ENOSPC else "unreadable")
            except Exception as error:
                code = str(getattr(error, "code", "internal"))
                log.warning("an attachment could not be moved: %s", code)
                failed(code)

        task = self._loop.create_task(guarded(), name="attachment")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task.cancel  # type: ignore[return-value]

    def _watch(self) -> None:
        """Look from time to time, as long as anything lies open, whether its hour is over."""
        if self._timer is None and not self._is_closed:
            self._timer = self._loop.call_later(_LOOK_S, self._look)

    def _look(self) -> None:
        self._timer = None
        self._start(partial(self._wipe, LONGEST_S), lambda code: None)

    async def _wipe(self, older_than_s: float) -> None:
        if await asyncio.to_thread(partial(self._opened.wipe, older_than_s=older_than_s)):
            self._watch()

    def _drop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class _TooLarge(Exception):
    code = "too_large"


class _Interrupted(Exception):
    code = "interrupted"


class _Unwritable(Exception):
    code = "unwritable"


def _take_in(store: Store, path: Path) -> Attachment:
    """Copy a file into the store. The name is kept as it is, its type guessed: the backend looks at what is in it."""
    with path.open("rb") as source:
        if os.fstat(source.fileno()).st_size > LARGEST:
            raise _TooLarge
        media_type = mimetypes.guess_type(path.name)[0] or _UNKNOWN_TYPE
        return files.put(store, source, path.name, media_type, is_mine=True)


def _write(path: Path, data: memoryview) -> None:
    """Write a file all at once or not at all, in the place of one that is there."""
    try:
        folder = Path(tempfile.mkdtemp(dir=path.parent, prefix=".dirigent-"))
        try:
            write_new(folder / path.name, data)
            (folder / path.name).replace(path)
        finally:
            (folder / path.name).unlink(missing_ok=True)
            folder.rmdir()
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise
        raise _Unwritable from error
