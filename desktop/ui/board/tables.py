"""The two tables of the board in their cards: queues above, agents below, each with its heading, what it is narrowed to,
and the menu of its columns.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from desktop.domain.agent import PresenceState
from desktop.ui.board.agent_columns import agent_columns, words_of
from desktop.ui.board.queue_columns import queue_columns
from desktop.ui.board.view import FiguresView
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.chooser import Chooser
from desktop.viewmodels.board import AgentFigures, BoardViewModel
from desktop.viewmodels.board_table import FiguresModel
from desktop.viewmodels.workplace import Workplace

STATES = ("", "present", "ready", "busy", "away", "trouble")


class TableCard(QFrame):
    """A heading and a table. ``narrowed`` when it shows other rows than before."""

    def __init__(
        self, title: str, model: FiguresModel, theme: Theme, nothing: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._nothing = nothing
        self.model = model
        self.setProperty("look", "table-card")
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 6)
        column.setSpacing(0)
        self.head = QHBoxLayout()
        self.head.setContentsMargins(13, 8, 6, 6)
        self.head.setSpacing(8)
        name = QLabel(title, self)
        name.setProperty("look", "strong")
        self.head.addWidget(name)
        self.count = QLabel(self)
        self.count.setProperty("look", "pill-neutral")
        self.head.addWidget(self.count)
        self.waits = QLabel(self.tr("new order as soon as the pointer leaves"), self)
        self.waits.setProperty("look", "small")
        self.waits.hide()
        self.head.addWidget(self.waits)
        self.head.addStretch(1)
        self._columns = QToolButton(self)
        self._columns.setProperty("look", "tiny")
        self._columns.setToolTip(self.tr("Columns and order"))
        self._columns.setAccessibleName(self.tr("Columns and order of the table: %1").replace("%1", title))
        self._columns.clicked.connect(self._on_columns)
        self.head.addWidget(self._columns)
        column.addLayout(self.head)
        self.view = FiguresView(model, theme, title, self)
        self._empty = QLabel(nothing, self)
        self._empty.setProperty("look", "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.view)
        self._pages.addWidget(self._empty)
        column.addWidget(self._pages, 1)
        model.reordered.connect(self._on_rows)
        model.held_changed.connect(self._on_held)
        theme.changed.connect(self._tint)
        self._tint()
        self._on_rows()

    def wished_height(self) -> int:
        """Return the height at which all rows are seen."""
        view = self.view
        return self.height() - view.viewport().height() + self.model.total * view.verticalHeader().defaultSectionSize()

    def _on_held(self) -> None:
        self.waits.setVisible(self.model.waits)

    def _on_rows(self) -> None:
        shown, total = self.model.rowCount(), self.model.total
        text = str(total) if shown == total else self.tr("%1 of %2").replace("%1", str(shown)).replace("%2", str(total))
        self.count.setText(text)
        self._empty.setText(self.tr("Nothing here fits what you look for.") if total else self._nothing)
        self._pages.setCurrentIndex(0 if shown else 1)

    def _on_columns(self) -> None:
        self.view.open_columns(self._columns.mapToGlobal(QPoint(0, self._columns.height())))

    def _tint(self) -> None:
        self._columns.setIcon(self._theme.icons.icon("settings"))


class QueuesCard(TableCard):
    """All queues."""

    def __init__(
        self, workplace: Workplace, board: BoardViewModel, theme: Theme, parent: QWidget | None = None
    ) -> None:
        model = FiguresModel(queue_columns(board), lambda row: board.queue_name(row.id), workplace.now)
        super().__init__(self.tr("Queues"), model, theme, self.tr("You lead no queue."), parent)
        model.setParent(self)


class AgentsCard(TableCard):
    """All agents, of a team and a state where that was chosen. ``narrowed`` when another choice was made."""

    narrowed = Signal()

    def __init__(
        self, workplace: Workplace, board: BoardViewModel, theme: Theme, parent: QWidget | None = None
    ) -> None:
        model = FiguresModel(agent_columns(board), lambda row: words_of(board, row), workplace.now)
        super().__init__(self.tr("Agents"), model, theme, self.tr("Nobody works here yet."), parent)
        model.setParent(self)
        self._board = board
        self._teams: tuple[str, ...] = ()
        self._text = ""
        self._kept_team = ""
        self.team = Chooser(theme, self)
        self.team.setAccessibleName(self.tr("Team"))
        self.team.addItem(self.tr("All teams"), "")
        self.state = Chooser(theme, self)
        self.state.setAccessibleName(self.tr("State"))
        titles = (
            self.tr("All states"),
            self.tr("Signed in"),
            self.tr("Ready"),
            self.tr("At work"),
            self.tr("Away"),
            self.tr("In trouble"),
        )
        for key, title in zip(STATES, titles, strict=True):
            self.state.addItem(title, key)
        for chooser in (self.team, self.state):
            chooser.setMinimumContentsLength(11)
            self.head.insertWidget(self.head.count() - 1, chooser)
            chooser.activated.connect(self._on_chosen)

    def show_teams(self, teams: tuple[str, ...]) -> None:
        """Offer other teams; the one that was chosen stays so."""
        if teams != self._teams:
            chosen = self._kept_team or str(self.team.currentData() or "")
            self._teams = teams
            self.team.clear()
            self.team.addItem(self.tr("All teams"), "")
            for team in teams:
                self.team.addItem(team, team)
            self.team.setCurrentIndex(max(0, self.team.findData(chosen)))
            self._kept_team = "" if chosen in teams else chosen
            self._narrow()

    def choose(self, team: str, state: str) -> None:
        """Choose as it was kept; a team that is not there yet is chosen once it is."""
        self._kept_team = "" if team in self._teams else team
        self.team.setCurrentIndex(max(0, self.team.findData(team)))
        self.state.setCurrentIndex(max(0, self.state.findData(state)))
        self._narrow()

    def look_for(self, text: str) -> None:
        """Show those with all words of ``text``."""
        self._text = text
        self._narrow()

    def _on_chosen(self) -> None:
        self._kept_team = ""
        self._narrow()
        self.narrowed.emit()

    def _narrow(self) -> None:
        team, state = str(self.team.currentData() or ""), str(self.state.currentData() or "")
        self.model.narrow(self._text, lambda row: (not team or row.team == team) and fits(row, state))


def fits(agent: AgentFigures, state: str) -> bool:
    """Whether an agent is in one of ``STATES``."""
    now = agent.presence.state
    return {
        "present": now is not PresenceState.OFFLINE,
        "ready": now is PresenceState.READY and not agent.contacts,
        "busy": now is not PresenceState.OFFLINE and bool(agent.contacts),
        "away": now is PresenceState.AWAY,
        "trouble": now is PresenceState.NOT_RESPONDING or (agent.is_silent and now is not PresenceState.OFFLINE),
    }.get(state, True)
