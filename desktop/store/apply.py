"""Writing what came from the network: pages of the change feed, and the rows that answers to commands carry.

Owns the cursor and the epoch; what lies before is ``history``'s, which writes its rows by ``write_changes`` too. Never
replaces a row by an older one, never moves the cursor past what was written in the same transaction. Called by ``sync``
(through ``Store.write``) and by ``outbox``.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

import msgspec
from msgspec import Struct

from desktop.domain.changes import Table
from desktop.domain.ids import CustomerId, account_of
from desktop.store import schema
from desktop.store.columns import SHAPES, UPSERTS, instant, micros, row_of
from desktop.store.connection import Connection
from desktop.store.database import Write
from desktop.store.retention import forget
from desktop.wire.records import decode
from desktop.wire.shapes import Change, ChangesPage

_log = logging.getLogger(__name__)

# More changed rows than this are not named one by one: whoever listens looks again at everything.
BULK_ROWS: Final = 200
_LARGEST_SEQ: Final = 2**63 - 1
_TABLES: Final = {table.value: table for table in SHAPES}
_OWNED_BY_INTERACTION: Final = (Table.MESSAGE, Table.SUGGESTION, Table.FLOW, Table.DECISION)


class SyncState(Struct, frozen=True):
    """How far the cache follows the feed. ``is_complete`` says that no history is missing; ``synced_at`` is when a page
    last arrived. ``history_scope`` (a ``wire.shapes.Scope``, empty: not begun) and ``history_before`` are how far back the
    history was read; ``clock_offset_ms`` is what the backend's clock is ahead of this machine's."""

    epoch: str = ""
    cursor: int = 0
    is_complete: bool = False
    synced_at: datetime | None = None
    history_scope: str = ""
    history_before: int = 0
    clock_offset_ms: int = 0

    @property
    def is_usable(self) -> bool:
        """Whether all open work is here, whatever is missing of the history."""
        return self.is_complete or self.history_scope == "all"


class Applied(Struct, frozen=True):
    """What became of one page. ``is_dropped``: it answered another cursor and was passed over; ``is_resync``: it is of a
    new epoch, which emptied the cache (ask again from ``cursor``) unless that was to be left to ``history``. ``skipped``
    counts unknown types and records that were not readable, ``stale`` those the cache already had in this or a newer
    version. ``more`` is the page's own."""

    cursor: int
    saved: int = 0
    deleted: int = 0
    stale: int = 0
    skipped: int = 0
    is_dropped: bool = False
    is_resync: bool = False
    more: bool = False


class Counts(NamedTuple):
    saved: int
    deleted: int
    stale: int
    skipped: int


class _Known(NamedTuple):
    """What the cache holds of an id: its version, and whose view of the world it belongs to."""

    version: int
    seq: int
    interaction_id: str | None
    customer_id: str | None


def sync_state(conn: Connection, account: str = "") -> SyncState:
    """Return how far the cache follows the feed of an account."""
    row = conn.execute(
        "SELECT epoch, cursor, is_complete, synced_at, history_scope, history_before, clock_offset_ms FROM sync_state "
        "WHERE account = ?",
        (account,),
    ).fetchone()
    if row is None:
        return SyncState()
    epoch, cursor, is_complete, synced_at, *more = row
    return SyncState(epoch, cursor, bool(is_complete), None if synced_at is None else instant(synced_at), *more)


def accounts(conn: Connection) -> list[str]:
    """Return the keys of the accounts whose rows are here, the first account's first."""
    return [key for (key,) in conn.execute("SELECT account FROM sync_state ORDER BY account")]


def is_all_here(conn: Connection) -> bool:
    """Whether no history of any account is missing."""
    (is_any,) = conn.execute("SELECT EXISTS (SELECT 1 FROM sync_state WHERE NOT is_complete)").fetchone()
    return not is_any


