"""What a lead asks for, as commands: on contacts, on agents, on the centre. Every method writes into the outbox and returns
at once; what the hub refuses comes back with its reason through ``refused`` and stays in the outbox view. The board and the
sheets of ``ui.leading`` call it; who may do what is the hub's to say.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from desktop.domain import commands as c
from desktop.domain.agent import PresenceState
from desktop.domain.changes import ChangeSet, Table
from desktop.domain.ids import AgentId, CommandId, InteractionId, MessageId, QueueId, new_beside, new_id
from desktop.domain.routing import AlertRule
from desktop.store import projections
from desktop.store.rows import OutboxEntry, OutboxState
from desktop.viewmodels.workplace import Ticket, Workplace

# The hub takes no longer whisper or broadcast than this.
TEXT_AT_MOST = 2000


class Leading(QObject):
    """``refused`` carries the command and the code of what the hub did not do, once for each; ``asked`` how many commands
    an action wrote, so that the window can say that something is on its way."""

    refused = Signal(object, str)
    asked = Signal(int)

    def __init__(self, workplace: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._ticket: Ticket | None = None
        self._open: set[CommandId] = set()
        workplace.changed.connect(self._on_changed)

    @property
    def is_waiting(self) -> bool:
        """Whether anything asked for here is still on its way."""
        return bool(self._open)

    # --- contacts ---------------------------------------------------------------------------------------------------

    def reassign(
        self,
        ids: Iterable[InteractionId],
        to_queue: QueueId | None = None,
        to_agent: AgentId | None = None,
        note: str = "",
    ) -> None:
        """Give contacts to a queue or to an agent, whoever has them; exactly one of the two is named."""
        if (to_queue is None) == (to_agent is None):
            raise ValueError("one of to_queue and to_agent")
        self._perform(
            c.Reassign(interaction_id=key, to_queue=to_queue, to_agent=to_agent, note=note.strip()) for key in ids
        )

    def set_priority(self, ids: Iterable[InteractionId], priority: int) -> None:
        """Set how urgent contacts are, 1 (most) to 5."""
        if not 1 <= priority <= 5:
            raise ValueError("a priority is 1 to 5")
        self._perform(c.SetPriority(interaction_id=key, priority=priority) for key in ids)

    def observe(self, interaction_id: InteractionId, joined: bool = False) -> None:
        """Read a contact along, and open it; ``joined``: write to the customer too."""
        self._perform([c.Observe(interaction_id=interaction_id, is_joined=joined)])
        self._workplace.open(interaction_id)

    def stop_observing(self, interaction_id: InteractionId) -> None:
        """Read along no more."""
        self._perform([c.Observe(interaction_id=interaction_id, is_on=False)])

    def whisper(self, interaction_id: InteractionId, text: str) -> None:
        """Tell the agent of a contact something nobody else sees; nothing where ``text`` says nothing."""
        if said := text.strip()[:TEXT_AT_MOST]:
            message_id = MessageId(new_beside(interaction_id))
            command = c.Whisper(interaction_id=interaction_id, text=said, message_id=message_id)
            self._perform([command])

    def take_over(self, interaction_id: InteractionId) -> None:
        """Become the owner of a contact somebody else has, and open it."""
        self._perform([c.TakeOver(interaction_id=interaction_id)])
        self._workplace.open(interaction_id)

    # --- agents -----------------------------------------------------------------------------------------------------

    def set_presence(self, agent_id: AgentId, state: PresenceState, reason: str = "") -> None:
        """Set the state of an agent, who is told who did it."""
        self._perform([c.SetAgentPresence(agent_id=agent_id, state=state, reason=reason)])

    def lend(self, agent_id: AgentId, queues: Iterable[QueueId], until: datetime | None) -> None:
        """Let an agent work other queues for a while; ``until`` ``None`` ends it."""
        self._perform([c.LendAgent(agent_id=agent_id, queues=tuple(queues), until=until)])

    # --- the centre -------------------------------------------------------------------------------------------------

    def broadcast(
        self, text: str, teams: Iterable[str] = (), until: datetime | None = None, urgent: bool = False
    ) -> None:
        """Tell ``teams`` (none named: everybody) something; nothing where ``text`` says nothing."""
        if said := text.strip()[:TEXT_AT_MOST]:
            command = c.SendBroadcast(
                broadcast_id=new_id(), text=said, teams=tuple(teams), until=until, is_urgent=urgent
            )
            self._perform([command])

    def put_rule(self, rule: AlertRule) -> None:
        """Add an alert rule, or replace the one of its id."""
        self._perform([c.PutAlertRule(rule=rule)])

    def remove_rule(self, rule_id: str) -> None:
        """Remove an alert rule."""
        self._perform([c.RemoveAlertRule(rule_id=rule_id)])

    def see_alert(self, alert_id: str) -> None:
        """Say that an alert was seen; it stays until its cause is gone."""
        self._perform([c.SeeAlert(alert_id=alert_id)])

    # --- what becomes of it -----------------------------------------------------------------------------------------

    def _perform(self, commands: Iterable[c.Command]) -> None:
        wished = [self._workplace.perform(command, initiator=self) for command in commands]
        if wished:
            self._open.update(wished)
            self.asked.emit(len(wished))

    def _on_changed(self, changes: ChangeSet) -> None:
        if self._open and changes.touches(Table.OUTBOX):
            if self._ticket is not None:
                self._ticket.cancel()
            self._ticket = self._workplace.ask(projections.outbox_entries, self._on_entries)

    def _on_entries(self, entries: list[OutboxEntry]) -> None:
        by_id = {entry.id: entry for entry in entries}
        for key in sorted(self._open):
            entry = by_id.get(key)
            if entry is None:
                self._open.discard(key)
            elif entry.state is OutboxState.WEDGED:
                self._open.discard(key)
                self.refused.emit(entry.command, entry.error)
