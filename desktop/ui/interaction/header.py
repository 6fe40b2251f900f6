"""The head of the open interaction: whose it is, what can be done with it now, and what we know of it as chips. At narrow
widths the less urgent actions fold into a menu; nothing is ever cut.
"""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.accounts import wording
from desktop.ui.accounts.chip import AccountChip
from desktop.ui.i18n import formats, words
from desktop.ui.interaction.buttons import Chip, KeyButton, plain_tip
from desktop.ui.interaction.callback import CallbackSheet
from desktop.ui.interaction.facts import FactChips
from desktop.ui.interaction.others import consult_sheet
from desktop.ui.interaction.step_menus import snooze_menu, transfer_sheet
from desktop.ui.leading.whisper import WhisperSheet
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.callback import CallbackModel
from desktop.viewmodels.consulting import ConsultingModel
from desktop.viewmodels.interaction import InteractionModel

# Keys of the steps; F9 is the inbox's, as it takes the first offer wherever one is.
KEYS = {
    "accept": "F9",
    "decline": "Shift+F9",
    "take": "Ctrl+F9",
    "hold": "F8",
    "resume": "F8",
    "transfer": "Ctrl+T",
    "snooze": "Ctrl+Shift+S",
    "wait": "Ctrl+Shift+W",
    "consult": "Ctrl+Shift+T",
    "schedule_callback": "Ctrl+Shift+B",
    "whisper": "Ctrl+Shift+H",
    "observe": "Ctrl+Shift+J",
    "wrap_up": "F12",
}
ICONS = {
    "accept": "accept",
    "decline": "decline",
    "take": "accept",
    "reopen": "refresh",
    "resume": "resume",
    "hold": "hold",
    "end_contact": "hang_up",
    "transfer": "transfer",
    "snooze": "snooze",
    "wait": "clock",
    "consult": "help",
    "schedule_callback": "call",
    "take_over": "accept",
    "observe": "eye",
    "whisper": "chat",
    "requeue": "queue",
    "wrap_up": "wrap_up",
}
_PRIMARY = frozenset({"accept", "take"})
# These stay while there is any room; the rest folds away from the end.
_LAST_TO_FOLD = (
    "accept",
    "take",
    "wrap_up",
    "reopen",
    "decline",
    "resume",
    "hold",
    "end_contact",
    "whisper",
    "observe",
    "transfer",
    "snooze",
    "wait",
    "consult",
    "schedule_callback",
)
_NARROWEST = 360
_MENU_ONLY = frozenset({"requeue", "take_over"})


