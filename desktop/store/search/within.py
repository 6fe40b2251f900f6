"""Finding within one contact: which of its messages have what was asked for. Handed out through ``projections``."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from desktop.domain.ids import AgentId, InteractionId, MessageId
from desktop.store.connection import Connection
from desktop.store.search.expression import expression_of
from desktop.store.search.hits import Place
from desktop.store.search.query import parse
from desktop.store.search.searching import with_phrases

# Rows of the index are in order of time, so that those of one contact lie in a stretch that is short beside the whole.
STRETCH_SQL: Final = (
    "SELECT min(search_doc.row), max(search_doc.row) FROM message "
    "CROSS JOIN search_doc ON search_doc.kind IN (3, 4) AND search_doc.source = message.row "
    "WHERE message.interaction_id = ?"
)
WITHIN_SQL: Final = (
    "SELECT search_doc.row, search_doc.kind, search_doc.source, message.id "
    "FROM search_text CROSS JOIN search_doc ON search_doc.row = search_text.rowid "
    "CROSS JOIN message ON message.row = search_doc.source "
    "WHERE search_text MATCH ? AND search_text.rowid BETWEEN ? AND ? AND search_doc.kind IN (3, 4) "
    "AND message.interaction_id = ? ORDER BY search_text.rowid DESC LIMIT ?"
)


def search_within(
    conn: Connection,
    interaction_id: InteractionId,
    text: str,
    *,
    limit: int = 500,
    now: datetime | None = None,
    me: AgentId | None = None,
) -> list[MessageId]:
    """Return the newest ``limit`` messages of a contact that ``text`` finds, by their words, notes or files, newest first.

    What can be typed is what ``search`` takes; nothing typed finds nothing.
    """
    query = parse(text, now or datetime.now().astimezone())
    asked = expression_of(conn, query, None, me)
    if query.is_empty or asked.is_nothing or not asked.match:
        return []
    first, last = conn.execute(STRETCH_SQL, (interaction_id,)).fetchone()
    if first is None:
        return []
    stretch = max(first, asked.first), min(last, asked.last)
    # A message stands in the index once for its words and once for its files.
    rows = conn.execute(WITHIN_SQL, (asked.match, *stretch, interaction_id, 2 * limit)).fetchall()
    found = {Place(*row[:3]): MessageId(row[3]) for row in rows}
    if query.has_phrase:
        return list(dict.fromkeys(found[place] for place in with_phrases(conn, query, list(found))))[:limit]
    return list(dict.fromkeys(found.values()))[:limit]
