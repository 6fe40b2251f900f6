"""The centre in few numbers, as programs outside read them."""

from __future__ import annotations

from desktop.domain.agent import PresenceState
from desktop.domain.ids import AgentId


async def test_what_waits_what_is_worked_and_how_fast(floor) -> None:
    before = await floor.board.metrics()
    assert (before.waiting, before.active, before.service_level) == (0, 0, None)
    await floor.agent("anna")
    await floor.agent("bert", PresenceState.AWAY)
    await floor.answered("quick", 10, ago=400)
    await floor.answered("slow", 300, ago=400)
    await floor.contact("left", "abandoned", queue="open", ago=300, closed_at=floor.ago(290))
    await floor.contact("waits", ago=30)
    live = await floor.board.metrics()
    assert (live.waiting, live.active) == (1, 2)
    assert (live.agents["ready"], live.agents["away"], live.agents["offline"]) == (1, 1, 3)
    queues = {one.id: one for one in live.queues}
    assert (queues["north"].answered_today, queues["north"].longest_s) == (2, 30)
    assert queues["north"].names == {"en": "North"}
    assert queues["open"].abandoned_today == 1
    # Of three answers that were due, one in time: the second was late, the third customer had none.
    assert live.service_level == 1 / 3


async def test_a_lead_has_those_of_the_queues_they_see(floor) -> None:
    await floor.contact("ours")
    await floor.contact("theirs", queue="south")
    assert (await floor.board.metrics(floor.caller("lena"))).waiting == 1
    assert (await floor.board.metrics(floor.caller("otto"))).waiting == 2
    assert {one.id for one in (await floor.board.metrics(floor.caller("lena"))).queues} == {"north", "open"}


async def test_yesterday_is_not_today(floor) -> None:
    await floor.answered("one", 10)
    await floor.contact("one", "closed", assignee=AgentId("anna"), closed_at=floor.at)
    assert sum(one.answered_today for one in (await floor.board.metrics()).queues) == 1
    floor.later(days=1)
    live = await floor.board.metrics()
    assert sum(one.answered_today for one in live.queues) == 0
    assert live.service_level is None
