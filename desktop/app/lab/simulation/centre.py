"""Queues and agents of a simulated centre: read from files of one JSON object a line, or made up from a seed.

How much faster and better a skilled agent works is an assumption, not a finding: ``PACE`` and ``RESOLVES`` by skill level,
with some difference between people, unless the agents' file says otherwise. Called by ``options``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from desktop.app.lab.files import BadLine, lines
from desktop.domain.agent import Agent, Presence, PresenceState, Queue, Skill
from desktop.domain.channels import Channel, parse_channel
from desktop.domain.ids import AgentId, QueueId
from desktop.domain.routing import Ring
from desktop.insight.routing import answer_s_of, priority_of
from desktop.insight.routing.capacity import capacity_of

PACE = (1.35, 1.2, 1.1, 1.0, 0.93, 0.88)
"""Handling time by skill level 0 to 5, level 3 being the ordinary."""

RESOLVES = (0.40, 0.52, 0.62, 0.70, 0.77, 0.83)
"""Probability to settle the matter at once, by skill level."""

MATTERS = ("billing", "orders", "technical", "returns", "account", "contract")
_CHANNEL_PACE = {Channel.CHAT: 1.4, Channel.EMAIL: 1.2}
_HIGHEST_LEVEL, _ORDINARY_LEVEL = 5, 3
_ALL = "*"
_MOST = 1e6
_RINGS = (Ring(after_s=20, level_drop=1), Ring(after_s=60, level_drop=2))


class Worker(Struct, frozen=True):
    """An agent with what is different about them: ``pace`` multiplies handling times, ``resolves`` is a probability; both
    by request type, ``*`` for all others."""

    agent: Agent
    pace: Mapping[str, float]
    resolves: Mapping[str, float]


class Stream(Struct, frozen=True):
    """The contacts of one queue on one channel: their ``share`` of all, ``handling`` as a multiple of the mean,
    ``patience_s`` where it is not the general one."""

    queue: Queue
    intent: str
    channel: Channel
    share: float
    handling: float
    patience_s: float | None = None

    @property
    def answer_s(self) -> float:
        return float(answer_s_of(self.channel, self.queue))

    @property
    def priority(self) -> int:
        return priority_of(self.channel, self.queue, intent=self.intent)


class Centre(Struct, frozen=True):
    """Workers and streams. ``pace``, ``resolves`` and ``match`` hold a row for each worker, a column for each stream;
    ``match`` is the worker's skill against the best in the centre, 0 to 1."""

    workers: tuple[Worker, ...]
    streams: tuple[Stream, ...]
    pace: tuple[tuple[float, ...], ...]
    resolves: tuple[tuple[float, ...], ...]
    match: tuple[tuple[float, ...], ...]

    def work_s(self, handling_s: float) -> float:
        """Return how much of an agent's time a contact takes in the mean, at the ordinary level: a live contact of a
        channel of which an agent has three at once takes a third."""
        found = 0.0
        for stream in self.streams:
            rooms = [capacity_of(worker.agent, stream.channel) for worker in self.workers]
            at_once = max(1.0, sum(rooms) / len(rooms)) if stream.channel.is_live else 1.0
            found += stream.share * stream.handling * handling_s / at_once
        return found


