"""Pages of the feed read backwards: newest first, below a number, and only what a viewer may see now.

Nothing is told as deleted here: who reads backwards begins with nothing. ``Scope`` ``open`` is what an agent needs to work
at once: the company's own records, and all open work the viewer may see with its suggestions and flows, its customers, their
business records, and the ``NEWEST_OF_EACH`` newest messages of each contact and touchpoints of each customer. What is
older is in ``all``. The numbers of open work are found in indexes alone; a page's rows are then fetched by number. Called
by ``feed``.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
from sqlalchemy import CTE, CompoundSelect, FromClause, Label, Select, func, select, union_all

from desktop.domain.changes import Table
from desktop.domain.interaction import InteractionState
from desktop.hub.db import tables
from desktop.hub.db.ledger import Ledger
from desktop.hub.db.visibility import Viewer
from desktop.wire.shapes import Change, Scope

NEWEST_OF_EACH: Final = 200

_REFERENCE: Final = tuple(
    map(
        str,
        (
            Table.AGENT,
            Table.QUEUE,
            Table.TEMPLATE,
            Table.DISPOSITION,
            Table.INTENT,
            Table.PLAYBOOK,
            Table.ARTICLE,
            Table.MODEL,
            Table.VERIFICATION,
            Table.ROUTING,
            Table.ALERT_RULE,
            Table.ALERT,
            Table.BROADCAST,
        ),
    )
)
_OPEN: Final = tuple(str(state) for state in InteractionState if state.is_open)
_EARLIEST: Final = -(2**62)

_row = tables.record


async def page(
    ledger: Ledger, viewer: Viewer, before: int, scope: Scope, limit: int
) -> tuple[list[Change], int, bool, int]:
    """Return the newest ``limit`` records below ``before``, the ``before`` to go on with, whether there is more, and the
    head of the feed: what was deleted up to that is not among them."""
    latest = await ledger.latest()  # first: what is read after this look is as it was then or later in any isolation
    query = select(_row.c.seq, _row.c.type, _row.c.id, _row.c.body).order_by(_row.c.seq.desc())
    query = query.where(_row.c.is_deleted.is_(False), viewer.shown())
    if scope == "all":
        rows = (await ledger.connection.execute(query.where(_row.c.seq < before).limit(limit + 1))).all()
        numbers = [row[0] for row in rows]
    else:
        numbers = list((await ledger.connection.execute(open_numbers(viewer, before, limit + 1))).scalars())
        rows = (await ledger.connection.execute(query.where(_row.c.seq.in_(numbers[:limit])))).all()
    changes = [
        Change(seq=seq, op="upsert", type=type_, id=id_, record=msgspec.Raw(body))
        for seq, type_, id_, body in rows[:limit]
    ]
    more = len(numbers) > limit
    return changes, numbers[limit - 1] if more else 0, more, latest


def open_numbers(viewer: Viewer, before: int, limit: int) -> Select[Any]:
    """Return the query for the newest numbers below ``before`` of the open work and of what belongs to it."""
    work = (
        select(_row.c.id, _row.c.customer_id, _number(_row))
        .where(
            _row.c.type == str(Table.INTERACTION),
            _row.c.state.in_(_OPEN),
            _row.c.is_deleted.is_(False),
            viewer.shows_work(),
        )
        .cte("work")
    )
    people = select(work.c.customer_id.label("id")).where(work.c.customer_id.is_not(None)).distinct().cte("people")
    parts: CompoundSelect[Any] = union_all(
        select(_number(_row)).where(_row.c.type.in_(_REFERENCE)),
        select(work.c.number),
        _of(Table.MESSAGE, work, "interaction_id", is_capped=True),
        _of(Table.SUGGESTION, work, "interaction_id"),
        _of(Table.FLOW, work, "interaction_id"),
        _of(Table.CUSTOMER, people, "customer_id"),
        _of(Table.RECORD, people, "customer_id"),
        _of(Table.TOUCHPOINT, people, "customer_id", is_capped=True),
    )
    found = parts.subquery("found")
    return select(found.c.number).where(found.c.number < before).order_by(found.c.number.desc()).limit(limit)


def _number(table: FromClause) -> Label[int]:
    # Plus nothing: else SQLite takes order and bound for reasons to go through all of the feed by number.
    return (table.c.seq + 0).label("number")


def _of(table: Table, owners: CTE, column: str, *, is_capped: bool = False) -> Select[Any]:
    """The numbers of the records of a type that belong to ``owners``; capped, of the newest of each owner only."""
    part = _row.alias()
    query = select(_number(part)).join(owners, part.c[column] == owners.c.id).where(part.c.type == str(table))
    if not is_capped:
        return query
    other = _row.alias()
    oldest = (
        select(other.c.at)
        .where(other.c.type == str(table), other.c[column] == owners.c.id)
        .order_by(other.c.at.desc())
        .limit(1)
        .offset(NEWEST_OF_EACH - 1)
        .correlate(owners)
        .scalar_subquery()
    )
    return query.where(part.c.at >= func.coalesce(oldest, _EARLIEST))
