"""Who is asked to take a request, and what happens when they do not."""

from __future__ import annotations

import asyncio

from desktop.domain import commands as c
from desktop.domain.agent import PresenceState, Skill
from desktop.domain.channels import Channel
from desktop.domain.interaction import InteractionState


async def test_a_chat_is_offered_to_the_agent_who_speaks_its_language_best(centre):
    await centre.hire("anna", Skill(name="lang:en", level=5))
    await centre.hire("bert", Skill(name="lang:de", level=5))
    await centre.ready("anna", "bert")
    answer = await centre.chat(
        "Guten Tag, ich möchte bitte wissen, wo meine Bestellung bleibt, sie ist nicht gekommen."
    )
    assert answer.assignee == "bert"
    offered = await centre.interaction(answer.interaction_id)
    assert offered.state is InteractionState.OFFERED
    assert offered.language == "de"
    assert (offered.offer_expires_at - centre.at).total_seconds() == centre.options.live_offer_s
    assert offered.routed_by, "nobody could say why it was bert"


async def test_with_nobody_ready_it_waits_and_is_offered_as_soon_as_somebody_is(centre):
    answer = await centre.chat()
    assert answer.assignee is None
    waiting = await centre.interaction(answer.interaction_id)
    assert waiting.state is InteractionState.QUEUED
    assert any(reason.code == "routing.none.not_ready" for reason in waiting.routed_by)
    await centre.ready("anna")
    await centre.state(answer.interaction_id, "offered", "anna")


async def test_a_declined_request_reaches_a_colleague_and_not_the_one_who_declined(centre):
    await centre.ready("anna")
    answer = await centre.chat()
    await centre.ready("bert")
    await centre.do("anna", c.Decline(interaction_id=answer.interaction_id, reason="busy"))
    await centre.state(answer.interaction_id, "offered", "bert")
    await centre.do("bert", c.Decline(interaction_id=answer.interaction_id))
    await centre.state(answer.interaction_id, "queued", None)
    await centre.ready("sven")
    await centre.state(answer.interaction_id, "offered", "sven")


async def test_who_declined_is_asked_again_when_ready_anew_and_alone(centre):
    await centre.ready("anna")
    answer = await centre.chat()
    await centre.do("anna", c.Decline(interaction_id=answer.interaction_id))
    await centre.state(answer.interaction_id, "queued", None)
    await centre.ready("anna")
    await centre.state(answer.interaction_id, "offered", "anna")


async def test_an_offer_not_answered_returns_to_the_queue_and_the_agent_is_not_responding(centre):
    await centre.ready("anna")
    answer = await centre.chat()
    centre.later(seconds=centre.options.live_offer_s + 1)
    await centre.state(answer.interaction_id, "queued", None)
    assert (await centre.presence("anna")).state is PresenceState.NOT_RESPONDING
    assert await centre.refusal("anna", c.Accept(interaction_id=answer.interaction_id)) == "offer_expired"
    await centre.ready("bert")
    await centre.state(answer.interaction_id, "offered", "bert")


async def test_all_that_rings_at_somebody_who_does_not_respond_goes_on_at_once(centre):
    await centre.ready("anna")
    chat = await centre.chat()
    mail = await centre.mail()
    assert chat.assignee == mail.assignee == "anna"
    await centre.ready("bert")
    centre.later(seconds=centre.options.live_offer_s + 1)
    await centre.state(chat.interaction_id, "offered", "bert")
    await centre.state(mail.interaction_id, "offered", "bert")


async def test_an_offer_that_ran_out_cannot_be_accepted_even_before_the_clock_noticed(centre):
    await centre.ready("anna")
    answer = await centre.chat()
    await centre.desk.stop()
    centre.later(seconds=centre.options.live_offer_s)
    assert await centre.refusal("anna", c.Accept(interaction_id=answer.interaction_id)) == "offer_expired"


async def test_an_offer_that_ran_out_while_the_hub_was_down_returns_when_it_is_back(centre):
    await centre.ready("anna")
    answer = await centre.chat()
    await centre.desk.stop()
    centre.later(minutes=10)
    centre.desk.start()
    await centre.state(answer.interaction_id, "queued", None)


async def test_who_goes_away_is_not_rung_at_any_more_but_keeps_what_they_own(centre):
    owned = await centre.accepted("anna")
    other = await centre.chat(address="web:visitor-2")
    assert other.assignee == "anna"
    await centre.do("anna", c.SetPresence(state=PresenceState.AWAY, reason="lunch"))
    await centre.state(other.interaction_id, "queued", None)
    assert (await centre.interaction(owned)).assignee == "anna"
    presence = await centre.presence("anna")
    assert (presence.state, presence.reason, presence.since) == (PresenceState.AWAY, "lunch", centre.at)


async def test_two_agents_one_request_one_gets_it(centre):
    await centre.ready("anna")
    answer = await centre.chat()
    accept = c.Accept(interaction_id=answer.interaction_id)
    attempts = [centre.attempt(name, accept) for name in ("anna", "bert", "anna", "sven")]
    answers = await asyncio.gather(*attempts)
    assert sorted(one.outcome for one in answers) == ["applied", "refused", "refused", "refused"]
    assert {one.error.code for one in answers if one.error} == {"already_taken"}
    assert (await centre.interaction(answer.interaction_id)).assignee == "anna"


async def test_two_agents_take_the_same_waiting_request(centre):
    answer = await centre.mail()
    take = c.Take(interaction_id=answer.interaction_id)
    answers = await asyncio.gather(*(centre.attempt(name, take) for name in ("anna", "bert", "sven")))
    assert [one.outcome for one in answers].count("applied") == 1
    assert {one.error.code for one in answers if one.error} == {"already_taken"}


async def test_nobody_gets_more_than_they_can_carry_and_room_is_used_at_once(centre):
    await centre.hire("anna", capacity={"chat": 1})
    first = await centre.accepted("anna")
    second = await centre.chat(address="web:visitor-2")
    assert second.assignee is None
    await centre.do("anna", c.WrapUp(interaction_id=first, disposition="solved"))
    await centre.state(second.interaction_id, "offered", "anna")


async def test_what_is_most_urgent_is_offered_first(centre):
    await centre.hire("anna", capacity={"total": 1})
    mail = await centre.mail()
    chat = await centre.chat()
    assert (await centre.interaction(chat.interaction_id)).priority < (
        await centre.interaction(mail.interaction_id)
    ).priority
    await centre.ready("anna")
    await centre.state(chat.interaction_id, "offered", "anna")
    assert (await centre.interaction(mail.interaction_id)).state is InteractionState.QUEUED


async def test_a_call_rings_only_where_nothing_live_is_going_on(centre):
    await centre.accepted("anna")
    call = await centre.says(Channel.CALL, "+4930123456", thread="call-1")
    assert call.assignee is None
    await centre.ready("bert")
    await centre.state(call.interaction_id, "offered", "bert")
