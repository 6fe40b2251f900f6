"""Loans and broadcasts that end by themselves: their timers are in the table, so that a restart loses none. Called by the
desk's clocks."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_

from desktop.domain.agent import PresenceState
from desktop.domain.changes import Table
from desktop.hub.db import tables
from desktop.hub.db.columns import LIVE, micros
from desktop.hub.desk.lead.agents import end_loan
from desktop.hub.desk.work import Work

_row = tables.record.c
_AT_ONCE = 100

# By type, state and time, as the index of timers has them.
_LOANS: Final = and_(_row.type == str(Table.AGENT), _row.state.in_([str(state) for state in PresenceState]))
_BROADCASTS: Final = and_(_row.type == str(Table.BROADCAST), _row.state == LIVE)
TIMERS: Final[tuple[ColumnElement[bool], ...]] = (_LOANS, _BROADCASTS)
"""Conditions on ``tables.record``: whose ``timer_at`` the clocks go by."""


async def run_out(work: Work, until: datetime) -> int:
    """End what was to end by ``until``; returns how much."""
    agents = await work.ledger.find(Table.AGENT, _LOANS, _row.timer_at <= micros(until), limit=_AT_ONCE)
    for agent in agents:
        await end_loan(work, agent)
    over = await work.ledger.find(Table.BROADCAST, _BROADCASTS, _row.timer_at <= micros(until), limit=_AT_ONCE)
    for broadcast in over:
        await work.ledger.remove(Table.BROADCAST, broadcast.id)
    return len(agents) + len(over)
