"""What the centre knows, found as one types: articles are few, so they are kept here and looked through in memory, offline
like everything else. With nothing typed those for what the open contact is about come first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop.domain.changes import ChangeSet, Table
from desktop.domain.ids import InteractionId
from desktop.domain.interaction import Interaction
from desktop.domain.knowledge import Article
from desktop.store import projections
from desktop.store.connection import Connection
from desktop.store.folding import fold, found
from desktop.viewmodels.workplace import Ticket, Workplace, in_language

__all__ = ["Article", "ArticlesModel"]

Index = QModelIndex | QPersistentModelIndex
MOST = 50
_LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class _Entry:
    """An article with what it is found by: its names and keywords, and all of it."""

    article: Article
    names: str
    all: str


class ArticlesModel(QAbstractListModel):
    """``search`` narrows the list; ``loaded`` after each change of it. Nothing is read before ``begin``."""

    ARTICLE = int(Qt.ItemDataRole.UserRole) + 1

    loaded = Signal()

    def __init__(self, workplace: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._ticket: Ticket | None = None
        self._around: Ticket | None = None
        self._entries: tuple[_Entry, ...] = ()
        self._rows: tuple[Article, ...] = ()
        self._row: Interaction | None = None
        self._has_begun = False
        self._wanted = ""
        self.text = ""
        self.is_loaded = False
        workplace.changed.connect(self._on_changed)
        workplace.current_changed.connect(self._on_current_changed)

    def begin(self) -> None:
        """Read what there is, once somebody looks."""
        if not self._has_begun:
            self._has_begun = True
            self._look()
            self._look_around(self._workplace.current)

    # --- the list ---------------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self._rows):
            return None
        article = self._rows[index.row()]
        if role == self.ARTICLE:
            return article
        if role == Qt.ItemDataRole.DisplayRole:
            return self.title(article)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (self.title(article), self.beginning(article)) if part)
        return None

    @property
    def is_empty(self) -> bool:
        """Whether the centre has no articles at all."""
        return self.is_loaded and not self._entries

    def search(self, text: str) -> None:
        """Keep the articles with all words of ``text``, those that have them in title or keywords first."""
        self.text = text.strip()
        self._narrow()

    # --- one article ------------------------------------------------------------------------------------------------

    def find(self, article_id: str) -> Article | None:
        """Return an article by its id."""
        return next((entry.article for entry in self._entries if entry.article.id == article_id), None)

    def title(self, article: Article) -> str:
        """Return its title in the window's language."""
        return in_language(article.titles, self._workplace.language) or article.id.replace("-", " ").capitalize()

    def text_of(self, article: Article) -> str:
        """Return its text in the window's language."""
        return in_language(article.texts, self._workplace.language).strip()

    def beginning(self, article: Article) -> str:
        """Return the first words of its text on one line."""
        return " ".join(self.text_of(article)[:240].split())

    def answer(self, article: Article) -> str:
        """Return the reply made from it in the customer's language; nothing where there is none."""
        language = (self._row.language if self._row else "") or self._workplace.language
        text = in_language(article.answers, language)
        name = self._row.customer_name if self._row else ""
        for blank in (" {customer}", "{customer}"):
            text = text.replace(blank, f" {name}" if name and blank[0] == " " else name)
        return text.strip()

    # --- following --------------------------------------------------------------------------------------------------

    def _narrow(self) -> None:
        intents = {self._row.intent, *self._row.intent_also} if self._row else set()
        fitting = [entry for entry in self._entries if found(entry.all, self.text)]
        # Sorting keeps what is equal in its order, by title.
        fitting.sort(
            key=lambda entry: (
                not (self.text and found(entry.names, self.text)),
                intents.isdisjoint(entry.article.intents),
            )
        )
        rows = tuple(entry.article for entry in fitting[:MOST])
        if rows != self._rows:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
        self.loaded.emit()

    def _on_changed(self, changes: ChangeSet) -> None:
        if self._has_begun and changes.touches(Table.ARTICLE):
            self._look()
        current = self._workplace.current
        if self._has_begun and (changes.is_bulk or current in changes.interactions):
            self._look_around(current)

    def _on_current_changed(self, current: InteractionId | None) -> None:
        if self._has_begun:
            self._look_around(current)

    def _look(self) -> None:
        if self._ticket is not None:
            self._ticket.cancel()

        def _read(conn: Connection) -> list[_Entry]:
            return [_entry(article) for article in projections.articles(conn)]

        self._ticket = self._workplace.ask(_read, self._on_articles)

    def _on_articles(self, entries: list[_Entry]) -> None:
        self._entries = tuple(sorted(entries, key=lambda entry: fold(self.title(entry.article))))
        self.is_loaded = True
        self._narrow()

    def _look_around(self, current: InteractionId | None) -> None:
        if self._around is not None:
            self._around.cancel()
            self._around = None
        if current is None:
            self._on_row(None)
            return
        wanted, me = current, self._workplace.me
        self._around = self._workplace.ask(
            lambda conn: getattr(projections.interaction_row(conn, wanted, me), "interaction", None), self._on_row
        )

    def _on_row(self, row: Interaction | None) -> None:
        before, self._row = self._row, row
        facts = [(one.intent, one.intent_also, one.language) if one else None for one in (before, row)]
        if facts[0] != facts[1]:
            self._narrow()


def _entry(article: Article) -> _Entry:
    names = fold(" ".join((*article.titles.values(), *article.keywords))[:_LONGEST])
    texts = " ".join((*article.texts.values(), *article.answers.values()))[:_LONGEST]
    return _Entry(article, names, f"{names} {fold(texts)}")
