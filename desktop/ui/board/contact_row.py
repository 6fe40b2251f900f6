"""Paints one contact behind a number: channel, customer, state and since when, who has it, what it is about."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QToolTip, QWidget

from desktop.domain.interaction import InteractionState
from desktop.ui.board import wording
from desktop.ui.i18n import formats, words
from desktop.ui.theme import fonts, painting
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.tooltip import plain_tip
from desktop.viewmodels.board import BoardViewModel, ContactFigures
from desktop.viewmodels.board_contacts import Role
from desktop.viewmodels.workplace import Workplace

translate = QCoreApplication.translate

Index = QModelIndex | QPersistentModelIndex
ROW = 56
_LIVE = (InteractionState.QUEUED, InteractionState.OFFERED)


class ContactDelegate(QStyledItemDelegate):
    """Rows are 56 px."""

    def __init__(self, workplace: Workplace, board: BoardViewModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._board = board
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, ROW)

    def facts(self, contact: ContactFigures) -> list[str]:
        """Return what else is known of a contact, in a few words each."""
        agent = self._board.agent(contact.assignee)
        name = agent.name if agent else self._workplace.catalogue.agent(contact.assignee)
        facts = [name, self._board.queue_name(contact.queue) if contact.queue else ""]
        facts.append(self._workplace.catalogue.intent(contact.intent))
        return [fact for fact in facts if fact]

    def described(self, contact: ContactFigures) -> str:
        """Return a contact in one line, for who listens."""
        since = formats.ticking((self._workplace.now() - contact.since).total_seconds())
        parts = [wording.who(contact), words.channel(contact.channel), words.state(contact.state), since]
        parts += self.facts(contact)
        if contact.mood is not None:
            parts.append(words.mood(contact.mood)[0])
        if contact.priority != 3:
            parts.append(translate("board", "priority %1").replace("%1", str(contact.priority)))
        return ", ".join(parts)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        contact = index.data(Role.CONTACT)
        if not isinstance(contact, ContactFigures):
            return
        theme, rect, now = self._theme, option.rect, self._workplace.now()
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        is_under = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.fillRect(rect, theme.color("accent_soft" if is_selected else "hover" if is_under else "panel"))

        def at(left: int, top: int, width: int, height: int) -> QRect:
            return QStyle.visualRect(option.direction, rect, QRect(rect.left() + left, rect.top() + top, width, height))

        painter.setLayoutDirection(option.direction)
        if is_selected:
            painter.fillRect(at(0, 0, 3, rect.height()), theme.color("accent"))
        painter.fillRect(at(14, rect.height() - 1, rect.width() - 14, 1), theme.color("line_soft"))
        ratio = painter.device().devicePixelRatioF()
        icon = theme.icons.pixmap(words.channel_icon(contact.channel), 18, "muted", ratio)
        painter.drawPixmap(at(14, 11, 18, 18).topLeft(), icon)
        age = formats.ticking((now - contact.since).total_seconds())
        text = f"{wording.contact_state(contact.state)} · {age}"
        width = min(painting.pill_width(text), rect.width() // 2)
        right = rect.width() - 12
        painting.paint_pill(painter, at(right - width, 10, width, 18), text, self._tone(contact), theme)
        name = at(42, 10, right - width - 50, 18)
        painting.paint_line(painter, name, wording.who(contact), fonts.font(fonts.BASE, 600), theme.color("text"))
        end = right
        if contact.mood is not None and contact.mood < -0.15:
            painter.drawPixmap(
                at(end - 16, 31, 16, 16).topLeft(),
                theme.icons.pixmap(words.mood_icon(contact.mood), 16, "bad", ratio),
            )
            end -= 22
        if contact.priority < 3:
            painter.drawPixmap(at(end - 14, 32, 14, 14).topLeft(), theme.icons.pixmap("flag", 14, "warn", ratio))
            end -= 20
        below = at(42, 30, end - 44, 18)
        painting.paint_line(
            painter, below, " · ".join(self.facts(contact)), fonts.font(fonts.SMALL), theme.color("muted")
        )
        if option.state & QStyle.StateFlag.State_HasFocus and option.state & QStyle.StateFlag.State_KeyboardFocusChange:
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(1, 1, -1, -2))

    def _tone(self, contact: ContactFigures) -> str:
        now = self._workplace.now()
        if contact.state in _LIVE:
            if contact.due_at is not None and contact.due_at <= now:
                return "bad"
            return wording.wait_tone((now - contact.since).total_seconds()) or "accent"
        if contact.state is InteractionState.ABANDONED:
            return "bad"
        return "accent" if contact.state is InteractionState.ACTIVE else "neutral"

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        contact = index.data(Role.CONTACT)
        if not isinstance(contact, ContactFigures):
            return False
        lines = [self.described(contact)]
        if contact.due_at is not None:
            lines.append(translate("board", "Answer due: %1").replace("%1", formats.exact(contact.due_at)))
        QToolTip.showText(event.globalPos(), plain_tip("\n".join(lines)), view)
        return True
