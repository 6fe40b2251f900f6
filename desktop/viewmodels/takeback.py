"""Taking back what has not gone out or was refused: the command goes and what was written in it is a draft again, in one
transaction. Used by the outbox and by the stream; whoever shows the draft is told afterwards.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import msgspec

from desktop.domain import commands as c
from desktop.domain.commands import Command
from desktop.domain.ids import CommandId, InteractionId
from desktop.store import journal, outbox
from desktop.store.database import Write
from desktop.store.rows import CUSTOMER_DRAFT, Draft, OutboxState

_KEPT_HERE: Final = (OutboxState.WEDGED, OutboxState.HELD, OutboxState.QUEUED)


def take_back(w: Write, command_id: CommandId, states: Collection[OutboxState] = _KEPT_HERE) -> bool:
    """Turn a command in one of ``states`` back into a draft, above what is already being written there. False, with
    nothing changed, where it is under way, may have arrived, or is settled."""
    entry = outbox.entry(w.conn, command_id)
    if entry is None or entry.state not in states or (entry.state is OutboxState.QUEUED and entry.attempts):
        return False
    if not outbox.discard(w, command_id):
        return False
    draft = draft_of(entry.command)
    if draft is not None:
        journal.save_draft(w, _above(draft, journal.load_draft(w.conn, draft.interaction_id, draft.kind)))
    return True


def draft_of(command: Command) -> Draft | None:
    """Return what was written in a command as the draft it was; ``None`` where nothing was."""
    match command:
        case c.SendMessage():
            fields = {"channel": command.channel.value} if command.channel else {}
            if command.suggestion_id:
                fields["suggestion_id"] = command.suggestion_id
            return Draft(command.interaction_id, "reply", command.text, fields | _files(command))
        case c.AddNote():
            return Draft(command.interaction_id, "note", command.text, _files(command))
        case c.WrapUp():
            return Draft(command.interaction_id, "wrap_up", command.summary, {"disposition": command.disposition})
        case c.UpdateCustomer():
            return customer_draft(command)
        case _:
            return None


def customer_draft(command: c.UpdateCustomer) -> Draft:
    """Return half-done edits of a customer as a draft. Its key is the customer's id: an interaction has another."""
    fields = {
        "fields": msgspec.json.encode(command.fields).decode(),
        "before": msgspec.json.encode(command.before).decode(),
    }
    return Draft(InteractionId(command.customer_id), CUSTOMER_DRAFT, "", fields)


def _files(command: c.SendMessage | c.AddNote) -> dict[str, str]:
    return {"attachments": msgspec.json.encode(command.attachments).decode()} if command.attachments else {}


def _above(draft: Draft, below: Draft | None) -> Draft:
    if below is None:
        return draft
    if draft.kind == CUSTOMER_DRAFT:
        old = {key: msgspec.json.decode(value) for key, value in below.fields.items()}
        new = {key: msgspec.json.decode(value) for key, value in draft.fields.items()}
        # What was typed since is newer than what is taken back.
        joined = {key: new.get(key, {}) | old.get(key, {}) for key in ("fields", "before")}
        fields = {key: msgspec.json.encode(value).decode() for key, value in joined.items()}
        return Draft(draft.interaction_id, draft.kind, "", fields)
    if draft.kind == "wrap_up":
        text = "\n\n".join(dict.fromkeys(part for part in (draft.text, below.text) if part.strip()))
        return Draft(draft.interaction_id, draft.kind, text, draft.fields)
    text = f"{draft.text}\n\n{below.text}" if below.text.strip() else draft.text
    fields = below.fields | draft.fields
    files = [file for one in (draft, below) for file in msgspec.json.decode(one.fields.get("attachments", "[]"))]
    if files:
        fields["attachments"] = msgspec.json.encode(files).decode()
    return Draft(draft.interaction_id, draft.kind, text, fields)
