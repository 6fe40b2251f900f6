"""Where in the queue a visitor is and how long it will take, from what the queue did just now. Honest: unknown where too
little was measured, or where nobody was taken lately."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.interaction import Interaction, InteractionState
from desktop.hub.db import tables
from desktop.hub.db.columns import micros
from desktop.hub.db.ledger import Ledger

LOOKED_BACK: Final = timedelta(minutes=30)
LEAST_TAKEN: Final = 3
LONGEST_S: Final = 3600
"""Beyond an hour no figure is told: nobody waits by the minute then."""

_MOST: Final = 500
_WAITING: Final = [str(InteractionState.QUEUED), str(InteractionState.OFFERED)]
_TAKEN: Final = [
    str(state)
    for state in InteractionState
    if state not in (InteractionState.QUEUED, InteractionState.OFFERED, InteractionState.ABANDONED)
]
_row = tables.record.c


class Place(Struct, frozen=True):
    """``position`` counts from 1; ``wait_s`` is ``None`` where nobody can tell."""

    position: int
    wait_s: int | None


class Line(Struct, frozen=True):
    """Who waits for one queue in the order in which they will be taken, and when the last ones were."""

    waiting: tuple[str, ...]
    taken_at: tuple[datetime, ...]
    at: datetime

    def place_of(self, interaction_id: str) -> Place:
        """Return the place of one who waits; somebody not seen yet is last."""
        found = interaction_id in self.waiting
        position = self.waiting.index(interaction_id) + 1 if found else len(self.waiting) + 1
        return Place(position, expected_wait_s(position, self.taken_at, self.at))


def expected_wait_s(position: int, taken_at: Sequence[datetime], at: datetime) -> int | None:
    """Return how long the one at ``position`` will wait: as long as it takes to take that many at the speed at which the
    queue was worked lately (Little 1961), ``None`` where fewer than three were taken in the last half hour or it would be
    more than an hour."""
    lately = [one for one in taken_at if timedelta() <= at - one <= LOOKED_BACK]
    if len(lately) < LEAST_TAKEN:
        return None
    each_s = (at - min(lately)).total_seconds() / len(lately)
    wait_s = round(position * each_s)
    return wait_s if wait_s <= LONGEST_S else None


async def line_of(ledger: Ledger, queue: str | None, at: datetime) -> Line:
    """Return the line of the chats of a queue."""
    mine = _row.queue == queue if queue is not None else _row.queue.is_(None)
    chats = (mine, _row.channel == str(Channel.CHAT))
    waiting: list[Interaction] = await ledger.find(Table.INTERACTION, *chats, _row.state.in_(_WAITING), limit=_MOST)
    lately = _row.at >= micros(at - 2 * LOOKED_BACK)
    taken: list[Interaction] = await ledger.find(
        Table.INTERACTION, *chats, _row.state.in_(_TAKEN), lately, newest_first=True, limit=_MOST
    )
    waiting.sort(key=lambda one: (one.priority, one.queued_at or one.created_at, one.id))
    return Line(
        tuple(str(one.id) for one in waiting),
        tuple(one.accepted_at for one in taken if one.accepted_at is not None),
        at,
    )
