"""Next best actions of the open contact: taken with one key, dismissed with another, each with the reasons for it.

What taking one does depends on its kind. A callback and the intent show at once, offline too: the command for that goes out
beside ``TakeSuggestion``, in one transaction. For a few seconds it can be taken back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.domain.changes import ChangeSet
from desktop.domain.commands import Command, DismissSuggestion, SetIntent, Snooze, TakeSuggestion
from desktop.domain.customer import Customer, field_value
from desktop.domain.ids import CommandId, InteractionId, new_id
from desktop.domain.interaction import Interaction
from desktop.domain.suggestion import Suggestion, SuggestionKind
from desktop.store import outbox, projections
from desktop.store.connection import Connection
from desktop.store.database import Write
from desktop.store.rows import OutboxState
from desktop.viewmodels import canned, needs
from desktop.viewmodels.desk import DeskAccounts
from desktop.viewmodels.undoing import UNDO_S, undo_s
from desktop.viewmodels.workplace import Ticket, Workplace, in_language

__all__ = ["DISMISSALS", "SHOWN", "SuggestionKind", "SuggestionsViewModel", "Taken"]

Kind = SuggestionKind
SHOWN = 4
# What has to be carried out there for one of these to be done.
_NEEDED = {
    Kind.CALLBACK: "snooze",
    Kind.INTENT: "set_intent",
    Kind.FIELD: "update_customer",
    Kind.FLOW: "start_flow",
}
DISMISSALS = ("done", "wrong", "later", "not_allowed")


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken or turned down last and can still be taken back until ``until``: the commands that did it."""

    suggestion: Suggestion
    commands: tuple[CommandId, ...]
    until: datetime
    is_dismissed: bool = False


class _Answer(NamedTuple):
    row: Interaction | None = None
    suggestions: tuple[Suggestion, ...] = ()
    customer: Customer | None = None
    undo_s: float = UNDO_S


