"""What an agent does while a recording is played, settled on this machine and nowhere else. Pure: no tape, no clock, no disk.

What nobody touches goes its recorded way. A contact that the agent did something to is theirs from then on: of what is
recorded about it they still get what the customer and the system did (messages, what it is about, that somebody hung up),
and nothing of what the recorded agent did next. Their rows carry versions above all recorded ones, so that nothing recorded
replaces them; what they wrote carries ``KEPT_HERE``, which the window tells as such.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from desktop.domain import commands as c
from desktop.domain.agent import Agent, Presence
from desktop.domain.changes import Table
from desktop.domain.commands import Command, interaction_of
from desktop.domain.ids import AgentId, CommandId, MessageId, new_id
from desktop.domain.interaction import (
    KEPT_HERE,
    Author,
    Delivery,
    Interaction,
    InteractionState,
    Message,
    MessageKind,
)
from desktop.domain.lifecycle import after
from desktop.domain.suggestion import Suggestion, SuggestionState
from desktop.domain.verification import VerifiedAnswer
from desktop.wire import records
from desktop.wire.errors import Code
from desktop.wire.markup import plain
from desktop.wire.shapes import Change, CommandAnswer, CommandError

CARRIED: Final = (
    *(c.SetPresence, c.Accept, c.Decline, c.Take, c.SendMessage, c.AddNote, c.Hold, c.Resume, c.Wait, c.Snooze),
    *(c.EndContact, c.WrapUp, c.Transfer, c.Requeue, c.Reopen, c.SetIntent, c.SetPriority),
    *(c.TakeSuggestion, c.DismissSuggestion, c.VerifyCustomer),
)
"""The commands that are settled here; all others are refused as ``unsupported``."""

_SEQ: Final = 2**52
_VERSIONS: Final = 1_000_000
_SNIPPET: Final = 200
_OWNED: Final = frozenset({"hold", "resume", "wait", "snooze", "end_contact", "wrap_up", "transfer", "requeue"}) | {
    "verify_customer"
}
_OTHERS: Final = (
    *("customer_id", "customer_name", "from_address", "subject", "language", "mood", "mood_trend", "identified"),
    *("identified_by", "labels", "last_channel", "preferred", "routed_by"),
)
"""Fields of a contact that its agent does not set: they stay the recording's."""
_INTENT: Final = ("intent", "intent_probability", "intent_ranked", "intent_by", "intent_also", "intent_confirmed")

Key = tuple[str, str]


