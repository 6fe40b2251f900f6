"""Who may see which record, once as SQL for pages of the feed and once in memory for what was committed just now.

The rule: what is said in an interaction (``WORK``) is seen where its queue is, or by the agent it is assigned to; what is
known of a customer (``CARDS``) where any contact of theirs was, or by all before their first; everything else by all.
A *guest*, an agent assigned something of a queue that their team does not see, gets the customer's facts through a queue
of their own (``own_queue``). Work that moved out of sight is told as ``delete``: any that ever changed queues and is not
visible now, because a reader who was away for two moves must hear of it too. The id of such work is all that is told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, and_, exists, or_, select, true

from desktop.domain.agent import Queue, Role
from desktop.domain.changes import Table
from desktop.hub.auth.caller import Caller
from desktop.hub.db import tables
from desktop.wire.shapes import Change

if TYPE_CHECKING:
    from desktop.hub.db.ledger import Written

WORK: Final = frozenset({Table.INTERACTION, Table.MESSAGE, Table.SUGGESTION, Table.FLOW})
CARDS: Final = frozenset({Table.CUSTOMER, Table.TOUCHPOINT, Table.RECORD, Table.DUPLICATE})
PERSONAL: Final = WORK | CARDS
_NOT_FOR_CHANNELS: Final = CARDS | {Table.SUGGESTION, Table.FLOW, Table.MODEL}

Sight = Literal["upsert", "delete"] | None

_row = tables.record.c


def is_open_to(queue: Queue, role: Role, team: str) -> bool:
    """Whether people of ``role`` in ``team`` may see what is in ``queue``."""
    return role in (Role.ADMIN, Role.CHANNEL) or not queue.teams or (bool(team) and team in queue.teams)


def own_queue(agent_id: str) -> str:
    """Return the name under which ``tables.customer_queue`` shows a customer to one guest."""
    return f"@{agent_id}"


class Viewer(Struct, frozen=True, kw_only=True):
    """What one caller may see. ``queues`` is ``None`` for all of them; ``hidden`` names the known ones that are not
    visible: with another set of them the caller's copy of the records is another one, and so is its ``epoch``."""

    role: Role
    agent_id: str | None = None
    queues: frozenset[str] | None = None
    hidden: frozenset[str] = frozenset()

    def epoch(self, database_epoch: str) -> str:
        """Return the name of this viewer's history of the feed."""
        if not self.hidden:
            return database_epoch
        tag = hashlib.blake2s("\n".join(sorted(self.hidden)).encode(), digest_size=6).hexdigest()
        return f"{database_epoch}.{tag}"

    def _shows(self, table: str, queue: str | None, assignee: str | None, shown_in: Iterable[str]) -> bool:
        if self.role is Role.CHANNEL:
            return table not in _NOT_FOR_CHANNELS
        if self.queues is None or table not in PERSONAL:
            return True
        if table in WORK:
            return queue is None or queue in self.queues or (assignee is not None and assignee == self.agent_id)
        names = frozenset(shown_in)
        return not names or bool(names & self._names)

    @property
    def _names(self) -> frozenset[str]:
        own = frozenset({own_queue(self.agent_id)}) if self.agent_id else frozenset()
        return (self.queues or frozenset()) | own

    def sight(self, written: Written) -> Sight:
        """Return how a change that was just committed looks to this viewer, ``None`` where it is not theirs to see."""
        table = written.change.type
        if self._shows(table, written.queue, written.assignee, written.shown_in):
            return written.change.op
        return "delete" if table in WORK and written.left_queue is not None and self.queues is not None else None

    def seen(self, row: Mapping[str, Any]) -> Change:
        """Return a row of ``tables.record`` that met ``condition`` as this viewer's element of the feed."""
        hidden = row["type"] in WORK and not self._shows(row["type"], row["queue"], row["assignee"], ())
        if row["is_deleted"] or hidden:
            return Change(seq=row["seq"], op="delete", type=row["type"], id=row["id"])
        return Change(seq=row["seq"], op="upsert", type=row["type"], id=row["id"], record=msgspec.Raw(row["body"]))

    def condition(self) -> ColumnElement[bool]:
        """Return the condition on ``tables.record`` that selects what this viewer is told of, deletions included."""
        return self._selects(_row.left_queue.is_not(None))

    def shown(self) -> ColumnElement[bool]:
        """Return the condition on ``tables.record`` that selects what this viewer may see now."""
        return self._selects()

    def shows_work(self) -> ColumnElement[bool]:
        """Return the part of ``shown`` that is about rows of the types in ``WORK``."""
        if self.role is Role.CHANNEL or self.queues is None:
            return true()
        assigned = [_row.assignee == self.agent_id] if self.agent_id else []
        return or_(_row.queue.is_(None), _row.queue.in_(sorted(self.queues)), *assigned)

    def _selects(self, *also_work: ColumnElement[bool]) -> ColumnElement[bool]:
        if self.role is Role.CHANNEL:
            return _row.type.not_in(sorted(_NOT_FOR_CHANNELS))
        if self.queues is None:
            return true()
        shown = tables.customer_queue.c
        any_queue = select(shown.queue).where(shown.customer_id == _row.customer_id)
        cards = (
            _row.customer_id.is_(None),
            ~exists(any_queue),
            exists(any_queue.where(shown.queue.in_(sorted(self._names)))),
        )
        return or_(
            _row.type.not_in(sorted(PERSONAL)),
            and_(_row.type.in_(sorted(WORK)), or_(self.shows_work(), *also_work)),
            and_(_row.type.in_(sorted(CARDS)), or_(*cards)),
        )


def viewer_of(caller: Caller, queues: Iterable[Queue]) -> Viewer:
    """Return what ``caller`` may see while ``queues`` are all there are."""
    if caller.role in (Role.ADMIN, Role.CHANNEL):
        return Viewer(role=caller.role, agent_id=caller.agent_id)
    visible: set[str] = set()
    hidden: set[str] = set()
    for queue in queues:
        (visible if is_open_to(queue, caller.role, caller.team) else hidden).add(str(queue.id))
    return Viewer(role=caller.role, agent_id=caller.agent_id, queues=frozenset(visible), hidden=frozenset(hidden))
