"""What time it is at the backend. Owns the difference between its clock and this machine's, which may be off by days.

All that is shown against records (countdowns, ages, due times) is told by the backend's clock, as the records are. The
difference is taken from the ``now`` of each page, less half the round trip (Cristian, "Probabilistic clock synchronization",
Distributed Computing 3, 1989). Waits are no matter of clocks: they are measured by the event loop's, which only grows.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

IGNORED_MS: Final = 2_000
# Smaller differences between two measurements are the network's doing: the clock on the screen must not wobble.
_WOBBLE_MS: Final = 1_000
# An answer that was this long on its way says too little.
_LONGEST_TRIP_S: Final = 10.0


class HubClock:
    """The backend's clock as seen from here; ``local`` is this machine's."""

    def __init__(self, local: Callable[[], datetime]) -> None:
        self.local = local
        self.offset_ms = 0

    def now(self) -> datetime:
        """Return the instant it is at the backend, in UTC."""
        return self.local() + timedelta(milliseconds=self.offset_ms)

    def hear(self, told: datetime | None, arrived_at: datetime, round_trip_s: float) -> bool:
        """Take in that an answer that arrived at ``arrived_at`` (by the local clock) said ``told``; returns whether that
        changed anything."""
        if told is None or told.tzinfo is None or not 0 <= round_trip_s <= _LONGEST_TRIP_S:
            return False
        ahead = told - (arrived_at - timedelta(seconds=round_trip_s / 2))
        measured = round(ahead.total_seconds() * 1000)
        if abs(measured - self.offset_ms) < _WOBBLE_MS:
            return False
        before, self.offset_ms = self.offset_ms, measured if abs(measured) >= IGNORED_MS else 0
        return self.offset_ms != before