def centre_of(workers: Sequence[Worker], streams: Sequence[Stream]) -> Centre:
    """Return the centre with its tables; shares are made to add up to 1. Raises ``ValueError`` where nobody or nothing is
    left."""
    total = sum(stream.share for stream in streams)
    if not workers or total <= 0.0:
        raise ValueError("a centre needs at least one agent and one queue with a share")
    streams = [msgspec.structs.replace(stream, share=stream.share / total) for stream in streams]
    pace, resolves, match = [], [], []
    for worker in workers:
        levels = {skill.name: min(skill.level, _HIGHEST_LEVEL) for skill in worker.agent.skills}
        at = [_level(levels, stream) for stream in streams]
        pace.append(
            tuple(
                worker.pace.get(one.intent, worker.pace.get(_ALL, 1.0) * PACE[level])
                for one, level in zip(streams, at, strict=True)
            )
        )
        resolves.append(
            tuple(
                max(0.0, min(1.0, worker.resolves.get(one.intent, worker.resolves.get(_ALL, 0.0) + RESOLVES[level])))
                for one, level in zip(streams, at, strict=True)
            )
        )
        match.append([_points(levels, stream) for stream in streams])
    best = [max(1, *column) for column in zip(*match, strict=True)]
    return Centre(
        workers=tuple(workers),
        streams=tuple(streams),
        pace=tuple(pace),
        resolves=tuple(resolves),
        match=tuple(
            tuple(
                points / top if stream.queue.skills else 1.0
                for points, top, stream in zip(row, best, streams, strict=True)
            )
            for row in match
        ),
    )


def _level(levels: Mapping[str, int], stream: Stream) -> int:
    asked = [levels.get(skill.name, 0) for skill in stream.queue.skills]
    return round(sum(asked) / len(asked)) if asked else _ORDINARY_LEVEL


def _points(levels: Mapping[str, int], stream: Stream) -> int:
    return sum(levels.get(skill.name, 0) for skill in (*stream.queue.skills, *stream.queue.wished))


def built_in_streams(channels: Mapping[Channel, float]) -> list[Stream]:
    """Return six request types on ``channels`` (their shares), some of them twice as frequent, each wanting level 3 of its
    skill; rings lower that after 20 and 60 seconds."""
    found = []
    for number, matter in enumerate(MATTERS):
        queue = Queue(id=QueueId(matter), skills=(Skill(name=matter, level=3),), rings=_RINGS)
        for channel, share in channels.items():
            weight = share * (2.0 if number < 2 else 1.0)
            found.append(Stream(queue, matter, channel, weight, _CHANNEL_PACE.get(channel, 1.0)))
    return found


def built_in_workers(count: int, streams: Sequence[Stream], seed: int) -> list[Worker]:
    """Return ``count`` agents with the skills the queues ask for: each is good at one and knows one or two others, some
    work faster and some settle more than their levels say."""
    chance = Random(f"agents {seed}")
    skills = list(dict.fromkeys(skill.name for stream in streams for skill in stream.queue.skills))
    intents = {stream.intent: stream for stream in streams}
    found = []
    for number in range(count):
        levels = {}
        if skills:
            main = skills[number % len(skills)]
            others = [name for name in skills if name != main]
            levels = {name: chance.randint(1, 4) for name in chance.sample(others, min(len(others), 2))}
            levels[main] = chance.randint(3, 5)
        own = math.exp(chance.gauss(0.0, 0.08))
        pace, resolves = {}, {}
        for intent, stream in intents.items():
            level = _level(levels, stream)
            pace[intent] = PACE[level] * own * math.exp(chance.gauss(0.0, 0.08))
            resolves[intent] = RESOLVES[level] + chance.gauss(0.0, 0.06)
        found.append(Worker(_agent(f"agent-{number + 1:04}", levels, {"email": 1}), pace, resolves))
    return found


def alike_workers(count: int) -> list[Worker]:
    """Return agents without any difference, as the closed forms want them."""
    return [Worker(_agent(f"agent-{number + 1:04}", {}, {}), {_ALL: 1.0}, {_ALL: 0.0}) for number in range(count)]


def _agent(key: str, levels: Mapping[str, int], capacity: Mapping[str, int], team: str = "") -> Agent:
    return Agent(
        id=AgentId(key),
        user=key,
        name=key,
        team=team,
        presence=Presence(state=PresenceState.READY),
        skills=tuple(Skill(name=name, level=level) for name, level in levels.items()),
        capacity=dict(capacity),
    )


