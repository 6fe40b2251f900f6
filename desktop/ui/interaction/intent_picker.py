"""Correcting what a contact is about: the likely request types on the digits, all of them by typing, several with Space, none
of them with 0. It drops down from the chip in the head, blocks nothing and goes on Escape.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.domain.interaction import Interaction
from desktop.ui.i18n import formats
from desktop.ui.interaction import evidence
from desktop.ui.interaction.picker import Choice, PickSheet
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.intent import OTHER, IntentChoice, alternatives
from desktop.viewmodels.interaction import InteractionModel

translate = QCoreApplication.translate

_DIGITS = 9
_WIDTH = 360


class IntentPicker(PickSheet):
    """``chosen(intent, also)`` carries what to set, ``None`` for ``also`` where that stays as it is; then ``closed``."""

    chosen = Signal(str, object)
    closed = Signal()

    def __init__(self, model: InteractionModel, row: Interaction, theme: Theme, parent: QWidget) -> None:
        super().__init__(
            theme,
            translate("steps", "What is it about?"),
            parent,
            empty=translate("steps", "No request type of this name"),
        )
        self._model = model
        self._choice = IntentChoice(row)
        self._is_walked = False
        self._digits: dict[int, str] = {}
        why = QLabel(evidence.decided_by(row), self)
        why.setTextFormat(Qt.TextFormat.PlainText)
        why.setProperty("look", "muted")
        why.setWordWrap(True)
        why.setContentsMargins(12, 0, 12, 0)
        why.setVisible(bool(why.text()))
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 0, 4, 0)
        self._hint = QLabel(self)
        self._hint.setProperty("look", "small")
        self._hint.setWordWrap(True)
        self.take = QPushButton(self)
        self.take.setProperty("look", "primary")
        self.take.clicked.connect(self._on_take)
        foot.addWidget(self._hint, 1)
        foot.addWidget(self.take)
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(1, why)
        column.addLayout(foot)
        self.picked.connect(lambda intent, _note: self._set_alone(str(intent)))
        self._refresh()

    def drop_below(self, anchor: QWidget) -> None:
        """Show it below ``anchor``."""
        self.drop(anchor, self._choices(), _WIDTH)

    # --- what is offered --------------------------------------------------------------------------------------------

    def _choices(self) -> list[Choice]:
        row, model = self._choice.row, self._model
        likely = translate("steps", "Likely")
        every = translate("steps", "All request types")
        known = dict(row.intent_ranked)
        first = list(dict.fromkeys([*self._choice.ticked, *(intent for intent, _p in alternatives(row))]))
        first = [intent for intent in first if intent != OTHER][:_DIGITS]
        self._digits = {number + 1: intent for number, intent in enumerate(first)}
        choices = []
        for number, intent in self._digits.items():
            sure = formats.percent(known[intent]) if intent in known and not row.intent_confirmed else ""
            choices.append(self._line(intent, f"{sure}   {number}".strip(), likely))
        self._digits[0] = OTHER
        is_none = OTHER in self._choice.ticked
        choices.append(Choice(OTHER, translate("steps", "None of these"), "0", likely, is_marked=is_none))
        shown = {choice.value for choice in choices}
        rest = [label.id for label in model.intents() if label.id not in shown]
        choices += [self._line(intent, "", every) for intent in sorted(rest, key=self._sorted_by)]
        return choices

    def _line(self, intent: str, detail: str, group: str) -> Choice:
        title = self._model.intent_title(intent)
        return Choice(intent, title, detail, group, is_marked=intent in self._choice.ticked)

    def _sorted_by(self, intent: str) -> str:
        return self._model.intent_title(intent).casefold()

    def _refresh(self) -> None:
        count = len(self._choice.ticked)
        self.take.setText(translate("steps", "Set %n request type(s)", None, count))
        self.take.setVisible(self._choice.is_changed and count > 0)
        self._hint.setText(translate("steps", "Enter or a number: this one. Space: more than one."))

    # --- choosing ---------------------------------------------------------------------------------------------------

    def toggle(self, intent: str) -> None:
        """Tick or untick a request type and stay open."""
        self._choice.toggle(intent)
        number = self.list.currentIndex().row()
        self.list.choices.fill(self._choices_in_order())
        self.list.setCurrentIndex(self.list.choices.index(number))
        self._refresh()
        self.adjustSize()

    def _choices_in_order(self) -> list[Choice]:
        """The same lines in their places, with other ticks."""
        return [
            Choice(c.value, c.title, c.detail, c.group, is_marked=c.value in self._choice.ticked)
            for c in self.list.choices.all
        ]

    def _set_alone(self, intent: str) -> None:
        self.chosen.emit(*self._choice.alone(intent))

    def _on_take(self) -> None:
        found = self._choice.all()
        self.close()
        if found is not None:
            self.chosen.emit(*found)

    def _on_enter(self) -> None:
        if self._choice.is_changed and self._choice.ticked:
            self._on_take()
        else:
            self.list.take()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Digits choose while nothing is typed; Space ticks while nothing is typed or once the arrows were used."""
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            key = event.key()
            is_bare = not self.search.text()
            digit = key - Qt.Key.Key_0
            if is_bare and 0 <= digit <= 9:
                if digit in self._digits:
                    self.close()
                    self._set_alone(self._digits[digit])
                return True
            current = self.list.current()
            if key == Qt.Key.Key_Space and (is_bare or self._is_walked) and current is not None:
                self.toggle(str(current.value))
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._on_enter()
                return True
            self._is_walked = key in (Qt.Key.Key_Down, Qt.Key.Key_Up)
        return super().eventFilter(watched, event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.closed.emit()
