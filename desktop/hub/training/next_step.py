"""The training of the next-step model: small networks over hashed features, their average calibrated by temperature (Guo et
al. 2017), mixed with back-off counts as far as that earns, and made as sure as it proved to be, all on contacts held out.

Contacts are held out whole, never single decisions. A feature that fewer than ``LEAST`` contacts share is not learned, so
that no weight can stand for one customer. Everything is seeded; the same decisions give the same model.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from desktop.insight.experience import StepCounts
from desktop.insight.next_step import AS_IT_IS, NextStepModel, resurely
from desktop.insight.step_features import Moment, step_features

SEED: Final = 20260
LEAST: Final = 3
"""How many contacts have to share a feature."""

_BITS, _HIDDEN, _NETWORKS = 14, 96, 3
_EPOCHS, _BATCH, _FEWEST_BATCHES = 6, 128, 300
_RATE, _DROPPED = 0.06, 0.3
_FORGOTTEN = 0.4
"""In so many decisions what was before is hidden, so that the model also knows what to say where it is not given."""

_FOLDS, _MANY = 5, 6000
"""With so many decisions one fold is held out instead of each in turn: it says enough and takes a fifth of the time."""

_SHARES = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7)
_BINS = 15
_LEAST_RIGHT = 1e-6
"""What was never learned must not make the log-loss infinite."""
_CAUTION = 5.0
"""How many decisions' worth of doubt there is that the sureness has to be changed at all."""


class Decision(Struct, frozen=True, kw_only=True):
    """One step an agent chose: ``next`` (``experience.END``: that all was done), at ``moment``, in contact ``case``."""

    case: str
    moment: Moment
    next: str


class Figures(Struct, frozen=True, kw_only=True):
    """What was measured on ``held_out`` decisions of contacts not learned from (split by ``seed``); shares from 0 to 1.

    ``calibration`` is the expected calibration error over 15 bins, ``log_loss`` in nats; ``accuracy_counts`` is that of the
    back-off counts alone. What scales the probabilities was never found on the decisions it is measured on; those of the
    model are ``temperature`` and ``counts_share``."""

    examples: int
    cases: int
    labels: int
    held_out: int
    seed: int
    accuracy: float
    top_3: float
    calibration: float
    log_loss: float
    accuracy_counts: float
    temperature: float
    counts_share: float


class TooFewDecisions(ValueError):
    """There is nothing to learn from: fewer than two different steps, or fewer than two contacts."""


class _Networks(NamedTuple):
    """Weights of N networks learned side by side: ``inner`` (columns that count, N*H), ``inner_bias`` (N*H), ``outer``
    (N, H, labels), ``outer_bias`` (N, 1, labels)."""

    inner: NDArray[np.float32]
    inner_bias: NDArray[np.float32]
    outer: NDArray[np.float32]
    outer_bias: NDArray[np.float32]


class _Answers(NamedTuple):
    """What networks and counts said of decisions: log-probabilities and probabilities (decisions, labels); ``truth`` is
    the label's place, -1 for one that was never learned; ``half`` splits the contacts in two."""

    logs: NDArray[np.float64]
    counted: NDArray[np.float64]
    truth: NDArray[np.int64]
    half: NDArray[np.int64]


class _Scale(NamedTuple):
    """How scores become probabilities: see ``NextStepModel``."""

    temperature: float = 1.0
    counts_share: float = 0.0
    sureness: tuple[float, float, float] = AS_IT_IS


