"""What a filter could be completed to, in a small list under the field. It never takes the keyboard and blocks nothing."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsDropShadowEffect,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.search import filters
from desktop.ui.theme import fonts, painting
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.completion import Completion, FilterCompleter

_ROW, _ROWS, _SIDE = 30, 7, 10
_CHOICE = int(Qt.ItemDataRole.UserRole) + 1
Index = QModelIndex | QPersistentModelIndex


class _Delegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.first_column = 0

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        choice = index.data(_CHOICE)
        rect: QRect = option.rect
        theme = self._theme
        if option.state & QStyle.StateFlag.State_Selected:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillPath(painting.rounded(rect.adjusted(4, 1, -4, -1), 5), theme.color("accent_soft"))
            painter.restore()

        def mirrored(left: int, width: int) -> QRect:
            part = QRect(rect.left() + left, rect.top(), width, rect.height())
            return QStyle.visualRect(option.direction, rect, part)

        code = mirrored(_SIDE + 4, self.first_column)
        painting.paint_line(painter, code, choice.shown, fonts.font(fonts.BASE, 500), theme.color("text"))
        left = _SIDE + 4 + self.first_column + 12
        told = mirrored(left, rect.width() - left - _SIDE)
        painting.paint_line(painter, told, filters.meaning(choice), fonts.font(fonts.SMALL), theme.color("muted"))


class FilterPopup(QFrame):
    """``chosen(start, end, text)``: what to put where. It stands under its ``anchor``, as wide as that.

    While a value is being typed the arrows walk in it; while a word only could become a filter, it waits for Tab.
    """

    chosen = Signal(int, int, str)

    def __init__(self, completer: FilterCompleter, theme: Theme, host: QWidget) -> None:
        super().__init__(host)
        self._completer = completer
        self._host = host
        self._is_value = False
        self.is_walked = False
        self.anchor: QWidget = host
        self.setProperty("look", "raised")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(24)
        shadow.setOffset(0, 6)
        self.setGraphicsEffect(shadow)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 4, 1, 4)
        self._model = QStandardItemModel(self)
        self.list = QListView(self)
        self.list.setProperty("look", "choices")
        self.list.setModel(self._model)
        self._delegate = _Delegate(theme, self.list)
        self.list.setItemDelegate(self._delegate)
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(self.tr("What can be typed here"))
        self.list.clicked.connect(self._choose)
        column.addWidget(self.list)
        self.setAccessibleName(self.list.accessibleName())
        self.hide()

    @property
    def takes_arrows(self) -> bool:
        return self.isVisible() and self._is_value

    def offer(self, text: str, cursor: int) -> None:
        """Show what the word at the cursor could become; nothing hides the list."""
        found = self._completer.completions(text, cursor)
        self.is_walked = False
        self._is_value = any(choice.value for choice in found)
        if not found:
            self.hide()
            return
        self._model.clear()
        for choice in found:
            item = QStandardItem(choice.shown)
            item.setData(choice, _CHOICE)
            item.setAccessibleText(", ".join(part for part in (choice.shown, filters.meaning(choice)) if part))
            item.setEditable(False)
            self._model.appendRow(item)
        self.list.setCurrentIndex(self._model.index(0, 0))
        metrics = QFontMetrics(fonts.font(fonts.BASE, 500))
        self._delegate.first_column = max(metrics.horizontalAdvance(choice.shown) for choice in found) + 2
        self.list.setFixedHeight(min(_ROWS, len(found)) * _ROW)
        corner = self.anchor.mapTo(self._host, QPoint(0, self.anchor.height() + 4))
        self.setGeometry(corner.x(), corner.y(), self.anchor.width(), self.list.height() + 10)
        self.show()
        self.raise_()

    def step(self, rows: int) -> None:
        """Walk in the list."""
        self.is_walked = True
        row = max(0, min(self._model.rowCount() - 1, self.list.currentIndex().row() + rows))
        self.list.setCurrentIndex(self._model.index(row, 0))

    def accept(self) -> None:
        """Take the marked one."""
        self._choose(self.list.currentIndex())

    def _choose(self, index: QModelIndex) -> None:
        choice = index.data(_CHOICE)
        if isinstance(choice, Completion):
            self.chosen.emit(choice.start, choice.end, choice.text)
