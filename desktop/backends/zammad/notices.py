"""What no search for changed tickets brings, or brings late: a bell that rang, a reminder that ran out, what an overview has
and the index has not yet, a ticket that is not there any more.

Asked by ``feed`` when it has caught up. Finds tickets; what is told of them, and whether that is news, is the feed's to say.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import Final

from desktop.backends.base import Refused
from desktop.backends.zammad.api import ZammadApi
from desktop.backends.zammad.catalogue import Catalogue
from desktop.backends.zammad.finding import Finder
from desktop.backends.zammad.shapes import Mentions, Notification, Overview, OverviewRows, Ticket
from desktop.backends.zammad.tickets import Tickets
from desktop.wire.errors import Code

_REMINDERS_S: Final = 60.0
_MOST_OVERVIEWS: Final = 2
_LATELY: Final = timedelta(hours=1)
SWEEP_S: Final = 900.0


class Notices:
    """Looks beside the search. ``sweep_s`` is how often the open tickets are looked through for deleted ones."""

    def __init__(
        self, api: ZammadApi, catalogue: Catalogue, finder: Finder, tickets: Tickets, *, sweep_s: float = SWEEP_S
    ) -> None:
        self._api = api
        self._catalogue = catalogue
        self._finder = finder
        self._tickets = tickets
        self._sweep_s = sweep_s
        self._rung: dict[int, datetime | None] | None = None
        self._reminded_at: float | None = None
        self._swept_at: float | None = None

    def forget(self) -> None:
        """What was found may not have been written: look again."""
        self._reminded_at = None

    async def rung(self) -> list[Ticket]:
        """Return tickets that Zammad rang its bell for since it was last asked: the index is late, the bell is not."""
        try:
            told = await self._api.get(list[Notification], "online_notifications", {"expand": "true"})
        except Refused:
            return []
        before, self._rung = self._rung, {one.id: one.updated_at for one in told}
        if before is None:
            return []
        news = {
            one.o_id
            for one in told
            if (one.object or "Ticket") == "Ticket"
            and one.o_id
            and not one.seen
            and before.get(one.id) != one.updated_at
        }
        return await self._confirmed(news)

    async def reminded(self) -> list[Ticket]:
        """Return tickets whose reminder ran out: that changes nothing at Zammad, and everything for the agent."""
        now = asyncio.get_running_loop().time()
        if self._reminded_at is not None and now - self._reminded_at < _REMINDERS_S:
            return []
        self._reminded_at = now
        found = await self._finder.overdue(datetime.now(UTC), self._catalogue.reminders())
        self._tickets.remember(found.assets)
        return found.tickets

    async def overviewed(self) -> list[Ticket]:
        """Return tickets that changed lately by the largest overviews, where there is only the index to ask: overviews come
        from the database."""
        if self._finder.mode != "index":
            return []
        found: dict[int, Ticket] = {}
        try:
            overviews = await self._api.get(list[Overview], "ticket_overviews")
            for overview in sorted(overviews, key=lambda one: -one.count)[:_MOST_OVERVIEWS]:
                assets = (await self._api.get(OverviewRows, "ticket_overviews", {"view": overview.link})).assets
                self._tickets.remember(assets)
                found |= {ticket.id: ticket for ticket in assets.tickets.values()}
        except Refused:
            return []
        newest = max((ticket.updated_at for ticket in found.values()), default=None)
        return [one for one in found.values() if newest is not None and newest - one.updated_at < _LATELY]

    async def sweep(self) -> None:
        """Now and then look for open tickets that are there no more; ``Tickets.gone`` has them."""
        now = asyncio.get_running_loop().time()
        if self._swept_at is None:
            self._swept_at = now
        if now - self._swept_at < self._sweep_s:
            return
        self._swept_at = now
        there: set[int] = set()
        async with aclosing(self._finder.before(None, self._catalogue.open_states())) as pages:
            async for page in pages:
                there.update(ticket.id for ticket in page.tickets)
        await self._confirmed(self._tickets.open - there)

    async def follow(self, me: int) -> None:
        """Learn which tickets the agent follows."""
        try:
            found = await self._api.get(Mentions, "mentions", {"user_id": str(me)})
        except Refused:
            return
        self._tickets.watched = frozenset(
            one.mentionable_id for one in found.mentions if one.mentionable_type == "Ticket" and one.user_id == me
        )

    async def _confirmed(self, numbers: Iterable[int]) -> list[Ticket]:
        """Return those of the tickets that are there: only the ticket itself says how it stands."""
        tickets: list[Ticket] = []
        for number in sorted(numbers):
            try:
                tickets.append(await self._tickets.ticket(number))
            except Refused as refused:
                if refused.code != Code.GONE:
                    raise
        return tickets
