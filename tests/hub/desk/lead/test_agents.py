"""What a lead does about an agent."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest

from desktop.domain import commands as c
from desktop.domain.agent import PresenceState, Queue
from desktop.domain.changes import Table
from desktop.domain.ids import AgentId, InteractionId, QueueId
from desktop.hub.desk.desk import Desk
from desktop.wire.errors import Code

if TYPE_CHECKING:
    from tests.hub.desk.conftest import Centre

ANNA, BERT, SVEN = AgentId("anna"), AgentId("bert"), AgentId("sven")


async def agent(centre: Centre, name: str):
    return await centre.get(Table.AGENT, name)


async def test_an_agent_set_away_reads_by_whom_and_may_come_back(centre: Centre) -> None:
    await centre.ready("anna")
    ringing = (await centre.chat()).interaction_id
    await centre.do("lena", c.SetAgentPresence(agent_id=ANNA, state=PresenceState.AWAY, reason="training"))
    found = (await agent(centre, "anna")).presence
    assert (found.state, found.reason, found.set_by, found.since) == ("away", "training", "lena", centre.at)
    assert (await centre.interaction(ringing)).state == "queued", "what rang at them rings elsewhere"
    await centre.do("anna", c.SetPresence(state=PresenceState.READY))
    assert (await agent(centre, "anna")).presence.set_by is None
    await centre.state(ringing, "offered", "anna")


async def test_what_an_agent_has_in_hand_stays_theirs(centre: Centre) -> None:
    id_ = InteractionId(await centre.accepted("anna"))
    await centre.do("lena", c.SetAgentPresence(agent_id=ANNA, state=PresenceState.OFFLINE))
    assert (await centre.interaction(id_)).assignee == "anna"
    await centre.do("anna", c.WrapUp(interaction_id=id_, disposition="solved"))
    assert (await agent(centre, "anna")).presence.state == "offline"


async def test_a_lead_can_make_an_agent_ready(centre: Centre) -> None:
    waiting = (await centre.chat()).interaction_id
    await centre.do("lena", c.SetAgentPresence(agent_id=ANNA, state=PresenceState.READY))
    await centre.state(waiting, "offered", "anna")


@pytest.mark.parametrize(
    ("state", "reason", "code"),
    [
        ("not_responding", "", Code.UNKNOWN_VALUE),
        ("away", "gone fishing", Code.UNKNOWN_REASON),
        ("away", "x" * 100, Code.UNKNOWN_VALUE),
        ("away", "a\nb", Code.UNKNOWN_VALUE),
    ],
)
async def test_only_states_and_reasons_there_are(centre: Centre, state: str, reason: str, code: Code) -> None:
    command = c.SetAgentPresence(agent_id=ANNA, state=PresenceState(state), reason=reason)
    assert await centre.refusal("lena", command) == code


async def test_who_does_not_work_here_has_no_state(centre: Centre) -> None:
    await centre.hire("bert", is_active=False)
    for name in ("bert", "nobody"):
        assert await centre.refusal("lena", c.SetAgentPresence(agent_id=AgentId(name), state="away")) == Code.GONE
    assert await centre.refusal("lena", c.SetAgentPresence(agent_id=SVEN, state="away")) == Code.FORBIDDEN
    assert await centre.refusal("lena", c.SetAgentPresence(agent_id=AgentId("otto"), state="away")) == Code.FORBIDDEN


def lend(centre: Centre, name: str = "anna", *queues: str, hours: float = 2) -> c.LendAgent:
    until = centre.at + timedelta(hours=hours)
    return c.LendAgent(agent_id=AgentId(name), queues=tuple(QueueId(one) for one in queues or ("second",)), until=until)


async def second_queue(centre: Centre, *teams: str) -> None:
    await centre.put(Queue(id=QueueId("second"), teams=teams, intents=("nothing",)))


async def test_a_lent_agent_works_the_other_queue_until_the_time_is_over(centre: Centre) -> None:
    await second_queue(centre)
    await centre.do("lena", lend(centre))
    loan = (await agent(centre, "anna")).loan
    assert (loan.queues, loan.until, loan.by) == (("second",), centre.at + timedelta(hours=2), "lena")
    await centre.ready("anna")
    mine = (await centre.mail(address="a@example.org")).interaction_id
    other = (await centre.mail(address="b@example.org")).interaction_id
    await centre.do("lena", c.Reassign(interaction_id=InteractionId(other), to_queue=QueueId("second")))
    await centre.state(other, "offered", "anna")
    assert (await centre.interaction(mine)).state == "queued"
    await centre.do("anna", c.Accept(interaction_id=InteractionId(other)))
    centre.later(hours=2, seconds=1)

    async def is_back() -> bool:
        return (await agent(centre, "anna")).loan is None

    await centre.until(is_back)
    await centre.state(mine, "offered", "anna")


async def test_a_loan_ends_early_where_the_lead_says_so(centre: Centre) -> None:
    await second_queue(centre)
    await centre.do("lena", lend(centre))
    await centre.do("lena", c.LendAgent(agent_id=ANNA))
    assert (await agent(centre, "anna")).loan is None
    before = await agent(centre, "anna")
    await centre.do("lena", c.LendAgent(agent_id=ANNA))
    assert await agent(centre, "anna") == before


async def test_a_hub_that_was_down_when_a_loan_ended_ends_it_when_it_is_back(centre: Centre) -> None:
    await second_queue(centre)
    await centre.do("lena", lend(centre, hours=1))
    await centre.desk.stop()
    centre.at += timedelta(hours=3)
    again = await Desk.open(centre.database, centre.options)
    again.start()

    async def is_back() -> bool:
        return (await agent(centre, "anna")).loan is None

    try:
        await centre.until(is_back)
    finally:
        await again.stop()


async def test_who_is_lent_to_another_team_sees_what_they_are_given_and_keeps_their_window_as_it_is(
    centre: Centre,
) -> None:
    from desktop.hub.db.visibility import viewer_of

    await second_queue(centre, "south")
    async with centre.database.read() as ledger:
        before = viewer_of(centre.caller("anna"), await ledger.queues()).epoch("e")
    await centre.do("otto", lend(centre))
    await centre.ready("anna")
    given, waiting = [(await centre.mail(address=f"{n}@example.org")).interaction_id for n in "ab"]
    for id_ in (given, waiting):
        found = await centre.interaction(id_)
        await centre.put(msgspec.structs.replace(found, queue=QueueId("second"), state="queued", assignee=None))
    await centre.do("otto", c.Reassign(interaction_id=InteractionId(given), to_queue=QueueId("second")))
    await centre.hire("sven", capacity={"email": 0})
    await centre.state(given, "offered", "anna")
    await centre.do("anna", c.Accept(interaction_id=InteractionId(given)))
    async with centre.database.read() as ledger:
        viewer = viewer_of(centre.caller("anna"), await ledger.queues())
        changes, _, _ = await ledger.page(viewer, 0, 10_000)
    held = {one.id for one in changes if one.op == "upsert"}
    assert given in held
    assert {one.id for one in await centre.messages(given)} <= held
    assert viewer.epoch("e") == before


@pytest.mark.parametrize(
    ("queues", "until", "code"),
    [
        ((), timedelta(hours=1), Code.UNKNOWN_VALUE),
        (("nowhere",), timedelta(hours=1), Code.UNKNOWN_VALUE),
        (("second",), timedelta(hours=-1), Code.UNKNOWN_VALUE),
        (("second",), timedelta(days=40), Code.UNKNOWN_VALUE),
        (("south",), timedelta(hours=1), Code.FORBIDDEN),
    ],
)
async def test_what_makes_no_sense_is_not_lent(
    centre: Centre, queues: tuple[QueueId, ...], until: timedelta, code: Code
) -> None:
    await second_queue(centre)
    await centre.put(Queue(id=QueueId("south"), teams=("south",)))
    assert await centre.refusal("lena", c.LendAgent(agent_id=BERT, queues=queues, until=centre.at + until)) == code
    far = datetime.max
    assert await centre.refusal("lena", c.LendAgent(agent_id=BERT, queues=("second",), until=far)) == Code.UNKNOWN_VALUE
