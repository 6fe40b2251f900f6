"""What is wrong with the customer's record, and the one thing that mends each: a value that is plain, a word that all is
still right, a field to fill in, the form, or the comparison with the record it looks like.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from desktop.domain.customer import IdentityKind, QualityFinding
from desktop.viewmodels.customer import CustomerViewModel
from desktop.viewmodels.duplicates import DuplicatesModel
from desktop.viewmodels.verification import VerificationModel
from desktop.viewmodels.workplace import Workplace

__all__ = ["Deed", "QualityFinding", "QualityModel", "QualityRow"]

RECORD = "record"
_TYPED = frozenset({"name", "email", "phone", "address", "address.street", "address.postcode", "address.city"})
_IN_FORM = frozenset({"birth_date", "language"})


class Deed(StrEnum):
    """``MEND`` and ``CONFIRM`` need no further word, ``TYPE`` one field, ``EDIT`` the form, ``COMPARE`` a decision about
    another record, for which ``DuplicatesModel`` is there."""

    MEND = "mend"
    CONFIRM = "confirm"
    TYPE = "type"
    EDIT = "edit"
    COMPARE = "compare"
    NONE = ""


@dataclass(frozen=True, slots=True)
class QualityRow:
    """One finding. ``field`` is the one to fill in; ``cost`` how many points of 100 it takes off."""

    finding: QualityFinding
    deed: Deed
    field: str
    cost: int


class QualityModel(QObject):
    """``rows`` are the findings, most useful to mend first, ``score`` how good the record is, from 0 to 100."""

    changed = Signal()

    def __init__(
        self,
        workplace: Workplace,
        customer: CustomerViewModel,
        duplicates: DuplicatesModel,
        verification: VerificationModel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._customer = customer
        self._duplicates = duplicates
        self._verification = verification
        self.rows: tuple[QualityRow, ...] = ()
        self.score = 100
        for source in (customer.changed, duplicates.changed, verification.changed):
            source.connect(self._on_changed)

    def mend(self, row: QualityRow) -> bool:
        """Do what needs no further word; says whether there was anything of that kind to do."""
        from desktop.insight import quality

        card = self._customer.card
        if card is None:
            return False
        fields = quality.mend(card.customer, row.finding)
        return bool(fields) and row.deed in (Deed.MEND, Deed.CONFIRM) and self._customer.update(fields or {})

    def fill_in(self, row: QualityRow, text: str) -> bool:
        """Set the one field that was missing."""
        return bool(text.strip()) and self._customer.update({row.field: text.strip()})

    def _on_changed(self) -> None:
        rows, score = self._looked()
        if (rows, score) != (self.rows, self.score):
            self.rows, self.score = rows, score
            self.changed.emit()

    def _looked(self) -> tuple[tuple[QualityRow, ...], int]:
        card = self._customer.card
        if card is None:
            return (), 100
        from desktop.insight import quality

        found = list(card.customer.quality)
        if card.is_pending and found:
            # What the agent has mended is not told again while the hub has not looked at it.
            still = quality.findings(card.customer, self._workplace.now())
            mended = {name.partition(".")[0] for name in self._customer.pending}
            if "identities" in mended:
                mended |= set(map(str, IdentityKind))
            found = [one for one in found if one in still or one.field.partition(".")[0] not in mended]
        if self._duplicates.proposals:
            found.insert(0, QualityFinding(code="duplicate", field=RECORD))
        rows = tuple(self._row(one, quality.cost(one)) for one in found)
        return rows, quality.score(found)

    def _row(self, finding: QualityFinding, cost: int) -> QualityRow:
        from desktop.insight import quality

        card = self._customer.card
        name = "address.street" if finding.field == "address" else finding.field
        deed = Deed.NONE
        if finding.field == RECORD:
            deed = Deed.COMPARE
        elif self._verification.hides(finding.field):
            deed = Deed.NONE  # what may not be seen is not confirmed or overwritten blindly
        elif card is not None and quality.mend(card.customer, finding) is not None:
            deed = Deed.CONFIRM if finding.code == "stale" else Deed.MEND
        elif finding.code == "missing" and name in _TYPED:
            deed = Deed.TYPE
        elif name in _TYPED or name in _IN_FORM:
            deed = Deed.EDIT
        return QualityRow(finding, deed, name, cost)
