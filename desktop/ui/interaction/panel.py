"""The middle of the window: one contact with its head, its stream and what is being written, or what stands there instead.

Makes its own view models and wires the parts together; the parts know nothing of each other.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget

from desktop.domain.ids import InteractionId, MessageId
from desktop.domain.interaction import Interaction
from desktop.ui.i18n import formats
from desktop.ui.interaction.composer import Composer
from desktop.ui.interaction.facts import WHY_KEYS
from desktop.ui.interaction.header import ICONS, KEYS, InteractionHeader
from desktop.ui.interaction.notices import InteractionNotices
from desktop.ui.interaction.others import OthersBar
from desktop.ui.interaction.returning import Returning
from desktop.ui.interaction.screen_pop import ScreenPop
from desktop.ui.interaction.states import EmptyState, Skeleton
from desktop.ui.interaction.stream_view import StreamView
from desktop.ui.interaction.stream_words import StreamWords
from desktop.ui.interaction.transfers import TransferNotices
from desktop.ui.interaction.typing_line import TypingLine
from desktop.ui.interaction.wrap_up import WrapUpCard
from desktop.ui.search.find_bar import FindBar
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.composer import NOTE, REPLY, ComposerModel
from desktop.viewmodels.interaction import InteractionModel
from desktop.viewmodels.stream import StreamModel
from desktop.viewmodels.transfers import TransfersModel
from desktop.viewmodels.typing import TypingModel
from desktop.viewmodels.within import WithinModel
from desktop.viewmodels.workplace import Workplace
from desktop.viewmodels.wrap_up import WrapUpModel

_SLOW_MS = 150
_CLOCK_MS = 10_000


class InteractionPanel(QWidget):
    """``notice`` carries a line for the window (text, kind); ``finished`` the id of a contact just wrapped up;
    ``attachment_opened`` a file the agent wants to see once it is on the disk (its path)."""

    notice = Signal(str, str)
    finished = Signal(str)
    attachment_opened = Signal(str)
    attach_requested = Signal(list)

    def __init__(self, workplace: Workplace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._theme = theme
        self.setProperty("holds_popups", True)
        self.setAccessibleName(self.tr("Open contact"))
        self.model = InteractionModel(workplace, self)
        words = StreamWords(
            workplace.catalogue,
            lambda m: self.stream.is_mine(m),
            lambda: self.model.customer_name(),
            lambda: self.model.facts is not None and self.model.facts.is_held_up,
            lambda m: self.header.facts.moods.words(m),
        )
        self._was_held_up = False
        self.stream = StreamModel(workplace, words.describe, self)
        self.composing = ComposerModel(workplace, self)
        self.wrapping_up = WrapUpModel(workplace, self)
        self._lay_out(words)
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(_SLOW_MS)
        self._slow.timeout.connect(self._on_slow)
        self._clock = QTimer(self)
        self._clock.setInterval(_CLOCK_MS)
        self._clock.timeout.connect(lambda: self.header.refresh_clock(workplace.now()))
        self._wire()
        self._add_keys()
        if workplace.current is None:
            self.pages.setCurrentWidget(self.empty)
        else:
            self._on_current_changed(workplace.current)

    # --- making -----------------------------------------------------------------------------------------------------

    def _lay_out(self, words: StreamWords) -> None:
        theme = self._theme
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self.pages = QStackedWidget(self)
        outer.addWidget(self.pages)
        self.empty = EmptyState(
            theme,
            "inbox",
            self.tr("No contact open"),
            self.tr("Choose one from the list, or accept what rings with F9."),
            self.pages,
        )
        self.gone = EmptyState(
            theme,
            "transfer",
            self.tr("This contact is not here any more"),
            self.tr("It was handed on or removed, or your team no longer sees it."),
            self.pages,
            action=self.tr("Close"),
            act=lambda: self._workplace.open(None),
        )
        self.work = QFrame(self.pages)
        self.work.setProperty("look", "panel")
        self.pages.addWidget(self.empty)
        self.pages.addWidget(self.gone)
        self.pages.addWidget(self.work)
        column = QVBoxLayout(self.work)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.header = InteractionHeader(self.model, theme, self.work)
        column.addWidget(self.header)
        column.addWidget(_line(self.work))
        self.notices = InteractionNotices(self.model, theme, self.work)
        column.addWidget(self.notices)
        self.others = OthersBar(self.header.consulting, theme, self.work)
        column.addWidget(self.others)
        self.transfers = TransferNotices(TransfersModel(self._workplace, self), theme, self.work)
        column.addWidget(self.transfers)
        self.pop_box = QWidget(self.work)
        pop_column = QVBoxLayout(self.pop_box)
        pop_column.setContentsMargins(14, 10, 14, 2)
        self.pop = ScreenPop(self.model, theme, self.pop_box)
        pop_column.addWidget(self.pop)
        column.addWidget(self.pop_box)
        self.find_bar = FindBar(WithinModel(self._workplace, self.stream, self), self._workplace, theme, self.work)
        column.addWidget(self.find_bar)
        self.middle = QStackedWidget(self.work)
        self.view = StreamView(self.stream, self._workplace.catalogue, words, theme, self.middle)
        self.skeleton = Skeleton(theme, self.middle)
        self.quiet = EmptyState(
            theme, "chat", self.tr("Nothing said yet"), self.tr("What is written here will stand here."), self.middle
        )
        for page in (self.view, self.skeleton, self.quiet):
            self.middle.addWidget(page)
        column.addWidget(self.middle, 1)
        self.typing = TypingModel(self._workplace, self.composing, self)
        column.addWidget(TypingLine(self.typing, self.model, theme, self.work))
        column.addWidget(_line(self.work))
        self.composer = Composer(self.composing, theme, self.work)
        column.addWidget(self.composer)
        self.card = WrapUpCard(self.wrapping_up, theme, self._summary_of, self.work)
        column.addWidget(self.card)
        self.card.hide()
        self.pop_box.hide()

    def _wire(self) -> None:
        self.returning = Returning(self)
        self._workplace.current_changed.connect(self._on_current_changed)
        self.model.changed.connect(self._on_facts)
        self.model.gone.connect(self._on_gone)
        self.stream.loaded.connect(self._on_stream_loaded)
        self.stream.rowsInserted.connect(self._show_middle)
        self.stream.rowsRemoved.connect(self._show_middle)
        self.stream.everything_changed.connect(self.header.show_scope)
        self.header.everything_chosen.connect(self.stream.show_everything)
        self.header.step_requested.connect(lambda _step: self.start_wrap_up())
        self.header.facts.evidence_asked.connect(self.view.spotlight.point_out)
        self.header.facts.message_chosen.connect(lambda id_: self.show_message(MessageId(id_)))
        self.view.edit_requested.connect(self.returning.edit)
        self.view.attachment_opened.connect(self.transfers.model.open)
        self.view.attachment_saved.connect(self.transfers.ask_where)
        self.transfers.model.opened.connect(self.attachment_opened)
        self.transfers.saved.connect(lambda name: self.notice.emit(self.tr("Saved: %1").replace("%1", name), "accent"))
        self.find_bar.marked.connect(lambda text: self.view.spotlight.mark(text, self._workplace.current))
        self.find_bar.closed.connect(lambda: self.view.setFocus(Qt.FocusReason.OtherFocusReason))
        self.composer.step_requested.connect(self.header.act)
        self.composer.editor.textChanged.connect(self._on_written)
        self.composer.too_late.connect(
            lambda: self.notice.emit(self.tr("Too late to take it back: the message is on its way."), "warn")
        )
        self.composing.attach_requested.connect(self.attach_requested)
        self.composing.sent.connect(lambda _id: self.view.to_newest())
        self.notices.taken_back.connect(self.returning.show)
        self.wrapping_up.changed.connect(self._show_foot)
        self.wrapping_up.finished.connect(self.finished)
        self.pop.dismissed.connect(self.model.dismiss_pop)

    def _add_keys(self) -> None:
        """Make the panel's own keys work in the whole window; they are listed in the window's table."""
        keys: dict[str, Callable[[], object]] = {
            "F8": lambda: self.header.act("hold") or self.header.act("resume"),
            "Ctrl+T": lambda: self.header.act("transfer"),
            "Ctrl+Shift+S": lambda: self.header.act("snooze"),
            "Ctrl+Shift+W": lambda: self.header.act("wait"),
            "Ctrl+F9": lambda: self.header.act("take"),
            "Ctrl+Shift+T": lambda: self.header.act("consult"),
            "Ctrl+Shift+B": lambda: self.header.act("schedule_callback"),
            "Ctrl+Shift+H": lambda: self.header.act("whisper"),
            "Ctrl+Shift+J": lambda: self.header.act("observe"),
            "Ctrl+I": self.header.facts.open_intents,
            WHY_KEYS: self.header.facts.open_why,
            "F12": self.start_wrap_up,
            "Ctrl+R": lambda: self._write(REPLY),
            "Ctrl+Shift+N": lambda: self._write(NOTE),
        }
        for key, act in keys.items():
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.activated.connect(lambda act=act: act())

    # --- what the window asks ---------------------------------------------------------------------------------------

    def insert_wording(self, text: str, suggestion_id: str | None = None) -> bool:
        """Put a suggested wording into the reply; says whether one can be written now."""
        if self.wrapping_up.is_open:
            self.wrapping_up.cancel()
        return self.composer.insert_wording(text, suggestion_id)

    def actions(self) -> list[tuple[str, str, str, Callable[[], object]]]:  # type: ignore[override]
        """Return what can be done with the open contact now, for the palette: text, key, icon, what does it."""
        found: list[tuple[str, str, str, Callable[[], object]]] = []
        for step in self.model.steps:
            text = self.header.actions_[step].text()
            found.append((text, formats.keys(KEYS.get(step, "")), ICONS[step], partial(self.header.act, step)))
        if self.model.can_set_intent:
            text = self.tr("What is it about?")
            found.append((text, formats.keys("Ctrl+I"), "target", self.header.facts.open_intents))
        if self.model.interaction is not None:
            why = self.tr("Why did this contact come here?")
            found.append((why, formats.keys(WHY_KEYS), "info", self.header.facts.open_why))
            found.append((self.tr("Write a reply"), formats.keys("Ctrl+R"), "send", partial(self._write, REPLY)))
            found.append((self.tr("Write a note"), formats.keys("Ctrl+Shift+N"), "note", partial(self._write, NOTE)))
        return found

    def start_wrap_up(self) -> None:
        """Open the card for disposition and summary, or go back to it."""
        self.wrapping_up.begin()
        if self.wrapping_up.is_open:
            self.card.take_focus()

    def show_outbox(self) -> None:
        """Show what of this contact could not be sent: the newest failed message, else the newest of all."""
        for number in range(self.stream.rowCount() - 1, -1, -1):
            if self.stream.remedies(self.stream.row(number)):
                self.view.setCurrentIndex(self.stream.index(number))
                self.view.scrollTo(self.stream.index(number))
                break
        else:
            self.view.to_newest()
        self.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_message(self, message_id: MessageId, text: str = "") -> None:
        """Show a message of the open contact, however old, with the words of ``text`` marked."""
        self.view.spotlight.mark(text, self._workplace.current)
        self.stream.show_message(message_id)

    def take_focus(self) -> None:
        """Put the keyboard where work goes on: the card, the editor, else the stream."""
        if self.pages.currentWidget() is not self.work:
            self.setFocus()
        elif self.card.isVisible():
            self.card.take_focus()
        elif not self.composing.block:
            self.composer.editor.setFocus()
        else:
            self.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def flush(self) -> None:
        """Save every draft now; called before the window closes."""
        self.composing.flush()
        self.wrapping_up.flush()

    def _write(self, kind: str) -> None:
        if self.wrapping_up.is_open:
            self.wrapping_up.cancel()
        self.composer.choose(kind)

    # --- following --------------------------------------------------------------------------------------------------

    def _on_current_changed(self, interaction_id: InteractionId | None) -> None:
        self._slow.stop()
        if interaction_id is None:
            self.pages.setCurrentWidget(self.empty)
        else:
            # What was shown before stays for the blink of an eye, so that a switch does not flicker.
            self._slow.start()

    def _on_slow(self) -> None:
        if self.model.interaction is None or self.model.interaction.id != self._workplace.current:
            self.pages.setCurrentWidget(self.work)
            self.header.setVisible(False)
        if not self.stream.is_loaded:
            self.middle.setCurrentWidget(self.skeleton)

    def _on_facts(self) -> None:
        row = self.model.interaction
        if row is None:
            return
        self.header.setVisible(True)
        self.pages.setCurrentWidget(self.work)
        self.view.set_channel(row.channel)
        is_held_up = self.model.facts is not None and self.model.facts.is_held_up
        if is_held_up is not self._was_held_up:
            self._was_held_up = is_held_up
            self.view.refresh_words()
        pop = self.model.pop()
        self.pop.tell(pop)
        self.pop_box.setVisible(pop is not None)
        self._show_foot()

    def _on_written(self) -> None:
        self.typing.wrote(self.composer.editor.toPlainText())

    def _on_gone(self) -> None:
        self._slow.stop()
        self.pages.setCurrentWidget(self.gone)

    def _on_stream_loaded(self) -> None:
        self._slow.stop()
        self._show_middle()

    def _show_middle(self) -> None:
        if self.stream.is_loaded:
            self.middle.setCurrentWidget(self.view if self.stream.rowCount() else self.quiet)

    def _show_foot(self) -> None:
        is_card = self.wrapping_up.is_open
        had_focus = self.composer.isAncestorOf(self.focusWidget() or self) or self.card.isAncestorOf(
            self.focusWidget() or self
        )
        if is_card == self.card.isVisibleTo(self.work):
            return
        self.card.setVisible(is_card)
        self.composer.setVisible(not is_card)
        if had_focus or self.wrapping_up.is_asked_for:
            self.take_focus()

    def _summary_of(self, row: Interaction) -> str:
        """Return a summary of facts only: what it was about, which steps were taken, how much was said."""
        parts = []
        title = self.model.intent_title(row.intent)
        if title:
            parts.append(self.tr("About: %1.").replace("%1", title))
        elif row.subject:
            parts.append(self.tr("About: %1.").replace("%1", row.subject))
        steps = [step for step in dict.fromkeys(row.steps) if step != "reply"]
        if steps:
            told = ", ".join(self.wrapping_up.step(step) for step in steps)
            parts.append(self.tr("Done: %1.").replace("%1", told))
        elif "reply" in row.steps or row.answered_at is not None:
            parts.append(self.tr("Answered."))
        return " ".join(parts)

    # --- events -----------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.model.set_shown(True)
        self.header.refresh_clock(self._workplace.now())
        self._clock.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.model.set_shown(False)
        self._clock.stop()
        self._slow.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.composer.set_room(event.size().height())


def _line(parent: QWidget) -> QFrame:
    line = QFrame(parent)
    line.setProperty("look", "line")
    return line
