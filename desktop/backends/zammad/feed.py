"""Zammad as a feed of changes. It numbers nothing, so that the cursor is an instant: when the newest ticket told of changed,
in microseconds. Zammad's instants are whole milliseconds; the places between count pages that told something older.

Each page reads again from a little before the cursor (``Finder.overlap_s``), since what began earlier may be finished later.
What was told already is passed over, once the next question shows that it was written: the cursor it comes with is the one
that page ended at. Where it is another, everything is told again, and the store passes over what it has.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import aclosing
from typing import Final, TypeVar

import msgspec

from desktop.backends.zammad.api import ZammadApi
from desktop.backends.zammad.catalogue import Catalogue
from desktop.backends.zammad.finding import Finder
from desktop.backends.zammad.naming import Naming
from desktop.backends.zammad.notices import Notices
from desktop.backends.zammad.records import Records
from desktop.backends.zammad.shapes import Ticket, User, millis
from desktop.backends.zammad.tickets import Gone, Tickets, micros, row
from desktop.domain.changes import Table
from desktop.wire import records as wire
from desktop.wire.shapes import NEWEST, Change, ChangesPage, Scope

S = TypeVar("S")
T = TypeVar("T")
Key = tuple[str, str]

_AT_ONCE: Final = 4
_MOST_TICKETS: Final = 40
_ROWS_EACH: Final = 8
_MOST_TOLD: Final = 50_000
_SLACK_US: Final = 1_000_000


class Feed:
    """Makes pages. ``changes`` and ``history`` may be asked side by side, each by one caller at a time."""

    def __init__(
        self,
        api: ZammadApi,
        catalogue: Catalogue,
        records: Records,
        naming: Naming,
        finder: Finder,
        tickets: Tickets,
        notices: Notices,
    ) -> None:
        self._api = api
        self._catalogue = catalogue
        self._records = records
        self._naming = naming
        self._finder = finder
        self._tickets = tickets
        self._notices = notices
        self._preparing = asyncio.Lock()
        self._told: dict[Key, int] = {}
        self._staged: tuple[int, dict[Key, int], frozenset[Gone]] | None = None
        self._at = -1
        self._head = 0

    async def prepare(self) -> None:
        """Know who is signed in, what the company calls things, and how far the feed has come."""
        async with self._preparing:
            if not self._naming.mine:
                self._naming.mine = (await self._api.get(User, "users/me")).id
            if self._catalogue.is_stale():
                await self._catalogue.refresh()
            if not self._head:
                self._head = await self._newest() + _SLACK_US

    async def changes(self, after: int, *, limit: int) -> ChangesPage:
        """Return what changed after ``after``."""
        self._acknowledge(after)
        await self.prepare()
        tickets, next_, more = await self._moved(after, _most(limit))
        if not more:
            there = {ticket.id for ticket in tickets}
            besides = [one for one in await self._notices.reminded() if not self._is_known(one, has_woken=True)]
            besides += [
                one
                for one in (*await self._notices.overviewed(), *await self._notices.rung())
                if not self._is_known(one)
            ]
            tickets += {one.id: one for one in besides if one.id not in there}.values()
            await self._notices.sweep()
        if tickets:
            await self._notices.follow(self._naming.mine)
        fresh = [row(max(at_ms * 1000, 1), record) for at_ms, record in self._furniture()]
        for rows in await _side_by_side(tickets, self._tickets.rows):
            fresh += rows
        told: dict[Key, int] = {}
        fresh = [change for change in fresh if self._is_news(change, told)]
        gone = frozenset(self._tickets.gone)
        if fresh or gone:
            next_ = max(next_, after + 1)
        self._head = max(self._head, next_)
        fresh += [self._deletion(*one) for one in sorted(gone)]
        self._staged = (next_, told, gone)
        return ChangesPage(epoch=self._epoch, changes=fresh, next=next_, more=more, after=after, latest=self._head)

    def still(self, after: int) -> ChangesPage:
        """Return a page that says nothing, of a feed that was not asked."""
        return ChangesPage(epoch=self._epoch, changes=[], next=after, more=False, after=after, latest=self._head)

    async def history(self, before: int, *, scope: Scope, limit: int) -> ChangesPage:
        """Return what changed last before ``before``, newest first."""
        await self.prepare()
        is_first = before >= NEWEST
        if is_first:
            await self._notices.follow(self._naming.mine)
        tickets, more = await self._earlier(before, scope, _most(limit))
        changes = [row(max(at_ms * 1000, 1), record) for at_ms, record in self._furniture()] if is_first else []
        for rows in await _side_by_side(tickets, self._tickets.rows):
            changes += rows
        next_ = min((micros(ticket) for ticket in tickets), default=0)
        more = more and next_ > 1
        return ChangesPage(epoch=self._epoch, changes=changes, next=next_, more=more, before=before, latest=self._head)

    # --- answers to commands ----------------------------------------------------------------------------------------

    async def answer(self, number: int) -> list[Change]:
        """Return a ticket with all that is in it as rows ahead of the feed. Raises ``Refused`` with ``gone``."""
        ticket = await self._tickets.ticket(number)
        return await self._tickets.rows(ticket, self._ahead(micros(ticket)))

    def row(self, record: wire.Record) -> Change:
        """Return a record as a row ahead of the feed."""
        return row(self._ahead(), record)

    def end(self, table: Table, number: int) -> Change:
        """Return the end of a ticket or a customer as a row ahead of the feed."""
        self._ahead()
        return self._deletion(table, number)

    # --- inside -----------------------------------------------------------------------------------------------------

    @property
    def _epoch(self) -> str:
        # Who else signs in sees other tickets.
        return f"zammad-{self._naming.mine}"

    def _ahead(self, at: int = 0) -> int:
        self._head = max(self._head + 1, at)
        return self._head

    def _deletion(self, table: Table, number: int) -> Change:
        id_ = self._naming.customer(number) if table is Table.CUSTOMER else self._naming.contact(number)
        return Change(seq=self._head, op="delete", type=table, id=id_)

    async def _moved(self, after: int, most: int) -> tuple[list[Ticket], int, bool]:
        """Return tickets that changed, where the cursor goes with them, and whether there are more."""
        found: list[Ticket] = []
        reached, seen = after, set[int]()
        since_ms = max(after // 1000 - self._finder.overlap_s * 1000, 0)
        async with aclosing(self._finder.since(since_ms)) as pages:
            async for page in pages:
                self._tickets.remember(page.assets)
                for ticket in page.tickets:
                    if ticket.id in seen:
                        continue
                    seen.add(ticket.id)
                    if not self._is_known(ticket):
                        if len(found) >= most:
                            return found, max(reached, after + 1), True
                        found.append(ticket)
                    # The index may have them in an order that is old: there only the end of them says how far one is.
                    if self._finder.mode == "condition" or page.is_last:
                        reached = max(reached, micros(ticket))
        return found, max([reached, *map(micros, found)]), False

    async def _earlier(self, before: int, scope: Scope, most: int) -> tuple[list[Ticket], bool]:
        """Return tickets that last changed before, and whether there are more; cut between two instants."""
        states = self._catalogue.open_states() if scope == "open" else []
        found: dict[int, Ticket] = {}
        is_last = False
        async with aclosing(self._finder.before(None if before >= NEWEST else (before - 1) // 1000, states)) as pages:
            async for page in pages:
                self._tickets.remember(page.assets)
                found |= {one.id: one for one in page.tickets if micros(one) < before}
                is_last = page.is_last
                tickets = sorted(found.values(), key=micros, reverse=True)
                if len(tickets) > most and micros(tickets[most - 1]) != micros(tickets[-1]):
                    break
        tickets = sorted(found.values(), key=micros, reverse=True)
        end = min(most, len(tickets))
        while 0 < end < len(tickets) and micros(tickets[end]) == micros(tickets[end - 1]):
            end += 1
        return tickets[:end], end < len(tickets) or not is_last

    async def _newest(self) -> int:
        async with aclosing(self._finder.before(None, [])) as pages:
            async for page in pages:
                return max((micros(ticket) for ticket in page.tickets), default=1)
        return 1

    def _furniture(self) -> Iterable[tuple[int, wire.Record]]:
        """Everything that is not about a ticket."""
        catalogue, records = self._catalogue, self._records
        yield from ((millis(one.updated_at), records.queue(one)) for one in catalogue.groups)
        yield from ((millis(one.updated_at), records.agent(one)) for one in catalogue.agents)
        yield from ((millis(one.updated_at), records.template(one)) for one in catalogue.modules)

    # --- what was told ----------------------------------------------------------------------------------------------

    def _acknowledge(self, after: int) -> None:
        """Take note that the page before was written, or that it was not."""
        staged, self._staged = self._staged, None
        if staged is not None and staged[0] == after:
            self._told |= staged[1]
            self._tickets.gone -= staged[2]
            while len(self._told) > _MOST_TOLD:
                del self._told[next(iter(self._told))]
        elif after == self._at:
            self._notices.forget()
        else:
            self._told.clear()
            self._notices.forget()
        self._at = after

    def _is_known(self, ticket: Ticket, *, has_woken: bool = False) -> bool:
        told = self._told.get(("interaction", self._naming.contact(ticket.id)), -1)
        return told >= 2 * millis(ticket.updated_at) + has_woken

    def _is_news(self, change: Change, told: dict[Key, int]) -> bool:
        version = _version.decode(bytes(change.record)).version if isinstance(change.record, msgspec.Raw) else 0
        key = (change.type, change.id)
        if self._told.get(key, -1) >= version > 0 or told.get(key) == version:
            return False
        told[key] = version
        return True


class _Versioned(msgspec.Struct):
    version: int = 0


_version: Final = msgspec.json.Decoder(_Versioned)


def _most(limit: int) -> int:
    return max(1, min(_MOST_TICKETS, limit // _ROWS_EACH))


async def _side_by_side(values: Sequence[S], work: Callable[[S], Awaitable[T]]) -> list[T]:
    """Do ``work`` on each of ``values``, a few at a time, and return the results in their order."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(value: S) -> T:
        async with gate:
            return await work(value)

    tasks = [asyncio.ensure_future(one(value)) for value in values]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
