"""The training of the intent model: a multinomial logistic regression over hashed features, its probabilities calibrated
by temperature (Guo et al. 2017), and the threshold below which a text counts as none of the known.

The threshold is not guessed: in each fold some request types are left out of training altogether, and their texts stand
for what nobody foresaw. Everything is seeded; the same examples give the same model.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, train_test_split
from threadpoolctl import threadpool_limits

from desktop.hub.training.examples import Example
from desktop.insight.concepts import starter_concepts
from desktop.insight.features import features, weighted
from desktop.insight.intent import NONE, IntentModel

SEED = 20260
_STRENGTH = 30.0
"""Inverse of the regularisation: texts are of length 1 and few, so it is weak."""

_FOLDS = 5
_BALANCE = 0.6
"""How much wrongly refusing a known text weighs against taking an unknown one for known (1 minus this)."""


class Figures(Struct, frozen=True, kw_only=True):
    """What was measured on the hold-out part (``held_out`` texts, split by ``seed``), all from 0 to 1.

    ``accuracy`` is of the best intent over known texts whatever the refusal; ``accepted`` the part of known texts not
    refused, ``accuracy_accepted`` among these; ``refused`` the part of none-of-these texts refused; ``calibration`` the
    expected calibration error over ten bins."""

    examples: int
    labels: int
    held_out: int
    seed: int
    accuracy: float
    accepted: float
    accuracy_accepted: float
    refused: float
    calibration: float
    threshold: float
    temperature: float


class TooFewExamples(ValueError):
    """There is nothing to learn from: fewer than two request types, or one with fewer than two texts."""


def train(
    examples: Sequence[Example], version: str = "", bits: int = 0, seed: int = SEED
) -> tuple[IntentModel, Figures]:
    """Return the model learned from all ``examples``, and the figures of one learned from four fifths of them, measured
    on the rest. ``bits`` is the binary logarithm of the number of feature buckets; 0 chooses by the number of examples.
    Raises ``TooFewExamples``."""
    examples = _unique(examples)
    names = sorted({one.intent for one in examples})
    counts = {name: sum(one.intent == name for one in examples) for name in names}
    if len([name for name in names if name != NONE]) < 2 or min(counts.values()) < 2:
        raise TooFewExamples("two request types with at least two texts each are needed")
    bits = bits or (15 if len(examples) < 20_000 else 17)
    labels = [one.intent for one in examples]
    share = max(0.2, len(names) / len(examples))
    kept, held = train_test_split(list(range(len(examples))), test_size=share, random_state=seed, stratify=labels)
    # These vectors are too small to share among threads, and training runs beside a hub that answers agents.
    with threadpool_limits(limits=1):
        trial = _fit([examples[i] for i in kept], version, bits, seed)
        figures = measure(trial, [examples[i] for i in held], len(examples), seed)
        return _fit(examples, version, bits, seed), figures


def _unique(examples: Sequence[Example]) -> list[Example]:
    """Drop texts that are there twice, so that no hold-out text was learned from."""
    return list({one.text.casefold().strip(): one for one in examples}.values())


def measure(model: IntentModel, held_out: Sequence[Example], total: int, seed: int) -> Figures:
    """Return the figures of ``model`` on texts it has not seen."""
    known = [(one, model.predict(one.text)) for one in held_out if one.intent != NONE]
    unknown = [model.predict(one.text) for one in held_out if one.intent == NONE]
    right = [verdict.ranked[:1] and verdict.ranked[0][0] == one.intent for one, verdict in known]
    accepted = [bool(ok) for ok, (_, verdict) in zip(right, known, strict=True) if verdict.known]
    sure = np.array([verdict.probability for _, verdict in known])
    hits = np.array([bool(ok) for ok in right], dtype=float)
    bins = np.minimum((sure * 10).astype(int), 9)
    error = sum(abs(sure[bins == b].mean() - hits[bins == b].mean()) * (bins == b).mean() for b in set(bins.tolist()))
    return Figures(
        examples=total,
        labels=len(model.intents),
        held_out=len(held_out),
        seed=seed,
        accuracy=float(hits.mean()),
        accepted=len(accepted) / len(known),
        accuracy_accepted=sum(accepted) / max(1, len(accepted)),
        refused=sum(not verdict.known for verdict in unknown) / len(unknown) if unknown else 0.0,
        calibration=float(error),
        threshold=model.threshold,
        temperature=model.temperature,
    )


def _fit(examples: Sequence[Example], version: str, bits: int, seed: int) -> IntentModel:
    concepts = starter_concepts()
    parts = [features(one.text, bits, concepts) for one in examples]
    seen = np.zeros(1 << bits, dtype=np.float32)
    for part in parts:
        seen[np.unique(np.concatenate((part.word.bucket, part.char.bucket, part.concept.bucket)))] += 1
    idf = np.sqrt(np.log((1 + len(parts)) / (1 + seen)) + 1).astype(np.float16).astype(np.float32)
    matrix = _matrix([weighted(part, idf) for part in parts], 1 << bits)
    labels = np.array([one.intent for one in examples])
    temperature, threshold = _calibrate(matrix, labels, seed)
    regression = _regression(matrix, labels)
    names = [str(name) for name in regression.classes_]
    # One byte a weight is enough: the rounding error is far below what the few examples can tell.
    scale = np.maximum(np.abs(regression.coef_).max(axis=1), 1e-6) / 127
    return IntentModel(
        labels=tuple(names),
        weights=np.round(regression.coef_ / scale[:, None]).astype(np.int8).T.copy(),
        scale=scale.astype(np.float32),
        bias=regression.intercept_.astype(np.float32),
        idf=idf,
        concepts=concepts,
        temperature=temperature,
        threshold=threshold,
        version=version,
    )


def _matrix(rows: Sequence[tuple[NDArray[np.int32], NDArray[np.float32]]], columns: int) -> csr_matrix:
    starts = np.concatenate(([0], np.cumsum([len(index) for index, _ in rows])))
    index = np.concatenate([index for index, _ in rows])
    value = np.concatenate([value for _, value in rows])
    return csr_matrix((value, index, starts), shape=(len(rows), columns))


def _regression(matrix: csr_matrix, labels: NDArray[np.str_]) -> LogisticRegression:
    regression = LogisticRegression(C=_STRENGTH, tol=1e-3, max_iter=300)
    regression.fit(matrix, labels)
    if len(regression.classes_) == 2:  # scikit-learn keeps one row for two classes
        regression.coef_ = np.vstack((-regression.coef_[0] / 2, regression.coef_[0] / 2))
        regression.intercept_ = np.array([-regression.intercept_[0] / 2, regression.intercept_[0] / 2])
    return regression


def _logits(regression: LogisticRegression, matrix: csr_matrix) -> NDArray[np.float64]:
    return np.asarray(matrix @ regression.coef_.T + regression.intercept_)


def _softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def _calibrate(matrix: csr_matrix, labels: NDArray[np.str_], seed: int) -> tuple[float, float]:
    """Return temperature and threshold found on texts, and request types, left out of the fit in turn."""
    smallest = min(int((labels == name).sum()) for name in set(labels.tolist()))
    folds = min(_FOLDS, smallest)
    intents = sorted(set(labels.tolist()) - {NONE})
    order = np.random.default_rng(seed).permutation(len(intents))
    logits, truth, classes = [], [], []
    outside: list[NDArray[np.float64]] = []
    splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)
    for fold, (kept, held) in enumerate(splitter.split(np.zeros(len(labels)), labels)):
        regression = _regression(matrix[kept], labels[kept])
        logits.append(_logits(regression, matrix[held]))
        truth.append(labels[held])
        classes = list(regression.classes_)
        unforeseen = {intents[i] for i in order[fold :: max(folds, 3)]}
        rest = np.array([label not in unforeseen for label in labels[kept]])
        if len({label for label in labels[kept][rest].tolist() if label != NONE}) >= 2:
            blind = _regression(matrix[kept][rest], labels[kept][rest])
            away = np.array([label in unforeseen for label in labels[held]])
            outside.append(_open_scores(blind, matrix[held][away]))
    stacked = np.vstack(logits)
    target = np.array([classes.index(label) for label in np.concatenate(truth)])
    temperature = _temperature(stacked, target)
    return temperature, _threshold(stacked, target, classes, temperature, outside)


def _temperature(logits: NDArray[np.float64], target: NDArray[np.int64]) -> float:
    """Return the temperature with the least negative log-likelihood on held-out texts."""
    grid = np.exp(np.linspace(np.log(0.15), np.log(4), 80))
    losses = [-np.log(_softmax(logits / t)[np.arange(len(target)), target] + 1e-12).mean() for t in grid]
    return float(grid[int(np.argmin(losses))])


def _open_scores(regression: LogisticRegression, matrix: csr_matrix) -> NDArray[np.float64]:
    """Return logits for texts of request types the regression never saw, the column of "none" (or -inf) first."""
    logits = _logits(regression, matrix)
    names = list(regression.classes_)
    none = logits[:, names.index(NONE)] if NONE in names else np.full(len(logits), -np.inf)
    return np.column_stack((none, logits[:, [i for i, name in enumerate(names) if name != NONE]]))


def _threshold(
    logits: NDArray[np.float64],
    target: NDArray[np.int64],
    classes: Sequence[str],
    temperature: float,
    outside: Sequence[NDArray[np.float64]],
) -> float:
    """Return the least probability of a known intent at which the weighted sum of both mistakes is smallest."""
    none = classes.index(NONE) if NONE in classes else -1
    columns = [i for i in range(len(classes)) if i != none]
    probabilities = _softmax(logits / temperature)
    best = probabilities[:, columns].max(axis=1)
    if none >= 0:
        best = np.where(probabilities.argmax(axis=1) == none, 0.0, best)
    known = best[target != none]
    strangers = [best[target == none]]
    for scores in outside:
        chances = _softmax(scores / temperature)
        strangers.append(np.where(chances.argmax(axis=1) == 0, 0.0, chances[:, 1:].max(axis=1)))
    unknown = np.concatenate(strangers)
    grid = np.linspace(0.05, 0.95, 91)
    if not len(unknown):
        return 0.2
    losses = [_BALANCE * (known < t).mean() + (1 - _BALANCE) * (unknown >= t).mean() for t in grid]
    return float(grid[int(np.argmin(losses))])
