"""Customer 360 and journey: the record with its merges followed, what other systems know, and every event over time.

Handed out through ``projections``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

from desktop.domain.changes import Table
from desktop.domain.commands import MergeCustomers, UndoMerge, UpdateCustomer
from desktop.domain.customer import Customer
from desktop.domain.ids import CustomerId
from desktop.domain.interaction import Interaction
from desktop.domain.journey import Touchpoint
from desktop.domain.merge import joined
from desktop.store import links, outbox, overlay
from desktop.store.columns import micros
from desktop.store.connection import Connection
from desktop.store.rows import CustomerCard, Journey, MoodSpan, OutboxEntry, OutboxState
from desktop.wire.records import decode

CONTACTS_SHOWN: Final = 20
_RECORDS_AT_MOST: Final = 300
_POINTS_AT_MOST: Final = 20_000
_MOOD_SPAN: Final = 1800 * 1_000_000


def customer_card(conn: Connection, customer_id: CustomerId) -> CustomerCard | None:
    """Return what is known of a customer, edits and merges not yet confirmed laid over, with the records of other accounts
    that are the same person.

    The id of a record that was merged away leads to the one that survived. ``None`` where the customer is not here.
    """
    entries = _entries(conn)
    own = _surviving(conn, customer_id, entries)
    if own is None:
        return None
    ids = aliases(conn, own.id)
    customer, parts = _whole(conn, own, entries)
    names = json.dumps(ids)
    records = [
        decode(Table.RECORD, body)
        for (body,) in conn.execute(
            "SELECT body FROM record WHERE customer_id IN (SELECT value FROM json_each(?)) "
            "ORDER BY is_open DESC, at DESC, id LIMIT ?",
            (names, _RECORDS_AT_MOST),
        )
    ]
    records.sort(key=lambda record: -(micros(record.at) if record.at else 0))
    (count,) = conn.execute(
        "SELECT count(*) FROM interaction WHERE customer_id IN (SELECT value FROM json_each(?))", (names,)
    ).fetchone()
    is_case = [record for record in records if record.kind == "case" and record.is_open]
    orders = [record for record in records if record.kind == "order"]
    return CustomerCard(
        customer=customer,
        own=own,
        parts=parts,
        open_cases=tuple(is_case),
        orders=tuple(orders),
        other_records=tuple(r for r in records if r.kind != "order" and not (r.kind == "case" and r.is_open)),
        contacts=tuple(_contacts(conn, names)),
        contact_count=count,
        is_pending=any(_is_about(entry, ids) for entry in entries),
    )


def journey(conn: Connection, customer_id: CustomerId) -> Journey:
    """Return the newest 20,000 touchpoints of a customer, oldest first, and their mood over time."""
    survivor = _surviving(conn, customer_id, _entries(conn))
    found = customer_id if survivor is None else survivor.id
    names = json.dumps(aliases(conn, found))
    touchpoints = _touchpoints(conn, names, _POINTS_AT_MOST)
    # Summed up by the database, which does not keep the window waiting, as thousands of words would.
    spans = {
        span: (at, mood, count)
        for span, at, mood, count in conn.execute(
            "SELECT message.sent_at / ?, avg(message.sent_at), avg(message.mood), count(*) "
            "FROM interaction CROSS JOIN message "
            "ON message.interaction_id = interaction.id AND message.mood IS NOT NULL "
            "WHERE interaction.customer_id IN (SELECT value FROM json_each(?)) GROUP BY 1",
            (_MOOD_SPAN, names),
        )
    }
    for point in touchpoints:
        if point.mood is not None:
            at = micros(point.at)
            mean_at, mood, count = spans.get(at // _MOOD_SPAN, (0.0, 0.0, 0))
            joined_mood = (mood * count + point.mood) / (count + 1)
            spans[at // _MOOD_SPAN] = ((mean_at * count + at) / (count + 1), joined_mood, count + 1)
    moods = tuple(MoodSpan(at / 1e6, mood, count) for _span, (at, mood, count) in sorted(spans.items()))
    return Journey(found, tuple(touchpoints), moods)


def latest_touchpoints(conn: Connection, customer_id: CustomerId, limit: int) -> list[Touchpoint]:
    """Return the latest of what is known of a customer and of all records that are theirs, oldest first."""
    return _touchpoints(conn, json.dumps(aliases(conn, customer_id)), limit)


def customer_names(conn: Connection, ids: Iterable[CustomerId]) -> dict[CustomerId, str]:
    """Return the names of those customers that are here."""
    rows = conn.execute(
        "SELECT id, name FROM customer WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),)
    )
    return {CustomerId(id_): name for id_, name in rows}


def aliases(conn: Connection, customer_id: CustomerId) -> list[CustomerId]:
    """Return the id of a surviving record and of all that were merged into it, pending merges included, and of those of other
    accounts that are the same person."""
    ids = {
        row[0]
        for row in conn.execute(
            "WITH RECURSIVE same(id) AS (VALUES(?) "
            "UNION SELECT customer.id FROM customer JOIN same ON customer.merged_into = same.id "
            "UNION SELECT link.other_id FROM link JOIN same ON link.customer_id = same.id AND link.state = 'merged') "
            "SELECT id FROM same",
            (links.leading(conn, customer_id),),
        )
    }
    for entry in _entries(conn):
        match entry.command:
            case MergeCustomers(customer_id=survivor, merged_id=merged) if survivor in ids:
                ids.add(merged)
            case UndoMerge(customer_id=survivor, merged_id=merged) if survivor in ids and merged != customer_id:
                ids.discard(merged)
            case _:
                pass
    return sorted(ids)


def _touchpoints(conn: Connection, names: str, limit: int) -> list[Touchpoint]:
    rows = conn.execute(
        "SELECT body FROM touchpoint WHERE customer_id IN (SELECT value FROM json_each(?)) "
        "ORDER BY at DESC, id DESC LIMIT ?",
        (names, limit),
    )
    return [decode(Table.TOUCHPOINT, body) for (body,) in rows][::-1]


def _surviving(conn: Connection, customer_id: CustomerId, entries: list[OutboxEntry]) -> Customer | None:
    seen: set[CustomerId] = set()
    current: Customer | None = None
    wanted: CustomerId | None = customer_id
    while wanted is not None and wanted not in seen:
        seen.add(wanted)
        found = _customer(conn, wanted)
        if found is None:
            break
        merged_ids = [
            entry.command.merged_id
            for entry in entries
            if isinstance(entry.command, MergeCustomers) and entry.command.customer_id == wanted
        ]
        others = {other: row for other in merged_ids if (row := _customer(conn, other)) is not None}
        current = overlay.customer(found, entries, others)
        wanted = current.merged_into
        if wanted is None and (leading := links.leading(conn, found.id)) != found.id:
            wanted = leading
    return current


def _whole(conn: Connection, own: Customer, entries: list[OutboxEntry]) -> tuple[Customer, tuple[Customer, ...]]:
    """Return a customer with what other accounts know of them, and the records that makes, the own one first."""
    whole, parts, todo, seen = own, [own], [own.id], {own.id}
    while todo:
        for link in links.joined_to(conn, todo.pop()):
            found = _customer(conn, link.other_id) if link.other_id not in seen else None
            seen.add(link.other_id)
            if found is not None:
                part = overlay.customer(found, entries, {})
                whole = joined(whole, part, link.fields)
                parts.append(part)
                todo.append(part.id)
    return whole, tuple(parts)


def _customer(conn: Connection, customer_id: CustomerId) -> Customer | None:
    row = conn.execute("SELECT body FROM customer WHERE id = ?", (customer_id,)).fetchone()
    return None if row is None else decode(Table.CUSTOMER, row[0])


def _contacts(conn: Connection, names: str) -> list[Interaction]:
    rows = conn.execute(
        "SELECT body FROM interaction WHERE customer_id IN (SELECT value FROM json_each(?)) "
        "ORDER BY last_at DESC, id DESC LIMIT ?",
        (names, CONTACTS_SHOWN),
    )
    return [decode(Table.INTERACTION, body) for (body,) in rows]


def _entries(conn: Connection) -> list[OutboxEntry]:
    return [
        entry
        for entry in outbox.entries(conn)
        if entry.state is not OutboxState.WEDGED
        and isinstance(entry.command, UpdateCustomer | MergeCustomers | UndoMerge)
    ]


def _is_about(entry: OutboxEntry, ids: list[CustomerId]) -> bool:
    return bool({getattr(entry.command, "customer_id", None), getattr(entry.command, "merged_id", None)} & {*ids})
