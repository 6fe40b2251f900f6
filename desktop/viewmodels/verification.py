"""Verification of the open contact's customer: what may be asked, how it stands, and what stays hidden until then. What a
caller says is compared here and kept nowhere; only whether it was right goes out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, Signal

from desktop.domain.changes import ChangeSet, Table
from desktop.domain.commands import VerifyCustomer
from desktop.domain.customer import Customer
from desktop.domain.record import BusinessRecord
from desktop.domain.verification import Question, Standing, VerificationPolicy, standing
from desktop.store import projections
from desktop.viewmodels.customer import CustomerViewModel
from desktop.viewmodels.desk import DeskAccount
from desktop.viewmodels.workplace import Workplace, in_language

__all__ = ["QuestionRow", "Standing", "VerificationModel"]

OPEN, RIGHT, WRONG, UNKNOWN = "open", "right", "wrong", "unknown"
_OLDEST_SHOWN: Final = 4


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """One question. ``state`` is ``open``, ``right``, ``wrong`` or ``unknown`` (the record has no answer to compare with);
    ``answer`` is what the agent may see of the record's, empty where it stays hidden; ``is_typed``: what the caller says is
    typed and compared."""

    id: str
    title: str
    field: str
    state: str = OPEN
    answer: str = ""
    is_typed: bool = False
    points: int = 1


class VerificationModel(QObject):
    """Follows ``CustomerViewModel``. ``standing`` is how far the contact is, ``rows`` are its questions."""

    changed = Signal()

    def __init__(self, workplace: Workplace, customer: CustomerViewModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._customer = customer
        self._policy: VerificationPolicy | None = None
        self._asked: str = ""
        self.standing = Standing()
        self.rows: tuple[QuestionRow, ...] = ()
        self.can_ask = False
        self._told: object = None
        customer.changed.connect(self._on_customer)
        workplace.changed.connect(self._on_changed)
        self._look()

    @property
    def is_shown(self) -> bool:
        """Whether verification is of any matter here: the centre asks for it, and the open contact is with a customer."""
        about = self._about()
        return bool(self._policy and self._policy.points_needed > 0 and about is not None and self._is_subject())

    @property
    def asked(self) -> str:
        """The id of the question being asked."""
        return self._asked

    def hides(self, field: str) -> bool:
        """Whether ``field`` (of the record, or ``record.<kind>``) of the customer shown stays hidden for now."""
        policy = self._policy
        if policy is None or policy.points_needed <= 0 or not policy.hides(field) or not self._is_subject():
            return False
        return self._about() is None or not self.standing.is_verified

    def ask(self, question_id: str) -> None:
        """Ask a question; nothing asks none."""
        if question_id != self._asked and (self.can_ask or not question_id):
            self._asked = question_id
            self._work_out()

    def check(self, question_id: str, said: str) -> bool | None:
        """Whether what the caller says is what the record holds; ``None`` where it is no answer at all."""
        from desktop.insight import verification

        customer, question = self._about(), self._policy.question(question_id) if self._policy else None
        if customer is None or question is None:
            return None
        return verification.is_right(question, said, verification.answers(question, customer, self._records()))

    def answer(self, question_id: str, is_right: bool) -> None:
        """Say whether the answer was right, and go on to the next question."""
        customer, row = self._about(), self._customer.interaction
        known = next((one for one in self.rows if one.id == question_id), None)
        if customer is None or row is None or known is None or known.state != OPEN or not self.can_ask:
            return
        self._asked = ""
        self._workplace.perform(
            VerifyCustomer(interaction_id=row.id, customer_id=customer.id, question=question_id, is_right=is_right),
            initiator=self,
        )

    # --- following --------------------------------------------------------------------------------------------------

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.touches(Table.VERIFICATION):
            self._look()

    def _look(self) -> None:
        self._workplace.ask(projections.verification_policy, self._on_policy)

    def _on_policy(self, policy: VerificationPolicy | None) -> None:
        self._policy = policy
        self._work_out()

    def _on_customer(self) -> None:
        self._work_out()

    def _about(self) -> Customer | None:
        """Who the open contact is with, where that is whom is shown and there is a record of them."""
        row, card = self._customer.interaction, self._customer.card
        if row is None or card is None or card.customer.is_provisional:
            return None
        is_theirs = row.customer_id == card.customer.id or not self._customer.is_looked_up
        return card.customer if is_theirs else None

    def _is_subject(self) -> bool:
        """Whether the customer shown is known to a system that asks for verification: what others hold is theirs to guard."""
        card = self._customer.card
        if card is None:
            return True
        ids = [part.id for part in card.parts] or [card.customer.id]
        return any(self._workplace.accounts.can("verify_customer", id_) for id_ in ids)

    @property
    def lacking(self) -> DeskAccount | None:
        """The account of the open contact, where that keeps verification from being asked for here."""
        row = self._customer.interaction
        if row is None or self._workplace.accounts.can("verify_customer", row.id):
            return None
        return self._workplace.accounts.of(row.id)

    def _records(self) -> tuple[BusinessRecord, ...]:
        card = self._customer.card
        return (*card.open_cases, *card.orders, *card.other_records) if card is not None else ()

    def _work_out(self) -> None:
        row, customer = self._customer.interaction, self._about()
        now, can_ask = Standing(), False
        rows: tuple[QuestionRow, ...] = ()
        if self._policy is not None and row is not None and customer is not None:
            now = standing(self._policy, row.channel, row.customer_id, row.verified)
            is_mine = row.assignee == self._workplace.me and self._workplace.may("verify_customer", row)
            can_ask = is_mine and not now.is_verified and not now.is_locked
            rows = tuple(self._row(question, customer) for question in self._policy.questions)
        if self._asked and (not can_ask or not any(one.id == self._asked and one.state == OPEN for one in rows)):
            self._asked = ""
        self.standing, self.rows, self.can_ask = now, rows, can_ask
        told = (self._policy, now, rows, can_ask, self._asked, customer is None, self._is_subject(), self.lacking)
        if told != self._told:
            self._told = told
            self.changed.emit()

    def _row(self, question: Question, customer: Customer) -> QuestionRow:
        from desktop.insight import verification

        interaction = self._customer.interaction
        said = next(
            (
                one.is_right
                for one in (interaction.verified if interaction is not None else ())
                if one.question == question.id
                and interaction is not None
                and one.customer_id == interaction.customer_id
            ),
            None,
        )
        expected = verification.answers(question, customer, self._records())
        state = OPEN if said is None else RIGHT if said else WRONG
        if state == OPEN and question.field and not expected:
            state = UNKNOWN
        is_seen = question.is_shown and question.id == self._asked
        return QuestionRow(
            id=question.id,
            title=in_language(question.titles, self._workplace.language),
            field=question.field,
            state=state,
            answer=", ".join(expected[:_OLDEST_SHOWN]) if is_seen else "",
            is_typed=bool(question.field) and not question.is_shown,
            points=question.points,
        )
