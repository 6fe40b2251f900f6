"""Guided flows: a playbook's checklist worked through in one contact. What is ticked is a step of the interaction, which is
what the models learn from; values of the customer's fields go into their record; each step is told in the stream.

A flow goes on where it stood after a transfer, a reopening, or being stopped: setting one of its steps is all it takes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from desktop.domain.changes import Table
from desktop.domain.commands import EndFlow, SetFlowStep, StartFlow, UpdateCustomer
from desktop.domain.customer import Customer, IdentityKind, field_value, is_same_value
from desktop.domain.flow import Flow, FlowState, FlowStep, StepState
from desktop.domain.interaction import Interaction
from desktop.domain.merge import PLAIN
from desktop.domain.suggestion import SuggestionKind, SuggestionState
from desktop.hub.db import tables
from desktop.hub.desk.advice import advise_anew, followed, situation_of
from desktop.hub.desk.customers import ADDRESS, update_customer
from desktop.hub.desk.guidance import facts_of
from desktop.hub.desk.refusals import Gone, Refused
from desktop.hub.desk.work import Work, moved
from desktop.insight.recommend import checklist
from desktop.wire.errors import Code
from desktop.wire.markup import plain

_LISTED: Final = {
    "email": IdentityKind.EMAIL,
    "phone": IdentityKind.PHONE,
    "customer_no": IdentityKind.CUSTOMER_NO,
}
_OF_CUSTOMER: Final = frozenset((*PLAIN, *ADDRESS, *_LISTED))
_LONGEST_VALUE = 300
_LONGEST_ID = 64
_row = tables.record.c


async def start_flow(work: Work, command: StartFlow) -> None:
    """Begin the checklist of a playbook's current edition. The same flow begun again is the one there is."""
    interaction = await work.interaction(command.interaction_id)
    if interaction.state.is_open:
        work.must_own(interaction)
    interaction = moved(interaction, "start_flow")
    flow_id = command.flow_id
    if not 8 <= len(flow_id) <= _LONGEST_ID or not all(c.isascii() and (c.isalnum() or c in "-_") for c in flow_id):
        raise Refused(Code.BAD_REQUEST, "not an id of a flow")
    known: Flow | None = await work.ledger.get(Table.FLOW, flow_id)
    if known is not None:
        if (known.interaction_id, known.playbook) != (interaction.id, command.playbook):
            raise Refused(Code.CONFLICT, "another flow has this id")
        return
    begun = next((one for one in await flows_of(work, interaction) if one.playbook == command.playbook), None)
    if begun is not None:
        raise Refused(Code.CONFLICT, "this playbook was begun in this contact already", record=begun)
    playbook = next((one for one in work.guidance.books if one.id == command.playbook and one.weight), None)
    if playbook is None:
        raise Refused(Code.UNKNOWN_VALUE, "no such playbook")
    customer = await work.ledger.customer(interaction.customer_id) if interaction.customer_id else None
    facts = await facts_of(work, interaction.customer_id, interaction.id)
    steps = checklist(playbook, await situation_of(work, interaction, customer, facts))
    if not steps:
        raise Refused(Code.ILLEGAL_STATE, "nothing in this playbook is allowed here", record=interaction)
    # What was done before the checklist was opened need not be done again.
    steps = tuple(_done(one, work) if one.action in interaction.steps and not one.needs else one for one in steps)
    saved = await work.save(interaction)
    flow: Flow = await work.ledger.put(
        Flow(
            id=flow_id,
            interaction_id=saved.id,
            playbook=playbook.id,
            edition=playbook.edition,
            started_at=work.at,
            steps=steps,
            state=_state(steps),
            ended_at=work.at if _state(steps) is FlowState.FINISHED else None,
            titles=dict(playbook.titles),
            customer_id=saved.customer_id,
            started_by=work.caller.agent_id,
        )
    )
    await _tell(work, saved, "flow_started", flow)
    await _suggested(work, saved, command.suggestion_id, f"flow.{playbook.id}")
    await advise_anew(work, saved)


async def set_flow_step(work: Work, command: SetFlowStep) -> None:
    """Tick a step, skip it or take either back. Raises ``Refused(MISSING_VALUE)`` where data a done step needs is neither
    given nor on record."""
    interaction, flow = await _flow(work, command, "set_flow_step")
    step = next((one for one in flow.steps if one.action == command.action), None)
    if step is None:
        raise Refused(Code.UNKNOWN_VALUE, "no such step in this flow", record=flow)
    values = _merged(step, command.values)
    is_open = command.state is StepState.OPEN
    reason = plain(command.reason).strip()[:_LONGEST_VALUE]
    if (step.state, step.values) == (command.state, values) and (is_open or step.reason == reason):
        return
    if command.state is StepState.DONE:
        customer = await work.ledger.customer(interaction.customer_id) if interaction.customer_id else None
        missing = [
            need.field
            for need in step.needs
            if not need.is_optional and not values.get(need.field) and not _recorded(customer, need.field)
        ]
        if missing:
            raise Refused(Code.MISSING_VALUE, f"still needed: {', '.join(missing)}", record=flow)
        await _keep(work, customer, values)
    changed = replace(
        step,
        state=command.state,
        values=values,
        reason="" if is_open else reason,
        by=None if is_open else work.caller.agent_id,
        at=None if is_open else work.at,
    )
    saved = await work.save(replace(interaction, steps=_steps(interaction, step, command.state)))
    await _put(work, saved, flow, changed)
    if command.state is StepState.DONE:
        await _suggested(work, interaction, None, step.action)
    await advise_anew(work, saved)


