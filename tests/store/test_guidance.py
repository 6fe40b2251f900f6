"""Guided flows as an agent sees them: at once, offline, whoever began them; and what else helps through a contact."""

from __future__ import annotations

from typing import Any

import pytest

from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.commands import EndFlow, SetFlowStep, SetIntent, StartFlow, TakeSuggestion
from desktop.domain.flow import Flow, FlowState, FlowStep, Need, StepState
from desktop.domain.ids import AgentId, FlowId, InteractionId, SuggestionId
from desktop.domain.interaction import Author
from desktop.domain.knowledge import Article
from desktop.domain.playbook import Playbook, Step, When
from desktop.store import outbox, projections

I1, F1 = InteractionId("i1"), FlowId("flow-1")
BOOK = Playbook(
    id="moving",
    edition=3,
    titles={"en": "Moving house"},
    steps=(
        Step(action="ask", titles={"en": "Ask for the address"}, needs=(Need(field="address.street"),)),
        Step(action="by_mail", titles={"en": "Confirm by mail"}, when=When(channels=(Channel.EMAIL,))),
        Step(action="confirm", titles={"en": "Confirm"}, wordings={"en": "Done, {customer}."}),
    ),
    version=1,
)


def start(**fields: Any) -> StartFlow:
    return StartFlow(**{"interaction_id": I1, "playbook": "moving", "flow_id": F1, **fields})


def ticked(action: str, state: StepState = StepState.DONE, **fields: Any) -> SetFlowStep:
    return SetFlowStep(interaction_id=I1, flow_id=F1, action=action, state=state, **fields)


def flows(world: Any) -> list[Any]:
    return list(world.see(projections.flows, I1, world.me))


def states(row: Any) -> dict[str, StepState]:
    return {step.action: step.state for step in row.flow.steps}


@pytest.fixture
def at_work(world: Any) -> Any:
    world.arrive(world.interaction(), BOOK)
    return world


def test_a_flow_begun_offline_is_there_at_once_with_the_steps_that_are_meant_for_the_contact(at_work: Any) -> None:
    at_work.perform(start())
    (row,) = flows(at_work)
    assert (row.flow.id, row.flow.playbook, row.flow.edition, row.flow.started_by) == (F1, "moving", 3, at_work.me)
    assert list(states(row)) == ["ask", "confirm"]
    assert row.flow.steps[0].needs == BOOK.steps[0].needs
    assert row.is_pending


def test_ticks_are_laid_over_and_the_last_one_finishes_the_flow(at_work: Any) -> None:
    at_work.perform(start())
    at_work.perform(ticked("ask", values={"address.street": "Lindenstraße 14"}), minutes=2)
    (row,) = flows(at_work)
    assert states(row) == {"ask": StepState.DONE, "confirm": StepState.OPEN}
    step = row.flow.steps[0]
    assert (step.by, step.at, step.values) == (at_work.me, at_work.at(2), {"address.street": "Lindenstraße 14"})
    assert row.pending == {"ask"}
    at_work.perform(ticked("confirm", StepState.SKIPPED, reason="not_needed"))
    (row,) = flows(at_work)
    assert row.flow.state is FlowState.FINISHED
    at_work.perform(ticked("ask", StepState.OPEN))
    (row,) = flows(at_work)
    assert row.flow.state is FlowState.RUNNING
    assert (row.flow.steps[0].by, row.flow.steps[0].values) == (None, {"address.street": "Lindenstraße 14"})


def test_what_a_colleague_did_stays_theirs_and_a_refused_tick_is_not_shown(at_work: Any) -> None:
    theirs = FlowStep(action="ask", state=StepState.DONE, by=AgentId("ben"), at=at_work.at(-9))
    flow = Flow(
        id=F1,
        interaction_id=I1,
        playbook="moving",
        edition=2,
        started_at=at_work.at(-10),
        steps=(theirs, FlowStep(action="confirm")),
        version=4,
    )
    at_work.arrive(flow)
    id_ = at_work.perform(ticked("confirm"))
    (row,) = flows(at_work)
    assert [step.by for step in row.flow.steps] == ["ben", at_work.me]
    at_work.do(outbox.wedge, id_, "not_owner")
    (row,) = flows(at_work)
    assert (row.flow, row.is_pending) == (flow, False)


def test_of_one_playbook_begun_twice_the_hubs_flow_counts(at_work: Any) -> None:
    at_work.perform(start(flow_id=FlowId("flow-2")))
    flow = Flow(id=F1, interaction_id=I1, playbook="moving", edition=3, started_at=at_work.at(), steps=(), version=1)
    at_work.arrive(flow)
    assert [row.flow.id for row in flows(at_work)] == [F1]


def test_a_flow_is_stopped_and_one_of_an_unknown_playbook_is_none(at_work: Any) -> None:
    at_work.perform(start())
    at_work.perform(start(playbook="unheard", flow_id=FlowId("flow-3")))
    at_work.perform(EndFlow(interaction_id=I1, flow_id=F1))
    (row,) = flows(at_work)
    assert row.flow.state is FlowState.STOPPED


def test_starting_its_flow_takes_a_suggestion_and_ticks_are_steps_of_the_contact(at_work: Any) -> None:
    at_work.arrive(at_work.suggestion("s1"), at_work.suggestion("s2"))
    at_work.perform(start(suggestion_id=SuggestionId("s1")))
    at_work.perform(TakeSuggestion(interaction_id=I1, suggestion_id=SuggestionId("s2")))
    assert at_work.see(projections.suggestions, I1) == []
    at_work.perform(ticked("ask"))
    assert at_work.see(projections.interaction_row, I1, at_work.me).interaction.steps == ("ask",)


def test_several_intents_are_laid_over_and_none_named_leaves_them(at_work: Any) -> None:
    at_work.perform(SetIntent(interaction_id=I1, intent="refund", also=("complaint",)))
    at_work.perform(SetIntent(interaction_id=I1, intent="return"))
    row = at_work.see(projections.interaction_row, I1, at_work.me).interaction
    assert (row.intent, row.intent_also) == ("return", ("complaint",))


def test_only_messages_whose_mood_is_known_are_on_the_course_oldest_first(at_work: Any) -> None:
    at_work.arrive(
        *(at_work.message(f"m{n}", minutes=n, mood=n / 10) for n in range(5)),
        at_work.message("m9", minutes=9, author=Author.AGENT),
    )
    assert [m.id for m in at_work.see(projections.felt_messages, I1, 3)] == ["m2", "m3", "m4"]


def test_playbooks_articles_and_the_policy_come_with_the_feed_and_go_with_it(world: Any) -> None:
    assert world.see(projections.verification_policy).points_needed == 0
    world.arrive(BOOK, Article(id="a1", titles={"en": "Refunds"}, version=1))
    assert [book.id for book in world.see(projections.playbooks)] == ["moving"]
    assert [article.id for article in world.see(projections.articles)] == ["a1"]
    world.arrive(world.deletion(Table.ARTICLE, "a1"))
    assert world.see(projections.articles) == []
