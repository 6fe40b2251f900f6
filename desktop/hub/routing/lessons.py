"""What closed contacts teach about agents: how long they took, whether the customer had to come back, how it was rated.
Learned anew from the newest contacts at start and now and then, in the background, so that every hub process comes to the
same and a rating or a return that came late counts too. Nothing is kept but counts and sums by agent and request type.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

import msgspec
from sqlalchemy import select

from desktop.domain.changes import Table
from desktop.domain.ids import AgentId
from desktop.domain.interaction import InteractionState
from desktop.hub.db import tables
from desktop.hub.db.continuity import STEP
from desktop.hub.db.database import Database
from desktop.insight.routing import Outcomes

log = logging.getLogger(__name__)

LEARN_S: Final = 600.0
MOST: Final = 20_000
"""So many contacts are learned from, the newest ones."""

CAME_BACK: Final = timedelta(days=7)
"""A customer who comes back about the same matter within this time had not been helped."""

_WINDOW: Final = 4_000 * STEP
_MOST_WINDOWS: Final = 200
_AT_ONCE: Final = 500
_NOT_SOLVED: Final = frozenset({"not_solved"})
_NO_CONTACT: Final = frozenset({"spam", "not_reached"})
_row = tables.record.c
_TYPE: Final = _row.type.concat("")  # as an expression it leaves the look-up to the range of numbers


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """What is read of an interaction."""

    id: str
    state: InteractionState
    created_at: datetime
    customer_id: str | None = None
    assignee: str | None = None
    intent: str | None = None
    accepted_at: datetime | None = None
    closed_at: datetime | None = None
    disposition: str | None = None


class _Rated(msgspec.Struct, frozen=True):
    rating: int | None = None


_contacts: Final = msgspec.json.Decoder(Contact)
_rated: Final = msgspec.json.Decoder(_Rated)


def learn(contacts: Sequence[Contact], ratings: dict[str, int], at: datetime) -> Outcomes:
    """Return what contacts teach. One is resolved where its customer did not begin another about the same matter within
    ``CAME_BACK``; before that time is over nothing is known of it."""
    began: dict[tuple[str, str], list[datetime]] = {}
    for one in contacts:
        if one.customer_id and one.intent:
            began.setdefault((one.customer_id, one.intent), []).append(one.created_at)
    outcomes = Outcomes()
    for one in sorted(contacts, key=lambda contact: (contact.created_at, contact.id)):
        if one.state is not InteractionState.CLOSED or one.disposition in _NO_CONTACT:
            continue
        if not one.assignee or not one.intent or one.accepted_at is None or one.closed_at is None:
            continue
        later = began.get((one.customer_id or "", one.intent), [])
        resolved: bool | None = True if at - one.closed_at >= CAME_BACK else None
        if one.disposition in _NOT_SOLVED or any(
            one.created_at < back and one.closed_at <= back < one.closed_at + CAME_BACK for back in later
        ):
            resolved = False
        outcomes.observe(
            AgentId(one.assignee),
            one.intent,
            (one.closed_at - one.accepted_at).total_seconds(),
            resolved=resolved,
            rating=ratings.get(one.id),
        )
    return outcomes


class Lessons:
    """Learns in the background and hands ``take`` what was learned."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        take: Callable[[Outcomes], None],
        learn_s: float = LEARN_S,
    ) -> None:
        self._database = database
        self._clock = clock
        self._take = take
        self._learn_s = learn_s
        self._over = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to learn."""
        if self._task is None:
            self._over.clear()
            self._task = asyncio.get_running_loop().create_task(self._run(), name="desk.lessons")

    async def stop(self) -> None:
        """End; what is being read is read first."""
        task, self._task = self._task, None
        self._over.set()
        if task is not None:
            await task

    async def look(self) -> Outcomes | None:
        """Learn now. Returns ``None`` where it was told to end meanwhile."""
        contacts = await self._recent()
        if contacts is None:
            return None
        ratings = await self._ratings([one.id for one in contacts if one.state is InteractionState.CLOSED])
        outcomes = await asyncio.to_thread(learn, contacts, ratings, self._clock())
        self._take(outcomes)
        return outcomes

    async def _run(self) -> None:
        while not self._over.is_set():
            try:
                await self.look()
            except Exception as error:
                log.warning("nothing could be learned of closed contacts: %s", type(error).__name__)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._learn_s):
                    await self._over.wait()

    async def _recent(self) -> list[Contact] | None:
        """Return the contacts that changed last, by the numbers of the feed: windows of it, newest first."""
        async with self._database.read() as ledger:
            upper = await ledger.latest()
        found: list[Contact] = []
        for _ in range(_MOST_WINDOWS):
            if self._over.is_set():
                return None
            if upper <= 0 or len(found) >= MOST:
                break
            query = select(_row.body).where(
                _row.seq > upper - _WINDOW,
                _row.seq <= upper,
                _TYPE.in_([str(Table.INTERACTION)]),
                _row.is_deleted.is_(False),
            )
            async with self._database.read() as ledger:
                bodies = (await ledger.connection.execute(query)).scalars().all()
            found += [_contacts.decode(body) for body in bodies]
            upper -= _WINDOW
        return found[:MOST]

    async def _ratings(self, ids: Sequence[str]) -> dict[str, int]:
        """Return how contacts were rated: the touchpoint of a contact has its id."""
        found: dict[str, int] = {}
        for start in range(0, len(ids), _AT_ONCE):
            if self._over.is_set():
                break
            query = select(_row.id, _row.body).where(
                _row.type == str(Table.TOUCHPOINT),
                _row.id.in_(ids[start : start + _AT_ONCE]),
                _row.is_deleted.is_(False),
            )
            async with self._database.read() as ledger:
                rows = (await ledger.connection.execute(query)).all()
            for id_, body in rows:
                rating = _rated.decode(body).rating
                if rating is not None:
                    found[id_] = rating
        return found
