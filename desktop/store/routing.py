"""How work is handed out, as this machine knows it: the centre's policy, why a contact went to whom, what leads say to
everybody and are warned of. Small and read whole, with what is on its way laid over. Handed out through ``projections``.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from desktop.domain.changes import Table
from desktop.domain.commands import Observe
from desktop.domain.ids import AgentId, InteractionId
from desktop.domain.routing import Alert, AlertRule, Broadcast, RoutingDecision, RoutingPolicy
from desktop.store import outbox, overlay
from desktop.store.connection import Connection
from desktop.store.rows import Observing, OutboxState
from desktop.wire.records import decode

DECISIONS_SQL: Final = "SELECT body FROM decision WHERE interaction_id = ? ORDER BY at DESC, id DESC LIMIT ?"
MESSAGES_SQL: Final = "SELECT body FROM message WHERE interaction_id = ? ORDER BY sent_at DESC, id DESC LIMIT 200"
# What says whether a lead reads along; the latter two where the agent is not told.
_BEGUN: Final = ("observing", "silent_observing")
_ENDED: Final = ("observing_ended", "silent_observing_ended")


def routing_policy(conn: Connection) -> RoutingPolicy:
    """Return what holds for the whole centre; the built-in one where none came."""
    row = conn.execute("SELECT body FROM routing WHERE id = 'policy'").fetchone()
    return RoutingPolicy() if row is None else decode(Table.ROUTING, row[0])


def decisions(conn: Connection, interaction_id: InteractionId, limit: int = 20) -> list[RoutingDecision]:
    """Return why an interaction went to whom, the newest decision first."""
    return [decode(Table.DECISION, body) for (body,) in conn.execute(DECISIONS_SQL, (interaction_id, limit))]


def broadcasts(conn: Connection, me: AgentId, now: datetime) -> list[Broadcast]:
    """Return what leads tell everybody and that still holds at ``now``, oldest first."""
    known = [decode(Table.BROADCAST, body) for (body,) in conn.execute("SELECT body FROM broadcast")]
    rows = overlay.broadcasts(known, outbox.entries(conn), me)
    return sorted((row for row in rows if row.until is None or row.until > now), key=lambda row: (row.at, row.id))


def alert_rules(conn: Connection) -> list[AlertRule]:
    """Return what leads are warned of, by title."""
    known = [decode(Table.ALERT_RULE, body) for (body,) in conn.execute("SELECT body FROM alert_rule")]
    rows = overlay.alert_rules(known, outbox.entries(conn))
    return sorted(rows, key=lambda row: (row.title.casefold(), row.id))


def alerts(conn: Connection, me: AgentId) -> list[Alert]:
    """Return the alerts, those that go on first and among these the newest first."""
    entries = outbox.entries(conn)
    known = [decode(Table.ALERT, body) for (body,) in conn.execute("SELECT body FROM alert")]
    rows = sorted((overlay.alert(row, entries, me) for row in known), key=lambda row: row.since, reverse=True)
    return sorted(rows, key=lambda row: row.ended_at is not None)


def observing(conn: Connection, interaction_id: InteractionId, me: AgentId) -> Observing:
    """Return whether I, a lead, read a contact along, by what is on its way or else by its newest event about me."""
    for entry in reversed(outbox.of_interactions(conn, [interaction_id])):
        if isinstance(entry.command, Observe) and entry.state is not OutboxState.WEDGED:
            return Observing(entry.command.is_on, entry.command.is_on and entry.command.is_joined)
    for (body,) in conn.execute(MESSAGES_SQL, (interaction_id,)):
        message = decode(Table.MESSAGE, body)
        # Who went offline stopped to, whoever made them go.
        is_me = message.values.get("lead", message.agent_id) == me
        if is_me and message.event in _BEGUN:
            return Observing(True, message.values.get("joined") == "1")
        if is_me and message.event in (*_ENDED, "taken_over"):
            return Observing()
    return Observing()