class _AgentLine(Struct):
    id: str
    team: str = ""
    skills: dict[str, int] = {}
    capacity: dict[str, int] = {}
    handling: dict[str, float] = {}
    resolution: dict[str, float] = {}


class _QueueLine(Struct):
    id: str
    intent: str = ""
    share: float = 1.0
    channels: dict[str, float] = {}
    teams: tuple[str, ...] = ()
    skills: dict[str, int] = {}
    wished: dict[str, int] = {}
    rings: tuple[Ring, ...] = ()
    answer_s: dict[str, int] = {}
    priority: int = 3
    handling: float = 1.0
    patience_s: float | None = None


def read_workers(path: Path) -> list[Worker]:
    """Return the agents of a file: ``{"id", "team"?, "skills"?: {name: level}, "capacity"?: {channel: n},
    "handling"?: {request type: multiple of the mean}, "resolution"?: {request type: probability}}``. The request type ``*``
    stands for all others, at the ordinary level of skill: there a better or worse level still counts."""
    found = []
    for line in _read(path, _AgentLine):
        if not all(0.0 < value < _MOST for value in line.handling.values()):
            raise ValueError(f"{path.name}: agent {line.id} has a handling that is not above 0")
        if not all(0.0 <= value <= 1.0 for value in line.resolution.values()):
            raise ValueError(f"{path.name}: agent {line.id} has a resolution that is no probability")
        resolves = {
            key: value - RESOLVES[_ORDINARY_LEVEL] if key == _ALL else value for key, value in line.resolution.items()
        }
        found.append(Worker(_agent(line.id, line.skills, line.capacity, line.team), line.handling, resolves))
    if len({worker.agent.id for worker in found}) < len(found):
        raise ValueError(f"{path.name} names an agent twice")
    return found


def read_streams(path: Path) -> list[Stream]:
    """Return the queues of a file: ``{"id", "intent"?, "share"?, "channels"?: {channel: share}, "teams"?, "skills"?,
    "wished"?: {name: level}, "rings"?: [{"after_s", "level_drop"?, "teams"?}], "answer_s"?: {channel: seconds},
    "priority"?, "handling"?: multiple of the mean, "patience_s"?}``; without ``channels`` all are calls."""
    found = []
    for line in _read(path, _QueueLine):
        queue = Queue(
            id=QueueId(line.id),
            teams=line.teams,
            skills=_skills(line.skills),
            wished=_skills(line.wished),
            rings=line.rings,
            answer_s=line.answer_s,
            priority=line.priority,
        )
        channels = line.channels or {str(Channel.CALL): 1.0}
        shares = [line.share, *channels.values()]
        is_possible = all(0.0 <= value < _MOST for value in shares) and 0.0 < line.handling < _MOST
        if not is_possible or any(ring.after_s < 0 for ring in line.rings) or not (line.patience_s or 0.0) >= 0.0:
            raise ValueError(f"{path.name}: queue {line.id} has a share, a handling or a time that cannot be")
        whole = sum(channels.values()) or 1.0
        for name, share in channels.items():
            channel = parse_channel(name)
            if not channel.is_interaction:
                raise ValueError(f"{path.name}: nobody works on the channel {channel}")
            part = line.share * share / whole
            found.append(Stream(queue, line.intent or line.id, channel, part, line.handling, line.patience_s))
    return found


def _skills(levels: Mapping[str, int]) -> tuple[Skill, ...]:
    return tuple(Skill(name=name, level=level) for name, level in levels.items())


_T = TypeVar("_T", bound=Struct)


def _read(path: Path, shape: type[_T]) -> Iterable[_T]:
    for number, line in enumerate(lines(path), start=1):
        if isinstance(line, BadLine):
            raise ValueError(f"{path.name}, line {number}: {line.told}")
        given: dict[str, Any] = dict(line)
        try:
            yield msgspec.convert(given, shape)
        except msgspec.ValidationError as error:
            raise ValueError(f"{path.name}, line {number}: {error}") from error
