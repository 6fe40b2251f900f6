"""The lists of the inbox: what is mine, what waits to be picked, what rings, with pending commands laid over.

An interaction with a pending command may belong to another list than its row says. Those few are taken out of the SQL,
laid over and sorted in again by the same key, so that a row moves at once and windows into long lists stay exact.
Handed out through ``projections``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Any, Final, NamedTuple

from msgspec.structs import replace

from desktop.domain.changes import Table
from desktop.domain.ids import AgentId, CustomerId, InteractionId, QueueId, account_of
from desktop.domain.interaction import Interaction
from desktop.domain.interaction import InteractionState as S
from desktop.store import outbox, overlay
from desktop.store.apply import accounts, now_there
from desktop.store.columns import closed_at, interaction_haystack, last_at, micros, micros_or_never
from desktop.store.connection import Connection
from desktop.store.folding import found, where
from desktop.store.rows import InboxRow, InboxView, OutboxEntry, OutboxState
from desktop.store.schema import owned_by
from desktop.wire.records import decode

# Nobody counts further than this at a glance, and an import may hold thousands.
UNREAD_AT_MOST: Final = 100
_FOUND_AT_MOST: Final = 2000


class _List(NamedTuple):
    """One list in SQL, and the same order in Python. ``is_mine``: the first parameter is the agent."""

    where: str
    order: str
    key: Callable[[Interaction], tuple[Any, ...]]
    is_mine: bool = True


def _by_due(row: Interaction) -> tuple[Any, ...]:
    return (micros_or_never(row.due_at), micros(row.created_at), row.id)


_LISTS: Final[dict[InboxView, _List]] = {
    InboxView.MINE: _List(
        "assignee = ? AND state IN ('active', 'on_hold', 'wrap_up')", "due_at, created_at, id", _by_due
    ),
    InboxView.QUEUES: _List("state = 'queued'", "due_at, created_at, id", _by_due, is_mine=False),
    # Who has been waited for longest comes first.
    InboxView.WAITING: _List("assignee = ? AND state = 'waiting'", "last_at, id", lambda row: (last_at(row), row.id)),
    InboxView.SNOOZED: _List(
        "assignee = ? AND state = 'snoozed'",
        "snoozed_until, id",
        lambda row: (micros_or_never(row.snoozed_until), row.id),
    ),
    InboxView.CLOSED: _List(
        "state IN ('closed', 'abandoned')",
        "closed_at DESC, id DESC",
        lambda row: (-closed_at(row), (*(-ord(char) for char in row.id), 1)),
        is_mine=False,
    ),
    InboxView.OFFERS: _List(
        "assignee = ? AND state = 'offered' AND offer_expires_at > ?",
        "offer_expires_at, id",
        lambda row: (micros_or_never(row.offer_expires_at), row.id),
    ),
}


def view_of(row: Interaction, me: AgentId, now: datetime) -> InboxView | None:
    """Return the list that ``row`` is in, or ``None`` where it is somebody else's."""
    match row.state:
        case S.QUEUED:
            return InboxView.QUEUES
        case S.CLOSED | S.ABANDONED:
            return InboxView.CLOSED
        case _ if row.assignee != me:
            return None
        case S.WAITING:
            return InboxView.WAITING
        case S.SNOOZED:
            return InboxView.SNOOZED
        case S.OFFERED:
            return InboxView.OFFERS if micros_or_never(row.offer_expires_at) > micros(now) else None
        case _:
            return InboxView.MINE


