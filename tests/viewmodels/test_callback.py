"""Agreeing to call a customer back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from desktop.domain.commands import ScheduleCallback
from desktop.viewmodels.callback import CallbackModel
from desktop.viewmodels.interaction import InteractionModel


@pytest.fixture
def callback(work: Any) -> CallbackModel:
    return CallbackModel(InteractionModel(work.workplace, work.workplace), work.workplace)


def test_the_numbers_known_are_offered_the_callers_own_first(work: Any, callback: CallbackModel) -> None:
    work.opens(work.sample.CALL)
    assert callback.numbers() == (("+442079460991", ""),), "the number on record is the one they called from"
    work.opens(work.sample.CHAT)
    assert callback.numbers() == (("+49 341 555 0142", "mobile"),)


@pytest.mark.parametrize(
    ("minutes", "to", "code"),
    [
        (-5, "", "past"),
        (60 * 24 * 400, "", "too_far"),
        (60, "", ""),
        (60, "0341 5550142", ""),
        (60, "not a number", "bad_number"),
        (60, "9" * 1_000_000, "bad_number"),
        (60, "\u202e🎉\x00", "bad_number"),
    ],
)
def test_times_and_numbers_that_cannot_be(
    work: Any, callback: CallbackModel, minutes: float, to: str, code: str
) -> None:
    work.opens(work.sample.CHAT)
    at = work.workplace.now() + timedelta(minutes=minutes)
    assert callback.trouble(at, to) == code
    if code:
        with pytest.raises(ValueError, match=code):
            callback.schedule(at, to)


def test_without_any_number_one_must_be_written_down(work: Any, callback: CallbackModel) -> None:
    work.opens(work.sample.MAIL)
    at = work.workplace.now() + timedelta(hours=1)
    assert callback.trouble(at, "") == "no_number"
    assert callback.trouble(at, "+49 341 555 0142") == ""


def test_it_goes_out_as_one_command_and_is_shown_at_once(work: Any, callback: CallbackModel) -> None:
    work.opens(work.sample.CHAT)
    assert callback.can_schedule
    at = work.workplace.now() + timedelta(hours=1)
    callback.schedule(at, "0341 5550142", " Rechnung ", is_mine=False)
    work.settle()
    assert work.commands == [
        ScheduleCallback(interaction_id=work.sample.CHAT, at=at, to="+493415550142", note="Rechnung", is_mine=False)
    ]
    assert callback.scheduled_at == at


def test_a_colleagues_contact_is_not_mine_to_call_back(work: Any, callback: CallbackModel) -> None:
    work.opens(work.sample.BENS)
    assert not callback.can_schedule
    callback.schedule(work.workplace.now() + timedelta(hours=1), "+493415550142")
    work.settle()
    assert work.commands == []
