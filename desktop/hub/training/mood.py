"""The training of the mood model: a logistic regression over the lexicon's signals and hashed words and letters, how much
each counts and how strongly it is held back chosen by cross-validation, its probabilities calibrated by temperature
(Guo et al. 2017). Called by the lab, and by ``make models`` for the model that is shipped. Everything is seeded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import numpy as np
import yaml
from msgspec import Struct
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, train_test_split
from threadpoolctl import threadpool_limits

from desktop.assets import asset
from desktop.insight.language import language_of
from desktop.insight.mood.lexicon import SIGNALS, Evidence, evidence
from desktop.insight.mood.model import MOODS, MoodModel, hashed

SEED = 20260
_FOLDS = 3
_LONGEST = 20_000
_STRENGTHS = (
    (0.1, 1.0),
    (0.3, 1.0),
    (0.1, 3.0),
    (1.0, 1.0),
    (0.3, 3.0),
    (0.1, 6.0),
    (3.0, 1.0),
    (1.0, 3.0),
    (0.3, 6.0),
    (10.0, 1.0),
)
"""What is tried, from the most held back on: inverse of the regularisation, weight of the hashed part."""

_MOST_CHOSEN_BY = 3000
"""So many texts settle the choice; more would cost minutes and change nothing."""

_ABSENT = -30.0
_LANGUAGE_SHARE = 0.02
"""A language with fewer of the texts than this is a mistake or an exception, not one that was learned."""


class Choice(Struct, frozen=True):
    """How a model is fitted: inverse of the regularisation, weight of the hashed part, temperature."""

    strength: float
    weight: float
    temperature: float


STARTER_CHOICE = Choice(1.0, 1.0, 1.5)
"""For the sentences that are shipped: one hand wrote them and the lexicon, so that cross-validation on them is too sure of
itself. Chosen on labelled texts of others (docs/understanding.md)."""


class MoodExample(Struct, frozen=True):
    """``mood`` is one of ``MOODS``; ``language`` (ISO 639-1) is found out where it is empty."""

    text: str
    mood: str
    language: str = ""


class MoodFigures(Struct, frozen=True, kw_only=True):
    """What was measured on the hold-out part (``held_out`` texts, split by ``seed``), all from 0 to 1. ``macro_f1`` is the
    mean over the moods, ``calibration`` the expected calibration error over ten bins; ``strength`` and ``weight`` are
    the inverse of the regularisation and the weight of the hashed part that were chosen."""

    examples: int
    held_out: int
    seed: int
    accuracy: float
    macro_f1: float
    calibration: float
    strength: float
    weight: float
    temperature: float


class TooFewMoods(ValueError):
    """There is nothing to learn from: fewer than two moods, or one with fewer than five texts."""


def starter_moods() -> list[MoodExample]:
    """Return the labelled sentences that are shipped, German and English."""
    examples = []
    for language in ("de", "en"):
        with asset("starter", f"moods.{language}.yaml").open(encoding="utf-8") as file:
            table = msgspec.convert(yaml.safe_load(file), dict[str, list[str]])
        examples += [MoodExample(text, mood, language) for mood, texts in table.items() for text in texts]
    return examples


def read_moods(lines: Iterable[object]) -> tuple[list[MoodExample], int]:
    """Return what ``{"text", "mood"}`` lines teach, and how many teach nothing."""
    examples, skipped = [], 0
    for line in lines:
        text, mood = (line.get("text"), line.get("mood")) if isinstance(line, dict) else (None, None)
        if isinstance(text, str) and text.strip() and isinstance(mood, str) and mood.strip().lower() in MOODS:
            examples.append(MoodExample(text[:_LONGEST], mood.strip().lower()))
        else:
            skipped += 1
    return examples, skipped


def train_mood(
    examples: Sequence[MoodExample], version: str = "", bits: int = 0, seed: int = SEED, choice: Choice | None = None
) -> tuple[MoodModel, MoodFigures]:
    """Return the model learned from all ``examples``, and the figures of one learned from four fifths of them, measured
    on the rest. ``bits`` is the binary logarithm of the number of buckets, 0 chooses; so does cross-validation where
    ``choice`` is not given. Raises ``TooFewMoods``."""
    examples = list({one.text.casefold().strip(): one for one in examples}.values())
    counts = [sum(one.mood == mood for one in examples) for mood in MOODS]
    if sum(count > 0 for count in counts) < 2 or min(count for count in counts if count) < 5:
        raise TooFewMoods("at least two moods with at least five texts each are needed")
    bits = bits or (14 if len(examples) < 5_000 else 16)
    spoken = [one.language or language_of(one.text).language for one in examples]
    languages = tuple(sorted(code for code in set(spoken) if spoken.count(code) >= _LANGUAGE_SHARE * len(spoken)))
    found = [evidence(one.text, code) for one, code in zip(examples, spoken, strict=True)]
    target = np.array([MOODS.index(one.mood) for one in examples])
    kept, held = train_test_split(np.arange(len(examples)), test_size=0.2, random_state=seed, stratify=target)
    # These vectors are too small to share among threads, and training runs beside a hub that answers agents.
    with threadpool_limits(limits=1):
        choice = choice or _choice([found[i] for i in kept], target[kept], bits, seed)
        trial = _fit([found[i] for i in kept], target[kept], bits, choice)
        figures = _measured(trial, [found[i] for i in held], target[held], len(examples), seed, choice)
        model = _fit(found, target, bits, choice)
    model.languages, model.version = languages, version
    return model, figures


def _idf(found: Sequence[Evidence], bits: int) -> NDArray[np.float32]:
    seen = np.zeros(1 << bits, dtype=np.float32)
    for one in found:
        seen[np.unique(hashed(one, bits).bucket)] += 1
    idf = np.sqrt(np.log((1 + len(found)) / (1 + seen)) + 1)
    return np.asarray(idf.astype(np.float16).astype(np.float32))


def _matrix(found: Sequence[Evidence], bits: int, idf: NDArray[np.float32]) -> tuple[csr_matrix, csr_matrix]:
    """Return the signals and the hashed part of each text."""
    signals = np.array([one.signals or (0.0,) * len(SIGNALS) for one in found], dtype=np.float32)
    parts = [hashed(one, bits, idf) for one in found]
    starts = np.concatenate(([0], np.cumsum([len(part.bucket) for part in parts])))
    matrix = csr_matrix(
        (np.concatenate([part.value for part in parts]), np.concatenate([part.bucket for part in parts]), starts),
        shape=(len(parts), 1 << bits),
    )
    matrix.sum_duplicates()
    return csr_matrix(signals), matrix


def _regression(matrix: csr_matrix, target: NDArray[np.int64], strength: float) -> NDArray[np.float64]:
    """Return the weights of all three moods, the bias last; a mood without examples is out of reach."""
    regression = LogisticRegression(C=strength, tol=1e-3, max_iter=300)
    regression.fit(matrix, target)
    rows = np.column_stack((regression.coef_, regression.intercept_))
    if len(regression.classes_) == 2:  # scikit-learn keeps one row for two classes
        rows = np.vstack((-rows[0] / 2, rows[0] / 2))
    weights = np.zeros((3, rows.shape[1]))
    weights[:, -1] = _ABSENT
    weights[regression.classes_] = rows
    return weights


def _choice(found: Sequence[Evidence], target: NDArray[np.int64], bits: int, seed: int) -> Choice:
    """Choose by log-likelihood on texts left out in turn: of those not clearly worse than the best (one standard error,
    Breiman et al. 1984) the most held back, for texts that other people write differ more than the folds do."""
    if len(found) > _MOST_CHOSEN_BY:
        order = np.random.default_rng(seed).permutation(len(found))[:_MOST_CHOSEN_BY]
        found, target = [found[i] for i in order], target[order]
    signals, words = _matrix(found, bits, _idf(found, bits))
    folds = max(2, min(_FOLDS, *(int(n) for n in np.bincount(target) if n)))
    tried: list[tuple[Choice, NDArray[np.float64]]] = []
    for strength, weight in _STRENGTHS:
        matrix = hstack((signals, words * weight)).tocsr()
        logits = np.zeros((len(target), 3))
        for kept, held in StratifiedKFold(folds, shuffle=True, random_state=seed).split(target, target):
            weights = _regression(matrix[kept], target[kept], strength)
            logits[held] = matrix[held] @ weights[:, :-1].T + weights[:, -1]
        temperature, losses = _calibrated(logits, target)
        tried.append((Choice(strength, weight, temperature), losses))
    best = min(tried, key=lambda one: float(one[1].mean()))[1]
    behind = ((choice, losses - best) for choice, losses in tried)  # from the most held back on
    return next(choice for choice, gap in behind if gap.mean() <= gap.std() / len(gap) ** 0.5)


def _calibrated(logits: NDArray[np.float64], target: NDArray[np.int64]) -> tuple[float, NDArray[np.float64]]:
    """Return the temperature with the least negative log-likelihood, and that of each text."""
    found: list[tuple[float, NDArray[np.float64]]] = []
    for temperature in np.exp(np.linspace(np.log(0.4), np.log(3), 25)):
        odds = np.exp((logits - logits.max(axis=1, keepdims=True)) / temperature)
        chance = odds[np.arange(len(target)), target] / odds.sum(axis=1)
        found.append((float(temperature), -np.log(chance + 1e-12)))
    return min(found, key=lambda one: float(one[1].mean()))


def _fit(found: Sequence[Evidence], target: NDArray[np.int64], bits: int, choice: Choice) -> MoodModel:
    idf = _idf(found, bits)
    signals, words = _matrix(found, bits, idf)
    weights = _regression(hstack((signals, words * choice.weight)).tocsr(), target, choice.strength)
    plain = weights[:, len(SIGNALS) : -1] * choice.weight
    # One byte a weight is enough: the rounding error is far below what the examples can tell.
    scale = np.maximum(np.abs(plain).max(axis=1), 1e-6) / 127
    return MoodModel(
        signals=weights[:, : len(SIGNALS)].T.astype(np.float32),
        weights=np.round(plain / scale[:, None]).astype(np.int8).T.copy(),
        scale=scale.astype(np.float32),
        bias=weights[:, -1].astype(np.float32),
        idf=idf,
        temperature=choice.temperature,
    )


def _measured(
    model: MoodModel, found: Sequence[Evidence], target: NDArray[np.int64], total: int, seed: int, choice: Choice
) -> MoodFigures:
    chances = np.array([model.predict(one).chances if one.signals else (0, 1, 0) for one in found])
    guess = chances.argmax(axis=1)
    sure, hit = chances.max(axis=1), (guess == target).astype(float)
    bins = np.minimum((sure * 10).astype(int), 9)
    error = sum(abs(sure[bins == b].mean() - hit[bins == b].mean()) * (bins == b).mean() for b in set(bins.tolist()))
    scores = []
    for mood in sorted(set(target.tolist())):
        both = float(((guess == mood) & (target == mood)).sum())
        scores.append(2 * both / max(1.0, float((guess == mood).sum() + (target == mood).sum())))
    return MoodFigures(
        examples=total,
        held_out=len(target),
        seed=seed,
        accuracy=float(hit.mean()),
        macro_f1=sum(scores) / len(scores),
        calibration=float(error),
        strength=choice.strength,
        weight=choice.weight,
        temperature=choice.temperature,
    )


def write_starter(out: Path | None = None, seed: int = SEED) -> MoodFigures:
    """Build the model that is shipped from the starter sentences, and return its figures."""
    model, figures = train_mood(starter_moods(), version="starter-1", seed=seed, choice=STARTER_CHOICE)
    out = out or asset("models", "mood-starter.npz")
    out.parent.mkdir(parents=True, exist_ok=True)
    model.save(out)
    return figures
