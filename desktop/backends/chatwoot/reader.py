"""Conversations with their messages, read page by page and told as changes. Keeps what it learned of each conversation on the
way (may it be answered at all). Called by ``feed``, ``past`` and ``orders``; decides nothing about when to read what.

The interface dates no message by its last change, so that a message's version is the server's time when it was read
(``ledger``); the newest 20 of a conversation are read whenever it moved, which brings edits, deletions and delivery too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Final

from desktop.backends.base import Offline, Refused
from desktop.backends.chatwoot import records
from desktop.backends.chatwoot.client import ChatwootClient, listed
from desktop.backends.chatwoot.fields import Row, micros, number, part, rows
from desktop.backends.chatwoot.ledger import Ledger
from desktop.backends.chatwoot.names import Names
from desktop.domain.changes import Table
from desktop.wire.errors import Code
from desktop.wire.records import Record
from desktop.wire.shapes import Change

PER_PAGE: Final = 25
PER_PAGE_CONTACTS: Final = 15
_MOST_PAGES: Final = 200
_MOST_AFTER: Final = 100
_BLOCKED: Final = 5000


class Reader:
    """Reads for one account. ``highest`` is the largest number of a conversation that was told."""

    def __init__(self, client: ChatwootClient, names: Names, ledger: Ledger) -> None:
        self.client = client
        self.names = names
        self.ledger = ledger
        self.highest = 0
        self._unanswerable: set[int] = set()
        self._knowing = asyncio.Lock()

    async def know_me(self) -> None:
        """Find out who is signed in: before that nobody's own work is known as theirs."""
        if not self.names.user:
            async with self._knowing:
                self.names.user = (await self.client.profile()).user

    def can_answer(self, conversation: int) -> bool:
        """Whether the channel takes an answer, as far as is known."""
        return conversation not in self._unanswerable

    async def conversations(self, page: int, status: str = "all", **params: object) -> tuple[list[Row], int]:
        """Return one page of conversations, the last active first, and how many there are in all."""
        answer = await self.client.get(
            await self.client.path("conversations"),
            status=status,
            assignee_type="all",
            sort_by="last_activity_at_desc",
            **({"page": page} if page else {}),
            **params,
        )
        data = part(answer, "data")
        return listed(data, "payload"), number(part(data, "meta"), "all_count")

    async def conversation(self, conversation: int) -> Row:
        """Return one conversation. Raises ``Refused`` where it is not there."""
        row = part(await self.client.get(await self.client.path("conversations", conversation)))
        if number(row, "id") != conversation:
            raise Offline("unexpected_answer")
        return row

    async def contacts(self, page: int) -> tuple[list[Row], int]:
        """Return one page of contacts, the last active first, and how many there are in all."""
        path = await self.client.path("contacts")
        answer = part(await self.client.get(path, page=page, sort="-last_activity_at"))
        return listed(answer, "payload"), number(part(answer, "meta"), "count")

    def told(self, row: Row, *, with_last: bool = False) -> list[Change]:
        """Return a conversation, its contact and what else it says, ``with_last`` with the one message that came along."""
        conversation, at = number(row, "id"), records.stamp(row)
        if conversation <= 0:
            return []
        self.highest = max(self.highest, conversation)
        if row.get("can_reply") is False and len(self._unanswerable) < _BLOCKED:
            self._unanswerable.add(conversation)
        else:
            self._unanswerable.discard(conversation)
        found = self.contact(part(row, "meta", "sender"))
        found.append(self.ledger.told(records.interaction(row, self.names), at))
        if (case := records.case(row, self.names)) is not None:
            found.append(self.ledger.told(case, at))
        else:
            found += self._ended(Table.RECORD, self.names.case(conversation))
        if with_last:
            found += self.messages(rows(row.get("messages"))[-1:], row)
        return found

    def contact(self, row: Row) -> list[Change]:
        """Return a contact and its attributes."""
        if number(row, "id") <= 0:
            return []
        found = [self._read(records.customer(row, self.names))]
        if (profile := records.profile(row, self.names)) is not None:
            return [*found, self._read(profile)]
        return found + self._ended(Table.RECORD, self.names.profile(number(row, "id")))

    def messages(self, told: Iterable[Row], row: Row) -> list[Change]:
        """Return messages of a conversation; those taken back as gone."""
        conversation, seen_until = number(row, "id"), micros(row, "contact_last_seen_at")
        found: list[Change] = []
        for one in told:
            if number(one, "id") <= 0:
                continue
            if records.is_deleted(one):
                found.append(
                    self.ledger.gone(Table.MESSAGE, self.names.message(number(one, "id")), self.client.clock.now())
                )
            else:
                found.append(self._read(records.message(one, conversation, self.names, seen_until)))
        return found

    async def newest(self, row: Row, since: int) -> list[Change]:
        """Return the newest messages of a conversation, and those before them as far back as ``since`` (microseconds)."""
        params: dict[str, int] = {}
        found: list[Change] = []
        for _ in range(_MOST_PAGES):
            page = await self._page(row, **params)
            if page and number(page[0], "id") >= params.get("before", 2**63):
                break
            found += self.messages(page, row)
            if not page or micros(page[0], "created_at") < since:
                break
            params = {"before": number(page[0], "id")}
        return found

    async def whole(self, row: Row) -> list[Change]:
        """Return all messages of a conversation."""
        found: list[Change] = []
        last = 0
        for _ in range(_MOST_PAGES):
            page = [one for one in await self._page(row, after=last) if number(one, "id") > last]
            found += self.messages(page, row)
            if len(page) < _MOST_AFTER:
                break
            last = number(page[-1], "id")
        return found

    async def _page(self, row: Row, **params: int) -> list[Row]:
        """Return a page of messages, the oldest first. One conversation that cannot be read must not hold up all others: of
        it there is the message that came with its row."""
        path = await self.client.path("conversations", number(row, "id"), "messages")
        try:
            found = listed(await self.client.get(path, **params), "payload")
        except (Offline, Refused) as error:
            if error.code not in (Code.INTERNAL, Code.FORBIDDEN):
                raise
            found = rows(row.get("messages"))[-1:]
        return sorted(found, key=lambda one: number(one, "id"))

    def _read(self, record: Record) -> Change:
        return self.ledger.told(record, self.client.clock.now())

    def _ended(self, table: Table, id_: str) -> list[Change]:
        """Tell the end of what was told before, and of nothing else."""
        return [self.ledger.gone(table, id_, self.client.clock.now())] if self.ledger.knows(table, id_) else []
