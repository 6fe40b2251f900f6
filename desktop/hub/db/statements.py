"""What the ledger asks most, built once: SQLAlchemy takes longer to build a statement than SQLite to carry it out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from desktop.domain.changes import Table
from desktop.hub.db import tables

NONE: Final[dict[str, Any]] = {"version": 0, "queue": None, "left_queue": None, "assignee": None, "party": None}
"""What has to be known of a record's last version before the next is written: here of one that there was not."""

_row = tables.record
_is_it = (_row.c.type == bindparam("kind"), _row.c.id == bindparam("key"))
HEADER: Final = [_row.c[name] for name in NONE]
GET: Final = select(_row.c.body, *HEADER).where(*_is_it, _row.c.is_deleted.is_(False))
LOOK: Final = select(*HEADER).where(*_is_it)
TAKE: Final = update(tables.clock).values(seq=tables.clock.c.seq + bindparam("taken")).returning(tables.clock.c.seq)
BY_THREAD: Final = (
    select(_row.c.id, _row.c.body, *HEADER)
    .where(_row.c.type == str(Table.INTERACTION), _row.c.is_deleted.is_(False))
    .where(_row.c.lookup == bindparam("thread"), _row.c.channel == bindparam("way"))
    .order_by(_row.c.at.desc(), _row.c.id.desc())
    .limit(1)
)


def header(row: Sequence[Any] | None) -> dict[str, Any]:
    """Return what ``LOOK`` found, or the end of what ``GET`` did, by name."""
    return NONE if row is None else dict(zip(NONE, row, strict=True))


def _upsert(dialect: Any) -> Any:
    statement = dialect.insert(_row)
    columns = {column.name: statement.excluded[column.name] for column in _row.c if not column.primary_key}
    return statement.on_conflict_do_update(index_elements=["type", "id"], set_=columns)


UPSERTS: Final = {"postgresql": _upsert(postgresql), "sqlite": _upsert(sqlite)}
