"""What is known while an agent works, and what comes out of thinking about it: values only."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from desktop.domain.channels import Channel
from desktop.domain.customer import Customer
from desktop.domain.ids import CustomerId, InteractionId, SuggestionId
from desktop.domain.record import BusinessRecord
from desktop.domain.suggestion import Reason, Suggestion, SuggestionKind
from desktop.insight.journey import JourneySummary


class Situation(Struct, frozen=True, kw_only=True):
    """What is known while an agent works. ``intent`` is ``None`` where the text was none of the known; ``probability``
    is the intent's, ``ranked`` its alternatives, ``is_confirmed`` says that a person set it. ``steps`` were taken in this
    contact, ``dismissed`` turned down, ``flows`` are the playbooks begun in it. ``is_identified``: somebody or something
    vouches for ``customer``. ``text`` is the customer's last words, ``context`` what the last look-up returned.
    ``contact`` names the contact: with the same name the same things are tried."""

    now: datetime
    channel: Channel
    intent: str | None = None
    probability: float = 1.0
    ranked: tuple[tuple[str, float], ...] = ()
    is_confirmed: bool = False
    language: str = ""
    mood: float | None = None
    customer: Customer | None = None
    is_identified: bool = False
    records: tuple[BusinessRecord, ...] = ()
    journey: JourneySummary = JourneySummary()
    steps: tuple[str, ...] = ()
    dismissed: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()
    text: str = ""
    context: str = ""
    contact: str = ""

    @property
    def knows_customer(self) -> bool:
        """Whether the record is that of a real person who is surely meant."""
        return self.customer is not None and self.is_identified and not self.customer.is_provisional


class NextAction(Struct, frozen=True, kw_only=True):
    """One thing to do next. ``score`` is the probability (0 to 1) that it is; ``playbook`` the id of the one it is
    from, empty for what only experience knows. ``kind`` and ``values`` are the suggestion's; ``prior`` is the score before
    anything was learned from how such advice was received, ``propensity`` the probability that the action got its place
    in the list."""

    action: str
    titles: dict[str, str]
    wordings: dict[str, str] = {}
    reasons: tuple[Reason, ...] = ()
    score: float = 0.0
    playbook: str = ""
    kind: SuggestionKind = SuggestionKind.STEP
    values: dict[str, str] = {}
    prior: float = 0.0
    propensity: float = 1.0
    is_explored: bool = False
    is_sensitive: bool = False

    def suggestion(
        self,
        suggestion_id: SuggestionId,
        interaction_id: InteractionId,
        rank: int,
        customer_id: CustomerId | None = None,
    ) -> Suggestion:
        """Return it as a record of the domain. ``prior`` and ``propensity`` go into its values: they are what learning
        and off-policy evaluation need once the agent decided."""
        values = {**self.values, "prior": f"{self.prior:.4f}"}
        if self.propensity < 1:
            values["propensity"] = f"{self.propensity:.4f}"
        return Suggestion(
            id=suggestion_id,
            interaction_id=interaction_id,
            action=self.action,
            customer_id=customer_id,
            titles=self.titles,
            wordings=self.wordings,
            reasons=self.reasons,
            score=round(self.score, 4),
            rank=rank,
            kind=self.kind,
            values=values,
            is_explored=self.is_explored,
        )
