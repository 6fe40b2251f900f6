"""The cards of ringing requests at the top of the inbox: who, by what, about what, how sure, and how long it still rings."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.i18n import formats, reasons, words
from desktop.ui.inbox import rows
from desktop.ui.theme import fonts
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.eliding import ElidedLabel
from desktop.ui.widgets.look import set_look
from desktop.viewmodels.offers import Offer, OffersViewModel
from desktop.viewmodels.workplace import Workplace

_SHOWN = 3
_SIDE, _GAP = 12, 8


class OfferCard(QFrame):
    """One ringing request with its two buttons. ``tell`` says it anew in place, so that neither the pointer nor the keyboard
    loses a button it is on."""

    def __init__(self, offer: Offer, offers: OffersViewModel, workplace: Workplace, theme: Theme) -> None:
        super().__init__()
        self.offer = offer
        self._offers = offers
        self._workplace = workplace
        self._theme = theme
        self._key = ""
        # Made when it is asked for: a card has to be there at once.
        self.menu: QMenu | None = None
        self.setProperty("look", "offer")
        column = QVBoxLayout(self)
        column.setContentsMargins(_SIDE, 10, _SIDE, 12)
        column.setSpacing(3)
        column.addLayout(self._make_head())
        self._name = ElidedLabel("", self)
        self._name.setProperty("look", "strong")
        self._about = ElidedLabel("", self)
        self._about.setProperty("look", "muted")
        self._said = ElidedLabel("", self)
        self._said.setProperty("look", "muted")
        self._why = ElidedLabel("", self)
        self._why.setProperty("look", "small")
        for label in (self._name, self._about, self._said, self._why):
            column.addWidget(label)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._bar.setAccessibleName(self.tr("Time left to answer"))
        column.addSpacing(4)
        column.addWidget(self._bar)
        column.addSpacing(4)
        column.addLayout(self._make_buttons())

    def _make_head(self) -> QHBoxLayout:
        top = QHBoxLayout()
        top.setSpacing(6)
        self._icon = QLabel(self)
        top.addWidget(self._icon)
        self._kind = QLabel(self)
        self._kind.setProperty("look", "strong")
        top.addWidget(self._kind)
        self._queue = ElidedLabel("", self)
        self._queue.setProperty("look", "muted")
        top.addWidget(self._queue, 1)
        self.left = QLabel(self)
        self.left.setFont(fonts.figures(fonts.BASE, 600))
        top.addWidget(self.left)
        return top

    def _make_buttons(self) -> QHBoxLayout:
        buttons = QHBoxLayout()
        buttons.setSpacing(_GAP)
        self.accept = QPushButton(self)
        self.accept.clicked.connect(lambda: self._offers.accept(self.offer))
        buttons.addWidget(self.accept)
        self.decline = QPushButton(self.tr("Decline"), self)
        self.decline.setAccessibleName(self.tr("Decline"))
        self.decline.setToolTip(self.tr("Decline, with or without a reason"))
        self.decline.clicked.connect(self.ask_why)
        buttons.addWidget(self.decline)
        buttons.addStretch(1)
        return buttons

    def _make_menu(self) -> QMenu:
        menu = QMenu(self.decline)
        menu.setAccessibleName(self.tr("Why do you decline?"))
        menu.setFont(fonts.figures())
        self._offer_reason(menu, "", f"&0  {self.tr('Without a reason')}")
        menu.addSeparator()
        for number, code in enumerate(reasons.DECLINE_REASONS, 1):
            self._offer_reason(menu, code, f"&{number}  {reasons.declined(code)}")
        return menu

    def _offer_reason(self, menu: QMenu, code: str, text: str) -> None:
        action = menu.addAction(text)
        action.triggered.connect(lambda: self._offers.decline(self.offer, code))

    def ask_why(self) -> None:
        """Ask for the reason: a digit or Enter answers, Escape goes on ringing."""
        if self.menu is None:
            self.menu = self._make_menu()
        self.menu.popup(self.decline.mapToGlobal(self.decline.rect().bottomLeft()))
        self.menu.setActiveAction(self.menu.actions()[0])

    def tell(self, offer: Offer, is_first: bool) -> None:
        """Say who rings, by what and about what; the first one has the key and is the primary one."""
        self.offer = offer
        row, channel, who = offer.interaction, words.channel(offer.channel), rows.who(offer.interaction)
        said = rows.last_words(row, self._workplace.me)
        self._kind.setText(channel)
        account = self._workplace.accounts.title_of(offer.id)
        self._queue.setText(" · ".join(part for part in (offer.queue_name, account) if part))
        self._name.setText(who)
        facts = [offer.intent_title]
        if row.customer_id and row.identified >= 0.5:
            sure = formats.percent(row.identified)
            facts.insert(0, self.tr("recognised, %1 sure").replace("%1", sure))
        self._about.setText(" · ".join(fact for fact in facts if fact))
        self._about.setVisible(any(facts))
        self._said.setText(formats.quoted(said))
        self._said.setVisible(bool(row.last_text or row.subject))
        told = reasons.sentences(row.routed_by)[:2]
        self._why.setText(self.tr("Why you: %1").replace("%1", " · ".join(told)) if told else "")
        self._why.setVisible(bool(told))
        self._key = "   F9" if is_first else ""
        self._name_accept()
        set_look(self.accept, "primary" if is_first else "")
        self.accept.setAccessibleName(self.tr("Accept %1 from %2").replace("%1", channel).replace("%2", who))
        self.setAccessibleName(self.tr("Ringing: %1 from %2").replace("%1", channel).replace("%2", who))
        self.tint()
        self.tick()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._name_accept()

    def _name_accept(self) -> None:
        """Say the key as well, unless the two buttons need more room than there is."""
        text = self.tr("Accept")
        self.accept.setText(text + self._key)
        room = self.width() - 2 * _SIDE - _GAP
        if sum(button.sizeHint().width() for button in (self.accept, self.decline)) > room:
            self.accept.setText(text)

    def tint(self) -> None:
        """Take the icons' colours from the theme."""
        ratio = self.devicePixelRatioF()
        name = words.channel_icon(self.offer.channel)
        self._icon.setPixmap(self._theme.icons.pixmap(name, 16, "accent", ratio))

    def tick(self) -> None:
        """Move the countdown on."""
        left = self.offer.left_s(self._workplace.now())
        self.left.setText(formats.ticking(left + 0.5))
        set_look(self.left, "bad" if left < 6 else "")
        # A bar that may be painted is, and all else that is due with it, before this goes on.
        self._bar.setUpdatesEnabled(False)
        self._bar.setValue(int(1000 * left / self.offer.total_s))
        self._bar.setUpdatesEnabled(True)


