"""Which language a short text is in: letter trigrams and function words against the samples in
``resources/starter/languages.yaml``. Unclear or empty text is ``und`` (ISO 639-2), never a guess dressed as knowledge.
"""

from __future__ import annotations

import functools
import math
import re
from collections import Counter

import yaml
from msgspec import Struct

from desktop.assets import asset
from desktop.insight.normalise import fold

UNKNOWN = "und"
CLEAR = 0.6
"""Least probability of the best language; below it the text counts as unclear."""

_FUNCTION_WEIGHT = 1.6
_TEMPERATURE = 1.6
_PRIOR = {"de": 1.2, "en": 1.0}
"""Log-odds before the first letter: the centre works in German and English, the rest has to show itself."""

_SMOOTHING = 0.4
_SEEN = 0.3
"""Least part of the trigrams that the best language knows; gibberish and other alphabets have hardly any."""

_READ = 1200
_NOT_WORDS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+|[\d_]+|[^\w\s']")
_MARKS = {"ß": "de", "ñ": "es", "¿": "es", "¡": "es", "ł": "pl", "ą": "pl", "ę": "pl", "ś": "pl", "ż": "pl", "ź": "pl",
          "ğ": "tr", "ş": "tr", "ı": "tr", "ã": "pt", "õ": "pt", "œ": "fr"}  # fmt: skip
_MARK_WEIGHT = 2.5


class LanguageVerdict(Struct, frozen=True, kw_only=True):
    """``ranked`` holds (ISO 639-1, probability), best first; ``language`` is the best one, or ``und`` if unclear."""

    ranked: tuple[tuple[str, float], ...] = ()
    language: str = UNKNOWN

    @property
    def probability(self) -> float:
        return self.ranked[0][1] if self.ranked else 0.0


class _Profile(Struct, frozen=True):
    grams: dict[str, float]
    unseen: float
    words: frozenset[str]


@functools.cache
def _profiles() -> dict[str, _Profile]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with asset("starter", "languages.yaml").open(encoding="utf-8") as file:
        raw = yaml.load(file, Loader=loader)  # noqa: S506 (a safe loader, the C one where there is one)
    counts = {code: Counter(_grams(entry["sample"] + " " + entry["words"])) for code, entry in raw.items()}
    kinds = len(set().union(*counts.values()))
    profiles = {}
    for code, entry in raw.items():
        total = sum(counts[code].values()) + _SMOOTHING * kinds
        grams = {gram: math.log((n + _SMOOTHING) / total) for gram, n in counts[code].items()}
        profiles[code] = _Profile(grams, math.log(_SMOOTHING / total), frozenset(entry["words"].lower().split()))
    return profiles


def languages() -> tuple[str, ...]:
    """Return the languages that can be told apart."""
    return tuple(_profiles())


@functools.cache
def function_words(language: str) -> frozenset[str]:
    """Return the folded words that carry no matter in ``language``; of German and English together if it is unclear."""
    profiles = _profiles()
    chosen = [profiles[language]] if language in profiles else [profiles["de"], profiles["en"]]
    return frozenset(fold(word) for profile in chosen for word in profile.words)


def _words(text: str) -> list[str]:
    return _NOT_WORDS.sub(" ", text[:_READ]).lower().split()


def _grams(text: str) -> list[str]:
    grams = []
    for word in _words(text):
        padded = f" {word} "
        grams += [padded[i : i + 3] for i in range(len(padded) - 2)]
        grams += [padded[i : i + 2] for i in range(len(padded) - 1)]
    return grams


def language_of(text: str, hint: str = "") -> LanguageVerdict:
    """Return the languages ``text`` may be in. ``hint`` (ISO 639-1, say of the customer's record) tips the scale where
    the text itself says little, and is no more than that."""
    words = _words(text)
    if sum(len(word) for word in words if word[0].isalpha()) < 2:
        return LanguageVerdict()
    grams = _grams(text)
    profiles = _profiles()
    scores = {}
    marks = Counter(code for mark, code in _MARKS.items() if mark in text.lower())
    for code, profile in profiles.items():
        score = sum(profile.grams.get(gram, profile.unseen) for gram in grams)
        # Neighbouring n-grams say nearly the same thing twice; unscaled, naive Bayes would always be certain.
        score /= 2.0 * _TEMPERATURE
        score += _FUNCTION_WEIGHT * sum(word in profile.words for word in words)
        score += _MARK_WEIGHT * marks[code]
        scores[code] = score + _PRIOR.get(code, 0.0) + (0.9 if code == hint[:2].lower() else 0.0)
    peak = max(scores.values())
    odds = {code: math.exp(score - peak) for code, score in scores.items()}
    total = sum(odds.values())
    ranked = tuple(sorted(((code, one / total) for code, one in odds.items()), key=lambda pair: (-pair[1], pair[0])))
    best = profiles[ranked[0][0]]
    trigrams = [gram for gram in grams if len(gram) == 3]
    seen = sum(gram in best.grams for gram in trigrams) / len(trigrams)
    is_clear = ranked[0][1] >= CLEAR and seen >= _SEEN
    return LanguageVerdict(ranked=ranked, language=ranked[0][0] if is_clear else UNKNOWN)
