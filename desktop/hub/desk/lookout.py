"""Watches for windows that fall silent and for those that are heard again. One task, asleep until the next window would have
been silent too long or until something is heard of one that was; what follows is ``silence``. An agent is watched once a
window of theirs was heard of at all: a script that only sends commands has none to lose.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from datetime import datetime, timedelta
from typing import Final

from msgspec.structs import replace
from sqlalchemy import select

from desktop.domain.agent import Agent, PresenceState
from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.ids import AgentId
from desktop.domain.routing import RoutingPolicy
from desktop.hub.db import tables
from desktop.hub.db.database import Database
from desktop.hub.db.ledger import Ledger
from desktop.hub.desk.hearing import Hearing
from desktop.hub.desk.silence import IN_TALK, come_back, fall_silent
from desktop.hub.desk.work import Work

log = logging.getLogger(__name__)

BEAT_S: Final = 5.0
"""How often a window that beats is asked to; more often where the policy is less patient."""

_LOOK_S: Final = 2.5
# Well within the grace time of a process that starts beside this one.
_ALONE_S: Final = 30.0
# Noticed within the time, not after it.
_MARGIN_S: Final = 1.0
# Looks are this far apart only where the hub itself was away.
_STALLED: Final = timedelta(seconds=3 * _LOOK_S)
_LIVE: Final = [str(channel) for channel in Channel if channel.is_live]
_row = tables.record.c


class Lookout:
    """``work`` opens a transaction of the desk's own. ``start`` and ``stop`` it with the desk."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        work: Callable[[], AbstractAsyncContextManager[Work]],
    ) -> None:
        self._database = database
        self._clock = clock
        self._work = work
        self._hearing = Hearing(clock())
        self._policy = RoutingPolicy()
        self._beating: set[AgentId] = set()
        self._listening: set[AgentId] = set()
        self._looked_at: datetime | None = None
        self._noted_at: datetime | None = None
        self._next: datetime | None = None
        self._woken = asyncio.Event()
        self._stopped = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to watch."""
        if self._task is None:
            self._hearing.begin_anew(self._clock())
            self._looked_at = None
            self._stopped.clear()
            self._task = asyncio.get_running_loop().create_task(self._run(), name="desk.lookout")

    async def stop(self) -> None:
        """End; what is under way is finished first."""
        task, self._task = self._task, None
        self._stopped.set()
        self._woken.set()
        if task is not None:
            await task

    def wake(self) -> None:
        """Look at the clock now."""
        self._woken.set()

    # --- what the API tells -------------------------------------------------------------------------------------------

    async def called(self, agent_id: AgentId) -> None:
        """An agent's client asked for something."""
        if self._hearing.called(agent_id, self._clock()):
            await self._welcome(agent_id)

    async def beat(self, agent_id: AgentId, window: str, *, is_regular: bool) -> float:
        """A window says that it is there; ``is_regular``: and goes on saying so. Returns how soon to say so again, in
        seconds."""
        is_back = self._hearing.beat(agent_id, window, self._clock(), is_regular=is_regular)
        if is_back or agent_id not in self._beating:
            await self._welcome(agent_id, beats=True)
            self._beating.add(agent_id)
        return min(BEAT_S, self._policy.silent_after_s / 3)

    @contextmanager
    def listening(self, agent_id: AgentId, window: str) -> Iterator[None]:
        """A window holds a stream or a long poll open."""
        with self._hearing.listening(agent_id, window, self._clock):
            try:
                yield
            finally:
                self._woken.set()

    async def opened(self, agent_id: AgentId) -> None:
        """A window begins to listen."""
        if agent_id not in self._listening:
            self._listening.add(agent_id)
            await self._welcome(agent_id)

    async def _welcome(self, agent_id: AgentId, *, beats: bool = False) -> None:
        """Somebody is heard of for the first time, or again. That they have a window which beats is put on record once, so
        that it is missed after a restart too."""
        async with self._database.read() as ledger:
            agent = await ledger.agent(agent_id)
        if agent is None or (agent.silence is None and (agent.heard_at is not None or not beats)):
            return
        async with self._work() as work:
            found = await come_back(work, agent_id)
            if beats and found is not None and found.heard_at is None:
                await work.put_agent(replace(found, heard_at=work.at))

    # --- the look -----------------------------------------------------------------------------------------------------

    async def look(self) -> None:
        """See who fell silent and who is back, now."""
        at = self._clock()
        if self._looked_at is not None and not timedelta() <= at - self._looked_at <= _STALLED:
            log.info("the hub was away itself: nobody is taken for silent for a while")
            self._hearing.begin_anew(at)
        self._looked_at = at
        async with self._database.read() as ledger:
            self._policy = await ledger.get(Table.ROUTING, self._policy.id) or RoutingPolicy()
            await self._hearing.listen_elsewhere(ledger, at)
            present = await _present(ledger)
        watched = [one for one in present if one.heard_at is not None or one.id in self._listening]
        self._next = None
        for agent in watched:
            due = self._silent_from(agent, at)
            if agent.silence is not None:
                if due > at:
                    await self._welcome(agent.id)
            elif due > at:
                self._next = due if self._next is None else min(self._next, due)
            else:
                await self._give_up(agent)
        await self._tell(at)

    def _silent_from(self, agent: Agent, at: datetime) -> datetime:
        after_s = max(1.0, self._policy.silent_after_s - _MARGIN_S)
        due = self._hearing.silent_from(agent.id, at, after_s)
        if agent.silence is not None and self._hearing.heard_at(agent.id, at) is None:
            return at  # the grace of a restart is no sign of life
        return due

    async def _give_up(self, agent: Agent) -> None:
        async with self._work() as work:
            # A call of theirs may have come while this waited for its turn.
            if self._silent_from(agent, work.at) <= work.at:
                log.info("an agent fell silent")
                await fall_silent(work, agent.id, self._hearing.heard_at(agent.id, work.at))

    async def _tell(self, at: datetime) -> None:
        """Let the other processes of the hub know who is heard here."""
        every_s = min(BEAT_S, self._policy.silent_after_s / 3) if self._hearing.has_company else _ALONE_S
        if self._noted_at is not None and timedelta() <= at - self._noted_at < timedelta(seconds=every_s):
            return
        async with self._database.write(silent=True) as ledger:
            await self._hearing.note(ledger, at, self._policy.silent_after_s)
        self._noted_at = at

    async def _run(self) -> None:
        while not self._stopped.is_set():
            self._woken.clear()
            try:
                await self.look()
            except Exception:
                log.exception("the lookout for silent windows failed; trying again")
            seconds = _LOOK_S
            if self._next is not None:
                seconds = min(seconds, max(0.05, (self._next - self._clock()).total_seconds()))
            try:
                async with asyncio.timeout(seconds):
                    await self._woken.wait()
            except TimeoutError:
                pass


async def _present(ledger: Ledger) -> list[Agent]:
    """Return the agents who are not offline, and those who are and still talk to a customer."""
    talking = (
        select(_row.assignee)
        .where(
            _row.type == str(Table.INTERACTION),
            _row.state.in_([str(state) for state in IN_TALK]),
            _row.channel.in_(_LIVE),
            _row.assignee.is_not(None),
            _row.is_deleted.is_(False),
        )
        .distinct()
    )
    owners = set((await ledger.connection.execute(talking)).scalars())
    present: list[Agent] = await ledger.find(Table.AGENT, _row.state != str(PresenceState.OFFLINE))
    absent = owners - {agent.id for agent in present}
    others: list[Agent] = await ledger.find(Table.AGENT, _row.id.in_(sorted(absent))) if absent else []
    return [*present, *others]
