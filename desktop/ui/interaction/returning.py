"""What was taken back out of the outbox is shown where it was written: in the reply, in the note, in the wrap-up card. The
drafts hold it already where the contact was not open; where it was, it is put above what is being written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop.domain.commands import AddNote, Command, SendMessage, WrapUp, interaction_of
from desktop.domain.interaction import MessageKind
from desktop.ui.interaction.mail_text import plain_text
from desktop.viewmodels.composer import NOTE, REPLY
from desktop.viewmodels.reach import block_of
from desktop.viewmodels.stream import StreamRow

if TYPE_CHECKING:
    from desktop.ui.interaction.panel import InteractionPanel


class Returning(QObject):
    """``show`` opens the contact first where it is not open."""

    def __init__(self, panel: InteractionPanel) -> None:
        super().__init__(panel)
        self._panel = panel
        self._command: Command | None = None
        panel.composing.loaded.connect(self._on_loaded)
        panel.wrapping_up.loaded.connect(self._on_loaded)

    def edit(self, row: StreamRow) -> None:
        """Bring the text of a message that did not get out back into the editor."""
        panel, message, entry = self._panel, row.item.message, row.item.entry
        kind = NOTE if message is not None and message.kind is MessageKind.NOTE else REPLY
        if block_of(panel.model.interaction, panel.model.workplace.me, kind):
            # Nobody would see it there.
            panel.notice.emit(self.tr("Nothing can be written here at the moment. The text stays where it is."), "warn")
        elif entry is not None:
            panel.model.take_back(entry.id, lambda done: self.show(entry.command) if done else None)
        elif message is not None:
            panel.composing.bring_back(plain_text(message), kind, message.attachments)
            panel.composer.editor.setFocus()

    def show(self, command: Command) -> None:
        """Show what was written in a command that is a draft again, the keyboard in it."""
        self._command = command
        workplace = self._panel.model.workplace
        if interaction_of(command) == workplace.current:
            self._on_loaded()
        else:
            workplace.open(interaction_of(command))

    def _on_loaded(self) -> None:
        panel, command = self._panel, self._command
        if command is None or not (panel.composing.is_loaded and panel.wrapping_up.is_loaded):
            return
        self._command = None
        match command:
            case WrapUp():
                panel.wrapping_up.fill_in(command.disposition, command.summary)
                panel.card.take_focus()
            case SendMessage() | AddNote():
                kind = REPLY if isinstance(command, SendMessage) else NOTE
                if panel.wrapping_up.is_open:
                    panel.wrapping_up.cancel()
                panel.composer.choose(kind)
                panel.composing.bring_back(command.text, kind, command.attachments)
            case _:
                pass
