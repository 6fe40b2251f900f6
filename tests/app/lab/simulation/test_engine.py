"""A small centre on paper: who gets whom, when, under each policy; and what must hold whatever comes."""

from __future__ import annotations

import pytest

from desktop.app.lab.simulation.arrivals import Duty, Poisson
from desktop.app.lab.simulation.centre import (
    Centre,
    Stream,
    Worker,
    built_in_streams,
    built_in_workers,
    centre_of,
)
from desktop.app.lab.simulation.contacts import Contact, draw
from desktop.app.lab.simulation.distributions import parse_duration
from desktop.app.lab.simulation.engine import ABANDONED, ANSWERED, WAITING, Outcome, Run
from desktop.app.lab.simulation.policies import NAMES, policy_named
from desktop.domain.agent import Agent, Presence, PresenceState, Queue, Skill
from desktop.domain.channels import Channel
from desktop.domain.ids import AgentId, QueueId
from desktop.domain.routing import Ring
from desktop.insight.routing.outcomes import Outcomes


def worker(key: str, *, pace: float = 1.0, resolves: float = 0.7, **skills: int) -> Worker:
    agent = Agent(
        id=AgentId(key),
        user=key,
        name=key,
        presence=Presence(state=PresenceState.READY),
        skills=tuple(Skill(name=name, level=level) for name, level in skills.items()),
    )
    intents = ("billing", "orders")
    return Worker(agent, dict.fromkeys(intents, pace), dict.fromkeys(intents, resolves))


def stream(
    key: str, channel: Channel = Channel.CALL, level: int = 0, rings: tuple[Ring, ...] = (), priority: int = 3
) -> Stream:
    skills = (Skill(name=key, level=level),) if level else ()
    return Stream(Queue(id=QueueId(key), skills=skills, rings=rings, priority=priority), key, channel, 1.0, 1.0)


def play(
    centre: Centre,
    policy: str,
    arrivals: list[tuple[float, str, float]],
    patience_s: float = float("inf"),
    duties: list[Duty] | None = None,
    learned: bytes = b"",
) -> Outcome:
    """Play arrivals given as instant, queue, and how long an ordinary agent needs."""
    places = [str(one.queue.id) for one in centre.streams]
    contacts = [
        Contact(number, at, places.index(name), takes, patience_s, 0.5)
        for number, (at, name, takes) in enumerate(arrivals)
    ]
    everybody = [Duty(0.0, agent, True) for agent in range(len(centre.workers))]
    return Run(centre, contacts, duties or everybody, policy_named(policy, centre, learned), 3600.0).play()


@pytest.mark.parametrize("policy", NAMES)
def test_one_agent_serves_calls_in_the_order_they_came(policy: str) -> None:
    centre = centre_of([worker("a", billing=3)], [stream("billing", level=3)])
    found = play(centre, policy, [(0.0, "billing", 100.0), (10.0, "billing", 50.0), (20.0, "billing", 50.0)])
    assert found.wait_s == [0.0, 90.0, 130.0]
    assert list(found.state) == [ANSWERED] * 3
    assert found.seats[0].handled == 3
    assert found.seats[0].busy_s == pytest.approx(200.0)
    assert found.seats[0].duty_s == pytest.approx(3600.0)


@pytest.mark.parametrize("policy", NAMES)
def test_who_gives_up_is_gone_and_the_next_is_served(policy: str) -> None:
    centre = centre_of([worker("a", billing=3)], [stream("billing", level=3)])
    arrivals = [(0.0, "billing", 100.0), (10.0, "billing", 50.0), (60.0, "billing", 50.0)]
    found = play(centre, policy, arrivals, patience_s=60.0)
    assert list(found.state) == [ANSWERED, ABANDONED, ANSWERED]
    assert found.wait_s == [0.0, 60.0, 40.0]


def test_the_list_is_read_from_the_top_and_the_longest_idle_is_spared_that() -> None:
    centre = centre_of([worker("a"), worker("b")], [stream("billing")])
    arrivals = [(at, "billing", 10.0) for at in (0.0, 100.0, 200.0, 300.0)]
    assert play(centre, "fifo", arrivals).agent == [0, 0, 0, 0]
    assert play(centre, "longest-idle", arrivals).agent == [0, 1, 0, 1]


