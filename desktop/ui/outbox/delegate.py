"""Paints the rows of the outbox: a heading for each contact or customer, below it what is on its way and how it stands."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem, QToolTip, QWidget

from desktop.ui.i18n import formats, words
from desktop.ui.outbox import wording
from desktop.ui.theme import fonts, painting
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.tooltip import plain_tip
from desktop.viewmodels.outbox import ROLE, Group, Line, OutboxModel
from desktop.viewmodels.workplace import Workplace

ROW, HEADING = 48, 34
_SIDE = 16
_TOLD = 2000
Index = QModelIndex | QPersistentModelIndex


class OutboxDelegate(QStyledItemDelegate):
    """Rows are 48 px, headings 34."""

    def __init__(self, model: OutboxModel, workplace: Workplace, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._workplace = workplace
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, HEADING if isinstance(index.data(ROLE), Group) else ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(ROLE)
        if isinstance(row, Group):
            self._heading(painter, option, row)
        elif isinstance(row, Line):
            self._line(painter, option, row)

    def _heading(self, painter: QPainter, option: QStyleOptionViewItem, group: Group) -> None:
        rect: QRect = option.rect
        theme, is_mirrored = self._theme, option.direction == Qt.LayoutDirection.RightToLeft
        area = rect.adjusted(_SIDE, 8, -_SIDE, 0)
        font = fonts.font(fonts.SMALL, 600)
        painter.setFont(font)
        name = wording.heading(group)
        width = min(painter.fontMetrics().horizontalAdvance(name) + 4, area.width())
        painting.paint_line(
            painter,
            painting.flipped(QRect(area.left(), area.top(), width, area.height()), rect, is_mirrored),
            name,
            font,
            theme.color("text"),
        )
        if group.interaction is None:
            return
        channel = group.interaction.channel
        account = self._workplace.accounts.title_of(group.interaction.id)
        ratio = painter.device().devicePixelRatioF()
        spot = QRect(area.left() + width + 8, area.center().y() - 6, 13, 13)
        rest = QRect(spot.right() + 6, area.top(), max(0, area.right() - spot.right() - 6), area.height())
        painter.drawPixmap(
            painting.flipped(spot, rect, is_mirrored).topLeft(),
            theme.icons.pixmap(words.channel_icon(channel), 13, "muted", ratio),
        )
        painting.paint_line(
            painter,
            painting.flipped(rest, rect, is_mirrored),
            " · ".join(part for part in (words.channel(channel), account) if part),
            fonts.font(fonts.SMALL),
            theme.color("muted"),
        )

    def _line(self, painter: QPainter, option: QStyleOptionViewItem, line: Line) -> None:
        rect: QRect = option.rect
        theme, now = self._theme, self._workplace.now()
        is_mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        painting.paint_ground(painter, option, theme, "raised")
        ratio = painter.device().devicePixelRatioF()
        top = rect.top() + 5
        place = painting.flipped(QRect(rect.left() + _SIDE, top + 2, 15, 15), rect, is_mirrored)
        painter.drawPixmap(place.topLeft(), theme.icons.pixmap(wording.icon(line.command), 15, "muted", ratio))
        left, right = rect.left() + _SIDE + 25, rect.right() - _SIDE
        hour = formats.moment(line.entry.created_at, now)
        painter.setFont(fonts.figures(fonts.TINY))
        hour_width = painter.fontMetrics().horizontalAdvance(hour) + 2
        painter.setPen(theme.color("muted"))
        trailing = Qt.AlignmentFlag.AlignLeft if is_mirrored else Qt.AlignmentFlag.AlignRight
        painter.drawText(
            painting.flipped(QRect(right - hour_width, top, hour_width, 19), rect, is_mirrored),
            int(Qt.AlignmentFlag.AlignVCenter | trailing),
            hour,
        )
        first = QRect(left, top, right - hour_width - 10 - left, 19)
        font = fonts.font(fonts.BASE, 500)
        kind = wording.kind(line.command)
        painter.setFont(font)
        width = min(painter.fontMetrics().horizontalAdvance(kind) + 2, first.width())
        head = QRect(first.left(), first.top(), width, 19)
        painting.paint_line(painter, painting.flipped(head, rect, is_mirrored), kind, font, theme.color("text"))
        content = wording.content(line, self._workplace.catalogue)
        rest = QRect(head.right() + 8, first.top(), max(0, first.right() - head.right() - 8), 19)
        painting.paint_line(
            painter, painting.flipped(rest, rect, is_mirrored), content, fonts.font(fonts.BASE), theme.color("muted")
        )
        said, icon, color = wording.standing(line, self._model, now)
        y = top + 20
        spot = painting.flipped(QRect(left, y + 3, 12, 12), rect, is_mirrored)
        painter.drawPixmap(spot.topLeft(), theme.icons.pixmap(icon, 12, color, ratio))
        second = QRect(left + 18, y, right - left - 18, 18)
        ink = "text" if color == "bad" else "muted"
        painting.paint_line(
            painter, painting.flipped(second, rect, is_mirrored), said, fonts.font(fonts.SMALL), theme.color(ink)
        )

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        """The tooltip holds what the row had no room for."""
        line = index.data(ROLE)
        if not isinstance(line, Line):
            return False
        said = wording.standing(line, self._model, self._workplace.now())[0]
        text = wording.text_of(line.command) or wording.content(line, self._workplace.catalogue)
        lines = [wording.kind(line.command), text[:_TOLD], said, formats.exact(line.entry.created_at)]
        QToolTip.showText(event.globalPos(), plain_tip("\n".join(part for part in lines if part)), view)
        return True
