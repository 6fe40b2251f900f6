"""Alert rules in words: what they watch, from which value on, what the shipped ones are called."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, QLocale

from desktop.domain.routing import AlertMeasure, AlertRule
from desktop.ui.i18n import formats, words

translate = QCoreApplication.translate

SECONDS: Final = frozenset(
    {AlertMeasure.LONGEST_WAIT_S, AlertMeasure.AWAY_S, AlertMeasure.WRAP_UP_S, AlertMeasure.CONTACT_S}
)
SHARES: Final = frozenset({AlertMeasure.SERVICE_LEVEL, AlertMeasure.ABANDONED, AlertMeasure.ARRIVALS_OVER_FORECAST})
"""Measures that are a share (1: all of it, or as forecast), shown in per cent."""


def rule_title(title: str) -> str:
    """Return the name of a rule: a shipped one's by its code, a lead's own as they wrote it."""
    return {
        "long_wait": translate("alerts", "Somebody waits too long"),
        "many_waiting": translate("alerts", "Many are waiting"),
        "low_level": translate("alerts", "Service level too low"),
        "many_abandoned": translate("alerts", "Many give up"),
        "nobody_ready": translate("alerts", "Nobody is ready"),
        "more_than_forecast": translate("alerts", "More arrive than forecast"),
        "long_away": translate("alerts", "Away for long"),
        "long_wrap_up": translate("alerts", "Wrap-up takes long"),
        "long_contact": translate("alerts", "Contact takes long"),
        "upset": translate("alerts", "Customer is upset"),
    }.get(title, title)


def measure(value: AlertMeasure) -> str:
    """Return what a rule watches."""
    return {
        AlertMeasure.WAITING: translate("alerts", "Waiting requests"),
        AlertMeasure.LONGEST_WAIT_S: translate("alerts", "Longest wait"),
        AlertMeasure.SERVICE_LEVEL: translate("alerts", "Service level"),
        AlertMeasure.ABANDONED: translate("alerts", "Gave up today"),
        AlertMeasure.READY_AGENTS: translate("alerts", "Agents ready"),
        AlertMeasure.ARRIVALS_OVER_FORECAST: translate("alerts", "Arrivals against forecast"),
        AlertMeasure.AWAY_S: translate("alerts", "Time away"),
        AlertMeasure.WRAP_UP_S: translate("alerts", "Time of wrap-up"),
        AlertMeasure.CONTACT_S: translate("alerts", "Time of a contact"),
        AlertMeasure.MOOD: translate("alerts", "Mood of a customer"),
    }[value]


def amount(kind: AlertMeasure, value: float) -> str:
    """Return a value of a measure as people read it: 4 min, 72 %, 12."""
    if kind in SECONDS:
        return formats.span(value)
    if kind in SHARES:
        return formats.percent(value)
    if kind is AlertMeasure.MOOD:
        return words.mood(value)[0]
    return QLocale().toString(value, "f", 0 if value == round(value) else 1)


def condition(rule: AlertRule) -> str:
    """Return from which value on a rule is raised and until when it lasts, in one line."""
    sign = translate("alerts", "below %1") if rule.is_below else translate("alerts", "above %1")
    parts = [f"{measure(rule.measure)} {sign.replace('%1', amount(rule.measure, rule.threshold))}"]
    if rule.for_s:
        parts.append(translate("alerts", "for %1").replace("%1", formats.span(rule.for_s)))
    parts.append(translate("alerts", "over at %1").replace("%1", amount(rule.measure, rule.clear_at)))
    return ", ".join(parts)
