"""Wrapping up in the place of the composer: how it ended, what was done, and the clock of the after-call work."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.interaction import Interaction
from desktop.ui.i18n import formats
from desktop.ui.interaction.buttons import KeyButton
from desktop.ui.interaction.picker import Choice, ChoiceList
from desktop.ui.theme import fonts
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.wrap_up import WrapUpModel

_LIST_HEIGHT, _LIST_LOW = 162, 120
_SIDE_BY_SIDE = 560


class WrapUpCard(QWidget):
    """``propose`` makes a summary out of what is known of a contact."""

    def __init__(
        self, model: WrapUpModel, theme: Theme, propose: Callable[[Interaction], str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.model = model
        self._propose = propose
        self._filled: tuple[Choice, ...] = ()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(14, 10, 14, 10)
        card = QFrame(self)
        card.setProperty("look", "card")
        outer.addWidget(card)
        column = QVBoxLayout(card)
        column.setContentsMargins(14, 10, 14, 12)
        column.setSpacing(8)
        head = QHBoxLayout()
        title = QLabel(self.tr("Wrap up"), card)
        title.setProperty("look", "strong")
        head.addWidget(title)
        head.addStretch(1)
        self.clock = QLabel(card)
        self.clock.setFont(fonts.figures(fonts.SMALL, 500))
        self.clock.setProperty("look", "pill-neutral")
        head.addWidget(self.clock)
        column.addLayout(head)
        self._body = body = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        body.setSpacing(12)
        left = QVBoxLayout()
        left.setSpacing(4)
        self.search = QLineEdit(card)
        self.search.setPlaceholderText(self.tr("How did it end?"))
        self.search.setAccessibleName(self.tr("How did it end? Type to search, arrow keys choose"))
        self.search.setClearButtonEnabled(True)
        self.search.installEventFilter(self)
        left.addWidget(self.search)
        self.list = ChoiceList(theme, card)
        self.list.setFixedHeight(_LIST_HEIGHT)
        self.list.setMinimumWidth(120)
        self.list.setProperty("look", "choices-framed")
        self.list.setAccessibleName(self.tr("Outcomes"))
        left.addWidget(self.list)
        body.addLayout(left, 1)
        right = QVBoxLayout()
        right.setSpacing(4)
        self.summary = QPlainTextEdit(card)
        self.summary.setProperty("look", "field")
        self.summary.setMinimumSize(120, 64)
        self.summary.setTabChangesFocus(True)
        self.summary.setAccessibleName(self.tr("Summary"))
        self.summary.setPlaceholderText(self.tr("What was done, for whoever is next"))
        self.summary.installEventFilter(self)
        right.addWidget(self.summary, 1)
        body.addLayout(right, 1)
        column.addLayout(body)
        foot = QHBoxLayout()
        self.hint = QLabel(card)
        self.hint.setProperty("look", "muted")
        self.hint.setWordWrap(True)
        foot.addWidget(self.hint, 1)
        self.back = QPushButton(self.tr("Back"), card)
        self.back.setToolTip(self.tr("Back to writing; what was filled in stays (Esc)"))
        self.back.clicked.connect(model.cancel)
        foot.addWidget(self.back)
        self.finish = KeyButton(self.tr("Finish"), "Ctrl+Return", "primary", card)
        self.finish.clicked.connect(model.finish)
        foot.addWidget(self.finish)
        column.addLayout(foot)
        self._tick = QTimer(self)
        self._tick.setInterval(1000)
        self._tick.timeout.connect(self._on_tick)
        self.search.textChanged.connect(self.list.narrow)
        self.list.chosen.connect(model.choose)
        self.summary.textChanged.connect(self._on_typed)
        model.loaded.connect(self._on_loaded)
        model.changed.connect(self.refresh)
        self.refresh()

    # --- showing ----------------------------------------------------------------------------------------------------

    def _on_loaded(self) -> None:
        self.search.clear()
        self._put(self.model.summary)
        self.refresh()

    def refresh(self) -> None:
        """Show what the model holds, once there is a card to show it in."""
        model = self.model
        if not model.is_open:
            return
        if model.needs_summary and model.interaction is not None:
            model.propose(self._propose(model.interaction))
            self._put(model.summary)
        fitting = model.fitting
        likely, other = self.tr("Fits this request"), self.tr("Other outcomes")
        choices = tuple(
            Choice(
                d.id,
                model.title(d),
                group=(likely if d.id in fitting else other) if fitting else "",
                is_marked=d.id == model.chosen,
            )
            for d in model.dispositions
        )
        if choices != self._filled:
            self._filled = choices
            self.list.fill(choices)
            if model.chosen:
                self.list.stand_on(model.chosen)
        # Where the system keeps no outcomes there is none to choose, only something to say.
        for part in (self.search, self.list):
            part.setVisible(model.needs_disposition)
        self.finish.setEnabled(model.can_finish)
        self.hint.setText("" if model.chosen or not model.needs_disposition else self.tr("Choose how it ended"))
        self._on_tick()

    def take_focus(self) -> None:
        """Put the cursor where the first answer is expected."""
        is_asked = self.model.needs_disposition and not self.model.chosen
        self.search.setFocus() if is_asked else self.summary.setFocus()

    def _put(self, text: str) -> None:
        if text != self.summary.toPlainText():
            self.summary.blockSignals(True)
            self.summary.setPlainText(text)
            self.summary.blockSignals(False)

    def _on_typed(self) -> None:
        self.model.write_summary(self.summary.toPlainText())

    def _on_tick(self) -> None:
        self.clock.setText(formats.ticking(self.model.elapsed_s))
        self.clock.setAccessibleName(self.tr("After-call work: %1").replace("%1", self.clock.text()))

    # --- events -----------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = event.size().width() < _SIDE_BY_SIDE
        self._body.setDirection(QBoxLayout.Direction.TopToBottom if is_narrow else QBoxLayout.Direction.LeftToRight)
        self.list.setFixedHeight(_LIST_LOW if is_narrow else _LIST_HEIGHT)
        self.summary.setMaximumHeight(72 if is_narrow else 16_777_215)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._on_tick()
        self._tick.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._tick.stop()
        self.model.flush()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.model.cancel()
        elif _is_ctrl_enter(event):
            self.model.finish()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.FocusOut:
            self.model.flush()
        if not isinstance(event, QKeyEvent) or event.type() is not QEvent.Type.KeyPress:
            return super().eventFilter(watched, event)
        if _is_ctrl_enter(event):
            self.model.finish()
            return True
        if watched is self.search:
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                self.list.step(1 if event.key() == Qt.Key.Key_Down else -1)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if self.list.take():
                    self.summary.setFocus()
                return True
        return super().eventFilter(watched, event)


def _is_ctrl_enter(event: QKeyEvent) -> bool:
    is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
    return is_enter and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
