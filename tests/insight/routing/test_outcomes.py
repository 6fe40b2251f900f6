"""Who is good at what is learned from what they did, believed only with enough cases, and never more than the cases say."""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.domain.agent import Agent, Presence, PresenceState
from desktop.domain.channels import Channel
from desktop.domain.ids import AgentId, InteractionId
from desktop.domain.routing import RoutingPolicy
from desktop.insight.routing import AgentLoad, Outcomes, Request, choose

NOW = datetime(2024, 5, 20, 12, tzinfo=UTC)


def team(cases: int, *, seed: int = 1, spread: float = 0.15) -> tuple[Outcomes, dict[str, float]]:
    """Twelve agents who resolve with different probabilities, and these."""
    draw = random.Random(seed)
    truth = {f"a{n:02}": min(0.97, max(0.1, draw.gauss(0.7, spread))) for n in range(12)}
    outcomes = Outcomes()
    for agent_id, p in truth.items():
        for _ in range(cases):
            seconds = draw.lognormvariate(5.7 - p, 0.4)
            outcomes.observe(AgentId(agent_id), "refund", seconds, resolved=draw.random() < p, rating=1 + 4 * p)
    return outcomes, truth


def error(outcomes: Outcomes, truth: dict[str, float], cases: int) -> float:
    found = [outcomes.expected(AgentId(one), "refund", cases) for one in truth]
    return sum(
        (one.resolution - p) ** 2 for one, p in zip(found, truth.values(), strict=True) if one and one.resolution
    )


def test_too_few_cases_say_nothing() -> None:
    outcomes, _ = team(29)
    assert outcomes.expected(AgentId("a01"), "refund", 30) is None
    assert outcomes.expected(AgentId("a01"), "refund", 29) is not None
    assert outcomes.expected(AgentId("a01"), "delivery", 0) is None
    assert outcomes.expected(AgentId("nobody"), "refund", 0) is None


def test_shrinkage_is_nearer_to_the_truth_than_plain_means() -> None:
    plain = shrunk = 0.0
    for seed in range(20):
        outcomes, truth = team(30, seed=seed)
        shrunk += error(outcomes, truth, 30)
        draw = random.Random(seed)
        for _ in truth:
            draw.gauss(0.7, 0.15)
        for p in truth.values():
            hits = 0
            for _ in range(30):
                draw.lognormvariate(5.7 - p, 0.4)
                hits += draw.random() < p
            plain += (hits / 30 - p) ** 2
    assert shrunk < 0.9 * plain


def test_where_agents_do_not_differ_nobody_is_preferred() -> None:
    outcomes, truth = team(200, spread=0.0)
    values = [one.value for key in truth if (one := outcomes.expected(AgentId(key), "refund", 30))]
    assert max(map(abs, values)) < 0.05


def test_the_faster_and_surer_agent_is_worth_more_and_it_is_said_in_numbers() -> None:
    outcomes, truth = team(100)
    best, worst = max(truth, key=truth.__getitem__), min(truth, key=truth.__getitem__)
    loads = [
        AgentLoad(agent=Agent(id=AgentId(one), user=one, name=one, presence=Presence(state=PresenceState.READY)))
        for one in (worst, best)
    ]
    request = Request(interaction_id=InteractionId("i"), channel=Channel.CALL, intent="refund")
    decision = choose(request, loads, NOW, policy=RoutingPolicy(outcome_cases=100), outcomes=outcomes)
    assert decision.agent_id == best
    told = next(one for one in decision.reasons if one.code == "routing.outcome")
    assert told.weight > 0
    assert told.values["n"] == "100"
    assert abs(int(told.values["percent"]) - 100 * truth[best]) < 15
    assert 1 <= float(told.values["rating"]) <= 5
    silent = choose(request, loads, NOW, policy=RoutingPolicy(outcome_cases=101), outcomes=outcomes)
    assert all(one.code != "routing.outcome" for one in silent.reasons)


def test_what_was_learned_survives_a_restart_to_the_last_digit() -> None:
    outcomes, truth = team(40)
    again = Outcomes.decode(outcomes.encode())
    for agent_id in truth:
        one, two = (each.expected(AgentId(agent_id), "refund", 30) for each in (outcomes, again))
        assert one is not None
        assert two is not None
        assert two.value == pytest.approx(one.value, abs=1e-9)
    assert again.encode() == outcomes.encode()
    with pytest.raises(msgspec.MsgspecError):
        Outcomes.decode(b'{"refund": 3}')


def test_an_agent_who_left_is_forgotten_as_if_never_seen() -> None:
    outcomes, _ = team(30)
    without, _ = team(30)
    outcomes.observe(AgentId("x"), "refund", 9999, resolved=False, rating=1)
    outcomes.forget(AgentId("x"))
    assert outcomes.expected(AgentId("x"), "refund", 1) is None
    one, two = (each.expected(AgentId("a03"), "refund", 1) for each in (outcomes, without))
    assert one is not None
    assert two is not None
    assert one.value == pytest.approx(two.value, abs=1e-9)
    assert b'"x"' not in outcomes.encode()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"),
            st.sampled_from(["", "x", "\u202e\U0001f600"]),
            st.floats(),
            st.none() | st.booleans(),
            st.none() | st.floats(),
        ),
        max_size=60,
    )
)
def test_whatever_is_observed_an_expectation_is_a_number_in_its_range(
    seen: list[tuple[str, str, float, bool | None, float | None]],
) -> None:
    outcomes = Outcomes()
    for agent_id, intent, seconds, resolved, rating in seen:
        outcomes.observe(AgentId(agent_id), intent, seconds, resolved=resolved, rating=rating)
    for agent_id, intent, *_ in seen:
        found = outcomes.expected(AgentId(agent_id), intent, 1)
        if found is not None:
            assert math.isfinite(found.handling_s)
            assert -1 <= found.value <= 1
            assert found.resolution is None or -1e-9 <= found.resolution <= 1 + 1e-9
            assert found.rating is None or 1 - 1e-9 <= found.rating <= 5 + 1e-9
    Outcomes.decode(outcomes.encode())
