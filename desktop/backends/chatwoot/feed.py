"""What changed since a watermark. Called by ``backend``; ``cable`` tells it where to look.

Chatwoot numbers no changes. The cursor is the newest change of a conversation that was read, in microseconds since 1970, and
a look at what is newer is: all that moved within the time since the last look (``updated_within``, relative to the server's
clock), where that is short; now and then, and after a gap, the listing by last activity until two pages hold nothing newer;
and what the socket named. A minute before the watermark is looked at again. What was read is only taken for known once the
page that told it was written, that is when the next one is asked for after it.

What no watermark tells (an old message edited or taken back, a contact's new number, a conversation deleted) the nightly look
finds: with the first page of a new day it begins to read the whole listing again, a few requests at each quiet pull.
"""

from __future__ import annotations

import asyncio
from collections.abc import Container
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from desktop.backends.base import BackendError, Offline, Refused
from desktop.backends.chatwoot import records, set_up
from desktop.backends.chatwoot.client import listed
from desktop.backends.chatwoot.fields import Row, instant, number, part
from desktop.backends.chatwoot.night import Night
from desktop.backends.chatwoot.reader import Reader
from desktop.domain.changes import Table
from desktop.wire.errors import Code
from desktop.wire.records import Record
from desktop.wire.shapes import Change, ChangesPage, encode

OVERLAP_S: Final = 60
_SECOND: Final = 1_000_000
_OVERLAP: Final = OVERLAP_S * _SECOND
# Conversations on one page: so long nothing of them is seen.
_AT_ONCE: Final = 10
_CALM_PAGES: Final = 2


@dataclass(frozen=True, slots=True)
class Habits:
    """``walk_s``: how often to walk the listing though nothing was missed; ``short_s``: the longest gap that
    ``updated_within`` is asked about; ``set_up_s``: how often to look at agents, inboxes and the like."""

    walk_s: float = 120.0
    short_s: float = 3600.0
    set_up_s: float = 900.0


@dataclass(slots=True)
class _Page:
    """A page that is not known to be written yet, and what of it will be known then."""

    after: int
    next: int
    namings: int = 0
    set_up_at: float | None = None
    seen: dict[int, int] = field(default_factory=dict)
    conversations: dict[int, int] = field(default_factory=dict)
    contacts: dict[int, int] = field(default_factory=dict)


