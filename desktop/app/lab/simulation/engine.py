"""The events of one run: customers come, get an agent or wait, give up; agents end contacts, come and go. Who gets what is
asked of a policy, everything else is the same for all of them. Waiting customers of one stream are served in the order they
came: they differ in nothing a policy may know.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from heapq import heapify, heappop, heappush
from typing import Final, Protocol

from msgspec import Struct

from desktop.app.lab.simulation.arrivals import Duty
from desktop.app.lab.simulation.centre import Centre
from desktop.app.lab.simulation.contacts import Contact
from desktop.app.lab.simulation.seats import Seat

WAITING, TAKEN, ANSWERED, ABANDONED = range(4)

_DUTY, _LIVE, _LATER, _QUIT, _LOOK = range(5)
"""Kinds of events. At the same instant agents come first and customers give up before anybody looks again."""

_NOBODY: Final = -1


class Policy(Protocol):
    """Who gets what. Made anew for each run."""

    def look_again_s(self, stream: int) -> Sequence[float]:
        """Return after which waiting times of a contact somebody else may take it, though nobody became free."""
        ...

    def changed(self, seat: Seat, now: float) -> None:
        """Hear that the agent came, went, or has another thing in hand."""
        ...

    def agent_for(self, contact: Contact, free: Iterable[Seat], now: float) -> Seat | None:
        """Return who gets a contact that came just now, or has waited for one of ``look_again_s``. All of ``free`` have
        room for its channel."""
        ...

    def contact_for(self, heads: Sequence[Contact], seat: Seat, now: float) -> Contact | None:
        """Return what somebody who became free gets of the longest waiting of each stream they have room for."""
        ...

    def ended(self, contact: Contact, seat: Seat, handling_s: float, is_resolved: bool) -> None:
        """Hear how a contact went."""
        ...


class Outcome(Struct, frozen=True):
    """What became of each contact of a run, by its number: ``state``, the wait until somebody worked on it or it was
    given up, the agent's number (-1: none), what it took. ``seats`` hold the agents' figures. Contacts from
    ``counts_from_s`` on count."""

    contacts: Sequence[Contact]
    state: Sequence[int]
    wait_s: Sequence[float]
    agent: Sequence[int]
    handled_s: Sequence[float]
    seats: Sequence[Seat]
    counts_from_s: float


class Run:
    """One run of one policy. ``play`` it once."""

    def __init__(
        self,
        centre: Centre,
        contacts: Sequence[Contact],
        duties: Iterable[Duty],
        policy: Policy,
        length_s: float,
        warm_up_s: float = 0.0,
    ) -> None:
        self._centre = centre
        self._contacts = contacts
        self._policy = policy
        self._warm_up_s = warm_up_s
        self._length_s = length_s
        self._seats = [Seat(number, worker, warm_up_s, length_s) for number, worker in enumerate(centre.workers)]
        self._channels = tuple(dict.fromkeys(stream.channel for stream in centre.streams))
        self._free: dict[str, dict[int, Seat]] = {channel: {} for channel in self._channels}
        self._waiting: list[deque[Contact]] = [deque() for _ in centre.streams]
        self._waiting_count = 0
        self._looks = [policy.look_again_s(stream) for stream in range(len(centre.streams))]
        count = len(contacts)
        self._state = [WAITING] * count
        self._wait_s = [0.0] * count
        self._agent = [_NOBODY] * count
        self._handled_s = [0.0] * count
        self._events: list[tuple[float, int, int, int, int]] = [
            (duty.at_s, _DUTY, order, duty.agent, duty.is_on) for order, duty in enumerate(duties)
        ]
        heapify(self._events)
        self._order = len(self._events)

    def play(self) -> Outcome:
        """Let it run until the last contact is over, and return what became of all."""
        events, state, contacts = self._events, self._state, self._contacts
        coming = 0
        now = 0.0
        while events or coming < len(contacts):
            if coming < len(contacts) and (not events or contacts[coming].at_s < events[0][0]):
                now = contacts[coming].at_s
                self._arrives(contacts[coming], now)
                coming += 1
                continue
            now, kind, _, subject, extra = heappop(events)
            if kind == _LIVE:
                self._ends(contacts[extra], self._seats[subject], now)
            elif kind == _LATER:
                seat = self._seats[subject]
                if seat.token == extra:
                    self._ends(seat.later[0], seat, now)
            elif kind == _QUIT:
                if state[subject] == WAITING:
                    self._gives_up(subject, now)
            elif kind == _LOOK:
                if state[subject] == WAITING:
                    self._looks_again(contacts[subject], now)
            else:
                self._comes_or_goes(self._seats[subject], bool(extra), now)
        for seat in self._seats:
            seat.count(max(now, self._length_s))
        return Outcome(contacts, state, self._wait_s, self._agent, self._handled_s, self._seats, self._warm_up_s)

    def _push(self, at: float, kind: int, subject: int, extra: int = 0) -> None:
        self._order += 1
        heappush(self._events, (at, kind, self._order, subject, extra))

    def _arrives(self, contact: Contact, now: float) -> None:
        channel = self._centre.streams[contact.stream].channel
        free = self._free[channel]
        seat = self._policy.agent_for(contact, free.values(), now) if free else None
        if seat is not None:
            self._starts(contact, seat, now)
            self._works_on(seat, now)
            return
        if contact.patience_s <= 0.0:
            self._state[contact.number] = ABANDONED
            return
        self._waiting[contact.stream].append(contact)
        self._waiting_count += 1
        if contact.patience_s < 1e9:
            self._push(now + contact.patience_s, _QUIT, contact.number)
        for after_s in self._looks[contact.stream]:
            if after_s < contact.patience_s:
                self._push(now + after_s, _LOOK, contact.number)

    def _head(self, stream: int) -> Contact | None:
        """Return who waits longest, forgetting those who gave up."""
        line = self._waiting[stream]
        while line and self._state[line[0].number] != WAITING:
            line.popleft()
        return line[0] if line else None

    def _gives_up(self, number: int, now: float) -> None:
        self._state[number] = ABANDONED
        self._wait_s[number] = now - self._contacts[number].at_s
        self._waiting_count -= 1

    def _looks_again(self, contact: Contact, now: float) -> None:
        # Whoever stands behind another of the same stream cannot be taken where that one was not.
        if self._head(contact.stream) is not contact:
            return
        free = self._free[self._centre.streams[contact.stream].channel]
        seat = self._policy.agent_for(contact, free.values(), now) if free else None
        if seat is not None:
            self._waiting_count -= 1
            self._starts(contact, seat, now)
            self._works_on(seat, now)

    def _starts(self, contact: Contact, seat: Seat, now: float) -> None:
        number = contact.number
        channel = self._centre.streams[contact.stream].channel
        handling_s = contact.handling_s * self._centre.pace[seat.number][contact.stream]
        self._agent[number] = seat.number
        self._handled_s[number] = handling_s
        seat.take(contact, channel, handling_s, now)
        if channel.is_live:
            self._state[number] = ANSWERED
            self._wait_s[number] = now - contact.at_s
            self._push(now + handling_s, _LIVE, seat.number, number)
        else:
            self._state[number] = TAKEN
        self._changed(seat, now)

    def _ends(self, contact: Contact, seat: Seat, now: float) -> None:
        channel = self._centre.streams[contact.stream].channel
        seat.end(channel, now)
        if not channel.is_live and seat.later:
            seat.left_s = self._handled_s[seat.later[0].number]
        resolved = contact.luck < self._centre.resolves[seat.number][contact.stream]
        self._policy.ended(contact, seat, self._handled_s[contact.number], resolved)
        self._changed(seat, now)
        self._serves(seat, now)
        self._works_on(seat, now)

    def _comes_or_goes(self, seat: Seat, is_on: bool, now: float) -> None:
        if is_on:
            seat.come(now)
        else:
            seat.go(now)
        self._changed(seat, now)
        self._serves(seat, now)
        self._works_on(seat, now)

    def _changed(self, seat: Seat, now: float) -> None:
        rooms = seat.rooms(self._channels)
        for channel, free in self._free.items():
            if channel in rooms:
                free[seat.number] = seat
            else:
                free.pop(seat.number, None)
        self._policy.changed(seat, now)

    def _works_on(self, seat: Seat, now: float) -> None:
        """Let an agent turn to the written work in hand, as far as there is attention left; call last, when it is known what
        else they got."""
        seat.token += 1
        if (ends_s := seat.later_ends_s()) is not None:
            worked_on = seat.later[0]
            if self._state[worked_on.number] == TAKEN:
                self._state[worked_on.number] = ANSWERED
                self._wait_s[worked_on.number] = now - worked_on.at_s
            self._push(now + ends_s, _LATER, seat.number, seat.token)

    def _serves(self, seat: Seat, now: float) -> None:
        """Give somebody who became free what they can take of what waits."""
        while self._waiting_count:
            rooms = seat.rooms(self._channels)
            heads = [
                head
                for number, stream in enumerate(self._centre.streams)
                if stream.channel in rooms and self._waiting[number] and (head := self._head(number)) is not None
            ]
            contact = self._policy.contact_for(heads, seat, now) if heads else None
            if contact is None:
                return
            self._waiting_count -= 1
            self._starts(contact, seat, now)
