"""Everything an agent can ask for. A command is a value: it is written to the outbox, laid over what is shown, sent.

On the wire a command is its JSON object with ``type`` first; the id travels beside it as ``Idempotency-Key``.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct

from desktop.domain.agent import PresenceState
from desktop.domain.channels import Channel
from desktop.domain.flow import StepState
from desktop.domain.ids import AgentId, CustomerId, FlowId, InteractionId, MessageId, QueueId, SuggestionId
from desktop.domain.interaction import Attachment
from desktop.domain.routing import AlertRule


class SetPresence(Struct, frozen=True, kw_only=True, tag="set_presence"):
    """``is_after``: not before the last live contact and its wrap-up are done; said again, or ``ready``, takes that back."""

    state: PresenceState
    reason: str = ""
    is_after: bool = False


class Accept(Struct, frozen=True, kw_only=True, tag="accept"):
    interaction_id: InteractionId


class Decline(Struct, frozen=True, kw_only=True, tag="decline"):
    interaction_id: InteractionId
    reason: str = ""


class SendMessage(Struct, frozen=True, kw_only=True, tag="send_message"):
    """``message_id`` lets the sender name the message, so that an echo and the message it becomes are one."""

    interaction_id: InteractionId
    text: str
    channel: Channel | None = None
    message_id: MessageId | None = None
    attachments: tuple[Attachment, ...] = ()
    suggestion_id: SuggestionId | None = None


class AddNote(Struct, frozen=True, kw_only=True, tag="add_note"):
    interaction_id: InteractionId
    text: str
    message_id: MessageId | None = None
    attachments: tuple[Attachment, ...] = ()


class Hold(Struct, frozen=True, kw_only=True, tag="hold"):
    interaction_id: InteractionId


class Resume(Struct, frozen=True, kw_only=True, tag="resume"):
    interaction_id: InteractionId


class Wait(Struct, frozen=True, kw_only=True, tag="wait"):
    """The customer's turn: the interaction waits for their answer and takes no capacity."""

    interaction_id: InteractionId


class Snooze(Struct, frozen=True, kw_only=True, tag="snooze"):
    interaction_id: InteractionId
    until: datetime


class Transfer(Struct, frozen=True, kw_only=True, tag="transfer"):
    interaction_id: InteractionId
    to_queue: QueueId | None = None
    to_agent: AgentId | None = None
    note: str = ""


class SetIntent(Struct, frozen=True, kw_only=True, tag="set_intent"):
    """``also`` is what else the customer asked for; ``None`` leaves that as it is."""

    interaction_id: InteractionId
    intent: str
    also: tuple[str, ...] | None = None


class EndContact(Struct, frozen=True, kw_only=True, tag="end_contact"):
    """The talking is over; the after-call-work clock starts."""

    interaction_id: InteractionId


class WrapUp(Struct, frozen=True, kw_only=True, tag="wrap_up"):
    interaction_id: InteractionId
    disposition: str
    summary: str = ""


class Requeue(Struct, frozen=True, kw_only=True, tag="requeue"):
    interaction_id: InteractionId


class Reopen(Struct, frozen=True, kw_only=True, tag="reopen"):
    """Take a closed or abandoned interaction up again, as its owner."""

    interaction_id: InteractionId


class Take(Struct, frozen=True, kw_only=True, tag="take"):
    """Pick a waiting request out of a queue."""

    interaction_id: InteractionId


class LinkCustomer(Struct, frozen=True, kw_only=True, tag="link_customer"):
    interaction_id: InteractionId
    customer_id: CustomerId


class MergeCustomers(Struct, frozen=True, kw_only=True, tag="merge_customers"):
    """``customer_id`` survives, ``merged_id`` is folded into it; ``fields`` names those to take from the merged one."""

    customer_id: CustomerId
    merged_id: CustomerId
    fields: tuple[str, ...] = ()


class UndoMerge(Struct, frozen=True, kw_only=True, tag="undo_merge"):
    customer_id: CustomerId
    merged_id: CustomerId


class UpdateCustomer(Struct, frozen=True, kw_only=True, tag="update_customer"):
    """``fields`` maps names of ``Customer`` (or ``address.street`` …) to new values; ``version`` is the record that was
    seen, ``before`` what those fields held in it. If one of these fields holds something else by now, the command is
    refused with ``conflict`` and the current record; a change of other fields meanwhile is no conflict."""

    customer_id: CustomerId
    fields: dict[str, Any]
    version: int | None = None
    before: dict[str, Any] = {}


class TakeSuggestion(Struct, frozen=True, kw_only=True, tag="take_suggestion"):
    interaction_id: InteractionId
    suggestion_id: SuggestionId


class DismissSuggestion(Struct, frozen=True, kw_only=True, tag="dismiss_suggestion"):
    interaction_id: InteractionId
    suggestion_id: SuggestionId
    reason: str = ""


class VerifyCustomer(Struct, frozen=True, kw_only=True, tag="verify_customer"):
    """The answer to a question of the ``VerificationPolicy`` was right or wrong; the answer itself is not sent."""

    interaction_id: InteractionId
    customer_id: CustomerId
    question: str
    is_right: bool


