"""What the agent said that a new history of the backend does not have, as after a backup was put back there.

Before the cache is emptied for a new history, the agent's newest words are put aside in the journal. Once all of it is here,
those that are missing from a contact that is still here come back as refused commands with the code ``lost``, for the agent
to send again or to discard: whether they reached the customer nobody knows any more, so nothing is sent by itself. Words in
contacts that are not here either (gone with the backup, or out of sight since) are let go. Called by ``history``.
"""

from __future__ import annotations

from typing import Final

import msgspec

from desktop.domain.changes import Table
from desktop.domain.commands import AddNote, Command, SendMessage
from desktop.domain.ids import AgentId, CommandId, account_of, new_id
from desktop.domain.interaction import Author, Message, MessageKind
from desktop.store import journal, outbox, schema
from desktop.store.apply import accounts
from desktop.store.database import Write
from desktop.wire.records import decode

LOST: Final = "lost"
_NAME: Final = "said."
_NEWEST: Final = 5000

_command: Final = msgspec.json.Decoder(Command)


def put_aside(w: Write, me: AgentId, account: str = "") -> None:
    """Keep what ``me`` said lately in an account, among the newest messages that are here."""
    others = [key for key in accounts(w.conn) if key != account]
    # Ids sort by time, and they have an index.
    newest = f"SELECT body FROM message WHERE {schema.owned_by(account, others)} ORDER BY id DESC LIMIT ?"  # noqa: S608
    for (body,) in w.conn.execute(newest, (_NEWEST,)).fetchall():
        message: Message = decode(Table.MESSAGE, body)
        if message.author is not Author.AGENT or message.agent_id != me:
            continue
        command = _command_of(message)
        if command is not None:
            journal.set_setting(w, f"{_NAME}{message.id}", msgspec.to_builtins(command))


def bring_back(w: Write, account: str = "") -> int:
    """All history of an account is here: give what is missing back to the agent. Returns how much that is."""
    kept = w.conn.execute(
        "SELECT name, value FROM setting WHERE substr(name, 1, ?) = ? ORDER BY name", (len(_NAME), _NAME)
    ).fetchall()
    count = 0
    for name, value in kept:
        if account_of(name.removeprefix(_NAME)) != account:
            continue
        command = _command.decode(value)
        journal.set_setting(w, name, None)
        (is_there, is_contact_there) = w.conn.execute(
            "SELECT EXISTS (SELECT 1 FROM message WHERE id = ?), EXISTS (SELECT 1 FROM interaction WHERE id = ?)",
            (name.removeprefix(_NAME), getattr(command, "interaction_id", "")),
        ).fetchone()
        if is_there or not is_contact_there:
            continue
        command_id = CommandId(new_id())
        outbox.enqueue(w, command, command_id)
        outbox.wedge(w, command_id, LOST)
        count += 1
    return count


def _command_of(message: Message) -> SendMessage | AddNote | None:
    match message.kind:
        case MessageKind.TEXT:
            return SendMessage(
                interaction_id=message.interaction_id,
                text=message.text,
                channel=message.channel,
                message_id=message.id,
                attachments=message.attachments,
            )
        case MessageKind.NOTE:
            return AddNote(
                interaction_id=message.interaction_id,
                text=message.text,
                message_id=message.id,
                attachments=message.attachments,
            )
        case _:
            return None
