"""How much of what is in the local database, for the page that tells a person what their machine holds."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.store.connection import Connection

_COUNTED = ("message", "interaction", "customer", "draft", "outbox")


@dataclass(frozen=True, slots=True)
class Holdings:
    """Numbers of rows, and ``file_bytes`` for the attachments kept. ``unsent`` are the commands still to go out, drafts what
    was begun and not sent."""

    messages: int = 0
    contacts: int = 0
    customers: int = 0
    drafts: int = 0
    unsent: int = 0
    files: int = 0
    file_bytes: int = 0


def holdings(conn: Connection) -> Holdings:
    """Count what is stored; takes longer the more there is."""
    counts = (conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in _COUNTED)  # noqa: S608
    messages, contacts, customers, drafts, unsent = counts
    files, file_bytes = conn.execute("SELECT count(*), coalesce(sum(size), 0) FROM file").fetchone()
    return Holdings(messages, contacts, customers, drafts, unsent, files, file_bytes)
