"""Commands laid over rows, as values: no store needed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from desktop.domain import commands as c
from desktop.domain.agent import Agent, Loan, PresenceState
from desktop.domain.channels import Channel
from desktop.domain.commands import Command, interaction_of
from desktop.domain.customer import Customer
from desktop.domain.flow import StepState
from desktop.domain.ids import AgentId, CommandId, CustomerId, FlowId, InteractionId, QueueId, SuggestionId
from desktop.domain.interaction import Interaction, MessageKind
from desktop.domain.interaction import InteractionState as S
from desktop.domain.lifecycle import STEPS, after
from desktop.domain.routing import Alert, AlertMeasure, AlertRule
from desktop.domain.suggestion import Suggestion, SuggestionState
from desktop.store import overlay
from desktop.store.rows import OutboxEntry, OutboxState

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
ME = AgentId("me")
BEN = AgentId("ben")
I1 = InteractionId("i1")


def _entry(command: Command, state: OutboxState = OutboxState.QUEUED) -> OutboxEntry:
    return OutboxEntry(CommandId("k"), command, state, NOW, interaction_of(command))


def _row(state: S = S.ACTIVE, **fields: Any) -> Interaction:
    given: dict[str, Any] = {"assignee": ME, "queue": QueueId("service"), "due_at": NOW}
    return Interaction(
        id=I1,
        channel=Channel.CHAT,
        state=state,
        created_at=NOW,
        updated_at=NOW - timedelta(hours=1),
        **(given | fields),
    )


_BY_TAG: dict[str, Command] = {
    "accept": c.Accept(interaction_id=I1),
    "decline": c.Decline(interaction_id=I1),
    "take": c.Take(interaction_id=I1),
    "hold": c.Hold(interaction_id=I1),
    "resume": c.Resume(interaction_id=I1),
    "wait": c.Wait(interaction_id=I1),
    "snooze": c.Snooze(interaction_id=I1, until=NOW),
    "transfer": c.Transfer(interaction_id=I1, to_queue=QueueId("q")),
    "requeue": c.Requeue(interaction_id=I1),
    "end_contact": c.EndContact(interaction_id=I1),
    "wrap_up": c.WrapUp(interaction_id=I1, disposition="d"),
    "reopen": c.Reopen(interaction_id=I1),
    "send_message": c.SendMessage(interaction_id=I1, text="t"),
    "add_note": c.AddNote(interaction_id=I1, text="t"),
    "set_intent": c.SetIntent(interaction_id=I1, intent="x"),
    "link_customer": c.LinkCustomer(interaction_id=I1, customer_id=CustomerId("c")),
    "verify_customer": c.VerifyCustomer(
        interaction_id=I1, customer_id=CustomerId("c"), question="birth_date", is_right=True
    ),
    "start_flow": c.StartFlow(interaction_id=I1, playbook="p", flow_id=FlowId("f")),
    "set_flow_step": c.SetFlowStep(interaction_id=I1, flow_id=FlowId("f"), action="ask", state=StepState.DONE),
    "end_flow": c.EndFlow(interaction_id=I1, flow_id=FlowId("f")),
    "take_suggestion": c.TakeSuggestion(interaction_id=I1, suggestion_id=SuggestionId("s")),
    "dismiss_suggestion": c.DismissSuggestion(interaction_id=I1, suggestion_id=SuggestionId("s")),
    "consult": c.Consult(interaction_id=I1, agent_id=BEN),
    "schedule_callback": c.ScheduleCallback(interaction_id=I1, at=NOW + timedelta(hours=1)),
    "reassign": c.Reassign(interaction_id=I1, to_queue=QueueId("q")),
    "set_priority": c.SetPriority(interaction_id=I1, priority=1),
    "observe": c.Observe(interaction_id=I1),
    "whisper": c.Whisper(interaction_id=I1, text="t"),
    "take_over": c.TakeOver(interaction_id=I1),
}


@pytest.mark.parametrize("tag", sorted(_BY_TAG))
@pytest.mark.parametrize("state", list(S))
def test_the_screen_takes_the_step_the_hub_will_take_or_none(tag: str, state: S) -> None:
    row = _row(state)
    laid = overlay.interaction(row, [_entry(_BY_TAG[tag])], ME)
    expected = after(state, tag)
    if expected is None:
        assert laid == row
    else:
        assert laid.state is expected


def test_every_step_an_agent_can_take_is_laid_over() -> None:
    own = {"offer", "expire", "message_in", "hang_up", "wake"}
    assert set(_BY_TAG) == set(STEPS) - own


@pytest.mark.parametrize("state", [s for s in OutboxState if s is not OutboxState.WEDGED])
def test_a_command_counts_until_it_is_refused(state: OutboxState) -> None:
    assert overlay.interaction(_row(), [_entry(c.Hold(interaction_id=I1), state)], ME).state is S.ON_HOLD
    wedged = _entry(c.Hold(interaction_id=I1), OutboxState.WEDGED)
    assert overlay.interaction(_row(), [wedged], ME) == _row()


def test_what_waits_behind_a_refused_command_changes_nothing_until_somebody_decides() -> None:
    """A contact whose last answer was refused is not closed, whatever was done after it."""
    intent = _entry(c.SetIntent(interaction_id=I1, intent="refund"))
    wedged = _entry(c.SendMessage(interaction_id=I1, text="Gern"), OutboxState.WEDGED)
    behind = _entry(c.WrapUp(interaction_id=I1, disposition="solved"))
    laid_over = overlay.interaction(_row(), [intent, wedged, behind], ME)
    assert (laid_over.state, laid_over.intent) == (S.ACTIVE, "refund")


def test_a_command_about_another_contact_changes_nothing() -> None:
    other = _entry(c.Hold(interaction_id=InteractionId("i2")))
    assert overlay.interaction(_row(), [other], ME) == _row()


def test_a_transfer_leaves_my_hands_for_the_queue_named() -> None:
    row = overlay.interaction(_row(), [_entry(c.Transfer(interaction_id=I1, to_queue=QueueId("billing")))], ME)
    assert (row.assignee, row.previous_assignee, row.queue) == (None, ME, "billing")
    row = overlay.interaction(_row(), [_entry(c.Transfer(interaction_id=I1, to_agent=AgentId("b")))], ME)
    assert (row.assignee, row.queue) == (None, "service")


def test_an_answer_stops_the_clock() -> None:
    row = overlay.interaction(_row(), [_entry(c.SendMessage(interaction_id=I1, text="Gern"))], ME)
    assert (row.due_at, row.answered_at, row.last_text) == (None, NOW, "Gern")


def test_reopening_and_wrapping_up_keep_what_belongs_to_the_end() -> None:
    closed = overlay.interaction(_row(), [_entry(c.WrapUp(interaction_id=I1, disposition="d", summary="s"))], ME)
    assert (closed.disposition, closed.summary, closed.closed_at) == ("d", "s", NOW)
    again = overlay.interaction(closed, [_entry(c.Reopen(interaction_id=I1))], AgentId("b"))
    assert (again.assignee, again.closed_at, again.disposition) == ("b", None, None)


def test_an_intent_set_by_a_person_is_certain() -> None:
    row = overlay.interaction(_row(), [_entry(c.SetIntent(interaction_id=I1, intent="refund"))], ME)
    assert (row.intent, row.intent_probability, row.intent_confirmed) == ("refund", 1.0, True)


def test_refused_wishes_about_other_things_change_nothing_either() -> None:
    wedged = OutboxState.WEDGED
    suggestion = Suggestion(id=SuggestionId("s"), interaction_id=I1, action="a")
    assert overlay.suggestion(suggestion, [_entry(_BY_TAG["take_suggestion"], wedged)]) == suggestion
    taken = overlay.suggestion(suggestion, [_entry(_BY_TAG["take_suggestion"])])
    assert taken.state is SuggestionState.TAKEN

    agent = Agent(id=ME, user="me", name="Me")
    assert overlay.agent(agent, [_entry(c.SetPresence(state=PresenceState.READY), wedged)]) == agent

    customer = Customer(id=CustomerId("c"), name="J")
    edit = c.UpdateCustomer(customer_id=CustomerId("c"), fields={"name": "K"})
    assert overlay.customer(customer, [_entry(edit, wedged)]) == customer
    assert overlay.customer(customer, [_entry(edit)]).name == "K"


def test_only_what_is_said_or_noted_has_an_echo() -> None:
    echoing = [tag for tag, command in _BY_TAG.items() if overlay.echo(_entry(command))]
    assert echoing == ["send_message", "add_note", "whisper"]


def test_a_whisper_is_nobody_elses_words() -> None:
    row = _row(last_text="Hello")
    assert overlay.interaction(row, [_entry(_BY_TAG["whisper"])], ME).last_text == "Hello"
    echo = overlay.echo(_entry(c.Whisper(interaction_id=I1, text="Offer 10 %")))
    assert echo is not None
    assert (echo.kind, echo.text) == (MessageKind.WHISPER, "Offer 10 %")


def test_a_lead_who_takes_over_has_it_at_once() -> None:
    row = overlay.interaction(_row(assignee=BEN, consulting=AgentId("x")), [_entry(_BY_TAG["take_over"])], ME)
    assert (row.assignee, row.previous_assignee, row.consulting) == (ME, BEN, None)


def test_a_call_back_sleeps_until_its_time_and_is_over_with_the_contact() -> None:
    row = overlay.interaction(_row(S.WRAP_UP, wrap_up_at=NOW), [_entry(_BY_TAG["schedule_callback"])], ME)
    at = NOW + timedelta(hours=1)
    assert (row.state, row.callback_at, row.snoozed_until, row.wrap_up_at) == (S.SNOOZED, at, at, None)
    closed = overlay.interaction(row, [_entry(_BY_TAG["wrap_up"])], ME)
    assert (closed.callback_at, closed.snoozed_until) == (None, None)


def test_a_colleague_is_asked_and_let_go() -> None:
    asked = overlay.interaction(_row(), [_entry(_BY_TAG["consult"])], ME)
    assert (asked.consulting, asked.assignee) == (BEN, ME)
    assert overlay.interaction(asked, [_entry(c.Consult(interaction_id=I1, agent_id=None))], ME).consulting is None


def test_reading_along_begins_and_ends() -> None:
    row = overlay.interaction(_row(observers=(BEN,)), [_entry(_BY_TAG["observe"])] * 2, ME)
    assert row.observers == (BEN, ME)
    assert overlay.interaction(row, [_entry(c.Observe(interaction_id=I1, is_on=False))], ME).observers == (BEN,)


def test_what_a_lead_does_to_an_agent_shows_until_it_is_refused() -> None:
    ben = Agent(id=BEN, user="ben", name="Ben")
    sent_away = c.SetAgentPresence(agent_id=BEN, state=PresenceState.AWAY, reason="break")
    lent = c.LendAgent(agent_id=BEN, queues=(QueueId("q"),), until=NOW + timedelta(hours=2))
    laid = overlay.colleague(ben, [_entry(sent_away), _entry(lent)], ME)
    assert (laid.presence.state, laid.presence.reason) == (PresenceState.AWAY, "break")
    assert laid.loan == Loan(queues=(QueueId("q"),), until=NOW + timedelta(hours=2), by=ME)
    assert overlay.colleague(laid, [_entry(c.LendAgent(agent_id=BEN))]).loan is None
    assert overlay.colleague(ben, [_entry(sent_away, OutboxState.WEDGED)]) == ben
    other = Agent(id=ME, user="me", name="Me")
    assert overlay.colleague(other, [_entry(sent_away), _entry(lent)]) == other


def test_rules_announcements_and_alerts_follow_what_was_asked() -> None:
    rule = AlertRule(id="r", title="Waiting", measure=AlertMeasure.WAITING, threshold=9, clear_at=5)
    stricter = replace(rule, threshold=7)
    assert overlay.alert_rules([rule], [_entry(c.PutAlertRule(rule=stricter))]) == [stricter]
    assert overlay.alert_rules([rule], [_entry(c.RemoveAlertRule(rule_id="r"))]) == []
    said = c.SendBroadcast(broadcast_id="b", text="Back again", is_urgent=True)
    [broadcast] = overlay.broadcasts([], [_entry(said)], ME)
    assert (broadcast.text, broadcast.by, broadcast.is_urgent) == ("Back again", ME, True)
    confirmed = replace(broadcast, by_name="Me", version=1)
    assert overlay.broadcasts([confirmed], [_entry(said)], ME) == [confirmed]
    alert = Alert(id="a", rule="r", subject="q", value=9, since=NOW)
    assert overlay.alert(alert, [_entry(c.SeeAlert(alert_id="a"))], ME).seen_by == ME
    assert overlay.alert(alert, [_entry(c.SeeAlert(alert_id="other"))], ME) == alert
