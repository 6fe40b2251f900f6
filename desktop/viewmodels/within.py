"""Finding within the open contact: which of its messages have the words, and stepping from one to the next; and where in a
text the words of a search stand.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from PySide6.QtCore import QObject, Signal

from desktop.domain.ids import MessageId
from desktop.store import projections
from desktop.store.connection import Connection
from desktop.store.search.matching import Matcher
from desktop.store.search.query import parse
from desktop.viewmodels.stream import StreamModel
from desktop.viewmodels.workplace import Ticket, Workplace

_MOST: Final = 500


class WithinModel(QObject):
    """``changed`` after each answer and step. ``position`` counts from 1, the newest; 0 while nothing is found."""

    changed = Signal()

    def __init__(self, workplace: Workplace, stream: StreamModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._stream = stream
        self._ticket: Ticket | None = None
        self._asked = 0
        self._found: list[MessageId] = []
        self.text = ""
        self.position = 0
        self.has_more = False
        self.is_answered = False

    @property
    def count(self) -> int:
        """How many messages have the words; there are more where ``has_more``."""
        return len(self._found)

    def look_for(self, text: str) -> None:
        """Find the words in the open contact and show the newest message that has them."""
        self.text = text.strip()
        self._asked += 1
        if self._ticket is not None:
            self._ticket.cancel()
            self._ticket = None
        id_ = self._workplace.current
        if not self.text or id_ is None:
            self._take([], is_answered=False)
            return
        asked, wanted = self._asked, self.text
        now, me = self._workplace.now().astimezone(), self._workplace.me

        def _read(conn: Connection) -> list[MessageId]:
            if asked != self._asked:
                # Overtaken while it waited for its turn; nobody waits for this answer any more.
                return []
            return projections.search_within(conn, id_, wanted, limit=_MOST + 1, now=now, me=me)

        self._ticket = self._workplace.ask(_read, self._take)

    def step(self, rows: int) -> None:
        """Go on to an older message (1) or back to a newer one (-1), round the ends."""
        if self._found:
            self.position = (self.position - 1 + rows) % len(self._found) + 1
            self._stream.show_message(self._found[self.position - 1])
            self.changed.emit()

    def _take(self, found: list[MessageId], *, is_answered: bool = True) -> None:
        self._ticket = None
        shown = self._found[self.position - 1] if self.position else None
        self._found = found[:_MOST]
        self.has_more = len(found) > _MOST
        self.is_answered = is_answered
        self.position = 0
        if self._found:
            # What is being looked at stays where it has the longer word too.
            self.position = self._found.index(shown) + 1 if shown in self._found else 1
            self._stream.show_message(self._found[self.position - 1])
        self.changed.emit()


def marked(text: str, typed: str) -> list[tuple[int, int]]:
    """Return where in ``text`` the words stand that a search for ``typed`` finds, as (start, length) counted in UTF-16."""
    found = [(mark.begin, mark.end) for mark in Matcher(parse(typed, datetime.now(UTC)).terms).marks(text)]
    if not text.isascii():
        found = [(_units(text[:begin]), _units(text[:end])) for begin, end in found]
    return [(begin, end - begin) for begin, end in found]


def _units(text: str) -> int:
    return len(text) + sum(ch > "\uffff" for ch in text)
