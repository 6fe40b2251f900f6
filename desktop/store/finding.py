"""Finding customers and interactions by what was typed: all words must occur, anywhere in what a list shows of them.

A scan of a narrow index, newest or best first. Handed out through ``projections``.
"""

from __future__ import annotations

import json
from typing import Final

from desktop.domain.changes import Table
from desktop.domain.customer import Customer
from desktop.domain.interaction import Interaction
from desktop.store.columns import last_at
from desktop.store.connection import Connection
from desktop.store.folding import escape, fold, where, words
from desktop.wire.records import decode

_CUSTOMERS_LOOKED_AT: Final = 20


def find_customers(conn: Connection, text: str, limit: int = 20) -> list[Customer]:
    """Return customers by name, number, e-mail, phone number or handle; names that begin like ``text`` come first.

    Records that were merged away are left out. Nothing typed finds nothing.
    """
    if not words(text):
        return []
    condition, patterns = where("haystack", text)
    rows = conn.execute(
        "SELECT customer.body FROM ("  # noqa: S608 - the condition holds only marks
        "SELECT row, haystack LIKE ? ESCAPE '\\' AS is_first, name FROM customer INDEXED BY customer_found "
        f"WHERE merged_into IS NULL AND {condition} ORDER BY is_first DESC, name LIMIT ?"
        ") AS hit JOIN customer ON customer.row = hit.row ORDER BY hit.is_first DESC, hit.name",
        (f"{escape(fold(text))}%", *patterns, limit),
    )
    return [decode(Table.CUSTOMER, body) for (body,) in rows]


def find_interactions(conn: Connection, text: str, limit: int = 20) -> list[Interaction]:
    """Return interactions by customer, address, subject or last words, and those of customers found, newest first."""
    if not words(text):
        return []
    condition, patterns = where("haystack", text)
    rows = conn.execute(
        "SELECT body FROM interaction INDEXED BY interaction_found "  # noqa: S608 - the condition holds only marks
        f"WHERE {condition} ORDER BY last_at DESC LIMIT ?",
        (*patterns, limit),
    ).fetchall()
    customers = [customer.id for customer in find_customers(conn, text, _CUSTOMERS_LOOKED_AT)]
    rows += conn.execute(
        "SELECT body FROM interaction WHERE customer_id IN (SELECT value FROM json_each(?)) "
        "ORDER BY last_at DESC LIMIT ?",
        (json.dumps(customers), limit),
    ).fetchall()
    found = {row.id: row for row in (decode(Table.INTERACTION, body) for (body,) in rows)}
    return sorted(found.values(), key=last_at, reverse=True)[:limit]
