"""The search place: what is found everywhere as one types, the newest question winning. Rows are kept in memory; more come in
windows as the view scrolls. Searches that led somewhere are remembered in the journal.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from enum import IntEnum, StrEnum
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from desktop.domain.changes import ChangeSet, Table
from desktop.store import journal, projections
from desktop.store.connection import Connection
from desktop.store.database import Write
from desktop.store.rows import HitKind, SearchHit, SearchOrder, SearchPage, Span
from desktop.store.search.query import parse
from desktop.viewmodels.workplace import Ticket, Workplace

__all__ = ["HitKind", "Part", "RecentSearches", "Role", "SearchHit", "SearchModel", "SearchOrder", "Span", "State"]

log = logging.getLogger(__name__)

WINDOW = 50
_REFRESH_MS = 1000
_SLOW_MS = 150
Index = QModelIndex | QPersistentModelIndex


class Part(StrEnum):
    """What is looked through: everything, or one kind of thing."""

    ALL = "all"
    CUSTOMERS = "customers"
    CONTACTS = "contacts"
    MESSAGES = "messages"
    NOTES = "notes"
    FILES = "files"


KINDS: Final[dict[Part, frozenset[HitKind] | None]] = {
    Part.ALL: None,
    Part.CUSTOMERS: frozenset({HitKind.CUSTOMER}),
    Part.CONTACTS: frozenset({HitKind.INTERACTION}),
    Part.MESSAGES: frozenset({HitKind.MESSAGE, HitKind.DRAFT}),
    Part.NOTES: frozenset({HitKind.NOTE}),
    Part.FILES: frozenset({HitKind.FILE}),
}


class State(StrEnum):
    """``IDLE``: nothing asked yet; ``ASKING``: the first answer to this question is awaited."""

    IDLE = "idle"
    ASKING = "asking"
    FOUND = "found"
    NOTHING = "nothing"
    FAILED = "failed"


class Role(IntEnum):
    HIT = Qt.ItemDataRole.UserRole + 1


def key_of(hit: SearchHit) -> str:
    """Return what a hit is recognised by from one answer to the next."""
    return f"{hit.kind}:{hit.id}"


class SearchModel(QAbstractListModel):
    """``loaded`` after each answer, ``slow`` when one has not come within 150 ms. ``is_new_question`` says that the rows
    answer something else than those before: a view then begins at the top."""

    loaded = Signal()
    slow = Signal()

    def __init__(
        self, workplace: Workplace, describe: Callable[[SearchHit], str], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._describe = describe
        self._ticket: Ticket | None = None
        self._asked = 0
        self._limit = WINDOW
        self._is_shown = False
        self._is_stale = False
        self._is_held = False
        self._held: SearchPage | None = None
        self.is_new_question = True
        self.text = ""
        self.part = Part.ALL
        self.order = SearchOrder.NEWEST
        self.page = SearchPage()
        self.state = State.IDLE
        self._later = _single_shot(self, _REFRESH_MS, self._look)
        self._slow = _single_shot(self, _SLOW_MS, self.slow.emit)
        workplace.changed.connect(self._on_changed)

    # --- what the panel asks for ------------------------------------------------------------------------------------

    def look_for(self, text: str) -> None:
        """Find everything that ``text`` asks for; nothing typed shows nothing."""
        if text.strip() != self.text:
            self.text = text.strip()
            self._start_over()

    def choose_part(self, part: Part) -> None:
        """Look through one kind of thing only, or through all."""
        if part is not self.part:
            self.part = part
            self._start_over()

    def choose_order(self, order: SearchOrder) -> None:
        """Show the newest first, or the best match."""
        if order is not self.order:
            self.order = order
            self._start_over()

    def ask_again(self) -> None:
        """Ask the same once more, after a failure."""
        self._start_over()

    def hold(self, is_held: bool) -> None:
        """While held, rows stay where they are: nothing moves under the pointer."""
        self._is_held = is_held
        if not is_held and self._held is not None:
            page, self._held = self._held, None
            self._take(page)

    def set_shown(self, is_shown: bool) -> None:
        """Follow what changes in the store only while somebody looks."""
        self._is_shown = is_shown
        if is_shown and self._is_stale:
            self._look()
        elif not is_shown:
            self._later.stop()
            self._slow.stop()

    def hit(self, row: int) -> SearchHit | None:
        return self.page.hits[row] if 0 <= row < len(self.page.hits) else None

    def find(self, key: str) -> int:
        """Return the row of the hit with ``key``, -1 where it was not found this time."""
        return next((row for row, hit in enumerate(self.page.hits) if key_of(hit) == key), -1)

    # --- Qt ---------------------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.page.hits)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        hit = self.hit(index.row())
        if hit is None:
            return None
        if role == Role.HIT:
            return hit
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.DisplayRole):
            return self._describe(hit)
        return None

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and self.page.more and self._ticket is None and self.state is State.FOUND

    def fetchMore(self, parent: Index) -> None:
        self._limit += WINDOW
        self._look()

    # --- reading ----------------------------------------------------------------------------------------------------

    def _start_over(self) -> None:
        self._limit = WINDOW
        self._held = None
        self.is_new_question = True
        self._look()

    def _on_changed(self, changes: ChangeSet) -> None:
        if not self.text or not changes.touches(Table.MESSAGE, Table.INTERACTION, Table.CUSTOMER, Table.DRAFT):
            return
        if not self._is_shown:
            self._is_stale = True
        elif not self._later.isActive():
            self._later.start()

    def _look(self) -> None:
        if self._ticket is not None:
            self._ticket.cancel()
            self._ticket = None
        self._later.stop()
        self._slow.stop()
        self._is_stale = False
        self._asked += 1
        if not self.text:
            self.state = State.IDLE
            self._show(SearchPage())
            return
        if not self._is_shown:
            self._is_stale = True
            return
        asked, text, order, kinds, limit = self._asked, self.text, self.order, KINDS[self.part], self._limit
        now, me = self._workplace.now().astimezone(), self._workplace.me

        def _read(conn: Connection) -> SearchPage:
            if asked != self._asked:
                # Overtaken while it waited for its turn; nobody waits for this answer any more.
                return SearchPage()
            return projections.search(conn, text, order=order, kinds=kinds, limit=limit, now=now, me=me)

        if self.state in (State.IDLE, State.FAILED):
            self.state = State.ASKING
        if self.is_new_question:
            self._slow.start()
        self._ticket = self._workplace.ask(_read, self._on_page, self._on_failed)

    def _on_page(self, page: SearchPage) -> None:
        self._ticket = None
        self._slow.stop()
        if self._is_held and not self.is_new_question and not self._goes_on(page):
            self._held = page
        else:
            self._held = None
            self._take(page)
        if page.progress < 1 and self._is_shown:
            # The index is still growing: what it learns meanwhile belongs here too.
            self._later.start()

    def _take(self, page: SearchPage) -> None:
        if page.hits:
            self.state = State.FOUND
        else:
            # A filter that still waits for its value asks for nothing yet.
            is_begun = not page.ignored and parse(self.text, self._workplace.now()).is_empty
            self.state = State.IDLE if is_begun else State.NOTHING
        self._show(page)

    def _on_failed(self, error: BaseException) -> None:
        self._ticket = None
        self._slow.stop()
        log.warning("searching failed: %s", type(error).__name__)
        self.state = State.FAILED
        self._show(SearchPage())

    def _goes_on(self, page: SearchPage) -> bool:
        """Whether ``page`` begins with what is shown."""
        here = self.page.hits
        return [key_of(hit) for hit in page.hits[: len(here)]] == [key_of(hit) for hit in here]

    def _show(self, page: SearchPage) -> None:
        if page.hits and not self.is_new_question and self._goes_on(page):
            before = len(self.page.hits)
            changed = [row for row in range(before) if page.hits[row] != self.page.hits[row]]
            if len(page.hits) > before:
                self.beginInsertRows(QModelIndex(), before, len(page.hits) - 1)
                self.page = page
                self.endInsertRows()
            self.page = page
            for row in changed:
                self.dataChanged.emit(self.index(row), self.index(row))
        else:
            self.beginResetModel()
            self.page = page
            self.endResetModel()
        self.is_new_question = False
        self.loaded.emit()


def _single_shot(parent: QObject, interval_ms: int, act: Callable[[], object]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(interval_ms)
    timer.timeout.connect(act)
    return timer


class RecentSearches(QObject):
    """The last ten searches that led to something, newest first; encrypted with everything else the agent left here."""

    NAME: Final = "search.recent"
    MOST: Final = 10

    changed = Signal()

    def __init__(self, workplace: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self.texts: tuple[str, ...] = ()
        workplace.changed.connect(self._on_changed)
        self._look()

    def keep(self, text: str) -> None:
        """Remember a search, once, as the newest."""
        wanted = " ".join(text.split())
        if not wanted:
            return

        def _keep(w: Write) -> None:
            others = [one for one in _texts(w.conn) if one.casefold() != wanted.casefold()]
            journal.set_setting(w, self.NAME, [wanted, *others][: self.MOST])

        self._workplace.write(_keep, initiator=self)

    def clear(self) -> None:
        """Forget them all."""
        self._workplace.write(lambda w: journal.set_setting(w, self.NAME, None), initiator=self)

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.is_bulk or self.NAME in changes.rows.get(Table.SETTING, frozenset()):
            self._look()

    def _look(self) -> None:
        self._workplace.ask(_texts, self._on_texts)

    def _on_texts(self, texts: tuple[str, ...]) -> None:
        if texts != self.texts:
            self.texts = texts
            self.changed.emit()


def _texts(conn: Connection) -> tuple[str, ...]:
    kept = projections.setting(conn, RecentSearches.NAME, [])
    return tuple(text for text in kept if isinstance(text, str)) if isinstance(kept, list) else ()
