"""The context column with a customer who is on file twice, and a centre that asks before it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from desktop.domain.customer import Customer, Identity, IdentityKind, PostalAddress
from desktop.domain.duplicate import Duplicate, DuplicateState
from desktop.domain.suggestion import Reason
from desktop.domain.verification import Question, VerificationPolicy
from desktop.ui.context.panel import ContextPanel
from desktop.ui.theme.theme import Theme

TWIN = "c-twin"


class Files:
    """What the network brings about Jana: her record with a birth date, the second one of her, the proposal, the policy."""

    def __init__(self, shift: Any) -> None:
        self._shift = shift
        self.now = shift.workplace.now()

    def jana(self, **fields: Any) -> Customer:
        found = next(c for c in self._shift.sample.customers(self.now) if c.id == self._shift.sample.JANA)
        made: Customer = replace(found, **{"version": 7, "birth_date": date(1980, 3, 14), "quality": (), **fields})
        return made

    def twin(self, **fields: Any) -> Customer:
        mail = Identity(kind=IdentityKind.EMAIL, value="j.weber@example.org", normalised="j.weber@example.org")
        given: dict[str, Any] = {
            "id": TWIN,
            "name": "J. Weber",
            "number": "88123",
            "language": "de",
            "birth_date": date(1980, 3, 14),
            "address": PostalAddress(street="Lindenstr. 14a", postcode="04109", city="Leipzig", country="DE"),
            "identities": (mail,),
            "created_at": self.now - timedelta(days=90),
            "version": 1,
        }
        return Customer(**(given | fields))

    def alike(self, **fields: Any) -> Duplicate:
        given: dict[str, Any] = {
            "id": "d-1",
            "customer_id": self._shift.sample.JANA,
            "other_id": TWIN,
            "probability": 0.93,
            "reasons": (Reason(code="identify.name_close", weight=0.4), Reason(code="identify.phone", weight=0.9)),
            "version": 1,
        }
        return Duplicate(**(given | fields))

    def merged(self, **fields: Any) -> Duplicate:
        """Ben merged the two the day before yesterday."""
        at = self.now - timedelta(days=2)
        return self.alike(state=DuplicateState.MERGED, merged_at=at, merged_by=self._shift.sample.BEN, **fields)

    def policy(self, **fields: Any) -> VerificationPolicy:
        given: dict[str, Any] = {
            "points_needed": 2,
            "questions": (
                Question(id="birth_date", titles={"en": "When were you born?"}, field="birth_date"),
                Question(id="postcode", titles={"en": "Which postcode?"}, field="address.postcode"),
                Question(id="number", titles={"en": "Which number?"}, field="number", is_shown=True),
                Question(id="invoice", titles={"en": "Which invoice?"}, field="record.invoice"),
            ),
            "sensitive": ("birth_date", "address", "record.order"),
            "exempt_channels": ("in_app",),
            "version": 1,
        }
        return VerificationPolicy(**(given | fields))


@pytest.fixture
def files(shift: Any) -> Files:
    return Files(shift)


@pytest.fixture
def column(shift: Any, theme: Theme, show: Callable[..., Any]) -> Iterator[ContextPanel]:
    """The context column on the screen, nothing open yet."""
    made = ContextPanel(shift.workplace, theme)
    show(made, 372, 1000)
    shift.settle()
    yield made
    made.hide()
