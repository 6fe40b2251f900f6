"""The alert rules: read in words, changed in the units people use, nothing lost on the way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.domain import commands as c
from desktop.domain.routing import AlertMeasure, AlertRule, Hours, Opening
from desktop.ui.i18n import alerts
from desktop.ui.leading.rules import RulesWindow
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.leading import Leading

WAIT = AlertRule(
    id="long_wait",
    title="long_wait",
    measure=AlertMeasure.LONGEST_WAIT_S,
    threshold=300,
    clear_at=120,
    for_s=60,
    queues=("orders",),
    version=1,
)
LEVEL = AlertRule(
    id="level",
    title="Zu viele zu spät",
    measure=AlertMeasure.SERVICE_LEVEL,
    threshold=0.7,
    clear_at=0.8,
    is_below=True,
    is_active=False,
    quiet=Hours(zone="Europe/Berlin", openings=(Opening(days=(5, 6), opens="18:00", closes="08:00"),) * 2),
    version=1,
)


@pytest.fixture
def rules(shift: Any, theme: Theme, show: Any) -> Iterator[RulesWindow]:
    shift.arrives(WAIT, LEVEL)
    made = RulesWindow(Leading(shift.workplace, shift.workplace), shift.workplace, theme)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    show(made, 820, 620)
    shift.settle()
    yield made
    made.close()


def listed(rules: RulesWindow) -> list[str]:
    choices = rules.list.choices
    return [str(choices.data(choices.index(row))) for row in range(choices.rowCount())]


def test_rules_stand_there_in_words(rules: RulesWindow) -> None:
    assert listed(rules) == [
        "Somebody waits too long, Longest wait above 5 min, for 1 min, over at 2 min",
        "Zu viele zu spät, off, Service level below 70%, over at 80%",
    ]
    assert rules.form.title.text() == "Somebody waits too long"
    assert (rules.form.threshold.value(), rules.form.clear_at.value(), rules.form.minutes.value()) == (5, 2, 1)
    assert rules.form.queues.in_order() == ("orders",)
    assert not rules.save_button.isEnabled()


@pytest.mark.parametrize("rule", [WAIT, LEVEL])
def test_a_rule_that_is_only_looked_at_stays_what_it_was(rules: RulesWindow, rule: AlertRule) -> None:
    rules.form.fill(rule)
    assert rules.form.rule == rule


def test_a_changed_rule_goes_out_in_seconds(rules: RulesWindow, shift: Any) -> None:
    rules.form.threshold.setValue(8)
    rules.form.queues.tick(())
    assert rules.save_button.isEnabled()
    rules.save_button.click()
    shift.settle()
    (command,) = shift.commands
    assert isinstance(command, c.PutAlertRule)
    assert (command.rule.title, command.rule.threshold, command.rule.queues) == ("long_wait", 480, ())
    assert "above 8 min" in listed(rules)[0]
    assert not rules.save_button.isEnabled()


def test_an_end_on_the_wrong_side_is_said_and_not_saved(rules: RulesWindow) -> None:
    rules.form.clear_at.setValue(9)
    assert "better side" in rules.summary.text()
    assert not rules.save_button.isEnabled()


def test_what_was_not_saved_is_there_when_one_comes_back(rules: RulesWindow) -> None:
    rules.form.threshold.setValue(8)
    QTest.keyClick(rules.list, Qt.Key.Key_Down)
    assert rules.form.title.text() == "Zu viele zu spät"
    QTest.keyClick(rules.list, Qt.Key.Key_Up)
    assert rules.form.threshold.value() == 8
    assert rules.save_button.isEnabled()


def test_a_new_rule_needs_a_name_and_takes_the_side_that_is_worse(rules: RulesWindow, shift: Any) -> None:
    rules.new_button.click()
    assert rules.form.title.hasFocus()
    assert not rules.remove_button.isEnabled()
    rules.form.measure.setCurrentIndex(rules.form.measure.findData(AlertMeasure.SERVICE_LEVEL))
    rules.form.measure.activated.emit(rules.form.measure.currentIndex())
    assert rules.form.side.currentData() is True
    rules.form.threshold.setValue(60)
    rules.form.clear_at.setValue(75)
    assert not rules.save_button.isEnabled()
    assert rules.summary.text() == "The rule needs a name."
    QTest.keyClicks(rules.form.title, "Too late")
    rules.save_button.click()
    shift.settle()
    (command,) = shift.commands
    assert (command.rule.title, command.rule.threshold, command.rule.is_below) == ("Too late", 0.6, True)
    assert len(listed(rules)) == 3
    assert rules.heading.text() == "Too late"


def test_quiet_times_are_kept_in_the_rules_own_zone(rules: RulesWindow) -> None:
    rules.form.fill(LEVEL)
    rules.form.days[5].click()
    quiet = rules.form.rule.quiet
    assert quiet == Hours(zone="Europe/Berlin", openings=(Opening(days=(6,), opens="18:00", closes="08:00"),))
    rules.form.is_quiet.setChecked(False)
    assert rules.form.rule.quiet is None


def test_a_removed_rule_goes_and_the_next_is_shown(rules: RulesWindow, shift: Any) -> None:
    rules.remove_button.click()
    shift.settle()
    assert shift.commands == [c.RemoveAlertRule(rule_id="long_wait")]
    assert listed(rules) == ["Zu viele zu spät, off, Service level below 70%, over at 80%"]
    assert rules.form.title.text() == "Zu viele zu spät"
    rules.remove_button.click()
    shift.settle()
    assert rules.heading.text() == "No rule yet"
    assert not rules.form.isVisible()


def test_every_measure_has_a_name_and_a_way_to_say_its_values() -> None:
    names = [alerts.measure(one) for one in AlertMeasure]
    assert len(set(names)) == len(names)
    assert all(alerts.amount(one, 0.5) for one in AlertMeasure)
    assert alerts.amount(AlertMeasure.MOOD, -0.7) == "angry"
