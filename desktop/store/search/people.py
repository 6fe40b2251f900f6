"""Customers and contacts by what was typed into a palette or a list's filter: every word may be the beginning of one, and
there are no filters. Handed out through ``projections``; the inbox asks ``closed_contacts``."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Final

from desktop.domain.changes import Table
from desktop.domain.customer import Customer
from desktop.domain.ids import QueueId
from desktop.domain.interaction import Interaction
from desktop.store.columns import last_at
from desktop.store.connection import Connection
from desktop.store.folding import fold
from desktop.store.rows import HitKind
from desktop.store.search.documents import QUEUE, tag
from desktop.store.search.expression import expression_of
from desktop.store.search.hits import survivor_of
from desktop.store.search.query import Query, plain
from desktop.wire.records import decode

_CUSTOMERS_LOOKED_AT: Final = 20
_AFTER_ALL: Final = "\U0010ffff"

NAMED_SQL: Final = (
    "SELECT body FROM customer INDEXED BY customer_named "
    "WHERE folded_name >= ? AND folded_name < ? AND merged_into IS NULL ORDER BY folded_name LIMIT ?"
)
MATCHING_SQL: Final = (
    "SELECT {table}.body FROM search_text CROSS JOIN search_doc ON search_doc.row = search_text.rowid "
    "CROSS JOIN {table} ON {table}.row = search_doc.source "
    "WHERE search_text MATCH ? AND search_doc.kind = {kind} ORDER BY search_text.rowid DESC LIMIT ?"
)
CLOSED_SQL: Final = (
    "SELECT interaction.body FROM search_text CROSS JOIN search_doc ON search_doc.row = search_text.rowid "
    "CROSS JOIN interaction ON interaction.row = search_doc.source "
    "WHERE search_text MATCH ? AND search_doc.kind = 2 AND interaction.state IN ('closed', 'abandoned') "
    "AND interaction.id NOT IN (SELECT value FROM json_each(?)) ORDER BY search_text.rowid DESC LIMIT ? OFFSET ?"
)


def find_customers(conn: Connection, text: str, limit: int = 20) -> list[Customer]:
    """Return customers by name, number, e-mail, phone number or handle; names that begin like ``text`` come first.

    A record that was merged away leads to the one that survived. Nothing typed finds nothing.
    """
    wanted = plain(text)
    if not wanted:
        return []
    begin = fold(text)
    rows = conn.execute(NAMED_SQL, (begin, begin + _AFTER_ALL, limit)).fetchall()
    found = {customer.id: customer for customer in (decode(Table.CUSTOMER, body) for (body,) in rows)}
    if len(found) < limit:
        asked = expression_of(conn, Query(wanted), {HitKind.CUSTOMER})
        if not asked.is_nothing:
            sql = MATCHING_SQL.format(table="customer", kind=1)
            bodies = conn.execute(sql, (asked.match, limit)).fetchall()
            more = [survivor_of(conn, decode(Table.CUSTOMER, body)) for (body,) in bodies]
            for customer in sorted(more, key=lambda customer: fold(customer.name)):
                found.setdefault(customer.id, customer)
    return list(found.values())[:limit]


def find_interactions(conn: Connection, text: str, limit: int = 20) -> list[Interaction]:
    """Return interactions by customer, address, subject or last words, and those of customers found, newest first."""
    wanted = plain(text)
    if not wanted:
        return []
    asked = expression_of(conn, Query(wanted), {HitKind.INTERACTION})
    rows = []
    if not asked.is_nothing:
        rows = conn.execute(MATCHING_SQL.format(table="interaction", kind=2), (asked.match, limit)).fetchall()
    customers = [customer.id for customer in find_customers(conn, text, _CUSTOMERS_LOOKED_AT)]
    rows += conn.execute(
        "SELECT body FROM interaction WHERE customer_id IN (SELECT value FROM json_each(?)) "
        "ORDER BY last_at DESC LIMIT ?",
        (json.dumps(customers), limit),
    ).fetchall()
    found = {row.id: row for row in (decode(Table.INTERACTION, body) for (body,) in rows)}
    return sorted(found.values(), key=last_at, reverse=True)[:limit]


def closed_contacts(
    conn: Connection, text: str, queues: Collection[QueueId] | None, without: Collection[str], limit: int, offset: int
) -> list[Interaction]:
    """Return a window into the closed contacts that ``text`` finds, newest first, of some queues, ``without`` some ids."""
    asked = expression_of(conn, Query(plain(text)), {HitKind.INTERACTION})
    if asked.is_nothing:
        return []
    match = asked.match
    if queues is not None:
        names = " OR ".join(f'"{tag(QUEUE, queue)}"' for queue in queues)
        if not names:
            return []
        match = f"({match}) AND ({names})"
    rows = conn.execute(CLOSED_SQL, (match, json.dumps(list(without)), limit, offset))
    return [decode(Table.INTERACTION, body) for (body,) in rows]