class Practice:
    """What was done in one recording whose signed-in agent is ``agent``."""

    def __init__(self, agent: Agent) -> None:
        self._agent = agent
        self.forget()

    def forget(self) -> None:
        """Begin anew: nothing was done."""
        self._contacts: dict[str, Interaction] = {}
        self._suggestions: dict[str, Suggestion] = {}
        self._presence: Presence | None = None
        self._fresh: dict[Key, Any] = {}
        self._answers: dict[CommandId, CommandAnswer] = {}
        self._heard: dict[Key, int] = {}
        self._seq = _SEQ

    # --- what is recorded -------------------------------------------------------------------------------------------

    def heard(self, change: Change, end: int) -> list[Change]:
        """Return what becomes of a recorded change at a place of the tape, which it is numbered by; the same each time."""
        told = replace(change, seq=end)
        if not self._contacts and self._presence is None:
            return [told]
        record = _record(told)
        match record:
            case Interaction() if record.id in self._contacts:
                return [self._row(self._merged(record, end), end)]
            case Message() if record.interaction_id in self._contacts:
                return self._said(told, record)
            case Suggestion() if record.interaction_id in self._contacts:
                is_mine = record.id in self._suggestions or record.state is not SuggestionState.OPEN
                return [] if is_mine else [told]
            case Agent() if record.id == self._agent.id and self._presence is not None:
                return [self._row(self._present(record), end)]
        return [told]

    def _said(self, told: Change, message: Message) -> list[Change]:
        if message.author is not Author.CUSTOMER:
            # What was said and done by who was in this place then.
            return [] if message.agent_id == self._agent.id else [told]
        row = self._contacts[message.interaction_id]
        if message.kind is not MessageKind.TEXT or self._is_known((Table.MESSAGE, message.id), told.seq):
            return [told]
        state = after(row.state, "message_in") or row.state
        changed: dict[str, Any] = {"state": state, "last_text": _snippet(message.text)}
        changed |= {"last_author": Author.CUSTOMER, "last_at": message.sent_at, "updated_at": message.sent_at}
        if state is not row.state:
            changed |= {"snoozed_until": None, "wrap_up_at": None}
        if state is InteractionState.QUEUED and row.state is not state:
            changed |= {"assignee": None, "previous_assignee": row.assignee, "queued_at": message.sent_at}
            changed |= {"closed_at": None, "disposition": None}
        return [told, self._row(self._keep(replace(row, **changed)), told.seq)]

    def _merged(self, told: Interaction, end: int) -> Interaction:
        row = self._contacts[told.id]
        if self._is_known((Table.INTERACTION, told.id), end):
            return row
        changed: dict[str, Any] = {name: getattr(told, name) for name in _OTHERS}
        if not row.intent_confirmed:
            changed |= {name: getattr(told, name) for name in _INTENT}
        has_gone = told.state in (InteractionState.ABANDONED, InteractionState.WRAP_UP) and told.channel.is_live
        if has_gone and row.state.is_open and (state := after(row.state, "hang_up")) is not None:
            changed |= {"state": state, "wrap_up_at": row.wrap_up_at or told.updated_at}
        return self._keep(replace(row, **changed))

    def _present(self, told: Agent) -> Agent:
        assert self._presence is not None
        return replace(told, presence=self._presence, next_presence=None, version=told.version + _VERSIONS)

    def _is_known(self, key: Key, end: int) -> bool:
        is_known = self._heard.get(key, -1) >= end
        self._heard[key] = max(self._heard.get(key, -1), end)
        return is_known

    # --- what time alone does ---------------------------------------------------------------------------------------

    def due(self, now: datetime) -> list[Change]:
        """Return the contacts whose snooze has run out."""
        woken = [row for row in self._contacts.values() if _is_asleep(row) and row.snoozed_until <= now]  # type: ignore[operator]
        return self._changed(
            self._keep(replace(row, state=InteractionState.ACTIVE, snoozed_until=None, updated_at=now)) for row in woken
        )

    def next_ms(self, started_at: datetime, next_ms: int | None) -> float | None:
        """Return when there is something to do next: a snooze runs out, or what is recorded comes."""
        ends = [row.snoozed_until for row in self._contacts.values() if _is_asleep(row)]
        moments = [(end - started_at).total_seconds() * 1000 for end in ends if end is not None]
        return min((*moments, *([] if next_ms is None else [next_ms])), default=None)

    # --- what the agent does ----------------------------------------------------------------------------------------

    def unknown(self, command: Command) -> list[Key]:
        """Return the type and id of the records that a command is about and that have to be ``learn``\\ ed before."""
        needed: list[Key] = []
        contact = interaction_of(command)
        if isinstance(command, CARRIED) and contact is not None and contact not in self._contacts:
            needed.append((Table.INTERACTION, contact))
        if isinstance(command, c.TakeSuggestion | c.DismissSuggestion):
            needed.append((Table.SUGGESTION, command.suggestion_id))
        if isinstance(command, c.SetPresence):
            needed.append((Table.AGENT, self._agent.id))
        return needed

    def learn(self, change: Change | None) -> None:
        """Take in what is recorded of a record at this moment."""
        record = None if change is None else _record(change)
        if change is not None and record is not None:
            self._fresh[change.type, change.id] = record

    def perform(self, command_id: CommandId, command: Command, now: datetime) -> CommandAnswer:
        """Settle a command, once for each id."""
        known = self._answers.get(command_id)
        if known is not None:
            return known
        answer = self._performed(command_id, command, now)
        self._fresh.clear()
        if answer.outcome == "applied":
            self._answers[command_id] = answer
        return answer

    def _performed(self, command_id: CommandId, command: Command, now: datetime) -> CommandAnswer:
        if not isinstance(command, CARRIED):
            return _refused("unsupported")
        if isinstance(command, c.SetPresence):
            agent = self._fresh.get((Table.AGENT, self._agent.id), self._agent)
            self._presence = Presence(state=command.state, reason=command.reason, since=now)
            return self._applied(self._present(agent))
        row = self._contacts.get(command.interaction_id) or self._fresh.get((Table.INTERACTION, command.interaction_id))
        if not isinstance(row, Interaction):
            return CommandAnswer(outcome="gone")
        if (refusal := self._refusal(row, command, now)) is not None:
            return _refused(refusal)
        if isinstance(command, c.TakeSuggestion | c.DismissSuggestion):
            return self._judged(row, command)
        is_repeated = isinstance(command, c.Accept) and row.state is InteractionState.ACTIVE
        step = str(type(command).__struct_config__.tag)
        state = row.state if is_repeated else after(row.state, step)
        if state is None:
            return _refused(Code.ILLEGAL_STATE)
        row = self._keep(replace(row, state=state, updated_at=now, **_fields(row, command, now, self._agent.id)))
        return self._applied(row, *self._messages(row, command_id, command, now))

    def _refusal(self, row: Interaction, command: Command, now: datetime) -> str | None:
        """Why a contact, as it stands, does not bear a command."""
        is_mine = row.assignee == self._agent.id
        step = str(type(command).__struct_config__.tag)
        match command:
            case c.Accept() | c.Decline() if row.state is InteractionState.OFFERED:
                if not is_mine:
                    return Code.ALREADY_TAKEN
                is_over = row.offer_expires_at is not None and row.offer_expires_at <= now
                return Code.OFFER_EXPIRED if is_over else None
            case c.Take() if not is_mine and row.state is not InteractionState.QUEUED:
                return Code.ALREADY_TAKEN
            case c.SendMessage() if not is_mine:
                return Code.NOT_OWNER
            case c.SendMessage(text=text) | c.AddNote(text=text) if not (text.strip() or command.attachments):
                return Code.EMPTY_TEXT
            case c.Transfer(to_queue=None, to_agent=None):
                return Code.MISSING_VALUE
            case _ if step in _OWNED and row.state.is_open and not is_mine:
                return Code.NOT_OWNER
        return None

    def _judged(self, row: Interaction, command: c.TakeSuggestion | c.DismissSuggestion) -> CommandAnswer:
        found = self._fresh.get((Table.SUGGESTION, command.suggestion_id))
        if not isinstance(found, Suggestion):
            return CommandAnswer(outcome="gone")
        is_taken = isinstance(command, c.TakeSuggestion)
        state = SuggestionState.TAKEN if is_taken else SuggestionState.DISMISSED
        found = self._suggestions[found.id] = replace(found, state=state, version=found.version + _VERSIONS)
        steps = (*row.steps, found.action) if is_taken else row.steps
        return self._applied(self._keep(replace(row, steps=steps)), found)

    def _messages(self, row: Interaction, command_id: CommandId, command: Command, now: datetime) -> list[Message]:
        """Return what a command puts into the stream of its contact."""
        match command:
            case c.SendMessage():
                channel = command.channel or row.channel
                to = {"to": row.from_address} if channel is row.channel and row.from_address else {}
                return [
                    self._message(
                        command.message_id or MessageId(command_id),
                        row,
                        now,
                        text=plain(command.text).rstrip(),
                        channel=channel,
                        delivery=Delivery.QUEUED,
                        attachments=command.attachments,
                        values={**to, KEPT_HERE: "1"},
                    )
                ]
            case c.AddNote():
                id_ = command.message_id or MessageId(command_id)
                return [self._note(id_, row, command.text, now, command.attachments)]
            case c.WrapUp():
                values = {"disposition": command.disposition} if command.disposition else {}
                return [self._event(command_id, row, "closed", now, text=row.summary, values=values)]
            case c.Decline():
                values = {"reason": command.reason} if command.reason else {}
                return [self._event(command_id, row, "declined", now, values=values)]
            case c.Requeue():
                return [self._event(command_id, row, "requeued", now)]
            case c.Reopen():
                return [self._event(command_id, row, "reopened", now)]
            case c.Transfer():
                values = {"to_queue": command.to_queue or "", "to_agent": command.to_agent or ""}
                note = [self._note(MessageId(new_id()), row, command.note, now)] if command.note.strip() else []
                told = {name: value for name, value in values.items() if value}
                return [*note, self._event(command_id, row, "transferred", now, values=told)]
        return []

    def _note(self, id_: MessageId, row: Interaction, text: str, now: datetime, files: tuple[Any, ...] = ()) -> Message:
        return self._message(
            id_, row, now, kind=MessageKind.NOTE, text=plain(text).strip(), attachments=files, values={KEPT_HERE: "1"}
        )

    def _event(self, command_id: CommandId, row: Interaction, event: str, now: datetime, **fields: Any) -> Message:
        id_ = MessageId(f"{command_id}-{event}")
        return self._message(id_, row, now, author=Author.SYSTEM, kind=MessageKind.EVENT, event=event, **fields)

    def _message(self, id_: MessageId, row: Interaction, now: datetime, **fields: Any) -> Message:
        return Message(
            id=id_,
            interaction_id=row.id,
            author=fields.pop("author", Author.AGENT),
            sent_at=now,
            customer_id=row.customer_id,
            agent_id=self._agent.id,
            author_name=self._agent.name,
            version=1,
            **fields,
        )

    # --- rows -------------------------------------------------------------------------------------------------------

    def _keep(self, row: Interaction) -> Interaction:
        version = row.version + (1 if row.id in self._contacts else _VERSIONS)
        row = self._contacts[row.id] = replace(row, version=version)
        return row

    def _applied(self, *rows: records.Record) -> CommandAnswer:
        return CommandAnswer(outcome="applied", changes=self._changed(rows))

    def _changed(self, rows: Iterable[records.Record]) -> list[Change]:
        found = []
        for row in rows:
            self._seq += 1
            found.append(self._row(row, self._seq))
        return found

    @staticmethod
    def _row(record: records.Record, seq: int) -> Change:
        raw = msgspec.Raw(records.encode(record))
        return Change(seq=seq, op="upsert", type=records.type_of(record), id=record.id, record=raw)


