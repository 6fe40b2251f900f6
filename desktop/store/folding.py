"""Folding text for looking things up: Größe, Grösse, Groesse and GROSSE are found by one another, accents do not matter.

Pure. Called where rows are written (their ``haystack``) and where they are looked for.
"""

from __future__ import annotations

import re
import unicodedata

_DIGRAPHS = re.compile(r"([aou])e")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_NUMBER_LIKE = re.compile(r"[\d\s()/.+-]*\d[\d\s()/.+-]*")
_LONGEST = 400


def fold(text: str) -> str:
    """Return ``text`` in lower case without accents, with ß as ss, and ä, ae as a (so with o, u), on one line."""
    decomposed = unicodedata.normalize("NFKD", text.casefold()).casefold()
    bare = decomposed if decomposed.isascii() else _BEYOND_ASCII.sub(_bare, decomposed)
    return _DIGRAPHS.sub(r"\1", " ".join(bare.split()))


def _bare(found: re.Match[str]) -> str:
    char = found[0]
    # Half a character pair, which a keyboard may yield, cannot be handed to SQLite.
    return "" if unicodedata.combining(char) or "\ud800" <= char <= "\udfff" else char


def haystack(*parts: str) -> str:
    """Return the folded parts, each shortened to what a list shows of it, as one text to search in."""
    return fold(" ".join(part[:_LONGEST] for part in parts if part))


def words(text: str) -> list[tuple[str, ...]]:
    """Return what was typed as folded words, each with the spellings of which a haystack must hold one.

    A number typed with blanks, brackets or a leading 0 or + is one word, so that 0171 234 finds +49 171 234.
    """
    folded = fold(text[:_LONGEST])
    if _NUMBER_LIKE.fullmatch(folded):
        return [tuple(word for word in dict.fromkeys((folded, digits(folded).lstrip("0"))) if word)]
    return [(word,) for word in folded.split()]


def where(column: str, text: str) -> tuple[str, list[str]]:
    """Return the SQL condition that ``column`` (a haystack) holds all words of ``text``, and its parameters."""
    typed = words(text)
    condition = " AND ".join(
        "(" + " OR ".join(f"{column} LIKE ? ESCAPE '\\'" for _ in spellings) + ")" for spellings in typed
    )
    return condition or "1", [f"%{escape(word)}%" for spellings in typed for word in spellings]


def found(hay: str, text: str) -> bool:
    """Whether ``hay`` (a haystack) holds all words of ``text``: the verdict of ``where`` for a row not in the file."""
    return all(any(word in hay for word in spellings) for spellings in words(text))


def escape(text: str) -> str:
    """Return ``text`` so that ``LIKE … ESCAPE '\\'`` takes it literally."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def digits(text: str) -> str:
    """Return only the digits of a number, as ``words`` looks for them."""
    return re.sub(r"\D", "", text)
