"""Which leads read which contact along, and which of them may write in it. Beside the interaction's record, which its agent
sees: whether they are told is the policy's to say. Written by what leads do (``desk.lead.observing``) and by ``desk.work``,
where a contact ends or a lead goes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from desktop.domain.ids import AgentId, InteractionId
from desktop.hub.db import tables
from desktop.hub.db.columns import micros
from desktop.hub.db.holders import insert_into

_column = tables.observer.c


async def of_contact(connection: AsyncConnection, interaction_id: InteractionId) -> dict[AgentId, bool]:
    """Return who reads a contact along, in the order in which they began; the values say who joined."""
    query = select(_column.agent_id, _column.is_joined).where(_column.interaction_id == interaction_id)
    rows = (await connection.execute(query.order_by(_column.at, _column.agent_id))).all()
    return {AgentId(agent_id): is_joined for agent_id, is_joined in rows}


async def of_lead(connection: AsyncConnection, agent_id: AgentId) -> list[InteractionId]:
    """Return what a lead reads along."""
    query = select(_column.interaction_id).where(_column.agent_id == agent_id).order_by(_column.at)
    return [InteractionId(id_) for id_ in (await connection.execute(query)).scalars()]


async def observed(connection: AsyncConnection) -> list[InteractionId]:
    """Return all contacts that anybody reads along."""
    return [
        InteractionId(id_) for id_ in (await connection.execute(select(_column.interaction_id).distinct())).scalars()
    ]


async def begin(
    connection: AsyncConnection, interaction_id: InteractionId, agent_id: AgentId, at: datetime, *, is_joined: bool
) -> None:
    """Note that a lead reads along from now on, or reads along in another way."""
    values = {"interaction_id": interaction_id, "agent_id": agent_id, "is_joined": is_joined, "at": micros(at)}
    statement = insert_into(connection, tables.observer).on_conflict_do_update(
        index_elements=["interaction_id", "agent_id"], set_={"is_joined": is_joined}
    )
    await connection.execute(statement, values)


async def end(connection: AsyncConnection, interaction_id: InteractionId, agent_id: AgentId | None = None) -> None:
    """Note that a lead, or everybody, reads along no more."""
    statement = delete(tables.observer).where(_column.interaction_id == interaction_id)
    await connection.execute(statement if agent_id is None else statement.where(_column.agent_id == agent_id))
