"""Paints one account of the page of accounts: its name, at what kind of system and as whom, where that is, how it stands."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem, QToolTip, QWidget

from desktop.ui.accounts import wording
from desktop.ui.theme import fonts, painting
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.tooltip import plain_tip
from desktop.viewmodels.desk import DeskAccount
from desktop.viewmodels.workplace import Workplace

ROLE = Qt.ItemDataRole.UserRole
ROW = 66
_SIDE = 14
Index = QModelIndex | QPersistentModelIndex


class AccountDelegate(QStyledItemDelegate):
    """Rows are 66 px; ``ROLE`` holds a ``DeskAccount``."""

    def __init__(self, workplace: Workplace, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        account = index.data(ROLE)
        if not isinstance(account, DeskAccount):
            return
        rect: QRect = option.rect
        theme, is_mirrored = self._theme, option.direction == Qt.LayoutDirection.RightToLeft
        painting.paint_ground(painter, option, theme, "panel")
        left, right, top = rect.left() + _SIDE, rect.right() - _SIDE, rect.top() + 7
        standing = wording.state(account, self._workplace.now())
        icon, color = wording.state_mark(account)
        small = fonts.font(fonts.SMALL)
        painter.setFont(small)
        # Half of the line at most: the name is what one looks for.
        width = min(painter.fontMetrics().horizontalAdvance(standing) + 4, (right - left) // 2)
        spot = QRect(right - width - 18, top + 3, 13, 13)
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(
            painting.flipped(spot, rect, is_mirrored).topLeft(), theme.icons.pixmap(icon, 13, color, ratio)
        )
        said = painting.flipped(QRect(right - width, top, width, 19), rect, is_mirrored)
        painting.paint_line(painter, said, standing, small, theme.color("muted"))
        name = painting.flipped(QRect(left, top, spot.left() - 10 - left, 19), rect, is_mirrored)
        painting.paint_line(painter, name, account.title, fonts.font(fonts.BASE, 600), theme.color("text"))
        for line, text in enumerate((_who(account), account.system)):
            area = painting.flipped(QRect(left, top + 19 + 17 * line, right - left, 17), rect, is_mirrored)
            painting.paint_line(painter, area, text, small, theme.color("muted"))

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        """The tooltip holds what the row had no room for."""
        account = index.data(ROLE)
        if not isinstance(account, DeskAccount):
            return False
        standing = wording.state(account, self._workplace.now())
        lines = (account.title, _who(account), account.system, standing)
        QToolTip.showText(event.globalPos(), plain_tip("\n".join(line for line in lines if line)), view)
        return True


def spoken(account: DeskAccount, standing: str) -> str:
    """Return an account as a screen reader says it."""
    return ", ".join(part for part in (account.title, _who(account), account.system, standing) if part)


def _who(account: DeskAccount) -> str:
    return " · ".join(part for part in (wording.kind(account.kind, account.maker), account.user) if part)
