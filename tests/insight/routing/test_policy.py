"""Who is offered a request: only those who may and can, and of these the one who fits best."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from desktop.domain.agent import Agent, Presence, PresenceState, Role, Skill
from desktop.domain.channels import Channel
from desktop.domain.ids import AgentId, InteractionId
from desktop.insight.routing import AgentLoad, Request, choose, has_room

NOW = datetime(2024, 5, 20, 12, tzinfo=UTC)
READY = Presence(state=PresenceState.READY)
REQUEST = Request(interaction_id=InteractionId("i"), channel=Channel.CHAT, language="de")


def agent(key: str, *skills: str, **fields: object) -> Agent:
    parsed = tuple(Skill(name=text.rpartition("=")[0], level=int(text.rpartition("=")[2])) for text in skills)
    return Agent(id=AgentId(key), user=key, name=key, presence=READY, skills=parsed, **fields)  # type: ignore[arg-type]


def load(one: Agent, idle_s: int = 0, **working: int) -> AgentLoad:
    return AgentLoad(agent=one, working=working, idle_since=NOW - timedelta(seconds=idle_s))


def obstacle_of(request: Request, one: AgentLoad) -> str:
    decision = choose(request, [one], NOW)
    return decision.considered[0].obstacle


def test_between_equals_the_longest_idle_is_asked() -> None:
    decision = choose(REQUEST, [load(agent("a"), 10), load(agent("b"), 4000), load(agent("c"), 5000)], NOW)
    assert decision.agent_id == "c"
    assert decision.reasons[-1].values["n"] == "3"


def test_the_better_skilled_is_asked_before_the_longer_idle() -> None:
    request = replace(REQUEST, skills=(Skill(name="billing", level=1),))
    decision = choose(request, [load(agent("a", "billing=2"), 900), load(agent("b", "billing=5"), 0)], NOW)
    assert decision.agent_id == "b"
    skills = next(reason for reason in decision.reasons if reason.code == "routing.skills")
    assert skills.values["percent"] == "100"


def test_who_knows_the_case_is_asked_first() -> None:
    request = replace(REQUEST, preferred=AgentId("b"))
    decision = choose(request, [load(agent("a"), 1800), load(agent("b"), 0, chat=1)], NOW)
    assert decision.agent_id == "b"
    assert "routing.knows_the_case" in {reason.code for reason in decision.reasons}


@pytest.mark.parametrize(
    ("request_", "load_", "obstacle"),
    [
        (REQUEST, load(replace(agent("a"), presence=Presence(state=PresenceState.AWAY))), "not_ready"),
        (REQUEST, load(agent("a", role=Role.ADMIN)), "inactive"),
        (REQUEST, load(agent("a", is_active=False)), "inactive"),
        (replace(REQUEST, declined_by=(AgentId("a"),)), load(agent("a")), "declined"),
        (replace(REQUEST, teams=("north",)), load(agent("a", team="south")), "team"),
        (replace(REQUEST, skills=(Skill(name="billing", level=3),)), load(agent("a", "billing=2")), "skill"),
        (REQUEST, load(agent("a", "lang:en=5")), "language"),
        (REQUEST, load(agent("a"), chat=3), "capacity"),
    ],
)
def test_who_cannot_take_it_is_ruled_out_with_the_reason(request_: Request, load_: AgentLoad, obstacle: str) -> None:
    assert obstacle_of(request_, load_) == obstacle
    assert choose(request_, [load_], NOW).agent_id is None


def test_nobody_free_is_explained_with_numbers() -> None:
    decision = choose(REQUEST, [load(agent("a"), chat=3), load(agent("b"), chat=3), load(agent("c", "lang:en=3"))], NOW)
    assert decision.agent_id is None
    assert [(one.code, one.values["n"]) for one in decision.reasons] == [
        ("routing.none.capacity", "2"),
        ("routing.none.language", "1"),
    ]
    assert choose(REQUEST, [], NOW).reasons[0].code == "routing.none.nobody"


def test_an_unknown_language_or_an_agent_without_language_skills_is_no_obstacle() -> None:
    assert obstacle_of(REQUEST, load(agent("a"))) == ""
    assert obstacle_of(replace(REQUEST, language="und"), load(agent("a", "lang:en=5"))) == ""


def test_a_call_takes_the_whole_of_somebody() -> None:
    one = agent("a")
    assert not has_room(one, {"call": 1}, Channel.CHAT)
    assert not has_room(one, {"call": 1}, Channel.VIDEO)
    assert not has_room(one, {"chat": 1}, Channel.CALL)
    assert has_room(one, {"call": 1}, Channel.EMAIL)
    assert has_room(one, {"email": 4}, Channel.CALL)
    assert not has_room(one, {"email": 5}, Channel.EMAIL)
    assert not has_room(one, {"email": 4, "sms": 2}, Channel.MESSENGER)
    assert has_room(replace(one, capacity={"total": 9, "email": 9}), {"email": 6}, Channel.EMAIL)


def test_the_decision_does_not_depend_on_the_order_of_agents() -> None:
    loads = [load(agent(key), 100) for key in "dacb"]
    assert choose(REQUEST, loads, NOW).agent_id == choose(REQUEST, loads[::-1], NOW).agent_id == "a"
