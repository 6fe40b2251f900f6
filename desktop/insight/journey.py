"""What a customer's touchpoints say together: the stage, the mood curve, where it hurt, and whether somebody has to ask
twice; and what touchpoint a contact is. Values in, values out; the timeline panel and the routing read the same summary."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from desktop.domain.channels import Channel
from desktop.domain.ids import TouchpointId
from desktop.domain.interaction import Interaction
from desktop.domain.journey import Stage, Touchpoint
from desktop.domain.suggestion import Reason
from desktop.insight.mood import trend

REPEAT_WINDOW = timedelta(days=14)
RECENT_WINDOW = timedelta(days=90)
MANY_CONTACTS = 4
"""So many contacts within ``RECENT_WINDOW`` are more than a customer should need."""

MOOD_HALF_LIFE = timedelta(days=10)
LOW_RATING = 2
HURT = -0.45
LONG_CALL_S = 1200
LONGEST_TITLE = 80

_STAGE_OF_KIND = {
    "visit": Stage.AWARE,
    "advert": Stage.AWARE,
    "basket": Stage.CONSIDER,
    "quote": Stage.CONSIDER,
    "shop_visit": Stage.CONSIDER,
    "purchase": Stage.BUY,
    "order": Stage.BUY,
    "contract": Stage.BUY,
    "delivery": Stage.USE,
    "payment": Stage.USE,
    "log_in": Stage.USE,
    "survey": Stage.USE,
    "return": Stage.SUPPORT,
    "fault": Stage.SUPPORT,
    "cancellation": Stage.LEAVE,
}
_STAGE_OF_INTENT = {
    "product_question": Stage.CONSIDER,
    "price_question": Stage.CONSIDER,
    "opening_hours": Stage.CONSIDER,
    "book_appointment": Stage.CONSIDER,
    "order_status": Stage.BUY,
    "delivery_late": Stage.BUY,
    "cancel_order": Stage.LEAVE,
    "cancel_contract": Stage.LEAVE,
    "upgrade": Stage.BUY,
    "praise": Stage.USE,
    "device_setup": Stage.USE,
    "change_address": Stage.USE,
    "change_bank_details": Stage.USE,
    "contract_question": Stage.USE,
}


class MoodPoint(Struct, frozen=True, kw_only=True):
    """One point of the mood curve: ``mood`` as measured, ``smoothed`` with the ones before (both -1 to 1)."""

    at: datetime
    mood: float
    smoothed: float


class PainPoint(Struct, frozen=True, kw_only=True):
    """A touchpoint that hurt, with why."""

    touchpoint_id: TouchpointId
    at: datetime
    reasons: tuple[Reason, ...]


class JourneySummary(Struct, frozen=True, kw_only=True):
    """The journey in a few values.

    Contacts are touchpoints of kind ``contact``. ``repeat_contact`` says that the same matter came up before within 14
    days, ``repeat_intent`` which one and ``repeat_count`` how often before. ``mood`` is the latest smoothed mood.
    """

    contact_count: int = 0
    recent_contact_count: int = 0
    channels: tuple[Channel, ...] = ()
    channel_counts: dict[str, int] = {}
    first_contact_at: datetime | None = None
    last_contact_at: datetime | None = None
    last_contact_channel: Channel | None = None
    last_intent: str = ""
    repeat_contact: bool = False
    repeat_intent: str = ""
    repeat_count: int = 0
    stage: Stage | None = None
    mood: float | None = None
    mood_trend: float = 0.0
    mean_rating: float | None = None
    purchase_count: int = 0
    last_purchase_at: datetime | None = None
    pain_points: tuple[PainPoint, ...] = ()

    @property
    def has_many_contacts(self) -> bool:
        return self.recent_contact_count >= MANY_CONTACTS


def of_contact(contact: Interaction, id_: TouchpointId, *, first_words: str = "", source: str = "") -> Touchpoint:
    """Return what a contact is in its customer's journey, as a hub notes it down: one touchpoint when it begins, by what it
    is about and how the customer feels in it. Without a subject ``first_words``, the customer's, are its title. The
    version is the contact's, so that an older row of that never wins."""
    title = " ".join(contact.subject.split()) or " ".join(first_words[: LONGEST_TITLE * 4].split())
    also = [one for one in contact.intent_also if one]
    return Touchpoint(
        id=id_,
        customer_id=contact.customer_id,
        channel=contact.channel,
        kind="contact",
        at=contact.created_at,
        title=title[:LONGEST_TITLE],
        mood=contact.mood,
        interaction_id=contact.id,
        intent=contact.intent or "",
        values={"also": ", ".join(also)} if also else {},
        source=source,
        version=contact.version,
    )


def stage_of(touchpoint: Touchpoint) -> Stage:
    """Return the stage of one touchpoint: its own if it has one, else from its kind and intent."""
    if touchpoint.stage is not None:
        return touchpoint.stage
    if touchpoint.kind == "contact":
        return _STAGE_OF_INTENT.get(touchpoint.intent, Stage.SUPPORT)
    if touchpoint.kind in _STAGE_OF_KIND:
        return _STAGE_OF_KIND[touchpoint.kind]
    return Stage.CONSIDER if touchpoint.channel is Channel.SHOP else Stage.USE


