"""What did not work out, above the stream: a step that was refused, with one thing to do about it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from desktop.domain import commands as c
from desktop.domain.commands import Command
from desktop.ui.i18n import reasons
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.interaction import InteractionModel, OutboxEntry

translate = QCoreApplication.translate


class Notice(QFrame):
    """One notice: ``kind`` is ``bad``, ``warn`` or ``accent``."""

    def __init__(self, theme: Theme, kind: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", f"banner-{kind}")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 5, 5, 5)
        row.setSpacing(8)
        icon, color = {"bad": ("error", "bad"), "warn": ("warning", "warn")}.get(kind, ("info", "on_soft"))
        picture = QLabel(self)
        picture.setPixmap(theme.icons.pixmap(icon, 16, color, self.devicePixelRatioF()))
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignVCenter)
        self.text = QLabel(text, self)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        row.addWidget(self.text, 1)
        self._row = row
        self._theme = theme
        self.action: QPushButton | None = None

    def offer(self, text: str, act: Callable[[], None]) -> None:
        """Offer something to do; ``action`` is what was offered last."""
        self.action = QPushButton(text, self)
        self.action.clicked.connect(lambda: act())
        self._row.addWidget(self.action)

    def closable(self, act: Callable[[], None]) -> None:
        """Offer to put it away."""
        button = QToolButton(self)
        button.setIcon(self._theme.icons.icon("close"))
        button.setToolTip(translate("notices", "Discard"))
        button.setAccessibleName(translate("notices", "Discard"))
        button.clicked.connect(lambda: act())
        self._row.addWidget(button)


class InteractionNotices(QWidget):
    """The refused steps of the open interaction, oldest first. ``taken_back`` carries a wrap-up that is a draft again."""

    taken_back = Signal(object)

    def __init__(self, model: InteractionModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._theme = theme
        self._shown: tuple[OutboxEntry, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(14, 8, 14, 0)
        self._column.setSpacing(6)
        self.items: list[Notice] = []
        self.hide()
        model.changed.connect(self.refresh)
        theme.changed.connect(self._on_theme_changed)

    def refresh(self) -> None:
        """Show what was refused."""
        refused = self._model.facts.refused if self._model.facts is not None else ()
        if refused == self._shown:
            return
        self._shown = refused
        self._fill()

    def _on_theme_changed(self) -> None:
        self._fill()

    def _fill(self) -> None:
        for item in self.items:
            self._column.removeWidget(item)
            item.hide()
            item.deleteLater()
        self.items = [self._notice(entry) for entry in self._shown]
        for item in self.items:
            self._column.addWidget(item)
        self.setVisible(bool(self.items))

    def _notice(self, entry: OutboxEntry) -> Notice:
        text = f"{what_failed(entry.command)} {reasons.refusal(entry.error, entry.detail)}"
        item = Notice(self._theme, "bad", text, self)
        command = entry.command
        can_change = isinstance(command, c.WrapUp) and self._model.is_mine and "wrap_up" in self._model.steps
        if can_change:
            item.offer(self.tr("Change"), lambda: self._change(entry))
        if self._model.is_worth_retrying(entry):
            item.offer(self.tr("Try again"), lambda: self._model.retry(entry.id))
        written = _written(command)
        if written and not can_change:
            item.offer(self.tr("Copy the text"), lambda: QGuiApplication.clipboard().setText(written))
        if item.action is None:
            item.offer(self.tr("All right"), lambda: self._model.discard(entry.id))
        else:
            item.closable(lambda: self._model.discard(entry.id))
        return item

    def _change(self, entry: OutboxEntry) -> None:
        self._model.take_back(entry.id, lambda done: self.taken_back.emit(entry.command) if done else None)


def _written(command: Command) -> str:
    """What somebody wrote in a step, which is lost with it."""
    match command:
        case c.WrapUp():
            return command.summary
        case c.Transfer() | c.Reassign() | c.Consult() | c.ScheduleCallback():
            return command.note
        case _:
            return ""


def what_failed(command: Command) -> str:
    """Return which step did not work out, in a sentence."""
    match command:
        case c.Accept():
            return translate("notices", "This contact could not be accepted.")
        case c.Decline():
            return translate("notices", "This offer could not be declined.")
        case c.Take():
            return translate("notices", "This contact could not be taken.")
        case c.Hold():
            return translate("notices", "Putting on hold did not work.")
        case c.Resume():
            return translate("notices", "Resuming did not work.")
        case c.Wait():
            return translate("notices", "Waiting for the customer did not work.")
        case c.Snooze():
            return translate("notices", "Snoozing did not work.")
        case c.Transfer():
            return translate("notices", "The transfer did not work.")
        case c.SetIntent():
            return translate("notices", "The request type was not changed.")
        case c.EndContact():
            return translate("notices", "Ending the contact did not work.")
        case c.WrapUp():
            return translate("notices", "The contact was not wrapped up.")
        case c.Requeue():
            return translate("notices", "It could not go back to the queue.")
        case c.Reopen():
            return translate("notices", "Reopening did not work.")
        case c.LinkCustomer():
            return translate("notices", "The customer was not assigned.")
        case c.VerifyCustomer():
            return translate("notices", "The answer to the verification question was not noted.")
        case c.Consult():
            return translate("notices", "Your colleague was not asked.")
        case c.ScheduleCallback():
            return translate("notices", "The call-back was not scheduled.")
        case c.Reassign():
            return translate("notices", "The contact was not reassigned.")
        case c.TakeOver():
            return translate("notices", "The contact could not be taken over.")
        case c.SetPriority():
            return translate("notices", "The priority was not changed.")
        case c.Observe():
            return translate("notices", "Reading along did not work.")
        case c.TakeSuggestion() | c.DismissSuggestion():
            return translate("notices", "What you chose about the suggestion was not noted.")
        case _:
            return translate("notices", "The last step did not work.")
