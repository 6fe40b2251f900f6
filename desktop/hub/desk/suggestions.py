"""An agent takes a suggestion, which does what its kind says, or turns it down and says why."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from msgspec.structs import replace

from desktop.domain.changes import Table
from desktop.domain.commands import DismissSuggestion, SetIntent, Snooze, StartFlow, TakeSuggestion, UpdateCustomer
from desktop.domain.customer import Customer, IdentityKind
from desktop.domain.ids import FlowId
from desktop.domain.interaction import Interaction
from desktop.domain.suggestion import Suggestion, SuggestionKind, SuggestionState
from desktop.hub.desk.advice import LATER, advise_anew, followed, turned_down
from desktop.hub.desk.contact import snooze
from desktop.hub.desk.customers import update_customer
from desktop.hub.desk.flows import start_flow, tick
from desktop.hub.desk.refusals import Gone, Refused
from desktop.hub.desk.verdicts import set_intent
from desktop.hub.desk.work import Work, moved
from desktop.wire.errors import Code

REASONS: Final = frozenset({"done", "wrong", LATER, "not_allowed"})
_LISTED: Final = {"email": IdentityKind.EMAIL, "phone": IdentityKind.PHONE}


async def take_suggestion(work: Work, command: TakeSuggestion) -> None:
    """Note the step and do what the suggestion's kind says; where that is refused nothing was taken."""
    interaction, suggestion = await _open(work, command, "take_suggestion")
    values = suggestion.values
    if suggestion.kind is SuggestionKind.FLOW:
        await start_flow(
            work,
            StartFlow(
                interaction_id=interaction.id,
                playbook=values.get("playbook", ""),
                flow_id=FlowId(suggestion.id),
                suggestion_id=suggestion.id,
            ),
        )
        return
    saved = await work.save(replace(interaction, steps=(*interaction.steps, suggestion.action)))
    await followed(work, interaction, suggestion)
    await tick(work, saved, suggestion.action)
    match suggestion.kind:
        case SuggestionKind.FIELD:
            await _mend(work, saved, values)
        case SuggestionKind.CALLBACK:
            until = work.at + timedelta(hours=float(values.get("hours", "0")))
            await snooze(work, Snooze(interaction_id=saved.id, until=until))
        case SuggestionKind.INTENT:
            await set_intent(work, SetIntent(interaction_id=saved.id, intent=values.get("intent", "")))
        case _:
            pass
    await advise_anew(work, await work.interaction(saved.id))


async def _mend(work: Work, interaction: Interaction, values: dict[str, str]) -> None:
    """Set a field of the customer's record as an agent would. An address that was not valid is replaced, not added to."""
    if interaction.customer_id is None:
        raise Gone("no customer")
    customer = await work.customer(interaction.customer_id)
    field, value = values.get("field", ""), values.get("value", "")
    finding = next((one for one in customer.quality if one.field == field and one.proposal == value), None)
    if finding is None:
        raise Refused(Code.CONFLICT, "the record was changed meanwhile", record=customer)
    fields: dict[str, Any] = {field: value}
    kind = _LISTED.get(field)
    if kind is not None and finding.code == "invalid":
        fields = {"identities": _replaced(customer, kind, value)}
    await update_customer(work, UpdateCustomer(customer_id=customer.id, fields=fields))


def _replaced(customer: Customer, kind: IdentityKind, value: str) -> list[dict[str, Any]]:
    """Return the customer's addresses with the one most like ``value`` in its place."""
    own = [one for one in customer.identities if one.kind is kind]
    start = value.partition("@")[0].casefold()
    worst = next((one for one in own if one.value.casefold().startswith(start)), own[0] if own else None)
    return [
        {
            "kind": str(one.kind),
            "value": value if one is worst else one.value,
            "label": one.label,
            "is_verified": one.is_verified and one is not worst,
        }
        for one in customer.identities
    ]


async def dismiss_suggestion(work: Work, command: DismissSuggestion) -> None:
    interaction, suggestion = await _open(work, command, "dismiss_suggestion")
    saved = await work.save(interaction)
    reason = command.reason.strip()
    await turned_down(work, saved, suggestion, reason if reason in REASONS else "other")
    await advise_anew(work, saved)


async def _open(work: Work, command: TakeSuggestion | DismissSuggestion, step: str) -> tuple[Interaction, Suggestion]:
    interaction = await work.interaction(command.interaction_id)
    if interaction.state.is_open:
        work.must_own(interaction)
    interaction = moved(interaction, step)
    suggestion: Suggestion | None = await work.ledger.get(Table.SUGGESTION, command.suggestion_id)
    if suggestion is None or suggestion.interaction_id != interaction.id:
        raise Gone("no such suggestion")
    if suggestion.state is not SuggestionState.OPEN:
        raise Refused(Code.CONFLICT, f"the suggestion is {suggestion.state} already", record=suggestion)
    return interaction, suggestion
