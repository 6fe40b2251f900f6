"""Next best actions of the open contact: taken with one key, dismissed with another, each with the reasons for it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop.domain.changes import ChangeSet
from desktop.domain.commands import DismissSuggestion, TakeSuggestion
from desktop.domain.ids import InteractionId
from desktop.domain.lifecycle import allowed
from desktop.domain.suggestion import Suggestion
from desktop.store import projections
from desktop.store.connection import Connection
from desktop.store.rows import InboxRow
from desktop.viewmodels.workplace import Ticket, Workplace, in_language

SHOWN = 3


class SuggestionsViewModel(QObject):
    """``wording_offered(text, suggestion_id)`` when one that was taken brings a reply to start from."""

    changed = Signal()
    wording_offered = Signal(str, object)

    def __init__(self, workplace: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._ticket: Ticket | None = None
        self.suggestions: tuple[Suggestion, ...] = ()
        self.can_take = False
        workplace.current_changed.connect(self._look)
        workplace.changed.connect(self._on_changed)
        self._language = ""
        self._look()

    def title(self, suggestion: Suggestion) -> str:
        """Return what to do, in the window's language."""
        return (
            in_language(suggestion.titles, self._workplace.language) or suggestion.action.replace("_", " ").capitalize()
        )

    def wording(self, suggestion: Suggestion) -> str:
        """Return the reply that comes with it, in the customer's language."""
        return in_language(suggestion.wordings, self._language or self._workplace.language)

    def take(self, suggestion: Suggestion) -> None:
        """Do it: with a wording it is put into the composer, and counts as taken once it is sent; else at once."""
        wording = self.wording(suggestion)
        if wording:
            self.wording_offered.emit(wording, suggestion.id)
        else:
            self._workplace.perform(
                TakeSuggestion(interaction_id=suggestion.interaction_id, suggestion_id=suggestion.id), initiator=self
            )

    def dismiss(self, suggestion: Suggestion, reason: str = "") -> None:
        """Not this: the reason is what the centre learns from."""
        self._workplace.perform(
            DismissSuggestion(interaction_id=suggestion.interaction_id, suggestion_id=suggestion.id, reason=reason),
            initiator=self,
        )

    def _on_changed(self, changes: ChangeSet) -> None:
        current = self._workplace.current
        if changes.is_bulk or (current in changes.interactions):
            self._look()

    def _look(self) -> None:
        if self._ticket is not None:
            self._ticket.cancel()
        current, me = self._workplace.current, self._workplace.me
        if current is None:
            self._on_answer((None, []))
            return
        wanted: InteractionId = current

        def _read(conn: Connection) -> tuple[InboxRow | None, list[Suggestion]]:
            return projections.interaction_row(conn, wanted, me), projections.suggestions(conn, wanted)

        self._ticket = self._workplace.ask(_read, self._on_answer)

    def _on_answer(self, answer: tuple[InboxRow | None, list[Suggestion]]) -> None:
        row, found = answer
        suggestions = tuple(found[:SHOWN]) if row and row.interaction.state.is_open else ()
        can_take = bool(
            row
            and row.interaction.assignee == self._workplace.me
            and "take_suggestion" in allowed(row.interaction.state)
        )
        self._language = row.interaction.language if row else ""
        if (suggestions, can_take) != (self.suggestions, self.can_take):
            self.suggestions, self.can_take = suggestions, can_take
            self.changed.emit()
