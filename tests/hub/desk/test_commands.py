"""One effect a key, and the outcome told again."""

from __future__ import annotations

import asyncio

from desktop.domain import commands as c
from desktop.domain.agent import PresenceState
from desktop.domain.interaction import Author

from .conftest import record_of


async def test_a_command_sent_again_has_one_effect_and_the_same_outcome(centre):
    id_ = await centre.accepted("anna")
    send = c.SendMessage(interaction_id=id_, text="Hello")
    first = await centre.do("anna", send, key="k1")
    again = await centre.do("anna", send, key="k1")
    assert {(one.type, one.id) for one in again.changes} == {(one.type, one.id) for one in first.changes}
    assert len([one for one in await centre.messages(id_) if one.author is Author.AGENT]) == 1


async def test_sent_many_times_at_once_it_has_one_effect(centre):
    id_ = await centre.accepted("anna")
    send = c.SendMessage(interaction_id=id_, text="Hello")
    answers = await asyncio.gather(*(centre.attempt("anna", send, "k1") for _ in range(8)))
    assert {one.outcome for one in answers} == {"applied"}
    assert len([one for one in await centre.messages(id_) if one.author is Author.AGENT]) == 1


async def test_a_refusal_is_told_again_though_it_would_go_now(centre):
    id_ = await centre.accepted("anna")
    resume = c.Resume(interaction_id=id_)
    refused = await centre.attempt("anna", resume, "k1")
    await centre.do("anna", c.Hold(interaction_id=id_))
    again = await centre.attempt("anna", resume, "k1")
    assert (again.outcome, again.error) == (refused.outcome, refused.error)
    assert record_of(again, "interaction").state == "on_hold", "the current record goes with it"
    await centre.do("anna", resume, "k2")


async def test_a_key_is_for_one_command_only(centre):
    await centre.do("anna", c.SetPresence(state=PresenceState.READY), "k1")
    other = await centre.attempt("anna", c.SetPresence(state=PresenceState.AWAY), "k1")
    assert (other.outcome, other.error.code) == ("refused", "key_reused")
    await centre.do("bert", c.SetPresence(state=PresenceState.AWAY), "k1")  # somebody else's k1 is another key


async def test_overlong_keys_are_told_apart(centre):
    await centre.do("anna", c.SetPresence(state=PresenceState.READY), "k" * 500 + "1")
    await centre.do("anna", c.SetPresence(state=PresenceState.AWAY), "k" * 500 + "2")
    again = await centre.attempt("anna", c.SetPresence(state=PresenceState.OFFLINE), "k" * 500 + "2")
    assert again.error.code == "key_reused"


async def test_nobody_says_of_themselves_that_they_do_not_respond(centre):
    assert await centre.refusal("anna", c.SetPresence(state=PresenceState.NOT_RESPONDING)) == "unknown_value"


async def test_a_presence_is_acknowledged_with_the_hubs_time(centre):
    answer = await centre.do("anna", c.SetPresence(state=PresenceState.AWAY, reason="training"))
    agent = record_of(answer, "agent")
    assert (agent.presence.reason, agent.presence.since) == ("training", centre.at)
