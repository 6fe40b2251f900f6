"""How a command changes a row before the hub has confirmed it. Pure: values in, values out.

Only what the command itself says is laid over, and only where the lifecycle allows the step; a refused (wedged) command
changes nothing any more. Called by the projections.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from desktop.domain import commands as c
from desktop.domain.agent import Agent, Loan, Presence
from desktop.domain.customer import Customer
from desktop.domain.duplicate import Duplicate, DuplicateState
from desktop.domain.flow import Flow, FlowState, FlowStep, StepState
from desktop.domain.ids import AgentId, CustomerId, MessageId
from desktop.domain.interaction import Author, Delivery, Interaction, Message, MessageKind
from desktop.domain.lifecycle import after
from desktop.domain.merge import joined
from desktop.domain.playbook import Playbook, Step
from desktop.domain.routing import Alert, AlertRule, Broadcast
from desktop.domain.suggestion import Suggestion, SuggestionState
from desktop.domain.verification import VerifiedAnswer
from desktop.store.rows import FlowRow, OutboxEntry, OutboxState

_KINDS: Final = {
    c.SendMessage: MessageKind.TEXT,
    c.AddNote: MessageKind.NOTE,
    c.Whisper: MessageKind.WHISPER,
}
_NOT_EDITABLE: Final = frozenset({"id", "version", "merged_into", "created_at", "updated_at", "sources"})


def interaction(row: Interaction, entries: Iterable[OutboxEntry], me: AgentId) -> Interaction:
    """Return ``row`` as it will be once the pending commands about it have taken effect; ``me`` is who gave them.

    What waits behind one that was refused does not take effect as long as nobody decides about that one.
    """
    for entry in entries:
        if entry.interaction_id != row.id:
            continue
        if entry.state is OutboxState.WEDGED:
            break
        row = _stepped(row, entry, me)
    return row


def _stepped(row: Interaction, entry: OutboxEntry, me: AgentId) -> Interaction:
    command = entry.command
    state = after(row.state, str(type(command).__struct_config__.tag))
    if state is None:
        return row
    changed: dict[str, Any] = {"state": state, "updated_at": entry.created_at}
    match command:
        case c.Accept() | c.Take():
            changed |= {"assignee": me, "accepted_at": entry.created_at, "offer_expires_at": None}
        case c.Reopen():
            changed |= {"assignee": me, "closed_at": None, "disposition": None}
        case c.Decline():
            changed |= {"assignee": None, "offered_at": None, "offer_expires_at": None}
            changed["queued_at"] = entry.created_at
            changed["declined_by"] = (*row.declined_by, me)
        case c.Transfer(to_queue=to_queue) | c.Reassign(to_queue=to_queue):
            changed |= {"assignee": None, "previous_assignee": row.assignee, "queue": to_queue or row.queue}
            changed |= {"offer_expires_at": None, "snoozed_until": None, "queued_at": entry.created_at}
            changed["consulting"] = None
        case c.TakeOver():
            changed |= {"assignee": me, "previous_assignee": row.assignee, "offer_expires_at": None}
            changed |= {"snoozed_until": None, "wrap_up_at": None, "consulting": None}
            changed["accepted_at"] = entry.created_at
        case c.ScheduleCallback(at=at, to=to):
            changed |= {
                "callback_at": at,
                "callback_to": to or row.callback_to,
                "snoozed_until": at,
                "wrap_up_at": None,
                "consulting": None,
            }
        case c.Consult(agent_id=agent_id):
            changed["consulting"] = agent_id
        case c.SetPriority(priority=priority):
            changed["priority"] = priority
        case c.Observe(is_on=is_on):
            others = tuple(one for one in row.observers if one != me)
            changed["observers"] = (*others, me) if is_on else others
        case c.Requeue():
            changed |= {"assignee": None, "previous_assignee": row.assignee}
            changed |= {"offer_expires_at": None, "snoozed_until": None, "queued_at": entry.created_at}
        case c.SendMessage(text=text):
            changed |= {"last_text": text, "last_author": Author.AGENT, "last_at": entry.created_at, "due_at": None}
            changed["answered_at"] = row.answered_at or entry.created_at
        case c.Snooze(until=until):
            changed["snoozed_until"] = until
        case c.Resume():
            changed |= {"snoozed_until": None, "wrap_up_at": None}
        case c.SetIntent(intent=intent, also=also):
            changed |= {"intent": intent, "intent_probability": 1.0, "intent_confirmed": True}
            if also is not None:
                changed["intent_also"] = also
        case c.SetFlowStep(action=action, state=StepState.DONE):
            changed["steps"] = (*row.steps, action)
        case c.EndContact():
            changed["wrap_up_at"] = entry.created_at
        case c.WrapUp(disposition=disposition, summary=summary):
            changed |= {"disposition": disposition, "summary": summary, "closed_at": entry.created_at}
            changed |= {"snoozed_until": None, "due_at": None, "consulting": None, "callback_at": None}
        case c.LinkCustomer(customer_id=customer_id):
            changed |= {"customer_id": customer_id, "identified": 1.0}
        case c.VerifyCustomer(question=question, is_right=is_right, customer_id=about):
            answer = VerifiedAnswer(question=question, is_right=is_right, customer_id=about, by=me, at=entry.created_at)
            changed["verified"] = (*row.verified, answer)
        case _:
            pass
    return replace(row, **changed)


def echo(entry: OutboxEntry) -> Message | None:
    """Return the message that a pending send, note or whisper will become, or ``None`` for any other command.

    One that was refused is shown as failed, with the code as ``failure``.
    """
    command = entry.command
    if not isinstance(command, c.SendMessage | c.AddNote | c.Whisper):
        return None
    is_wedged = entry.state is OutboxState.WEDGED
    return Message(
        id=command.message_id or MessageId(entry.id),
        interaction_id=command.interaction_id,
        author=Author.AGENT,
        sent_at=entry.created_at,
        kind=_KINDS[type(command)],
        channel=command.channel if isinstance(command, c.SendMessage) else None,
        text=command.text,
        delivery=Delivery.FAILED if is_wedged else Delivery.PENDING,
        failure=entry.error if is_wedged else "",
        attachments=() if isinstance(command, c.Whisper) else command.attachments,
    )


def suggestion(row: Suggestion, entries: Iterable[OutboxEntry]) -> Suggestion:
    """Return ``row`` as taken or dismissed where a pending command says so; a text sent out of it counts as taken."""
    for entry in entries:
        if entry.state is OutboxState.WEDGED:
            continue
        match entry.command:
            case (
                c.TakeSuggestion(suggestion_id=row.id)
                | c.SendMessage(suggestion_id=row.id)
                | c.StartFlow(suggestion_id=row.id)
            ):
                row = replace(row, state=SuggestionState.TAKEN)
            case c.DismissSuggestion(suggestion_id=row.id):
                row = replace(row, state=SuggestionState.DISMISSED)
            case _:
                pass
    return row


def begun(command: c.StartFlow, playbook: Playbook, row: Interaction, at: datetime, me: AgentId) -> Flow:
    """Return the flow that a pending start will become: the playbook's steps, all of them open, without those for another
    request type or channel than the contact's."""
    steps = (
        FlowStep(action=step.action, titles=step.titles, wordings=step.wordings, needs=step.needs)
        for step in playbook.steps
        if _is_for(step, row)
    )
    return Flow(
        id=command.flow_id,
        interaction_id=command.interaction_id,
        playbook=playbook.id,
        edition=playbook.edition,
        started_at=at,
        steps=tuple(steps),
        titles=playbook.titles,
        customer_id=row.customer_id,
        started_by=me,
    )


