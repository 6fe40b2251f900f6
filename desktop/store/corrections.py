"""What an agent said a contact is about, where the system it is of keeps no such thing. It exists nowhere else, so that it
lies in the journal: rows that come again without it get it again (``laid_over``, called by ``sync``), also after all of the
cache was read anew. It goes with its contact when that is forgotten, gets too old, or leaves with its account.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from desktop.domain.changes import Table
from desktop.domain.commands import SetIntent
from desktop.domain.ids import InteractionId, account_of
from desktop.domain.interaction import Interaction
from desktop.domain.journey import Touchpoint
from desktop.store.columns import UPSERTS, micros, row_of
from desktop.store.connection import Connection
from desktop.store.transaction import Write
from desktop.wire.records import decode


class Correction(Struct, frozen=True, kw_only=True):
    """The request type an agent set, and what else they said was asked for (``None``: they did not say)."""

    intent: str
    also: tuple[str, ...] | None = None


def keep(w: Write, command: SetIntent, at: datetime) -> Correction:
    """Note what an agent said at ``at``; what they said before holds where they do not say otherwise."""
    known = of_interactions(w.conn, [command.interaction_id]).get(command.interaction_id)
    also = known.also if command.also is None and known is not None else command.also
    w.conn.execute(
        "INSERT INTO correction (interaction_id, at, intent, also) VALUES (?, ?, ?, ?) ON CONFLICT (interaction_id) "
        "DO UPDATE SET at = excluded.at, intent = excluded.intent, also = excluded.also",
        (command.interaction_id, micros(at), command.intent, None if also is None else json.dumps(also)),
    )
    w.touch(Table.INTERACTION, command.interaction_id, command.interaction_id)
    return Correction(intent=command.intent, also=also)


def of_interactions(conn: Connection, ids: Iterable[InteractionId]) -> dict[InteractionId, Correction]:
    """Return what was said of some contacts, of those of which anything was."""
    rows = conn.execute(
        "SELECT interaction_id, intent, also FROM correction WHERE interaction_id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ids)),),
    )
    return {
        InteractionId(id_): Correction(intent=intent, also=None if also is None else tuple(json.loads(also)))
        for id_, intent, also in rows
    }


def laid_over(row: Interaction, correction: Correction | None) -> Interaction:
    """Return a contact as the agent understood it; what its system says a person set is believed."""
    if correction is None or row.intent_confirmed:
        return row
    also = row.intent_also if correction.also is None else correction.also
    return replace(
        row,
        intent=correction.intent,
        intent_probability=1.0,
        intent_confirmed=True,
        intent_also=tuple(one for one in also if one != correction.intent),
    )


def row_of_contact(conn: Connection, interaction_id: InteractionId) -> Interaction | None:
    """Return a contact as it is in the cache, without what is on its way."""
    row = conn.execute("SELECT body FROM interaction WHERE id = ?", (interaction_id,)).fetchone()
    return None if row is None else decode(Table.INTERACTION, row[0])


def rewrite(w: Write, *records: Interaction | Touchpoint) -> None:
    """Write rows that are here anew in their places, as of the same change of the feed; of what is not here, nothing."""
    for record in records:
        table = Table.INTERACTION if isinstance(record, Interaction) else Table.TOUCHPOINT
        contact = record.id if isinstance(record, Interaction) else record.interaction_id
        row = w.conn.execute(f"SELECT seq FROM {table} WHERE id = ?", (record.id,)).fetchone()  # noqa: S608 - an enum's
        if row is not None:
            w.conn.execute(UPSERTS[table], row_of(table, row[0], record))
            w.touch(table, record.id, contact, record.customer_id)


def drop_account(w: Write, account: str) -> None:
    """Forget what was said of the contacts of an account that is being removed."""
    gone = [id_ for (id_,) in w.conn.execute("SELECT interaction_id FROM correction") if account_of(id_) == account]
    drop(w, gone)


def drop(w: Write, ids: Iterable[str]) -> int:
    """Forget what was said of some contacts, and return of how many that was."""
    return int(
        w.conn.execute(
            "DELETE FROM correction WHERE interaction_id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),)
        ).rowcount
    )
