"""Buttons of the panel: one that shows its key, and a chip that may be pressed or only tells."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from desktop.ui.i18n import formats
from desktop.ui.widgets.look import set_look
from desktop.ui.widgets.tooltip import plain_tip as plain_tip


class KeyButton(QPushButton):
    """A button with its key beside the text; without a key it is an ordinary one."""

    def __init__(self, text: str = "", keys: str = "", look: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        if look:
            self.setProperty("look", look)
        self._keys = keys
        self._cap = QLabel(self)
        self._cap.setTextFormat(Qt.TextFormat.PlainText)
        self._cap.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._cap.setProperty("look", "key-primary" if look == "primary" else "key")
        self._cap.setText(formats.keys(keys).replace("Return", "↵").replace("Enter", "↵"))
        self._cap.setVisible(bool(keys))
        if keys:
            self.setProperty("keyed", True)
        self._name()

    def setText(self, text: str) -> None:
        super().setText(text)
        self._name()

    def _name(self) -> None:
        self.setAccessibleName(self.text().replace("&", ""))
        if self._keys:
            self.setToolTip(f"{self.text()} ({formats.keys(self._keys)})")
            self.setAccessibleDescription(formats.keys(self._keys))

    def _room(self) -> int:
        return self._cap.sizeHint().width() + 8 if self._keys else 0

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width() + self._room(), hint.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        hint = self._cap.sizeHint()
        is_left = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        x = 8 if is_left else self.width() - hint.width() - 8
        self._cap.setGeometry(x, (self.height() - hint.height()) // 2, hint.width(), hint.height())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange, QEvent.Type.EnabledChange):
            self._cap.setEnabled(self.isEnabled())
            self._place()


class Chip(QPushButton):
    """A pill of text. ``tell`` sets word, kind (``neutral``, ``accent``, ``good``, ``warn``, ``bad``) and tooltip; one that
    only tells takes no focus unless its tooltip holds more than its text."""

    def __init__(self, parent: QWidget | None = None, *, is_pressable: bool = False) -> None:
        super().__init__(parent)
        self._is_pressable = is_pressable
        self.setProperty("look", "fact-neutral")
        if not is_pressable:
            self.setProperty("still", True)
        else:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if is_pressable else Qt.FocusPolicy.NoFocus)

    def tell(self, text: str, kind: str = "neutral", tip: str = "", spoken: str = "") -> None:
        """Show ``text``; nothing hides the chip. ``spoken`` is what a screen reader says instead."""
        self.setVisible(bool(text))
        shown = text.replace("&", "&&")
        if self.text() != shown:
            self.setText(shown)
        self.setToolTip(plain_tip(tip))
        self.setAccessibleName(spoken or text)
        self.setAccessibleDescription(tip)
        if not self._is_pressable:
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus if tip else Qt.FocusPolicy.NoFocus)
        set_look(self, f"fact-{kind}")
