"""How long a reply is, in a quiet word beside the send button: the parts of a text message, characters near a limit."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget

from desktop.ui.i18n import formats
from desktop.ui.widgets.look import set_look
from desktop.viewmodels.composer import REPLY, ComposerModel
from desktop.viewmodels.length import NO_FILES, Length, length_of


class LengthLine(QLabel):
    """``refresh`` after each key."""

    def __init__(self, model: ComposerModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setProperty("look", "muted")
        self.hide()

    def refresh(self) -> None:
        """Show what is true now."""
        model = self._model
        is_reply = model.kind == REPLY
        found = length_of(model.channel, model.text, len(model.enclosures)) if is_reply else None
        self.setVisible(found is not None)
        if found is None:
            self.clear()
            return
        set_look(self, "hint-bad" if found.code else "muted")
        self.setText(self._told(found))
        self.setToolTip(self._why(found))

    def _told(self, found: Length) -> str:
        if found.code == NO_FILES:
            return self.tr("This channel takes no files")
        if found.sms is None:
            count, limit = formats.amount(float(found.count)), formats.amount(float(found.limit))
            return self.tr("%1 of %2 characters").replace("%1", count).replace("%2", limit)
        if found.code:
            told = self.tr("%1 of %2 parts").replace("%1", formats.amount(float(found.count)))
            return told.replace("%2", formats.amount(float(found.limit)))
        parts = self.tr("%n text message(s)", "", found.sms.parts)
        left = self.tr("%n left", "", found.sms.left)
        return f"{parts} · {left}"

    def _why(self, found: Length) -> str:
        if found.sms is None or not found.sms.spoilers:
            return ""
        signs = "  ".join(found.sms.spoilers)
        return self.tr("These signs leave room for 70 instead of 160 in a message: %1").replace("%1", signs)
