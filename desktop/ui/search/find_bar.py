"""Finding within the open contact: a bar above the stream with the words, which of how many, and the way to the next one."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from desktop.ui.i18n import formats
from desktop.ui.theme import fonts
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.within import WithinModel
from desktop.viewmodels.workplace import Workplace


class FindBar(QFrame):
    """``marked`` carries the words to be marked in the stream, ``closed`` that the keyboard goes back there."""

    marked = Signal(str)
    closed = Signal()

    def __init__(self, model: WithinModel, workplace: Workplace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._theme = theme
        self.setProperty("look", "find")
        self.setAccessibleName(self.tr("Find in this contact"))
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 6, 10, 6)
        row.setSpacing(4)
        self.field = QLineEdit(self)
        self.field.setPlaceholderText(self.tr("Find in this contact"))
        self.field.setAccessibleName(self.tr("Find in this contact"))
        self.field.setClearButtonEnabled(True)
        self.field.setMaximumWidth(360)
        self._icon = self.field.addAction(theme.icons.icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.field.textChanged.connect(self._on_text)
        self.field.installEventFilter(self)
        row.addWidget(self.field, 4)
        row.addSpacing(4)
        self.count = QLabel(self)
        self.count.setFont(fonts.figures(fonts.SMALL))
        self.count.setProperty("look", "muted")
        row.addWidget(self.count)
        row.addStretch(1)
        self.older = self._button("up", self.tr("Older"), "Return")
        self.newer = self._button("down", self.tr("Newer"), "Shift+Return")
        self.done = self._button("close", self.tr("Close"), "Esc")
        self.older.clicked.connect(lambda: model.step(1))
        self.newer.clicked.connect(lambda: model.step(-1))
        self.done.clicked.connect(self.close_bar)
        for button in (self.older, self.newer, self.done):
            row.addWidget(button)
        model.changed.connect(self._on_changed)
        workplace.current_changed.connect(self._on_current_changed)
        theme.changed.connect(self._tint)
        self._tint()
        self._on_changed()
        self.hide()

    def open_bar(self) -> None:
        """Show the bar with the keyboard in it; what was typed last is there to be typed over."""
        was_open = self.isVisible()
        self.show()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()
        if not was_open and self.field.text():
            self._on_text(self.field.text())

    def close_bar(self) -> None:
        """Hide the bar and what it marked; the stream stays where it is."""
        had_focus = self.isAncestorOf(self.focusWidget()) if self.focusWidget() else False
        self.hide()
        self._model.look_for("")
        self.marked.emit("")
        if had_focus:
            self.closed.emit()

    def _on_text(self, text: str) -> None:
        self.marked.emit(text.strip())
        self._model.look_for(text)

    def _on_current_changed(self) -> None:
        if not self.isHidden():
            self.hide()
            self._model.look_for("")
        self.field.clear()

    def _on_changed(self) -> None:
        model = self._model
        if model.count:
            total = f"{model.count}+" if model.has_more else str(model.count)
            text = self.tr("%1 of %2").replace("%1", str(model.position)).replace("%2", total)
        else:
            text = self.tr("Nothing found") if model.is_answered else ""
        self.count.setText(text)
        for button in (self.older, self.newer):
            button.setEnabled(model.count > 1)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter and the arrows step while the field keeps the keyboard; Escape closes."""
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            is_back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            steps = {
                Qt.Key.Key_Up: 1,
                Qt.Key.Key_Down: -1,
                Qt.Key.Key_Return: -1 if is_back else 1,
                Qt.Key.Key_Enter: -1 if is_back else 1,
            }
            step = steps.get(Qt.Key(event.key()))
            if step:
                self._model.step(step)
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        else:
            super().keyPressEvent(event)

    def _button(self, icon: str, tip: str, keys: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(icon)
        button.setIconSize(QSize(16, 16))
        button.setFixedSize(28, 28)
        button.setToolTip(f"{tip} ({formats.keys(keys)})")
        button.setAccessibleName(tip)
        return button

    def _tint(self) -> None:
        self._icon.setIcon(self._theme.icons.icon("search"))
        for button in (self.older, self.newer, self.done):
            button.setIcon(self._theme.icons.icon(button.objectName()))
