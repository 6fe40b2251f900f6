"""One transaction in the making: what a writing function of the store is handed, and what it notes of its changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from desktop.domain.changes import Cause, ChangeSet, Table
from desktop.store.connection import Connection


class Write:
    """One transaction in the making: its connection, and what it changed so far."""

    __slots__ = ("_customers", "_interactions", "_is_bulk", "_must_scrub", "_rows", "conn")

    def __init__(self, conn: Connection) -> None:
        self.conn = conn
        self._rows: dict[Table, set[str]] = {}
        self._interactions: set[str] = set()
        self._customers: set[str] = set()
        self._is_bulk = False
        self._must_scrub = False

    def touch(self, table: Table, row_id: str, interaction: str | None = None, customer: str | None = None) -> None:
        """Note that a row changed, and which interaction's and customer's view of the world with it."""
        self.touch_rows(table, (row_id,), (interaction,), (customer,))

    def touch_rows(
        self,
        table: Table,
        row_ids: Collection[str],
        interactions: Iterable[str | None] = (),
        customers: Iterable[str | None] = (),
    ) -> None:
        """Note that rows changed, and which interactions' and customers' view of the world with them."""
        self._rows.setdefault(table, set()).update(row_ids)
        if table is Table.INTERACTION:
            self._interactions.update(row_ids)
        elif table is Table.CUSTOMER:
            self._customers.update(row_ids)
        self._interactions.update(filter(None, interactions))
        self._customers.update(filter(None, customers))

    def bulk(self) -> None:
        """Say that too much changed to name it."""
        self._is_bulk = True

    def scrub(self) -> None:
        """Ask that after the commit no older version of a page is left in the write-ahead log.

        The future then fails with ``Busy`` where that was not possible; what was written stays written.
        """
        self._must_scrub = True

    @property
    def must_scrub(self) -> bool:
        return self._must_scrub

    def changes(self, cause: Cause, initiator: object) -> ChangeSet | None:
        """Return what changed as a value, or ``None`` where nothing was touched."""
        if self._is_bulk:
            return ChangeSet(cause, is_bulk=True, initiator=initiator)
        if not self._rows and not self._interactions and not self._customers:
            return None
        return ChangeSet(
            cause,
            rows={table: frozenset(ids) for table, ids in self._rows.items()},
            interactions=frozenset(self._interactions),
            customers=frozenset(self._customers),
            initiator=initiator,
        )
