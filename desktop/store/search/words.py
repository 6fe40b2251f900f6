"""The words of a text as the index holds them and as a question asks for them: folded, with the parts of compounds.

Pure apart from caches, one for the thread that writes and one for those that ask. What comes out of here is in the file:
whoever changes it raises ``schema.CACHE``. Built for speed, as every message passes through: a text is cut by one regular
expression, and what becomes of a word is looked up.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from desktop.store.folding import fold
from desktop.store.search.compounds import parts_of

# Combining accents belong to the letter before them; other signs end a word.
WORD: Final = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")
_ASCII_WORD: Final = re.compile(r"[A-Za-z0-9]+")
_LONGEST_WORD: Final = 48
_CACHED: Final = 30_000

# What begins with one of these signs is no word of a text: nobody can type it, and no word has it.
BEGINNING: Final = "§"
SENDER: Final = "¤"
TAG: Final = "·"
# Beginnings of a word up to this length are in the index themselves, so that what is being typed is found at once; longer
# ones are few enough to be put together when they are asked for.
LONGEST_BEGINNING: Final = 5
_LONGEST_OF_MIXED: Final = 2
# Numbers hardly ever come again, and thousands begin alike: each is in the index by its first digits too, of which few
# enough begin with those that were typed to be asked for one by one.
FIRST_DIGITS: Final = 4
_FIRST_DIGITS: Final = re.compile(rf"[0-9]{{2,{FIRST_DIGITS}}}")


class _Cache(dict[str, str]):
    def __init__(self, made: Callable[[str], str]) -> None:
        self._made = made

    def __missing__(self, word: str) -> str:
        made = self._made(word)
        # Numbers hardly ever come again.
        if word.isalpha():
            if len(self) >= _CACHED:
                self.clear()
            self[word] = made
        return made


def _fold_word(word: str) -> str:
    if word.isdigit() and word.isascii():
        return word[:_LONGEST_WORD]
    return "".join(char for char in fold(word) if char.isalnum())[:_LONGEST_WORD]


def _indexed(word: str) -> str:
    folded = _fold_word(word)
    if folded.isdigit() and folded.isascii():
        return f"{folded} {BEGINNING}{folded[:FIRST_DIGITS]}" if len(folded) > 2 else folded
    return " ".join(dict.fromkeys(each for form in (folded, *parts_of(folded)) for each in (form, *beginnings(form))))


def beginnings(word: str) -> list[str]:
    """Return what stands in the index for the beginnings of ``word`` (folded)."""
    first = _FIRST_DIGITS.match(word)
    if first is not None:
        return [f"{BEGINNING}{first[0]}"] if len(word) > 2 else []
    begun = (word[:size] for size in range(2, min(LONGEST_BEGINNING, len(word) - 1) + 1))
    return [f"{BEGINNING}{each}" for each in begun if has_beginning(each)]


def has_beginning(typed: str) -> bool:
    """Whether ``typed`` (folded) is short enough to be in the index as the beginning of words."""
    if has_first_digits(typed):
        return len(typed) == FIRST_DIGITS
    return typed.isalnum() and len(typed) <= (LONGEST_BEGINNING if typed.isalpha() else _LONGEST_OF_MIXED)


def has_first_digits(typed: str) -> bool:
    """Whether words that begin with ``typed`` (folded) are in the index by their first digits, which begin so too."""
    return _FIRST_DIGITS.fullmatch(typed) is not None


folded_word: Final = _Cache(_fold_word)
_indexed_word: Final = _Cache(_indexed)
_parts: Final = _Cache(lambda word: " ".join(parts_of(word)))


def parts(word: str) -> list[str]:
    """Return what ``word`` (folded) is found by beside itself."""
    return _parts[word].split()


def words_of(text: str) -> list[str]:
    """Return the words of ``text``, folded, in order."""
    return [folded for word in _cut(text) if (folded := folded_word[word])]


def index_words(text: str) -> str:
    """Return all that a text is found by: its words, their parts, and the beginnings of both, in no order."""
    return " ".join({_indexed_word[word] for word in _cut(text)})


def _cut(text: str) -> list[str]:
    if text.isascii():
        return _ASCII_WORD.findall(text)
    return WORD.findall(unicodedata.normalize("NFC", text))