def apply_page(
    w: Write, page: ChangesPage, *, now: datetime | None = None, may_empty: bool = True, account: str = ""
) -> Applied:
    """Write one page of an account's feed and move its cursor to its ``next``, all or nothing.

    A page of another epoch empties the cache (the journal stays) and is itself applied only if it starts at 0; where the
    cache is not to be emptied yet (``may_empty``), it is dropped. A page that does not follow the stored cursor is dropped.
    ``now`` dates the page (default: this moment).
    """
    state = state_to_write(w, account)
    is_resync = page.epoch != state.epoch and state.epoch != ""
    if is_resync and not may_empty:
        return Applied(state.cursor, is_dropped=True, is_resync=True, more=page.more)
    if is_resync:
        schema.empty_cache(w.conn, account)
        w.bulk()
    if page.epoch != state.epoch:
        w.conn.execute("UPDATE sync_state SET epoch = ? WHERE account = ?", (page.epoch, account))
        state = SyncState(page.epoch)
    if page.after != state.cursor:
        return Applied(state.cursor, is_dropped=True, is_resync=is_resync, more=page.more)
    cursor = max(state.cursor, min(page.next, _LARGEST_SEQ))
    counts = write_changes(w, page.changes, gone_up_to=-1, account=account)
    if counts.saved + counts.deleted > BULK_ROWS:
        w.bulk()
    # Where the history is read backwards, the end of the feed is not the end of the reading.
    is_complete = state.is_complete or not (page.more or state.history_scope)
    w.conn.execute(
        "UPDATE sync_state SET cursor = ?, is_complete = ?, synced_at = ? WHERE account = ?",
        (cursor, int(is_complete), micros(now or datetime.now(UTC)), account),
    )
    # A page without news moves no row: saying so for each heartbeat would wake everybody who listens.
    if cursor != state.cursor or is_resync or is_complete is not state.is_complete:
        w.touch(Table.SYNC, "feed")
    return Applied(cursor, *counts, is_resync=is_resync, more=page.more)


def state_to_write(w: Write, account: str) -> SyncState:
    """Return how far the cache follows an account's feed; from now on it does."""
    w.conn.execute("INSERT OR IGNORE INTO sync_state VALUES (?, '', 0, 0, NULL, '', 0, 0)", (account,))
    return sync_state(w.conn, account)


def apply_changes(w: Write, changes: Iterable[Change], account: str = "") -> int:
    """Write the rows an answer to a command carries, and return how many were news; the cursor stays where it is.

    The feed may have overtaken the answer: a row that it has changed or deleted since is left alone.
    """
    if account and account not in accounts(w.conn):
        return 0  # it left the desk, or nothing of it was read yet: the feed brings all
    cursor = sync_state(w.conn, account).cursor
    counts = write_changes(w, changes, gone_up_to=cursor, account=account)
    return counts.saved + counts.deleted


def now_there(conn: Connection) -> datetime:
    """Return this instant by the clock of the first account's backend, as far as that is known."""
    return datetime.now(UTC) + timedelta(milliseconds=sync_state(conn).clock_offset_ms)


def set_clock_offset(w: Write, offset_ms: int, account: str = "") -> None:
    """Keep what the backend's clock is ahead of this machine's, for a start without network."""
    w.conn.execute("UPDATE sync_state SET clock_offset_ms = ? WHERE account = ?", (offset_ms, account))


def write_changes(w: Write, changes: Iterable[Change], *, gone_up_to: int, account: str = "") -> Counts:
    """Write rows of an account, the newest version of each only, and note them as changed. A row that is another account's by
    its id is passed over: no system writes into what another said.

    ``gone_up_to``: a record unknown here that was last written up to this seq has been deleted since (or is yet to come
    with the history, which then brings it as it is).
    """
    by_table: dict[Table, dict[str, Change]] = {}
    skipped = stale = saved = deleted = 0
    others = frozenset(accounts(w.conn)) - {account}
    for change in changes:
        table = _TABLES.get(change.type)
        if table is None or not 0 <= change.seq <= _LARGEST_SEQ or not _may_write(change.id, account, others):
            skipped += 1
            continue
        rows = by_table.setdefault(table, {})
        known = rows.get(change.id)
        if known is not None:
            stale += 1
            if known.seq > change.seq:
                continue
        rows[change.id] = change
    for table, latest in by_table.items():
        known_rows = _known(w.conn, table, latest)
        upserts: list[tuple[Any, ...]] = []
        written: list[Any] = []
        replaced: list[_Known] = []
        for row_id, change in latest.items():
            known_row = known_rows.get(row_id)
            if change.op == "delete":
                if known_row is None and table is Table.CUSTOMER and _is_spoken_of(w.conn, row_id):
                    deleted += forget(w, CustomerId(row_id))
                    continue
                if known_row is None or known_row.seq > change.seq:
                    stale += 1
                    if known_row is None and table is Table.INTERACTION:
                        _delete_owned(w, row_id)
                    continue
                _delete(w, table, row_id, known_row)
                deleted += 1
                continue
            record = _record(table, change)
            if record is None:
                skipped += 1
            elif (known_row is None and 0 < change.seq <= gone_up_to) or (
                known_row is not None and _is_stale(record.version, change.seq, known_row)
            ):
                stale += 1
            else:
                upserts.append(row_of(table, change.seq, record))
                written.append(record)
                if known_row is not None:
                    replaced.append(known_row)
        if upserts:
            w.conn.executemany(UPSERTS[table], upserts)
            _touch(w, table, written, replaced)
            saved += len(upserts)
    return Counts(saved, deleted, stale, skipped)


