"""A new model takes the running one's place only where it is not worse, and honest about itself."""

from __future__ import annotations

import pytest

from desktop.hub.training.promotion import Answer, calibration_error, compare, mcnemar


def answers(right: int, wrong: int, sure: float = 0.8) -> list[Answer]:
    return [Answer(sure, True, True)] * right + [Answer(sure, False, False)] * wrong


def test_the_same_answers_are_not_worse() -> None:
    found = compare(answers(80, 20), answers(80, 20))
    assert found.is_promoted
    assert (found.won, found.lost, found.brier_gain) == (0, 0, 0.0)


def test_a_better_one_is_promoted_with_its_figures() -> None:
    found = compare(answers(90, 10), answers(80, 20))
    assert found.is_promoted
    assert (found.won, found.lost) == (10, 0)
    assert found.figures["accuracy"] == 0.9
    assert found.figures["accuracy_running"] == 0.8
    assert found.figures["held_out"] == 100.0


def test_losing_ten_of_a_hundred_is_worse() -> None:
    found = compare(answers(80, 20), answers(90, 10))
    assert found.why == "less_right"
    assert found.p_worse < 0.05


def test_a_few_lost_are_too_many_even_where_they_prove_nothing() -> None:
    found = compare(answers(46, 4), answers(50, 0))
    assert found.p_worse >= 0.05
    assert found.why == "less_right"
    assert compare(answers(49, 1), answers(50, 0)).is_promoted, "one of fifty is chance"


def test_a_model_that_boasts_is_not_promoted_for_being_right_as_often() -> None:
    found = compare(answers(60, 40, sure=0.99), answers(60, 40, sure=0.6))
    assert found.accuracy == found.accuracy_running
    assert found.why == "less_honest"
    assert found.calibration > 0.3 > found.calibration_running


@pytest.mark.parametrize(("won", "lost", "p"), [(0, 0, 1.0), (0, 5, 1 / 32), (5, 0, 1.0), (1, 1, 0.75)])
def test_mcnemars_exact_test(won: int, lost: int, p: float) -> None:
    assert mcnemar(won, lost) == pytest.approx(p)


def test_thousands_of_contacts_are_no_trouble() -> None:
    assert mcnemar(3000, 3200) < 0.01
    assert compare(answers(9000, 1000), answers(9000, 1000)).is_promoted


def test_the_calibration_error_is_the_gap_between_sure_and_right() -> None:
    assert calibration_error(answers(80, 20, sure=0.8)) == pytest.approx(0.0)
    assert calibration_error(answers(50, 50, sure=1.0)) == pytest.approx(0.5)