def test_only_skills_keep_a_call_from_whoever_cannot_take_it() -> None:
    centre = centre_of([worker("a", orders=5), worker("b", billing=3)], [stream("billing", level=3)])
    arrivals = [(0.0, "billing", 100.0), (1.0, "billing", 100.0)]
    assert play(centre, "fifo", arrivals).agent == [0, 1]
    for policy in ("skills", "bullseye", "dirigent"):
        found = play(centre, policy, arrivals)
        assert (list(found.agent), list(found.wait_s)) == ([1, 1], [0.0, 99.0]), policy


def test_rings_ask_the_less_skilled_once_a_customer_has_waited() -> None:
    rings = (Ring(after_s=30, level_drop=2),)
    centre = centre_of([worker("a", billing=1), worker("b", billing=3)], [stream("billing", level=3, rings=rings)])
    arrivals = [(0.0, "billing", 500.0), (1.0, "billing", 100.0)]
    assert play(centre, "skills", arrivals).wait_s[1] == 499.0
    for policy in ("bullseye", "dirigent"):
        found = play(centre, policy, arrivals)
        assert (found.agent[1], found.wait_s[1]) == (0, 30.0), policy


def test_the_more_urgent_queue_is_served_first_but_not_by_those_who_only_count() -> None:
    centre = centre_of(
        [worker("a", billing=3, orders=3)], [stream("billing", level=1), stream("orders", level=1, priority=2)]
    )
    arrivals = [(0.0, "billing", 100.0), (10.0, "billing", 10.0), (20.0, "orders", 10.0)]
    assert play(centre, "longest-idle", arrivals).wait_s == [0.0, 90.0, 90.0]
    for policy in ("skills", "dirigent"):
        assert play(centre, policy, arrivals).wait_s == [0.0, 100.0, 80.0], policy


def test_waiting_makes_a_request_urgent_only_with_ageing() -> None:
    """A steady stream of urgent calls keeps the ordinary one waiting for ever, unless it ages."""
    centre = centre_of(
        [worker("a", billing=3, orders=3)], [stream("billing", level=1), stream("orders", level=1, priority=2)]
    )
    arrivals = [
        (0.0, "orders", 101.0),
        (1.0, "billing", 10.0),
        *((100.0 * n - 5.0, "orders", 101.0) for n in range(1, 30)),
    ]
    assert play(centre, "skills", arrivals).wait_s[1] > 2500.0
    assert play(centre, "dirigent", arrivals).wait_s[1] < 1000.0


def test_the_best_fit_is_asked_and_what_was_learned_of_people_counts() -> None:
    level = centre_of([worker("a", billing=3), worker("b", billing=5)], [stream("billing", level=3)])
    assert play(level, "skills", [(0.0, "billing", 10.0)]).agent == [0]
    assert play(level, "dirigent", [(0.0, "billing", 10.0)]).agent == [1]
    outcomes = Outcomes()
    for n in range(200):
        outcomes.observe(AgentId("a"), "billing", 300.0, resolved=n % 2 == 0)
        outcomes.observe(AgentId("b"), "billing", 200.0, resolved=n % 10 > 0)
    alike = centre_of([worker("a", billing=3), worker("b", billing=3)], [stream("billing", level=3)])
    assert play(alike, "dirigent", [(0.0, "billing", 10.0)]).agent == [0]
    assert play(alike, "dirigent", [(0.0, "billing", 10.0)], learned=outcomes.encode()).agent == [1]


def test_three_chats_at_once_but_no_call_beside_them() -> None:
    centre = centre_of([worker("a")], [stream("billing", Channel.CHAT), stream("orders", Channel.CALL)])
    chats = [(float(n), "billing", 600.0) for n in range(4)]
    found = play(centre, "fifo", [*chats, (5.0, "orders", 60.0)])
    assert found.wait_s[:3] == [0.0, 0.0, 0.0]
    assert found.wait_s[3] == pytest.approx(597.0), "the fourth chat waits for the first to end"
    assert found.wait_s[4] > 1000.0, "the call waits for all of them"