def _is_for(step: Step, row: Interaction) -> bool:
    is_meant = not step.when.intents or row.intent in step.when.intents
    is_there = not step.when.channels or row.channel in step.when.channels
    return is_meant and is_there and row.channel not in step.unless.channels


def flow(row: Flow, entries: Iterable[OutboxEntry], me: AgentId) -> FlowRow:
    """Return ``row`` with the steps ticked, skipped or taken back as pending commands say, and which of them those are."""
    pending: set[str] = set()
    is_pending = False
    for entry in entries:
        if entry.state is OutboxState.WEDGED:
            continue
        match entry.command:
            case c.StartFlow(flow_id=row.id):
                is_pending = True
            case c.SetFlowStep(flow_id=row.id, action=action) as command:
                row = stepped(row, command, entry.created_at, me)
                pending.add(action)
            case c.EndFlow(flow_id=row.id):
                row = replace(row, state=FlowState.STOPPED, ended_at=entry.created_at)
                is_pending = True
            case _:
                pass
    return FlowRow(row, frozenset(pending), is_pending or bool(pending))


def stepped(row: Flow, command: c.SetFlowStep, at: datetime, me: AgentId) -> Flow:
    """Return ``row`` after one step was set; with none left open it is finished."""
    is_open = command.state is StepState.OPEN
    steps = tuple(
        replace(
            step,
            state=command.state,
            values={**step.values, **command.values},
            reason=command.reason,
            by=None if is_open else me,
            at=None if is_open else at,
        )
        if step.action == command.action
        else step
        for step in row.steps
    )
    is_over = all(step.state is not StepState.OPEN for step in steps)
    state = FlowState.FINISHED if is_over else FlowState.RUNNING
    return replace(row, steps=steps, state=state, ended_at=at if is_over else None)


def agent(row: Agent, entries: Iterable[OutboxEntry], *, is_busy: bool = False) -> Agent:
    """Return the signed-in agent with the presence they asked for; where they are busy (with live contacts), one asked for
    after these is next."""
    for entry in entries:
        command = entry.command
        if entry.state is OutboxState.WEDGED or not isinstance(command, c.SetPresence):
            continue
        presence = Presence(state=command.state, reason=command.reason, since=entry.created_at)
        if not (command.is_after and is_busy):
            row = replace(row, presence=presence, next_presence=None)
        elif row.next_presence is not None and _is_same(row.next_presence, presence):
            row = replace(row, next_presence=None)
        else:
            row = replace(row, next_presence=presence)
    return row


