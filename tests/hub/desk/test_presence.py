"""What agents say about taking work, at once or after what they have in hand."""

from __future__ import annotations

from msgspec.structs import replace

from desktop.domain import commands as c
from desktop.domain.agent import PresenceState
from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.routing import RoutingPolicy

LUNCH_AFTER = c.SetPresence(state=PresenceState.AWAY, reason="lunch", is_after=True)


async def _agent(centre, name="anna"):
    return await centre.get(Table.AGENT, name)


async def test_lunch_begins_with_the_end_of_the_last_contact_and_its_wrap_up(centre):
    first = await centre.accepted("anna")
    second = await centre.chat(address="web:visitor-2")
    await centre.do("anna", c.Accept(interaction_id=second.interaction_id))
    await centre.do("anna", LUNCH_AFTER)
    agent = await _agent(centre)
    assert agent.presence.state is PresenceState.READY
    assert (agent.next_presence.state, agent.next_presence.reason) == (PresenceState.AWAY, "lunch")
    await centre.do("anna", c.WrapUp(interaction_id=first, disposition="solved"))
    await centre.do("anna", c.EndContact(interaction_id=second.interaction_id))
    assert (await centre.presence("anna")).state is PresenceState.READY, "there is still something to wrap up"
    centre.later(minutes=2)
    await centre.do("anna", c.WrapUp(interaction_id=second.interaction_id, disposition="solved"))
    agent = await _agent(centre)
    assert agent.presence.reason == "lunch"
    assert agent.presence.since == centre.at
    assert agent.next_presence is None


async def test_who_is_about_to_leave_is_offered_nothing_new(centre):
    await centre.accepted("anna")
    ringing = await centre.chat(address="web:visitor-2")
    assert ringing.assignee == "anna"
    await centre.do("anna", LUNCH_AFTER)
    await centre.state(ringing.interaction_id, "queued", None)
    other = await centre.chat(address="web:visitor-3")
    assert other.assignee is None
    await centre.ready("bert")
    await centre.state(other.interaction_id, "offered", "bert")


async def test_said_again_or_ready_it_is_taken_back(centre):
    for change_of_mind in (LUNCH_AFTER, c.SetPresence(state=PresenceState.READY)):
        contact = await centre.accepted("anna", address=f"web:{change_of_mind.state}")
        await centre.do("anna", LUNCH_AFTER)
        waiting = await centre.chat(address=f"web:more-{change_of_mind.state}")
        await centre.do("anna", change_of_mind)
        assert (await _agent(centre)).next_presence is None
        await centre.state(waiting.interaction_id, "offered", "anna")
        for id_ in (contact, waiting.interaction_id):
            if id_ != contact:
                await centre.do("anna", c.Accept(interaction_id=id_))
            await centre.do("anna", c.WrapUp(interaction_id=id_, disposition="solved"))
        assert (await centre.presence("anna")).state is PresenceState.READY


async def test_with_only_mails_in_hand_nobody_waits_for_the_end_of_them(centre):
    await centre.ready("anna")
    mail = await centre.mail()
    await centre.do("anna", c.Accept(interaction_id=mail.interaction_id))
    await centre.do("anna", LUNCH_AFTER)
    assert (await centre.presence("anna")).reason == "lunch"


async def test_another_choice_replaces_what_was_to_come(centre):
    contact = await centre.accepted("anna")
    await centre.do("anna", LUNCH_AFTER)
    await centre.do("anna", c.SetPresence(state=PresenceState.OFFLINE, is_after=True))
    assert (await _agent(centre)).next_presence.state is PresenceState.OFFLINE
    await centre.do("anna", c.Transfer(interaction_id=contact, to_queue="billing"))
    assert (await centre.presence("anna")).state is PresenceState.OFFLINE


async def test_a_call_that_is_hung_up_still_has_to_be_wrapped_up(centre):
    await centre.ready("anna")
    call = await centre.says(Channel.CALL, "+4930123456", thread="c1", event="ringing")
    await centre.do("anna", c.Accept(interaction_id=call.interaction_id))
    await centre.do("anna", LUNCH_AFTER)
    await centre.says(Channel.CALL, "+4930123456", thread="c1", event="ended")
    assert (await centre.presence("anna")).state is PresenceState.READY
    await centre.do("anna", c.WrapUp(interaction_id=call.interaction_id, disposition="solved"))
    assert (await centre.presence("anna")).reason == "lunch"


async def test_the_reasons_are_the_policys(centre):
    assert await centre.refusal("anna", c.SetPresence(state=PresenceState.AWAY, reason="gardening")) == "unknown_reason"
    policy = await centre.get(Table.ROUTING, "policy") or RoutingPolicy()
    await centre.put(replace(policy, away_reasons={"gardening": {"en": "Gardening"}}))
    await centre.do("anna", c.SetPresence(state=PresenceState.AWAY, reason="gardening"))
    assert await centre.refusal("anna", c.SetPresence(state=PresenceState.AWAY, reason="lunch")) == "unknown_reason"
    await centre.put(replace(policy, away_reasons={}))
    for reason in ("lunch", "back_office", "", "locked"):
        await centre.do("anna", c.SetPresence(state=PresenceState.AWAY, reason=reason))


async def test_the_answer_carries_the_acknowledged_presence(centre):
    before = (await _agent(centre)).version
    answer = await centre.do("anna", c.SetPresence(state=PresenceState.READY))
    [change] = [one for one in answer.changes if one.type == "agent"]
    assert (await _agent(centre)).version == before + 1
    assert change.id == "anna"


async def test_ready_overrules_the_hubs_guess_that_nobody_is_there(centre):
    await centre.ready("anna")
    answer = await centre.chat()
    centre.later(seconds=centre.options.live_offer_s + 1)
    await centre.state(answer.interaction_id, "queued", None)
    assert (await centre.presence("anna")).state is PresenceState.NOT_RESPONDING
    await centre.ready("anna")
    await centre.state(answer.interaction_id, "offered", "anna")


async def test_a_guess_about_an_old_offer_does_not_replace_a_newer_choice(centre):
    await centre.ready("anna")
    answer = await centre.chat()
    await centre.do("anna", c.SetPresence(state=PresenceState.AWAY, reason="lunch"))
    centre.later(seconds=centre.options.live_offer_s + 1)
    await centre.state(answer.interaction_id, "queued", None)
    assert (await centre.presence("anna")).reason == "lunch"
