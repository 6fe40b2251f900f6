"""Folding text for looking things up: Größe, Grösse, Groesse and GROSSE are found by one another, accents do not matter.

Pure. Called where rows are written (their ``haystack``) and where they are looked for.
"""

from __future__ import annotations

import re
import unicodedata

_DIGRAPHS = re.compile(r"ae|oe|ue")
_NUMBER_LIKE = re.compile(r"[\d\s()/.+-]*\d[\d\s()/.+-]*")
_LONGEST = 400


def fold(text: str) -> str:
    """Return ``text`` in lower case without accents, with ß as ss, and ä, ae as a (so with o, u), on one line."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return _DIGRAPHS.sub(lambda match: match.group()[0], " ".join(bare.split()))


def haystack(*parts: str) -> str:
    """Return the folded parts, each shortened to what a list shows of it, as one text to search in."""
    return fold(" ".join(part[:_LONGEST] for part in parts if part))


def needles(text: str) -> list[tuple[str, ...]]:
    """Return what was typed as words, each a tuple of ``LIKE`` patterns (escape character ``\\``) of which a row's
    haystack must match one.

    A number typed with blanks, brackets or a leading 0 or + is one word, so that 0171 234 finds +49 171 234.
    """
    folded = fold(text)
    if _NUMBER_LIKE.fullmatch(folded):
        return [tuple(f"%{escape(word)}%" for word in dict.fromkeys((folded, digits(folded).lstrip("0"))) if word)]
    return [(f"%{escape(word)}%",) for word in folded.split()]


def where(column: str, text: str) -> tuple[str, list[str]]:
    """Return the SQL condition that ``column`` (a haystack) matches what was typed, and its parameters."""
    words = needles(text)
    condition = " AND ".join(
        "(" + " OR ".join(f"{column} LIKE ? ESCAPE '\\'" for _ in patterns) + ")" for patterns in words
    )
    return condition or "1", [pattern for patterns in words for pattern in patterns]


def found(hay: str, text: str) -> bool:
    """Whether ``hay`` (a haystack) matches what was typed: the same verdict as ``where``, for a row not in the file."""
    plain = [[pattern[1:-1].replace("\\_", "_").replace("\\%", "%").replace("\\\\", "\\") for pattern in word]
             for word in needles(text)]
    return all(any(pattern in hay for pattern in word) for word in plain)


def escape(text: str) -> str:
    """Return ``text`` so that ``LIKE … ESCAPE '\\'`` takes it literally."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def digits(text: str) -> str:
    """Return only the digits of a number, as it is looked for by ``needles``."""
    return re.sub(r"\D", "", text)
