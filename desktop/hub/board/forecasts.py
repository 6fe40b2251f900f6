"""When forecasts are made: each queue is fitted to its history once a day and asked again each half hour; what the service
level will be at the end of the day, with whoever is there, each minute. One queue after the other, each on a thread."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, Protocol

from desktop.domain.agent import Queue
from desktop.hub.board import history, outlook
from desktop.hub.board.history import Habits
from desktop.hub.board.outlook import Heat, Plan
from desktop.hub.board.zones import DAY_S, HALF_S, Today, half_of, today, zone_name
from desktop.hub.db.database import Database

if TYPE_CHECKING:
    from desktop.insight.forecast import Forecaster

log = logging.getLogger(__name__)

BREATH_S: Final = 0.05
"""Between two queues: threads that compute share one interpreter with everything else."""


class Counted(Protocol):
    """What the board counted today, as forecasts ask for it."""

    def so_far(self, queue: str, day: Today) -> dict[int, int]:
        """Return today's arrivals of a queue by the beginnings of its half hours."""
        ...

    def judged(self, queue: str, day: Today) -> tuple[int, int, int]:
        """Return how many first answers were due today, how many came in time, and how many wait."""
        ...

    def mixes(self) -> Counter[frozenset[str]]:
        """Return how many agents are there for each set of queues."""
        ...


class Forecasts:
    """The forecasts of all queues. ``plans``, ``levels`` and ``heat`` have those for which there is enough history."""

    def __init__(self, database: Database, counted: Counted, noticed: Callable[[str], None]) -> None:
        self._database = database
        self._counted = counted
        self._noticed = noticed
        self._fitted: dict[str, tuple[tuple[Any, ...], Forecaster | None]] = {}
        self._planned: dict[str, tuple[Any, ...]] = {}
        self.plans: dict[str, Plan] = {}
        self.habits: dict[str, Habits] = {}
        self.levels: dict[str, float] = {}
        self.heat: dict[str, Heat] = {}

    async def look(self, queues: Mapping[str, Queue], now: float) -> None:
        """Make what is missing or too old by ``now``."""
        for id_ in set(self._fitted) - set(queues):
            self._forget(id_)
        for queue in queues.values():
            try:
                await self._look_at(queue, now)
            except Exception:
                log.exception("a queue could not be foretold")
            await asyncio.sleep(BREATH_S)
        await self._foretell_levels(queues, now)

    def plan(self, queue: str, day: Today) -> Plan | None:
        """Return the plan of a queue's day, where there is one."""
        found = self.plans.get(queue)
        return found if found is not None and found.day == day else None

    async def _look_at(self, queue: Queue, now: float) -> None:
        zone = zone_name(queue)
        day = today(zone, now)
        rules = (day, queue.hours, queue.target, queue.answer_s)
        known = self._fitted.get(queue.id)
        if known is None or known[0] != rules:
            self._forget(queue.id)
            forecaster = await self._fit(queue, day, now)
            self._fitted[queue.id] = known = (rules, forecaster)
        forecaster = known[1]
        moment = (rules, half_of(zone, now))
        if forecaster is None or self._planned.get(queue.id) == moment:
            return
        so_far = {at: count for at, count in self._counted.so_far(queue.id, day).items() if at + HALF_S <= now}
        self.plans[queue.id] = await asyncio.to_thread(
            outlook.planned, queue, forecaster, day, so_far, now, self.habits.get(queue.id)
        )
        self._planned[queue.id] = moment
        self._noticed(queue.id)

    async def _fit(self, queue: Queue, day: Today, now: float) -> Forecaster | None:
        earliest = day.start - history.LOOKED_BACK_DAYS * DAY_S
        first = await history.began(self._database, queue.id)
        if first is None or first >= day.start:
            return None
        found = await history.arrivals(self._database, queue.id, max(earliest, first - 1.0), day.start)
        usual = await history.habits(self._database, queue, now)
        if usual is not None:
            self.habits[queue.id] = usual
        heat = await asyncio.to_thread(outlook.heat_of, found, zone_name(queue), first, now)
        if heat:
            self.heat[queue.id] = heat
        return await asyncio.to_thread(outlook.fitted, queue, found, day)

    async def _foretell_levels(self, queues: Mapping[str, Queue], now: float) -> None:
        there = self._shared_out(now)
        for id_, queue in queues.items():
            day = today(zone_name(queue), now)
            plan, usual = self.plan(id_, day), self.habits.get(id_)
            if plan is None or usual is None:
                continue
            level = await asyncio.to_thread(
                outlook.level_at_end, plan, usual, *self._counted.judged(id_, day), there.get(id_, 0.0), now
            )
            if level is None:
                self.levels.pop(id_, None)
            elif round(level, 3) != self.levels.get(id_):
                self.levels[id_] = round(level, 3)
                self._noticed(id_)

    def _shared_out(self, now: float) -> dict[str, float]:
        """Return how many agents each queue has for itself: who works several, works each as much as it brings work."""
        work: dict[str, float] = {}
        for id_, plan in self.plans.items():
            usual = self.habits.get(id_)
            running = [half.mean for start, half in plan.halves.items() if start <= now < start + HALF_S]
            if usual is not None and running:
                work[id_] = running[0] * usual.handling_s / usual.at_once
        found: dict[str, float] = {}
        for served, agents in self._counted.mixes().items():
            total = sum(work.get(id_, 0.0) for id_ in served)
            for id_ in served:
                share = work.get(id_, 0.0) / total if total > 0.0 else 1.0 / len(served)
                found[id_] = found.get(id_, 0.0) + agents * share
        return found

    def _forget(self, id_: str) -> None:
        for kept in (self._fitted, self._planned, self.plans, self.habits, self.levels, self.heat):
            kept.pop(id_, None)
