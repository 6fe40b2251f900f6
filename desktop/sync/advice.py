"""What to do next, worked out here: by the playbooks, articles and canned texts that came with the feed, else by the shipped
playbooks. Called by ``enrich`` on the writing thread; what was read once is kept until one of them changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from desktop.domain.changes import Table
from desktop.domain.customer import Customer
from desktop.domain.interaction import Interaction
from desktop.domain.journey import Touchpoint
from desktop.insight.journey import summary
from desktop.insight.knowledge import Library
from desktop.insight.playbook import Playbook, playbooks
from desktop.insight.recommend import NextAction, Situation, recommend
from desktop.store.centre import templates
from desktop.store.connection import Connection
from desktop.store.customers import customer_card, latest_touchpoints
from desktop.store.guidance import articles
from desktop.store.guidance import playbooks as known_playbooks
from desktop.wire.shapes import ChangesPage

_SOURCES = frozenset({Table.PLAYBOOK, Table.ARTICLE, Table.TEMPLATE})
# As many as the hub looks back for the same.
_TOUCHPOINTS: Final = 120


class Adviser:
    """Advises by what is in the cache. ``books`` replaces the playbooks."""

    def __init__(self, books: Sequence[Playbook] | None = None) -> None:
        self._given = books
        self._books: Sequence[Playbook] | None = None
        self._library = Library()
        self._is_coming = False

    def notice(self, page: ChangesPage) -> None:
        """Read anew what a page brings; called before it is written, so that advice follows with the next one."""
        brings = any(change.type in _SOURCES for change in page.changes)
        if brings or self._is_coming:
            self._books = None
        self._is_coming = brings

    def advise(
        self,
        conn: Connection,
        contact: Interaction,
        customer: Customer | None,
        text: str,
        arriving: Iterable[Touchpoint],
        now: datetime,
    ) -> list[NextAction]:
        """Return what to do next in a contact, best first. ``customer`` and ``arriving`` (touchpoints of theirs) are what is
        newer than the cache, ``text`` the customer's last words."""
        card = customer_card(conn, contact.customer_id) if contact.customer_id is not None else None
        known = latest_touchpoints(conn, contact.customer_id, _TOUCHPOINTS) if contact.customer_id is not None else []
        # The contact itself must not count as a repetition.
        points = {one.id: one for one in (*known, *arriving) if one.interaction_id != contact.id}
        situation = Situation(
            now=now,
            channel=contact.channel,
            intent=contact.intent,
            probability=contact.intent_probability or 1.0,
            language=contact.language,
            mood=contact.mood,
            customer=customer or (card.customer if card is not None else None),
            is_identified=contact.customer_id is not None,
            records=(*card.open_cases, *card.orders, *card.other_records) if card is not None else (),
            journey=summary(list(points.values()), now, contact.intent or ""),
            steps=contact.steps,
            ranked=contact.intent_ranked if contact.intent_probability > 0 and not contact.intent_confirmed else (),
            is_confirmed=contact.intent_confirmed,
            text=text,
            contact=contact.id,
        )
        return self.actions(conn, situation)

    def actions(self, conn: Connection, situation: Situation) -> list[NextAction]:
        """Return what to do next, best first."""
        if self._books is None:
            self._books = self._given if self._given is not None else known_playbooks(conn) or playbooks()
            self._library = Library(articles(conn), templates(conn))
        return recommend(situation, self._books, library=self._library)
