"""What is pushed. Push is a hint and pull the truth, but a hint that carries its row need not wait for the pull:

A pushed change is written at once by ``apply_changes``, which never replaces a newer version and never moves the cursor. The
numbers an agent gets to see have holes (what others may see lies between), so that no client can tell whether a change
directly follows the last; only a page, read after the cursor in one snapshot, can claim that nothing lies before it. So each
burst of pushed changes is followed by one pull within ``Pace.confirm_s``, which brings what the stream missed and moves the
cursor. A pull already under way does not count: it may have been read before the change. What both bring is written once.

One write is under way at a time; what arrives meanwhile goes into the next one together. A reader that cannot keep up drops
its backlog and pulls. A stream that breaks again and again while pulling works (a proxy that does not let it pass) is given
up for a while in favour of the long poll.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

import msgspec

from desktop.backends.base import Backend, BackendError, HintKind, Offline, Refused, SignInNeeded, Throttled
from desktop.domain.changes import Cause
from desktop.store.apply import apply_changes
from desktop.store.database import Closed, Store, Write
from desktop.sync.backoff import Backoff, Growth
from desktop.sync.history import Deletions
from desktop.sync.pager import Enrich
from desktop.sync.politeness import Politeness
from desktop.sync.puller import Puller
from desktop.sync.status import StatusBoard
from desktop.wire.shapes import Change, ChangesPage

_log = logging.getLogger(__name__)

_BACKLOG: Final = 5000
_change: Final = msgspec.json.Decoder(Change)


@dataclass(frozen=True, slots=True)
class Patience:
    """After ``failures`` in a row, pulling having worked before each of them, the stream is given up for ``retry_s``. One
    that brought something or lasted ``proof_s`` was no failure."""

    failures: int = 3
    retry_s: float = 300.0
    proof_s: float = 20.0


class Stream:
    """Listens to the backend and writes what it says."""

    def __init__(
        self,
        store: Store,
        backend: Backend,
        board: StatusBoard,
        puller: Puller,
        politeness: Politeness,
        deletions: Deletions,
        *,
        growth: Growth,
        patience: Patience,
        enrich: Enrich | None = None,
        on_signal: Callable[[bytes], None] = lambda data: None,
        account: str = "",
    ) -> None:
        self._store = store
        self._backend = backend
        self._board = board
        self._puller = puller
        self._politeness = politeness
        self._deletions = deletions
        self._patience = patience
        self._enrich = enrich
        self._on_signal = on_signal
        self._account = account
        self._backoff = Backoff(growth)
        self._retry = Backoff()
        self._listening: asyncio.Task[None] | None = None
        self._backlog: list[bytes] = []
        self._writing: Future[int] | None = None
        self._is_due = False
        self._heard = 0
        self._suspicions = 0
        self._pulls = 0
        self._failures_alone = 0
        self._is_blocked = False
        self._opened_at: float | None = None

    def wake(self) -> None:
        """Connect anew: after sleep or a change of networks the old connection may be dead without saying so."""
        self._backoff.wake()
        self._retry.wake()
        self.restart()

    def reached(self) -> None:
        """Something else got through to the backend: an outage is over."""
        self._backoff.wake()

    def restart(self) -> None:
        """Connect anew, from the puller's cursor."""
        if self._listening is not None:
            self._listening.cancel()

    def pulled(self, is_news: bool, was_asked: bool) -> None:
        """The puller caught up. Finding news by itself, while nothing was pushed, speaks against the stream."""
        # Who replays nothing does not promise to tell everything either.
        tells_all = self._backend.capabilities.has_replay
        if is_news and not was_asked and self._puller.is_streaming and not self._heard and tells_all:
            self._suspicions += 1
            if self._suspicions >= 2:
                _log.warning("the event stream lets nothing through")
                self._suspicions = 0
                self._is_blocked = True
                self.restart()
        self._heard = 0

    async def run(self) -> None:
        """Listen until cancelled."""
        while True:
            # Before the open work is here there is no cursor to resume from.
            await self._puller.caught_up.wait()
            self._backoff.attempt()
            error = await self._listen_once()
            self._puller.is_streaming = False
            self._board.update(is_streaming=False, stream_error=error.code if error is not None else "")
            if not (self._was_good() and self._backend.capabilities.has_replay):
                # Tells at once whether the backend is away or only the stream. A good one goes on where it ended, if it
                # can be opened again; then there is nothing to pull.
                self._puller.ask()
            match error:
                case None:
                    continue
                case SignInNeeded():
                    self._board.sign_in_needed("stream", True)
                    # Pulling fails likewise and says so; whoever signs in wakes all.
                    await self._backoff.until_woken()
                    self._board.sign_in_needed("stream", False)
                case Throttled():
                    self._politeness.told_to_wait(error.retry_after_s)
                    await self._backoff.pause(error.retry_after_s)
                case _ if self._is_hopeless(error):
                    await self._give_up()
                case _:
                    await self._backoff.pause()

    async def _listen_once(self) -> BackendError | None:
        """Listen until the stream ends; returns why it did, ``None`` where it was to be restarted."""
        self._listening = asyncio.create_task(self._listen(), name="sync-listen")
        try:
            await asyncio.wait([self._listening])
        except asyncio.CancelledError:
            self._listening.cancel()
            await asyncio.wait([self._listening])
            raise
        finally:
            task, self._listening = self._listening, None
        if task.cancelled():
            is_blocked, self._is_blocked = self._is_blocked, False
            return Offline("stream_blocked") if is_blocked else None
        failure = task.exception()
        if failure is None:
            return Offline("stream_ended")
        if isinstance(failure, BackendError):
            return failure
        raise failure

    async def _listen(self) -> None:
        self._opened_at = None
        await self._politeness.turn()
        async with aclosing(self._backend.events(self._puller.cursor)) as hints:
            async for hint in hints:
                if hint.kind is HintKind.OPENED:
                    self._on_opened()
                elif hint.kind is HintKind.PULL:
                    self._puller.ask()
                elif hint.kind is HintKind.SIGNAL:
                    self._on_signal(hint.data)
                elif hint.seq > self._puller.cursor:
                    self._heard += 1
                    self._suspicions = 0
                    self._backoff.succeeded()
                    self._take(hint.data)

    def _on_opened(self) -> None:
        self._politeness.went_well()
        self._opened_at = asyncio.get_running_loop().time()
        self._heard = 0
        self._puller.is_streaming = True
        if self._puller.is_polling:
            self._puller.is_polling = False
            self._puller.interrupt()
        self._board.sign_in_needed("stream", False)
        self._board.update(is_streaming=True, stream_error="")
        if not self._backend.capabilities.has_replay:
            # What happened between the last pull and now is not in the stream.
            self._puller.ask()

    def _take(self, data: bytes) -> None:
        if len(self._backlog) >= _BACKLOG:
            self._backlog.clear()
            self._puller.ask()
            return
        self._backlog.append(data)
        self._puller.confirm()
        if self._writing is None and not self._is_due:
            # Not at once: the rows of one commit come in one piece, and belong into one write and one repaint.
            self._is_due = True
            loop = asyncio.get_running_loop()
            loop.call_soon(self._write_backlog, loop)

    def _write_backlog(self, loop: asyncio.AbstractEventLoop) -> None:
        self._is_due = False
        batch, self._backlog = self._backlog, []

        def write(w: Write) -> int:
            changes = [change for data in batch if (change := _read(data)) is not None]
            if self._enrich is not None:
                page = ChangesPage(epoch="", changes=changes, next=0, more=False)
                changes = self._enrich(w, page).changes
            self._deletions.note(changes)
            return apply_changes(w, changes, self._account)

        def written(_: Future[int]) -> None:
            try:
                loop.call_soon_threadsafe(self._on_written, loop)
            except RuntimeError:
                pass  # the loop ended meanwhile, and with it everybody who would want to know

        try:
            self._writing = self._store.write(write, Cause.NETWORK, self)
        except Closed:
            return
        self._writing.add_done_callback(written)

    def _on_written(self, loop: asyncio.AbstractEventLoop) -> None:
        writing, self._writing = self._writing, None
        if writing is not None and not writing.cancelled() and (error := writing.exception()) is not None:
            _log.warning("what was pushed could not be written: %s", type(error).__name__)
            self._puller.ask()
        if self._backlog:
            self._write_backlog(loop)

    def _is_hopeless(self, error: BackendError) -> bool:
        if isinstance(error, Refused) or error.code == "stream_blocked":
            return True
        if self._was_good():
            self._backoff.succeeded()
            self._failures_alone = 0
        if self._board.status.pull_error:
            self._failures_alone = 0  # an outage: what failed until now says nothing about the stream
        elif self._puller.pulls > self._pulls:
            self._failures_alone += 1
        self._pulls = self._puller.pulls
        return self._failures_alone >= self._patience.failures

    def _was_good(self) -> bool:
        if self._opened_at is None:
            return False
        return self._heard > 0 or asyncio.get_running_loop().time() - self._opened_at >= self._patience.proof_s

    async def _give_up(self) -> None:
        _log.warning("no event stream for now, waiting at the backend instead")
        if self._backend.capabilities.has_long_poll:
            self._puller.is_polling = True
            self._puller.ask()
        self._backoff.failures = 0
        self._failures_alone = 0
        self._retry.attempt()
        await self._retry.until_woken(self._patience.retry_s)


def _read(data: bytes) -> Change | None:
    try:
        return _change.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
