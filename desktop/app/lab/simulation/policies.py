"""Ways of handing out work, to be compared: the four a centre may know from elsewhere, and ``dirigent``, which asks the very
code the hub asks.

- ``fifo``          who came first, to the first free agent in list order
- ``longest-idle``  who came first, to whoever has least in hand and is idle longest
- ``skills``        by priority, then who came first, to the longest idle of those with the skills at the levels asked for
- ``bullseye``      the same, with rings that ask for less the longer a customer waits
- ``dirigent``      ``insight.routing``: rings, ageing, best fit, what was learned of each agent
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from desktop.app.lab.simulation.centre import Centre, Stream
from desktop.app.lab.simulation.contacts import Contact
from desktop.app.lab.simulation.engine import Policy
from desktop.app.lab.simulation.seats import Seat
from desktop.domain.agent import Agent, Presence, PresenceState
from desktop.domain.ids import InteractionId
from desktop.domain.routing import RoutingPolicy
from desktop.insight.routing import AgentLoad, Request
from desktop.insight.routing.ageing import order
from desktop.insight.routing.outcomes import Outcomes
from desktop.insight.routing.rings import demand_of, ring_at
from desktop.insight.routing.roster import Roster

NAMES = ("fifo", "longest-idle", "skills", "bullseye", "dirigent")
"""In the order in which they are compared."""

_RELEARN_S = 3600.0
"""How often what was learned meanwhile is taken into account."""

_BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
_OFF = Presence(state=PresenceState.OFFLINE)


def policy_named(name: str, centre: Centre, learned: bytes = b"") -> Policy:
    """Return a policy for one run. ``learned`` are encoded ``Outcomes`` that ``dirigent`` begins with."""
    if name == "fifo":
        return FirstInList()
    if name == "longest-idle":
        return LongestIdle()
    if name == "skills":
        return Skilled(centre, has_rings=False)
    if name == "bullseye":
        return Skilled(centre, has_rings=True)
    return Dirigent(centre, Outcomes.decode(learned) if learned else Outcomes())


class FirstInList:
    """Who came first, to the first free agent in list order, whatever their skills."""

    def look_again_s(self, stream: int) -> Sequence[float]:
        return ()

    def changed(self, seat: Seat, now: float) -> None:
        """Nothing is kept."""

    def agent_for(self, contact: Contact, free: Iterable[Seat], now: float) -> Seat | None:
        return min(free, key=_place)

    def contact_for(self, heads: Sequence[Contact], seat: Seat, now: float) -> Contact | None:
        return min(heads, key=_came)

    def ended(self, contact: Contact, seat: Seat, handling_s: float, is_resolved: bool) -> None:
        """Nothing is learned."""


class LongestIdle(FirstInList):
    """Who came first, to whoever has least in hand and ended something longest ago, whatever their skills."""

    def agent_for(self, contact: Contact, free: Iterable[Seat], now: float) -> Seat | None:
        return min(free, key=_rest)


class Skilled(FirstInList):
    """By priority, then who came first; the longest idle of those who have the skills asked for, which rings lower."""

    def __init__(self, centre: Centre, *, has_rings: bool) -> None:
        self._streams = centre.streams
        self._rings = [stream.queue.rings if has_rings else () for stream in centre.streams]
        self._able = [
            [_able(centre, stream, ring) for ring in range(len(rings) + 1)]
            for stream, rings in zip(centre.streams, self._rings, strict=True)
        ]
        self._priority = [stream.priority for stream in centre.streams]

    def look_again_s(self, stream: int) -> Sequence[float]:
        return [float(ring.after_s) for ring in self._rings[stream]]

    def agent_for(self, contact: Contact, free: Iterable[Seat], now: float) -> Seat | None:
        able = self._asked(contact, now)
        return min((seat for seat in free if able[seat.number]), key=_rest, default=None)

    def contact_for(self, heads: Sequence[Contact], seat: Seat, now: float) -> Contact | None:
        able = (one for one in heads if self._asked(one, now)[seat.number])
        return min(able, key=lambda one: (self._priority[one.stream], one.at_s), default=None)

    def _asked(self, contact: Contact, now: float) -> list[bool]:
        return self._able[contact.stream][ring_at(self._rings[contact.stream], now - contact.at_s)]


def _able(centre: Centre, stream: Stream, ring: int) -> list[bool]:
    """Return of each worker whether the ring asks them."""
    demand = demand_of(_asking(stream, 0, 0.0), ring)
    found = []
    for worker in centre.workers:
        levels = {skill.name: skill.level for skill in worker.agent.skills}
        is_of_team = not demand.teams or worker.agent.team in demand.teams
        found.append(is_of_team and all(levels.get(skill.name, 0) >= skill.level for skill in demand.skills))
    return found


class Dirigent:
    """What the hub does, with its own roster and learner."""

    def __init__(self, centre: Centre, outcomes: Outcomes) -> None:
        self._streams = centre.streams
        self._rules = RoutingPolicy()
        self._outcomes = outcomes
        self._seats: dict[str, Seat] = {}
        self._requests: dict[int, Request] = {}
        self._roster = Roster(policy=self._rules, outcomes=outcomes)
        self._relearned_s = 0.0

    def look_again_s(self, stream: int) -> Sequence[float]:
        return [float(ring.after_s) for ring in self._streams[stream].queue.rings]

    def changed(self, seat: Seat, now: float) -> None:
        agent = seat.worker.agent
        self._seats[agent.id] = seat
        self._roster.put(
            AgentLoad(
                agent=agent if seat.is_on else _away(seat),
                working=dict(seat.working),
                idle_since=_instant(seat.idle_since_s),
            )
        )
        if now - self._relearned_s >= _RELEARN_S:
            self._relearned_s = now
            self._roster.learned()

    def agent_for(self, contact: Contact, free: Iterable[Seat], now: float) -> Seat | None:
        found = self._roster.best(self._request(contact), _instant(now))
        return self._seats[found[0][0].agent.id] if found else None

    def contact_for(self, heads: Sequence[Contact], seat: Seat, now: float) -> Contact | None:
        at = _instant(now)
        requests = sorted((order(self._request(one), at, self._rules), place) for place, one in enumerate(heads))
        for _, place in requests:
            found = self._roster.best(self._request(heads[place]), at)
            if found and found[0][0].agent.id == seat.worker.agent.id:
                return heads[place]
        return None

    def ended(self, contact: Contact, seat: Seat, handling_s: float, is_resolved: bool) -> None:
        self._requests.pop(contact.number, None)
        self._outcomes.observe(
            seat.worker.agent.id, self._streams[contact.stream].intent, handling_s, resolved=is_resolved
        )

    def _request(self, contact: Contact) -> Request:
        found = self._requests.get(contact.number)
        if found is None:
            found = _asking(self._streams[contact.stream], contact.number, contact.at_s)
            self._requests[contact.number] = found
        return found


def _asking(stream: Stream, number: int, at_s: float) -> Request:
    began = _instant(at_s)
    return Request(
        interaction_id=InteractionId(f"{number:08}"),
        channel=stream.channel,
        queue=stream.queue.id,
        intent=stream.intent,
        skills=stream.queue.skills,
        wished=stream.queue.wished,
        teams=stream.queue.teams,
        rings=stream.queue.rings,
        priority=stream.priority,
        created_at=began,
        due_at=began + timedelta(seconds=stream.answer_s),
    )


def _away(seat: Seat) -> Agent:
    return replace(seat.worker.agent, presence=_OFF)


def _instant(seconds: float) -> datetime:
    return _BEGAN + timedelta(seconds=seconds)


def _place(seat: Seat) -> int:
    return seat.number


def _rest(seat: Seat) -> tuple[int, float, int]:
    return seat.total, seat.idle_since_s, seat.number


def _came(contact: Contact) -> float:
    return contact.at_s