def current_stage(touchpoints: Sequence[Touchpoint]) -> Stage | None:
    """Return where the customer stands: the stage of the newest touchpoint, except that one who bought something does
    not fall back to looking around by visiting the web site."""
    ordered = sorted(touchpoints, key=lambda one: one.at)
    if not ordered:
        return None
    newest = stage_of(ordered[-1])
    bought = any(stage_of(one) in (Stage.BUY, Stage.USE) for one in ordered)
    return Stage.USE if newest is Stage.AWARE and bought else newest


def mood_at(touchpoint: Touchpoint) -> float | None:
    """Return the mood a touchpoint shows: measured, or from a rating of 1 to 5."""
    if touchpoint.mood is not None:
        return touchpoint.mood
    return None if touchpoint.rating is None else (touchpoint.rating - 3) / 2


def mood_curve(touchpoints: Sequence[Touchpoint]) -> tuple[MoodPoint, ...]:
    """Return the moods in order of time, smoothed by an exponential mean that forgets half in ten days."""
    points: list[MoodPoint] = []
    weight, mean = 0.0, 0.0
    last: datetime | None = None
    for one in sorted(touchpoints, key=lambda touchpoint: touchpoint.at):
        mood = mood_at(one)
        if mood is None:
            continue
        if last is not None:
            weight *= math.exp(-math.log(2) * ((one.at - last) / MOOD_HALF_LIFE))
        mean = (mean * weight + mood) / (weight + 1)
        weight, last = weight + 1, one.at
        points.append(MoodPoint(at=one.at, mood=mood, smoothed=mean))
    return tuple(points)


def pain_points(touchpoints: Sequence[Touchpoint]) -> tuple[PainPoint, ...]:
    """Return the touchpoints that hurt, in order of time: bad mood, low rating, same matter again, very long call."""
    found: list[PainPoint] = []
    seen: dict[str, datetime] = {}
    for one in sorted(touchpoints, key=lambda touchpoint: touchpoint.at):
        reasons: list[Reason] = []
        if one.mood is not None and one.mood <= HURT:
            reasons.append(Reason(code="pain.mood", weight=-one.mood, values={"mood": f"{one.mood:.1f}"}))
        if one.rating is not None and one.rating <= LOW_RATING:
            reasons.append(Reason(code="pain.rating", weight=(4 - one.rating) / 3, values={"rating": str(one.rating)}))
        if one.kind == "contact" and one.intent:
            before = seen.get(one.intent)
            if before is not None and one.at - before <= REPEAT_WINDOW:
                days = str(max(0, (one.at - before).days))
                reasons.append(Reason(code="pain.repeat", weight=0.6, values={"intent": one.intent, "days": days}))
            seen[one.intent] = one.at
        if one.channel.is_spoken and one.duration_s >= LONG_CALL_S:
            minutes = str(one.duration_s // 60)
            reasons.append(Reason(code="pain.long_call", weight=0.3, values={"minutes": minutes}))
        if reasons:
            found.append(PainPoint(touchpoint_id=one.id, at=one.at, reasons=tuple(reasons)))
    return tuple(found)


def summary(touchpoints: Sequence[Touchpoint], now: datetime, intent: str = "") -> JourneySummary:
    """Return the journey up to ``now`` in a few values.

    With ``intent`` (of the contact being worked, which should not be among the touchpoints yet) a repeat is that matter
    having come up in the last 14 days; without, the newest contact is compared with those before it."""
    ordered = sorted((one for one in touchpoints if one.at <= now), key=lambda one: one.at)
    contacts = [one for one in ordered if one.kind == "contact"]
    purchases = [one for one in ordered if one.kind in ("purchase", "order")]
    ratings = [one.rating for one in ordered if one.rating is not None]
    curve = mood_curve(ordered)
    recent = [point.mood for point in curve if now - point.at <= RECENT_WINDOW]
    repeat_intent, repeats = _repeats(contacts, now, intent)
    counts = Counter(one.channel for one in contacts)
    return JourneySummary(
        contact_count=len(contacts),
        recent_contact_count=sum(now - one.at <= RECENT_WINDOW for one in contacts),
        channels=tuple(channel for channel, _ in counts.most_common()),
        channel_counts={str(channel): count for channel, count in counts.most_common()},
        first_contact_at=contacts[0].at if contacts else None,
        last_contact_at=contacts[-1].at if contacts else None,
        last_contact_channel=contacts[-1].channel if contacts else None,
        last_intent=next((one.intent for one in reversed(contacts) if one.intent), ""),
        repeat_contact=repeats > 0,
        repeat_intent=repeat_intent if repeats else "",
        repeat_count=repeats,
        stage=current_stage(ordered),
        mood=curve[-1].smoothed if curve else None,
        mood_trend=trend(recent),
        mean_rating=sum(ratings) / len(ratings) if ratings else None,
        purchase_count=len(purchases),
        last_purchase_at=purchases[-1].at if purchases else None,
        pain_points=pain_points(ordered),
    )


def _repeats(contacts: Sequence[Touchpoint], now: datetime, intent: str) -> tuple[str, int]:
    if intent:
        until, earlier = now, contacts
    elif contacts and contacts[-1].intent:
        intent, until, earlier = contacts[-1].intent, contacts[-1].at, contacts[:-1]
    else:
        return "", 0
    return intent, sum(one.intent == intent and until - one.at <= REPEAT_WINDOW for one in earlier)
