"""Paints the cells of the board's tables: text, pills, people, bars of the backlog. Numbers stand at the end of their
column in figures of one width, so that nothing jumps as they change.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QToolTip, QWidget

from desktop.ui.charts.ages import TONES
from desktop.ui.theme import fonts, painting
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.tooltip import plain_tip
from desktop.viewmodels.board_table import Cell, Column, Form, Role

Index = QModelIndex | QPersistentModelIndex
_PAD, _BAR, _GAP = 9, 8, 2


class CellDelegate(QStyledItemDelegate):
    """``hovered`` is the row the pointer is over, -1 for none; the view sets it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.hovered = -1

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, 30 if self._theme.is_compact else 34)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell, column = index.data(Role.CELL), index.data(Role.COLUMN)
        if not isinstance(cell, Cell) or not isinstance(column, Column):
            return
        theme, rect = self._theme, option.rect
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        ground = "accent_soft" if is_selected else "hover" if index.row() == self.hovered else "panel"
        painter.fillRect(rect, theme.color(ground))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.color("line_soft"))
        if is_selected and index.column() == 0:
            bar = QRect(rect.left(), rect.top(), 3, rect.height())
            painter.fillRect(QStyle.visualRect(option.direction, rect, bar), theme.color("accent"))
        area = rect.adjusted(_PAD, 0, -_PAD, -1)
        if cell.form is Form.PERSON:
            self._paint_person(painter, area, cell, option)
        elif cell.form is Form.BARS:
            self._paint_bars(painter, area, cell, option)
        elif cell.form is Form.ICONS:
            self._paint_icons(painter, area, cell, option)
        elif cell.form is Form.PILL:
            self._paint_pill(painter, area, cell, column, option)
        else:
            self._paint_text(painter, area, cell, column, option)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(1, 1, -2, -2), 4, 4)

    def _paint_text(
        self, painter: QPainter, area: QRect, cell: Cell, column: Column, option: QStyleOptionViewItem
    ) -> None:
        theme = self._theme
        font = QFont(fonts.figures(fonts.BASE, 600 if cell.is_strong else 400))
        is_live = column.which is not None and bool(option.state & QStyle.StateFlag.State_MouseOver)
        font.setUnderline(is_live and cell.text not in ("", "–"))
        painter.setFont(font)
        painter.setPen(theme.color("on_soft" if font.underline() else cell.tone or "text"))
        shown = painter.fontMetrics().elidedText(cell.text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter | _side(column, option)), shown)

    def _paint_pill(
        self, painter: QPainter, area: QRect, cell: Cell, column: Column, option: QStyleOptionViewItem
    ) -> None:
        width = min(painting.pill_width(cell.text), area.width() + 8)
        top = area.top() + (area.height() - painting.PILL_HEIGHT) // 2
        left = area.right() - width + 5 if column.is_number else area.left() - 4
        pill = QStyle.visualRect(option.direction, area, QRect(left, top, width, painting.PILL_HEIGHT))
        text = painter.fontMetrics().elidedText(cell.text, Qt.TextElideMode.ElideRight, width - 6)
        painting.paint_pill(painter, pill, text if width < painting.pill_width(cell.text) else cell.text,
                            cell.tone if cell.tone != "muted" else "neutral", self._theme)  # fmt: skip

    def _paint_person(self, painter: QPainter, area: QRect, cell: Cell, option: QStyleOptionViewItem) -> None:
        side = 20 if self._theme.is_compact else 24
        spot = QRect(area.left(), area.top() + (area.height() - side) // 2, side, side)
        painting.paint_avatar(painter, QStyle.visualRect(option.direction, area, spot), cell.text, self._theme)
        text = QStyle.visualRect(option.direction, area, area.adjusted(side + 8, 0, 0, 0))
        painter.setLayoutDirection(option.direction)
        painting.paint_line(painter, text, cell.text, fonts.font(fonts.BASE), self._theme.color("text"))

    def _paint_icons(self, painter: QPainter, area: QRect, cell: Cell, option: QStyleOptionViewItem) -> None:
        ratio = painter.device().devicePixelRatioF()
        painter.setFont(fonts.figures(fonts.BASE))
        left = area.left()
        for name, count in cell.icons:
            width = painter.fontMetrics().horizontalAdvance(str(count))
            if left + 20 + width > area.right() + 1:
                break
            spot = QStyle.visualRect(option.direction, area, QRect(left, area.center().y() - 7, 15, 15))
            painter.drawPixmap(spot.topLeft(), self._theme.icons.pixmap(name, 15, "muted", ratio))
            text = QStyle.visualRect(option.direction, area, QRect(left + 19, area.top(), width + 1, area.height()))
            painter.setPen(self._theme.color("text"))
            painter.drawText(text, int(Qt.AlignmentFlag.AlignCenter), str(count))
            left += width + 30

    def _paint_bars(self, painter: QPainter, area: QRect, cell: Cell, option: QStyleOptionViewItem) -> None:
        most = max(cell.values, default=0.0) or 1.0
        height = area.height() - 14
        width = len(cell.values) * (_BAR + _GAP) - _GAP
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for number, value in enumerate(cell.values):
            tall = max(value / most * height, 3.0) if value else 1.0
            painter.setBrush(self._theme.color(TONES[min(number, len(TONES) - 1)] if value else "line"))
            left = area.right() - width + number * (_BAR + _GAP)
            bar = QStyle.visualRect(option.direction, area, QRect(left, area.top(), _BAR, area.height()))
            painter.drawRoundedRect(QRectF(bar.left(), area.bottom() - 7 - tall, _BAR, tall), 1.5, 1.5)
        painter.restore()

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        """The tooltip holds what the cell says in short, or had no room for."""
        cell, column = index.data(Role.CELL), index.data(Role.COLUMN)
        if not isinstance(cell, Cell) or not isinstance(column, Column):
            return False
        text = cell.told or cell.text
        QToolTip.showText(event.globalPos(), plain_tip(f"{column.tip or column.title}: {text}" if text else ""), view)
        return True


def _side(column: Column, option: QStyleOptionViewItem) -> Qt.AlignmentFlag:
    is_right = column.is_number is (option.direction != Qt.LayoutDirection.RightToLeft)
    return Qt.AlignmentFlag.AlignRight if is_right else Qt.AlignmentFlag.AlignLeft
