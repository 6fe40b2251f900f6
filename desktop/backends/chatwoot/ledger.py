"""Versions for records that carry none. Chatwoot dates conversations; contacts, agents and messages say nothing of when
they changed. Such a record has as its version the server's time when it was read, and keeps it as long as it reads the
same: written twice it is no news, changed it is newer than whatever was read before, by this run of the program or another.

Pure, in memory, bounded. Called by ``reader``, ``feed``, ``past`` and ``orders``.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

import msgspec

from desktop.domain.changes import Table
from desktop.wire import records
from desktop.wire.shapes import Change

_MOST: Final = 20_000


class Ledger:
    """What was told of each record last: a digest of it, and under which version."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._told: OrderedDict[tuple[Table, str], tuple[int, int]] = OrderedDict()

    def told(self, record: records.Record, stamp: int) -> Change:
        """Return the change that tells ``record``. ``stamp`` (microseconds) is when it changed, or when it was read."""
        table = records.type_of(record)
        digest = hash(records.encode(msgspec.structs.replace(record, version=0)))
        key = (table, record.id)
        known = self._told.pop(key, None)
        if known is not None and known[0] == digest:
            version = known[1]
        else:
            version = stamp if known is None else max(stamp, known[1] + 1)
        self._told[key] = (digest, version)
        if len(self._told) > self._most:
            self._told.popitem(last=False)
        versioned = msgspec.structs.replace(record, version=version)
        return Change(seq=version, op="upsert", type=table, id=record.id, record=msgspec.Raw(records.encode(versioned)))

    def gone(self, table: Table, id_: str, stamp: int) -> Change:
        """Return the change that tells that a record is not there any more."""
        known = self._told.pop((table, id_), None)
        return Change(seq=max(stamp, known[1] if known is not None else 0), op="delete", type=table, id=id_)

    def knows(self, table: Table, id_: str) -> bool:
        """Whether a record was told, and not that it is gone."""
        return (table, id_) in self._told
