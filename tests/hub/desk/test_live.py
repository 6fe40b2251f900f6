"""What a lead's board shows."""

from __future__ import annotations

from desktop.domain import commands as c
from desktop.domain.agent import PresenceState
from desktop.domain.channels import Channel


async def test_the_board_counts_what_waits_what_is_worked_and_how_fast(centre):
    before = await centre.desk.live()
    assert (before.waiting, before.active, before.service_level) == (0, 0, None)
    quick = await centre.accepted("anna", text="Hello")
    await centre.do("anna", c.SendMessage(interaction_id=quick, text="Hi"))
    await centre.do("bert", c.SetPresence(state=PresenceState.AWAY))
    slow = await centre.chat("Hello", address="web:2")
    await centre.do("anna", c.Accept(interaction_id=slow.interaction_id))
    centre.later(minutes=5)
    await centre.do("anna", c.SendMessage(interaction_id=slow.interaction_id, text="Sorry"))
    await centre.mail("Hello", address="a@example.org")
    lost = await centre.says(Channel.CALL, "+4930123456", thread="1")
    await centre.says(Channel.CALL, "+4930123456", thread="1", event="ended")
    centre.later(seconds=30)
    live = await centre.desk.live()
    assert (live.waiting, live.active) == (1, 2)
    assert live.agents["ready"] == 1
    assert live.agents["away"] == 1
    assert live.agents["offline"] == 3
    queue = (await centre.interaction(quick)).queue
    figures = next(one for one in live.queues if one.id == queue)
    assert figures.answered_today == 2
    assert figures.longest_s == 30
    assert figures.names["de"]
    abandoned = {one.id: one.abandoned_today for one in live.queues}
    assert abandoned[(await centre.interaction(lost.interaction_id)).queue] == 1
    # Of three answers that were due, one in time: the second chat was late, the caller had none.
    assert live.service_level == 1 / 3


async def test_yesterday_is_not_today(centre):
    id_ = await centre.accepted("anna", text="Hello")
    await centre.do("anna", c.SendMessage(interaction_id=id_, text="Hi"))
    await centre.do("anna", c.WrapUp(interaction_id=id_, disposition="solved"))
    assert sum(one.answered_today for one in (await centre.desk.live()).queues) == 1
    centre.later(days=1)
    live = await centre.desk.live()
    assert sum(one.answered_today for one in live.queues) == 0
    assert live.service_level is None
