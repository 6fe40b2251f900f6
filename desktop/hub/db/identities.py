"""By which addresses and numbers a customer is found: ``tables.identity``. Written by ``ledger`` and ``bulk``."""

from __future__ import annotations

from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from desktop.domain.customer import Customer, IdentityKind
from desktop.hub.db import tables


def keys_of(customer: Customer) -> set[tuple[str, str]]:
    """Return the (kind, normalised) identities of a customer, their number among them."""
    keys = {(str(identity.kind), identity.normalised) for identity in customer.identities if identity.normalised}
    if customer.number:
        keys.add((str(IdentityKind.CUSTOMER_NO), customer.number))
    return keys


async def index(connection: AsyncConnection, customer: Customer) -> None:
    """Let a customer be found by what they have now; one who was merged away by nothing."""
    await forget(connection, customer.id)
    keys = keys_of(customer)
    if keys and customer.merged_into is None:
        await connection.execute(
            insert(tables.identity),
            [{"kind": kind, "normalised": value, "customer_id": customer.id} for kind, value in sorted(keys)],
        )


async def forget(connection: AsyncConnection, customer_id: str) -> None:
    """Let a customer be found no more."""
    await connection.execute(delete(tables.identity).where(tables.identity.c.customer_id == customer_id))
