"""The open interaction: its facts, which steps are legal for me now, what went wrong with earlier ones, and the screen pop.

Answers follow one another: first the row itself, so that the header paints at once, then what is known around it. Steps
taken here become commands in the outbox and nothing else. Used by the header, the notices and the screen pop.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop.domain import commands as c
from desktop.domain.agent import Agent, Queue, Role
from desktop.domain.changes import ChangeSet
from desktop.domain.customer import Customer
from desktop.domain.ids import AgentId, CommandId, InteractionId, QueueId
from desktop.domain.interaction import Interaction, InteractionState
from desktop.domain.suggestion import Reason, Suggestion
from desktop.domain.template import IntentLabel
from desktop.store import journal, outbox, projections
from desktop.store.rows import InboxRow, OutboxEntry, OutboxState
from desktop.viewmodels.steps import snooze_times, steps_for
from desktop.viewmodels.takeback import take_back
from desktop.viewmodels.workplace import Ticket, Workplace, in_language

__all__ = ["Background", "Facts", "InteractionModel", "OutboxEntry", "Pop", "snooze_times", "steps_for"]

S = InteractionState

_MENDABLE = frozenset({"rate_limited", "unavailable", "internal"})


@dataclass(frozen=True, slots=True)
class Facts:
    """The row of the open interaction and its commands that were refused (not the messages: the stream shows those).
    ``is_held_up`` says that something keeps later ones from going out."""

    row: InboxRow
    refused: tuple[OutboxEntry, ...] = ()
    is_held_up: bool = False

    @property
    def interaction(self) -> Interaction:
        return self.row.interaction


@dataclass(frozen=True, slots=True)
class Background:
    """What is known around it: the customer, their earlier contacts (newest first), what to do next, and why it came to whom
    it came, as it was last decided, where its own system does not say."""

    customer: Customer | None = None
    contacts: tuple[Interaction, ...] = ()
    contact_count: int = 0
    suggestions: tuple[Suggestion, ...] = ()
    decided_by: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Pop:
    """The screen pop after accepting: who, about what, what happened before, what to do next.

    ``last`` is the contact before this one, ``repeats`` how many of the last 30 days were about the same intent,
    ``contact_count`` all of the customer's contacts with this one, ``next_step`` the best suggestion.
    """

    interaction: Interaction
    customer: Customer | None
    last: Interaction | None
    repeats: int
    contact_count: int
    next_step: Suggestion | None


class InteractionModel(QObject):
    """``changed`` says that facts, background or steps are others than before; ``opened`` that another interaction is
    shown now; ``gone`` that the open one is not here (any more)."""

    changed = Signal()
    opened = Signal(object)
    gone = Signal(object)

    def __init__(self, workplace: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._id: InteractionId | None = workplace.current
        self._facts: Facts | None = None
        self._background = Background()
        self._background_of: InteractionId | None = None
        self._ticket: Ticket | None = None
        self._around: Ticket | None = None
        self._is_stale = False
        self._is_shown = False
        self._dismissed: set[InteractionId] = set()
        workplace.current_changed.connect(self._on_current_changed)
        workplace.changed.connect(self._on_changed)
        workplace.catalogue.changed.connect(self.changed)
        workplace.accounts.changed.connect(self.changed)
        if self._id is not None:
            self._load()

    # --- what is known ----------------------------------------------------------------------------------------------

    @property
    def facts(self) -> Facts | None:
        """The facts of the interaction shown; right after a switch still those of the one before."""
        return self._facts

    @property
    def interaction(self) -> Interaction | None:
        return None if self._facts is None else self._facts.interaction

    @property
    def background(self) -> Background:
        """What is known around it, empty until it has been read."""
        return self._background if self._facts and self._background_of == self._facts.interaction.id else Background()

    @property
    def is_mine(self) -> bool:
        return self.interaction is not None and self.interaction.assignee == self._workplace.me

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps I may take now, in the order they are shown."""
        if self.interaction is None:
            return ()
        return tuple(step for step in self._legal if self._workplace.accounts.can(step, self.interaction.id))

    @property
    def lacking_steps(self) -> tuple[str, ...]:
        """The steps that would be mine to take, if only the system of this contact's account knew them."""
        if self.interaction is None:
            return ()
        return tuple(step for step in self._legal if not self._workplace.accounts.can(step, self.interaction.id))

    @property
    def _legal(self) -> tuple[str, ...]:
        assert self.interaction is not None
        return steps_for(self.interaction, self._workplace.me, Role.LEAD if self.is_lead else Role.AGENT)

    @property
    def is_lead(self) -> bool:
        """Whether I may act on what is others'."""
        me = next((agent for agent in self._workplace.catalogue.agents if agent.id == self._workplace.me), None)
        return me is not None and me.role in (Role.LEAD, Role.ADMIN)

    @property
    def workplace(self) -> Workplace:
        return self._workplace

    def now(self) -> datetime:
        return self._workplace.now()

    def customer_name(self) -> str:
        """The best name there is: the record's, the sender's, their address."""
        interaction = self.interaction
        if interaction is None:
            return ""
        customer = self.background.customer
        return interaction.customer_name or (customer.name if customer else "") or interaction.from_address

    def intent_title(self, intent: str | None) -> str:
        """The name of a request type in the window's language, its code in plain words where it has none."""
        return self._workplace.catalogue.intent(intent)

    def intents(self) -> tuple[IntentLabel, ...]:
        """The request types of the contact's account; of one that has none those by which it is understood here."""
        known = self._workplace.catalogue.intents
        return self._workplace.of_account(known, self._id) or self._workplace.of_account(known, None)

    def queues(self) -> tuple[Queue, ...]:
        """Where the contact can be handed to."""
        queues = self._workplace.of_account(self._workplace.catalogue.queues, self._id)
        return tuple(queue for queue in queues if queue.can_receive)

    def queue_name(self, queue_id: QueueId | None) -> str:
        return self._workplace.catalogue.queue(queue_id)

    def agent_name(self, agent_id: AgentId | None) -> str:
        return self._workplace.catalogue.agent(agent_id)

    def colleagues(self) -> tuple[Agent, ...]:
        """Whom a contact can be handed to: everybody who works here but me."""
        agents = self._workplace.of_account(self._workplace.catalogue.agents, self._id)
        return tuple(a for a in agents if a.id != self._workplace.me and a.is_active)

    def suggestion_title(self, suggestion: Suggestion) -> str:
        return in_language(suggestion.titles, self._workplace.language) or suggestion.action

    def pop(self) -> Pop | None:
        """The screen pop, from accepting until the first answer or until it was put away; else ``None``."""
        row = self.interaction
        if row is None or not self.is_mine or row.state is not S.ACTIVE or row.id in self._dismissed:
            return None
        if row.accepted_at is None or (row.answered_at is not None and row.answered_at >= row.accepted_at):
            return None
        if self._background_of != row.id:
            return None
        known = self._background
        earlier = [contact for contact in known.contacts if contact.id != row.id]
        since = self.now() - timedelta(days=30)
        same = [e for e in earlier if row.intent and e.intent == row.intent and (e.last_at or e.created_at) >= since]
        best = next(iter(known.suggestions), None)
        last = earlier[0] if earlier else None
        return Pop(row, known.customer, last, len(same), known.contact_count, best)

    def dismiss_pop(self) -> None:
        """Put the screen pop of this contact away."""
        if self.interaction is not None:
            self._dismissed.add(self.interaction.id)
            self.changed.emit()

    # --- steps ------------------------------------------------------------------------------------------------------

    def take_step(self, step: str) -> None:
        """Take a step that needs no more than its name; one that is not legal now is passed over."""
        kinds: dict[str, type[Any]] = {
            "accept": c.Accept,
            "decline": c.Decline,
            "take": c.Take,
            "reopen": c.Reopen,
            "hold": c.Hold,
            "resume": c.Resume,
            "wait": c.Wait,
            "requeue": c.Requeue,
            "end_contact": c.EndContact,
        }
        if step in self.steps and step in kinds and self.interaction is not None:
            self._workplace.perform(kinds[step](interaction_id=self.interaction.id), initiator=self)

    def snooze(self, until: datetime) -> None:
        """Put it away until ``until``. Raises ``ValueError`` for an instant that has passed."""
        if until <= self.now():
            raise ValueError("a snooze ends in the future")
        if "snooze" in self.steps and self.interaction is not None:
            self._workplace.perform(c.Snooze(interaction_id=self.interaction.id, until=until), initiator=self)

    def transfer(self, *, to_queue: QueueId | None = None, to_agent: AgentId | None = None, note: str = "") -> None:
        """Hand it to a queue or a colleague. Raises ``ValueError`` unless exactly one of them is named."""
        if (to_queue is None) == (to_agent is None):
            raise ValueError("a transfer goes to a queue or to an agent")
        if "transfer" in self.steps and self.interaction is not None:
            id_ = self.interaction.id
            command = c.Transfer(interaction_id=id_, to_queue=to_queue, to_agent=to_agent, note=note.strip())
            self._workplace.perform(command, initiator=self)

    def set_intent(self, intent: str, also: tuple[str, ...] | None = None) -> None:
        """Correct (or confirm) what this is about; ``also`` is what else was asked for, ``None`` leaves that as it is."""
        if self.interaction is not None and self.can_set_intent:
            command = c.SetIntent(interaction_id=self.interaction.id, intent=intent, also=also)
            self._workplace.perform(command, initiator=self)

    @property
    def can_set_intent(self) -> bool:
        return self.interaction is not None and self._workplace.may("set_intent", self.interaction)

    # --- what was refused -------------------------------------------------------------------------------------------

    @staticmethod
    def is_worth_retrying(entry: OutboxEntry) -> bool:
        """Whether the same command may succeed later without anything being changed."""
        return entry.error in _MENDABLE

    def retry(self, entry_id: CommandId) -> None:
        """Send a refused command again."""
        self._workplace.keep(lambda w: outbox.retry(w, entry_id), initiator=self)

    def take_back(self, entry_id: CommandId, done: Callable[[bool], None]) -> None:
        """Turn a refused command into a draft again; ``done`` gets whether it was there."""
        self._workplace.keep(lambda w: take_back(w, entry_id), done, self)

    def discard(self, entry_id: CommandId) -> None:
        """Give a refused command up, so that later ones of this contact go out."""
        self._workplace.keep(lambda w: outbox.discard(w, entry_id), initiator=self)

    # --- reading ----------------------------------------------------------------------------------------------------

    def set_shown(self, is_shown: bool) -> None:
        """Say whether the agent can see the panel: what is shown counts as read."""
        self._is_shown = is_shown
        self._mark_read()

    def _mark_read(self) -> None:
        facts = self._facts
        if facts is not None and self._is_shown and facts.row.unread and facts.interaction.id == self._id:
            id_ = facts.interaction.id
            self._workplace.write(lambda w: journal.mark_read(w, id_), initiator=self)

    def _on_current_changed(self, interaction_id: InteractionId | None) -> None:
        self._id = interaction_id
        for ticket in (self._ticket, self._around):
            if ticket is not None:
                ticket.cancel()
        self._ticket = self._around = None
        if interaction_id is None:
            self._facts = None
            self.opened.emit(None)
            self.changed.emit()
        else:
            self._load()

    def _on_changed(self, changes: ChangeSet) -> None:
        if self._id is None:
            return
        customer_id = self.interaction.customer_id if self.interaction else None
        if changes.is_bulk or self._id in changes.interactions:
            self._load()
        elif customer_id and customer_id in changes.customers:
            self._load_background()

    def _load(self) -> None:
        if self._ticket is not None:
            self._is_stale = True
            return
        id_, me = self._id, self._workplace.me
        assert id_ is not None

        def _facts(conn: Any) -> Facts | None:
            row = projections.interaction_row(conn, id_, me)
            if row is None:
                return None
            entries = outbox.of_interactions(conn, [id_])
            shown_elsewhere = (c.SendMessage, c.AddNote)
            refused = tuple(
                e for e in entries if e.state is OutboxState.WEDGED and not isinstance(e.command, shown_elsewhere)
            )
            return Facts(row, refused, any(e.state is OutboxState.WEDGED for e in entries))

        self._ticket = self._workplace.ask(_facts, self._on_facts)

    def _on_facts(self, facts: Facts | None) -> None:
        self._ticket = None
        before = self._facts
        if facts is None:
            self._facts = None
            self.gone.emit(self._id)
            self.changed.emit()
        else:
            self._facts = facts
            if before is None or before.interaction.id != facts.interaction.id:
                self.opened.emit(facts.interaction.id)
            if before != facts:
                self.changed.emit()
            self._mark_read()
            self._load_background()
        if self._is_stale:
            self._is_stale = False
            if self._id is not None:
                self._load()

    def _load_background(self) -> None:
        row = self.interaction
        if row is None:
            return
        if self._around is not None:
            self._around.cancel()
        customer_id, id_ = row.customer_id, row.id
        owner, is_told = row.assignee, bool(row.routed_by)

        def _background(conn: Any) -> Background:
            card = projections.customer_card(conn, customer_id) if customer_id else None
            return Background(
                customer=card.customer if card else None,
                contacts=card.contacts if card else (),
                contact_count=card.contact_count if card else 0,
                suggestions=tuple(projections.suggestions(conn, id_)),
                decided_by=() if is_told else _decided_by(conn, id_, owner),
            )

        self._around = self._workplace.ask(_background, lambda found: self._on_background(id_, found))

    def _on_background(self, interaction_id: InteractionId, found: Background) -> None:
        self._around = None
        if (self._background_of, self._background) != (interaction_id, found):
            self._background_of, self._background = interaction_id, found
            self.changed.emit()


def _decided_by(conn: Any, interaction_id: InteractionId, owner: AgentId | None) -> tuple[Reason, ...]:
    """Return why whoever has a contact has it, where that was decided at this desk."""
    found = projections.decisions(conn, interaction_id, 1)
    return found[0].reasons if found and owner is not None and found[0].agent_id == owner else ()
