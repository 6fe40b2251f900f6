"""The commands on their way: the one table that a user's action writes.

A command is of one of the desk's accounts, told by the ids in it, and no other's business. It lies in a *lane*: that of its
interaction, of its customer, of what a lead acts on, or the agent's own. Within a lane order holds and an entry that
cannot go on (wedged, pending, ambiguous, held back) makes the later ones wait; lanes go side by side.

    HELD ──(undo time over)──┐
    QUEUED ──────────────────┴─> SENDING ──> applied, gone: deleted
      ^                            ├──> PENDING    kept, asked about
      │                            ├──> AMBIGUOUS  looked up before any second send
      └── retry, edit, postpone ───┴──> WEDGED     refused; the agent decides

Called by view models (``enqueue``, ``cancel``, ``retry``, ``edit``, ``discard``) and by the sender (the rest).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from desktop.domain.changes import Table
from desktop.domain.commands import Command, LinkCustomer, PutAlertRule, SetPresence, interaction_of
from desktop.domain.duplicate import DuplicateState
from desktop.domain.ids import CommandId, CustomerId, InteractionId, account_of, new_id
from desktop.store import links
from desktop.store.apply import apply_changes
from desktop.store.columns import instant, micros
from desktop.store.connection import Connection
from desktop.store.database import Write
from desktop.store.rows import OutboxEntry, OutboxState, OutboxSummary
from desktop.wire.shapes import Change

OTHER_ACCOUNT: Final = "other_account"
"""Why a command is refused that would carry something of one account into another."""

_PRESENCE_LANE: Final = "presence"
# What a command without a contact may be about, each with a lane of its own.
_SUBJECTS: Final = ("customer", "agent", "broadcast", "rule", "alert")
_OWNED_BY: Final = ("interaction_id", "customer_id", "agent_id", "broadcast_id", "rule_id", "alert_id")
_NAMED: Final = ("interaction_id", "customer_id", "merged_id", "to_queue")
_decoder: Final = msgspec.json.Decoder(Command)
_COLUMNS: Final = "id, body, state, created_at, interaction_id, not_before, attempts, error, detail, account"
_STOPPED: Final = (OutboxState.WEDGED, OutboxState.AMBIGUOUS, OutboxState.PENDING)


def enqueue(
    w: Write,
    command: Command,
    command_id: CommandId,
    not_before: datetime | None = None,
    *,
    now: datetime | None = None,
    account: str | None = None,
) -> OutboxState:
    """Put a command on its way. With ``not_before`` it is held until then and can be cancelled (undo of a send).

    ``command_id`` is its idempotency key: the same one a second time changes nothing. A presence that was not sent yet
    is replaced by the new one: only the agent's last word counts. ``account`` is whose it is where its ids do not say.
    What is said of customers of two accounts goes to neither: it takes effect here, in ``links``, at once.
    """
    at = now or datetime.now(UTC)
    if links.take(w, command, at):
        return OutboxState.QUEUED
    account = command_account(command) if account is None else account
    if isinstance(command, LinkCustomer):
        command = replace(command, customer_id=_within(w.conn, command.customer_id, account))
    lane = lane_of(command, account)
    state = OutboxState.QUEUED if not_before is None else OutboxState.HELD
    interaction_id = interaction_of(command)
    customer_id: str | None = getattr(command, "customer_id", None)
    if isinstance(command, SetPresence):
        superseded = w.conn.execute(
            "DELETE FROM outbox WHERE lane = ? AND state IN ('held', 'queued', 'wedged') AND id <> ? RETURNING id",
            (lane, command_id),
        )
        for (old_id,) in superseded.fetchall():
            w.touch(Table.OUTBOX, old_id)
    w.conn.execute(
        "INSERT INTO outbox (id, type, lane, interaction_id, customer_id, state, created_at, not_before, body, account) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
        (
            command_id,
            _tag(command),
            lane,
            interaction_id,
            customer_id,
            state.value,
            micros(at),
            None if not_before is None else micros(not_before),
            msgspec.json.encode(command),
            account,
        ),
    )
    w.touch(Table.OUTBOX, command_id, interaction_id, customer_id)
    if not _is_of_one(command, account):
        wedge(w, command_id, OTHER_ACCOUNT)
        return OutboxState.WEDGED
    return state


def due(conn: Connection, now: datetime, account: str = "") -> list[OutboxEntry]:
    """Return what of an account may be sent at ``now``: at most the first entry of each lane, oldest first."""
    return _entries(
        conn,
        "WHERE state IN ('held', 'queued') AND (not_before IS NULL OR not_before <= ?) AND account = ? "
        "AND NOT EXISTS (SELECT 1 FROM outbox AS earlier WHERE earlier.lane = outbox.lane AND earlier.row < outbox.row)",
        (micros(now), account),
    )


def entries(conn: Connection, *states: OutboxState, account: str | None = None) -> list[OutboxEntry]:
    """Return the entries in one of ``states`` (none named: all) of one account (``None``: of all), oldest first."""
    conditions, values = [], list[Any]()
    if states:
        conditions.append(f"state IN ({', '.join('?' * len(states))})")
        values += [state.value for state in states]
    if account is not None:
        conditions.append("account = ?")
        values.append(account)
    return _entries(conn, f"WHERE {' AND '.join(conditions)}" if conditions else "", tuple(values))


def entry(conn: Connection, command_id: CommandId) -> OutboxEntry | None:
    """Return one entry, or ``None`` where it is settled or was never there."""
    found = _entries(conn, "WHERE id = ?", (command_id,))
    return found[0] if found else None


def of_interactions(conn: Connection, ids: Iterable[str]) -> list[OutboxEntry]:
    """Return all entries of some interactions, oldest first."""
    return _entries(
        conn, "WHERE interaction_id IN (SELECT value FROM json_each(?))", (msgspec.json.encode(list(ids)).decode(),)
    )


def summary(conn: Connection, account: str | None = None) -> OutboxSummary:
    """Return how much is still to go out, of one account or (``None``) of all."""
    to_send, wedged, oldest = conn.execute(
        "SELECT count(*) FILTER (WHERE state <> 'wedged'), count(*) FILTER (WHERE state = 'wedged'), "
        "min(created_at) FILTER (WHERE state <> 'wedged') FROM outbox WHERE ?1 IS NULL OR account = ?1",
        (account,),
    ).fetchone()
    return OutboxSummary(to_send, wedged, None if oldest is None else instant(oldest))


def mark_sending(w: Write, command_id: CommandId) -> bool:
    """Claim an entry for sending and count the attempt. False where it was cancelled or is not to be sent: leave it."""
    return _set(w, command_id, "state = 'sending', attempts = attempts + 1, not_before = NULL", (), ("held", "queued"))


def postpone(w: Write, command_id: CommandId, not_before: datetime, attempts: int) -> bool:
    """Try again at ``not_before``: there was no network, or the hub asked for time."""
    return _set(
        w,
        command_id,
        "state = 'queued', not_before = ?, attempts = ?",
        (micros(not_before), attempts),
        ("held", "queued", "sending", "ambiguous", "pending"),
    )


def mark_pending(w: Write, command_id: CommandId) -> bool:
    """The hub has it but is not done: ask about it, do not send it again."""
    return _set(w, command_id, "state = 'pending', not_before = NULL", ())


def mark_ambiguous(w: Write, command_id: CommandId) -> bool:
    """The answer was lost and the backend cannot deduplicate: look it up there before any second send."""
    return _set(w, command_id, "state = 'ambiguous', not_before = NULL", ())


def settle_applied(w: Write, command_id: CommandId, changes: Iterable[Change] = ()) -> bool:
    """Done: save the rows it brought and delete the entry, in this one transaction, so that nothing blinks."""
    apply_changes(w, changes, _account(w.conn, command_id))
    return _delete(w, command_id)


def settle_gone(w: Write, command_id: CommandId, changes: Iterable[Change] = ()) -> bool:
    """What it was about is no longer there: delete the entry (and save what the hub said instead)."""
    apply_changes(w, changes, _account(w.conn, command_id))
    return _delete(w, command_id)


def wedge(w: Write, command_id: CommandId, code: str, detail: str = "") -> bool:
    """Refused with the hub's ``code``: keep it until the agent retries, edits or discards it."""
    return _set(w, command_id, "state = 'wedged', not_before = NULL, error = ?, detail = ?", (code, detail))


