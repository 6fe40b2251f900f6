"""How work is handed out, as this machine knows it: policy, decisions, announcements, alerts, reading along."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from desktop.domain import commands as c
from desktop.domain.agent import Agent, Presence, PresenceState
from desktop.domain.channels import Channel
from desktop.domain.ids import AgentId, CustomerId, InteractionId
from desktop.domain.interaction import Author, Interaction, InteractionState, Message, MessageKind
from desktop.domain.routing import Alert, AlertMeasure, AlertRule, Broadcast, RoutingDecision, RoutingPolicy
from desktop.store import links, outbox, projections, routing

ME, LEAD = AgentId("agent-anna"), AgentId("agent-david")
I1 = InteractionId("i1")


def _contact(at: Any, **fields: Any) -> Interaction:
    given = {"channel": Channel.CHAT, "state": InteractionState.ACTIVE, "assignee": ME, "version": 1}
    return Interaction(id=I1, created_at=at, updated_at=at, **(given | fields))


def _event(id_: str, at: Any, event: str, **values: str) -> Message:
    return Message(
        id=id_,  # type: ignore[arg-type]
        interaction_id=I1,
        author=Author.SYSTEM,
        kind=MessageKind.EVENT,
        event=event,
        agent_id=LEAD,
        sent_at=at,
        values=values,
        version=1,
    )


def test_without_a_policy_the_built_in_one_holds(world: Any) -> None:
    assert world.see(projections.routing_policy) == RoutingPolicy()
    own = RoutingPolicy(away_reasons={"fire_drill": {"en": "Fire drill"}}, version=1)
    world.arrive(own)
    assert world.see(projections.routing_policy) == own


def test_decisions_come_newest_first(world: Any) -> None:
    made = [
        RoutingDecision(id=f"d{n}", interaction_id=I1, at=world.at(n), agent_id=ME, version=1)  # type: ignore[arg-type]
        for n in range(3)
    ]
    other = RoutingDecision(id="x", interaction_id=InteractionId("i2"), at=world.at(9), version=1)  # type: ignore[arg-type]
    world.arrive(*made, other)
    assert [one.id for one in world.see(projections.decisions, I1)] == ["d2", "d1", "d0"]
    assert [one.id for one in world.see(projections.decisions, I1, 1)] == ["d2"]


def test_an_announcement_is_gone_after_its_end(world: Any) -> None:
    said = Broadcast(id="b", text="Hello", by=LEAD, at=world.at(0), until=world.at(10), version=1)
    lasting = Broadcast(id="c", text="Always", by=LEAD, at=world.at(1), version=1)
    world.arrive(said, lasting)
    assert [one.id for one in world.see(projections.broadcasts, ME, world.at(9))] == ["b", "c"]
    assert [one.id for one in world.see(projections.broadcasts, ME, world.at(10))] == ["c"]


def test_what_a_lead_asked_for_is_there_before_the_hub_has_heard_of_it(world: Any) -> None:
    rule = AlertRule(id="r", title="Waiting", measure=AlertMeasure.WAITING, threshold=9, clear_at=5, version=1)
    alert = Alert(id="a", rule="r", subject="billing", value=12, since=world.at(0), version=1)
    ended = Alert(id="e", rule="r", subject="orders", value=12, since=world.at(5), ended_at=world.at(6), version=1)
    world.arrive(rule, ended, alert, Agent(id=ME, user="anna", name="Anna", version=1))
    assert [one.id for one in world.see(projections.alerts, LEAD)] == ["a", "e"], "what goes on comes first"

    world.perform(c.SeeAlert(alert_id="a"))
    world.perform(c.PutAlertRule(rule=AlertRule(id="s", title="A new one", measure="waiting", threshold=1, clear_at=0)))
    world.perform(c.SendBroadcast(broadcast_id="b", text="Hello"))
    world.perform(c.SetAgentPresence(agent_id=ME, state=PresenceState.AWAY, reason="meeting"))
    assert world.see(projections.alerts, LEAD)[0].seen_by == LEAD
    assert [one.title for one in world.see(projections.alert_rules)] == ["A new one", "Waiting"]
    assert [one.text for one in world.see(projections.broadcasts, LEAD, world.at(0))] == ["Hello"]
    assert [one.presence.reason for one in world.see(projections.agents)] == ["meeting"]


def test_what_is_to_come_after_the_contact_waits_for_it(world: Any) -> None:
    ready = Presence(state=PresenceState.READY, since=world.at(0))
    world.arrive(Agent(id=ME, user="anna", name="Anna", presence=ready, version=1), _contact(world.at(0)))
    assert world.see(projections.has_live_contact, ME)
    world.perform(c.SetPresence(state=PresenceState.AWAY, reason="lunch", is_after=True))
    me = world.see(projections.agent, ME)
    assert (me.presence.state, me.next_presence.reason) == (PresenceState.READY, "lunch")

    # The contact is over: what was to come after it is there.
    world.arrive(_contact(world.at(1), state=InteractionState.CLOSED, version=2))
    assert not world.see(projections.has_live_contact, ME)
    me = world.see(projections.agent, ME)
    assert (me.presence.reason, me.next_presence) == ("lunch", None)


def test_a_mail_in_hand_keeps_nobody_from_going_but_its_wrap_up_does(world: Any) -> None:
    world.arrive(_contact(world.at(0), channel=Channel.EMAIL))
    assert not world.see(projections.has_live_contact, ME)
    world.arrive(_contact(world.at(0), channel=Channel.EMAIL, state=InteractionState.WRAP_UP, version=2))
    assert world.see(projections.has_live_contact, ME)


def test_a_lead_reads_along_by_the_newest_word_about_them(world: Any) -> None:
    def seen() -> tuple[bool, bool]:
        found = world.see(projections.observing, I1, LEAD)
        return found.is_on, found.is_joined

    world.arrive(_contact(world.at(0)))
    assert seen() == (False, False)
    world.arrive(_event("m1", world.at(1), "silent_observing"))
    assert seen() == (True, False)
    world.arrive(_event("m2", world.at(2), "observing", joined="1"))
    assert seen() == (True, True)
    leaves = world.perform(c.Observe(interaction_id=I1, is_on=False))
    assert seen() == (False, False)
    world.do(outbox.mark_sending, leaves)
    world.do(outbox.wedge, leaves, "forbidden")
    assert seen() == (True, True), "what was refused does not count"
    world.arrive(_event("m3", world.at(3) + timedelta(seconds=1), "observing_ended"))
    assert seen() == (False, False)


def test_what_waits_is_what_nobody_has_done_anything_about_the_first_due_first(world: Any) -> None:
    rows = [
        world.interaction("late", "queued", due_at=world.at(30)),
        world.interaction("soon", "queued", due_at=world.at(5)),
        world.interaction("taken", "queued", due_at=world.at(1)),
        world.interaction("never", "queued"),
        world.interaction("mine"),
    ]
    world.arrive(*rows)
    world.perform(c.Take(interaction_id=InteractionId("taken")))
    assert [row.id for row in world.see(projections.waiting, 10)] == ["soon", "late", "never"]
    assert [row.id for row in world.see(projections.waiting, 1)] == ["soon"]


def test_who_served_a_customer_last_is_found_over_all_accounts_that_know_them(world: Any) -> None:
    jana, there, ben = CustomerId("c1"), CustomerId("rt~7"), AgentId("agent-ben")
    world.arrive(
        world.interaction("old", "closed", assignee=ben, customer_id=jana, last_at=world.at(-9000)),
        world.interaction("new", "closed", assignee=ME, customer_id=jana, last_at=world.at(-60)),
        world.interaction("queued", "queued", customer_id=jana, last_at=world.at(0)),
        world.interaction("other", "closed", assignee=ben, customer_id=CustomerId("c2"), last_at=world.at(-60)),
    )
    since = world.now - timedelta(days=14)
    assert world.see(projections.last_served, [jana, CustomerId("c9")], since) == {jana: ME}
    assert world.see(projections.last_served, [there], since) == {}
    world.do(links.settle, jana, [links.Like(there, 1.0)], joined_from=0.99, at=world.now)
    assert world.see(projections.last_served, [there, jana], since) == {there: ME, jana: ME}
    assert world.see(projections.last_served, [there], world.now) == {}


def test_a_decision_made_at_this_desk_is_among_those_of_its_contact_until_it_came_to_nothing(world: Any) -> None:
    made = RoutingDecision(id="local:i1:1", interaction_id=I1, at=world.at(0), agent_id=ME)  # type: ignore[arg-type]
    world.do(routing.keep_decision, made)
    assert world.see(projections.decisions, I1) == [made]
    assert world.changes[-1].interactions == {I1}
    world.do(routing.drop_decision, made)
    assert world.see(projections.decisions, I1) == []
