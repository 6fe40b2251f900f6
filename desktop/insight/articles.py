"""The articles of a centre as whoever knows the matter writes them: YAML, several in a file (``resources/knowledge``).
Checked on reading; a mistake is reported with file and line."""

from __future__ import annotations

import functools
from datetime import UTC, date, datetime, time
from pathlib import Path

from msgspec import Struct

from desktop.assets import asset
from desktop.domain.knowledge import Article
from desktop.insight.yaml_source import Source, SourceError


class ArticleError(SourceError):
    """A file of articles cannot be used; the message names the file and the place."""


class _Written(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An article as it is written; ``updated`` is the day it was last gone over: a newer one replaces an older."""

    id: str
    updated: date
    titles: dict[str, str]
    texts: dict[str, str]
    answers: dict[str, str] = {}
    intents: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()


def parse_articles(source: Source) -> tuple[Article, ...]:
    """Return the articles of one file. Raises ``ArticleError``."""
    found: list[Article] = []
    for place, one in enumerate(source.read(list[_Written])):
        if not one.id.strip() or any(one.id == other.id for other in found):
            raise source.mistake(f"the id `{one.id}` is missing or used twice", str(place), "id")
        for part, texts in (("titles", one.titles), ("texts", one.texts)):
            if not texts or not all(text.strip() for text in texts.values()):
                raise source.mistake("a title or text is missing", str(place), part)
        found.append(
            Article(
                id=one.id,
                titles=one.titles,
                texts={language: text.strip() for language, text in one.texts.items()},
                answers={language: text.strip() for language, text in one.answers.items()},
                intents=one.intents,
                keywords=one.keywords,
                updated_at=datetime.combine(one.updated, time(), UTC),
            )
        )
    return tuple(found)


def load_articles(folder: Path) -> tuple[Article, ...]:
    """Read every ``*.yaml`` of ``folder`` in order of name. Raises ``ArticleError``; ``OSError`` where it is unreadable."""
    found: dict[str, Article] = {}
    for path in sorted(folder.glob("*.yaml")):
        for one in parse_articles(Source.of(path, ArticleError)):
            if one.id in found:
                raise ArticleError(f"{path.name}: the id `{one.id}` is used twice")
            found[one.id] = one
    return tuple(found.values())


@functools.cache
def articles() -> tuple[Article, ...]:
    """Return the articles that are shipped, read once."""
    return load_articles(asset("knowledge"))
