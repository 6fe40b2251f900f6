"""The right to be forgotten (GDPR, article 17), as far as this machine goes: after ``forget`` no byte of a customer is left
in the file, neither in free pages (every write is made with ``secure_delete``) nor in the write-ahead log. What merely gets
old is ``pruning``'s.

The full-text index only notes that an entry is gone; its words go when its parts are merged (FTS5, section 4.7). A small
index is merged at once, a large one in steps by ``keeper`` (``clear_words``).
"""

from __future__ import annotations

import json
from typing import Final

from desktop.domain.changes import Table
from desktop.domain.ids import CustomerId
from desktop.store import corrections, files, journal, links
from desktop.store.database import Write
from desktop.store.rows import CUSTOMER_DRAFT

_OF_CUSTOMER: Final = (Table.TOUCHPOINT, Table.RECORD)
_OF_INTERACTION: Final = (Table.MESSAGE, Table.SUGGESTION, Table.FLOW, Table.DECISION, Table.TOUCHPOINT, Table.RECORD)
# Settings in which the agent's own words may be about anybody: what was searched for, and how the window stood.
_SEARCHES: Final = "search."
_WINDOW: Final = "workspace"

UNCLEARED: Final = "retention.words"
_BEGIN, _MERGE, _LOG = "begin", "merge", "log"
_PAGES: Final = 64
_STEPS_AT_ONCE: Final = 8


def forget(w: Write, customer_id: CustomerId) -> int:
    """Remove a customer with all that was merged with them, their contacts, the files of these, and what the agent wrote
    about them.

    Commands about them that were not sent yet are removed too. Returns how many rows that were.
    """
    people = _same_person(w, customer_id)
    names = json.dumps(people)
    contacts = [
        row[0]
        for row in w.conn.execute(
            "SELECT id FROM interaction WHERE customer_id IN (SELECT value FROM json_each(?))", (names,)
        )
    ]
    contact_names = json.dumps(contacts)
    attached = _attached(w, contact_names)
    count = 0
    for table in _OF_INTERACTION:
        count += _delete(w, table, "interaction_id", contact_names)
    for table in _OF_CUSTOMER:
        count += _delete(w, table, "customer_id", names)
    for column in ("customer_id", "other_id"):
        count += _delete(w, Table.DUPLICATE, column, names)
    count += links.drop(w, people)
    count += _delete(w, Table.INTERACTION, "id", contact_names)
    count += _delete(w, Table.CUSTOMER, "id", names)
    count += _delete_journal(w, names, contact_names)
    count += corrections.drop(w, contacts)
    count += _delete_settings(w, [*people, *contacts])
    count += files.drop_unused(w, attached)
    for person in people:
        w.touch(Table.CUSTOMER, person)
    must_clear_words(w)
    for _ in range(_STEPS_AT_ONCE):
        if clear_words(w):
            break
    w.scrub()
    return count


def must_clear_words(w: Write) -> None:
    """Note that words of entries that are gone are still in the index."""
    journal.set_setting(w, UNCLEARED, _BEGIN)


def clear_words(w: Write) -> bool:
    """Do one step (some 10 ms) of taking words that are gone out of the index and then out of the log; returns whether that
    was all the index needed. Where a step that clears the log fails with ``Busy`` it is to be done again."""
    state = journal.setting(w.conn, UNCLEARED)
    if state == _LOG:
        w.scrub()
        return True
    if state is None:
        return True
    (before,) = w.conn.execute("SELECT total_changes()").fetchone()
    pages = -_PAGES if state == _BEGIN else _PAGES
    w.conn.execute("INSERT INTO search_text (search_text, rank) VALUES ('merge', ?)", (pages,))
    (after,) = w.conn.execute("SELECT total_changes()").fetchone()
    is_done = bool(after - before < 2)
    journal.set_setting(w, UNCLEARED, _LOG if is_done else _MERGE)
    return is_done


