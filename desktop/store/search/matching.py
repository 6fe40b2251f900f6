"""Whether and where the words of a question stand in a text, judged as the index would: folded, by parts of compounds too.

Pure. Called for snippets, for phrases (the index does not know where words stand), for drafts, and for ranking.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, NamedTuple

from desktop.store.search.query import Term
from desktop.store.search.words import WORD, folded_word, parts, words_of

# A text with more words than this is not looked through to its end for one snippet.
_MOST_WORDS: Final = 20_000


class Mark(NamedTuple):
    """Where the ``number``-th term stands in a text; ``is_whole``: as typed, not the beginning or part of a word."""

    begin: int
    end: int
    number: int
    is_whole: bool


class _Ending(NamedTuple):
    """A term whose last word a word is."""

    number: int
    front: tuple[str, ...]
    is_whole: bool


class Matcher:
    """Finds the terms of one question in many texts. Words repeat, so what was once judged is kept."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._wanted = [(number, each) for number, term in enumerate(terms) for each in (term, *term.others)]
        self._judged: dict[str, tuple[_Ending, ...]] = {}

    def marks(self, text: str) -> Iterator[Mark]:
        """Yield in order where terms stand in ``text`` (``composed``)."""
        if not self._wanted:
            return
        judged = self._judged
        read: list[re.Match[str]] = []
        for match in islice(WORD.finditer(text), _MOST_WORDS):
            read.append(match)
            word = match.group()
            endings = judged.get(word)
            if endings is None:
                endings = judged[word] = self._judge(folded_word[word])
            for ending in endings:
                begin = len(read) - 1 - len(ending.front)
                if begin >= 0 and all(
                    folded_word[its.group()] == wanted for its, wanted in zip(read[begin:-1], ending.front, strict=True)
                ):
                    yield Mark(read[begin].start(), match.end(), ending.number, ending.is_whole)
                    break

    def _judge(self, word: str) -> tuple[_Ending, ...]:
        found = []
        for number, term in self._wanted:
            last = term.words[-1]
            is_single = len(term.words) == 1
            if word == last or (term.is_prefix and word.startswith(last)):
                found.append(_Ending(number, term.words[:-1], word == last))
            elif is_single and last in word and any(_is_word(part, last, term.is_prefix) for part in parts(word)):
                found.append(_Ending(number, (), False))
        return tuple(found)


def composed(text: str) -> str:
    """Return ``text`` as ``Matcher.marks`` reads it, with its accents put together."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def holds_all(texts: Iterable[str], terms: Iterable[Term], excluded: Iterable[Term] = ()) -> bool:
    """Whether each of ``terms`` stands in one of ``texts``, and none of ``excluded`` in any."""
    read = [words_of(text) for text in texts]
    return all(_is_held(read, term) for term in terms) and not any(_is_held(read, term) for term in excluded)


def is_called(name: str, terms: Iterable[Term]) -> bool:
    """Whether all of ``terms`` (single words) stand in a name."""
    return all(_is_held([words_of(name)], term) for term in terms)


def _is_held(texts: list[list[str]], term: Term) -> bool:
    return any(_stands(words, each) for words in texts for each in (term, *term.others))


def _stands(words: list[str], term: Term) -> bool:
    last = term.words[-1]
    size = len(term.words)
    if size == 1:
        # What a word is made of stands in it.
        holding = (word for word in words if last in word)
        return any(_is_word(form, last, term.is_prefix) for word in holding for form in (word, *parts(word)))
    front = list(term.words[:-1])
    starts = (at for at, word in enumerate(words[: len(words) - size + 1]) if word == front[0])
    return any(
        words[at : at + size - 1] == front and _is_word(words[at + size - 1], last, term.is_prefix) for at in starts
    )


def _is_word(word: str, wanted: str, is_prefix: bool) -> bool:
    return word.startswith(wanted) if is_prefix else word == wanted
