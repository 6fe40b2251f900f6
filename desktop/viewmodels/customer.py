"""Customer 360: who the open contact is with, or whom the agent looked up, with what other systems know of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from desktop.domain.changes import ChangeSet, Table
from desktop.domain.commands import LinkCustomer, MarkDistinct, MergeCustomers, UndoMerge, UpdateCustomer
from desktop.domain.customer import Customer, Identity
from desktop.domain.ids import CommandId, CustomerId, InteractionId
from desktop.domain.interaction import Interaction
from desktop.domain.merge import identity_key
from desktop.store import outbox, projections
from desktop.store.conflicts import resolve, update_of
from desktop.store.connection import Connection
from desktop.store.database import Write
from desktop.store.rows import Conflict, CustomerCard, FieldConflict, InboxRow, OutboxEntry, OutboxState
from desktop.viewmodels.workplace import Ticket, Workplace

__all__ = ["Conflict", "CustomerCard", "CustomerViewModel", "FieldConflict", "OutboxEntry"]

Edits = tuple[OutboxEntry, ...]
Answer = tuple[InboxRow | None, CustomerCard | None, tuple[Conflict, ...], Edits, frozenset[CommandId]]


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
        self.conflicts: tuple[Conflict, ...] = ()
        self._edits: Edits = ()
        # Edits that the card does not show yet, and those of them that the next reading will.
        self._typed: dict[CommandId, tuple[CustomerId, dict[str, Any]]] = {}
        self._written: set[CommandId] = set()
        workplace.current_changed.connect(self._on_current_changed)
        workplace.changed.connect(self._on_changed)
        self._look()

    @property
    def customer_id(self) -> CustomerId | None:
        return self.card.customer.id if self.card else None

    @property
    def accounts(self) -> tuple[str, ...]:
        """The names of the accounts that know the customer, where the desk has several."""
        parts = self.card.parts if self.card else ()
        return tuple(dict.fromkeys(title for part in parts if (title := self._workplace.accounts.title_of(part.id))))

    def told_by(self, field: str, value: object = None) -> tuple[str, ...]:
        """Return which accounts say what is shown in a field (of ``identities``: ``value``), where several accounts know the
        customer; else nothing."""
        if self.card is None or len(self.card.parts) < 2:
            return ()

        def says(part: Customer) -> bool:
            if isinstance(value, Identity):
                return identity_key(value) in map(identity_key, part.identities)
            return bool(getattr(part, field)) and getattr(part, field) == getattr(shown, field)

        shown = self.card.customer
        return tuple(self._workplace.accounts.title_of(part.id) for part in self.card.parts if says(part))

    def account_title(self, id_: str | None) -> str:
        """Return what the account is called that a record or contact is of, where the desk has several."""
        return self._workplace.accounts.title_of(id_)

    @property
    def is_looked_up(self) -> bool:
        """Whether the customer was looked up rather than being the open contact's."""
        return self._looked_up is not None

    @property
    def can_update(self) -> bool:
        """Whether the record can be changed in the system it is of."""
        return self.card is not None and self._workplace.accounts.can("update_customer", self.card.own.id)

    @property
    def can_link(self) -> bool:
        """Whether the open contact, being mine, could be said to be with the customer looked up."""
        row = self.interaction
        is_mine = row is not None and row.assignee == self._workplace.me and self._workplace.may("link_customer", row)
        return is_mine and self.is_looked_up and row is not None and self.customer_id not in (None, row.customer_id)

    @property
    def pending(self) -> frozenset[str]:
        """The fields whose new value the hub has not confirmed yet."""
        waiting = (e.command for e in self._edits if e.state is not OutboxState.WEDGED)
        return frozenset(name for command in waiting if isinstance(command, UpdateCustomer) for name in command.fields)

    @property
    def refused(self) -> Edits:
        """What the hub refused for another reason than a colleague's change."""
        disputed = {conflict.command_id for conflict in self.conflicts}
        return tuple(e for e in self._edits if e.state is OutboxState.WEDGED and e.id not in disputed)

    def look_up(self, customer_id: CustomerId) -> None:
        """Show a customer."""
        self._looked_up = customer_id
        self._look()

    def back(self) -> None:
        """Return to the open contact's customer."""
        self._looked_up = None
        self._look()

    def update(self, fields: dict[str, Any], alongside: Callable[[Write], object] | None = None) -> bool:
        """Change fields of the customer (names as in ``UpdateCustomer``); says whether there is one to change.

        A colleague's change of the same fields meanwhile is not overwritten: it comes up in ``conflicts``. Further edits
        may follow while this one is on its way. ``alongside`` is written in the same transaction.
        """
        if self.card is None or not self.can_update:
            return False
        command = update_of(self.card.own, fields)
        seen = dict(command.before)
        for customer_id, typed in self._typed.values():
            if customer_id == command.customer_id:
                seen |= {name: value for name, value in typed.items() if name in seen}
        id_ = self._workplace.perform(
            replace(command, before=seen), done=self._on_written, initiator=self, alongside=alongside
        )
        self._typed[id_] = (command.customer_id, fields)
        return True

    def resolve(self, command_id: CommandId, mine: Collection[str], combined: Mapping[str, Any] | None = None) -> None:
        """Settle a conflict: the fields named in ``mine`` get the agent's value, those in ``combined`` one made of both,
        the others keep the colleague's."""
        self._workplace.keep(lambda w: resolve(w, command_id, mine, combined), initiator=self)

    def discard(self, command_id: CommandId) -> None:
        """Settle a conflict by leaving everything as the colleague has it."""
        self._workplace.keep(lambda w: outbox.discard(w, command_id), initiator=self)

    def link(self) -> None:
        """Say that the open contact is with the customer looked up."""
        if self.can_link and self.interaction is not None and self.customer_id is not None:
            self._workplace.perform(
                LinkCustomer(interaction_id=self.interaction.id, customer_id=self.customer_id), initiator=self
            )
            self.back()

    def _on_written(self, command_id: CommandId) -> None:
        self._written.add(command_id)
        self._look()

    def _on_current_changed(self, _id: InteractionId | None) -> None:
        self._looked_up = None
        self._look()

    def _on_changed(self, changes: ChangeSet) -> None:
        if not changes.touches(Table.CUSTOMER, Table.RECORD, Table.INTERACTION, Table.OUTBOX):
            return
        # The customer of an open contact may arrive after it: the history comes newest first.
        of_contact = self.interaction.customer_id if self.interaction else None
        ids = {str(one) for one in (self.customer_id, of_contact, self._looked_up, self._workplace.current)}
        if changes.is_bulk or not ids.isdisjoint(changes.customers) or not ids.isdisjoint(changes.interactions):
            self._look()

    def _look(self) -> None:
        if self._ticket is not None:
            self._ticket.cancel()
        current, looked_up, me = self._workplace.current, self._looked_up, self._workplace.me
        written = frozenset(self._written)

        def _read(conn: Connection) -> Answer:
            row = projections.interaction_row(conn, current, me) if current else None
            wanted = looked_up or (row.interaction.customer_id if row else None)
            card = projections.customer_card(conn, wanted) if wanted else None
            if card is None:
                return row, None, (), (), written
            id_ = card.customer.id
            return row, card, tuple(projections.conflicts(conn, id_)), _edits_of(conn, id_), written

        self._ticket = self._workplace.ask(_read, self._on_answer)

    def _on_answer(self, answer: Answer) -> None:
        row, card, conflicts, edits, written = answer
        for command_id in written:
            self._written.discard(command_id)
            self._typed.pop(command_id, None)
        interaction = row.interaction if row else None
        is_other_way = self._was_looked_up != self.is_looked_up
        known = (self.interaction, self.card, self.conflicts, self._edits)
        if is_other_way or (interaction, card, conflicts, edits) != known:
            self.interaction, self.card, self._was_looked_up = interaction, card, self.is_looked_up
            self.conflicts, self._edits = conflicts, edits
            self.changed.emit()


def _edits_of(conn: Connection, customer_id: CustomerId) -> Edits:
    kinds = (UpdateCustomer, MergeCustomers, UndoMerge, MarkDistinct)
    return tuple(
        entry
        for entry in projections.outbox_entries(conn)
        if isinstance(entry.command, kinds) and entry.command.customer_id == customer_id
    )
