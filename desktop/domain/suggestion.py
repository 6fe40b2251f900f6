"""Verdicts of the brain as values: each carries the evidence for itself, as codes that the window puts into words."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from desktop.domain.ids import CustomerId, InteractionId, SuggestionId


class Reason(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One piece of evidence: ``code`` finds the sentence, ``values`` fill it, ``weight`` says how much it counted."""

    code: str
    weight: float = 0.0
    values: dict[str, str] = {}


class SuggestionState(StrEnum):
    OPEN = "open"
    TAKEN = "taken"
    DISMISSED = "dismissed"
    IGNORED = "ignored"


class SuggestionKind(StrEnum):
    """What taking a suggestion does: ``STEP`` notes the step, ``REPLY`` also fills the composer with its wording, ``FIELD``
    sets a field of the customer's record, ``FLOW`` begins the playbook's checklist, ``CALLBACK`` snoozes the contact until
    then, ``ARTICLE`` opens an article, ``TEMPLATE`` fills the composer with a canned text, ``INTENT`` sets the intent."""

    STEP = "step"
    REPLY = "reply"
    FIELD = "field"
    FLOW = "flow"
    CALLBACK = "callback"
    ARTICLE = "article"
    TEMPLATE = "template"
    INTENT = "intent"


class Suggestion(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A next best action for one interaction.

    ``action`` is its code and, once taken, the step in ``Interaction.steps``. ``titles`` and ``wordings`` hold the text
    by ISO 639-1 language: the action in a few words, and a reply ready to be edited where the action is one.
    ``rank`` counts from 0, ``score`` is the probability (0 to 1) that this is what should be done next. ``values`` holds
    what its kind needs: ``field`` and ``value``; ``playbook``; ``hours``; ``article``; ``template``; ``intent``.
    ``is_explored`` says that it was put here to learn whether it helps, not because it was best so far.
    """

    id: SuggestionId
    interaction_id: InteractionId
    action: str
    customer_id: CustomerId | None = None
    titles: dict[str, str] = {}
    wordings: dict[str, str] = {}
    reasons: tuple[Reason, ...] = ()
    score: float = 0.0
    rank: int = 0
    state: SuggestionState = SuggestionState.OPEN
    kind: SuggestionKind = SuggestionKind.STEP
    values: dict[str, str] = {}
    is_explored: bool = False
    version: int = 0
