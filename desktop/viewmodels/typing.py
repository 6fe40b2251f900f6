"""Who types in the open contact: its customer, as far as their channel tells, and the agent, who is told about sparingly.
Nothing here is kept; what was not heard again for a while is over.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.domain.ids import InteractionId
from desktop.viewmodels.composer import REPLY, ComposerModel
from desktop.viewmodels.workplace import Workplace

HEARD_MS: Final = 7000
"""So long somebody types who said so once."""
AGAIN_MS: Final = 3000
IDLE_MS: Final = 5000

TYPING, GONE = "typing", "gone"
_MOST: Final = 200


class TypingModel(QObject):
    """``changed``: ``state`` is another."""

    changed = Signal()

    def __init__(self, workplace: Workplace, composing: ComposerModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._composing = composing
        self._gone: dict[str, None] = {}
        self._typing: str | None = None
        self._told: InteractionId | None = None
        self._heard, self._again, self._idle = (self._timer(ms) for ms in (HEARD_MS, AGAIN_MS, IDLE_MS))
        self._heard.timeout.connect(self._on_silence)
        self._idle.timeout.connect(self.stop)
        workplace.signalled.connect(self._on_signal)
        workplace.current_changed.connect(self._on_current_changed)
        composing.sent.connect(lambda _id: self._forget())

    def _timer(self, ms: int) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(ms)
        return timer

    @property
    def state(self) -> str:
        """What the customer of the open contact does: ``TYPING``, ``GONE`` (their page is closed), or nothing known."""
        current = self._workplace.current
        if current is not None and current == self._typing:
            return TYPING
        return GONE if current in self._gone else ""

    # --- the agent --------------------------------------------------------------------------------------------------

    def wrote(self, text: str) -> None:
        """The agent changed what they write. A note is nobody's business, nor is a draft that was only brought back."""
        current = self._workplace.current
        choice = self._composing.channel
        is_told = (
            current is not None
            and self._composing.kind == REPLY
            and not self._composing.block
            and choice is not None
            and choice.can.has_typing
        )
        if not is_told or not text.strip():
            self.stop()
            return
        if self._told == current and self._again.isActive():
            self._idle.start()
            return
        self._tell(current, True)
        self._again.start()
        self._idle.start()

    def stop(self) -> None:
        """The agent types no more."""
        told = self._told
        self._forget()
        if told is not None:
            self._tell(told, False)

    def _forget(self) -> None:
        """What was sent ends the typing by itself."""
        self._told = None
        self._again.stop()
        self._idle.stop()

    def _tell(self, interaction_id: InteractionId | None, is_typing: bool) -> None:
        if interaction_id is not None and self._workplace.tell_typing is not None:
            self._told = interaction_id if is_typing else None
            self._workplace.tell_typing(interaction_id, is_typing)

    # --- the customer -----------------------------------------------------------------------------------------------

    def _on_signal(self, interaction_id: str, kind: str) -> None:
        before = self.state
        self._gone.pop(interaction_id, None)
        if kind == GONE:
            self._gone[interaction_id] = None
            if len(self._gone) > _MOST:
                del self._gone[next(iter(self._gone))]
        if interaction_id == self._workplace.current:
            self._typing = interaction_id if kind == TYPING else None
            if kind == TYPING:
                self._heard.start()
            else:
                self._heard.stop()
        if self.state != before:
            self.changed.emit()

    def _on_silence(self) -> None:
        self._typing = None
        self.changed.emit()

    def _on_current_changed(self, _current: object) -> None:
        self._typing = None
        self._heard.stop()
        self.stop()
        self.changed.emit()