def inbox(
    conn: Connection,
    view: InboxView,
    me: AgentId,
    *,
    limit: int = 200,
    offset: int = 0,
    text: str = "",
    queues: Collection[QueueId] | None = None,
    account: str | None = None,
    now: datetime | None = None,
) -> list[InboxRow]:
    """Return a window into one list of the inbox.

    Most urgent first; ``SNOOZED`` by the time they wake, ``WAITING`` longest waited for first, ``CLOSED`` newest first.
    ``text`` narrows to rows whose customer, address, subject or last words contain all its words, ``queues`` to those
    of some queues, ``account`` to those of one account. ``now`` (default: this moment) decides which offers still ring.
    """
    now = now or now_there(conn)
    pending = _pending(conn)
    listed = _LISTS[view]
    moved = sorted(
        (
            row
            for row in _laid_over(conn, pending, me)
            if view_of(row, me, now) is view
            and (queues is None or row.queue in queues)
            and (account is None or account_of(row.id) == account)
            and (not text or found(interaction_haystack(row), text))
        ),
        key=listed.key,
    )
    # At most len(moved) rows sort in before the window: read that much more of the file, then cut.
    start = max(0, offset - len(moved))
    stored = _stored(conn, view, me, now, pending, text, queues, account, limit + offset - start, start)
    if moved:
        first = listed.key(stored[0]) if stored and start else None
        before = [row for row in moved if first is not None and listed.key(row) < first]
        merged = sorted([*stored, *moved[len(before) :]], key=listed.key)
        cut = offset - start - len(before)
    else:
        merged, cut = stored, 0
    return _rows(conn, merged[cut : cut + limit], pending)


def inbox_counts(
    conn: Connection,
    me: AgentId,
    *,
    queues: Collection[QueueId] | None = None,
    account: str | None = None,
    now: datetime | None = None,
) -> dict[InboxView, int]:
    """Return how many rows each list of the inbox has, pending commands laid over."""
    now = now or now_there(conn)
    pending = _pending(conn)
    moved = [
        view_of(row, me, now)
        for row in _laid_over(conn, pending, me)
        if (queues is None or row.queue in queues) and (account is None or account_of(row.id) == account)
    ]
    counts = {}
    for view in InboxView:
        condition, values = _condition(conn, view, me, now, pending, "", queues, account)
        (stored,) = conn.execute(f"SELECT count(*) FROM interaction WHERE {condition}", values).fetchone()  # noqa: S608
        counts[view] = stored + moved.count(view)
    return counts


def interaction_row(conn: Connection, interaction_id: InteractionId, me: AgentId) -> InboxRow | None:
    """Return one interaction with pending commands laid over, whatever list it is in, or ``None`` if it is not here."""
    found_rows = interaction_rows(conn, [interaction_id], me)
    return found_rows[0] if found_rows else None


def interaction_rows(conn: Connection, ids: Iterable[InteractionId], me: AgentId) -> list[InboxRow]:
    """Return some interactions with pending commands laid over, those that are here, in the order asked for."""
    wanted = list(ids)
    pending = _by_contact(outbox.of_interactions(conn, wanted))
    rows = {row.id: row for row in _bodies(conn, wanted)}
    return _rows(conn, [laid_over(conn, rows[key], pending.get(key, ()), me) for key in wanted if key in rows], pending)


def laid_over(conn: Connection, row: Interaction, entries: Iterable[OutboxEntry], me: AgentId) -> Interaction:
    """Return ``row`` with its pending commands, a newly linked customer by name."""
    changed = overlay.interaction(row, entries, me)
    if changed.customer_id is not None and changed.customer_id != row.customer_id:
        changed = replace(changed, customer_name=_customer_name(conn, changed.customer_id))
    return changed


def _customer_name(conn: Connection, customer_id: CustomerId) -> str:
    row = conn.execute("SELECT name FROM customer WHERE id = ?", (customer_id,)).fetchone()
    return "" if row is None else str(row[0])


def _pending(conn: Connection) -> dict[str, list[OutboxEntry]]:
    return _by_contact(outbox.entries(conn))


def _by_contact(entries: Iterable[OutboxEntry]) -> dict[str, list[OutboxEntry]]:
    """Return what is on its way, by contact; what waits behind a refused command is not, until somebody decides."""
    pending: dict[str, list[OutboxEntry]] = {}
    stopped: set[str] = set()
    for entry in entries:
        if entry.interaction_id is None or entry.interaction_id in stopped:
            continue
        if entry.state is OutboxState.WEDGED:
            stopped.add(entry.interaction_id)
        else:
            pending.setdefault(entry.interaction_id, []).append(entry)
    return pending


