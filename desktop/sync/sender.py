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
from datetime import UTC, datetime
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
from desktop.sync.history import Deletions
from desktop.sync.holds import Holds
from desktop.sync.politeness import Politeness
from desktop.sync.status import StatusBoard
from desktop.sync.uploads import Uploads
from desktop.wire.errors import Code
from desktop.wire.shapes import CommandAnswer

_log = logging.getLogger(__name__)

_AT_ONCE: Final = 6
_MOST_STUMBLES: Final = 6
# All that is first in its lane: whether it is due is for ``Holds`` to say.
_ANY_TIME: Final = datetime.max.replace(tzinfo=UTC)
_ASKED_ABOUT: Final = (OutboxState.PENDING, OutboxState.AMBIGUOUS)

T = TypeVar("T")
Settle = Callable[[Command], CommandAnswer | None]
"""Answers a command that is about something only this side knows; ``None`` sends it like any other."""
Told = Callable[[Write, Command, CommandAnswer], CommandAnswer]
"""Makes up for what a backend left out of its answer to a command."""


@dataclass(frozen=True, slots=True)
class _Asking:
    """How often it was asked what became of a command, and when to ask next, by the event loop's clock."""

    times: int
    at: float


class Sender:
    """Empties the outbox."""

    def __init__(
        self,
        store: Store,
        backend: Backend,
        board: StatusBoard,
        politeness: Politeness,
        deletions: Deletions,
        uploads: Uploads,
        *,
        growth: Growth,
        clock: Callable[[], datetime],
        ask_growth: Growth | None = None,
        settle: Settle | None = None,
        told: Told | None = None,
        on_gone: Callable[[Command], None] = lambda command: None,
        account: str = "",
    ) -> None:
        self._store = store
        self._backend = backend
        self._board = board
        self._politeness = politeness
        self._deletions = deletions
        self._uploads = uploads
        self._holds = Holds(clock)
        self._growth = growth
        self._settle_here = settle
        self._told = told
        self._on_gone = on_gone
        self._account = account
        self._ask_growth = ask_growth or Growth(first_s=2.0, cap_s=60.0, least_s=0.5)
        self._backoff = Backoff(growth)
        # The backend may answer as it likes: what counts here is whether the answers can be written down.
        self._disk = Backoff(growth)
        self._unwritten: StoreError | None = None
        self._news = asyncio.Event()
        self._next_due: list[float] = []
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
        self._disk.wake()
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
                    await self._disk.pause()
        finally:
            await self._end_tasks()

    async def _round(self) -> None:
        """Start what may go, then wait for a reason to look again."""
        if self._unwritten is not None:
            error, self._unwritten = self._unwritten, None
            raise error
        self._disk.attempt()
        if self._has_unsettled and not self._under_way:
            await self._settle_unfinished()
            self._has_unsettled = False
        # What was claimed counts as being sent, and could not be taken back while it waits for its turn.
        await self._politeness.ready()
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
                for entry in outbox.entries(w.conn, OutboxState.SENDING, account=self._account):
                    outbox.mark_ambiguous(w, entry.id)
            outbox.recover(w, self._account)

        await self._write(recover)

    async def _claim(self) -> list[OutboxEntry]:
        """Take what is due (as being sent from now on) and what is to be asked about."""
        now = asyncio.get_running_loop().time()
        room = _AT_ONCE - len(self._under_way)
        self._next_due = []
        if room <= 0:
            return []

        def look(conn: Connection) -> tuple[list[OutboxEntry], list[OutboxEntry]]:
            open_questions = outbox.entries(conn, *_ASKED_ABOUT, account=self._account)
            return self._uploads.ready(conn, outbox.due(conn, _ANY_TIME, self._account)), open_questions

        first, open_questions = await asyncio.wrap_future(self._store.read(look))
        left_s = {entry.id: self._holds.left_s(entry) for entry in first}
        self._holds.keep(left_s)
        self._next_due = [now + wait_s for wait_s in left_s.values() if wait_s > 0]
        claimed = [
            entry for entry in open_questions if entry.id not in self._under_way and self._ask_at(entry.id, now) <= now
        ][:room]
        self._asking = {entry.id: self._asking[entry.id] for entry in open_questions if entry.id in self._asking}
        room -= len(claimed)
        due = {id_ for id_, wait_s in left_s.items() if wait_s <= 0}
        if due and room > 0:

            def claim(w: Write) -> list[OutboxEntry]:
                first = outbox.due(w.conn, _ANY_TIME, self._account)
                free = [entry for entry in first if entry.id in due - self._under_way.keys()]
                return [entry for entry in free[:room] if outbox.mark_sending(w, entry.id)]

            claimed += await self._write(claim)
        return claimed

    async def _until_news(self) -> None:
        """Wait for a change of the outbox, the end of a send, or the next entry that comes due."""
        if self._news.is_set() or self._trouble is not None:
            return
        moments = [asking.at for id_, asking in self._asking.items() if id_ not in self._under_way]
        moments += self._next_due
        if not moments and not self._under_way:
            self._board.update(send_error="")
        wait_s = None
        if moments and len(self._under_way) < _AT_ONCE:
            # The next look takes what is due by then: a little late rather than a little early.
            wait_s = max(min(moments) - asyncio.get_running_loop().time(), 0.0) + 0.001
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
            answer = None
            if not is_question and self._settle_here is not None:
                answer = self._settle_here(entry.command)
            if answer is None:
                await self._politeness.turn()
                if is_question:
                    self._asked(entry.id)
                    answer = await self._backend.look_up(entry.id, entry.command)
                else:
                    answer = await self._backend.perform(entry.id, entry.command)
                self._politeness.went_well()
        except (SignInNeeded, Throttled) as error:
            if isinstance(error, Throttled):
                self._politeness.told_to_wait(error.retry_after_s)
            await self._stuck(entry, error, is_question, wakes)
        except Offline as error:
            await self._lost(entry, error, is_question, wakes)
        except Refused as refused:
            self._politeness.went_well()
            self._got_through(entry)
            code, detail = refused.code, refused.detail or refused.title
            await self._write(lambda w: outbox.wedge(w, entry.id, code, detail))
        except Exception as error:
            code = error.code if isinstance(error, Bug) else "bug"
            _log.error("a command of type %s could not be sent: %s", type(entry.command).__name__, type(error).__name__)
            await self._write(lambda w: outbox.wedge(w, entry.id, code))
        else:
            self._got_through(entry, is_settled=answer is not None and answer.outcome != "pending")
            await self._settle(entry, answer)

    async def _settle(self, entry: OutboxEntry, found: CommandAnswer | None) -> None:
        stumbles = self._stumbles.get(entry.id, 0)
        again_at = self._holds.hold(entry.id, self._growth.delay_s(stumbles) if stumbles else 0.0)

        def settle(w: Write) -> None:
            answer = found
            if answer is not None:
                answer = answer if self._told is None else self._told(w, entry.command, answer)
                self._deletions.note(answer.changes)
            if answer is None and stumbles >= _MOST_STUMBLES:
                outbox.wedge(w, entry.id, Code.INTERNAL)
            elif answer is None:
                # Looked up, and it never arrived: now it may be sent.
                outbox.postpone(w, entry.id, again_at, entry.attempts)
            elif answer.outcome == "applied":
                outbox.settle_applied(w, entry.id, answer.changes)
            elif answer.outcome == "gone":
                outbox.settle_gone(w, entry.id, answer.changes)
            elif answer.outcome == "pending":
                apply_changes(w, answer.changes, self._account)
                if entry.state is not OutboxState.PENDING:
                    outbox.mark_pending(w, entry.id)
            elif isinstance(entry.command, SetPresence) and _is_superseded(w, entry):
                # The agent has said something else since: what was refused no longer matters.
                outbox.settle_gone(w, entry.id, answer.changes)
            else:
                error = answer.error
                apply_changes(w, answer.changes, self._account)
                outbox.wedge(
                    w, entry.id, error.code if error else Code.INTERNAL, (error.detail or error.title) if error else ""
                )
                if error is not None and error.code == Code.UNKNOWN_VALUE:
                    self._uploads.send_again(w, entry)

        await self._write(settle)
        self._disk.succeeded()
        if found is not None and found.outcome == "gone":
            self._on_gone(entry.command)
        if found is not None and found.outcome == "pending" and entry.id not in self._asking:
            self._asked(entry.id)

    async def _lost(self, entry: OutboxEntry, error: Offline, is_question: bool, wakes: int) -> None:
        """No answer, or none that says anything."""
        is_own_trouble = error.code == Code.INTERNAL
        stumbles = self._stumbles.get(entry.id, 0)
        if is_own_trouble:
            self._board.update(send_error=error.code)
        if is_own_trouble and not is_question:
            # The backend stumbles over this one; others may be fine.
            stumbles += 1
            self._stumbles[entry.id] = stumbles
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
            if stumbles >= _MOST_STUMBLES:
                await self._write(lambda w: outbox.wedge(w, entry.id, error.code))
                return
            not_before = self._holds.hold(entry.id, self._growth.delay_s(stumbles + 1))
            await self._write(lambda w: outbox.postpone(w, entry.id, not_before, entry.attempts + 1))
            return
        await self._stuck(entry, error, False, wakes)

    async def _stuck(self, entry: OutboxEntry, error: BackendError, is_question: bool, wakes: int) -> None:
        """It did not get through, and others would not either."""
        self._fail(error, wakes)
        if not is_question:
            # Due at once: what is waited for is the way out, not this entry. Only what may have arrived counts as sent.
            has_left = isinstance(error, Offline) and error.may_have_arrived
            at_once = self._holds.hold(entry.id, 0.0)
            await self._write(lambda w: outbox.postpone(w, entry.id, at_once, entry.attempts + int(has_left)))

    def _fail(self, error: BackendError, wakes: int) -> None:
        """Note that nothing gets through; but what was tried before the last wake says nothing about now."""
        is_stale = wakes != self._wakes and not isinstance(error, Throttled)
        if not is_stale and not isinstance(self._trouble, Throttled | SignInNeeded):
            if self._trouble is None:
                self._backoff.attempt()
            self._trouble = error
        self._board.update(send_error=error.code)

    def _got_through(self, entry: OutboxEntry, *, is_settled: bool = True) -> None:
        if is_settled:
            self._stumbles.pop(entry.id, None)
        self._backoff.succeeded()
        self._board.update(send_error="")

    def _asked(self, command_id: CommandId) -> None:
        times = self._asking[command_id].times + 1 if command_id in self._asking else 1
        delay_s = self._ask_growth.delay_s(times)
        self._asking[command_id] = _Asking(times, asyncio.get_running_loop().time() + delay_s)

    def _ask_at(self, command_id: CommandId, now: float) -> float:
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
                if isinstance(error, StoreError):
                    self._unwritten = error
                else:
                    _log.error("a command could not be settled: %s", type(error).__name__)

        return done

    async def _end_tasks(self) -> None:
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)


def _is_superseded(w: Write, entry: OutboxEntry) -> bool:
    others = outbox.entries(w.conn, account=entry.account)
    return any(isinstance(other.command, SetPresence) and other.id != entry.id for other in others)