def _is_same(one: Presence, other: Presence) -> bool:
    return (one.state, one.reason) == (other.state, other.reason)


def colleague(row: Agent, entries: Iterable[OutboxEntry], me: AgentId | None = None) -> Agent:
    """Return another agent with the state a lead gave them and where they are lent to, once that has taken effect."""
    for entry in entries:
        if entry.state is OutboxState.WEDGED:
            continue
        match entry.command:
            case c.SetAgentPresence(agent_id=row.id, state=state, reason=reason):
                row = replace(row, presence=Presence(state=state, reason=reason, since=entry.created_at))
            case c.LendAgent(agent_id=row.id, queues=queues, until=until):
                row = replace(row, loan=None if until is None else Loan(queues=queues, until=until, by=me))
            case _:
                pass
    return row


def broadcasts(rows: Iterable[Broadcast], entries: Iterable[OutboxEntry], me: AgentId) -> list[Broadcast]:
    """Return ``rows`` and those that are still to go out."""
    found = {row.id: row for row in rows}
    for entry in entries:
        command = entry.command
        if isinstance(command, c.SendBroadcast) and entry.state is not OutboxState.WEDGED:
            sent = Broadcast(
                id=command.broadcast_id,
                text=command.text,
                by=me,
                at=entry.created_at,
                until=command.until,
                teams=command.teams,
                is_urgent=command.is_urgent,
            )
            found.setdefault(sent.id, sent)
    return list(found.values())


def alert_rules(rows: Iterable[AlertRule], entries: Iterable[OutboxEntry]) -> list[AlertRule]:
    """Return ``rows`` as they will be once rules on their way are put or removed."""
    found = {row.id: row for row in rows}
    for entry in entries:
        if entry.state is OutboxState.WEDGED:
            continue
        match entry.command:
            case c.PutAlertRule(rule=rule):
                found[rule.id] = rule
            case c.RemoveAlertRule(rule_id=rule_id):
                found.pop(rule_id, None)
            case _:
                pass
    return list(found.values())


def alert(row: Alert, entries: Iterable[OutboxEntry], me: AgentId) -> Alert:
    """Return ``row`` as seen by me where I said so."""
    for entry in entries:
        match entry.command:
            case c.SeeAlert(alert_id=row.id) if entry.state is not OutboxState.WEDGED:
                row = replace(row, seen_by=me)
            case _:
                pass
    return row


def customer(
    row: Customer, entries: Iterable[OutboxEntry], others: Mapping[CustomerId, Customer] | None = None
) -> Customer:
    """Return ``row`` with the agent's pending edits and merges; ``others`` are the records merged with it, if known."""
    for entry in entries:
        if entry.state is OutboxState.WEDGED:
            continue
        match entry.command:
            case c.UpdateCustomer(customer_id=row.id, fields=fields):
                row = _edited(row, fields)
            case c.MergeCustomers(customer_id=survivor, merged_id=row.id):
                row = replace(row, merged_into=survivor)
            case c.MergeCustomers(customer_id=row.id, merged_id=merged_id, fields=names):
                other = (others or {}).get(merged_id)
                if other is not None:
                    row = joined(row, other, names)
            case c.UndoMerge(merged_id=row.id):
                row = replace(row, merged_into=None)
            case _:
                pass
    return row


def _edited(row: Customer, fields: Mapping[str, Any]) -> Customer:
    """Set what can be set; a value that does not fit its field is left to the hub to refuse."""
    for name, value in fields.items():
        head, _, tail = name.partition(".")
        if head in _NOT_EDITABLE or head not in Customer.__struct_fields__ or (tail and head != "address"):
            continue
        body: dict[str, Any] = msgspec.to_builtins(row)
        if tail:
            body["address"] = {**(body.get("address") or {}), tail: value}
        else:
            body[head] = msgspec.to_builtins(value)
        try:
            row = msgspec.convert(body, Customer)
        except msgspec.ValidationError:
            continue
    return row


def duplicate(row: Duplicate, entries: Iterable[OutboxEntry], me: AgentId) -> Duplicate:
    """Return what is known of two records as the agent's pending merges, partings and judgements leave it."""
    pair = {row.customer_id, row.other_id}
    for entry in entries:
        if entry.state is OutboxState.WEDGED:
            continue
        match entry.command:
            case c.MergeCustomers(customer_id=survivor, merged_id=merged) if {survivor, merged} == pair:
                row = replace(
                    row,
                    customer_id=survivor,
                    other_id=merged,
                    state=DuplicateState.MERGED,
                    merged_at=entry.created_at,
                    merged_by=me,
                )
            case c.UndoMerge(customer_id=survivor, merged_id=merged) if {survivor, merged} == pair:
                state = DuplicateState.OPEN if row.probability > 0 else DuplicateState.UNDONE
                row = replace(row, state=state, undone_at=entry.created_at, undone_by=me)
            case c.MarkDistinct(customer_id=one, other_id=other) if {one, other} == pair:
                row = replace(row, state=DuplicateState.DISTINCT)
            case _:
                pass
    return row
