"""Which steps an agent may take with a contact, and when a snooze ends."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from desktop.domain.agent import Role
from desktop.domain.channels import Channel
from desktop.domain.ids import AgentId, InteractionId
from desktop.domain.interaction import Interaction, InteractionState
from desktop.viewmodels.interaction import snooze_times, steps_for

ME, OTHER = AgentId("me"), AgentId("other")
NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
S = InteractionState
WITH_OTHERS = ("consult", "schedule_callback")


def _contact(state: S, assignee: AgentId | None = ME, channel: Channel = Channel.CHAT) -> Interaction:
    return Interaction(
        id=InteractionId("i"), channel=channel, state=state, created_at=NOW, updated_at=NOW, assignee=assignee
    )


@pytest.mark.parametrize(
    ("state", "steps"),
    [
        (S.OFFERED, ("accept", "decline")),
        (S.ACTIVE, ("hold", "end_contact", "transfer", "snooze", "wait", *WITH_OTHERS, "requeue", "wrap_up")),
        (S.ON_HOLD, ("resume", "end_contact", "transfer", "snooze", *WITH_OTHERS, "requeue", "wrap_up")),
        (S.WAITING, ("resume", "end_contact", "transfer", "snooze", *WITH_OTHERS, "requeue", "wrap_up")),
        (S.SNOOZED, ("resume", "transfer", "snooze", "schedule_callback", "requeue", "wrap_up")),
        (S.WRAP_UP, ("resume", "transfer", *WITH_OTHERS, "requeue", "wrap_up")),
        (S.CLOSED, ("reopen",)),
        (S.ABANDONED, ("reopen",)),
    ],
)
def test_what_can_be_done_with_my_own_contact(state: S, steps: tuple[str, ...]) -> None:
    assert steps_for(_contact(state), ME) == steps


def test_what_waits_in_a_queue_can_only_be_taken() -> None:
    assert steps_for(_contact(S.QUEUED, None), ME) == ("take",)


def test_an_offer_to_somebody_else_is_not_mine_to_accept() -> None:
    assert steps_for(_contact(S.OFFERED, OTHER), ME) == ()


def test_a_lead_may_move_a_colleagues_contact_but_not_finish_it() -> None:
    assert steps_for(_contact(S.ACTIVE, OTHER), ME) == ()
    assert steps_for(_contact(S.ACTIVE, OTHER), ME, Role.LEAD) == (
        "take_over",
        "observe",
        "whisper",
        "transfer",
        "requeue",
    )


def test_a_mail_has_no_end_of_talking() -> None:
    assert "end_contact" not in steps_for(_contact(S.ACTIVE, channel=Channel.EMAIL), ME)


def test_snoozing_in_the_morning_offers_the_afternoon() -> None:
    morning = datetime(2026, 3, 4, 10, 0).astimezone()
    times = dict(snooze_times(morning))
    assert times["hour"].hour == 11
    assert (times["afternoon"].hour, times["afternoon"].date()) == (15, morning.date())
    assert (times["tomorrow"].day, times["tomorrow"].hour) == (5, 9)
    assert (times["next_week"].isoweekday(), times["next_week"].day) == (1, 9)


def test_snoozing_late_does_not_offer_an_afternoon_that_is_over() -> None:
    assert "afternoon" not in dict(snooze_times(datetime(2026, 3, 4, 16, 0).astimezone()))


def test_next_week_from_a_monday_is_the_monday_after() -> None:
    monday = datetime(2026, 3, 2, 8, 0).astimezone()
    assert dict(snooze_times(monday))["next_week"].day == 9
