"""A guided flow: begun, ticked, skipped, handed over, and what it leaves behind."""

from __future__ import annotations

import asyncio

import pytest

from desktop.domain import commands as c
from desktop.domain.agent import PresenceState
from desktop.domain.changes import Table
from desktop.domain.customer import Consent
from desktop.domain.flow import FlowState, Need, StepState
from desktop.domain.suggestion import SuggestionKind, SuggestionState
from desktop.insight.knowledge import Library
from desktop.insight.playbook import Playbook, Step, Unless, When

TITLES = {"en": "x"}
FLOW = "flow-0001"
BOOK = Playbook(
    id="moving",
    edition=3,
    titles={"de": "Umzug", "en": "Moving"},
    when=When(intents=("change_address",)),
    steps=(
        Step(action="ask_date", titles=TITLES, needs=(Need(field="valid_from"),)),
        Step(action="write_address", titles=TITLES, needs=(Need(field="address.street"), Need(field="address.city"))),
        Step(action="check_line", titles=TITLES, unless=Unless(missing_consent=("call",))),
        Step(action="confirm", titles=TITLES, wordings={"en": "Done, {customer}."}),
    ),
)


@pytest.fixture(autouse=True)
def playbook(centre):
    """One playbook, which does not change with those that are shipped."""
    centre.desk.guidance.books = (BOOK,)
    centre.desk.guidance.library = Library()


def start(id_, flow_id=FLOW, playbook="moving", **fields):
    return c.StartFlow(interaction_id=id_, playbook=playbook, flow_id=flow_id, **fields)


def tick(id_, action, state=StepState.DONE, flow_id=FLOW, **fields):
    return c.SetFlowStep(interaction_id=id_, flow_id=flow_id, action=action, state=state, **fields)


@pytest.fixture
async def begun(centre):
    """Anna has a contact of Jana's about a new address and follows the checklist."""
    jana = await centre.customer("Jana Weber", "jana@example.org")
    id_ = await centre.accepted("anna", text="Hello")
    await centre.do("anna", c.LinkCustomer(interaction_id=id_, customer_id=jana.id))
    await centre.do("anna", c.SetIntent(interaction_id=id_, intent="change_address"))
    await centre.do("anna", start(id_))
    return id_, jana.id


async def flow_of(centre, flow_id=FLOW):
    return await centre.get(Table.FLOW, flow_id)


async def told(centre, id_, event="flow_step"):
    return [one for one in await centre.messages(id_) if one.event == event]


async def test_a_flow_has_the_steps_that_are_allowed_and_says_where_it_came_from(centre, begun):
    flow = await flow_of(centre)
    assert [one.action for one in flow.steps] == ["ask_date", "write_address", "confirm"], "nobody agreed to be called"
    assert (flow.edition, flow.titles["de"], flow.started_by, flow.state) == (3, "Umzug", "anna", FlowState.RUNNING)
    [message] = await told(centre, begun[0], "flow_started")
    assert (message.values["playbook"], message.author_name) == ("moving", "Anna")


async def test_with_consent_the_step_is_there(centre):
    jana = await centre.customer("Jana", "jana@example.org", consents=(Consent(purpose="call", is_granted=True),))
    id_ = await centre.accepted("anna", text="Hello")
    await centre.do("anna", c.LinkCustomer(interaction_id=id_, customer_id=jana.id))
    await centre.do("anna", start(id_))
    assert "check_line" in [one.action for one in (await flow_of(centre)).steps]


async def test_steps_done_are_the_interactions_steps_in_their_order_and_are_told(centre, begun):
    id_, _ = begun
    await centre.do("anna", tick(id_, "confirm"))
    await centre.do("anna", tick(id_, "ask_date", values={"valid_from": " 1  May "}))
    assert (await centre.interaction(id_)).steps == ("confirm", "ask_date")
    step = (await flow_of(centre)).steps[0]
    assert (step.state, step.values, step.by, step.at) == (StepState.DONE, {"valid_from": "1 May"}, "anna", centre.at)
    values = (await told(centre, id_))[-1].values
    assert (values["action"], values["state"], values["fields"]) == ("ask_date", "done", "valid_from")
    assert "1 May" not in values.values(), "what was filled in went into the stream"


async def test_what_is_needed_must_be_there_before_a_step_is_done(centre, begun):
    id_, customer_id = begun
    assert await centre.refusal("anna", tick(id_, "ask_date")) == "missing_value"
    assert await centre.refusal("anna", tick(id_, "ask_date", values={"valid_from": "  "})) == "missing_value"
    assert await centre.refusal("anna", tick(id_, "write_address", values={"address.city": "Kiel"})) == "missing_value"
    assert (await centre.get(Table.CUSTOMER, customer_id)).address is None, "half an address was kept"
    assert (await centre.interaction(id_)).steps == ()


