"""The field one types a search into. The keyboard stays in it: arrows walk in the list of hits, Tab completes a filter."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.ui.search.popup import FilterPopup

_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}


class SearchField(QLineEdit):
    """``stepped`` by an arrow (rows to walk), ``submitted`` by Enter, ``left`` by Escape in an empty field."""

    stepped = Signal(int)
    submitted = Signal()
    left = Signal()

    def __init__(self, popup: FilterPopup, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._popup = popup
        popup.anchor = self
        popup.chosen.connect(self._complete)
        self.textEdited.connect(self._offer)

    def put(self, text: str) -> None:
        """Write a text into the field as if it had been typed, with the keyboard behind it."""
        self.setText(text)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.setCursorPosition(len(text))
        self._offer()

    def _offer(self) -> None:
        self._popup.offer(self.text(), self.cursorPosition())

    def _complete(self, start: int, end: int, text: str) -> None:
        self.setSelection(start, end - start)
        self.insert(text)
        self._offer()

    def event(self, event: QEvent) -> bool:
        """Tab goes on to the next control only where there is nothing to complete."""
        is_key = isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress
        if is_key and self._popup.isVisible() and event.key() == Qt.Key.Key_Tab:  # type: ignore[attr-defined]
            self._popup.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        step = _STEPS.get(key)
        if step and self._popup.takes_arrows:
            self._popup.step(step)
        elif step:
            self._popup.hide()
            self.stepped.emit(step)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._popup.is_walked:
                self._popup.accept()
            else:
                self._popup.hide()
                self.submitted.emit()
        elif key == Qt.Key.Key_Escape:
            self._on_escape()
        else:
            super().keyPressEvent(event)

    def _on_escape(self) -> None:
        if self._popup.isVisible():
            self._popup.hide()
        elif self.text():
            self.clear()
        else:
            self.left.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._popup.hide()