def retry(w: Write, command_id: CommandId) -> CommandId | None:
    """Send a stopped entry again, and return the id it now has (``None``: there is no such entry, or it is under way).

    A refused command gets a new id, as the hub answers the old one as before; what it may have done already keeps its
    id, so that it is not done twice.
    """
    found = entry(w.conn, command_id)
    if found is None or found.state not in (*_STOPPED, OutboxState.QUEUED):
        return None
    is_refused = found.state is OutboxState.WEDGED
    fresh = CommandId(new_id()) if is_refused else command_id
    # What may have arrived stays so: ``edit`` must not take it for unsent.
    attempts = 0 if is_refused else found.attempts
    _set(
        w,
        command_id,
        "id = ?, state = 'queued', not_before = NULL, attempts = ?, error = '', detail = ''",
        (fresh, attempts),
    )
    w.touch(Table.OUTBOX, fresh)
    return fresh


def edit(w: Write, command_id: CommandId, command: Command) -> CommandId | None:
    """Replace a refused or not yet sent command by ``command``, in its place in the order, and send that.

    Returns its new id, or ``None`` where the entry is under way or settled. Raises ``ValueError`` where the new command
    is about something else.
    """
    found = entry(w.conn, command_id)
    if found is None or found.state not in (OutboxState.WEDGED, OutboxState.HELD, OutboxState.QUEUED):
        return None
    if found.state is OutboxState.QUEUED and found.attempts:
        # It may have arrived: under another id it would take effect twice.
        return None
    if lane_of(command, found.account) != lane_of(found.command, found.account):
        raise ValueError("the new command is about something else")
    fresh = CommandId(new_id())
    _set(
        w,
        command_id,
        "id = ?, type = ?, body = ?, state = 'queued', not_before = NULL, attempts = 0, error = '', detail = ''",
        (fresh, _tag(command), msgspec.json.encode(command)),
    )
    w.touch(Table.OUTBOX, fresh)
    return fresh


