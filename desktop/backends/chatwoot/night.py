"""The nightly look at what no watermark tells. Owns how far it got, in memory: a program that ends in the middle looks again
the next day. Called by ``feed`` when there is nothing else to tell.

It reads the listing from the front. Each row is told again; of conversations that were active lately the newest messages too,
which brings what was edited or taken back there. Numbers that the listing passes over are asked for one by one, as many as a
night allows, and told as gone where they are not there. Then come the contacts.
"""

from __future__ import annotations

from typing import Final

from desktop.backends.base import Refused
from desktop.backends.chatwoot import records
from desktop.backends.chatwoot.fields import Row, number
from desktop.backends.chatwoot.reader import PER_PAGE, PER_PAGE_CONTACTS, Reader
from desktop.domain.changes import Table
from desktop.wire.errors import Code
from desktop.wire.shapes import Change

REQUESTS: Final = 4
"""At each quiet pull, about."""

LATELY_DAYS: Final = 7
_DAY: Final = 86_400_000_000
# The day turns at three in the morning (UTC), when hardly anybody works.
_TURN: Final = 3 * 3_600_000_000
_MOST_MISSING: Final = 500


class Night:
    """The look of one account."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._day: int | None = None
        self._page = 0
        self._contacts_page = 0
        self._listed: set[int] = set()
        self._left: list[Row] = []
        self._missing: list[int] = []

    @property
    def is_looking(self) -> bool:
        return bool(self._page or self._contacts_page or self._missing)

    async def slice(self, after: int) -> list[Change]:
        """Return the next part, nothing where it is not the time. ``after`` is the watermark: a look is due once a day has
        begun since."""
        day = (self._reader.client.clock.now() - _TURN) // _DAY
        if self._day is None:
            self._day = (after - _TURN) // _DAY if after else day
        if day > self._day and not self.is_looking:
            self._day, self._page = day, 1
        found: list[Change] = []
        for _ in range(REQUESTS):
            if not self.is_looking and not self._left:
                break
            found += await self._step()
        return found

    async def _step(self) -> list[Change]:
        if self._left:
            return await self._messages()
        if self._page:
            return await self._conversations()
        if self._missing:
            return await self._absent()
        return await self._contacts()

    async def _conversations(self) -> list[Change]:
        listed, _ = await self._reader.conversations(self._page)
        since = self._reader.client.clock.now() - LATELY_DAYS * _DAY
        found: list[Change] = []
        for row in listed:
            self._listed.add(number(row, "id"))
            found += self._reader.told(row)
            if records.stamp(row) >= since:
                self._left.append(row)
        self._page += 1
        if len(listed) < PER_PAGE:
            self._page, self._contacts_page = 0, 1
            numbers = range(1, max(self._listed | {self._reader.highest}) + 1)
            self._missing = [one for one in numbers if one not in self._listed][-_MOST_MISSING:]
            self._listed.clear()
        return found

    async def _messages(self) -> list[Change]:
        row = self._left.pop()
        try:
            return await self._reader.newest(row, records.stamp(row))
        except Refused as refused:
            if refused.code != Code.NOT_FOUND:
                raise
            return []

    async def _absent(self) -> list[Change]:
        conversation = self._missing.pop()
        try:
            await self._reader.conversation(conversation)
        except Refused as refused:
            if refused.code != Code.NOT_FOUND:
                return []
            names, ledger = self._reader.names, self._reader.ledger
            return [ledger.gone(Table.INTERACTION, names.interaction(conversation), self._reader.client.clock.now())]
        return []

    async def _contacts(self) -> list[Change]:
        listed, _ = await self._reader.contacts(self._contacts_page)
        self._contacts_page = self._contacts_page + 1 if len(listed) == PER_PAGE_CONTACTS else 0
        return [change for row in listed for change in self._reader.contact(row)]
