"""The clock of a recording that is played: where it is, how fast it runs, and waiting for a moment of it. All on one event
loop; reads nothing and knows no tape. The backend waits by it, the window shows it and turns it faster or stops it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

SLOWEST: Final = 0.1
FASTEST: Final = 1000.0
STEPS: Final = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)


class Playback:
    """``begins_ms`` is where it begins, ``length_ms`` when the last change comes, ``started_at`` what time it was at the
    start of the recording. It stands still until ``begin``. Behind the end it goes on, with nothing to come."""

    def __init__(
        self,
        started_at: datetime,
        length_ms: int,
        *,
        begins_ms: float = 0.0,
        speed: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.started_at = started_at
        self.length_ms = length_ms
        self.speed = min(max(speed, SLOWEST), FASTEST)
        self.is_paused = False
        self.has_begun = False
        self.rewinds = 0
        self._clock = clock
        self._from_ms = begins_ms
        self._since = clock()
        self._turned = asyncio.Event()

    @property
    def position_ms(self) -> float:
        """How far into the recording it is."""
        if self.is_paused or not self.has_begun:
            return self._from_ms
        return self._from_ms + (self._clock() - self._since) * 1000 * self.speed

    @property
    def is_over(self) -> bool:
        return self.position_ms >= self.length_ms

    def now(self) -> datetime:
        """Return what time it was there at the place that is played."""
        return self.started_at + timedelta(milliseconds=self.position_ms)

    def begin(self) -> None:
        """Start the clock, the first time it is called."""
        if not self.has_begun:
            self._since = self._clock()
            self.has_begun = True
            self._turn()

    def move(self, to_ms: float) -> None:
        """Go to a place before it has begun."""
        self._hold(to_ms)

    def pause(self) -> None:
        self._hold(self.position_ms)
        self.is_paused = True
        self._turn()

    def go_on(self) -> None:
        self._since = self._clock()
        self.is_paused = False
        self._turn()

    def set_speed(self, speed: float) -> None:
        """Play so many times as fast."""
        self._hold(self.position_ms)
        self.speed = min(max(speed, SLOWEST), FASTEST)
        self._turn()

    def faster(self) -> None:
        self.set_speed(next((step for step in STEPS if step > self.speed), self.speed))

    def slower(self) -> None:
        self.set_speed(next((step for step in reversed(STEPS) if step < self.speed), self.speed))

    def rewind(self) -> None:
        """Play it again from its beginning; what is here of it is read anew."""
        self.rewinds += 1
        self._hold(0.0)
        self.is_paused = False
        self._turn()

    async def until(self, at_ms: float | None) -> bool:
        """Wait for a moment of the recording (``None``: for ever) or for somebody to turn the clock. Returns whether it
        came."""
        turned = self._turned
        left_ms = None if at_ms is None else at_ms - self.position_ms
        if left_ms is not None and left_ms <= 0:
            return True
        stands = left_ms is None or self.is_paused or not self.has_begun
        try:
            async with asyncio.timeout(None if stands or left_ms is None else left_ms / 1000 / self.speed):
                await turned.wait()
        except TimeoutError:
            return True
        return False

    def _hold(self, at_ms: float) -> None:
        self._from_ms = at_ms
        self._since = self._clock()

    def _turn(self) -> None:
        turned, self._turned = self._turned, asyncio.Event()
        turned.set()
