"""The board of a hub: follows what is committed, looks at it once a second at most, tells who watches, has alerts raised and
forecasts made. The API calls this; ``start`` sets it going, and whoever asks before gets it as it is then.

All of it lives on the event loop. Work that grows with the centre is done in steps, with a breath for others in between.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Callable, Coroutine
from datetime import datetime
from typing import Any, Final

from desktop.domain.changes import Table
from desktop.domain.routing import Alert, AlertRule
from desktop.hub.auth.caller import Caller
from desktop.hub.board import contacts, day
from desktop.hub.board.alerts import Alerts, ensure_rules
from desktop.hub.board.follower import Follower
from desktop.hub.board.forecasts import Forecasts
from desktop.hub.board.picture import Picture
from desktop.hub.board.scope import Scope, Sight, Watcher, frame
from desktop.hub.board.zones import today
from desktop.hub.db.database import Database
from desktop.hub.db.unbroken import Looks
from desktop.hub.db.visibility import Viewer
from desktop.wire import sse
from desktop.wire.board import WHOLE, Board, ContactsFilter, ContactsPage, OwnFigures
from desktop.wire.shapes import LiveMetrics

log = logging.getLogger(__name__)

PACE_S: Final = 0.95
"""Between two looks: at most one a second, and what happened is told within one."""

PING_S: Final = 15.0
FORECAST_S: Final = 60.0
KEEP_S: Final = 60.0


class LiveBoard:
    """One for the hub. ``viewer`` says what a caller may see as teams and queues are now."""

    def __init__(self, database: Database, clock: Callable[[], datetime], viewer: Callable[[Caller], Viewer]) -> None:
        self._database = database
        self._clock = clock
        self._viewer = viewer
        self._picture = Picture()
        self._alerts = Alerts(database)
        self._follower = Follower(database, self, self._on_news)
        self._forecasts = Forecasts(database, self._picture, self._on_forecast)
        self._scopes: dict[Sight, Scope] = {}
        self._turn = asyncio.Lock()
        self._woken = asyncio.Event()
        self._stopping = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._looks = Looks()
        self._has_begun = False
        self._kept_at = 0.0

    # --- its life -----------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Set it going: read what there is, in the background, then follow."""
        async with self._database.write() as ledger:
            await ensure_rules(ledger)
        self._tasks = [
            asyncio.create_task(self._run(), name="board"),
            asyncio.create_task(self._run_forecasts(), name="board forecasts"),
        ]

    async def stop(self) -> None:
        """End all streams and looks; what cannot be counted again is kept."""
        self.hang_up()
        for task in self._tasks:
            await task
        self._tasks = []
        await self._looks.ended()
        self._follower.close()
        if self._has_begun:
            self._has_begun = False
            await self._keep(self._now())

    def hang_up(self) -> None:
        """End all streams; further ones end at once."""
        self._stopping.set()
        self._woken.set()
        for scope in self._scopes.values():
            for watcher in scope.watchers:
                watcher.end()

    # --- what it is asked ---------------------------------------------------------------------------------------------

    async def board(self, caller: Caller) -> Board:
        """Return the board as a lead sees it."""
        async with self._turn:
            await self._catch_up()
            scope = Scope(self._sight(caller))
            await self._picture.refresh(self._forecasts, self._now())
            await scope.look(self._picture.source(self._forecasts, self._now()))
        return scope.whole()

    async def contacts(self, caller: Caller, which: ContactsFilter, after: str, limit: int) -> ContactsPage:
        """Return a page of the contacts behind a number, as a lead may see them. Raises ``ValueError`` for an ``after`` that
        no page gave."""
        now = await self._up_to_now()
        picture, sight = self._picture, self._sight(caller)
        led = frozenset(id_ for id_ in picture.staff.members if picture.leads(id_, sight, self._clock()))
        seen = contacts.Seen(picture.tally, picture.staff, sight, led, picture.zone)
        return await contacts.page(seen, which, after, limit, now)

    async def mine(self, caller: Caller) -> OwnFigures | None:
        """Return an agent's own figures and those of their queues, ``None`` where the caller is no agent."""
        now = await self._up_to_now()
        return self._picture.own(caller.agent_id or "", self._forecasts, self._viewer(caller).queues, now)

    async def metrics(self, caller: Caller | None = None) -> LiveMetrics:
        """Return the centre in few numbers, of the queues ``caller`` sees (nobody: all)."""
        now = await self._up_to_now()
        return self._picture.metrics(self._forecasts, self._viewer(caller).queues if caller else None, now)

    async def stream(self, caller: Caller, may_stay: Callable[[], Coroutine[Any, Any, bool]]) -> AsyncGenerator[bytes]:
        """Yield the board and then what is new in it, until the hub stops or the caller may not stay."""
        loop = asyncio.get_running_loop()
        watcher = Watcher()
        scope: Scope | None = None
        asked_at = loop.time()
        try:
            yield sse.PING
            while not (watcher.is_ended or self._stopping.is_set()):
                if loop.time() - asked_at >= PING_S:
                    if not await self._looks.to_its_end(may_stay()):
                        return
                    asked_at = loop.time()
                sight = self._sight(caller)
                if scope is None or sight != scope.sight:  # another team, other queues: another board
                    self._leave(scope, watcher)
                    scope = self._scopes.setdefault(sight, Scope(sight))
                    scope.watchers.add(watcher)
                    watcher.needs_whole = True
                    await self._looks.to_its_end(self._tell(scope))
                elif watcher.needs_whole:
                    watcher.begin()
                    yield frame(WHOLE, scope.whole())
                elif (update := watcher.take()) is not None:
                    yield update
                elif not await watcher.woken(PING_S):
                    yield sse.PING
        finally:
            self._leave(scope, watcher)

    # --- what it hears ------------------------------------------------------------------------------------------------

    def took(self, table: Table, id_: str, record: Any, seq: int) -> None:
        """A record has this version now (``follower``)."""
        match table:
            case Table.ALERT_RULE:
                self._alerts.took_rule(id_, record if isinstance(record, AlertRule) else None)
            case Table.ALERT:
                self._alerts.took_alert(id_, record if isinstance(record, Alert) else None)
            case _:
                self._picture.took(table, id_, record, seq, self._now())

    def _on_news(self) -> None:
        self._woken.set()

    def _on_forecast(self, queue: str) -> None:
        self._picture.touch(queue)
        self._woken.set()

    # --- looking ------------------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while not self._stopping.is_set():
            began = loop.time()
            self._woken.clear()
            try:
                await self._look()
            except Exception:
                log.exception("the board could not be looked at")
            await _come_or(self._stopping, PACE_S - (loop.time() - began))
            if not (self._picture.tally.waits() or await self._is_behind()):
                await _come_or(self._woken, PACE_S)

    async def _run_forecasts(self) -> None:
        while not self._stopping.is_set():
            try:
                now = await self._up_to_now()
                await self._forecasts.look(dict(self._picture.queues), now)
            except Exception:
                log.exception("forecasts could not be made")
            await _come_or(self._stopping, FORECAST_S)

    async def _look(self) -> None:
        async with self._turn:
            await self._catch_up()
            now = self._now()
            if self._scopes:
                await self._picture.refresh(self._forecasts, now)
                source = self._picture.source(self._forecasts, now)
                for scope in list(self._scopes.values()):
                    await scope.tell(source)
            else:
                self._picture.advance(now)
        await self._alerts.look(self._picture.counts(self._forecasts), now)
        if not 0.0 <= now - self._kept_at < KEEP_S:
            self._kept_at = now
            self._picture.sample(now)
            await self._picture.forget(now)
            await self._keep(now)

    async def _tell(self, scope: Scope) -> None:
        """Bring one scope up to now, for somebody who begins to watch it."""
        async with self._turn:
            await self._catch_up()
            await self._picture.refresh(self._forecasts, self._now())
            await scope.tell(self._picture.source(self._forecasts, self._now()))

    async def _up_to_now(self) -> float:
        async with self._turn:
            await self._catch_up()
            now = self._now()
            self._picture.advance(now)
        return now

    async def _catch_up(self) -> None:
        now = self._now()
        if not self._has_begun:
            self._follower.listen()
            await self._follower.begin(now, lambda: self._picture.know_queues(now))
            start = today(self._picture.zone, now).start
            self._picture.attendance = await day.restore(self._database, self._picture.staff, start)
            self._has_begun = True
        await self._follower.catch_up()
        await self._picture.know_queues(now)

    async def _is_behind(self) -> bool:
        try:
            return await self._follower.is_behind()
        except Exception:
            log.exception("the board could not look at the database")
            return False

    async def _keep(self, now: float) -> None:
        start = today(self._picture.zone, now).start
        await day.keep(self._database, self._picture.staff, self._picture.attendance, start)

    # --- whose board --------------------------------------------------------------------------------------------------

    def _sight(self, caller: Caller) -> Sight:
        member = self._picture.staff.members.get(caller.agent_id or "")
        team = member.agent.team if member is not None else caller.team
        return Sight(caller.role, team, self._viewer(caller).queues)

    def _leave(self, scope: Scope | None, watcher: Watcher) -> None:
        if scope is None:
            return
        scope.watchers.discard(watcher)
        if not scope.watchers and self._scopes.get(scope.sight) is scope:
            del self._scopes[scope.sight]

    def _now(self) -> float:
        return self._clock().timestamp()


async def _come_or(event: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(max(0.0, seconds)):
            await event.wait()
