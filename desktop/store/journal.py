"""What the agent left here and nowhere else: drafts, settings, and how far a contact was read. Never emptied by a sync."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from desktop.domain.changes import Table
from desktop.domain.ids import InteractionId
from desktop.store.columns import instant, micros
from desktop.store.connection import Connection
from desktop.store.database import Write
from desktop.store.rows import Draft


def save_draft(w: Write, draft: Draft) -> None:
    """Keep what is being typed; one without text and fields is dropped instead. Dated now unless it says otherwise."""
    if not draft.text and not any(draft.fields.values()):
        drop_draft(w, draft.interaction_id, draft.kind)
        return
    at = draft.updated_at or datetime.now(UTC)
    w.conn.execute(
        "INSERT INTO draft (interaction_id, kind, text, fields, updated_at) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (interaction_id, kind) DO UPDATE SET text = excluded.text, fields = excluded.fields, "
        "updated_at = excluded.updated_at",
        (draft.interaction_id, draft.kind, draft.text, msgspec.json.encode(draft.fields).decode(), micros(at)),
    )
    w.touch(Table.DRAFT, draft.interaction_id, draft.interaction_id)


def load_draft(conn: Connection, interaction_id: InteractionId, kind: str) -> Draft | None:
    """Return what was being typed, or ``None``."""
    found = [draft for draft in drafts(conn, interaction_id) if draft.kind == kind]
    return found[0] if found else None


def drafts(conn: Connection, interaction_id: InteractionId | None = None) -> list[Draft]:
    """Return the drafts of one interaction, or of all (the latest first)."""
    rows = conn.execute(
        "SELECT interaction_id, kind, text, fields, updated_at FROM draft "
        "WHERE (?1 IS NULL OR interaction_id = ?1) ORDER BY updated_at DESC, kind",
        (interaction_id,),
    )
    return [
        Draft(row[0], row[1], row[2], msgspec.json.decode(row[3], type=dict[str, str]), instant(row[4])) for row in rows
    ]


def drop_draft(w: Write, interaction_id: InteractionId, kind: str) -> None:
    """Forget what was being typed: it was sent, or thrown away."""
    cursor = w.conn.execute("DELETE FROM draft WHERE interaction_id = ? AND kind = ?", (interaction_id, kind))
    if cursor.rowcount:
        w.touch(Table.DRAFT, interaction_id, interaction_id)


def setting(conn: Connection, name: str, default: Any = None) -> Any:
    """Return the JSON value kept under ``name``, or ``default``."""
    row = conn.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
    return default if row is None else msgspec.json.decode(row[0])


def settings(conn: Connection) -> dict[str, Any]:
    """Return all settings by name."""
    return {name: msgspec.json.decode(value) for name, value in conn.execute("SELECT name, value FROM setting")}


def set_setting(w: Write, name: str, value: Any) -> None:
    """Keep ``value`` (anything JSON can hold) under ``name``; ``None`` drops it. Raises ``TypeError`` for other things."""
    if value is None:
        changed = w.conn.execute("DELETE FROM setting WHERE name = ?", (name,)).rowcount
    else:
        changed = w.conn.execute(
            "INSERT INTO setting (name, value) VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE value <> excluded.value",
            (name, msgspec.json.encode(value).decode()),
        ).rowcount
    if changed:
        w.touch(Table.SETTING, name)


def mark_read(w: Write, interaction_id: InteractionId, at: datetime | None = None) -> None:
    """The agent has seen everything up to ``at`` (default: the newest message here); a mark never moves back."""
    if at is None:
        (newest,) = w.conn.execute(
            "SELECT max(sent_at) FROM message WHERE interaction_id = ?", (interaction_id,)
        ).fetchone()
        if newest is None:
            return
    else:
        newest = micros(at)
    changed = w.conn.execute(
        "INSERT INTO read_mark (interaction_id, at) VALUES (?, ?) "
        "ON CONFLICT (interaction_id) DO UPDATE SET at = excluded.at WHERE at < excluded.at",
        (interaction_id, newest),
    ).rowcount
    if changed:
        w.touch(Table.INTERACTION, interaction_id)
