"""Next best actions: the steps the playbooks prescribe and the steps agents took in cases like this, as one ranked list.

Each action carries why it is there. Steps already taken or dismissed are not suggested again. For a known intent there
is always something; for an unknown one, the plain things that help with anything: find out who and what.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from desktop.domain.channels import Channel
from desktop.domain.customer import Customer, IdentityKind
from desktop.domain.ids import CustomerId, InteractionId, SuggestionId
from desktop.domain.record import BusinessRecord
from desktop.domain.suggestion import Reason, Suggestion
from desktop.insight.experience import END, StepCounts
from desktop.insight.journey import JourneySummary
from desktop.insight.normalise import fold
from desktop.insight.playbook import Playbook, Step, Unless, When, titles_of

MOST = 4
VALUED_CENTS = 100_000
RECENT = timedelta(days=30)
FALLING = -0.3

_LATER = (1.0, 0.55, 0.35, 0.25)
"""How much less the second, third, … open step of a playbook is the next one."""

_HALF_TRUST = 20
"""From so many similar cases on, experience counts as much as the playbook."""

_OVERDUE = frozenset({"overdue", "late", "reminded", "dunning", "ueberfaellig", "gemahnt", "mahnung", "verspaetet"})

_SLOT = re.compile(r"\{(customer|number)\}")


class Situation(Struct, frozen=True, kw_only=True):
    """What is known while an agent works. ``intent`` is ``None`` where the text was none of the known; ``probability``
    is the intent's; ``steps`` were taken in this contact, ``dismissed`` turned down. ``is_identified``: somebody or
    something vouches for ``customer``."""

    now: datetime
    channel: Channel
    intent: str | None = None
    probability: float = 1.0
    language: str = ""
    mood: float | None = None
    customer: Customer | None = None
    is_identified: bool = False
    records: tuple[BusinessRecord, ...] = ()
    journey: JourneySummary = JourneySummary()
    steps: tuple[str, ...] = ()
    dismissed: tuple[str, ...] = ()


class NextAction(Struct, frozen=True, kw_only=True):
    """One thing to do next. ``score`` is the probability (0 to 1) that it is; ``playbook`` the id of the one it is
    from, empty for what only experience knows."""

    action: str
    titles: dict[str, str]
    wordings: dict[str, str] = {}
    reasons: tuple[Reason, ...] = ()
    score: float = 0.0
    playbook: str = ""

    def suggestion(
        self,
        suggestion_id: SuggestionId,
        interaction_id: InteractionId,
        rank: int,
        customer_id: CustomerId | None = None,
    ) -> Suggestion:
        """Return it as a record of the domain."""
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
        )


def recommend(
    situation: Situation,
    playbooks: Sequence[Playbook],
    history: StepCounts | None = None,
    titles: Mapping[str, Mapping[str, str]] | None = None,
    most: int = MOST,
) -> list[NextAction]:
    """Return at most ``most`` actions, best first.

    ``history`` is what was learned from closed contacts; ``titles`` names actions no playbook has (by code, then
    language), else the code itself is made readable."""
    gone = {*situation.steps, *situation.dismissed}
    prescribed = _prescribed(situation, playbooks, gone)
    learned = {one.action: one for one in (history.likely(situation.intent or "", situation.steps) if history else [])}
    names = {**{code: dict(names) for code, names in (titles or {}).items()}, **titles_of(playbooks)}
    cases = next(iter(learned.values())).n if learned else 0
    trust = cases / (cases + _HALF_TRUST)
    found: list[NextAction] = []
    for action in dict.fromkeys((*prescribed, *learned)):
        if action == END or action in gone or (action not in prescribed and not _worth(learned[action].k)):
            continue
        reasons: list[Reason] = []
        step, playbook, strength, why = prescribed.get(action, (None, "", 0.0, ()))
        score = (1 - trust) * strength
        reasons += why
        if action in learned:
            one = learned[action]
            score += trust * one.probability
            if one.k:
                values = {"n": str(one.n), "k": str(one.k)}
                reasons.append(Reason(code="recommend.similar_cases", weight=one.probability, values=values))
        if action not in prescribed and _is_ruled_out(action, situation, playbooks):
            continue
        found.append(
            NextAction(
                action=action,
                titles=dict(step.titles) if step else names.get(action) or _readable(action),
                wordings=_filled(step.wordings, situation) if step else {},
                reasons=tuple(reasons),
                score=min(1.0, score),
                playbook=playbook,
            )
        )
    found.sort(key=lambda one: (-one.score, one.action))
    return found[:most]


def _worth(k: int) -> bool:
    """What was done only once is an accident, not experience."""
    return k >= 2


_Prescribed = tuple[Step, str, float, tuple[Reason, ...]]


def _prescribed(situation: Situation, playbooks: Iterable[Playbook], gone: set[str]) -> dict[str, _Prescribed]:
    """Return the open steps of every playbook that applies, the strongest advice for each action."""
    best: dict[str, _Prescribed] = {}
    for playbook in playbooks:
        why = applies(playbook.when, situation)
        if why is None or excluded(playbook.unless, situation):
            continue
        certainty = situation.probability if playbook.when.intents else 1.0
        place = 0
        for step in playbook.steps:
            step_why = applies(step.when, situation)
            if step.action in gone or step_why is None or excluded(step.unless, situation):
                continue
            strength = playbook.weight * certainty * _LATER[min(place, len(_LATER) - 1)]
            place += 1
            values = {"playbook": playbook.id, "edition": str(playbook.edition)}
            reasons = (
                Reason(code="recommend.playbook", weight=strength, values=values),
                *why,
                *(one for one in step_why if one not in why),
            )
            if step.action not in best or best[step.action][2] < strength:
                best[step.action] = (step, playbook.id, strength, reasons)
    return best


def _is_ruled_out(action: str, situation: Situation, playbooks: Iterable[Playbook]) -> bool:
    """Whether a step known only from experience is one some playbook forbids here, say for want of consent."""
    for playbook in playbooks:
        for step in playbook.steps:
            if step.action == action and (excluded(step.unless, situation) or excluded(playbook.unless, situation)):
                return True
    return False


def applies(when: When, situation: Situation) -> tuple[Reason, ...] | None:
    """Return the reasons why ``when`` holds (none for an empty one), or ``None`` where it does not."""
    if len(situation.steps) < when.steps_at_least:
        return None
    reasons: list[Reason] = []
    if when.intents:
        if situation.intent not in when.intents:
            return None
        percent = str(round(100 * situation.probability))
        reasons.append(
            Reason(
                code="recommend.intent",
                weight=situation.probability,
                values={"intent": situation.intent, "percent": percent},
            )
        )
    if when.channels:
        if situation.channel not in when.channels:
            return None
        reasons.append(Reason(code="recommend.channel", values={"channel": str(situation.channel)}))
    mood = situation.mood
    if when.mood_at_most is not None:
        if mood is None or mood > when.mood_at_most:
            return None
        reasons.append(Reason(code="recommend.mood", weight=-mood, values={"mood": f"{mood:.1f}"}))
    if when.mood_at_least is not None:
        if mood is None or mood < when.mood_at_least:
            return None
        reasons.append(Reason(code="recommend.mood", weight=mood, values={"mood": f"{mood:.1f}"}))
    for conditions, holds in (
        (when.journey, _journey_holds),
        (when.records, _record_holds),
        (when.customer, _customer_holds),
    ):
        for condition in conditions:
            values = holds(condition, situation)
            if values is None:
                return None
            reasons.append(Reason(code=f"recommend.{condition}", weight=0.5, values=values))
    return tuple(reasons)


def excluded(unless: Unless, situation: Situation) -> bool:
    """Whether anything of ``unless`` holds."""
    if unless.missing_consent:
        consents = situation.customer.consents if situation.customer else ()
        granted = {one.purpose for one in consents if one.is_granted}
        if not set(unless.missing_consent) <= granted:
            return True
    if situation.channel in unless.channels or set(unless.steps) & set(situation.steps):
        return True
    if unless.mood_at_most is not None and situation.mood is not None and situation.mood <= unless.mood_at_most:
        return True
    return (
        any(_journey_holds(one, situation) is not None for one in unless.journey)
        or any(_record_holds(one, situation) is not None for one in unless.records)
        or any(_customer_holds(one, situation) is not None for one in unless.customer)
    )


def _journey_holds(condition: str, situation: Situation) -> dict[str, str] | None:
    """Return the values behind a condition of the journey where it holds, else ``None``."""
    journey, now = situation.journey, situation.now
    if condition == "first_contact" and journey.contact_count == 0:
        return {}
    if condition == "repeat_contact" and journey.repeat_contact:
        return {"n": str(journey.repeat_count), "intent": journey.repeat_intent}
    if condition == "many_contacts" and journey.has_many_contacts:
        return {"n": str(journey.recent_contact_count)}
    if condition == "mood_falling" and journey.mood_trend <= FALLING:
        return {"trend": f"{journey.mood_trend:.1f}"}
    if condition == "recent_pain" and (hurts := [one for one in journey.pain_points if now - one.at <= RECENT]):
        return {"n": str(len(hurts))}
    if condition == "recent_purchase" and journey.last_purchase_at and now - journey.last_purchase_at <= RECENT:
        return {"days": str((now - journey.last_purchase_at).days)}
    return None


def _record_holds(condition: str, situation: Situation) -> dict[str, str] | None:
    word, _, kind = condition.partition("_")
    for record in situation.records:
        overdue = bool(_OVERDUE & set(fold(record.status).split()))
        if record.kind == kind and (word == "any" or (record.is_open and (word == "open" or overdue))):
            return {"number": record.number}
    return None


def _customer_holds(condition: str, situation: Situation) -> dict[str, str] | None:
    customer = situation.customer
    known = customer is not None and situation.is_identified and not customer.is_provisional
    if condition in ("identified", "unidentified"):
        return {} if known == (condition == "identified") else None
    if customer is None or not known:
        return None
    if condition == "valued" and customer.value_cents >= VALUED_CENTS:
        return {"value": str(customer.value_cents // 100), "currency": customer.currency}
    if condition == "missing_email" and not any(one.kind is IdentityKind.EMAIL for one in customer.identities):
        return {}
    if condition == "missing_phone" and not any(one.kind is IdentityKind.PHONE for one in customer.identities):
        return {}
    if condition == "stale_address" and any(one.code == "stale" and one.field == "address" for one in customer.quality):
        return {}
    return None


_KIND_OF_INTENT = {
    "invoice": ("double_invoice", "invoice_question", "payment_failed", "refund_status", "price_question"),
    "order": (
        "order_status",
        "delivery_late",
        "delivery_damaged",
        "return_request",
        "exchange",
        "cancel_order",
        "warranty",
    ),
    "contract": ("cancel_contract", "contract_question", "upgrade", "internet_slow", "technical_fault"),
    "appointment": ("change_appointment", "book_appointment"),
}


def _filled(wordings: Mapping[str, str], situation: Situation) -> dict[str, str]:
    """Fill in the name and the number of the record most likely meant, once: what is filled in is not looked at again."""
    customer = situation.customer
    name = customer.name if customer is not None and situation.is_identified and not customer.is_provisional else ""
    kind = next((kind for kind, intents in _KIND_OF_INTENT.items() if situation.intent in intents), "")
    fitting = [one for one in situation.records if one.kind == kind and one.number]
    fitting.sort(key=lambda one: (not one.is_open, -(one.at.timestamp() if one.at else 0.0)))
    values = {"customer": name, "number": fitting[0].number if fitting else ""}
    return {language: _tidy(_SLOT.sub(lambda slot: values[slot.group(1)], text)) for language, text in wordings.items()}


def _tidy(text: str) -> str:
    """Take out the gaps that an unknown name or number leaves."""
    return re.sub(r"[ \t]+([,.!?])", r"\1", re.sub(r"[ \t]{2,}", " ", text)).strip()


def _readable(action: str) -> dict[str, str]:
    words = action.replace("_", " ").replace("-", " ").strip()
    title = words[:1].upper() + words[1:]
    return {"de": title, "en": title}
