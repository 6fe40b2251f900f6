"""What one agent should take next, where no hub says so: most urgent first, what suits them, and why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from desktop.domain.agent import Agent, Queue, Skill
from desktop.domain.channels import Channel
from desktop.domain.ids import AgentId, CustomerId, DecisionId, InteractionId, QueueId
from desktop.domain.interaction import Interaction, InteractionState
from desktop.insight.routing import pulled

NOW = datetime(2026, 11, 2, 10, tzinfo=UTC)
ANNA = Agent(id=AgentId("anna"), user="anna", name="Anna")
JANA = CustomerId("rt~7")


def row(id_: str, *, waited_m: float = 10, due_m: float | None = None, **fields: Any) -> Interaction:
    began = NOW - timedelta(minutes=waited_m)
    due = None if due_m is None else NOW + timedelta(minutes=due_m)
    given: dict[str, Any] = {"channel": Channel.EMAIL, "state": InteractionState.QUEUED, "due_at": due}
    return Interaction(id=InteractionId(id_), created_at=began, updated_at=began, **(given | fields))


def order(*rows: Interaction, agent: Agent = ANNA, queues: tuple[Queue, ...] = (), **served: str) -> list[str]:
    known = {CustomerId(f"rt~{name[1:]}"): AgentId(who) for name, who in served.items()}
    found = pulled(rows, agent, NOW, queues={queue.id: queue for queue in queues}, served=known)
    return [str(one.request.interaction_id) for one in found]


def codes(one: Any) -> set[str]:
    return {reason.code for reason in one.reasons}


def test_the_more_urgent_comes_first_then_what_is_due_first_then_what_is_older() -> None:
    rows = [
        row("rt~c", due_m=30),
        row("rt~d", waited_m=12),
        row("rt~e", waited_m=11),
        row("rt~b", due_m=5),
        row("rt~a", due_m=60, priority=2),
    ]
    assert order(*rows) == ["rt~a", "rt~b", "rt~c", "rt~d", "rt~e"]


def test_waiting_makes_more_urgent_by_the_channels_own_measure() -> None:
    assert order(row("mail", waited_m=9 * 60), row("new", priority=2, waited_m=1)) == ["mail", "new"]
    assert order(row("mail", waited_m=60), row("new", priority=2, waited_m=1)) == ["new", "mail"]
    chat = row("chat", channel=Channel.CHAT, waited_m=3)
    assert order(row("mail", waited_m=9 * 60, due_m=-300), chat) == ["chat", "mail"], "somebody is there now"


def test_who_knows_the_case_has_it_earlier_and_a_colleagues_stays_a_while() -> None:
    mine = row("rt~mine", customer_id=CustomerId("rt~7"), waited_m=1)
    plain = row("rt~plain", waited_m=20)
    theirs = row("rt~theirs", customer_id=CustomerId("rt~8"), waited_m=30)
    assert order(mine, plain, theirs, c7="anna", c8="ben") == ["rt~mine", "rt~plain", "rt~theirs"]
    late = row("rt~late", customer_id=CustomerId("rt~8"), waited_m=30, due_m=-1)
    assert order(plain, late, c8="ben") == ["rt~late", "rt~plain"], "one that is overdue is anybody's"


def test_what_the_agent_does_not_speak_or_declined_is_not_theirs() -> None:
    anna = Agent(id=ANNA.id, user="", name="", skills=(Skill(name="lang:de", level=4),))
    german, french = row("rt~de", language="de"), row("rt~fr", language="fr", priority=1)
    assert order(german, french, agent=anna) == ["rt~de"]
    assert order(german, french) == ["rt~fr", "rt~de"], "of whom no language is known, none is known to be lacking"
    assert order(row("rt~x", declined_by=(ANNA.id,))) == []


def test_skills_asked_for_elsewhere_for_the_same_matter_count_here() -> None:
    billing = Queue(id=QueueId("billing"), skills=(Skill(name="billing", level=3),), intents=("invoice",))
    about, plain = row("rt~bill", intent="invoice", waited_m=30), row("rt~plain")
    other = Agent(id=ANNA.id, user="", name="", skills=(Skill(name="repair", level=5),))
    expert = Agent(id=ANNA.id, user="", name="", skills=(Skill(name="billing", level=5),))
    assert order(about, plain, agent=other, queues=(billing,)) == ["rt~plain", "rt~bill"]
    assert order(about, plain, agent=expert, queues=(billing,)) == ["rt~bill", "rt~plain"]
    (best, _) = pulled([about, plain], expert, NOW, queues={billing.id: billing}, served={})
    assert "routing.wished" in codes(best)


def test_queues_and_teams_of_the_agents_own_system_say_nothing_about_another() -> None:
    anna = Agent(id=ANNA.id, user="", name="", team="red", queues=(QueueId("orders"),))
    here = Queue(id=QueueId("billing"), teams=("blue",))
    there = Queue(id=QueueId("rt~1"), teams=("blue",))
    rows = [row("i1", queue=here.id), row("rt~1", queue=there.id)]
    assert order(*rows, agent=anna, queues=(here, there)) == ["rt~1"]


def test_it_says_why_with_numbers() -> None:
    rows = [row("rt~1", customer_id=JANA, due_m=-5, waited_m=500), row("rt~2"), row("rt~3", due_m=30)]
    best, *others = pulled(rows, ANNA, NOW, queues={}, served={JANA: ANNA.id})
    assert codes(best) >= {"routing.knows_the_case", "routing.overdue", "routing.aged", "routing.first_of"}
    values = {reason.code: reason.values for reason in best.reasons}
    assert values["routing.overdue"] == {"seconds": "300"}
    assert values["routing.first_of"] == {"n": "3"}
    assert all("routing.first_of" not in codes(one) for one in others)
    decision = best.decision(DecisionId("local:rt~1:x"), ANNA.id, NOW)
    assert (decision.agent_id, decision.interaction_id, decision.waited_s) == ("anna", "rt~1", 500 * 60)
    assert decision.reasons[0].code == "routing.taken_next"


def test_nothing_waits_for_ever() -> None:
    """Whatever comes new each quarter of an hour, the least urgent of a colleague's customers is reached."""
    old = row("rt~old", priority=5, customer_id=CustomerId("rt~8"), waited_m=60 * 24, intent="invoice")
    fresh = [row(f"rt~{n}", priority=2, waited_m=15 * n) for n in range(1, 30)]
    assert order(old, *fresh, c8="ben")[0] == "rt~old"
