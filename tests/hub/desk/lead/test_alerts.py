"""Rules of alerts as leads edit them, and alerts they have seen."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest

from desktop.domain import commands as c
from desktop.domain.agent import Queue
from desktop.domain.changes import Table
from desktop.domain.ids import QueueId
from desktop.domain.routing import Alert, AlertMeasure, AlertRule, Hours, Opening
from desktop.wire.errors import Code

if TYPE_CHECKING:
    from tests.hub.desk.conftest import Centre

NIGHT = Hours(zone="Europe/Berlin", openings=(Opening(days=(0, 1, 2, 3, 4), opens="20:00", closes="07:00"),))


def rule(**fields: Any) -> AlertRule:
    values: dict[str, Any] = {"id": "queue-long", "title": "Long queue", "measure": AlertMeasure.WAITING}
    values |= {"threshold": 10, "clear_at": 5, "queues": ("north",), "for_s": 60, "quiet": NIGHT}
    return AlertRule(**{**values, **fields})


@pytest.fixture(autouse=True)
async def queues(centre: Centre) -> None:
    for team in ("north", "south"):
        await centre.put(Queue(id=QueueId(team), teams=(team,)))


async def put(centre: Centre, who: str = "lena", **fields: Any) -> str:
    answer = await centre.attempt(who, c.PutAlertRule(rule=rule(**fields)))
    return "" if answer.error is None else answer.error.code


async def test_a_lead_makes_changes_and_removes_a_rule(centre: Centre) -> None:
    assert await put(centre) == ""
    found = await centre.get(Table.ALERT_RULE, "queue-long")
    assert (found.threshold, found.version, found.quiet) == (10, 1, NIGHT)
    assert await put(centre, threshold=20, version=77) == ""
    assert await put(centre, threshold=20) == ""
    found = await centre.get(Table.ALERT_RULE, "queue-long")
    assert (found.threshold, found.version) == (20, 2), "the same once more is no change"
    await centre.do("lena", c.RemoveAlertRule(rule_id="queue-long"))
    assert await centre.get(Table.ALERT_RULE, "queue-long") is None
    assert await centre.refusal("lena", c.RemoveAlertRule(rule_id="queue-long")) == Code.GONE


@pytest.mark.parametrize(
    "fields",
    [
        {"clear_at": 10},
        {"is_below": True, "threshold": 0.8, "clear_at": 0.9},
        {"is_below": True, "threshold": 2, "clear_at": 2},
        {"quiet": None},
        {"threshold": -3, "clear_at": -4},
    ],
)
async def test_an_alert_ends_on_the_good_side(centre: Centre, fields: dict[str, Any]) -> None:
    assert await put(centre, **fields) == ""


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"clear_at": 11}, Code.UNKNOWN_VALUE),
        ({"is_below": True, "threshold": 0.8, "clear_at": 0.7}, Code.UNKNOWN_VALUE),
        ({"threshold": math.nan}, Code.UNKNOWN_VALUE),
        ({"clear_at": math.nan}, Code.UNKNOWN_VALUE),
        ({"threshold": math.inf}, Code.UNKNOWN_VALUE),
        ({"for_s": -1}, Code.UNKNOWN_VALUE),
        ({"for_s": 10**9}, Code.UNKNOWN_VALUE),
        ({"id": ""}, Code.UNKNOWN_VALUE),
        ({"id": "a b"}, Code.UNKNOWN_VALUE),
        ({"id": "x" * 65}, Code.UNKNOWN_VALUE),
        ({"title": " \x00"}, Code.EMPTY_TEXT),
        ({"title": "x" * 121}, Code.UNKNOWN_VALUE),
        ({"queues": ("nowhere",)}, Code.UNKNOWN_VALUE),
        ({"quiet": Hours(zone="Atlantis/Center", openings=NIGHT.openings)}, Code.UNKNOWN_VALUE),
        ({"quiet": Hours(openings=(Opening(days=(7,), opens="20:00", closes="07:00"),))}, Code.UNKNOWN_VALUE),
        ({"quiet": Hours(openings=(Opening(days=(0,), opens="8pm", closes="07:00"),))}, Code.UNKNOWN_VALUE),
        ({"quiet": Hours()}, Code.UNKNOWN_VALUE),
        ({"queues": ("south",)}, Code.FORBIDDEN),
        ({"queues": ("north", "south")}, Code.FORBIDDEN),
        ({"queues": ()}, Code.FORBIDDEN),
    ],
)
async def test_a_rule_that_cannot_work_is_not_taken(centre: Centre, fields: dict[str, Any], code: Code) -> None:
    assert await put(centre, **fields) == code
    async with centre.database.read() as ledger:
        assert "Long queue" not in [one.title for one in await ledger.find(Table.ALERT_RULE)]


async def test_a_rule_of_another_team_or_of_all_is_not_a_leads_to_touch(centre: Centre) -> None:
    for id_, queues in (("their-rule", ("south",)), ("everybodys", ())):
        assert await put(centre, "otto", id=id_, queues=queues) == ""
        assert await put(centre, id=id_) == Code.FORBIDDEN
        assert await centre.refusal("lena", c.RemoveAlertRule(rule_id=id_)) == Code.FORBIDDEN
    assert (await centre.get(Table.ALERT_RULE, "their-rule")).queues == ("south",)


async def test_a_rule_about_a_queue_that_is_gone_can_be_mended(centre: Centre) -> None:
    assert await put(centre, "otto") == ""
    async with centre.database.write() as ledger:
        await ledger.remove(Table.QUEUE, "north")
    await centre.do("otto", c.RemoveAlertRule(rule_id="queue-long"))


async def test_who_saw_an_alert_first_stays_named(centre: Centre) -> None:
    for id_, queue in (("a1", "north"), ("a2", None), ("a3", "south")):
        await centre.put(Alert(id=id_, rule="r", subject="s", queue=queue, value=1.0, since=centre.at))
    await centre.do("lena", c.SeeAlert(alert_id="a1"))
    await centre.do("otto", c.SeeAlert(alert_id="a1"))
    await centre.do("lena", c.SeeAlert(alert_id="a2"))
    assert [(await centre.get(Table.ALERT, one)).seen_by for one in ("a1", "a2")] == ["lena", "lena"]
    assert (await centre.get(Table.ALERT, "a1")).ended_at is None
    assert await centre.refusal("lena", c.SeeAlert(alert_id="a3")) == Code.FORBIDDEN
    assert await centre.refusal("lena", c.SeeAlert(alert_id="nothing")) == Code.GONE
