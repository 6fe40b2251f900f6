"""Who sees what of a contact that changes hands and queues, with whispers and silent events in it: what was streamed, what is
paged and what the history shows must be one and the same, whatever happened in which order."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest

from desktop.domain.agent import Agent, Queue, Role
from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.customer import Customer
from desktop.domain.ids import AgentId, CustomerId, DecisionId, InteractionId, MessageId, QueueId
from desktop.domain.interaction import Author, Interaction, InteractionState, Message, MessageKind
from desktop.domain.routing import Broadcast, RoutingDecision
from desktop.hub.auth.caller import Caller
from desktop.hub.db import retrospect
from desktop.hub.db.database import Database
from desktop.hub.db.ledger import Commit
from desktop.hub.db.visibility import Viewer, viewer_of
from desktop.wire.shapes import NEWEST

from .conftest import AT

TEAMS = ("north", "south")
QUEUES = [Queue(id=QueueId(team), teams=(team,)) for team in TEAMS]
PEOPLE = {
    "anna": (Role.AGENT, "north"),
    "bert": (Role.AGENT, "north"),
    "sven": (Role.AGENT, "south"),
    "lena": (Role.LEAD, "north"),
    "lars": (Role.LEAD, "south"),
    "otto": (Role.ADMIN, ""),
}
CALLERS = {name: Caller(id=name, role=role, team=team, agent_id=AgentId(name)) for name, (role, team) in PEOPLE.items()}
CALLERS["gateway"] = Caller(id="gateway", role=Role.CHANNEL)
VIEWERS = {name: viewer_of(caller, QUEUES) for name, caller in CALLERS.items()}
AGENTS = ("anna", "bert", "sven", None)
ID = InteractionId("i")


def contact(queue: str, assignee: str | None, consulting: str | None = None) -> Interaction:
    return Interaction(
        id=ID,
        channel=Channel.CHAT,
        state=InteractionState.ACTIVE if assignee else InteractionState.QUEUED,
        created_at=AT,
        updated_at=AT,
        queue=QueueId(queue),
        assignee=AgentId(assignee) if assignee else None,
        consulting=AgentId(consulting) if consulting else None,
        customer_id=CustomerId("jana"),
    )


def message(id_: str, **fields: Any) -> Message:
    return Message(id=MessageId(id_), interaction_id=ID, author=Author.AGENT, sent_at=AT, text=id_, **fields)


class World:
    """A database with a contact in it, and a window for each viewer that only listens."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = contact("north", None)
        self.count = 0
        self.windows: dict[str, dict[tuple[str, str], int]] = {name: {} for name in VIEWERS}
        self.told: dict[str, set[str]] = {name: set() for name in VIEWERS}
        self.whispers: dict[str, str] = {}
        self.silent: set[str] = set()
        database.subscribe(self.listen)

    def listen(self, commit: Commit) -> None:
        for written in commit:
            key = written.change.type, written.change.id
            for name, viewer in VIEWERS.items():
                sight = viewer.sight(written)
                if sight is not None:
                    self.told[name].add(written.change.id)
                if sight == "upsert":
                    self.windows[name][key] = written.change.seq
                elif sight == "delete":
                    self.windows[name].pop(key, None)

    async def put(self, *found: Any) -> None:
        async with self.database.write() as ledger:
            for record in found:
                await ledger.put(record)

    async def begin(self) -> None:
        people = [
            Agent(id=AgentId(name), user=name, name=name, role=role, team=team) for name, (role, team) in PEOPLE.items()
        ]
        await self.put(*QUEUES, *people, Customer(id=CustomerId("jana")), self.now, message("first"))

    async def step(self, rng: random.Random) -> None:
        self.count += 1
        id_ = f"m{self.count}"
        match rng.randrange(5):
            case 0:
                self.now = contact(rng.choice(TEAMS), rng.choice(AGENTS), rng.choice((*AGENTS, None, None)))
                await self.put(self.now)
            case 1 if self.now.assignee:
                self.whispers[id_] = self.now.assignee
                await self.put(message(id_, kind=MessageKind.WHISPER, values={"to": self.now.assignee}))
            case 2:
                self.silent.add(id_)
                await self.put(message(id_, kind=MessageKind.EVENT, event="silent_observing"))
            case 3:
                decision = RoutingDecision(id=DecisionId(id_), interaction_id=ID, at=AT)
                await self.put(decision, message(f"{id_}-said"))
            case _:
                self.now = contact(self.now.queue or "", rng.choice(AGENTS), self.now.consulting)
                await self.put(self.now, message(id_))

    async def pages(self, viewer: Viewer, step: int) -> dict[tuple[str, str], int]:
        held: dict[tuple[str, str], int] = {}
        cursor, more = 0, True
        async with self.database.read() as ledger:
            while more:
                changes, cursor, more = await ledger.page(viewer, cursor, step)
                for change in changes:
                    key = change.type, change.id
                    if change.op == "upsert":
                        held[key] = change.seq
                    else:
                        held.pop(key, None)
        return held

    def may_hear(self, name: str, whisper: str) -> bool:
        role, team = PEOPLE.get(name, (Role.CHANNEL, ""))
        leads = role is Role.ADMIN or (role is Role.LEAD and team == self.now.queue)
        return leads or self.whispers[whisper] == name == self.now.assignee