def train(
    decisions: Sequence[Decision],
    *,
    held_out: Sequence[Decision] = (),
    version: str = "",
    seed: int = SEED,
    least: int = LEAST,
) -> tuple[NextStepModel, Figures]:
    """Return the model learned from all ``decisions``, and its figures: on ``held_out``, of which nothing is learned, or
    where that is empty on a part of the contacts that a trial did not learn from. Raises ``TooFewDecisions``."""
    cases = sorted({one.case for one in decisions})
    labels = sorted({one.next for one in decisions})
    if len(labels) < 2 or len(cases) < 2:
        raise TooFewDecisions("at least two contacts and two different next steps are needed")
    # These matrices are too small to share among threads, and training runs beside a hub that answers agents.
    with threadpool_limits(limits=1):
        places = dict(zip(cases, np.random.default_rng(seed).permutation(len(cases)).tolist(), strict=True))
        folds = np.array([places[one.case] % _FOLDS for one in decisions])
        tried = []
        for fold in range(1 if len(decisions) >= _MANY else min(_FOLDS, len(cases))):
            kept = [one for one, its in zip(decisions, folds, strict=True) if its != fold]
            away = [one for one, its in zip(decisions, folds, strict=True) if its == fold]
            tried.append(_answers(_fit(kept, labels, version, seed, least), away, places))
        answers = _Answers(*(np.concatenate(parts) for parts in zip(*tried, strict=True)))
        model = _fit(decisions, labels, version, seed, least)
        scale = _calibrated(answers)
        model.temperature, model.counts_share, model.sureness = scale
        if not held_out:
            figures = _crosswise(answers)
        else:
            answers = _answers(model, held_out, {})
            figures = _measured(_scaled(answers, scale), answers)
    return model, Figures(
        examples=len(decisions),
        cases=len(cases),
        labels=len(labels),
        held_out=len(answers.truth),
        seed=seed,
        temperature=round(model.temperature, 4),
        counts_share=model.counts_share,
        accuracy_counts=float((answers.counted.argmax(axis=1) == answers.truth).mean()),
        **figures,
    )


def _fit(decisions: Sequence[Decision], labels: Sequence[str], version: str, seed: int, least: int) -> NextStepModel:
    drawn = np.random.default_rng(seed).random(len(decisions)) < _FORGOTTEN
    matrix = _matrix(
        [
            replace(one.moment, earlier=()) if is_hidden else one.moment
            for one, is_hidden in zip(decisions, drawn, strict=True)
        ]
    )
    columns = _shared(matrix, [one.case for one in decisions], least)
    place = {label: number for number, label in enumerate(labels)}
    truth = np.array([place[one.next] for one in decisions])
    networks = _networks(matrix[:, columns], truth, len(labels), seed)
    inner = np.zeros((1 << _BITS, _NETWORKS * _HIDDEN), dtype=np.float32)
    inner[columns] = networks.inner
    # One byte a weight is enough: the rounding error is far below what separates the networks from each other.
    scale = np.maximum(np.abs(inner).max(axis=0), 1e-6) / 127
    counts = StepCounts()
    for one in decisions:
        counts.note(one.moment.intent, one.moment.steps, one.next)
    return NextStepModel(
        labels=tuple(labels),
        inner=np.round(inner / scale).astype(np.int8),
        inner_scale=scale.astype(np.float32),
        inner_bias=networks.inner_bias,
        outer=networks.outer.astype(np.float16).astype(np.float32),
        outer_bias=networks.outer_bias[:, 0],
        counts=counts,
        version=version,
    )


def _matrix(moments: Sequence[Moment]) -> csr_matrix:
    rows = [step_features(one, _BITS) for one in moments]
    starts = np.concatenate(([0], np.cumsum([len(row.bucket) for row in rows])))
    index = np.concatenate([row.bucket for row in rows])
    value = np.concatenate([row.value for row in rows])
    return csr_matrix((value, index, starts), shape=(len(rows), 1 << _BITS))


def _shared(matrix: csr_matrix, cases: Sequence[str], least: int) -> NDArray[np.int64]:
    """Return the columns that at least ``least`` contacts have."""
    _, number = np.unique(np.array(cases), return_inverse=True)
    member = csr_matrix((np.ones(len(number), dtype=np.float32), (number, np.arange(len(number)))))
    present = csr_matrix((np.ones_like(matrix.data), matrix.indices, matrix.indptr), shape=matrix.shape)
    contacts = np.bincount((member @ present).tocsr().indices, minlength=matrix.shape[1])
    return np.flatnonzero(contacts >= least)


