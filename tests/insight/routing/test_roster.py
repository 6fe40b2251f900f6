"""A roster comes to the answer that a look at everybody comes to, whatever happens to agents in between."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from desktop.domain.agent import Agent, Loan, Presence, PresenceState, Role, Skill
from desktop.domain.channels import Channel
from desktop.domain.ids import AgentId, InteractionId, QueueId
from desktop.domain.routing import Ring, RoutingPolicy
from desktop.insight.routing import AgentLoad, Outcomes, Request, Roster, choose
from desktop.insight.routing import roster as roster_module

NOW = datetime(2024, 5, 20, 12, tzinfo=UTC)
POLICY = RoutingPolicy(preferred_s=60, outcome_cases=5, interrupts={"chat": ("email",)})
CHANNELS = [Channel.CALL, Channel.CHAT, Channel.EMAIL]
SKILLS = ["billing", "tax", "lang:de", "lang:en", "segment:vip"]


def some_agent(draw: random.Random, key: str) -> AgentLoad:
    skills = tuple(Skill(name=name, level=draw.randint(1, 5)) for name in SKILLS if draw.random() < 0.6)
    loan = None
    if draw.random() < 0.15:
        loan = Loan(queues=(QueueId(draw.choice("pq")),), until=NOW + timedelta(seconds=draw.randint(0, 300)))
    agent = Agent(
        id=AgentId(key),
        user=key,
        name=key,
        role=draw.choice([Role.AGENT, Role.AGENT, Role.AGENT, Role.LEAD, Role.ADMIN]),
        team=draw.choice(["north", "south"]),
        skills=skills,
        presence=Presence(state=draw.choice([PresenceState.READY, PresenceState.READY, PresenceState.AWAY])),
        queues=draw.choice([(), (), (QueueId("p"),), (QueueId("p"), QueueId("q"))]),
        loan=loan,
        capacity=draw.choice([{}, {}, {"total": 3}, {"call": 0, "chat": 2}]),
        is_active=draw.random() < 0.95,
    )
    working = {str(channel): draw.choice([0, 0, 1, 2]) for channel in CHANNELS if draw.random() < 0.4}
    idle = None if draw.random() < 0.1 else NOW - timedelta(seconds=draw.choice([0, 10, 10, 900, 1800, 4000]))
    return AgentLoad(agent=agent, working=working, idle_since=idle)


def some_request(draw: random.Random, agents: list[str]) -> Request:
    return Request(
        interaction_id=InteractionId("i"),
        channel=draw.choice(CHANNELS),
        queue=draw.choice([None, QueueId("p"), QueueId("q")]),
        language=draw.choice(["", "de", "en"]),
        segment=draw.choice(["", "vip"]),
        intent=draw.choice(["", "refund"]),
        skills=draw.choice([(), (Skill(name="billing", level=draw.randint(1, 4)),)]),
        wished=draw.choice([(), (Skill(name="tax", level=2),)]),
        teams=draw.choice([(), ("north",)]),
        rings=draw.choice([(), (Ring(after_s=30, level_drop=2, teams=("south",)),)]),
        preferred=AgentId(draw.choice(agents)) if draw.random() < 0.5 else None,
        declined_by=tuple(map(AgentId, draw.sample(agents, draw.choice([0, 0, 1, 3])))),
        created_at=NOW - timedelta(seconds=draw.choice([0, 20, 40, 100])),
        due_at=draw.choice([None, NOW + timedelta(seconds=60)]),
    )


@pytest.mark.parametrize("seed", range(12))
def test_the_same_agent_the_same_numbers_the_same_reasons(seed: int) -> None:
    draw = random.Random(seed)
    outcomes = Outcomes()
    keys = [f"a{n:02}" for n in range(25)]
    for key in keys:
        for _ in range(draw.choice([3, 8, 20])):
            outcomes.observe(AgentId(key), "refund", draw.uniform(60, 600), resolved=draw.random() < 0.7, rating=4)
    loads = {key: some_agent(draw, key) for key in keys}
    roster = Roster(loads.values(), policy=POLICY, outcomes=outcomes)
    now = NOW
    for _ in range(150):
        now += timedelta(seconds=draw.choice([0, 0, 1, 7]))
        for key in draw.sample(keys, 2):
            if draw.random() < 0.2:
                loads[key] = some_agent(draw, key)
            else:
                loads[key] = replace(loads[key], working={"email": draw.randint(0, 6), "chat": draw.randint(0, 1)})
            roster.put(loads[key])
        if draw.random() < 0.05 and len(loads) > 20:
            gone = draw.choice(list(loads))
            del loads[gone]
            keys.remove(gone)
            roster.remove(AgentId(gone))
        request = some_request(draw, keys)
        full = choose(request, list(loads.values()), now, policy=POLICY, outcomes=outcomes)
        quick = roster.choose(request, now)
        assert quick.agent_id == full.agent_id
        assert quick.counts == full.counts
        assert (quick.ring, quick.waited_s, quick.again_at) == (full.ring, full.waited_s, full.again_at)
        assert [(one.code, one.values) for one in quick.reasons] == [(one.code, one.values) for one in full.reasons]
        fitting = [one.agent_id for one in full.considered if not one.obstacle]
        assert [one.agent_id for one in quick.considered if not one.obstacle] == fitting[:5]
        right = {one.agent_id: one.obstacle for one in full.considered}
        assert all(right[one.agent_id] == one.obstacle for one in quick.considered)
        first = [load.agent.id for load, _ in roster.best(request, now)]
        assert first == [one for one in [full.agent_id] if one]
    assert len(roster) == len(loads)


def test_what_an_agent_took_is_in_their_hands_for_the_next_decision() -> None:
    ready = Presence(state=PresenceState.READY)
    agents = [Agent(id=AgentId(key), user=key, name=key, presence=ready) for key in "ab"]
    roster = Roster([AgentLoad(agent=one) for one in agents])
    request = Request(interaction_id=InteractionId("i"), channel=Channel.CALL)
    asked = []
    while (decision := roster.choose(request, NOW)).agent_id is not None:
        asked.append(decision.agent_id)
        roster.took(decision.agent_id, Channel.CALL)
    assert asked == ["a", "b"]
    assert decision.counts == {"capacity": 2}
    with pytest.raises(KeyError):
        roster.took(AgentId("nobody"), Channel.CALL)


def test_what_was_learned_counts_once_the_roster_is_told() -> None:
    draw = random.Random(4)
    ready = Presence(state=PresenceState.READY)
    loads = [AgentLoad(agent=Agent(id=AgentId(key), user=key, name=key, presence=ready)) for key in "ab"]
    outcomes = Outcomes()
    roster = Roster(loads, policy=RoutingPolicy(outcome_cases=30), outcomes=outcomes)
    request = Request(interaction_id=InteractionId("i"), channel=Channel.CALL, intent="refund")
    assert roster.choose(request, NOW).agent_id == "a"
    for key, mean in (("a", 600.0), ("b", 200.0)):
        for _ in range(40):
            outcomes.observe(AgentId(key), "refund", mean * draw.uniform(0.8, 1.2))
    roster.learned()
    assert roster.choose(request, NOW).agent_id == "b"
    calls_first = RoutingPolicy(interrupts={"call": ("call",)})
    roster.learned(policy=calls_first)
    roster.put(replace(loads[1], agent=replace(loads[1].agent, capacity={"call": 2}), working={"call": 1}))
    assert roster.choose(request, NOW).counts == {"": 2}


def test_very_many_different_demands_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roster_module, "_MOST_POOLS", 4)
    ready = Presence(state=PresenceState.READY)
    loads = [AgentLoad(agent=Agent(id=AgentId(key), user=key, name=key, presence=ready)) for key in "abc"]
    roster = Roster(loads)
    for n in range(30):
        request = Request(interaction_id=InteractionId("i"), channel=Channel.CHAT, queue=QueueId(f"q{n % 9}"))
        assert roster.choose(request, NOW).agent_id == choose(request, loads, NOW).agent_id
        loads[n % 3] = replace(loads[n % 3], idle_since=NOW - timedelta(seconds=n * 7 % 50))
        roster.put(loads[n % 3])
    assert len(roster._pools) == 4
