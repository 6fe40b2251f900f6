"""The agents of the board: which queues each works, who is ready or working, and what cannot be read off any record
later: offers declined and missed, and how much of their signed-in time they had something in hand. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from msgspec import Struct

from desktop.domain.agent import Agent, PresenceState, Queue, Role
from desktop.domain.interaction import InteractionState
from desktop.hub.board.contact import Contact
from desktop.hub.board.zones import instant
from desktop.insight.routing.policy import profile_of, unsuited
from desktop.insight.routing.request import Demand

_SIGNED_IN: Final = frozenset({PresenceState.READY, PresenceState.AWAY, PresenceState.NOT_RESPONDING})


class Shift(Struct):
    """An agent's day that no record keeps: seconds signed in, seconds of these with something in hand, offers declined
    and missed (when, which)."""

    signed_s: float = 0.0
    busy_s: float = 0.0
    declined: list[tuple[float, str]] = []
    missed: list[tuple[float, str]] = []

    @property
    def occupancy(self) -> float | None:
        """In hundredths: a figure that creeps would be news each second."""
        return round(min(1.0, self.busy_s / self.signed_s), 2) if self.signed_s >= 1.0 else None


class Member(Struct):
    """One agent as the board knows them. ``counted_at`` is up to when ``shift`` is counted."""

    agent: Agent
    shift: Shift
    counted_at: float
    held: int = 0
    queues: frozenset[str] = frozenset()
    profile: tuple[object, ...] = ()

    @property
    def is_signed_in(self) -> bool:
        return self.agent.is_active and self.agent.presence.state in _SIGNED_IN

    @property
    def standing(self) -> str:
        """``ready``: nothing in hand and takes work; ``working``: something in hand; else empty: not there."""
        if not self.is_signed_in:
            return ""
        if self.held:
            return "working"
        return "ready" if self.agent.presence.state is PresenceState.READY else ""


class Staff:
    """All agents, by id."""

    def __init__(self) -> None:
        self.members: dict[str, Member] = {}
        self.there: dict[str, Counter[str]] = {}
        self.touched: set[str] = set()
        self._queues: Mapping[str, Queue] = {}
        self._seqs: dict[str, int] = {}

    def know(self, queues: Mapping[str, Queue], now: float) -> Iterator[None]:
        """Go by these queues: see anew who works which, in steps that each take little time."""
        self._queues = queues
        for id_, member in list(self.members.items()):
            if self.members.get(id_) is member:
                self._assign(member, now)
            yield

    def take(self, agent: Agent, seq: int, now: float) -> None:
        """Take in a version of an agent."""
        if seq <= self._seqs.get(agent.id, -1):
            return
        self._seqs[agent.id] = seq
        member = self.members.get(agent.id)
        if member is None:
            member = self.members[agent.id] = Member(agent=agent, shift=Shift(), counted_at=now)
            self._add(member, 1)
        else:
            self.count(member, now)
            self._add(member, -1)
            member.agent = agent
            self._add(member, 1)
        if profile_of(agent, instant(now)) != member.profile:
            self._assign(member, now)
        self.touched.add(agent.id)

    def drop(self, id_: str) -> None:
        member = self.members.pop(id_, None)
        self._seqs.pop(id_, None)
        if member is not None:
            self._add(member, -1)
            self.touched.add(id_)

    def hold(self, agent_id: str | None, held: int, now: float) -> None:
        """An agent has so much in hand now."""
        member = self.members.get(agent_id or "")
        if member is None:
            return
        self.touched.add(member.agent.id)
        if member.held == held:
            return
        self.count(member, now)
        self._add(member, -1)
        member.held = held
        self._add(member, 1)

    def see(self, before: Contact | None, after: Contact, now: float) -> None:
        """Note what became of an offer: it was declined, or ran out. The version after it may ring at somebody else."""
        if before is None or before.state is not InteractionState.OFFERED or before.assignee is None:
            return
        member = self.members.get(before.assignee)
        is_over = after.state is InteractionState.QUEUED or (
            after.state is InteractionState.OFFERED and after.offered_at != before.offered_at
        )
        if member is None or not is_over:
            return
        self.touched.add(member.agent.id)
        if before.offer_expires_at is not None and before.offer_expires_at <= after.updated_at:
            member.shift.missed.append((now, after.id))
        elif before.assignee in after.declined_by and before.assignee not in before.declined_by:
            member.shift.declined.append((now, after.id))

    def count(self, member: Member, now: float) -> None:
        """Count the time since the last count: nobody's state changed meanwhile."""
        passed = max(0.0, now - member.counted_at)
        member.counted_at = max(now, member.counted_at)
        if member.is_signed_in:
            member.shift.signed_s += passed
            member.shift.busy_s += passed if member.held else 0.0

    def begin_day(self, now: float) -> None:
        """Everybody's day begins."""
        for member in self.members.values():
            member.shift = Shift()
            member.counted_at = now
            self.touched.add(member.agent.id)

    def end_loans(self, now: datetime) -> None:
        """See anew which queues they work whose loan ran out."""
        for member in self.members.values():
            loan = member.agent.loan
            if loan is not None and loan.until <= now and profile_of(member.agent, now) != member.profile:
                self._assign(member, now.timestamp())

    def standing(self, queue: str) -> tuple[int, int]:
        """Return how many who work a queue are ready, and how many have something in hand."""
        counts = self.there.get(queue)
        return (counts["ready"], counts["working"]) if counts is not None else (0, 0)

    def mixes(self) -> Counter[frozenset[str]]:
        """Return how many agents are there for each set of queues."""
        return Counter(member.queues for member in self.members.values() if member.standing)

    def _assign(self, member: Member, now: float) -> None:
        at = instant(now)
        self._add(member, -1)
        member.profile = profile_of(member.agent, at)
        member.queues = frozenset(
            id_ for id_, queue in self._queues.items() if not unsuited(_demand(queue), member.agent, at)
        )
        self._add(member, 1)
        self.touched.add(member.agent.id)

    def _add(self, member: Member, sign: int) -> None:
        standing = member.standing
        if standing:
            for queue in member.queues:
                self.there.setdefault(queue, Counter())[standing] += sign


def _demand(queue: Queue) -> Demand:
    return Demand(queue=queue.id, teams=queue.teams, skills=queue.skills)


def is_led_by(member: Member, role: Role, team: str, queues: frozenset[str] | None, now: datetime) -> bool:
    """Whether a lead of ``team`` who sees ``queues`` leads an agent: one of their team, or lent to a queue of theirs. An
    admin leads all."""
    agent = member.agent
    if not agent.is_active or agent.role is Role.ADMIN:
        return False
    if role is Role.ADMIN:
        return True
    is_lent = agent.loan is not None and now < agent.loan.until
    return agent.team == team or (is_lent and queues is not None and bool(queues & set(agent.loan.queues)))  # type: ignore[union-attr]
