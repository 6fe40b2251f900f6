"""Letting old things go: how long each kind of data is kept here, and removing what is older, a few rows at a time so that
the agent's own writes go in between. What the hub still has can be read there; what was never sent is not removed by age,
drafts only where ``drafts_days`` says so. Called by ``keeper``, and by ``sync`` to learn what need not be written at all.

A closed contact goes as a whole: its messages and suggestions with it. Its touchpoint stays, so that the journey still shows
that there was one, and ``horizon`` tells the streams from where on something may be missing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from desktop.domain.changes import Table
from desktop.store import corrections, journal, reports
from desktop.store.columns import instant, micros
from desktop.store.connection import Connection
from desktop.store.database import Write

HORIZON: Final = "retention.horizon"
_GOING: Final = "retention.going"
_OWNED: Final = (Table.MESSAGE, Table.SUGGESTION, Table.FLOW, Table.DECISION)
_MEGABYTE: Final = 1024 * 1024


class Limits(Struct, frozen=True, kw_only=True):
    """How much is kept on this machine; ``None`` is without limit. ``closed_days``: closed contacts; ``messages_max``:
    messages, those of the longest closed contacts go first and open work never; ``files_bytes``: attachments that can be
    fetched again; ``drafts_days``: drafts nobody touched; ``reports_days``: reports of errors; ``quarantine_days``:
    database files that were damaged or whose key is lost."""

    closed_days: int | None = None
    messages_max: int | None = None
    files_bytes: int = 512 * _MEGABYTE
    drafts_days: int | None = None
    reports_days: int | None = 30
    quarantine_days: int = 30


class Pruned(Struct, frozen=True):
    """What one slice removed; ``rows`` is 0 where nothing is left to remove."""

    rows: int = 0
    messages: int = 0


def excess(conn: Connection, limits: Limits) -> int:
    """Return how many messages there are too many."""
    if limits.messages_max is None:
        return 0
    (count,) = conn.execute("SELECT count(*) FROM message").fetchone()
    return max(0, int(count) - limits.messages_max)


def strays(conn: Connection, after: str, most: int) -> tuple[list[str], str]:
    """Return contacts that are not here though messages of them are, among the next ``most`` after ``after``, and how far
    that was (empty: to the end). Only once the history is complete may they be called so."""
    rows = conn.execute(
        "WITH RECURSIVE next(id) AS ("
        "SELECT min(interaction_id) FROM message WHERE interaction_id > ?1 UNION ALL "
        "SELECT (SELECT min(interaction_id) FROM message WHERE interaction_id > next.id) FROM next WHERE next.id NOT NULL "
        "LIMIT ?2) SELECT id, EXISTS (SELECT 1 FROM interaction WHERE interaction.id = next.id) FROM next WHERE id NOT NULL",
        (after, most),
    ).fetchall()
    return [row_id for row_id, is_here in rows if not is_here], rows[-1][0] if len(rows) == most else ""


def prune(
    w: Write, limits: Limits, now: datetime, most_rows: int, too_many: int = 0, also: list[str] | None = None
) -> Pruned:
    """Remove up to about ``most_rows`` rows that are too old, and of what is left the longest closed contacts while there
    are ``too_many`` messages. ``also``: the messages of these contacts."""
    going: list[str] = [*journal.setting(w.conn, _GOING, []), *(also or [])]
    rows = messages = 0
    while rows < most_rows:
        if not going:
            contact = _oldest(w.conn, limits, now, is_too_many=messages < too_many)
            if contact is None:
                break
            going = [contact]
            rows += _close_the_book(w, contact)
        removed, left = _remove_owned(w, going[0], most_rows - rows)
        rows += sum(removed.values())
        messages += removed[Table.MESSAGE]
        if not left:
            going.pop(0)
    journal.set_setting(w, _GOING, going or None)
    if rows < most_rows:
        rows += _prune_journal(w, limits, now)
    return Pruned(rows, messages)


def horizon(conn: Connection) -> datetime | None:
    """Return until when contacts that were closed may be missing, because they were too old."""
    kept = journal.setting(conn, HORIZON)
    return None if kept is None else instant(int(kept))


def merge_index_at(w: Write, percent: int) -> None:
    """Have the search index merge a part of itself once so much of it is gone (0: never). In the middle of many deletions
    that takes ten times as long as they do, and it is all merged after them (``retention.clear_words``)."""
    w.conn.execute("INSERT INTO search_text (search_text, rank) VALUES ('deletemerge', ?)", (percent,))


def free_pages(conn: Connection) -> int:
    """Return how many pages of the file hold nothing."""
    return int(conn.execute("PRAGMA freelist_count").fetchone()[0])


def shrink(w: Write, most_pages: int) -> int:
    """Give up to ``most_pages`` empty pages back to the disk, and return how many are left (0 where the file was made by a
    version whose files cannot shrink)."""
    before = free_pages(w.conn)
    w.conn.execute(f"PRAGMA incremental_vacuum({most_pages})").fetchall()
    left = free_pages(w.conn)
    return left if left < before else 0


def _oldest(conn: Connection, limits: Limits, now: datetime, *, is_too_many: bool) -> str | None:
    """Return the contact closed longest ago that may go: nothing of it is still to be sent, nothing half written."""
    before = 2**62 if is_too_many else 0
    if limits.closed_days is not None:
        before = max(before, micros(now - timedelta(days=limits.closed_days)))
    row = conn.execute(
        "SELECT id FROM interaction WHERE state IN ('closed', 'abandoned') AND closed_at < ? "
        "AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.interaction_id = interaction.id) "
        "AND NOT EXISTS (SELECT 1 FROM draft WHERE draft.interaction_id = interaction.id) "
        "ORDER BY closed_at, id LIMIT 1",
        (before,),
    ).fetchone()
    return None if row is None else str(row[0])


def _close_the_book(w: Write, contact: str) -> int:
    customer_id, at = w.conn.execute(
        "DELETE FROM interaction WHERE id = ? RETURNING customer_id, closed_at", (contact,)
    ).fetchone()
    w.touch(Table.INTERACTION, contact, customer=customer_id)
    w.conn.execute("DELETE FROM read_mark WHERE interaction_id = ?", (contact,))
    corrections.drop(w, [contact])
    if at > (journal.setting(w.conn, HORIZON) or 0):
        journal.set_setting(w, HORIZON, at)
    return 1


def _remove_owned(w: Write, contact: str, most: int) -> tuple[dict[Table, int], bool]:
    """Remove what belongs to a contact, and return how much of each, and whether there is more."""
    removed = dict.fromkeys(_OWNED, 0)
    for table in _OWNED:
        rows = w.conn.execute(
            f"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE interaction_id = ? LIMIT ?) RETURNING id",  # noqa: S608
            (contact, most),
        ).fetchall()
        for (row_id,) in rows:
            w.touch(table, row_id, contact)
        removed[table] = len(rows)
        most -= len(rows)
        if most <= 0:
            return removed, True
    return removed, False


def _prune_journal(w: Write, limits: Limits, now: datetime) -> int:
    rows = 0
    if limits.reports_days is not None:
        rows += reports.drop_before(w, now - timedelta(days=limits.reports_days))
    if limits.drafts_days is not None:
        old = w.conn.execute(
            "DELETE FROM draft WHERE updated_at < ? RETURNING interaction_id",
            (micros(now - timedelta(days=limits.drafts_days)),),
        ).fetchall()
        for (contact,) in old:
            w.touch(Table.DRAFT, contact, contact)
        rows += len(old)
    return rows
