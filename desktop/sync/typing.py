"""Who types, both ways. Signals are told at once and kept nowhere: what cannot be told now is not told later. A part of
``engine``; the agent's own typing comes from the window, which says it sparingly.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final

import msgspec

from desktop.backends.base import Backend, BackendError, Refused
from desktop.domain.ids import InteractionId
from desktop.sync.politeness import Politeness
from desktop.sync.status import StatusBoard
from desktop.wire.shapes import CustomerSignal

log = logging.getLogger(__name__)

_LONGEST_S: Final = 5.0

_signal: Final = msgspec.json.Decoder(CustomerSignal)


class Typing:
    """``on_signal`` is called on the event loop with each contact and what its customer does."""

    def __init__(
        self,
        backend: Backend,
        board: StatusBoard,
        politeness: Politeness,
        on_signal: Callable[[InteractionId, str], None],
    ) -> None:
        self._backend = backend
        self._board = board
        self._politeness = politeness
        self._on_signal = on_signal
        self._next: dict[InteractionId, bool] = {}
        self._news = asyncio.Event()

    def take(self, data: bytes) -> None:
        """Hand on a signal that was pushed; what cannot be read is dropped."""
        try:
            found = _signal.decode(data)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return
        self._on_signal(InteractionId(found.interaction_id), found.kind)

    def tell(self, interaction_id: InteractionId, is_typing: bool) -> None:
        """Say that the agent types, or stopped to; of what waits for its turn, only the last counts."""
        if self._backend.capabilities.has_typing and self._board.status.is_streaming:
            self._next[interaction_id] = is_typing
            self._news.set()

    async def run(self) -> None:
        """Tell until cancelled."""
        while True:
            await self._news.wait()
            self._news.clear()
            waiting, self._next = self._next, {}
            for interaction_id, is_typing in waiting.items():
                await self._tell(interaction_id, is_typing)

    async def _tell(self, interaction_id: InteractionId, is_typing: bool) -> None:
        try:
            async with asyncio.timeout(_LONGEST_S):
                await self._politeness.turn()
                await self._backend.typing(interaction_id, is_typing=is_typing)
        except Refused:
            pass  # somebody else has it by now
        except (BackendError, TimeoutError) as error:
            log.debug("typing was not told: %s", type(error).__name__)