def words_are_clear(w: Write) -> None:
    """Note that the last step of ``clear_words`` went well."""
    if journal.setting(w.conn, UNCLEARED) == _LOG:
        journal.set_setting(w, UNCLEARED, None)


def _same_person(w: Write, customer_id: CustomerId) -> list[str]:
    rows = w.conn.execute(
        "WITH RECURSIVE same(id) AS (VALUES(?) "
        "UNION SELECT customer.id FROM customer JOIN same ON customer.merged_into = same.id "
        "UNION SELECT customer.merged_into FROM customer JOIN same ON customer.id = same.id "
        "WHERE customer.merged_into IS NOT NULL) SELECT id FROM same",
        (customer_id,),
    )
    return [row[0] for row in rows]


def _attached(w: Write, contact_names: str) -> set[str]:
    """The files named in messages, drafts and commands of some contacts; one of them that somebody else was sent too comes
    down again when it is asked for."""
    rows = w.conn.execute(
        "SELECT named.value ->> 'sha256' FROM message, json_each(message.body, '$.attachments') AS named "
        "WHERE interaction_id IN (SELECT value FROM json_each(?1)) "
        "UNION SELECT named.value ->> 'sha256' FROM outbox, json_each(outbox.body, '$.attachments') AS named "
        "WHERE interaction_id IN (SELECT value FROM json_each(?1)) "
        "UNION SELECT named.value ->> 'sha256' FROM draft, "
        "json_each(iif(json_valid(draft.fields ->> 'attachments'), draft.fields ->> 'attachments', '[]')) AS named "
        "WHERE interaction_id IN (SELECT value FROM json_each(?1))",
        (contact_names,),
    )
    return {row[0] for row in rows if row[0]}


def _delete(w: Write, table: Table, column: str, names: str) -> int:
    rows = w.conn.execute(
        f"DELETE FROM {table} WHERE {column} IN (SELECT value FROM json_each(?)) RETURNING id",  # noqa: S608
        (names,),
    ).fetchall()
    for (row_id,) in rows:
        w.touch(table, row_id)
    return len(rows)


def _delete_journal(w: Write, names: str, contact_names: str) -> int:
    sent = w.conn.execute(
        "DELETE FROM outbox WHERE interaction_id IN (SELECT value FROM json_each(?2)) "
        "OR customer_id IN (SELECT value FROM json_each(?1)) "
        "OR body ->> 'merged_id' IN (SELECT value FROM json_each(?1)) RETURNING id",
        (names, contact_names),
    ).fetchall()
    for (row_id,) in sent:
        w.touch(Table.OUTBOX, row_id)
    drafted = w.conn.execute(
        "DELETE FROM draft WHERE interaction_id IN (SELECT value FROM json_each(?2)) "
        "OR (kind = ?3 AND interaction_id IN (SELECT value FROM json_each(?1))) RETURNING interaction_id",
        (names, contact_names, CUSTOMER_DRAFT),
    ).fetchall()
    for (row_id,) in drafted:
        w.touch(Table.DRAFT, row_id, row_id)
    marks = w.conn.execute(
        "DELETE FROM read_mark WHERE interaction_id IN (SELECT value FROM json_each(?))", (contact_names,)
    ).rowcount
    return len(sent) + len(drafted) + marks


def _delete_settings(w: Write, ids: list[str]) -> int:
    """What the window remembers of them, such as that their contact was open, and what was searched for."""
    rows = w.conn.execute(
        "SELECT name FROM setting WHERE name = ?3 OR substr(name, 1, length(?2)) = ?2 "
        "OR EXISTS (SELECT 1 FROM json_each(?1) AS id WHERE instr(setting.value, json_quote(id.value)))",
        (json.dumps(ids), _SEARCHES, _WINDOW),
    ).fetchall()
    for (name,) in rows:
        journal.set_setting(w, name, None)
    return len(rows)
