"""Agreeing to call a customer back: when, on which number, by whom. Drops down from the head of the contact."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QLineEdit, QRadioButton, QWidget

from desktop.ui.i18n import formats
from desktop.ui.interaction.buttons import Chip
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.chooser import Chooser
from desktop.ui.widgets.flow import FlowBox
from desktop.ui.widgets.moment import MomentField
from desktop.ui.widgets.sheet import Sheet
from desktop.viewmodels.callback import LONGEST, SOONEST, CallbackModel
from desktop.viewmodels.interaction import snooze_times

translate = QCoreApplication.translate

_LONGEST_NOTE = 500


def trouble(code: str) -> str:
    """Return what is wrong with a time or a number, in a sentence."""
    return {
        "past": translate("callback", "This time has passed. Please choose a later one."),
        "too_far": translate("callback", "A call-back can be at most a year ahead."),
        "no_number": translate("callback", "No number is known. Please write down the one to call."),
        "bad_number": translate("callback", "This is not a number that can be called."),
    }.get(code, "")


class CallbackSheet(Sheet):
    """Opens with the number known and the time in an hour; the usual times are one press away."""

    def __init__(self, model: CallbackModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, translate("callback", "Call back"), parent)
        self._model = model
        now = model.now()
        self._usual = FlowBox(self)
        self._times: list[tuple[Chip, datetime]] = []
        self._offer_times(now)
        self.column.addWidget(self._usual)
        self.time = MomentField(theme, now + SOONEST, now + LONGEST, self)
        self.time.dateTimeChanged.connect(self._on_time)
        self.field(translate("callback", "When"), self.time)
        self.number = Chooser(theme, self)
        self.number.setEditable(True)
        self.number.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        for value, label in model.numbers():
            self.number.addItem(f"{value}  ({label})" if label else value, value)
        field = self.number.lineEdit()
        if field is not None:
            field.setPlaceholderText(translate("callback", "Number with area code"))
            field.setMaxLength(60)
            field.textEdited.connect(lambda _text: self.tell_trouble(""))
        self.field(translate("callback", "Number"), self.number)
        self.field(translate("callback", "Who calls"), self._make_who())
        self.note = QLineEdit(self)
        self.note.setMaxLength(_LONGEST_NOTE)
        self.note.setAccessibleName(translate("callback", "Note (optional)"))
        self.note.setPlaceholderText(translate("callback", "What it will be about (optional)"))
        self.field(translate("callback", "Note"), self.note)
        self.finish(translate("callback", "Schedule the call"), self._on_done, translate("callback", "Cancel"))
        before = model.scheduled_at
        self._choose(before if before is not None and before > now + SOONEST else self._times[0][1])

    def _offer_times(self, now: datetime) -> None:
        labels = {
            "hour": translate("callback", "in 1 h"),
            "afternoon": translate("callback", "this afternoon"),
            "tomorrow": translate("callback", "tomorrow"),
            "next_week": translate("callback", "Monday"),
        }
        for code, at in snooze_times(now):
            chip = Chip(self._usual, is_pressable=True)
            chip.setCheckable(True)
            chip.tell(f"{labels[code]} {formats.clock(at)}", "neutral", formats.exact(at))
            chip.clicked.connect(lambda _=False, at=at: self._choose(at))
            self._usual.flow.addWidget(chip)
            self._times.append((chip, at))

    def _make_who(self) -> QWidget:
        box = QWidget(self)
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(16)
        self.me = QRadioButton(translate("callback", "I do"), box)
        self.anyone = QRadioButton(translate("callback", "Whoever of the queue is free"), box)
        group = QButtonGroup(box)
        for button in (self.me, self.anyone):
            group.addButton(button)
            row.addWidget(button)
        row.addStretch(1)
        self.me.setChecked(True)
        return box

    def drop_below(self, anchor: QWidget) -> None:
        """Show it below ``anchor`` with the keyboard on the time."""
        self.drop(anchor)
        self.time.setFocus(Qt.FocusReason.PopupFocusReason)

    @property
    def at(self) -> datetime:
        """The time chosen."""
        return self.time.moment

    @property
    def to(self) -> str:
        """The number chosen or written."""
        at = self.number.currentIndex()
        text = self.number.currentText().strip()
        return str(self.number.itemData(at)) if at >= 0 and self.number.itemText(at) == text else text

    def _choose(self, at: datetime) -> None:
        self.time.choose(at)
        self._on_time()

    def _on_time(self) -> None:
        chosen = self.at
        for chip, at in self._times:
            chip.setChecked(abs(chosen - at) < timedelta(minutes=1))
        self.tell_trouble("")

    def _on_done(self) -> None:
        if code := self._model.trouble(self.at, self.to):
            self.tell_trouble(trouble(code))
            (self.number if "number" in code else self.time).setFocus()
            return
        at, to, note, is_mine = self.at, self.to, self.note.text(), self.me.isChecked()
        self.close()
        self._model.schedule(at, to, note, is_mine)
