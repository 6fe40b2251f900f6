"""``dirigent bench routing``: who gets what, with very many agents and very many waiting requests. A made-up centre of 60
queues is filled in tenfold steps; then contacts end and arrive. Timed are the decision for whoever just arrived (with its
explanation), the search of the next request for an agent who just became free, both beside a look at every agent, and a
match of the 100 most urgent at once. The notes say how time grows with size.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

from msgspec.structs import replace

from desktop.app.bench.figures import Figure, Report, Size, figure, percentile, report
from desktop.domain.agent import Agent, Presence, PresenceState, Skill
from desktop.domain.channels import Channel
from desktop.domain.ids import AgentId, InteractionId, QueueId
from desktop.domain.routing import Ring, RoutingPolicy
from desktop.insight.routing import AgentLoad, Backlog, Request, Roster, choose, match

T = TypeVar("T")

_clock = time.thread_time if time.get_clock_info("thread_time").resolution < 1e-5 else time.perf_counter
"""Nothing here waits for anything: processor time is the time, and a busy machine does not make it longer."""

_NOON = datetime(2024, 5, 20, 12, tzinfo=UTC)
_POLICY = RoutingPolicy()
_BUDGET_MS = 5.0
_QUEUES, _SKILLS, _TEAMS = 60, 30, 8
_LANGUAGES = ("de", "en", "fr", "tr")
_CHANNELS = (Channel.CALL, Channel.CHAT, Channel.EMAIL, Channel.MESSENGER)
_MATCHED = 100
_WARM_UP = 20


class Crew:
    """A seeded centre: agents, most of them busy, and what waits."""

    def __init__(self, agents: int, requests: int, seed: int) -> None:
        self._draw = random.Random(seed)
        self.now = _NOON
        self._queues = [self._queue(number) for number in range(_QUEUES)]
        self.loads = [self._load(number) for number in range(agents)]
        self.roster = Roster(self.loads, policy=_POLICY)
        self.backlog = Backlog(_POLICY)
        self._arrived = 0
        for _ in range(requests):
            self.backlog.add(self.request(), self.now)

    def request(self) -> Request:
        """Return one that began to wait within the last twenty minutes."""
        draw = self._draw
        self._arrived += 1
        began = self.now - timedelta(seconds=draw.uniform(0, 1200))
        return replace(
            draw.choice(self._queues),
            interaction_id=InteractionId(f"{self._arrived:08}"),
            channel=draw.choice(_CHANNELS),
            language=draw.choices(_LANGUAGES, (70, 20, 7, 3))[0],
            priority=draw.choice((2, 3, 3, 4)),
            preferred=AgentId(f"{draw.randrange(len(self.loads)):05}") if draw.random() < 0.2 else None,
            created_at=began,
            due_at=began + timedelta(seconds=draw.choice((20, 60, 600, 14_400))),
        )

    def kinds(self) -> Iterator[Request]:
        """Yield one of each kind: the first decision about it looks at every agent once."""
        for queue in self._queues:
            for language in _LANGUAGES:
                for after_s in (0, *(ring.after_s for ring in queue.rings)):
                    yield replace(queue, language=language, created_at=self.now - timedelta(seconds=after_s))

    def ends(self) -> AgentLoad:
        """Return somebody who has just ended a contact, if they had one."""
        load = self.roster.load_of(AgentId(f"{self._draw.randrange(len(self.loads)):05}")) or self.loads[0]
        channel = next((name for name, count in load.working.items() if count), None)
        if channel is not None:
            load = replace(load, working={**load.working, channel: load.working[channel] - 1}, idle_since=self.now)
            self.roster.put(load)
        return load

    def _queue(self, number: int) -> Request:
        draw = self._draw
        names = [f"skill{one:02}" for one in draw.sample(range(_SKILLS), 3)]
        return Request(
            interaction_id=InteractionId(""),
            channel=Channel.CHAT,
            queue=QueueId(f"queue{number:02}"),
            skills=tuple(Skill(name=name, level=draw.randint(2, 3)) for name in names[: draw.choice((1, 1, 2))]),
            wished=(Skill(name=names[2], level=1),),
            rings=(Ring(after_s=60, level_drop=1), Ring(after_s=300, level_drop=3)),
        )

    def _load(self, number: int) -> AgentLoad:
        draw = self._draw
        skills = [Skill(name=f"skill{one:02}", level=draw.randint(1, 5)) for one in draw.sample(range(_SKILLS), 6)]
        skills += [
            Skill(name=f"lang:{one}", level=draw.randint(3, 5)) for one in _LANGUAGES[: draw.choice((1, 2, 2, 4))]
        ]
        agent = Agent(
            id=AgentId(f"{number:05}"),
            user=f"{number:05}",
            name=f"{number:05}",
            team=f"team{number % _TEAMS}",
            skills=tuple(skills),
            presence=Presence(state=draw.choices([PresenceState.READY, PresenceState.AWAY], (85, 15))[0]),
        )
        working = draw.choice(
            ({"call": 1}, {"chat": 3}, {"email": 5}, {"call": 1, "email": 2}, {"chat": 2, "email": 1})
        )
        return AgentLoad(agent=agent, working=working, idle_since=_NOON - timedelta(seconds=draw.uniform(0, 3000)))


def measure(args: argparse.Namespace) -> Report:
    """Fill centres of several sizes up to the one asked for, and play in each."""
    figures: list[Figure] = []
    medians: dict[tuple[int, int], tuple[float, float]] = {}
    steps = ((args.agents // 100, args.requests // 100), (args.agents // 10, args.requests // 10))
    corners = ((args.agents // 100, args.requests), (args.agents, args.requests // 100), (args.agents, args.requests))
    for agents, requests in (*steps, *corners):
        told, medians[agents, requests] = _played(Crew(agents, requests, args.seed), args.runs)
        figures += told
    return report(
        "routing",
        figures,
        size=Size(messages=0, interactions=args.requests, customers=0),
        seed=args.seed,
        runs=args.runs,
        notes=[f"up to {args.agents:,} agents, {_QUEUES} queues", _growth(medians)],
    )


def _played(crew: Crew, runs: int) -> tuple[list[Figure], tuple[float, float]]:
    """Let contacts arrive and end; return the figures, and the medians of both kinds of decision."""
    arrivals: list[float] = []
    frees: list[float] = []
    looks: list[float] = []
    name = f"{len(crew.loads):,} agents, {len(crew.backlog):,} waiting"
    firsts = [_timed(partial(crew.roster.choose, request, crew.now))[0] for request in crew.kinds()]
    for turn in range(-_WARM_UP, runs):
        crew.now += timedelta(seconds=0.2)
        request = crew.request()
        took, decision = _timed(partial(crew.roster.choose, request, crew.now))
        if decision.agent_id is not None:
            crew.roster.took(decision.agent_id, request.channel)
        else:
            crew.backlog.add(request, crew.now)
        load = crew.ends()
        freed, found = _timed(partial(crew.backlog.next_for, load, crew.now, crew.roster.load_of))
        if found is not None:
            crew.backlog.remove(found.interaction_id)
            crew.roster.took(load.agent.id, found.channel)
        if turn >= 0:
            arrivals.append(took)
            frees.append(freed)
        if turn >= 0 and turn % max(1, runs // 5) == 0:
            looks.append(_timed(partial(choose, request, list(_loads(crew)), crew.now, policy=_POLICY))[0])
    matched: list[float] = []
    for _ in range(5):
        for _ in range(_MATCHED // 4):
            crew.ends()
        waiting = crew.backlog.first(_MATCHED, crew.now)
        took, decisions = _timed(partial(match, waiting, crew.roster, crew.now))
        matched.append(took)
        for key, decision in decisions.items():
            if decision.agent_id is not None:
                crew.backlog.remove(key)
    each_s = (sum(arrivals) + sum(frees)) / 1000 / (2 * len(arrivals))
    figures = [
        figure(f"{name}: arrives", arrivals, budget_p95=_BUDGET_MS, floor=looks),
        figure(f"{name}: becomes free", frees, budget_p95=_BUDGET_MS),
        figure(f"{name}: first of its kind", firsts),
        figure(f"{name}: match of {_MATCHED}", matched),
        figure(f"{name}: decisions", [1 / each_s], unit="/s"),
    ]
    return figures, (percentile(arrivals, 0.5), percentile(frees, 0.5))


def _loads(crew: Crew) -> Iterator[AgentLoad]:
    for one in crew.loads:
        load = crew.roster.load_of(one.agent.id)
        if load is not None:
            yield load


def _timed(what: Callable[[], T]) -> tuple[float, T]:
    began = _clock()
    found = what()
    return (_clock() - began) * 1000, found


def _growth(medians: dict[tuple[int, int], tuple[float, float]]) -> str:
    """Say how much longer the median of each decision is at the largest size than at the smallest."""
    (first, free), (last, freed) = medians[min(medians)], medians[max(medians)]
    return f"a hundred times as large: arrives takes {last / first:.1f} times as long, becomes free {freed / free:.1f} times"
