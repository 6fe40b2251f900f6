"""The facts of a customer in two columns: addresses, language, birth date, consents, data quality. What may not be seen
before the customer is verified stands there as hidden; what the hub has not confirmed yet is marked.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QMenu, QWidget

from desktop.domain.customer import Customer, IdentityKind
from desktop.ui.context import values
from desktop.ui.context.card import pill
from desktop.ui.context.quality import QualityView
from desktop.ui.i18n import formats, reasons, words
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.eliding import ElidedLabel
from desktop.ui.widgets.flow import FlowBox
from desktop.ui.widgets.tooltip import plain_tip
from desktop.viewmodels.customer import CustomerViewModel
from desktop.viewmodels.quality import QualityModel
from desktop.viewmodels.verification import VerificationModel


class FactsView(QWidget):
    """``edit_requested(field)`` where the form is the place to mend something."""

    edit_requested = Signal(str)

    def __init__(
        self,
        model: CustomerViewModel,
        verification: VerificationModel,
        quality: QualityModel,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._verification = verification
        self._theme = theme
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setHorizontalSpacing(12)
        self._form.setVerticalSpacing(6)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._quality = QualityView(quality, self)
        self._quality.edit_requested.connect(self.edit_requested)

    def put_away(self) -> None:
        """Close a field that was opened to mend something."""
        self._quality.put_away()

    def fill(self, customer: Customer) -> None:
        """Show a customer."""
        while self._form.rowCount():
            self._take_out(0)
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
            by = self._model.told_by("identities", identity)
            self._row(names[identity.kind], text, "identities", aside=confirmed, by=by)
        if customer.address:
            address = customer.address
            place = " ".join(part for part in (address.postcode, address.city) if part)
            self._row(self.tr("Address"), ", ".join(part for part in (address.street, place) if part), "address")
        if customer.language:
            self._row(self.tr("Language"), words.language(customer.language), "language")
        if customer.birth_date:
            self._row(self.tr("Birth date"), formats.calendar_day(customer.birth_date), "birth_date")
        if customer.segment:
            self._row(self.tr("Segment"), customer.segment.capitalize(), "segment")
        if customer.consents:
            self._consents(customer)
        label = QLabel(self.tr("Data quality"))
        label.setProperty("look", "muted")
        self._form.addRow(label, self._quality)
        self._quality.show()

    def _take_out(self, row: int) -> None:
        """Take a row out of the form; what is kept from one customer to the next stays."""
        item = self._form.itemAt(row, QFormLayout.ItemRole.FieldRole)
        if item is not None and item.widget() is self._quality:
            taken = self._form.takeRow(row)
            label = taken.labelItem.widget() if taken.labelItem is not None else None
            if label is not None:
                label.hide()
                label.deleteLater()
        else:
            self._form.removeRow(row)

    def _row(self, name: str, text: str, field: str = "", aside: str = "", by: tuple[str, ...] | None = None) -> None:
        """Add a fact; ``by`` names the accounts that say so, where it is not asked of the field."""
        if not text:
            return
        by = self._model.told_by(field) if by is None else by
        label = QLabel(name)
        label.setProperty("look", "muted")
        if field and self._verification.hides(field):
            self._form.addRow(label, self._hidden(name))
            return
        value = ElidedLabel(text)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        value.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        value.customContextMenuRequested.connect(lambda at: self._offer_copy(value, at))
        if aside:
            value.setAccessibleDescription(aside)
        if field and any(one.partition(".")[0] == field for one in self._model.pending):
            self._form.addRow(label, self._marked(value))
        elif by:
            value.setAccessibleDescription(", ".join(part for part in (aside, *by) if part))
            self._form.addRow(label, self._sourced(value, by))
        else:
            self._form.addRow(label, value)

    def _sourced(self, value: ElidedLabel, by: tuple[str, ...]) -> QWidget:
        """Say quietly which accounts a fact is from."""
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(value, 1)
        source = QLabel(by[0] if len(by) == 1 else f"{by[0]} +{len(by) - 1}", holder)
        source.setProperty("look", "small")
        source.setToolTip(plain_tip("\n".join(by)))
        row.addWidget(source)
        return holder

    def _hidden(self, name: str) -> QWidget:
        """Stand in for what may not be seen before the customer is verified."""
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        sign = QLabel(holder)
        sign.setPixmap(self._theme.icons.pixmap("lock", 13, "muted", self.devicePixelRatioF()))
        row.addWidget(sign)
        text = QLabel(values.hidden(), holder)
        text.setProperty("look", "muted")
        text.setAccessibleName(f"{name}: {values.hidden()}")
        row.addWidget(text, 1)
        return holder

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
        menu.addAction(self.tr("Copy")).triggered.connect(lambda: QGuiApplication.clipboard().setText(label.text()))
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
