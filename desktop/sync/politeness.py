"""How often a client may ask at all: one token bucket for everything that goes to one backend. Owns no connection and knows
no request; ``puller``, ``history``, ``stream`` and ``sender`` each wait for their turn here before they ask.

A request takes a token and gives it back when it went well, so that work is never slowed down while all is well. What fails
keeps its token, and tokens come back at ``rate`` a second: however many parts fail side by side, and whoever wakes them, a
client that gets no answer asks ``burst`` times and then ``rate`` times a second at most; each part's own back-off makes that
far less. When the other side asks for time (Retry-After), nobody asks before that has passed, plus a random part of it on
top, as all who were told the same would otherwise come back in the same instant.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Final

RATE: Final = 2.0
BURST: Final = 10.0
_LONGEST_SPREAD_S: Final = 10.0


class Politeness:
    """The turns of one client. ``rate`` is in requests a second; ``chance`` gives 0 to 1."""

    def __init__(
        self, *, rate: float = RATE, burst: float = BURST, chance: Callable[[], float] = random.random
    ) -> None:
        self._rate = rate
        self._burst = burst
        self._chance = chance
        self._tokens = burst
        self._counted_at = 0.0
        self._not_before = 0.0
        self._queue = asyncio.Lock()

    async def turn(self) -> None:
        """Wait until a request may go out, and take a token for it."""
        async with self._queue:
            await self._pass()
            self._tokens -= 1

    async def ready(self) -> None:
        """Wait until a request may go out, in one line with those who want a turn, and leave it at that."""
        async with self._queue:
            await self._pass()

    async def _pass(self) -> None:
        while (wait_s := self.wait_s()) > 0:  # noqa: ASYNC110 - the time may have been put off meanwhile
            await asyncio.sleep(wait_s)

    def wait_s(self) -> float:
        """Return how long nobody may ask from now on, in seconds."""
        now = asyncio.get_running_loop().time()
        self._tokens = min(self._burst, self._tokens + max(now - self._counted_at, 0.0) * self._rate)
        self._counted_at = now
        return max(self._not_before - now, (1 - self._tokens) / self._rate, 0.0)

    def went_well(self) -> None:
        """There was an answer: give the token back."""
        self._tokens = min(self._burst, self._tokens + 1)

    def told_to_wait(self, seconds: float) -> None:
        """The other side asked for time."""
        spread_s = self._chance() * min(seconds, _LONGEST_SPREAD_S)
        self._not_before = max(self._not_before, asyncio.get_running_loop().time() + seconds + spread_s)
