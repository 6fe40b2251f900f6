"""What leads are warned of: what goes on above, what ended within the day below it. Enter goes to the cause; an alert
that was seen stays until its cause is gone, but calls no more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QCoreApplication, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QListView,
    QPushButton,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.ids import QueueId
from desktop.domain.routing import AlertMeasure
from desktop.ui.i18n import alerts, formats
from desktop.ui.theme import fonts, painting
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.tooltip import plain_tip
from desktop.viewmodels.board import BoardViewModel, ContactsFilter, Figure
from desktop.viewmodels.board_alerts import BoardAlertsModel, Role, Warned
from desktop.viewmodels.workplace import Workplace

translate = QCoreApplication.translate

Index = QModelIndex | QPersistentModelIndex
ROW = 58
_OF_QUEUES: Final = {
    AlertMeasure.WAITING: Figure.WAITING,
    AlertMeasure.LONGEST_WAIT_S: Figure.WAITING,
    AlertMeasure.SERVICE_LEVEL: Figure.LATE,
    AlertMeasure.ABANDONED: Figure.ABANDONED,
    AlertMeasure.READY_AGENTS: Figure.WAITING,
    AlertMeasure.ARRIVALS_OVER_FORECAST: Figure.ARRIVALS,
}


def title_of(warned: Warned) -> str:
    """Return what an alert is about."""
    if warned.rule is None:
        return translate("board", "A rule that was removed")
    return alerts.rule_title(warned.rule.title)


def sentence_of(warned: Warned, board: BoardViewModel) -> str:
    """Return whom an alert is about, and the value that raised it."""
    alert, rule = warned.alert, warned.rule
    agent = board.agent(alert.subject)
    if rule is None or rule.measure in _OF_QUEUES:
        subject = board.queue_name(QueueId(alert.subject))
    else:
        subject = agent.name if agent else board.queue_name(alert.queue) if alert.queue else ""
    value = alerts.amount(rule.measure, alert.value) if rule is not None else ""
    return " · ".join(part for part in (subject, value) if part)


def cause_of(warned: Warned) -> ContactsFilter | None:
    """Return the contacts behind an alert of a queue or of an agent, ``None`` where it is about one contact."""
    alert, rule = warned.alert, warned.rule
    if rule is None or rule.measure in (AlertMeasure.WRAP_UP_S, AlertMeasure.CONTACT_S, AlertMeasure.MOOD):
        return None
    if rule.measure is AlertMeasure.AWAY_S:
        return ContactsFilter(figure=Figure.IN_HAND, agent=alert.subject)  # type: ignore[arg-type]
    return ContactsFilter(figure=_OF_QUEUES[rule.measure], queue=QueueId(alert.subject))


class _AlertDelegate(QStyledItemDelegate):
    def __init__(self, board: BoardViewModel, theme: Theme, clock: Callable[[Warned], str], parent: QWidget) -> None:
        super().__init__(parent)
        self._board = board
        self._theme = theme
        self._clock = clock

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        warned = index.data(Role.WARNED)
        if not isinstance(warned, Warned):
            return
        theme, rect = self._theme, option.rect
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        is_under = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.fillRect(rect, theme.color("accent_soft" if is_selected else "hover" if is_under else "panel"))

        def at(left: int, top: int, width: int, height: int) -> QRect:
            return QStyle.visualRect(option.direction, rect, QRect(rect.left() + left, rect.top() + top, width, height))

        painter.setLayoutDirection(option.direction)
        painter.fillRect(at(14, rect.height() - 1, rect.width() - 14, 1), theme.color("line_soft"))
        is_new = warned.is_open and warned.alert.seen_by is None
        icon, ink = ("check", "good") if not warned.is_open else ("warning", "bad" if is_new else "warn")
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(at(14, 12, 18, 18).topLeft(), theme.icons.pixmap(icon, 18, ink, ratio))
        text = self._clock(warned)
        width = painting.pill_width(text)
        kind = "neutral" if not warned.is_open else "bad" if is_new else "warn"
        painting.paint_pill(painter, at(rect.width() - 12 - width, 11, width, 18), text, kind, theme)
        area = at(42, 11, rect.width() - 62 - width, 18)
        color = theme.color("text" if warned.is_open else "muted")
        painting.paint_line(painter, area, title_of(warned), fonts.font(fonts.BASE, 600 if is_new else 400), color)
        below = at(42, 31, rect.width() - 54, 18)
        said = sentence_of(warned, self._board)
        painting.paint_line(painter, below, said, fonts.figures(fonts.SMALL), theme.color("muted"))
        if option.state & QStyle.StateFlag.State_HasFocus and option.state & QStyle.StateFlag.State_KeyboardFocusChange:
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(1, 1, -1, -2))

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        warned = index.data(Role.WARNED)
        if not isinstance(warned, Warned):
            return False
        lines = [title_of(warned), sentence_of(warned, self._board), formats.exact(warned.alert.since)]
        if warned.rule is not None:
            lines.append(alerts.condition(warned.rule))
        QToolTip.showText(event.globalPos(), plain_tip("\n".join(line for line in lines if line)), view)
        return True


class AlertsPage(QWidget):
    """``seen`` carries an alert's id, ``drilled`` the filter of its cause, ``contact_chosen`` the contact it is about;
    ``rules_wanted`` is the wish to change what is warned of."""

    seen = Signal(str)
    drilled = Signal(object)
    contact_chosen = Signal(str)
    rules_wanted = Signal()

    def __init__(
        self, workplace: Workplace, board: BoardViewModel, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._board = board
        self.model = BoardAlertsModel(workplace, self)
        self.model.describe = self.described
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(0)
        self.list = QListView(self)
        self.list.setModel(self.model)
        self.list.setItemDelegate(_AlertDelegate(board, theme, self._clock, self.list))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(self.tr("Alerts"))
        self.list.activated.connect(self._on_activated)
        self.list.doubleClicked.connect(self._on_activated)
        hint = QLabel(self.tr("All is well. What needs you shows up here."), self)
        hint.setProperty("look", "muted")
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        hint.setWordWrap(True)
        hint.setMargin(24)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.list)
        self._pages.addWidget(hint)
        column.addWidget(self._pages, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 8, 12, 10)
        foot.setSpacing(8)
        self.show_button = QPushButton(self.tr("Show"), self)
        self.show_button.setAccessibleName(self.tr("Show what the alert is about"))
        self.show_button.clicked.connect(lambda: self._on_activated(self.list.currentIndex()))
        self.seen_button = QPushButton(self.tr("Seen"), self)
        self.seen_button.setAccessibleName(self.tr("I have seen the alert"))
        self.seen_button.clicked.connect(self._on_seen)
        self.rules = QPushButton(self.tr("Rules…"), self)
        self.rules.setProperty("look", "quiet")
        self.rules.setAccessibleName(self.tr("Change what is warned of"))
        self.rules.clicked.connect(self.rules_wanted)
        for button in (self.show_button, self.seen_button):
            foot.addWidget(button)
        foot.addStretch(1)
        foot.addWidget(self.rules)
        column.addLayout(foot)
        self.model.loaded.connect(self._on_loaded)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        theme.changed.connect(self.list.viewport().update)
        self._on_loaded()

    def described(self, warned: Warned) -> str:
        """Return an alert in one line, for who listens."""
        return ", ".join(
            part for part in (title_of(warned), sentence_of(warned, self._board), self._clock(warned)) if part
        )

    def focus_target(self) -> QWidget:
        """Return what the keyboard goes to."""
        return self.list if self.model.rowCount() else self.rules

    def tick(self) -> None:
        """The clocks of the rows go on."""
        if self.model.open:
            self.list.viewport().update()

    def _clock(self, warned: Warned) -> str:
        alert = warned.alert
        if alert.ended_at is not None:
            return translate("board", "over since %1").replace("%1", formats.clock(alert.ended_at))
        return formats.ticking((self._workplace.now() - alert.since).total_seconds())

    def _current(self) -> Warned | None:
        return self.model.warned(self.list.currentIndex().row())

    def _on_activated(self, index: QModelIndex) -> None:
        warned = index.data(Role.WARNED)
        if not isinstance(warned, Warned):
            return
        which = cause_of(warned)
        if which is not None:
            self.drilled.emit(which)
        elif warned.rule is not None:
            self.contact_chosen.emit(warned.alert.subject)

    def _on_seen(self) -> None:
        warned = self._current()
        if warned is not None and warned.alert.seen_by is None:
            self.seen.emit(warned.id)

    def _on_current(self) -> None:
        warned = self._current()
        self.show_button.setEnabled(warned is not None and warned.rule is not None)
        self.seen_button.setEnabled(warned is not None and warned.is_open and warned.alert.seen_by is None)

    def _on_loaded(self) -> None:
        self._pages.setCurrentIndex(0 if self.model.rowCount() else 1)
        if self.model.rowCount() and not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(self.model.index(0))
        self._on_current()
