"""The linear part of the intent model: one squared-hinge separator a label (Fan et al. 2008, LIBLINEAR), which needs few
texts where the nets beside it need many. Called by ``intent``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from desktop.hub.training.network import Matrix


class Separators(NamedTuple):
    """``weights`` (features, labels), ``bias`` (labels)."""

    weights: Matrix
    bias: Matrix

    def margins(self, rows: csr_matrix) -> Matrix:
        return np.asarray(rows @ self.weights + self.bias)


def separators(rows: csr_matrix, labels: NDArray[np.int64], count: int, weight: Matrix, seed: int) -> Separators:
    """Return the separators of ``count`` labels; one that no text has is never met: its margin is -1 everywhere."""
    machine = LinearSVC(C=1.0, tol=1e-2, random_state=seed)
    # LIBLINEAR reads places of 32 bits only.
    plain = csr_matrix((rows.data, rows.indices.astype(np.int32), rows.indptr.astype(np.int32)), shape=rows.shape)
    machine.fit(plain, labels, sample_weight=weight)
    weights = np.zeros((rows.shape[1], count), np.float32)
    bias = np.full(count, -1, np.float32)
    if len(machine.classes_) == 2:  # scikit-learn keeps one row for two classes
        machine.coef_ = np.vstack((-machine.coef_[0], machine.coef_[0]))
        machine.intercept_ = np.array([-machine.intercept_[0], machine.intercept_[0]])
    weights[:, machine.classes_] = machine.coef_.T
    bias[machine.classes_] = machine.intercept_
    return Separators(weights, bias)
