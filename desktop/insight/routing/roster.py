"""Everybody who may get work, indexed: the same choice as ``policy.choose`` over all of them, at a cost that hardly grows
with their number. Kept in memory by whoever follows the agents' changes (a hub process, the simulator); not shared
between threads.

One ``pool`` for each different demand (queue, ring, language, segment, request type) is made when it is first asked
for, which looks at everybody once; from then on a change of one agent touches only the pools they are in.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from heapq import heappop, heappush

from desktop.domain.agent import Agent
from desktop.domain.channels import Channel
from desktop.domain.ids import AgentId
from desktop.domain.routing import RoutingPolicy
from desktop.insight.routing.capacity import has_room
from desktop.insight.routing.explanation import KEPT_BEST, decided, undecided
from desktop.insight.routing.outcomes import Outcomes
from desktop.insight.routing.policy import (
    PLAIN,
    earliest,
    held_until,
    idle_key,
    is_second,
    levels_of,
    obstacle,
    profile_of,
)
from desktop.insight.routing.pool import Pool
from desktop.insight.routing.request import AgentLoad, Considered, Decision, Demand, Request
from desktop.insight.routing.rings import demand_of, next_ring_at, ring_at, waited_s
from desktop.insight.routing.score import fit

_BITS: dict[str, int] = {str(channel): 1 << n for n, channel in enumerate(one for one in Channel if one.is_interaction)}
_MOST_POOLS = 2000
"""Beyond so many different demands those not asked for longest are made anew when they come again."""


class Roster:
    """Agents and what they have in hand. ``put`` whoever is new or changed, ``remove`` who is gone."""

    def __init__(
        self,
        loads: Iterable[AgentLoad] = (),
        *,
        policy: RoutingPolicy = PLAIN,
        outcomes: Outcomes | None = None,
    ) -> None:
        self.policy = policy
        self.outcomes = outcomes
        self._loads: dict[str, AgentLoad] = {}
        self._rooms: dict[str, int] = {}
        self._levels: dict[str, dict[str, int]] = {}
        self._known_rooms: dict[tuple[object, ...], int] = {}
        self._pools: dict[Demand, Pool] = {}
        self._pools_of: dict[str, set[Demand]] = {}
        self._loans: list[tuple[datetime, str]] = []
        self._unweighed: dict[str, None] = {}
        for load in loads:
            self.put(load)

    def __len__(self) -> int:
        return len(self._loads)

    def load_of(self, agent_id: AgentId) -> AgentLoad | None:
        """Return what is known of an agent."""
        return self._loads.get(agent_id)

    def put(self, load: AgentLoad) -> None:
        """Take in an agent, or what changed of one."""
        agent = load.agent
        before = self._loads.get(agent.id)
        self._loads[agent.id] = load
        self._rooms[agent.id] = self._room_bits(load)
        if before is None or (before.agent is not agent and profile_of(before.agent) != profile_of(agent)):
            self._unweighed[agent.id] = None
            self._levels[agent.id] = levels_of(agent)
            if agent.loan is not None:
                heappush(self._loans, (agent.loan.until, agent.id))
        for demand in self._pools_of.get(agent.id, ()):
            self._pools[demand].dirty.add(agent.id)

    def took(self, agent_id: AgentId, channel: Channel) -> None:
        """Note that an agent has one more contact in hand. Raises ``KeyError`` for an unknown one."""
        self.put(self._loads[agent_id].with_one_more(channel))

    def remove(self, agent_id: AgentId) -> None:
        """Forget an agent; an unknown one is none the less gone."""
        self._loads.pop(agent_id, None)
        self._rooms.pop(agent_id, None)
        self._levels.pop(agent_id, None)
        self._unweighed.pop(agent_id, None)
        self._pools_of.pop(agent_id, None)
        for pool in self._pools.values():
            pool.drop(agent_id)

    def learned(self, outcomes: Outcomes | None = None, policy: RoutingPolicy | None = None) -> None:
        """Weigh everybody anew by what was learned meanwhile, or by another policy. What ``Outcomes`` observe is not taken
        into account before: it changes everybody's score a little with each contact."""
        self.outcomes = outcomes if outcomes is not None else self.outcomes
        self._pools.clear()
        self._pools_of.clear()
        if policy is not None:
            self.policy = policy
            self._known_rooms.clear()
            self._rooms = {agent_id: self._room_bits(load) for agent_id, load in self._loads.items()}

    def best(self, request: Request, now: datetime, count: int = 1) -> list[tuple[AgentLoad, float]]:
        """Return up to ``count`` agents who can take the request now, best first, with their scores. While the policy waits
        for who knows the case it is nobody but them."""
        waited = waited_s(request, now)
        demand = demand_of(request, ring_at(request.rings, waited))
        if self._held(request, demand, now) is not None:
            return []
        found = self._ranked(request, demand, now, count)
        if found and found[0].agent_id == request.preferred and self.policy.preferred_s > waited:
            found = found[:1]
        return [(self._loads[one.agent_id], one.score) for one in found]

    def choose(self, request: Request, now: datetime, agent_id: AgentId | None = None, matched: int = 0) -> Decision:
        """Return who is offered the request and why, as ``policy.choose`` does; ``considered`` names the best and a few of
        each obstacle, ``counts`` counts them all. ``agent_id`` was chosen in a match of ``matched`` requests: the decision
        then says why."""
        waited = waited_s(request, now)
        ring = ring_at(request.rings, waited)
        demand = demand_of(request, ring)
        pool = self._pool(demand, now)
        hold = self._held(request, demand, now) if agent_id is None else None
        bit = _BITS.get(request.channel, 0)
        counts = pool.counts(bit, request.declined_by)
        ranked = self._ranked(request, demand, now, KEPT_BEST)
        if agent_id is not None:
            ranked = [Considered(agent_id=agent_id), *(one for one in ranked if one.agent_id != agent_id)]
        ruled_out = [
            Considered(agent_id=AgentId(agent_id), obstacle=code)
            for agent_id, code in pool.ruled_out(bit, request.declined_by)
        ]
        again_at = earliest(next_ring_at(request, now), hold)
        if hold is not None and counts.get(""):
            counts["reserved"] = counts.pop("")
            ruled_out = [
                *(Considered(agent_id=one.agent_id, obstacle="reserved") for one in ranked),
                *ruled_out,
            ]
        if hold is not None or not ranked:
            return undecided(tuple(ruled_out), counts, ring, waited, again_at)
        explained = tuple(self._explained(request, demand, one, now) for one in ranked)
        return decided(request, (*explained, *ruled_out), counts, ring, waited, again_at, self.policy, matched)

    def _explained(self, request: Request, demand: Demand, one: Considered, now: datetime) -> Considered:
        load = self._loads[one.agent_id]
        score, reasons = fit(request, load, now, self.outcomes, self.policy.outcome_cases, demand)
        return Considered(agent_id=one.agent_id, score=score, reasons=reasons)

    def _ranked(self, request: Request, demand: Demand, now: datetime, count: int) -> list[Considered]:
        preferred = request.preferred
        known = self._loads.get(preferred) if preferred is not None else None
        without = {*request.declined_by, *([preferred] if preferred is not None else [])}
        pool = self._pool(demand, now)
        ranked = pool.best(_BITS.get(request.channel, 0), now.timestamp(), count, without)
        found = [Considered(agent_id=AgentId(one.agent_id), score=-one.minus_score) for one in ranked]
        if known is None or obstacle(request, known, now, self.policy, demand):
            return found
        score, _ = fit(request, known, now, self.outcomes, self.policy.outcome_cases, demand)
        one = Considered(agent_id=known.agent.id, score=round(score, 6))
        waited = waited_s(request, now)
        mine = (-one.score, idle_key(known), one.agent_id)
        place = sum(tuple(each) < mine for each in ranked)
        if any(is_second(request, each, self.policy, waited) for each in found[:place]):
            place = 0
        return [*found[:place], one, *found[place:]][:count]

    def _held(self, request: Request, demand: Demand, now: datetime) -> datetime | None:
        known = self._loads.get(request.preferred) if request.preferred is not None else None
        return held_until(request, known, demand, now, self.policy)

    def _pool(self, demand: Demand, now: datetime) -> Pool:
        self._reweigh(now)
        pool = self._pools.get(demand)
        if pool is not None:
            self._pools[demand] = self._pools.pop(demand)
        else:
            while len(self._pools) >= _MOST_POOLS:
                oldest = next(iter(self._pools))
                for agent_id in self._pools.pop(oldest).members:
                    self._pools_of[agent_id].discard(oldest)
            pool = self._pools[demand] = Pool(demand)
            self._weigh(pool, [load.agent for load in self._loads.values()], now)
        pool.catch_up(self._loads, self._rooms)
        return pool

    def _weigh(self, pool: Pool, agents: list[Agent], now: datetime) -> None:
        for agent_id in pool.weigh(agents, self._levels, now, self.outcomes, self.policy.outcome_cases):
            self._pools_of.setdefault(agent_id, set()).add(pool.demand)

    def _reweigh(self, now: datetime) -> None:
        """Look again at whoever changed skills, team or queues, and at those whose loan is over."""
        while self._loans and self._loans[0][0] <= now:
            _, agent_id = heappop(self._loans)
            if agent_id in self._loads:
                self._unweighed[agent_id] = None
        for agent_id in self._unweighed:
            self._pools_of.pop(agent_id, None)
            for pool in self._pools.values():
                pool.drop(AgentId(agent_id))
                self._weigh(pool, [self._loads[agent_id].agent], now)
        self._unweighed.clear()

    def _room_bits(self, load: AgentLoad) -> int:
        key = (tuple(load.agent.capacity.items()), tuple(load.working.items()))
        known = self._known_rooms.get(key)
        if known is None:
            known = sum(
                bit
                for channel, bit in _BITS.items()
                if has_room(load.agent, load.working, Channel(channel), self.policy.interrupts)
            )
            self._known_rooms[key] = known
        return known
