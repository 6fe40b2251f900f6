"""When a lead is alerted, when that ends, and who hears of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from desktop.domain.agent import Presence, PresenceState
from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.ids import AgentId, QueueId
from desktop.domain.routing import AlertMeasure, AlertRule, Hours, Opening
from desktop.hub.board.alerts import shipped_rules
from desktop.hub.board.hysteresis import Standing, Turn


def rule(measure: str = "waiting", threshold: float = 2, clear_at: float = 1, **fields: Any) -> AlertRule:
    return AlertRule(
        id="r", title="Rule", measure=AlertMeasure(measure), threshold=threshold, clear_at=clear_at, **fields
    )


@pytest.fixture
def look(floor):
    """Put a rule, where one is given, and look once, as the running board does each second."""

    async def look_(*rules: AlertRule) -> list[tuple[str, bool]]:
        """Return subject of each alert, and whether it is open."""
        if rules:
            await floor.put(*rules)
        await floor.board._look()
        return sorted((one.subject, one.ended_at is None) for one in await floor.alerts())

    return look_


async def test_it_is_raised_beyond_the_threshold_and_ended_only_when_clearly_back(floor, look) -> None:
    await floor.contact("a", ago=5)
    await floor.contact("b", ago=5)
    assert await look(rule()) == []
    await floor.contact("c", ago=5)
    assert await look() == [("north", True)]
    [alert] = await floor.alerts()
    assert (alert.rule, alert.queue, alert.value, alert.since) == ("r", "north", 3, floor.at)
    await floor.contact("c", "abandoned", closed_at=floor.at)
    assert await look() == [("north", True)]  # two wait: not beyond, but not clear either
    await floor.contact("b", "abandoned", closed_at=floor.at)
    assert await look() == [("north", False)]
    assert (await floor.alerts())[0].ended_at == floor.at


async def test_waiting_grows_without_anything_happening(floor, look) -> None:
    await floor.contact("a", ago=50)
    assert await look(rule("longest_wait_s", 60, 30)) == []
    floor.later(seconds=11)
    assert await look() == [("north", True)]


async def test_it_must_last(floor, look) -> None:
    for id_ in "abc":
        await floor.contact(id_)
    assert await look(rule(for_s=60)) == []
    floor.later(seconds=59)
    assert await look() == []
    await floor.contact("c", "active", assignee=AgentId("anna"))
    assert await look() == []
    await floor.contact("c", "queued", assignee=None)
    floor.later(seconds=59)
    assert await look() == []  # it began anew
    floor.later(seconds=60)
    assert await look() == [("north", True)]


async def test_quiet_hours_raise_nothing_but_what_lasts_is_raised_after_them(floor, look) -> None:
    night = Hours(openings=(Opening(days=(0, 1, 2, 3, 4, 5, 6), opens="10:00", closes="10:30"),))
    for id_ in "abc":
        await floor.contact(id_)
    assert await look(rule(quiet=night)) == []
    floor.later(minutes=20)
    assert await look() == [("north", True)]


async def test_a_rule_for_some_queues_leaves_the_others_alone(floor, look) -> None:
    for number in range(3):
        await floor.contact(f"n{number}", queue="north")
        await floor.contact(f"o{number}", queue="open")
    assert await look(rule(queues=(QueueId("open"),))) == [("open", True)]


async def test_it_ends_with_its_rule_its_queue_or_its_contact(floor, look) -> None:
    for id_ in "abc":
        await floor.contact(id_)
    assert await look(rule()) == [("north", True)]
    assert await look(rule(is_active=False)) == [("north", False)]
    assert await look(rule()) == [("north", False), ("north", True)]
    async with floor.database.write() as ledger:
        await ledger.remove(Table.ALERT_RULE, "r")
    assert await look() == [("north", False), ("north", False)]


async def test_no_agent_ready_is_an_alert_only_while_the_queue_is_open(floor, look) -> None:
    office = Hours(openings=(Opening(days=(0,), opens="10:30", closes="18:00"),))
    await floor.queue("north", teams=("north",), hours=office)
    nobody = rule("ready_agents", 1, 1, is_below=True, queues=(QueueId("north"),))
    assert await look(nobody) == []
    floor.later(minutes=30)
    assert await look() == [("north", True)]
    await floor.agent("anna")
    assert await look() == [("north", False)]


async def test_shares_of_few_contacts_say_nothing(floor, look) -> None:
    for number in range(9):
        await floor.contact(f"c{number}", "abandoned", ago=300, closed_at=floor.at)
    assert await look(rule("abandoned", 0.2, 0.1)) == []
    await floor.contact("c9", "abandoned", ago=300, closed_at=floor.at)
    assert await look() == [("north", True)]


async def test_a_bad_service_level_of_the_last_half_hour(floor, look) -> None:
    low = rule("service_level", 0.5, 0.6, is_below=True)
    for number in range(10):
        await floor.answered(f"c{number}", 90 if number > 4 else 10, ago=200)
    assert await look(low) == []
    await floor.answered("late", 100, ago=200)
    assert await look() == [("north", True)]
    floor.later(minutes=40)
    assert await look() == [("north", False)]  # nothing was due lately: there is no such figure


async def test_agents_who_are_away_too_long_are_an_alert_for_their_leads(floor, look) -> None:
    away = Presence(state=PresenceState.AWAY, reason="lunch", since=floor.at)
    await floor.agent("anna", presence=away)
    floor.later(minutes=61)
    assert await look(rule("away_s", 3600, 0)) == [("anna", True)]
    [alert] = await floor.alerts()
    assert alert.queue == "north"
    await floor.agent("anna")
    floor.later(seconds=5)
    assert await look() == [("anna", False)]


@pytest.mark.parametrize(
    ("measure", "threshold", "state", "fields"),
    [
        ("wrap_up_s", 300, "wrap_up", {}),
        ("contact_s", 300, "active", {}),
        ("mood", -0.5, "active", {"mood": -0.9}),
    ],
)
async def test_contacts_that_go_badly_are_named(floor, look, measure, threshold, state, fields) -> None:
    await floor.contact(
        "one", state, assignee=AgentId("anna"), accepted_at=floor.at, wrap_up_at=floor.at, ago=60, **fields
    )
    await floor.contact("fine", "active", assignee=AgentId("anna"), accepted_at=floor.ago(-200), mood=0.2)
    await floor.contact("mail", "active", assignee=AgentId("anna"), accepted_at=floor.ago(900), channel=Channel.EMAIL)
    floor.later(seconds=301)
    assert await look(rule(measure, threshold, threshold, is_below=measure == "mood")) == [("one", True)]
    await floor.contact("one", "closed", closed_at=floor.at)
    floor.later(seconds=5)
    assert await look() == [("one", False)]


async def test_a_restart_neither_repeats_nor_forgets_an_alert(floor, look) -> None:
    for id_ in "abc":
        await floor.contact(id_)
    assert await look(rule()) == [("north", True)]
    floor.board = floor.new_board()
    assert await look() == [("north", True)]
    for id_ in "abc":
        await floor.contact(id_, "abandoned", closed_at=floor.at)
    assert await look() == [("north", False)]


async def test_two_processes_raise_one_alert(floor, look) -> None:
    for id_ in "abc":
        await floor.contact(id_)
    await look(rule(for_s=1))
    other = floor.new_board()
    await other._look()
    floor.later(seconds=2)
    await other._look()
    assert await look() == [("north", True)]


async def test_what_a_lead_has_seen_stays_seen_when_it_ends(floor, look) -> None:
    from msgspec.structs import replace

    for id_ in "abc":
        await floor.contact(id_)
    await look(rule())
    await floor.put(replace((await floor.alerts())[0], seen_by=AgentId("lena")))
    for id_ in "abc":
        await floor.contact(id_, "abandoned", closed_at=floor.at)
    assert await look() == [("north", False)]
    assert (await floor.alerts())[0].seen_by == "lena"


async def test_what_ended_goes_after_a_day(floor, look) -> None:
    for id_ in "abc":
        await floor.contact(id_)
    await look(rule())
    for id_ in "abc":
        await floor.contact(id_, "abandoned", closed_at=floor.at)
    await look()
    floor.later(hours=23)
    assert await look() == [("north", False)]
    floor.later(hours=2)
    assert await look() == []


async def test_what_could_not_be_written_is_raised_later(floor, look, monkeypatch: pytest.MonkeyPatch) -> None:
    for id_ in "abc":
        await floor.contact(id_)
    await floor.put(rule())
    write = floor.database.write

    def broken(**options: Any) -> Any:
        raise OSError("the disk is full")

    monkeypatch.setattr(floor.database, "write", broken)
    with pytest.raises(OSError, match="full"):
        await floor.board._look()
    monkeypatch.setattr(floor.database, "write", write)
    assert await look() == [("north", True)]


async def test_a_new_centre_has_rules_and_keeps_what_leads_make_of_them(floor) -> None:
    async def rules() -> dict[str, AlertRule]:
        async with floor.database.read() as ledger:
            return {one.id: one for one in await ledger.find(Table.ALERT_RULE)}

    await floor.board.start()
    found = await rules()
    assert {one.measure for one in found.values()} == set(AlertMeasure)
    async with floor.database.write() as ledger:
        await ledger.remove(Table.ALERT_RULE, "long_wait")
    await floor.board.stop()
    floor.board = floor.new_board()
    await floor.board.start()
    assert "long_wait" not in await rules()


@pytest.mark.parametrize("shipped", shipped_rules(), ids=lambda one: one.id)
def test_the_rules_shipped_clear_on_the_good_side(shipped: AlertRule) -> None:
    assert shipped.title == shipped.id
    assert shipped.clear_at >= shipped.threshold if shipped.is_below else shipped.clear_at <= shipped.threshold


def test_a_clear_figure_on_the_bad_side_is_taken_for_the_threshold() -> None:
    standing, odd = Standing(), rule(threshold=5, clear_at=9)
    assert standing.step(odd, 6, 0) is Turn.RAISED
    assert standing.step(odd, 8, 1) is Turn.NONE
    assert standing.step(odd, 5, 2) is Turn.ENDED


def test_no_figure_ends_an_alert_and_begins_none() -> None:
    standing = Standing()
    assert standing.step(rule(), None, 0) is Turn.NONE
    assert standing.step(rule(), 3, 0) is Turn.RAISED
    assert standing.step(rule(), None, 1) is Turn.ENDED


def test_quiet_hours_let_an_alert_end() -> None:
    standing = Standing()
    standing.step(rule(), 3, 0)
    assert standing.step(rule(), 0, timedelta(minutes=1).total_seconds(), is_quiet=True) is Turn.ENDED
