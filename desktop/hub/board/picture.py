"""The whole board at one moment: counts of contacts and agents, and their figures, brought up to date where
something changed. Knows no database and no reader; ``live`` feeds it and asks for figures, forecasts ask what was counted."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime
from typing import Any, Final

from desktop.domain.agent import Agent, PresenceState, Queue
from desktop.domain.changes import Table
from desktop.hub.board import figures
from desktop.hub.board.contact import Contact
from desktop.hub.board.day import Attendance
from desktop.hub.board.forecasts import Forecasts
from desktop.hub.board.scope import Sight, Source
from desktop.hub.board.staff import Staff, is_led_by
from desktop.hub.board.tally import Tally
from desktop.hub.board.watched import Counts
from desktop.hub.board.zones import Today, centre_zone, half_of, halves, instant, today, zone_name
from desktop.wire.board import AgentFigures, Interval, OwnFigures, QueueFigures
from desktop.wire.shapes import LiveMetrics

_STEP: Final = 25
_FORGOTTEN: Final = 200
_SLICES: Final = 10
"""Occupancy creeps: each look counts a tenth of the agents anew."""


class Picture:
    """The board of a centre. Instants are seconds since 1970."""

    def __init__(self) -> None:
        self.tally = Tally()
        self.staff = Staff()
        self.queues: dict[str, Queue] = {}
        self.attendance = Attendance()
        self.zone = "UTC"
        self._figures: dict[str, QueueFigures] = {}
        self._agents: dict[str, AgentFigures] = {}
        self._halves: dict[str, dict[int, Interval]] = {}
        self._touched: set[str] = set()
        self._changed: set[str] = set()
        self._slice = 0
        self._today: Today | None = None

    def touch(self, queue: str) -> None:
        """All half hours of a queue may be others now."""
        self._touched.add(queue)

    def took(self, table: Table, id_: str, record: Any, seq: int, now: float) -> None:
        """A record has this version now, or was deleted (``None``)."""
        match table:
            case Table.INTERACTION:
                self._took_contact(id_, record, seq, now)
            case Table.AGENT if isinstance(record, Agent):
                self.staff.take(record, seq, now)
            case Table.AGENT:
                self.staff.drop(id_)
            case Table.QUEUE:
                if record is None:
                    self.queues.pop(id_, None)
                else:
                    self.queues[id_] = record
                self._changed.add(id_)
            case _:
                pass

    def _took_contact(self, id_: str, contact: Contact | None, seq: int, now: float) -> None:
        known = self.tally.contacts.get(id_)
        if contact is None:
            self.tally.drop(id_)
        else:
            before = self.tally.take(contact, seq, now)
            self.staff.see(before, contact, now)
        for one in (known, contact):
            if one is not None:
                self._touched.add(one.queue or "")
                if one.assignee is not None:
                    self.staff.hold(one.assignee, len(self.tally.in_hand.get(one.assignee, ())), now)

    def so_far(self, queue: str, day: Today) -> dict[int, int]:
        counted = self.tally.of_queue(queue).halves
        return {start: counted[start].arrivals if start in counted else 0 for start in halves(day)}

    def judged(self, queue: str, day: Today) -> tuple[int, int, int]:
        tally = self.tally.of_queue(queue)
        total = tally.between(day.start, day.end)
        return total.due, total.in_time, len(tally.waiting)

    def mixes(self) -> Counter[frozenset[str]]:
        return self.staff.mixes()

    async def know_queues(self, now: float) -> None:
        """Go by the queues as they are now; count anew what is in those that changed."""
        changed, self._changed = self._changed, set()
        if not changed:
            return
        self.zone = centre_zone(self.queues.values())
        self.tally.know(self.queues)
        for place, _ in enumerate(self.staff.know(self.queues, now)):
            if place % _STEP == 0:
                await asyncio.sleep(0)
        for id_ in changed:
            for place, _ in enumerate(self.tally.recount(id_, now)):
                if place % _STEP == 0:
                    await asyncio.sleep(0)
            self._touched.add(id_)

    def advance(self, now: float) -> None:
        """Let time pass in what is counted."""
        self._touched |= self.tally.pass_time(now)
        self.staff.end_loans(instant(now))
        centre = today(self.zone, now)
        if self._today is not None and centre.start != self._today.start:
            self.staff.begin_day(now)
        self._today = centre

    async def refresh(self, forecasts: Forecasts, now: float) -> None:
        """Bring the figures up to now; those that are equal stay the same objects."""
        self.advance(now)
        for place, id_ in enumerate(list(self.queues)):
            queue = self.queues.get(id_)
            if queue is not None:
                new = self.of_queue(queue, forecasts, now)
                if self._figures.get(id_) != new:
                    self._figures[id_] = new
                self._look_at_halves(queue, forecasts, now)
            if place % 5 == 0:
                await asyncio.sleep(0)
        for id_ in [id_ for id_ in self._figures if id_ not in self.queues]:
            del self._figures[id_]
            self._halves.pop(id_, None)
        await self._look_at_agents(now)

    async def _look_at_agents(self, now: float) -> None:
        touched, self.staff.touched = self.staff.touched, set()
        of_day = today(self.zone, now)
        ids = list(self.staff.members)
        creeping = set(ids[self._slice :: _SLICES])
        self._slice = (self._slice + 1) % _SLICES
        for place, id_ in enumerate(sorted(touched | creeping | (set(ids) - set(self._agents)))):
            member = self.staff.members.get(id_)
            if member is None:
                self._agents.pop(id_, None)
                continue
            self.staff.count(member, now)
            new = figures.of_agent(member, self.tally, of_day, now)
            if self._agents.get(id_) != new:
                self._agents[id_] = new
            if place % _STEP == 0:
                await asyncio.sleep(0)

    def _look_at_halves(self, queue: Queue, forecasts: Forecasts, now: float) -> None:
        of_day = today(zone_name(queue), now)
        known = self._halves.get(queue.id, {})
        running = half_of(zone_name(queue), now)
        is_whole = queue.id in self._touched or not known or of_day.start not in known or running not in known
        self._touched.discard(queue.id)
        tally = self.tally.of_queue(queue.id)
        found = dict(known) if not is_whole else {}
        for start in halves(of_day) if is_whole else (running,):
            ready, working = self.staff.standing(queue.id)
            there = ready + working if start == running else self.attendance.mean(f"q:{queue.id}", start)
            new = figures.of_half(queue.id, start, tally.halves.get(start), forecasts, of_day, there, now)
            found[start] = known[start] if known.get(start) == new else new
        if len(found) != len(known) or any(known.get(start) is not one for start, one in found.items()):
            self._halves[queue.id] = found

    def of_queue(self, queue: Queue, forecasts: Forecasts, now: float) -> QueueFigures:
        of_day = today(zone_name(queue), now)
        return figures.of_queue(queue, self.tally.of_queue(queue.id), self.staff, forecasts, of_day, now)

    def _there(self, start: int, team: str | None, now: float) -> int | None:
        if start == half_of(self.zone, now):
            return self._present(team)
        return self.attendance.mean(f"t:{team or ''}", start) if start <= now else None

    def _present(self, team: str | None) -> int:
        members = self.staff.members.values()
        return sum(bool(one.standing) for one in members if team is None or one.agent.team == team)

    def source(self, forecasts: Forecasts, now: float) -> Source:
        """Return what scopes are cut from; as of the last ``refresh``."""
        days = tuple(today(zone_name(queue), now).start for queue in self.queues.values())
        at = instant(now)
        return Source(
            now,
            (today(self.zone, now).start, *days),
            self._figures,
            self._agents,
            self._halves,
            forecasts.heat,
            lambda id_, sight: self.leads(id_, sight, at),
            lambda start, team: self._there(start, team, now),
        )

    def leads(self, agent_id: str, sight: Sight, at: datetime) -> bool:
        """Whether whoever has a sight leads an agent."""
        member = self.staff.members.get(agent_id)
        return member is not None and is_led_by(member, sight.role, sight.team, sight.queues, at)

    def counts(self, forecasts: Forecasts) -> Counts:
        """Return what alert rules look at."""
        return Counts(self.queues, self.tally, self.staff, forecasts)

    def own(self, agent_id: str, forecasts: Forecasts, shown: frozenset[str] | None, now: float) -> OwnFigures | None:
        """Return an agent's own figures and those of the queues they work and see (``None``: all), nothing of anybody
        else; ``None`` where there is no such agent."""
        member = self.staff.members.get(agent_id)
        if member is None:
            return None
        self.staff.count(member, now)
        mine = figures.of_agent(member, self.tally, today(self.zone, now), now)
        served = [id_ for id_ in sorted(member.queues) if id_ in self.queues and (shown is None or id_ in shown)]
        queues = tuple(self.of_queue(self.queues[id_], forecasts, now) for id_ in served)
        return OwnFigures(at=instant(now), mine=mine, queues=queues)

    def metrics(self, forecasts: Forecasts, shown: frozenset[str] | None, now: float) -> LiveMetrics:
        """Return the centre in few numbers, of the queues that are ``shown`` (``None``: all). Agents are counted in all
        teams."""
        found, due, in_time = [], 0, 0
        for id_, queue in sorted(self.queues.items()):
            if shown is None or id_ in shown:
                one, total = self.of_queue(queue, forecasts, now), self.judged(id_, today(zone_name(queue), now))
                due, in_time = due + total[0], in_time + total[1]
                found.append(figures.in_short(one))
        states = Counter(one.agent.presence.state for one in self.staff.members.values() if one.agent.is_active)
        return LiveMetrics(
            at=instant(now),
            queues=found,
            agents={str(state): states[state] for state in PresenceState},
            waiting=sum(one.waiting for one in found),
            active=sum(one.active for one in found),
            service_level=in_time / due if due else None,
        )

    def sample(self, now: float) -> None:
        """Note who is there."""
        for id_, queue in self.queues.items():
            self.attendance.note(f"q:{id_}", half_of(zone_name(queue), now), sum(self.staff.standing(id_)))
        teams = {member.agent.team for member in self.staff.members.values() if member.agent.team}
        for team in (None, *sorted(teams)):
            self.attendance.note(f"t:{team or ''}", half_of(self.zone, now), self._present(team))

    async def forget(self, now: float) -> None:
        """Let go of what is of no day any more."""
        for place, _ in enumerate(self.tally.forget(now)):
            if place % _FORGOTTEN == 0:
                await asyncio.sleep(0)
        self.attendance.forget(now)
