"""Who a customer is: the name above, the facts below. The pencil opens the whole record for editing in the
place of the facts, a look-alike opens the comparison there. Above stand what the caller is asked to be verified, records that
look alike, edits that met a colleague's or were refused, and edits that were begun and not saved.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.customer import Customer
from desktop.ui.context.card import clear
from desktop.ui.context.conflict import ConflictCard
from desktop.ui.context.customer_editor import CustomerEditor
from desktop.ui.context.duplicates import DuplicatesView, called
from desktop.ui.context.facts import FactsView
from desktop.ui.context.merge import MergeSheet
from desktop.ui.context.verification import VerificationView
from desktop.ui.i18n import formats, reasons
from desktop.ui.theme import painting
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.eliding import ElidedLabel
from desktop.viewmodels.customer import Conflict, CustomerViewModel
from desktop.viewmodels.customer_edit import CustomerEditModel
from desktop.viewmodels.duplicates import DuplicatesModel
from desktop.viewmodels.quality import QualityModel
from desktop.viewmodels.verification import VerificationModel
from desktop.viewmodels.workplace import Workplace


class Avatar(QWidget):
    """The customer's initials."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._name = ""
        self.setFixedSize(44, 44)

    def set_name(self, name: str) -> None:
        self._name = name
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painting.paint_avatar(painter, self.rect().adjusted(0, 0, -1, -1), self._name, self._theme)
        painter.end()


