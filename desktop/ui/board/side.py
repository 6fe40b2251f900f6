"""The column at the right of the board: alerts, staff and the course of the day in pages, and over them the contacts
behind a number while somebody looks at those. What rings at the lead stands on top.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.board.alerts import AlertsPage
from desktop.ui.board.contacts import ContactsPage
from desktop.ui.board.course import CoursePage
from desktop.ui.board.staffing import StaffingPage
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.board import BoardViewModel, ContactsFilter
from desktop.viewmodels.workplace import Workplace

PAGES = ("alerts", "staff", "course")


class SideColumn(QFrame):
    """``page_changed`` when another page is shown."""

    page_changed = Signal()

    def __init__(
        self, workplace: Workplace, board: BoardViewModel, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("look", "panel")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._back_to: QWidget | None = None
        tabs = QFrame(self)
        row = QHBoxLayout(tabs)
        row.setContentsMargins(12, 0, 10, 0)
        row.setSpacing(14)
        self._tabs = QButtonGroup(self)
        self._names = (self.tr("Alerts"), self.tr("Staff"), self.tr("Course"))
        for number, text in enumerate(self._names):
            tab = QToolButton(tabs)
            tab.setProperty("look", "tab")
            tab.setText(text)
            tab.setCheckable(True)
            tab.setAccessibleName(text)
            self._tabs.addButton(tab, number)
            row.addWidget(tab)
        row.addStretch(1)
        self._column.addWidget(tabs)
        rule = QFrame(self)
        rule.setProperty("look", "line")
        self._column.addWidget(rule)
        self.alerts = AlertsPage(workplace, board, theme, self)
        self.staff = StaffingPage(workplace, board, theme, self)
        self.course = CoursePage(workplace, board, theme, self)
        self.contacts = ContactsPage(workplace, board, theme, self)
        self.pages = QStackedWidget(self)
        for page in (self.alerts, self.staff, self.course, self.contacts):
            self.pages.addWidget(page)
        # What rings needs its whole height; the pages scroll.
        self.pages.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self._column.addWidget(self.pages, 1)
        self._tabs.button(0).setChecked(True)
        self._tabs.idClicked.connect(self._on_tab)
        self.contacts.left.connect(self.go_back)
        self.alerts.model.loaded.connect(self._on_alerts)

    def take_in(self, offers: QWidget) -> None:
        """Let what rings stand on top."""
        self._column.insertWidget(2, offers)

    @property
    def page(self) -> str:
        """The page that is shown, or was before the contacts."""
        return PAGES[max(0, self._tabs.checkedId())]

    def show_page(self, name: str) -> None:
        """Show a page; the keyboard stays where it is."""
        if name in PAGES:
            self._tabs.button(PAGES.index(name)).setChecked(True)
            self.pages.setCurrentIndex(PAGES.index(name))
            self.show_board()

    def show_contacts(self, which: ContactsFilter, back_to: QWidget | None) -> None:
        """Show the contacts behind a number; the keyboard goes back to ``back_to`` afterwards."""
        if self.pages.currentWidget() is not self.contacts:
            self._back_to = back_to
        self.pages.setCurrentWidget(self.contacts)
        self.contacts.show_contacts(which)

    @property
    def is_at_contacts(self) -> bool:
        return self.pages.currentWidget() is self.contacts

    def go_back(self) -> None:
        """Leave the contacts."""
        self.contacts.model.show(None)
        self.pages.setCurrentIndex(max(0, self._tabs.checkedId()))
        self.show_board()
        if self._back_to is not None and self._back_to.isVisible():
            self._back_to.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_board(self) -> None:
        """Show the board as it stands, in the page that is in sight."""
        shown = self.pages.currentWidget()
        if shown is self.staff:
            self.staff.show_board()
        elif shown is self.course:
            self.course.show_board()
        elif shown is self.contacts:
            self.contacts.model.refresh()

    def tick(self) -> None:
        """The clocks go on."""
        shown = self.pages.currentWidget()
        if shown is self.alerts:
            self.alerts.tick()
        elif shown is self.contacts:
            self.contacts.tick()

    def take_focus(self) -> None:
        """Put the keyboard into the page in sight."""
        shown = self.pages.currentWidget()
        targets: tuple[tuple[QWidget, QWidget], ...] = (
            (self.alerts, self.alerts.focus_target()),
            (self.staff, self.staff.chart),
            (self.course, self.course.arrivals),
            (self.contacts, self.contacts.list),
        )
        target = next((target for page, target in targets if page is shown), self)
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _on_tab(self, number: int) -> None:
        if self.is_at_contacts:
            self.contacts.model.show(None)
        self.pages.setCurrentIndex(number)
        self.show_board()
        self.page_changed.emit()

    def _on_alerts(self) -> None:
        unseen = self.alerts.model.unseen
        text = f"{self._names[0]} {unseen}" if unseen else self._names[0]
        self._tabs.button(0).setText(text)
        self._tabs.button(0).setAccessibleName(text)
