"""What other systems know of a customer: open cases, orders, everything else, and the latest contacts."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.domain.interaction import Interaction
from desktop.domain.record import BusinessRecord
from desktop.ui.context import values
from desktop.ui.context.card import Card, Rows, pill
from desktop.ui.i18n import formats, reasons, words
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.eliding import ElidedLabel
from desktop.ui.widgets.look import set_look
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
        self._rows: dict[Card, Rows[_RecordRow]] = {}
        self._more: dict[Card, QLabel] = {}
        for card in (self.open, self.orders, self.others):
            column.addWidget(card)
            self._rows[card] = Rows(card.rows, _RecordRow)
            more = self._more[card] = QLabel(card)
            more.setProperty("look", "small")
            card.add_last(more)

    def show_card(
        self,
        card: CustomerCard,
        most: int,
        hides: Callable[[str], bool] = lambda name: False,
        title_of: Callable[[str], str] = lambda id_: "",
    ) -> None:
        """Show the records of a customer, ``most`` in each card. Of a kind that ``hides`` names (``record.invoice``) only
        that there is one. ``title_of`` names the account that a record is of, where there are several."""
        kinds = {record.kind for record in (*card.open_cases, *card.orders, *card.other_records)}
        hidden = frozenset(kind for kind in kinds if hides(f"record.{kind}"))
        shown = (card.open_cases, card.orders, card.other_records, most, hidden)
        if shown == self._shown:
            return
        self._shown = shown
        for frame, records in (
            (self.open, card.open_cases),
            (self.orders, card.orders),
            (self.others, card.other_records),
        ):
            frame.setVisible(bool(records))
            frame.aside.setText(str(len(records)) if len(records) > 1 else "")
            for row, record in zip(self._rows[frame].take(min(len(records), most)), records, strict=False):
                row.tell(record, is_hidden=record.kind in hidden, account=title_of(record.id))
            self._more[frame].setText(self.tr("and %n more", None, len(records) - most))
            self._more[frame].setVisible(len(records) > most)


class _RecordRow(QWidget):
    """One business record: what it is, and how it stands."""

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._text = ElidedLabel()
        self._text.setMinimumHeight(20)
        row.addWidget(self._text, 1)
        self._status = pill("", "neutral", self)
        row.addWidget(self._status)

    def tell(self, record: BusinessRecord, *, is_hidden: bool = False, account: str = "") -> None:
        if is_hidden:
            self._text.setText(f"{reasons.record_kind(record.kind)}: {values.hidden()}")
            self._status.hide()
            return
        kind = record.status.lower()
        tone = "bad" if kind in _LATE else "good" if kind in _DONE else "warn" if record.is_open else "neutral"
        name = " ".join(part for part in (reasons.record_kind(record.kind), record.number) if part)
        facts = [name, record.title]
        if record.amount_cents is not None:
            facts.append(formats.money(record.amount_cents, record.currency))
        text = " · ".join(fact for fact in (*facts, account) if fact)
        details = [text] + [f"{key}: {value}" for key, value in record.fields.items()]
        if record.at:
            details.insert(1, formats.exact(record.at))
        self._text.setText(text)
        self._status.setVisible(bool(record.status))
        set_look(self._status, f"pill-{tone}")
        self._status.setText(words.record_status(record.status))
        self._status.setToolTip(plain_tip("\n".join(details)[:2000]))


class ContactsCard(Card):
    """The latest contacts of a customer; a click opens one."""

    chosen = Signal(object)

    def __init__(self, workplace: Workplace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._workplace = workplace
        self._theme = theme
        self._shown: object = None
        self._rows = Rows(self.rows, self._make_row)
        self.title.setText(self.tr("Recent contacts"))

    def show_contacts(self, contacts: tuple[Interaction, ...], total: int, most: int) -> None:
        """Show ``most`` of the contacts."""
        others = [contact for contact in contacts if contact.id != self._workplace.current]
        self.setVisible(bool(others))
        self.aside.setText(self.tr("%n altogether", None, total))
        shown = [(contact, self._title(contact), self._when(contact)) for contact in others[:most]]
        if (shown, self._theme.tokens) != self._shown:
            self._shown = (shown, self._theme.tokens)
            for row, (contact, title, when) in zip(self._rows.take(len(shown)), shown, strict=True):
                row.tell(contact, title, when)

    def _make_row(self) -> _ContactRow:
        row = _ContactRow(self._theme)
        row.chosen.connect(self.chosen)
        return row

    def _title(self, contact: Interaction) -> str:
        about = self._workplace.catalogue.intent(contact.intent) or contact.subject or contact.last_text
        return about or words.channel(contact.channel)

    def _when(self, contact: Interaction) -> str:
        when = formats.moment(contact.last_at or contact.created_at, self._workplace.now())
        account = self._workplace.accounts.title_of(contact.id)
        return f"{account} · {when}" if account else when


class _ContactRow(QWidget):
    """One earlier contact: by what, about what, when; and the way to it."""

    chosen = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._contact: Interaction | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._icon = QLabel(self)
        row.addWidget(self._icon)
        self._text = ElidedLabel("", self)
        row.addWidget(self._text, 1)
        self._when = QLabel(self)
        self._when.setProperty("look", "small")
        row.addWidget(self._when)
        self._button = QPushButton(self.tr("open"), self)
        self._button.setProperty("look", "link")
        self._button.clicked.connect(self._on_clicked)
        row.addWidget(self._button)

    def tell(self, contact: Interaction, title: str, moment: str) -> None:
        self._contact = contact
        ratio = self.devicePixelRatioF()
        self._icon.setPixmap(self._theme.icons.pixmap(words.channel_icon(contact.channel), 15, "muted", ratio))
        self._icon.setToolTip(words.channel(contact.channel))
        self._text.setText(title)
        self._when.setText(moment)
        self._when.setToolTip(formats.exact(contact.last_at or contact.created_at))
        self._button.setAccessibleName(self.tr("Open contact: %1").replace("%1", title))

    def _on_clicked(self) -> None:
        if self._contact is not None:
            self.chosen.emit(self._contact.id)
