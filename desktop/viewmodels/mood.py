"""How the customer of the open contact felt, message by message: the course, the moments at which it turned, and the words
that carried it. The judgement is ``insight``'s; a message whose mood the backend said is not judged again, only asked for
the words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from desktop.domain.changes import ChangeSet, Table
from desktop.domain.ids import InteractionId, MessageId
from desktop.domain.interaction import Author, Message, MessageKind
from desktop.store import projections
from desktop.viewmodels.workplace import Ticket, Workplace

__all__ = ["MoodModel", "MoodPoint", "Turn", "mood_words", "turns"]

# A change smaller than this is no turn: single words swing as much.
TURN = 0.3
MOST = 80
_WORDS = 4
_KEPT = 500


class Turn(StrEnum):
    """Why a point of the course is named: the mood had fallen or risen up to here."""

    FELL = "fell"
    ROSE = "rose"


@dataclass(frozen=True, slots=True)
class MoodPoint:
    """One message of the customer: when, how they felt (-1 to 1), the words that carried it, and whether it turned here."""

    message_id: MessageId
    at: datetime
    mood: float
    words: tuple[str, ...] = ()
    turn: Turn | None = None


def turns(moods: Sequence[float]) -> list[Turn | None]:
    """Return for each mood whether the course had fallen or risen to it and turns or rests there: the ends of all ups and
    downs of at least ``TURN``, as a reading of a chart would name them."""
    found: list[Turn | None] = [None] * len(moods)
    if not moods:
        return found
    start, best = moods[0], 0
    direction = 0
    for number, mood in enumerate(moods):
        if direction == 0:
            if abs(mood - start) >= TURN:
                direction, best = (1 if mood > start else -1), number
        elif (mood - moods[best]) * direction > 0:
            best = number
        elif (moods[best] - mood) * direction >= TURN:
            found[best] = Turn.ROSE if direction > 0 else Turn.FELL
            direction, best = -direction, number
    if direction:
        found[best] = Turn.ROSE if direction > 0 else Turn.FELL
    return found


def mood_words(message: Message) -> tuple[str, ...]:
    """Return the words that carried the mood of a customer's message, the strongest first; none where it has no mood."""
    if message.mood is None or message.author is not Author.CUSTOMER or message.kind is not MessageKind.TEXT:
        return ()
    from desktop.insight.mail_text import own_words
    from desktop.insight.mood import mood_of

    found = mood_of(own_words(message.text), message.language).reasons
    # Of a mood that is good only what made it so is told, and the other way round.
    fitting = [one for one in found if one.weight * message.mood >= 0]
    words = (one.values.get("word", "") for one in (fitting or found))
    return tuple(dict.fromkeys(word for word in words if word))[:_WORDS]


class MoodModel(QObject):
    """``points`` is the course over the open contact, oldest first. Nothing is read before ``begin``."""

    changed = Signal()

    def __init__(self, workplace: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._ticket: Ticket | None = None
        self._words: dict[str, tuple[str, tuple[str, ...]]] = {}
        self._has_begun = self._wants_words = False
        self.points: tuple[MoodPoint, ...] = ()
        workplace.current_changed.connect(self._look)
        workplace.changed.connect(self._on_changed)

    def begin(self) -> None:
        """Follow the open contact from now on."""
        if not self._has_begun:
            self._has_begun = True
            self._look(self._workplace.current)

    def ask_words(self) -> None:
        """Find the words at the turns too, from now on: somebody looks. What judges texts is large, and not loaded before."""
        if not self._wants_words:
            self._wants_words = True
            self._look(self._workplace.current)

    @property
    def named(self) -> tuple[MoodPoint, ...]:
        """The points at which the course turned."""
        return tuple(point for point in self.points if point.turn is not None)

    def words(self, message: Message) -> tuple[str, ...]:
        """Return the words that carried a message's mood; asked for when a pointer rests on it."""
        known = self._words.get(message.id)
        if known is None or known[0] != message.text:
            if len(self._words) >= _KEPT:
                self._words.clear()
            known = self._words[message.id] = (message.text, mood_words(message))
        return known[1]

    def _on_changed(self, changes: ChangeSet) -> None:
        current = self._workplace.current
        if changes.is_bulk or (current in changes.interactions and changes.touches(Table.MESSAGE)):
            self._look(current)

    def _look(self, current: InteractionId | None) -> None:
        if self._ticket is not None:
            self._ticket.cancel()
            self._ticket = None
        if not self._has_begun:
            return
        if current is None:
            self._take([])
            return
        wanted = current
        self._ticket = self._workplace.ask(lambda conn: projections.felt_messages(conn, wanted, MOST), self._take)

    def _take(self, found: list[Message]) -> None:
        said = [message for message in found if message.author is Author.CUSTOMER]
        moods = [message.mood or 0.0 for message in said]
        turned = turns(moods)
        points = tuple(
            MoodPoint(message.id, message.sent_at, mood, (), turn)
            for message, mood, turn in zip(said, moods, turned, strict=True)
        )
        named = {message.id: message for message, turn in zip(said, turned, strict=True) if turn is not None}
        if named and self._wants_words:
            # After everything else that was asked for: judging a text again takes longer than reading it.
            self._ticket = self._workplace.ask(
                lambda _conn: {id_: mood_words(message) for id_, message in named.items()}, self._take_words
            )
        self._show(tuple(replace(point, words=self._said(point)) for point in points))

    def _said(self, point: MoodPoint) -> tuple[str, ...]:
        before = next((one for one in self.points if one.message_id == point.message_id), None)
        return before.words if before is not None else ()

    def _take_words(self, found: dict[MessageId, tuple[str, ...]]) -> None:
        self._show(tuple(replace(point, words=found.get(point.message_id, ())) for point in self.points))

    def _show(self, points: tuple[MoodPoint, ...]) -> None:
        if points != self.points:
            self.points = points
            self.changed.emit()
