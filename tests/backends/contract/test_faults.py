"""Systems that are busy, away, or replaced by something that talks nonsense: nothing is lost, nothing ends, and the status
says what is the matter.
"""

from __future__ import annotations

import asyncio

import pytest

from desktop.domain import commands as c
from desktop.sync.status import Phase

from .desk import ContractDesk
from .garbage import GARBAGE, halved, twisted
from .gateway import Gateway
from .stories import NETWORK, story
from .world import World

_ALL = float("inf")


def _lost(before: dict[str, set[str]], desk: ContractDesk) -> dict[str, set[str]]:
    """What was here and is not any more."""
    held = desk.held()
    return {table: ids - held[table] for table, ids in before.items() if ids - held[table]}


@story("asked to wait, it waits", needs=(NETWORK,))
async def test_who_is_asked_to_come_back_later_does(world: World, desk: ContractDesk) -> None:
    contact = await world.customer_writes("Kornblume eins")
    await desk.sit_down()
    await desk.until(lambda: desk.texts(contact))
    world.gateway.throttle(1)
    desk.wake()
    await desk.until(lambda: world.gateway.struck)
    await world.customer_writes("Kornblume zwei", contact=contact)
    await asyncio.sleep(1.0)
    await desk.until(lambda: desk.texts(contact) == ["Kornblume eins", "Kornblume zwei"])
    assert world.gateway.too_early == []
    await desk.live()


@story("asked to wait, it waits", needs=(NETWORK, "send_message"))
async def test_a_reply_that_came_too_often_is_sent_once_the_time_has_passed(world: World, desk: ContractDesk) -> None:
    contact = await world.customer_writes("Kornblume eins")
    await desk.sit_down()
    await desk.takes(contact)
    world.gateway.throttle(1, world.REPLY)
    desk.does(c.SendMessage, contact, text="Zwetschge, etwas später")
    await desk.until(lambda: world.gateway.struck)
    await desk.carried()
    assert world.gateway.too_early == []
    assert await world.replies(contact) == ["Zwetschge, etwas später"]


@story("away and back", needs=(NETWORK, "send_message"))
async def test_what_was_written_while_it_was_away_goes_out_once_and_news_come_in(
    world: World, desk: ContractDesk
) -> None:
    contact = await world.customer_writes("Kornblume eins")
    await desk.sit_down()
    await desk.takes(contact)
    before = desk.held()
    await world.gateway.go_away()
    for number in range(3):
        desk.does(c.SendMessage, contact, text=f"Zwetschge ohne Netz {number}")
    await desk.until(lambda: desk.status.phase is Phase.OFFLINE)
    assert len(desk.outbox()) == 3
    assert _lost(before, desk) == {}
    await world.customer_writes("Kornblume zwei", contact=contact)
    new = await world.customer_writes("Kornblume neu")
    await world.gateway.come_back()
    desk.wake()
    await desk.carried()
    await desk.live()
    assert await world.replies(contact) == [f"Zwetschge ohne Netz {number}" for number in range(3)]
    await desk.until(lambda: desk.texts(new) == ["Kornblume neu"])
    await desk.until(lambda: len(desk.texts(contact)) == 5)


@story("nonsense for answers", needs=(NETWORK,))
@pytest.mark.parametrize("half", [0, 1], ids=["pages", "data"])
async def test_nonsense_loses_nothing_ends_nothing_and_is_told(world: World, desk: ContractDesk, half: int) -> None:
    contact = await world.customer_writes("Kornblume eins")
    await desk.sit_down()
    await desk.takes(contact)
    await desk.until(lambda: desk.texts(contact))
    wanted = ["Kornblume eins"]
    for name in list(GARBAGE)[half::2]:
        before = desk.held()
        await _endure(desk, world.gateway, name)
        assert _lost(before, desk) == {}, name
        world.gateway.forgive()
        wanted.append(f"Kornblume nach {name}")
        await world.customer_writes(wanted[-1], contact=contact)
        desk.wake()
        await desk.until(lambda: desk.texts(contact) == wanted)
        await desk.live()
        assert _lost(before, desk) == {}, name
    assert desk.contact(contact).assignee == desk.me


async def _endure(desk: ContractDesk, gateway: Gateway, name: str) -> None:
    """Have every request answered by nonsense until some were, and the status says that something is wrong."""
    struck = gateway.struck
    gateway.answer(GARBAGE[name], times=_ALL)
    desk.wake()
    await desk.until(lambda: gateway.struck >= struck + 5)
    await desk.until(lambda: desk.status.phase is Phase.OFFLINE)
    assert desk.status.pull_error == "unexpected_answer" or name.endswith(("page", "breaks")), desk.status.pull_error


@story("nonsense for answers", needs=(NETWORK,))
@pytest.mark.parametrize("change", [twisted, halved], ids=["types", "halves"])
async def test_answers_of_the_wrong_types_lose_nothing_and_end_nothing(
    world: World, desk: ContractDesk, change: object
) -> None:
    contact = await world.customer_writes("Kornblume eins")
    await desk.sit_down()
    await desk.takes(contact)
    before = desk.held()
    world.gateway.alter(change, times=_ALL)  # type: ignore[arg-type]
    for _ in range(3):
        struck = world.gateway.struck
        desk.wake()
        await desk.until(lambda struck=struck: world.gateway.struck >= struck + 4)
    assert _lost(before, desk) == {}
    world.gateway.forgive()
    await world.customer_writes("Kornblume zwei", contact=contact)
    desk.wake()
    await desk.until(lambda: desk.texts(contact) == ["Kornblume eins", "Kornblume zwei"])
    await desk.live()
    assert _lost(before, desk) == {}
    assert desk.contact(contact).assignee == desk.me
