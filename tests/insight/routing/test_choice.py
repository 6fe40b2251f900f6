"""Beyond skill and idleness: queues, loans, the agent who knows the case, wishes, segments, and what is said about it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from desktop.domain.agent import Agent, Loan, Presence, PresenceState, Skill
from desktop.domain.channels import Channel
from desktop.domain.ids import AgentId, DecisionId, InteractionId, QueueId
from desktop.domain.routing import RoutingPolicy
from desktop.insight.routing import AgentLoad, Decision, Request, choose, kept

NOW = datetime(2024, 5, 20, 12, tzinfo=UTC)
POLICY = RoutingPolicy(ageing_s=300, preferred_s=60)
BILLING, SALES = QueueId("billing"), QueueId("sales")
REQUEST = Request(
    interaction_id=InteractionId("i"), channel=Channel.CHAT, queue=BILLING, preferred=AgentId("bert"), created_at=NOW
)


def load(
    key: str, *skills: Skill, idle_s: int = 0, working: dict[str, int] | None = None, **fields: object
) -> AgentLoad:
    ready = Presence(state=PresenceState.READY)
    one = Agent(id=AgentId(key), user=key, name=key, **{"skills": skills, "presence": ready, **fields})  # type: ignore[arg-type]
    return AgentLoad(agent=one, working=working or {}, idle_since=NOW - timedelta(seconds=idle_s))


def obstacles(decision: Decision) -> dict[str, str]:
    return {one.agent_id: one.obstacle for one in decision.considered}


def test_agents_work_the_queues_they_are_named_for() -> None:
    loads = [load("anna", queues=(SALES,)), load("bert", queues=(BILLING, SALES)), load("cleo")]
    assert obstacles(choose(REQUEST, loads, NOW)) == {"anna": "queue", "bert": "", "cleo": ""}


def test_who_is_lent_works_the_other_queue_until_the_loan_ends() -> None:
    request = replace(REQUEST, teams=("money",))
    lent = load("anna", team="shop", queues=(SALES,), loan=Loan(queues=(BILLING,), until=NOW + timedelta(hours=1)))
    away = load("bert", team="money", loan=Loan(queues=(SALES,), until=NOW + timedelta(hours=1)))
    assert obstacles(choose(request, [lent, away], NOW)) == {"anna": "", "bert": "queue"}
    assert obstacles(choose(request, [lent, away], NOW + timedelta(hours=1))) == {"bert": "", "anna": "queue"}


def test_a_busy_colleague_who_knows_the_case_is_waited_for() -> None:
    loads = [load("anna", idle_s=900), load("bert", working={"call": 1})]
    early = choose(REQUEST, loads, NOW + timedelta(seconds=59), policy=POLICY)
    assert early.agent_id is None
    assert obstacles(early) == {"anna": "reserved", "bert": "capacity"}
    assert early.again_at == NOW + timedelta(seconds=60)
    assert {one.code for one in early.reasons} == {"routing.none.reserved", "routing.none.capacity"}
    assert choose(REQUEST, loads, NOW + timedelta(seconds=60), policy=POLICY).agent_id == "anna", "then anybody"


def test_waiting_for_somebody_costs_at_most_half_of_what_was_promised() -> None:
    request = replace(REQUEST, due_at=NOW + timedelta(seconds=20))
    loads = [load("anna"), load("bert", working={"call": 1})]
    assert choose(request, loads, NOW + timedelta(seconds=9), policy=POLICY).agent_id is None
    assert choose(request, loads, NOW + timedelta(seconds=10), policy=POLICY).agent_id == "anna"


def test_nobody_is_waited_for_who_will_not_take_it() -> None:
    busy = {"call": 1}
    for bert in (
        load("bert", working=busy, presence=Presence(state=PresenceState.AWAY, reason="lunch")),
        load("bert", working=busy, queues=(SALES,)),
        load("bert", working=busy, capacity={"chat": 0}),
    ):
        assert choose(REQUEST, [load("anna"), bert], NOW, policy=POLICY).agent_id == "anna"
    declined = replace(REQUEST, declined_by=(AgentId("bert"),))
    assert choose(declined, [load("anna"), load("bert", working=busy)], NOW, policy=POLICY).agent_id == "anna"
    assert choose(REQUEST, [load("anna")], NOW, policy=POLICY).agent_id == "anna", "bert left the company"


def test_who_knows_the_case_comes_first_at_first_and_later_as_one_reason_among_others() -> None:
    needs = replace(REQUEST, skills=(Skill(name="tax", level=1),))
    loads = [load("anna", Skill(name="tax", level=5), idle_s=1800), load("bert", Skill(name="tax", level=1))]
    assert choose(needs, loads, NOW, policy=POLICY).agent_id == "bert"
    assert choose(needs, loads, NOW + timedelta(minutes=5), policy=POLICY).agent_id == "anna"


def test_a_wish_and_a_segment_tip_the_scales_but_rule_nobody_out() -> None:
    request = replace(REQUEST, preferred=None, wished=(Skill(name="french", level=2),), segment="VIP")
    speaks, host = Skill(name="french", level=4), Skill(name="segment:vip", level=5)
    loads = [load("anna", idle_s=900), load("bert", speaks), load("cleo", speaks, host)]
    decision = choose(request, loads, NOW)
    assert [one.agent_id for one in decision.considered] == ["cleo", "bert", "anna"]
    codes = {one.code: one for one in decision.reasons}
    assert codes["routing.wished"].values["percent"] == "80"
    assert codes["routing.segment"].weight == 1.0
    beginner = load("dora", Skill(name="french", level=1))
    assert "routing.wished" not in {one.code for one in choose(request, [beginner], NOW).reasons}


def test_a_decision_says_how_urgent_how_close_and_how_many() -> None:
    loads = [load("anna", idle_s=900), load("bert"), load("cleo", working={"chat": 3})]
    decision = choose(replace(REQUEST, preferred=None), loads, NOW + timedelta(minutes=11), policy=POLICY)
    told = {one.code: one.values for one in decision.reasons}
    assert told["routing.aged"] == {"from": "3", "to": "1", "seconds": "660"}
    assert told["routing.chosen_of"]["n"] == "2"
    assert float(told["routing.runner_up"]["score"]) < float(told["routing.chosen_of"]["score"])
    assert decision.counts == {"": 2, "capacity": 1}
    score = sum(one.weight for one in decision.reasons)
    assert f"{score:.2f}" == told["routing.chosen_of"]["score"], "the weights add up to the score"


def test_the_record_keeps_the_best_and_a_few_of_each_obstacle() -> None:
    busy = [load(f"busy{n:02}", working={"chat": 3}) for n in range(20)]
    free = [load(f"free{n:02}", idle_s=n) for n in range(20)]
    decision = choose(REQUEST, [*busy, *free, load("anna", queues=(SALES,))], NOW, policy=POLICY)
    record = kept(decision, REQUEST, DecisionId("d"), NOW)
    assert (record.interaction_id, record.queue, record.at) == ("i", BILLING, NOW)
    assert record.agent_id == record.considered[0].agent_id == "free19"
    assert record.counts == {"": 20, "capacity": 20, "queue": 1}
    assert [one.obstacle for one in record.considered] == [""] * 5 + ["capacity"] * 3 + ["queue"]
    assert record.considered[0].reasons
