"""Keeping the index in step with the records: what was noted as changed is taken in slices, newest first.

A slice is one transaction of bounded size, so that writes of the agent go in between. Called by ``indexer`` on the writing
thread, and by the generator.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from desktop.domain.changes import Table
from desktop.domain.customer import Customer
from desktop.store.columns import micros
from desktop.store.connection import Connection
from desktop.store.database import Write
from desktop.store.search import documents as d
from desktop.wire.records import decode

# Merging: 5 ms at a time, after so many rows, as much as keeps the number of parts small. Each slice makes a part, however
# small. All are merged into one where a quarter of all rows is new.
_PAGES: Final = 32
_OFTEN: Final = 256
_ROWS_A_PAGE: Final = 4
_LEAST_DEBT: Final = 16
_WORTH_MERGING: Final = 1_000
_MOSTLY_FRESH: Final = 4
_PUT_TEXT: Final = "INSERT INTO search_text (rowid, words) VALUES (?, ?)"
_PUT_DOC: Final = "INSERT INTO search_doc (row, kind, source, mark) VALUES (?, ?, ?, ?)"


class _Found(NamedTuple):
    """One entry to be: where in time, what record, what texts."""

    at: int
    kind: int
    source: int
    words: str
    mark: int = 0


def is_behind(conn: Connection) -> bool:
    """Whether there are rows that the index has still to look at."""
    return conn.execute("SELECT 1 FROM search_todo LIMIT 1").fetchone() is not None


def progress(conn: Connection) -> float:
    """Return how much of what is here the index knows, 0 to 1."""
    if not is_behind(conn):
        return 1.0
    left, done = conn.execute("SELECT left, done FROM search_state").fetchone()
    return min(0.99, float(done / max(1, done + left)))


def index_some(w: Write, most_rows: int) -> int:
    """Bring up to ``most_rows`` changed rows into the index, the newest first, and return how many are still to do; now and
    then merge some of its parts instead.

    The number is counted when the work begins and only then: what comes in meanwhile is added when that is done.
    """
    conn = w.conn
    (unmerged, left) = conn.execute("SELECT unmerged, left FROM search_state").fetchone()
    if unmerged >= _OFTEN and left:
        _merge(conn, unmerged // _ROWS_A_PAGE)
        conn.execute("UPDATE search_state SET unmerged = 0")
        return int(left)
    taken = conn.execute(
        "SELECT at, kind, source FROM search_todo ORDER BY at DESC, kind DESC, source DESC LIMIT ?", (most_rows,)
    ).fetchall()
    if not taken:
        conn.execute("UPDATE search_state SET left = 0, done = 0 WHERE left OR done")
        return 0
    conn.execute("DELETE FROM search_todo WHERE (at, kind, source) >= (?, ?, ?)", taken[-1])
    by_kind: dict[int, list[int]] = {}
    for _, kind, source in taken:
        by_kind.setdefault(kind, []).append(source)
    found: list[_Found] = []
    stale: list[tuple[int, int]] = []
    for kind, sources in by_kind.items():
        rows = sorted(set(sources))
        stale += [(row, kind) for row in _rows_of(conn, kind, rows)]
        match kind:
            case d.CUSTOMER:
                found += _customers(conn, rows)
            case d.INTERACTION:
                found += _interactions(conn, rows)
            case _:
                stale += [(row, d.FILE) for row in _rows_of(conn, d.FILE, rows)]
                found += _messages(conn, rows)
    _take_out(conn, stale)
    _put_in(conn, found)
    return _count(conn, len(taken))


def _count(conn: Connection, taken: int) -> int:
    left, done = conn.execute("SELECT left, done FROM search_state").fetchone()
    left -= taken
    if left <= 0:
        (left,) = conn.execute("SELECT count(*) FROM search_todo").fetchone()
    conn.execute(
        "UPDATE search_state SET left = ?, done = ?, unmerged = unmerged + ?, fresh = fresh + ?",
        (left, done + taken if left else 0, max(taken, _LEAST_DEBT), taken),
    )
    return int(left)


def merge_some(w: Write) -> bool:
    """Merge a few pages of the parts that the index has grown of, and return whether there is more to do.

    Each question looks into every part. After a first sync all become one.
    """
    conn = w.conn
    unmerged, fresh, is_merging = conn.execute("SELECT unmerged, fresh, is_merging FROM search_state").fetchone()
    pages = _PAGES
    if not is_merging:
        if unmerged < _OFTEN and fresh < _WORTH_MERGING:
            return False
        (rows,) = conn.execute("SELECT max(row) FROM message").fetchone()
        if fresh >= _WORTH_MERGING and fresh * _MOSTLY_FRESH > (rows or 0):
            pages = -_PAGES
            fresh = 0
        elif unmerged < _OFTEN:
            return False
        conn.execute("UPDATE search_state SET unmerged = 0, fresh = ?, is_merging = 1", (fresh,))
    if _merge(conn, pages):
        return True
    conn.execute("UPDATE search_state SET is_merging = 0")
    return False


def _merge(conn: Connection, pages: int) -> bool:
    """Merge about so many pages of what waits to be merged (below 0: of all), and return whether anything did."""
    (before,) = conn.execute("SELECT total_changes()").fetchone()
    conn.execute("INSERT INTO search_text (search_text, rank) VALUES ('merge', ?)", (pages,))
    (after,) = conn.execute("SELECT total_changes()").fetchone()
    # The statement itself counts as one change (section 6.8 of the manual of FTS5).
    return bool(after - before >= 2)


def _rows_of(conn: Connection, kind: int, sources: Iterable[int]) -> list[int]:
    rows = conn.execute(
        "SELECT row FROM search_doc WHERE kind = ? AND source IN (SELECT value FROM json_each(?))",
        (kind, json.dumps(list(sources))),
    )
    return [row for (row,) in rows]


def _take_out(conn: Connection, stale: list[tuple[int, int]]) -> None:
    # In order of rows: FTS5 writes out what it has gathered whenever a row is smaller than the last one.
    rows = [(row,) for row, _ in sorted(stale)]
    if rows:
        conn.executemany("DELETE FROM search_text WHERE rowid = ?", rows)
        conn.executemany("DELETE FROM search_doc WHERE row = ?", rows)


def _put_in(conn: Connection, found: list[_Found]) -> None:
    if not found:
        return
    found.sort(key=lambda item: item.at)
    rows = _free_rows(conn, [d.row_at(item.at) for item in found])
    conn.executemany(
        _PUT_DOC, [(row, item.kind, item.source, item.mark) for row, item in zip(rows, found, strict=True)]
    )
    conn.executemany(_PUT_TEXT, [(row, item.words) for row, item in zip(rows, found, strict=True)])


def _free_rows(conn: Connection, wanted: list[int]) -> list[int]:
    """Return a free row for each of ``wanted`` (ascending), the same or soon after, ascending and all different."""
    rows: list[int] = []
    last = -(2**62)
    for row in wanted:
        last = max(row, last + 1)
        rows.append(last)
    used = _used(conn, rows)
    if not used:
        return rows
    taken = set(rows) - used
    moved = []
    for row in rows:
        if row in used:
            row = _next_free(conn, row, taken)
            taken.add(row)
        moved.append(row)
    return moved


def _used(conn: Connection, rows: list[int]) -> set[int]:
    found = conn.execute(
        "SELECT row FROM search_doc WHERE row IN (SELECT value FROM json_each(?))", (json.dumps(rows),)
    )
    return {row for (row,) in found}


def _next_free(conn: Connection, row: int, taken: set[int]) -> int:
    # Thousands of imported messages may bear one instant: go in ever longer steps rather than past each of them.
    step = 1
    while row in taken or _used(conn, [row]):
        row += step
        step += step >> 3 or 1
    return row


def _customers(conn: Connection, rows: list[int]) -> list[_Found]:
    found = []
    ids = []
    for row, body in _bodies(conn, Table.CUSTOMER, rows):
        customer: Customer = decode(Table.CUSTOMER, body)
        ids.append(customer.id)
        at = customer.updated_at or customer.created_at
        found.append(_Found(0 if at is None else micros(at), d.CUSTOMER, row, d.customer_words(customer)))
    conn.execute(
        "WITH changed(id) AS (SELECT value FROM json_each(?)) INSERT OR IGNORE INTO search_todo "
        "SELECT last_at, 2, row FROM interaction WHERE customer_id IN ("
        "SELECT id FROM changed UNION SELECT customer.id FROM changed JOIN customer ON customer.merged_into = changed.id)",
        (json.dumps(ids),),
    )
    return found


def _interactions(conn: Connection, rows: list[int]) -> list[_Found]:
    marks = dict(
        conn.execute(
            "SELECT source, mark FROM search_doc WHERE kind = 2 AND source IN (SELECT value FROM json_each(?))",
            (json.dumps(rows),),
        ).fetchall()
    )
    found = []
    changed = []
    for row, contact_id, at, body, *names in conn.execute(
        "SELECT interaction.row, interaction.id, "
        "CASE WHEN state IN ('closed', 'abandoned') THEN closed_at ELSE last_at END, interaction.body, "
        "customer.name, survivor.name FROM interaction "
        "LEFT JOIN customer ON customer.id = interaction.customer_id "
        "LEFT JOIN customer AS survivor ON survivor.id = customer.merged_into "
        "WHERE interaction.row IN (SELECT value FROM json_each(?))",
        (json.dumps(rows),),
    ):
        contact = d.read_contact(body)
        context = d.context_of(contact, *(name for name in names if name))
        found.append(_Found(at, d.INTERACTION, row, d.contact_words(contact, context), context.mark))
        if marks.get(row) != context.mark:
            changed.append(contact_id)
    if changed:
        # Messages that came before their contact, or whose contact changed hands: found by something else now.
        conn.execute(
            "INSERT OR IGNORE INTO search_todo SELECT message.sent_at, 3, message.row "
            "FROM json_each(?) AS changed CROSS JOIN message ON message.interaction_id = changed.value "
            "CROSS JOIN search_doc ON search_doc.kind = 3 AND search_doc.source = message.row",
            (json.dumps(changed),),
        )
    return found


def _messages(conn: Connection, rows: list[int]) -> list[_Found]:
    said_rows = conn.execute(
        "SELECT row, interaction_id, sent_at, body FROM message WHERE row IN (SELECT value FROM json_each(?))",
        (json.dumps(rows),),
    ).fetchall()
    contexts = _contexts(conn, {row[1] for row in said_rows})
    found = []
    for row, contact_id, at, body in said_rows:
        said = d.read_said(body)
        context = contexts.get(contact_id, d.NO_CONTEXT)
        words = d.message_words(said, context)
        if words:
            found.append(_Found(at, d.MESSAGE, row, words))
        if said.attachments and (words := d.file_words(said, context)):
            found.append(_Found(at, d.FILE, row, words))
    return found


def _contexts(conn: Connection, ids: Iterable[str]) -> dict[str, d.Context]:
    return {
        contact_id: d.context_of(d.read_contact(body), *(name for name in names if name))
        for contact_id, body, *names in conn.execute(
            "SELECT interaction.id, interaction.body, customer.name, survivor.name FROM interaction "
            "LEFT JOIN customer ON customer.id = interaction.customer_id "
            "LEFT JOIN customer AS survivor ON survivor.id = customer.merged_into "
            "WHERE interaction.id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        )
    }


def _bodies(conn: Connection, table: Table, rows: list[int]) -> list[tuple[int, Any]]:
    return conn.execute(
        f"SELECT row, body FROM {table} WHERE row IN (SELECT value FROM json_each(?))",  # noqa: S608 - an enum's name
        (json.dumps(rows),),
    ).fetchall()
