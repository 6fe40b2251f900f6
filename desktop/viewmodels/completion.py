"""What the word at the cursor of a search could become: a filter, or a value of one. Taken from the store's table of filters,
so that what is offered is what is understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from PySide6.QtCore import QObject

from desktop.store.folding import fold
from desktop.store.search.filters import FILTERS, Choice, Filter, FilterValue, day_of, filter_named
from desktop.viewmodels.workplace import Workplace

_TOKEN: Final = re.compile(r'(?:[^\s"]|"[^"]*"?)+')
_SHORTEST_NAME: Final = 2
_MOST: Final = 12
_DAYS: Final = {
    "en": ("today", "yesterday", "monday", "7d", "30d"),
    "de": ("heute", "gestern", "montag", "7t", "30t"),
}
_ME: Final = {"en": "me", "de": "mir"}


@dataclass(frozen=True, slots=True)
class Completion:
    """``text`` takes the place of what stands from ``start`` to ``end``; ``shown`` is what it reads. ``filter`` is the code
    of a filter, ``value`` that of a value (empty while the filter itself is being typed), ``day`` the beginning of a date."""

    start: int
    end: int
    text: str
    shown: str
    filter: str
    value: str = ""
    day: datetime | None = None


class FilterCompleter(QObject):
    """Knows the filters in the window's language, and the names of queues and colleagues."""

    def __init__(self, workplace: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace

    def completions(self, text: str, cursor: int) -> list[Completion]:
        """Return what the word that ends at ``cursor`` could become, the likeliest first; nothing inside of a word."""
        if cursor < len(text) and not text[cursor].isspace():
            return []
        token = next((match for match in _TOKEN.finditer(text) if match.end() == cursor), None)
        if token is None:
            return []
        typed = token.group()
        sign = 1 if typed.startswith("-") else 0
        name, colon, value = typed[sign:].partition(":")
        start = token.start() + sign
        if not colon:
            return list(self._names(name, start, cursor))
        item = filter_named(name)
        if item is None:
            return []
        wanted = fold(value.strip('"'))
        found = [
            Completion(start, cursor, f"{name}:{_quoted(written)} ", written, item.code, code, day)
            for written, code, day in self._values(item)
            if any(part.startswith(wanted) for part in (fold(written), *fold(written).split()))
        ]
        return [] if any(fold(one.shown) == wanted for one in found) else found[:_MOST]

    def _names(self, typed: str, start: int, end: int) -> Iterator[Completion]:
        if len(typed) < _SHORTEST_NAME or '"' in typed:
            return
        for item in FILTERS:
            spelled = self._named(item.names)
            fitting = next((name for name in spelled if fold(name).startswith(fold(typed))), None)
            if fitting is not None:
                yield Completion(start, end, f"{fitting}:", f"{fitting}:", item.code)

    def _values(self, item: Filter) -> Iterator[tuple[str, str, datetime | None]]:
        """Yield what a filter could be given: as written, its code, and the day it stands for."""
        catalogue, language = self._workplace.catalogue, self._language
        if item.value is FilterValue.CHOICE:
            for choice in item.choices:
                yield self._shown(choice), choice.code, None
        elif item.value is FilterValue.DAY:
            now = self._workplace.now().astimezone()
            for written in (*_DAYS[language], f"{now:%Y-%m}", f"{now:%Y}"):
                yield written, written, day_of(written, now)
        elif item.value is FilterValue.PERSON:
            yield _ME[language], "me", None
            for agent in sorted(catalogue.agents, key=lambda agent: fold(agent.name)):
                yield agent.name, agent.id, None
        else:
            for queue in catalogue.queues:
                yield catalogue.queue(queue.id), queue.id, None

    @property
    def _language(self) -> str:
        return "de" if self._workplace.language == "de" else "en"

    def _named(self, names: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
        mine = self._language
        return (*names[mine], *(name for code, others in names.items() if code != mine for name in others))

    def _shown(self, choice: Choice) -> str:
        return self._named(choice.names)[0]


def _quoted(value: str) -> str:
    return f'"{value}"' if re.search(r"\s", value) else value


def filter_names(language: str) -> dict[str, str]:
    """Return the filters as they are typed in a language, by their codes."""
    return {item.code: item.names["de" if language == "de" else "en"][0] for item in FILTERS}


def without(text: str, ignored: Sequence[str]) -> str:
    """Return ``text`` without the filters that were not understood."""
    gone = {part.casefold() for part in ignored}
    return " ".join(token for token in _TOKEN.findall(text) if token.casefold() not in gone)
