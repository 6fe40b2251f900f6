"""A window dies, and what becomes of the customers at its other end. Windows are heard as the API would tell the desk."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from msgspec.structs import replace

from desktop.domain import commands as c
from desktop.domain.agent import PresenceState
from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.ids import AgentId
from desktop.domain.routing import RoutingPolicy
from desktop.hub.db.database import Database
from desktop.hub.desk.desk import Desk

ANNA, BERT = AgentId("anna"), AgentId("bert")


async def _beat(centre, name=ANNA, window="w1", *, is_regular=True):
    return await centre.desk.lookout.beat(name, window, is_regular=is_regular)


async def _pass(centre, seconds, *beating):
    """Time passes in small steps; ``beating`` go on saying that they are there."""
    while seconds > 0:
        step = min(4, seconds)
        centre.later(seconds=step)
        seconds -= step
        for name in beating:
            await _beat(centre, name)
        await centre.desk.lookout.look()


async def _agent(centre, name="anna"):
    return await centre.get(Table.AGENT, name)


async def _events(centre, id_):
    return [one.event for one in await centre.messages(id_) if one.event]


async def test_the_chat_of_a_dead_window_goes_to_a_colleague_within_15_seconds(centre):
    await _beat(centre)
    chat = await centre.accepted("anna")
    before = await centre.interaction(chat)
    await centre.ready("bert")
    await _pass(centre, 13)
    assert (await centre.interaction(chat)).assignee == "anna"
    await _pass(centre, 2)
    found = await centre.state(chat, "offered", "bert")
    assert found.priority == max(1, before.priority - 1)
    assert "agent_silent" in await _events(centre, chat)
    assert (await centre.messages(chat))[0].text == "Where is my order?"
    agent = await _agent(centre)
    assert (agent.presence.state, agent.presence.reason) == (PresenceState.NOT_RESPONDING, "silent")


async def test_what_rings_goes_back_and_written_work_stays(centre):
    await _beat(centre)
    await centre.ready("anna")
    mail = await centre.mail()
    await centre.do("anna", c.Accept(interaction_id=mail.interaction_id))
    await _pass(centre, 12)
    ringing = await centre.mail(address="other@example.org")
    assert ringing.assignee == "anna"
    await _pass(centre, 3)
    await centre.state(ringing.interaction_id, "queued", None)
    assert (await centre.interaction(mail.interaction_id)).assignee == "anna"


async def test_back_in_time_she_has_her_chat_again_and_is_ready_as_before(centre):
    await _beat(centre)
    chat = await centre.accepted("anna")
    before = await centre.presence("anna")
    await _pass(centre, 15)
    await centre.state(chat, "queued", None)
    await _pass(centre, 30)
    await _beat(centre)
    found = await centre.interaction(chat)
    assert (found.state, found.assignee) == ("active", "anna")
    assert "given_back" in await _events(centre, chat)
    agent = await _agent(centre)
    assert agent.presence == before
    assert agent.silence is None
    assert agent.heard_at == centre.at


async def test_what_rings_at_a_colleague_comes_back_and_what_they_took_does_not(centre):
    await _beat(centre)
    ringing = await centre.accepted("anna")
    taken = await centre.chat(address="web:visitor-2")
    await centre.do("anna", c.Accept(interaction_id=taken.interaction_id))
    await centre.ready("bert")
    await _pass(centre, 15)
    await centre.state(taken.interaction_id, "offered", "bert")
    await centre.state(ringing, "offered", "bert")
    await centre.do("bert", c.Accept(interaction_id=taken.interaction_id))
    await _beat(centre)
    assert (await centre.interaction(ringing)).assignee == "anna"
    assert (await centre.interaction(taken.interaction_id)).assignee == "bert"
    assert await centre.refusal("bert", c.Accept(interaction_id=ringing)) == "already_taken"


async def test_long_after_the_grace_time_she_says_herself_that_she_is_ready(centre):
    await _beat(centre)
    chat = await centre.accepted("anna")
    await _pass(centre, 15)
    await _pass(centre, RoutingPolicy().silent_grace_s + 8)
    await _beat(centre)
    assert (await centre.interaction(chat)).state == "queued"
    agent = await _agent(centre)
    assert (agent.presence.state, agent.presence.reason) == (PresenceState.NOT_RESPONDING, "")
    await centre.ready("anna")
    await centre.state(chat, "offered", "anna")


async def test_what_she_chose_while_away_from_the_network_counts_more_than_the_guess(centre):
    await _beat(centre)
    await centre.ready("anna")
    await _pass(centre, 15)
    await centre.do("anna", c.SetPresence(state=PresenceState.AWAY, reason="lunch"))
    await _beat(centre)
    await _pass(centre, 8, ANNA)
    assert (await centre.presence("anna")).reason == "lunch"


async def test_who_went_to_lunch_stays_at_lunch_when_the_machine_sleeps(centre):
    await _beat(centre)
    await centre.do("anna", c.SetPresence(state=PresenceState.AWAY, reason="lunch"))
    await _pass(centre, 40)
    agent = await _agent(centre)
    assert agent.presence.reason == "lunch"
    assert agent.silence is not None, "a lead's board shows it all the same"


async def test_lunch_asked_for_after_the_contact_begins_when_the_contact_is_saved(centre):
    await _beat(centre)
    chat = await centre.accepted("anna")
    await centre.do("anna", c.SetPresence(state=PresenceState.AWAY, reason="lunch", is_after=True))
    await _pass(centre, 15)
    await centre.state(chat, "queued", None)
    assert (await centre.presence("anna")).reason == "lunch"


async def test_a_chat_left_with_an_agent_who_went_offline_is_saved_too(centre):
    await _beat(centre)
    chat = await centre.accepted("anna")
    await centre.do("anna", c.SetPresence(state=PresenceState.OFFLINE))
    await _pass(centre, 15)
    await centre.state(chat, "queued", None)
    assert (await centre.presence("anna")).state is PresenceState.OFFLINE


async def test_an_open_stream_is_a_sign_of_life_as_long_as_it_stands(centre):
    with ExitStack() as stream:
        stream.enter_context(centre.desk.lookout.listening(ANNA, ""))
        await centre.desk.lookout.opened(ANNA)
        chat = await centre.accepted("anna")
        await _pass(centre, 120)
    await _pass(centre, 12)
    assert (await centre.interaction(chat)).assignee == "anna", "it counts from the end of the stream"
    await _pass(centre, 3)
    await centre.state(chat, "queued", None)


async def test_a_stream_that_outlives_its_reader_does_not_deceive_the_hub(centre):
    with centre.desk.lookout.listening(ANNA, "w1"):
        await _beat(centre)
        chat = await centre.accepted("anna")
        await _pass(centre, 15)
        await centre.state(chat, "queued", None)


async def test_on_two_windows_she_is_there_while_one_is(centre):
    await _beat(centre, window="w1")
    await _beat(centre, window="w2")
    chat = await centre.accepted("anna")
    for _ in range(10):
        centre.later(seconds=4)
        await _beat(centre, window="w2")
        await centre.desk.lookout.look()
    assert (await centre.interaction(chat)).assignee == "anna"
    await _pass(centre, 15)
    await centre.state(chat, "queued", None)


async def test_a_restart_of_the_hub_declares_nobody_dead(centre):
    await _beat(centre)
    chat = await centre.accepted("anna")
    await centre.desk.stop()
    centre.later(minutes=5)
    centre.desk.start()
    await _pass(centre, 40)
    assert (await centre.interaction(chat)).assignee == "anna"
    await _pass(centre, 30)
    await centre.state(chat, "queued", None)


async def test_a_hub_that_slept_blames_nobody_for_it(centre):
    await _beat(centre)
    chat = await centre.accepted("anna")
    await centre.desk.lookout.look()
    centre.later(hours=1)
    await centre.desk.lookout.look()
    await _pass(centre, 30)
    assert (await centre.interaction(chat)).assignee == "anna"


async def test_a_script_that_only_sends_commands_is_not_watched(centre):
    chat = await centre.accepted("anna")
    await centre.desk.lookout.called(ANNA)
    await _pass(centre, 100)
    assert (await centre.interaction(chat)).assignee == "anna"
    assert (await centre.presence("anna")).state is PresenceState.READY


async def test_beats_are_no_changes_of_the_feed(centre):
    await centre.ready("anna")
    await _beat(centre)
    await centre.desk.lookout.look()
    version = (await _agent(centre)).version
    await _pass(centre, 60, ANNA)
    assert (await _agent(centre)).version == version


async def test_who_is_heard_by_another_process_of_the_hub_is_there(centre):
    database = await Database.open(centre.url)
    other = await Desk.open(database, centre.options)
    try:
        await centre.desk.lookout.look()
        await other.lookout.look()
        await _beat(centre)
        chat = await centre.accepted("anna")
        for _ in range(8):
            centre.later(seconds=4)
            await other.lookout.beat(ANNA, "w1", is_regular=True)
            await other.lookout.look()
            await centre.desk.lookout.look()
        assert (await centre.interaction(chat)).assignee == "anna"
        await _pass(centre, 20)
        await centre.state(chat, "queued", None)
    finally:
        await database.close()


async def test_the_policy_says_how_long_is_waited_and_how_often_to_beat(centre):
    policy = await centre.get(Table.ROUTING, "policy") or RoutingPolicy()
    await centre.put(replace(policy, silent_after_s=30))
    await _beat(centre)
    chat = await centre.accepted("anna")
    await centre.desk.lookout.look()
    await _pass(centre, 24)
    assert (await centre.interaction(chat)).assignee == "anna"
    await _pass(centre, 6)
    await centre.state(chat, "queued", None)
    await centre.put(replace(policy, silent_after_s=6))
    await centre.desk.lookout.look()
    assert await _beat(centre) == pytest.approx(2.0)


async def test_a_customer_who_writes_to_a_silent_agent_reaches_somebody_else(centre):
    await _beat(centre)
    chat = await centre.accepted("anna", thread="room-1")
    await centre.do("anna", c.Wait(interaction_id=chat))
    await _pass(centre, 15)
    assert (await centre.interaction(chat)).assignee == "anna"
    await centre.ready("bert")
    await centre.chat("Are you still there?", thread="room-1")
    await centre.state(chat, "offered", "bert")


async def test_a_call_is_saved_like_a_chat(centre):
    await _beat(centre)
    await centre.ready("anna")
    call = await centre.says(Channel.CALL, "+4930123456", thread="c1", event="ringing")
    await centre.do("anna", c.Accept(interaction_id=call.interaction_id))
    await centre.ready("bert")
    await _pass(centre, 15)
    await centre.state(call.interaction_id, "offered", "bert")
