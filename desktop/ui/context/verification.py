"""Verification beside the customer: how far the contact is, in one line, and the questions as a checklist that opens below.
What the caller says is typed, compared at once and forgotten; Enter goes on, a right answer by itself.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.ui.accounts import wording
from desktop.ui.context import values
from desktop.ui.context.card import clear, pill
from desktop.ui.interaction.buttons import KeyButton
from desktop.ui.theme import painting
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.announcing import announce
from desktop.ui.widgets.flow import FlowBox
from desktop.ui.widgets.look import set_look
from desktop.ui.widgets.tooltip import plain_tip
from desktop.viewmodels.verification import OPEN, RIGHT, UNKNOWN, WRONG, QuestionRow, VerificationModel

_ICONS = {RIGHT: ("check", "good"), WRONG: ("close", "bad"), UNKNOWN: ("help", "muted"), OPEN: ("help", "accent")}


class VerificationView(QWidget):
    """Hidden where the centre asks nothing, or nobody is there to be asked."""

    def __init__(self, model: VerificationModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._theme = theme
        self._shown: object = None
        self._is_open = False
        self._asking: _Asking | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        line = QHBoxLayout()
        line.setSpacing(8)
        self.chip = pill("", "neutral", self)
        line.addWidget(self.chip)
        self.progress = QLabel(self)
        self.progress.setProperty("look", "muted")
        line.addWidget(self.progress)
        line.addStretch(1)
        self.begin = QPushButton(self)
        self.begin.setProperty("look", "link")
        self.begin.clicked.connect(self.toggle)
        line.addWidget(self.begin)
        column.addLayout(line)
        self.card = QFrame(self)
        self.card.setProperty("look", "card")
        self.card.setAccessibleName(self.tr("Verification"))
        self._list = QVBoxLayout(self.card)
        self._list.setContentsMargins(12, 10, 12, 10)
        self._list.setSpacing(8)
        self.card.hide()
        column.addWidget(self.card)
        model.changed.connect(self.refresh)
        theme.changed.connect(self._on_theme)
        self.refresh()

    def open(self) -> None:
        """Show the questions and begin with the first that can be asked."""
        if not self._model.is_shown or self._model.lacking is not None:
            return
        self._is_open = True
        first = next((row.id for row in self._model.rows if row.state == OPEN), "")
        self._model.ask(self._model.asked or first)
        self._shown = None
        self.refresh()
        self.take_focus()

    def toggle(self) -> None:
        """Show the questions, or put them away."""
        if self._is_open:
            self._close()
        else:
            self.open()

    def take_focus(self) -> None:
        """Put the keyboard to where the answer is given."""
        if self._asking is not None:
            self._asking.take_focus()
        else:
            found = self.card.findChildren(QPushButton)
            (found[0] if found else self.begin).setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        """Show how it stands."""
        model = self._model
        shown = (model.is_shown, model.standing, model.rows, model.can_ask, model.asked, self._is_open)
        if shown == self._shown:
            return
        had_focus = self.card.isAncestorOf(self.focusWidget() or self) and self.card.isVisible()
        was_verified = isinstance(self._shown, tuple) and self._shown[1].is_verified
        self._shown = shown
        self.setVisible(model.is_shown)
        self._tell_standing()
        if self._is_open and model.standing.is_verified and not was_verified:
            self._is_open = False
            announce(self.chip, self.chip.text())
        self._fill()
        if had_focus:
            self.take_focus()

    def _tell_standing(self) -> None:
        standing = self._model.standing
        if standing.is_exempt:
            text, kind = self.tr("verified by the channel"), "good"
        elif standing.is_verified:
            text, kind = self.tr("verified"), "good"
        else:
            text, kind = self.tr("not verified"), "bad" if standing.is_locked else "warn"
        self.chip.setText(text)
        set_look(self.chip, f"pill-{kind}")
        # As for every pill: its own hint would cut the last letters before it is shown.
        self.chip.setFixedWidth(painting.pill_width(text) + 4)
        progress = self.tr("%1 of %2").replace("%2", str(standing.needed)).replace("%1", str(standing.points))
        if standing.wrong:
            progress = f"{progress} · {self.tr('%n wrong', None, standing.wrong)}"
        if standing.is_locked:
            progress = self.tr("too many wrong answers")
        lacking = self._model.lacking
        if lacking is not None:
            progress = self.tr("cannot be asked in this contact")
        self.progress.setText("" if standing.is_verified else progress)
        self.progress.setToolTip(plain_tip(wording.lacking(lacking)) if lacking is not None else "")
        self.begin.setVisible(self._model.can_ask or (self._is_open and not standing.is_verified))
        self.begin.setText(self.tr("Close") if self._is_open else self.tr("Verify"))

    # --- the questions ----------------------------------------------------------------------------------------------

    def _fill(self) -> None:
        clear(self._list)
        self._asking = None
        self.card.setVisible(self._is_open)
        if not self._is_open:
            return
        for row in self._model.rows:
            self._list.addWidget(self._question(row))
            if row.id == self._model.asked and self._model.can_ask:
                self._asking = _Asking(self._model, row, self.card)
                self._list.addWidget(self._asking)
                self._asking.show()  # at once, so that the keyboard can be put into it

    def _question(self, row: QuestionRow) -> QWidget:
        made = QWidget(self.card)
        line = QHBoxLayout(made)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        icon, color = _ICONS[row.state]
        picture = QLabel(made)
        picture.setPixmap(self._theme.icons.pixmap(icon, 16, color, self.devicePixelRatioF()))
        picture.setFixedWidth(16)
        line.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        state = {
            RIGHT: self.tr("right"),
            WRONG: self.tr("wrong"),
            UNKNOWN: self.tr("not on file"),
        }.get(row.state, "")
        title = QLabel(row.title, made)
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setWordWrap(True)
        title.setProperty("look", "strong" if row.id == self._model.asked else "" if row.state == OPEN else "muted")
        title.setAccessibleName(f"{row.title} {state}".strip())
        line.addWidget(title, 1)
        if state:
            said = QLabel(state, made)
            said.setProperty("look", "muted")
            line.addWidget(said, 0, Qt.AlignmentFlag.AlignTop)
        elif self._model.can_ask and row.id != self._model.asked:
            ask = QPushButton(self.tr("Ask"), made)
            ask.setProperty("look", "link")
            ask.setAccessibleName(self.tr("Ask: %1").replace("%1", row.title))
            ask.clicked.connect(lambda: self._on_ask(row.id))
            line.addWidget(ask, 0, Qt.AlignmentFlag.AlignTop)
        return made

    def _on_ask(self, question_id: str) -> None:
        self._model.ask(question_id)
        self.take_focus()

    def _close(self) -> None:
        self._is_open = False
        self._model.ask("")
        self._shown = None
        self.refresh()
        self.begin.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_theme(self) -> None:
        self._shown = None
        self.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._is_open:
            self._close()
        else:
            super().keyPressEvent(event)


class _Asking(QWidget):
    """The answer to one question: typed and compared, or judged by ear."""

    def __init__(self, model: VerificationModel, row: QuestionRow, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._row = row
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 0, 0, 0)
        column.setSpacing(6)
        self.field: QLineEdit | None = None
        if row.is_typed:
            self.field = field = QLineEdit(self)
            field.setPlaceholderText(self.tr("What the caller says"))
            field.setAccessibleName(f"{row.title} {field.placeholderText()}")
            field.textEdited.connect(self._on_typed)
            field.returnPressed.connect(self._on_return)
            field.installEventFilter(self)
            column.addWidget(field)
        elif row.answer:
            shown = QLabel(values.shown(row.field, row.answer), self)
            shown.setTextFormat(Qt.TextFormat.PlainText)
            shown.setWordWrap(True)
            shown.setProperty("look", "strong")
            column.addWidget(shown)
        self.hint = QLabel(self)
        self.hint.setTextFormat(Qt.TextFormat.PlainText)
        self.hint.setWordWrap(True)
        self.hint.setProperty("look", "muted")
        self.hint.hide()
        column.addWidget(self.hint)
        foot = FlowBox(self, 8)
        self.right = KeyButton(self.tr("Compare") if row.is_typed else self.tr("Right"), "Return", "", foot)
        self.right.clicked.connect(self._on_return if row.is_typed else lambda: self._answer(is_right=True))
        self.wrong = KeyButton(self.tr("Wrong"), "Ctrl+Return" if row.is_typed else "Del", "", foot)
        self.wrong.clicked.connect(lambda: self._answer(is_right=False))
        self.wrong.setVisible(not row.is_typed)
        foot.flow.addWidget(self.right)
        foot.flow.addWidget(self.wrong)
        column.addWidget(foot)

    def take_focus(self) -> None:
        """Put the keyboard to where the answer is given."""
        (self.field or self.right).setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_typed(self) -> None:
        self.hint.hide()
        self.wrong.hide()

    def _on_return(self) -> None:
        if self.field is None or not self.field.text().strip():
            return
        is_right = self._model.check(self._row.id, self.field.text())
        if is_right:
            self._answer(is_right=True)
            return
        self.hint.setText(
            self.tr("That is not what the record says. A slip of the pen? Otherwise the answer is wrong.")
            if is_right is False
            else self.tr("This does not look like an answer to this question.")
        )
        self.hint.show()
        self.wrong.setVisible(is_right is False)
        announce(self.field, self.hint.text())

    def _answer(self, *, is_right: bool) -> None:
        self._model.answer(self._row.id, is_right)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The field takes Enter with any other key held for plain Enter."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                if self.wrong.isVisible():
                    self._answer(is_right=False)
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.field is None and event.key() == Qt.Key.Key_Delete:
            self._answer(is_right=False)
        elif self.field is None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._answer(is_right=True)
        else:
            super().keyPressEvent(event)
