"""A ledger for importing: records whose ids are known to be free are written without looking each of them up first, which
is most of the time an import takes. Listeners are not told; the feed notices by itself that another wrote.
"""

from __future__ import annotations

import msgspec

from desktop.domain.interaction import Message
from desktop.domain.record import BusinessRecord
from desktop.hub.db.ledger import Ledger
from desktop.wire import records


class BulkLedger(Ledger):
    """The view of a transaction that ``ledger`` is another view of. ``flush`` it before that one ends."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger.connection, may_write=True)

    async def put_new(self, record: Message | BusinessRecord) -> None:
        """Save the first version of a record that is not there. A message's interaction must have been put before."""
        table = records.type_of(record)
        key = (table, str(record.id))
        saved = msgspec.structs.replace(record, version=1)
        self._pending[key] = {
            "type": str(table),
            "id": key[1],
            "is_deleted": False,
            "version": 1,
            "left_queue": None,
            **await self._columns(saved),
            "body": records.encode(saved),
        }
        self._values[key] = saved
