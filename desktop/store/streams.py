"""One stream of a contact, or of everything a customer ever did; with echoes of what is on its way out at its end.

Reads back from the newest end or onwards from an instant, ``limit`` items at a time, and never decodes more than it
returns. Handed out through ``projections``.
"""

from __future__ import annotations

import json
from datetime import datetime

from desktop.domain.changes import Table
from desktop.domain.commands import LinkCustomer
from desktop.domain.ids import CustomerId, InteractionId, MessageId, account_of
from desktop.domain.suggestion import Suggestion, SuggestionState
from desktop.store import outbox, overlay
from desktop.store.apply import is_all_here, sync_state
from desktop.store.columns import instant, micros
from desktop.store.connection import Connection
from desktop.store.customers import aliases
from desktop.store.pruning import horizon
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
    Echoes come last and only without ``before``. A gap stands where something may be missing: before the first item while
    the history is not all here, and where contacts that were too old to be kept would be.
    """
    contacts, customers = _scope(conn, interaction_id, everything)
    end = NEVER if before is None else micros(before)
    items = _between(conn, interaction_id, contacts, customers, _since(conn, contacts, customers, end, limit), end)
    _note_gaps(conn, interaction_id, items, everything=bool(customers), is_beginning=len(items) < limit)
    if before is None:
        items += _echoes(conn, interaction_id, contacts)
    return items


def stream_after(
    conn: Connection, interaction_id: InteractionId, after: datetime, *, everything: bool = False, limit: int = 200
) -> tuple[list[StreamItem], bool]:
    """Return the oldest ``limit`` items after ``after``, oldest first, and whether they reach up to now.

    Where they do, echoes come last. Items of one instant are never torn apart here either.
    """
    contacts, customers = _scope(conn, interaction_id, everything)
    since = micros(after) + 1
    until = _until(conn, contacts, customers, since, limit)
    items = _between(conn, interaction_id, contacts, customers, since, until + 1)
    is_newest = len(items) < limit
    if is_newest:
        items += _echoes(conn, interaction_id, contacts)
    return items, is_newest


def message_at(conn: Connection, message_id: MessageId) -> datetime | None:
    """Return when a message was sent, ``None`` where it is not here."""
    row = conn.execute("SELECT sent_at FROM message WHERE id = ?", (message_id,)).fetchone()
    return None if row is None else instant(row[0])


def suggestions(conn: Connection, interaction_id: InteractionId) -> list[Suggestion]:
    """Return the open next best actions of an interaction, the best first, without those just taken or dismissed."""
    entries = outbox.of_interactions(conn, [interaction_id])
    rows = conn.execute(
        "SELECT body FROM suggestion WHERE interaction_id = ? AND state = 'open' ORDER BY rank, id", (interaction_id,)
    )
    laid_over = (overlay.suggestion(decode(Table.SUGGESTION, body), entries) for (body,) in rows)
    return [row for row in laid_over if row.state is SuggestionState.OPEN]


def _scope(conn: Connection, interaction_id: InteractionId, everything: bool) -> tuple[list[str], list[CustomerId]]:
    """Return whose messages and whose touchpoints belong into a stream."""
    if not everything:
        return [str(interaction_id)], []
    customer_id = _customer_of(conn, interaction_id)
    customers = aliases(conn, customer_id) if customer_id is not None else []
    return list(dict.fromkeys([interaction_id, *_contacts(conn, customers)])), customers


def _between(
    conn: Connection,
    interaction_id: InteractionId,
    contacts: list[str],
    customers: list[CustomerId],
    since: int,
    end: int,
) -> list[StreamItem]:
    items = _messages(conn, interaction_id, contacts, since, end)
    if customers:
        items += _touchpoints(conn, interaction_id, contacts, customers, since, end)
        items.sort(key=lambda item: (micros(item.at), item.key))
    return items


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


def _note_gaps(
    conn: Connection, interaction_id: InteractionId, items: list[StreamItem], *, everything: bool, is_beginning: bool
) -> None:
    """Add the gaps to a stretch of a stream; ``is_beginning``: nothing here lies before it."""
    row = conn.execute("SELECT created_at FROM interaction WHERE id = ?", (interaction_id,)).fetchone()
    begun_at = None if row is None else instant(row[0])
    pruned_at = horizon(conn)
    if pruned_at is not None and (everything or begun_at is None):
        place = next((n for n, item in enumerate(items) if item.at > pruned_at), len(items))
        if place > 0 or is_beginning:
            _insert_gap(items, place, pruned_at)
    if (
        not is_beginning
        or (items and items[0].kind is StreamKind.GAP)
        or _is_all_here(conn, interaction_id, everything)
    ):
        return
    # A contact begins with its first message: where that is here, nothing is missing before it.
    is_whole = not everything and items and begun_at is not None and items[0].at <= begun_at
    if not is_whole and (items or begun_at is not None):
        _insert_gap(items, 0, begun_at)


def _is_all_here(conn: Connection, interaction_id: InteractionId, everything: bool) -> bool:
    return is_all_here(conn) if everything else sync_state(conn, account_of(interaction_id)).is_complete


def _insert_gap(items: list[StreamItem], place: int, at: datetime | None) -> None:
    follows = items[place] if place < len(items) else None
    key, at = (follows.key, follows.at) if follows is not None else ("end", at)
    assert at is not None
    items.insert(place, StreamItem(f"gap:{key}", StreamKind.GAP, at))


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
UNTIL_SQL = """
    SELECT max(at) FROM (
        SELECT sent_at AS at FROM message
        WHERE interaction_id = ? AND sent_at >= ? ORDER BY sent_at LIMIT ?)
"""
UNTIL_EVERYTHING_SQL = """
    SELECT max(at) FROM (
        SELECT sent_at AS at FROM message
        WHERE interaction_id IN (SELECT value FROM json_each(?1)) AND sent_at >= ?3
        UNION ALL
        SELECT at FROM touchpoint
        WHERE customer_id IN (SELECT value FROM json_each(?2)) AND at >= ?3
            AND NOT (kind = 'contact' AND coalesce(interaction_id, '') IN (SELECT value FROM json_each(?1)))
        ORDER BY at LIMIT ?4)
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


def _until(conn: Connection, contacts: list[str], customers: list[CustomerId], since: int, limit: int) -> int:
    """Return the instant of the ``limit``-th item from ``since`` on."""
    if customers:
        row = conn.execute(UNTIL_EVERYTHING_SQL, (json.dumps(contacts), json.dumps(customers), since, limit)).fetchone()
    else:
        row = conn.execute(UNTIL_SQL, (contacts[0], since, limit)).fetchone()
    return since if row[0] is None else int(row[0])


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