class NameLabel(QLabel):
    """A name that gives way: elided with the whole in the tooltip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(48)

    def tell(self, text: str) -> None:
        """Show ``text``."""
        self._whole = " ".join(text.split())
        self.setAccessibleName(self._whole)
        self._elide()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self._whole) + 2, super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        shown = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width())
        self.setToolTip("" if shown == self._whole else plain_tip(self._whole))
        if shown != self.text():
            super().setText(shown)


class InteractionHeader(QFrame):
    """``step_requested`` carries ``wrap_up``, the only step that is more than a command; ``everything_chosen`` the choice
    between this contact and everything."""

    step_requested = Signal(str)
    everything_chosen = Signal(bool)

    def __init__(self, model: InteractionModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._theme = theme
        self.consulting = ConsultingModel(model, self)
        self.callback = CallbackModel(model, self)
        self._shown_steps: tuple[str, ...] = ()
        self.setProperty("look", "panel")
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 0, 14, 10)
        column.setSpacing(0)
        self._row = QHBoxLayout()
        self._row.setSpacing(4)
        self._row.setContentsMargins(0, 10, 0, 8)
        self._row.addStrut(30)
        self.name = NameLabel(self)
        self.name.setProperty("look", "title")
        self.channel = QLabel(self)
        self.channel.setProperty("look", "quiet-title")
        self._row.addWidget(self.name)
        self._row.addSpacing(2)
        self._row.addWidget(self.channel)
        self.account = AccountChip(model.workplace, self)
        self._row.addWidget(self.account)
        self._row.addStretch(1)
        self.buttons: dict[str, KeyButton] = {}
        self.actions_: dict[str, QAction] = {}
        self._make_steps()
        column.addLayout(self._row)
        self.facts = FactChips(model, theme, self)
        self.facts.flow.add_last(self._make_scope(self.facts))
        column.addWidget(self.facts)
        model.changed.connect(self.refresh)
        self.consulting.changed.connect(self._name_observe)
        theme.changed.connect(self._on_theme_changed)
        self.refresh()

    # --- making -----------------------------------------------------------------------------------------------------

    def _make_steps(self) -> None:
        texts = {
            "accept": self.tr("Accept"),
            "decline": self.tr("Decline"),
            "take": self.tr("Take"),
            "reopen": self.tr("Reopen"),
            "resume": self.tr("Resume"),
            "hold": self.tr("Hold"),
            "end_contact": self.tr("End contact"),
            "transfer": self.tr("Transfer"),
            "snooze": self.tr("Snooze"),
            "wait": self.tr("Wait for customer"),
            "consult": self.tr("Ask a colleague"),
            "schedule_callback": self.tr("Call back"),
            "take_over": self.tr("Take over"),
            "observe": self.tr("Read along"),
            "whisper": self.tr("Whisper"),
            "requeue": self.tr("Back to the queue"),
            "wrap_up": self.tr("Wrap up"),
        }
        tips = {
            "hold": self.tr("The customer waits on hold, the contact stays yours"),
            "wait": self.tr("It is the customer's turn: the contact comes back when they write"),
            "consult": self.tr("Ask for advice; the contact stays yours"),
            "schedule_callback": self.tr("Agree when the customer is to be called"),
            "take_over": self.tr("The contact becomes yours; whoever has it is told"),
            "observe": self.tr("Read the contact along, without taking part"),
            "whisper": self.tr("Tell the agent something only they see"),
            "requeue": self.tr("Give it back, so that somebody else can take it"),
            "end_contact": self.tr("The talking is over; the clock of the after-call work starts"),
        }
        for step, text in texts.items():
            # Only where a key beside the text says which button to press at once.
            shows_key = step in ("accept", "take", "wrap_up")
            look = "primary" if step in _PRIMARY else ("" if step in ("wrap_up", "decline", "reopen") else "quiet")
            button = KeyButton(text, KEYS.get(step, "") if shows_key else "", look, self)
            keys = KEYS.get(step, "")
            name = f"{text} ({formats.keys(keys)})" if keys else text
            button.setToolTip(f"{tips[step]} ({formats.keys(keys)})" if step in tips and keys else tips.get(step, name))
            button.clicked.connect(lambda _=False, step=step: self.act(step))
            self.buttons[step] = button
            button.hide()
            action = QAction(text, self)
            action.triggered.connect(lambda _=False, step=step: self.act(step))
            self.actions_[step] = action
            self._row.addWidget(button)
        # Kept apart from the texts: the menu shows them, the panel makes them work.
        for step, keys in KEYS.items():
            self.actions_[step].setShortcut(QKeySequence(keys))
            self.actions_[step].setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.more = QToolButton(self)
        self.more.setProperty("look", "icon")
        self.more.setToolTip(self.tr("More actions"))
        self.more.setAccessibleName(self.tr("More actions"))
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setMenu(QMenu(self.more))
        self.more.menu().setToolTipsVisible(True)
        self.more.hide()
        self._row.insertWidget(self._row.indexOf(self.buttons["wrap_up"]), self.more)
        self._on_theme_changed()

    def _make_scope(self, parent: QWidget) -> QWidget:
        box = QWidget(parent)
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self.this_contact = Chip(box, is_pressable=True)
        self.everything = Chip(box, is_pressable=True)
        self.this_contact.tell(self.tr("This contact"))
        self.everything.tell(self.tr("Everything"))
        self.this_contact.setToolTip(self.tr("Show this contact only"))
        self.everything.setToolTip(self.tr("Show everything of this customer: all contacts, visits and purchases"))
        group = QButtonGroup(box)
        for chip in (self.this_contact, self.everything):
            chip.setCheckable(True)
            group.addButton(chip)
            row.addWidget(chip)
        self.this_contact.setChecked(True)
        self.everything.toggled.connect(self.everything_chosen)
        return box

    def show_scope(self, everything: bool) -> None:
        """Mark which scope is shown, without asking for it."""
        for chip in (self.this_contact, self.everything):
            chip.blockSignals(True)
        (self.everything if everything else self.this_contact).setChecked(True)
        for chip in (self.this_contact, self.everything):
            chip.blockSignals(False)

    # --- showing ----------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show what the model knows now."""
        row = self._model.interaction
        if row is None:
            return
        self.name.tell(self._model.customer_name() or self.tr("Unknown customer"))
        self.channel.setText(words.channel(row.channel))
        self.channel.setToolTip(plain_tip(row.from_address))
        self.account.show_for(row.id)
        if self._model.steps != self._shown_steps:
            self._shown_steps = self._model.steps
        self._fold()
        self.facts.refresh(row)
        self.refresh_clock(self._model.now())

    def refresh_clock(self, now: datetime) -> None:
        """Show how long there is left; called as time goes by."""
        row = self._model.interaction
        if row is not None:
            self.facts.refresh_clock(row, now)

    def _name_observe(self) -> None:
        """Reading along is ended where it was begun."""
        text = self.tr("Stop reading along") if self.consulting.observing.is_on else self.tr("Read along")
        if self.actions_["observe"].text() != text:
            self.actions_["observe"].setText(text)
            self.buttons["observe"].setText(text)
            self._fold()

    # --- folding ----------------------------------------------------------------------------------------------------

    def minimumSizeHint(self) -> QSize:
        # What is shown now must not keep the panel from getting narrower: it folds.
        return QSize(_NARROWEST, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        """Show as many actions as there is room for, the most urgent ones surely; the others are in the menu."""
        steps = self._shown_steps
        wide = self.width() - 28
        names = self.channel.sizeHint().width() + min(self.name.sizeHint().width(), max(120, wide // 3)) + 24
        names += self.account.sizeHint().width() + self._row.spacing() if self.account.text() else 0
        room = wide - names
        order = [step for step in _LAST_TO_FOLD if step in steps and step not in _MENU_ONLY]
        spacing = self._row.spacing()
        shown: set[str] = set()
        used = self.more.sizeHint().width() + spacing
        for number, step in enumerate(order):
            need = self.buttons[step].sizeHint().width() + spacing
            if used + need > room and number > 0:
                break
            shown.add(step)
            used += need
        for step, button in self.buttons.items():
            button.setVisible(step in shown)
        folded = [step for step in steps if step not in shown]
        lacking = self._model.lacking_steps
        self.more.setVisible(bool(folded or lacking))
        menu = self.more.menu()
        menu.clear()
        for step in folded:
            menu.addAction(self.actions_[step])
        row = self._model.interaction
        for step in lacking:
            # Not offered, but said: whoever looks for it finds why.
            told = menu.addAction(self.buttons[step].text())
            told.setEnabled(False)
            told.setToolTip(wording.lacking(self._model.workplace.accounts.of(row.id if row else None)))

    def _on_theme_changed(self) -> None:
        self.more.setIcon(self._theme.icons.icon("more"))
        for step, action in self.actions_.items():
            action.setIcon(self._theme.icons.icon(ICONS[step]))

    # --- acting -----------------------------------------------------------------------------------------------------

    def act(self, step: str) -> bool:
        """Take a step, or open what it needs first; says whether it is possible now."""
        if step not in self._model.steps:
            return False
        if step == "wrap_up":
            self.step_requested.emit(step)
        elif step == "transfer":
            transfer_sheet(self._model, self._theme, self._anchor(step))
        elif step == "snooze":
            snooze_menu(self._model, self._theme, self._anchor(step))
        elif step == "consult":
            consult_sheet(self.consulting, self._theme, self._anchor(step))
        elif step == "schedule_callback":
            CallbackSheet(self.callback, self._theme, self.window()).drop_below(self._anchor(step))
        elif step in ("take_over", "observe", "whisper"):
            self._lead(step)
        else:
            self._model.take_step(step)
        return True

    def _lead(self, step: str) -> None:
        """What a lead does about a contact of somebody else's."""
        row, leading = self._model.interaction, self.consulting.leading
        if row is None:
            return
        if step == "take_over":
            leading.take_over(row.id)
        elif step == "whisper":
            name = self._model.agent_name(row.assignee)
            WhisperSheet(leading, row.id, name, self._theme, self.window()).drop(self._anchor(step))
        elif self.consulting.observing.is_on:
            leading.stop_observing(row.id)
        else:
            leading.observe(row.id)

    def _anchor(self, step: str) -> QWidget:
        button = self.buttons[step]
        return button if button.isVisible() else self.more
