"""Writing thousands of records that are known to be new: without looking each of them up first, which is most of the time an
import takes, and without telling anybody; the feed notices by itself that another wrote."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace
from sqlalchemy import insert

from desktop.domain.changes import Table
from desktop.domain.customer import Customer
from desktop.domain.interaction import Interaction, Message
from desktop.hub.db import blocking, holders, identities, tables
from desktop.hub.db.ledger import Ledger
from desktop.wire import records
from desktop.wire.records import Record


class BulkLedger(Ledger):
    """Another view of the transaction that ``ledger`` is a view of. ``put_new`` keeps, ``finish`` writes; an interaction goes
    in before its parts."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger.connection, may_write=True)
        self._identities: set[tuple[str, str, str]] = set()
        self._keys: list[dict[str, str]] = []
        self._revealed: set[tuple[str, str]] = set()
        self._with_files: list[Message] = []
        self.counts: dict[Table, int] = {}

    async def put_new(self, record: Record) -> None:
        """Keep a record whose id no record of its type has yet."""
        table = records.type_of(record)
        saved: Any = replace(record, version=1)
        id_ = str(saved.id)
        columns = await self._columns(saved)
        self._pending[table, id_] = {
            "type": str(table),
            "id": id_,
            "is_deleted": False,
            "version": 1,
            "left_queue": None,
            "body": records.encode(saved),
            **columns,
        }
        self.counts[table] = self.counts.get(table, 0) + 1
        if isinstance(saved, Interaction):
            self._values[table, id_] = saved  # its parts ask for its queue
            if saved.customer_id and saved.queue:
                self._revealed.add((saved.customer_id, saved.queue))
        elif isinstance(saved, Customer):
            self._know(saved)
        elif isinstance(saved, Message) and saved.attachments:
            self._with_files.append(saved)

    def _know(self, customer: Customer) -> None:
        self._identities |= {(kind, value, str(customer.id)) for kind, value in identities.keys_of(customer)}
        self._keys += blocking.rows_of(customer)

    async def flush(self) -> None:
        await super().flush()
        messages, self._with_files = self._with_files, []
        await holders.used(self.connection, messages)

    async def finish(self) -> None:
        """Write everything kept."""
        await self.flush()
        if self._identities:
            await self.connection.execute(
                insert(tables.identity),
                [
                    {"kind": kind, "normalised": value, "customer_id": id_}
                    for kind, value, id_ in sorted(self._identities)
                ],
            )
        if self._keys:
            await self.connection.execute(insert(tables.customer_key), self._keys)
        if self._revealed:
            await self.connection.execute(
                insert(tables.customer_queue),
                [{"customer_id": id_, "queue": queue} for id_, queue in sorted(self._revealed)],
            )
        self._identities.clear()
        self._keys.clear()
        self._revealed.clear()
        self._values.clear()
        self._read.clear()
        self._headers.clear()
        self.written.clear()
