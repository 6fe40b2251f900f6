"""A guided flow beside the conversation: the steps with their state, and the one that is worked on with what it needs.
Alt+Enter ticks it and goes on wherever the keyboard is, Alt+Shift+Enter skips it; Enter goes through its fields.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.flow import FlowState, FlowStep, StepState
from desktop.ui.accounts import wording
from desktop.ui.context.card import Card, Rows
from desktop.ui.context.flow_step import StepForm, skip_reason
from desktop.ui.i18n import formats
from desktop.ui.interaction.buttons import Chip
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.announcing import announce
from desktop.ui.widgets.eliding import ElidedLabel
from desktop.ui.widgets.flow import FlowBox
from desktop.ui.widgets.tooltip import plain_tip
from desktop.viewmodels.flow import STOP_REASONS, FlowModel, FlowRow

translate = QCoreApplication.translate

_DONE, _SKIP = "Alt+Return", "Alt+Shift+Return"


class FlowCard(Card):
    """One flow at a time; where there are several, chips choose. Without one it offers those that fit."""

    def __init__(self, model: FlowModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.model = model
        self._theme = theme
        self._told = ""
        self.setAccessibleName(self.tr("Guide"))
        self.stop = QToolButton(self)
        self.stop.setProperty("look", "tiny")
        self.stop.setToolTip(self.tr("Stop this guide"))
        self.stop.setAccessibleName(self.tr("Stop this guide"))
        self.stop.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.stop.setMenu(self._make_stop_menu())
        self.head.addWidget(self.stop)
        self._others = FlowBox(self)
        self.rows.addWidget(self._others)
        self._chips: list[Chip] = []
        self.progress = QProgressBar(self)
        self.progress.setTextVisible(False)
        self.rows.addWidget(self.progress)
        self._steps = QVBoxLayout()
        self._steps.setSpacing(2)
        self.rows.addLayout(self._steps)
        self._rows: list[_StepRow] = []
        self.form = StepForm(model, theme, self)
        self.form.hide()
        self._over = _label("muted", self)
        self.rows.addWidget(self._over)
        self.resume = QPushButton(self.tr("Go on with it"), self)
        self.resume.clicked.connect(model.resume)
        self.rows.addWidget(self.resume, 0, Qt.AlignmentFlag.AlignLeading)
        self._offers = QVBoxLayout()
        self._offers.setSpacing(2)
        self.rows.addLayout(self._offers)
        self._offered = Rows(self._offers, self._make_offer)
        model.changed.connect(self.refresh)
        theme.changed.connect(self.refresh)
        self.refresh()

    @property
    def keys(self) -> dict[str, Callable[[], object]]:
        """What the keys of the card do."""
        return {_DONE: self.done, _SKIP: self.form.ask_why_skipped}

    # --- making -----------------------------------------------------------------------------------------------------

    def _make_stop_menu(self) -> QMenu:
        texts = {
            "settled": self.tr("The matter is settled"),
            "wrong_guide": self.tr("It is the wrong guide"),
            "declined": self.tr("The customer does not want it"),
        }
        menu = QMenu(self.stop)
        for number, code in enumerate(STOP_REASONS):
            action = menu.addAction(f"&{number + 1}  {texts[code]}")
            action.triggered.connect(lambda _checked=False, c=code: self.model.stop(c))
        return menu

    def _make_offer(self) -> QPushButton:
        button = QPushButton(self)
        button.setProperty("look", "row")
        button.setIcon(self._theme.icons.icon("guide"))
        button.clicked.connect(lambda: self.model.start(str(button.property("playbook"))))
        return button

    # --- showing ----------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show what the model holds now."""
        row = self.model.current
        self.title.setText(self.model.title(row.flow) if row is not None else self.tr("Guide"))
        self.stop.setVisible(self.model.is_running and self.model.can_work)
        self.stop.setIcon(self._theme.icons.icon("close"))
        self.aside.setText(progress_words(row) if row is not None else "")
        self._show_others(row)
        self._show_steps(row)
        self._show_foot(row)
        self._tell(row)

    def _show_others(self, row: FlowRow | None) -> None:
        flows = self.model.flows if len(self.model.flows) > 1 else ()
        while len(self._chips) < len(flows):
            chip = Chip(self._others, is_pressable=True)
            chip.clicked.connect(partial(self._on_other, chip))
            self._others.flow.addWidget(chip)
            self._chips.append(chip)
        for number, chip in enumerate(self._chips):
            if number >= len(flows):
                chip.hide()
                continue
            one = flows[number]
            is_current = row is not None and one.flow.id == row.flow.id
            title = self.model.title(one.flow)
            chip.setProperty("flow", one.flow.id)
            chip.tell(title, "accent" if is_current else "neutral", "", f"{title}, {progress_words(one)}")
        self._others.setVisible(bool(flows))

    def _show_steps(self, row: FlowRow | None) -> None:
        steps = row.flow.steps if row is not None else ()
        current = self.model.step
        while len(self._rows) < len(steps):
            made = _StepRow(self.model, self._theme, self)
            self._rows.append(made)
            self._steps.addWidget(made)
        for number, made in enumerate(self._rows):
            made.setVisible(number < len(steps))
            if number < len(steps) and row is not None:
                step = steps[number]
                made.tell(
                    step,
                    number,
                    is_current=current is not None and step.action == current.action,
                    is_pending=step.action in row.pending,
                    is_stopped=row.flow.state is FlowState.STOPPED and not self.model.is_running,
                )
        done = sum(step.state is not StepState.OPEN for step in steps)
        self.progress.setVisible(bool(steps))
        self.progress.setRange(0, max(1, len(steps)))
        self.progress.setValue(done)
        self.progress.setAccessibleName(
            self.tr("%1 of %2 steps").replace("%2", str(len(steps))).replace("%1", str(done))
        )
        self._place_form(steps, current)

    def _place_form(self, steps: tuple[FlowStep, ...], current: FlowStep | None) -> None:
        """Put the form below the step it is about, without taking the keyboard out of it."""
        number = next((n for n, step in enumerate(steps) if current and step.action == current.action), -1)
        had_focus = self.form.has_focus()
        wanted = number + 1
        if number < 0:
            self._steps.removeWidget(self.form)
            self.form.hide()
            return
        if self._steps.indexOf(self.form) != wanted:
            self._steps.removeWidget(self.form)
            self._steps.insertWidget(wanted, self.form)
        is_other = self.form.fill()
        self.form.show()
        if had_focus and is_other:
            self.form.take_focus()

    def _show_foot(self, row: FlowRow | None) -> None:
        proposed = () if self.model.is_running else self.model.proposed
        text = ""
        if row is None and self.model.lacking is not None:
            text = wording.lacking(self.model.lacking)
        elif row is None:
            text = (
                self.tr("A guide leads through a request step by step. These fit:")
                if proposed
                else self.tr("No guide is running. %1 and “guide” finds all there are.").replace(
                    "%1", formats.keys("Ctrl+K")
                )
            )
        elif row.flow.state is FlowState.FINISHED:
            text = self.tr("All steps are done.")
        elif not self.model.is_running:
            text = self.tr("This guide was stopped before its end.")
        is_stopped = row is not None and row.flow.state is FlowState.STOPPED and not self.model.is_running
        self.resume.setVisible(is_stopped and self.model.can_work)
        self._over.setText(text)
        self._over.setVisible(bool(text))
        for button, playbook in zip(self._offered.take(len(proposed)), proposed, strict=True):
            title = self.model.title(playbook)
            button.setText(title.replace("&", "&&"))
            button.setProperty("playbook", playbook.id)
            button.setIcon(self._theme.icons.icon("guide"))
            button.setAccessibleName(self.tr("Start the guide: %1").replace("%1", title))

    def _tell(self, row: FlowRow | None) -> None:
        """Say aloud where the flow is, where that is another place than before."""
        step = self.model.step
        where = f"{row.flow.id}/{step.action}" if row is not None and step is not None else ""
        if where != self._told and step is not None and self.form.has_focus():
            announce(self, self.model.title(step))
        self._told = where

    # --- what happens -----------------------------------------------------------------------------------------------

    def done(self) -> None:
        """Tick the step that is worked on; where something is missing, go there."""
        if self.model.step is not None and not self.model.done():
            self.form.to_first_problem()

    def take_focus(self) -> None:
        """Put the keyboard onto the step that is worked on, else onto the first thing that can be used."""
        if self.form.isVisibleTo(self):
            self.form.take_focus()
            return
        for button in self.findChildren(QPushButton):
            if button.isVisibleTo(self) and button.isEnabled():
                button.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return

    def _on_other(self, chip: Chip) -> None:
        self.model.choose(chip.property("flow"))


