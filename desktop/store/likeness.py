"""Which customers of different accounts may be one person, as far as that can be looked up: blocking keys, hashed, of every
customer here. Owns the keys and which customers are still to be looked at; the judging is ``sync.likeness``'s, what
came of it is kept by ``links``. Part of the cache: it is made anew with it. A desk with one account keeps no keys.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final, NamedTuple
from zlib import crc32

from desktop.domain.changes import Table
from desktop.domain.customer import Customer
from desktop.domain.ids import account_of
from desktop.store.apply import accounts
from desktop.store.connection import Connection
from desktop.store.transaction import Write
from desktop.wire.records import decode

# A key that more share says nothing.
_MOST_SHARING: Final = 60
_MOST_CANDIDATES: Final = 16


class Looked(NamedTuple):
    """A customer to be looked at: the row it has, and what it says."""

    row: int
    customer: Customer


def is_needed(conn: Connection) -> bool:
    """Whether there are customers of several accounts to be told apart, and some that were not looked at yet."""
    if len(accounts(conn)) < 2:
        return False
    (is_any,) = conn.execute("SELECT EXISTS (SELECT 1 FROM likeness_todo)").fetchone()
    return bool(is_any)


def next_ones(conn: Connection, limit: int) -> list[Looked]:
    """Return the customers to be looked at next, the latest written first."""
    rows = conn.execute(
        "SELECT customer.row, customer.body FROM likeness_todo JOIN customer ON customer.row = likeness_todo.row "
        "ORDER BY likeness_todo.row DESC LIMIT ?",
        (limit,),
    )
    return [Looked(row, decode(Table.CUSTOMER, body)) for row, body in rows]


def put_keys(w: Write, one: Looked, keys: Iterable[str]) -> None:
    """Note by which keys a customer is found; it has been looked at once ``done`` says so."""
    w.conn.execute("DELETE FROM likeness_key WHERE row = ?", (one.row,))
    w.conn.executemany(
        "INSERT OR IGNORE INTO likeness_key (hash, row) VALUES (?, ?)", [(_hash(key), one.row) for key in keys]
    )


def done(w: Write, one: Looked) -> None:
    """A customer was looked at, as far as that is what is still said of them."""
    w.conn.execute(
        "DELETE FROM likeness_todo WHERE row = ? AND EXISTS (SELECT 1 FROM customer WHERE row = ? AND version = ?)",
        (one.row, one.row, one.customer.version),
    )


def skip_gone(w: Write) -> None:
    """Forget to look at customers that are not here any more."""
    w.conn.execute("DELETE FROM likeness_todo WHERE row NOT IN (SELECT row FROM customer)")


def candidates(conn: Connection, one: Customer, keys: Iterable[str]) -> list[Customer]:
    """Return the customers of other accounts who share a key with one that not everybody has, those that share most first."""
    votes: dict[int, int] = {}
    for key in {_hash(key) for key in keys}:
        rows = conn.execute("SELECT row FROM likeness_key WHERE hash = ? LIMIT ?", (key, _MOST_SHARING + 1)).fetchall()
        if len(rows) <= _MOST_SHARING:
            for (row,) in rows:
                votes[row] = votes.get(row, 0) + 1
    found: list[Customer] = []
    own = account_of(one.id)
    ranked = json.dumps(sorted(votes, key=lambda row: (-votes[row], row))[: _MOST_CANDIDATES * 4])
    for id_, body in conn.execute(
        "SELECT customer.id, customer.body FROM customer JOIN json_each(?) AS wanted ON customer.row = wanted.value "
        "WHERE merged_into IS NULL ORDER BY wanted.key",
        (ranked,),
    ):
        if account_of(id_) != own:
            found.append(decode(Table.CUSTOMER, body))
            if len(found) == _MOST_CANDIDATES:
                break
    return found


def _hash(key: str) -> int:
    return crc32(key.encode("utf-8", "replace"))
