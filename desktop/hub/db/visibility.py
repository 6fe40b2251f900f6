"""Who may see which record, once as SQL for pages of the feed and once in memory for what was committed just now.

The rule: what is said in an interaction (``WORK``) is seen where its queue is, by the agent it is assigned to and by the
colleague they consult; what is known of a customer (``CARDS``) where any contact of theirs was, or by all before their
first; what is for leads (``LEADING``) by those of the queue; a broadcast by the teams it is to and its author; everything
else by all. Two kinds of messages are seen by fewer: a whisper by the agent it is to while the contact is theirs, and by
leads of the queue; a silent event by those leads only.
A *guest*, an agent assigned or asked about something of a queue that their team does not see, gets the customer's facts
through a queue of their own (``own_queue``). Work that moved out of sight is told as ``delete``: any that ever changed
queues and is not visible now, because a reader who was away for two moves must hear of it too. The id of such work is all
that is told, and of a whisper or a silent event only those hear who may have seen it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select, true

from desktop.domain.agent import Queue, Role
from desktop.domain.changes import Table
from desktop.hub.auth.caller import Caller
from desktop.hub.db import tables
from desktop.hub.db.columns import LEADS_ONLY, WHISPER, team_mark
from desktop.wire.shapes import Change

if TYPE_CHECKING:
    from desktop.hub.db.ledger import Written

WORK: Final = frozenset({Table.INTERACTION, Table.MESSAGE, Table.SUGGESTION, Table.FLOW, Table.DECISION})
CARDS: Final = frozenset({Table.CUSTOMER, Table.TOUCHPOINT, Table.RECORD, Table.DUPLICATE})
PERSONAL: Final = WORK | CARDS
LEADING: Final = frozenset({Table.ALERT, Table.ALERT_RULE})
_NOT_FOR_CHANNELS: Final = (
    CARDS | LEADING | {Table.SUGGESTION, Table.FLOW, Table.MODEL, Table.DECISION, Table.BROADCAST}
)

_FOR_FEW: Final = (WHISPER, LEADS_ONLY)
_ROLES: Final = (Role.LEAD, Role.ADMIN)

Sight = Literal["upsert", "delete"] | None

_row = tables.record.c


def is_open_to(queue: Queue, role: Role, team: str) -> bool:
    """Whether people of ``role`` in ``team`` may see what is in ``queue``."""
    return role in (Role.ADMIN, Role.CHANNEL) or not queue.teams or (bool(team) and team in queue.teams)


def own_queue(agent_id: str) -> str:
    """Return the name under which ``tables.customer_queue`` shows a customer to one guest."""
    return f"@{agent_id}"


class _Facts(NamedTuple):
    """What of a row decides who sees it."""

    table: str
    queue: str | None
    left_queue: str | None
    assignee: str | None
    party: str | None
    state: str | None
    lookup: str | None


_COLUMNS: Final = _Facts._fields[1:]


class Viewer(Struct, frozen=True, kw_only=True):
    """What one caller may see. ``queues`` is ``None`` for all of them; ``hidden`` names the known ones that are not
    visible: with another set of them the caller's copy of the records is another one, and so is its ``epoch``."""

    role: Role
    agent_id: str | None = None
    team: str = ""
    queues: frozenset[str] | None = None
    hidden: frozenset[str] = frozenset()

    def epoch(self, database_epoch: str) -> str:
        """Return the name of this viewer's history of the feed."""
        if not self.hidden:
            return database_epoch
        tag = hashlib.blake2s("\n".join(sorted(self.hidden)).encode(), digest_size=6).hexdigest()
        return f"{database_epoch}.{tag}"

    def _shows(self, row: _Facts, shown_in: Iterable[str] = ()) -> bool:
        table = row.table
        is_for_few = row.state in _FOR_FEW and table == Table.MESSAGE
        if self.role is Role.CHANNEL:
            return table not in _NOT_FOR_CHANNELS and not is_for_few
        if self.queues is None:
            return True
        in_sight = row.queue is None or row.queue in self.queues
        if table in LEADING:
            return self._leads and in_sight
        if is_for_few:
            return (self._leads and in_sight) or (row.state == WHISPER and self._is_me(row.assignee))
        if table in WORK:
            return in_sight or self._is_me(row.assignee) or self._is_me(row.party)
        if table == Table.BROADCAST:
            return row.lookup is None or team_mark(self.team) in row.lookup or self._is_me(row.assignee)
        if table not in PERSONAL:
            return True
        names = frozenset(shown_in)
        return not names or bool(names & self._names)

    def _is_me(self, agent_id: str | None) -> bool:
        return agent_id is not None and agent_id == self.agent_id

    def _misses(self, row: _Facts) -> bool:
        """Whether a row that is not shown may once have been, and so is told as deleted."""
        if row.table not in WORK or row.left_queue is None or self.queues is None:
            return False
        if row.state not in _FOR_FEW:
            return True
        return self._leads or (row.state == WHISPER and self._is_me(row.party))

    @property
    def _leads(self) -> bool:
        return self.role in _ROLES

    @property
    def _names(self) -> frozenset[str]:
        own = frozenset({own_queue(self.agent_id)}) if self.agent_id else frozenset()
        return (self.queues or frozenset()) | own

    def sight(self, written: Written) -> Sight:
        """Return how a change that was just committed looks to this viewer, ``None`` where it is not theirs to see."""
        facts = _Facts(
            written.change.type,
            written.queue,
            written.left_queue,
            written.assignee,
            written.party,
            written.state,
            written.lookup,
        )
        if self._shows(facts, written.shown_in):
            return written.change.op
        return "delete" if self._misses(facts) else None

    def seen(self, row: Mapping[str, Any]) -> Change:
        """Return a row of ``tables.record`` that met ``condition`` as this viewer's element of the feed."""
        hidden = row["type"] in WORK and not self._shows(_Facts(row["type"], *(row[name] for name in _COLUMNS)))
        if row["is_deleted"] or hidden:
            return Change(seq=row["seq"], op="delete", type=row["type"], id=row["id"])
        return Change(seq=row["seq"], op="upsert", type=row["type"], id=row["id"], record=msgspec.Raw(row["body"]))

    def condition(self) -> ColumnElement[bool]:
        """Return the condition on ``tables.record`` that selects what this viewer is told of, deletions included."""
        return self._selects(_row.left_queue.is_not(None))

    def shown(self) -> ColumnElement[bool]:
        """Return the condition on ``tables.record`` that selects what this viewer may see now."""
        return self._selects(false())

    def shows_work(self) -> ColumnElement[bool]:
        """Return the part of ``shown`` that is about rows of the types in ``WORK`` which are not for a few only."""
        if self.role is Role.CHANNEL or self.queues is None:
            return true()
        return or_(self._in_sight(), *self._mine(_row.assignee, _row.party))

    def _in_sight(self) -> ColumnElement[bool]:
        return or_(_row.queue.is_(None), _row.queue.in_(sorted(self.queues or ())))

    def _mine(self, *columns: ColumnElement[Any]) -> list[ColumnElement[bool]]:
        return [column == self.agent_id for column in columns] if self.agent_id else []

    def _selects_few(self, was_left: ColumnElement[bool]) -> ColumnElement[bool]:
        """Of the messages for a few."""
        if self._leads:
            return or_(self._in_sight(), *self._mine(_row.assignee), was_left)
        mine = self._mine(_row.assignee)
        return and_(
            _row.state == WHISPER, or_(false(), *mine, *(and_(was_left, one) for one in self._mine(_row.party)))
        )

    def _selects(self, was_left: ColumnElement[bool]) -> ColumnElement[bool]:
        for_all = or_(_row.state.is_(None), _row.state.not_in(_FOR_FEW))
        if self.role is Role.CHANNEL:
            return and_(_row.type.not_in(sorted(_NOT_FOR_CHANNELS)), for_all)
        if self.queues is None:
            return true()
        shown = tables.customer_queue.c
        any_queue = select(shown.queue).where(shown.customer_id == _row.customer_id)
        cards = (
            _row.customer_id.is_(None),
            ~exists(any_queue),
            exists(any_queue.where(shown.queue.in_(sorted(self._names)))),
        )
        leading = [and_(_row.type.in_(sorted(LEADING)), self._in_sight())] if self._leads else []
        # Not by LIKE, which takes upper and lower case for one.
        is_to_team = func.replace(_row.lookup, team_mark(self.team), "") != _row.lookup
        broadcast = or_(_row.lookup.is_(None), is_to_team, *self._mine(_row.assignee))
        return or_(
            _row.type.not_in(sorted(PERSONAL | LEADING | {Table.BROADCAST})),
            *leading,
            and_(_row.type == str(Table.BROADCAST), broadcast),
            and_(
                _row.type.in_(sorted(WORK)),
                or_(
                    and_(for_all, or_(self.shows_work(), was_left)),
                    and_(_row.state.in_(_FOR_FEW), self._selects_few(was_left)),
                ),
            ),
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
    return Viewer(
        role=caller.role,
        agent_id=caller.agent_id,
        team=caller.team,
        queues=frozenset(visible),
        hidden=frozenset(hidden),
    )
