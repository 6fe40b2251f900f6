"""A word of a lead to everybody, or to some teams, that stands above their panels until its end."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from desktop.ui.i18n import formats
from desktop.ui.interaction.buttons import Chip
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.chooser import Chooser
from desktop.ui.widgets.flow import FlowBox
from desktop.ui.widgets.sheet import Sheet
from desktop.ui.widgets.tick_box import TickBox
from desktop.viewmodels.leading import TEXT_AT_MOST, Leading
from desktop.viewmodels.workplace import Workplace

translate = QCoreApplication.translate


class BroadcastSheet(Sheet):
    """What, to whom, for how long. Without a team ticked it goes to all the lead may reach."""

    def __init__(self, leading: Leading, workplace: Workplace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, translate("leading", "Tell everybody"), parent, width=400)
        self._leading = leading
        self._workplace = workplace
        self.text = QPlainTextEdit(self)
        self.text.setProperty("look", "field")
        self.text.setAccessibleName(translate("leading", "What you want to say"))
        self.text.setPlaceholderText(translate("leading", "What everybody should know now"))
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(96)
        self.text.textChanged.connect(self._refresh)
        self.column.addWidget(self.text)
        teams = sorted({agent.team for agent in workplace.catalogue.agents if agent.team}, key=str.casefold)
        self._teams: list[Chip] = []
        if len(teams) > 1:
            self.label(translate("leading", "To these teams; none chosen: all of yours"))
            box = FlowBox(self)
            for team in teams:
                chip = Chip(box, is_pressable=True)
                chip.setCheckable(True)
                chip.tell(team)
                chip.setProperty("team", team)
                box.flow.addWidget(chip)
                self._teams.append(chip)
            self.column.addWidget(box)
        self.until = Chooser(theme, self)
        for title, until in self._ends():
            self.until.addItem(title, until)
        self.field(translate("leading", "Shown until"), self.until)
        self.urgent = TickBox(theme, translate("leading", "Urgent: stands before others"), self)
        self.column.addWidget(self.urgent)
        self.finish(translate("leading", "Tell them"), self._on_done, translate("leading", "Cancel"))
        self._refresh()

    def drop(self, anchor: QWidget, at: QPoint | None = None) -> None:
        """Show it below ``anchor`` with the keyboard in the text."""
        super().drop(anchor, at)
        self.text.setFocus(Qt.FocusReason.PopupFocusReason)

    @property
    def teams(self) -> tuple[str, ...]:
        """The teams ticked."""
        return tuple(str(chip.property("team")) for chip in self._teams if chip.isChecked())

    def _ends(self) -> list[tuple[str, datetime]]:
        now = self._workplace.now()
        local = now.astimezone()
        midnight = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        hour, four = now + timedelta(hours=1), now + timedelta(hours=4)
        pattern = translate("leading", "%n h, until %1", None, 1)
        patterns = translate("leading", "%n h, until %1", None, 4)
        return [
            (pattern.replace("%1", formats.clock(hour)), hour),
            (patterns.replace("%1", formats.clock(four)), four),
            (translate("leading", "The end of today"), midnight),
            (translate("leading", "In a week"), now + timedelta(days=7)),
        ]

    def _refresh(self) -> None:
        text = self.text.toPlainText()
        over = len(text) - TEXT_AT_MOST
        self.done.setEnabled(bool(text.strip()) and over <= 0)
        self.tell_trouble(translate("leading", "%n character(s) too many", None, over) if over > 0 else "")

    def _on_done(self) -> None:
        text, teams, is_urgent = self.text.toPlainText(), self.teams, self.urgent.isChecked()
        until = self.until.currentData()
        self.close()
        self._leading.broadcast(text, teams, until, is_urgent)
