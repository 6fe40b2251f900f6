"""A guided flow worked through: data filled in from the record, checked, kept while it is typed, sent step by step."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from desktop.domain.channels import Channel
from desktop.domain.commands import EndFlow, SetFlowStep, StartFlow
from desktop.domain.customer import Customer
from desktop.domain.flow import Flow, FlowState, FlowStep, Need, StepState
from desktop.domain.interaction import Interaction, InteractionState
from desktop.domain.verification import Question, VerificationPolicy, VerifiedAnswer
from desktop.viewmodels import needs
from desktop.viewmodels.flow import FlowModel

POLICY = VerificationPolicy(
    points_needed=1,
    questions=(Question(id="q", titles={"en": "?"}, field="address.postcode"),),
    sensitive=("birth_date",),
    version=1,
)


@pytest.fixture
def flow(work: Any) -> Iterator[FlowModel]:
    work.arrives(*work.sample.guidance(datetime.now(UTC)))
    made = FlowModel(work.workplace)
    work.opens(work.sample.CHAT)
    yield made
    made.flush()
    made.deleteLater()


def jana(work: Any, **fields: Any) -> Customer:
    known = next(one for one in work.sample.customers(datetime.now(UTC)) if one.id == work.sample.JANA)
    return replace(known, version=9, **fields)


def test_a_flow_is_worked_through_to_its_end(flow: FlowModel, work: Any) -> None:
    assert flow.start("double-charge")
    work.settle()
    assert flow.step is not None
    assert flow.title(flow.step) == "Check both invoices"
    flow.type("invoice_number", " 20-7731 ")
    assert flow.done()
    assert flow.title(flow.step) == "Confirm the duplicate"
    flow.skip("not_needed")
    assert flow.done()
    assert flow.step is None
    work.settle()
    started, *ticks = work.commands
    assert isinstance(started, StartFlow)
    assert [(tick.action, tick.state, tick.values, tick.reason) for tick in ticks] == [
        ("check_invoice", StepState.DONE, {"invoice_number": "20-7731"}, ""),
        ("confirm_duplicate", StepState.SKIPPED, {}, "not_needed"),
        ("order_refund", StepState.DONE, {}, ""),
    ]
    assert flow.current is not None
    assert flow.current.flow.state is FlowState.FINISHED


def test_what_is_missing_or_wrong_is_said_and_nothing_is_sent(flow: FlowModel, work: Any) -> None:
    flow.start("double-charge")
    work.settle()
    flow.type("birth_date", "yesterday")
    assert not flow.done()
    assert flow.problems == {"invoice_number": "missing", "birth_date": "date"}
    flow.type("birth_date", "14.3.1980")
    flow.type("invoice_number", "7")
    assert flow.problems == {}
    assert flow.done()
    work.settle()
    assert work.commands[-1].values == {"invoice_number": "7", "birth_date": "1980-03-14"}


def test_the_record_fills_in_what_it_knows_unless_it_is_kept_back(flow: FlowModel, work: Any) -> None:
    work.arrives(jana(work, birth_date=datetime(1980, 3, 14).date()))
    flow.start("double-charge")
    work.settle()
    assert flow.step is not None
    assert flow.value(flow.step, "birth_date") == "1980-03-14"
    work.arrives(POLICY)
    assert flow.value(flow.step, "birth_date") == ""
    assert flow.is_hidden("birth_date")
    flow.type("invoice_number", "7")
    assert flow.done()
    work.settle()
    assert work.commands[-1].values == {"invoice_number": "7"}


def test_a_required_datum_that_is_on_record_and_kept_back_is_not_missing(flow: FlowModel, work: Any) -> None:
    step = FlowStep(action="ask", needs=(Need(field="birth_date"),))
    running = Flow(
        id="flow-9",
        interaction_id=work.sample.CHAT,
        playbook="x",
        edition=1,
        started_at=datetime.now(UTC),
        steps=(step,),
    )
    work.arrives(POLICY, jana(work, birth_date=None), running)
    assert not flow.done()
    work.arrives(replace(jana(work), version=10, birth_date=datetime(1980, 3, 14).date()))
    assert flow.done()


def test_what_was_typed_survives_another_contact_and_the_end_of_the_program(flow: FlowModel, work: Any) -> None:
    flow.start("double-charge")
    work.settle()
    flow.type("invoice_number", "20-77")
    work.opens(work.sample.MAIL)
    assert flow.flows == ()
    work.opens(work.sample.CHAT)
    assert flow.step is not None
    assert flow.value(flow.step, "invoice_number") == "20-77"
    flow.type("invoice_number", "20-7731")
    flow.flush()
    work.settle()
    again = FlowModel(work.workplace)
    work.settle()
    assert again.step is not None
    assert again.value(again.step, "invoice_number") == "20-7731"
    assert again.done()
    work.settle()
    last = FlowModel(work.workplace)
    work.settle()
    last.turn_to("check_invoice")
    assert last.step is not None
    assert last.value(last.step, "invoice_number") == "20-7731"


def test_a_step_is_taken_back_and_done_again(flow: FlowModel, work: Any) -> None:
    flow.start("upset")
    work.settle()
    flow.done()
    flow.take_back("apologise")
    assert flow.step is not None
    assert (flow.step.action, flow.step.state) == ("apologise", StepState.OPEN)
    flow.done()
    work.settle()
    assert [c.state for c in work.commands[1:]] == [StepState.DONE, StepState.OPEN, StepState.DONE]
    assert flow.step.action == "offer_credit"


def test_a_stopped_flow_is_gone_on_with_by_its_next_step(flow: FlowModel, work: Any) -> None:
    flow.start("upset")
    work.settle()
    flow.stop("settled")
    assert (flow.step, flow.is_running) == (None, False)
    work.settle()
    assert isinstance(work.commands[-1], EndFlow)
    flow.resume()
    assert flow.step is not None
    flow.done()
    work.settle()
    assert isinstance(work.commands[-1], SetFlowStep)
    assert flow.is_running


def test_several_flows_of_a_contact_keep_their_places(flow: FlowModel, work: Any) -> None:
    flow.start("double-charge")
    work.settle()
    flow.start("upset")
    work.settle()
    assert [row.flow.playbook for row in flow.flows] == ["double-charge", "upset"]
    assert flow.current is not None
    assert flow.current.flow.playbook == "upset"
    flow.done()
    flow.choose(flow.flows[0].flow.id)
    assert flow.step is not None
    assert flow.step.action == "check_invoice"
    with work.qtbot.waitSignal(flow.begun):
        flow.start("upset")
    assert flow.step.action == "offer_credit"
    work.settle()
    assert sum(isinstance(command, StartFlow) for command in work.commands) == 2


def test_the_wording_is_filled_in_in_the_customers_language(flow: FlowModel, work: Any) -> None:
    flow.start("double-charge")
    work.settle()
    flow.type("invoice_number", "20-7731")
    flow.done()
    with work.qtbot.waitSignal(flow.wording_offered) as offered:
        flow.write()
    assert offered.args == ["Guten Tag Jana Weber, die Rechnung 20-7731 wurde zweimal abgebucht.", None]


def test_a_colleagues_flow_can_be_read_but_not_worked(flow: FlowModel, work: Any) -> None:
    running = Flow(
        id="flow-9",
        interaction_id=work.sample.BENS,
        playbook="upset",
        edition=1,
        started_at=datetime.now(UTC),
        steps=(FlowStep(action="apologise", state=StepState.DONE, by=work.sample.BEN), FlowStep(action="offer_credit")),
    )
    work.arrives(running)
    work.opens(work.sample.BENS)
    assert not flow.can_work
    assert flow.by(running.steps[0]) == "Ben Adler"
    assert not flow.done()
    assert not flow.start("double-charge")
    flow.skip("later")
    flow.stop()
    work.settle()
    assert work.commands == []


def test_what_fits_the_request_is_proposed_until_it_is_begun(flow: FlowModel, work: Any) -> None:
    assert [book.id for book in flow.proposed] == ["double-charge"]
    flow.start("double-charge")
    work.settle()
    assert flow.proposed == ()
    assert not flow.start("unheard-of")


def test_a_number_of_a_name_with_blanks_in_it_stays_what_it_is() -> None:
    customer = Customer(id="c", name="{number}")  # type: ignore[arg-type]
    assert needs.filled("Hello {customer}: {number} {unknown}!", {"order_number": "7"}, customer, None) == (
        "Hello {number}: 7!"
    )


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("email", "jana@example.org", ""),
        ("email", "jana", "email"),
        ("phone", "0341 555 0142", ""),
        ("phone", "call me", "phone"),
        ("birth_date", "1.1.2999", "future"),
        ("order_number", " \t", "missing"),
        ("order_number", "x" * 301, "too_long"),
        ("order_number", "\u202e4711 🎉", ""),
    ],
)
def test_what_can_be_taken(field: str, text: str, code: str) -> None:
    assert needs.problem(Need(field=field), text, datetime.now(UTC).date()) == code


def test_verified_means_shown() -> None:
    row = Interaction(
        id="i",  # type: ignore[arg-type]
        channel=Channel.CALL,
        state=InteractionState.ACTIVE,
        created_at=datetime.now(UTC),
        updated_at=datetime.now(UTC),
        customer_id="c",  # type: ignore[arg-type]
    )
    assert needs.is_hidden("birth_date", POLICY, row)
    assert not needs.is_hidden("name", POLICY, row)
    asked = VerifiedAnswer(question="q", is_right=True, customer_id="c")  # type: ignore[arg-type]
    assert not needs.is_hidden("birth_date", POLICY, replace(row, verified=(asked,)))