async def test_values_of_the_customer_go_into_their_record(centre, begun):
    id_, customer_id = begun
    new = {"address.street": "Am Deich 4", "address.city": "Husum"}
    await centre.do("anna", tick(id_, "write_address", values=new))
    address = (await centre.get(Table.CUSTOMER, customer_id)).address
    assert (address.street, address.city) == ("Am Deich 4", "Husum")
    await centre.do("anna", tick(id_, "write_address", StepState.OPEN))
    await centre.do("anna", tick(id_, "write_address", values={"address.city": ""}))
    assert (await flow_of(centre)).steps[1].values == {"address.street": "Am Deich 4"}, "the city is on record"


async def test_a_tick_taken_back_takes_the_step_back(centre, begun):
    id_, _ = begun
    await centre.do("anna", tick(id_, "confirm"))
    await centre.do("anna", tick(id_, "confirm", StepState.OPEN))
    assert (await centre.interaction(id_)).steps == ()
    step = (await flow_of(centre)).steps[2]
    assert (step.state, step.by, step.at) == (StepState.OPEN, None, None)


async def test_all_done_or_skipped_finishes_it_and_going_back_opens_it_again(centre, begun):
    id_, _ = begun
    await centre.do("anna", tick(id_, "ask_date", StepState.SKIPPED, reason="knows it already"))
    await centre.do("anna", tick(id_, "write_address", StepState.SKIPPED))
    await centre.do("anna", tick(id_, "confirm"))
    flow = await flow_of(centre)
    assert (flow.state, flow.ended_at, flow.steps[0].reason) == (FlowState.FINISHED, centre.at, "knows it already")
    assert (await centre.interaction(id_)).steps == ("confirm",), "what was skipped was not done"
    assert await centre.refusal("anna", c.EndFlow(interaction_id=id_, flow_id=FLOW)) == "illegal_state"
    await centre.do("anna", tick(id_, "ask_date", StepState.OPEN))
    assert ((await flow_of(centre)).state, (await flow_of(centre)).ended_at) == (FlowState.RUNNING, None)


async def test_a_stopped_flow_goes_on_with_its_next_step(centre, begun):
    id_, _ = begun
    await centre.do("anna", c.EndFlow(interaction_id=id_, flow_id=FLOW, reason="asked for something else"))
    await centre.do("anna", c.EndFlow(interaction_id=id_, flow_id=FLOW))
    assert (await flow_of(centre)).state is FlowState.STOPPED
    assert len(await told(centre, id_, "flow_ended")) == 1
    await centre.do("anna", tick(id_, "confirm"))
    assert (await flow_of(centre)).state is FlowState.RUNNING


async def test_a_tick_that_changes_nothing_is_not_told_twice(centre, begun):
    id_, _ = begun
    await centre.do("anna", tick(id_, "confirm"))
    await centre.do("anna", tick(id_, "confirm"))
    assert (await centre.interaction(id_)).steps == ("confirm",)
    assert len(await told(centre, id_)) == 1


async def test_the_same_start_again_is_the_one_flow(centre, begun):
    id_, _ = begun
    await centre.do("anna", start(id_))
    assert len(await told(centre, id_, "flow_started")) == 1
    assert await centre.refusal("anna", start(id_, "flow-0002")) == "conflict", "one flow a playbook and contact"


async def test_what_cannot_be_begun_is_refused(centre, begun):
    id_, _ = begun
    assert await centre.refusal("anna", start(id_, "flow-0002", "dancing")) == "unknown_value"
    assert await centre.refusal("anna", start(id_, "x", "dancing")) == "bad_request"
    assert await centre.refusal("anna", start("nothing-like-it")) == "gone"
    centre.desk.guidance.books = (BOOK, Playbook(id="old", edition=1, titles=TITLES, steps=BOOK.steps, weight=0))
    assert await centre.refusal("anna", start(id_, "flow-0002", "old")) == "unknown_value", "it is out of use"
    other = await centre.chat(address="web:other")
    await centre.do("anna", c.Accept(interaction_id=other.interaction_id))
    assert await centre.refusal("anna", start(other.interaction_id, FLOW)) == "conflict", "another contact's flow"


async def test_what_cannot_be_ticked_is_refused(centre, begun):
    id_, _ = begun
    assert await centre.refusal("anna", tick(id_, "check_line")) == "unknown_value"
    assert await centre.refusal("anna", tick(id_, "confirm", values={"secret": "x"})) == "unknown_value"
    assert await centre.refusal("anna", tick(id_, "ask_date", values={"valid_from": "x" * 301})) == "too_large"
    assert await centre.refusal("anna", tick(id_, "confirm", flow_id="flow-none")) == "gone"
    await centre.do("anna", c.WrapUp(interaction_id=id_, disposition="solved"))
    assert await centre.refusal("anna", tick(id_, "confirm")) == "illegal_state"


