"""What other systems know of a customer: open cases, orders, everything else, and the latest contacts."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.domain.interaction import Interaction
from desktop.domain.record import BusinessRecord
from desktop.ui.context.card import Card, line, pill
from desktop.ui.i18n import formats, reasons, words
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.eliding import ElidedLabel
from desktop.ui.widgets.tooltip import plain_tip
from desktop.viewmodels.customer import CustomerCard
from desktop.viewmodels.workplace import Workplace

_LATE = ("overdue", "late", "failed", "cancelled", "complaint", "disputed")
_DONE = ("delivered", "paid", "closed", "done", "active", "confirmed", "shipped")


class RecordsView(QWidget):
    """Cards that are there only where there is something in them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: object = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self.open = Card(self.tr("Open cases"), self)
        self.orders = Card(self.tr("Orders"), self)
        self.others = Card(self.tr("Contracts, invoices and more"), self)
        for card in (self.open, self.orders, self.others):
            column.addWidget(card)

    def show_card(self, card: CustomerCard, most: int) -> None:
        """Show the records of a customer, ``most`` in each card."""
        shown = (card.open_cases, card.orders, card.other_records, most)
        if shown == self._shown:
            return
        self._shown = shown
        for frame, records in (
            (self.open, card.open_cases),
            (self.orders, card.orders),
            (self.others, card.other_records),
        ):
            frame.clear()
            frame.setVisible(bool(records))
            frame.aside.setText(str(len(records)) if len(records) > 1 else "")
            for record in records[:most]:
                frame.rows.addLayout(_record(record))
            if len(records) > most:
                more = QLabel(self.tr("and %n more", None, len(records) - most), frame)
                more.setProperty("look", "small")
                frame.rows.addWidget(more)


def _record(record: BusinessRecord) -> QHBoxLayout:
    kind = record.status.lower()
    tone = "bad" if kind in _LATE else "good" if kind in _DONE else "warn" if record.is_open else "neutral"
    name = " ".join(part for part in (reasons.record_kind(record.kind), record.number) if part)
    facts = [name, record.title]
    if record.amount_cents is not None:
        facts.append(formats.money(record.amount_cents, record.currency))
    text = " · ".join(fact for fact in facts if fact)
    details = [text] + [f"{key}: {value}" for key, value in record.fields.items()]
    if record.at:
        details.insert(1, formats.exact(record.at))
    end = pill(words.record_status(record.status), tone) if record.status else None
    row = line(text, end)
    if end is not None:
        end.setToolTip(plain_tip("\n".join(details)[:2000]))
    return row


class ContactsCard(Card):
    """The latest contacts of a customer; a click opens one."""

    chosen = Signal(object)

    def __init__(self, workplace: Workplace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._workplace = workplace
        self._theme = theme
        self._shown: object = None
        self.title.setText(self.tr("Recent contacts"))

    def show_contacts(self, contacts: tuple[Interaction, ...], total: int, most: int) -> None:
        """Show ``most`` of the contacts."""
        others = [contact for contact in contacts if contact.id != self._workplace.current]
        self.setVisible(bool(others))
        self.aside.setText(self.tr("%n altogether", None, total))
        shown = [(contact, self._title(contact), self._when(contact)) for contact in others[:most]]
        # Made anew only where there is something else to show: the keyboard may be on one of the buttons.
        if (shown, self._theme.tokens) != self._shown:
            self._shown = (shown, self._theme.tokens)
            self.clear()
            for contact, title, when in shown:
                self.rows.addWidget(self._row(contact, title, when))

    def _title(self, contact: Interaction) -> str:
        about = self._workplace.catalogue.intent(contact.intent) or contact.subject or contact.last_text
        return about or words.channel(contact.channel)

    def _when(self, contact: Interaction) -> str:
        return formats.moment(contact.last_at or contact.created_at, self._workplace.now())

    def _row(self, contact: Interaction, title: str, moment: str) -> QWidget:
        holder = QWidget(self)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        icon = QLabel(holder)
        ratio = self.devicePixelRatioF()
        icon.setPixmap(self._theme.icons.pixmap(words.channel_icon(contact.channel), 15, "muted", ratio))
        icon.setToolTip(words.channel(contact.channel))
        row.addWidget(icon)
        text = ElidedLabel(title, holder)
        row.addWidget(text, 1)
        when = QLabel(moment, holder)
        when.setProperty("look", "small")
        when.setToolTip(formats.exact(contact.last_at or contact.created_at))
        row.addWidget(when)
        button = QPushButton(self.tr("open"), holder)
        button.setProperty("look", "link")
        button.setAccessibleName(self.tr("Open contact: %1").replace("%1", title))
        button.clicked.connect(lambda: self.chosen.emit(contact.id))
        row.addWidget(button)
        return holder
