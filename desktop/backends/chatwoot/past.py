"""The history, read backwards: all open work at once with the newest message of each, then everything with all messages, and
last the contacts. Called by ``backend``.

The listing knows pages and no place in time, so that the ``before`` of a page of history tells which page it is: its last six
digits, a leg of the way in the hundred thousands and the page in the rest; the digits above only fall, as they must. A
conversation that moves while the walk passes moves to the front, where the feed finds it, and pushes others further back:
they are read twice, none is passed over. One that was deleted pulls others forward; ``feed`` looks at all of them at night.
"""

from __future__ import annotations

from typing import Final

from desktop.backends.base import Bug, Offline
from desktop.backends.chatwoot import records
from desktop.backends.chatwoot.feed import Feed
from desktop.backends.chatwoot.fields import Row, number
from desktop.backends.chatwoot.reader import PER_PAGE, PER_PAGE_CONTACTS, Reader
from desktop.wire.shapes import NEWEST, Change, ChangesPage, Scope, encode

_LEGS: Final[dict[Scope, tuple[str, ...]]] = {
    "open": ("open", "pending", "snoozed"),
    "all": ("open", "pending", "snoozed", "resolved", "contacts"),
}
_LEG: Final = 100_000
_UNIT: Final = 1_000_000
# The places that are left for contacts.
_FLOOR: Final = 1_000_000


class Past:
    """The way back through one account."""

    def __init__(self, reader: Reader, feed: Feed, epoch: str) -> None:
        self._reader = reader
        self._feed = feed
        self._epoch = epoch
        # What was read of a page that then broke off: it goes on there.
        self._read: dict[tuple[int, int], list[Change]] = {}

    async def page(self, before: int, scope: Scope) -> bytes:
        """Return the JSON of one page of history."""
        if before <= 0:
            raise Bug("bad_cursor")
        await self._reader.know_me()
        at = self._reader.client.clock.now()
        latest = max(self._feed.head, at)
        if before == NEWEST:
            # The feed starts there, and the second leg one above: that has to name its first page.
            latest = latest // _UNIT * _UNIT
        place, number_ = (at // _UNIT, 1) if before == NEWEST else divmod(before, _UNIT)
        leg, page = divmod(max(number_, 1), _LEG)
        legs = _LEGS[scope]
        if leg >= len(legs):
            raise Bug("bad_cursor")
        changes = await self._feed.set_up() if before == NEWEST else []
        if legs[leg] == "contacts":
            rows, count = await self._reader.contacts(page)
            for row in rows:
                changes += self._reader.contact(row)
            is_last = len(rows) < PER_PAGE_CONTACTS
            left = 0
        else:
            rows, count = await self._reader.conversations(page, legs[leg])
            changes += await self._told(rows, is_whole=scope == "all")
            is_last = len(rows) < PER_PAGE
            left = max(-(-count // PER_PAGE) - page, 0) if legs[leg] == "resolved" else 50
        if is_last:
            leg, page = leg + 1, 1
        else:
            page += 1
        is_end = leg >= len(legs)
        following = _before(place, leg, page, left)
        if not is_end and following <= 0:
            raise Offline("unexpected_answer")
        self._read.clear()
        return encode(
            ChangesPage(
                epoch=self._epoch,
                changes=changes,
                next=0 if is_end else following,
                more=not is_end,
                latest=latest,
                before=before,
                now=self._feed.now(),
            )
        )

    async def _told(self, rows: list[Row], *, is_whole: bool) -> list[Change]:
        found: list[Change] = []
        for row in rows:
            if number(row, "id") <= 0:
                continue
            found += self._reader.told(row, with_last=not is_whole)
            if is_whole:
                key = (number(row, "id"), records.stamp(row))
                if key not in self._read:
                    self._read[key] = await self._reader.whole(row)
                found += self._read[key]
        return found


def _before(place: int, leg: int, page: int, left: int) -> int:
    """Return the ``before`` of a page: below ``place``, and by as much as is done of the way to the contacts."""
    if place > _FLOOR:
        place = min(place - 1, _FLOOR + (place - _FLOOR) * left // (left + 1))
    else:
        place -= 1
    return place * _UNIT + leg * _LEG + min(page, _LEG - 1)
