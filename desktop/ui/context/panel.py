"""The right column: the customer of the open contact, or one looked up. ``Customer`` shows what is needed at a glance, in the
order it is needed: who, what to do next, the way so far, what is open. ``Journey`` and ``History`` give room for more;
``Help`` leads through a request and holds what the centre knows."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.commands import UpdateCustomer
from desktop.domain.ids import CustomerId
from desktop.ui.context.articles import ArticlesCard
from desktop.ui.context.card import pill
from desktop.ui.context.customer import CustomerView
from desktop.ui.context.flow import FlowCard, GuideLine
from desktop.ui.context.journey import JourneyCard
from desktop.ui.context.mood import MoodCard
from desktop.ui.context.records import ContactsCard, RecordsView
from desktop.ui.context.suggestions import SuggestionsCard
from desktop.ui.i18n import formats, reasons
from desktop.ui.theme import painting
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.look import set_look
from desktop.ui.widgets.tooltip import plain_tip
from desktop.viewmodels.articles import ArticlesModel
from desktop.viewmodels.customer import CustomerViewModel
from desktop.viewmodels.customer_edit import CustomerEditModel
from desktop.viewmodels.flow import FlowModel
from desktop.viewmodels.journey import JourneyViewModel
from desktop.viewmodels.mood import MoodModel
from desktop.viewmodels.workplace import Workplace

_HELP = 3


class ContextPanel(QFrame):
    """``wording_chosen(text, suggestion_id)`` goes to the composer, ``interaction_chosen(id)`` opens a contact,
    ``message_chosen(id)`` shows a message of the one that is open, ``notice(text, kind, action, act)`` says what was done."""

    wording_chosen = Signal(str, object)
    interaction_chosen = Signal(object)
    message_chosen = Signal(str)
    notice = Signal(str, str, str, object)

    def __init__(self, workplace: Workplace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._wants_conflict = False
        self._certain = ("", "")
        self._fitted: tuple[str, int] = ("", 0)
        self.setProperty("look", "panel")
        self.setAccessibleName(self.tr("Customer"))
        self.customer = CustomerViewModel(workplace, self)
        self.editing = CustomerEditModel(workplace, self.customer, self)
        self.journey = JourneyViewModel(workplace, self)
        self.flows = FlowModel(workplace, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._make_tabs())
        rule = QFrame(self)
        rule.setProperty("look", "line")
        column.addWidget(rule)
        column.addLayout(self._make_way_back())
        self.pages = QStackedWidget(self)
        column.addWidget(self.pages, 1)
        self.view = CustomerView(workplace, self.customer, self.editing, theme)
        self.journey_card = JourneyCard(self.journey, theme, is_large=False)
        self.suggestions = SuggestionsCard(workplace, theme)
        self.records = RecordsView()
        self.contacts = ContactsCard(workplace, theme)
        self.guide_line = GuideLine(self.flows, theme)
        self.guide = FlowCard(self.flows, theme)
        self.articles = ArticlesCard(ArticlesModel(workplace, self), theme)
        self.mood = MoodCard(MoodModel(workplace, self), theme)
        self.large_journey = JourneyCard(self.journey, theme, is_large=True)
        self.all_records = RecordsView()
        self.all_contacts = ContactsCard(workplace, theme)
        for number, parts in enumerate(
            (
                (self.guide_line, self.view, self.suggestions, self.journey_card, self.records, self.contacts),
                (self.large_journey, self.mood),
                (self.all_contacts, self.all_records),
                (self.guide, self.articles),
            )
        ):
            self.pages.addWidget(_page(self._tabs.button(number).text(), *parts))
        self.pages.addWidget(self._make_empty())
        self._wire_help()
        for source in (self.contacts.chosen, self.all_contacts.chosen):
            source.connect(self.interaction_chosen)
        for card in (self.journey_card, self.large_journey):
            card.interaction_chosen.connect(self.interaction_chosen)
        self.view.notice.connect(self.notice)
        self.view.verification.changed.connect(self._on_verified)
        self.customer.changed.connect(self._on_changed)
        workplace.catalogue.changed.connect(self._on_changed)
        theme.changed.connect(self._on_changed)

        self._on_changed()

    # --- parts ------------------------------------------------------------------------------------------------------

    def _make_tabs(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(8, 0, 10, 0)
        row.setSpacing(0)
        self._tabs = QButtonGroup(self)
        names = (self.tr("Customer"), self.tr("Journey"), self.tr("History"), self.tr("Help"))
        for number, text in enumerate(names):
            tab = QToolButton(self)
            tab.setProperty("look", "tab")
            tab.setText(text)
            tab.setCheckable(True)
            tab.setAccessibleName(text)
            self._tabs.addButton(tab, number)
            row.addWidget(tab)
        self._tabs.button(0).setChecked(True)
        self._tabs.idClicked.connect(self._on_tab)
        row.addStretch(1)
        self.certainty = pill("", "good", self)
        row.addWidget(self.certainty)
        return row

    def _make_way_back(self) -> QVBoxLayout:
        """What to do with somebody looked up while a contact is open."""
        way = QVBoxLayout()
        way.setContentsMargins(12, 6, 12, 0)
        way.setSpacing(6)
        self._back = QPushButton(self.tr("Back to the open contact"), self)
        self._back.setProperty("look", "link")
        self._back.clicked.connect(self.customer.back)
        self._link = QPushButton(self.tr("The open contact is with this customer"), self)
        self._link.clicked.connect(self.customer.link)
        for button in (self._back, self._link):
            button.hide()
            way.addWidget(button, 0, Qt.AlignmentFlag.AlignLeading)
        return way

    def _make_empty(self) -> QWidget:
        page = QWidget(self)
        column = QVBoxLayout(page)
        # At the height of what the column in the middle says then.
        column.setContentsMargins(24, 44, 24, 4)
        column.addStretch(2)
        text = self.hint = QLabel(
            self.tr("Open a contact to see who it is, the way so far, and what to do next."), page
        )
        text.setProperty("look", "quiet")
        text.setWordWrap(True)
        text.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        text.ensurePolished()
        text.setMinimumHeight(2 * text.fontMetrics().height())
        column.addWidget(text)
        column.addStretch(3)
        return page

    def _wire_help(self) -> None:
        """Carry wishes between suggestions, guide and articles, and make their keys work in the whole window."""
        suggestions = self.suggestions.model
        for offered in (suggestions.wording_offered, self.flows.wording_offered, self.articles.answer_chosen):
            offered.connect(self.wording_chosen)
        suggestions.flow_wanted.connect(self.flows.start)
        suggestions.article_wanted.connect(self.show_article)
        self.flows.begun.connect(self.show_guide)
        self.guide_line.wanted.connect(self.show_guide)
        self.mood.message_chosen.connect(self.message_chosen)
        own = {"Ctrl+G": self.show_guide, "Ctrl+Shift+K": self.show_knowledge}
        for keys, act in (self.suggestions.keys | self.guide.keys | own).items():
            QShortcut(QKeySequence(keys), self).activated.connect(act)

    # --- what others ask for ----------------------------------------------------------------------------------------

    def show_customer(self, customer_id: object) -> None:
        """Show a customer who was looked up."""
        self.customer.look_up(CustomerId(str(customer_id)))
        self._tabs.button(0).click()

    def show_guide(self) -> None:
        """Go to the guide: to the step that is worked on, or to what could be begun."""
        self._tabs.button(_HELP).click()
        self.guide.take_focus()

    def show_knowledge(self) -> None:
        """Go to what the centre knows, ready to type."""
        self._tabs.button(_HELP).click()
        self.articles.take_focus()

    def show_article(self, article_id: str) -> None:
        """Open an article beside the conversation."""
        self._tabs.button(_HELP).click()
        self.articles.open(article_id)

    @property
    def tab(self) -> int:
        """The number of the tab that is chosen."""
        return self._tabs.checkedId()

    def show_tab(self, number: int) -> None:
        """Choose a tab; a number there is none of changes nothing."""
        button = self._tabs.button(number)
        if button is not None:
            button.click()

    @property
    def can_edit(self) -> bool:
        """Whether there is a customer whose record can be edited."""
        return self.editing.can_begin

    def begin_edit(self) -> None:
        """Open the shown customer's record for editing."""
        if self.can_edit:
            self._tabs.button(0).click()
            self.view.begin_edit()

    @property
    def can_verify(self) -> bool:
        """Whether the open contact's customer can be asked questions."""
        return self.view.verification.can_ask

    def begin_verification(self) -> None:
        """Show what the caller may be asked."""
        if self.can_verify:
            self._tabs.button(0).click()
            self.view.begin_verification()

    @property
    def has_look_alike(self) -> bool:
        """Whether another record looks like the customer's."""
        return bool(self.view.duplicates.proposals)

    def show_look_alike(self) -> None:
        """Compare the customer with the record that looks most like theirs."""
        if self.has_look_alike:
            self._tabs.button(0).click()
            self.view.show_look_alike()

    def edit_taken_back(self, command: UpdateCustomer) -> None:
        """Show edits that were taken back out of the outbox in the form."""
        self._show_other(command.customer_id)
        self.editing.bring_back(command)

    def show_conflict(self, customer_id: object) -> None:
        """Show both versions of an edit of a customer."""
        self._wants_conflict = True
        self._show_other(customer_id)
        self._on_changed()

    def _show_other(self, customer_id: object) -> None:
        if self.customer.customer_id != customer_id:
            self.customer.look_up(CustomerId(str(customer_id)))
        self._tabs.button(0).click()

    def flush(self) -> None:
        """Keep what was typed now."""
        self.editing.flush()
        self.flows.flush()

    def take_focus(self) -> None:
        """Put the keyboard onto the tabs."""
        self._tabs.buttons()[self._tabs.checkedId()].setFocus(Qt.FocusReason.ShortcutFocusReason)

    @property
    def is_filled(self) -> bool:
        """Whether a customer is shown, with the journey drawn where there is one."""
        journey = self.journey.journey
        is_drawn = journey is not None and (self.journey_card.chart is not None or not journey.touchpoints)
        return self.customer.card is not None and is_drawn

    # --- what happens -----------------------------------------------------------------------------------------------

    def _on_tab(self, number: int) -> None:
        self._show_page(number)
        self._fill(number)

    def _show_page(self, number: int) -> None:
        # Articles can be read with nobody at hand.
        is_empty = self.customer.card is None and number != _HELP
        self.pages.setCurrentIndex(self.pages.count() - 1 if is_empty else number)

    def _on_changed(self) -> None:
        card = self.customer.card
        self.journey.show(card.customer.id if card else None)
        self._back.setVisible(self.customer.is_looked_up and self._workplace.current is not None)
        self._link.setVisible(self.customer.can_link)
        self.suggestions.set_aside(self.customer.is_looked_up)
        self._show_page(self._tabs.checkedId())
        self._show_certainty()
        if card is None:
            return
        self.view.show_customer(card.customer, card.is_pending)
        if self._wants_conflict and self.view.conflicts:
            self._wants_conflict = False
            self.view.show_conflict()
        self._fill(self._tabs.checkedId())

    def _on_verified(self) -> None:
        self._fill(self._tabs.checkedId())

    def _fill(self, number: int) -> None:
        """Fill the tab that is seen; the others when they are."""
        card = self.customer.card
        if number == _HELP:
            self.articles.model.begin()
        elif number == 1:
            self.mood.begin()
        if card is None:
            return
        if number == 0:
            self.records.show_card(card, 3, self.view.verification.hides, self.customer.account_title)
            self.contacts.show_contacts(card.contacts, card.contact_count, 4)
        elif number == 2:
            self.all_records.show_card(card, 50, self.view.verification.hides, self.customer.account_title)
            self.all_contacts.show_contacts(card.contacts, card.contact_count, 20)

    def _show_certainty(self) -> None:
        row, card = self.customer.interaction, self.customer.card
        known = row is not None and card is not None and not self.customer.is_looked_up
        self.certainty.setVisible(known)
        if row is None or card is None:
            return
        if card.customer.is_provisional or row.identified <= 0:
            text, kind = self.tr("not recognised"), "warn"
            self._certain = (text, "?")
        else:
            sure = formats.percent(row.identified)
            text = self.tr("recognised %1").replace("%1", sure)
            kind = "good" if row.identified >= 0.9 else "warn"
            self._certain = (text, f"{'✓' if kind == 'good' else '?'} {sure}")
        set_look(self.certainty, f"pill-{kind}")
        self.certainty.setAccessibleName(text)
        self._fit_certainty()
        evidence = [phrase for one in row.identified_by if (phrase := reasons.reason(one))]
        self.certainty.setToolTip(plain_tip("\n".join([text, *evidence])))
        self.certainty.setAccessibleDescription(", ".join(evidence))

    def _fit_certainty(self) -> None:
        """In a narrow column a mark and the figure say it; the tooltip has it all."""
        whole, short = self._certain
        if (whole, self.width()) == self._fitted:
            return
        self._fitted = (whole, self.width())
        tabs = sum(tab.sizeHint().width() for tab in self._tabs.buttons())
        text = whole if tabs + painting.pill_width(whole) + 22 <= self.width() else short
        self.certainty.setText(text)
        # A style sheet's font reaches a label only when it is shown: its own hint would cut the last letters.
        self.certainty.setFixedWidth(painting.pill_width(text) + 4)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_certainty()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        is_wider = event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange, QEvent.Type.LanguageChange)
        if is_wider and self._certain[0]:
            self._fitted = ("", 0)
            self._fit_certainty()


def _page(name: str, *parts: QWidget) -> QScrollArea:
    """Return the parts one below the other, scrolling, by the keyboard too, where they need more room than there is."""
    area = QScrollArea()
    area.setProperty("look", "page")
    area.setAccessibleName(name)
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    body = QWidget()
    column = QVBoxLayout(body)
    column.setContentsMargins(12, 12, 12, 12)
    column.setSpacing(12)
    for part in parts:
        column.addWidget(part)
    column.addStretch(1)
    area.setWidget(body)
    return area
