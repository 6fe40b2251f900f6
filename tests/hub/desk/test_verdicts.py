"""Intent and suggestions: what the brain says, and what an agent makes of it."""

from __future__ import annotations

import pytest

from desktop.domain import commands as c
from desktop.domain.changes import Table
from desktop.domain.suggestion import SuggestionState
from desktop.hub.desk.desk import Desk
from desktop.insight.playbook import Playbook, Step, When

TITLES = {"en": "x"}


@pytest.fixture
def playbook(centre):
    """Advice that does not change with the playbooks that are shipped."""
    steps = tuple(Step(action=action, titles=TITLES) for action in ("ask_number", "check_order", "apologise"))
    late = (Step(action="trace_parcel", titles=TITLES),)
    centre.desk._guidance.books = (
        Playbook(id="any", edition=1, titles=TITLES, steps=steps),
        Playbook(id="late", edition=1, titles=TITLES, steps=late, when=When(intents=("delivery_late",)), weight=0.9),
    )


async def test_what_to_do_next_comes_with_reasons(centre, playbook):
    id_ = await centre.accepted("anna", text="Hello")
    found = await centre.suggestions(id_)
    assert [one.action for one in found] == ["ask_number", "check_order", "apologise"]
    assert [one.rank for one in found] == [0, 1, 2]
    assert all(one.reasons for one in found)


async def test_a_suggestion_taken_is_a_step_and_the_next_one_moves_up(centre, playbook):
    id_ = await centre.accepted("anna", text="Hello")
    first, second, _ = await centre.suggestions(id_)
    await centre.do("anna", c.TakeSuggestion(interaction_id=id_, suggestion_id=first.id))
    assert (await centre.interaction(id_)).steps == ("ask_number",)
    after = {one.action: one for one in await centre.suggestions(id_)}
    assert after["ask_number"].state is SuggestionState.TAKEN
    assert (after["check_order"].id, after["check_order"].rank) == (second.id, 0), "the offered action was swapped"
    assert await centre.refusal("anna", c.TakeSuggestion(interaction_id=id_, suggestion_id=first.id)) == "conflict"


async def test_a_dismissed_suggestion_does_not_come_back(centre, playbook):
    id_ = await centre.accepted("anna", text="Hello", thread="room")
    first = (await centre.suggestions(id_))[0]
    await centre.do("anna", c.DismissSuggestion(interaction_id=id_, suggestion_id=first.id, reason="known"))
    await centre.chat("Are you there?", thread="room")
    open_ones = [one.action for one in await centre.suggestions(id_) if one.state is SuggestionState.OPEN]
    assert open_ones == ["check_order", "apologise"]
    assert (await centre.interaction(id_)).steps == ()


async def test_a_reply_that_follows_a_suggestion_takes_it(centre, playbook):
    id_ = await centre.accepted("anna", text="Hello")
    first = (await centre.suggestions(id_))[0]
    await centre.do("anna", c.SendMessage(interaction_id=id_, text="Your number?", suggestion_id=first.id))
    await centre.do("anna", c.SendMessage(interaction_id=id_, text="Please"))
    assert (await centre.interaction(id_)).steps == ("ask_number", "reply")
    assert (await centre.get(Table.SUGGESTION, first.id)).state is SuggestionState.TAKEN


async def test_an_intent_set_by_hand_stays_and_changes_the_advice_but_not_the_queue(centre, playbook):
    id_ = await centre.accepted("anna", text="Hello", thread="room")
    queue = (await centre.interaction(id_)).queue
    await centre.do("anna", c.SetIntent(interaction_id=id_, intent="delivery_late"))
    await centre.chat("My invoice is wrong, I was charged twice", thread="room")
    interaction = await centre.interaction(id_)
    assert (interaction.intent, interaction.intent_confirmed, interaction.queue) == ("delivery_late", True, queue)
    assert (await centre.suggestions(id_))[0].action == "trace_parcel"
    assert (await centre.get(Table.TOUCHPOINT, id_)).intent == "delivery_late"


async def test_nothing_is_advised_any_more_once_it_is_closed(centre, playbook):
    id_ = await centre.accepted("anna", text="Hello")
    await centre.do("anna", c.WrapUp(interaction_id=id_, disposition="solved"))
    assert [one for one in await centre.suggestions(id_) if one.state is SuggestionState.OPEN] == []


async def test_what_agents_did_is_advised_in_the_next_case_like_it(centre, playbook):
    for visitor in range(3):
        id_ = await centre.accepted("anna", text="Hello", address=f"web:{visitor}")
        await centre.do("anna", c.SetIntent(interaction_id=id_, intent="delivery_late"))
        trace = next(one for one in await centre.suggestions(id_) if one.action == "trace_parcel")
        await centre.do("anna", c.TakeSuggestion(interaction_id=id_, suggestion_id=trace.id))
        await centre.do("anna", c.WrapUp(interaction_id=id_, disposition="solved"))
    live = centre.desk._guidance.steps.likely("delivery_late", ())
    assert (live[0].action, live[0].k) == ("trace_parcel", 3)
    restarted = await Desk.open(centre.database, centre.options)
    assert restarted._guidance.steps.likely("delivery_late", ()) == live, "a restart forgot what was learned"


async def test_a_bug_in_the_brain_does_not_cost_a_customer_their_message(centre, caplog):
    class Broken:
        def predict(self, text, language=""):
            raise RuntimeError(text)

    centre.desk._guidance.model = Broken()
    answer = await centre.mail("my secret")
    [message] = await centre.messages(answer.interaction_id)
    assert message.text == "my secret"
    assert "could not be judged" in caplog.text
    assert "secret" not in caplog.text
    caplog.clear()
