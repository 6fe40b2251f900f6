"""When commands that are held back come due, by a clock that only grows.

The outbox keeps an instant by the wall clock, which is all that survives the program. Here each such instant is turned, when
it is first seen, into a wait that no change of that clock can stretch: at most what was asked for (undo of a send) and
``GRACE_S``; an instant further away than ``MEANT_S`` was never meant and is due. Called by ``sender``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final

from desktop.domain.ids import CommandId
from desktop.store.rows import OutboxEntry, OutboxState

GRACE_S: Final = 60.0
MEANT_S: Final = 3600.0


class Holds:
    """The waits of the entries of one outbox; ``clock`` is the one that their instants are told by."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._until: dict[CommandId, tuple[datetime, float]] = {}

    def left_s(self, entry: OutboxEntry) -> float:
        """Return how long an entry is still held back, in seconds; 0 where it is due."""
        if entry.not_before is None:
            return 0.0
        now = asyncio.get_running_loop().time()
        known = self._until.get(entry.id)
        if known is None or known[0] != entry.not_before:
            known = self._until[entry.id] = (entry.not_before, now + self._meant_s(entry, entry.not_before))
        return max(known[1] - now, 0.0)

    def hold(self, command_id: CommandId, wait_s: float) -> datetime:
        """Hold an entry back for ``wait_s`` from now, and return the instant to keep with it."""
        not_before = self._clock() + timedelta(seconds=wait_s)
        self._until[command_id] = (not_before, asyncio.get_running_loop().time() + wait_s)
        return not_before

    def keep(self, ids: Iterable[CommandId]) -> None:
        """Forget all but ``ids``."""
        self._until = {id_: self._until[id_] for id_ in ids if id_ in self._until}

    def _meant_s(self, entry: OutboxEntry, not_before: datetime) -> float:
        left_s = (not_before - self._clock()).total_seconds()
        asked_s = (not_before - entry.created_at).total_seconds() if entry.state is OutboxState.HELD else 0.0
        return 0.0 if left_s > MEANT_S else min(left_s, max(asked_s, 0.0) + GRACE_S)
