"""Edits of a customer that met a colleague's: both versions side by side, and what the agent makes of them.

Reads the refused commands of the outbox against the record as it is here now. ``conflicts`` is handed out through
``projections``; ``resolve`` is called by the view model of the customer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from desktop.domain.changes import Table
from desktop.domain.commands import UpdateCustomer
from desktop.domain.customer import ADDING, Customer, field_value, is_same_value
from desktop.domain.ids import CommandId, CustomerId, new_id
from desktop.store import outbox
from desktop.store.connection import Connection
from desktop.store.database import Write
from desktop.store.rows import Conflict, FieldConflict, OutboxState
from desktop.wire.errors import Code
from desktop.wire.records import decode

_MOST_MERGES: Final = 8


def conflicts(conn: Connection, customer_id: CustomerId | None = None) -> list[Conflict]:
    """Return the refused edits of one customer, or of all, oldest first."""
    found = []
    for entry in outbox.entries(conn, OutboxState.WEDGED):
        command = entry.command
        if not isinstance(command, UpdateCustomer) or entry.error != Code.CONFLICT:
            continue
        current = _current(conn, command.customer_id)
        if current is not None and customer_id in (None, current.id, command.customer_id):
            found.append(Conflict(entry.id, current.id, _disputed(command, current)))
    return found


def resolve(
    w: Write, command_id: CommandId, mine: Collection[str], combined: Mapping[str, Any] | None = None
) -> CommandId | None:
    """Settle a conflict: of the disputed fields those in ``mine`` get the agent's value over the record as it is now, those
    in ``combined`` a value made of both, the others stay the colleague's; what was not disputed goes out as it was meant.

    Returns the id under which that is sent, ``None`` where nothing is left to send or there is no such conflict.
    """
    entry = outbox.entry(w.conn, command_id)
    if entry is None or entry.state is not OutboxState.WEDGED or not isinstance(entry.command, UpdateCustomer):
        return None
    current = _current(w.conn, entry.command.customer_id)
    if current is None:
        return None
    disputed = {field.name for field in _disputed(entry.command, current)}
    fields = {name: value for name, value in entry.command.fields.items() if name not in disputed or name in mine}
    fields |= {name: value for name, value in (combined or {}).items() if name in disputed}
    if not fields:
        outbox.discard(w, command_id)
        return None
    command = update_of(current, fields)
    if current.id == entry.command.customer_id:
        return outbox.edit(w, command_id, command)
    # Merged away meanwhile: what is sent is about another record, and takes its turn there.
    fresh = CommandId(new_id())
    outbox.discard(w, command_id)
    outbox.enqueue(w, command, fresh)
    return fresh


def update_of(customer: Customer, fields: dict[str, object]) -> UpdateCustomer:
    """Return the command that sets ``fields`` of ``customer`` as the agent sees it."""
    before = {name: field_value(customer, name) for name in fields if name not in ADDING}
    return UpdateCustomer(customer_id=customer.id, fields=fields, version=customer.version, before=before)


def _current(conn: Connection, customer_id: CustomerId) -> Customer | None:
    """Return the record as the hub has it, or the one it was merged into."""
    wanted: CustomerId | None = customer_id
    current: Customer | None = None
    for _ in range(_MOST_MERGES):
        row = conn.execute("SELECT body FROM customer WHERE id = ?", (wanted,)).fetchone()
        if row is None:
            break
        current = decode(Table.CUSTOMER, row[0])
        wanted = current.merged_into
        if wanted is None:
            break
    return current


def _disputed(command: UpdateCustomer, current: Customer) -> tuple[FieldConflict, ...]:
    """Return the fields that hold neither what the agent saw nor what they want."""
    found = []
    for name, mine in command.fields.items():
        theirs = field_value(current, name)
        if name in ADDING or is_same_value(name, theirs, mine):
            continue
        before = command.before.get(name)
        if name not in command.before or not is_same_value(name, theirs, before):
            found.append(FieldConflict(name, before, mine, theirs))
    return tuple(found)