def _fields(row: Interaction, command: Command, now: datetime, me: AgentId) -> dict[str, Any]:
    """Return what a command sets in its contact beside the state."""
    match command:
        case c.Accept() | c.Take():
            return {"assignee": me, "accepted_at": now, "offer_expires_at": None, "declined_by": (), "queued_at": None}
        case c.Decline():
            declined = (*(one for one in row.declined_by if one != me), me)
            gone: dict[str, Any] = {"assignee": None, "offered_at": None, "offer_expires_at": None}
            return {**gone, "queued_at": row.queued_at or now, "declined_by": declined}
        case c.SendMessage(text=text):
            answered = {"answered_at": row.answered_at or now, "due_at": None, "steps": (*row.steps, "reply")}
            return {**answered, "last_text": _snippet(text), "last_author": Author.AGENT, "last_at": now}
        case c.Snooze(until=until):
            return {"snoozed_until": until if until.tzinfo is not None else until.replace(tzinfo=UTC)}
        case c.Resume():
            return {"snoozed_until": None, "wrap_up_at": None, "callback_at": None}
        case c.EndContact():
            return {"wrap_up_at": now, "due_at": None}
        case c.WrapUp(disposition=disposition, summary=summary):
            ended: dict[str, Any] = {"closed_at": now, "wrap_up_at": row.wrap_up_at or now, "snoozed_until": None}
            told = {"disposition": disposition or None, "summary": plain(summary).strip() or row.summary}
            return {**ended, **told, "due_at": None, "consulting": None, "callback_at": None, "observers": ()}
        case c.Transfer(to_queue=to_queue):
            return {**_let_go(row, now), "queue": to_queue or row.queue}
        case c.Requeue():
            return _let_go(row, now)
        case c.Reopen():
            return {"assignee": me, "closed_at": None, "disposition": None, "wrap_up_at": None}
        case c.SetIntent(intent=intent, also=also):
            set_ = {"intent": intent, "intent_probability": 1.0, "intent_confirmed": True}
            return set_ if also is None else {**set_, "intent_also": also}
        case c.VerifyCustomer(question=question, is_right=is_right, customer_id=about):
            answer = VerifiedAnswer(question=question, is_right=is_right, customer_id=about, by=me, at=now)
            return {"verified": (*row.verified, answer)}
        case c.SetPriority(priority=priority):
            return {"priority": min(max(priority, 1), 5)}
    return {}


def _let_go(row: Interaction, now: datetime) -> dict[str, Any]:
    gone = {"assignee": None, "previous_assignee": row.assignee, "offer_expires_at": None, "snoozed_until": None}
    return {**gone, "queued_at": now, "consulting": None, "wrap_up_at": None}


def _is_asleep(row: Interaction) -> bool:
    return row.state is InteractionState.SNOOZED and row.snoozed_until is not None


def _record(change: Change) -> Any | None:
    if change.op != "upsert" or isinstance(change.record, msgspec.UnsetType):
        return None
    try:
        return records.decode(change.type, change.record)
    except (ValueError, msgspec.MsgspecError, RecursionError):
        return None


def _snippet(text: str) -> str:
    return " ".join(text[: _SNIPPET * 4].split())[:_SNIPPET]


def _refused(code: str) -> CommandAnswer:
    return CommandAnswer(outcome="refused", error=CommandError(code=code))
