"""The playbooks and articles of a centre: those shipped, and those in its own folder (``playbooks/`` and ``knowledge/`` in
the hub's data), as records of the feed. ``Shelf`` looks now and then whether either changed, so that an edit works without
a restart, in every hub process.

What is newer wins: an edition or date below the record's is passed over, a centre's own text of the same one replaces
what is shipped. A file with a mistake is reported with its line, and what it said before stays.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import func, select

from desktop.domain.changes import Table
from desktop.domain.knowledge import Article
from desktop.domain.playbook import Playbook
from desktop.hub.db import tables
from desktop.hub.db.database import Database
from desktop.hub.db.ledger import Ledger, Written
from desktop.hub.desk import advice
from desktop.hub.desk.guidance import Guidance
from desktop.insight.articles import ArticleError, articles, parse_articles
from desktop.insight.knowledge import Library
from desktop.insight.playbook import PlaybookError, playbooks, read_playbook
from desktop.insight.yaml_source import Source, SourceError

log = logging.getLogger(__name__)

PLAYBOOKS: Final = "playbooks"
KNOWLEDGE: Final = "knowledge"
LOOK_S: Final = 5.0
_LEARNED_EVERY: Final = 12
_TABLES: Final = frozenset({Table.PLAYBOOK, Table.ARTICLE, Table.TEMPLATE})
_row = tables.record.c


class Found(Struct, frozen=True, kw_only=True):
    """What is in a folder. ``mistakes`` name file and line; what is in such a file is not among the rest."""

    playbooks: tuple[Playbook, ...] = ()
    articles: tuple[Article, ...] = ()
    mistakes: tuple[str, ...] = ()


class Taken(Struct, frozen=True, kw_only=True):
    """What became of playbooks and articles put in: ``fresh`` are new or changed, ``older`` were passed over."""

    fresh: tuple[str, ...] = ()
    older: tuple[str, ...] = ()


def read_folder(folder: Path) -> Found:
    """Read a folder that has ``playbooks`` and ``knowledge`` in it, or playbooks only. What is not there is not missed."""
    books = folder / PLAYBOOKS if (folder / PLAYBOOKS).is_dir() or (folder / KNOWLEDGE).is_dir() else folder
    mistakes: list[str] = []
    found_books: dict[str, Playbook] = {}
    found_articles: dict[str, Article] = {}
    for path in _files(books):
        try:
            playbook = read_playbook(path)
        except (SourceError, OSError) as error:
            mistakes.append(_told(path, error))
            continue
        if playbook.id in found_books:
            mistakes.append(f"{path.name}: the id `{playbook.id}` is used twice")
        else:
            found_books[playbook.id] = playbook
    for path in _files(folder / KNOWLEDGE):
        try:
            several = parse_articles(Source.of(path, ArticleError))
        except (SourceError, OSError) as error:
            mistakes.append(_told(path, error))
            continue
        for article in several:
            if article.id in found_articles:
                mistakes.append(f"{path.name}: the id `{article.id}` is used twice")
            else:
                found_articles[article.id] = article
    return Found(
        playbooks=tuple(found_books.values()), articles=tuple(found_articles.values()), mistakes=tuple(mistakes)
    )


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.glob("*.yaml") if not path.name.startswith("."))
    except OSError:
        return []


def _told(path: Path, error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{path.name}: {error.strerror or type(error).__name__}"
    return str(error)


async def ensure_library(ledger: Ledger) -> None:
    """Put in the shipped playbooks and articles that are newer than what is known. A broken one is logged: the desk works
    on with what it has."""
    try:
        await put_library(ledger, playbooks(), articles(), is_own=False)
    except (PlaybookError, ArticleError, OSError) as error:
        log.warning("the shipped playbooks or articles cannot be read: %s", type(error).__name__)


async def put_library(
    ledger: Ledger, books: Iterable[Playbook], texts: Iterable[Article], *, is_own: bool = True
) -> Taken:
    """Put in playbooks and articles. ``is_own``: a centre's own text of the same edition or date replaces what is there;
    else only a newer one does."""
    fresh: list[str] = []
    older: list[str] = []
    known_books = {one.id: one for one in await ledger.find(Table.PLAYBOOK)}
    for book in books:
        was = known_books.get(book.id)
        if was is None or was.edition < book.edition or (is_own and was.edition == book.edition):
            if was is None or replace(was, version=0) != book:
                await ledger.put(book)
                fresh.append(book.id)
        elif was.edition > book.edition:
            older.append(book.id)
    known_texts = {one.id: one for one in await ledger.find(Table.ARTICLE)}
    for text in texts:
        had = known_texts.get(text.id)
        age = _age(text) - _age(had) if had is not None else 1.0
        if age > 0 or (is_own and age == 0):
            if had is None or replace(had, version=0) != text:
                await ledger.put(text)
                fresh.append(text.id)
        elif age < 0:
            older.append(text.id)
    return Taken(fresh=tuple(fresh), older=tuple(older))


def _age(article: Article) -> float:
    return article.updated_at.timestamp() if article.updated_at is not None else 0.0


async def load_library(ledger: Ledger, guidance: Guidance) -> None:
    """Let ``guidance`` advise by the records as they are now. Where there are no playbooks yet, it keeps those it has."""
    books: list[Playbook] = await ledger.find(Table.PLAYBOOK)
    if books:
        guidance.books = tuple(sorted(books, key=lambda one: one.id))
    texts, canned = await ledger.find(Table.ARTICLE), await ledger.find(Table.TEMPLATE)
    guidance.library = await asyncio.to_thread(Library, texts, canned)


class Shelf:
    """Keeps ``guidance`` up to date with the records, and these with a centre's own folder."""

    def __init__(
        self, database: Database, guidance: Guidance, folder: Path | None = None, look_s: float = LOOK_S
    ) -> None:
        self.mistakes: tuple[str, ...] = ()
        self._database = database
        self._guidance = guidance
        self._folder = folder
        self._look_s = look_s
        self._seen: tuple[tuple[str, int, int], ...] | None = None
        self._head: int | None = None
        self._woken = asyncio.Event()
        self._over = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._unsubscribe: Callable[[], None] | None = None

    async def look(self) -> bool:
        """Take in what changed in the folder and among the records. Returns whether anything did."""
        await self._look_in_folder()
        async with self._database.read() as ledger:
            query = select(func.max(_row.seq)).where(_row.type.in_([str(table) for table in _TABLES]))
            head = (await ledger.connection.execute(query)).scalar() or 0
            if head == self._head:
                return False
            await load_library(ledger, self._guidance)
            self._head = head
        return True

    async def _look_in_folder(self) -> None:
        if self._folder is None:
            return
        seen = await asyncio.to_thread(_fingerprint, self._folder)
        if seen == self._seen:
            return
        found = await asyncio.to_thread(read_folder, self._folder) if seen else Found()
        for mistake in found.mistakes:
            log.warning("left as it was: %s", mistake)
        self.mistakes = found.mistakes
        if found.playbooks or found.articles:
            async with self._database.write() as ledger:
                taken = await put_library(ledger, found.playbooks, found.articles)
            for id_ in taken.older:
                log.warning("not taken, a newer edition is in use: %s", id_)
        self._seen = seen

    def start(self) -> None:
        """Begin to look."""
        if self._task is None:
            self._over.clear()
            self._unsubscribe = self._database.subscribe(self._on_committed)
            self._task = asyncio.get_running_loop().create_task(self._run(), name="desk.shelf")

    async def stop(self) -> None:
        """End; a look under way is finished first."""
        task, self._task = self._task, None
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        self._over.set()
        self._woken.set()
        if task is not None:
            await task

    def _on_committed(self, written: Sequence[Written]) -> None:
        if any(one.change.type in _TABLES for one in written):
            self._woken.set()

    async def _run(self) -> None:
        rounds = 0
        while not self._over.is_set():
            self._woken.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._look_s):
                    await self._woken.wait()
            if self._over.is_set():
                return
            rounds += 1
            try:
                await self.look()
                if rounds % _LEARNED_EVERY == 0:
                    async with self._database.read() as ledger:  # other processes learn too
                        self._guidance.learner = await advice.learned(ledger)
            except Exception as error:
                log.warning("playbooks and articles could not be looked at: %s", type(error).__name__)


def _fingerprint(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Return what tells one state of a folder from another."""
    found = []
    for path in (*_files(folder / PLAYBOOKS), *_files(folder / KNOWLEDGE)):
        with suppress(OSError):
            state = path.stat()
            found.append((f"{path.parent.name}/{path.name}", state.st_mtime_ns, state.st_size))
    return tuple(found)
