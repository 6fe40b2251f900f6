"""Who is needed and who is there: by half hour over the day, now in numbers, and which queues are short."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QLabel, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QVBoxLayout, QWidget

from desktop.domain.ids import QueueId
from desktop.ui.board.course import ChartCard
from desktop.ui.charts.halfhours import StaffChart
from desktop.ui.theme import fonts, painting
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.board import BoardViewModel, QueueFigures
from desktop.viewmodels.workplace import Workplace

Index = QModelIndex | QPersistentModelIndex
_SHORT, _ROW = Qt.ItemDataRole.UserRole + 1, 30


def short_queues(queues: tuple[QueueFigures, ...]) -> list[tuple[QueueFigures, int]]:
    """Return the queues with fewer agents than they need and how many are missing, the worst first."""
    found = [(q, q.needed - q.ready - q.working) for q in queues if q.needed is not None]
    return sorted(((q, short) for q, short in found if short > 0), key=lambda pair: -pair[1])


class _ShortDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect, theme = option.rect, self._theme
        is_under = bool(option.state & QStyle.StateFlag.State_MouseOver)
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(rect, theme.color("accent_soft" if is_selected else "hover" if is_under else "panel"))
        painter.setLayoutDirection(option.direction)
        text, (pill, kind) = str(index.data()), index.data(_SHORT)
        width = painting.pill_width(pill)
        spot = QRect(rect.right() - width - 8, rect.top() + 6, width, painting.PILL_HEIGHT)
        painting.paint_pill(painter, QStyle.visualRect(option.direction, rect, spot), pill, kind, theme)
        name = QStyle.visualRect(option.direction, rect, rect.adjusted(12, 0, -width - 20, 0))
        painting.paint_line(painter, name, text, fonts.font(fonts.BASE), theme.color("text"))


class StaffingPage(QWidget):
    """``queue_chosen`` carries the id of a queue that is short."""

    queue_chosen = Signal(str)

    def __init__(
        self, workplace: Workplace, board: BoardViewModel, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._board = board
        self._shown: list[tuple[str, str, str]] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 10)
        column.setSpacing(10)
        self.chart = StaffChart(
            theme, self.tr("Agents needed and there by half hour. Arrow keys go from one to the next.")
        )
        self.chart.setMinimumHeight(170)
        self.card = ChartCard(self.tr("Agents today"), self.chart, self)
        column.addWidget(self.card)
        self._title = QLabel(self.tr("Short now"), self)
        self._title.setProperty("look", "section")
        column.addWidget(self._title)
        self._model = QStandardItemModel(self)
        self.list = QListView(self)
        self.list.setModel(self._model)
        self.list.setItemDelegate(_ShortDelegate(theme, self.list))
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(True)
        self.list.setAccessibleName(self.tr("Queues that are short of agents now"))
        self.list.clicked.connect(self._on_chosen)
        self.list.activated.connect(self._on_chosen)
        column.addWidget(self.list, 1)
        self._none = QLabel(self)
        self._none.setProperty("look", "muted")
        self._none.setWordWrap(True)
        self._none.setAlignment(Qt.AlignmentFlag.AlignTop)
        column.addWidget(self._none, 1)
        theme.changed.connect(self.list.viewport().update)

    def show_board(self) -> None:
        """Show the board as it stands."""
        board = self._board
        if board.board is None:
            return
        self.chart.draw(board.intervals(), self._workplace.now())
        t = board.totals
        if t.needed is not None and t.there is not None:
            text = self.tr("%1 needed now, %2 there").replace("%1", str(t.needed)).replace("%2", str(t.there))
            self.card.sum.setText(text)
        else:
            self.card.sum.setText("")
        known = any(queue.needed is not None for queue in board.board.queues)
        shown: list[tuple[str, str, str]] = []
        for queue, short in short_queues(board.board.queues):
            shown.append((queue.id, board.queue_name(queue.id), self.tr("%n short", None, short)))
        self._none.setText(
            self.tr("Every queue has the agents it needs.")
            if known
            else self.tr("How many agents are needed is known once there are a few weeks of history.")
        )
        self._none.setVisible(not shown)
        self.list.setVisible(bool(shown))
        if shown != self._shown:
            self._shown = shown
            self._model.clear()
            for id_, name, pill in shown:
                item = QStandardItem(name)
                item.setEditable(False)
                item.setData(id_, Qt.ItemDataRole.UserRole)
                item.setData((pill, "bad"), _SHORT)
                item.setAccessibleText(f"{name}: {pill}")
                self._model.appendRow(item)

    def _on_chosen(self, index: QModelIndex) -> None:
        self.queue_chosen.emit(QueueId(str(index.data(Qt.ItemDataRole.UserRole))))
