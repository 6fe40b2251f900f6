"""The cards of ringing requests at the top of the inbox: who, by what, about what, how sure, and how long it still rings."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.i18n import formats, words
from desktop.ui.inbox import rows
from desktop.ui.theme import fonts
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.eliding import ElidedLabel
from desktop.viewmodels.offers import Offer, OffersViewModel
from desktop.viewmodels.workplace import Workplace

_SHOWN = 3


class OfferCard(QFrame):
    """One ringing request with its two buttons."""

    def __init__(self, offer: Offer, offers: OffersViewModel, workplace: Workplace, theme: Theme, first: bool) -> None:
        super().__init__()
        self.offer = offer
        self._workplace = workplace
        self._theme = theme
        row = offer.interaction
        self.setProperty("look", "offer")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(3)
        top = QHBoxLayout()
        top.setSpacing(6)
        self._icon = QLabel(self)
        top.addWidget(self._icon)
        kind = QLabel(words.channel(offer.channel), self)
        kind.setProperty("look", "strong")
        top.addWidget(kind)
        queue = ElidedLabel(offer.queue_name, self)
        queue.setProperty("look", "muted")
        top.addWidget(queue, 1)
        self.left = QLabel(self)
        self.left.setFont(fonts.figures(fonts.BASE, 600))
        top.addWidget(self.left)
        column.addLayout(top)
        sure = formats.percent(row.identified) if row.customer_id else ""
        name = ElidedLabel(rows.who(row), self)
        name.setProperty("look", "strong")
        column.addWidget(name)
        facts = [offer.intent_title]
        if row.customer_id and row.identified >= 0.5:
            facts.insert(0, self.tr("recognised, %1 sure").replace("%1", sure))
        about = ElidedLabel(" · ".join(fact for fact in facts if fact) or rows.last_words(row), self)
        about.setProperty("look", "muted")
        column.addWidget(about)
        if row.last_text or row.subject:
            said = ElidedLabel(formats.quoted(rows.last_words(row)), self)
            said.setProperty("look", "muted")
            column.addWidget(said)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._bar.setAccessibleName(self.tr("Time left to answer"))
        column.addSpacing(4)
        column.addWidget(self._bar)
        column.addSpacing(4)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        self.accept = QPushButton(self.tr("Accept") + ("   F9" if first else ""), self)
        self.accept.setProperty("look", "primary" if first else "")
        self.accept.setAccessibleName(
            self.tr("Accept %1 from %2").replace("%1", words.channel(offer.channel)).replace("%2", rows.who(row))
        )
        self.accept.clicked.connect(lambda: offers.accept(offer))
        buttons.addWidget(self.accept)
        self.decline = QPushButton(self.tr("Decline"), self)
        self.decline.setAccessibleName(self.tr("Decline"))
        self.decline.clicked.connect(lambda: offers.decline(offer))
        buttons.addWidget(self.decline)
        self.why = QToolButton(self)
        self.why.setAccessibleName(self.tr("Decline with a reason"))
        self.why.setToolTip(self.tr("Decline with a reason"))
        self.why.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        reasons = QMenu(self.why)
        for code, text in (
            ("not_my_skill", self.tr("Not my field")),
            ("language", self.tr("I do not speak the language")),
            ("busy", self.tr("Still busy with another contact")),
            ("break_due", self.tr("My break is due")),
        ):
            reasons.addAction(text).triggered.connect(lambda _checked=False, c=code: offers.decline(offer, c))
        self.why.setMenu(reasons)
        buttons.addWidget(self.why)
        buttons.addStretch(1)
        column.addLayout(buttons)
        self.setAccessibleName(
            self.tr("Ringing: %1 from %2").replace("%1", words.channel(offer.channel)).replace("%2", rows.who(row))
        )
        self.tint()
        self.tick()

    def tint(self) -> None:
        """Take the icons' colours from the theme."""
        ratio = self.devicePixelRatioF()
        name = words.channel_icon(self.offer.channel)
        self._icon.setPixmap(self._theme.icons.pixmap(name, 16, "accent", ratio))
        self.why.setIcon(self._theme.icons.icon("down"))

    def tick(self) -> None:
        """Move the countdown on."""
        left = self.offer.left_s(self._workplace.now())
        self.left.setText(formats.ticking(left + 0.5))
        self.left.setStyleSheet(f"color: {self._theme.tokens['bad']}" if left < 6 else "")
        self._bar.setValue(int(1000 * left / self.offer.total_s))


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
        if [card.offer.id for card in self.cards] != [offer.id for offer in shown]:
            for card in self.cards:
                self._column.removeWidget(card)
                card.hide()
                card.deleteLater()
            self.cards = [
                OfferCard(offer, self.offers, self._workplace, self._theme, n == 0) for n, offer in enumerate(shown)
            ]
            for at, card in enumerate(self.cards):
                self._column.insertWidget(at, card)
        more = len(self.offers.offers) - len(shown)
        self._more.setText(self.tr("%n more ringing", None, more) if more > 0 else "")
        self._more.setVisible(more > 0)
        self.setVisible(bool(shown))

    def _accept_first(self) -> None:
        if self.offers.offers:
            self.offers.accept(self.offers.offers[0])

    def _decline_first(self) -> None:
        if self.offers.offers:
            self.offers.decline(self.offers.offers[0])

    def _tick(self) -> None:
        for card in self.cards:
            card.tick()

    def _tint(self) -> None:
        for card in self.cards:
            card.tint()
