"""How long to wait after a failure: capped exponential growth with full jitter (Brooker, "Exponential Backoff and Jitter",
AWS Architecture Blog, 2015), at least what the other side asked for, cut short by a wake."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Growth:
    """``first_s`` bounds the first wait, doubled at each further failure up to ``cap_s``; never under ``least_s``."""

    first_s: float = 0.5
    cap_s: float = 30.0
    least_s: float = 0.05

    def delay_s(self, failures: int, chance: Callable[[], float] = random.random) -> float:
        """Return how long to wait after ``failures`` in a row; ``chance`` gives 0 to 1."""
        bound = min(self.cap_s, self.first_s * 2.0 ** min(max(failures - 1, 0), 32))
        return max(self.least_s, chance() * bound)


class Backoff:
    """The failures in a row of one kind of work, and the waiting between them."""

    def __init__(self, growth: Growth | None = None) -> None:
        self.failures = 0
        self._growth = growth or Growth()
        self._woken = asyncio.Event()

    def attempt(self) -> None:
        """Something is tried from now on: a wake that comes meanwhile counts, should it fail."""
        self._woken.clear()

    def succeeded(self) -> None:
        self.failures = 0

    def wake(self) -> None:
        """The world changed (network, wake from sleep, sign-in): do not wait any longer."""
        self._woken.set()

    async def pause(self, at_least_s: float = 0.0) -> None:
        """Count a failure and wait. A wake cannot cut short what the other side asked for, ``at_least_s``."""
        self.failures += 1
        if at_least_s > 0:
            await asyncio.sleep(at_least_s)
            return
        if await self._wait(self._growth.delay_s(self.failures)):
            self.failures = 0

    async def until_woken(self, at_most_s: float | None = None) -> None:
        """Wait for a wake, for ever unless told."""
        await self._wait(at_most_s)
        self.failures = 0

    async def _wait(self, seconds: float | None) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return False
        self._woken.clear()
        return True
