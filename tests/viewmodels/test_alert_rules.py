"""The rules by which leads are warned."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from desktop.domain.commands import PutAlertRule, RemoveAlertRule
from desktop.domain.routing import AlertMeasure, AlertRule, Hours, Opening
from desktop.viewmodels.alert_rules import AlertRulesModel, fresh_rule, trouble

RULE = AlertRule(id="r", title="Waiting", measure=AlertMeasure.WAITING, threshold=9, clear_at=5, version=1)


def _quiet(**fields: Any) -> Hours:
    given = {"days": (0,), "opens": "18:00", "closes": "08:00"}
    return Hours(openings=(Opening(**(given | fields)),))


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, ""),
        ({"title": "  "}, "no_title"),
        ({"title": "x" * 121}, "long_title"),
        ({"clear_at": 10}, "clear_at"),
        ({"clear_at": 9}, ""),
        ({"is_below": True}, "clear_at"),
        ({"is_below": True, "clear_at": 12}, ""),
        ({"for_s": -1}, "for_s"),
        ({"for_s": 8 * 86400}, "for_s"),
        ({"quiet": _quiet()}, ""),
        ({"quiet": _quiet(days=())}, "quiet"),
        ({"quiet": _quiet(closes="18:00")}, "quiet"),
    ],
)
def test_what_is_wrong_with_a_rule(fields: dict[str, Any], code: str) -> None:
    assert trouble(replace(RULE, **fields)) == code


def test_a_new_rule_lacks_nothing_but_its_name() -> None:
    assert trouble(fresh_rule()) == "no_title"
    assert fresh_rule().id != fresh_rule().id


def test_rules_on_their_way_are_there_and_removed_ones_are_not(work: Any) -> None:
    model = AlertRulesModel(work.workplace, work.workplace)
    work.arrives(RULE)
    assert (model.is_loaded, model.rule("r")) == (True, RULE)
    work.workplace.perform(PutAlertRule(rule=replace(RULE, id="s", title="Another")))
    work.workplace.perform(RemoveAlertRule(rule_id="r"))
    work.settle()
    assert [rule.title for rule in model.rules] == ["Another"]
