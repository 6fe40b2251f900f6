"""By which blocking keys a customer is found who is not known by an address (``insight.identify.keys``). Kept up by
the ledger wherever customers are written; asked by it for what an arriving message says of its sender, and for
possible duplicates."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import delete, insert, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from desktop.domain.customer import Customer
from desktop.hub.db import tables
from desktop.insight.duplicates import blocking_keys

MOST_SHARING: Final = 60
"""A key that more customers share counts for the first so many; whom it does not find, a rarer key does."""

_MOST_KEYS: Final = 60
_column = tables.customer_key.c


def rows_of(customer: Customer) -> list[dict[str, str]]:
    """Return the rows a customer is found by; one that was merged away is not found."""
    if customer.merged_into is not None:
        return []
    return [{"key": key, "customer_id": str(customer.id)} for key in sorted(blocking_keys(customer))]


async def keep(connection: AsyncConnection, customer: Customer) -> None:
    """Write the keys of a customer where they changed."""
    rows = rows_of(customer)
    known = await connection.execute(
        select(_column.key).where(_column.customer_id == customer.id).order_by(_column.key)
    )
    before = list(known.scalars())
    if sorted(before) == [row["key"] for row in rows]:
        return
    if before:
        await forget(connection, customer.id)
    if rows:
        await connection.execute(insert(tables.customer_key), rows)


async def forget(connection: AsyncConnection, customer_id: str) -> None:
    """Delete the keys of a customer."""
    await connection.execute(delete(tables.customer_key).where(_column.customer_id == customer_id))


async def sharing(connection: AsyncConnection, keys: Iterable[str], most: int) -> Sequence[str]:
    """Return the ids of at most ``most`` customers who share any of ``keys``, those with the rarest and the most first. One
    statement, and never more than 3,600 rows."""
    wanted = list(dict.fromkeys(keys))[:_MOST_KEYS]
    if not wanted:
        return []
    each = [
        select(select(_column.key, _column.customer_id).where(_column.key == key).limit(MOST_SHARING).subquery())
        for key in wanted
    ]
    by_key: dict[str, list[str]] = {}
    for key, customer_id in await connection.execute(union_all(*each)):
        by_key.setdefault(key, []).append(customer_id)
    votes: dict[str, dict[str, float]] = {}
    for key, ids in by_key.items():
        rarity = 1 + math.log(MOST_SHARING / len(ids))
        for id_ in ids:
            of = votes.setdefault(id_, {})
            of[key[0]] = max(rarity, of.get(key[0], 0.0))
    return sorted(votes, key=lambda id_: (-sum(votes[id_].values()), id_))[:most]
