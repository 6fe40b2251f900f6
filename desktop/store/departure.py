"""A further account of the desk leaves: all its rows and files go, of cache and journal, in steps that keep nobody waiting.
Its cursor goes first, so that one that was left half-way is read anew, should it stay after all. Called by the app; asked
by view models what would be lost.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from desktop.domain.changes import Table
from desktop.domain.ids import account_of
from desktop.store import corrections, files, journal, links, outbox, schema
from desktop.store.connection import Connection
from desktop.store.retention import must_clear_words
from desktop.store.transaction import Write

ROWS_A_STEP: Final = 1000
FILES_A_STEP: Final = 20
_OF_CONTACTS: Final = (("draft", Table.DRAFT), ("read_mark", Table.INTERACTION))


class Held(Struct, frozen=True):
    """What of an account exists nowhere else: commands that are still to go out, some of them refused, and drafts."""

    unsent: int = 0
    refused: int = 0
    drafts: int = 0

    @property
    def is_nothing(self) -> bool:
        return not (self.unsent or self.refused or self.drafts)


def held(conn: Connection, account: str) -> Held:
    """Return what would be lost with an account."""
    summary = outbox.summary(conn, account)
    drafts = sum(account_of(draft.interaction_id) == account for draft in journal.drafts(conn))
    return Held(summary.to_send, summary.wedged, drafts)


def begin(w: Write, account: str) -> None:
    """Give up what the agent left in an account, and how far it was read. Raises ``ValueError`` for the first account."""
    if not account:
        raise ValueError("the first account goes with its desk")
    w.conn.execute("DELETE FROM sync_state WHERE account = ?", (account,))
    outbox.drop_all(w, account)
    for table, kind in _OF_CONTACTS:
        for (id_,) in w.conn.execute(f"SELECT interaction_id FROM {table}").fetchall():  # noqa: S608 - names of ours
            if account_of(id_) == account:
                w.conn.execute(f"DELETE FROM {table} WHERE interaction_id = ?", (id_,))  # noqa: S608 - names of ours
                w.touch(kind, id_, id_)
    links.drop_account(w, account)
    corrections.drop_account(w, account)
    must_clear_words(w)


def step(w: Write, account: str) -> bool:
    """Remove some rows of an account; returns whether there may be more."""
    if files.drop_some_of(w, account, FILES_A_STEP):
        return True
    for table in schema.OWNED_TABLES:
        if schema.drop_rows(w.conn, table, account, limit=ROWS_A_STEP):
            w.bulk()
            return True
    return False