class MarkDistinct(Struct, frozen=True, kw_only=True, tag="mark_distinct"):
    """Two records that look alike are two people."""

    customer_id: CustomerId
    other_id: CustomerId


class StartFlow(Struct, frozen=True, kw_only=True, tag="start_flow"):
    """``flow_id`` lets the sender name the flow, so that its echo and what it becomes are one."""

    interaction_id: InteractionId
    playbook: str
    flow_id: FlowId
    suggestion_id: SuggestionId | None = None


class SetFlowStep(Struct, frozen=True, kw_only=True, tag="set_flow_step"):
    """``values`` are laid over those the step has; ``state`` open takes a tick back."""

    interaction_id: InteractionId
    flow_id: FlowId
    action: str
    state: StepState
    values: dict[str, str] = {}
    reason: str = ""


class EndFlow(Struct, frozen=True, kw_only=True, tag="end_flow"):
    interaction_id: InteractionId
    flow_id: FlowId
    reason: str = ""


class TakeNext(Struct, frozen=True, kw_only=True, tag="take_next"):
    """The best waiting request for me, taken at once (pull). Empty ``queues`` and ``channels``: any."""

    queues: tuple[QueueId, ...] = ()
    channels: tuple[Channel, ...] = ()


class Consult(Struct, frozen=True, kw_only=True, tag="consult"):
    """Ask a colleague about a contact one keeps; ``None`` ends it."""

    interaction_id: InteractionId
    agent_id: AgentId | None
    note: str = ""


class ScheduleCallback(Struct, frozen=True, kw_only=True, tag="schedule_callback"):
    """Call the customer back ``at``; ``to`` is the number, empty for the one on record. ``is_mine``: by me, else by
    whoever of the queue is free."""

    interaction_id: InteractionId
    at: datetime
    to: str = ""
    note: str = ""
    is_mine: bool = True


class Reassign(Struct, frozen=True, kw_only=True, tag="reassign"):
    """A lead gives a contact to an agent or a queue, whoever has it."""

    interaction_id: InteractionId
    to_queue: QueueId | None = None
    to_agent: AgentId | None = None
    note: str = ""


class SetPriority(Struct, frozen=True, kw_only=True, tag="set_priority"):
    interaction_id: InteractionId
    priority: int


class Observe(Struct, frozen=True, kw_only=True, tag="observe"):
    """A lead reads along (``is_joined``: and may write to the customer), or stops to (``is_on`` false)."""

    interaction_id: InteractionId
    is_on: bool = True
    is_joined: bool = False


class Whisper(Struct, frozen=True, kw_only=True, tag="whisper"):
    """A note of a lead that only the agent of the contact sees."""

    interaction_id: InteractionId
    text: str
    message_id: MessageId | None = None


class TakeOver(Struct, frozen=True, kw_only=True, tag="take_over"):
    """A lead becomes the owner of a contact somebody else has."""

    interaction_id: InteractionId


class SetAgentPresence(Struct, frozen=True, kw_only=True, tag="set_agent_presence"):
    agent_id: AgentId
    state: PresenceState
    reason: str = ""


class LendAgent(Struct, frozen=True, kw_only=True, tag="lend_agent"):
    """Move an agent to other queues for a while; ``until`` ``None`` ends it."""

    agent_id: AgentId
    queues: tuple[QueueId, ...] = ()
    until: datetime | None = None


class SendBroadcast(Struct, frozen=True, kw_only=True, tag="send_broadcast"):
    broadcast_id: str
    text: str
    teams: tuple[str, ...] = ()
    until: datetime | None = None
    is_urgent: bool = False


class PutAlertRule(Struct, frozen=True, kw_only=True, tag="put_alert_rule"):
    rule: AlertRule


class RemoveAlertRule(Struct, frozen=True, kw_only=True, tag="remove_alert_rule"):
    rule_id: str


class SeeAlert(Struct, frozen=True, kw_only=True, tag="see_alert"):
    """A lead saw an alert; it stays open until the cause is gone."""

    alert_id: str


Command = (
    SetPresence
    | Accept
    | Decline
    | SendMessage
    | AddNote
    | Hold
    | Resume
    | Wait
    | Snooze
    | Transfer
    | SetIntent
    | EndContact
    | WrapUp
    | Requeue
    | Reopen
    | Take
    | LinkCustomer
    | MergeCustomers
    | UndoMerge
    | UpdateCustomer
    | TakeSuggestion
    | DismissSuggestion
    | VerifyCustomer
    | MarkDistinct
    | StartFlow
    | SetFlowStep
    | EndFlow
    | TakeNext
    | Consult
    | ScheduleCallback
    | Reassign
    | SetPriority
    | Observe
    | Whisper
    | TakeOver
    | SetAgentPresence
    | LendAgent
    | SendBroadcast
    | PutAlertRule
    | RemoveAlertRule
    | SeeAlert
)


def names(*kinds: type[Any]) -> frozenset[str]:
    """Return the names that kinds of command have on the wire."""
    return frozenset(str(kind.__struct_config__.tag) for kind in kinds)


def interaction_of(command: Command) -> InteractionId | None:
    """Return the interaction a command is about: commands of one interaction are sent in order, others side by side."""
    return getattr(command, "interaction_id", None)
