"""How requests find their agents: wider rings, opening hours, overflow, who knows the case, and why it was decided so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from desktop.domain import commands as c
from desktop.domain.agent import Loan, PresenceState, Queue, Skill
from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.ids import AgentId, InteractionId, QueueId
from desktop.domain.interaction import Interaction, InteractionState
from desktop.domain.routing import Hours, Opening, Ring, RoutingDecision, RoutingPolicy
from desktop.hub.desk.desk import Desk, DeskOptions
from desktop.hub.desk.refusals import Refused
from desktop.hub.desk.setup import must_be_usable
from desktop.hub.routing.requests import overflow_of

from .conftest import START, Centre

# The story begins on a Monday at nine.
NINE_TO_FIVE = Hours(openings=(Opening(days=(0, 1, 2, 3, 4), opens="09:00", closes="17:00"),))
FROM_TEN = Hours(openings=(Opening(days=(0, 1, 2, 3, 4), opens="10:00", closes="17:00"),))
CHAT = "Where is my order?"


async def set_up(centre: Centre, queue: str = "orders", **fields) -> Queue:
    before = await centre.get(Table.QUEUE, queue)
    return await centre.put(replace(before, **fields))


async def policy(centre: Centre, **fields) -> None:
    await centre.put(replace(await centre.get(Table.ROUTING, "policy"), **fields))


async def decisions(centre: Centre, id_: str) -> list[RoutingDecision]:
    async with centre.database.read() as ledger:
        found = await ledger.find(Table.DECISION)
    return [one for one in found if one.interaction_id == id_]


# --- rings, hours, overflow -----------------------------------------------------------------------------------------------


async def test_when_nobody_is_good_enough_the_circle_widens_with_waiting(centre):
    await set_up(centre, skills=(Skill(name="parcels", level=4),), rings=(Ring(after_s=60, level_drop=2),))
    await centre.hire("anna", Skill(name="parcels", level=2))
    await centre.ready("anna")
    chat = await centre.chat(CHAT)
    assert chat.assignee is None
    waiting = await centre.interaction(chat.interaction_id)
    assert waiting.again_at == centre.at + timedelta(seconds=60)
    centre.later(seconds=59)
    assert (await centre.interaction(chat.interaction_id)).state is InteractionState.QUEUED
    centre.later(seconds=1)
    rung = await centre.state(chat.interaction_id, "offered", "anna")
    assert any(reason.code == "routing.ring" for reason in rung.routed_by)


async def test_a_ring_that_came_while_the_hub_was_down_is_asked_when_it_is_back(centre):
    await set_up(centre, teams=("south",), rings=(Ring(after_s=30, teams=("north",)),))
    await centre.ready("anna")
    chat = await centre.chat(CHAT)
    await centre.desk.stop()
    centre.at += timedelta(minutes=5)
    again = await Desk.open(centre.database, centre.options)
    again.start()
    try:
        await centre.state(chat.interaction_id, "offered", "anna")
    finally:
        await again.stop()


async def test_a_chat_to_a_closed_queue_waits_for_the_morning_and_mail_does_not(centre):
    await set_up(centre, hours=FROM_TEN)
    await set_up(centre, "billing", hours=FROM_TEN)
    await centre.ready("anna")
    chat = await centre.chat(CHAT)
    mail = await centre.mail()
    assert (chat.assignee, mail.assignee) == (None, "anna")
    await centre.do("anna", c.Accept(interaction_id=mail.interaction_id))
    waiting = await centre.interaction(chat.interaction_id)
    assert [reason.code for reason in waiting.routed_by] == ["routing.none.closed"]
    opens = START.replace(hour=10)
    assert waiting.again_at == opens
    assert waiting.due_at == opens + timedelta(seconds=60), "what is promised counts from the opening"
    assert await centre.refusal("bert", c.TakeNext()) == "nothing_waits"
    centre.later(hours=1)
    await centre.state(chat.interaction_id, "offered", "anna")


async def test_what_comes_to_a_closed_queue_goes_on_to_an_open_one(centre):
    await set_up(centre, hours=FROM_TEN, overflow_to=QueueId("technical"))
    await set_up(centre, "technical", hours=FROM_TEN, overflow_to=QueueId("service"))
    await centre.ready("anna")
    chat = await centre.chat(CHAT)
    moved = await centre.interaction(chat.interaction_id)
    assert (moved.queue, moved.assignee) == ("service", "anna"), "the first one that is open"
    assert chat.queue == "service"
    assert moved.due_at == centre.at + timedelta(seconds=60)
    [event] = [one for one in await centre.messages(chat.interaction_id) if one.event == "overflowed"]
    assert event.values == {"to_queue": "service", "from_queue": "orders", "why": "closed"}


async def test_who_waits_too_long_is_served_elsewhere_and_keeps_their_place(centre):
    await set_up(centre, teams=("south",), overflow_to=QueueId("service"), overflow_after_s=90)
    await centre.ready("anna")
    chat = await centre.chat(CHAT)
    began = (await centre.interaction(chat.interaction_id)).queued_at
    centre.later(seconds=89)
    assert (await centre.interaction(chat.interaction_id)).queue == "orders"
    centre.later(seconds=1)
    rung = await centre.state(chat.interaction_id, "offered", "anna")
    assert (rung.queue, rung.queued_at) == ("service", began)


def test_queues_that_overflow_in_a_circle_keep_what_they_have():
    at = START
    queues = {
        name: Queue(id=QueueId(name), overflow_to=QueueId(to), overflow_after_s=10, hours=hours)
        for name, to, hours in [("a", "b", None), ("b", "a", FROM_TEN)]
    }
    long_ago = at - timedelta(hours=1)
    waiting = Interaction(
        id=InteractionId("i"), channel=Channel.CHAT, state=InteractionState.QUEUED, created_at=long_ago,
        updated_at=at, queue=QueueId("a"),
    )  # fmt: skip
    target, _, again_at = overflow_of(waiting, queues, at)
    assert target is None, "b is closed, and a is where it came from"
    assert again_at == START.replace(hour=10)


async def test_new_hours_count_at_once(centre):
    await set_up(centre, hours=FROM_TEN)
    await centre.ready("anna")
    chat = await centre.chat(CHAT)
    assert chat.assignee is None
    await set_up(centre, hours=NINE_TO_FIVE)
    await centre.state(chat.interaction_id, "offered", "anna")


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"hours": Hours(zone="Mars/Olympus")}, "hours.zone"),
        ({"hours": Hours(openings=(Opening(days=(7,), opens="9", closes="17:00"),))}, "hours.day, hours.time"),
        ({"overflow_to": QueueId("nowhere")}, "overflow_to"),
        ({"overflow_to": QueueId("b")}, "overflow_to"),
        ({"target": 0.0}, "target"),
        ({"rings": (Ring(after_s=-1),)}, "rings"),
    ],
)
def test_a_queue_that_cannot_work_is_refused_by_the_name_of_the_field(fields, told):
    others = {"b": Queue(id=QueueId("b"), overflow_to=QueueId("a"))}
    with pytest.raises(Refused) as refused:
        must_be_usable(Queue(id=QueueId("a"), **fields), others)
    assert (refused.value.code, told in refused.value.detail) == ("unknown_value", True)
    must_be_usable(Queue(id=QueueId("c"), overflow_to=QueueId("b")), {**others, "a": Queue(id=QueueId("a"))})


async def test_hours_nobody_can_read_do_not_stop_the_desk(centre, caplog):
    await set_up(centre, hours=Hours(zone="Mars/Olympus"))
    await centre.ready("anna")
    assert (await centre.chat(CHAT)).assignee == "anna"
    assert "orders" in caplog.text
    caplog.clear()


# --- who ------------------------------------------------------------------------------------------------------------------


async def test_a_customer_who_comes_back_about_the_same_matter_gets_the_agent_they_know(centre):
    first = await centre.accepted("anna", text=CHAT, address="web:jana")
    await centre.do("anna", c.WrapUp(interaction_id=first, disposition="solved"))
    await centre.ready("bert")
    centre.later(days=2)
    again = await centre.says(Channel.CHAT, "web:jana", CHAT, thread="another")
    assert again.interaction_id != first
    assert (await centre.interaction(again.interaction_id)).preferred == "anna"
    assert again.assignee == "anna"
    other = await centre.says(Channel.CHAT, "web:someone", CHAT, thread="third")
    assert other.assignee == "bert", "who was idle longer"


async def test_who_knows_the_case_is_waited_for_a_minute(centre):
    await policy(centre, preferred_s=20)
    await set_up(centre, answer_s={"chat": 600})
    await centre.hire("anna", capacity={"chat": 1})
    first = await centre.accepted("anna", text=CHAT, address="web:jana")
    await centre.do("anna", c.WrapUp(interaction_id=first, disposition="solved"))
    busy = await centre.chat(CHAT, address="web:visitor-9")
    await centre.do("anna", c.Accept(interaction_id=busy.interaction_id))
    await centre.ready("bert")
    again = await centre.says(Channel.CHAT, "web:jana", CHAT, thread="another")
    waiting = await centre.interaction(again.interaction_id)
    assert again.assignee is None
    assert "routing.none.reserved" in {reason.code for reason in waiting.routed_by}
    centre.later(seconds=21)
    await centre.state(again.interaction_id, "offered", "bert")


async def test_an_agent_on_loan_works_the_other_queue_until_it_is_over(centre):
    await set_up(centre, teams=("north",))
    await centre.hire("sven", loan=Loan(queues=(QueueId("orders"),), until=centre.at + timedelta(hours=1)))
    await centre.ready("sven")
    assert (await centre.chat(CHAT)).assignee == "sven"
    assert (await centre.mail()).assignee is None, "their own queues wait meanwhile"
    centre.later(hours=2)
    assert (await centre.chat(CHAT, address="web:visitor-2")).assignee is None


async def test_the_policy_says_what_may_interrupt_what_and_a_change_counts_at_once(centre):
    await policy(centre, interrupts={"call": ()})
    mail = await centre.mail()
    await centre.do("anna", c.Take(interaction_id=mail.interaction_id))
    await centre.ready("anna")
    call = await centre.says(Channel.CALL, "+4930123456", thread="call-1")
    assert call.assignee is None
    await policy(centre, interrupts={"call": ("email",)})
    await centre.state(call.interaction_id, "offered", "anna")


async def test_who_has_waited_long_comes_before_who_is_urgent_now(centre):
    await policy(centre, ageing_s=60)
    await centre.hire("anna", capacity={"total": 1})
    mail = await centre.mail()
    centre.later(minutes=10)
    await centre.chat(CHAT)
    await centre.ready("anna")
    await centre.state(mail.interaction_id, "offered", "anna")


async def test_two_who_wait_are_matched_so_that_both_are_served(centre):
    for queue, skill in (("orders", "parcels"), ("billing", "money")):
        await set_up(centre, queue, skills=(Skill(name=skill, level=1),))
    await centre.hire("anna", Skill(name="parcels", level=5), Skill(name="money", level=5), capacity={"total": 1})
    await centre.hire("bert", Skill(name="parcels", level=1), capacity={"total": 1})
    chat, mail = await centre.chat(CHAT), await centre.mail()
    await centre.desk.stop()  # both come at once, before anybody is asked
    await centre.ready("anna", "bert")
    centre.desk.start()
    await centre.state(mail.interaction_id, "offered", "anna")
    rung = await centre.state(chat.interaction_id, "offered", "bert")
    assert any(reason.code == "routing.matched" for reason in rung.routed_by)


async def test_a_newcomer_does_not_pass_who_waits_already(centre):
    await centre.hire("anna", capacity={"total": 1})
    first = await centre.chat(CHAT)
    await centre.desk.stop()
    await centre.ready("anna")
    second = await centre.chat(CHAT, address="web:visitor-2")
    assert second.assignee is None
    assert (await centre.interaction(first.interaction_id)).assignee == "anna"


# --- declining, not answering, taking -------------------------------------------------------------------------------------


async def test_a_reason_to_decline_is_kept_in_the_contact(centre):
    await centre.ready("anna")
    chat = await centre.chat(CHAT)
    await centre.do("anna", c.Decline(interaction_id=chat.interaction_id, reason="not_my_skill"))
    [event] = [one for one in await centre.messages(chat.interaction_id) if one.event == "declined"]
    assert (event.agent_id, event.values) == ("anna", {"reason": "not_my_skill"})
    await centre.until(lambda: settled(centre, chat.interaction_id))
    centre.later(seconds=120)
    await centre.state(chat.interaction_id, "offered", "anna")
    long = c.Decline(interaction_id=chat.interaction_id, reason="x" * 100)
    assert await centre.refusal("anna", long) == "unknown_value"


async def test_where_all_declined_they_are_asked_again_after_a_while(centre):
    await centre.ready("anna", "bert")
    chat = await centre.chat(CHAT)
    await centre.do("anna", c.Decline(interaction_id=chat.interaction_id))
    await centre.state(chat.interaction_id, "offered", "bert")
    await centre.do("bert", c.Decline(interaction_id=chat.interaction_id))
    await centre.until(lambda: settled(centre, chat.interaction_id))
    centre.later(seconds=119)
    assert (await centre.interaction(chat.interaction_id)).state is InteractionState.QUEUED
    centre.later(seconds=1)
    await centre.state(chat.interaction_id, "offered")


async def settled(centre: Centre, id_: str) -> bool:
    one = await centre.interaction(id_)
    return one.state is InteractionState.QUEUED and bool(one.routed_by)


async def test_who_did_not_answer_is_named_and_the_wait_goes_on(centre):
    await centre.ready("anna")
    chat = await centre.chat(CHAT)
    began = (await centre.interaction(chat.interaction_id)).queued_at
    centre.later(seconds=centre.options.live_offer_s)
    back = await centre.state(chat.interaction_id, "queued", None)
    assert back.queued_at == began
    [event] = [one for one in await centre.messages(chat.interaction_id) if one.event == "not_answered"]
    assert event.values["to_agent"] == "anna"


async def test_take_next_gives_the_most_urgent_that_suits(centre):
    await set_up(centre, "billing", skills=(Skill(name="money", level=3),))
    mail, chat = await centre.mail(), await centre.chat(CHAT)
    await centre.do("anna", c.SetPresence(state=PresenceState.AWAY, reason="back_office"))
    await centre.do("anna", c.TakeNext())
    mine = await centre.interaction(chat.interaction_id)
    assert (mine.state, mine.assignee) == ("active", "anna")
    assert mine.routed_by[0].code == "routing.taken_next"
    assert await centre.refusal("anna", c.TakeNext()) == "nothing_waits", "the mail asks for a skill"
    await centre.hire("bert", Skill(name="money", level=3))
    assert await centre.refusal("bert", c.TakeNext(channels=(Channel.CALL,))) == "nothing_waits"
    assert await centre.refusal("bert", c.TakeNext(queues=(QueueId("orders"),))) == "nothing_waits"
    await centre.do("bert", c.TakeNext(queues=(QueueId("billing"),), channels=(Channel.EMAIL,)))
    assert (await centre.interaction(mail.interaction_id)).assignee == "bert"


async def test_take_next_keeps_to_what_one_can_carry(centre):
    await centre.hire("anna", capacity={"chat": 1})
    for number in range(2):
        await centre.chat(CHAT, address=f"web:visitor-{number}")
    await centre.do("anna", c.TakeNext())
    assert await centre.refusal("anna", c.TakeNext()) == "nothing_waits"


# --- why ------------------------------------------------------------------------------------------------------------------


async def test_every_offer_says_why_this_agent_and_who_else(centre):
    await set_up(centre, skills=(Skill(name="parcels", level=2),))
    await centre.hire("anna", Skill(name="parcels", level=5))
    await centre.hire("bert", Skill(name="parcels", level=2))
    await centre.ready("anna", "bert", "sven")
    chat = await centre.chat(CHAT)
    [decision] = await decisions(centre, chat.interaction_id)
    assert (decision.agent_id, decision.queue) == ("anna", "orders")
    assert [one.agent_id for one in decision.considered[:2]] == ["anna", "bert"]
    assert decision.considered[0].score > decision.considered[1].score
    assert decision.counts[""] == 2
    assert decision.counts["skill"] == 2, "sven and lena"
    assert decision.reasons == (await centre.interaction(chat.interaction_id)).routed_by


async def test_that_nobody_can_is_kept_once_until_the_reason_is_another(centre):
    chat = await centre.chat(CHAT)
    mail = await centre.mail()
    for _ in range(3):
        await centre.do("anna", c.SetPresence(state=PresenceState.AWAY))
        await centre.chat("And where is it now?", address="web:visitor-1")
    [first] = await decisions(centre, chat.interaction_id)
    assert first.agent_id is None
    assert "routing.none.not_ready" in {reason.code for reason in first.reasons}
    await centre.ready("anna")
    await centre.state(chat.interaction_id, "offered", "anna")
    await centre.do("anna", c.Decline(interaction_id=chat.interaction_id))
    await centre.until(lambda: settled(centre, chat.interaction_id))
    found = await decisions(centre, chat.interaction_id)
    assert [one.agent_id for one in found] == [None, "anna", None]
    assert "routing.none.declined" in {reason.code for reason in found[-1].reasons}
    assert len(await decisions(centre, mail.interaction_id)) == 2


async def test_what_people_decide_is_kept_too(centre):
    chat = await centre.chat(CHAT)
    await centre.do("anna", c.Take(interaction_id=chat.interaction_id))
    await centre.ready("bert")
    await centre.do("anna", c.Transfer(interaction_id=chat.interaction_id, to_agent=AgentId("bert")))
    found = await decisions(centre, chat.interaction_id)
    assert [(one.agent_id, one.reasons[0].code) for one in found[-2:]] == [
        ("anna", "routing.taken"),
        ("bert", "routing.transferred"),
    ]


async def test_a_new_centre_has_a_policy_with_reasons_to_be_away_in_two_languages(centre):
    found: RoutingPolicy = await centre.get(Table.ROUTING, "policy")
    assert {"break", "lunch", "training"} <= found.away_reasons.keys()
    assert all(titles["de"] and titles["en"] for titles in found.away_reasons.values())
    assert found.ageing_s > 0


# --- several hub processes ------------------------------------------------------------------------------------------------


async def test_what_another_hub_process_did_is_known_before_anything_is_decided(centre):
    """Two desks on one database, each with a memory of its own."""
    await centre.hire("anna", capacity={"chat": 1})
    await centre.ready("anna")
    other = Centre(
        centre.database, await Desk.open(centre.database, DeskOptions(clock=lambda: centre.at)), centre.options
    )
    other._count = 1000
    first = await centre.chat(CHAT)
    assert first.assignee == "anna"
    assert (await other.chat(CHAT, address="web:visitor-2")).assignee is None, "her hands are full"
    await other.do("anna", c.Accept(interaction_id=first.interaction_id))
    await other.do("anna", c.WrapUp(interaction_id=first.interaction_id, disposition="solved"))
    await centre.chat(CHAT, address="web:visitor-3")
    async with centre.database.read() as ledger:
        rung = await ledger.assigned_to("anna", InteractionState.OFFERED)
    assert len(rung) == 1, "one of the two who wait, and only one"


async def test_what_a_failed_transaction_would_have_done_is_forgotten(centre, monkeypatch):
    await centre.hire("anna", capacity={"chat": 1})
    await centre.ready("anna")

    async def broken(*_args, **_fields):
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr("desktop.hub.desk.ingest.advise", broken)
        with pytest.raises(RuntimeError):
            await centre.chat(CHAT)
    assert (await centre.chat(CHAT, address="web:visitor-2")).assignee == "anna"
