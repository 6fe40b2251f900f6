"""Who has read what: customers our messages, and agents theirs. A customer's program may be faster than our own note of what
the homeserver calls a message: such receipts are looked at again a little later."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Final
from urllib.parse import quote

from desktop.domain.interaction import Delivery, Interaction, InteractionState
from desktop.hub.channels.base import ChannelDown, NotNow
from desktop.hub.channels.intake import Intake
from desktop.hub.channels.matrix.homeserver import Homeserver, Rejected, room_path
from desktop.hub.desk.refusals import Refused

log = logging.getLogger(__name__)

_AGAIN_S: Final = (0.3, 1.0, 3.0, 10.0)
_MOST: Final = 2000


class Receipts:
    """The receipts of one account. ``run`` passes on what agents read."""

    def __init__(self, intake: Intake, server: Homeserver) -> None:
        self._intake = intake
        self._server = server
        self._looks: set[asyncio.Task[None]] = set()
        self._accepted: dict[str, None] = {}
        self._opened: asyncio.Queue[Interaction] = asyncio.Queue(200)

    async def read(self, event_id: str) -> None:
        """A customer has read up to an event."""
        if not await self._mark(event_id) and len(self._looks) < 100:
            task = asyncio.create_task(self._mark_later(event_id), name="matrix receipt")
            self._looks.add(task)
            task.add_done_callback(self._looks.discard)

    async def _mark_later(self, event_id: str) -> None:
        for pause_s in _AGAIN_S:
            await asyncio.sleep(pause_s)
            if await self._mark(event_id):
                return

    async def _mark(self, event_id: str) -> bool:
        message = await self._intake.called(event_id)
        if message is None:
            return False
        for one in await self._intake.unread_up_to(message):
            with contextlib.suppress(Refused):
                await self._intake.deliver(one.id, Delivery.READ)
        return True

    # --- what agents read ---------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Tell rooms that an agent has read them when one takes their contact. Until cancelled."""
        stop = self._intake.watch(self._on_changed)
        try:
            while True:
                opened = await self._opened.get()
                for pause_s in (0.0, *_AGAIN_S):
                    await asyncio.sleep(pause_s)
                    if await self.tell(opened):
                        break
        finally:
            stop()
            for task in tuple(self._looks):
                task.cancel()

    def _on_changed(self, interaction: Interaction) -> None:
        if interaction.state is not InteractionState.ACTIVE:
            self._accepted.pop(interaction.id, None)
        elif interaction.id not in self._accepted and not self._opened.full():
            self._accepted[interaction.id] = None
            if len(self._accepted) > _MOST:
                del self._accepted[next(iter(self._accepted))]
            self._opened.put_nowait(interaction)

    async def tell(self, interaction: Interaction) -> bool:
        """Tell a room that all in it was read; returns whether there is nothing more to try. Untold, it harms nothing."""
        last = await self._intake.last_heard(interaction.id)
        if last is None or not last.external_id.startswith("$") or not interaction.thread.startswith("!"):
            return True
        path = f"{room_path(interaction.thread)}/receipt/m.read/{quote(last.external_id, safe='')}"
        try:
            await self._server.sign_in()
            await self._server.ask("POST", path, body={})
        except (NotNow, ChannelDown):
            return False
        except Rejected as rejected:
            log.info("matrix: a room was not told that it was read: %s", rejected)
        return True