async def end_flow(work: Work, command: EndFlow) -> None:
    """Stop a flow before its end. One that was stopped already stays so."""
    interaction, flow = await _flow(work, command, "end_flow")
    if flow.state is FlowState.STOPPED:
        return
    if flow.state is FlowState.FINISHED:
        raise Refused(Code.ILLEGAL_STATE, "the flow is finished", record=flow)
    saved = await work.save(interaction)
    flow = await work.ledger.put(replace(flow, state=FlowState.STOPPED, ended_at=work.at))
    await _tell(work, saved, "flow_ended", flow, reason=plain(command.reason).strip()[:_LONGEST_VALUE])


async def tick(work: Work, interaction: Interaction, action: str) -> None:
    """An action was taken outside of the checklist: it is done in every running flow that has it open and needs nothing
    for it."""
    for flow in await flows_of(work, interaction):
        step = next((one for one in flow.steps if one.action == action), None)
        if flow.state is not FlowState.RUNNING or step is None or step.state is not StepState.OPEN:
            continue
        if all(need.is_optional for need in step.needs):
            await _put(work, interaction, flow, _done(step, work))


async def flows_of(work: Work, interaction: Interaction) -> list[Flow]:
    """Return the flows of an interaction."""
    return await work.ledger.find(Table.FLOW, _row.interaction_id == interaction.id)


async def _flow(work: Work, command: SetFlowStep | EndFlow, step: str) -> tuple[Interaction, Flow]:
    interaction = await work.interaction(command.interaction_id)
    if interaction.state.is_open:
        work.must_own(interaction)
    interaction = moved(interaction, step)
    flow: Flow | None = await work.ledger.get(Table.FLOW, command.flow_id)
    if flow is None or flow.interaction_id != interaction.id:
        raise Gone("no such flow")
    return interaction, flow


def _done(step: FlowStep, work: Work) -> FlowStep:
    return replace(step, state=StepState.DONE, by=work.caller.agent_id, at=work.at)


def _merged(step: FlowStep, given: dict[str, str]) -> dict[str, str]:
    """Return the values of a step with those given laid over them; an empty one takes a value out."""
    needed = {need.field for need in step.needs}
    if not set(given) <= needed:
        raise Refused(Code.UNKNOWN_VALUE, "the step needs no such value")
    tidy = {field: " ".join(plain(value).split()) for field, value in given.items()}
    if any(len(value) > _LONGEST_VALUE for value in tidy.values()):
        raise Refused(Code.TOO_LARGE, f"at most {_LONGEST_VALUE} characters")
    return {field: value for field, value in {**step.values, **tidy}.items() if value}


def _recorded(customer: Customer | None, field: str) -> bool:
    """Whether the customer's record holds a field."""
    if customer is None:
        return False
    kind = _LISTED.get(field)
    if kind is not None:
        return any(one.kind is kind for one in customer.identities)
    return bool(field_value(customer, field))


async def _keep(work: Work, customer: Customer | None, values: dict[str, str]) -> None:
    """Put what is the customer's into their record."""
    if customer is None:
        return
    fields = {
        field: value
        for field, value in values.items()
        if field in _OF_CUSTOMER and (field in _LISTED or not is_same_value(field, field_value(customer, field), value))
    }
    if fields:
        await update_customer(work, UpdateCustomer(customer_id=customer.id, fields=fields))


def _steps(interaction: Interaction, step: FlowStep, state: StepState) -> tuple[str, ...]:
    """Return the interaction's steps after one of a flow was set: done adds it, taking that back removes the last."""
    was_done, is_done = step.state is StepState.DONE, state is StepState.DONE
    steps = list(interaction.steps)
    if is_done and not was_done:
        steps.append(step.action)
    elif was_done and not is_done and step.action in steps:
        del steps[len(steps) - 1 - steps[::-1].index(step.action)]
    return tuple(steps)


def _state(steps: Iterable[FlowStep]) -> FlowState:
    is_over = all(one.state is not StepState.OPEN for one in steps)
    return FlowState.FINISHED if is_over else FlowState.RUNNING


async def _put(work: Work, interaction: Interaction, flow: Flow, step: FlowStep) -> None:
    """Save a flow with one step changed, finished where none is left open, and tell it in the stream."""
    steps = tuple(step if one.action == step.action else one for one in flow.steps)
    ended_at = work.at if _state(steps) is FlowState.FINISHED else None
    saved: Flow = await work.ledger.put(
        replace(flow, steps=steps, state=_state(steps), ended_at=ended_at, customer_id=interaction.customer_id)
    )
    # Which data were filled in, not what: the flow holds that, and a stream is searched and read by others.
    fields = " ".join(step.values)
    titles = {f"title.{language}": title for language, title in step.titles.items()}
    told = {"action": step.action, "state": str(step.state), "reason": step.reason, "fields": fields, **titles}
    await _tell(work, interaction, "flow_step", saved, **told)


async def _tell(work: Work, interaction: Interaction, event: str, flow: Flow, **values: str) -> None:
    titles = {f"title.{language}": title for language, title in flow.titles.items()}
    await work.say(interaction, event, **{"flow": flow.id, "playbook": flow.playbook, **titles, **values})


async def _suggested(work: Work, interaction: Interaction, id_: str | None, action: str) -> None:
    """What was suggested and is now done in a flow was taken."""
    for one in await work.ledger.suggestions(interaction.id):
        is_it = one.id == id_ if id_ is not None else one.action == action
        may = one.kind in (SuggestionKind.FLOW, SuggestionKind.STEP, SuggestionKind.REPLY, SuggestionKind.CALLBACK)
        if is_it and may and one.state is SuggestionState.OPEN:
            await followed(work, interaction, one)
