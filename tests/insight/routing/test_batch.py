"""Several matched at once: nobody more urgent waits for it, nobody gets more than fits, and in sum it is never worse than one
after the other."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from desktop.domain.agent import Agent, Presence, PresenceState, Skill
from desktop.domain.channels import Channel
from desktop.domain.ids import AgentId, InteractionId
from desktop.domain.routing import RoutingPolicy
from desktop.insight.routing import AgentLoad, Decision, Request, Roster, has_room, match, order
from desktop.insight.routing.policy import unsuited
from desktop.insight.routing.rings import demand_of

NOW = datetime(2024, 5, 20, 12, tzinfo=UTC)
BATCH, SINGLE = RoutingPolicy(), RoutingPolicy(batch=False)
READY = Presence(state=PresenceState.READY)
CHANNELS = [Channel.CALL, Channel.CHAT, Channel.EMAIL]


def load(
    key: str, *, total: int = 6, idle_s: int = 0, working: dict[str, int] | None = None, **levels: int
) -> AgentLoad:
    skills = tuple(Skill(name=name, level=level) for name, level in levels.items())
    agent = Agent(id=AgentId(key), user=key, name=key, presence=READY, skills=skills, capacity={"total": total})
    return AgentLoad(agent=agent, working=working or {}, idle_since=NOW - timedelta(seconds=idle_s))


def request(key: str, skill: str = "", *, channel: Channel = Channel.CHAT, **fields: object) -> Request:
    skills = (Skill(name=skill, level=1),) if skill else ()
    values = {"skills": skills, "created_at": NOW, **fields}
    return Request(interaction_id=InteractionId(key), channel=channel, **values)  # type: ignore[arg-type]


def worth(waiting: list[Request], decisions: dict[InteractionId, Decision]) -> tuple[list[bool], float]:
    ordered = sorted(waiting, key=lambda one: order(one, NOW, BATCH))
    told = [decisions[one.interaction_id] for one in ordered]
    total = sum(one.considered[0].score for one in told if one.agent_id)
    return [one.agent_id is not None for one in told], round(total, 4)


def test_the_only_one_who_could_help_is_not_taken_by_whoever_came_first() -> None:
    loads = [load("both", tax=5, chat=5, idle_s=900, total=1), load("plain", chat=3, total=1)]
    waiting = [request("first", "chat"), request("second", "tax")]
    apart = match(waiting, Roster(loads, policy=SINGLE), NOW)
    assert [apart[one.interaction_id].agent_id for one in waiting] == ["both", None]
    together = match(waiting, Roster(loads, policy=BATCH), NOW)
    assert [together[one.interaction_id].agent_id for one in waiting] == ["plain", "both"]
    told = {one.code: one.values for one in together[InteractionId("first")].reasons}
    assert told["routing.matched"] == {"n": "2"}
    assert float(told["routing.spared"]["score"]) > float(told["routing.one_of"]["score"])


def test_the_more_urgent_is_never_pushed_out() -> None:
    waiting = [request("urgent", "tax", priority=1), *(request(f"r{n}", "tax", priority=4) for n in range(3))]
    decisions = match(waiting[::-1], Roster([load("a", tax=1, total=1)], policy=BATCH), NOW)
    assert decisions[InteractionId("urgent")].agent_id == "a"
    assert next(iter(decisions)) == "urgent", "told in the order of urgency"
    left = decisions[InteractionId("r0")]
    assert (left.agent_id, left.counts) == (None, {"capacity": 1})


def test_who_knows_the_case_is_left_to_it_while_the_policy_waits_for_them() -> None:
    loads = [load("anna", tax=1, total=1), load("bert", tax=5, total=1)]
    waiting = [
        request("first", "tax", created_at=NOW - timedelta(seconds=9)),
        request("known", preferred=AgentId("bert")),
    ]
    decisions = match(waiting, Roster(loads, policy=BATCH), NOW)
    assert {key: one.agent_id for key, one in decisions.items()} == {"first": "anna", "known": "bert"}
    later = match(waiting, Roster(loads, policy=BATCH), NOW + timedelta(minutes=2))
    assert {key: one.agent_id for key, one in later.items()} == {"first": "bert", "known": "anna"}


def test_nobody_less_urgent_overtakes_because_only_some_agents_were_looked_at() -> None:
    """One by one the second is left out; looking at sixteen agents at a time must not leave out the last of the many."""
    loads = [
        load("both", p=5, q=5, total=1),
        load("plain", p=3, total=1),
        *(load(f"a{n:02}", tax=5, total=1) for n in range(16)),
        load("last", tax=1, ship=5, total=1),
    ]
    asked = [("first", "p"), ("second", "q"), *((f"t{n:02}", "tax") for n in range(17)), ("ship", "ship")]
    waiting = [request(key, skill, created_at=NOW - timedelta(seconds=60 - n)) for n, (key, skill) in enumerate(asked)]
    decisions = match(waiting, Roster(loads, policy=BATCH), NOW)
    assert [key for key, one in decisions.items() if one.agent_id is None] == ["ship"]


@pytest.mark.parametrize("seed", range(25))
def test_in_sum_it_is_at_least_as_good_and_no_rule_is_broken(seed: int) -> None:
    draw = random.Random(seed)
    names = ["tax", "bill", "ship"]
    loads = [
        load(
            f"a{n}",
            total=draw.randint(1, 4),
            idle_s=draw.randint(0, 2000),
            working=draw.choice([{}, {}, {"email": 1}, {"chat": 1}]),
            **{name: draw.randint(1, 5) for name in names if draw.random() < 0.5},
        )
        for n in range(6)
    ]
    waiting = [
        request(
            f"r{n:02}",
            draw.choice(names),
            channel=draw.choice(CHANNELS),
            priority=draw.randint(1, 4),
            preferred=draw.choice([None, AgentId("a1")]),
            declined_by=draw.choice([(), (AgentId("a2"),)]),
            created_at=NOW - timedelta(seconds=draw.randint(0, 500)),
        )
        for n in range(12)
    ]
    roster = Roster(loads, policy=BATCH)
    together = match(waiting, roster, NOW)
    apart = match(waiting, Roster(loads, policy=SINGLE), NOW)
    assert worth(waiting, together) >= worth(waiting, apart)
    again = match(waiting[::-1], Roster(loads[::-1], policy=BATCH), NOW)
    assert [(key, one.agent_id, one.counts) for key, one in again.items()] == [
        (key, one.agent_id, one.counts) for key, one in together.items()
    ], "whatever order they are given in"
    hands = {one.agent.id: one for one in loads}
    placed = [key for key, decision in together.items() if decision.agent_id is not None]
    assert len(placed) == len(set(placed))
    for one in sorted(waiting, key=lambda each: order(each, NOW, BATCH)):
        agent_id = together[one.interaction_id].agent_id
        if agent_id is not None:
            assert agent_id not in one.declined_by
            assert not unsuited(demand_of(one), hands[agent_id].agent, NOW)
            hands[agent_id] = hands[agent_id].with_one_more(one.channel)
    for one in loads:
        now_in_hand = roster.load_of(one.agent.id)
        assert now_in_hand is not None
        assert now_in_hand.total == hands[one.agent.id].total <= one.agent.capacity["total"]
        assert now_in_hand.working.get("call", 0) <= 1
        spoken, chats = now_in_hand.working.get("call", 0), now_in_hand.working.get("chat", 0)
        assert not (spoken and chats), "a voice and a chat in the same hands"


def test_it_is_often_better_than_one_after_the_other() -> None:
    served = better = 0
    for seed in range(40):
        draw = random.Random(seed)
        loads = [
            load(f"a{n}", total=1, **{name: draw.randint(1, 5) for name in draw.sample("xyz", 2)}) for n in range(6)
        ]
        waiting = [request(f"r{n}", draw.choice("xyz")) for n in range(6)]
        together = worth(waiting, match(waiting, Roster(loads, policy=BATCH), NOW))
        apart = worth(waiting, match(waiting, Roster(loads, policy=SINGLE), NOW))
        served += sum(together[0]) - sum(apart[0])
        better += together > apart
    assert served >= 3
    assert better >= 10


def test_nothing_waiting_or_nobody_there_is_no_matter() -> None:
    assert match([], Roster([load("a")], policy=BATCH), NOW) == {}
    [decision] = match([request("r")], Roster(policy=BATCH), NOW).values()
    assert [one.code for one in decision.reasons] == ["routing.none.nobody"]


def test_a_long_queue_before_many_hands_is_served_in_its_order() -> None:
    """More alike than candidates are looked at: nobody less urgent overtakes because the search was bounded."""
    loads = [load(f"a{n:02}", total=1, tax=1 + n % 5) for n in range(40)]
    waiting = [request(f"r{n:02}", "tax", created_at=NOW - timedelta(seconds=n)) for n in range(60)]
    decisions = match(waiting, Roster(loads, policy=BATCH), NOW)
    served = [key for key, decision in decisions.items() if decision.agent_id is not None]
    ordered = sorted(waiting, key=lambda one: order(one, NOW, BATCH))
    assert served == [one.interaction_id for one in ordered[:40]]
    assert len({decision.agent_id for decision in decisions.values() if decision.agent_id}) == 40
    free = replace(loads[0], working={})
    assert has_room(free.agent, free.working, Channel.CHAT)