class SuggestionsViewModel(QObject):
    """``wording_offered(text, suggestion_id)`` when one that was taken brings a reply to start from, ``flow_wanted(playbook,
    suggestion_id)`` when it begins a guided flow, ``article_wanted(id)`` when it is something to read."""

    changed = Signal()
    wording_offered = Signal(str, object)
    flow_wanted = Signal(str, object)
    article_wanted = Signal(str)

    def __init__(self, workplace: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._ticket: Ticket | None = None
        self._known = _Answer()
        self._moved: dict[str, datetime] = {}
        self.suggestions: tuple[Suggestion, ...] = ()
        self.taken: Taken | None = None
        self._too_late = QTimer(self)
        self._too_late.setSingleShot(True)
        self._too_late.timeout.connect(self._on_too_late)
        workplace.current_changed.connect(self._on_current_changed)
        workplace.changed.connect(self._on_changed)
        workplace.accounts.changed.connect(self._look)
        self._look()

    # --- what is known ----------------------------------------------------------------------------------------------

    @property
    def can_take(self) -> bool:
        """Whether the open contact is mine and in hand."""
        row = self._known.row
        is_mine = row is not None and row.id == self._workplace.current and row.assignee == self._workplace.me
        return is_mine and row is not None and self._workplace.may("take_suggestion", row)

    def is_possible(self, suggestion: Suggestion) -> bool:
        """Whether one can be taken now: a callback only where the contact can be put away."""
        row = self._known.row
        if suggestion.kind is Kind.CALLBACK:
            return self.can_take and row is not None and self._workplace.may("snooze", row)
        if suggestion.kind is Kind.FIELD:
            return self.can_take and self._known.customer is not None
        return self.can_take

    def title(self, suggestion: Suggestion) -> str:
        """Return what to do, in the window's language."""
        return (
            in_language(suggestion.titles, self._workplace.language) or suggestion.action.replace("_", " ").capitalize()
        )

    def wording(self, suggestion: Suggestion) -> str:
        """Return the reply that comes with it, in the customer's language."""
        row, customer = self._known.row, self._known.customer
        language = (row.language if row else "") or self._workplace.language
        template = next(
            (t for t in self._workplace.catalogue.templates if t.id == suggestion.values.get("template")), None
        )
        if suggestion.kind is Kind.TEMPLATE and template is not None:
            return canned.filled(
                template,
                language,
                customer=(customer.name if customer else "") or (row.customer_name if row else ""),
                agent=self._workplace.catalogue.agent(self._workplace.me),
                number=customer.number if customer else "",
            )
        return in_language(suggestion.wordings, language)

    def brings(self, suggestion: Suggestion) -> str:
        """Return the wording that taking it puts into the composer; nothing for one that does something else."""
        return self.wording(suggestion) if suggestion.kind in (Kind.STEP, Kind.REPLY, Kind.TEMPLATE) else ""

    def change(self, suggestion: Suggestion) -> tuple[str, str, str] | None:
        """Return field, old and new value of one that sets a field; what is kept back until the customer is verified is
        not among the suggestions' words anyway. ``None`` for any other."""
        field = suggestion.values.get("field", "")
        if suggestion.kind is not Kind.FIELD or not field:
            return None
        customer = self._known.customer
        before = needs.recorded(customer, field)
        if not before and customer is not None and (held := field_value(customer, field)) is not None:
            before = str(held)
        return field, before, suggestion.values.get("value", "")

    def callback_at(self, suggestion: Suggestion) -> datetime | None:
        """Return when a callback would be: as chosen here, else after the hours it proposes, on a whole five minutes."""
        if suggestion.kind is not Kind.CALLBACK:
            return None
        moved = self._moved.get(suggestion.id)
        now = self._workplace.now()
        if moved is not None and moved > now:
            return moved
        try:
            hours = float(suggestion.values.get("hours", ""))
        except ValueError:
            hours = 1.0
        if not 0.1 <= hours <= 24 * 365:
            hours = 1.0
        at = now + timedelta(hours=hours)
        return at.replace(minute=at.minute - at.minute % 5, second=0, microsecond=0) + timedelta(minutes=5)

    def set_callback(self, suggestion: Suggestion, at: datetime) -> None:
        """Choose another time for a callback, before it is taken."""
        if at > self._workplace.now():
            self._moved[suggestion.id] = at
            self.changed.emit()

    def now(self) -> datetime:
        return self._workplace.now()

    # --- taking and turning down ------------------------------------------------------------------------------------

    def take(self, suggestion: Suggestion) -> None:
        """Do it. A wording is put into the composer and counts as taken once it is sent; the rest counts at once."""
        if not self.is_possible(suggestion):
            return
        if wording := self.brings(suggestion):
            self.wording_offered.emit(wording, suggestion.id)
            return
        if suggestion.kind is Kind.FLOW and suggestion.values.get("playbook"):
            self.flow_wanted.emit(suggestion.values["playbook"], suggestion.id)
            return
        take = TakeSuggestion(interaction_id=suggestion.interaction_id, suggestion_id=suggestion.id)
        if suggestion.kind is Kind.ARTICLE:
            # Reading is over as soon as it is begun: there is nothing to take back.
            self._workplace.perform(take, initiator=self)
            self.article_wanted.emit(suggestion.values.get("article", ""))
            return
        self._perform(suggestion, take, self._beside(suggestion))

    def dismiss(self, suggestion: Suggestion, reason: str = "") -> None:
        """Not this: the reason is what the centre learns from."""
        if self.can_take:
            command = DismissSuggestion(
                interaction_id=suggestion.interaction_id, suggestion_id=suggestion.id, reason=reason
            )
            self._perform(suggestion, command, None, is_dismissed=True)

    def undo(self) -> None:
        """Take back what was taken or turned down last, while it has not gone out."""
        taken, self.taken = self.taken, None
        self._too_late.stop()
        if taken is not None:
            ids = taken.commands

            def _cancel(w: Write) -> None:
                entries = [outbox.entry(w.conn, id_) for id_ in ids]
                # All of it or none: what has gone out alone would be half a step.
                if all(entry is not None and entry.state is OutboxState.HELD for entry in entries):
                    for id_ in ids:
                        outbox.cancel(w, id_)

            self._workplace.keep(_cancel, initiator=self)
            self.changed.emit()

    def _beside(self, suggestion: Suggestion) -> Command | None:
        """Return the command that shows here what taking it does there."""
        values = suggestion.values
        at = self.callback_at(suggestion)
        if at is not None:
            return Snooze(interaction_id=suggestion.interaction_id, until=at)
        if suggestion.kind is Kind.INTENT and values.get("intent"):
            return SetIntent(interaction_id=suggestion.interaction_id, intent=values["intent"])
        return None

    def _perform(
        self, suggestion: Suggestion, command: Command, beside: Command | None, *, is_dismissed: bool = False
    ) -> None:
        undo_s = self._known.undo_s
        now = self._workplace.now()
        until = now + timedelta(seconds=undo_s)
        second = CommandId(new_id())
        held_until = until if undo_s > 0 else None
        also = None if beside is None else partial(_enqueue, beside, second, held_until, now)
        first = self._workplace.perform(command, undo_s=undo_s, initiator=self, alongside=also)
        commands = (first,) if beside is None else (first, second)
        self.taken = Taken(suggestion, commands, until, is_dismissed) if undo_s > 0 else None
        self._too_late.start(round(undo_s * 1000))
        # It is gone from the list before the disk has answered, so that a second press is about another.
        self.suggestions = tuple(one for one in self.suggestions if one.id != suggestion.id)
        self.changed.emit()

    def _on_too_late(self) -> None:
        self.taken = None
        self.changed.emit()

    # --- following --------------------------------------------------------------------------------------------------

    def _on_current_changed(self, _id: InteractionId | None) -> None:
        self._too_late.stop()
        self.taken = None
        self._moved.clear()
        self._look()

    def _on_changed(self, changes: ChangeSet) -> None:
        current, customer = self._workplace.current, self._known.customer
        is_theirs = customer is not None and customer.id in changes.customers
        if changes.is_bulk or current in changes.interactions or is_theirs:
            self._look()

    def _look(self) -> None:
        if self._ticket is not None:
            self._ticket.cancel()
        current, me = self._workplace.current, self._workplace.me
        if current is None:
            self._on_answer(_Answer())
            return
        wanted: InteractionId = current

        def _read(conn: Connection) -> _Answer:
            found = projections.interaction_row(conn, wanted, me)
            row = found.interaction if found else None
            open_ones = projections.suggestions(conn, wanted) if row is not None and row.state.is_open else []
            card = projections.customer_card(conn, row.customer_id) if open_ones and row and row.customer_id else None
            return _Answer(
                row,
                tuple(open_ones),
                card.customer if card else None,
                undo_s(conn),
            )

        self._ticket = self._workplace.ask(_read, self._on_answer)

    def _on_answer(self, found: _Answer) -> None:
        accounts = self._workplace.accounts
        possible = (one for one in found.suggestions if _is_for(accounts, one))
        found = found._replace(suggestions=tuple(possible)[:SHOWN])
        if found != self._known or found.suggestions != self.suggestions:
            self._known, self.suggestions = found, found.suggestions
            self.changed.emit()


def _enqueue(command: Command, id_: CommandId, not_before: datetime | None, now: datetime, w: Write) -> None:
    outbox.enqueue(w, command, id_, not_before=not_before, now=now)


def _is_for(accounts: DeskAccounts, suggestion: Suggestion) -> bool:
    """Whether the system of a suggestion's contact can do what it comes to."""
    needed = _NEEDED.get(suggestion.kind)
    return needed is None or accounts.can(needed, suggestion.interaction_id)
