"""What helps an agent through a contact: its guided flows with ticks on their way laid over them, the playbooks they are
begun from, the articles, and how the customer felt message by message. Handed out through ``projections``.
"""

from __future__ import annotations

from datetime import datetime

from desktop.domain.changes import Table
from desktop.domain.commands import StartFlow
from desktop.domain.flow import Flow
from desktop.domain.ids import AgentId, InteractionId, foreign_id
from desktop.domain.interaction import Message
from desktop.domain.knowledge import Article
from desktop.domain.playbook import Playbook
from desktop.domain.verification import VerificationPolicy
from desktop.store import outbox, overlay
from desktop.store.connection import Connection
from desktop.store.rows import FlowRow, OutboxEntry, OutboxState
from desktop.store.worklists import interaction_row
from desktop.wire.records import decode

MOODS_SQL = """
    SELECT body FROM (
        SELECT body, sent_at, id FROM message
        WHERE interaction_id = ? AND mood IS NOT NULL ORDER BY sent_at DESC LIMIT ?)
    ORDER BY sent_at, id
"""


def flows(conn: Connection, interaction_id: InteractionId, me: AgentId) -> list[FlowRow]:
    """Return the flows of an interaction, the first begun first. One that was begun here is there at once, made from the
    playbook as this machine has it; where the hub knows one of the same playbook, that one counts."""
    entries = outbox.of_interactions(conn, [interaction_id])
    rows = conn.execute("SELECT body FROM flow WHERE interaction_id = ? ORDER BY started_at, id", (interaction_id,))
    known = [decode(Table.FLOW, body) for (body,) in rows]
    known += _begun(conn, interaction_id, entries, {flow.playbook for flow in known}, me)
    return [overlay.flow(flow, entries, me) for flow in known]


def playbooks(conn: Connection) -> list[Playbook]:
    """Return what the company prescribes, by id."""
    return [decode(Table.PLAYBOOK, body) for (body,) in conn.execute("SELECT body FROM playbook ORDER BY id")]


def articles(conn: Connection) -> list[Article]:
    """Return everything there is to look up, by id."""
    return [decode(Table.ARTICLE, body) for (body,) in conn.execute("SELECT body FROM article ORDER BY id")]


def felt_messages(conn: Connection, interaction_id: InteractionId, limit: int = 200) -> list[Message]:
    """Return the newest ``limit`` messages of an interaction whose mood is known, oldest first."""
    return [decode(Table.MESSAGE, body) for (body,) in conn.execute(MOODS_SQL, (interaction_id, limit))]


def verification_policy(conn: Connection, account: str = "") -> VerificationPolicy:
    """Return what is asked before sensitive data of an account is shown; one that asks nothing where none came."""
    row = conn.execute("SELECT body FROM verification WHERE id = ?", (foreign_id(account, "policy"),)).fetchone()
    return VerificationPolicy() if row is None else decode(Table.VERIFICATION, row[0])


def _begun(
    conn: Connection, interaction_id: InteractionId, entries: list[OutboxEntry], known: set[str], me: AgentId
) -> list[Flow]:
    """Return the flows that a command on its way begins."""
    started: dict[str, tuple[StartFlow, datetime]] = {}
    for entry in entries:
        command = entry.command
        if isinstance(command, StartFlow) and entry.state is not OutboxState.WEDGED and command.playbook not in known:
            started.setdefault(command.playbook, (command, entry.created_at))
    if not started:
        return []
    row = interaction_row(conn, interaction_id, me)
    found = []
    for playbook_id, (command, at) in started.items():
        body = conn.execute("SELECT body FROM playbook WHERE id = ?", (playbook_id,)).fetchone()
        if body is not None and row is not None:
            found.append(overlay.begun(command, decode(Table.PLAYBOOK, body[0]), row.interaction, at, me))
    return found
