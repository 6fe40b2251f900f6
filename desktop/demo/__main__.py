"""``python -m desktop.demo`` puts the demo centre into the hub's folder named on standard input and prints who may sign in: a
process of its own, so that the window loads neither the hub nor its database. Secrets go by pipes only."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from desktop.demo.seed import SeedReport, seed
from desktop.hub.db.database import Database
from desktop.hub.server import database_url


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for: the hub's folder, and which centre in which language."""

    data: str
    seed: int
    lang: str


async def _run(order: Order) -> SeedReport:
    database = await Database.open(database_url(Path(order.data), ""))
    try:
        return await seed(database, seed=order.seed, lang=order.lang, now=datetime.now(UTC))
    finally:
        await database.close()


def main() -> int:
    """Read the order, seed, print the report."""
    order = msgspec.json.decode(sys.stdin.buffer.readline(), type=Order)
    report = asyncio.run(_run(order))
    sys.stdout.buffer.write(msgspec.json.encode(report) + b"\n")
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
