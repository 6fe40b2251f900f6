"""The brake on visitors: token buckets by address and by visitor, kept in memory and bounded. A restart forgives."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final

from msgspec import Struct

from desktop.hub.auth.denial import Denied
from desktop.wire.errors import Code

_REMEMBERED: Final = 50_000


class Pace(Struct, frozen=True):
    """``burst`` at once, and then one every ``every_s`` seconds."""

    burst: int
    every_s: float


CALLS: Final = Pace(120, 0.1)
"""Everything together, of one address: an office behind one address is many visitors."""
SESSIONS: Final = Pace(60, 1.0)
MESSAGES: Final = Pace(12, 1.5)
SIGNALS: Final = Pace(40, 0.5)
FILES: Final = Pace(6, 15.0)
MAILS: Final = Pace(3, 1200.0)
STREAMS_OF_VISITOR: Final = 6
STREAMS_OF_ADDRESS: Final = 200


class Brakes:
    """Counts by key; ``take`` raises where somebody is too fast."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._full_at: OrderedDict[Hashable, float] = OrderedDict()

    def take(self, what: str, who: str, pace: Pace) -> None:
        """Count one. Raises ``Denied(rate_limited)`` with the seconds to wait."""
        now = self._clock()
        key = (what, who)
        full_at = max(self._full_at.get(key, now), now) + pace.every_s
        wait_s = full_at - now - pace.burst * pace.every_s
        if wait_s > 1e-9:
            raise Denied(Code.RATE_LIMITED, "Too many at once.", retry_after_s=math.ceil(wait_s))
        self._full_at[key] = full_at
        self._full_at.move_to_end(key)
        while len(self._full_at) > _REMEMBERED:
            self._full_at.popitem(last=False)

    def forgive(self) -> None:
        """Forget all that was counted."""
        self._full_at.clear()
