"""How synchronising stands, as one frozen value with an error for each direction; the strip in the window shows it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

CLOCK_WARNING_S: Final = 300.0


class Phase(StrEnum):
    """``FIRST_SYNC`` until no history is missing; ``OFFLINE`` while pulling fails."""

    STARTING = "starting"
    FIRST_SYNC = "first_sync"
    LIVE = "live"
    OFFLINE = "offline"
    SIGN_IN_NEEDED = "sign_in_needed"


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """Errors are codes, empty where all is well. ``last_pulled_at`` dates what is shown while nothing is pushed;
    ``latency_ms`` is the last pull's round trip; ``progress`` of the first sync is 0 to 1, ``None`` where unknown;
    ``is_usable`` says that all open work is here, however much history is still to come. ``clock_offset_s`` is what the
    backend's clock is ahead of this machine's (0: under two seconds); all instants here are the backend's."""

    phase: Phase = Phase.STARTING
    pull_error: str = ""
    stream_error: str = ""
    send_error: str = ""
    last_pulled_at: datetime | None = None
    latency_ms: float | None = None
    progress: float | None = None
    is_streaming: bool = False
    is_usable: bool = False
    clock_offset_s: float = 0.0

    @property
    def is_clock_wrong(self) -> bool:
        """Whether this machine's clock is so far off that the agent should be told."""
        return abs(self.clock_offset_s) > CLOCK_WARNING_S


_WORST_FIRST: Final = (Phase.SIGN_IN_NEEDED, Phase.OFFLINE, Phase.STARTING, Phase.FIRST_SYNC, Phase.LIVE)


def combined(statuses: Sequence[SyncStatus]) -> SyncStatus:
    """Return how several accounts stand together, at least one: the worst counts. What is shown is as old as the account that
    was read longest ago; instants are told by the clock of the first."""
    if len(statuses) == 1:
        return statuses[0]
    worst = min(statuses, key=lambda status: _WORST_FIRST.index(status.phase))
    pulled = [status.last_pulled_at for status in statuses]
    known = [at for at in pulled if at is not None]
    return dataclasses.replace(
        worst,
        send_error=next((status.send_error for status in (worst, *statuses) if status.send_error), ""),
        stream_error=next((status.stream_error for status in (worst, *statuses) if status.stream_error), ""),
        last_pulled_at=min(known) if len(known) == len(pulled) else None,
        is_streaming=all(status.is_streaming for status in statuses),
        is_usable=all(status.is_usable for status in statuses),
        clock_offset_s=statuses[0].clock_offset_s,
    )


class StatusBoard:
    """Where the parts of the engine write how they stand. Each change is handed on once, as a whole."""

    def __init__(self, on_status: Callable[[SyncStatus], None]) -> None:
        self._on_status = on_status
        self._is_complete = False
        self._sign_in: set[str] = set()
        self.status = SyncStatus()

    def update(self, **changes: Any) -> None:
        """Change fields of the status other than ``phase``, which follows from the rest."""
        status = dataclasses.replace(self.status, **changes)
        status = dataclasses.replace(status, phase=self._phase(status))
        if status != self.status:
            self.status = status
            self._on_status(status)

    def complete(self, is_complete: bool) -> None:
        """Say whether the cache holds all there is."""
        self._is_complete = is_complete
        self.update(**({"progress": None} if is_complete else {}))

    def sign_in_needed(self, part: str, is_needed: bool) -> None:
        """Say whether ``part`` cannot go on before the agent signed in."""
        if is_needed:
            self._sign_in.add(part)
        else:
            self._sign_in.discard(part)
        self.update()

    def _phase(self, status: SyncStatus) -> Phase:
        if self._sign_in:
            return Phase.SIGN_IN_NEEDED
        if status.pull_error:
            return Phase.OFFLINE
        if status.last_pulled_at is None:
            return Phase.STARTING
        return Phase.LIVE if self._is_complete else Phase.FIRST_SYNC
