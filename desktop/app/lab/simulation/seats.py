"""An agent at work: what is in hand, what rests while somebody is live, how busy they were.

A live contact takes its share of the agent's attention (one of three chats a third, a call all of it) as long as it lasts.
Of written work one piece at a time is worked on, with the attention that is left; the rest lies in hand. Policies may look,
only the engine changes anything.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from desktop.app.lab.simulation.centre import Worker
from desktop.app.lab.simulation.contacts import Contact
from desktop.domain.channels import Channel
from desktop.insight.routing import has_room
from desktop.insight.routing.capacity import capacity_of


class Seat:
    """``number`` is the worker's in the centre; ``idle_since_s`` is when they last ended a contact or came on duty.
    ``busy_s`` and ``duty_s`` count from ``counts_from_s`` until ``counts_to_s``."""

    __slots__ = (
        "_attention",
        "_counted_at",
        "_rooms",
        "_shares",
        "_speed_since",
        "busy_s",
        "counts_from_s",
        "counts_to_s",
        "duty_s",
        "handled",
        "idle_since_s",
        "is_on",
        "later",
        "left_s",
        "number",
        "token",
        "total",
        "worker",
        "working",
    )

    def __init__(self, number: int, worker: Worker, counts_from_s: float, counts_to_s: float) -> None:
        self.number = number
        self.worker = worker
        self.counts_from_s = counts_from_s
        self.counts_to_s = counts_to_s
        self.is_on = False
        self.idle_since_s = 0.0
        self.total = 0
        self.working: dict[str, int] = {}
        self.later: deque[Contact] = deque()
        self.left_s = 0.0
        self.token = 0
        self.busy_s = self.duty_s = 0.0
        self.handled = 0
        self._attention = 0.0
        self._counted_at = self._speed_since = 0.0
        self._shares = {
            channel: 1.0 if channel.is_spoken else 1.0 / max(1, capacity_of(worker.agent, channel))
            for channel in Channel
        }
        self._rooms: dict[tuple[tuple[str, int], ...], frozenset[Channel]] = {}

    def rooms(self, channels: Sequence[Channel]) -> frozenset[Channel]:
        """Return for which of ``channels`` (always the same ones) there is room, off duty none."""
        if not self.is_on:
            return frozenset()
        key = tuple(self.working.items())
        found = self._rooms.get(key)
        if found is None:
            found = frozenset(one for one in channels if has_room(self.worker.agent, self.working, one))
            self._rooms[key] = found
        return found

    def come(self, now: float) -> None:
        self.count(now)
        self.is_on = True
        self.idle_since_s = now

    def go(self, now: float) -> None:
        self.count(now)
        self.is_on = False

    def take(self, contact: Contact, channel: Channel, handling_s: float, now: float) -> None:
        """Have one more in hand; written work waits its turn there."""
        self.count(now)
        self.working[channel] = self.working.get(channel, 0) + 1
        self.total += 1
        if channel.is_live:
            self._attention = min(1.0, self._attention + self._shares[channel])
        else:
            self.later.append(contact)
            if len(self.later) == 1:
                self.left_s = handling_s

    def end(self, channel: Channel, now: float) -> None:
        """Have one less in hand; of written work it is the one worked on."""
        self.count(now)
        left = self.working.pop(channel) - 1
        if left:
            self.working[channel] = left
        self.total -= 1
        self.handled += now > self.counts_from_s
        self.idle_since_s = now
        if channel.is_live:
            self._attention = min(
                1.0, sum(self._shares[Channel(one)] * n for one, n in self.working.items() if Channel(one).is_live)
            )
        else:
            self.later.popleft()

    def later_ends_s(self) -> float | None:
        """Return in how many seconds the written work worked on is done if nothing else comes, ``None`` where it rests."""
        speed = 1.0 - self._attention
        return self.left_s / speed if self.later and speed > 1e-9 else None

    def count(self, now: float) -> None:
        """Bring the clocks forward: call before anything in hand changes."""
        if self.later:
            self.left_s = max(0.0, self.left_s - (now - self._speed_since) * (1.0 - self._attention))
        self._speed_since = now
        if self.is_on:
            passed = min(now, self.counts_to_s) - max(self._counted_at, self.counts_from_s)
            if passed > 0.0:
                self.duty_s += passed
                self.busy_s += passed * (1.0 if self.later else self._attention)
        self._counted_at = now
