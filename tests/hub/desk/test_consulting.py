"""Asking a colleague about a contact without giving it away."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from desktop.domain import commands as c
from desktop.domain.agent import PresenceState, Queue, Silence
from desktop.domain.changes import Table
from desktop.domain.ids import AgentId, QueueId
from desktop.domain.interaction import MessageKind
from desktop.hub.feed import Feed

SVEN, BERT = AgentId("sven"), AgentId("bert")


async def _of_north(centre):
    """A chat of a queue that only team north sees, at anna's."""
    await centre.put(Queue(id=QueueId("north"), names={"en": "North"}, teams=("north",)))
    chat = await centre.accepted("anna", thread="room-1")
    await centre.do("anna", c.Transfer(interaction_id=chat, to_queue=QueueId("north")))
    await centre.do("anna", c.Take(interaction_id=chat))
    await centre.ready("sven", "bert")
    return chat


async def _sees(centre, name):
    """What a window of ``name`` that starts now is told of, by type."""
    feed = await Feed.open(centre.database)
    found, after = {}, 0
    while True:
        page = await feed.page(centre.caller(name), after, 1000)
        for change in page.changes:
            ids = found.setdefault(change.type, set())
            ids.add(change.id) if change.op == "upsert" else ids.discard(change.id)
        if not page.more:
            return found
        after = page.next


def _consult(chat, agent_id, note=""):
    return c.Consult(interaction_id=chat, agent_id=agent_id, note=note)


async def test_the_colleague_sees_the_contact_with_its_history_and_may_write_notes_only(centre):
    chat = await _of_north(centre)
    assert chat not in (await _sees(centre, "sven")).get("interaction", ())
    await centre.do("anna", _consult(chat, SVEN, "Is this covered by the warranty?"))
    seen = await _sees(centre, "sven")
    assert chat in seen["interaction"]
    assert {one.id for one in await centre.messages(chat)} <= seen["message"]
    assert (await centre.interaction(chat)).customer_id in seen["customer"]
    await centre.do("sven", c.AddNote(interaction_id=chat, text="Yes, until May."))
    assert await centre.refusal("sven", c.SendMessage(interaction_id=chat, text="Hello!")) == "not_owner"
    assert await centre.refusal("sven", c.WrapUp(interaction_id=chat, disposition="solved")) == "not_owner"
    found = await centre.interaction(chat)
    assert (found.assignee, found.consulting) == ("anna", "sven")
    notes = [one.text for one in await centre.messages(chat) if one.kind is MessageKind.NOTE]
    assert notes == ["Is this covered by the warranty?", "Yes, until May."]


@pytest.mark.parametrize("who", ["anna", "sven"])
async def test_when_it_is_over_the_colleague_does_not_see_it_any_more(centre, who):
    chat = await _of_north(centre)
    await centre.do("anna", _consult(chat, SVEN))
    await centre.do(who, _consult(chat, None))
    seen = await _sees(centre, "sven")
    assert chat not in seen["interaction"]
    assert not {one.id for one in await centre.messages(chat)} & seen["message"]
    events = [one.event for one in await centre.messages(chat) if one.event.startswith("consult")]
    assert events == ["consult_started", "consult_ended"]
    await centre.do("anna", _consult(chat, None))


async def test_a_transfer_after_the_consultation_is_to_somebody_who_knows_the_case(centre):
    chat = await _of_north(centre)
    await centre.do("anna", _consult(chat, SVEN, "Can you take it?"))
    await centre.do("anna", c.Transfer(interaction_id=chat, to_agent=SVEN))
    ringing = await centre.interaction(chat)
    assert (ringing.state, ringing.assignee, ringing.consulting) == ("offered", "sven", None)
    await centre.do("sven", c.Accept(interaction_id=chat))
    seen = await _sees(centre, "sven")
    assert {one.id for one in await centre.messages(chat)} <= seen["message"]


async def test_it_ends_with_the_contact(centre):
    chat = await _of_north(centre)
    await centre.do("anna", _consult(chat, SVEN))
    await centre.do("anna", c.EndContact(interaction_id=chat))
    assert (await centre.interaction(chat)).consulting == "sven", "they may still help to write it up"
    await centre.do("anna", c.WrapUp(interaction_id=chat, disposition="solved"))
    assert (await centre.interaction(chat)).consulting is None
    assert chat not in (await _sees(centre, "sven")).get("interaction", ())


async def test_another_colleague_takes_the_first_ones_place(centre):
    chat = await _of_north(centre)
    await centre.do("anna", _consult(chat, SVEN))
    await centre.do("anna", _consult(chat, BERT))
    assert (await centre.interaction(chat)).consulting == "bert"
    assert chat not in (await _sees(centre, "sven")).get("interaction", ())


async def test_who_cannot_be_asked(centre):
    chat = await _of_north(centre)
    assert await centre.refusal("anna", _consult(chat, AgentId("anna"))) == "unknown_value"
    assert await centre.refusal("anna", _consult(chat, AgentId("nobody"))) == "unknown_value"
    await centre.do("sven", c.SetPresence(state=PresenceState.OFFLINE))
    assert await centre.refusal("anna", _consult(chat, SVEN)) == "not_there"
    assert await centre.refusal("bert", _consult(chat, SVEN)) == "not_owner"
    await centre.ready("sven")
    await centre.do("anna", _consult(chat, SVEN))
    assert await centre.refusal("bert", _consult(chat, None)) == "not_owner"
    await centre.do("anna", _consult(chat, None))
    assert await centre.refusal("sven", _consult(chat, None)) == "gone", "it is none of his business"


async def test_a_colleague_whose_window_is_gone_cannot_be_asked(centre):
    chat = await _of_north(centre)
    sven = await centre.get(Table.AGENT, "sven")
    await centre.put(replace(sven, silence=Silence(since=centre.at)))
    assert await centre.refusal("anna", _consult(chat, SVEN)) == "not_there"


async def test_what_waits_or_is_closed_is_nobodys_to_ask_about(centre):
    waiting = await centre.chat()
    assert await centre.refusal("anna", _consult(waiting.interaction_id, BERT)) == "not_owner"
    chat = await _of_north(centre)
    await centre.do("anna", c.WrapUp(interaction_id=chat, disposition="solved"))
    assert await centre.refusal("anna", _consult(chat, BERT)) == "illegal_state"
