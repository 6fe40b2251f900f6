"""Tells the backend that this window is there, so that a customer is not left with one that is not. A part of ``engine``.

While an event stream stands that the backend sees for itself, nothing is sent: it stands for the window. A stream may outlive
its reader, though (a machine without power, a program that hangs): with a live contact in hand, or where no stream stands,
the window promises to beat and does, every few seconds. Nothing is sent while the agent is offline with nothing live, while
the backend is out of reach, or before signing in.
"""

from __future__ import annotations

import asyncio
from typing import Final

from desktop.backends.base import Backend, BackendError, Offline, Throttled
from desktop.domain.agent import PresenceState
from desktop.domain.ids import AgentId
from desktop.store import centre
from desktop.store.connection import Connection
from desktop.store.database import Closed, Store, StoreError
from desktop.sync.politeness import Politeness
from desktop.sync.status import Phase, StatusBoard

EVERY_S: Final = 5.0
"""How often, unless the backend is less patient."""

_LEAST_S: Final = 1.0
# What happens at once is looked at once.
_CALM_S: Final = 0.2


class Heartbeat:
    """``me`` is who works here; where that is not known they are taken for present with nothing live."""

    def __init__(
        self,
        store: Store,
        backend: Backend,
        board: StatusBoard,
        politeness: Politeness,
        *,
        me: AgentId | None,
        every_s: float = EVERY_S,
        account: str = "",
    ) -> None:
        self._store = store
        self._backend = backend
        self._board = board
        self._politeness = politeness
        self._me = me
        self._account = account
        self._every_s = self._asked_s = every_s
        self._news = asyncio.Event()
        self._counts_stream = True
        self._told: bool | None = None
        self._beat_at: float | None = None
        self._was_streaming = False
        self._is_unheard = False
        self._is_given_up = False

    def notice(self) -> None:
        """Something changed that may make a difference: the stream, a contact, the agent's presence."""
        self._news.set()

    def wake(self) -> None:
        """Somebody signed in, the network is back, the machine was asleep: say so again."""
        self._is_given_up = False
        self._is_unheard = True
        self._news.set()

    async def run(self) -> None:
        """Beat until cancelled."""
        while True:
            self._news.clear()
            try:
                is_regular = await self._wanted()
            except Closed:
                return
            except StoreError:
                is_regular = self._told
            left_s = self._left_s(is_regular)
            if is_regular is not None and left_s == 0.0:
                await self._beat(is_regular)
                left_s = self._left_s(is_regular)
            try:
                async with asyncio.timeout(left_s):
                    await self._news.wait()
            except TimeoutError:
                continue
            await asyncio.sleep(_CALM_S)

    async def _wanted(self) -> bool | None:
        """Return whether to promise to beat, ``None`` where there is nobody to speak for or to."""
        status = self._board.status
        if status.is_streaming and not self._was_streaming:
            self._is_unheard = True
        self._was_streaming = status.is_streaming
        if self._is_given_up or status.phase not in (Phase.LIVE, Phase.FIRST_SYNC):
            return None
        is_present, has_live = await asyncio.wrap_future(self._store.read(self._look))
        if not is_present and not has_live:
            self._told = None
            return None
        return has_live or not (status.is_streaming and self._counts_stream)

    def _look(self, conn: Connection) -> tuple[bool, bool]:
        if self._me is None:
            return True, False
        agent = centre.agent(conn, self._me)
        is_present = agent is not None and agent.presence.state is not PresenceState.OFFLINE
        return is_present, centre.has_live_contact(conn, self._me, self._account)

    def _left_s(self, is_regular: bool | None) -> float | None:
        """Return how long to wait before the next beat, ``None`` where only news brings one."""
        if is_regular is None or not (is_regular or self._is_unheard or self._told != is_regular):
            return None
        if self._beat_at is None:
            return 0.0
        return max(0.0, self._beat_at + self._asked_s - asyncio.get_running_loop().time())

    async def _beat(self, is_regular: bool) -> None:
        await self._politeness.turn()
        self._beat_at = asyncio.get_running_loop().time()
        try:
            answer = await self._backend.heartbeat(is_regular=is_regular)
        except Throttled as error:
            self._politeness.told_to_wait(error.retry_after_s)
            return
        except Offline:
            return
        except BackendError:
            # Whoever signs in wakes all; a backend that knows no heartbeat will not learn it.
            self._politeness.went_well()
            self._is_given_up = True
            return
        self._politeness.went_well()
        self._told = is_regular
        self._is_unheard = False
        self._asked_s = min(self._every_s, max(answer.every_s, _LEAST_S))
        if answer.counts_stream != self._counts_stream:
            self._counts_stream = answer.counts_stream
            self._news.set()
