"""Who of different accounts is one person. No system knows it, so that it is kept here, in the journal, as the hub keeps its
duplicates: proposed, joined, told apart, taken apart. Nothing of it is ever sent.

Commands about customers of two accounts end here (``take``, called by ``outbox``); ``sync.likeness`` brings what it found
(``settle``); ``customers`` and ``duplicates`` read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Final, NamedTuple

import msgspec
from msgspec.structs import replace

from desktop.domain.changes import Table
from desktop.domain.commands import Command, MarkDistinct, MergeCustomers, UndoMerge
from desktop.domain.duplicate import Duplicate, DuplicateState
from desktop.domain.ids import CustomerId, DuplicateId, account_of
from desktop.domain.suggestion import Reason
from desktop.store.connection import Connection
from desktop.store.transaction import Write

_decoder: Final = msgspec.json.Decoder(Duplicate)
_MOST: Final = 50
# What says which record of two leads, and can be joined by itself.
_SETTLED: Final = (DuplicateState.MERGED, DuplicateState.DISTINCT)


class Like(NamedTuple):
    """Another account's record that looks like one person with the one that was looked at, and why."""

    customer_id: CustomerId
    probability: float
    reasons: tuple[Reason, ...] = ()


def take(w: Write, command: Command, at: datetime) -> bool:
    """Carry out a command about customers of two accounts; returns whether it was one."""
    match command:
        case MergeCustomers(customer_id=one, merged_id=other, fields=fields) if account_of(one) != account_of(other):
            known = between(w.conn, one, other) or _pair(one, other)
            _put(
                w,
                replace(
                    known, customer_id=one, other_id=other, fields=fields, state=DuplicateState.MERGED, merged_at=at
                ),
            )
        case UndoMerge(customer_id=one, merged_id=other) if account_of(one) != account_of(other):
            joined = between(w.conn, one, other)
            if joined is not None:
                state = DuplicateState.OPEN if joined.probability > 0 else DuplicateState.UNDONE
                _put(w, replace(joined, state=state, undone_at=at))
        case MarkDistinct(customer_id=one, other_id=other) if account_of(one) != account_of(other):
            _put(w, replace(between(w.conn, one, other) or _pair(one, other), state=DuplicateState.DISTINCT))
        case _:
            return False
    return True


def settle(w: Write, customer_id: CustomerId, found: Iterable[Like], *, joined_from: float, at: datetime) -> None:
    """Note who of other accounts is like a customer. From a probability of ``joined_from`` the two are joined, unless
    somebody took them apart or told them apart before; what was proposed and is not found any more is withdrawn."""
    like = {one.customer_id: one for one in found}
    for known in of_customers(w.conn, [customer_id]):
        other = known.other_id if known.customer_id == customer_id else known.customer_id
        if known.state is DuplicateState.OPEN and known.undone_at is None and other not in like:
            w.conn.execute("DELETE FROM link WHERE id = ?", (known.id,))
            _touch(w, known)
    for one in like.values():
        now = between(w.conn, customer_id, one.customer_id)
        if now is not None and now.state in _SETTLED:
            continue
        first, second = sorted((customer_id, one.customer_id), key=lambda id_: (account_of(id_), id_))
        fresh = replace(now or _pair(first, second), probability=one.probability, reasons=one.reasons)
        is_free = fresh.undone_at is None and leading(w.conn, first) != leading(w.conn, second)
        if one.probability >= joined_from and is_free:
            fresh = replace(
                fresh,
                customer_id=leading(w.conn, first),
                other_id=leading(w.conn, second),
                state=DuplicateState.MERGED,
                merged_at=at,
            )
            fresh = replace(fresh, id=_pair(fresh.customer_id, fresh.other_id).id)
        if fresh != now:
            _put(w, fresh)


def leading(conn: Connection, customer_id: CustomerId) -> CustomerId:
    """Return the record that stands for a customer who is in several accounts; the customer itself where there is none."""
    seen = {customer_id}
    while True:
        row = conn.execute(
            "SELECT customer_id FROM link WHERE other_id = ? AND state = 'merged' ORDER BY customer_id", (customer_id,)
        ).fetchone()
        if row is None or row[0] in seen:
            return customer_id
        customer_id = CustomerId(row[0])
        seen.add(customer_id)


def joined_to(conn: Connection, customer_id: CustomerId) -> list[Duplicate]:
    """Return what was joined to a record, in a stable order."""
    rows = conn.execute(
        "SELECT body FROM link WHERE customer_id = ? AND state = 'merged' ORDER BY other_id", (customer_id,)
    )
    return [_decoder.decode(body) for (body,) in rows]


def of_customers(conn: Connection, ids: Iterable[str]) -> list[Duplicate]:
    """Return what is known of some customers and others, proposals first."""
    rows = conn.execute(
        "SELECT body FROM link WHERE customer_id IN (SELECT value FROM json_each(?1)) "
        "OR other_id IN (SELECT value FROM json_each(?1)) ORDER BY state = 'open' DESC, id LIMIT ?2",
        (json.dumps(list(ids)), _MOST),
    )
    return [_decoder.decode(body) for (body,) in rows]


def between(conn: Connection, one: str, other: str) -> Duplicate | None:
    """Return what is known of two customers."""
    row = conn.execute("SELECT body FROM link WHERE id = ?", (_pair(one, other).id,)).fetchone()
    return None if row is None else _decoder.decode(row[0])


def drop(w: Write, customer_ids: Iterable[str]) -> int:
    """Forget what is known of some customers, and return how much that was."""
    gone = of_customers(w.conn, customer_ids)
    count = 0
    while gone:
        w.conn.execute(
            "DELETE FROM link WHERE id IN (SELECT value FROM json_each(?))", (json.dumps([one.id for one in gone]),)
        )
        for one in gone:
            _touch(w, one)
        count += len(gone)
        gone = of_customers(w.conn, customer_ids)
    return count


def drop_account(w: Write, account: str) -> None:
    """Forget what is known of the customers of an account that is being removed."""
    rows = w.conn.execute("SELECT customer_id, other_id FROM link").fetchall()
    drop(w, {id_ for row in rows for id_ in row if account_of(id_) == account})


def _pair(one: str, other: str) -> Duplicate:
    named = "\n".join(sorted((one, other)))
    id_ = DuplicateId(f"link:{sha256(named.encode()).hexdigest()[:32]}")
    return Duplicate(id=id_, customer_id=CustomerId(one), other_id=CustomerId(other), probability=0.0)


def _put(w: Write, row: Duplicate) -> None:
    w.conn.execute(
        "INSERT INTO link (id, customer_id, other_id, state, body) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
        "customer_id = excluded.customer_id, other_id = excluded.other_id, state = excluded.state, body = excluded.body",
        (row.id, row.customer_id, row.other_id, row.state.value, msgspec.json.encode(row)),
    )
    _touch(w, row)


def _touch(w: Write, row: Duplicate) -> None:
    for customer_id in (row.customer_id, row.other_id):
        w.touch(Table.DUPLICATE, row.id, customer=customer_id)
        w.touch(Table.CUSTOMER, customer_id)
