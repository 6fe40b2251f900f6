"""The brake on guessing: a few wrong passwords of one user from one address, and both have to wait, longer each time.
Kept in memory; a restart forgives."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final

FREE: Final = 5
FIRST_WAIT_S: Final = 15.0
LONGEST_WAIT_S: Final = 900.0
_REMEMBERED: Final = 20_000


@dataclass(slots=True)
class _Tries:
    count: int = 0
    blocked_until: float = 0.0
    forget_at: float = 0.0


class Attempts:
    """Counts failures by key. Reserve a try before the password is looked at, so that many at once count as many."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._tries: OrderedDict[Hashable, _Tries] = OrderedDict()

    def reserve(self, key: Hashable) -> int:
        """Count one try; return 0 where it may go ahead, or the seconds to wait."""
        now = self._clock()
        tries = self._tries.get(key)
        if tries is None or tries.forget_at <= now:
            tries = self._tries[key] = _Tries()
        if tries.blocked_until > now:
            return math.ceil(tries.blocked_until - now)
        self._tries.move_to_end(key)
        while len(self._tries) > _REMEMBERED:
            self._tries.popitem(last=False)
        tries.count += 1
        wait_s = 0.0
        if tries.count >= FREE:
            wait_s = min(FIRST_WAIT_S * 2 ** (tries.count - FREE), LONGEST_WAIT_S)
            tries.blocked_until = now + wait_s
        tries.forget_at = now + wait_s + LONGEST_WAIT_S
        return 0

    def forgive(self, key: Hashable) -> None:
        """The password was right: start counting anew."""
        self._tries.pop(key, None)
