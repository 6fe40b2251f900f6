"""Paints one row of the inbox: avatar with the channel on it, name, last words, clock, hour, mood. No widget a row."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QToolTip, QWidget

from desktop.domain.interaction import InteractionState
from desktop.ui.i18n import formats, words
from desktop.ui.inbox import rows
from desktop.ui.theme import fonts, painting
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.tooltip import plain_tip
from desktop.viewmodels.inbox import Header, InboxRow, Role
from desktop.viewmodels.workplace import Workplace

ROW, COMPACT_ROW, HEADER = 62, 44, 32
_SIDE = 14
# As much of the last words as a tooltip can hold without covering the window.
_TOLD = 2000
Index = QModelIndex | QPersistentModelIndex


class InboxDelegate(QStyledItemDelegate):
    """Rows are 62 px (compact 44), headers 32."""

    def __init__(self, workplace: Workplace, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        if isinstance(index.data(Role.ENTRY), Header):
            return QSize(0, HEADER)
        return QSize(0, COMPACT_ROW if self._theme.is_compact else ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry = index.data(Role.ENTRY)
        rect: QRect = option.rect
        if isinstance(entry, Header):
            self._paint_header(painter, rect, entry, option)
        elif isinstance(entry, InboxRow):
            self._paint_row(painter, rect, entry, option)

    def _paint_header(self, painter: QPainter, rect: QRect, header: Header, option: QStyleOptionViewItem) -> None:
        area = rect.adjusted(_SIDE, 6, -_SIDE, 0)
        font = fonts.font(fonts.SMALL, 600)
        count = str(header.total)
        painting.paint_line(painter, area, rows.header_title(header), font, self._theme.color("muted"))
        painter.setFont(fonts.figures(fonts.SMALL, 600))
        painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter | _trailing(option)), count)

    def _paint_row(self, painter: QPainter, rect: QRect, entry: InboxRow, option: QStyleOptionViewItem) -> None:
        theme, now = self._theme, self._workplace.now()
        row = entry.interaction
        state = option.state
        mirror = option.direction == Qt.LayoutDirection.RightToLeft
        is_selected = bool(state & QStyle.StateFlag.State_Selected)
        ground = "accent_soft" if is_selected else "hover" if state & QStyle.StateFlag.State_MouseOver else "panel"
        painter.fillRect(rect, theme.color(ground))
        if is_selected:
            painter.fillRect(
                painting.flipped(QRect(rect.left(), rect.top(), 3, rect.height()), rect, mirror), theme.color("accent")
            )
        if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_KeyboardFocusChange:
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.drawRect(rect.adjusted(1, 1, -1, -2))
        painter.fillRect(QRect(rect.left() + _SIDE, rect.bottom(), rect.width() - _SIDE, 1), theme.color("line_soft"))

        compact = theme.is_compact
        side = 28 if compact else 36
        avatar = QRect(rect.left() + _SIDE, rect.top() + (rect.height() - side) // 2 - 1, side, side)
        shown = painting.flipped(avatar, rect, mirror)
        painting.paint_avatar(painter, shown, rows.who(row), theme)
        corner = QPointF(shown.left() + 2 if mirror else shown.right() - 2, shown.bottom() - 2)
        painting.paint_badge(painter, corner, words.channel_icon(row.channel), theme, theme.color(ground))

        left = avatar.right() + 13
        right = rect.right() - 12
        text, kind, icon = rows.pill(entry, now)
        pill_width = painting.pill_width(text, bool(icon)) if text else 0
        top = rect.top() + (4 if compact else 11)
        first = QRect(left, top, right - left - (pill_width + 8 if pill_width else 0), 18)
        if account := self._workplace.accounts.title_of(row.id):
            first.setRight(self._paint_account(painter, account, rows.who(row), first, rect, mirror))
        second = QRect(left, top + (18 if compact else 21), right - left, 18)
        if text:
            pill = QRect(right - pill_width, top, pill_width, painting.PILL_HEIGHT)
            painting.paint_pill(painter, painting.flipped(pill, rect, mirror), text, kind, theme, icon)
        needs_me = row.state in (InteractionState.ACTIVE, InteractionState.ON_HOLD, InteractionState.WRAP_UP)
        strong = needs_me or entry.unread > 0 or row.state is InteractionState.QUEUED
        painting.paint_line(
            painter,
            painting.flipped(first, rect, mirror),
            rows.who(row),
            fonts.font(fonts.BASE, 600 if strong else 400),
            theme.color("text"),
        )
        hour = formats.moment(row.last_at or row.created_at, now)
        hour_font = fonts.figures(fonts.TINY)
        painter.setFont(hour_font)
        hour_width = painter.fontMetrics().horizontalAdvance(hour) + 2
        painter.setPen(theme.color("muted"))
        painter.drawText(
            painting.flipped(QRect(right - hour_width, second.top(), hour_width, 18), rect, mirror),
            int(Qt.AlignmentFlag.AlignVCenter | _trailing(option)),
            hour,
        )
        end = right - hour_width - 8
        end = self._paint_marks(painter, entry, QRect(left, second.top(), end - left, 18), rect, mirror)
        second.setRight(end)
        said = rows.last_words(row, self._workplace.me)
        color = "text" if entry.unread else "muted"
        painting.paint_line(
            painter, painting.flipped(second, rect, mirror), said, fonts.font(fonts.SMALL), theme.color(color)
        )

    def _paint_account(self, painter: QPainter, account: str, who: str, area: QRect, rect: QRect, mirror: bool) -> int:
        """Paint quietly which account a row is of, with the room that ``who`` leaves, a third at least; returns where that
        ends."""
        painter.setFont(fonts.font(fonts.BASE, 600))
        left = area.width() - painter.fontMetrics().horizontalAdvance(who) - 10
        font = fonts.font(fonts.TINY)
        painter.setFont(font)
        metrics = painter.fontMetrics()
        width = min(metrics.horizontalAdvance(account) + 2, max(left, area.width() // 3))
        spot = painting.flipped(QRect(area.right() - width, area.top(), width, area.height()), rect, mirror)
        painting.paint_line(painter, spot, account, font, self._theme.color("muted"))
        return area.right() - width - 8

    def _paint_marks(self, painter: QPainter, entry: InboxRow, area: QRect, rect: QRect, mirror: bool) -> int:
        """Paint the small signs before the hour (unread, mood, draft, not confirmed yet); returns where the text ends."""
        row = entry.interaction
        ratio = painter.device().devicePixelRatioF()
        marks: list[tuple[str, str]] = []
        if entry.is_pending:
            marks.append(("pending", "muted"))
        if entry.has_draft:
            marks.append(("pencil", "muted"))
        if row.mood is not None and row.state.is_open and row.mood < -0.15:
            marks.append((words.mood_icon(row.mood), "bad"))
        end = area.right()
        for icon, color in marks:
            spot = painting.flipped(QRect(end - 14, area.top() + 2, 14, 14), rect, mirror)
            painter.drawPixmap(spot.topLeft(), self._theme.icons.pixmap(icon, 14, color, ratio))
            end -= 18
        if entry.unread and rows.pill(entry, self._workplace.now())[1] != "accent":
            count = str(entry.unread) if entry.unread < 100 else "99+"
            width = max(18, painting.pill_width(count))
            spot = painting.flipped(QRect(end - width, area.top(), width, 18), rect, mirror)
            painting.paint_pill(painter, spot, count, "accent", self._theme)
            end -= width + 6
        return end

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        """The tooltip holds what the row had no room for."""
        entry = index.data(Role.ENTRY)
        if not isinstance(entry, InboxRow):
            return False
        row = entry.interaction
        lines = [f"{rows.who(row)} · {words.channel(row.channel)} · {words.state(row.state)}"]
        if account := self._workplace.accounts.title_of(row.id):
            lines.append(self.tr("Account: %1").replace("%1", account))
        if row.intent:
            lines.append(self._workplace.catalogue.intent(row.intent))
        if row.subject:
            lines.append(row.subject)
        lines.append(rows.last_words(row, self._workplace.me)[:_TOLD])
        if row.due_at is not None:
            lines.append(self.tr("Answer due: %1").replace("%1", formats.exact(row.due_at)))
        QToolTip.showText(event.globalPos(), plain_tip("\n".join(lines)), view)
        return True


def _trailing(option: QStyleOptionViewItem) -> Qt.AlignmentFlag:
    is_mirrored = option.direction == Qt.LayoutDirection.RightToLeft
    return Qt.AlignmentFlag.AlignLeft if is_mirrored else Qt.AlignmentFlag.AlignRight


def next_second_matters(entry: object, now: datetime) -> bool:
    """Whether a row's clock shows seconds, now or within half a minute, so that it has to be painted again each second."""
    if not isinstance(entry, InboxRow):
        return False
    row = entry.interaction
    if row.state is InteractionState.WRAP_UP:
        return True
    return row.due_at is not None and abs((row.due_at - now).total_seconds()) < 90