@pytest.mark.parametrize("seed", range(6))
async def test_what_is_streamed_paged_and_looked_back_at_is_the_same(database: Database, seed: int) -> None:
    rng = random.Random(seed)
    world = World(database)
    await world.begin()
    for _ in range(30):
        await world.step(rng)
        for name, held in world.windows.items():
            for whisper in world.whispers:
                assert (("message", whisper) in held) == world.may_hear(name, whisper), (name, whisper)
    for name, viewer in VIEWERS.items():
        held = await world.pages(viewer, 7)
        assert world.windows[name] == held, name
        async with database.read() as ledger:
            back, *_ = await retrospect.page(ledger, viewer, NEWEST, "all", 1000)
            newest, *_ = await retrospect.page(ledger, viewer, NEWEST, "open", 1000)
        assert {(one.type, one.id): one.seq for one in back} == held, name
        assert {(one.type, one.id) for one in newest if one.type == Table.MESSAGE} <= set(held)
        for whisper in world.whispers:
            leads = PEOPLE.get(name, (Role.CHANNEL,))[0] in (Role.LEAD, Role.ADMIN)
            assert leads or world.whispers[whisper] == name or whisper not in world.told[name]
        for event in world.silent:
            role, team = PEOPLE.get(name, (Role.CHANNEL, ""))
            leads = role is Role.ADMIN or (role is Role.LEAD and team == world.now.queue)
            assert (("message", event) in held) == leads
            assert role in (Role.LEAD, Role.ADMIN) or event not in world.told[name]


async def test_a_colleague_of_another_team_who_is_asked_sees_the_contact_and_its_customer_while_asked(
    database: Database,
) -> None:
    world = World(database)
    await world.begin()
    await world.put(contact("north", "anna"), message("hello"))
    assert ("interaction", "i") not in world.windows["sven"]
    await world.put(contact("north", "anna", "sven"))
    parts = {("interaction", "i"), ("message", "first"), ("message", "hello"), ("customer", "jana")}
    assert parts <= set(world.windows["sven"])
    assert await world.pages(VIEWERS["sven"], 5) == world.windows["sven"]
    await world.put(message("later"))
    assert ("message", "later") in world.windows["sven"]
    await world.put(message("psst", kind=MessageKind.WHISPER, values={"to": "anna"}))
    assert ("message", "psst") in world.windows["anna"]
    assert ("message", "psst") not in world.windows["sven"]
    await world.put(contact("north", "anna"))
    assert not {key for key in world.windows["sven"] if key[0] in ("interaction", "message")}
    assert await world.pages(VIEWERS["sven"], 5) == world.windows["sven"]


async def test_asked_first_and_then_given_it_a_colleague_keeps_it(database: Database) -> None:
    world = World(database)
    await world.begin()
    for step in (contact("north", "anna", "sven"), contact("north", "sven"), contact("north", "sven", "bert")):
        await world.put(step)
        assert ("message", "first") in world.windows["sven"]
    await world.put(contact("north", "anna"))
    assert ("message", "first") not in world.windows["sven"]
    assert await world.pages(VIEWERS["sven"], 5) == world.windows["sven"]


async def test_a_decision_is_seen_where_its_contact_is(database: Database) -> None:
    world = World(database)
    await world.begin()
    await world.put(RoutingDecision(id=DecisionId("d"), interaction_id=ID, at=AT))
    seen = {name for name, held in world.windows.items() if ("decision", "d") in held}
    assert seen == {"anna", "bert", "lena", "otto"}


async def test_a_teams_name_is_taken_as_it_is_written(database: Database) -> None:
    teams = {"north": {"north"}, "North": set(), "nort%": set(), "no_th": set(), "": set(), "north\nsouth": set()}
    word = Broadcast(id="b", text="x", by=AgentId("lena"), at=AT, until=AT + timedelta(1), teams=("a", "north", "z"))
    async with database.write() as ledger:
        await ledger.put(word)
        [written] = await ledger.seal()
    for team, heard in teams.items():
        viewer = viewer_of(Caller(id="x", role=Role.AGENT, team=team, agent_id=AgentId("x")), QUEUES)
        async with database.read() as ledger:
            changes, _, _ = await ledger.page(viewer, 0, 10)
        assert {team for one in changes if one.id == "b"} == heard
        assert (viewer.sight(written) is not None) == bool(heard)
