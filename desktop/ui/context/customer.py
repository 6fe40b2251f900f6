"""Identity, addresses, consents, value and data quality of a customer. A finding with a proposal is mended with one click;
the pencil opens the whole record for editing in the place of the facts. Above stand edits that met a colleague's or were
refused, and edits that were begun and not saved.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.customer import Customer, IdentityKind, QualityFinding
from desktop.ui.context.card import clear, pill
from desktop.ui.context.conflict import ConflictCard
from desktop.ui.context.customer_editor import CustomerEditor
from desktop.ui.i18n import formats, reasons, words
from desktop.ui.theme import painting
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.eliding import ElidedLabel
from desktop.ui.widgets.flow import FlowBox
from desktop.ui.widgets.tooltip import plain_tip
from desktop.viewmodels.customer import Conflict, CustomerViewModel
from desktop.viewmodels.customer_edit import CustomerEditModel

_MENDABLE = {"name", "email", "phone", "address.street", "address.postcode", "address.city", "language", "birth_date"}


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
    """The facts, and one field that opens below them where a value has to be typed to mend one. ``outbox_requested``
    carries the id of a refused command that is to be shown there."""

    outbox_requested = Signal(object)

    def __init__(
        self, model: CustomerViewModel, editing: CustomerEditModel, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._editing = editing
        self._theme = theme
        self._shown: tuple[object, ...] | None = None
        self._mended: QualityFinding | None = None
        self._told: tuple[object, ...] = ()
        self.conflicts: list[ConflictCard] = []
        self.editor: CustomerEditor | None = None
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
        self._notes = QVBoxLayout()
        self._notes.setSpacing(8)
        column.addLayout(self._notes)
        self._facts_box = QWidget(self)
        column.addWidget(self._facts_box)
        self._column = column
        self._form = QFormLayout(self._facts_box)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setHorizontalSpacing(12)
        self._form.setVerticalSpacing(6)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._mend = QWidget(self)
        self._mend_row = QHBoxLayout(self._mend)
        self._mend_row.setContentsMargins(0, 0, 0, 0)
        self._mend.hide()
        column.addWidget(self._mend)
        editing.changed.connect(self._on_editing)
        editing.opened.connect(self._on_opened)
        editing.closed.connect(self._on_closed)
        theme.changed.connect(self._tint)
        self._tint()

    # --- the facts --------------------------------------------------------------------------------------------------

    def show_customer(self, customer: Customer, is_pending: bool) -> None:
        """Show a customer; ``is_pending`` while a change of theirs has not been confirmed."""
        self._tell()
        shown = (customer, is_pending, self._model.pending)
        if shown == self._shown:
            return
        before, self._shown = self._shown, shown
        was = before[0] if before is not None else None
        if not isinstance(was, Customer) or was.id != customer.id or self._mended not in customer.quality:
            self._mend.hide()
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
        if is_pending:
            facts.append(self.tr("being saved"))
        self.facts.setText(" · ".join(facts))
        self._form_of(customer, is_pending)

    def _form_of(self, customer: Customer, is_pending: bool) -> None:
        while self._form.rowCount():
            self._form.removeRow(0)
        names = {
            IdentityKind.EMAIL: self.tr("E-mail"),
            IdentityKind.PHONE: self.tr("Phone"),
            IdentityKind.HANDLE: self.tr("Account"),
        }
        for identity in customer.identities:
            if identity.kind is IdentityKind.CUSTOMER_NO:
                continue
            text = identity.value + (f" ({identity.label})" if identity.label else "")
            confirmed = self.tr("confirmed") if identity.is_verified else ""
            self._row(names[identity.kind], text, "identities", aside=confirmed)
        if customer.address:
            address = customer.address
            place = " ".join(part for part in (address.postcode, address.city) if part)
            self._row(self.tr("Address"), ", ".join(part for part in (address.street, place) if part), "address")
        if customer.language:
            self._row(self.tr("Language"), words.language(customer.language), "language")
        if customer.birth_date:
            self._row(self.tr("Birth date"), formats.calendar_day(customer.birth_date), "birth_date")
        if customer.segment:
            self._row(self.tr("Segment"), customer.segment.capitalize())
        if customer.consents:
            self._consents(customer)
        self._quality(customer, is_pending)

    def _row(self, name: str, text: str, field: str = "", aside: str = "") -> None:
        if not text:
            return
        label = QLabel(name)
        label.setProperty("look", "muted")
        value = ElidedLabel(text)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        value.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        value.customContextMenuRequested.connect(lambda at: self._offer_copy(value, at))
        if aside:
            value.setAccessibleDescription(aside)
        if field and any(one.partition(".")[0] == field for one in self._model.pending):
            self._form.addRow(label, self._marked(value))
        else:
            self._form.addRow(label, value)

    def _marked(self, value: ElidedLabel) -> QWidget:
        """Mark what the hub has not confirmed yet."""
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(value, 1)
        sign = QLabel(holder)
        sign.setPixmap(self._theme.icons.pixmap("pending", 12, "muted", self.devicePixelRatioF()))
        sign.setToolTip(self.tr("being saved"))
        value.setAccessibleDescription(self.tr("being saved"))
        row.addWidget(sign)
        return holder

    def _offer_copy(self, label: ElidedLabel, at: QPoint) -> None:
        menu = QMenu(label)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Copy")).triggered.connect(lambda: _copy(label.text()))
        menu.popup(label.mapToGlobal(at))

    def _consents(self, customer: Customer) -> None:
        holder = FlowBox()
        for consent in customer.consents:
            word = reasons.purpose(consent.purpose)
            text = word if consent.is_granted else self.tr("%1: no").replace("%1", word)
            made = pill(text, "good" if consent.is_granted else "neutral", holder)
            if consent.at:
                made.setToolTip(formats.exact(consent.at))
            holder.flow.addWidget(made)
        label = QLabel(self.tr("Consent"))
        label.setProperty("look", "muted")
        self._form.addRow(label, holder)

    def _quality(self, customer: Customer, is_pending: bool) -> None:
        label = QLabel(self.tr("Data quality"))
        label.setProperty("look", "muted")
        holder = FlowBox()
        flow = holder.flow
        if not customer.quality:
            flow.addWidget(pill(self.tr("nothing amiss"), "good", holder))
        for finding in customer.quality[:4]:
            flow.addWidget(pill(reasons.finding(finding), "warn", holder))
            if finding.field in _MENDABLE or finding.proposal or finding.field == "address":
                is_check = finding.code == "stale"
                button = QPushButton(self.tr("still right") if is_check else self.tr("mend"), holder)
                button.setProperty("look", "link")
                if finding.proposal:
                    button.setToolTip(plain_tip(self.tr("Change to %1").replace("%1", finding.proposal)))
                button.setAccessibleName(self.tr("Mend: %1").replace("%1", reasons.finding(finding)))
                button.clicked.connect(lambda _checked=False, f=finding: self._on_mend(f))
                flow.addWidget(button)
        self._form.addRow(label, holder)

    def _on_mend(self, finding: QualityFinding) -> None:
        """One click where the right value is known or only has to be confirmed, else one field to fill in."""
        if finding.proposal:
            self._model.update({finding.field: finding.proposal})
            return
        if finding.code == "stale" and finding.field == "address":
            # Saying the same street again dates the address as checked today.
            card = self._model.card
            if card is not None and card.customer.address is not None and card.customer.address.street:
                self._model.update({"address.street": card.customer.address.street})
                return
        name = "address.street" if finding.field == "address" else finding.field
        clear(self._mend_row)
        field = QLineEdit(self._mend)
        field.setPlaceholderText(reasons.field(name))
        field.setAccessibleName(reasons.field(name))
        save = QPushButton(self.tr("Save"), self._mend)

        def _save() -> None:
            text = field.text().strip()
            if text and self._model.update({name: text}):
                self._mend.hide()

        field.returnPressed.connect(_save)
        save.clicked.connect(_save)
        self._mend_row.addWidget(field, 1)
        self._mend_row.addWidget(save)
        self._mended = finding
        self._mend.show()
        field.setFocus()

    # --- editing ----------------------------------------------------------------------------------------------------

    def begin_edit(self) -> None:
        """Open the record for editing, or go back into the form."""
        if self.editor is not None and self._editing.is_open:
            self.editor.take_focus()
        else:
            self._editing.begin()

    def show_conflict(self) -> None:
        """Put the keyboard onto the first choice between two versions."""
        if self.conflicts:
            self.conflicts[0].take_focus()

    def _on_opened(self) -> None:
        if self.editor is None:
            self.editor = CustomerEditor(self._editing, self._theme, self)
            self._column.insertWidget(self._column.indexOf(self._facts_box), self.editor)
            self.editor.hide()
        if self.editor.isHidden():
            self._facts_box.hide()
            self._mend.hide()
            self.editor.show()
            self.editor.take_focus()

    def _on_closed(self) -> None:
        had_focus = self.editor is not None and self.editor.isAncestorOf(self.focusWidget() or self)
        if self.editor is not None:
            self.editor.hide()
        self._facts_box.show()
        if had_focus:
            self.pencil.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_editing(self) -> None:
        self.pencil.setVisible(not self._editing.is_open)
        self._tell()

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


def _copy(text: str) -> None:
    from PySide6.QtGui import QGuiApplication

    QGuiApplication.clipboard().setText(text)
