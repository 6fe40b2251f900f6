"""A word of a lead to the agent of a contact, that nobody else sees."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from desktop.domain.ids import InteractionId
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.sheet import Sheet
from desktop.viewmodels.leading import TEXT_AT_MOST, Leading

translate = QCoreApplication.translate


class WhisperSheet(Sheet):
    """``name`` is the agent's."""

    def __init__(
        self, leading: Leading, interaction_id: InteractionId, name: str, theme: Theme, parent: QWidget | None = None
    ) -> None:
        who = name or translate("leading", "the agent")
        super().__init__(theme, translate("leading", "Whisper to %1").replace("%1", who), parent)
        self._leading = leading
        self._id = interaction_id
        self.label(translate("leading", "Only %1 and leads see this, never the customer.").replace("%1", who))
        self.text = QPlainTextEdit(self)
        self.text.setProperty("look", "field")
        self.text.setAccessibleName(self.title.text())
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(88)
        self.text.textChanged.connect(self._on_text)
        self.column.addWidget(self.text)
        self.finish(translate("leading", "Whisper"), self._on_done, translate("leading", "Cancel"))
        self._on_text()

    def drop(self, anchor: QWidget, at: QPoint | None = None) -> None:
        """Show it below ``anchor`` with the keyboard in the field."""
        super().drop(anchor, at)
        self.text.setFocus(Qt.FocusReason.PopupFocusReason)

    def _on_text(self) -> None:
        over = len(self.text.toPlainText()) - TEXT_AT_MOST
        self.done.setEnabled(bool(self.text.toPlainText().strip()) and over <= 0)
        self.tell_trouble(translate("leading", "%n character(s) too many", None, over) if over > 0 else "")

    def _on_done(self) -> None:
        text = self.text.toPlainText()
        self.close()
        self._leading.whisper(self._id, text)
