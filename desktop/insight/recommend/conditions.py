"""Whether the conditions of a playbook or step hold in a situation, and the reasons why. Pure; called by ``prescribed``."""

from __future__ import annotations

from datetime import timedelta

from desktop.domain.customer import IdentityKind
from desktop.domain.suggestion import Reason
from desktop.insight.normalise import fold
from desktop.insight.playbook import Unless, When
from desktop.insight.recommend.situation import Situation

VALUED_CENTS = 100_000
RECENT = timedelta(days=30)
FALLING = -0.3

_OVERDUE = frozenset({"overdue", "late", "reminded", "dunning", "ueberfaellig", "gemahnt", "mahnung", "verspaetet"})


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
    if ungranted(unless, situation):
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


def ungranted(unless: Unless, situation: Situation) -> tuple[str, ...]:
    """Return the purposes of ``missing_consent`` that the customer did not agree to."""
    consents = situation.customer.consents if situation.customer else ()
    granted = {one.purpose for one in consents if one.is_granted}
    return tuple(purpose for purpose in unless.missing_consent if purpose not in granted)


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
