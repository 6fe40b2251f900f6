"""Calling a customer back: at the time, by whom, whatever happens meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from desktop.domain import commands as c
from desktop.domain.agent import PresenceState
from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.interaction import MessageKind
from desktop.domain.routing import Hours, Opening

NUMBER = "+4930123456"
ANY_DAY = tuple(range(7))


def _in(centre, chat, *, minutes=60, **fields):
    fields = {"to": "030 123456", **fields}
    return c.ScheduleCallback(interaction_id=chat, at=centre.at + timedelta(minutes=minutes), **fields)


async def _events(centre, id_):
    return [one.event for one in await centre.messages(id_) if one.event]


async def test_at_the_time_it_rings_as_a_call_at_the_agent_who_promised_it(centre):
    chat = await centre.accepted("anna")
    await centre.do("anna", _in(centre, chat, note="Wants to know about the refund"))
    found = await centre.interaction(chat)
    assert (found.state, found.assignee, found.callback_to) == ("snoozed", "anna", NUMBER)
    assert found.callback_at == centre.at + timedelta(hours=1)
    await centre.ready("bert")
    centre.later(minutes=59)
    assert (await centre.interaction(chat)).state == "snoozed"
    centre.later(minutes=1)
    ringing = await centre.state(chat, "offered", "anna")
    assert (ringing.channel, ringing.from_address) == (Channel.CALL, NUMBER)
    assert ringing.priority == max(1, found.priority - 1)
    assert ringing.callback_at is None
    assert {"callback_scheduled", "callback_due"} <= set(await _events(centre, chat))
    notes = [one.text for one in await centre.messages(chat) if one.kind is MessageKind.NOTE]
    assert notes == ["Wants to know about the refund"]
    await centre.do("anna", c.Accept(interaction_id=chat))
    assert (await centre.interaction(chat)).assignee == "anna"


async def test_one_for_the_queue_rings_at_whoever_is_free(centre):
    chat = await centre.accepted("anna")
    await centre.do("anna", _in(centre, chat, is_mine=False))
    await centre.do("anna", c.SetPresence(state=PresenceState.AWAY, reason="lunch"))
    await centre.ready("bert")
    centre.later(minutes=61)
    await centre.state(chat, "offered", "bert")


async def test_without_its_agent_it_goes_to_the_queue(centre):
    chat = await centre.accepted("anna")
    await centre.do("anna", _in(centre, chat))
    await centre.do("anna", c.SetPresence(state=PresenceState.OFFLINE))
    await centre.ready("bert")
    centre.later(minutes=61)
    await centre.state(chat, "offered", "bert")


async def test_at_its_agents_break_it_still_rings_at_them_first(centre):
    chat = await centre.accepted("anna")
    await centre.do("anna", _in(centre, chat))
    await centre.do("anna", c.SetPresence(state=PresenceState.AWAY, reason="back_office"))
    await centre.ready("bert")
    centre.later(minutes=61)
    await centre.state(chat, "offered", "anna")
    centre.later(seconds=centre.options.live_offer_s + 1)
    await centre.state(chat, "offered", "bert")


async def test_an_agent_in_a_call_is_not_rung_at(centre):
    chat = await centre.accepted("anna")
    await centre.do("anna", _in(centre, chat))
    call = await centre.says(Channel.CALL, "+49301", thread="c1", event="ringing")
    await centre.do("anna", c.Accept(interaction_id=call.interaction_id))
    centre.later(minutes=61)
    await centre.state(chat, "queued", None)
    await centre.do("anna", c.WrapUp(interaction_id=call.interaction_id, disposition="solved"))
    await centre.state(chat, "offered", "anna")


async def test_a_restart_of_the_hub_loses_none(centre):
    chat = await centre.accepted("anna")
    await centre.do("anna", _in(centre, chat))
    await centre.desk.stop()
    centre.later(hours=3)
    centre.desk.start()
    await centre.state(chat, "offered", "anna")


async def test_the_customer_writing_meanwhile_does_not_lose_it(centre):
    chat = await centre.accepted("anna", thread="room-1")
    await centre.do("anna", _in(centre, chat))
    centre.later(minutes=10)
    await centre.chat("One more thing", thread="room-1")
    found = await centre.interaction(chat)
    assert (found.state, found.assignee) == ("active", "anna")
    assert found.callback_at is not None
    await centre.do("anna", c.Wait(interaction_id=chat))
    centre.later(minutes=51)
    ringing = await centre.state(chat, "offered", "anna")
    assert ringing.channel is Channel.CALL


async def test_in_the_middle_of_talking_it_says_that_it_is_time(centre):
    chat = await centre.accepted("anna", thread="room-1")
    await centre.do("anna", _in(centre, chat))
    await centre.chat("One more thing", thread="room-1")
    centre.later(minutes=61)

    async def told():
        return "callback_due" in await _events(centre, chat)

    await centre.until(told)
    found = await centre.interaction(chat)
    assert (found.state, found.channel, found.callback_at) == ("active", Channel.CHAT, None)
    assert found.due_at == centre.at


async def test_waiting_in_the_queue_it_becomes_a_call_there(centre):
    chat = await centre.accepted("anna", thread="room-1")
    await centre.do("anna", _in(centre, chat, is_mine=False))
    await centre.do("anna", c.SetPresence(state=PresenceState.OFFLINE))
    await centre.chat("Hello?", thread="room-1")
    assert (await centre.interaction(chat)).state == "queued"
    centre.later(minutes=61)

    async def is_call():
        return (await centre.interaction(chat)).channel is Channel.CALL

    await centre.until(is_call)
    await centre.ready("bert")
    await centre.state(chat, "offered", "bert")


async def test_nobody_answered_so_it_is_tried_again_later(centre):
    chat = await centre.accepted("anna")
    await centre.do("anna", _in(centre, chat))
    centre.later(minutes=61)
    await centre.state(chat, "offered", "anna")
    await centre.do("anna", c.Accept(interaction_id=chat))
    await centre.do("anna", c.EndContact(interaction_id=chat))
    await centre.do("anna", _in(centre, chat, minutes=30, to=""))
    assert (await centre.interaction(chat)).callback_to == NUMBER
    centre.later(minutes=31)
    await centre.state(chat, "offered", "anna")


async def test_taken_up_early_or_closed_it_does_not_ring_any_more(centre):
    for step in (c.Resume, None):
        chat = await centre.accepted("anna", address=f"web:{step}")
        await centre.do("anna", _in(centre, chat))
        if step is not None:
            await centre.do("anna", step(interaction_id=chat))
            assert (await centre.interaction(chat)).callback_at is None
        await centre.do("anna", c.WrapUp(interaction_id=chat, disposition="solved"))
        found = await centre.interaction(chat)
        assert found.callback_at is None
        centre.later(hours=2)
        assert (await centre.interaction(chat)).state == "closed"


async def test_the_number_is_the_one_given_the_one_they_called_from_or_one_on_record(centre):
    await centre.ready("anna")
    call = await centre.says(Channel.CALL, "+4930777777", thread="c1", event="ringing")
    await centre.do("anna", c.Accept(interaction_id=call.interaction_id))
    await centre.do("anna", _in(centre, call.interaction_id, to=""))
    assert (await centre.interaction(call.interaction_id)).callback_to == "+4930777777"
    await centre.customer("Jana Weber", "jana@example.org", "+4930888888")
    mail = await centre.mail()
    await centre.do("anna", c.Take(interaction_id=mail.interaction_id))
    await centre.do("anna", _in(centre, mail.interaction_id, to=""))
    assert (await centre.interaction(mail.interaction_id)).callback_to == "+4930888888"
    nobody = await centre.chat(address="web:visitor-9")
    await centre.do("anna", c.Accept(interaction_id=nobody.interaction_id))
    assert await centre.refusal("anna", _in(centre, nobody.interaction_id, to="")) == "no_address"


@pytest.mark.parametrize("to", ["call me", "12", "\u202e+49", "0" * 5000, "+49 30 <b>1</b>"])
async def test_what_is_no_number_is_refused(centre, to):
    chat = await centre.accepted("anna")
    assert await centre.refusal("anna", _in(centre, chat, to=to)) == "unknown_value"


async def test_only_within_the_coming_year_and_by_who_has_the_contact(centre):
    chat = await centre.accepted("anna")
    for minutes in (-1, 0, 400 * 24 * 60):
        assert await centre.refusal("anna", _in(centre, chat, minutes=minutes)) == "unknown_value"
    assert await centre.refusal("bert", _in(centre, chat)) == "not_owner"


async def test_of_a_queue_that_is_closed_then_it_is_said_when_it_opens(centre):
    chat = await centre.accepted("anna")
    queue = await centre.get(Table.QUEUE, (await centre.interaction(chat)).queue)
    opening = Opening(days=ANY_DAY, opens="08:00", closes="18:00")
    await centre.put(replace(queue, hours=Hours(zone="UTC", openings=(opening,))))
    at_night = c.ScheduleCallback(interaction_id=chat, at=datetime(2026, 3, 2, 22, 0, tzinfo=UTC), to=NUMBER)
    answer = await centre.attempt("anna", at_night)
    assert answer.error.code == "closed_then"
    assert "2026-03-03T08:00:00+00:00" in answer.error.detail
    await centre.do("anna", replace(at_night, at=datetime(2026, 3, 3, 8, 0, tzinfo=UTC)))


async def test_while_it_sleeps_the_agent_has_room_for_others(centre):
    await centre.hire("anna", capacity={"chat": 1})
    chat = await centre.accepted("anna")
    other = await centre.chat(address="web:visitor-2")
    assert other.assignee is None
    await centre.do("anna", _in(centre, chat))
    await centre.state(other.interaction_id, "offered", "anna")
