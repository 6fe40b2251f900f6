"""One ticket with all that is in it, read from Zammad and told as rows. Knows the people of the tickets it saw lately.

Called by ``feed`` for each ticket that changed, and by ``commands`` and ``articles`` for the one they are about.
"""

from __future__ import annotations

import asyncio
from typing import Final, TypeVar

import msgspec

from desktop.backends.base import Refused
from desktop.backends.zammad.api import ZammadApi
from desktop.backends.zammad.catalogue import Catalogue
from desktop.backends.zammad.naming import Naming
from desktop.backends.zammad.records import Records
from desktop.backends.zammad.shapes import NOBODY, Article, Assets, Organization, Tags, Ticket, User, millis
from desktop.domain.changes import Table
from desktop.wire import records as wire
from desktop.wire.errors import Code
from desktop.wire.shapes import Change

K = TypeVar("K")
V = TypeVar("V")
Gone = tuple[Table, int]
"""A ticket or a user that there was."""

_MOST_KNOWN: Final = 5_000
_RECENT_MS: Final = 60_000


class Tickets:
    """Reads tickets. ``open`` are those it read that are still to be done, ``gone`` tickets and users that are not there any
    more and have not been told so; ``watched`` those the agent follows."""

    def __init__(self, api: ZammadApi, catalogue: Catalogue, records: Records, naming: Naming) -> None:
        self._api = api
        self._naming = naming
        self._catalogue = catalogue
        self._records = records
        self._users: dict[int, User] = {}
        self._organizations: dict[int, Organization] = {}
        self._translating = asyncio.Lock()
        self._said: dict[int, frozenset[int]] = {}
        self.open: set[int] = set()
        self.gone: set[Gone] = set()
        self.watched: frozenset[int] = frozenset()

    async def ticket(self, number: int) -> Ticket:
        """Return a ticket as it stands. Raises ``Refused`` with ``gone`` where there is none for this agent."""
        return await self._there(Ticket, number, f"tickets/{number}")

    async def articles(self, number: int) -> list[Article]:
        """Return what was said in a ticket, as far as this agent may see it. Raises ``Refused`` with ``gone``."""
        found = await self._there(list[Article], number, f"ticket_articles/by_ticket/{number}")
        return [article for article in found if article.ticket_id == number]

    async def user(self, number: int) -> User:
        """Return a user as they were when a ticket of theirs was last read."""
        return self._users[number] if number in self._users else await self.user_now(number)

    async def user_now(self, number: int) -> User:
        """Return a user as they are. Raises ``Refused`` with ``gone`` where they were deleted."""
        try:
            user = await self._api.get(User, f"users/{number}")
        except Refused as refused:
            if refused.code != Code.NOT_FOUND:
                raise
            self._users.pop(number, None)
            self.gone.add((Table.CUSTOMER, number))
            raise Refused(Code.GONE, status=refused.status) from None
        self.learn(user)
        return user

    def learn(self, user: User) -> None:
        """Take in a user as they are now."""
        _keep(self._users, user.id, user)

    def remember(self, assets: Assets) -> None:
        """Take in who came along with a search."""
        for user in assets.users.values():
            self.learn(user)
        for company in assets.organizations.values():
            _keep(self._organizations, company.id, company)

    def follow(self, number: int, *, is_on: bool) -> None:
        """The agent follows a ticket from now on, or no longer does."""
        self.watched = self.watched | {number} if is_on else self.watched - {number}

    async def rows(self, ticket: Ticket, ahead: int = 0) -> list[Change]:
        """Return the rows of a ticket: whose it is, what was said, the contact itself. None where it is gone.

        Rows that answer a command are numbered ``ahead`` of the feed, but for messages that are older: those are known.
        """
        try:
            articles = await self.articles(ticket.id)
        except Refused as refused:
            if refused.code != Code.GONE:
                raise
            return []
        is_open = ticket.state_id in self._catalogue.open_states()
        (self.open.add if is_open else self.open.discard)(ticket.id)
        customer, company = await self._people(ticket)
        labels = await self._tags(ticket.id) if is_open else []
        ended = await self._taken_back(ticket.id, articles, ahead or micros(ticket))

        def translated() -> list[Change]:
            records = self._records
            people: list[wire.Record] = []
            if company is not None:
                people.append(records.organization(company))
            if customer is not None:
                people.append(records.customer(customer, company.name if company is not None else ""))
            messages = [records.message(article) for article in articles]
            contact = records.contact(ticket, articles, customer, labels=labels, is_watched=ticket.id in self.watched)
            seq, recent_ms = ahead or micros(ticket), millis(ticket.updated_at) - _RECENT_MS
            return [
                *(row(seq, person) for person in people),
                *(row(ahead if ahead and one.version >= recent_ms else one.version * 1000, one) for one in messages),
                row(seq, contact),
            ]

        # On a thread, as a long mail in HTML takes longer than the window may stand still; one at a time, as each that works
        # besides makes the window wait for its turn.
        async with self._translating:
            told = await asyncio.to_thread(translated) + ended
        # Only now: a look that was broken off has told nothing.
        _keep(self._said, ticket.id, frozenset(article.id for article in articles))
        return told

    async def _taken_back(self, number: int, articles: list[Article], seq: int) -> list[Change]:
        """Return the end of messages that were in a ticket when it was last read and are nowhere any more."""
        now = frozenset(article.id for article in articles)
        before = self._said.get(number, frozenset())
        changes: list[Change] = []
        for article in sorted(before - now):
            try:
                await self._api.get(Article, f"ticket_articles/{article}")  # merged away, it belongs to another
            except Refused as refused:
                if refused.code == Code.NOT_FOUND:
                    changes.append(Change(seq=seq, op="delete", type="message", id=self._naming.message(article)))
        return changes

    async def _there(self, shape: type[V], number: int, path: str) -> V:
        try:
            found = await self._api.get(shape, path, {"expand": "true"})
            self.gone.discard((Table.INTERACTION, number))
            return found
        except Refused as refused:
            if refused.code not in (Code.NOT_FOUND, Code.FORBIDDEN):
                raise
            # Deleted, or in a group this agent may not look into any more: the desk has no business with it either way.
            self.gone.add((Table.INTERACTION, number))
            self.open.discard(number)
            raise Refused(Code.GONE, status=refused.status) from None

    async def _people(self, ticket: Ticket) -> tuple[User | None, Organization | None]:
        if ticket.customer_id is None or ticket.customer_id == NOBODY:
            return None, None
        customer = None
        try:
            customer = await self.user(ticket.customer_id)
            number = customer.organization_id
            if number is None:
                return customer, None
            if number not in self._organizations:
                found = await self._api.get(Organization, f"organizations/{number}")
                _keep(self._organizations, number, found)
            return customer, self._organizations[number]
        except Refused:
            return customer, None

    async def _tags(self, number: int) -> list[str]:
        try:
            return (await self._api.get(Tags, "tags", {"object": "Ticket", "o_id": str(number)})).tags
        except Refused:
            return []


def row(seq: int, record: wire.Record) -> Change:
    """Return a record as a change."""
    body = msgspec.Raw(wire.encode(record))
    return Change(seq=seq, op="upsert", type=wire.type_of(record), id=record.id, record=body)


def micros(ticket: Ticket) -> int:
    """Return when a ticket last changed, in microseconds: its place in the feed."""
    return millis(ticket.updated_at) * 1000


def _keep(known: dict[K, V], key: K, value: V) -> None:
    known.pop(key, None)
    known[key] = value
    if len(known) > _MOST_KNOWN:
        del known[next(iter(known))]
