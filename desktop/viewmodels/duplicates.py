"""Records that may be the customer's own a second time: proposals with their evidence, the comparison of two records field by
field, what a merge would make and move, and the log of merges. Everything goes out as commands and is shown at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from PySide6.QtCore import QObject, Signal

from desktop.domain.changes import ChangeSet, Table
from desktop.domain.commands import MarkDistinct, MergeCustomers, UndoMerge
from desktop.domain.customer import Customer, field_value, is_same_value
from desktop.domain.duplicate import Duplicate, DuplicateState
from desktop.domain.ids import CommandId, CustomerId, new_id
from desktop.domain.merge import PARTS, joined
from desktop.store import outbox, projections
from desktop.store.connection import Connection
from desktop.store.database import Write
from desktop.store.rows import LikePair, OutboxState
from desktop.viewmodels.customer import CustomerViewModel
from desktop.viewmodels.workplace import Ticket, Workplace

__all__ = ["ComparedField", "Comparison", "Duplicate", "DuplicateState", "DuplicatesModel", "LikePair"]

_FIELDS: Final = ("name", "birth_date", "number", "address", "language", "segment", "since", "consents")
_WITH_NAME: Final = ("name", "given_name", "family_name")


@dataclass(frozen=True, slots=True)
class ComparedField:
    """One field of two records, as JSON has it. ``is_choice``: both say something, and not the same."""

    name: str
    mine: Any
    theirs: Any
    is_choice: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two records side by side. ``survivor`` stays, ``other`` is folded in; ``taken`` are the fields of which the other's
    value is chosen; ``holdings`` says how many contacts and business records each has."""

    survivor: Customer
    other: Customer
    duplicate: Duplicate
    taken: frozenset[str] = frozenset()
    holdings: dict[CustomerId, tuple[int, int]] = field(default_factory=dict)

    @property
    def moving(self) -> tuple[int, int]:
        """How many contacts and business records would go over."""
        return self.holdings.get(self.other.id, (0, 0))

    @property
    def rows(self) -> tuple[ComparedField, ...]:
        """The fields that at least one of the two has."""
        return tuple(row for name in _FIELDS for row in _compared(name, self.survivor, self.other))

    @property
    def fields(self) -> tuple[str, ...]:
        """What is taken of the other, as ``MergeCustomers.fields`` names it."""
        names: list[str] = []
        for row in self.rows:
            if row.is_choice and row.name in self.taken:
                names += _WITH_NAME if row.name == "name" else (row.name,)
        return tuple(names)

    @property
    def result(self) -> Customer:
        """What the merge will make."""
        return joined(self.survivor, self.other, self.fields)


def _compared(name: str, one: Customer, other: Customer) -> list[ComparedField]:
    mine, theirs = field_value(one, name), field_value(other, name)
    if not mine and not theirs:
        return []
    if name == "address" and mine and theirs and not is_same_value(name, mine, theirs):
        parts = [
            ComparedField(f"address.{part}", mine.get(part, ""), theirs.get(part, ""), is_choice=True)
            for part in PARTS
            if not is_same_value(part, mine.get(part, ""), theirs.get(part, ""))
        ]
        filled = [part for part in PARTS if mine.get(part) or theirs.get(part)]
        # Where little of two addresses agrees, a choice of parts would make a third one.
        if parts and 2 * len(parts) < len(filled) + 1:
            return parts
    return [ComparedField(name, mine, theirs, bool(mine and theirs) and not is_same_value(name, mine, theirs))]


