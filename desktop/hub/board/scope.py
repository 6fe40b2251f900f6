"""Which part of the board one lead sees, and what of it is new since the last look. Leads of one team share a scope: it is
narrowed once, and told to all who watch. Pure but for the readers' wake-up; called by ``live``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from desktop.domain.agent import Role
from desktop.hub.board.figures import together
from desktop.hub.board.outlook import Heat
from desktop.hub.board.zones import instant
from desktop.wire.board import UPDATE, AgentFigures, Board, BoardUpdate, ContactFigures, Interval, QueueFigures
from desktop.wire.shapes import encode

_STEP: Final = 8

Halves = Mapping[int, Interval]
"""A queue's half hours by their beginnings."""


class Sight(Struct, frozen=True):
    """Whose board it is: ``queues`` is ``None`` for all of them."""

    role: Role
    team: str
    queues: frozenset[str] | None

    def shows(self, queue: str | None) -> bool:
        return self.queues is None or not queue or queue in self.queues


class Source(Struct, frozen=True):
    """The whole board at one moment, ``days`` being when the days began that it goes by. ``led`` says whether an agent is
    led by whoever has a sight; ``there`` how many agents of a team (``None``: of all) were there in a half hour."""

    at: float
    days: tuple[int, ...]
    queues: Mapping[str, QueueFigures]
    agents: Mapping[str, AgentFigures]
    halves: Mapping[str, Halves]
    heat: Mapping[str, Heat]
    led: Callable[[str, Sight], bool]
    there: Callable[[int, str | None], int | None]


