"""The step of a guided flow that is worked on: what it needs as fields, the wording ready for the composer, done and skip."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.flow import FlowStep, Need
from desktop.ui.context import values
from desktop.ui.context.card import clear
from desktop.ui.i18n import formats
from desktop.ui.interaction.buttons import KeyButton
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.flow import FlowLayout
from desktop.viewmodels.flow import SKIP_REASONS, FlowModel

translate = QCoreApplication.translate


def skip_reason(code: str) -> str:
    """Return why a step was left out; a reason of the company's own is shown as it is."""
    return {
        "not_needed": translate("flow", "Not needed here"),
        "declined": translate("flow", "The customer does not want it"),
        "not_possible": translate("flow", "Not possible at the moment"),
        "later": translate("flow", "Will be done later"),
    }.get(code, code)


class StepForm(QWidget):
    """Filled anew when it is about another step; what stands in a field is the model's from the first letter on."""

    def __init__(self, model: FlowModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._theme = theme
        self._shown: tuple[object, ...] = ()
        self.fields: dict[str, QLineEdit] = {}
        self._hints: dict[str, QLabel] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 2, 0, 8)
        column.setSpacing(6)
        self._grid_box = QWidget(self)
        self._grid = QGridLayout(self._grid_box)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(0, 1)
        column.addWidget(self._grid_box)
        self.wording = QLabel(self)
        self.wording.setTextFormat(Qt.TextFormat.PlainText)
        self.wording.setWordWrap(True)
        self.wording.setProperty("look", "muted")
        column.addWidget(self.wording)
        # Long words, as in German, go on in a second line instead of widening the card.
        row = FlowLayout(gap=6)
        self.done = KeyButton(self.tr("Done"), "Alt+Return", "primary", self)
        self.done.clicked.connect(self._on_done)
        self.write = QPushButton(self.tr("Write"), self)
        self.write.setToolTip(self.tr("Put the wording into the reply"))
        self.write.clicked.connect(model.write)
        self.skip = QPushButton(self.tr("Skip"), self)
        self.skip.setProperty("look", "quiet")
        self.skip.setToolTip(f"{self.tr('Leave this step out')} ({formats.keys('Alt+Shift+Return')})")
        self.skip.clicked.connect(self.ask_why_skipped)
        row.addWidget(self.done)
        row.addWidget(self.write)
        row.addWidget(self.skip)
        column.addLayout(row)

    # --- showing ----------------------------------------------------------------------------------------------------

    def fill(self) -> bool:
        """Show the step that is worked on; says whether it is another than before."""
        step, flow = self._model.step, self._model.current
        if step is None or flow is None:
            return False
        shape = (flow.flow.id, step.action, tuple(need.field for need in step.needs))
        is_other = shape != self._shown
        if is_other:
            self._shown = shape
            self._make_fields(step)
        for need in step.needs:
            field = self.fields[need.field]
            text = self._model.value(step, need.field)
            text = values.day_text(text) if need.field == "birth_date" and not field.hasFocus() else text
            if field.text() != text:
                field.setText(text)
            self._tell_problem(need)
            field.setEnabled(self._model.can_work)
            is_hidden = self._model.is_hidden(need.field)
            field.setPlaceholderText(self.tr("hidden until verified") if is_hidden else "")
        self._tell_wording(step)
        for button in (self.done, self.write, self.skip):
            button.setEnabled(self._model.can_work)
        return is_other

    def _make_fields(self, step: FlowStep) -> None:
        clear(self._grid)
        self.fields, self._hints = {}, {}
        for number, need in enumerate(step.needs):
            name = self._name(need)
            label = QLabel(self.tr("%1 (if there is one)").replace("%1", name) if need.is_optional else name)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setProperty("look", "muted")
            field = QLineEdit(self._grid_box)
            field.setAccessibleName(name)
            field.textEdited.connect(partial(self._on_typed, need.field))
            field.installEventFilter(self)
            hint = QLabel(self._grid_box)
            hint.setTextFormat(Qt.TextFormat.PlainText)
            hint.setProperty("look", "hint-bad")
            hint.setWordWrap(True)
            hint.hide()
            self.fields[need.field], self._hints[need.field] = field, hint
            for place, part in enumerate((label, field, hint)):
                self._grid.addWidget(part, number * 3 + place, 0)
        self._grid_box.setVisible(bool(step.needs))

    def _tell_problem(self, need: Need) -> None:
        code = self._model.problems.get(need.field, "")
        hint = self._hints[need.field]
        hint.setText(self.tr("This is still needed.") if code == "missing" else values.problem(code) if code else "")
        hint.setVisible(bool(code))
        self.fields[need.field].setAccessibleDescription(hint.text())

    def _tell_wording(self, step: FlowStep) -> None:
        text = self._model.wording(step)
        self.wording.setText(formats.quoted(text) if text else "")
        self.wording.setVisible(bool(text))
        self.write.setVisible(bool(text))

    def _name(self, need: Need) -> str:
        return self._model.title(need) or values.title(need.field)

    # --- the keyboard -----------------------------------------------------------------------------------------------

    def has_focus(self) -> bool:
        """Whether the keyboard is in it."""
        focus = QApplication.focusWidget()
        return focus is not None and self.isAncestorOf(focus)

    def take_focus(self) -> None:
        """Put the keyboard into the first field that is empty, else the first, else onto the button that goes on."""
        empty = [field for field in self.fields.values() if not field.text()]
        target = next(iter([*empty, *self.fields.values()]), self.done)
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def to_first_problem(self) -> None:
        """Put the keyboard where something is missing or wrong."""
        for name, field in self.fields.items():
            if name in self._model.problems:
                field.setFocus(Qt.FocusReason.OtherFocusReason)
                field.selectAll()
                return

    def ask_why_skipped(self) -> None:
        """Open the reasons for leaving the step out; their numbers are keys."""
        if self._model.step is None or not self._model.can_work or not self.isVisible():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for number, code in enumerate(SKIP_REASONS):
            menu.addAction(f"&{number + 1}  {skip_reason(code)}", partial(self._model.skip, code))
        menu.popup(self.skip.mapToGlobal(QPoint(0, self.skip.height() + 4)))
        menu.setActiveAction(menu.actions()[0])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter goes on to the next field, and ticks the step after the last."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if is_enter and event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier):
                fields = list(self.fields.values())
                after = fields[fields.index(watched) + 1 :] if watched in fields else []
                if after:
                    after[0].setFocus(Qt.FocusReason.TabFocusReason)
                else:
                    self._on_done()
                return True
        return super().eventFilter(watched, event)

    def _on_typed(self, field: str, text: str) -> None:
        self._model.type(field, text)
        step = self._model.step
        if step is not None:
            self._tell_wording(step)

    def _on_done(self) -> None:
        if self._model.step is not None and not self._model.done():
            self.to_first_problem()
