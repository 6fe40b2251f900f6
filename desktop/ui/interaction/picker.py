"""Choosing one of many by typing a few letters: a list with groups, and the sheet that drops down from a button. Used for
transfers, request types, canned texts and dispositions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.theme import fonts
from desktop.ui.theme.painting import paint_line, paint_tick
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.sheet import below

Index = QModelIndex | QPersistentModelIndex

ROW, GROUP = 32, 28


@dataclass(frozen=True, slots=True)
class Choice:
    """``value`` is what choosing it gives. ``detail`` stands at the end of the line, ``dot`` is a token's colour before the
    title; ``more`` is a second, quiet line. ``is_marked`` shows a tick, in a box before the title where it ``has_box``."""

    value: Any
    title: str
    detail: str = ""
    group: str = ""
    dot: str = ""
    more: str = ""
    is_marked: bool = False
    has_box: bool = False


class ChoiceModel(QAbstractListModel):
    """Choices in their order, headed by their groups; ``narrow`` keeps those with all the letters typed."""

    CHOICE = int(Qt.ItemDataRole.UserRole) + 1

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: tuple[Choice, ...] = ()
        self._rows: list[Choice | str] = []
        self._text = ""

    @property
    def all(self) -> tuple[Choice, ...]:
        """All choices, whatever was typed."""
        return self._all

    def fill(self, choices: Sequence[Choice]) -> None:
        """Offer these."""
        self._all = tuple(choices)
        self.narrow(self._text)

    def narrow(self, text: str) -> None:
        """Keep only what has every word of ``text`` in its title, detail or group."""
        self._text = text
        words = text.casefold().split()
        self.beginResetModel()
        self._rows = []
        group = ""
        for choice in self._all:
            hay = f"{choice.title} {choice.detail} {choice.group} {choice.more}".casefold()
            if not all(word in hay for word in words):
                continue
            if choice.group and choice.group != group:
                self._rows.append(choice.group)
            group = choice.group
            self._rows.append(choice)
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == self.CHOICE:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            if isinstance(row, str):
                return row
            return ", ".join(part for part in (row.title, row.detail, row.more) if part)
        if role == Qt.ItemDataRole.CheckStateRole and isinstance(row, Choice) and row.has_box:
            return Qt.CheckState.Checked if row.is_marked else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(row, Choice):
            return row.more or None
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if 0 <= index.row() < len(self._rows) and isinstance(self._rows[index.row()], str):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def choice(self, number: int) -> Choice | None:
        row = self._rows[number] if 0 <= number < len(self._rows) else None
        return row if isinstance(row, Choice) else None

    def first(self) -> int:
        """Return the number of the first row that can be chosen, -1 for none."""
        return next((n for n, row in enumerate(self._rows) if isinstance(row, Choice)), -1)

    def height(self) -> int:
        """Return how high all rows are together."""
        return sum(_height(row) for row in self._rows)


def _height(row: Choice | str) -> int:
    if isinstance(row, str):
        return GROUP
    return ROW + (14 if row.more else 0)


class _ChoiceDelegate(QStyledItemDelegate):
    shows_current = True

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(80, _height(index.data(ChoiceModel.CHOICE)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(ChoiceModel.CHOICE)
        rect = option.rect.adjusted(4, 0, -4, 0)
        theme = self._theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(row, str):
            paint_line(painter, rect.adjusted(8, 6, -8, 0), row, fonts.font(fonts.TINY, 600), theme.color("muted"))
            painter.restore()
            return
        is_live = bool(option.state & QStyle.StateFlag.State_HasFocus) or self.shows_current
        if option.state & QStyle.StateFlag.State_Selected and is_live:
            self._ground(painter, rect, theme.color("accent_soft"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            self._ground(painter, rect, theme.color("hover"))
        inner = rect.adjusted(8, 0, -8, 0)
        line = QRect(inner.left(), inner.top(), inner.width(), ROW)
        if row.dot:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(row.dot))
            painter.drawEllipse(
                QStyle.visualRect(option.direction, line, QRect(line.left(), line.center().y() - 3, 8, 8))
            )
        start = 24 if row.has_box else 16 if row.dot else 0
        is_ticked = row.is_marked and not row.has_box
        if row.has_box:
            spot = QRect(line.left(), line.top(), 16, ROW)
            paint_tick(painter, QStyle.visualRect(option.direction, line, spot), theme, is_on=row.is_marked)
        detail_font = fonts.figures(fonts.SMALL)
        painter.setFont(detail_font)
        room = min(painter.fontMetrics().horizontalAdvance(row.detail) + 3, line.width() // 2) if row.detail else 0
        ends = room + (20 if is_ticked else 0)
        title = QRect(line.left() + start, line.top(), line.width() - start - ends - (12 if ends else 0), ROW)
        weight = 600 if is_ticked else 400
        paint_line(
            painter,
            QStyle.visualRect(option.direction, line, title),
            row.title,
            fonts.font(fonts.BASE, weight),
            theme.color("text"),
        )
        if is_ticked:
            tick = QRect(line.right() - 15, line.center().y() - 7, 16, 16)
            pixmap = theme.icons.pixmap("check", 16, "accent", painter.device().devicePixelRatioF())
            painter.drawPixmap(QStyle.visualRect(option.direction, line, tick).topLeft(), pixmap)
        if row.detail:
            spot = QRect(line.right() + 1 - ends, line.top(), room, ROW)
            paint_line(
                painter, QStyle.visualRect(option.direction, line, spot), row.detail, detail_font, theme.color("muted")
            )
        if row.more:
            below = QRect(inner.left() + start, inner.top() + ROW - 8, inner.width() - start, 18)
            below = QStyle.visualRect(option.direction, inner, below)
            paint_line(painter, below, row.more, fonts.font(fonts.SMALL), theme.color("muted"))
        painter.restore()

    def _ground(self, painter: QPainter, rect: QRect, color: QColor) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawRoundedRect(rect.adjusted(0, 1, 0, -1), 5, 5)


class ChoiceList(QListView):
    """The list itself; ``chosen`` carries the value. ``step`` moves the choice from outside, as a text field does."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choices = ChoiceModel(self)
        self.setModel(self.choices)
        self._delegate = _ChoiceDelegate(theme, self)
        self.setItemDelegate(self._delegate)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setProperty("look", "choices")
        self.clicked.connect(self._on_clicked)

    def show_current_in_focus_only(self) -> None:
        """Say where the keyboard is only while it is here: nothing is chosen by standing on it."""
        self._delegate.shows_current = False

    def fill(self, choices: Sequence[Choice]) -> None:
        """Offer these and stand on the first."""
        self.choices.fill(choices)
        self._to_first()

    def narrow(self, text: str) -> None:
        """Keep what fits ``text`` and stand on the first."""
        self.choices.narrow(text)
        self._to_first()

    def _to_first(self) -> None:
        first = self.choices.first()
        if first >= 0:
            self.setCurrentIndex(self.choices.index(first))
            self.scrollToTop()

    def stand_on(self, value: Any) -> bool:
        """Make the choice with ``value`` the current one, if there is one."""
        for number in range(self.choices.rowCount()):
            choice = self.choices.choice(number)
            if choice is not None and choice.value == value:
                self.setCurrentIndex(self.choices.index(number))
                return True
        return False

    def step(self, by: int) -> None:
        """Move the choice up or down, past the headings."""
        number = self.currentIndex().row() + by
        while 0 <= number < self.choices.rowCount() and self.choices.choice(number) is None:
            number += by
        if self.choices.choice(number) is not None:
            self.setCurrentIndex(self.choices.index(number))

    def current(self) -> Choice | None:
        return self.choices.choice(self.currentIndex().row())

    def take(self) -> bool:
        """Choose the current one."""
        choice = self.current()
        if choice is None:
            return False
        self.chosen.emit(choice.value)
        return True

    def _on_clicked(self, index: QModelIndex) -> None:
        choice = self.choices.choice(index.row())
        if choice is not None:
            self.chosen.emit(choice.value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.take()
        else:
            super().keyPressEvent(event)


class PickSheet(QFrame):
    """A sheet that drops down from a button: a search field and a list. ``picked`` carries the value and what was written
    into the note field, where there is one."""

    picked = Signal(object, str)

    def __init__(
        self, theme: Theme, prompt: str, parent: QWidget | None = None, *, note: str = "", empty: str = ""
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("look", "raised")
        self.setAccessibleName(prompt)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(prompt)
        self.search.setAccessibleName(prompt)
        self.search.setClearButtonEnabled(True)
        self.search.installEventFilter(self)
        column.addWidget(self.search)
        self.list = ChoiceList(theme, self)
        self.list.setAccessibleName(prompt)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column.addWidget(self.list, 1)
        self._nothing = QLabel(empty, self)
        self._nothing.setProperty("look", "muted")
        self._nothing.setContentsMargins(12, 0, 12, 8)
        self._nothing.hide()
        column.addWidget(self._nothing)
        self.note: QLineEdit | None = None
        if note:
            self.note = QLineEdit(self)
            self.note.setPlaceholderText(note)
            self.note.setAccessibleName(note)
            self.note.installEventFilter(self)
            column.addWidget(self.note)
        self.search.textChanged.connect(self._on_typed)
        self.list.chosen.connect(self._on_chosen)

    def drop(self, anchor: QWidget, choices: Sequence[Choice], width: int = 340, at: QPoint | None = None) -> None:
        """Show the sheet below ``anchor`` or at a point of the screen, within its screen."""
        self.list.fill(choices)
        height = min(self.list.choices.height() + 4, 380)
        self.list.setFixedHeight(max(ROW, height))
        self.setFixedWidth(max(width, 240))
        self.adjustSize()
        self.move(below(anchor, self.sizeHint().width(), self.sizeHint().height(), at))
        self.show()
        self.search.setFocus()

    def _on_typed(self, text: str) -> None:
        self.list.narrow(text)
        has_any = self.list.choices.first() >= 0
        self.list.setVisible(has_any)
        self._nothing.setVisible(not has_any)

    def _on_chosen(self, value: object) -> None:
        note = self.note.text() if self.note is not None else ""
        self.close()
        self.picked.emit(value, note)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                self.list.step(1 if event.key() == Qt.Key.Key_Down else -1)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.list.take()
                return True
        return super().eventFilter(watched, event)
