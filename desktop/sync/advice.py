"""What to do next, worked out here: by the playbooks, articles and canned texts that came with the feed, else by the shipped
playbooks. Called by ``enrich`` on the writing thread; what was read once is kept until one of them changes.
"""

from __future__ import annotations

from collections.abc import Sequence

from desktop.domain.changes import Table
from desktop.insight.knowledge import Library
from desktop.insight.playbook import Playbook, playbooks
from desktop.insight.recommend import NextAction, Situation, recommend
from desktop.store.centre import templates
from desktop.store.connection import Connection
from desktop.store.guidance import articles
from desktop.store.guidance import playbooks as known_playbooks
from desktop.wire.shapes import ChangesPage

_SOURCES = frozenset({Table.PLAYBOOK, Table.ARTICLE, Table.TEMPLATE})


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

    def actions(self, conn: Connection, situation: Situation) -> list[NextAction]:
        """Return what to do next, best first."""
        if self._books is None:
            self._books = self._given if self._given is not None else known_playbooks(conn) or playbooks()
            self._library = Library(articles(conn), templates(conn))
        return recommend(situation, self._books, library=self._library)
