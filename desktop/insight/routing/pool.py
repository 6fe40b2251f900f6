"""The agents who suit one demand, sorted so that the best with room is found without a look at the others. A pool belongs
to a ``roster``, which tells it who changed; it catches up when it is asked next.

Who scores the same whatever time does lies in one bucket, longest idle first; the heads of the buckets are all that needs
comparing, best bucket first, until no bucket further down can win by idleness any more (the threshold algorithm: Fagin,
Lotem & Naor 2003). Entries of agents who changed stay where they are until they come to the head.
"""

from __future__ import annotations

from bisect import insort
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from desktop.domain.agent import Agent
from desktop.domain.ids import AgentId
from desktop.insight.routing.explanation import KEPT_OF_EACH
from desktop.insight.routing.outcomes import Outcomes
from desktop.insight.routing.policy import idle_key, unsuited
from desktop.insight.routing.request import AgentLoad, Demand
from desktop.insight.routing.score import IDLE_WEIGHT, idle_weight, load_weight, suit

_SLACK = 64


class Key(NamedTuple):
    """A bucket: what its agents score without idleness (negative, so that the best sorts first), and for which channels
    they have room, as bits."""

    minus_score: float
    rooms: int


class Entry(NamedTuple):
    idle_since: float
    agent_id: str


class Ranked(NamedTuple):
    """Somebody who fits, as ``policy.choose`` sorts them."""

    minus_score: float
    idle_since: float
    agent_id: str


