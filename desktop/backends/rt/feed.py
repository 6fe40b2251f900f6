"""What changed since a second, and what was before: pages of changes out of RT's search.

The cursor is the second (since 1970) of the newest change told. RT dates changes by the second, and a change is seen only
once its transaction is through, so that each look begins ``OVERLAP_S`` before the cursor; what was told already comes with
the same version again and is no news. A walk over many changes goes by second and number, never by page: RT's pages shift
while one turns them. The history goes by the number of the ticket, newest first: that never moves.

Who is asked for a moment in a query reads it in the time zone of the user: how far that is from UTC is found out by asking
when a known change was (``_find_offset``).
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Final

from desktop.backends.rt import queries, records
from desktop.backends.rt.api import RtApi
from desktop.backends.rt.naming import Naming
from desktop.backends.rt.reader import Reader, upsert
from desktop.backends.rt.shapes import Named, Ticket, Transaction
from desktop.domain.changes import Table
from desktop.wire.shapes import NEWEST, Change, ChangesPage, Scope

OVERLAP_S: Final = 60
_QUARTER_S: Final = 900
_WEST, _EAST = -48, 56  # quarters of an hour between UTC-12 and UTC+14
_OFFSET_GOOD_S: Final = 3600.0
_CATALOGUE_S: Final = 600.0
_WAKING_S: Final = 30.0
# An instant of another season may be off by the hour of summer time.
_RECENT_S: Final = 6 * 3600
_SEASON_S: Final = 2 * 3600


@dataclass(frozen=True, slots=True)
class _Open:
    """A page that was given out and may not have been written: what was asked, the tickets in it, and what is asked next
    once it has been."""

    asked: int
    tickets: tuple[int, ...] = ()
    following: int = -1


class Feed:
    """Reads RT forwards and backwards. ``epoch`` names the history: that of one user's view."""

    def __init__(self, api: RtApi, naming: Naming, reader: Reader) -> None:
        self._api = api
        self._naming = naming
        self._reader = reader
        self._offset_s: int | None = None
        self._offset_at = self._catalogue_at = self._waking_at = -1e9
        self._head = 0
        self._walking: int | None = None
        self._woken_up_to = 0
        self._queues: set[int] = set()
        self._looked = (-1, 0)
        self._deletions: set[int] = set()
        self._forwards = self._backwards = _Open(-1)

    @property
    def epoch(self) -> str:
        return f"rt-1-{self._naming.mine}"

    async def after(self, cursor: int, limit: int) -> ChangesPage:
        """Return what changed after ``cursor``."""
        is_walk, self._walking = cursor == self._walking, None
        # What was looked at up to a moment needs no second look, however long ago the newest change was.
        looked, self._looked = self._looked if self._looked[0] == cursor else (cursor, 0), (-1, 0)
        floor = cursor + 1 if is_walk else max(max(cursor, looked[1]) - OVERLAP_S, 0)
        self._take_back(self._forwards, cursor)
        offset_s = await self._offset()
        now = int(self._api.now.timestamp())
        changes = await self._catalogue(cursor)
        fresh, seen, more = await self._changed(cursor, floor, limit, offset_s)
        self._forwards = _Open(cursor, tuple(one.id for one in fresh))
        changes += await self._reader.changes(fresh)
        if not is_walk:
            changes += await self._deleted(floor, offset_s)
            changes += await self._woken(cursor, offset_s)
        # The next question tells by its cursor whether this page was written.
        following = max(cursor + int(bool(changes)), seen)
        self._forwards = replace(self._forwards, following=following)
        self._head = max(self._head, following)
        if more:
            self._walking = following
        else:
            self._looked = (following, now)
        return ChangesPage(
            epoch=self.epoch, changes=changes, next=following, more=more, after=cursor, latest=self._head
        )

    async def before(self, before: int, scope: Scope, limit: int) -> ChangesPage:
        """Return what was before, newest first, a page of tickets with all that belongs to them."""
        if before >= NEWEST:
            self._reader.forget(tuple(self._reader.known))
        self._take_back(self._backwards, before)
        if not self._head:
            newest = await self._newest()
            self._head = newest.updated if newest is not None else 0
        latest = self._head
        query = queries.ALL + (f" AND {queries.OPEN}" if scope == "open" else "")
        if before < NEWEST:
            query += f" AND id < {before}"
        page = await self._api.search(
            Ticket, "tickets", query, {**queries.TICKET_FIELDS, "per_page": str(min(limit, queries.PAGE))},
            orderby="id", order="DESC",
        )  # fmt: skip
        changes = await self._catalogue(latest, is_due=before >= NEWEST)
        fresh = [one for one in page.items if not self._reader.is_told(one)]
        self._backwards = _Open(before, tuple(one.id for one in fresh))
        changes += await self._reader.changes(fresh)
        more = bool(page.items) and (page.total is None or len(page.items) == min(limit, queries.PAGE))
        following = page.items[-1].id if page.items else 0
        self._backwards = replace(self._backwards, following=following)
        return ChangesPage(epoch=self.epoch, changes=changes, next=following, more=more, before=before, latest=latest)

    def _take_back(self, last: _Open, asked: int) -> None:
        """Where the last page did not get anywhere (it was dropped, or could not be written), tell all of it again."""
        if asked != last.following:
            self._reader.forget(last.tickets)
            self._catalogue_at = -1e9
            self._deletions.clear()

    # --- what changed -----------------------------------------------------------------------------------------------

    async def _changed(self, cursor: int, floor: int, limit: int, offset_s: int) -> tuple[list[Ticket], int, bool]:
        """Return the tickets there is something new about, the second up to which that is all, and whether there are more."""
        is_old = self._api.now.timestamp() - floor > _RECENT_S
        second, number = floor - (_SEASON_S if is_old else 0), 0
        fresh: list[Ticket] = []
        seen = 0
        while True:
            query = queries.updated_after(second, number, offset_s)
            page = await self._api.search(
                Ticket, "tickets", query, queries.TICKET_FIELDS, orderby=["LastUpdated", "id"], order=["ASC", "ASC"]
            )
            found = page.items
            is_end = not found or (page.total is not None and len(found) < queries.PAGE)
            if not is_end and found[0].updated < found[-1].updated:
                # Of the last second some may be on the next page.
                found = [one for one in found if one.updated < found[-1].updated]
            fresh += [one for one in found if one.updated >= floor and not self._reader.is_told(one)]
            seen = max([seen, *(one.updated for one in found)])
            if is_end:
                return fresh, seen, False
            if len(fresh) >= min(limit, queries.PAGE) and seen > cursor:
                return fresh, seen, True
            second, number = (seen + 1, 0) if len(found) < len(page.items) else (seen, found[-1].id)

    async def _deleted(self, since: int, offset_s: int) -> list[Change]:
        """Return the tickets that were deleted: the search for tickets keeps silent about them."""
        query = queries.deleted_since(since, offset_s)
        page = await self._api.search(
            Transaction, "transactions", query, queries.TRANSACTION_FIELDS, orderby="id", order="DESC"
        )
        now = int(self._api.now.timestamp())
        news = [one for one in page.items if one.id not in self._deletions]
        self._deletions = {one.id for one in page.items}
        return [self._reader.gone(one.object_id, max(since + OVERLAP_S, now)) for one in news]

    async def _woken(self, cursor: int, offset_s: int) -> list[Change]:
        """Return what was put off until a moment since the last look."""
        clock = asyncio.get_running_loop().time()
        if clock - self._waking_at < _WAKING_S:
            return []
        self._waking_at = clock
        now = int(self._api.now.timestamp())
        since, self._woken_up_to = self._woken_up_to or max(cursor - OVERLAP_S, 0), now
        query = (
            f"Status = 'stalled' AND Starts >= {queries.literal(since, offset_s)}"
            f" AND Starts < {queries.literal(now + 1, offset_s)}"
        )
        page = await self._api.search(Ticket, "tickets", query, queries.TICKET_FIELDS)
        unknown = [one for one in page.items if one.id not in self._reader.known]
        changes = await self._reader.changes(unknown)
        return changes + self._reader.woken(page.items, self._api.now)

    async def _catalogue(self, seq: int, *, is_due: bool = False) -> list[Change]:
        """Return queues and dispositions, now and then."""
        clock = asyncio.get_running_loop().time()
        if not is_due and clock - self._catalogue_at < _CATALOGUE_S:
            return []
        self._catalogue_at = clock
        fields = {"fields": "Name"}
        page = await self._api.search_json(Named, "queues", '[{"field":"id","operator":">","value":0}]', fields)
        changes = [upsert(seq, records.queue(one, self._naming)) for one in page.items]
        numbers = {one.id for one in page.items}
        changes += [
            Change(seq=seq, op="delete", type=Table.QUEUE, id=self._naming.queue(one))
            for one in sorted(self._queues - numbers)
        ]
        self._queues = numbers
        return changes + [upsert(seq, one) for one in records.dispositions(self._naming)]

    # --- RT's idea of time ------------------------------------------------------------------------------------------

    async def _offset(self) -> int:
        clock = asyncio.get_running_loop().time()
        if self._offset_s is None or clock - self._offset_at > _OFFSET_GOOD_S:
            newest = await self._newest()
            if newest is None:
                return 0
            self._offset_s, self._offset_at = await self._find_offset(newest), clock
        return self._offset_s

    async def _find_offset(self, newest: Ticket) -> int:
        """Find out by halves how late a time may be written that a change still counts as not before."""
        low, high = _WEST, _EAST
        while low < high:
            middle = (low + high + 1) // 2
            written = queries.literal(newest.updated, middle * _QUARTER_S)
            page = await self._api.search(Ticket, "tickets", f"id = {newest.home} AND LastUpdated >= {written}", {})
            if page.items:
                low = middle
            else:
                high = middle - 1
        return low * _QUARTER_S

    async def _newest(self) -> Ticket | None:
        fields = {"fields": "LastUpdated,EffectiveId", "per_page": "1"}
        page = await self._api.search(Ticket, "tickets", "id > 0", fields, orderby="LastUpdated", order="DESC")
        return page.items[0] if page.items else None
