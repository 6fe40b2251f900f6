"""Verdicts in words: what a contact is about, how sure we are and by which words, who the customer is and how we know."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from desktop.domain.interaction import Interaction
from desktop.ui.i18n import formats, words
from desktop.ui.i18n.reasons import sentences as sentences
from desktop.viewmodels.intent import Certainty, alternatives, certainty

translate = QCoreApplication.translate


def intent(row: Interaction, title: Callable[[str | None], str]) -> tuple[str, str]:
    """Return what a contact is about and how sure that is, in words that differ with the certainty, and the kind of pill.
    ``title`` names a request type."""
    if row.intent is None or not row.intent:
        return translate("evidence", "About what?"), "neutral"
    name = title(row.intent)
    if row.intent_also:
        name = translate("evidence", "%1 + %n", None, len(row.intent_also)).replace("%1", name)
    sure = formats.percent(row.intent_probability)
    match certainty(row):
        case Certainty.SET:
            return name, "accent"
        case Certainty.UNSURE:
            return translate("evidence", "unsure: %1? %2").replace("%2", sure).replace("%1", name), "warn"
        case Certainty.LIKELY:
            return translate("evidence", "probably %1 %2").replace("%2", sure).replace("%1", name), "neutral"
        case _:
            return f"{name} {sure}", "accent"


def intent_tip(row: Interaction, title: Callable[[str | None], str]) -> str:
    """Return why we think it is about this, and what else it may be."""
    also = ", ".join(title(one) for one in row.intent_also)
    others = ", ".join(f"{title(one)} {formats.percent(p)}" for one, p in alternatives(row))
    lines = [
        translate("evidence", "Also: %1").replace("%1", also) if also else "",
        translate("evidence", "Set by a person.") if row.intent_confirmed else decided_by(row),
        translate("evidence", "It may also be: %1").replace("%1", others)
        if others and not row.intent_confirmed
        else "",
        translate("evidence", "Press to choose what it is about (%1).").replace("%1", formats.keys("Ctrl+I")),
    ]
    return "\n".join(line for line in lines if line)


def decided_by(row: Interaction) -> str:
    """Return the words that decided what it is about; nothing where none did or a person said it."""
    if not row.intent_by or row.intent_confirmed:
        return ""
    quoted = ", ".join(formats.quoted(word) for word in row.intent_by)
    return translate("evidence", "Decided by the words %1.").replace("%1", quoted)


def due(row: Interaction, now: datetime) -> tuple[str, str]:
    """Return the time left for the answer in words, and the kind of pill; nothing where none is due."""
    if row.due_at is None or not row.state.is_open:
        return "", "neutral"
    left = (row.due_at - now).total_seconds()
    if left < 0:
        return translate("evidence", "%1 late").replace("%1", formats.span(left)), "bad"
    kind = "warn" if words.is_short(row, now) else "neutral"
    return translate("evidence", "answer in %1").replace("%1", formats.span(left)), kind


def identified(row: Interaction) -> tuple[str, str]:
    """Return how sure we are of the customer, and the kind of pill."""
    if row.customer_id is None:
        return translate("evidence", "customer unknown"), "warn"
    if row.identified <= 0:
        return "", "neutral"
    kind = "good" if row.identified >= 0.9 else ("neutral" if row.identified >= 0.6 else "warn")
    return translate("evidence", "identified %1").replace("%1", formats.percent(row.identified)), kind