class Feed:
    """The changes of one account. ``head`` is the newest change that was read."""

    def __init__(self, reader: Reader, epoch: str, habits: Habits | None = None) -> None:
        self.head = 0
        self._reader = reader
        self._client = reader.client
        self._epoch = epoch
        self._habits = habits or Habits()
        self._night = Night(reader)
        self._turn = asyncio.Lock()
        self._seen: dict[int, int] = {}
        self._waiting: dict[int, Row] = {}
        self._last: _Page | None = None
        # Named by the socket, each with a number that tells a second naming from the first.
        self._conversations: dict[int, int] = {}
        self._contacts: dict[int, int] = {}
        self._namings = 0
        self._set_up_namings = 0
        self._listed_at: float | None = None
        self._walked_at: float | None = None
        self._set_up_at: float | None = None
        self._told: dict[Table, set[str]] = {}

    def now(self) -> datetime:
        """Return what time it is there."""
        return instant(self._client.clock.now())

    # --- what the socket says ---------------------------------------------------------------------------------------

    def name_conversation(self, conversation: int) -> None:
        """Look at a conversation with the next page."""
        self._namings += 1
        self._conversations[conversation] = self._namings

    def name_contact(self, contact: int) -> None:
        """Look at a contact with the next page."""
        self._namings += 1
        self._contacts[contact] = self._namings

    def name_set_up(self) -> None:
        """Look at agents, inboxes and the like with the next page."""
        self._set_up_namings += 1
        self._set_up_at = None

    # --- pages ------------------------------------------------------------------------------------------------------

    async def page(self, after: int) -> bytes:
        """Return the JSON of one page of changes."""
        async with self._turn:
            return encode(await self._page(after))

    async def _page(self, after: int) -> ChangesPage:
        await self._reader.know_me()
        self.head = max(self.head, after)
        self._settle(after)
        page = _Page(after, after, self._set_up_namings)
        changes: list[Change] = []
        if self._is_due(self._set_up_at, self._habits.set_up_s):
            page.set_up_at = asyncio.get_running_loop().time()
            changes = await self.set_up()
        named, contacts = dict(self._conversations), dict(self._contacts)
        absent = await self._list(after, named)
        moved = self._moved(after, named)
        more = False
        try:
            for at, row in moved:
                if len(page.seen) >= _AT_ONCE:
                    more = True
                    break
                id_ = number(row, "id")
                changes += await self._conversation(row, after - _OVERLAP)
                page.seen[id_] = at
                if id_ in named:
                    page.conversations[id_] = named[id_]
            if not more:
                for id_ in absent:
                    changes.append(self._interaction_gone(id_))
                    page.conversations[id_] = named[id_]
                for id_, naming in contacts.items():
                    changes += await self._contact(id_)
                    page.contacts[id_] = naming
        except BackendError:
            # What was read is worth telling; what went wrong will do so again at once.
            if not page.seen:
                raise
            more = True
        if not changes and not more:
            changes = await self._night.slice(after)
        # How far back to read is told by the watermark: it stays until all that moved since has been told.
        page.next = max(after, moved[-1][0]) if moved and not more else after
        if changes or more:
            page.next = max(page.next, after + 1)
        self._last = page
        self.head = max(self.head, page.next)
        return ChangesPage(
            epoch=self._epoch,
            changes=changes,
            next=page.next,
            more=more,
            after=after,
            latest=self.head,
            now=self.now(),
        )

    def _settle(self, after: int) -> None:
        """Take what the last page told for known, if it was written."""
        last, self._last = self._last, None
        if last is None or last.next != after or last.next == last.after:
            return
        if last.set_up_at is not None and last.namings == self._set_up_namings:
            self._set_up_at = last.set_up_at
        self._seen.update(last.seen)
        for id_, at in last.seen.items():
            if id_ in self._waiting and records.stamp(self._waiting[id_]) <= at:
                del self._waiting[id_]
        for named, told in ((self._conversations, last.conversations), (self._contacts, last.contacts)):
            for id_, naming in told.items():
                if named.get(id_) == naming:
                    del named[id_]
        # Older ones are below the watermark.
        for id_ in [id_ for id_, at in self._seen.items() if at < after - 2 * _OVERLAP]:
            del self._seen[id_]

    async def _list(self, after: int, named: Container[int]) -> list[int]:
        """Have in ``_waiting`` every conversation that may hold something new; returns those ``named`` that are not there."""
        loop, began = asyncio.get_running_loop(), self._listed_at
        now = loop.time()
        is_short = began is not None and now - began < self._habits.short_s
        found: dict[int, Row] = {}
        if is_short and began is not None:
            # Relative and without pages.
            listed, _ = await self._reader.conversations(0, updated_within=int(now - began) + OVERLAP_S)
            found |= {number(row, "id"): row for row in listed}
        if not is_short or self._is_due(self._walked_at, self._habits.walk_s):
            found |= await self._walk(after)
            self._walked_at = now
        absent = []
        for conversation in list(self._conversations):
            if conversation in named and conversation not in found:
                try:
                    found[conversation] = await self._reader.conversation(conversation)
                except Refused as refused:
                    if refused.code != Code.NOT_FOUND:
                        raise
                    absent.append(conversation)
        self._listed_at = now
        self._waiting |= found
        return absent

    def _moved(self, after: int, named: Container[int]) -> list[tuple[int, Row]]:
        """Return what waits and is new, the one that moved first at the front; what is not is waited for no longer."""
        self._waiting = {
            id_: row
            for id_, row in self._waiting.items()
            if id_ > 0
            and (id_ in named or (records.stamp(row) > after - _OVERLAP and self._seen.get(id_) != records.stamp(row)))
        }
        return sorted(((records.stamp(row), row) for row in self._waiting.values()), key=lambda pair: pair[0])

    async def _walk(self, after: int) -> dict[int, Row]:
        """Return the listing by last activity down to two pages that hold nothing newer than the watermark."""
        found: dict[int, Row] = {}
        page = calm = 0
        while calm < _CALM_PAGES:
            page += 1
            listed, _ = await self._reader.conversations(page)
            if not listed:
                break
            calm = 0 if any(records.stamp(row) > after for row in listed) else calm + 1
            for row in listed:
                found.setdefault(number(row, "id"), row)
        return found

    async def _conversation(self, row: Row, since: int) -> list[Change]:
        # The messages first: where the conversation is deleted meanwhile, nothing of it is told.
        try:
            messages = await self._reader.newest(row, since)
        except Refused as refused:
            if refused.code != Code.NOT_FOUND:
                raise
            return [self._interaction_gone(number(row, "id"))]
        return self._reader.told(row) + messages

    def _interaction_gone(self, conversation: int) -> Change:
        names, ledger = self._reader.names, self._reader.ledger
        return ledger.gone(Table.INTERACTION, names.interaction(conversation), self._client.clock.now())

    async def _contact(self, contact: int) -> list[Change]:
        try:
            answer = await self._client.get(await self._client.path("contacts", contact))
        except Refused as refused:
            if refused.code != Code.NOT_FOUND:
                raise
            # Merged away or deleted; what was theirs has been told before, in this page or an earlier one.
            names, ledger = self._reader.names, self._reader.ledger
            return [ledger.gone(Table.CUSTOMER, names.customer(contact), self._client.clock.now())]
        row = part(answer, "payload")
        if number(row, "id") != contact:
            raise Offline("unexpected_answer")
        return self._reader.contact(row)

    async def set_up(self) -> list[Change]:
        """Return what the account is set up with, and the end of what it was set up with before."""
        names, ledger = self._reader.names, self._reader.ledger
        profile = await self._client.profile()
        read = {what: await self._listed(what) for what in ("agents", "inboxes", "teams", "canned_responses", "labels")}
        found: dict[Table, list[Record]] = {
            Table.AGENT: [set_up.agent(row, names) for row in read["agents"] or [profile.row]],
            Table.QUEUE: [
                *(set_up.inbox(row, names) for row in read["inboxes"] or ()),
                *(set_up.team(row, names) for row in read["teams"] or ()),
            ],
            Table.TEMPLATE: [set_up.template(row, names) for row in read["canned_responses"] or ()],
            Table.DISPOSITION: [
                set_up.resolved(names),
                *(set_up.disposition(row, names) for row in read["labels"] or ()),
            ],
        }
        at = self._client.clock.now()
        changes = [ledger.told(record, at) for records_ in found.values() for record in records_]
        # What may not be read has not ended.
        is_all = None not in read.values()
        for table, now_there in found.items():
            ids = {record.id for record in now_there}
            known = self._told.setdefault(table, set())
            changes += [ledger.gone(table, id_, at) for id_ in sorted(known - ids) if is_all]
            known |= ids
        return changes

    async def _listed(self, what: str) -> list[Row] | None:
        """Return a list of the set-up, ``None`` where the agent may not see it."""
        try:
            answer = await self._client.get(await self._client.path(what))
        except Refused:
            return None
        return listed(answer) if isinstance(answer, list) else listed(answer, "payload")

    def _is_due(self, last: float | None, every_s: float) -> bool:
        return last is None or asyncio.get_running_loop().time() - last >= every_s
