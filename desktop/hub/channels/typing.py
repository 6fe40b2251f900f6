"""Passes on that an agent types, to whoever writes on an account of this kind. Told as it happens and forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from desktop.domain.interaction import Interaction
from desktop.hub.channels.base import ChannelDown, DeliveryFailed, NotNow
from desktop.hub.channels.intake import Intake
from desktop.hub.channels.signals import Signal

Tell = Callable[[Interaction, bool], Awaitable[None]]

_MOST: Final = 100


class AgentTyping:
    """``tell`` is called for each contact of the account in which an agent types or stops."""

    def __init__(self, intake: Intake, tell: Tell) -> None:
        self._intake = intake
        self._tell = tell

    async def run(self) -> None:
        """Pass on until cancelled. What cannot be told now is not told later."""
        told: asyncio.Queue[Signal] = asyncio.Queue(_MOST)

        def hear(signal: Signal) -> None:
            if signal.by == "agent" and signal.kind in ("typing", "idle") and not told.full():
                told.put_nowait(signal)

        stop = self._intake.signals.listen(hear)
        try:
            while True:
                signal = await told.get()
                interaction = await self._intake.own_contact(signal.interaction_id)
                if interaction is None:
                    continue
                try:
                    await self._tell(interaction, signal.kind == "typing")
                except (NotNow, ChannelDown, DeliveryFailed, OSError):
                    continue
        finally:
            stop()
