"""Which tickets changed since, or lie before, an instant.

Zammad's search takes conditions, which the database answers as it stands, or words, which the search index answers with what
it has got round to: seconds to minutes late, in an order that may be old. So it is asked by conditions. A Zammad that passes
conditions over gives itself away by answering with what was not asked for, and is asked by words from then on; what is late
there is found by reading again from ``overlap_s`` before what is known. The rows themselves always come from the database.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, Literal

from desktop.backends.base import Refused
from desktop.backends.zammad.api import ZammadApi
from desktop.backends.zammad.shapes import Assets, Found, Ticket, millis

_log = logging.getLogger(__name__)

PAGE: Final = 100
_MOST_PAGES: Final = 100

_OVERLAP_S: Final = {"condition": 30, "index": 300}


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of tickets in order, and the rows of the people in it. ``is_last``: nothing follows."""

    tickets: list[Ticket]
    assets: Assets
    is_last: bool


class Finder:
    """Asks for tickets by when they changed."""

    def __init__(self, api: ZammadApi) -> None:
        self._api = api
        self.mode: Literal["condition", "index"] = "condition"

    @property
    def overlap_s(self) -> int:
        """How far back to read again: what was begun earlier is seen only when it is done, or has reached the index."""
        return _OVERLAP_S[self.mode]

    async def since(self, at_ms: int) -> AsyncGenerator[Listed, None]:
        """Yield what changed at ``at_ms`` or later, oldest first."""
        async for page in self._pages(at_ms, "after", ()):
            yield page

    async def before(self, at_ms: int | None, states: Sequence[int]) -> AsyncGenerator[Listed, None]:
        """Yield what changed last at ``at_ms`` (``None``: now) or earlier and is in one of ``states`` (none named: any),
        newest first."""
        async for page in self._pages(at_ms, "before", states):
            yield page

    async def overdue(self, now: datetime, states: Sequence[int]) -> Listed:
        """Return tickets in ``states`` whose reminder has run out, as far as the database can be asked."""
        if self.mode != "condition" or not states:
            return Listed([], Assets(), is_last=True)
        pairs = [
            *_among(states),
            ("condition[ticket.pending_time][operator]", "before (absolute)"),
            ("condition[ticket.pending_time][value]", _instant(millis(now))),
        ]
        found = await self._ask([*pairs, ("sort_by", "pending_time"), ("order_by", "desc")], 1)
        return replace(found, tickets=[one for one in found.tickets if one.pending_time and one.pending_time <= now])

    async def _pages(
        self, at_ms: int | None, side: Literal["after", "before"], states: Sequence[int]
    ) -> AsyncGenerator[Listed, None]:
        order = [("sort_by", "updated_at"), ("order_by", "asc" if side == "after" else "desc")]
        page = 1
        for _ in range(_MOST_PAGES):
            mode = self.mode
            pairs = _conditions(at_ms, side, states) if mode == "condition" else _words(at_ms, side, states)
            try:
                listed = await self._ask([*pairs, *order], page)
            except Refused as refused:
                if mode != "condition" or refused.status not in (400, 422):
                    raise
                listed = None
            if listed is None or (mode == "condition" and not _is_as_asked(listed.tickets, at_ms, side)):
                _log.warning("this Zammad does not search by conditions: asking its index")
                self.mode, page = "index", 1
                continue
            yield listed
            if listed.is_last:
                return
            last_ms = millis(listed.tickets[-1].updated_at) if listed.tickets and mode == "condition" else at_ms
            # A ticket that changes meanwhile leaves its place and those behind it move up: so pages go by instants, and by
            # number only through tickets of one instant.
            at_ms, page = last_ms, page + 1 if last_ms == at_ms else 1

    async def _ask(self, pairs: Sequence[tuple[str, str]], page: int) -> Listed:
        query = [*pairs, ("page", str(page)), ("per_page", str(PAGE))]
        found = await self._api.get(Found, "tickets/search", query)
        rows = found.assets.tickets
        tickets = [rows[str(id_)] for id_ in found.tickets if str(id_) in rows]
        return Listed(tickets, found.assets, is_last=len(found.tickets) < PAGE)


def _conditions(at_ms: int | None, side: str, states: Sequence[int]) -> list[tuple[str, str]]:
    # One condition at least: without any, and without words, older versions find nothing.
    if at_ms is None:
        at_ms = _END_MS
    return [
        ("condition[ticket.updated_at][operator]", f"{side} (absolute)"),
        ("condition[ticket.updated_at][value]", _instant(at_ms)),
        *_among(states),
    ]


def _among(states: Sequence[int]) -> list[tuple[str, str]]:
    if not states:
        return []
    return [
        ("condition[ticket.state_id][operator]", "is"),
        *(("condition[ticket.state_id][value][]", str(state)) for state in states),
    ]


def _words(at_ms: int | None, side: str, states: Sequence[int]) -> list[tuple[str, str]]:
    """The same in the index's own language. Zammad strikes out every ``*``, so that no range may be open at one end."""
    sign = ">=" if side == "after" else "<="
    words = [f'updated_at:{sign}"{_instant(_END_MS if at_ms is None else at_ms)}"']
    if states:
        words.append(f"state_id:({' OR '.join(map(str, states))})")
    return [("query", " AND ".join(words))]


def _is_as_asked(tickets: Sequence[Ticket], at_ms: int | None, side: str) -> bool:
    if at_ms is None:
        return True
    if side == "after":
        return all(millis(ticket.updated_at) >= at_ms for ticket in tickets)
    # Changed between the question and the answer, a ticket shows a newer instant.
    late = sum(millis(ticket.updated_at) > at_ms for ticket in tickets)
    return late * 2 <= len(tickets)


_END_MS: Final = millis(datetime(2100, 1, 1, tzinfo=UTC))


def _instant(at_ms: int) -> str:
    at = datetime.fromtimestamp(max(at_ms, 0) // 1000, UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{max(at_ms, 0) % 1000:03d}Z"
