"""One stream of a contact, or of everything a customer ever did; with echoes of what is on its way out at its end.

Reads from the newest end, ``limit`` items at a time, and never decodes more than it returns. Handed out through
``projections``.
"""

from __future__ import annotations

import json
from datetime import datetime

from desktop.domain.changes import Table
from desktop.domain.commands import LinkCustomer
from desktop.domain.ids import CustomerId, InteractionId
from desktop.domain.suggestion import Suggestion, SuggestionState
from desktop.store import outbox, overlay
from desktop.store.apply import sync_state
from desktop.store.columns import micros
from desktop.store.connection import Connection
from desktop.store.customers import aliases
from desktop.store.rows import OutboxEntry, OutboxState, StreamItem, StreamKind
from desktop.store.schema import NEVER
from desktop.wire.records import decode


def stream(
    conn: Connection,
    interaction_id: InteractionId,
    *,
    everything: bool = False,
    before: datetime | None = None,
    limit: int = 200,
) -> list[StreamItem]:
    """Return the newest ``limit`` items before ``before`` (default: up to now), oldest first.

    ``everything`` adds the customer's other contacts and touchpoints. Items of one instant are never torn apart, so
    that asking again with ``before`` the first item's instant loses none; there may be a few more than ``limit``.
    Echoes come last and only without ``before``. A gap comes first where the beginning may not have been synced yet.
    """
    contacts, customers = [str(interaction_id)], []
    if everything:
        customer_id = _customer_of(conn, interaction_id)
        customers = aliases(conn, customer_id) if customer_id is not None else []
        contacts = list(dict.fromkeys([interaction_id, *_contacts(conn, customers)]))
    end = NEVER if before is None else micros(before)
    since = _since(conn, contacts, customers, end, limit)
    items = _messages(conn, interaction_id, contacts, since, end)
    if customers:
        items += _touchpoints(conn, interaction_id, contacts, customers, since, end)
        items.sort(key=lambda item: (micros(item.at), item.key))
    if len(items) < limit and items and not sync_state(conn).is_complete:
        items.insert(0, StreamItem(f"gap:{items[0].key}", StreamKind.GAP, items[0].at))
    if before is None:
        items += _echoes(conn, interaction_id, contacts)
    return items


def suggestions(conn: Connection, interaction_id: InteractionId) -> list[Suggestion]:
    """Return the open next best actions of an interaction, the best first, without those just taken or dismissed."""
    entries = outbox.of_interactions(conn, [interaction_id])
    rows = conn.execute(
        "SELECT body FROM suggestion WHERE interaction_id = ? AND state = 'open' ORDER BY rank, id", (interaction_id,)
    )
    laid_over = (overlay.suggestion(decode(Table.SUGGESTION, body), entries) for (body,) in rows)
    return [row for row in laid_over if row.state is SuggestionState.OPEN]


def _customer_of(conn: Connection, interaction_id: InteractionId) -> CustomerId | None:
    row = conn.execute("SELECT customer_id FROM interaction WHERE id = ?", (interaction_id,)).fetchone()
    customer_id = None if row is None else row[0]
    for entry in outbox.of_interactions(conn, [interaction_id]):
        if isinstance(entry.command, LinkCustomer) and entry.state is not OutboxState.WEDGED:
            customer_id = entry.command.customer_id
    return customer_id


def _contacts(conn: Connection, customers: list[CustomerId]) -> list[str]:
    rows = conn.execute(
        "SELECT id FROM interaction WHERE customer_id IN (SELECT value FROM json_each(?))", (json.dumps(customers),)
    )
    return [row[0] for row in rows]


SINCE_SQL = """
    SELECT min(at) FROM (
        SELECT sent_at AS at FROM message
        WHERE interaction_id = ? AND sent_at < ? ORDER BY sent_at DESC LIMIT ?)
"""
SINCE_EVERYTHING_SQL = """
    SELECT min(at) FROM (
        SELECT sent_at AS at FROM message
        WHERE interaction_id IN (SELECT value FROM json_each(?1)) AND sent_at < ?3
        UNION ALL
        SELECT at FROM touchpoint
        WHERE customer_id IN (SELECT value FROM json_each(?2)) AND at < ?3
            AND NOT (kind = 'contact' AND coalesce(interaction_id, '') IN (SELECT value FROM json_each(?1)))
        ORDER BY at DESC LIMIT ?4)
"""
MESSAGES_SQL = """
    SELECT body FROM message
    WHERE interaction_id IN (SELECT value FROM json_each(?)) AND sent_at >= ? AND sent_at < ? ORDER BY sent_at, id
"""
# A contact that is here with its messages is not shown a second time as an event.
TOUCHPOINTS_SQL = """
    SELECT body FROM touchpoint
    WHERE customer_id IN (SELECT value FROM json_each(?2)) AND at >= ?3 AND at < ?4
        AND NOT (kind = 'contact' AND coalesce(interaction_id, '') IN (SELECT value FROM json_each(?1)))
"""


def _since(conn: Connection, contacts: list[str], customers: list[CustomerId], end: int, limit: int) -> int:
    """Return the instant of the ``limit``-th newest item before ``end``."""
    if customers:
        row = conn.execute(SINCE_EVERYTHING_SQL, (json.dumps(contacts), json.dumps(customers), end, limit)).fetchone()
    else:
        row = conn.execute(SINCE_SQL, (contacts[0], end, limit)).fetchone()
    return end if row[0] is None else int(row[0])


def _messages(
    conn: Connection, interaction_id: InteractionId, contacts: list[str], since: int, end: int
) -> list[StreamItem]:
    rows = conn.execute(MESSAGES_SQL, (json.dumps(contacts), since, end))
    messages = [decode(Table.MESSAGE, body) for (body,) in rows]
    return [
        StreamItem(
            message.id,
            StreamKind.MESSAGE,
            message.sent_at,
            message=message,
            is_other_contact=message.interaction_id != interaction_id,
        )
        for message in messages
    ]


def _touchpoints(
    conn: Connection,
    interaction_id: InteractionId,
    contacts: list[str],
    customers: list[CustomerId],
    since: int,
    end: int,
) -> list[StreamItem]:
    rows = conn.execute(TOUCHPOINTS_SQL, (json.dumps(contacts), json.dumps(customers), since, end))
    touchpoints = [decode(Table.TOUCHPOINT, body) for (body,) in rows]
    return [
        StreamItem(
            touchpoint.id,
            StreamKind.TOUCHPOINT,
            touchpoint.at,
            touchpoint=touchpoint,
            is_other_contact=touchpoint.interaction_id != interaction_id,
        )
        for touchpoint in touchpoints
    ]


def _echoes(conn: Connection, interaction_id: InteractionId, contacts: list[str]) -> list[StreamItem]:
    echoes: list[tuple[OutboxEntry, StreamItem]] = []
    for entry in outbox.of_interactions(conn, contacts):
        message = overlay.echo(entry)
        if message is not None:
            item = StreamItem(
                message.id,
                StreamKind.MESSAGE,
                message.sent_at,
                message=message,
                entry=entry,
                is_other_contact=message.interaction_id != interaction_id,
            )
            echoes.append((entry, item))
    if not echoes:
        return []
    # The feed may bring the message before the answer to the command does.
    rows = conn.execute(
        "SELECT id FROM message WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps([item.key for _, item in echoes]),),
    )
    here = {row[0] for row in rows}
    return [item for _, item in echoes if item.key not in here]
