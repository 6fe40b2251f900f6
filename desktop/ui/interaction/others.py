"""Who else is at the open contact, above the stream: the colleague asked for advice, whoever asks me, the leads who read
along, and that I read along myself. Each line with what can be done about it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.agent import PresenceState
from desktop.ui.i18n import words
from desktop.ui.interaction.notices import Notice
from desktop.ui.interaction.picker import Choice, PickSheet
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.announcing import announce
from desktop.viewmodels.consulting import ConsultingModel

translate = QCoreApplication.translate

_DOTS = {PresenceState.READY: "good", PresenceState.AWAY: "warn", PresenceState.NOT_RESPONDING: "bad"}


@dataclass(frozen=True, slots=True)
class _Line:
    key: str
    text: str
    actions: tuple[tuple[str, str], ...] = ()


class OthersBar(QWidget):
    """Hidden while nobody else is there."""

    def __init__(self, model: ConsultingModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self._theme = theme
        self._lines: tuple[_Line, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(14, 8, 14, 0)
        self._column.setSpacing(6)
        self.items: list[Notice] = []
        self.hide()
        model.changed.connect(self.refresh)
        theme.changed.connect(self._fill)

    def refresh(self) -> None:
        """Show who is there now."""
        lines = tuple(self._said())
        if lines == self._lines:
            return
        fresh = [line for line in lines if line not in self._lines]
        self._lines = lines
        self._fill()
        for line in fresh:
            announce(self, line.text)

    def _said(self) -> list[_Line]:
        model, found = self.model, []
        if model.asked is not None:
            text = translate("others", "You are asking %1. The contact stays yours.")
            actions = (("hand_over", translate("others", "Hand over")), ("end", translate("others", "End")))
            found.append(_Line("asked", text.replace("%1", self._name(model.asked)), actions))
        if model.asks_me is not None:
            text = translate(
                "others", "%1 asks you about this contact. Answer with a note; the customer does not see it."
            )
            found.append(
                _Line("asks_me", text.replace("%1", self._name(model.asks_me)), (("end", translate("others", "Done")),))
            )
        if model.readers:
            names = ", ".join(self._name(one) for one in model.readers)
            found.append(_Line("readers", translate("others", "Reading along: %1").replace("%1", names)))
        if model.can_lead and model.observing.is_on:
            text = (
                translate("others", "You take part: what you write goes to the customer.")
                if model.observing.is_joined
                else translate("others", "You read along.")
            )
            join = () if model.observing.is_joined else (("join", translate("others", "Join")),)
            found.append(_Line("me", text, (*join, ("leave", translate("others", "Leave")))))
        return found

    def _name(self, agent_id: str | None) -> str:
        return self.model.name(agent_id) or translate("others", "A colleague")  # type: ignore[arg-type]

    def _fill(self) -> None:
        for item in self.items:
            self._column.removeWidget(item)
            item.hide()
            item.deleteLater()
        self.items = []
        acts: dict[str, Callable[[], None]] = {
            "hand_over": self.model.hand_over,
            "end": self.model.end,
            "join": lambda: self._observe(joined=True),
            "leave": self._leave,
        }
        for line in self._lines:
            item = Notice(self._theme, "accent", line.text, self)
            item.setAccessibleName(line.text)
            for code, text in line.actions:
                item.offer(text, acts[code])
            self._column.addWidget(item)
            self.items.append(item)
        self.setVisible(bool(self.items))

    def _observe(self, *, joined: bool) -> None:
        if self.model.row is not None:
            self.model.leading.observe(self.model.row.id, joined)

    def _leave(self) -> None:
        if self.model.row is not None:
            self.model.leading.stop_observing(self.model.row.id)


def consult_sheet(model: ConsultingModel, theme: Theme, anchor: QWidget) -> PickSheet:
    """Open the choice of whom to ask, with a field for the question."""
    sheet = PickSheet(
        theme,
        translate("others", "Whom do you want to ask?"),
        anchor.window(),
        note=translate("others", "Your question (optional)"),
        empty=translate("others", "Nobody of this name is signed in"),
    )
    choices = [
        Choice(
            agent.id,
            agent.name,
            words.presence(agent.presence.state, agent.presence.reason),
            dot=_DOTS.get(agent.presence.state, "faint"),
            is_marked=agent.id == model.asked,
        )
        for agent in model.colleagues()
    ]
    sheet.picked.connect(model.ask)
    sheet.drop(anchor, choices)
    return sheet