def discard(w: Write, command_id: CommandId) -> bool:
    """Give a command up. False where it is being sent this moment or is settled."""
    return _delete(w, command_id, ("held", "queued", "pending", "ambiguous", "wedged"))


def cancel(w: Write, command_id: CommandId) -> bool:
    """Undo: take a command back that is still held. False where it is too late."""
    return _delete(w, command_id, ("held",))


def recover(w: Write, account: str = "") -> int:
    """After a start: what was being sent to an account when the program ended is queued again (the hub deduplicates by id).

    Returns how many entries that were.
    """
    rows = w.conn.execute(
        "UPDATE outbox SET state = 'queued', not_before = NULL WHERE state = 'sending' AND account = ? "
        "RETURNING id, interaction_id, customer_id",
        (account,),
    ).fetchall()
    for row in rows:
        w.touch(Table.OUTBOX, *row)
    return len(rows)


def _within(conn: Connection, customer_id: CustomerId, account: str) -> CustomerId:
    """Return the record of an account that is the same person, the one given where there is none."""
    if account_of(customer_id) == account:
        return customer_id
    known = links.of_customers(conn, [customer_id, links.leading(conn, customer_id)])
    people = [id_ for one in known if one.state is DuplicateState.MERGED for id_ in (one.customer_id, one.other_id)]
    return next((id_ for id_ in people if account_of(id_) == account), customer_id)


def _is_of_one(command: Command, account: str) -> bool:
    """Whether nothing in a command is another account's."""
    named = [getattr(command, name, None) for name in _NAMED]
    named += getattr(command, "queues", ())
    return all(account_of(id_) == account for id_ in named if id_)


def _account(conn: Connection, command_id: CommandId) -> str:
    row = conn.execute("SELECT account FROM outbox WHERE id = ?", (command_id,)).fetchone()
    return "" if row is None else str(row[0])


def _tag(command: Command) -> str:
    return str(type(command).__struct_config__.tag)


def command_account(command: Command) -> str:
    """Return the key of the account a command is of, by the ids in it; empty where they do not say."""
    ids = [getattr(command, name, None) for name in _OWNED_BY]
    ids += getattr(command, "queues", ())
    return next((key for id_ in ids if id_ and (key := account_of(id_))), "")


def drop_all(w: Write, account: str) -> int:
    """Give up all that is on its way to an account which is being removed, and return how much that was."""
    return sum(_delete(w, one.id) for one in entries(w.conn, account=account))


def lane_of(command: Command, account: str = "") -> str:
    """Return in which lane a command lies."""
    interaction_id: InteractionId | None = interaction_of(command)
    if interaction_id is not None:
        return f"interaction:{interaction_id}"
    if isinstance(command, SetPresence):
        return f"{_PRESENCE_LANE}:{account}" if account else _PRESENCE_LANE
    for kind in _SUBJECTS:
        if subject := getattr(command, f"{kind}_id", None):
            return f"{kind}:{subject}"
    if isinstance(command, PutAlertRule):
        return f"rule:{command.rule.id}"
    return str(type(command).__struct_config__.tag)


def _set(w: Write, command_id: CommandId, sets: str, values: tuple[Any, ...], states: tuple[str, ...] = ()) -> bool:
    rows = w.conn.execute(
        f"UPDATE outbox SET {sets} WHERE id = ? {_in(states)} RETURNING interaction_id, customer_id",  # noqa: S608
        (*values, command_id, *states),
    ).fetchall()
    return _touched(w, command_id, rows)


def _delete(w: Write, command_id: CommandId, states: tuple[str, ...] = ()) -> bool:
    rows = w.conn.execute(
        f"DELETE FROM outbox WHERE id = ? {_in(states)} RETURNING interaction_id, customer_id",  # noqa: S608
        (command_id, *states),
    ).fetchall()
    return _touched(w, command_id, rows)


def _in(states: tuple[str, ...]) -> str:
    return f"AND state IN ({', '.join('?' * len(states))})" if states else ""


def _touched(w: Write, command_id: CommandId, rows: list[Any]) -> bool:
    for interaction_id, customer_id in rows:
        w.touch(Table.OUTBOX, command_id, interaction_id, customer_id)
    return bool(rows)


def _entries(conn: Connection, where: str, values: tuple[Any, ...]) -> list[OutboxEntry]:
    rows = conn.execute(f"SELECT {_COLUMNS} FROM outbox {where} ORDER BY row", values)  # noqa: S608 - texts of ours
    return [
        OutboxEntry(
            id=CommandId(row[0]),
            command=_decoder.decode(row[1]),
            state=OutboxState(row[2]),
            created_at=instant(row[3]),
            interaction_id=row[4],
            not_before=None if row[5] is None else instant(row[5]),
            attempts=row[6],
            error=row[7],
            detail=row[8],
            account=row[9],
        )
        for row in rows
    ]
