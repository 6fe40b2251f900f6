"""What waits, in the order in which it is to be served, so that the next one for anybody is found without a look at the
others. Kept in memory by whoever follows the requests (a hub process, the simulator); not shared between threads.

Requests that ask the same of an agent stand in one lane. Time moves a request forward twice over: it grows more urgent
and reaches wider rings; a clock says when, so that asking costs only for those whose time has come.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from datetime import datetime
from heapq import heapify, heappop, heappush
from itertools import islice

from msgspec.structs import replace

from desktop.domain.agent import Agent
from desktop.domain.channels import Channel
from desktop.domain.ids import AgentId, InteractionId
from desktop.domain.routing import RoutingPolicy
from desktop.insight.routing.ageing import Order, next_step_at, order
from desktop.insight.routing.capacity import has_room
from desktop.insight.routing.policy import PLAIN, earliest, held_until, levels_of, obstacle, profile_of, unsuited
from desktop.insight.routing.request import AgentLoad, Demand, Request
from desktop.insight.routing.rings import demand_of, next_ring_at, ring_at, waited_s

_SLACK = 64
_MOST_PROFILES = 20_000
_MOST_SKIPPED = 200
"""So many requests that this very agent cannot have (declined, kept for somebody else) are passed over at most."""


class _Lane:
    def __init__(self, demand: Demand, channel: Channel) -> None:
        self.demand = demand
        self.channel = channel
        self.heap: list[Order] = []
        self.live = 0


class Backlog:
    """Waiting requests. ``add`` what begins to wait (or changed), ``remove`` what was taken."""

    def __init__(self, policy: RoutingPolicy = PLAIN) -> None:
        self.policy = policy
        self._requests: dict[str, Request] = {}
        self._places: dict[str, tuple[_Lane, Order]] = {}
        self._all = _Lane(Demand(), Channel.EMAIL)
        self._lanes: dict[tuple[Demand, Channel], _Lane] = {}
        self._of_demand: dict[Demand, list[_Lane]] = {}
        self._needing: dict[str, list[Demand]] = {}
        self._suited: dict[tuple[object, ...], tuple[int, list[Demand]]] = {}
        self._clock: list[tuple[float, str, Order]] = []

    def __len__(self) -> int:
        return len(self._requests)

    def add(self, request: Request, now: datetime) -> None:
        """Take in a request, in the place of what was known of it. One that has waited since nobody knows when waits
        since ``now``."""
        self.remove(request.interaction_id)
        if request.created_at is None:
            request = replace(request, created_at=now)
        self._requests[request.interaction_id] = request
        self._place(request, now)

    def remove(self, interaction_id: InteractionId) -> None:
        """Forget a request; an unknown one is none the less gone."""
        if self._requests.pop(interaction_id, None) is not None:
            self._displace(interaction_id)

    def first(self, count: int, now: datetime, loads: Iterable[AgentLoad] | None = None) -> list[Request]:
        """Return the ``count`` most urgent requests, first to be served first; with ``loads`` only those that somebody of
        them suits and has room for. Who declined what is not looked at: the matching does."""
        self._settle(now)
        lanes = {id(self._all): self._all} if loads is None else self._open_to(loads, now)
        with closing(self._merged(lanes.values())) as merged:
            return [self._requests[entry[3]] for entry in islice(merged, count)]

    def next_for(
        self, load: AgentLoad, now: datetime, load_of: Callable[[AgentId], AgentLoad | None] = lambda _: None
    ) -> Request | None:
        """Return the most urgent request that this agent can take now, ``None`` where there is none. ``load_of`` finds
        the agent a request is kept for, who may be busy only for a moment."""
        self._settle(now)
        with closing(self._merged(self._open_to([load], now).values())) as merged:
            for entry in islice(merged, _MOST_SKIPPED):
                request = self._requests[entry[3]]
                demand = self._places[entry[3]][0].demand
                if obstacle(request, load, now, self.policy, demand):
                    continue
                known = load_of(request.preferred) if request.preferred is not None else None
                if held_until(request, known, demand, now, self.policy) is None:
                    return request
        return None

    def _open_to(self, loads: Iterable[AgentLoad], now: datetime) -> dict[int, _Lane]:
        """Return the lanes in which something waits that one of the agents can take."""
        found: dict[int, _Lane] = {}
        seen: set[tuple[object, ...]] = set()
        for load in loads:
            agent = load.agent
            profile = profile_of(agent, now)
            key = (profile, tuple(load.working.items()), tuple(agent.capacity.items()))
            if key in seen:
                continue
            seen.add(key)
            rooms = {channel for channel in Channel if has_room(agent, load.working, channel, self.policy.interrupts)}
            for demand in self._suited_by(agent, profile, now) if rooms else ():
                found.update(
                    (id(lane), lane) for lane in self._of_demand[demand] if lane.live and lane.channel in rooms
                )
        return found

    def _suited_by(self, agent: Agent, profile: tuple[object, ...], now: datetime) -> list[Demand]:
        """Return the demands the agent suits. Looked for only among those whose first skill the agent has, and only once
        for agents alike, as long as no demand is new."""
        known, suited = self._suited.get(profile, (0, []))
        if known < len(self._of_demand):
            levels = levels_of(agent)
            asked = (demand for name in ("", *levels) for demand in self._needing.get(name, ()))
            suited = [demand for demand in asked if not unsuited(demand, agent, now, levels)]
            if len(self._suited) >= _MOST_PROFILES:
                self._suited.clear()
            self._suited[profile] = (len(self._of_demand), suited)
        return suited

    def _merged(self, lanes: Iterable[_Lane]) -> Generator[Order]:
        """Yield what waits in the lanes, in order. The lanes are whole again once the iterator is closed."""
        taken: list[tuple[_Lane, Order]] = []
        heads = [(lane.heap[0], n, lane) for n, lane in enumerate(lanes) if self._clean(lane)]
        heapify(heads)
        try:
            while heads:
                entry, n, lane = heappop(heads)
                heappop(lane.heap)
                taken.append((lane, entry))
                if self._clean(lane):
                    heappush(heads, (lane.heap[0], n, lane))
                yield entry
        finally:
            for lane, entry in taken:
                heappush(lane.heap, entry)

    def _clean(self, lane: _Lane) -> bool:
        """Drop what is no longer there from the head of a lane; returns whether something waits."""
        heap = lane.heap
        while heap and not self._is_live(heap[0]):
            heappop(heap)
        return bool(heap)

    def _is_live(self, entry: Order) -> bool:
        placed = self._places.get(entry[3])
        return placed is not None and placed[1] is entry

    def _place(self, request: Request, now: datetime) -> None:
        demand = demand_of(request, ring_at(request.rings, waited_s(request, now)))
        # What only makes an agent fit better does not part requests that wait for the same people.
        demand = replace(demand, wished=(), segment="", intent="")
        lane = self._lanes.get((demand, request.channel))
        if lane is None:
            lane = self._lanes[demand, request.channel] = _Lane(demand, request.channel)
            if demand not in self._of_demand:
                self._of_demand[demand] = []
                self._needing.setdefault(_first_needed(demand), []).append(demand)
            self._of_demand[demand].append(lane)
        entry = order(request, now, self.policy)
        self._places[request.interaction_id] = (lane, entry)
        for one in (lane, self._all):
            heappush(one.heap, entry)
            one.live += 1
            if len(one.heap) > 2 * one.live + _SLACK:
                self._clear_out(one)
        at = earliest(next_ring_at(request, now), next_step_at(request, now, self.policy))
        if at is not None:
            heappush(self._clock, (at.timestamp(), request.interaction_id, entry))

    def _displace(self, interaction_id: str) -> None:
        lane, _ = self._places.pop(interaction_id)
        lane.live -= 1
        self._all.live -= 1

    def _settle(self, now: datetime) -> None:
        """Move every request whose time has come."""
        now_s = now.timestamp()
        while self._clock and self._clock[0][0] <= now_s:
            _, interaction_id, entry = heappop(self._clock)
            if self._is_live(entry):
                self._displace(interaction_id)
                self._place(self._requests[interaction_id], now)

    def _clear_out(self, lane: _Lane) -> None:
        """Drop the entries of what moved on."""
        lane.heap = [entry for entry in lane.heap if self._is_live(entry)]
        heapify(lane.heap)


def _first_needed(demand: Demand) -> str:
    """Return the name of a skill without which nobody suits the demand, empty where there is none."""
    return next((skill.name for skill in demand.skills if skill.level > 0), "")
