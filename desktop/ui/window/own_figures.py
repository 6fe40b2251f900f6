"""My own numbers of today and how my queues stand, in a panel that opens from the strip. It asks for them only while it is
open."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QWidget

from desktop.ui.i18n import formats, reasons
from desktop.ui.interaction.picker import Choice, ChoiceList
from desktop.ui.theme import fonts
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.sheet import Sheet
from desktop.viewmodels.own_figures import OwnFiguresModel, QueueDay
from desktop.viewmodels.workplace import Workplace

_WIDTH = 380
_HIGHEST = 260
_SLOW_MS = 150
_NOTHING = "–"


class OwnFiguresSheet(Sheet):
    """Empty, loading, error and the figures themselves, always at the same places."""

    def __init__(self, workplace: Workplace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "", parent, width=_WIDTH)
        self.title.setText(self.tr("My day"))
        self.setAccessibleName(self.title.text())
        self.model = OwnFiguresModel(workplace, self)
        tiles = QGridLayout()
        tiles.setHorizontalSpacing(16)
        tiles.setVerticalSpacing(2)
        self.handled = self._tile(tiles, 0, self.tr("Handled"))
        self.average = self._tile(tiles, 1, self.tr("On average"))
        self.busy = self._tile(tiles, 2, self.tr("Occupied"))
        self.column.addLayout(tiles)
        self.missed = self.label("")
        line = QFrame(self)
        line.setProperty("look", "line")
        self.column.addWidget(line)
        self.heading = self.label(self.tr("My queues"), "section")
        self.queues = ChoiceList(theme, self)
        self.queues.setAccessibleName(self.tr("My queues"))
        self.queues.show_current_in_focus_only()
        self.column.addWidget(self.queues)
        self.state = self.label("")
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(_SLOW_MS)
        self._slow.timeout.connect(lambda: self._say(self.tr("Fetching your numbers …")))
        self.close_button = QPushButton(self.tr("Close"), self)
        self.close_button.clicked.connect(self.close)
        self.column.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignRight)
        self.model.changed.connect(self._refresh)
        self._refresh()

    def _tile(self, grid: QGridLayout, column: int, name: str) -> QLabel:
        figure = QLabel(_NOTHING, self)
        figure.setProperty("look", "page")
        figure.setFont(fonts.figures(20, 600))
        figure.setAccessibleName(name)
        label = QLabel(name, self)
        label.setProperty("look", "small")
        label.setBuddy(figure)
        grid.addWidget(figure, 0, column)
        grid.addWidget(label, 1, column)
        grid.setColumnStretch(column, 1)
        return figure

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self.model.is_loaded:
            self._slow.start()
        self.model.start()
        self.close_button.setFocus(Qt.FocusReason.PopupFocusReason)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._slow.stop()
        self.model.stop()

    def _say(self, text: str) -> None:
        self.state.setText(text)
        self.state.setVisible(bool(text))
        self._fit()

    def _refresh(self) -> None:
        mine = self.model.mine
        if mine is not None or self.model.error:
            self._slow.stop()
        if mine is not None:
            self._tell(self.handled, str(mine.handled))
            self._tell(
                self.average, _NOTHING if mine.average_handling_s is None else formats.span(mine.average_handling_s)
            )
            self._tell(self.busy, _NOTHING if mine.occupancy is None else formats.percent(mine.occupancy))
            parts = [
                self.tr("%n declined", None, mine.declined) if mine.declined else "",
                self.tr("%n not answered", None, mine.missed) if mine.missed else "",
                self.tr("%n in hand", None, mine.in_hand) if mine.in_hand else "",
            ]
            self.missed.setText(" · ".join(part for part in parts if part))
        self.missed.setVisible(bool(self.missed.text()))
        self._fill(self.model.queues)
        self.heading.setVisible(bool(self.model.queues))
        self._say(self._state_text())

    def _tell(self, tile: QLabel, text: str) -> None:
        name = tile.accessibleName().partition(":")[0]
        tile.setText(text)
        tile.setAccessibleName(f"{name}: {text}")

    def _state_text(self) -> str:
        error = self.model.error
        if error == "offline":
            told = self.tr("Offline.")
            return f"{told} {self._as_of()}" if self.model.is_loaded else told
        if error:
            return reasons.refusal(error)
        if self.model.is_loaded and not self.model.queues:
            return self.tr("You work no queue at the moment.")
        return ""

    def _as_of(self) -> str:
        at = self.model.mine.at if self.model.mine is not None else None
        return self.tr("As of %1.").replace("%1", formats.clock(at)) if at is not None else ""

    def _fill(self, queues: tuple[QueueDay, ...]) -> None:
        self.queues.fill([self._line(queue) for queue in queues])
        self.queues.setFixedHeight(max(1, min(self.queues.choices.height() + 4, _HIGHEST)))
        self.queues.setVisible(bool(queues))

    def _line(self, queue: QueueDay) -> Choice:
        if queue.waiting:
            longest = self.tr("longest %1").replace("%1", formats.span(queue.longest_s))
            waiting = f"{self.tr('%n waiting', None, queue.waiting)}, {longest}"
        else:
            waiting = self.tr("nobody waits") if queue.is_open else self.tr("closed")
        target = formats.percent(queue.target)
        if queue.level is None:
            level = self.tr("nothing to answer yet today, promised %1").replace("%1", target)
        else:
            pattern = self.tr("only %1 in time today, promised %2") if queue.is_below else self.tr("%1 in time today")
            level = pattern.replace("%1", formats.percent(queue.level)).replace("%2", target)
        dot = "faint" if queue.level is None else "bad" if queue.is_below else "good"
        return Choice(queue.name, queue.name, waiting, dot=dot, more=level)
