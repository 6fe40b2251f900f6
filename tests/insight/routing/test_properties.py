"""A contact centre played at random, by the very code that routes: whatever comes when, nobody gets more than they can hold,
nothing is given out twice or lost, everything is served in the end, and the same day played again goes the same way."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from desktop.domain.agent import Agent, Presence, PresenceState, Skill
from desktop.domain.channels import Channel
from desktop.domain.ids import AgentId, InteractionId
from desktop.domain.routing import Ring, RoutingPolicy
from desktop.insight.routing import DEFAULT_CAPACITY, AgentLoad, Backlog, Decision, Request, Roster, match

NOON = datetime(2024, 5, 20, 12, tzinfo=UTC)
POLICY = RoutingPolicy(ageing_s=120, preferred_s=30)
CHANNELS = [Channel.CALL, Channel.CHAT, Channel.EMAIL]
NAMES = ["tax", "bill", "lang:de", "lang:en"]
KEYS = ["a", "b", "c", "d"]


class Event(Struct, frozen=True):
    kind: str
    pick: int
    seconds: int
    channel: Channel
    skill: str
    language: str
    priority: int
    preferred: str | None


_SKILLS = st.dictionaries(st.sampled_from(NAMES), st.integers(1, 5), max_size=4)
_EVENTS = st.lists(
    st.builds(
        Event,
        kind=st.sampled_from(["arrives", "arrives", "arrives", "ends", "declines", "pulls", "away", "back"]),
        pick=st.integers(0, 99),
        seconds=st.integers(0, 90),
        channel=st.sampled_from(CHANNELS),
        skill=st.sampled_from(["", "tax", "bill"]),
        language=st.sampled_from(["", "de"]),
        priority=st.integers(1, 5),
        preferred=st.none() | st.sampled_from(KEYS),
    ),
    max_size=40,
)


class Centre:
    """Agents, what waits and what is in whose hands, with nothing decided here."""

    def __init__(self, agents: list[Agent]) -> None:
        self.now = NOON
        self.roster = Roster([AgentLoad(agent=one, idle_since=NOON) for one in agents], policy=POLICY)
        self.backlog = Backlog(POLICY)
        self.held: dict[InteractionId, tuple[str, Request]] = {}
        self.arrived: set[str] = set()
        self.ended: set[str] = set()
        self.log: list[tuple[str, str]] = []

    def give(self, request: Request, agent_id: AgentId) -> None:
        assert request.interaction_id not in self.held, "given out twice"
        assert agent_id not in request.declined_by
        self.backlog.remove(request.interaction_id)
        self.held[request.interaction_id] = (agent_id, request)
        self.log.append((request.interaction_id, agent_id))

    def route(self) -> dict[InteractionId, Decision]:
        waiting = {one.interaction_id: one for one in self.backlog.first(20, self.now)}
        decisions = match(list(waiting.values()), self.roster, self.now)
        for key, decision in decisions.items():
            if decision.agent_id is not None:
                self.give(waiting[key], decision.agent_id)
        return decisions

    def put(self, agent_id: str, **fields: object) -> None:
        load = self.roster.load_of(AgentId(agent_id))
        assert load is not None
        self.roster.put(replace(load, **fields))

    def release(self, key: InteractionId) -> Request:
        agent_id, request = self.held.pop(key)
        load = self.roster.load_of(AgentId(agent_id))
        assert load is not None
        working = {**load.working, request.channel: load.working[request.channel] - 1}
        self.put(agent_id, working=working, idle_since=self.now)
        return request

    def happens(self, event: Event) -> None:
        self.now += timedelta(seconds=event.seconds)
        held = sorted(self.held)
        agent_id = KEYS[event.pick % len(KEYS)]
        load = self.roster.load_of(AgentId(agent_id))
        assert load is not None
        if event.kind == "arrives":
            request = Request(
                interaction_id=InteractionId(f"i{len(self.arrived):03}"),
                channel=event.channel,
                skills=(Skill(name=event.skill, level=1 + event.pick % 4),) if event.skill else (),
                rings=(Ring(after_s=20, level_drop=2), Ring(after_s=60, level_drop=4)),
                language=event.language,
                priority=event.priority,
                preferred=AgentId(event.preferred) if event.preferred else None,
                created_at=self.now,
                due_at=self.now + timedelta(seconds=10 * event.pick),
            )
            self.arrived.add(request.interaction_id)
            self.backlog.add(request, self.now)
        elif event.kind in ("ends", "declines") and held:
            key = held[event.pick % len(held)]
            who = self.held[key][0]
            request = self.release(key)
            if event.kind == "ends":
                self.ended.add(key)
            else:
                self.backlog.add(replace(request, declined_by=(*request.declined_by, AgentId(who))), self.now)
        elif event.kind == "pulls":
            found = self.backlog.next_for(load, self.now, self.roster.load_of)
            if found is not None:
                self.give(found, AgentId(agent_id))
                self.roster.took(AgentId(agent_id), found.channel)
        elif event.kind in ("away", "back"):
            state = PresenceState.AWAY if event.kind == "away" else PresenceState.READY
            self.put(agent_id, agent=replace(load.agent, presence=Presence(state=state)))
        self.route()

    def check(self) -> None:
        waiting = {one.interaction_id for one in self.backlog.first(1000, self.now)}
        assert not waiting & set(self.held)
        assert waiting | set(self.held) | self.ended == self.arrived, "something was lost"
        for key in KEYS:
            load = self.roster.load_of(AgentId(key))
            assert load is not None
            hands = Counter(request.channel for who, request in self.held.values() if who == key)
            assert {channel: n for channel, n in load.working.items() if n} == hands
            assert all(n <= DEFAULT_CAPACITY[channel] for channel, n in hands.items())
            assert sum(hands.values()) <= DEFAULT_CAPACITY["total"]
            assert not (hands[Channel.CALL] and hands[Channel.CHAT])


def agents_of(skills: list[dict[str, int]]) -> list[Agent]:
    ready = Presence(state=PresenceState.READY)
    return [
        Agent(
            id=AgentId(key),
            user=key,
            name=key,
            presence=ready,
            skills=tuple(Skill(name=name, level=level) for name, level in own.items()),
        )
        for key, own in zip(KEYS, skills, strict=True)
    ]


@settings(max_examples=60, deadline=None)
@given(st.lists(_SKILLS, min_size=4, max_size=4), _EVENTS)
def test_a_day_at_random_breaks_no_rule_and_goes_the_same_way_again(
    skills: list[dict[str, int]], events: list[Event]
) -> None:
    logs = []
    for agents in (agents_of(skills), agents_of(skills)[::-1]):
        centre = Centre(agents)
        for event in events:
            centre.happens(event)
            centre.check()
        logs.append(centre.log)
    assert logs[0] == logs[1]


@settings(max_examples=40, deadline=None)
@given(st.lists(_SKILLS, min_size=4, max_size=4), _EVENTS, st.sampled_from(CHANNELS), st.integers(1, 5))
def test_nobody_waits_for_ever_while_more_urgent_ones_keep_coming(
    skills: list[dict[str, int]], events: list[Event], channel: Channel, priority: int
) -> None:
    """Each minute a fresh request of the highest priority arrives and one is ended: the patient one is served all the
    same."""
    everything = {"tax": 3, "lang:de": 3}
    centre = Centre(agents_of([{**own, **everything} for own in skills]))
    for event in events:
        centre.happens(event)
    for key in KEYS:
        load = centre.roster.load_of(AgentId(key))
        assert load is not None
        centre.put(key, agent=replace(load.agent, presence=Presence(state=PresenceState.READY)))
    patient = Request(
        interaction_id=InteractionId("patient"),
        channel=channel,
        skills=(Skill(name="tax", level=3),),
        language="de",
        priority=priority,
        created_at=centre.now,
    )
    centre.arrived.add("patient")
    centre.backlog.add(patient, centre.now)
    pushy = Event("arrives", 1, 60, channel, "tax", "de", 1, None)
    for _ in range(600):
        centre.happens(pushy)
        if "patient" in centre.held:
            break
        oldest = min(centre.held, default=None)
        if oldest is not None:
            centre.release(oldest)
            centre.ended.add(oldest)
    assert "patient" in centre.held
    centre.check()
