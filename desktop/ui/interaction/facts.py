"""The chips in the head of the open contact: what it is about and how sure that is, the mood and its course, how long there
is left, who the customer is. The intent is corrected from here, by pointer or Ctrl+I.
"""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.interaction import Interaction, InteractionState
from desktop.ui.charts.mood import MoodCurve
from desktop.ui.i18n import formats, words
from desktop.ui.interaction import evidence
from desktop.ui.interaction.buttons import Chip
from desktop.ui.interaction.intent_picker import IntentPicker
from desktop.ui.interaction.labels import LabelChips
from desktop.ui.interaction.why import WhySheet
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.flow import FlowLayout
from desktop.viewmodels.intent import Certainty, alternatives, certainty
from desktop.viewmodels.interaction import InteractionModel
from desktop.viewmodels.mood import MoodModel

WHY_KEYS = "Ctrl+Shift+Y"
# Fewer than this is no course.
_COURSE = 3


class FactChips(QWidget):
    """``evidence_asked`` carries the words to be pointed out in the messages, none to point at nothing; ``message_chosen``
    the id of a message to be shown."""

    evidence_asked = Signal(tuple)
    message_chosen = Signal(str)

    def __init__(self, model: InteractionModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._theme = theme
        self._picker: IntentPicker | None = None
        self.moods = MoodModel(model.workplace, self)
        self.moods.begin()
        self.flow = FlowLayout(self)
        self.flow.setContentsMargins(0, 0, 0, 0)
        self.intent = Chip(self, is_pressable=True)
        self.other_intent = Chip(self, is_pressable=True)
        self.mood = Chip(self)
        self.curve = MoodCurve(theme, is_large=False, parent=self)
        self.due = Chip(self)
        self.state = Chip(self)
        self.identified = Chip(self)
        self.language = Chip(self)
        self.why = Chip(self, is_pressable=True)
        for part in (self.intent, self.other_intent, self.mood, self.curve):
            self.flow.addWidget(part)
        for part in (self.due, self.state, self.identified, self.language):
            self.flow.addWidget(part)
        self.labels = LabelChips(self.flow, self)
        self.flow.addWidget(self.why)
        self.intent.clicked.connect(self.open_intents)
        self.why.clicked.connect(self.open_why)
        self.other_intent.clicked.connect(self._on_other_intent)
        self.curve.message_chosen.connect(self.message_chosen)
        self.moods.changed.connect(self._refresh_curve)
        for part in (self.intent, self.curve):
            part.installEventFilter(self)

    # --- showing ----------------------------------------------------------------------------------------------------

    def refresh(self, row: Interaction) -> None:
        """Show what is known of ``row``."""
        self._refresh_intent(row)
        if row.mood is None:
            self.mood.tell("")
        else:
            word, kind = words.mood(row.mood, row.mood_trend)
            self.mood.tell(word, kind, "", self.tr("Mood: %1").replace("%1", word))
        self._refresh_curve()
        # That my own contact is in progress is what everything else on the screen says already.
        is_plain = row.state is InteractionState.ACTIVE and self._model.is_mine
        state = "" if is_plain else self._state_words(row)
        self.state.tell(state, "neutral", "", self.tr("State: %1").replace("%1", words.state(row.state)))
        self.language.tell(words.language(row.language) if row.language else "", "neutral")
        text, kind = evidence.identified(row)
        told = evidence.sentences(row.identified_by)
        self.identified.tell(text, kind, "\n".join(f"• {one[:1].upper()}{one[1:]}" for one in told))
        self.labels.show(row.labels)
        self._refresh_why(row)

    def refresh_clock(self, row: Interaction, now: datetime) -> None:
        """Show how long there is left."""
        text, kind = evidence.due(row, now)
        self.due.tell(text, kind, formats.exact(row.due_at) if row.due_at and text else "")

    def _refresh_intent(self, row: Interaction) -> None:
        title, kind = evidence.intent(row, self._model.intent_title)
        can_set = self._model.can_set_intent
        self.intent.setEnabled(can_set)
        tip = evidence.intent_tip(row, self._model.intent_title)
        spoken = self.tr("About: %1").replace("%1", title)
        self.intent.tell(f"{title} ▾" if can_set else title, kind, tip, spoken)
        # Where it is not sure, the next best guess is one press away.
        is_open = can_set and certainty(row) in (Certainty.LIKELY, Certainty.UNSURE)
        other = next(iter(alternatives(row)), ("", 0.0))[0] if is_open else ""
        text = self.tr("or %1?").replace("%1", self._model.intent_title(other)) if other else ""
        self.other_intent.setProperty("intent", other)
        self.other_intent.tell(text, "neutral", self.tr("Press to say that it is about this") if other else "")

    def _refresh_curve(self) -> None:
        row = self._model.interaction
        points = self.moods.points if row is not None and row.id == self._model.workplace.current else ()
        self.curve.draw(points)
        self.curve.setVisible(len(points) >= _COURSE)

    def _state_words(self, row: Interaction) -> str:
        state = words.state(row.state)
        if row.state.value == "snoozed" and row.snoozed_until is not None:
            when = formats.moment(row.snoozed_until, self._model.now())
            clock = formats.clock(row.snoozed_until)
            when = clock if when == clock else f"{when} {clock}"
            if row.callback_at is not None:
                return self.tr("Call back %1").replace("%1", f"{when} · {row.callback_to}" if row.callback_to else when)
            return self.tr("Snoozed until %1").replace("%1", when)
        if row.state.is_open and row.assignee and not self._model.is_mine:
            name = self._model.agent_name(row.assignee)
            return f"{state} · {name}" if name else state
        return state

    # --- why it came here -------------------------------------------------------------------------------------------

    def _refresh_why(self, row: Interaction) -> None:
        told = evidence.sentences(row.routed_by or self._model.background.decided_by)
        if row.assignee is None:
            text = self.tr("why nobody yet?")
        else:
            text = self.tr("why me?") if self._model.is_mine else self.tr("why them?")
        tip = "\n".join([*(f"• {one[:1].upper()}{one[1:]}" for one in told), formats.keys(WHY_KEYS)])
        self.why.tell(text if told and row.state.is_open else "", "neutral", tip if told else "")

    def open_why(self) -> None:
        """Open the reasons for which the contact came to whom it came."""
        row = self._model.interaction
        if row is not None:
            sheet = WhySheet(self._model.workplace, self._theme, is_lead=self._model.is_lead, parent=self.window())
            sheet.drop_for(row.id, self.why if self.why.isVisible() else self)

    # --- correcting the intent --------------------------------------------------------------------------------------

    def open_intents(self) -> None:
        """Open the choice of what the contact is about, with the words that decided it pointed out."""
        row = self._model.interaction
        if row is None or not self._model.can_set_intent or self._picker is not None:
            return
        self._picker = IntentPicker(self._model, row, self._theme, self.window())
        self._picker.chosen.connect(self._model.set_intent)
        self._picker.closed.connect(self._on_picker_closed)
        self._point_out()
        self._picker.drop_below(self.intent)

    def _on_picker_closed(self) -> None:
        self._picker = None
        self._point_out()

    def _on_other_intent(self) -> None:
        intent = str(self.other_intent.property("intent") or "")
        if intent:
            self._model.set_intent(intent)

    def _point_out(self) -> None:
        row = self._model.interaction
        is_asked = self._picker is not None or self.intent.underMouse() or self.intent.hasFocus()
        self.evidence_asked.emit(row.intent_by if row is not None and is_asked and not row.intent_confirmed else ())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While pointer or keyboard rests on the intent, the words that decided it are pointed out; on the curve, those that
        carried the mood are looked for."""
        kind = event.type()
        if watched is self.curve and kind in (QEvent.Type.Enter, QEvent.Type.FocusIn):
            self.moods.ask_words()
        if watched is self.intent and kind in (
            QEvent.Type.Enter,
            QEvent.Type.Leave,
            QEvent.Type.FocusIn,
            QEvent.Type.FocusOut,
        ):
            QTimer.singleShot(0, self, self._point_out)
        return super().eventFilter(watched, event)
