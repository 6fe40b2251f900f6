"""Verdicts in words: what a contact is about, how sure we are and by which words, who the customer is and how we know."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from desktop.domain.interaction import Interaction
from desktop.domain.suggestion import Reason
from desktop.ui.i18n import formats, reasons, words

translate = QCoreApplication.translate


def sentences(found: Sequence[Reason]) -> list[str]:
    """Return the evidence as sentences, what counted most first."""
    told = [reasons.reason(one) for one in sorted(found, key=lambda one: -abs(one.weight))]
    return [sentence for sentence in dict.fromkeys(told) if sentence]


def intent_tip(row: Interaction) -> str:
    """Return why we think it is about this."""
    if row.intent_confirmed:
        return translate("evidence", "Set by a person. Press to change it.")
    if row.intent_by:
        quoted = ", ".join(formats.quoted(word) for word in row.intent_by)
        return translate("evidence", "Decided by the words %1. Press to correct it.").replace("%1", quoted)
    return translate("evidence", "Press to choose what this is about.")


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
