"""How the customer feels, from -1 (angry) to 1 (pleased), from the words of one message in German or English.

A lexicon (``resources/starter/mood.yaml``) with negation, intensifiers, exclamation, capitals and emoji, in the manner
of Hutto & Gilbert 2014 (VADER), own words and weights. A factual problem weighs little: a broken router is no anger.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

import yaml
from msgspec import Struct, convert

from desktop.assets import asset
from desktop.domain.suggestion import Reason
from desktop.insight.normalise import fold

NEGATIVE = -0.25
POSITIVE = 0.25

_READ = 6000
_REACH = 3
_NEGATED_POSITIVE = -0.7
_NEGATED_NEGATIVE = -0.35
_SATURATION = 1.2
_CLAUSE = re.compile(r"[.!?;,:\n()]+|\s[-–—]\s")
_TOKEN = re.compile(r"\w+(?:'\w+)?")


class MoodVerdict(Struct, frozen=True, kw_only=True):
    """``mood`` from -1 to 1, ``reasons`` the words that made it (code ``mood.word``, value ``word``), strongest first."""

    mood: float = 0.0
    reasons: tuple[Reason, ...] = ()

    @property
    def label(self) -> str:
        return label(self.mood)


class _Lexicon(Struct, frozen=True):
    words: dict[str, float] = {}
    negations: tuple[str, ...] = ()
    intensifiers: dict[str, float] = {}


class _Tables(Struct, frozen=True):
    exact: dict[str, float]
    stems: dict[str, float]
    phrases: dict[str, dict[tuple[str, ...], float]]
    negations: frozenset[str]
    intensifiers: dict[str, float]


@functools.cache
def _tables(language: str) -> _Tables:
    """Return the look-up tables of one language, or of all together for an unknown one."""
    loaded = _lexicons()
    chosen = [loaded[language]] if language in loaded else list(loaded.values())
    exact: dict[str, float] = {}
    stems: dict[str, float] = {}
    phrases: dict[str, dict[tuple[str, ...], float]] = {}
    for lexicon in chosen:
        for entry, weight in lexicon.words.items():
            folded = tuple(fold(entry.removesuffix("*")).split())
            if len(folded) > 1:
                phrases.setdefault(folded[0], {})[folded] = weight
            elif entry.endswith("*"):
                stems[folded[0]] = weight
            else:
                exact[folded[0]] = weight
    return _Tables(
        exact,
        stems,
        phrases,
        frozenset(fold(word) for lexicon in chosen for word in lexicon.negations),
        {fold(word): factor for lexicon in chosen for word, factor in lexicon.intensifiers.items()},
    )


@functools.cache
def _source() -> dict[str, dict[str, object]]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with asset("starter", "mood.yaml").open(encoding="utf-8") as file:
        raw: dict[str, dict[str, object]] = yaml.load(file, Loader=loader)  # noqa: S506 (a safe loader)
    return raw


@functools.cache
def _lexicons() -> dict[str, _Lexicon]:
    return {code: convert(entry, _Lexicon, strict=False) for code, entry in _source().items() if code != "emoji"}


@functools.cache
def _emoji() -> dict[str, float]:
    return convert(_source()["emoji"], dict[str, float], strict=False)


def _weight_of(word: str, tables: _Tables) -> float:
    if word in tables.exact:
        return tables.exact[word]
    for size in range(len(word), 3, -1):
        if (weight := tables.stems.get(word[:size])) is not None:
            return weight
    return 0.0


def mood_of(text: str, language: str = "") -> MoodVerdict:
    """Return the mood of the customer's own words; ``language`` (``de``, ``en``) picks the lexicon, else both serve."""
    text = text[:_READ]
    tables = _tables(language if language in _lexicons() else "")
    letters = [c for c in text if c.isalpha()]
    shouting = len(letters) >= 12 and sum(c.isupper() for c in letters) > 0.7 * len(letters)
    hits: list[tuple[str, float]] = []
    for clause in _CLAUSE.split(text):
        written = _TOKEN.findall(clause)
        words = [fold(word).replace(" ", "") for word in written]
        position = 0
        while position < len(words):
            length, weight = _phrase_at(words, position, tables)
            if not length:
                length, weight = 1, _weight_of(words[position], tables)
            if weight:
                weight = _in_context(weight, words, position, length, tables, is_phrase=length > 1)
                if not shouting and len(written[position]) > 2 and written[position].isupper():
                    weight *= 1.3
                hits.append((" ".join(written[position : position + length]), weight))
            position += length
    hits += [(sign, weight * min(3, text.count(sign))) for sign, weight in _emoji().items() if sign in text]
    total = sum(weight for _, weight in hits)
    marks = text.count("!")
    if total and marks:
        total *= 1 + 0.12 * min(marks, 4)
    if shouting:
        total = total * 1.3 if total else 0.0
        total -= 0.25 if marks else 0.1
    mood = total / (total * total + _SATURATION) ** 0.5
    strongest = sorted(hits, key=lambda hit: -abs(hit[1]))[:5]
    reasons = tuple(Reason(code="mood.word", weight=weight, values={"word": word}) for word, weight in strongest)
    return MoodVerdict(mood=max(-1.0, min(1.0, mood)), reasons=reasons)


def _phrase_at(words: list[str], position: int, tables: _Tables) -> tuple[int, float]:
    best, weight = 0, 0.0
    for phrase, its_weight in tables.phrases.get(words[position], {}).items():
        if len(phrase) > best and tuple(words[position : position + len(phrase)]) == phrase:
            best, weight = len(phrase), its_weight
    return best, weight


def _in_context(weight: float, words: list[str], position: int, length: int, tables: _Tables, is_phrase: bool) -> float:
    """Apply intensifiers and negations of the same clause: three words before, and (gefällt mir nicht) two after."""
    before = words[max(0, position - _REACH) : position]
    after = words[position + length : position + length + 2]
    for near in before[-2:]:
        weight *= tables.intensifiers.get(near, 1.0)
    # A phrase such as "funktioniert nicht" holds its negation already.
    is_negated = any(word in tables.negations for word in before) or (
        not is_phrase and weight > 0 and any(word in ("nicht", "not") for word in after)
    )
    if is_negated:
        weight *= _NEGATED_POSITIVE if weight > 0 else _NEGATED_NEGATIVE
    return weight


def label(mood: float) -> str:
    """Return ``negative``, ``neutral`` or ``positive``."""
    return "negative" if mood <= NEGATIVE else "positive" if mood >= POSITIVE else "neutral"


def trend(moods: Sequence[float]) -> float:
    """Return how the mood moved over a contact, -1 (fell from best to worst) to 1: half the rise of the fitted line."""
    count = len(moods)
    if count < 2:
        return 0.0
    middle = (count - 1) / 2
    mean = sum(moods) / count
    spread = sum((i - middle) ** 2 for i in range(count))
    slope = sum((i - middle) * (mood - mean) for i, mood in enumerate(moods)) / spread
    return max(-1.0, min(1.0, slope * (count - 1) / 2))
