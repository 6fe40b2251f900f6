"""Asking the index: what was typed in, a page of hits out, newest first or best match first.

Handed out through ``projections``. Reads only, and of what is found only what one page needs.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from desktop.domain.ids import AgentId
from desktop.store.connection import Connection
from desktop.store.rows import HitKind, SearchOrder, SearchPage
from desktop.store.search import indexing
from desktop.store.search.drafts import draft_hits
from desktop.store.search.expression import Expression, expression_of
from desktop.store.search.hits import Place, Records, hits_of, texts_of
from desktop.store.search.matching import Matcher, holds_all
from desktop.store.search.query import Query, parse
from desktop.store.search.ranking import RANKED, RANKED_PHRASES, ranked

# Texts read for a phrase before the search for more of it is given up: all of its words occur in each of them.
_READ: Final = 20_000
_CHUNK: Final = 100

MATCHING_SQL: Final = (
    "SELECT search_text.rowid, search_doc.kind, search_doc.source FROM search_text "
    "CROSS JOIN search_doc ON search_doc.row = search_text.rowid "
    "WHERE search_text MATCH ? AND search_text.rowid BETWEEN ? AND ? ORDER BY search_text.rowid DESC LIMIT ?"
)
ALL_SQL: Final = "SELECT row, kind, source FROM search_doc WHERE row BETWEEN ? AND ? ORDER BY row DESC LIMIT ?"


def search(
    conn: Connection,
    text: str,
    *,
    order: SearchOrder = SearchOrder.NEWEST,
    kinds: frozenset[HitKind] | None = None,
    limit: int = 50,
    now: datetime | None = None,
    me: AgentId | None = None,
) -> SearchPage:
    """Return what ``text`` finds (``filters.FILTERS`` says what can be typed), of ``kinds`` only, at most ``limit``.

    All words must occur; the one being typed may go on. The best match is one of the newest few hundred found. ``me``
    is who ``is:mine`` and ``from:me`` mean; dates are counted from ``now`` in its zone (default: this moment, here). No text
    is an error.
    """
    query = parse(text, now or datetime.now().astimezone())
    progress = indexing.progress(conn)
    if query.is_empty:
        return SearchPage(progress=progress, ignored=query.ignored)
    asked = expression_of(conn, query, kinds, me)
    matcher = Matcher(query.terms)
    is_best = order is SearchOrder.BEST
    records = Records(conn)
    # A phrase is exact as it is: there is less to choose from, and each is read to be sure.
    most = (RANKED_PHRASES if query.has_phrase else RANKED) if is_best else 0
    found = _found(conn, query, asked, max(limit + 1, most))
    # What is further down stays as it is, so that nothing moves while one pages on.
    found = [*ranked(records, query.terms, matcher, found[:most]), *found[most:]]
    hits = [*draft_hits(conn, query, kinds, matcher), *hits_of(records, found[:limit], matcher)]
    if not is_best:
        # Rows of the index are in order to the eighth of a second.
        hits.sort(key=lambda hit: hit.at, reverse=True)
    more = len(found) > limit or len(hits) > limit
    return SearchPage(tuple(hits[:limit]), more, progress, (*query.ignored, *asked.ignored))


def _found(conn: Connection, query: Query, asked: Expression, most: int) -> list[Place]:
    """Return the newest ``most`` places that match."""
    if asked.is_nothing:
        return []
    if not query.has_phrase:
        return list(_matching(conn, asked, most))
    found: list[Place] = []
    chunk: list[Place] = []
    for place in _matching(conn, asked, _READ):
        chunk.append(place)
        if len(chunk) == _CHUNK:
            found += with_phrases(conn, query, chunk)
            chunk = []
            if len(found) >= most:
                break
    return [*found, *with_phrases(conn, query, chunk)][:most]


def _matching(conn: Connection, asked: Expression, most: int) -> Iterator[Place]:
    if asked.match:
        rows = conn.execute(MATCHING_SQL, (asked.match, asked.first, asked.last, most))
    else:
        rows = conn.execute(ALL_SQL, (asked.first, asked.last, most))
    return (Place(*row) for row in rows)


def with_phrases(conn: Connection, query: Query, places: list[Place]) -> list[Place]:
    """Keep those in whose text the phrases stand: the index knows only that all of their words do."""
    phrases = [term for term in query.terms if term.is_phrase]
    excluded = [term for term in query.excluded if term.is_phrase]
    texts = texts_of(Records(conn), places)
    return [place for place in places if holds_all(texts.get(place.row, ()), phrases, excluded)]
