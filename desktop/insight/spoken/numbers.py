"""Number words and ordinals in English and German as numbers: ``twenty-first``, ``einundzwanzigster``, ``nineteen oh
nine``, ``neunzehnhundertneun``. Words in, numbers out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from desktop.insight.spoken.lexicon import calendar

_ORDINAL_END = re.compile(r"(?:r|n|s|m)$")
_ORDINAL_SUFFIX = frozenset({"st", "nd", "rd", "th", "ste", "te", "ter", "ten", "ster", "sten"})


class Number(NamedTuple):
    """``written`` are its digits as they stood there (leading zeros kept); ``is_ordinal`` where said as one."""

    value: int
    written: str
    is_ordinal: bool = False


@lru_cache(2048)
def plain(word: str) -> int | None:
    """Return the number one folded word says (``einundzwanzig``, ``neunzehnhundertneun``), or ``None``."""
    known = calendar()
    if word in known.numbers:
        return known.numbers[word]
    if len(word) > 60:
        return None
    before, thousand, after = word.partition("tausend")
    if thousand:
        more, one = _below_thousand(after.removeprefix("und")) if after else 0, plain(before) if before else 1
        return one * 1000 + more if one is not None and more is not None and one < 100 else None
    return _below_thousand(word)


def _below_thousand(word: str) -> int | None:
    """German compounds below a hundred, and hundreds up to ``neunzehnhundert``."""
    known = calendar().numbers
    if word in known:
        return known[word]
    before, hundred, after = word.partition("hundert")
    if hundred:
        many = known.get(before) if before else 1
        more = _below_thousand(after.removeprefix("und")) if after else 0
        return many * 100 + more if many is not None and more is not None and many < 20 else None
    unit, joined, tens = word.partition("und")
    if joined and known.get(unit, 10) < 10 and known.get(tens, 0) >= 20:
        return known[unit] + known[tens]
    return None


@lru_cache(2048)
def ordinal(word: str) -> int | None:
    """Return the number of an ordinal (``eleventh``, ``elfter``, ``einundzwanzigsten``), or ``None``."""
    known = calendar()
    if word in known.ordinals:
        return known.ordinals[word]
    stem = _ORDINAL_END.sub("", word)
    if stem in known.ordinals:
        return known.ordinals[stem]
    if stem.endswith("ste"):
        return _below_thousand(stem[:-3])
    return None


def numbers(words: Sequence[str]) -> list[Number | str]:
    """Return ``words`` with the numbers among them read; tens and units are joined (``twenty first``), other words stay."""
    found: list[Number | str] = []
    at = 0
    while at < len(words):
        word = words[at]
        after = words[at + 1] if at + 1 < len(words) else ""
        if word.isdigit():
            is_ordinal = after in _ORDINAL_SUFFIX
            found.append(Number(int(word[:9]), word[:9], is_ordinal))
            at += 2 if is_ordinal else 1
            continue
        value = plain(word)
        if value is None:
            nth = ordinal(word)
            found.append(word if nth is None else Number(nth, str(nth), is_ordinal=True))
            at += 1
            continue
        at += 1
        if value >= 20 and value % 10 == 0 and value < 100 and after:
            unit, nth = plain(after), ordinal(after)
            if unit is not None and 0 < unit < 10 and not after.isdigit():
                found.append(Number(value + unit, str(value + unit)))
                at += 1
                continue
            if nth is not None and nth < 10:
                found.append(Number(value + nth, str(value + nth), is_ordinal=True))
                at += 1
                continue
        found.append(Number(value, str(value)))
    return _joined(found)


def _joined(found: list[Number | str]) -> list[Number | str]:
    """Join hundreds and thousands said in English: ``two thousand and eleven``, ``nineteen hundred and nine``."""
    known = calendar()
    out: list[Number | str] = []
    at = 0
    while at < len(found):
        one = found[at]
        scale = 0
        if isinstance(one, Number) and at + 1 < len(found) and isinstance(found[at + 1], str):
            scale = 1000 if found[at + 1] in known.thousand else 100 if found[at + 1] in known.hundred else 0
        if not scale or not isinstance(one, Number) or one.value >= 100:
            out.append(one)
            at += 1
            continue
        total = one.value * scale
        at += 2
        if at < len(found) and found[at] in ("and", "und"):
            at += 1
        if at < len(found) and isinstance(more := found[at], Number) and more.value < scale:
            total += more.value
            at += 1
        out.append(Number(total, str(total)))
    return out
