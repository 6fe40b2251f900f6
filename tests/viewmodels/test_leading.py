"""What a lead asks for becomes commands at once, and what the hub refuses comes back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from desktop.domain import commands as c
from desktop.domain.agent import PresenceState
from desktop.domain.changes import Cause
from desktop.domain.routing import AlertMeasure, AlertRule
from desktop.store import outbox
from desktop.viewmodels.leading import TEXT_AT_MOST, Leading

UNTIL = datetime(2030, 1, 2, 12, tzinfo=UTC)


@pytest.fixture
def leading(work: Any) -> Leading:
    return Leading(work.workplace, work.workplace)


def test_many_contacts_are_moved_by_many_commands(work: Any, leading: Leading) -> None:
    leading.reassign([work.sample.CHAT, work.sample.MAIL], to_agent=work.sample.BEN, note=" bitte ")
    leading.set_priority([work.sample.CHAT], 1)
    work.settle()
    assert work.commands == [
        c.Reassign(interaction_id=work.sample.CHAT, to_agent=work.sample.BEN, note="bitte"),
        c.Reassign(interaction_id=work.sample.MAIL, to_agent=work.sample.BEN, note="bitte"),
        c.SetPriority(interaction_id=work.sample.CHAT, priority=1),
    ]


def test_a_contact_goes_to_a_queue_or_to_an_agent_and_priorities_have_their_limits(leading: Leading) -> None:
    with pytest.raises(ValueError, match="one of"):
        leading.reassign(["i"])  # type: ignore[list-item]
    with pytest.raises(ValueError, match="1 to 5"):
        leading.set_priority(["i"], 6)  # type: ignore[list-item]


def test_reading_along_and_taking_over_open_the_contact(work: Any, leading: Leading) -> None:
    leading.observe(work.sample.BENS, joined=True)
    assert work.workplace.current == work.sample.BENS
    leading.stop_observing(work.sample.BENS)
    leading.take_over(work.sample.BENS)
    work.settle()
    assert work.commands == [
        c.Observe(interaction_id=work.sample.BENS, is_joined=True),
        c.Observe(interaction_id=work.sample.BENS, is_on=False),
        c.TakeOver(interaction_id=work.sample.BENS),
    ]


def test_nothing_said_is_not_sent_and_too_much_is_cut(work: Any, leading: Leading) -> None:
    leading.whisper(work.sample.BENS, "  \n ")
    leading.broadcast(" ")
    assert not leading.is_waiting
    leading.whisper(work.sample.BENS, "x" * 1_000_000)
    leading.broadcast("Kasse wieder da \u202e🎉", ["service"], UNTIL, urgent=True)
    work.settle()
    whisper, broadcast = work.commands
    assert len(whisper.text) == TEXT_AT_MOST
    assert whisper.message_id
    assert (broadcast.text, broadcast.teams, broadcast.until, broadcast.is_urgent) == (
        "Kasse wieder da \u202e🎉",
        ("service",),
        UNTIL,
        True,
    )


def test_agents_rules_and_alerts(work: Any, leading: Leading) -> None:
    rule = AlertRule(id="r", title="Waiting", measure=AlertMeasure.WAITING, threshold=9, clear_at=5)
    leading.set_presence(work.sample.BEN, PresenceState.AWAY, "meeting")
    leading.lend(work.sample.BEN, ["orders"], UNTIL)
    leading.lend(work.sample.BEN, (), None)
    leading.put_rule(rule)
    leading.remove_rule("r")
    leading.see_alert("a")
    work.settle()
    assert work.commands == [
        c.SetAgentPresence(agent_id=work.sample.BEN, state=PresenceState.AWAY, reason="meeting"),
        c.LendAgent(agent_id=work.sample.BEN, queues=("orders",), until=UNTIL),
        c.LendAgent(agent_id=work.sample.BEN),
        c.PutAlertRule(rule=rule),
        c.RemoveAlertRule(rule_id="r"),
        c.SeeAlert(alert_id="a"),
    ]


def test_a_refusal_comes_back_once_and_what_was_done_is_no_longer_waited_for(work: Any, leading: Leading) -> None:
    refused: list[tuple[Any, str]] = []
    leading.refused.connect(lambda command, code: refused.append((command, code)))
    leading.take_over(work.sample.BENS)
    leading.see_alert("a")
    work.settle()
    first, second = (entry.id for entry in work.store.query(outbox.entries))
    work.store.write(lambda w: outbox.wedge(w, first, "forbidden"), Cause.NETWORK).result()
    work.settle()
    assert leading.is_waiting
    work.store.write(lambda w: outbox.settle_applied(w, second), Cause.NETWORK).result()
    work.settle()
    assert [(type(command), code) for command, code in refused] == [(c.TakeOver, "forbidden")]
    assert not leading.is_waiting
