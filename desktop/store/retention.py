"""The right to be forgotten (GDPR, article 17), as far as this machine goes: after ``forget`` no byte of a customer is left
in the file, neither in free pages (every write is made with ``secure_delete``) nor in the write-ahead log."""

from __future__ import annotations

import json
from typing import Final

from desktop.domain.changes import Table
from desktop.domain.ids import CustomerId
from desktop.store.database import Write

_OF_CUSTOMER: Final = (Table.TOUCHPOINT, Table.RECORD)
_OF_INTERACTION: Final = (Table.MESSAGE, Table.SUGGESTION, Table.TOUCHPOINT, Table.RECORD)


def forget(w: Write, customer_id: CustomerId) -> int:
    """Remove a customer with all that was merged with them, their contacts, and what the agent wrote about them.

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
    count = 0
    for table in _OF_INTERACTION:
        count += _delete(w, table, "interaction_id", contact_names)
    for table in _OF_CUSTOMER:
        count += _delete(w, table, "customer_id", names)
    count += _delete(w, Table.INTERACTION, "id", contact_names)
    count += _delete(w, Table.CUSTOMER, "id", names)
    count += _delete_journal(w, names, contact_names)
    for person in people:
        w.touch(Table.CUSTOMER, person)
    w.scrub()
    return count


def _same_person(w: Write, customer_id: CustomerId) -> list[str]:
    rows = w.conn.execute(
        "WITH RECURSIVE same(id) AS (VALUES(?) "
        "UNION SELECT customer.id FROM customer JOIN same ON customer.merged_into = same.id "
        "UNION SELECT customer.merged_into FROM customer JOIN same ON customer.id = same.id "
        "WHERE customer.merged_into IS NOT NULL) SELECT id FROM same",
        (customer_id,),
    )
    return [row[0] for row in rows]


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
        "DELETE FROM draft WHERE interaction_id IN (SELECT value FROM json_each(?)) RETURNING interaction_id",
        (contact_names,),
    ).fetchall()
    for (row_id,) in drafted:
        w.touch(Table.DRAFT, row_id, row_id)
    marks = w.conn.execute(
        "DELETE FROM read_mark WHERE interaction_id IN (SELECT value FROM json_each(?))", (contact_names,)
    ).rowcount
    return len(sent) + len(drafted) + marks