class Pool:
    """``members`` are those who suit, with what speaks for them; ``dirty`` are to be looked at again."""

    def __init__(self, demand: Demand) -> None:
        self.demand = demand
        self.members: dict[str, float] = {}
        self.dirty: set[str] = set()
        self.unsuited: dict[str, dict[str, None]] = {}
        self._place: dict[str, tuple[Key, Entry]] = {}
        self._buckets: dict[Key, list[Entry]] = {}
        self._live: Counter[Key] = Counter()
        self._keys: list[Key] = []
        self._entries = 0

    def weigh(
        self,
        agents: Iterable[Agent],
        levels: Mapping[str, Mapping[str, int]],
        now: datetime,
        outcomes: Outcomes | None,
        outcome_cases: int,
    ) -> list[str]:
        """Take in agents whom the pool does not hold; returns the ids of those who suit."""
        demand, kept_out = self.demand, self.unsuited
        suited: list[str] = []
        for agent in agents:
            agent_id = agent.id
            code = unsuited(demand, agent, now, levels[agent_id])
            if code:
                if code not in kept_out:
                    kept_out[code] = {}
                kept_out[code][agent_id] = None
            else:
                self.members[agent_id] = sum(one.weight for one in suit(demand, agent, outcomes, outcome_cases))
                suited.append(agent_id)
        self.dirty.update(suited)
        return suited

    def drop(self, agent_id: AgentId) -> None:
        """Forget an agent."""
        for gone in self.unsuited.values():
            gone.pop(agent_id, None)
        self.members.pop(agent_id, None)
        self._displace(agent_id)

    def catch_up(self, loads: Mapping[str, AgentLoad], rooms: Mapping[str, int]) -> None:
        """Put everybody who changed where they belong now."""
        for agent_id in self.dirty:
            self._displace(agent_id)
            suits = self.members.get(agent_id)
            if suits is None or not loads[agent_id].agent.takes_work:
                continue
            load = loads[agent_id]
            key = Key(-round(suits + load_weight(load), 12), rooms[agent_id])
            entry = Entry(idle_key(load), agent_id)
            self._place[agent_id] = (key, entry)
            if key not in self._buckets:
                self._buckets[key] = []
                insort(self._keys, key)
            heappush(self._buckets[key], entry)
            self._live[key] += 1
            self._entries += 1
        self.dirty.clear()
        if self._entries > 2 * len(self._place) + _SLACK:
            self._clear_out()

    def best(self, bit: int, now_s: float, count: int, without: Collection[str]) -> list[Ranked]:
        """Return the best ``count`` with room for the channel ``bit``, best first, leaving out some."""
        found: list[Ranked] = []
        for key in self._keys:
            if not key.rooms & bit:
                continue
            if len(found) >= count and key.minus_score - IDLE_WEIGHT > found[count - 1].minus_score + 1e-6:
                break
            more = [
                Ranked(round(key.minus_score - _idle(entry, now_s), 6), *entry)
                for entry in self._heads(key, count, without)
            ]
            if more:
                found = sorted([*found, *more])[:count]
        return found

    def counts(self, bit: int, declined: Collection[str]) -> dict[str, int]:
        """Return how many fit (an empty code) or are kept by what, as ``policy.choose`` counts them."""
        found = {code: len(gone) for code, gone in self.unsuited.items()}
        found["not_ready"] = len(self.members) - len(self._place)
        for key, live in self._live.items():
            code = "" if key.rooms & bit else "capacity"
            found[code] = found.get(code, 0) + live
        for agent_id in set(declined):
            if agent_id in self._place:
                code = "" if self._place[agent_id][0].rooms & bit else "capacity"
                found[code] -= 1
                found["declined"] = found.get("declined", 0) + 1
        return {code: n for code, n in found.items() if n}

    def ruled_out(self, bit: int, declined: Collection[str]) -> Iterator[tuple[str, str]]:
        """Yield a few who are kept from it, by each obstacle: agent id and code."""
        for code, gone in self.unsuited.items():
            yield from ((agent_id, code) for agent_id in _first(gone))
        away = (agent_id for agent_id in self.members if agent_id not in self._place)
        yield from ((agent_id, "not_ready") for agent_id in _first(away))
        no = [agent_id for agent_id in declined if agent_id in self._place]
        yield from ((agent_id, "declined") for agent_id in _first(no))
        full = (
            entry.agent_id
            for key, live in self._live.items()
            if live and not key.rooms & bit
            for entry in self._buckets[key]
            if self._is_live(key, entry) and entry.agent_id not in no
        )
        yield from ((agent_id, "capacity") for agent_id in _first(full))

    def _heads(self, key: Key, count: int, without: Collection[str]) -> list[Entry]:
        """Return up to ``count`` agents of a bucket, longest idle first; the bucket is as it was."""
        bucket = self._buckets[key]
        taken: list[Entry] = []
        found: list[Entry] = []
        while bucket and len(found) < count:
            entry = bucket[0]
            if not self._is_live(key, entry):
                heappop(bucket)
                self._entries -= 1
                continue
            if entry.agent_id not in without:
                found.append(entry)
                if len(found) == count:
                    break
            taken.append(heappop(bucket))
        for entry in taken:
            heappush(bucket, entry)
        return found

    def _is_live(self, key: Key, entry: Entry) -> bool:
        placed = self._place.get(entry.agent_id)
        return placed is not None and placed[1] is entry and placed[0] == key

    def _displace(self, agent_id: str) -> None:
        placed = self._place.pop(agent_id, None)
        if placed is not None:
            self._live[placed[0]] -= 1

    def _clear_out(self) -> None:
        """Drop the entries of those who moved on, and the buckets nobody is in."""
        self._buckets = {key: [] for key in self._keys if self._live[key]}
        self._keys = list(self._buckets)
        self._live = Counter({key: self._live[key] for key in self._keys})
        for key, entry in self._place.values():
            self._buckets[key].append(entry)
        for bucket in self._buckets.values():
            heapify(bucket)
        self._entries = len(self._place)


def _idle(entry: Entry, now_s: float) -> float:
    return idle_weight(now_s - entry.idle_since)


def _first(agents: Iterator[str] | Collection[str]) -> list[str]:
    return [agent_id for agent_id, _ in zip(agents, range(KEPT_OF_EACH), strict=False)]