class DuplicatesModel(QObject):
    """Follows ``CustomerViewModel``. ``merged(survivor, other)`` once two records were merged here, ``parted`` once a merge
    was taken apart, ``told_apart`` once they were said to be two people."""

    changed = Signal()
    compared = Signal()
    merged = Signal(object, object)
    parted = Signal(object, object)
    told_apart = Signal(object, object)

    def __init__(self, workplace: Workplace, customer: CustomerViewModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._customer = customer
        self._ticket: Ticket | None = None
        self._shown: CustomerId | None = None
        self._is_beside: CustomerId | None = None
        self.pairs: tuple[LikePair, ...] = ()
        self.comparison: Comparison | None = None
        customer.changed.connect(self._on_customer)
        workplace.changed.connect(self._on_changed)
        self._look()

    @property
    def proposals(self) -> tuple[LikePair, ...]:
        """The open proposals, the likeliest first."""
        return tuple(one for one in self.pairs if one.duplicate.state is DuplicateState.OPEN)

    @property
    def log(self) -> tuple[LikePair, ...]:
        """Merges, and judgements that two records are two people, the newest merge first."""
        return tuple(one for one in self.pairs if one.duplicate.state is not DuplicateState.OPEN)

    @property
    def contact_customer(self) -> CustomerId | None:
        """The open contact's customer while another one is looked up: the two can be compared."""
        row = self._customer.interaction
        if row is None or not self._customer.is_looked_up or row.customer_id in (None, self._customer.customer_id):
            return None
        return row.customer_id

    def other_of(self, pair: LikePair) -> Customer:
        """Return whom the customer shown is like."""
        return pair.survivor if pair.other.id == self._shown else pair.other

    # --- comparing --------------------------------------------------------------------------------------------------

    def compare(self, one: CustomerId, other: CustomerId) -> None:
        """Lay two records side by side; ``compared`` when they are."""
        me = self._workplace.me

        def _read(conn: Connection) -> tuple[LikePair | None, dict[CustomerId, tuple[int, int]]]:
            found = projections.like_pair(conn, one, other, me)
            return found, {id_: projections.holdings_of(conn, id_) for id_ in (one, other)}

        def _on_answer(answer: tuple[LikePair | None, dict[CustomerId, tuple[int, int]]]) -> None:
            pair, holdings = answer
            if pair is None or pair.duplicate.state is DuplicateState.MERGED:
                return
            proposed = pair.duplicate.fields
            parts = [f"address.{part}" for part in PARTS] if "address" in proposed else []
            taken = frozenset(name for name in (*proposed, *parts) if name not in _WITH_NAME[1:])
            self._set(Comparison(pair.survivor, pair.other, pair.duplicate, taken, holdings=holdings))

        self._workplace.ask(_read, _on_answer)

    def compare_beside(self) -> None:
        """Compare the customer looked up with the open contact's."""
        if self.contact_customer is not None and self._shown is not None:
            self.compare(self.contact_customer, self._shown)

    def swap(self) -> None:
        """Let the other record survive; what was chosen stays chosen."""
        now = self.comparison
        if now is None:
            return
        choices = {row.name for row in now.rows if row.is_choice}
        taken = frozenset(choices - now.taken)
        self._set(Comparison(now.other, now.survivor, now.duplicate, taken, holdings=now.holdings))

    def choose(self, name: str, is_others: bool) -> None:
        """Choose whose value of a field stays."""
        now = self.comparison
        if now is None or (name in now.taken) == is_others:
            return
        taken = now.taken | {name} if is_others else now.taken - {name}
        self._set(Comparison(now.survivor, now.other, now.duplicate, taken, holdings=now.holdings))

    def close(self) -> None:
        """Put the comparison away."""
        self._set(None)

    def _set(self, comparison: Comparison | None) -> None:
        if comparison != self.comparison:
            self.comparison = comparison
            self.compared.emit()

    # --- deciding ---------------------------------------------------------------------------------------------------

    def merge(self) -> None:
        """Fold the other record into the survivor as it was compared."""
        now = self.comparison
        if now is None:
            return
        survivor, other = now.survivor, now.other
        self.close()
        command = MergeCustomers(customer_id=survivor.id, merged_id=other.id, fields=now.fields)
        self._workplace.perform(command, initiator=self, done=lambda _id: self.merged.emit(survivor, other))

    def tell_apart(self, one: Customer, other: Customer) -> None:
        """Say that two records are two people."""
        self.close()
        command = MarkDistinct(customer_id=one.id, other_id=other.id)
        self._workplace.perform(command, initiator=self, done=lambda _id: self.told_apart.emit(one, other))

    def undo(self, survivor: Customer, other: Customer) -> None:
        """Take a merge apart; one that has not gone out yet just does not."""

        def _undo(w: Write) -> None:
            for entry in outbox.entries(w.conn):
                match entry.command:
                    case MergeCustomers(customer_id=survivor.id, merged_id=other.id):
                        is_here = entry.state in (OutboxState.HELD, OutboxState.QUEUED) and not entry.attempts
                        if is_here and outbox.discard(w, entry.id):
                            return
                    case _:
                        pass
            command = UndoMerge(customer_id=survivor.id, merged_id=other.id)
            outbox.enqueue(w, command, CommandId(new_id()), now=self._workplace.now())

        self._workplace.keep(_undo, lambda _none: self.parted.emit(survivor, other), initiator=self)

    # --- following --------------------------------------------------------------------------------------------------

    def _on_customer(self) -> None:
        if self._customer.customer_id != self._shown:
            self._look()
        if self.contact_customer != self._is_beside:
            self._is_beside = self.contact_customer
            self.changed.emit()

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.touches(Table.DUPLICATE, Table.CUSTOMER, Table.OUTBOX):
            self._look()

    def _look(self) -> None:
        if self._ticket is not None:
            self._ticket.cancel()
        shown, me = self._customer.customer_id, self._workplace.me
        if shown != self._shown:
            self._shown = shown
            self.close()
        if shown is None:
            self._on_answer(())
            return
        self._ticket = self._workplace.ask(lambda conn: tuple(projections.like_pairs(conn, shown, me)), self._on_answer)

    def _on_answer(self, pairs: tuple[LikePair, ...]) -> None:
        if pairs == self.pairs:
            return
        self.pairs = pairs
        self._follow()
        self.changed.emit()

    def _follow(self) -> None:
        """A record being compared was changed, or merged elsewhere: the comparison shows what is so now."""
        now = self.comparison
        if now is None:
            return
        for pair in self.pairs:
            if {pair.survivor.id, pair.other.id} != {now.survivor.id, now.other.id}:
                continue
            if pair.duplicate.state is DuplicateState.MERGED:
                self.close()
                return
            records = {pair.survivor.id: pair.survivor, pair.other.id: pair.other}
            self._set(
                Comparison(
                    records[now.survivor.id], records[now.other.id], pair.duplicate, now.taken, holdings=now.holdings
                )
            )
