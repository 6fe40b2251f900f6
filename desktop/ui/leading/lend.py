"""An agent to other queues for a while, and back again."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtWidgets import QPushButton, QWidget

from desktop.domain.agent import Agent
from desktop.domain.ids import AgentId
from desktop.ui.i18n import formats
from desktop.ui.interaction.buttons import Chip
from desktop.ui.leading.queue_ticks import QueueTicks
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.flow import FlowBox
from desktop.ui.widgets.moment import MomentField
from desktop.ui.widgets.sheet import Sheet
from desktop.viewmodels.leading import Leading
from desktop.viewmodels.workplace import Workplace

translate = QCoreApplication.translate

_HOURS = (1, 2, 4)
_LONGEST = timedelta(days=31)
_ROWS = 7


class LendSheet(Sheet):
    """Queues to be ticked and a time; somebody lent already can be called back."""

    def __init__(
        self, leading: Leading, workplace: Workplace, agent_id: AgentId, theme: Theme, parent: QWidget | None = None
    ) -> None:
        self._agent: Agent | None = next((one for one in workplace.catalogue.agents if one.id == agent_id), None)
        name = self._agent.name if self._agent is not None else translate("leading", "Agent")
        super().__init__(theme, translate("leading", "%1 to other queues").replace("%1", name), parent)
        self._leading = leading
        self._workplace = workplace
        self._id = agent_id
        now = workplace.now()
        loan = self._agent.loan if self._agent is not None and self._agent.loan else None
        is_lent = loan is not None and loan.until > now
        self.label(translate("leading", "Until then they work these queues instead of their own."))
        self.queues = QueueTicks(workplace, theme, _ROWS, self)
        self.queues.setAccessibleName(translate("leading", "Queues"))
        self.queues.tick(loan.queues if is_lent and loan is not None else ())
        self.queues.edited.connect(self._refresh)
        self.column.addWidget(self.queues)
        usual = FlowBox(self)
        self._usual: list[tuple[Chip, datetime]] = []
        for hours in _HOURS:
            chip = Chip(usual, is_pressable=True)
            chip.setCheckable(True)
            end = now + timedelta(hours=hours)
            chip.tell(translate("leading", "%n h, until %1", None, hours).replace("%1", formats.clock(end)))
            chip.clicked.connect(lambda _=False, end=end: self._choose(end))
            usual.flow.addWidget(chip)
            self._usual.append((chip, end))
        self.column.addWidget(usual)
        self.until = MomentField(theme, now + timedelta(minutes=5), now + _LONGEST, self)
        self.until.dateTimeChanged.connect(self._on_until)
        self.until.choose(loan.until if is_lent and loan is not None else now + timedelta(hours=2))
        self.field(translate("leading", "Until"), self.until)
        buttons = self.finish(translate("leading", "Lend"), self._on_done, translate("leading", "Cancel"))
        self.back = QPushButton(translate("leading", "Back to their own"), self)
        self.back.setVisible(is_lent)
        self.back.clicked.connect(self._on_back)
        buttons.insertWidget(0, self.back)
        self._refresh()

    def drop(self, anchor: QWidget, at: QPoint | None = None) -> None:
        """Show it below ``anchor`` with the keyboard on the queues."""
        super().drop(anchor, at)
        self.queues.setFocus(Qt.FocusReason.PopupFocusReason)

    def _choose(self, end: datetime) -> None:
        self.until.choose(end)
        self._on_until()

    def _on_until(self) -> None:
        chosen = self.until.moment
        for chip, end in self._usual:
            chip.setChecked(abs(chosen - end) < timedelta(minutes=1))

    def _refresh(self) -> None:
        self.done.setEnabled(bool(self.queues.ticked))

    def _on_done(self) -> None:
        until = self.until.moment
        if until <= self._workplace.now():
            self.tell_trouble(translate("leading", "This time has passed. Please choose a later one."))
            return
        queues = self.queues.in_order()
        self.close()
        self._leading.lend(self._id, queues, until)

    def _on_back(self) -> None:
        self.close()
        self._leading.lend(self._id, (), None)
