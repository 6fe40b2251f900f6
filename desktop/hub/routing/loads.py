"""What each agent has in hand, counted by the database, as the values that routing works on. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import func, select

from desktop.domain.agent import Agent
from desktop.domain.changes import Table
from desktop.domain.interaction import InteractionState
from desktop.hub.db import tables
from desktop.hub.db.ledger import Ledger
from desktop.insight.routing import AgentLoad

TAKES_CAPACITY = (
    InteractionState.OFFERED,
    InteractionState.ACTIVE,
    InteractionState.ON_HOLD,
    InteractionState.WRAP_UP,
)
"""In these states an interaction keeps its agent busy; waiting and snoozed ones do not."""

_row = tables.record.c


async def loads(ledger: Ledger, agents: Iterable[Agent], idle_since: Mapping[str, datetime]) -> list[AgentLoad]:
    """Return what ``agents`` have in hand. ``idle_since`` says when somebody last ended something; else it is when
    they took up their present state."""
    await ledger.flush()
    query = (
        select(_row.assignee, _row.channel, func.count())
        .where(
            _row.type == Table.INTERACTION,
            _row.state.in_([str(state) for state in TAKES_CAPACITY]),
            _row.assignee.is_not(None),
            _row.is_deleted.is_(False),
        )
        .group_by(_row.assignee, _row.channel)
    )
    working: dict[str, dict[str, int]] = {}
    for assignee, channel, count in await ledger.connection.execute(query):
        working.setdefault(assignee, {})[channel] = count
    return [
        AgentLoad(agent=agent, working=working.get(agent.id, {}), idle_since=_idle_since(agent, idle_since))
        for agent in agents
    ]


def _idle_since(agent: Agent, ended: Mapping[str, datetime]) -> datetime | None:
    known = [at for at in (ended.get(agent.id), agent.presence.since) if at is not None]
    return max(known) if known else None


def with_one_more(load: AgentLoad, channel: str) -> AgentLoad:
    """Return ``load`` after one more interaction of ``channel`` was offered."""
    working = {**load.working, channel: load.working.get(channel, 0) + 1}
    return AgentLoad(agent=load.agent, working=working, idle_since=load.idle_since)