class CustomerView(QWidget):
    """The facts. ``outbox_requested`` carries the id of a refused command that is to be shown there; ``notice(text, kind,
    action, act)`` says what was done, with the way back."""

    outbox_requested = Signal(object)
    notice = Signal(str, str, str, object)

    def __init__(
        self,
        workplace: Workplace,
        model: CustomerViewModel,
        editing: CustomerEditModel,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self.verification = VerificationModel(workplace, model, self)
        self.duplicates = DuplicatesModel(workplace, model, self)
        quality = QualityModel(workplace, model, self.duplicates, self.verification, self)
        self._editing = editing
        self._theme = theme
        self._shown: tuple[object, ...] | None = None
        self._told: tuple[object, ...] = ()
        self._wanted = ""
        self.conflicts: list[ConflictCard] = []
        self.editor: CustomerEditor | None = None
        self.sheet: MergeSheet | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        head = QHBoxLayout()
        head.setSpacing(12)
        self._avatar = Avatar(theme, self)
        head.addWidget(self._avatar, 0, Qt.AlignmentFlag.AlignTop)
        names = QVBoxLayout()
        names.setSpacing(2)
        self.name = ElidedLabel("", self)
        self.name.setProperty("look", "title")
        self.facts = ElidedLabel("", self)
        self.facts.setProperty("look", "muted")
        names.addWidget(self.name)
        names.addWidget(self.facts)
        head.addLayout(names, 1)
        self.pencil = QToolButton(self)
        self.pencil.setAccessibleName(self.tr("Edit the customer"))
        self.pencil.setToolTip(f"{self.tr('Edit the customer')} ({formats.keys('Ctrl+E')})")
        self.pencil.clicked.connect(lambda: editing.begin())
        head.addWidget(self.pencil, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(head)
        self.verifying = VerificationView(self.verification, theme, self)
        column.addWidget(self.verifying)
        self._notes = QVBoxLayout()
        self._notes.setSpacing(8)
        column.addLayout(self._notes)
        self.look_alikes = DuplicatesView(workplace, self.duplicates, theme, self)
        column.addWidget(self.look_alikes)
        self._facts_box = FactsView(model, self.verification, quality, theme, self)
        self._facts_box.edit_requested.connect(self.begin_edit)
        column.addWidget(self._facts_box)
        self._column = column
        editing.changed.connect(self._on_editing)
        editing.opened.connect(self._on_opened)
        editing.closed.connect(self._on_closed)
        self.verification.changed.connect(self._on_verified)
        self.duplicates.compared.connect(self._on_compared)
        self.duplicates.merged.connect(self._on_merged)
        self.duplicates.parted.connect(self._on_parted)
        self.duplicates.told_apart.connect(self._on_told_apart)
        theme.changed.connect(self._tint)
        self._tint()

    # --- the facts --------------------------------------------------------------------------------------------------

    def show_customer(self, customer: Customer, is_pending: bool) -> None:
        """Show a customer; ``is_pending`` while a change of theirs has not been confirmed."""
        self._tell()
        hidden = tuple(name for name in ("birth_date", "address") if self.verification.hides(name))
        shown = (customer, is_pending, self._model.pending, hidden, self._model.accounts)
        if shown == self._shown:
            return
        before, self._shown = self._shown, shown
        was = before[0] if before is not None else None
        if not isinstance(was, Customer) or was.id != customer.id:
            self._facts_box.put_away()
        name = customer.name or (customer.identities[0].value if customer.identities else self.tr("Unknown customer"))
        self._avatar.set_name(name)
        self.name.setText(name)
        facts = []
        if customer.is_provisional:
            facts.append(self.tr("not known yet"))
        if customer.number:
            facts.append(self.tr("No. %1").replace("%1", customer.number))
        if customer.since:
            facts.append(self.tr("since %1").replace("%1", str(customer.since.year)))
        if customer.value_cents:
            amount = formats.money(customer.value_cents, customer.currency, is_round=True)
            facts.append(self.tr("%1 a year").replace("%1", amount))
        facts += self._model.accounts
        if is_pending:
            facts.append(self.tr("being saved"))
        self.facts.setText(" · ".join(facts))
        self._facts_box.fill(customer)

    # --- editing ----------------------------------------------------------------------------------------------------

    def begin_edit(self, field: str = "") -> None:
        """Open the record for editing, at ``field`` where one is named, or go back into the form."""
        self._wanted = field
        if self.editor is not None and self._editing.is_open:
            self.editor.take_focus(field)
        else:
            self._editing.begin()

    def begin_verification(self) -> None:
        """Show what the caller may be asked, with the keyboard in it."""
        self.verifying.open()

    def show_look_alike(self) -> None:
        """Compare with the record that looks most like this one."""
        found = self.duplicates.proposals
        if self.duplicates.comparison is not None and self.sheet is not None:
            self.sheet.take_focus()
        elif found:
            self.duplicates.compare(found[0].survivor.id, found[0].other.id)

    def show_conflict(self) -> None:
        """Put the keyboard onto the first choice between two versions."""
        if self.conflicts:
            self.conflicts[0].take_focus()

    def _on_opened(self) -> None:
        if self.editor is None:
            self.editor = CustomerEditor(self._editing, self._theme, self, hides=self.verification.hides)
            self._column.insertWidget(self._column.indexOf(self._facts_box), self.editor)
            self.editor.hide()
        if self.editor.isHidden():
            self._facts_box.hide()
            self.editor.show()
            self.editor.take_focus(self._wanted)
            self._wanted = ""

    def _on_closed(self) -> None:
        had_focus = self.editor is not None and self.editor.isAncestorOf(self.focusWidget() or self)
        if self.editor is not None:
            self.editor.hide()
        self._facts_box.setVisible(self.duplicates.comparison is None)
        if had_focus:
            self.pencil.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_editing(self) -> None:
        self.pencil.setVisible(not self._editing.is_open and self._editing.can_begin)
        self._tell()

    # --- who else it may be -----------------------------------------------------------------------------------------

    def _on_verified(self) -> None:
        card = self._model.card
        if card is not None and self._shown is not None:
            self.show_customer(card.customer, card.is_pending)
        if self.editor is not None and self._editing.is_open:
            self.editor.refresh()

    def _on_compared(self) -> None:
        """Show two records side by side in the place of the facts, or these again."""
        now = self.duplicates.comparison
        if now is None:
            if self.sheet is not None and not self.sheet.isHidden():
                had_focus = self.sheet.isAncestorOf(self.focusWidget() or self)
                self.sheet.hide()
                self.look_alikes.show()
                self.look_alikes.refresh()
                self._facts_box.setVisible(not self._editing.is_open)
                if had_focus and not self.look_alikes.take_focus():
                    self.pencil.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if self.sheet is None:
            self.sheet = MergeSheet(self.duplicates, self.verification, self._theme, self)
            self._column.insertWidget(self._column.indexOf(self._facts_box), self.sheet)
            self.sheet.hide()
        if self.sheet.isHidden():
            self._editing.put_aside()
            self._facts_box.hide()
            self.look_alikes.hide()
            self.sheet.show()
            self.sheet.take_focus()

    def _on_merged(self, survivor: Customer, other: Customer) -> None:
        text = self.tr("%2 is now part of %1.").replace("%2", called(other)).replace("%1", called(survivor))
        self.notice.emit(text, "accent", self.tr("Undo"), partial(self.duplicates.undo, survivor, other))

    def _on_parted(self, survivor: Customer, other: Customer) -> None:
        text = self.tr("%1 and %2 are two records again.")
        self.notice.emit(text.replace("%2", called(other)).replace("%1", called(survivor)), "accent", "", None)

    def _on_told_apart(self, one: Customer, other: Customer) -> None:
        text = self.tr("%1 and %2 are two people; this will not be asked again.")
        self.notice.emit(text.replace("%2", called(other)).replace("%1", called(one)), "accent", "", None)

    # --- what is to be decided --------------------------------------------------------------------------------------

    def _tell(self) -> None:
        """Show two versions of an edit, what was refused, and what was begun."""
        told = (self._model.conflicts, self._model.refused, self._editing.has_draft, self._model.customer_id)
        if told == self._told:
            return
        kept = [card for card in self.conflicts if card.conflict in self._model.conflicts]
        self._told = told
        for card in kept:
            # What was chosen in it stays.
            self._notes.removeWidget(card)
        clear(self._notes)
        self.conflicts = []
        for conflict in self._model.conflicts:
            same = next((card for card in kept if card.conflict == conflict), None)
            self.conflicts.append(same or self._conflict(conflict))
            self._notes.addWidget(self.conflicts[-1])
        for entry in self._model.refused:
            text = f"{self.tr('Your change was not saved.')} {reasons.refusal(entry.error)}"
            show = (self.tr("Show"), partial(self.outbox_requested.emit, entry.id))
            self._notes.addWidget(self._note("bad", text, show))
        if self._editing.has_draft:
            text = self.tr("You began to change this and have not saved it.")
            go_on = (self.tr("Go on"), self._editing.begin)
            self._notes.addWidget(self._note("accent", text, go_on, (self.tr("Discard"), self._editing.drop)))

    def _conflict(self, conflict: Conflict) -> ConflictCard:
        card = ConflictCard(conflict, self)
        card.resolved.connect(self._model.resolve)
        return card

    def _note(self, kind: str, text: str, *offers: tuple[str, Callable[[], object]]) -> QFrame:
        made = QFrame(self)
        made.setProperty("look", f"banner-{kind}")
        column = QVBoxLayout(made)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(6)
        label = QLabel(text, made)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        column.addWidget(label)
        row = QHBoxLayout()
        row.setSpacing(8)
        for name, act in offers:
            button = QPushButton(name, made)
            button.clicked.connect(lambda _checked=False, act=act: act())
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        return made

    def _tint(self) -> None:
        self.pencil.setIcon(self._theme.icons.icon("pencil"))
