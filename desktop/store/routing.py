"""How work is handed out, as this machine knows it: the centre's policy, why a contact went to whom, what waits, what leads
say to everybody and are warned of. Small and read whole, with what is on its way laid over. Handed out through
``projections``; a decision made at this desk is written here too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from desktop.domain.changes import Table
from desktop.domain.commands import Observe
from desktop.domain.ids import AgentId, CustomerId, InteractionId
from desktop.domain.interaction import Interaction
from desktop.domain.routing import Alert, AlertRule, Broadcast, RoutingDecision, RoutingPolicy
from desktop.store import outbox, overlay
from desktop.store.columns import UPSERTS, micros, row_of
from desktop.store.connection import Connection
from desktop.store.rows import Observing, OutboxState
from desktop.store.transaction import Write
from desktop.wire.records import decode

DECISIONS_SQL: Final = "SELECT body FROM decision WHERE interaction_id = ? ORDER BY at DESC, id DESC LIMIT ?"
MESSAGES_SQL: Final = "SELECT body FROM message WHERE interaction_id = ? ORDER BY sent_at DESC, id DESC LIMIT 200"
# Nothing about which a command is on its way.
WAITING_SQL: Final = """
    SELECT body FROM interaction WHERE state = 'queued' AND id NOT IN (
        SELECT interaction_id FROM outbox WHERE interaction_id IS NOT NULL) ORDER BY due_at, created_at, id LIMIT ?
"""
SERVED_SQL: Final = """
    SELECT customer_id, assignee FROM interaction
    WHERE customer_id IN (SELECT value FROM json_each(?)) AND last_at >= ? AND assignee IS NOT NULL ORDER BY last_at
"""
_SAME_SQL: Final = """
    SELECT customer_id, other_id FROM link WHERE state = 'merged' AND (
        customer_id IN (SELECT value FROM json_each(?1)) OR other_id IN (SELECT value FROM json_each(?1)))
"""
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


def keep_decision(w: Write, decision: RoutingDecision) -> None:
    """Write down why a contact went to whom, as it was decided at this desk; the id is of the contact's account."""
    w.conn.execute(UPSERTS[Table.DECISION], row_of(Table.DECISION, 0, decision))
    w.touch(Table.DECISION, decision.id, decision.interaction_id)


def drop_decision(w: Write, decision: RoutingDecision) -> None:
    """Take a decision back that came to nothing."""
    w.conn.execute("DELETE FROM decision WHERE id = ?", (decision.id,))
    w.touch(Table.DECISION, decision.id, decision.interaction_id)


def waiting(conn: Connection, limit: int) -> list[Interaction]:
    """Return what waits in queues and about which nothing is on its way, what is due first at the head."""
    return [decode(Table.INTERACTION, body) for (body,) in conn.execute(WAITING_SQL, (limit,))]


def last_served(conn: Connection, customers: Iterable[CustomerId], since: datetime) -> dict[CustomerId, AgentId]:
    """Return who has, or had, the latest contact of some customers ``since`` then, also where another account knows them
    under another id."""
    wanted = set(customers)
    people: dict[str, set[str]] = {id_: {id_} for id_ in wanted}
    todo = set(people)
    while todo:
        rows = conn.execute(_SAME_SQL, (json.dumps(sorted(todo)),)).fetchall()
        todo = {id_ for row in rows for id_ in row} - people.keys()
        for one, other in rows:
            both = people.get(one, {one}) | people.get(other, {other})
            people |= dict.fromkeys(both, both)
    found: dict[CustomerId, AgentId] = {}
    for customer_id, agent_id in conn.execute(SERVED_SQL, (json.dumps(sorted(people)), micros(since))):
        for same in people[customer_id] & wanted:
            found[CustomerId(same)] = AgentId(agent_id)
    return found


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
