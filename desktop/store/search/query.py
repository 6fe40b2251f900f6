"""Reading what was typed into a question: words, phrases, filters, and what must not occur.

Any text is a question; a filter that cannot be understood is named in ``ignored``. Knows no SQL and no FTS5. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from desktop.store.folding import digits
from desktop.store.search.filters import Filter, FilterValue, choice_of, day_of, filter_named
from desktop.store.search.words import words_of

_LONGEST: Final = 1_000
_MOST_TERMS: Final = 12
_MOST_WORDS: Final = 16
_QUOTES: Final = dict.fromkeys(map(ord, "„“”«»‟″"), '"')
_TOKEN: Final = re.compile(
    r"(?P<minus>-?)(?:(?P<name>[^\W\d_]+):)?(?:\"(?P<phrase>[^\"]*)(?P<end>\"?)|(?P<word>[^\s\"]+))?"
)
_NUMBER: Final = re.compile(r"[\d\s()/.+-]*\d[\d\s()/.+-]*")
_SHORTEST_NUMBER: Final = 3


@dataclass(frozen=True, slots=True)
class Term:
    """A folded word, or several that must follow each other; with ``is_prefix`` the last may go on. ``others`` are other
    spellings of a number, each as good."""

    words: tuple[str, ...]
    is_prefix: bool = False
    others: tuple[Term, ...] = ()

    @property
    def is_phrase(self) -> bool:
        return len(self.words) > 1 and not self.others


@dataclass(frozen=True, slots=True)
class Condition:
    """One filter: its code, and the choice, the queue's name or the words of a person's name typed for it."""

    code: str
    value: str
    person: tuple[Term, ...] = ()
    is_excluded: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A question. Instants: not before ``after``, earlier than ``before``."""

    terms: tuple[Term, ...] = ()
    excluded: tuple[Term, ...] = ()
    conditions: tuple[Condition, ...] = ()
    after: datetime | None = None
    before: datetime | None = None
    ignored: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked."""
        return not (self.terms or self.excluded or self.conditions or self.after or self.before)

    @property
    def has_phrase(self) -> bool:
        return any(term.is_phrase for term in (*self.terms, *self.excluded))


def parse(text: str, now: datetime) -> Query:
    """Read ``text``; ``now`` is what dates are counted from, in the reader's zone."""
    text = text[:_LONGEST].translate(_QUOTES)
    if _NUMBER.fullmatch(text):
        return Query(_number(text))
    reader = _Reader(now)
    for match in _TOKEN.finditer(text):
        if match.group():
            reader.take(match, is_last=match.end() == len(text))
    return reader.query()


def plain(text: str) -> tuple[Term, ...]:
    """Return the words of ``text``, each taken for the beginning of a word; no filters."""
    text = text[:_LONGEST]
    if _NUMBER.fullmatch(text):
        return _number(text)
    return tuple(Term((word,), True) for word in words_of(text)[:_MOST_TERMS])


def _number(text: str) -> tuple[Term, ...]:
    """A number typed with or without blanks, brackets and country code: one term with its other spellings."""
    words = tuple(words_of(text))[:_MOST_WORDS]
    joined = digits(text)
    spellings = dict.fromkeys((joined, joined.lstrip("0")))
    others = tuple(Term((each,), True) for each in spellings if len(each) >= _SHORTEST_NUMBER and (each,) != words)
    return (Term(words, True, others),) if words else ()


class _Reader:
    def __init__(self, now: datetime) -> None:
        self._now = now
        self._terms: list[Term] = []
        self._excluded: list[Term] = []
        self._conditions: list[Condition] = []
        self._ignored: list[str] = []
        self._after: datetime | None = None
        self._before: datetime | None = None

    def query(self) -> Query:
        return Query(
            tuple(self._terms[:_MOST_TERMS]),
            tuple(self._excluded[:_MOST_TERMS]),
            tuple(self._conditions[:_MOST_TERMS]),
            self._after,
            self._before,
            tuple(self._ignored),
        )

    def take(self, match: re.Match[str], *, is_last: bool) -> None:
        is_phrase = match["phrase"] is not None
        value = match["phrase"] if is_phrase else match["word"] or ""
        is_typing = is_last and not match["end"]
        item = filter_named(match["name"]) if match["name"] else None
        if item is not None:
            if value:
                self._filter(item, value, match, is_typing)
            return
        if match["name"]:
            value = f"{match['name']} {value}"
        words = words_of(value)[:_MOST_WORDS]
        if not words:
            return
        kept = self._excluded if match["minus"] else self._terms
        may_go_on = is_typing and not match["minus"]
        if is_phrase:
            kept.append(Term(tuple(words), may_go_on))
        else:
            kept += _each(words, may_go_on)

    def _filter(self, item: Filter, value: str, match: re.Match[str], is_typing: bool) -> None:
        is_excluded = bool(match["minus"])
        match item.value:
            case FilterValue.CHOICE:
                code = choice_of(item, value, is_typing=is_typing)
                if code is not None:
                    self._conditions.append(Condition(item.code, code, is_excluded=is_excluded))
                    return
            case FilterValue.DAY:
                at = day_of(value, self._now)
                if at is not None:
                    self._bound(at, is_before=(item.code == "before") is not is_excluded)
                    return
            case _:
                words = words_of(_without_top_level(value))[:_MOST_WORDS]
                if words:
                    person = tuple(_each(words, is_typing))
                    self._conditions.append(Condition(item.code, value, person, is_excluded))
                    return
        if not is_typing:
            self._ignored.append(match.group().encode("utf-8", "replace").decode())

    def _bound(self, at: datetime, *, is_before: bool) -> None:
        if is_before:
            self._before = at if self._before is None else min(self._before, at)
        else:
            self._after = at if self._after is None else max(self._after, at)


def _each(words: list[str], may_go_on: bool) -> list[Term]:
    last = len(words) - 1
    return [Term((word,), may_go_on and number == last) for number, word in enumerate(words)]


def _without_top_level(address: str) -> str:
    # As the index holds addresses: everybody's ends in one of a few words.
    name, at, domain = address.rpartition("@")
    return f"{name} {domain.rpartition('.')[0] or domain}" if at else address