def _networks(matrix: csr_matrix, truth: NDArray[np.int64], labels: int, seed: int) -> _Networks:
    """Learn networks that differ in where they began and in their dropout (Srivastava et al. 2014) of hidden units, by
    AdaGrad (Duchi, Hazan & Singer 2011) whose step shrinks to nothing. A feature has one step size per network: as good as
    one per weight, and half the time."""
    draw = np.random.default_rng(seed)
    rows, columns = matrix.shape
    count, kind = _NETWORKS, np.float32
    units = (count, _HIDDEN)
    net = _Networks(
        (draw.standard_normal((columns, count * _HIDDEN)) * 0.1).astype(kind),
        np.zeros(count * _HIDDEN, kind),
        (draw.standard_normal((*units, labels)) / _HIDDEN**0.5).astype(kind),
        np.zeros((count, 1, labels), kind),
    )
    past = _Networks(np.full((columns, count), 1e-6, kind), *(np.full_like(weights, 1e-6) for weights in net[1:]))
    batches = -(-rows // _BATCH)
    rounds = max(_EPOCHS, min(10 * _EPOCHS, -(-_FEWEST_BATCHES // batches)))
    place = np.zeros(columns, np.int32)
    done = 0
    for _ in range(rounds):
        order = draw.permutation(rows)
        for start in range(0, rows, _BATCH):
            taken = order[start : start + _BATCH]
            size = len(taken)
            rate = _RATE * (1 - done / (rounds * batches))
            done += 1
            part = matrix[taken]
            is_used = np.zeros(columns, dtype=bool)
            is_used[part.indices] = True
            used = np.flatnonzero(is_used)
            place[used] = np.arange(len(used), dtype=np.int32)
            batch = csr_matrix((part.data, place[part.indices], part.indptr), shape=(size, len(used)))
            weights = net.inner[used]
            hidden = np.maximum(batch @ weights + net.inner_bias, 0)
            passed = (draw.random(hidden.shape, dtype=kind) >= _DROPPED).astype(kind) / kind(1 - _DROPPED)
            heard = (hidden * passed).reshape(size, *units).transpose(1, 0, 2)
            error = _softmax(heard @ net.outer + net.outer_bias)
            error[:, np.arange(size), truth[taken]] -= 1
            error /= size
            back = (error @ net.outer.transpose(0, 2, 1)).transpose(1, 0, 2).reshape(size, -1) * passed * (hidden > 0)
            for target, before, slope in (
                (net.outer, past.outer, heard.transpose(0, 2, 1) @ error),
                (net.outer_bias, past.outer_bias, error.sum(axis=1, keepdims=True)),
                (net.inner_bias, past.inner_bias, back.sum(axis=0)),
            ):
                before += slope * slope
                target -= rate * slope / np.sqrt(before)
            slope = (batch.T @ back).reshape(-1, *units)
            steep = past.inner[used] + np.einsum("fnh,fnh->fn", slope, slope) / _HIDDEN
            past.inner[used] = steep
            slope *= (rate / np.sqrt(steep))[:, :, None]
            net.inner[used] = weights - slope.reshape(weights.shape)
    return net


def _softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    odds = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=-1, keepdims=True), dtype=np.float32)


def _answers(model: NextStepModel, decisions: Sequence[Decision], places: dict[str, int]) -> _Answers:
    place = {label: number for number, label in enumerate(model.labels)}
    matrix = _matrix([one.moment for one in decisions])
    pre = np.maximum(matrix @ (model.inner.astype(np.float32) * model.inner_scale) + model.inner_bias, 0)
    logs = np.zeros((len(decisions), len(place)))
    for number, (outer, bias) in enumerate(zip(model.outer, model.outer_bias, strict=True)):
        size = outer.shape[0]
        logs += np.log(_softmax(pre[:, number * size : (number + 1) * size] @ outer + bias) + 1e-12) / len(model.outer)
    counted = np.zeros_like(logs)
    for row, one in enumerate(decisions):
        for likely in model.counts.likely(one.moment.intent, one.moment.steps):
            counted[row, place[likely.action]] = likely.probability
    return _Answers(
        logs,
        counted,
        np.array([place.get(one.next, -1) for one in decisions]),
        np.array([places.get(one.case, 0) // _FOLDS % 2 for one in decisions]),
    )


def _mixed(answers: _Answers, temperature: float, share: float) -> NDArray[np.float64]:
    scores = answers.logs / temperature
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray((1 - share) * odds / odds.sum(axis=1, keepdims=True) + share * answers.counted)


def _loss(probabilities: NDArray[np.float64], truth: NDArray[np.int64]) -> NDArray[np.float64]:
    right = np.where(truth >= 0, probabilities[np.arange(len(truth)), truth], 0.0)
    return np.asarray(-np.log(right + _LEAST_RIGHT))


def _scaled(answers: _Answers, scale: _Scale) -> NDArray[np.float64]:
    return resurely(_mixed(answers, scale.temperature, scale.counts_share), scale.sureness)


def _calibrated(answers: _Answers) -> _Scale:
    """Return what has the least log-loss; a few decisions move it little from changing nothing."""
    rows = np.arange(len(answers.truth))
    is_known = answers.truth >= 0
    counted = np.where(is_known, answers.counted[rows, answers.truth], 0.0)
    best = (np.inf, 1.0, 0.0)
    for temperature in np.exp(np.linspace(np.log(0.4), np.log(4), 41)).tolist():
        alone = np.where(is_known, _mixed(answers, temperature, 0.0)[rows, answers.truth], 0.0)
        for share in _SHARES:
            loss = (
                -np.log((1 - share) * alone + share * counted + _LEAST_RIGHT).sum() + np.log(temperature) ** 2 + share
            )
            best = min(best, (float(loss), temperature, share))
    _, temperature, share = best
    probabilities = _mixed(answers, temperature, share)
    sure = np.clip(probabilities.max(axis=1), 1e-6, 1 - 1e-6)
    hits = (probabilities.argmax(axis=1) == answers.truth).astype(float)

    def loss_of(sureness: NDArray[np.float64]) -> float:
        odds = sureness[0] * np.log(sure) - sureness[1] * np.log1p(-sure) + sureness[2]
        return float((np.logaddexp(0, odds) - hits * odds).sum() + _CAUTION * np.square(sureness - AS_IT_IS).sum())

    a, b, c = minimize(loss_of, np.array(AS_IT_IS), method="L-BFGS-B", bounds=[(0.1, 3), (0.1, 3), (-3, 3)]).x.tolist()
    return _Scale(float(temperature), share, (a, b, c))


def _crosswise(answers: _Answers) -> dict[str, float]:
    """Return the figures, each half of the contacts calibrated by the other."""
    probabilities = np.zeros_like(answers.logs)
    for half in (0, 1):
        here, there = answers.half == half, answers.half != half
        scale = _calibrated(_Answers(*(part[there] for part in answers))) if there.any() else _Scale()
        probabilities[here] = _scaled(_Answers(*(part[here] for part in answers)), scale)
    return _measured(probabilities, answers)


def _measured(probabilities: NDArray[np.float64], answers: _Answers) -> dict[str, float]:
    truth = answers.truth
    if not len(truth):
        return {"accuracy": 0.0, "top_3": 0.0, "calibration": 0.0, "log_loss": 0.0}
    order = np.argsort(-probabilities, axis=1, kind="stable")
    hits = order[:, 0] == truth
    sure = probabilities.max(axis=1)
    bins = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    gaps = [abs(sure[bins == b].mean() - hits[bins == b].mean()) * (bins == b).mean() for b in np.unique(bins)]
    return {
        "accuracy": float(hits.mean()),
        "top_3": float((order[:, :3] == truth[:, None]).any(axis=1).mean()),
        "calibration": float(sum(gaps)),
        "log_loss": float(_loss(probabilities, truth).mean()),
    }
