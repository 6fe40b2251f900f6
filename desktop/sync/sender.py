"""The outbox on its way to the backend: what may go goes, in order within a lane and side by side across lanes.

Each entry is claimed in the store before it is sent and settled there by what came back (the table of ``docs/architecture``
tells the outcomes). Where nothing gets through, nothing is tried until the back-off has passed or somebody wakes it; a
command alone in its trouble waits alone. A lost answer is no tragedy where the backend knows a command by its id: it is sent
again. Where it does not, it is looked up there first.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar

from desktop.backends.base import Backend, BackendError, Bug, Offline, Refused, SignInNeeded, Throttled
from desktop.domain.changes import Cause
from desktop.domain.commands import Command, SetPresence
from desktop.domain.ids import CommandId
from desktop.store import outbox
from desktop.store.apply import apply_changes
from desktop.store.connection import Connection
from desktop.store.database import Closed, Store, StoreError, Write
from desktop.store.rows import OutboxEntry, OutboxState
from desktop.sync.backoff import Backoff, Growth
from desktop.sync.status import StatusBoard
from desktop.wire.errors import Code
from desktop.wire.shapes import CommandAnswer

_log = logging.getLogger(__name__)

_AT_ONCE: Final = 6
_MOST_STUMBLES: Final = 6
_ASKED_ABOUT: Final = (OutboxState.PENDING, OutboxState.AMBIGUOUS)

T = TypeVar("T")
Settle = Callable[[Command], CommandAnswer | None]
"""Answers a command that is about something only this side knows; ``None`` sends it like any other."""


@dataclass(frozen=True, slots=True)
class _Asking:
    """How often it was asked what became of a command, and when to ask next."""

    times: int
    at: datetime


class Sender:
    """Empties the outbox."""

    def __init__(
        self,
        store: Store,
        backend: Backend,
        board: StatusBoard,
        *,
        growth: Growth,
        clock: Callable[[], datetime],
        ask_growth: Growth | None = None,
        settle: Settle | None = None,
    ) -> None:
        self._store = store
        self._backend = backend
        self._board = board
        self._clock = clock
        self._growth = growth
        self._settle_here = settle
        self._ask_growth = ask_growth or Growth(first_s=2.0, cap_s=60.0, least_s=0.5)
        self._backoff = Backoff(growth)
        self._news = asyncio.Event()
        self._asking: dict[CommandId, _Asking] = {}
        self._under_way: dict[CommandId, asyncio.Task[None]] = {}
        self._stumbles: dict[CommandId, int] = {}
        self._trouble: BackendError | None = None
        self._wakes = 0
        self._has_unsettled = True

    def notice(self) -> None:
        """The outbox changed."""
        self._news.set()

    def wake(self) -> None:
        self._wakes += 1
        self._backoff.wake()
        self._news.set()

    def reached(self) -> None:
        """Something else got through to the backend: what waits for that need not any longer."""
        if self._trouble is not None and not isinstance(self._trouble, Throttled):
            self.wake()

    async def run(self) -> None:
        """Send until cancelled."""
        self._has_unsettled, self._trouble = True, None
        try:
            while True:
                try:
                    await self._round()
                except Closed:
                    return
                except StoreError as error:
                    # The disk is full or another process holds the file.
                    self._has_unsettled = True
                    self._board.update(send_error=f"store_{type(error).__name__.lower()}")
                    await self._backoff.pause()
        finally:
            await self._end_tasks()

    async def _round(self) -> None:
        """Start what may go, then wait for a reason to look again."""
        if self._has_unsettled and not self._under_way:
            await self._settle_unfinished()
            self._has_unsettled = False
        self._news.clear()
        for entry in await self._claim():
            task = asyncio.create_task(self._handle(entry), name="sync-send")
            self._under_way[entry.id] = task
            task.add_done_callback(self._done(entry.id))
        await self._until_news()
        if self._trouble is not None:
            await self._calm_down(self._trouble)

    async def _settle_unfinished(self) -> None:
        """What was being sent when the program ended, or could not be settled, may or may not have arrived."""
        is_idempotent = self._backend.capabilities.has_idempotent_send

        def recover(w: Write) -> None:
            if not is_idempotent:
                for entry in outbox.entries(w.conn, OutboxState.SENDING):
                    outbox.mark_ambiguous(w, entry.id)
            outbox.recover(w)

        await self._write(recover)

    async def _claim(self) -> list[OutboxEntry]:
        """Take what is due (as being sent from now on) and what is to be asked about."""
        now = self._clock()
        room = _AT_ONCE - len(self._under_way)
        if room <= 0:
            return []

        def look(conn: Connection) -> tuple[bool, list[OutboxEntry]]:
            return bool(outbox.due(conn, now)), outbox.entries(conn, *_ASKED_ABOUT)

        has_due, open_questions = await asyncio.wrap_future(self._store.read(look))
        claimed = [
            entry for entry in open_questions if entry.id not in self._under_way and self._ask_at(entry.id, now) <= now
        ][:room]
        self._asking = {entry.id: self._asking[entry.id] for entry in open_questions if entry.id in self._asking}
        room -= len(claimed)
        if has_due and room > 0:

            def claim(w: Write) -> list[OutboxEntry]:
                free = [entry for entry in outbox.due(w.conn, now) if entry.id not in self._under_way]
                return [entry for entry in free[:room] if outbox.mark_sending(w, entry.id)]

            claimed += await self._write(claim)
        return claimed

    async def _until_news(self) -> None:
        """Wait for a change of the outbox, the end of a send, or the next entry that comes due."""
        if self._news.is_set() or self._trouble is not None:
            return
        now = self._clock()
        due_at = await asyncio.wrap_future(self._store.read(outbox.next_due_at))
        moments = [asking.at for id_, asking in self._asking.items() if id_ not in self._under_way]
        if due_at is not None:
            moments.append(due_at)
        if not moments and not self._under_way:
            self._board.update(send_error="")
        wait_s = None
        if moments and len(self._under_way) < _AT_ONCE:
            # The next look takes what is due by then: a little late rather than a little early.
            wait_s = max((min(moments) - now).total_seconds(), 0.0) + 0.001
        try:
            async with asyncio.timeout(wait_s):
                await self._news.wait()
        except TimeoutError:
            pass

    async def _calm_down(self, trouble: BackendError) -> None:
        """Nothing gets through: let what is under way end, then wait."""
        if self._under_way:
            await asyncio.wait(list(self._under_way.values()))
        if isinstance(trouble, Throttled):
            await self._backoff.pause(trouble.retry_after_s)
        elif isinstance(trouble, SignInNeeded):
            self._board.sign_in_needed("send", True)
            await self._backoff.until_woken()
            self._board.sign_in_needed("send", False)
        else:
            await self._backoff.pause()
        self._trouble = None
        self._news.set()

    async def _handle(self, entry: OutboxEntry) -> None:
        """Send an entry, or ask what became of it, and settle it by the answer."""
        is_question = entry.state in _ASKED_ABOUT
        wakes = self._wakes
        try:
            if is_question:
                self._asked(entry.id)
                answer = await self._backend.look_up(entry.id, entry.command)
            else:
                answer = self._settle_here(entry.command) if self._settle_here is not None else None
                answer = answer or await self._backend.perform(entry.id, entry.command)
        except (SignInNeeded, Throttled) as error:
            await self._stuck(entry, error, is_question, wakes)
        except Offline as error:
            await self._lost(entry, error, is_question, wakes)
        except Refused as refused:
            self._got_through(entry)
            code, detail = refused.code, refused.detail or refused.title
            await self._write(lambda w: outbox.wedge(w, entry.id, code, detail))
        except Exception as error:
            code = error.code if isinstance(error, Bug) else "bug"
            _log.error("a command of type %s could not be sent: %s", type(entry.command).__name__, type(error).__name__)
            await self._write(lambda w: outbox.wedge(w, entry.id, code))
        else:
            self._got_through(entry)
            await self._settle(entry, answer)

    async def _settle(self, entry: OutboxEntry, answer: CommandAnswer | None) -> None:
        def settle(w: Write) -> None:
            if answer is None:
                # Looked up, and it never arrived: now it may be sent.
                outbox.postpone(w, entry.id, self._clock(), entry.attempts)
            elif answer.outcome == "applied":
                outbox.settle_applied(w, entry.id, answer.changes)
            elif answer.outcome == "gone":
                outbox.settle_gone(w, entry.id, answer.changes)
            elif answer.outcome == "pending":
                apply_changes(w, answer.changes)
                if entry.state is not OutboxState.PENDING:
                    outbox.mark_pending(w, entry.id)
            elif isinstance(entry.command, SetPresence) and _is_superseded(w, entry.id):
                # The agent has said something else since: what was refused no longer matters.
                outbox.settle_gone(w, entry.id, answer.changes)
            else:
                error = answer.error
                apply_changes(w, answer.changes)
                outbox.wedge(
                    w, entry.id, error.code if error else Code.INTERNAL, (error.detail or error.title) if error else ""
                )

        await self._write(settle)
        if answer is not None and answer.outcome == "pending" and entry.id not in self._asking:
            self._asked(entry.id)

    async def _lost(self, entry: OutboxEntry, error: Offline, is_question: bool, wakes: int) -> None:
        """No answer, or none that says anything."""
        is_own_trouble = error.code == Code.INTERNAL
        if is_own_trouble:
            self._board.update(send_error=error.code)
        if is_question:
            if not is_own_trouble:
                self._fail(error, wakes)
            return
        if error.may_have_arrived and not self._backend.capabilities.has_idempotent_send:
            await self._write(lambda w: outbox.mark_ambiguous(w, entry.id))
            if not is_own_trouble:
                self._fail(error, wakes)
            return
        if is_own_trouble:
            # The backend stumbles over this one; others may be fine.
            stumbles = self._stumbles[entry.id] = self._stumbles.get(entry.id, 0) + 1
            if stumbles >= _MOST_STUMBLES:
                await self._write(lambda w: outbox.wedge(w, entry.id, error.code))
                return
            not_before = self._clock() + timedelta(seconds=self._growth.delay_s(stumbles + 1))
            await self._write(lambda w: outbox.postpone(w, entry.id, not_before, entry.attempts + 1))
            return
        await self._stuck(entry, error, False, wakes)

    async def _stuck(self, entry: OutboxEntry, error: BackendError, is_question: bool, wakes: int) -> None:
        """It did not get through, and others would not either."""
        self._fail(error, wakes)
        if not is_question:
            # Due at once: what is waited for is the way out, not this entry. Only what may have arrived counts as sent.
            has_left = isinstance(error, Offline) and error.may_have_arrived
            await self._write(lambda w: outbox.postpone(w, entry.id, self._clock(), entry.attempts + int(has_left)))

    def _fail(self, error: BackendError, wakes: int) -> None:
        """Note that nothing gets through; but what was tried before the last wake says nothing about now."""
        is_stale = wakes != self._wakes and not isinstance(error, Throttled)
        if not is_stale and not isinstance(self._trouble, Throttled | SignInNeeded):
            if self._trouble is None:
                self._backoff.attempt()
            self._trouble = error
        self._board.update(send_error=error.code)

    def _got_through(self, entry: OutboxEntry) -> None:
        self._stumbles.pop(entry.id, None)
        self._backoff.succeeded()
        self._board.update(send_error="")

    def _asked(self, command_id: CommandId) -> None:
        times = self._asking[command_id].times + 1 if command_id in self._asking else 1
        delay_s = self._ask_growth.delay_s(times)
        self._asking[command_id] = _Asking(times, self._clock() + timedelta(seconds=delay_s))

    def _ask_at(self, command_id: CommandId, now: datetime) -> datetime:
        return self._asking[command_id].at if command_id in self._asking else now

    async def _write(self, fn: Callable[[Write], T]) -> T:
        # What is being sent can be found out again where the backend knows commands by their id; else it must be on the
        # disk before a byte of it leaves.
        is_idempotent = self._backend.capabilities.has_idempotent_send
        return await asyncio.wrap_future(self._store.write(fn, Cause.NETWORK if is_idempotent else Cause.SYSTEM, self))

    def _done(self, command_id: CommandId) -> Callable[[asyncio.Task[None]], None]:
        def done(task: asyncio.Task[None]) -> None:
            self._under_way.pop(command_id, None)
            self._news.set()
            if not task.cancelled() and (error := task.exception()) is not None and not isinstance(error, Closed):
                self._has_unsettled = True
                if not isinstance(error, StoreError):
                    _log.error("a command could not be settled: %s", type(error).__name__)

        return done

    async def _end_tasks(self) -> None:
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)


def _is_superseded(w: Write, command_id: CommandId) -> bool:
    return any(isinstance(entry.command, SetPresence) and entry.id != command_id for entry in outbox.entries(w.conn))
