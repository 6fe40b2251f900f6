"""How sure the model says it is, is how often it is right; and what it refuses is what nobody taught it."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.hub.training.calibration import Heard, temperature_of, threshold_of
from desktop.hub.training.network import softmax


def heard(sharpness: float, none: int = -1, count: int = 3000, spread: float = 2) -> Heard:
    """Outputs ``sharpness`` times as sure as they may be, of texts that are the plainer the larger ``spread``."""
    chance = np.random.default_rng(1)
    logits = chance.normal(0, spread, (count, 4)).astype(np.float32)
    truth = (softmax(logits).cumsum(axis=1) < chance.random((count, 1))).sum(axis=1)
    return Heard(logits * np.float32(sharpness), np.zeros_like(logits), truth, none)


@pytest.mark.parametrize("sharpness", [0.5, 1, 3])
def test_false_certainty_is_taken_back(sharpness: float) -> None:
    _, temperature = temperature_of(heard(sharpness))
    assert temperature == pytest.approx(sharpness, rel=0.15)


def test_the_part_that_knows_more_is_leant_on() -> None:
    plain = heard(1)
    noise = np.random.default_rng(2).normal(0, 2, plain.logits.shape).astype(np.float32)
    assert temperature_of(plain._replace(logits=noise, margins=plain.logits))[0] == 8
    assert temperature_of(plain._replace(margins=noise))[0] == 1


def strangers(sure: float) -> list[Heard]:
    logits = np.tile(np.log(np.array([sure, 1 - sure, 1e-6, 1e-6], np.float32)), (200, 1))
    return [Heard(logits, np.zeros_like(logits), np.full(200, -1), -1)]


def test_what_unforeseen_texts_look_like_is_refused_while_it_costs_little() -> None:
    known = heard(1, spread=12)
    assert threshold_of(known, strangers(0.52), 1.0, 0.4) == pytest.approx(0.53, abs=0.02)
    cautious = threshold_of(known, strangers(0.999), 1.0, 0.4)
    best, sure, _ = known.chances(1.0)
    assert (sure[best == known.truth] < cautious).mean() <= 0.05


def test_the_fewer_strangers_the_less_is_refused() -> None:
    known, unlike = heard(1, spread=12), strangers(0.52)
    assert threshold_of(known, unlike, 1.0, 0.001) < threshold_of(known, unlike, 1.0, 0.4)
    assert threshold_of(known, [], 1.0, 0.4) == 0.2


def test_none_of_these_is_no_best_label() -> None:
    best, sure, is_first = heard(1, none=0).chances(1.0)
    assert (best > 0).all()
    assert not is_first.all()
    assert (sure > 0).all()