def test_a_mail_rests_while_a_call_is_taken_and_half_rests_beside_chats() -> None:
    centre = centre_of([worker("a")], [stream("billing", Channel.EMAIL), stream("orders", Channel.CALL)])
    found = play(centre, "fifo", [(0.0, "billing", 100.0), (50.0, "orders", 200.0), (60.0, "billing", 100.0)])
    assert found.wait_s == [0.0, 0.0, pytest.approx(240.0)], "the second mail is begun when the first is done, at 300"
    assert found.seats[0].busy_s == pytest.approx(400.0)
    beside = centre_of([worker("a")], [stream("billing", Channel.EMAIL), stream("orders", Channel.CHAT)])
    found = play(beside, "fifo", [(0.0, "billing", 100.0), (0.0, "orders", 900.0), (1.0, "billing", 10.0)])
    assert found.wait_s[2] == pytest.approx(149.0), "a chat leaves two thirds of the attention"


def test_a_faster_agent_takes_less_time() -> None:
    centre = centre_of([worker("a", pace=0.5)], [stream("billing")])
    found = play(centre, "fifo", [(0.0, "billing", 100.0), (0.0, "billing", 100.0)])
    assert found.wait_s == [0.0, 50.0]
    assert found.handled_s == [50.0, 50.0]


@pytest.mark.parametrize("policy", NAMES)
def test_who_goes_home_ends_what_they_have_and_takes_nothing_more(policy: str) -> None:
    centre = centre_of([worker("a", billing=3), worker("b", billing=3)], [stream("billing", level=3)])
    duties = [Duty(0.0, 0, True), Duty(50.0, 0, False), Duty(400.0, 1, True)]
    found = play(centre, policy, [(0.0, "billing", 100.0), (60.0, "billing", 100.0)], duties=duties)
    assert (list(found.agent), list(found.wait_s)) == ([0, 1], [0.0, 340.0])
    assert found.seats[0].duty_s == found.seats[0].busy_s == pytest.approx(50.0)


def test_what_nobody_can_do_is_never_answered_and_ends_nothing() -> None:
    centre = centre_of([worker("a", orders=3)], [stream("billing", level=3), stream("orders", level=3)])
    for policy in ("skills", "bullseye", "dirigent"):
        found = play(centre, policy, [(0.0, "billing", 10.0), (5.0, "orders", 10.0)])
        assert list(found.state) == [WAITING, ANSWERED], policy


@pytest.mark.parametrize("policy", NAMES)
def test_nothing_is_lost_and_nobody_has_more_than_they_can(policy: str) -> None:
    channels = {Channel.CALL: 0.5, Channel.CHAT: 0.3, Channel.EMAIL: 0.2}
    streams = built_in_streams(channels)
    centre = centre_of(built_in_workers(9, streams, 3), streams)
    contacts = draw(
        centre, Poisson(0.05, 20_000.0), 0, 3, parse_duration("lognormal:300,0.8"), parse_duration("exp:90")
    )
    duties = [Duty(0.0, agent, True) for agent in range(9)]
    found = Run(centre, contacts, duties, policy_named(policy, centre), 20_000.0).play()
    assert all(state in (ANSWERED, ABANDONED) for state in found.state)
    assert sum(seat.handled for seat in found.seats) == list(found.state).count(ANSWERED)
    assert all(seat.total == 0 and not seat.later for seat in found.seats)
    assert all(0.0 <= seat.busy_s <= seat.duty_s + 1e-6 for seat in found.seats)
    live: dict[int, list[tuple[float, int]]] = {}
    for one in contacts:
        if found.state[one.number] == ANSWERED and centre.streams[one.stream].channel is Channel.CALL:
            start = one.at_s + found.wait_s[one.number]
            live.setdefault(found.agent[one.number], []).append((start, one.number))
    for taken in live.values():
        ends = 0.0
        for start, number in sorted(taken):
            assert start >= ends - 1e-6, "two calls at once"
            ends = start + found.handled_s[number]
    again = Run(centre, contacts, duties, policy_named(policy, centre), 20_000.0).play()
    assert again.agent == found.agent
    assert again.wait_s == found.wait_s
