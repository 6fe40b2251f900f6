"""What a hub process knows of who is there: the same whether it followed the feed or began just now."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from desktop.domain.agent import Agent, Presence, PresenceState, Queue, Skill
from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.customer import Customer
from desktop.domain.ids import AgentId, CustomerId, InteractionId, QueueId
from desktop.domain.interaction import Interaction, InteractionState
from desktop.domain.routing import Hours, Opening, RoutingPolicy
from desktop.hub.db.database import Database, sqlite_url
from desktop.hub.routing import floor as floor_module
from desktop.hub.routing.floor import Floor

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
READY = Presence(state=PresenceState.READY, since=NOON - timedelta(hours=1))
S = InteractionState


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(sqlite_url(tmp_path / "hub.sqlite"))
    async with database.write() as ledger:
        await ledger.put(agent("anna"))
        await ledger.put(agent("bert"))
        await ledger.put(Queue(id=QueueId("q")))
    yield database
    await database.close()


def agent(id_: str, *skills: Skill, **fields) -> Agent:
    return Agent(id=AgentId(id_), user=id_, name=id_.title(), presence=READY, skills=skills, **fields)


def interaction(id_: str, state: S, **fields) -> Interaction:
    fields = {"channel": Channel.CHAT, "created_at": NOON, "updated_at": NOON, "queue": QueueId("q"), **fields}
    return Interaction(id=InteractionId(id_), state=state, **fields)


async def known(database: Database, floor: Floor, at: datetime = NOON) -> object:
    async with database.read() as ledger:
        await floor.catch_up(ledger, at)
    loads = [floor.load_of("anna"), floor.load_of("bert")]
    return [(load.working, load.idle_since) for load in loads], [one.interaction_id for one in floor.waiting(99, at)]


async def put(database: Database, *rows) -> None:
    async with database.write() as ledger:
        for row in rows:
            await ledger.put(row)


async def test_what_waits_for_the_customer_takes_no_capacity(database):
    for number, state in enumerate(S):
        assignee = None if state in (S.QUEUED, S.ABANDONED) else AgentId("anna")
        await put(database, interaction(f"i{number}", state, assignee=assignee))
    await put(database, interaction("mail", S.ACTIVE, assignee=AgentId("anna"), channel=Channel.EMAIL))
    (anna, bert), _ = await known(database, Floor())
    assert anna[0] == {"chat": 4, "email": 1}, "offered, active, on hold and wrap-up count, nothing else"
    assert bert[0] == {}


async def test_who_follows_knows_what_a_newcomer_reads(database):
    follower = Floor()
    await known(database, follower)
    one = interaction("i", S.OFFERED, assignee=AgentId("anna"))
    ended = NOON + timedelta(minutes=5)
    for step in (
        interaction("w", S.QUEUED),
        one,
        replace(one, state=S.ACTIVE),
        replace(one, state=S.CLOSED, updated_at=ended, closed_at=ended),
        interaction("w", S.QUEUED, priority=1),
        interaction("u", S.QUEUED),
        interaction("w", S.ACTIVE, assignee=AgentId("bert")),
        agent("anna", capacity={"chat": 1}),
    ):
        await put(database, step)
        assert await known(database, follower) == await known(database, Floor())
    (anna, bert), waiting = await known(database, follower)
    assert anna == ({}, ended), "idle since she ended something"
    assert bert == ({"chat": 1}, READY.since)
    assert waiting == ["u"]
    async with database.write() as ledger:
        await ledger.remove(Table.INTERACTION, "w")
        await ledger.remove(Table.INTERACTION, "u")
    assert await known(database, follower) == await known(database, Floor())


async def test_far_behind_it_reads_everything_anew(database, monkeypatch):
    monkeypatch.setattr(floor_module, "_MOST_BEHIND", 3 * floor_module.STEP)
    follower = Floor()
    await known(database, follower)
    await put(database, *(interaction(f"w{n}", S.QUEUED) for n in range(5)))
    assert (await known(database, follower))[1] == [f"w{n}" for n in range(5)]


async def test_a_chat_of_a_closed_queue_is_not_handed_out_until_it_opens(database):
    hours = Hours(openings=(Opening(days=(0,), opens="13:00", closes="14:00"),))
    floor = Floor()
    await put(database, Queue(id=QueueId("q"), hours=hours), interaction("w", S.QUEUED))
    assert (await known(database, floor))[1] == []
    assert (await known(database, floor, NOON + timedelta(hours=1)))[1] == ["w"]
    async with database.read() as ledger:
        await floor.catch_up(ledger, NOON)
        [request] = floor.waiting(9, NOON + timedelta(hours=1))
    assert floor.rest(request, NOON + timedelta(hours=2)) is not None, "it closed again before anybody had room"
    await put(database, Queue(id=QueueId("q")))
    assert (await known(database, floor, NOON + timedelta(hours=2)))[1] == ["w"]


async def test_a_policy_counts_with_its_commit(database):
    floor = Floor()
    await known(database, floor)
    assert floor.policy == RoutingPolicy()
    await put(database, RoutingPolicy(ageing_s=7))
    await known(database, floor)
    assert (floor.policy.ageing_s, floor.roster.policy.ageing_s) == (7, 7)


async def test_the_segment_is_looked_up_where_somebody_looks_after_it(database):
    floor = Floor()
    vip = Customer(id=CustomerId("c"), name="", segment="vip", created_at=NOON)
    await put(database, vip, interaction("w", S.QUEUED, customer_id=vip.id))
    await known(database, floor)
    assert floor.waiting(1, NOON)[0].segment == ""
    await put(database, agent("anna", Skill(name="segment:vip")), interaction("w", S.QUEUED, customer_id=vip.id))
    await known(database, floor)
    assert floor.waiting(1, NOON)[0].segment == "vip"


async def test_whoever_leaves_is_asked_no_more(database):
    floor = Floor()
    await known(database, floor)
    async with database.write() as ledger:
        await ledger.remove(Table.AGENT, "anna")
    async with database.read() as ledger:
        await floor.catch_up(ledger, NOON)
    assert floor.load_of("anna") is None
