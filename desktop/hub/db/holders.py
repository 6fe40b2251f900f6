"""Who may have a file: whoever brought it, whoever sees a message that names it, and of a model that runs whoever works
here. Written beside the messages; asked by
the API before it hands a file out and by the desk before a message may name one.

``tables.blob_use`` only finds messages; what a message names, and who sees it, is read from its record.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import select, union_all
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from desktop.domain.changes import Table
from desktop.domain.interaction import Message
from desktop.domain.learned import LearnedModel
from desktop.hub.db import tables
from desktop.hub.db.columns import micros
from desktop.hub.db.visibility import Viewer
from desktop.wire import records

_row = tables.record.c


class Held(Struct, frozen=True, kw_only=True):
    """A file that a caller may have, and the name they know it by."""

    sha256: str
    name: str
    media_type: str
    size: int


async def brought(connection: AsyncConnection, sha256: str, caller_id: str, name: str, at: datetime) -> bool:
    """Note that a caller stored a file, under which name. Returns whether it is the first time they did."""
    column = tables.blob_upload.c
    known = await connection.execute(select(column.sha256).where(column.sha256 == sha256, column.caller == caller_id))
    statement = insert_into(connection, tables.blob_upload)
    values = {"sha256": sha256, "caller": caller_id, "name": name, "at": micros(at)}
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["sha256", "caller"], set_={"name": statement.excluded.name, "at": statement.excluded.at}
        ),
        values,
    )
    return known.first() is None


async def used(connection: AsyncConnection, messages: Iterable[Message]) -> None:
    """Note which files messages name."""
    rows = [{"sha256": one.sha256, "message_id": message.id} for message in messages for one in message.attachments]
    if rows:
        await connection.execute(insert_into(connection, tables.blob_use).on_conflict_do_nothing(), rows)


async def held(connection: AsyncConnection, viewer: Viewer, caller_id: str, sha256s: Iterable[str]) -> dict[str, Held]:
    """Return those of ``sha256s`` that are stored and the caller may have."""
    blob, upload = tables.blob.c, tables.blob_upload.c
    query = select(blob.sha256, blob.media_type, blob.size).where(blob.sha256.in_(set(sha256s)))
    found: dict[str, Held] = {}
    for row in (await connection.execute(query)).all():
        own = select(upload.name).where(upload.sha256 == row.sha256, upload.caller == caller_id)
        name = (await connection.execute(own)).scalar()
        if name is None:
            name = await _seen_as(connection, viewer, row.sha256)
        if name is None:
            name = await _runs_as(connection, viewer, row.sha256)
        if name is not None:
            found[row.sha256] = Held(sha256=row.sha256, name=name, media_type=row.media_type, size=row.size)
    return found


async def is_anybodys(connection: AsyncConnection, sha256: str) -> bool:
    """Whether a caller brought a file or a message names it."""
    upload = select(tables.blob_upload.c.sha256).where(tables.blob_upload.c.sha256 == sha256)
    use = select(tables.blob_use.c.sha256).where(tables.blob_use.c.sha256 == sha256)
    return (await connection.execute(union_all(upload, use).limit(1))).first() is not None


async def _seen_as(connection: AsyncConnection, viewer: Viewer, sha256: str) -> str | None:
    """Return what a file is called in the newest message the viewer sees it in, ``None`` where there is none."""
    use = tables.blob_use.c
    query = (
        select(_row.body)
        .select_from(
            tables.blob_use.join(tables.record, (_row.type == str(Table.MESSAGE)) & (_row.id == use.message_id))
        )
        .where(use.sha256 == sha256, _row.is_deleted.is_(False), viewer.shows_work())
        .order_by(_row.at.desc())
        .limit(20)
    )
    for body in (await connection.execute(query)).scalars():
        message: Message = records.decode(Table.MESSAGE, body)
        for attachment in message.attachments:
            if attachment.sha256 == sha256:
                return attachment.name
    return None


async def _runs_as(connection: AsyncConnection, viewer: Viewer, sha256: str) -> str | None:
    """Return what a file is called as the model of a task that runs, ``None`` where it is none the viewer is told of."""
    query = select(_row.body).where(_row.type == str(Table.MODEL), _row.is_deleted.is_(False), viewer.shown())
    for body in (await connection.execute(query)).scalars():
        model: LearnedModel = records.decode(Table.MODEL, body)
        if model.sha256 == sha256:
            return f"{model.id}.npz"
    return None


def insert_into(connection: AsyncConnection, table: Any) -> Any:
    """Return an INSERT that can say what to do about a row that is there already."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)