class OffersView(QWidget):
    """The cards, three at most; more are counted below them. Hidden while nothing rings."""

    def __init__(self, workplace: Workplace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._theme = theme
        self.offers = OffersViewModel(workplace, self)
        self.cards: list[OfferCard] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 10, 12, 4)
        self._column.setSpacing(8)
        self._more = QLabel(self)
        self._more.setProperty("look", "small")
        self._column.addWidget(self._more)
        self._clock = QTimer(self)
        self._clock.setInterval(250)
        self._clock.timeout.connect(self._tick)
        self.offers.changed.connect(self._on_changed)
        theme.changed.connect(self._tint)
        for keys, act in (("F9", self._accept_first), ("Shift+F9", self._decline_first)):
            QShortcut(QKeySequence(keys), self, act)
        self.setVisible(False)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._clock.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._clock.stop()

    def _on_changed(self) -> None:
        shown = self.offers.offers[:_SHOWN]
        ringing = {offer.id for offer in shown}
        made = {card.offer.id: card for card in self.cards}
        for id_, card in made.items():
            if id_ not in ringing:
                self._column.removeWidget(card)
                card.hide()
                card.deleteLater()
        self.cards = [
            made.get(offer.id) or OfferCard(offer, self.offers, self._workplace, self._theme) for offer in shown
        ]
        for at, (card, offer) in enumerate(zip(self.cards, shown, strict=True)):
            card.tell(offer, at == 0)
            if self._column.indexOf(card) != at:
                self._column.insertWidget(at, card)
        more = len(self.offers.offers) - len(shown)
        self._more.setText(self.tr("%n more ringing", None, more) if more > 0 else "")
        self._more.setVisible(more > 0)
        self.setVisible(bool(shown))

    def _accept_first(self) -> None:
        if self.offers.offers:
            self.offers.accept(self.offers.offers[0])

    def _decline_first(self) -> None:
        if self.cards:
            self.cards[0].ask_why()

    def _tick(self) -> None:
        for card in self.cards:
            card.tick()

    def _tint(self) -> None:
        for card in self.cards:
            card.tint()
