"""Names of the domain's codes, as people say them."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication, QLocale

from desktop.domain.agent import PresenceState
from desktop.domain.channels import Channel
from desktop.domain.interaction import Delivery, Interaction, InteractionState

translate = QCoreApplication.translate


def channel(value: Channel) -> str:
    """Return the name of a channel."""
    return {
        Channel.CALL: translate("words", "Call"),
        Channel.EMAIL: translate("words", "E-mail"),
        Channel.CHAT: translate("words", "Chat"),
        Channel.MESSENGER: translate("words", "Messenger"),
        Channel.IN_APP: translate("words", "In-app"),
        Channel.VIDEO: translate("words", "Video"),
        Channel.SMS: translate("words", "SMS"),
        Channel.SOCIAL: translate("words", "Social media"),
        Channel.WEB: translate("words", "Website"),
        Channel.SHOP: translate("words", "Shop"),
    }[value]


def channel_icon(value: Channel) -> str:
    """Return the name of a channel's icon."""
    return str(value)


def state(value: InteractionState) -> str:
    """Return the name of an interaction's state."""
    return {
        InteractionState.QUEUED: translate("words", "Waiting in the queue"),
        InteractionState.OFFERED: translate("words", "Ringing"),
        InteractionState.ACTIVE: translate("words", "In progress"),
        InteractionState.ON_HOLD: translate("words", "On hold"),
        InteractionState.WAITING: translate("words", "Waiting for customer"),
        InteractionState.WRAP_UP: translate("words", "Wrap-up"),
        InteractionState.CLOSED: translate("words", "Closed"),
        InteractionState.SNOOZED: translate("words", "Snoozed"),
        InteractionState.ABANDONED: translate("words", "Abandoned"),
    }[value]


def mood(value: float, trend: float = 0.0) -> tuple[str, str]:
    """Return a mood (-1 to 1) as a word, with its course where it has one, and the kind of pill it goes into."""
    if value <= -0.5:
        word, kind = translate("words", "angry"), "bad"
    elif value < -0.15:
        word, kind = translate("words", "annoyed"), "bad"
    elif value <= 0.25:
        word, kind = translate("words", "neutral"), "neutral"
    else:
        word, kind = translate("words", "friendly"), "good"
    if trend <= -0.2:
        word = translate("words", "%1, falling").replace("%1", word)
    elif trend >= 0.2:
        word = translate("words", "%1, rising").replace("%1", word)
    return word, kind


def mood_icon(value: float) -> str:
    """Return the face of a mood."""
    if value <= -0.5:
        return "mood_angry"
    if value < -0.15:
        return "mood_bad"
    return "mood_neutral" if value <= 0.25 else "mood_good"


def is_short(row: Interaction, now: datetime) -> bool:
    """Whether less than a quarter is left of the time in which an answer is due; it runs from the customer's last words."""
    if row.due_at is None:
        return False
    whole = (row.due_at - (row.last_at or row.created_at)).total_seconds()
    return (row.due_at - now).total_seconds() < max(whole, 1.0) / 4


def delivery(value: Delivery) -> str:
    """Return how far a message got."""
    return {
        Delivery.RECEIVED: translate("words", "received"),
        Delivery.PENDING: translate("words", "sending"),
        Delivery.QUEUED: translate("words", "queued"),
        Delivery.SENT: translate("words", "sent"),
        Delivery.DELIVERED: translate("words", "delivered"),
        Delivery.READ: translate("words", "read"),
        Delivery.FAILED: translate("words", "not delivered"),
    }[value]


def presence(value: PresenceState, reason: str = "") -> str:
    """Return an agent's state; away says why."""
    if value is PresenceState.AWAY and reason:
        return away_reason(reason)
    return {
        PresenceState.READY: translate("words", "Ready"),
        PresenceState.AWAY: translate("words", "Away"),
        PresenceState.OFFLINE: translate("words", "Signed off"),
        PresenceState.NOT_RESPONDING: translate("words", "Not responding"),
    }[value]


def then() -> str:
    """Return the pattern of a state (%1) and of the one that comes after the contact (%2)."""
    return translate("words", "%1 · then %2")


def about_presence(*, is_pending: bool, set_by: str = "", lent_to: str = "", lent_until: str = "") -> list[str]:
    """Return what else is to be said of my state: that the centre has not confirmed it, who set it, where I am lent to."""
    told = [
        translate("words", "The centre has not confirmed this yet.") if is_pending else "",
        translate("words", "Set by %1.").replace("%1", set_by) if set_by else "",
        translate("words", "You work %1 until %2.").replace("%2", lent_until).replace("%1", lent_to) if lent_to else "",
    ]
    return [one for one in told if one]


def away_reason(code: str) -> str:
    """Return the name of a reason to be away; a code of the company's own is shown as it is."""
    return {
        "break": translate("words", "Break"),
        "locked": translate("words", "Screen locked"),
        "silent": translate("words", "No connection"),
        "lunch": translate("words", "Lunch"),
        "training": translate("words", "Training"),
        "meeting": translate("words", "Meeting"),
        "back_office": translate("words", "Back office"),
    }.get(code, code)


def language(code: str) -> str:
    """Return the name of a language (ISO 639-1) in the window's language, as Qt knows it."""
    known = {
        "de": translate("words", "German"),
        "en": translate("words", "English"),
        "fr": translate("words", "French"),
        "es": translate("words", "Spanish"),
        "it": translate("words", "Italian"),
        "nl": translate("words", "Dutch"),
        "pl": translate("words", "Polish"),
        "tr": translate("words", "Turkish"),
        "pt": translate("words", "Portuguese"),
    }
    return known.get(code) or QLocale(code).nativeLanguageName() or code


def record_status(code: str) -> str:
    """Return the status of a business record; a word of the owning system's own is shown as it is."""
    return {
        "open": translate("words", "open"),
        "new": translate("words", "new"),
        "in_progress": translate("words", "in progress"),
        "in_clarification": translate("words", "being clarified"),
        "processing": translate("words", "in progress"),
        "waiting": translate("words", "waiting"),
        "shipped": translate("words", "shipped"),
        "in_transit": translate("words", "on its way"),
        "delivered": translate("words", "delivered", "order"),
        "returned": translate("words", "returned"),
        "cancelled": translate("words", "cancelled"),
        "paid": translate("words", "paid"),
        "unpaid": translate("words", "unpaid"),
        "overdue": translate("words", "overdue"),
        "late": translate("words", "late"),
        "active": translate("words", "active"),
        "ended": translate("words", "ended"),
        "closed": translate("words", "closed"),
        "confirmed": translate("words", "confirmed"),
        "done": translate("words", "done"),
        "refunded": translate("words", "refunded"),
        "disputed": translate("words", "disputed"),
    }.get(code.lower(), code)
