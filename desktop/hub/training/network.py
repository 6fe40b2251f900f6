"""The fit of a small network over sparse features: one hidden layer of rectified units, dropout on features and on units
(Srivastava et al. 2014), Adam (Kingma & Ba 2015) that only touches the features of the batch, smoothed labels (Szegedy et al.
2016). scikit-learn's perceptron has neither dropout nor sparse steps and takes minutes where this takes seconds.

Deterministic for a seed. Called by ``intent``, which knows what features and labels mean.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

Matrix = NDArray[np.float32]

_RATE = 0.008
_FEATURE_DROPOUT = 0.3
_UNIT_DROPOUT = 0.5
_SMOOTHING = 0.05
_DECAY = 1e-4
_SPREAD = 0.1
_MOMENTUM, _SCALING, _TINY = 0.9, 0.99, 1e-8
_TEXTS_SEEN = 150_000
_SMALLEST_BATCH = 32
_FEWEST_ROUNDS, _MOST_ROUNDS = 6, 40


class Layers(NamedTuple):
    """``hidden`` (features, units), ``bias`` (units), ``output`` (units, labels), ``output_bias`` (labels)."""

    hidden: Matrix
    bias: Matrix
    output: Matrix
    output_bias: Matrix

    def logits(self, rows: csr_matrix) -> Matrix:
        units = np.maximum(np.asarray(rows @ self.hidden) + self.bias, 0)
        return np.asarray(units @ self.output + self.output_bias)


class _Adam:
    """The moments of one array, of which a step may touch some rows only."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self._mean = np.zeros(shape, np.float32)
        self._square = np.zeros(shape, np.float32)

    def step(self, gradient: Matrix, rate: float, count: int, rows: NDArray[np.int64] | None = None) -> Matrix:
        """Return what to take off the touched rows at the ``count``th step, in the place of ``gradient``."""
        place = slice(None) if rows is None else rows
        mean, square = self._mean[place], self._square[place]
        mean *= np.float32(_MOMENTUM)
        mean += gradient * np.float32(1 - _MOMENTUM)
        np.square(gradient, out=gradient)
        gradient *= np.float32(1 - _SCALING)
        square *= np.float32(_SCALING)
        square += gradient
        self._mean[place], self._square[place] = mean, square
        move = np.sqrt(square, out=gradient)
        move *= np.float32((1 - _SCALING**count) ** -0.5)
        move += np.float32(_TINY)
        np.divide(mean, move, out=move)
        move *= np.float32(rate / (1 - _MOMENTUM**count))
        return move


def softmax(logits: Matrix) -> Matrix:
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def fit(rows: csr_matrix, labels: NDArray[np.int64], count: int, weight: Matrix, units: int, seed: int) -> Layers:
    """Return the layers learned from ``rows`` (texts, features), each of one of ``count`` labels and with a weight."""
    chance = np.random.default_rng(seed)
    texts, features = rows.shape
    hidden = chance.standard_normal((features, units), dtype=np.float32) * np.float32(_SPREAD)
    bias = np.zeros(units, np.float32)
    output = chance.standard_normal((units, count), dtype=np.float32) * np.float32(units**-0.5)
    output_bias = np.zeros(count, np.float32)
    dense = (bias, output, output_bias)
    moments = [_Adam(array.shape) for array in dense]
    hidden_moments = _Adam(hidden.shape)
    batch = min(128, max(_SMALLEST_BATCH, texts // 60))
    rounds = min(_MOST_ROUNDS, max(_FEWEST_ROUNDS, _TEXTS_SEEN // texts))
    steps = rounds * -(-texts // batch)
    new_place, is_touched = np.zeros(features, np.int32), np.zeros(features, np.bool_)
    step = 0
    for _ in range(rounds):
        order = chance.permutation(texts)
        for start in range(0, texts, batch):
            chosen = order[start : start + batch]
            some = rows[chosen]
            is_touched[some.indices] = True
            touched = np.flatnonzero(is_touched)
            is_touched[touched] = False
            new_place[touched] = np.arange(len(touched))
            kept = chance.random(len(some.data), dtype=np.float32) > _FEATURE_DROPOUT
            values = some.data * kept * np.float32(1 / (1 - _FEATURE_DROPOUT))
            some = csr_matrix((values, new_place[some.indices], some.indptr), shape=(len(chosen), len(touched)))
            part = hidden[touched]
            active = np.asarray(some @ part) + bias
            is_open = (active > 0) & (chance.random(active.shape, dtype=np.float32) > _UNIT_DROPOUT)
            gate = is_open * np.float32(1 / (1 - _UNIT_DROPOUT))
            active *= gate
            error = softmax(active @ output + output_bias) - np.float32(_SMOOTHING / count)
            error[np.arange(len(chosen)), labels[chosen]] -= np.float32(1 - _SMOOTHING)
            error *= (weight[chosen] / len(chosen))[:, None]
            back = (error @ output.T) * gate
            step += 1
            rate = _RATE * (1.02 - step / steps)
            part -= hidden_moments.step(np.asarray(some.T @ back), rate, step, touched)
            hidden[touched] = part * np.float32(1 - rate * _DECAY)
            gradients = (back.sum(axis=0), active.T @ error, error.sum(axis=0))
            for array, moment, gradient in zip(dense, moments, gradients, strict=True):
                array -= moment.step(gradient, rate, step)
    return Layers(hidden, bias, output, output_bias)