class Watcher:
    """One open stream. What it has not read is never more than one event: a slow reader is told the whole again."""

    def __init__(self) -> None:
        self._frame: bytes | None = None
        self._wake = asyncio.Event()
        self.needs_whole = True
        self.is_ended = False

    def offer(self, frame: bytes) -> None:
        if self._frame is not None:
            self._frame, self.needs_whole = None, True
        elif not self.needs_whole:
            self._frame = frame
        self._wake.set()

    def begin(self) -> None:
        """The whole board is told now; what comes from here on is new."""
        self._frame, self.needs_whole = None, False

    def take(self) -> bytes | None:
        frame, self._frame = self._frame, None
        return frame

    def end(self) -> None:
        self.is_ended = True
        self._wake.set()

    async def woken(self, timeout_s: float) -> bool:
        """Wait for news, at most so long; returns whether there is any."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._wake.wait()
        except TimeoutError:
            return False
        self._wake.clear()
        return True


class Scope:
    """What everybody with one sight is shown, as it was at the last look."""

    def __init__(self, sight: Sight) -> None:
        self.sight = sight
        self.watchers: set[Watcher] = set()
        self._queues: dict[str, QueueFigures] = {}
        self._agents: dict[str, AgentFigures] = {}
        self._narrowed: dict[str, AgentFigures] = {}
        self._halves: dict[str, Halves] = {}
        self._all: dict[int, Interval] = {}
        self._heat: dict[str, Heat] = {}
        self._sum: Heat = ()
        self._days: tuple[int, ...] = ()
        self._at = 0.0

    async def tell(self, source: Source) -> None:
        """Look, and tell all who watch what is new."""
        update = await self.look(source)
        if update is not None and self.watchers:
            event = frame(UPDATE, update)
            for watcher in self.watchers:
                watcher.offer(event)

    async def look(self, source: Source) -> BoardUpdate | None:
        """Return what is new, ``None`` where nothing is."""
        sight, self._at = self.sight, source.at
        queues = {id_: one for id_, one in source.queues.items() if sight.shows(id_)}
        new_queues = _new(queues, self._queues)
        await asyncio.sleep(0)
        agents = {id_: one for id_, one in source.agents.items() if source.led(id_, sight)}
        narrowed = {id_: self._narrow(one) for id_, one in agents.items()}
        new_agents = tuple(one for id_, one in narrowed.items() if self._narrowed.get(id_) is not one)
        gone = tuple(id_ for id_ in (*self._queues, *self._narrowed) if id_ not in queues and id_ not in narrowed)
        self._queues, self._agents, self._narrowed = queues, agents, narrowed
        await asyncio.sleep(0)
        begins = source.days != self._days or any(id_ not in queues for id_ in self._halves)
        if begins:
            self._halves, self._all, self._days = {}, {}, source.days
        intervals = await self._look_at_halves(source)
        heat = {id_: one for id_, one in source.heat.items() if id_ in queues}
        new_heat = None
        if heat.keys() != self._heat.keys() or any(heat[id_] is not self._heat[id_] for id_ in heat):
            self._heat = heat
            new_heat = self._sum = _summed(heat.values())
        if not (new_queues or new_agents or gone or intervals or begins or new_heat is not None):
            return None
        return BoardUpdate(
            at=instant(source.at),
            queues=new_queues,
            agents=new_agents,
            intervals=intervals,
            heat=new_heat,
            gone=gone,
            begins=begins,
        )

    def whole(self) -> Board:
        """Return all of it as of the last look."""
        return Board(
            at=instant(self._at),
            queues=tuple(self._queues.values()),
            agents=tuple(self._narrowed.values()),
            intervals=(*self._all.values(), *(one for halves in self._halves.values() for one in halves.values())),
            heat=self._sum,
        )

    def _narrow(self, agent: AgentFigures) -> AgentFigures:
        """An agent as this sight shows them; the same object as long as nothing changed."""
        if self._agents.get(agent.id) is agent:
            return self._narrowed[agent.id]
        sight = self.sight
        if sight.queues is None or (
            all(sight.shows(one.queue) for one in agent.contacts) and all(sight.shows(id_) for id_ in agent.queues)
        ):
            return agent
        return replace(
            agent,
            contacts=tuple(one if sight.shows(one.queue) else bare(one) for one in agent.contacts),
            queues=tuple(id_ for id_ in agent.queues if sight.shows(id_)),
        )

    async def _look_at_halves(self, source: Source) -> tuple[Interval, ...]:
        found: list[Interval] = []
        touched: set[int] = set()
        seen = {id_: halves for id_, halves in source.halves.items() if id_ in self._queues}
        for id_, halves in seen.items():
            before = self._halves.get(id_)
            if before is halves:
                continue
            new = [one for start, one in halves.items() if before is None or before.get(start) is not one]
            found += new
            touched.update(start for start, one in halves.items() if before is None or before.get(start) is not one)
        self._halves = seen
        await asyncio.sleep(0)
        team = None if self.sight.role is Role.ADMIN else self.sight.team
        for place, start in enumerate(sorted(touched)):
            if place % _STEP == _STEP - 1:
                await asyncio.sleep(0)
            parts = [halves[start] for halves in seen.values() if start in halves]
            one = together(instant(start), parts, source.there(start, team))
            if one != self._all.get(start):
                self._all[start] = one
                found.append(one)
        return tuple(found)


def bare(contact: ContactFigures) -> ContactFigures:
    """Return a contact without who and what about."""
    return ContactFigures(
        id=contact.id, channel=contact.channel, state=contact.state, since=contact.since, assignee=contact.assignee
    )


def frame(event: str, value: Board | BoardUpdate) -> bytes:
    """Return one event of the stream; JSON holds no line break."""
    return b"event: %b\ndata: %b\n\n" % (event.encode(), encode(value))


def _new(now: Mapping[str, QueueFigures], before: Mapping[str, QueueFigures]) -> tuple[QueueFigures, ...]:
    return tuple(one for id_, one in now.items() if before.get(id_) is not one)


def _summed(parts: Iterable[Heat]) -> Heat:
    whole = [part for part in parts if part]
    if not whole:
        return ()
    return tuple(tuple(round(sum(part[day][half] for part in whole), 2) for half in range(48)) for day in range(7))
