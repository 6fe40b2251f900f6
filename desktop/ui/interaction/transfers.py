"""Attachments being opened or saved, above the stream: how far a larger one is, what went wrong, and what to do then."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from desktop.domain.filenames import safe_name
from desktop.domain.interaction import Attachment
from desktop.ui.i18n import formats, reasons
from desktop.ui.interaction.notices import Notice
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.transfers import RISKY, Purpose, Transfer, TransfersModel

_QUIET_MS = 400
"""What is there sooner needs no word of it."""


class TransferNotices(QWidget):
    """``saved`` carries the name under which a file was written."""

    saved = Signal(str)

    def __init__(self, model: TransfersModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self._theme = theme
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(14, 8, 14, 0)
        self._column.setSpacing(6)
        self._items: dict[int, tuple[Transfer, Notice]] = {}
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(_QUIET_MS)
        self._quiet.timeout.connect(self._fill)
        self.hide()
        model.changed.connect(self._on_changed)
        model.saved.connect(lambda path: self.saved.emit(Path(path).name))
        theme.changed.connect(self._on_theme_changed)

    @property
    def items(self) -> list[Notice]:
        """What is shown, oldest first."""
        return [item for _, item in self._items.values()]

    def ask_where(self, attachment: Attachment) -> None:
        """Let the agent say where an attachment is to be written."""
        folder = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation))
        dialog = QFileDialog(self.window(), self.tr("Save file"), str(folder / safe_name(attachment.name)))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.fileSelected.connect(lambda path: self.model.save(attachment, path))
        dialog.open()

    def _on_changed(self) -> None:
        wanted = self.model.transfers
        if all(one.error or one.number in self._items for one in wanted):
            self._fill()
        elif not self._quiet.isActive():
            self._quiet.start()

    def _on_theme_changed(self) -> None:
        for number in tuple(self._items):
            self._take_away(number)
        self._fill()

    def _fill(self) -> None:
        self._quiet.stop()
        wanted = {one.number: one for one in self.model.transfers}
        for number, (before, item) in tuple(self._items.items()):
            now = wanted.get(number)
            if now is not None and not now.error and not before.error:
                item.text.setText(self._progress(now))
                self._items[number] = (now, item)
            elif now != before:
                self._take_away(number)
        for number, transfer in wanted.items():
            if number not in self._items:
                item = self._notice(transfer)
                self._items[number] = (transfer, item)
                self._column.addWidget(item)
        self.setVisible(bool(self._items))

    def _take_away(self, number: int) -> None:
        _, item = self._items.pop(number)
        self._column.removeWidget(item)
        item.hide()
        item.deleteLater()

    def _progress(self, transfer: Transfer) -> str:
        text = self.tr("Fetching %1 …").replace("%1", _name(transfer))
        return text if transfer.percent is None else f"{text} {formats.percent(transfer.percent / 100)}"

    def _notice(self, transfer: Transfer) -> Notice:
        number = transfer.number
        if not transfer.error:
            item = Notice(self._theme, "accent", self._progress(transfer), self)
            item.offer(self.tr("Cancel"), lambda: self.model.cancel(number))
            return item
        is_save = transfer.purpose is Purpose.SAVE
        told = self.tr("%1 was not saved.") if is_save else self.tr("%1 was not opened.")
        text = f"{told.replace('%1', _name(transfer))} {reasons.refusal(transfer.error)}"
        item = Notice(self._theme, "warn" if transfer.error == RISKY else "bad", text, self)
        if transfer.error == RISKY:
            item.offer(self.tr("Save …"), lambda: self._save_instead(transfer))
        elif transfer.is_worth_retrying:
            item.offer(self.tr("Try again"), lambda: self.model.retry(number))
        item.closable(lambda: self.model.cancel(number))
        return item

    def _save_instead(self, transfer: Transfer) -> None:
        self.model.cancel(transfer.number)
        self.ask_where(transfer.attachment)


def _name(transfer: Transfer) -> str:
    return formats.quoted(safe_name(transfer.attachment.name))
