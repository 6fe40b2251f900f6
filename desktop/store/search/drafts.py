"""Drafts among the hits: they are few and change with each key, so they are looked through rather than indexed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Final

from desktop.store.connection import Connection
from desktop.store.journal import drafts
from desktop.store.rows import Draft, HitKind, SearchHit
from desktop.store.search.hits import contacts_of
from desktop.store.search.matching import Matcher, holds_all
from desktop.store.search.query import Condition, Query
from desktop.store.search.snippets import snippet

_MOST: Final = 300
_IS_DRAFT: Final = Condition("is", "draft")


def draft_hits(conn: Connection, query: Query, kinds: Collection[HitKind] | None, matcher: Matcher) -> list[SearchHit]:
    """Return the drafts that ``query`` finds, newest first. Filters other than dates are about what was sent."""
    if (kinds is not None and HitKind.DRAFT not in kinds) or any(each != _IS_DRAFT for each in query.conditions):
        return []
    found = [draft for draft in drafts(conn)[:_MOST] if _is_found(draft, query)]
    contacts = contacts_of(conn, {draft.interaction_id for draft in found}) if found else {}
    hits = []
    for draft in found:
        contact = contacts.get(draft.interaction_id)
        hits.append(
            SearchHit(
                HitKind.DRAFT,
                f"{draft.interaction_id}/{draft.kind}",
                _at(draft),
                contact.customer_name or contact.from_address or contact.subject if contact else "",
                snippet(_texts(draft), matcher),
                draft.interaction_id,
                contact.customer_id if contact else None,
                contact.channel if contact else None,
                is_open=contact is not None and contact.state.is_open,
            )
        )
    return hits


def _is_found(draft: Draft, query: Query) -> bool:
    at = _at(draft)
    if (query.after and at < query.after) or (query.before and at >= query.before):
        return False
    return holds_all(_texts(draft), query.terms, query.excluded)


def _texts(draft: Draft) -> tuple[str, ...]:
    return (draft.text, *draft.fields.values())


def _at(draft: Draft) -> datetime:
    return draft.updated_at or datetime.now(UTC)