class _StepRow(QWidget):
    """One line of the checklist. Pressing it works on the step; one that is set can be opened again."""

    def __init__(self, model: FlowModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._theme = theme
        self._action = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self._mark = QLabel(self)
        self._mark.setFixedSize(18, 24)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        self._title = QPushButton(self)
        self._title.setProperty("look", "step")
        # Rather cut at the end than make the whole column wider than it is seen; the tooltip has all of it.
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._title.clicked.connect(lambda: model.turn_to(self._action))
        self._said = _label("strong", self)
        self._said.setContentsMargins(4, 3, 0, 2)
        self._note = _label("muted", self)
        self._note.setContentsMargins(4, 0, 0, 2)
        for part in (self._title, self._said, self._note):
            words.addWidget(part)
        row.addLayout(words, 1)
        self._back = QToolButton(self)
        self._back.setProperty("look", "tiny")
        self._back.setIconSize(QSize(14, 14))
        self._back.setToolTip(self.tr("Open this step again"))
        self._back.clicked.connect(lambda: model.take_back(self._action))
        row.addWidget(self._back, 0, Qt.AlignmentFlag.AlignTop)

    def tell(self, step: FlowStep, number: int, *, is_current: bool, is_pending: bool, is_stopped: bool) -> None:
        """Show a step, the ``number``-th from 0."""
        self._action = step.action
        model, theme = self._model, self._theme
        title = model.title(step)
        state = {
            StepState.OPEN: self.tr("open"),
            StepState.DONE: self.tr("done"),
            StepState.SKIPPED: self.tr("skipped"),
        }[step.state]
        icon, color = {
            StepState.OPEN: ("step_now" if is_current else "step_open", "accent" if is_current else "muted"),
            StepState.DONE: ("step_done", "good"),
            StepState.SKIPPED: ("step_skipped", "muted"),
        }[step.state]
        self._mark.setPixmap(theme.icons.pixmap(icon, 18, color, self.devicePixelRatioF()))
        # The step at hand is a heading, and wraps; the others are buttons that lead to them.
        self._said.setVisible(is_current)
        self._said.setText(title)
        self._title.setVisible(not is_current)
        self._title.setText(title.replace("&", "&&"))
        self._title.setToolTip(plain_tip(title))
        self._title.setAccessibleName(f"{number + 1}. {title}, {state}")
        self._title.setEnabled(step.state is StepState.OPEN and model.can_work and not is_stopped)
        note = self._note_of(step, is_pending)
        self._note.setText(note)
        self._note.setVisible(bool(note))
        is_set = step.state is not StepState.OPEN
        self._back.setVisible(is_set and model.can_work and not is_stopped)
        self._back.setIcon(theme.icons.icon("undo"))
        self._back.setAccessibleName(self.tr("Open this step again: %1").replace("%1", title))

    def _note_of(self, step: FlowStep, is_pending: bool) -> str:
        """Who did it when, what was filled in, or why it was left out."""
        parts = []
        if step.state is StepState.SKIPPED:
            parts.append(skip_reason(step.reason) or self.tr("skipped"))
        if step.state is StepState.DONE:
            parts += self._model.filled_in(step)[:2]
        if step.state is not StepState.OPEN:
            parts.append(self._model.by(step))
            parts.append(formats.clock(step.at) if step.at is not None else "")
            parts.append(self.tr("not confirmed yet") if is_pending else "")
        return " · ".join(part for part in parts if part)


class GuideLine(QPushButton):
    """The running guide in one line, for the place where the customer's facts are; ``pressed`` leads to it."""

    wanted = Signal()

    def __init__(self, model: FlowModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._theme = theme
        self.setProperty("look", "guide")
        column = QHBoxLayout(self)
        column.setContentsMargins(10, 0, 8, 0)
        column.setSpacing(8)
        self._icon = QLabel(self)
        self._text = ElidedLabel("", self)
        self._key = QLabel(formats.keys("Ctrl+G"), self)
        self._key.setProperty("look", "key")
        for part, stretch in ((self._icon, 0), (self._text, 1), (self._key, 0)):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            column.addWidget(part, stretch, Qt.AlignmentFlag.AlignVCenter)
        self.clicked.connect(self.wanted)
        model.changed.connect(self.refresh)
        theme.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the step that is worked on, or nothing."""
        row, step = self._model.current, self._model.step
        self.setVisible(step is not None)
        if row is None or step is None:
            return
        self._icon.setPixmap(self._theme.icons.pixmap("guide", 16, "on_soft", self.devicePixelRatioF()))
        text = self.tr("%1: %2").replace("%2", self._model.title(step)).replace("%1", progress_words(row))
        self._text.setText(text)
        self.setAccessibleName(
            self.tr("Go on with the guide %1").replace("%1", f"{self._model.title(row.flow)}, {text}")
        )
        self.setToolTip(plain_tip(self._model.title(row.flow)))


def progress_words(row: FlowRow) -> str:
    """Return how far a flow is, in words."""
    if row.flow.state is FlowState.FINISHED:
        return translate("flow", "finished")
    if row.flow.state is FlowState.STOPPED:
        return translate("flow", "stopped")
    count = len(row.flow.steps)
    at = min(sum(step.state is not StepState.OPEN for step in row.flow.steps) + 1, count)
    return translate("flow", "Step %1 of %2").replace("%2", str(count)).replace("%1", str(at))


def _label(look: str, parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("look", look)
    label.setWordWrap(True)
    return label
