"""The line breaks and nobody knows whether the message is there. It is looked for before anybody sends it again: whatever
breaks and however often, the customer reads each message once."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from desktop.backends.base import Offline
from desktop.domain import commands as c
from desktop.domain.ids import AgentId, CommandId, InteractionId, new_id
from desktop.store.database import Store
from desktop.sync.backoff import Growth
from desktop.sync.politeness import Politeness
from desktop.sync.status import Phase

from ...peers.chatwoot.office import Office
from ...peers.chatwoot.server import ChatwootStandIn
from .conftest import BEN, ME


@pytest.fixture
async def make_desk(store: Store, neighbour: Callable[[str], Any], connect: Any) -> AsyncIterator[Callable[..., Any]]:
    kind = neighbour("sync/conftest.py").Desk
    desks: list[Any] = []

    def make(backend: Any, **options: Any) -> Any:
        desks.append(kind(store, backend, me=ME, **options))
        return desks[-1]

    yield make
    for desk in desks:
        await desk.close()


@pytest.mark.parametrize("rounds", [40, pytest.param(200, marks=pytest.mark.long)])
async def test_as_many_cuts_as_replies_and_each_reply_is_there_once(
    make_desk: Any, connect: Any, office: Office, server: ChatwootStandIn, rounds: int
) -> None:
    for number in range(8):
        office.begin(office.add_contact(f"Visitor {number}"), "Hello")
    growth = Growth(first_s=0.002, cap_s=0.01, least_s=0.001)
    hasty = Politeness(rate=10_000.0, burst=10_000.0)
    desk = make_desk(connect(settle_s=0.005), growth=growth, politeness=hasty)
    desk.engine._sender._ask_growth = growth
    desk.start()
    await desk.until(lambda: desk.status.phase is Phase.LIVE)
    chance = random.Random(7)
    written = []
    while len(written) < rounds:
        # Before or after they took effect, up to twice; and as often as not the line also breaks while one is looked for.
        for number in range(1, 9):
            lose = server.lose_answers if chance.random() < 0.7 else server.lose_requests
            lose(f"POST /api/v1/accounts/3/conversations/{number}/messages", times=1 + chance.randrange(2))
            if chance.random() < 0.5:
                server.lose_answers(f"GET /api/v1/accounts/3/conversations/{number}/messages", times=3)
            written.append(f"reply {len(written)}")
            desk.reply(str(number), written[-1])
        await desk.until(lambda: not desk.outbox(), timeout_s=20)
        server.forgive()
    there = [m["content"] for messages in office.messages.values() for m in messages if m["user"]]
    assert sorted(there) == sorted(written)
    assert server.cuts >= rounds


async def test_the_same_words_said_twice_on_purpose_are_two_messages(connect: Any, office: Office, server: Any) -> None:
    office.begin(office.add_contact("Jana"), "Hello")
    backend = connect()
    one, two = CommandId(new_id()), CommandId(new_id())
    command = c.SendMessage(interaction_id=InteractionId("1"), text="ok")
    await backend.perform(one, command)
    assert await backend.look_up(two, command) is None
    await backend.perform(two, command)
    found = await backend.look_up(one, command)
    assert found is not None
    assert found.changes[0].id != (await backend.look_up(two, command)).changes[0].id  # type: ignore[union-attr]
    assert [m["content"] for m in office.messages[1]] == ["Hello", "ok", "ok"]


async def test_a_lost_message_is_found_below_much_that_came_after(connect: Any, office: Office, server: Any) -> None:
    office.begin(office.add_contact("Jana"), "Hello")
    backend = connect()
    command_id, command = CommandId(new_id()), c.AddNote(interaction_id=InteractionId("1"), text="remember")
    server.lose_answers("POST")
    with pytest.raises(Offline) as lost:
        await backend.perform(command_id, command)
    assert lost.value.may_have_arrived
    for number in range(90):
        office.say(1, f"more {number}")
    found = await connect().look_up(command_id, command)
    assert found is not None
    assert found.outcome == "applied"


async def test_a_request_still_on_its_way_is_waited_for(connect: Any, office: Office, server: ChatwootStandIn) -> None:
    office.begin(office.add_contact("Jana"), "Hello")
    backend = connect(settle_s=0.3)
    command_id, command = CommandId(new_id()), c.SendMessage(interaction_id=InteractionId("1"), text="slowly")
    server.lose_requests("POST")
    with pytest.raises(Offline):
        await backend.perform(command_id, command)
    seen = len(server.requests)
    # The server takes its time: the message is there only after it was looked for.
    asyncio.get_running_loop().call_later(
        0.1, lambda: office.say(1, "slowly", user=7, content_attributes={"dirigent_command": command_id})
    )
    found = await backend.look_up(command_id, command)
    assert found is not None
    assert len(server.requests) > seen + 1


async def test_a_listing_that_gives_echoes_back_will_do(connect: Any, office: Office) -> None:
    office.begin(office.add_contact("Jana"), "Hello")
    backend = connect()
    command_id = CommandId(new_id())
    office.say(1, "ok", user=7)["content_attributes"] = {}
    shown = office.message_row

    def with_echo(conversation: int, message: Any, **more: Any) -> Any:
        return {**shown(conversation, message, **more), "echo_id": command_id}

    office.message_row = with_echo  # type: ignore[method-assign]
    found = await backend.look_up(command_id, c.SendMessage(interaction_id=InteractionId("1"), text="ok"))
    assert found is not None


async def test_handing_on_with_a_note_leaves_one_note(connect: Any, office: Office, server: ChatwootStandIn) -> None:
    office.begin(office.add_contact("Jana"), "Hello")
    backend = connect()
    command_id = CommandId(new_id())
    command = c.Transfer(interaction_id=InteractionId("1"), to_agent=AgentId(str(BEN)), note="yours")
    server.lose_answers("/messages")
    with pytest.raises(Offline):
        await backend.perform(command_id, command)
    answer = await backend.look_up(command_id, command)
    assert answer is not None
    assert office.conversations[1]["assignee"] == BEN
    assert [m["content"] for m in office.messages[1] if m["private"]] == ["yours"]
    server.lose_answers("/assignments")
    other = CommandId(new_id())
    with pytest.raises(Offline):
        await backend.perform(other, command)
    assert await backend.look_up(other, command) is None
    await backend.perform(other, command)
    assert [m["content"] for m in office.messages[1] if m["private"]] == ["yours", "yours"]


async def test_a_merge_whose_answer_was_lost_is_not_tried_again(connect: Any, office: Office, server: Any) -> None:
    one, two = office.add_contact("Jana"), office.add_contact("Jana W.")
    backend = connect()
    command = c.MergeCustomers(customer_id=str(one), merged_id=str(two))  # type: ignore[arg-type]
    server.lose_answers("contact_merge")
    with pytest.raises(Offline):
        await backend.perform(CommandId("x"), command)
    answer = await backend.look_up(CommandId("x"), command)
    assert answer is not None
    assert [change.id for change in answer.changes if change.type == "customer"] == [str(one), str(two)]
