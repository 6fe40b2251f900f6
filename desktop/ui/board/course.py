"""The day as charts: arrivals against their forecast, the service level, the backlog by age, and when the centre is busy
at all. Of all queues, or of the one that is selected.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop.domain.ids import QueueId
from desktop.ui.charts.ages import AgesChart
from desktop.ui.charts.halfhours import ArrivalsChart, LevelChart
from desktop.ui.charts.heat import HeatMap
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.eliding import ElidedLabel
from desktop.viewmodels.board import AGES_S, BoardViewModel, ContactsFilter, Figure
from desktop.viewmodels.workplace import Workplace


class ChartCard(QFrame):
    """A chart with its title and, at the end of that line, what it comes to."""

    def __init__(self, title: str, chart: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 8)
        column.setSpacing(6)
        head = QHBoxLayout()
        name = QLabel(title, self)
        name.setProperty("look", "strong")
        head.addWidget(name)
        head.addStretch(1)
        self.sum = QLabel(self)
        self.sum.setProperty("look", "muted")
        head.addWidget(self.sum)
        column.addLayout(head)
        column.addWidget(chart)


class CoursePage(QScrollArea):
    """``drilled`` carries the filter of the point that was chosen; ``all_wanted`` is the wish to see all queues again."""

    drilled = Signal(object)
    all_wanted = Signal()

    def __init__(
        self, workplace: Workplace, board: BoardViewModel, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._board = board
        self.queue: QueueId | None = None
        self.setProperty("look", "page")
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        body = QWidget(self)
        column = QVBoxLayout(body)
        column.setContentsMargins(10, 8, 10, 10)
        column.setSpacing(10)
        scope = QHBoxLayout()
        self.scope = ElidedLabel(parent=body)
        self.scope.setProperty("look", "section")
        scope.addWidget(self.scope, 1)
        self.all = QPushButton(self.tr("All queues"), body)
        self.all.setProperty("look", "link")
        self.all.clicked.connect(self.all_wanted)
        scope.addWidget(self.all)
        column.addLayout(scope)
        self.arrivals = ArrivalsChart(
            theme, self.tr("Arrivals by half hour. Arrow keys go from one to the next."), body
        )
        self.level = LevelChart(theme, self.tr("Service level by half hour. Arrow keys go from one to the next."), body)
        self.ages = AgesChart(theme, self.tr("What waits, by age. Arrow keys go from one to the next."), body)
        self.heat = HeatMap(
            theme, self.tr("Mean arrivals by weekday and half hour. Arrow keys go from cell to cell."), body
        )
        self._arrivals_card = ChartCard(self.tr("Arrivals today"), self.arrivals, body)
        self._level_card = ChartCard(self.tr("Service level today"), self.level, body)
        self._ages_card = ChartCard(self.tr("Backlog by age"), self.ages, body)
        self._heat_card = ChartCard(self.tr("Busy times"), self.heat, body)
        self._heat_card.sum.setText(self.tr("mean per half hour"))
        for card in (self._arrivals_card, self._level_card, self._ages_card, self._heat_card):
            column.addWidget(card)
        column.addStretch(1)
        self.setWidget(body)
        self.arrivals.chosen.connect(lambda n: self._drill(self.arrivals.intervals[n].start, Figure.ARRIVALS))
        self.level.chosen.connect(lambda n: self._drill(self.level.intervals[n].start, Figure.ANSWERED))
        self.ages.chosen.connect(
            lambda n: self.drilled.emit(ContactsFilter(figure=Figure.WAITING, queue=self.queue, age=n))
        )

    def show_board(self) -> None:
        """Draw the board as it stands."""
        board, now = self._board, self._workplace.now()
        if board.board is None:
            return
        queue = board.queue(self.queue)
        if queue is None:
            self.queue = None
        self.scope.setText(board.queue_name(self.queue) if queue else self.tr("All queues"))
        self.all.setVisible(queue is not None)
        parts = board.intervals(self.queue)
        self.arrivals.draw(parts, now)
        self.level.target = queue.target if queue else board.totals.target
        self.level.draw(parts, now)
        self.heat.draw(board.board.heat, now)
        backlogs = [queue.backlog] if queue else [one.backlog for one in board.board.queues]
        ages = [sum(one[n] for one in backlogs if n < len(one)) for n in range(len(AGES_S) + 1)]
        self.ages.draw(ages)
        waiting = sum(ages)
        self._ages_card.sum.setText(self.tr("%n waiting", None, waiting))
        came = queue.arrivals if queue else board.totals.arrivals
        expected = queue.arrivals_forecast if queue else board.totals.arrivals_forecast
        text = str(came)
        if expected is not None:
            text = self.tr("%1 · forecast %2").replace("%1", str(came)).replace("%2", str(round(expected)))
        self._arrivals_card.sum.setText(text)

    def show_queue(self, queue: QueueId | None) -> None:
        """Draw one queue, or all."""
        if queue != self.queue:
            self.queue = queue
            self.show_board()

    def _drill(self, start: object, figure: Figure) -> None:
        self.drilled.emit(ContactsFilter(figure=figure, queue=self.queue, start=start))  # type: ignore[arg-type]