def _may_write(id_: str, account: str, others: frozenset[str]) -> bool:
    # The ids of the only account may look like anything.
    key = account_of(id_)
    return key == account if account else key not in others


def _is_stale(version: int, seq: int, known: _Known) -> bool:
    # A backend that numbers nothing (0, 0) is believed each time.
    return (version, seq) <= (known.version, known.seq) and (version, seq) != (0, 0)


def _known(conn: Connection, table: Table, ids: Iterable[str]) -> dict[str, _Known]:
    shape = SHAPES[table]
    rows = conn.execute(
        f"SELECT id, version, seq, {shape.interaction}, {shape.customer} FROM {table} "  # noqa: S608 - names of ours
        "WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ids)),),
    )
    return {row[0]: _Known(*row[1:]) for row in rows}


def _record(table: Table, change: Change) -> Any | None:
    """Read the record of a change; one that is not readable must not stop all the others for good."""
    if isinstance(change.record, msgspec.UnsetType):
        _log.warning("a change of type %s has no record", table.value)
        return None
    try:
        record = decode(table, change.record)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        # The error's text may quote the record.
        _log.warning("a record of type %s is not readable", table.value)
        return None
    if record.id != change.id:
        _log.warning("a record of type %s has another id than its change", table.value)
        return None
    return record


def _touch(w: Write, table: Table, written: list[Any], replaced: list[_Known]) -> None:
    """Note what was written; what it replaced may have been somebody else's."""
    w.touch_rows(
        table,
        [record.id for record in written],
        (getattr(record, "interaction_id", None) for record in written),
        (_customer_of(table, record) for record in written),
    )
    w.touch_rows(table, (), (before.interaction_id for before in replaced), (before.customer_id for before in replaced))


def _customer_of(table: Table, record: Any) -> str | None:
    # A message or suggestion shows on the customer's card only through its interaction, which changes with it.
    if table in _OWNED_BY_INTERACTION:
        return None
    if table is Table.CUSTOMER:
        return record.merged_into or None
    return getattr(record, "customer_id", None)


def _is_spoken_of(conn: Connection, customer_id: str) -> bool:
    """Whether a command on its way is about a customer who is not here (any more)."""
    (is_any,) = conn.execute("SELECT EXISTS (SELECT 1 FROM outbox WHERE customer_id = ?)", (customer_id,)).fetchone()
    return bool(is_any)


def _is_merged(conn: Connection, customer_id: str) -> bool:
    (merged_into,) = conn.execute("SELECT merged_into FROM customer WHERE id = ?", (customer_id,)).fetchone()
    return merged_into is not None


def _delete(w: Write, table: Table, row_id: str, known: _Known) -> None:
    if table is Table.CUSTOMER and not _is_merged(w.conn, row_id):
        # Who was deleted there is forgotten here. One merged away is not: all that was theirs is the other's now.
        forget(w, CustomerId(row_id))
        return
    w.conn.execute(f"DELETE FROM {table} WHERE id = ?", (row_id,))  # noqa: S608 - the name is an enum's
    w.touch(table, row_id, known.interaction_id, known.customer_id)
    if table is Table.INTERACTION:
        _delete_owned(w, row_id)


def _delete_owned(w: Write, interaction_id: str) -> None:
    """Who may no longer see a contact may not see what was said in it; its words may be here before it is."""
    for owned in _OWNED_BY_INTERACTION:
        gone = w.conn.execute(f"DELETE FROM {owned} WHERE interaction_id = ? RETURNING id", (interaction_id,))  # noqa: S608
        for (owned_id,) in gone.fetchall():
            w.touch(owned, owned_id, interaction_id)
