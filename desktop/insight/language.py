"""Which language a short text is in: a small linear model over hashed letters and words for those in Latin script (learned
from ``resources/starter/languages.yaml`` by ``desktop.hub.training.language``), the Unicode blocks for the rest. Unclear
or empty text is ``und`` (ISO 639-2), never a guess dressed as knowledge.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from desktop.assets import asset, read_yaml
from desktop.insight.artefact import ModelError, reading, write
from desktop.insight.ngrams import damped, letters, terms
from desktop.insight.normalise import fold
from desktop.insight.scripts import by_script

if TYPE_CHECKING:
    from numpy import float32, int8, int64
    from numpy.typing import NDArray

FORMAT = 1
UNKNOWN = "und"
CLEAR = 0.5
"""Least probability of the best language; below it the text counts as unclear."""

_READ = 1500
_MOST_WORDS = 120
_LONGEST_WORD = 40
_LETTERS = (1, 2, 3, 4)
_WORD_SHARE = 0.35
_NOT_WORDS = re.compile(r"(?:https?://|www\.)\S{1,300}|[^\s@]{1,64}@\S{1,255}|<[^<>]{1,300}>|[\d_]+|[^\w\s'’]")
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{3,}")
_SENTENCE = re.compile(r"[.!?\n]+")
_HINT = 2.5
"""Odds in favour of the language somebody is known to write."""

_PART_WORDS = 3
_PART_CLEAR = 0.7
_MOST_PARTS = 8


class LanguageVerdict(Struct, frozen=True, kw_only=True):
    """``ranked`` holds (ISO 639-1, probability), best first, ``und`` among them for what is none of the known;
    ``language`` is the best one, or ``und`` if unclear. ``also`` names further languages whole sentences are in."""

    ranked: tuple[tuple[str, float], ...] = ()
    language: str = UNKNOWN
    also: tuple[str, ...] = ()

    @property
    def probability(self) -> float:
        return self.ranked[0][1] if self.ranked else 0.0


def words_of(text: str) -> list[str]:
    """Return the words of a text as the model reads them: lower case, without addresses, links and numbers, a letter
    drawn out (Haaaallo) written once."""
    plain = _DRAWN_OUT.sub(r"\1", _NOT_WORDS.sub(" ", text[:_READ]).lower())
    return [word[:_LONGEST_WORD] for word in plain.split()][:_MOST_WORDS]


def hashed(words: Sequence[str], bits: int) -> tuple[NDArray[int64], NDArray[float32]]:
    """Return buckets and values of the letters and words; the length of all together is 1."""
    import numpy as np

    # Who writes a title of another language into a sentence seldom begins with it.
    one, _ = terms([*words, *(f"^{word}" for word in words[:1])], bits, 1)
    two, _ = letters(words, _LETTERS, bits)
    parts = []
    for bucket, share in ((one, _WORD_SHARE), (two, 1 - _WORD_SHARE)):
        value = damped(bucket)
        total = np.bincount(bucket, weights=value) if len(bucket) else np.zeros(1)
        norm = float(np.sqrt((total * total).sum()))
        parts.append(value * np.float32(share**0.5 / norm) if norm else value)
    return np.concatenate((one, two)), np.concatenate(parts).astype(np.float32)


class LanguageModel:
    """A trained model in memory; ``codes`` has ``und`` for what is no language. ``weights`` has shape
    (2**bits, codes) and is multiplied by ``scale`` per code."""

    def __init__(
        self,
        codes: tuple[str, ...],
        weights: NDArray[int8],
        scale: NDArray[float32],
        bias: NDArray[float32],
        version: str = "",
    ) -> None:
        self.codes = codes
        self.weights = weights
        self.scale = scale
        self.bias = bias
        self.version = version
        self._bits = int(weights.shape[0]).bit_length() - 1

    @classmethod
    def load(cls, path: Path) -> LanguageModel:
        """Read a model. Raises ``ModelError`` for a file that is none, ``OSError`` if unreadable."""
        import numpy as np

        with path.open("rb") as raw, reading(raw, path, "language", FORMAT) as file:
            model = cls(
                codes=tuple(str(code) for code in file["codes"]),
                weights=file["weights"],
                scale=file["scale"].astype(np.float32),
                bias=file["bias"].astype(np.float32),
                version=str(file["version"]),
            )
        rows, columns = model.weights.shape if model.weights.ndim == 2 else (0, 0)
        if not rows or rows & (rows - 1) or not columns == len(model.codes) == len(model.bias) == len(model.scale):
            raise ModelError("language_model_damaged", path)
        return model

    def save(self, path: Path) -> None:
        """Write the model; the file appears whole or not at all."""
        import numpy as np

        write(
            path,
            format=np.int32(FORMAT),
            codes=np.array(self.codes, dtype=np.str_),
            weights=self.weights,
            scale=self.scale.astype(np.float32),
            bias=self.bias.astype(np.float32),
            version=np.str_(self.version),
        )

    def ranked(self, words: Sequence[str], hint: str = "") -> list[tuple[str, float]]:
        """Return (code, probability) for words of ``words_of``, best first."""
        import numpy as np

        bucket, value = hashed(words, self._bits)
        logits = (value @ self.weights[bucket].astype(np.float32)) * self.scale + self.bias
        odds = np.exp(logits - logits.max())
        if hint in self.codes:
            odds[self.codes.index(hint)] *= _HINT
        chances = (odds / odds.sum()).tolist()
        return sorted(zip(self.codes, chances, strict=True), key=lambda pair: (-pair[1], pair[0]))


@functools.cache
def _starter() -> LanguageModel:
    return LanguageModel.load(asset("models", "language-starter.npz"))


@functools.cache
def _function_words() -> dict[str, frozenset[str]]:
    raw = read_yaml(asset("starter", "languages.yaml"))
    return {code: frozenset(map(fold, entry["words"].lower().split())) for code, entry in raw.items()}


def languages() -> tuple[str, ...]:
    """Return the languages in Latin script that can be told apart."""
    return tuple(code for code in _starter().codes if code != UNKNOWN)


@functools.cache
def function_words(language: str) -> frozenset[str]:
    """Return the folded words that carry no matter in ``language``; of German and English together if it is unclear."""
    known = _function_words()
    return known[language] if language in known else known["de"] | known["en"]


def language_of(text: str, hint: str = "") -> LanguageVerdict:
    """Return the languages ``text`` may be in. ``hint`` (ISO 639-1, say of the customer's record) tips the scale where
    the text itself says little, and is no more than that."""
    words = words_of(text)
    if sum(len(word) for word in words if word[0].isalpha()) < 2:
        return LanguageVerdict()
    hint = hint[:2].lower()
    ranked = _ranked(words, hint)
    best, chance = ranked[0]
    also: list[str] = []
    if len(words) > 2 * _PART_WORDS:
        parts = (words_of(part) for part in _SENTENCE.split(text[:_READ]))
        for part in itertools.islice((part for part in parts if len(part) >= _PART_WORDS), _MOST_PARTS):
            if (one := _ranked(part, best)[0])[1] >= _PART_CLEAR:
                also += [one[0]] if one[0] not in (*also, best, UNKNOWN) else []
    return LanguageVerdict(ranked=tuple(ranked), language=best if chance >= CLEAR else UNKNOWN, also=tuple(also))


def _ranked(words: Sequence[str], hint: str) -> list[tuple[str, float]]:
    """Share the text among scripts by their letters, the Latin one judged by the model."""
    shares = by_script(" ".join(words))
    latin = shares.pop("", 0.0)
    if latin >= 1.0:
        return _starter().ranked(words, hint)
    chances = dict(shares)
    if latin:
        spoken = [word for word in words if any("" in by_script(letter) for letter in word)]
        for code, chance in _starter().ranked(spoken, hint):
            chances[code] = chances.get(code, 0.0) + latin * chance
    return sorted(chances.items(), key=lambda pair: (-pair[1], pair[0]))
