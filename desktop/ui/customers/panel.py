"""The customers' list: type a name, number, address or phone number; choosing one shows everything about them."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.customer import Customer
from desktop.ui.theme import fonts, painting
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.finder import CUSTOMER, CustomersModel
from desktop.viewmodels.workplace import Workplace

Index = QModelIndex | QPersistentModelIndex


def named(customer: Customer) -> str:
    """Return what to call a customer: the name, else the first address, else the number."""
    address = customer.identities[0].value if customer.identities else ""
    return customer.name or address or customer.number


class CustomerDelegate(QStyledItemDelegate):
    """Avatar, name, number and the first address."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, 54)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        customer = index.data(CUSTOMER)
        if not isinstance(customer, Customer):
            return
        theme = self._theme
        rect: QRect = option.rect
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        is_under = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.fillRect(rect, theme.color("accent_soft" if is_selected else "hover" if is_under else "panel"))

        def mirrored(left: int, top: int, width: int, height: int) -> QRect:
            part = QRect(rect.left() + left, rect.top() + top, width, height)
            return QStyle.visualRect(option.direction, rect, part)

        if is_selected:
            painter.fillRect(mirrored(0, 0, 3, rect.height()), theme.color("accent"))
        painter.fillRect(mirrored(14, rect.height() - 1, rect.width() - 14, 1), theme.color("line_soft"))
        name = named(customer)
        painting.paint_avatar(painter, mirrored(14, 10, 34, 34), name, theme)
        area = mirrored(60, 8, rect.width() - 74, 18)
        painting.paint_line(painter, area, name, fonts.font(fonts.BASE, 600), theme.color("text"))
        facts = [customer.number, customer.address.city if customer.address else ""]
        facts += [identity.value for identity in customer.identities[:1]]
        area.translate(0, 19)
        text = " · ".join(fact for fact in facts if fact and fact != name)
        painting.paint_line(painter, area, text, fonts.font(fonts.SMALL), theme.color("muted"))


class CustomersPanel(QFrame):
    """``customer_chosen`` carries the customer's id."""

    customer_chosen = Signal(object)

    def __init__(self, workplace: Workplace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setProperty("look", "panel")
        self.setAccessibleName(self.tr("Customers"))
        self.model = CustomersModel(workplace, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(14, 15, 12, 8)
        head.setSpacing(12)
        title = QLabel(self.tr("Customers"), self)
        title.setProperty("look", "title")
        head.addWidget(title)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(self.tr("Name, number, e-mail or phone"))
        self.search.setAccessibleName(self.tr("Search customers"))
        self.search.setClearButtonEnabled(True)
        self._icon = self.search.addAction(theme.icons.icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.search.textChanged.connect(self.model.search)
        self.search.returnPressed.connect(self._choose_first)
        row = QHBoxLayout()
        row.addWidget(self.search)
        head.addLayout(row)
        column.addLayout(head)
        self.list = QListView(self)
        self.list.setModel(self.model)
        self.list.setItemDelegate(CustomerDelegate(theme, self.list))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(self.tr("Customers found"))
        self.list.clicked.connect(self._choose)
        self.list.activated.connect(self._choose)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.list)
        self._hint = QLabel(self)
        self._hint.setProperty("look", "muted")
        self._hint.setWordWrap(True)
        self._hint.setMargin(32)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages.addWidget(self._hint)
        column.addWidget(self._pages, 1)
        self.model.loaded.connect(self._on_loaded)
        theme.changed.connect(self._on_theme_changed)
        self._on_loaded()

    def take_focus(self) -> None:
        """Put the keyboard into the search field."""
        self.focus_search()

    def focus_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _choose(self, index: QModelIndex) -> None:
        customer = index.data(CUSTOMER)
        if isinstance(customer, Customer):
            self.customer_chosen.emit(customer.id)

    def _choose_first(self) -> None:
        if self.model.rowCount():
            self.list.setCurrentIndex(self.model.index(0))
            self._choose(self.model.index(0))

    def _on_loaded(self) -> None:
        if not self.model.text:
            self._hint.setText(self.tr("Type a few letters to find a customer."))
        else:
            self._hint.setText(self.tr("No customer has all of these words in name, number or address."))
        self._pages.setCurrentIndex(0 if self.model.rowCount() else 1)

    def _on_theme_changed(self) -> None:
        self._icon.setIcon(self._theme.icons.icon("search"))
        self.list.viewport().update()
