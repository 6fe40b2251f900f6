"""Everything about some tickets as changes: the contact, what was said in it, who is part of it.

Remembers of each ticket how far it was told, so that the next time only its new transactions are read, and what the agent saw
when they asked for a change of it. Asks RT in bundles: three to five requests for a hundred tickets. Called by ``feed`` and
``actions``.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Final

import msgspec

from desktop.backends.base import Refused
from desktop.backends.rt import queries, records, states
from desktop.backends.rt.api import RtApi
from desktop.backends.rt.bodies import Body, body_of, is_body
from desktop.backends.rt.naming import Naming
from desktop.backends.rt.records import Last
from desktop.backends.rt.shapes import Attachment, Link, Page, Standing, Ticket, Transaction, User, instant
from desktop.domain.changes import Table
from desktop.domain.interaction import Author, Message
from desktop.wire import records as wire
from desktop.wire.shapes import Change

_BUNDLE: Final = 100
_SETTLED_S: Final = 3
_RECENT_S: Final = 60
_MOST_KNOWN: Final = 50_000
_LINKED: Final = frozenset({"AddLink", "DeleteLink"})


@dataclass(frozen=True, slots=True)
class Known:
    """How a ticket was when it was told last. ``version`` is its newest transaction; ``is_settled``: the second of its last
    change was over by then, so that nothing more can have happened in it."""

    ticket: Ticket
    version: int
    last: Last
    links: tuple[Link, ...] = ()
    is_settled: bool = False


@dataclass(frozen=True, slots=True)
class _Told:
    """Changes, and what is to be remembered once they are handed on."""

    changes: list[Change] = field(default_factory=list)
    known: list[Known] = field(default_factory=list)
    agents: dict[int, str] = field(default_factory=dict)


class Reader:
    """Reads tickets. ``known`` is what was told of which; ``inactive`` the statuses of own lifecycles that end a ticket."""

    def __init__(self, api: RtApi, naming: Naming) -> None:
        self._api = api
        self._naming = naming
        self._agents: dict[int, str] = {}
        self._kinds: dict[str, bool] = {}
        self.known: dict[int, Known] = {}

    @property
    def inactive(self) -> frozenset[str]:
        return frozenset(status for status, is_inactive in self._kinds.items() if is_inactive)

    def is_told(self, ticket: Ticket) -> bool:
        """Whether there can be nothing new about ``ticket``."""
        known = self.known.get(ticket.id)
        return known is not None and known.is_settled and known.ticket.updated == ticket.updated

    async def ticket(self, number: int) -> Ticket | None:
        """Return one ticket as a search finds it, ``None`` where it is deleted, merged away or not for this agent."""
        query = f"{queries.ALL} AND id = {number}"
        page = await self._api.search(Ticket, "tickets", query, queries.TICKET_FIELDS)
        return next((one for one in page.items if one.id == number and one.home == number), None)

    async def changes(self, tickets: Sequence[Ticket], *, is_answer: bool = False) -> list[Change]:
        """Return all there is to tell of ``tickets``, of those told before what is new. The rows of an ``is_answer`` claim no
        place in the feed."""
        await self._learn_kinds(tickets)
        since = {one.id: self.known[one.id].version if self._is_same_home(one) else 0 for one in tickets}
        transactions = await self._transactions(since)
        if not is_answer:
            tickets = await self._as_new_as(tickets, transactions)
        bodies = await self._bodies([one for one in transactions if records.is_said(one)])
        links = await self._links(tickets, transactions)
        # Sanitising hostile HTML may take longer than the window may stand still.
        told = await asyncio.to_thread(self._told, tickets, transactions, bodies, links, self._api.now, is_answer)
        # Not on the thread, which goes on when whoever asked does not wait for it any more: what nobody gets is not told.
        for known in told.known:
            self._remember(known)
        self._agents |= told.agents
        return told.changes

    def forget(self, tickets: Iterable[int]) -> None:
        """Tell of some tickets anew: what was told of them last did not get anywhere."""
        for ticket in tickets:
            self.known.pop(ticket, None)
        self._agents.clear()

    async def has_new_words(self, ticket: Ticket) -> bool:
        """Whether the customer wrote since ``ticket`` was told last."""
        known = self.known.get(ticket.id)
        if known is None:
            return False
        found = await self._walk_transactions({ticket.id: known.version}, "Type = 'Correspond'")
        return any(records.author_of(one.creator.id, ticket) is Author.CUSTOMER for one in found)

    def gone(self, ticket: int, seq: int) -> Change:
        """Return that a ticket is not there any more."""
        self.known.pop(ticket, None)
        return Change(seq=seq, op="delete", type=Table.INTERACTION, id=self._naming.contact(ticket))

    def woken(self, tickets: Iterable[Ticket], now: datetime) -> list[Change]:
        """Return the tickets put off until a moment that has passed: the change is in the time, not in RT."""
        changes = []
        for ticket in tickets:
            known, starts = self.known.get(ticket.id), instant(ticket.starts)
            if starts is not None and known is not None:
                contact = self._contact(ticket, known.version, known.last, now)
                changes.append(upsert(max(int(starts.timestamp()), ticket.updated), contact))
        return changes

    def _is_same_home(self, ticket: Ticket) -> bool:
        known = self.known.get(ticket.id)
        return known is not None and known.ticket.home == ticket.home

    async def _as_new_as(self, tickets: Sequence[Ticket], transactions: Iterable[Transaction]) -> list[Ticket]:
        """Read those tickets again that changed between themselves and their transactions being read: a version may not claim
        more than the row that has it shows."""
        newest: dict[int, int] = {}
        for one in transactions:
            at = instant(one.created)
            newest[one.object_id] = max(newest.get(one.object_id, 0), int(at.timestamp()) if at is not None else 0)
        recently = int(self._api.now.timestamp()) - _RECENT_S
        doubtful = [one.id for one in tickets if newest.get(one.id, 0) >= max(one.updated, recently)]
        if not doubtful:
            return list(tickets)
        wanted = " OR ".join(f"id = {one}" for one in doubtful)
        page = await self._api.search(Ticket, "tickets", f"{queries.ALL} AND ({wanted})", queries.TICKET_FIELDS)
        again = {one.id: one for one in page.items}
        return [again.get(one.id, one) for one in tickets]

    async def _learn_kinds(self, tickets: Iterable[Ticket]) -> None:
        """Ask of statuses nobody knows whether they end a ticket."""
        strange = {one.status: one.id for one in tickets if one.status not in states.KNOWN | self._kinds.keys()}
        for status, ticket in strange.items():
            query = f"{queries.ALL} AND id = {ticket} AND Status = '__Inactive__'"
            self._kinds[status] = bool((await self._api.search(Ticket, "tickets", query, {})).items)

    async def _transactions(self, since: dict[int, int]) -> list[Transaction]:
        found: list[Transaction] = []
        tickets = iter(sorted(since))
        while bundle := {one: since[one] for one in islice(tickets, _BUNDLE)}:
            for kinds in (queries.PLAIN, queries.HIDEABLE):
                found += await self._walk_transactions(bundle, kinds)
        return sorted(found, key=lambda one: one.id)

    async def _walk_transactions(self, bundle: dict[int, int], kinds: str) -> list[Transaction]:
        found: list[Transaction] = []
        while True:
            after = found[-1].id if found else 0
            query = queries.of_tickets(bundle, kinds, after)
            page: Page[Transaction] = await self._api.search(
                Transaction, "transactions", query, queries.TRANSACTION_FIELDS, orderby="id", order="ASC"
            )
            found += page.items
            # Rows an agent may not see are taken out after RT counted to a hundred.
            is_whole = page.total is not None or kinds != queries.HIDEABLE
            if not page.items or (is_whole and len(page.items) < queries.PAGE):
                return found

    async def _bodies(self, transactions: Sequence[Transaction]) -> dict[int, Body]:
        parts: dict[int, list[Attachment]] = {}
        texts: dict[int, str] = {}
        for start in range(0, len(transactions), _BUNDLE):
            bundle = [one.id for one in transactions[start : start + _BUNDLE]]
            found = await self._parts(bundle)
            for part in found:
                parts.setdefault(part.transaction_id, []).append(part)
            wanted = [part.id for part in found if is_body(part)]
            for at in range(0, len(wanted), queries.PAGE):
                query = queries.these(wanted[at : at + queries.PAGE])
                page = await self._api.search_json(Attachment, "attachments", query, {"fields": "Content"})
                texts |= {one.id: one.content or "" for one in page.items}
        return {one.id: body_of(parts.get(one.id, []), texts, self._naming.file) for one in transactions}

    async def _parts(self, transactions: Sequence[int]) -> list[Attachment]:
        found: list[Attachment] = []
        while True:
            query = queries.parts_of(transactions, found[-1].id if found else 0)
            page = await self._api.search_json(
                Attachment, "attachments", query, queries.PART_FIELDS, orderby="id", order="ASC"
            )
            found += page.items
            if len(page.items) < queries.PAGE:
                return found

    async def _links(
        self, tickets: Sequence[Ticket], transactions: Sequence[Transaction]
    ) -> dict[int, tuple[Link, ...]]:
        """Ask for the links of those tickets that ever got one."""
        linked = {one.object_id for one in transactions if one.type in _LINKED}
        found: dict[int, tuple[Link, ...]] = {}
        for ticket in tickets:
            if ticket.id in linked and ticket.home == ticket.id:
                try:
                    found[ticket.id] = tuple((await self._api.get(Standing, f"ticket/{ticket.id}")).hyperlinks)
                except Refused:
                    continue
        return found

    def _told(
        self,
        tickets: Sequence[Ticket],
        transactions: Sequence[Transaction],
        bodies: dict[int, Body],
        links: dict[int, tuple[Link, ...]],
        now: datetime,
        is_answer: bool,
    ) -> _Told:
        of_ticket: dict[int, list[Transaction]] = {}
        for one in transactions:
            of_ticket.setdefault(one.object_id, []).append(one)
        told_of = _Told()
        changes = told_of.changes
        for ticket in tickets:
            seq = 0 if is_answer else ticket.updated
            new = of_ticket.get(ticket.id, [])
            known = self.known.get(ticket.id) if self._is_same_home(ticket) else None
            version = max([known.version if known is not None else 1, *(one.id for one in new)])
            last = known.last if known is not None else Last()
            is_merged = ticket.home != ticket.id
            is_settled = now.timestamp() - ticket.updated > _SETTLED_S
            if known is not None and not new and known.ticket == ticket and not is_answer:
                told_of.known.append(dataclasses.replace(known, is_settled=is_settled))
                continue
            if is_merged:
                changes.append(Change(seq=seq, op="delete", type=Table.INTERACTION, id=self._naming.contact(ticket.id)))
            for one in new:
                if one.type == "Status" and one.new_value == states.STALLED:
                    last = last.stalled()
                told = records.message(one, ticket, self._naming, bodies.get(one.id))
                if told is None:
                    continue
                last = last.then(told)
                self._worker(one.creator, told, seq, told_of)
                # A message moves to another contact with the merge of its ticket, and by nothing else.
                at = ticket.updated if is_merged else int(told.sent_at.timestamp())
                changes.append(upsert(0 if is_answer else max(at, 1), told))
            linked = links.get(ticket.id, known.links if known is not None else ())
            if not is_answer:
                told_of.known.append(Known(ticket, version, last, linked, is_settled))
            elif known is not None:
                # The agent saw it, but only the feed makes sure that it is kept.
                told_of.known.append(dataclasses.replace(known, ticket=ticket, is_settled=False))
            if is_merged:
                continue
            changes += [upsert(seq, records.customer(one, self._naming)) for one in ticket.requestor]
            self._worker(ticket.owner, None, seq, told_of)
            changes.append(upsert(seq, self._contact(ticket, version, last, now)))
            case = records.case(ticket, self._naming, linked, version=version, inactive=self.inactive)
            if case is not None:
                changes.append(upsert(seq, case))
        return told_of

    def _contact(self, ticket: Ticket, version: int, last: Last, now: datetime) -> wire.Record:
        return records.contact(ticket, self._naming, version=version, last=last, now=now, inactive=self.inactive)

    def _worker(self, user: User, said: Message | None, seq: int, told_of: _Told) -> None:
        """Tell of a colleague once."""
        is_agent = said is None or said.author is Author.AGENT
        name = records.name_of(user)
        if not is_agent or user.id <= records.SYSTEM or user.name == states.NOBODY:
            return
        if name not in (self._agents.get(user.id), told_of.agents.get(user.id)):
            told_of.agents[user.id] = name
            told_of.changes.append(upsert(seq, records.agent(user, self._naming)))

    def _remember(self, known: Known) -> None:
        self.known.pop(known.ticket.id, None)
        self.known[known.ticket.id] = known
        if len(self.known) > _MOST_KNOWN:
            self.known.pop(next(iter(self.known)))


def upsert(seq: int, record: wire.Record) -> Change:
    """Return a record as a change."""
    return Change(
        seq=seq, op="upsert", type=wire.type_of(record), id=record.id, record=msgspec.Raw(wire.encode(record))
    )
