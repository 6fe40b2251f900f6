"""An agent's judgement of the brain's verdicts: sets the intent, takes a suggestion or turns it down."""

from __future__ import annotations

from msgspec.structs import replace

from desktop.domain.changes import Table
from desktop.domain.commands import DismissSuggestion, SetIntent, TakeSuggestion
from desktop.domain.interaction import Interaction
from desktop.domain.suggestion import Suggestion, SuggestionState
from desktop.hub.desk.codes import must_be_intent
from desktop.hub.desk.guidance import advise_anew, note_contact
from desktop.hub.desk.refusals import Gone, Refused
from desktop.hub.desk.work import Work, moved
from desktop.wire.errors import Code


async def set_intent(work: Work, command: SetIntent) -> None:
    interaction = await work.interaction(command.interaction_id)
    if interaction.state.is_open:
        work.must_own(interaction, or_nobody=True)
    changed = moved(
        interaction, "set_intent", intent=command.intent, intent_confirmed=True, intent_probability=1.0, intent_by=()
    )
    await must_be_intent(work, command.intent)
    saved = await work.save(changed)
    await note_contact(work, saved)
    await advise_anew(work, saved)


async def take_suggestion(work: Work, command: TakeSuggestion) -> None:
    interaction, suggestion = await _open(work, command, "take_suggestion")
    saved = await work.save(replace(interaction, steps=(*interaction.steps, suggestion.action)))
    await work.ledger.put(replace(suggestion, state=SuggestionState.TAKEN))
    await advise_anew(work, saved)


async def dismiss_suggestion(work: Work, command: DismissSuggestion) -> None:
    interaction, suggestion = await _open(work, command, "dismiss_suggestion")
    saved = await work.save(interaction)
    await work.ledger.put(replace(suggestion, state=SuggestionState.DISMISSED))
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
