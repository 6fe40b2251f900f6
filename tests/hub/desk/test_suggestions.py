"""What taking each kind of suggestion does, what turning it down means, and what is learned from both."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from desktop.domain import commands as c
from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.customer import Identity, IdentityKind
from desktop.domain.interaction import InteractionState
from desktop.domain.knowledge import Article
from desktop.domain.suggestion import SuggestionKind, SuggestionState
from desktop.hub.db import tables
from desktop.hub.desk.desk import Desk
from desktop.insight.knowledge import Library
from desktop.insight.playbook import Playbook, Step

TITLES = {"en": "x"}
BOOK = Playbook(
    id="any",
    edition=1,
    titles=TITLES,
    steps=(
        Step(action="ask_number", titles=TITLES, wordings={"en": "Your number?"}),
        Step(action="call_back", titles=TITLES, callback_h=4),
        Step(action="check_order", titles=TITLES),
    ),
)
ARTICLES = (
    Article(id="drain", titles={"en": "Error E18"}, texts={"en": "Clean the filter"}, keywords=("e18", "washer")),
    *(Article(id=word, titles={"en": word}, texts={"en": word}) for word in ("invoice", "parcel", "router", "plan")),
)


@pytest.fixture(autouse=True)
def advice(centre):
    """Advice that does not change with what is shipped."""
    centre.desk.guidance.books = (BOOK,)
    centre.desk.guidance.library = Library(ARTICLES)


async def offered(centre, id_, action):
    return next(
        one
        for one in await centre.suggestions(id_)
        if one.action == action and one.state in (SuggestionState.OPEN, SuggestionState.IGNORED)
    )


async def take(centre, id_, action, who="anna"):
    suggestion = await offered(centre, id_, action)
    await centre.do(who, c.TakeSuggestion(interaction_id=id_, suggestion_id=suggestion.id))
    return suggestion


async def dismiss(centre, id_, action, reason):
    suggestion = await offered(centre, id_, action)
    await centre.do("anna", c.DismissSuggestion(interaction_id=id_, suggestion_id=suggestion.id, reason=reason))
    return suggestion


async def open_actions(centre, id_):
    return [one.action for one in await centre.suggestions(id_) if one.state is SuggestionState.OPEN]


async def test_a_callback_snoozes_the_contact(centre):
    id_ = await centre.accepted("anna", text="Hello")
    suggestion = await take(centre, id_, "call_back")
    assert (suggestion.kind, suggestion.values["hours"]) == (SuggestionKind.CALLBACK, "4")
    interaction = await centre.interaction(id_)
    assert (interaction.state, interaction.snoozed_until) == (InteractionState.SNOOZED, centre.at + timedelta(hours=4))
    assert interaction.steps == ("call_back",)


async def test_a_callback_that_cannot_be_snoozed_was_not_taken(centre):
    id_ = await centre.accepted("anna", text="Hello")
    await centre.do("anna", c.EndContact(interaction_id=id_))
    suggestion = await offered(centre, id_, "call_back")
    take_it = c.TakeSuggestion(interaction_id=id_, suggestion_id=suggestion.id)
    assert await centre.refusal("anna", take_it) == "illegal_state"
    assert (await centre.interaction(id_)).steps == ()
    assert (await centre.get(Table.SUGGESTION, suggestion.id)).state is SuggestionState.OPEN


@pytest.fixture
async def mistyped(centre):
    """A contact of somebody whose address has a typing error that has a plain mend."""
    bad = Identity(kind=IdentityKind.EMAIL, value="jana@gmial.com", normalised="jana@gmial.com", label="private")
    jana = await centre.customer("Jana Weber", "0171 3920012")
    from msgspec.structs import replace

    await centre.put(replace(jana, identities=(*jana.identities, bad)))
    id_ = await centre.accepted("anna", text="Hello")
    await centre.do("anna", c.LinkCustomer(interaction_id=id_, customer_id=jana.id))
    # What is wrong with a record is looked at whenever it is saved.
    await centre.do("anna", c.UpdateCustomer(customer_id=jana.id, fields={"language": "de"}))
    await centre.do("anna", c.SetIntent(interaction_id=id_, intent="praise"))
    return id_, jana.id


async def test_a_mend_replaces_what_was_wrong(centre, mistyped):
    id_, customer_id = mistyped
    suggestion = await take(centre, id_, "mend.email")
    assert suggestion.kind is SuggestionKind.FIELD
    customer = await centre.get(Table.CUSTOMER, customer_id)
    mails = [(one.normalised, one.label) for one in customer.identities if one.kind is IdentityKind.EMAIL]
    assert mails == [("jana@gmail.com", "private")]
    assert not [one for one in customer.quality if one.field == "email"]
    assert (await centre.interaction(id_)).steps == ("mend.email",)


async def test_a_mend_of_what_was_changed_meanwhile_is_refused(centre, mistyped):
    id_, customer_id = mistyped
    suggestion = await offered(centre, id_, "mend.email")
    fixed = [{"kind": "email", "value": "jana.weber@example.org"}]
    await centre.do("bert", c.UpdateCustomer(customer_id=customer_id, fields={"identities": fixed}))
    take_it = c.TakeSuggestion(interaction_id=id_, suggestion_id=suggestion.id)
    assert await centre.refusal("anna", take_it) == "conflict"
    assert (await centre.interaction(id_)).steps == ()


async def test_an_article_fits_the_words_and_taking_it_is_a_step(centre):
    id_ = await centre.accepted("anna", text="My washer says E18")
    suggestion = await take(centre, id_, "article.drain")
    assert (suggestion.kind, suggestion.values["article"]) == (SuggestionKind.ARTICLE, "drain")
    assert "recommend.words" in {one.code for one in suggestion.reasons}
    assert (await centre.interaction(id_)).steps == ("article.drain",)


async def test_which_matter_it_is_is_asked_and_set(centre):
    from msgspec.structs import replace

    id_ = await centre.accepted("anna", text="Hello")
    ranked = (("refund_status", 0.45), ("return_request", 0.4))
    contact = await centre.interaction(id_)
    unsure = replace(contact, intent="refund_status", intent_probability=0.45, intent_ranked=ranked)
    await centre.put(unsure)
    await dismiss(centre, id_, "check_order", "wrong")  # whatever makes the desk think again
    suggestion = await take(centre, id_, "intent.return_request")
    assert suggestion.kind is SuggestionKind.INTENT
    interaction = await centre.interaction(id_)
    assert (interaction.intent, interaction.intent_confirmed) == ("return_request", True)
    assert not [one for one in await open_actions(centre, id_) if one.startswith("intent.")]


async def test_an_edited_reply_counts_as_taken(centre):
    id_ = await centre.accepted("anna", text="Hello")
    suggestion = await offered(centre, id_, "ask_number")
    assert suggestion.kind is SuggestionKind.REPLY
    await centre.do("anna", c.SendMessage(interaction_id=id_, text="And your number?", suggestion_id=suggestion.id))
    assert (await centre.get(Table.SUGGESTION, suggestion.id)).state is SuggestionState.TAKEN
    assert centre.desk.guidance.learner.blocks["action.ask_number"].counts == {"taken": 1}


async def test_wrong_stays_away_and_later_comes_back_once_something_happened(centre):
    id_ = await centre.accepted("anna", text="Hello", thread="room")
    await dismiss(centre, id_, "ask_number", "later")
    await dismiss(centre, id_, "check_order", "wrong")
    assert await open_actions(centre, id_) == ["call_back"]
    await centre.do("anna", c.SetIntent(interaction_id=id_, intent="praise"))
    assert "ask_number" not in await open_actions(centre, id_), "it came straight back"
    centre.later(minutes=1)
    await centre.chat("Are you there?", thread="room")
    after = await open_actions(centre, id_)
    assert "ask_number" in after
    assert "check_order" not in after


async def test_later_comes_back_after_the_next_step_too(centre):
    id_ = await centre.accepted("anna", text="Hello")
    await dismiss(centre, id_, "ask_number", "later")
    await take(centre, id_, "check_order")
    assert "ask_number" in await open_actions(centre, id_)


async def test_a_reason_in_own_words_is_kept_as_other_and_its_words_nowhere(centre):
    id_ = await centre.accepted("anna", text="Hello")
    suggestion = await dismiss(centre, id_, "ask_number", "Jana knows it by heart")
    kept = await centre.get(Table.SUGGESTION, suggestion.id)
    assert kept.values["dismissed"] == "other"
    async with centre.database.read() as ledger:
        notes = (await ledger.connection.execute(select(tables.note.c.key, tables.note.c.value))).all()
    assert any(key == "advice:action.ask_number" for key, _ in notes)
    assert not [value for _, value in notes if "Jana" in value]


async def test_what_was_shown_and_not_followed_is_ignored_when_the_contact_ends(centre):
    id_ = await centre.accepted("anna", text="Hello")
    await take(centre, id_, "ask_number")
    await centre.do("anna", c.WrapUp(interaction_id=id_, disposition="solved"))
    states = {one.action: one.state for one in await centre.suggestions(id_)}
    assert states == {
        "ask_number": SuggestionState.TAKEN,
        "call_back": SuggestionState.IGNORED,
        "check_order": SuggestionState.IGNORED,
    }
    assert centre.desk.guidance.learner.blocks["action.check_order"].counts == {"ignored": 1}
    late = await offered(centre, id_, "check_order")
    take_it = c.TakeSuggestion(interaction_id=id_, suggestion_id=late.id)
    assert await centre.refusal("anna", take_it) == "illegal_state"


async def test_what_nobody_ever_saw_is_not_called_ignored(centre):
    answer = await centre.says(Channel.CALL, "0171 3920012", "", event="ringing", external_id="call-1")
    id_ = answer.interaction_id
    assert await open_actions(centre, id_)
    await centre.says(Channel.CALL, "0171 3920012", "never mind", event="ended", external_id="call-1")
    assert SuggestionState.IGNORED not in {one.state for one in await centre.suggestions(id_)}


async def test_what_agents_turn_down_sinks_and_that_survives_a_restart(centre):
    for visitor in range(6):
        id_ = await centre.accepted("anna", text="Hello", address=f"web:{visitor}")
        await dismiss(centre, id_, "ask_number", "wrong")
        await take(centre, id_, "check_order")
        await centre.do("anna", c.WrapUp(interaction_id=id_, disposition="solved"))
    id_ = await centre.accepted("anna", text="Hello", address="web:last")
    assert (await open_actions(centre, id_))[0] != "ask_number"
    learned = centre.desk.guidance.learner.blocks
    restarted = await Desk.open(centre.database, centre.options)
    assert restarted.guidance.learner.blocks == learned


async def test_a_damaged_note_of_what_was_learned_is_begun_anew(centre, caplog):
    async with centre.database.write() as ledger:
        await ledger.set_note("advice:action.ask_number", "{")
    id_ = await centre.accepted("anna", text="Hello")
    await take(centre, id_, "ask_number")
    assert centre.desk.guidance.learner.blocks["action.ask_number"].counts == {"taken": 1}
    assert "cannot be read" in caplog.text
    caplog.clear()


async def test_a_refused_command_teaches_nothing(centre):
    id_ = await centre.accepted("anna", text="Hello")
    suggestion = await offered(centre, id_, "ask_number")
    for command in (c.TakeSuggestion, c.DismissSuggestion):
        assert await centre.refusal("bert", command(interaction_id=id_, suggestion_id=suggestion.id)) == "not_owner"
    assert centre.desk.guidance.learner.blocks == {}
