"""Writing: reply or note, by which channel, with which files; sending, and taking the last send back for a few seconds. Where
nothing can be written it says why and offers what would change that.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QStandardPaths, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.accounts import wording
from desktop.ui.i18n import formats, reasons
from desktop.ui.interaction.buttons import KeyButton, plain_tip
from desktop.ui.interaction.channel_menu import ChannelButton
from desktop.ui.interaction.editor import MessageEditor
from desktop.ui.interaction.length_line import LengthLine
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.flow import FlowLayout
from desktop.ui.widgets.look import set_look
from desktop.viewmodels.composer import LARGEST_FILE, NOTE, REPLY, ComposerModel, Enclosure

_TICK_MS = 250
# Below this width the buttons beside the hint are known by their icons.
_NARROW = 460
# What would change that nothing can be written, by block.
# Where a note can be written, though no reply.
_WITH_NOTE = frozenset({"spoken", "asked", "reading"})
_CURES = {"queued": "take", "offered": "accept", "closed": "reopen", "snoozed": "resume"}


class Composer(QWidget):
    """``step_requested`` carries the step that would make writing possible; ``too_late`` that a send was not taken back."""

    step_requested = Signal(str)
    too_late = Signal()

    def __init__(self, model: ComposerModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self._theme = theme
        outer = QVBoxLayout(self)
        outer.setContentsMargins(14, 10, 14, 10)
        self._card = QFrame(self)
        self._card.setProperty("look", "card")
        outer.addWidget(self._card)
        column = QVBoxLayout(self._card)
        column.setContentsMargins(12, 8, 12, 10)
        column.setSpacing(6)
        column.addLayout(self._make_head())
        self.editor = MessageEditor(model, theme, self._card)
        field = QHBoxLayout()
        # In line with the words of the tabs above.
        field.setContentsMargins(7, 0, 0, 0)
        field.addWidget(self.editor)
        column.addLayout(field)
        self._blocked = self._make_blocked()
        column.addWidget(self._blocked)
        self._files = QWidget(self._card)
        self._flow = FlowLayout(self._files)
        self._flow.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._files)
        self._foot = QWidget(self._card)
        self._fill_foot(self._foot)
        column.addWidget(self._foot)
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._on_tick)
        self.editor.send_requested.connect(self.send)
        self.editor.undo_send_requested.connect(model.undo)
        self.editor.files_dropped.connect(model.attach)
        self.editor.textChanged.connect(self._on_typed)
        model.loaded.connect(self._on_loaded)
        model.restored.connect(self._on_restored)
        model.changed.connect(self.refresh)
        model.saved.connect(lambda: self.hint.setText(self.tr("Draft saved")))
        model.undo_changed.connect(self._on_undo_changed)
        model.too_late.connect(self.too_late)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.refresh()

    # --- making -----------------------------------------------------------------------------------------------------

    def _make_head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(2)
        row.setContentsMargins(0, 0, 0, 0)
        self.tabs: dict[str, QPushButton] = {}
        group = QButtonGroup(self)
        for kind, text, keys in ((REPLY, self.tr("Reply"), "Ctrl+R"), (NOTE, self.tr("Note"), "Ctrl+Shift+N")):
            tab = QPushButton(text, self._card)
            tab.setProperty("look", "seg")
            tab.setCheckable(True)
            tab.setAccessibleName(text)
            tab.setToolTip(f"{text} ({formats.keys(keys)})")
            tab.clicked.connect(lambda _=False, kind=kind: self.choose(kind))
            group.addButton(tab)
            row.addWidget(tab)
            self.tabs[kind] = tab
        self.tabs[REPLY].setChecked(True)
        row.addStretch(1)
        self.undo_text = QLabel(self._card)
        self.undo_text.setProperty("look", "muted")
        self.undo_button = QPushButton(self.tr("Undo"), self._card)
        self.undo_button.setProperty("look", "link")
        self.undo_button.setAccessibleName(self.tr("Take the last send back"))
        self.undo_button.setToolTip(
            self.tr("Take the last send back (%1 in the empty field)").replace("%1", formats.keys("Ctrl+Z"))
        )
        self.undo_button.clicked.connect(self.model.undo)
        row.addWidget(self.undo_text)
        row.addSpacing(6)
        row.addWidget(self.undo_button)
        row.addStretch(1)
        self.channel = ChannelButton(self.model, self._theme, self._card)
        row.addWidget(self.channel)
        return row

    def _make_blocked(self) -> QWidget:
        box = QWidget(self._card)
        row = QHBoxLayout(box)
        row.setContentsMargins(7, 6, 0, 6)
        row.setSpacing(12)
        self.reason = QLabel(box)
        self.reason.setProperty("look", "quiet")
        self.reason.setWordWrap(True)
        self.reason.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        row.addWidget(self.reason, 1)
        self.cure = QPushButton(box)
        self.cure.clicked.connect(self._on_cure)
        row.addWidget(self.cure)
        return box

    def _fill_foot(self, foot: QWidget) -> None:
        row = QHBoxLayout(foot)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self.attach_button = QPushButton(self.tr("Attach"), foot)
        self.attach_button.setProperty("look", "tool")
        self.attach_button.setAccessibleName(self.tr("Attach"))
        self.attach_button.clicked.connect(self._on_attach)
        self.template_button = QPushButton(self.tr("Template"), foot)
        self.template_button.setProperty("look", "tool")
        self.template_button.setAccessibleName(self.tr("Template"))
        self.template_button.setToolTip(self.tr("Insert a template (type / in the text)"))
        self.template_button.clicked.connect(self.editor.insert_template)
        row.addWidget(self.attach_button)
        row.addWidget(self.template_button)
        row.addStretch(1)
        self.length = LengthLine(self.model, foot)
        row.addWidget(self.length)
        self.hint = QLabel(foot)
        self.hint.setProperty("look", "muted")
        row.addWidget(self.hint)
        row.addSpacing(6)
        self.send_button = KeyButton(self.tr("Send"), "Ctrl+Return", "primary", foot)
        self.send_button.clicked.connect(self.send)
        self.keep_button = KeyButton(self.tr("Save note"), "Ctrl+Return", "primary", foot)
        self.keep_button.clicked.connect(self.send)
        row.addWidget(self.send_button)
        row.addWidget(self.keep_button)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = event.size().width() < _NARROW
        self.attach_button.setText("" if is_narrow else self.tr("Attach"))
        self.template_button.setText("" if is_narrow else self.tr("Template"))

    # --- what the panel asks ----------------------------------------------------------------------------------------

    def choose(self, kind: str) -> None:
        """Turn to reply or note and put the cursor there."""
        self.model.choose_kind(kind)
        if not self.model.block:
            self.editor.setFocus()

    def insert_wording(self, text: str, suggestion_id: str | None = None) -> bool:
        """Put a suggested wording into the reply, to be looked over and sent; says whether that is possible now."""
        done = self.model.insert_wording(text, suggestion_id)  # type: ignore[arg-type]
        if done:
            self.editor.setFocus()
        return done

    def send(self) -> None:
        """Send or keep what was written."""
        if self.model.send():
            self.editor.setFocus()

    def set_room(self, height: int) -> None:
        """Say how high the panel is: the editor takes a third of it at most."""
        self.editor.limit(height // 3 // max(1, self.editor.fontMetrics().lineSpacing()))

    # --- showing ----------------------------------------------------------------------------------------------------

    def _on_loaded(self) -> None:
        self.editor.put(self.model.text)
        self.editor.document().clearUndoRedoStacks()
        self.hint.setText(self.tr("Draft restored") if self.model.text.strip() else "")
        self._on_undo_changed()
        self.refresh()

    def _on_typed(self) -> None:
        self.hint.setText("")
        self.length.refresh()

    def _on_restored(self, text: str) -> None:
        self.editor.put(text)
        self.hint.setText("")

    def refresh(self) -> None:
        """Show what may be written now."""
        model = self.model
        block = model.block if model.is_loaded else "none"
        is_note = model.kind == NOTE
        self.tabs[model.kind].setChecked(True)
        set_look(self._card, "card-note" if is_note and not block else "card")
        self.editor.setVisible(not block)
        self.editor.setReadOnly(not model.is_loaded)
        self._foot.setVisible(not block)
        self._blocked.setVisible(bool(block))
        self.reason.setText(self._reason(block))
        cure = self._cure_text(block)
        self.cure.setVisible(bool(cure))
        self.cure.setText(cure)
        self.editor.setPlaceholderText(
            self.tr("Write a note for colleagues; the customer does not see it")
            if is_note
            else self.tr("Write, or / for templates…")
        )
        self.editor.setAccessibleName(self.tr("Note") if is_note else self.tr("Reply"))
        self.channel.show_choice(model.channel, is_hidden=is_note or bool(block))
        self.length.refresh()
        self.send_button.setVisible(not is_note)
        self.keep_button.setVisible(is_note)
        self.send_button.setEnabled(model.can_send)
        self.keep_button.setEnabled(model.can_send)
        self.send_button.setText(self.tr("Adding files …") if model.is_uploading else self.tr("Send"))
        self.attach_button.setEnabled(model.can_attach)
        self.attach_button.setToolTip(
            self.tr("Attach files, up to %1 each").replace("%1", formats.size(LARGEST_FILE))
            if model.can_attach
            else self._no_files()
        )
        self._show_files(model.enclosures)

    def _reason(self, block: str) -> str:
        return {
            "queued": self.tr("This contact waits in the queue. Take it to answer."),
            "offered": self.tr("This contact is ringing. Accept it to answer."),
            "not_mine": self.tr("A colleague is working on this contact."),
            "asked": self.tr("A colleague asks you about this contact. Answer them with a note."),
            "reading": self.tr("You read along. Join to write to the customer, or write a note."),
            "closed": self.tr("This contact is closed. Reopen it to write again."),
            "snoozed": self.tr("This contact is snoozed. Resume it to answer."),
            "spoken": self.tr("You are speaking with the customer here. Use a note to write something down."),
            "lacking": wording.lacking(self.model.account),
        }.get(block, "")

    def _no_files(self) -> str:
        if not self.model.account.has_blobs:
            return wording.lacking(self.model.account)
        return self.tr("Files cannot be sent at the moment: there is no connection for them")

    def _cure_text(self, block: str) -> str:
        if block in _WITH_NOTE:
            return self.tr("Write a note")
        return {
            "take": self.tr("Take"),
            "accept": self.tr("Accept"),
            "reopen": self.tr("Reopen"),
            "resume": self.tr("Resume"),
        }.get(_CURES.get(block, ""), "")

    def _on_cure(self) -> None:
        block = self.model.block
        if block in _WITH_NOTE:
            self.choose(NOTE)
        elif block in _CURES:
            self.step_requested.emit(_CURES[block])

    # --- files ------------------------------------------------------------------------------------------------------

    def _on_attach(self) -> None:
        dialog = QFileDialog(self, self.tr("Attach files"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setDirectory(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
        dialog.filesSelected.connect(self.model.attach)
        dialog.open()

    def _show_files(self, enclosures: tuple[Enclosure, ...]) -> None:
        while self._flow.count():
            item = self._flow.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for enclosure in enclosures:
            self._flow.addWidget(self._file(enclosure))
        self._files.setVisible(bool(enclosures) and not self.model.block)

    def _file(self, enclosure: Enclosure) -> QWidget:
        tag = QFrame(self._files)
        tag.setProperty("look", "file-bad" if enclosure.failure else "file")
        row = QHBoxLayout(tag)
        row.setContentsMargins(8, 2, 2, 2)
        row.setSpacing(6)
        icon = QLabel(tag)
        name = "error" if enclosure.failure else ("file" if enclosure.is_up else "pending")
        color = "bad" if enclosure.failure else "muted"
        icon.setPixmap(self._theme.icons.pixmap(name, 14, color, self.devicePixelRatioF()))
        row.addWidget(icon)
        text = QLabel(tag)
        text.setTextFormat(Qt.TextFormat.PlainText)
        shown = text.fontMetrics().elidedText(enclosure.name, Qt.TextElideMode.ElideMiddle, 240)
        told, tip = self._state_of(enclosure)
        text.setText(f"{shown} · {told}")
        text.setToolTip(plain_tip(f"{enclosure.name}\n{tip}" if tip else enclosure.name))
        row.addWidget(text)
        remove = QToolButton(tag)
        remove.setProperty("look", "tiny")
        remove.setIcon(self._theme.icons.icon("close"))
        label = self.tr("Leave out %1").replace("%1", enclosure.name)
        remove.setToolTip(plain_tip(label))
        remove.setAccessibleName(label)
        remove.clicked.connect(lambda: self.model.remove(enclosure))
        row.addWidget(remove)
        return tag

    def _state_of(self, enclosure: Enclosure) -> tuple[str, str]:
        """Return how far a file has got, in a word or two and at length."""
        size = formats.size(enclosure.size)
        if enclosure.failure:
            return reasons.refusal(enclosure.failure), ""
        if enclosure.attachment is None:
            return self.tr("being added"), ""
        if enclosure.is_up:
            return size, self.tr("Kept encrypted here and in your system")
        waits = self.tr(
            "Kept encrypted here; it goes up as soon as there is a connection, at the latest with the message"
        )
        return f"{size} · {self.tr('waits to go up')}", waits

    # --- undo -------------------------------------------------------------------------------------------------------

    def _on_undo_changed(self) -> None:
        left = self.model.undo_left_s
        is_shown = left > 0
        self.undo_text.setVisible(is_shown)
        self.undo_button.setVisible(is_shown)
        if is_shown:
            self.undo_text.setText(self.tr("Sending in %n s", "", math.ceil(left)))
        if is_shown and self.isVisible():
            self._tick.start()
        else:
            self._tick.stop()

    def _on_tick(self) -> None:
        self._on_undo_changed()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._on_undo_changed()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._tick.stop()
        self.model.flush()

    def _on_theme_changed(self) -> None:
        self.attach_button.setIcon(self._theme.icons.icon("attach"))
        self.template_button.setIcon(self._theme.icons.icon("template"))
        self._show_files(self.model.enclosures)
