"""Keeps the accounts' adapters going: reads ``channels.yaml`` at start and whenever it changes, begins each adapter again
when it ends, later and later, and knows how each stands. Of several hub processes one runs an account (``db.lease``); when it
dies, another takes over. An adapter that fails never takes the hub or another adapter with it. One that says that it is of no
use to try again is left alone; why is kept in the database for ``channels_line``.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct, ValidationError

from desktop.domain.ids import new_id
from desktop.domain.interaction import Delivery, Message
from desktop.hub.channels import accounts, kinds
from desktop.hub.channels.accounts import Account, SourceError
from desktop.hub.channels.base import Adapter, ChannelDown
from desktop.hub.channels.intake import Intake
from desktop.hub.channels.outbox import Lane
from desktop.hub.channels.secrets import NoSecret
from desktop.hub.channels.signals import Signals
from desktop.hub.db import lease
from desktop.hub.db.database import Database
from desktop.hub.db.ledger import Ledger, Written
from desktop.hub.db.unbroken import unbroken

if TYPE_CHECKING:
    from desktop.hub.blobs import Blobs
    from desktop.hub.desk.desk import Desk

log = logging.getLogger(__name__)

LEASE_S: Final = 30.0
_RENEW_S: Final = 10.0
_LOOK_S: Final = 2.0
_FIRST_PAUSE_S: Final = 1.0
_LONGEST_PAUSE_S: Final = 60.0
_STEADY_S: Final = 60.0


class Standing(StrEnum):
    STARTING = "starting"
    UP = "up"
    DOWN = "down"
    ELSEWHERE = "elsewhere"
    PAUSED = "paused"
    MISCONFIGURED = "misconfigured"


class Status(Struct, frozen=True, kw_only=True):
    """How an account stands. ``reason`` is a code where it is down or wrongly set up; ``sent`` counts since the start of
    the hub; ``elsewhere`` means that another process of the hub runs it."""

    name: str
    kind: str
    channel: str
    standing: Standing
    since: datetime
    reason: str = ""
    sent: int = 0


@dataclass
class _Run:
    """One account and what runs for it."""

    account: Account
    since: datetime
    standing: Standing = Standing.STARTING
    reason: str = ""
    is_paused: bool = False
    adapter: Adapter | None = None
    lane: Lane | None = None
    task: asyncio.Task[None] | None = field(default=None, repr=False)


class Supervisor:
    """All accounts of one hub process."""

    def __init__(
        self,
        database: Database,
        desk: Desk,
        blobs: Blobs,
        base: Path,
        clock: Callable[[], datetime],
        signals: Signals | None = None,
    ) -> None:
        self._database = database
        self._desk = desk
        self._blobs = blobs
        self._base = base
        self._clock = clock
        self._holder = new_id()
        self._runs: dict[str, _Run] = {}
        self._seen: tuple[int, int] | None = None
        self._look: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()
        self._unsubscribe: Callable[[], None] = lambda: None
        self.signals = signals or Signals()
        self.mistake = ""

    async def start(self) -> None:
        """Begin all accounts."""
        self._unsubscribe = self._database.subscribe(self._on_committed)
        self._stopping.clear()
        await self.reload()
        self._look = asyncio.create_task(self._keep_looking(), name="channels lookout")

    async def stop(self) -> None:
        """End all accounts and let other processes have them."""
        self._unsubscribe()
        self._unsubscribe = lambda: None
        self._stopping.set()
        if self._look is not None:
            await self._look  # a reload that has begun is finished
            self._look = None
        await asyncio.gather(*(self._end(run) for run in self._runs.values()))
        self._runs.clear()

    def status(self) -> list[Status]:
        """Return how each account stands, in the order of the file."""
        return [
            Status(
                name=run.account.name,
                kind=run.account.kind,
                channel=run.account.channel,
                standing=run.standing,
                since=run.since,
                reason=run.reason,
                sent=run.lane.sent if run.lane is not None else 0,
            )
            for run in self._runs.values()
        ]

    def adapter(self, name: str) -> Adapter | None:
        """Return the running adapter of an account."""
        run = self._runs.get(name)
        return None if run is None else run.adapter

    def accounts(self) -> list[Account]:
        """Return the accounts as they were read last."""
        return [run.account for run in self._runs.values()]

    async def reload(self) -> None:
        """Read the file again; accounts that changed begin anew. A mistake in it leaves all as they were and is kept in
        ``mistake``; what had stopped for good is tried again."""
        path = self._base / accounts.FILE
        self._seen = _seen(path)
        try:
            read = await asyncio.to_thread(accounts.read, path, kinds.SETTINGS)
        except (SourceError, OSError) as problem:
            self.mistake = str(problem) if isinstance(problem, SourceError) else "the file cannot be read"
            log.warning("channels: %s", self.mistake)
            return
        self.mistake = ""
        before, self._runs = self._runs, {}
        for account in read:
            kept = before.get(account.name)
            if kept is not None and kept.account == account:
                self._runs[account.name] = before.pop(account.name)
            else:
                self._runs[account.name] = _Run(account, self._clock())
        await asyncio.gather(*(self._end(run) for run in before.values()))
        for run in self._runs.values():
            if run.task is None or run.task.done():
                self._begin(run)

    async def restart(self, name: str) -> bool:
        """Begin an account anew; returns whether there is one."""
        return await self._again(name, is_paused=False)

    async def pause(self, name: str) -> bool:
        """Let an account rest until ``restart`` or the hub's next start; returns whether there is one."""
        return await self._again(name, is_paused=True)

    async def _again(self, name: str, *, is_paused: bool) -> bool:
        run = self._runs.get(name)
        if run is None:
            return False
        await self._end(run)
        run.is_paused = is_paused
        self._begin(run)
        return True

    # --- one account ------------------------------------------------------------------------------------------------

    def _begin(self, run: _Run) -> None:
        if run.is_paused or not run.account.is_active:
            self._now(run, Standing.PAUSED)
            return
        self._now(run, Standing.STARTING)
        run.task = asyncio.create_task(self._keep_going(run), name=f"channel {run.account.name}")

    async def _end(self, run: _Run) -> None:
        task, run.task = run.task, None
        if task is None:
            return
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        async with self._database.write(silent=True) as ledger:
            await lease.give_back(ledger, _key(run.account), self._holder, self._clock())

    async def _keep_going(self, run: _Run) -> None:
        loop = asyncio.get_running_loop()
        pause_s = _FIRST_PAUSE_S
        while True:
            if not await self._hold(run):
                self._now(run, Standing.ELSEWHERE)
                await asyncio.sleep(_RENEW_S)
                continue
            began = loop.time()
            reason = await self._attend(run)
            if reason is None:
                return  # wrongly set up: only a person helps
            if loop.time() - began > _STEADY_S:
                pause_s = _FIRST_PAUSE_S
            self._now(run, Standing.DOWN, reason)
            await asyncio.sleep(pause_s * random.uniform(0.75, 1.25))
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)

    async def _attend(self, run: _Run) -> str | None:
        """Run an account until it fails; returns why, or ``None`` where there is no use in trying again."""
        intake = Intake(run.account, self._desk, self._blobs, self.signals)
        try:
            run.adapter = await asyncio.to_thread(kinds.adapter_of, run.account, intake, self._base)
        except (NoSecret, ValidationError) as problem:
            code = f"secret_{problem.code}" if isinstance(problem, NoSecret) else "settings"
            await self._stop(run, code)
            log.warning("channels: %s is wrongly set up: %s", run.account.name, problem)
            return None
        await self._note(run.account, "")
        run.lane = Lane(
            run.adapter,
            intake,
            self._database,
            self._clock,
            {one.name: one for one in self.accounts() if one.channel is run.account.channel and one.is_active},
            lambda ledger: self._is_ours(ledger, run.account),
        )
        self._now(run, Standing.UP)
        parts = [
            asyncio.create_task(part, name=f"channel {run.account.name}")
            for part in (run.adapter.run(), run.lane.run(), self._renew(run))
        ]
        try:
            done, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for part in parts:
                part.cancel()
            await asyncio.gather(*parts, return_exceptions=True)
            run.adapter = run.lane = None
        reason = self._why(run.account, done)
        problems = [part.exception() for part in done if not part.cancelled()]
        if any(isinstance(one, ChannelDown) and one.is_final for one in problems):
            await self._stop(run, reason)
            return None
        return reason

    async def _stop(self, run: _Run, reason: str) -> None:
        await self._note(run.account, reason)
        # The last thing its task does: who sees it so can have it begun anew.
        self._now(run, Standing.MISCONFIGURED, reason)

    @unbroken
    async def _note(self, account: Account, reason: str) -> None:
        async with self._database.write(silent=True) as ledger:
            if (await ledger.note(stopped_key(account.name)) or "") != reason:
                await ledger.set_note(stopped_key(account.name), reason)

    def _why(self, account: Account, ended: set[asyncio.Task[None]]) -> str:
        for part in ended:
            problem = None if part.cancelled() else part.exception()
            if isinstance(problem, ChannelDown):
                log.warning("channels: %s is down: %s", account.name, problem.reason)
                return problem.reason
            if isinstance(problem, OSError):
                log.warning("channels: %s is down: %s", account.name, type(problem).__name__)
                return "unreachable"
            if problem is not None:
                log.error("channels: %s failed", account.name, exc_info=problem)
                return "failed"
        return "ended"

    async def _renew(self, run: _Run) -> None:
        while True:
            await asyncio.sleep(_RENEW_S)
            if not await self._hold(run):
                raise ChannelDown("elsewhere")

    @unbroken
    async def _hold(self, run: _Run) -> bool:
        async with self._database.write(silent=True) as ledger:
            return await lease.take(ledger, _key(run.account), self._holder, self._clock(), LEASE_S)

    async def _is_ours(self, ledger: Ledger, account: Account) -> bool:
        return await lease.is_last(ledger, _key(account), self._holder)

    def _now(self, run: _Run, standing: Standing, reason: str = "") -> None:
        if (run.standing, run.reason) != (standing, reason):
            run.standing, run.reason, run.since = standing, reason, self._clock()

    # --- what happens -----------------------------------------------------------------------------------------------

    def _on_committed(self, written: list[Written]) -> None:
        channels = {
            one.record.channel
            for one in written
            if isinstance(one.record, Message) and one.record.delivery is Delivery.QUEUED
        }
        for run in self._runs.values():
            if run.lane is not None and run.account.channel in channels:
                run.lane.wake()

    async def _keep_looking(self) -> None:
        path = self._base / accounts.FILE
        while not self._stopping.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_S):
                    await self._stopping.wait()
                    return
            if await asyncio.to_thread(_seen, path) != self._seen:
                await self.reload()


def stopped_key(name: str) -> str:
    """Return under which name it is kept why an account stopped for good; '' or nothing where it did not."""
    return f"channel.{name}.stopped"


def _key(account: Account) -> str:
    return f"channel.{account.name}"


def _seen(path: Path) -> Any:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
