"""What happens at this moment and is not kept: somebody types, somebody reads. Goes to whoever listens in this process and is
lost otherwise; several hub processes do not share it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Literal

from msgspec import Struct

from desktop.domain.ids import InteractionId

log = logging.getLogger(__name__)


class Signal(Struct, frozen=True, kw_only=True):
    """``by`` is on whose side it happens; ``typing`` is told anew every few seconds, and ends with ``idle``."""

    interaction_id: InteractionId
    by: Literal["customer", "agent"]
    kind: Literal["typing", "idle", "here", "gone"]


Listener = Callable[[Signal], None]


class Signals:
    """Tells each signal to all listeners, in the order of their coming."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def tell(self, signal: Signal) -> None:
        """Tell ``signal``; a listener that fails does not keep it from the others."""
        for listener in tuple(self._listeners):
            try:
                listener(signal)
            except Exception:
                log.exception("a listener to signals failed")

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener`` with each signal; returns the way to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)
