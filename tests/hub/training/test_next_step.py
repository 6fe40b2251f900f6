"""What agents did teaches the next step; the figures are those of contacts not learned from, and no weight stands for one
customer's own words."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.hub.training.next_step import Decision, TooFewDecisions, train
from desktop.insight.step_features import Moment, step_features

CODES = ("sign_in", "invoice", "delivery")
WORDS = {"sign_in": "password forgotten", "invoice": "charged too much", "delivery": "parcel late"}


def decisions(cases: int, prefix: str = "") -> list[Decision]:
    found = []
    for number in range(cases):
        code = CODES[number % 3]
        begun = Moment(text=f"hello {WORDS[code]}")
        found += [
            Decision(case=f"{prefix}{number}", moment=begun, next=code),
            Decision(case=f"{prefix}{number}", moment=Moment(steps=(code,), text="thanks"), next="close"),
        ]
    return found


def test_the_same_decisions_and_seed_give_the_same_model_and_figures() -> None:
    model, figures = train(decisions(24), seed=3)
    again, same = train(decisions(24), seed=3)
    assert figures == same
    assert (again.inner == model.inner).all()
    assert (again.outer == model.outer).all()
    assert (figures.examples, figures.cases, figures.labels, figures.held_out, figures.seed) == (48, 24, 4, 48, 3)
    assert figures.accuracy > 0.95
    assert figures.accuracy_counts < 0.8  # which code comes first only the words tell


def test_what_is_held_out_is_measured_and_not_learned() -> None:
    later = [*decisions(6, "later "), Decision(case="x", moment=Moment(text="parcel late"), next="never_seen")]
    model, figures = train(decisions(24), held_out=later)
    assert (figures.examples, figures.held_out) == (48, 13)
    assert figures.accuracy == pytest.approx(12 / 13)
    assert "never_seen" not in model.labels


def test_words_that_few_customers_used_leave_no_weight_behind() -> None:
    secret = Moment(text="my code word is xylophone")
    told = [
        *decisions(24),
        *(Decision(case=case, moment=secret, next="sign_in") for case in ("rare 1", "rare 2", "rare 2")),
    ]
    model, _ = train(told)
    common = np.concatenate([step_features(one.moment, 14).bucket for one in decisions(24)])
    own = np.setdiff1d(step_features(Moment(text="xylophone"), 14).bucket, common)
    assert len(own) > 5
    assert not model.inner[own].any()
    assert model.inner[step_features(Moment(text="password"), 14).bucket].any()


def test_what_nobody_can_foresee_is_said_with_doubt() -> None:
    """After the same words agents did this or that at random: the probabilities say so."""
    draw = np.random.default_rng(5)
    told = [
        Decision(case=str(n), moment=Moment(text=f"it is about {n}"), next=str(draw.choice(["a", "b"], p=[0.7, 0.3])))
        for n in range(300)
    ]
    model, figures = train(told)
    assert figures.calibration < 0.12
    assert 0.5 < model.predict([], "it is about 77")[0].probability < 0.9


@pytest.mark.parametrize(
    "told",
    [[], decisions(1), [Decision(case=str(n), moment=Moment(text="hi"), next="same") for n in range(9)]],
    ids=["nothing", "one contact", "one step"],
)
def test_nothing_to_learn_from_is_said_plainly(told: list[Decision]) -> None:
    with pytest.raises(TooFewDecisions):
        train(told)


def test_two_contacts_are_enough() -> None:
    model, figures = train(decisions(2))
    assert {one.action for one in model.predict([])} <= {"sign_in", "invoice", "close"}
    assert figures.cases == 2
