"""Identity, addresses, consents, value and data quality of a customer. A finding with a proposal is mended with one click."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QLineEdit, QMenu, QPushButton, QVBoxLayout, QWidget

from desktop.domain.customer import Customer, IdentityKind, QualityFinding
from desktop.ui.context.card import clear, pill
from desktop.ui.i18n import formats, reasons, words
from desktop.ui.theme import painting
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.eliding import ElidedLabel
from desktop.ui.widgets.flow import FlowBox
from desktop.ui.widgets.tooltip import plain_tip
from desktop.viewmodels.customer import CustomerViewModel

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
    """The facts, and one field that opens below them where a value has to be typed to mend one."""

    def __init__(self, model: CustomerViewModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._shown: tuple[Customer, bool] | None = None
        self._mended: QualityFinding | None = None
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
        column.addLayout(head)
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(12)
        self._form.setVerticalSpacing(6)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        column.addLayout(self._form)
        self._mend = QWidget(self)
        self._mend_row = QHBoxLayout(self._mend)
        self._mend_row.setContentsMargins(0, 0, 0, 0)
        self._mend.hide()
        column.addWidget(self._mend)

    def show_customer(self, customer: Customer, is_pending: bool) -> None:
        """Show a customer; ``is_pending`` while a change of theirs has not been confirmed."""
        if (customer, is_pending) == self._shown:
            return
        before, self._shown = self._shown, (customer, is_pending)
        if before is None or before[0].id != customer.id or self._mended not in customer.quality:
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
            self._row(names[identity.kind], text, self.tr("confirmed") if identity.is_verified else "")
        if customer.address:
            address = customer.address
            place = " ".join(part for part in (address.postcode, address.city) if part)
            self._row(self.tr("Address"), ", ".join(part for part in (address.street, place) if part))
        if customer.language:
            self._row(self.tr("Language"), words.language(customer.language))
        if customer.segment:
            self._row(self.tr("Segment"), customer.segment.capitalize())
        if customer.consents:
            self._consents(customer)
        self._quality(customer, is_pending)

    def _row(self, name: str, text: str, aside: str = "") -> None:
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
        self._form.addRow(label, value)

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
                # The hub takes a change of the version that was seen, and the next one is known only when it has answered.
                button.setEnabled(not is_pending)
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


def _copy(text: str) -> None:
    from PySide6.QtGui import QGuiApplication

    QGuiApplication.clipboard().setText(text)
