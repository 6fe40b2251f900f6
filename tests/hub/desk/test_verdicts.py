"""Intent and suggestions: what the brain says, and what an agent makes of it."""

from __future__ import annotations

import pytest

from desktop.domain import commands as c
from desktop.domain.changes import Table
from desktop.domain.suggestion import SuggestionState
from desktop.hub.desk.desk import Desk
from desktop.insight.intent import IntentVerdict
from desktop.insight.knowledge import Library
from desktop.insight.playbook import Playbook, Step, When

TITLES = {"en": "x"}


@pytest.fixture
def playbook(centre):
    """Advice that does not change with the playbooks that are shipped."""
    steps = tuple(Step(action=action, titles=TITLES) for action in ("ask_number", "check_order", "apologise"))
    late = (Step(action="trace_parcel", titles=TITLES),)
    centre.desk._guidance.library = Library()
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


async def test_what_else_was_asked_for_is_set_along_and_left_alone_where_nothing_is_said_of_it(centre):
    id_ = await centre.accepted("anna", text="Hello")
    also = ("change_address", "delivery_late", "change_address")
    await centre.do("anna", c.SetIntent(interaction_id=id_, intent="delivery_late", also=also))
    interaction = await centre.interaction(id_)
    assert (interaction.intent, interaction.intent_also) == ("delivery_late", ("change_address",))
    await centre.do("anna", c.SetIntent(interaction_id=id_, intent="change_address"))
    assert (await centre.interaction(id_)).intent_also == (), "it is the main thing now"
    await centre.do("anna", c.SetIntent(interaction_id=id_, intent="praise", also=("toll_sticker",)))
    await centre.do("anna", c.SetIntent(interaction_id=id_, intent="delivery_late"))
    assert (await centre.interaction(id_)).intent_also == ("toll_sticker",)
    assert await centre.get(Table.INTENT, "toll_sticker") is not None, "colleagues can choose it too"
    await centre.do("anna", c.SetIntent(interaction_id=id_, intent="delivery_late", also=()))
    assert (await centre.interaction(id_)).intent_also == ()


async def test_what_else_was_asked_for_must_be_codes_and_few(centre):
    id_ = await centre.accepted("anna", text="Hello")
    for also in (("No Code!",), tuple(f"thing_{n}" for n in range(6))):
        assert (
            await centre.refusal("anna", c.SetIntent(interaction_id=id_, intent="praise", also=also)) == "unknown_value"
        )
    assert (await centre.interaction(id_)).intent_confirmed is False


async def test_setting_what_it_was_taken_for_is_agreement_and_anything_else_a_correction(centre):
    from desktop.hub.training.history import was_corrected

    taken = (await centre.mail("Ich habe mein Passwort vergessen")).interaction_id
    assert (await centre.interaction(taken)).intent == "password_reset"
    await centre.do("otto", c.SetIntent(interaction_id=taken, intent="password_reset"))
    assert not was_corrected(await centre.interaction(taken))
    other = (await centre.mail("Ich habe mein Passwort vergessen", address="b@example.org")).interaction_id
    await centre.do("otto", c.SetIntent(interaction_id=other, intent="toll_sticker"))
    assert was_corrected(await centre.interaction(other))
    await centre.do("otto", c.SetIntent(interaction_id=other, intent="password_reset"))
    assert not was_corrected(await centre.interaction(other)), "the last word counts"


async def test_what_else_a_message_asks_for_is_noted_with_what_it_is_about(centre):
    class TwoThings:
        def predict(self, text, language=""):
            return IntentVerdict(ranked=(("double_invoice", 0.9),), known=True, also=("change_address",))

    centre.desk._guidance.model = TwoThings()
    answer = await centre.mail("Charged twice. And I have moved.")
    interaction = await centre.interaction(answer.interaction_id)
    assert (interaction.intent, interaction.intent_also) == ("double_invoice", ("change_address",))
