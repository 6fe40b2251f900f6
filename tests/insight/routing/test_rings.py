"""The longer somebody waits, the wider is asked: never narrower again, never beyond what the language or a skill at all
requires. And the longer they wait, the sooner it is their turn."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from desktop.domain.agent import Agent, Presence, PresenceState, Skill
from desktop.domain.channels import Channel
from desktop.domain.ids import AgentId, InteractionId
from desktop.domain.routing import Hours, Opening, Ring, RoutingPolicy
from desktop.insight.routing import AgentLoad, Request, aged, choose, next_ring_at, next_step_at, order, ring_at
from desktop.insight.routing.policy import unsuited
from desktop.insight.routing.rings import demand_of

NOON = datetime(2024, 5, 16, 12, tzinfo=UTC)
READY = Presence(state=PresenceState.READY)
RINGS = (Ring(after_s=30, level_drop=1), Ring(after_s=90, level_drop=3, teams=("north",)))
REQUEST = Request(
    interaction_id=InteractionId("i"),
    channel=Channel.CHAT,
    language="de",
    skills=(Skill(name="billing", level=4),),
    teams=("south",),
    rings=RINGS,
    created_at=NOON,
)


def load(key: str, level: int, team: str = "south", language: str = "lang:de") -> AgentLoad:
    skills = (Skill(name="billing", level=level), Skill(name=language))
    return AgentLoad(agent=Agent(id=AgentId(key), user=key, name=key, presence=READY, team=team, skills=skills))


@pytest.mark.parametrize(
    ("seconds", "ring", "found"),
    [(0, 0, {"expert"}), (29, 0, {"expert"}), (30, 1, {"expert", "good"}), (90, 2, {"expert", "good", "north"})],
)
def test_after_a_while_the_less_skilled_and_other_teams_are_asked(seconds: int, ring: int, found: set[str]) -> None:
    loads = [load("expert", 4), load("good", 3), load("north", 1, "north"), load("english", 5, language="lang:en")]
    decision = choose(REQUEST, loads, NOON + timedelta(seconds=seconds))
    assert decision.ring == ring
    assert {one.agent_id for one in decision.considered if not one.obstacle} == found
    assert decision.agent_id == "expert", "the best skilled is still asked first"
    assert any(reason.code == "routing.ring" for reason in decision.reasons) == (ring > 0)


def test_whoever_lacks_the_skill_or_the_language_is_never_asked() -> None:
    loads = [load("none", 0), load("english", 5, language="lang:en")]
    decision = choose(REQUEST, loads, NOON + timedelta(days=3))
    assert [one.obstacle for one in decision.considered] == ["skill", "language"]


def test_a_later_ring_that_asks_for_more_narrows_nothing() -> None:
    request = replace(REQUEST, rings=(Ring(after_s=90, level_drop=1), Ring(after_s=30, level_drop=3)))
    for seconds in (30, 90, 900):
        assert choose(request, [load("beginner", 1)], NOON + timedelta(seconds=seconds)).agent_id == "beginner"


def test_the_next_ring_says_when_to_look_again() -> None:
    assert choose(REQUEST, [load("good", 3)], NOON).again_at == NOON + timedelta(seconds=30)
    assert next_ring_at(REQUEST, NOON + timedelta(seconds=30)) == NOON + timedelta(seconds=90)
    assert next_ring_at(REQUEST, NOON + timedelta(seconds=90)) is None
    assert next_ring_at(replace(REQUEST, created_at=None), NOON) is None


def test_a_night_in_front_of_a_closed_door_widens_nothing() -> None:
    hours = Hours(
        openings=(Opening(days=tuple(range(7)), opens="08:00", closes="18:00"),), holidays=(date(2024, 5, 17),)
    )
    late = replace(REQUEST, hours=hours, created_at=NOON.replace(hour=17, minute=59, second=40))
    morning = NOON.replace(day=18, hour=8)
    assert choose(late, [load("good", 3)], morning).ring == 0
    assert next_ring_at(late, morning) == morning + timedelta(seconds=10)
    assert choose(late, [load("good", 3)], morning + timedelta(seconds=10)).ring == 1
    assert next_step_at(late, morning, RoutingPolicy(ageing_s=60)) == morning + timedelta(seconds=40)
    never = replace(late, hours=Hours(openings=(Opening(days=(), opens="08:00", closes="09:00"),)))
    assert next_ring_at(never, morning) is None


_RINGS = st.lists(
    st.builds(
        Ring,
        after_s=st.integers(0, 600),
        level_drop=st.integers(-1, 9),
        teams=st.sets(st.sampled_from("abc")).map(tuple),
    ),
    max_size=4,
).map(tuple)


@given(_RINGS, st.integers(0, 700), st.integers(0, 700), st.integers(0, 5), st.integers(0, 5), st.sampled_from("abcd"))
def test_rings_only_ever_widen(rings: tuple[Ring, ...], one: int, two: int, need: int, have: int, team: str) -> None:
    request = replace(REQUEST, rings=rings, skills=(Skill(name="billing", level=need),), teams=("d",))
    early, late = sorted((one, two))
    assert ring_at(rings, early) <= ring_at(rings, late)
    agent = load("x", have, team).agent
    before = unsuited(demand_of(request, ring_at(rings, early)), agent, NOON)
    after = unsuited(demand_of(request, ring_at(rings, late)), agent, NOON)
    assert before or not after, "whom an inner ring asked, the outer asks too"
    assert need == 0 or have > 0 or after in ("skill", "team")


def test_waiting_makes_more_urgent_down_to_the_highest() -> None:
    assert [aged(3, waited, 300) for waited in (0, 299, 300, 600, 10_000)] == [3, 3, 2, 1, 1]
    assert aged(5, 10_000, 0) == 5


def test_due_first_within_a_priority_then_oldest() -> None:
    policy = RoutingPolicy(ageing_s=300)
    mail = Request(interaction_id=InteractionId("mail"), channel=Channel.EMAIL, created_at=NOON)
    chat = replace(mail, interaction_id=InteractionId("chat"), channel=Channel.CHAT)
    vip = replace(mail, interaction_id=InteractionId("vip"), priority=1, created_at=NOON + timedelta(seconds=9))
    old = replace(chat, interaction_id=InteractionId("old"), created_at=NOON - timedelta(seconds=20))
    ordered = sorted([mail, chat, vip, old], key=lambda one: order(one, NOON + timedelta(seconds=10), policy))
    assert [one.interaction_id for one in ordered] == ["vip", "old", "chat", "mail"]
    promised = replace(mail, interaction_id=InteractionId("promised"), due_at=NOON + timedelta(seconds=5))
    assert order(promised, NOON, policy) < order(old, NOON, policy), "a promise counts, not the channel"
    later = NOON + timedelta(seconds=700)
    fresh = replace(vip, interaction_id=InteractionId("fresh"), created_at=later)
    assert order(chat, later, policy) < order(fresh, later, policy), "a chat that waited long goes before a fresh mail"


@given(st.integers(1, 5), st.sampled_from(list(Channel)), st.integers(60, 900))
def test_everybody_comes_before_whoever_arrives_much_later(priority: int, channel: Channel, ageing_s: int) -> None:
    policy = RoutingPolicy(ageing_s=ageing_s)
    patient = Request(interaction_id=InteractionId("z"), channel=channel, priority=priority, created_at=NOON)
    now = NOON + timedelta(hours=6)
    pushy = Request(interaction_id=InteractionId("a"), channel=Channel.CALL, priority=1, created_at=now)
    assert order(patient, now, policy) < order(pushy, now, policy)
