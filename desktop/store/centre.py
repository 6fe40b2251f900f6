"""What a contact centre is made of: agents, queues, canned texts, dispositions, request types. Small lists, read whole.

Handed out through ``projections``.
"""

from __future__ import annotations

from typing import Any, Final

from desktop.domain.agent import Agent, Queue
from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.ids import AgentId, account_of
from desktop.domain.template import Disposition, IntentLabel, Template
from desktop.store import outbox, overlay
from desktop.store.connection import Connection
from desktop.wire.records import decode

_ORDERS: Final = {
    Table.AGENT: "name, id",
    Table.QUEUE: "priority, id",
    Table.TEMPLATE: "shortcut, id",
    Table.DISPOSITION: "id",
    Table.INTENT: "id",
}

# The live channels are three: call, chat, video.
BUSY_SQL: Final = """
    SELECT id FROM interaction
    WHERE assignee = ? AND (state = 'wrap_up' OR (state IN ('active', 'on_hold') AND channel IN (?, ?, ?)))
"""


def agent(conn: Connection, agent_id: AgentId) -> Agent | None:
    """Return the signed-in agent, with the presence they asked for even if the hub has not heard of it yet."""
    row = conn.execute("SELECT body FROM agent WHERE id = ?", (agent_id,)).fetchone()
    if row is None:
        return None
    return overlay.agent(decode(Table.AGENT, row[0]), outbox.entries(conn), is_busy=has_live_contact(conn, agent_id))


def has_live_contact(conn: Connection, agent_id: AgentId, account: str | None = None) -> bool:
    """Return whether an agent is at a call, video or chat of one account (``None``: of any), or has something to wrap
    up: what "after this contact" waits for."""
    found = conn.execute(BUSY_SQL, (agent_id, *(channel.value for channel in Channel if channel.is_live)))
    return any(account is None or account_of(id_) == account for (id_,) in found)


def agents(conn: Connection) -> list[Agent]:
    """Return everybody who works here by name, with what a lead at this window changed about them."""
    entries = outbox.entries(conn)
    return [overlay.colleague(row, entries) for row in _all(conn, Table.AGENT)]


def queues(conn: Connection) -> list[Queue]:
    """Return the queues, most urgent first."""
    return _all(conn, Table.QUEUE)


def templates(conn: Connection) -> list[Template]:
    """Return the canned texts by shortcut."""
    return _all(conn, Table.TEMPLATE)


def dispositions(conn: Connection) -> list[Disposition]:
    """Return how a contact can end."""
    return _all(conn, Table.DISPOSITION)


def intents(conn: Connection) -> list[IntentLabel]:
    """Return the request types and their names."""
    return _all(conn, Table.INTENT)


def _all(conn: Connection, table: Table) -> list[Any]:
    rows = conn.execute(f"SELECT body FROM {table} ORDER BY {_ORDERS[table]}")  # noqa: S608 - names of ours
    return [decode(table, body) for (body,) in rows]
