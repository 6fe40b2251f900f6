"""The words and expressions that show a mood, found in a text with negation, intensifiers, capitals, exclamation and emoji
in the manner of Hutto & Gilbert 2014 (VADER); own words and weights, in ``resources/starter/mood.yaml``. Beside single
words it knows the expressions of a contact centre (waiting, told before, nobody answers, a threat, irony). Judges
nothing: ``model`` weighs what is found here. A factual problem weighs little, a broken router is no anger.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Sequence
from typing import cast

from msgspec import Struct, convert

from desktop.assets import asset, read_yaml
from desktop.insight.normalise import fold

GROUPS = (
    "waiting", "repeated", "unanswered", "broken_promise", "demand", "threat", "irony", "contrast", "courtesy",
    "resolved", "praise", "question",
)  # fmt: skip
"""The kinds of expressions the lexicon may list for a language."""

_READ = 3000
_MOST_WORDS = 400
_LONGEST_WORD = 40
_REACH = 3
_GAP = 3
_NEGATED_POSITIVE = -0.7
_NEGATED_NEGATIVE = -0.35
_SATURATION = 1.2
_CLAUSE = re.compile(r"[.!?;,:\n()]+|\s[-–—]\s")
_TOKEN = re.compile(r"\w+(?:['’]\w+)?")
_SPACED = re.compile(r"[ \t\u00a0\r\f\v]{2,}")
_NEVER_AFTER = ("nicht", "not")


class Evidence(Struct, frozen=True):
    """What of a text shows a mood. ``words`` are folded; ``written`` as in the text; ``hits`` are (what was said, weight
    in its context); ``score`` what the lexicon alone makes of it, from -1 to 1; ``signals`` one number for each of
    ``SIGNALS``, about 0 to 1."""

    words: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    hits: tuple[tuple[str, float], ...] = ()
    score: float = 0.0
    signals: tuple[float, ...] = ()


SIGNALS = (
    "score", "positive", "negative", "best", "worst", "positive_last", "negative_last", "score_after_contrast",
    "both", "praised_complaint", "negations", "exclamation", "question", "ends_as_question", "shouting", "capitals",
    "good_emoji", "bad_emoji", "length", *GROUPS,
)  # fmt: skip


class _Lexicon(Struct, frozen=True):
    words: dict[str, float] = {}
    negations: tuple[str, ...] = ()
    intensifiers: dict[str, float] = {}
    expressions: dict[str, tuple[str, ...]] = {}


class _Tables(Struct, frozen=True):
    exact: dict[str, float]
    stems: dict[str, float]
    phrases: dict[str, dict[tuple[str, ...], float]]
    negations: frozenset[str]
    intensifiers: dict[str, float]
    expressions: dict[str, list[tuple[int, tuple[str, ...]]]]


@functools.cache
def _tables(language: str) -> _Tables:
    """Return the look-up tables of one language, or of all together for an unknown one."""
    loaded = _lexicons()
    chosen = [loaded[language]] if language in loaded else list(loaded.values())
    exact: dict[str, float] = {}
    stems: dict[str, float] = {}
    phrases: dict[str, dict[tuple[str, ...], float]] = {}
    expressions: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
    for lexicon in chosen:
        for entry, weight in lexicon.words.items():
            folded = tuple(_joined(word) for word in entry.removesuffix("*").replace("-", " ").split())
            if len(folded) > 1:
                phrases.setdefault(folded[0], {})[folded] = weight
            elif entry.endswith("*"):
                stems[folded[0]] = weight
            else:
                exact[folded[0]] = weight
        for group, entries in lexicon.expressions.items():
            for entry in entries:
                pattern = tuple(_joined(word) + ("*" if word.endswith("*") else "") for word in entry.split())
                expressions.setdefault(pattern[0], []).append((GROUPS.index(group), pattern))
    return _Tables(
        exact,
        stems,
        phrases,
        frozenset(_joined(word) for lexicon in chosen for word in lexicon.negations),
        {_joined(word): factor for lexicon in chosen for word, factor in lexicon.intensifiers.items()},
        expressions,
    )


@functools.cache
def _source() -> dict[str, dict[str, object]]:
    return cast("dict[str, dict[str, object]]", read_yaml(asset("starter", "mood.yaml")))


@functools.cache
def _lexicons() -> dict[str, _Lexicon]:
    return {code: convert(entry, _Lexicon, strict=False) for code, entry in _source().items() if code != "emoji"}


@functools.cache
def _emoji() -> dict[str, float]:
    return convert(_source()["emoji"], dict[str, float], strict=False)


@functools.lru_cache(20_000)
def _joined(word: str) -> str:
    return fold(word).replace(" ", "")


def languages() -> tuple[str, ...]:
    """Return the languages that have a lexicon."""
    return tuple(_lexicons())


def evidence(text: str, language: str = "") -> Evidence:
    """Return what of ``text`` shows a mood; ``language`` (``de``, ``en``) picks the lexicon, else all serve."""
    text = _SPACED.sub(" ", text[:_READ])
    tables = _tables(language if language in _lexicons() else "")
    letters = [c for c in text if c.isalpha()]
    shouting = len(letters) >= 12 and sum(c.isupper() for c in letters) > 0.7 * len(letters)
    written: list[str] = []
    words: list[str] = []
    hits: list[tuple[str, float]] = []
    ends: list[int] = []  # how many hits and words there were at the end of each clause
    capitals = negations = 0
    for clause in _CLAUSE.split(text):
        mine = [word[:_LONGEST_WORD] for word in _TOKEN.findall(clause)][: _MOST_WORDS - len(written)]
        folded = [_joined(word) for word in mine]
        negations += sum(word in tables.negations for word in folded)
        for start, length, weight in _weighted(folded, tables):
            if not shouting and len(mine[start]) > 2 and mine[start].isupper():
                weight *= 1.3
            hits.append((" ".join(mine[start : start + length]), weight))
        capitals += sum(len(word) > 2 and word.isupper() for word in mine)
        written += mine
        words += folded
        ends.append(len(hits))
    signs = [(sign, weight * min(3, text.count(sign))) for sign, weight in _emoji().items() if sign in text]
    spoken, hits = hits, hits + signs
    groups, turn = _expressions(words, tables)
    score = _score(sum(weight for _, weight in hits), text.count("!"), shouting)
    good, bad = _sums(spoken)
    # A clause without any mood of its own (a name, a greeting) is not the last word.
    last = spoken[next((end for end in reversed(ends) if end < len(spoken)), 0) :]
    good_last, bad_last = _sums(last)
    said_after = [hit for hit in spoken if turn is not None and _stands_after(hit[0], written, turn)]
    complaint = sum(groups[:5]) > 0
    signals = (
        score,
        _soft(good),
        _soft(bad),
        max((weight for _, weight in spoken if weight > 0), default=0.0),
        -min((weight for _, weight in spoken if weight < 0), default=0.0),
        _soft(good_last),
        _soft(bad_last),
        _score(sum(weight for _, weight in said_after), 0, False),
        float(good > 0.25 and bad > 0.25),
        float(good > 0.25 and complaint),
        _soft(0.5 * negations),
        min(text.count("!"), 4) / 4,
        float("?" in text),
        float(text.rstrip().endswith("?")),
        float(shouting),
        float(capitals > 0 and not shouting),
        _soft(sum(weight for _, weight in signs if weight > 0)),
        _soft(-sum(weight for _, weight in signs if weight < 0)),
        min(1.0, math.log1p(len(words)) / 5),
        *(_soft(count) for count in groups),
    )
    return Evidence(tuple(words), tuple(written), tuple(hits), score, signals if words or signs else ())


def _soft(amount: float) -> float:
    return amount / (1 + amount)


def _sums(hits: Sequence[tuple[str, float]]) -> tuple[float, float]:
    return sum(w for _, w in hits if w > 0), -sum(w for _, w in hits if w < 0)


def _score(total: float, marks: int, shouting: bool) -> float:
    if total and marks:
        total *= 1 + 0.12 * min(marks, 4)
    if shouting:
        total = total * 1.3 - (0.25 if marks else 0.1)
    return max(-1.0, min(1.0, total / math.sqrt(total * total + _SATURATION)))


def _stands_after(said: str, written: Sequence[str], turn: int) -> bool:
    first = said.split()[0]
    return first in written[turn:] and first not in written[:turn]


def _weighted(words: Sequence[str], tables: _Tables) -> list[tuple[int, int, float]]:
    """Return (position, length, weight in context) of what the lexicon knows in one clause."""
    found = []
    position = 0
    while position < len(words):
        length, weight = _phrase_at(words, position, tables)
        if not length:
            length, weight = 1, _weight_of(words[position], tables)
        if weight:
            found.append((position, length, _in_context(weight, words, position, length, tables)))
        position += length
    return found


def _weight_of(word: str, tables: _Tables) -> float:
    if word in tables.exact:
        return tables.exact[word]
    for size in range(len(word), 3, -1):
        if (weight := tables.stems.get(word[:size])) is not None:
            return weight
    return 0.0


def _phrase_at(words: Sequence[str], position: int, tables: _Tables) -> tuple[int, float]:
    best, weight = 0, 0.0
    for phrase, its_weight in tables.phrases.get(words[position], {}).items():
        if len(phrase) > best and tuple(words[position : position + len(phrase)]) == phrase:
            best, weight = len(phrase), its_weight
    return best, weight


def _in_context(weight: float, words: Sequence[str], position: int, length: int, tables: _Tables) -> float:
    """Apply intensifiers and negations of the same clause: three words before, and (gefällt mir nicht) two after."""
    before = words[max(0, position - _REACH) : position]
    after = words[position + length : position + length + 2]
    for near in before[-2:]:
        weight *= tables.intensifiers.get(near, 1.0)
    # A phrase such as "funktioniert nicht" holds its negation already.
    is_negated = any(word in tables.negations for word in before) or (
        length == 1 and weight > 0 and any(word in _NEVER_AFTER for word in after)
    )
    if is_negated:
        weight *= _NEGATED_POSITIVE if weight > 0 else _NEGATED_NEGATIVE
    return weight


def _expressions(words: Sequence[str], tables: _Tables) -> tuple[list[float], int | None]:
    """Count the expressions of each group; and where the last contrast ("aber", "but") stands."""
    counts = [0.0] * len(GROUPS)
    turn = None
    contrast = GROUPS.index("contrast")
    for position, word in enumerate(words):
        for key in (word, *(word[:size] + "*" for size in range(3, len(word) + 1))):
            for group, pattern in tables.expressions.get(key, ()):
                if _matches(pattern, 1, words, position + 1):
                    counts[group] += 1
                    turn = position if group == contrast else turn
    return counts, turn


def _matches(pattern: Sequence[str], place: int, words: Sequence[str], position: int) -> bool:
    """Whether ``words`` go on from ``position`` as ``pattern`` from ``place``: ``*`` alone stands for up to three words."""
    if place == len(pattern):
        return True
    if pattern[place] == "*":
        return any(_matches(pattern, place + 1, words, position + gap) for gap in range(_GAP + 1))
    if position >= len(words):
        return False
    wanted = pattern[place]
    fits = words[position].startswith(wanted[:-1]) if wanted.endswith("*") else words[position] == wanted
    return fits and _matches(pattern, place + 1, words, position + 1)
