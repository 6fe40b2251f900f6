"""The rules by which leads are warned, and whether one that is being written can be used."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, Signal

from desktop.domain.changes import ChangeSet, Table
from desktop.domain.ids import new_id
from desktop.domain.routing import AlertMeasure, AlertRule
from desktop.store import projections
from desktop.viewmodels.workplace import Ticket, Workplace

LONGEST_TITLE: Final = 120
LONGEST_S: Final = 7 * 86400
IS_BELOW: Final = frozenset({AlertMeasure.SERVICE_LEVEL, AlertMeasure.READY_AGENTS, AlertMeasure.MOOD})
"""Measures of which less is worse."""


class AlertRulesModel(QObject):
    """``rules`` by title, with those on their way; ``changed`` when they are others, ``is_loaded`` once they were read."""

    changed = Signal()

    def __init__(self, workplace: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._ticket: Ticket | None = None
        self.rules: tuple[AlertRule, ...] = ()
        self.is_loaded = False
        workplace.changed.connect(self._on_changed)
        self._look()

    def rule(self, rule_id: str) -> AlertRule | None:
        """Return a rule, ``None`` where it is gone."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.touches(Table.ALERT_RULE, Table.OUTBOX):
            self._look()

    def _look(self) -> None:
        if self._ticket is not None:
            self._ticket.cancel()
        self._ticket = self._workplace.ask(projections.alert_rules, self._on_rules)

    def _on_rules(self, rules: list[AlertRule]) -> None:
        if not self.is_loaded or tuple(rules) != self.rules:
            self.is_loaded = True
            self.rules = tuple(rules)
            self.changed.emit()


def fresh_rule() -> AlertRule:
    """Return a rule to begin with: many waiting, for two minutes."""
    return AlertRule(id=new_id(), title="", measure=AlertMeasure.WAITING, threshold=10, clear_at=6, for_s=120)


def trouble(rule: AlertRule) -> str:
    """Return the code of what is wrong with a rule: ``no_title``, ``long_title``, ``clear_at`` (an alert must end where it is
    better than where it was raised, or there), ``for_s``, ``quiet``; nothing where it can be used."""
    if not rule.title.strip():
        return "no_title"
    if len(rule.title) > LONGEST_TITLE:
        return "long_title"
    is_back = rule.clear_at >= rule.threshold if rule.is_below else rule.clear_at <= rule.threshold
    if not is_back:
        return "clear_at"
    if not 0 <= rule.for_s <= LONGEST_S:
        return "for_s"
    if rule.quiet is not None and any(
        not opening.days or opening.opens == opening.closes for opening in rule.quiet.openings
    ):
        return "quiet"
    return ""
