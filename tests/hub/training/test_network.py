"""The two parts of the model learn what each is for, the same way every time."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from desktop.hub.training.linear import separators
from desktop.hub.training.network import fit


def either_or() -> tuple[csr_matrix, np.ndarray]:
    """Texts of two words whose meaning lies in their pairing alone: no single word tells."""
    pairs = np.array([[0, 0], [0, 1], [1, 0], [1, 1]] * 60)
    rows = np.zeros((len(pairs), 5), np.float32)
    rows[np.arange(len(pairs)), pairs[:, 0]] = 1
    rows[np.arange(len(pairs)), 2 + pairs[:, 1]] = 1
    return csr_matrix(rows), pairs[:, 0] ^ pairs[:, 1]


def test_the_net_learns_what_no_word_says_alone() -> None:
    rows, labels = either_or()
    weight = np.ones(len(labels), np.float32)
    net = fit(rows, labels, 2, weight, 32, seed=1)
    assert (net.logits(rows).argmax(axis=1) == labels).mean() == 1
    straight = separators(rows, labels, 2, weight, seed=1)
    assert (straight.margins(rows).argmax(axis=1) == labels).mean() < 0.8
    again = fit(rows, labels, 2, weight, 32, seed=1)
    assert all((one == other).all() for one, other in zip(net, again, strict=True))


def test_a_weight_of_nothing_teaches_nothing() -> None:
    rows, labels = either_or()
    lies = np.concatenate((labels, 1 - labels))
    weight = np.concatenate((np.ones(len(labels)), np.zeros(len(labels)))).astype(np.float32)
    both = csr_matrix(np.vstack((rows.toarray(), rows.toarray())))
    net = fit(both, lies, 2, weight, 32, seed=1)
    assert (net.logits(rows).argmax(axis=1) == labels).all()


def test_a_label_without_texts_is_never_met() -> None:
    rows, labels = either_or()
    found = separators(rows, labels * 2, 3, np.ones(len(labels), np.float32), seed=1).margins(rows)
    assert (found[:, 1] == -1).all()
    assert (found[:, [0, 2]].max(axis=1) > -1).any()
