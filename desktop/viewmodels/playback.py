"""A recording that is being played, as the window shows it: where it is, how fast it runs, and turning it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Playback(Protocol):
    """``position_ms`` is how far it is of ``length_ms``, ``speed`` times as fast. ``now`` is what time it was there."""

    length_ms: int
    speed: float
    is_paused: bool

    @property
    def position_ms(self) -> float: ...

    @property
    def is_over(self) -> bool: ...

    def now(self) -> datetime: ...

    def pause(self) -> None: ...

    def go_on(self) -> None: ...

    def faster(self) -> None: ...

    def slower(self) -> None: ...

    def rewind(self) -> None: ...
