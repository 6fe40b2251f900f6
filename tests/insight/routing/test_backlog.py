"""The queue as a whole: always the most urgent first, for everybody or for one agent, as a sort of everything would say."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from desktop.domain.agent import Agent, Presence, PresenceState, Skill
from desktop.domain.channels import Channel
from desktop.domain.ids import AgentId, InteractionId, QueueId
from desktop.domain.routing import Hours, Opening, Ring, RoutingPolicy
from desktop.insight.routing import AgentLoad, Backlog, Request, choose, order

NOW = datetime(2024, 5, 20, 12, tzinfo=UTC)
POLICY = RoutingPolicy(ageing_s=120, preferred_s=60)
READY = Presence(state=PresenceState.READY)
NIGHTS = Hours(openings=(Opening(days=tuple(range(7)), opens="12:02", closes="12:04"),))


def some_request(draw: random.Random, number: int, now: datetime) -> Request:
    channel = draw.choice([Channel.CALL, Channel.CHAT, Channel.EMAIL])
    return Request(
        interaction_id=InteractionId(f"i{number:03}"),
        channel=channel,
        queue=QueueId(draw.choice("pq")),
        language=draw.choice(["de", "en"]),
        skills=draw.choice([(), (Skill(name="tax", level=4),)]),
        rings=draw.choice([(), (Ring(after_s=45, level_drop=2),)]),
        hours=draw.choice([None, None, NIGHTS]),
        priority=draw.randint(1, 5),
        preferred=draw.choice([None, None, AgentId("a0")]),
        declined_by=draw.choice([(), (), (AgentId("a1"),)]),
        created_at=draw.choice([now, now - timedelta(seconds=100)]),
        due_at=draw.choice([None, now + timedelta(seconds=draw.randint(5, 900))]),
    )


def some_load(draw: random.Random, key: str) -> AgentLoad:
    skills = tuple(
        Skill(name=name, level=draw.randint(1, 5)) for name in ("tax", "lang:de", "lang:en") if draw.random() < 0.7
    )
    queues = draw.choice([(), (QueueId("p"),)])
    agent = Agent(id=AgentId(key), user=key, name=key, presence=READY, skills=skills, queues=queues)
    return AgentLoad(agent=agent, working=draw.choice([{}, {"call": 1}, {"chat": 1}, {"email": 5}]))


def can_take(key: str, request: Request, loads: list[AgentLoad], now: datetime) -> bool:
    considered = choose(request, loads, now, policy=POLICY).considered
    return any(one.agent_id == key and not one.obstacle for one in considered)


@pytest.mark.parametrize("seed", range(10))
def test_the_order_is_that_of_a_sort_of_everything(seed: int) -> None:
    draw = random.Random(seed)
    backlog = Backlog(POLICY)
    waiting: dict[str, Request] = {}
    loads = {key: some_load(draw, key) for key in ("a0", "a1", "a2")}
    now = NOW
    for number in range(120):
        now += timedelta(seconds=draw.choice([0, 1, 5, 20]))
        request = some_request(draw, number, now)
        waiting[request.interaction_id] = request
        backlog.add(request, now)
        if draw.random() < 0.4:
            gone = draw.choice(list(waiting))
            del waiting[gone]
            backlog.remove(InteractionId(gone))
        ordered = sorted(waiting.values(), key=lambda one: order(one, now, POLICY))
        assert backlog.first(7, now) == ordered[:7]
        assert len(backlog) == len(waiting)
        load = loads[draw.choice(list(loads))]
        assert backlog.next_for(load, now, loads.get) == next(
            (one for one in ordered if can_take(load.agent.id, one, list(loads.values()), now)), None
        )


def test_only_what_somebody_free_can_do_is_looked_at() -> None:
    backlog = Backlog(POLICY)
    for number in range(300):
        mail = Request(interaction_id=InteractionId(f"m{number:03}"), channel=Channel.EMAIL, priority=1, created_at=NOW)
        backlog.add(mail, NOW)
    chat = Request(interaction_id=InteractionId("chat"), channel=Channel.CHAT, priority=5, created_at=NOW)
    backlog.add(chat, NOW)
    agent = Agent(id=AgentId("a"), user="a", name="a", presence=READY, capacity={"email": 0})
    assert backlog.first(10, NOW, [AgentLoad(agent=agent)]) == [chat]
    assert len(backlog.first(10, NOW)) == 10
    assert backlog.first(10, NOW, []) == []


def test_a_request_that_changed_is_there_once_and_one_that_went_not_at_all() -> None:
    backlog = Backlog(POLICY)
    request = Request(interaction_id=InteractionId("i"), channel=Channel.CHAT)
    backlog.add(request, NOW)
    backlog.add(replace(request, priority=1), NOW + timedelta(seconds=1))
    [found] = backlog.first(9, NOW + timedelta(seconds=1))
    assert (found.priority, found.created_at) == (1, NOW + timedelta(seconds=1))
    backlog.remove(InteractionId("i"))
    backlog.remove(InteractionId("i"))
    assert backlog.first(9, NOW) == []
    assert len(backlog) == 0


def test_coming_and_going_leaves_nothing_behind() -> None:
    backlog = Backlog(POLICY)
    for number in range(5000):
        backlog.add(Request(interaction_id=InteractionId(f"i{number % 10}"), channel=Channel.CHAT, created_at=NOW), NOW)
    assert len(backlog._all.heap) < 100


def test_a_busy_colleague_keeps_what_they_know_for_a_moment_only() -> None:
    backlog = Backlog(POLICY)
    mine = Request(interaction_id=InteractionId("i"), channel=Channel.CHAT, preferred=AgentId("b"), created_at=NOW)
    backlog.add(mine, NOW)
    anna = AgentLoad(agent=Agent(id=AgentId("a"), user="a", name="a", presence=READY))
    bert = AgentLoad(agent=Agent(id=AgentId("b"), user="b", name="b", presence=READY), working={"call": 1})
    assert backlog.next_for(anna, NOW, {"b": bert}.get) is None
    assert backlog.next_for(anna, NOW + timedelta(seconds=60), {"b": bert}.get) == mine
    assert backlog.next_for(anna, NOW) == mine, "nobody knows of a bert"
