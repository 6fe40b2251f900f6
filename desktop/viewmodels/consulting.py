"""Who else is at the open contact: a colleague who is asked for advice, leads who read along. Asking, ending it, handing over
to whom was asked, and what a lead does about a contact of somebody else's.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop.domain import commands as c
from desktop.domain.agent import Agent, PresenceState
from desktop.domain.changes import ChangeSet
from desktop.domain.ids import AgentId, InteractionId
from desktop.domain.interaction import Interaction
from desktop.store import projections
from desktop.store.rows import Observing
from desktop.viewmodels.interaction import InteractionModel
from desktop.viewmodels.leading import Leading
from desktop.viewmodels.workplace import Ticket


class ConsultingModel(QObject):
    """Follows the contact ``model`` shows; ``changed`` when who is there, or what can be done about it, is another."""

    changed = Signal()

    def __init__(self, model: InteractionModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._workplace = model.workplace
        self._ticket: Ticket | None = None
        self._id: InteractionId | None = None
        self.leading = Leading(self._workplace, self)
        self.observing = Observing()
        model.changed.connect(self._on_facts)
        self._workplace.changed.connect(self._on_changed)

    # --- who is there -----------------------------------------------------------------------------------------------

    @property
    def row(self) -> Interaction | None:
        return self._model.interaction

    @property
    def asked(self) -> AgentId | None:
        """The colleague I ask about my contact."""
        row = self.row
        return row.consulting if row is not None and self._model.is_mine else None

    @property
    def asks_me(self) -> AgentId | None:
        """The colleague who asks me about theirs."""
        row = self.row
        return row.assignee if row is not None and row.consulting == self._workplace.me else None

    @property
    def readers(self) -> tuple[AgentId, ...]:
        """Leads who read along, as far as the policy lets me know; not myself."""
        row = self.row
        return () if row is None else tuple(one for one in row.observers if one != self._workplace.me)

    @property
    def can_lead(self) -> bool:
        """Whether the open contact is one of somebody else's that I, a lead, may act on."""
        row = self.row
        return self._model.is_lead and row is not None and row.state.is_open and not self._model.is_mine

    @property
    def can_whisper(self) -> bool:
        row = self.row
        return (
            self.can_lead and row is not None and row.assignee is not None and self._model.workplace.may("whisper", row)
        )

    def name(self, agent_id: AgentId | None) -> str:
        """Return a colleague's name, empty where it is not known."""
        return self._workplace.catalogue.agent(agent_id)

    # --- asking a colleague -----------------------------------------------------------------------------------------

    @property
    def can_ask(self) -> bool:
        row = self.row
        return row is not None and self._model.is_mine and self._model.workplace.may("consult", row)

    def colleagues(self) -> tuple[Agent, ...]:
        """Whom I can ask: who is signed in, those who are ready first."""
        order = (PresenceState.READY, PresenceState.AWAY, PresenceState.NOT_RESPONDING)
        there = (one for one in self._model.colleagues() if one.presence.state in order)
        return tuple(sorted(there, key=lambda one: (order.index(one.presence.state), one.name.casefold())))

    def ask(self, agent_id: AgentId, note: str = "") -> None:
        """Ask a colleague; the contact stays mine."""
        if self.can_ask and self.row is not None:
            command = c.Consult(interaction_id=self.row.id, agent_id=agent_id, note=note.strip())
            self._workplace.perform(command, initiator=self)

    def end(self) -> None:
        """Thank them: they see the contact no more."""
        if self.row is not None and (self.asked is not None or self.asks_me is not None):
            self._workplace.perform(c.Consult(interaction_id=self.row.id, agent_id=None), initiator=self)

    def hand_over(self) -> None:
        """Hand the contact to the colleague who was asked, who knows it by now."""
        if self.asked is not None:
            self._model.transfer(to_agent=self.asked)

    # --- following --------------------------------------------------------------------------------------------------

    def _on_facts(self) -> None:
        row = self.row
        id_ = row.id if row is not None and self.can_lead else None
        if id_ != self._id:
            self._id = id_
            self.observing = Observing()
            self._look()
        self.changed.emit()

    def _on_changed(self, changes: ChangeSet) -> None:
        if self._id is not None and (changes.is_bulk or self._id in changes.interactions):
            self._look()

    def _look(self) -> None:
        if self._ticket is not None:
            self._ticket.cancel()
        id_, me = self._id, self._workplace.me
        if id_ is not None:
            self._ticket = self._workplace.ask(lambda conn: projections.observing(conn, id_, me), self._on_observing)

    def _on_observing(self, found: Observing) -> None:
        if found != self.observing:
            self.observing = found
            self.changed.emit()
