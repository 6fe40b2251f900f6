"""Customer 360: who the open contact is with, or whom the agent looked up, with what other systems know of them."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop.domain.changes import ChangeSet, Table
from desktop.domain.commands import LinkCustomer, UpdateCustomer
from desktop.domain.ids import CustomerId, InteractionId
from desktop.domain.interaction import Interaction
from desktop.domain.lifecycle import allowed
from desktop.store import projections
from desktop.store.connection import Connection
from desktop.store.rows import CustomerCard, InboxRow
from desktop.viewmodels.workplace import Ticket, Workplace

__all__ = ["CustomerCard", "CustomerViewModel"]

Answer = tuple[InboxRow | None, CustomerCard | None]


class CustomerViewModel(QObject):
    """Follows the open contact; ``look_up`` shows a customer without one until another contact is opened."""

    changed = Signal()

    def __init__(self, workplace: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._ticket: Ticket | None = None
        self._looked_up: CustomerId | None = None
        self._was_looked_up = False
        self.interaction: Interaction | None = None
        self.card: CustomerCard | None = None
        workplace.current_changed.connect(self._on_current_changed)
        workplace.changed.connect(self._on_changed)
        self._look()

    @property
    def customer_id(self) -> CustomerId | None:
        return self.card.customer.id if self.card else None

    @property
    def is_looked_up(self) -> bool:
        """Whether the customer was looked up rather than being the open contact's."""
        return self._looked_up is not None

    @property
    def can_link(self) -> bool:
        """Whether the open contact, being mine, could be said to be with the customer looked up."""
        row = self.interaction
        is_mine = row is not None and row.assignee == self._workplace.me and "link_customer" in allowed(row.state)
        return is_mine and self.is_looked_up and row is not None and self.customer_id not in (None, row.customer_id)

    def look_up(self, customer_id: CustomerId) -> None:
        """Show a customer."""
        self._looked_up = customer_id
        self._look()

    def back(self) -> None:
        """Return to the open contact's customer."""
        self._looked_up = None
        self._look()

    def update(self, fields: dict[str, Any]) -> bool:
        """Change fields of the customer (names as in ``UpdateCustomer``); a colleague's change meanwhile is not lost.

        Returns whether it can be done now: not while a change before it is on its way, whose version is not known yet."""
        if self.card is None or self.card.is_pending:
            return False
        customer = self.card.customer
        self._workplace.perform(
            UpdateCustomer(customer_id=customer.id, fields=fields, version=customer.version), initiator=self
        )
        return True

    def link(self) -> None:
        """Say that the open contact is with the customer looked up."""
        if self.can_link and self.interaction is not None and self.customer_id is not None:
            self._workplace.perform(
                LinkCustomer(interaction_id=self.interaction.id, customer_id=self.customer_id), initiator=self
            )
            self.back()

    def _on_current_changed(self, _id: InteractionId | None) -> None:
        self._looked_up = None
        self._look()

    def _on_changed(self, changes: ChangeSet) -> None:
        if not changes.touches(Table.CUSTOMER, Table.RECORD, Table.INTERACTION, Table.OUTBOX):
            return
        ids = {str(self.customer_id), str(self._workplace.current)}
        if changes.is_bulk or not ids.isdisjoint(changes.customers) or not ids.isdisjoint(changes.interactions):
            self._look()

    def _look(self) -> None:
        if self._ticket is not None:
            self._ticket.cancel()
        current, looked_up, me = self._workplace.current, self._looked_up, self._workplace.me

        def _read(conn: Connection) -> Answer:
            row = projections.interaction_row(conn, current, me) if current else None
            wanted = looked_up or (row.interaction.customer_id if row else None)
            return row, projections.customer_card(conn, wanted) if wanted else None

        self._ticket = self._workplace.ask(_read, self._on_answer)

    def _on_answer(self, answer: Answer) -> None:
        row, card = answer
        interaction = row.interaction if row else None
        is_other_way = self._was_looked_up != self.is_looked_up
        if is_other_way or (interaction, card) != (self.interaction, self.card):
            self.interaction, self.card, self._was_looked_up = interaction, card, self.is_looked_up
            self.changed.emit()
