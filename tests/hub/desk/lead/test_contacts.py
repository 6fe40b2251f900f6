"""What a lead does with a contact that somebody else has."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from desktop.domain import commands as c
from desktop.domain.agent import PresenceState, Queue, Skill
from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.ids import AgentId, InteractionId, QueueId
from desktop.domain.interaction import InteractionState, MessageKind
from desktop.wire.errors import Code

if TYPE_CHECKING:
    from tests.hub.desk.conftest import Centre


async def events(centre: Centre, id_: str, event: str) -> list[dict[str, str]]:
    return [one.values for one in await centre.messages(id_) if one.event == event]


async def test_reassigned_to_a_colleague_it_rings_there_and_the_former_owner_reads_why(centre: Centre) -> None:
    id_ = await centre.accepted("anna")
    await centre.ready("bert")
    await centre.do("lena", c.Reassign(interaction_id=id_, to_agent=AgentId("bert"), note="Bert knows them"))
    found = await centre.interaction(id_)
    assert (found.state, found.assignee) == (InteractionState.OFFERED, "bert")
    assert found.previous_assignee == "anna"
    said = await events(centre, id_, "reassigned")
    assert said == [
        {"to": "Bert", "to_queue": found.queue, "to_agent": "bert", "from_agent": "anna", "from_name": "Anna"}
    ]
    assert [one.text for one in await centre.messages(id_) if one.kind is MessageKind.NOTE] == ["Bert knows them"]
    assert found.routed_by[0].code == "routing.reassigned"
    assert await centre.refusal("anna", c.SendMessage(interaction_id=id_, text="I am on it")) == Code.NOT_OWNER
    await centre.do("bert", c.Accept(interaction_id=id_))


async def test_a_lead_may_give_an_agent_more_than_they_have_room_for(centre: Centre) -> None:
    await centre.hire("bert", capacity={"chat": 1})
    await centre.ready("bert")
    first = await centre.chat(address="web:1")
    await centre.do("bert", c.Accept(interaction_id=first.interaction_id))
    second = await centre.chat(address="web:2")
    await centre.state(second.interaction_id, "queued")
    await centre.do("lena", c.Reassign(interaction_id=second.interaction_id, to_agent=AgentId("bert")))
    await centre.do("bert", c.Accept(interaction_id=second.interaction_id))


async def test_reassigned_to_a_queue_it_waits_there_for_anybody_but_the_one_who_had_it(centre: Centre) -> None:
    await centre.put(Queue(id=QueueId("second"), skills=(Skill(name="second", level=1),)))
    id_ = await centre.accepted("anna")
    await centre.do("lena", c.Reassign(interaction_id=id_, to_queue=QueueId("second")))
    found = await centre.interaction(id_)
    assert (found.state, found.queue, found.assignee) == (InteractionState.QUEUED, "second", None)
    assert "anna" in found.declined_by


async def test_many_are_reassigned_one_by_one_and_each_says_how_it_went(centre: Centre) -> None:
    ids = [(await centre.mail(address=f"m{n}@example.org")).interaction_id for n in range(4)]
    await centre.put(Queue(id=QueueId("second"), skills=(Skill(name="second", level=1),)))
    await centre.do("lena", c.Take(interaction_id=ids[3]))
    await centre.do("lena", c.WrapUp(interaction_id=ids[3], disposition="solved"))
    answers = [await centre.attempt("lena", c.Reassign(interaction_id=one, to_queue=QueueId("second"))) for one in ids]
    assert [one.outcome for one in answers] == ["applied", "applied", "applied", "refused"]
    assert answers[3].error is not None
    assert answers[3].error.code == Code.ILLEGAL_STATE


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ({}, Code.BAD_REQUEST),
        ({"to_queue": "billing", "to_agent": "bert"}, Code.BAD_REQUEST),
        ({"to_queue": "nowhere"}, Code.UNKNOWN_VALUE),
        ({"to_agent": "nobody"}, Code.UNKNOWN_VALUE),
        ({"to_agent": "anna"}, Code.UNKNOWN_VALUE),
        ({"to_agent": "bert"}, Code.ILLEGAL_STATE),
    ],
)
async def test_who_cannot_have_it_does_not_get_it(centre: Centre, target: dict[str, str], code: Code) -> None:
    id_ = await centre.accepted("anna")
    assert await centre.refusal("lena", c.Reassign(interaction_id=id_, **target)) == code  # type: ignore[arg-type]
    assert (await centre.interaction(id_)).assignee == "anna"


@pytest.mark.parametrize("state", ["queued", "offered", "active", "on_hold", "waiting", "snoozed", "wrap_up"])
async def test_taken_over_it_is_the_leads_whatever_it_was(centre: Centre, state: str) -> None:
    if state == "queued":
        id_ = (await centre.mail()).interaction_id
    elif state == "offered":
        await centre.ready("anna")
        id_ = (await centre.chat()).interaction_id
    else:
        id_ = await centre.accepted("anna")
        step = {
            "on_hold": c.Hold(interaction_id=InteractionId(id_)),
            "waiting": c.Wait(interaction_id=InteractionId(id_)),
            "snoozed": c.Snooze(interaction_id=InteractionId(id_), until=centre.at.replace(hour=20)),
            "wrap_up": c.EndContact(interaction_id=InteractionId(id_)),
        }.get(state)
        if step is not None:
            await centre.do("anna", step)
    assert (await centre.interaction(id_)).state == state
    former = "" if state == "queued" else "anna"
    await centre.do("lena", c.TakeOver(interaction_id=InteractionId(id_)))
    found = await centre.interaction(id_)
    assert (found.state, found.assignee, found.snoozed_until) == (InteractionState.ACTIVE, "lena", None)
    assert [one.get("from_agent", "") for one in await events(centre, id_, "taken_over")] == [former]
    if former:
        assert await centre.refusal("anna", c.WrapUp(interaction_id=InteractionId(id_), disposition="solved")) in (
            Code.NOT_OWNER,
        )
    await centre.do("lena", c.SendMessage(interaction_id=InteractionId(id_), text="I take care of this"))
    kept = [one for one in await decisions(centre) if one.interaction_id == id_ and one.agent_id == "lena"]
    assert [one.reasons[0].code for one in kept] == ["routing.taken_over"]


async def decisions(centre: Centre) -> list:
    async with centre.database.read() as ledger:
        return await ledger.find(Table.DECISION)


async def test_what_is_closed_or_ones_own_is_not_taken_over(centre: Centre) -> None:
    id_ = InteractionId(await centre.accepted("anna"))
    await centre.do("lena", c.TakeOver(interaction_id=id_))
    assert await centre.refusal("lena", c.TakeOver(interaction_id=id_)) == Code.UNKNOWN_VALUE
    await centre.do("lena", c.WrapUp(interaction_id=id_, disposition="solved"))
    assert await centre.refusal("otto", c.TakeOver(interaction_id=id_)) == Code.ILLEGAL_STATE


async def test_of_many_who_want_it_at_once_exactly_one_has_it(centre: Centre) -> None:
    """An agent accepts, two leads take over, a third command gives it away: each answer fits what came before it."""
    await centre.ready("anna")
    id_ = InteractionId((await centre.chat()).interaction_id)
    await centre.ready("bert")
    answers = await asyncio.gather(
        centre.attempt("anna", c.Accept(interaction_id=id_)),
        centre.attempt("lena", c.TakeOver(interaction_id=id_)),
        centre.attempt("otto", c.TakeOver(interaction_id=id_)),
        centre.attempt("anna", c.SendMessage(interaction_id=id_, text="Hello")),
        centre.attempt("otto", c.Reassign(interaction_id=id_, to_agent=AgentId("bert"))),
        centre.attempt("bert", c.Accept(interaction_id=id_)),
    )
    owners = {one.assignee for one in [await centre.interaction(id_)]}
    assert len(owners) == 1
    codes = {one.error.code for one in answers if one.error is not None}
    assert codes <= {Code.ALREADY_TAKEN, Code.NOT_OWNER, Code.OFFER_EXPIRED, Code.UNKNOWN_VALUE, Code.ILLEGAL_STATE}
    changed_hands = [one.event for one in await centre.messages(id_) if one.event in ("taken_over", "reassigned")]
    assert len(changed_hands) == sum(one.outcome == "applied" for one in (answers[1], answers[2], answers[4]))


async def test_an_answer_that_came_after_the_take_over_is_not_sent(centre: Centre) -> None:
    id_ = InteractionId(await centre.accepted("anna"))
    await centre.do("lena", c.TakeOver(interaction_id=id_), key="once")
    assert (await centre.attempt("lena", c.TakeOver(interaction_id=id_), key="once")).outcome == "applied"
    assert len(await events(centre, id_, "taken_over")) == 1
    assert await centre.refusal("anna", c.SendMessage(interaction_id=id_, text="Hello")) == Code.NOT_OWNER


async def test_what_a_lead_calls_urgent_is_offered_first(centre: Centre) -> None:
    older = (await centre.mail(address="a@example.org")).interaction_id
    centre.later(seconds=1)
    newer = (await centre.mail(address="b@example.org")).interaction_id
    await centre.do("lena", c.SetPriority(interaction_id=InteractionId(newer), priority=1))
    before = (await centre.interaction(older)).priority
    assert await events(centre, newer, "priority_set") == [{"from": str(before), "to": "1"}]
    await centre.hire("anna", capacity={str(Channel.EMAIL): 1})
    await centre.do("anna", c.SetPresence(state=PresenceState.READY))
    await centre.state(newer, "offered", "anna")
    assert (await centre.interaction(older)).state is InteractionState.QUEUED


@pytest.mark.parametrize("priority", [0, 6, -1, 10**12])
async def test_a_priority_is_one_to_five(centre: Centre, priority: int) -> None:
    id_ = InteractionId((await centre.mail()).interaction_id)
    assert await centre.refusal("lena", c.SetPriority(interaction_id=id_, priority=priority)) == Code.UNKNOWN_VALUE


async def test_the_same_priority_again_says_nothing(centre: Centre) -> None:
    id_ = InteractionId((await centre.mail()).interaction_id)
    before = await centre.interaction(id_)
    await centre.do("lena", c.SetPriority(interaction_id=id_, priority=before.priority))
    assert await centre.interaction(id_) == before
