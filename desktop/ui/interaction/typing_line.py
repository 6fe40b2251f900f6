"""The quiet line under the stream: the customer is typing, or has closed the page."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from desktop.ui.theme.theme import Theme
from desktop.viewmodels.interaction import InteractionModel
from desktop.viewmodels.typing import GONE, TYPING, TypingModel


class TypingLine(QWidget):
    """Takes its place only while there is something to say."""

    def __init__(
        self, model: TypingModel, facts: InteractionModel, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._facts = facts
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 2, 18, 6)
        self.label = QLabel(self)
        self.label.setProperty("look", "muted")
        row.addWidget(self.label)
        model.changed.connect(self._show)
        facts.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        name = self._facts.customer_name() if self._facts.interaction is not None else ""
        texts = {
            TYPING: self.tr("%1 is typing …") if name else self.tr("The customer is typing …"),
            GONE: self.tr("%1 has closed the page.") if name else self.tr("The customer has closed the page."),
        }
        text = texts.get(self._model.state, "").replace("%1", name)
        if text != self.label.text():
            self.label.setText(text)
            self.label.setAccessibleName(text)
        self.setVisible(bool(text))