def _laid_over(conn: Connection, pending: dict[str, list[OutboxEntry]], me: AgentId) -> list[Interaction]:
    return [laid_over(conn, row, pending[row.id], me) for row in _bodies(conn, pending)] if pending else []


def _bodies(conn: Connection, ids: Iterable[str]) -> list[Interaction]:
    rows = conn.execute(
        "SELECT body FROM interaction WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),)
    )
    return [decode(Table.INTERACTION, body) for (body,) in rows]


def _condition(
    conn: Connection,
    view: InboxView,
    me: AgentId,
    now: datetime,
    pending: Collection[str],
    text: str,
    queues: Collection[QueueId] | None,
    account: str | None,
) -> tuple[str, list[Any]]:
    listed = _LISTS[view]
    conditions = [listed.where]
    values: list[Any] = [me] if listed.is_mine else []
    if view is InboxView.OFFERS:
        values.append(micros(now))
    if pending:
        conditions.append("id NOT IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(list(pending)))
    if queues is not None:
        conditions.append("queue IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(list(queues)))
    if account is not None:
        conditions.append(owned_by(account, [key for key in accounts(conn) if key != account]))
    if text:
        condition, patterns = where("haystack", text)
        conditions.append(condition)
        values += patterns
    return " AND ".join(conditions), values


def _stored(
    conn: Connection,
    view: InboxView,
    me: AgentId,
    now: datetime,
    pending: Collection[str],
    text: str,
    queues: Collection[QueueId] | None,
    account: str | None,
    limit: int,
    offset: int,
) -> list[Interaction]:
    if text and view is InboxView.CLOSED:
        # The list may be the whole history: ask the index, which keeps closed contacts in the order of this list.
        # What searches is not part of the first paint.
        from desktop.store.search.people import closed_contacts

        if account is None:
            return sorted(closed_contacts(conn, text, queues, pending, limit, offset), key=_LISTS[view].key)
        # What is found of others is passed over: a little is read in vain, for a list that few narrow in both ways.
        found = closed_contacts(conn, text, queues, pending, _FOUND_AT_MOST, 0)
        mine = sorted((row for row in found if account_of(row.id) == account), key=_LISTS[view].key)
        return mine[offset : offset + limit]
    condition, values = _condition(conn, view, me, now, pending, text, queues, account)
    rows = conn.execute(
        f"SELECT body FROM interaction WHERE {condition} ORDER BY {_LISTS[view].order} LIMIT ? OFFSET ?",  # noqa: S608
        (*values, limit, offset),
    )
    return [decode(Table.INTERACTION, body) for (body,) in rows]


def _rows(conn: Connection, interactions: list[Interaction], pending: Collection[str]) -> list[InboxRow]:
    ids = json.dumps([row.id for row in interactions])
    drafted = {
        row[0]
        for row in conn.execute(
            "SELECT interaction_id FROM draft WHERE interaction_id IN (SELECT value FROM json_each(?))", (ids,)
        )
    }
    open_ids = json.dumps([row.id for row in interactions if row.state.is_open])
    unread = dict(conn.execute(UNREAD_SQL, (open_ids,)).fetchall()) if open_ids != "[]" else {}
    return [InboxRow(row, unread.get(row.id, 0), row.id in drafted, row.id in pending) for row in interactions]


# The customer's messages after the agent last looked, or after the last answer: who answered has looked.
UNREAD_SQL: Final = f"""
    SELECT looked.id, (
        SELECT count(*) FROM (
            SELECT 1 FROM message WHERE interaction_id = looked.id AND author = 'customer' AND sent_at > looked.at
            LIMIT {UNREAD_AT_MOST}))
    FROM (
        SELECT wanted.value AS id, max(
            coalesce((SELECT at FROM read_mark WHERE interaction_id = wanted.value), -1 << 62),
            coalesce((SELECT max(sent_at) FROM message WHERE interaction_id = wanted.value AND author = 'agent'), -1 << 62)
        ) AS at
        FROM json_each(?) AS wanted) AS looked
"""  # noqa: S608 - a number of ours
