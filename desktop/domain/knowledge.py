"""What a centre knows and lets its agents look up: articles, suggested where they fit the matter."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class Article(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """``titles`` and ``texts`` by ISO 639-1 language, plain text with blank lines between paragraphs. ``intents`` are the
    request types it helps with, ``keywords`` words (any language) that point to it. ``answers`` is a reply by language
    made from it, ready to be edited, where there is one."""

    id: str
    titles: dict[str, str]
    texts: dict[str, str] = {}
    answers: dict[str, str] = {}
    intents: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    updated_at: datetime | None = None
    version: int = 0