async def test_only_who_has_the_contact_or_a_lead_works_on_its_flow(centre, begun):
    id_, _ = begun
    for command in (start(id_, "flow-0002"), tick(id_, "confirm"), c.EndFlow(interaction_id=id_, flow_id=FLOW)):
        assert await centre.refusal("bert", command) == "not_owner"
    await centre.do("lena", tick(id_, "confirm"))
    assert (await flow_of(centre)).steps[2].by == "lena"


async def test_it_goes_on_with_the_colleague_it_was_handed_to_and_after_reopening(centre, begun):
    id_, _ = begun
    await centre.do("anna", tick(id_, "ask_date", values={"valid_from": "1 May"}))
    await centre.do("bert", c.SetPresence(state=PresenceState.READY))
    await centre.do("anna", c.Transfer(interaction_id=id_, to_agent="bert"))
    await centre.do("bert", c.Accept(interaction_id=id_))
    assert await centre.refusal("anna", tick(id_, "confirm")) == "not_owner"
    await centre.do("bert", c.WrapUp(interaction_id=id_, disposition="solved"))
    assert (await flow_of(centre)).state is FlowState.RUNNING
    await centre.do("bert", c.Reopen(interaction_id=id_))
    await centre.do("bert", tick(id_, "confirm"))
    assert (await centre.interaction(id_)).steps == ("ask_date", "confirm")


async def test_two_at_once_tick_a_step_once(centre, begun):
    id_, _ = begun
    both = (centre.attempt("anna", tick(id_, "confirm")), centre.attempt("lena", tick(id_, "confirm")))
    assert {one.outcome for one in await asyncio.gather(*both)} == {"applied"}
    assert (await centre.interaction(id_)).steps == ("confirm",)


async def test_two_at_once_begin_one_flow(centre):
    id_ = await centre.accepted("anna", text="Hello")
    both = (centre.attempt("anna", start(id_, "flow-aaaa")), centre.attempt("lena", start(id_, "flow-bbbb")))
    answers = await asyncio.gather(*both)
    assert sorted(one.outcome for one in answers) == ["applied", "refused"]


async def test_a_newer_edition_does_not_change_a_checklist_under_way(centre, begun):
    id_, _ = begun
    centre.desk.guidance.books = (Playbook(id="moving", edition=4, titles=TITLES, steps=BOOK.steps[-1:]),)
    await centre.do("anna", tick(id_, "ask_date", values={"valid_from": "1 May"}))
    assert (await flow_of(centre)).edition == 3


async def test_a_checklist_is_suggested_and_begun_by_taking_that(centre):
    jana = await centre.customer("Jana", "j@example.org", consents=(Consent(purpose="call", is_granted=True),))
    id_ = await centre.accepted("anna", text="Hello")
    await centre.do("anna", c.LinkCustomer(interaction_id=id_, customer_id=jana.id))
    await centre.do("anna", c.SetIntent(interaction_id=id_, intent="change_address"))
    offer = next(one for one in await centre.suggestions(id_) if one.kind is SuggestionKind.FLOW)
    await centre.do("anna", c.TakeSuggestion(interaction_id=id_, suggestion_id=offer.id))
    flow = await flow_of(centre, offer.id)
    assert flow.playbook == "moving"
    after = {one.action: one for one in await centre.suggestions(id_)}
    assert after["flow.moving"].state is SuggestionState.TAKEN
    await centre.do("anna", tick(id_, "check_line", flow_id=flow.id))
    taken = [one.action for one in await centre.suggestions(id_) if one.state is SuggestionState.TAKEN]
    assert "check_line" in taken, "what was ticked was advised, and was followed"


async def test_what_was_done_before_need_not_be_done_again(centre):
    id_ = await centre.accepted("anna", text="Hello")
    await centre.do("anna", c.SetIntent(interaction_id=id_, intent="change_address"))
    await centre.do("anna", start(id_))
    await centre.do("anna", tick(id_, "ask_date", StepState.SKIPPED))
    advice = next(one for one in await centre.suggestions(id_) if one.action == "confirm")
    await centre.do("anna", c.TakeSuggestion(interaction_id=id_, suggestion_id=advice.id))
    states = {one.action: one.state for one in (await flow_of(centre)).steps}
    assert states["confirm"] is StepState.DONE


async def test_a_flow_is_seen_where_its_contact_is(centre, begun):
    async with centre.database.read() as ledger:
        from desktop.hub.db import tables

        row = tables.record
        found = await ledger.connection.execute(row.select().where(row.c.type == "flow"))
        [flow] = found.mappings()
    contact = await centre.interaction(begun[0])
    assert (flow["queue"], flow["assignee"]) == (contact.queue, "anna")


async def test_it_goes_with_its_contact_to_another_customer(centre, begun):
    id_, jana = begun
    other = await centre.customer("Karl Weber", "karl@example.org")
    assert (await flow_of(centre)).customer_id == jana
    await centre.do("anna", c.LinkCustomer(interaction_id=id_, customer_id=other.id))
    assert (await flow_of(centre)).customer_id == other.id
