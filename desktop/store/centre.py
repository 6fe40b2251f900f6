"""What a contact centre is made of: agents, queues, canned texts, dispositions, request types. Small lists, read whole.

Handed out through ``projections``.
"""

from __future__ import annotations

from typing import Any, Final

from desktop.domain.agent import Agent, Queue
from desktop.domain.changes import Table
from desktop.domain.ids import AgentId
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


def agent(conn: Connection, agent_id: AgentId) -> Agent | None:
    """Return the signed-in agent, with the presence they asked for even if the hub has not heard of it yet."""
    row = conn.execute("SELECT body FROM agent WHERE id = ?", (agent_id,)).fetchone()
    return None if row is None else overlay.agent(decode(Table.AGENT, row[0]), outbox.entries(conn))


def agents(conn: Connection) -> list[Agent]:
    """Return everybody who works here by name, as the hub has them."""
    return _all(conn, Table.AGENT)


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
