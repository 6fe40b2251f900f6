"""All contacts of the day, counted as they change: each change takes back what the contact counted for and adds what it
counts for now, so that a look at the board goes through counts and not through contacts. Pure; the hub's board feeds it.

Today's counts are kept by the local half hour of their queue; what passes by itself (a due time) is a heap of instants.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

from desktop.domain.agent import Queue
from desktop.domain.interaction import InteractionState
from desktop.hub.board.contact import Contact, Facts, facts_of
from desktop.hub.board.zones import DAY_S, half_of, zone_name
from desktop.wire.board import AGES_S

KEPT_S: Final = 27 * 3600
"""What ended is kept for so long: a day, and the longest day there is."""

MINUTE_S: Final = 60
NOW_S: Final = 1800


class Counts:
    """What happened in a queue in half an hour; ``answer_s`` and ``handling_s`` are sums of seconds."""

    __slots__ = ("abandoned", "answer_s", "answered", "arrivals", "due", "handled", "handling_s", "in_time")

    def __init__(self) -> None:
        self.arrivals = self.answered = self.abandoned = self.due = self.in_time = self.handled = 0
        self.answer_s = self.handling_s = 0.0

    def add(self, other: Counts) -> None:
        self.arrivals += other.arrivals
        self.answered += other.answered
        self.abandoned += other.abandoned
        self.due += other.due
        self.in_time += other.in_time
        self.handled += other.handled
        self.answer_s += other.answer_s
        self.handling_s += other.handling_s


class QueueTally:
    """The counts of one queue: by half hour, and judged first answers by minute."""

    def __init__(self, zone: str) -> None:
        self.zone = zone
        self.halves: dict[int, Counts] = {}
        self.minutes: dict[int, list[int]] = {}
        self.waiting: list[tuple[float, str]] = []
        self.contacts: set[str] = set()
        self.active = 0

    def half(self, at: float, zone: str) -> Counts:
        start = half_of(zone, at)
        found = self.halves.get(start)
        if found is None:
            found = self.halves[start] = Counts()
        return found

    def between(self, start: int, end: int) -> Counts:
        """Return the sum of the half hours that begin from ``start`` on and before ``end``."""
        total = Counts()
        for at, counts in self.halves.items():
            if start <= at < end:
                total.add(counts)
        return total

    def judged_lately(self, now: float) -> tuple[int, int]:
        """Return how many first answers were due in the last half hour, and how many of them came in time."""
        first = minute_from(now)
        due = in_time = 0
        for minute, (judged, kept) in self.minutes.items():
            if minute >= first:
                due += judged
                in_time += kept
        return due, in_time

    def backlog(self, now: float) -> tuple[int, ...]:
        """Return how many wait, by age (``AGES_S``)."""
        left = len(self.waiting)
        counts = []
        for age in AGES_S:
            older = bisect_left(self.waiting, (now - age, ""))
            counts.append(left - older)
            left = older
        return (*counts, left)


def minute_from(now: float) -> int:
    """Return the first of the minutes that are the last half hour."""
    return int(now - NOW_S) // MINUTE_S + 1


def age_of(seconds: float) -> int:
    """Return the place in ``QueueTally.backlog`` of who waits so long."""
    return sum(seconds > age for age in AGES_S)


class Tally:
    """Contacts by id, and what they count for."""

    def __init__(self) -> None:
        self.contacts: dict[str, Contact] = {}
        self.queues: dict[str, QueueTally] = {}
        self.in_hand: dict[str, set[str]] = {}
        self.handled: dict[str, dict[str, Facts]] = {}
        self._facts: dict[str, Facts] = {}
        self._since: dict[str, datetime] = {}
        self._seqs: dict[str, int] = {}
        self._due: list[tuple[float, str]] = []
        self._known: Mapping[str, Queue] = {}

    def know(self, queues: Mapping[str, Queue]) -> None:
        """Go by these queues; contacts counted before are to be counted anew where theirs changed (``recount``)."""
        self._known = queues

    def recount(self, queue: str, now: float) -> Iterator[None]:
        """Count the contacts of a queue anew, in steps that each take little time: it goes by other rules now."""
        tally = self.of_queue(queue)
        tally.zone = zone_name(self._known.get(queue))
        for id_ in list(tally.contacts):
            if id_ in self._facts:
                self._uncount(id_)
                self._count(self.contacts[id_], now)
            yield

    def take(self, contact: Contact, seq: int, now: float) -> Contact | None:
        """Take in a version of a contact; returns the one before. An older one than is known changes nothing."""
        before = self.contacts.get(contact.id)
        if seq <= self._seqs.get(contact.id, -1):
            return contact
        self._seqs[contact.id] = seq
        self._uncount(contact.id)
        self.contacts[contact.id] = contact
        if before is None or before.queued_at != contact.queued_at:
            self._since[contact.id] = contact.since
        elif before.state is not contact.state:
            # Of those that one may come back to, their own fields only tell of the first time.
            is_back = contact.state in (InteractionState.ACTIVE, InteractionState.ON_HOLD)
            self._since[contact.id] = contact.updated_at if is_back else contact.since
        self._count(contact, now)
        return before

    def drop(self, id_: str) -> None:
        """A contact was deleted."""
        self._uncount(id_)
        self.contacts.pop(id_, None)
        self._since.pop(id_, None)
        self._seqs.pop(id_, None)

    def pass_time(self, now: float) -> set[str]:
        """Count what came due without an answer; returns the queues that have other figures now."""
        touched: set[str] = set()
        while self._due and self._due[0][0] <= now:
            _, id_ = heapq.heappop(self._due)
            facts = self._facts.get(id_)
            if facts is not None and facts.judged is None and facts.due <= now:
                self._uncount(id_)
                self._count(self.contacts[id_], now)
                touched.add(facts.queue)
        return touched

    def forget(self, now: float) -> Iterator[None]:
        """Drop what ended before today anywhere, in steps that each take little time."""
        before = now - KEPT_S
        for id_ in list(self.contacts):
            contact = self.contacts.get(id_)
            if contact is not None and not contact.state.is_open and contact.latest < before:
                self.drop(id_)
            yield
        minute_first = minute_from(now)
        for queue in self.queues.values():
            for start in [start for start in queue.halves if start < now - 2 * DAY_S]:
                del queue.halves[start]
            for minute in [minute for minute in queue.minutes if minute < minute_first]:
                del queue.minutes[minute]

    def facts(self, id_: str) -> Facts:
        return self._facts[id_]

    def since(self, id_: str) -> datetime:
        """Return when a contact came into its state."""
        return self._since[id_]

    def of_queue(self, id_: str) -> QueueTally:
        found = self.queues.get(id_)
        if found is None:
            found = self.queues[id_] = QueueTally(zone_name(self._known.get(id_)))
        return found

    def waits(self) -> bool:
        """Whether anybody waits."""
        return any(queue.waiting for queue in self.queues.values())

    def held(self) -> Iterable[str]:
        """Return what agents have in hand."""
        return [id_ for ids in self.in_hand.values() for id_ in ids]

    def _count(self, contact: Contact, now: float) -> None:
        facts = facts_of(contact, self._known.get(contact.queue or ""), now)
        self._facts[contact.id] = facts
        if facts.judged is None:
            heapq.heappush(self._due, (facts.due, contact.id))
        self._apply(contact.id, facts, 1)

    def _uncount(self, id_: str) -> None:
        facts = self._facts.pop(id_, None)
        if facts is not None:
            self._apply(id_, facts, -1)

    def _apply(self, id_: str, facts: Facts, sign: int) -> None:
        """Add what a contact counts for, or take it back."""
        queue = self.of_queue(facts.queue)
        (queue.contacts.add if sign > 0 else queue.contacts.discard)(id_)
        queue.active += sign * facts.is_active
        queue.half(facts.arrived, facts.zone).arrivals += sign
        if facts.waiting_since is not None:
            entry = (facts.waiting_since, id_)
            if sign > 0:
                insort(queue.waiting, entry)
            else:
                place = bisect_left(queue.waiting, entry)
                del queue.waiting[place]
        if facts.answered is not None:
            half = queue.half(facts.answered, facts.zone)
            half.answered += sign
            half.answer_s += sign * max(0.0, facts.answered - facts.arrived)
        if facts.judged is not None:
            half = queue.half(facts.judged, facts.zone)
            half.due += sign
            half.in_time += sign * facts.is_in_time
            minute = queue.minutes.setdefault(int(facts.judged) // MINUTE_S, [0, 0])
            minute[0] += sign
            minute[1] += sign * facts.is_in_time
        if facts.abandoned is not None:
            queue.half(facts.abandoned, facts.zone).abandoned += sign
        if facts.handled is not None:
            half = queue.half(facts.handled, facts.zone)
            if facts.handling_s is not None:
                half.handled += sign
                half.handling_s += sign * facts.handling_s
            self._mark(id_, facts, sign)
        if facts.in_hand is not None:
            held = self.in_hand.setdefault(facts.in_hand, set())
            (held.add if sign > 0 else held.discard)(id_)

    def _mark(self, id_: str, facts: Facts, sign: int) -> None:
        done = self.handled.setdefault(facts.agent or "", {})
        if sign > 0:
            done[id_] = facts
        else:
            done.pop(id_, None)
