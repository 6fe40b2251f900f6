"""The figures of the lab are those of the literature, on answers small enough to count by hand."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import f1_score, matthews_corrcoef, roc_auc_score

from desktop.app.lab.scores import Answer, auroc, calibration_error, judged, macro_f1, mcc, quantiles_ms


@pytest.fixture
def pairs() -> list[tuple[str | None, str | None]]:
    chance = np.random.default_rng(3)
    truths = chance.integers(0, 5, 400)
    given = np.where(chance.random(400) < 0.7, truths, chance.integers(0, 5, 400))
    return [(str(truth), str(answer)) for truth, answer in zip(truths, given, strict=True)]


def test_macro_f1_and_matthews_agree_with_scikit_learn(pairs: list[tuple[str | None, str | None]]) -> None:
    truths, given = zip(*pairs, strict=True)
    assert macro_f1(pairs) == pytest.approx(f1_score(truths, given, average="macro"))
    assert mcc(pairs) == pytest.approx(matthews_corrcoef(truths, given))
    assert mcc([("a", "a"), ("a", "a")]) == 0


def test_auroc_agrees_with_scikit_learn_and_counts_ties_half() -> None:
    chance = np.random.default_rng(4)
    higher, lower = chance.integers(3, 9, 60).tolist(), chance.integers(0, 7, 40).tolist()
    assert auroc(higher, lower) == pytest.approx(roc_auc_score([1] * 60 + [0] * 40, higher + lower))
    assert auroc([1.0], [1.0]) == 0.5


def test_who_is_as_sure_as_right_is_calibrated() -> None:
    assert calibration_error([(0.75, True)] * 3 + [(0.75, False)]) == pytest.approx(0)
    assert calibration_error([(0.9, False)] * 10) == pytest.approx(0.9)
    assert calibration_error([(1.0, True), (0.1, False)]) == pytest.approx(0.05)


def test_refusals_are_counted_apart_from_the_ranking() -> None:
    right = Answer("a", [("a", 0.9), ("b", 0.1)])
    refused = Answer("a", [("a", 0.3), ("b", 0.2)], known=False)
    wrong = Answer("b", [("a", 0.8), ("b", 0.1)])
    stranger, taken = Answer(None, [("a", 0.2)], known=False), Answer(None, [("b", 0.7)])
    told = judged([right, refused, wrong, stranger, taken])
    assert told["count"] == 5
    assert told["accuracy"] == pytest.approx(2 / 3)
    assert told["top_3"] == 1
    assert told["refused"] == pytest.approx(1 / 3)
    assert told["accuracy_decided"] == pytest.approx(1 / 3)
    assert told["accuracy_accepted"] == 0.5
    assert told["none_count"] == 2
    assert told["none_recall"] == 0.5
    assert told["none_auroc"] == pytest.approx(5 / 6)


def test_nothing_to_judge_is_no_error() -> None:
    assert judged([]) == {"count": 0, "mcc": 0.0}
    assert judged([Answer("a", [])])["accuracy"] == 0
    assert quantiles_ms([]) == {}


def test_times_are_told_in_milliseconds() -> None:
    told = quantiles_ms([n / 1000 for n in range(1, 101)])
    assert told == pytest.approx({"ms_p50": 51, "ms_p95": 96, "ms_p99": 100})
