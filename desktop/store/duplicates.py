"""Which other records may be the same person, what a merge would move, and which merges were made; the agent's pending
commands laid over. Only pairs of which both records are here are shown. Handed out through ``projections``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from desktop.domain.changes import Table
from desktop.domain.commands import MarkDistinct, MergeCustomers, UndoMerge, UpdateCustomer
from desktop.domain.customer import Customer
from desktop.domain.duplicate import Duplicate, DuplicateState
from desktop.domain.ids import AgentId, CustomerId, DuplicateId
from desktop.store import links, outbox, overlay
from desktop.store.connection import Connection
from desktop.store.customers import aliases
from desktop.store.rows import LikePair, OutboxEntry, OutboxState
from desktop.wire.records import decode

_PAIRS_AT_MOST: Final = 50


def like_pairs(conn: Connection, customer_id: CustomerId, me: AgentId) -> list[LikePair]:
    """Return what is known of a customer and others: open proposals first, the likeliest before the others, then merges and
    partings, newest first. Of records merged into the customer their own merges too."""
    ids = aliases(conn, customer_id)
    names = json.dumps(ids)
    rows = conn.execute(
        "SELECT body FROM duplicate WHERE customer_id IN (SELECT value FROM json_each(?1)) "
        "OR other_id IN (SELECT value FROM json_each(?1)) ORDER BY state = 'open' DESC, seq DESC LIMIT ?2",
        (names, _PAIRS_AT_MOST),
    ).fetchall()
    entries = _entries(conn)
    known: dict[frozenset[str], Duplicate] = {}
    for row in (*(decode(Table.DUPLICATE, body) for (body,) in rows), *links.of_customers(conn, ids)):
        known[frozenset((row.customer_id, row.other_id))] = row
    for one, other in _pairs_of(entries):
        if frozenset((one, other)) not in known and (one in ids or other in ids):
            known[frozenset((one, other))] = _by_hand(one, other)
    found = []
    for row in known.values():
        laid_over = overlay.duplicate(row, entries, me)
        is_within = laid_over.customer_id in ids and laid_over.other_id in ids
        if laid_over.state is DuplicateState.OPEN and is_within:
            continue  # the two became one by way of a third
        survivor = _customer(conn, laid_over.customer_id, entries)
        other_record = _customer(conn, laid_over.other_id, entries)
        if survivor is None or other_record is None:
            continue
        found.append(LikePair(duplicate=laid_over, survivor=survivor, other=other_record, is_pending=laid_over != row))
    found.sort(key=_order)
    return found


def pair(conn: Connection, customer_id: CustomerId, other_id: CustomerId, me: AgentId) -> LikePair | None:
    """Return two records to be compared by hand, proposed or not; ``None`` where one of them is not here."""
    for known in like_pairs(conn, customer_id, me):
        if {known.survivor.id, known.other.id} == {customer_id, other_id}:
            return known
    entries = _entries(conn)
    survivor, other = _customer(conn, customer_id, entries), _customer(conn, other_id, entries)
    if survivor is None or other is None or survivor.id == other.id:
        return None
    return LikePair(duplicate=_by_hand(survivor.id, other.id), survivor=survivor, other=other)


def holdings_of(conn: Connection, customer_id: CustomerId) -> tuple[int, int]:
    """Return how many contacts and business records are here of one record alone."""
    (contacts,) = conn.execute("SELECT count(*) FROM interaction WHERE customer_id = ?", (customer_id,)).fetchone()
    (records,) = conn.execute("SELECT count(*) FROM record WHERE customer_id = ?", (customer_id,)).fetchone()
    return int(contacts), int(records)


def _order(found: LikePair) -> tuple[int, float]:
    row = found.duplicate
    if row.state is DuplicateState.OPEN:
        return 0, -row.probability
    at = max((one for one in (row.merged_at, row.undone_at) if one is not None), default=None)
    return 1, -at.timestamp() if at is not None else 0.0


def _by_hand(one: CustomerId, other: CustomerId) -> Duplicate:
    """What is known of two records that nobody proposed."""
    return Duplicate(id=DuplicateId(""), customer_id=one, other_id=other, probability=0.0)


def _pairs_of(entries: list[OutboxEntry]) -> Iterator[tuple[CustomerId, CustomerId]]:
    for entry in entries:
        match entry.command:
            case MergeCustomers(customer_id=one, merged_id=other) | UndoMerge(customer_id=one, merged_id=other):
                yield one, other
            case MarkDistinct(customer_id=one, other_id=other):
                yield one, other
            case _:
                pass


def _entries(conn: Connection) -> list[OutboxEntry]:
    kinds = (MergeCustomers, UndoMerge, MarkDistinct, UpdateCustomer)
    found = outbox.entries(conn)
    return [one for one in found if one.state is not OutboxState.WEDGED and isinstance(one.command, kinds)]


def _customer(conn: Connection, customer_id: CustomerId, entries: list[OutboxEntry]) -> Customer | None:
    """Return one record by itself, as the agent edited it."""
    row = conn.execute("SELECT body FROM customer WHERE id = ?", (customer_id,)).fetchone()
    if row is None:
        return None
    edits = [entry for entry in entries if isinstance(entry.command, UpdateCustomer)]
    return overlay.customer(decode(Table.CUSTOMER, row[0]), edits)
