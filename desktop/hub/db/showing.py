"""In which queues a customer had contacts, and so who may see their card: ``tables.customer_queue``, where a guest is a queue
of their own (``visibility.own_queue``). Read and written by ``ledger``."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from desktop.hub.db import tables

_AT_ONCE = 500
_column = tables.customer_queue.c


async def shown_in(connection: AsyncConnection, customer_ids: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return the queues of each customer who had a contact in any."""
    found: dict[str, set[str]] = {}
    ids = sorted(customer_ids)
    for start in range(0, len(ids), _AT_ONCE):
        query = select(_column.customer_id, _column.queue).where(_column.customer_id.in_(ids[start : start + _AT_ONCE]))
        for customer_id, queue in await connection.execute(query):
            found.setdefault(customer_id, set()).add(queue)
    return {id_: frozenset(queues) for id_, queues in found.items()}


async def is_news(connection: AsyncConnection, customer_id: str, queue: str) -> bool:
    """Note that a customer had a contact in a queue. Returns whether that shows them to somebody who did not see them: with
    the first queue of all it does not, as without any they are seen by everybody."""
    known = (await shown_in(connection, [customer_id])).get(customer_id, frozenset())
    if queue in known:
        return False
    await connection.execute(insert(tables.customer_queue).values(customer_id=customer_id, queue=queue))
    return bool(known)
